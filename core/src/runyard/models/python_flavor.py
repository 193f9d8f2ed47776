"""The flavor ``python_function``: Python models, saved as the script that makes them or with cloudpickle."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from runyard.errors import DataDamaged, InvalidInput, NotSupported
from runyard.models.code_model import copy_script, load_script, read_config
from runyard.models.consent import require_consent
from runyard.models.flavor import Flavor, SavedFlavor
from runyard.models.hints import data_name
from runyard.models.python_artifacts import copy_artifacts, local_artifacts
from runyard.models.python_files import FILE, read_python_model, write_python_model
from runyard.models.python_model import FunctionModel, ObjectModel, PythonModel, PythonModelContext
from runyard.models.python_predictor import PythonPredictor
from runyard.uris import ArtifactPath

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel

CODE_LOADER = "mlflow.pyfunc.loaders.code_model"
"""The loader of models that are scripts."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_AGENT_LOADERS = "mlflow.pyfunc.loaders."


class PythonFlavor(Flavor):
    """Saves and loads objects with a `predict`, functions, and the scripts that make such."""

    name = "python_function"
    loader_module = "mlflow.pyfunc.model"

    def accepts(self, model: Any) -> bool:
        return inspect.isroutine(model) or callable(getattr(model, "predict", None))

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> SavedFlavor:
        from runyard.models.declared import declared_by

        given = _Options.of(options)
        if isinstance(model, (str, os.PathLike)):
            script = copy_script(model, folder)
            python_model = _as_model(load_script(folder / script, given.config), f"What {script!r} names")
            # The reference system keeps the whole path and reads the last part of it
            keys: dict[str, Any] = {"loader_module": CODE_LOADER, "model_code_path": script}
            modules = _script_modules(folder / script)
        else:
            python_model = _as_model(model, type(model).__name__)
            keys, modules = write_python_model(python_model, folder)
        can_stream = callable(getattr(python_model, "predict_stream", None))
        section: dict[str, Any] = {**keys, "streamable": can_stream if given.streamable is None else given.streamable}
        if given.artifacts:
            section["artifacts"] = copy_artifacts(given.artifacts, folder)
        if given.config:
            section["config"] = given.config
        return SavedFlavor(None, section, modules, declared=declared_by(python_model))

    def load(self, folder: Path, model: MLModel, options: Mapping[str, Any]) -> Any:
        if unknown := sorted(set(options) - {"model_config"}):
            raise InvalidInput(f"Loading a Python model has no arguments {', '.join(unknown)}.")
        return self._load(folder, model, read_config(options.get("model_config"))).raw_model

    def load_predictor(self, folder: Path, model: MLModel, config: Mapping[str, Any] = _NOTHING) -> PythonPredictor:
        return self._load(folder, model, config)

    def _load(self, folder: Path, model: MLModel, config: Mapping[str, Any]) -> PythonPredictor:
        section = model.flavors[self.name]
        merged = {**model.saved_config(), **config}
        loader = str(section.get("loader_module", ""))
        if section.get("model_code_path"):
            file = _file(folder, os.path.basename(str(section["model_code_path"]).replace("\\", "/")))
            require_consent(model, file, "a script that makes the model")
            python_model = _as_model(load_script(file, merged), f"What {file.name!r} names")
        elif loader.startswith(_AGENT_LOADERS):
            raise NotSupported(
                f"The model in {str(folder)!r} is an agent for language models, loaded by {loader!r}; runyard loads "
                "models that predict. Save what it does as a PythonModel with a predict method, or load it with MLflow."
            )
        else:
            file = _file(folder, str(section.get("python_model", FILE)))
            require_consent(model, file)
            python_model = read_python_model(file, section.get("python_model_compression"))
        context = PythonModelContext(local_artifacts(section, folder), merged)
        load_context = getattr(python_model, "load_context", None)
        if load_context is not None:
            load_context(context)
        return PythonPredictor(python_model, context)

    def requirements(self) -> list[str]:
        return ["cloudpickle"]


def _file(folder: Path, name: str) -> Path:
    file = ArtifactPath(name).below(folder)
    if not os.path.isfile(file):
        raise DataDamaged(f"The model in {str(folder)!r} is incomplete: its file {name!r} is missing.")
    return file


def _as_model(model: Any, what: str) -> Any:
    """Return an object as a Python model, with all that readers ask of one.

    Raises:
        InvalidInput: It cannot predict.
    """
    if inspect.isclass(model):
        raise InvalidInput(f"{model.__name__} is a class; save an object of it.")
    if callable(model) and not hasattr(model, "predict"):
        _check_arguments(model)
        return FunctionModel(model)
    if not callable(getattr(model, "predict", None)):
        raise InvalidInput(f"{what} is no Python model: it is no function and has no predict method.")
    if isinstance(model, PythonModel) and type(model).predict is PythonModel.predict:
        raise InvalidInput(f"{type(model).__name__} has no predict method of its own.")
    _check_arguments(model.predict)
    is_complete = hasattr(model, "load_context") and hasattr(model, "predict_type_hints")
    return model if is_complete else ObjectModel(model)


def _check_arguments(method: Any) -> None:
    """Make sure that a model can be called with data."""
    try:
        names = list(inspect.signature(method).parameters)
    except ValueError:  # a built-in function that does not say what it takes
        return
    if data_name(method) is None:
        raise InvalidInput(
            f"{getattr(method, '__qualname__', method)} takes ({', '.join(names)}); it needs an argument for the data. "
            "A method is predict(self, context, model_input, params=None), a function f(model_input, params=None); "
            "context and params may be left out."
        )


def _script_modules(script: Path) -> set[str]:
    from runyard.models.sources import imported_modules

    return imported_modules(script.read_bytes(), str(script))


class _Options(msgspec.Struct, frozen=True, kw_only=True):
    """The flavor's keyword arguments, checked."""

    artifacts: Mapping[str, str]
    config: dict[str, Any]
    streamable: bool | None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> _Options:
        known = {"artifacts", "model_config", "streamable"}
        if unknown := sorted(set(options) - known):
            raise InvalidInput(f"Python models have no arguments {', '.join(unknown)}.")
        artifacts = options.get("artifacts")
        if artifacts is not None and not isinstance(artifacts, Mapping):
            raise InvalidInput(f"artifacts is a dictionary, not {type(artifacts).__name__}.")
        streamable = options.get("streamable")
        return cls(
            artifacts=artifacts or {},
            config=read_config(options.get("model_config")),
            streamable=None if streamable is None else bool(streamable),
        )
