"""The flavor: PyTorch modules as exported programs, scripted modules or pickles."""

from __future__ import annotations

import shutil
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from runyard.errors import DataDamaged, InvalidInput, NotFound
from runyard.models.flavor import Flavor, SavedFlavor
from runyard.uris import ArtifactPath
from runyard_pytorch import exported, pickled, scripted
from runyard_pytorch.devices import check_device, choose_device
from runyard_pytorch.examples import Example
from runyard_pytorch.predictor import PytorchPredictor

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel
    from runyard.models.signature import ModelSignature

PICKLE = "pickle"
PT2 = "pt2"
FORMATS = (PT2, PICKLE)

DATA = "data"
MODULE_FILE = "model.pth"
PROGRAM_FILE = "model.pt2"
EXTRA_FILES = "extra_files"

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_SAVE_ARGUMENTS = ("pickle_protocol", "_use_new_zipfile_serialization")
_LOAD_ARGUMENTS = ("map_location", "weights_only", "mmap", "encoding", "errors")


class PytorchFlavor(Flavor):
    """Saves and loads `torch.nn.Module`, scripted modules and exported programs."""

    name = "pytorch"
    loader_module = "mlflow.pytorch"

    def accepts(self, model: Any) -> bool:
        torch = sys.modules.get("torch")  # who has a module has imported it
        return torch is not None and (isinstance(model, torch.nn.Module) or _is_program(model))

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> SavedFlavor:
        if not self.accepts(model):
            raise InvalidInput(f"{type(model).__name__} is not a PyTorch module, nor an exported program.")
        import torch

        given = _Options(**options)
        (folder / DATA).mkdir()
        try:
            library, modules = _dump(model, folder / DATA, given)
            extra = _copy_extra_files(given.extra_files, folder)
        except BaseException:
            shutil.rmtree(folder / DATA)
            raise
        return SavedFlavor(
            options={"model_data": DATA, "pytorch_version": str(torch.__version__), **extra},
            python_function={"data": DATA, "pickle_module_name": library, "config": {"device": None}},
            modules={*modules, "numpy"},
        )

    def load(self, folder: Path, model: MLModel, options: Mapping[str, Any]) -> Any:
        unknown = set(options) - {"device", "pickle_module", *_LOAD_ARGUMENTS}
        if unknown:
            raise InvalidInput(f"Loading a PyTorch model takes no arguments {', '.join(sorted(unknown))}.")
        device = options.get("device")
        return self._load(folder, model, check_device(device) if device is not None else None, options)

    def _load(self, folder: Path, model: MLModel, device: str | None, options: Mapping[str, Any] = _NOTHING) -> Any:
        file = _file(folder, model)
        if file.name == PROGRAM_FILE:
            return exported.load(file, model, device)
        if scripted.is_scripted(file):
            module = scripted.load(file, device)
        else:
            arguments = {name: options[name] for name in _LOAD_ARGUMENTS if name in options}
            module = pickled.load(file, model, device, options.get("pickle_module"), arguments)
        return module.to(device) if device is not None else module

    def load_predictor(self, folder: Path, model: MLModel, config: Mapping[str, Any] = _NOTHING) -> PytorchPredictor:
        section = model.flavors.get("python_function", {})
        device = choose_device(config, section.get("config") or {})
        return PytorchPredictor(self._load(folder, model, device), device)

    def requirements(self) -> list[str]:
        return ["torch"]


class _Options:
    """The flavor's keyword arguments, checked."""

    def __init__(
        self,
        serialization_format: str | None = None,
        export_model: bool = False,
        pickle_module: Any = None,
        extra_files: Sequence[str] | None = None,
        example: Example | None = None,
        declared: ModelSignature | bool | None = None,
        **arguments: Any,
    ) -> None:
        if unknown := set(arguments) - set(_SAVE_ARGUMENTS):
            raise InvalidInput(f"The pytorch flavor has no arguments {', '.join(sorted(unknown))}.")
        if serialization_format not in (None, *FORMATS):
            raise InvalidInput(
                f"There is no serialization format {serialization_format!r}; use one of {', '.join(FORMATS)}, or leave "
                "the choice to the flavor."
            )
        if export_model and serialization_format == PICKLE:
            raise InvalidInput("export_model=True asks for another format than serialization_format='pickle'.")
        if isinstance(extra_files, str):
            raise InvalidInput(f"extra_files is a list of paths, not one: extra_files=[{extra_files!r}].")
        # Whoever chooses how something is pickled wants it pickled
        chosen = PICKLE if pickle_module is not None or arguments else None
        self.serialization_format = PT2 if export_model else serialization_format or chosen
        self.pickle_module = pickle_module
        self.extra_files = extra_files or ()
        self.example = example
        self.signature: ModelSignature | None = None if isinstance(declared, bool) else declared
        self.arguments = arguments


def _is_program(model: Any) -> bool:
    export = sys.modules.get("torch.export")
    return export is not None and isinstance(model, export.ExportedProgram)


def _dump(model: Any, folder: Path, options: _Options) -> tuple[str, set[str]]:
    """Write the model's file; return the name of what pickled it, or would have, and the modules that it refers to."""
    import torch

    wanted = options.serialization_format
    program = model if _is_program(model) else None
    if isinstance(model, torch.jit.ScriptModule):
        if wanted == PT2:
            raise InvalidInput("A scripted module is a program already: it is saved as it is, not as 'pt2'.")
        scripted.dump(model, folder / MODULE_FILE)
        (folder / pickled.INFO).write_text(pickled.cloudpickle_module().__name__, encoding="utf-8")
        return pickled.cloudpickle_module().__name__, scripted.modules(folder / MODULE_FILE)
    if program is not None and wanted == PICKLE:
        raise InvalidInput("An exported program is saved as 'pt2', not as a pickle.")
    if program is None and wanted != PICKLE:
        program = _trace(model, options)
    if program is not None:
        exported.dump(program, folder / PROGRAM_FILE)
        return pickled.cloudpickle_module().__name__, exported.modules(folder / PROGRAM_FILE)
    library = pickled.dump(model, folder / MODULE_FILE, options.pickle_module, options.arguments)
    own = {"cloudpickle"} if library == pickled.cloudpickle_module().__name__ else {library}
    return library, {*pickled.modules(folder / MODULE_FILE), *own}


def _trace(model: Any, options: _Options) -> Any:
    """Return the program of a module; `None` where none can be made and none was asked for."""
    arguments = options.example.arguments(model, options.signature) if options.example else None
    if arguments is None:
        if options.serialization_format == PT2:
            raise InvalidInput(
                "The format 'pt2' needs an input example of tensors or arrays, which the module is traced with, and no "
                "params: pass input_example=..., or serialization_format='pickle'."
            )
        return None
    try:
        return exported.trace(model, arguments)
    except exported.NotTraceable as error:
        if options.serialization_format == PT2:
            raise InvalidInput(
                f"{type(model).__name__} cannot be saved as 'pt2': {error.message}. "
                "Use serialization_format='pickle', or change the module."
            ) from error
        warnings.warn(
            f"{type(model).__name__} is saved as a pickle, which runs code when it is loaded: {error.message}. "
            "serialization_format='pickle' says that this is intended.",
            stacklevel=7,
        )
        return None


def _copy_extra_files(given: Sequence[str], folder: Path) -> dict[str, Any]:
    """Copy files of the user's, and return their part of the section."""
    if not given:
        return {}
    from runyard.artifacts.functions import download_artifacts

    target = folder / EXTRA_FILES
    target.mkdir()
    for each in given:
        source = Path(each) if "://" not in str(each) else Path(download_artifacts(str(each)))
        if not source.is_file():
            raise NotFound(f"There is no file {str(each)!r} to be saved with the model.")
        shutil.copyfile(source, target / source.name)
    return {EXTRA_FILES: [{"path": f"{EXTRA_FILES}/{Path(str(each)).name}"} for each in given]}


def _file(folder: Path, model: MLModel) -> Path:
    """Return the file that holds the model.

    Raises:
        DataDamaged: There is none.
    """
    section = model.flavors.get(PytorchFlavor.name) or model.flavors.get("python_function") or {}
    data = ArtifactPath(str(section.get("model_data") or section.get("data") or DATA)).below(folder)
    if data.is_file():  # as the first releases of the format have it
        return data
    for name in (MODULE_FILE, PROGRAM_FILE):
        if (data / name).is_file():
            return data / name
    raise DataDamaged(
        f"The model in {str(folder)!r} is incomplete: neither {MODULE_FILE!r} nor {PROGRAM_FILE!r} is in its folder "
        f"{data.name!r}."
    )
