"""PyTorch models: ``save_model``, ``log_model``, ``load_model``, state dicts, checkpoints and ``autolog``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from runyard.models.info import ModelInfo
    from runyard.models.mlmodel import MLModel
    from runyard.models.signature import ModelSignature
    from runyard_pytorch.autologger import autolog
    from runyard_pytorch.checkpoints import MlflowModelCheckpointCallback, load_checkpoint

__all__ = [
    "MlflowModelCheckpointCallback",
    "autolog",
    "load_checkpoint",
    "load_model",
    "load_state_dict",
    "log_model",
    "log_state_dict",
    "save_model",
    "save_state_dict",
]


def save_model(
    pytorch_model: Any,
    path: str | os.PathLike[str],
    conda_env: Mapping[str, Any] | str | None = None,
    code_paths: Sequence[str | os.PathLike[str]] | None = None,
    pickle_module: Any = None,
    signature: ModelSignature | bool | None = None,
    input_example: Any = None,
    extra_files: Sequence[str] | None = None,
    pip_requirements: Sequence[str] | str | None = None,
    extra_pip_requirements: Sequence[str] | str | None = None,
    metadata: Mapping[str, Any] | None = None,
    export_model: bool = False,
    serialization_format: str | None = None,
    **torch_save_arguments: Any,
) -> MLModel:
    """Save a PyTorch model to a folder.

    Args:
        pytorch_model: A module, a scripted module or an exported program.
        path: A folder that does not exist or is empty.
        conda_env: The contents of ``conda.yaml``, or the path of one.
        code_paths: Files and folders that are saved with the model and are importable when it is loaded.
        pickle_module: What pickles a module, such as `pickle`; cloudpickle by default. To give it is to choose
            ``pickle``.
        signature: What `runyard.models.infer_signature` returns; inferred from the example when absent, left out when
            `False`.
        input_example: A tensor or array, a DataFrame, a dictionary of tensors by the names of the module's arguments,
            or a list of tensors in their order; or a pair of one of these and a dictionary of params.
        extra_files: Paths or URIs of files that are saved with the model.
        pip_requirements: The whole list of requirements, or the path of a file, instead of what is found.
        extra_pip_requirements: Additions to what is found.
        metadata: Anything that YAML can hold.
        export_model: The older way to ask for ``pt2``.
        serialization_format: ``pt2``, a program of `torch.export`, which runs no code when it is loaded, or ``pickle``.
            By default ``pt2`` where there is an example of tensors and the module can be traced with it; a warning says
            where it cannot. Scripted modules are saved as they are.
        **torch_save_arguments: Passed to `torch.save`, where a module is pickled.

    Raises:
        AlreadyExists: There is something at the path.
        InvalidInput: The model or an argument is not valid.
    """
    from runyard.models import functions
    from runyard_pytorch.examples import Example

    example = None if input_example is None else Example(input_example, pytorch_model)
    return functions.save_model(
        "pytorch",
        pytorch_model,
        path,
        signature=signature,
        input_example=example.stored if example else None,
        pip_requirements=pip_requirements,
        extra_pip_requirements=extra_pip_requirements,
        conda_env=conda_env,
        code_paths=code_paths,
        metadata=metadata,
        pickle_module=pickle_module,
        extra_files=extra_files,
        export_model=export_model,
        serialization_format=serialization_format,
        example=example,
        declared=signature,
        **torch_save_arguments,
    )


def log_model(
    pytorch_model: Any,
    artifact_path: str | None = None,
    conda_env: Mapping[str, Any] | str | None = None,
    code_paths: Sequence[str | os.PathLike[str]] | None = None,
    pickle_module: Any = None,
    registered_model_name: str | None = None,
    signature: ModelSignature | bool | None = None,
    input_example: Any = None,
    await_registration_for: int | None = 300,
    extra_files: Sequence[str] | None = None,
    pip_requirements: Sequence[str] | str | None = None,
    extra_pip_requirements: Sequence[str] | str | None = None,
    metadata: Mapping[str, Any] | None = None,
    name: str | None = None,
    params: Mapping[str, Any] | None = None,
    tags: Mapping[str, Any] | None = None,
    model_type: str | None = None,
    step: int = 0,
    model_id: str | None = None,
    export_model: bool = False,
    serialization_format: str | None = None,
    *,
    run_id: str | None = None,
    **torch_save_arguments: Any,
) -> ModelInfo:
    """Log a PyTorch model, as an output of the active run if there is one.

    Args:
        pytorch_model: A module, a scripted module or an exported program.
        artifact_path: The older name of `name`.
        registered_model_name: Register a version under this name, made if there is none.
        await_registration_for: Taken for compatibility; a version is ready when it is there.
        name: What the logged model is called; ``model`` by default.
        params: Params of the logged model, beside those of the run.
        tags: Its tags.
        model_type: A free word for what it is.
        step: The step of the run that it was made at; metrics of that step are linked to it.
        model_id: A logged model that was made before, instead of a new one.
        run_id: The run that makes it, instead of the active one.
        conda_env: The contents of ``conda.yaml``, or the path of one.
        code_paths: Files and folders that are saved with the model and importable when it is loaded.
        pickle_module: What pickles a module; cloudpickle by default. To give it is to choose ``pickle``.
        signature: What `infer_signature` returns; inferred from the example when absent, left out when `False`.
        input_example: An example of what the model takes, as `save_model` has it.
        extra_files: Paths or URIs of files that are saved with the model.
        pip_requirements: The whole list of requirements, as lines or the path of a file, instead of what is found.
        extra_pip_requirements: Additions to what is found.
        metadata: Anything that YAML can hold, to be found in the model's ``metadata``.
        export_model: The older way to ask for ``pt2``.
        serialization_format: ``pt2`` or ``pickle``; chosen as in `save_model` when absent.
        **torch_save_arguments: Passed to `torch.save`, where a module is pickled.

    Raises:
        InvalidInput: The model or an argument is not valid.
        StorageFailure: The files cannot be stored; the logged model is then ``FAILED``.
    """
    from runyard.models import functions
    from runyard_pytorch.examples import Example

    example = None if input_example is None else Example(input_example, pytorch_model)
    return functions.log_model(
        "pytorch",
        pytorch_model,
        artifact_path,
        name=name,
        registered_model_name=registered_model_name,
        signature=signature,
        input_example=example.stored if example else None,
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
        pickle_module=pickle_module,
        extra_files=extra_files,
        export_model=export_model,
        serialization_format=serialization_format,
        example=example,
        declared=signature,
        **torch_save_arguments,
    )


def load_model(
    model_uri: str | os.PathLike[str],
    dst_path: str | os.PathLike[str] | None = None,
    *,
    device: str | None = None,
    **torch_load_arguments: Any,
) -> Any:
    """Load a PyTorch model, in evaluation mode.

    Args:
        model_uri: A folder, or a URI such as ``runs:/<run id>/<name>`` or ``models:/<name>/<version>``.
        dst_path: A folder to download to; a temporary one by default.
        device: Where it is put: ``cpu``, ``cuda``, ``cuda:1``. By default where it was saved, on a machine without a
            GPU always on the CPU.
        **torch_load_arguments: Passed to `torch.load`, where it is a pickle: ``map_location``, ``weights_only``,
            ``mmap``, and ``pickle_module``.

    Returns:
        The module; of an exported program the module that computes what the program says.

    Raises:
        NotFound: There is no model, or it was not saved with this flavor.
        DataDamaged: A file is missing, cannot be read or was changed; the message names it.
        PermissionDenied: It is a pickle, and pickles are forbidden.
        InvalidInput: The device is not there, or an argument is not valid.
    """
    from runyard.models import functions

    return functions.load_model("pytorch", model_uri, dst_path, device=device, **torch_load_arguments)


def save_state_dict(state_dict: Mapping[str, Any], path: str | os.PathLike[str], **torch_save_arguments: Any) -> None:
    """Save a state dict to a folder, as the file ``state_dict.pth``.

    Args:
        state_dict: What ``module.state_dict()`` returns.
        path: The folder.
        **torch_save_arguments: Passed to `torch.save`.

    Raises:
        InvalidInput: It is no dictionary.
    """
    from pathlib import Path

    from runyard_pytorch import state_dicts

    state_dicts.save(state_dict, Path(path), torch_save_arguments)


def log_state_dict(state_dict: Mapping[str, Any], artifact_path: str, **torch_save_arguments: Any) -> None:
    """Store a state dict as artifacts of the active run; one is started where there is none.

    Args:
        state_dict: What ``module.state_dict()`` returns.
        artifact_path: The folder among the run's artifacts.
        **torch_save_arguments: Passed to `torch.save`.

    Raises:
        InvalidInput: It is no dictionary, or the path is not valid.
    """
    import tempfile
    from pathlib import Path

    import runyard
    from runyard_pytorch import state_dicts

    with tempfile.TemporaryDirectory(prefix="runyard-") as temporary:
        state_dicts.save(state_dict, Path(temporary), torch_save_arguments)
        runyard.log_artifacts(temporary, artifact_path)


def load_state_dict(state_dict_uri: str | os.PathLike[str], **torch_load_arguments: Any) -> Any:
    """Load a state dict: tensors and plain data, unless the arguments say ``weights_only=False``.

    Args:
        state_dict_uri: A folder, or a URI such as ``runs:/<run id>/<artifact path>``.
        **torch_load_arguments: Passed to `torch.load`.

    Raises:
        NotFound: There is no state dict.
        DataDamaged: The file cannot be read.
        InvalidInput: It holds more than tensors and plain data.
        PermissionDenied: It is to be read as a pickle, and pickles are forbidden.
    """
    from runyard_pytorch import state_dicts

    return state_dicts.load(state_dict_uri, torch_load_arguments)


def __getattr__(name: str) -> object:
    if name == "autolog":
        from runyard_pytorch.autologger import autolog

        return autolog
    if name in ("MlflowModelCheckpointCallback", "load_checkpoint"):
        from runyard_pytorch import checkpoints

        return getattr(checkpoints, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
