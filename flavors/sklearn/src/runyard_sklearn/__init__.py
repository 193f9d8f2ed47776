"""scikit-learn models: ``save_model``, ``log_model``, ``load_model`` and ``autolog``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from runyard.models.info import ModelInfo
    from runyard.models.mlmodel import MLModel
    from runyard.models.signature import ModelSignature
    from runyard_sklearn.autologger import autolog

__all__ = ["autolog", "load_model", "log_model", "save_model"]


def save_model(
    sk_model: Any,
    path: str | os.PathLike[str],
    conda_env: Mapping[str, Any] | str | None = None,
    code_paths: Sequence[str | os.PathLike[str]] | None = None,
    serialization_format: str | None = None,
    signature: ModelSignature | bool | None = None,
    input_example: Any = None,
    pip_requirements: Sequence[str] | str | None = None,
    extra_pip_requirements: Sequence[str] | str | None = None,
    pyfunc_predict_fn: str = "predict",
    metadata: Mapping[str, Any] | None = None,
    skops_trusted_types: list[str] | None = None,
) -> MLModel:
    """Save a scikit-learn model to a folder.

    Args:
        sk_model: An estimator, a pipeline, a search.
        path: A folder that does not exist or is empty.
        conda_env: The contents of ``conda.yaml``, or the path of one.
        code_paths: Files and folders that are saved with the model and are importable when it is loaded.
        serialization_format: ``skops``, ``cloudpickle`` or ``pickle``. By default skops, which runs no code when it is
            loaded; a model with code of your own, which skops cannot hold, is pickled.
        signature: What `runyard.models.infer_signature` returns; inferred from the example when absent, left out when
            `False`.
        input_example: An example of what the model takes, or a pair of one and a dictionary of params.
        pip_requirements: The whole list of requirements, or the path of a file, instead of what is found.
        extra_pip_requirements: Additions to what is found.
        pyfunc_predict_fn: The method that answers ``runyard.pyfunc`` predictions, such as ``predict_proba``.
        metadata: Anything that YAML can hold.
        skops_trusted_types: Full names of types of your own that skops may construct.

    Raises:
        AlreadyExists: There is something at the path.
        InvalidInput: The model or an argument is not valid.
    """
    from runyard.models import functions

    return functions.save_model(
        "sklearn",
        sk_model,
        path,
        signature=signature,
        input_example=input_example,
        pip_requirements=pip_requirements,
        extra_pip_requirements=extra_pip_requirements,
        conda_env=conda_env,
        code_paths=code_paths,
        metadata=metadata,
        serialization_format=serialization_format,
        pyfunc_predict_fn=pyfunc_predict_fn,
        skops_trusted_types=skops_trusted_types,
    )


def log_model(
    sk_model: Any,
    artifact_path: str | None = None,
    conda_env: Mapping[str, Any] | str | None = None,
    code_paths: Sequence[str | os.PathLike[str]] | None = None,
    serialization_format: str | None = None,
    registered_model_name: str | None = None,
    signature: ModelSignature | bool | None = None,
    input_example: Any = None,
    await_registration_for: int | None = 300,
    pip_requirements: Sequence[str] | str | None = None,
    extra_pip_requirements: Sequence[str] | str | None = None,
    pyfunc_predict_fn: str = "predict",
    metadata: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    tags: Mapping[str, Any] | None = None,
    model_type: str | None = None,
    step: int = 0,
    model_id: str | None = None,
    name: str | None = None,
    skops_trusted_types: list[str] | None = None,
    *,
    run_id: str | None = None,
) -> ModelInfo:
    """Log a scikit-learn model, as an output of the active run if there is one.

    Args:
        sk_model: An estimator, a pipeline, a search.
        artifact_path: The older name of `name`.
        registered_model_name: Register a version under this name, made if there is none.
        await_registration_for: Taken for compatibility; a version is ready when it is there.
        params: Params of the logged model, beside those of the run.
        tags: Its tags.
        model_type: A free word for what it is.
        step: The step of the run that it was made at; metrics of that step are linked to it.
        model_id: A logged model that was made before, instead of a new one.
        name: What the logged model is called; ``model`` by default.
        run_id: The run that makes it, instead of the active one.
        conda_env: The contents of ``conda.yaml``, or the path of one.
        code_paths: Files and folders that are saved with the model and importable when it is loaded.
        serialization_format: ``skops``, ``cloudpickle`` or ``pickle``; chosen as in `save_model` when absent.
        signature: What `infer_signature` returns; inferred from the example when absent, left out when `False`.
        input_example: An example of what the model takes, or a pair of one and a dictionary of params.
        pip_requirements: The whole list of requirements, as lines or the path of a file, instead of what is found.
        extra_pip_requirements: Additions to what is found.
        pyfunc_predict_fn: The method that answers ``runyard.pyfunc`` predictions, such as ``predict_proba``.
        metadata: Anything that YAML can hold, to be found in the model's ``metadata``.
        skops_trusted_types: Full names of types of your own that skops may construct.

    Raises:
        InvalidInput: The model or an argument is not valid.
        StorageFailure: The files cannot be stored; the logged model is then ``FAILED``.
    """
    from runyard.models import functions

    return functions.log_model(
        "sklearn",
        sk_model,
        artifact_path,
        name=name,
        registered_model_name=registered_model_name,
        signature=signature,
        input_example=input_example,
        pip_requirements=pip_requirements,
        extra_pip_requirements=extra_pip_requirements,
        conda_env=conda_env,
        code_paths=code_paths,
        metadata=metadata,
        params=params,
        tags=tags,
        model_type=model_type,
        step=step,
        model_id=model_id,
        run_id=run_id,
        await_registration_for=await_registration_for,
        serialization_format=serialization_format,
        pyfunc_predict_fn=pyfunc_predict_fn,
        skops_trusted_types=skops_trusted_types,
    )


def load_model(model_uri: str | os.PathLike[str], dst_path: str | os.PathLike[str] | None = None) -> Any:
    """Load a scikit-learn model.

    Args:
        model_uri: A folder, or a URI such as ``runs:/<run id>/<name>`` or ``models:/<name>/<version>``.
        dst_path: A folder to download to; a temporary one by default.

    Returns:
        The estimator.

    Raises:
        NotFound: There is no model, or it was not saved with this flavor.
        DataDamaged: A file is missing, cannot be read or was changed; the message names it.
        PermissionDenied: It is a pickle, and pickles are forbidden.
    """
    from runyard.models import functions

    return functions.load_model("sklearn", model_uri, dst_path)


def __getattr__(name: str) -> object:
    if name == "autolog":
        from runyard_sklearn.autologger import autolog

        return autolog
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
