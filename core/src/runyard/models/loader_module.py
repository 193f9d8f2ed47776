"""Models that a module of the user's loads: it has a function ``_load_pyfunc`` that takes the path of their data."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from runyard.errors import DataDamaged, InvalidInput, NotFound
from runyard.models.consent import require_consent
from runyard.models.flavor import Flavor, SavedFlavor
from runyard.models.hints import argument_names
from runyard.models.mlmodel import PYTHON_FUNCTION
from runyard.uris import ArtifactPath

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel

__all__ = ["LoaderModule"]

DATA = "data"
_LOAD = "_load_pyfunc"
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class LoaderModule(Flavor):
    """Saves a file or folder beside the name of the module that loads it.

    Args:
        loader_module: The full name of the module.
    """

    name = PYTHON_FUNCTION

    def __init__(self, loader_module: str) -> None:
        self.loader_module = loader_module

    def accepts(self, model: Any) -> bool:  # noqa: ARG002 - no object is saved in this way
        return False

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> SavedFlavor:
        """Copy the data.

        Args:
            model: The path of a file or folder, or `None` for a loader that needs none.
            folder: The model folder.
            options: ``model_config`` and ``streamable``.
        """
        from runyard.models.code_model import read_config

        if unknown := sorted(set(options) - {"model_config", "streamable"}):
            raise InvalidInput(f"Models with a loader module have no arguments {', '.join(unknown)}.")
        section: dict[str, Any] = {"streamable": bool(options.get("streamable"))}
        if model is not None:
            section["data"] = _copy(Path(model), folder)
        if config := read_config(options.get("model_config")):
            section["config"] = config
        return SavedFlavor(None, section, {self.loader_module})

    def load(self, folder: Path, model: MLModel, options: Mapping[str, Any]) -> Any:
        if options:
            raise InvalidInput(f"Loading a model with a loader module has no arguments {', '.join(sorted(options))}.")
        return self.load_predictor(folder, model).raw_model

    def load_predictor(self, folder: Path, model: MLModel, config: Mapping[str, Any] = _NOTHING) -> CustomPredictor:
        section = model.flavors[PYTHON_FUNCTION]
        data = ArtifactPath(str(section["data"])).below(folder) if section.get("data") else folder
        if not os.path.exists(data):
            raise DataDamaged(f"The model in {str(folder)!r} is incomplete: its data, {str(data)!r}, is missing.")
        require_consent(model, data, f"a model that the module {self.loader_module!r} loads")
        try:
            load = getattr(import_module(self.loader_module), _LOAD)
        except (ImportError, AttributeError) as error:
            raise NotFound(
                f"The model names {self.loader_module!r} as its loader, which cannot be used: {error}. Install what "
                "brings that module, or save the model with it in code_paths."
            ) from error
        merged = {**model.saved_config(), **config}
        named = {"model_config": merged} if merged and "model_config" in argument_names(load) else {}
        return CustomPredictor(load(str(data), **named))

    def requirements(self) -> list[str]:
        return []


class CustomPredictor:
    """Answers predictions with what a loader module of the user's returned.

    Raises:
        InvalidInput: It has no `predict`.
    """

    def __init__(self, model: Any) -> None:
        if not callable(getattr(model, "predict", None)):
            raise InvalidInput(f"The loader module returned {type(model).__name__}, which has no predict method.")
        self.raw_model = model
        self._takes_params = "params" in argument_names(model.predict)

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Return what the object's `predict` returns."""
        return self.raw_model.predict(data, params=params) if self._takes_params else self.raw_model.predict(data)


def _copy(source: Path, folder: Path) -> str:
    """Copy a file or folder below ``data/`` and return its path in the model folder."""
    if not source.exists():
        raise NotFound(f"The data path {str(source)!r} does not exist.")
    name = source.resolve().name
    (folder / DATA).mkdir()
    if source.is_dir():
        shutil.copytree(source, folder / DATA / name)
    else:
        shutil.copyfile(source, folder / DATA / name)
    return f"{DATA}/{name}"
