"""Writing a model folder: the flavor's files, the example, the signature, the environment and the ``MLmodel`` file."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from runyard.errors import AlreadyExists, InvalidInput, NotFound, RunyardError, StorageFailure
from runyard.models import digests
from runyard.models.environment import ENVIRONMENT_FILES, Overrides, write_environment
from runyard.models.mlmodel import MLMODEL, PYTHON_FUNCTION, MLModel
from runyard.models.trial import add_example

if TYPE_CHECKING:
    from runyard.models.flavor import Flavor, SavedFlavor

__all__ = ["CODE", "Details", "new_folder", "write_model"]

CODE = "code"


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What a user says about a model beside the model itself.

    Attributes:
        signature: The signature; inferred from the example when absent, left out when `False`.
        input_example: An example of what the model takes.
        environment: What replaces the environment that is found.
        code_paths: Files and folders that are saved with the model and are on ``sys.path`` when it is loaded.
        infer_code_paths: Save the modules beside the script that the model refers to as well.
        metadata: Anything that YAML can hold.
    """

    signature: Any = None
    input_example: Any = None
    environment: Overrides = Overrides()
    code_paths: Sequence[str | os.PathLike[str]] | None = None
    infer_code_paths: bool = False
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
    described = MLModel.new(flavors=_sections(flavor, saved), metadata=details.metadata, **identity)
    seen = add_example(described, flavor, saved, folder, details)
    modules = {*saved.modules, *_data_modules(described)}
    if details.infer_code_paths:
        from runyard.models.requirement_inference import local_modules

        known = {path.resolve() for path in code_paths}
        more = [path for path in local_modules(modules, seen) if path.resolve() not in known]
        code_paths = [*code_paths, *_copy_code(more, folder)]
    _name_code(described, flavor, has_code=bool(code_paths))
    write_environment(folder, details.environment, flavor.requirements(), modules, code_paths, seen)
    if seen is not None and seen.variables:
        described.env_vars = sorted(seen.variables)
    described.digests, described.model_size_bytes = digests.compute(folder)
    described.save(folder / MLMODEL)
    return described


def _sections(flavor: Flavor, saved: SavedFlavor) -> dict[str, dict[str, Any]]:
    """Return the sections of ``MLmodel`` for what a flavor wrote."""
    sections: dict[str, dict[str, Any]] = {}
    if saved.options is not None:
        sections[flavor.name] = saved.options
    if saved.python_function is not None:
        sections[PYTHON_FUNCTION] = {
            "loader_module": flavor.loader_module,
            "python_version": platform.python_version(),
            "env": dict(ENVIRONMENT_FILES),
            **saved.python_function,
        }
    return sections


def _name_code(described: MLModel, flavor: Flavor, *, has_code: bool) -> None:
    """Name the folder of code in each section."""
    for name, section in described.flavors.items():
        if name == flavor.name and name != PYTHON_FUNCTION:
            section["code"] = CODE if has_code else None
        elif has_code:
            section["code"] = CODE


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


def _data_modules(described: MLModel) -> set[str]:
    """Return the modules that bringing data into the form of the signature needs."""
    inputs = described.get_input_schema()
    if inputs is None or described.is_signature_from_type_hint:
        return set()
    return {"numpy"} if inputs.is_tensor_spec() else {"numpy", "pandas"}
