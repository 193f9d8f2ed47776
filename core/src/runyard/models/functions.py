"""Saving, logging and loading models of any flavor; a flavor's own functions are typed fronts of these."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runyard.errors import InvalidInput, NotFound
from runyard.models.environment import Overrides
from runyard.models.saving import Details, new_folder, write_model

if TYPE_CHECKING:
    from runyard.models.flavor import Flavor
    from runyard.models.info import ModelInfo
    from runyard.models.mlmodel import MLModel
    from runyard.models.schema import Schema
    from runyard.models.signature import ModelSignature

__all__ = ["get_model_info", "load_model", "log_model", "save_model", "set_signature", "validate_schema"]


def save_model(
    flavor: Flavor | str,
    model: Any,
    path: str | os.PathLike[str],
    *,
    signature: ModelSignature | bool | None = None,
    input_example: Any = None,
    pip_requirements: Sequence[str] | str | None = None,
    extra_pip_requirements: Sequence[str] | str | None = None,
    conda_env: Mapping[str, Any] | str | None = None,
    code_paths: Sequence[str | os.PathLike[str]] | None = None,
    infer_code_paths: bool = False,
    metadata: Mapping[str, Any] | None = None,
    **options: Any,
) -> MLModel:
    """Save a model to a folder.

    The folder appears when everything in it is complete, and not at all when something fails.

    Args:
        flavor: The flavor or its name.
        model: The object.
        path: A folder that does not exist or is empty.
        signature: What `infer_signature` returns; inferred from the example when absent, left out when `False`.
        input_example: An example of what the model takes, or a pair of one and a dictionary of params.
        pip_requirements: The whole list of requirements, as lines or the path of a file, instead of what is found.
        extra_pip_requirements: Additions to what is found.
        conda_env: The contents of ``conda.yaml``, or the path of one.
        code_paths: Files and folders that are saved with the model and are on ``sys.path`` when it is loaded.
        infer_code_paths: Save the modules beside the script that the model refers to as if they were in `code_paths`.
        metadata: Anything that YAML can hold, to be found in the model's ``metadata``.
        **options: The flavor's own arguments.

    Returns:
        What was written to the ``MLmodel`` file.

    Raises:
        AlreadyExists: There is something at the path.
        InvalidInput: The object or an argument is not valid.
    """
    from runyard.models.consent import remember

    details = Details(
        signature=signature,
        input_example=input_example,
        environment=Overrides(
            pip_requirements=pip_requirements, extra_pip_requirements=extra_pip_requirements, conda_env=conda_env
        ),
        code_paths=code_paths,
        infer_code_paths=infer_code_paths,
        metadata=metadata,
    )
    with new_folder(path) as folder:
        saved = write_model(_flavor(flavor), model, folder, details, options)
    remember(folder.with_name(os.path.basename(os.path.abspath(path))))
    return saved


def log_model(
    flavor: Flavor | str,
    model: Any,
    artifact_path: str | None = None,
    *,
    name: str | None = None,
    registered_model_name: str | None = None,
    signature: ModelSignature | bool | None = None,
    input_example: Any = None,
    pip_requirements: Sequence[str] | str | None = None,
    extra_pip_requirements: Sequence[str] | str | None = None,
    conda_env: Mapping[str, Any] | str | None = None,
    code_paths: Sequence[str | os.PathLike[str]] | None = None,
    infer_code_paths: bool = False,
    metadata: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    tags: Mapping[str, Any] | None = None,
    model_type: str | None = None,
    step: int = 0,
    model_id: str | None = None,
    run_id: str | None = None,
    await_registration_for: int | None = 300,
    **options: Any,
) -> ModelInfo:
    """Log a model: a logged model is made, its files are stored, and the active run is linked to it.

    Without an active run the model belongs to the active experiment alone.

    Args:
        flavor: The flavor or its name.
        model: The object.
        artifact_path: The older name of `name`.
        name: What the logged model is called; ``model`` by default.
        registered_model_name: Register a version under this name, made if there is none.
        params: Params of the logged model, beside those of the run.
        tags: Its tags.
        model_type: A free word for what it is.
        step: The step of the run that it was made at; metrics of that step are linked to it.
        model_id: A logged model that was made before, instead of a new one.
        run_id: The run that makes it, instead of the active one.
        await_registration_for: Taken for compatibility; a version is ready when it is there.
        signature: What `infer_signature` returns; inferred from the example when absent, left out when `False`.
        input_example: An example of what the model takes, or a pair of one and a dictionary of params.
        pip_requirements: The whole list of requirements, as lines or the path of a file, instead of what is found.
        extra_pip_requirements: Additions to what is found.
        conda_env: The contents of ``conda.yaml``, or the path of one.
        code_paths: Files and folders that are saved with the model and importable when it is loaded.
        infer_code_paths: Save the modules beside the script that the model refers to as if they were in `code_paths`.
        metadata: Anything that YAML can hold, to be found in the model's ``metadata``.
        **options: The flavor's own arguments.

    Raises:
        InvalidInput: The object or an argument is not valid.
        StorageFailure: The files cannot be stored; the logged model is then ``FAILED``.
    """
    from runyard.models.logged import Destination, log

    del await_registration_for
    details = Details(
        signature=signature,
        input_example=input_example,
        environment=Overrides(
            pip_requirements=pip_requirements, extra_pip_requirements=extra_pip_requirements, conda_env=conda_env
        ),
        code_paths=code_paths,
        infer_code_paths=infer_code_paths,
        metadata=metadata,
    )
    destination = Destination(
        name=name or artifact_path or "model",
        params=params or {},
        tags=tags or {},
        model_type=model_type,
        step=step,
        model_id=model_id,
        run_id=run_id,
        registered_model_name=registered_model_name,
    )
    return log(_flavor(flavor), model, details, options, destination)


def load_model(
    flavor: Flavor | str,
    model_uri: str | os.PathLike[str],
    dst_path: str | os.PathLike[str] | None = None,
    **options: Any,
) -> Any:
    """Load a model as its library knows it.

    Args:
        flavor: The flavor or its name.
        model_uri: A folder, or a URI such as ``runs:/<run id>/<name>`` or ``models:/<name>/<version>``.
        dst_path: A folder to download to; a temporary one by default.
        **options: The flavor's own arguments.

    Raises:
        NotFound: There is no model, or it was not saved with this flavor.
        DataDamaged: A file is missing, cannot be read or was changed; the message names it.
        PermissionDenied: It is a pickle, and pickles are forbidden.
    """
    from runyard.models.code import add_code_path
    from runyard.models.location import open_model

    loader = _flavor(flavor)
    folder, model = open_model(model_uri, dst_path)
    section = model.flavors.get(loader.name)
    if section is None:
        raise NotFound(
            f"The model in {str(folder)!r} has no flavor {loader.name!r}; it has {', '.join(sorted(model.flavors))}."
        )
    add_code_path(folder, section, model)
    return loader.load(folder, model, options)


def get_model_info(model_uri: str | os.PathLike[str]) -> ModelInfo:
    """Return what a model says about itself, without loading it.

    Raises:
        NotFound: There is no model.
        DataDamaged: Its ``MLmodel`` file cannot be read.
    """
    from runyard.models.location import describe

    return describe(model_uri).get_model_info(model_uri=os.fspath(model_uri))


def set_signature(model_uri: str | os.PathLike[str], signature: ModelSignature) -> None:
    """Give a saved or logged model another signature.

    Args:
        model_uri: A folder, or the URI of a logged model or of a run's model. A version in the registry does not
            change: set the signature of its source and register that again.
        signature: What `infer_signature` returns.

    Raises:
        InvalidInput: The URI is that of a version, or the signature is something else.
        NotFound: There is no model.
    """
    from runyard.models.location import rewrite
    from runyard.models.signature import ModelSignature
    from runyard.uris import ModelURI

    if not isinstance(signature, ModelSignature):
        raise InvalidInput(f"The signature is {type(signature).__name__}; pass what infer_signature returns.")
    text = os.fspath(model_uri)
    if text.startswith("models:") and ModelURI.parse(text).model_id is None:
        raise InvalidInput(
            f"{text!r} is a version in the registry, which does not change. Set the signature of the model that it "
            "was made from, and register that again."
        )

    def change(model: MLModel) -> None:
        model.signature = signature

    rewrite(text, change)


def validate_schema(data: Any, expected_schema: Schema) -> None:
    """Make sure that data fits a schema.

    Args:
        data: What would be passed to `predict`.
        expected_schema: A `Schema`, such as ``signature.inputs``.

    Raises:
        InvalidInput: It does not; the message names the column or tensor and both types.
    """
    from runyard.models.enforcement import enforce

    enforce(data, expected_schema)


def _flavor(flavor: Flavor | str) -> Flavor:
    if not isinstance(flavor, str):
        return flavor
    from runyard.models.flavors import flavor_by_name

    return flavor_by_name(flavor)
