"""Writing a model folder: the flavor's files, the example, the signature, the environment and the ``MLmodel`` file."""

from __future__ import annotations

import os
import platform
import shutil
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from runyard.errors import AlreadyExists, InvalidInput, NotFound, RunyardError, StorageFailure
from runyard.models import digests
from runyard.models.environment import ENVIRONMENT_FILES, Overrides, write_environment
from runyard.models.mlmodel import MLMODEL, PYTHON_FUNCTION, MLModel

if TYPE_CHECKING:
    from runyard.models.flavor import Flavor, Predictor, SavedFlavor
    from runyard.models.signature import ModelSignature

__all__ = ["CODE", "Details", "new_folder", "write_model"]

CODE = "code"


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What a user says about a model beside the model itself.

    Attributes:
        signature: The signature; inferred from the example when absent, left out when `False`.
        input_example: An example of what the model takes.
        environment: What replaces the environment that is found.
        code_paths: Files and folders that are saved with the model and are on ``sys.path`` when it is loaded.
        metadata: Anything that YAML can hold.
    """

    signature: Any = None
    input_example: Any = None
    environment: Overrides = Overrides()
    code_paths: Sequence[str | os.PathLike[str]] | None = None
    metadata: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        from runyard.models.signature import ModelSignature

        if (
            self.signature is not None
            and self.signature is not False
            and not isinstance(self.signature, ModelSignature)
        ):
            raise InvalidInput(
                f"The signature is {type(self.signature).__name__}; pass what infer_signature gives, or False for none."
            )
        if self.metadata is not None and not isinstance(self.metadata, Mapping):
            raise InvalidInput(f"The metadata of a model is a dictionary, not {type(self.metadata).__name__}.")


@contextmanager
def new_folder(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a fresh folder that takes the place of `path` when the block ends, and vanishes when it raises.

    Raises:
        AlreadyExists: There is a file, or a folder that is not empty.
        StorageFailure: The medium refuses.
    """
    target = Path(os.path.abspath(path))
    draft = target.with_name(f".{target.name}.{os.urandom(4).hex()}")
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise AlreadyExists(f"{str(target)!r} exists and is not an empty folder. Delete it, or take another path.")
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.mkdir()
        yield draft
        if target.exists():
            target.rmdir()
        draft.rename(target)
    except BaseException as error:
        shutil.rmtree(draft, ignore_errors=True)
        if isinstance(error, OSError) and not isinstance(error, RunyardError):
            raise StorageFailure(f"The model cannot be saved to {str(target)!r}: {error}.") from error
        raise


def write_model(
    flavor: Flavor, model: Any, folder: Path, details: Details, options: Mapping[str, Any], **identity: Any
) -> MLModel:
    """Write a model into a folder that exists and is empty.

    Args:
        flavor: Saves the object.
        model: The object.
        folder: The folder.
        details: What the user says about it.
        options: The flavor's own keyword arguments.
        identity: ``model_id``, ``model_uuid``, ``run_id`` and ``artifact_path`` of a logged model.

    Raises:
        InvalidInput: The flavor does not take such an object, or an argument is not valid.
    """
    code_paths = _copy_code(details.code_paths or (), folder)
    saved = flavor.save(model, folder, options)
    described = MLModel.new(flavors=_sections(flavor, saved, bool(code_paths)), metadata=details.metadata, **identity)
    _add_example(described, flavor, folder, details)
    modules = {*saved.modules, *_data_modules(described.signature)}
    write_environment(folder, details.environment, flavor.requirements(), modules, code_paths)
    described.digests, described.model_size_bytes = digests.compute(folder)
    described.save(folder / MLMODEL)
    return described


def _sections(flavor: Flavor, saved: SavedFlavor, has_code: bool) -> dict[str, dict[str, Any]]:
    """Return the sections of ``MLmodel`` for what a flavor wrote."""
    sections: dict[str, dict[str, Any]] = {}
    if saved.options is not None:
        sections[flavor.name] = {**saved.options, "code": CODE if has_code else None}
    if saved.python_function is not None:
        sections[PYTHON_FUNCTION] = {
            "loader_module": flavor.loader_module,
            "python_version": platform.python_version(),
            "env": dict(ENVIRONMENT_FILES),
            **({"code": CODE} if has_code else {}),
            **saved.python_function,
        }
    return sections


def _copy_code(given: Sequence[str | os.PathLike[str]], folder: Path) -> list[Path]:
    """Copy files and folders below ``code/`` and return where they came from."""
    if isinstance(given, (str, os.PathLike)):
        raise InvalidInput(f"code_paths is a list of paths, not one: code_paths=[{os.fspath(given)!r}].")
    paths = [Path(path) for path in given]
    for path in paths:
        target = folder / CODE / path.resolve().name
        if not path.exists():
            raise NotFound(f"The code path {str(path)!r} does not exist.")
        if folder.resolve().is_relative_to(path.resolve()):
            raise InvalidInput(f"The code path {str(path)!r} holds the folder that the model is saved to.")
        target.parent.mkdir(exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copyfile(path, target)
    return paths


def _add_example(described: MLModel, flavor: Flavor, folder: Path, details: Details) -> None:
    """Write the example, and set the signature: the given one, or the one that follows from the example."""
    signature: ModelSignature | Literal[False] | None = details.signature
    if details.input_example is not None:
        from runyard.models.example import InputExample

        example = InputExample(details.input_example)
        example.write(folder)
        described.saved_input_example_info = example.info
        if signature is None:
            signature = _signature_of(described, flavor, folder, example.data, example.params)
    if signature:
        described.signature = signature


def _signature_of(
    described: MLModel, flavor: Flavor, folder: Path, data: Any, params: dict[str, Any] | None
) -> ModelSignature | None:
    """Return the signature that an example and the saved model's answer to it show."""
    from runyard.models.signature import infer_signature

    if PYTHON_FUNCTION not in described.flavors:
        return infer_signature(data, None, params)
    try:
        predictor = flavor.load_predictor(folder, described)
        predictions = predictor.predict(data, params)
    except Exception as error:
        warnings.warn(
            f"The model could not predict its own input example, so its outputs have no schema: "
            f"{type(error).__name__}: {error}",
            stacklevel=2,
        )
        return infer_signature(data, None, params)
    signature = infer_signature(data, predictions, params)
    try:
        _predict_enforced(predictor, data, params, signature)
    except Exception as error:
        # A list is enforced as a DataFrame, which not every model takes that takes lists
        warnings.warn(
            f"The model gets no signature: it could predict its input example, but not in the form that the signature "
            f"brings it into. Pass another example, or signature=False. {type(error).__name__}: {error}",
            stacklevel=2,
        )
        return None
    return signature


def _predict_enforced(
    predictor: Predictor, data: Any, params: dict[str, Any] | None, signature: ModelSignature
) -> None:
    """Predict an example as `runyard.pyfunc` will hand it on, if that differs from how it was given."""
    if signature.inputs is None:
        return
    from runyard.models.enforcement import enforce

    enforced = enforce(data, signature.inputs)
    if enforced is not data:
        predictor.predict(enforced, params)


def _data_modules(signature: ModelSignature | None) -> set[str]:
    """Return the modules that bringing data into the form of a signature needs."""
    if signature is None or signature.inputs is None:
        return set()
    return {"numpy"} if signature.inputs.is_tensor_spec() else {"numpy", "pandas"}
