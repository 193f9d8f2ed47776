"""The flavor ``python_function``: Python models, saved with cloudpickle."""

from __future__ import annotations

import inspect
import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from runyard.errors import DataDamaged, InvalidInput, NotFound
from runyard.models.consent import require_consent
from runyard.models.flavor import Flavor, SavedFlavor
from runyard.models.pickles import code_modules, pickle_modules
from runyard.models.python_model import FunctionModel, PythonModel, PythonModelContext
from runyard.models.reference_pickles import load_pickle
from runyard.uris import ArtifactPath

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel

FILE = "python_model.pkl"
ARTIFACTS = "artifacts"

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class PythonFlavor(Flavor):
    """Saves and loads objects with a `predict`, and functions."""

    name = "python_function"
    loader_module = "mlflow.pyfunc.model"

    def accepts(self, model: Any) -> bool:
        return inspect.isroutine(model) or callable(getattr(model, "predict", None))

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> SavedFlavor:
        import cloudpickle

        if inspect.isclass(model):
            raise InvalidInput(f"{model.__name__} is a class; save an object of it.")
        if not self.accepts(model):
            raise InvalidInput(
                f"{type(model).__name__} is no Python model: it is no function and has no predict method."
            )
        given = _Options(**options)
        _check_predict(model)
        python_model = FunctionModel(model) if inspect.isroutine(model) else model
        with (folder / FILE).open("wb") as stream, _base_by_value():
            try:
                cloudpickle.dump(python_model, stream)
            except (pickle.PicklingError, AttributeError, TypeError) as error:
                raise InvalidInput(f"The Python model cannot be pickled: {error}") from error
        section: dict[str, Any] = {
            "python_model": FILE,
            "cloudpickle_version": cloudpickle.__version__,
            "streamable": _has_own(python_model, "predict_stream"),
        }
        if given.artifacts:
            section["artifacts"] = _copy_artifacts(given.artifacts, folder)
        if given.model_config:
            section["config"] = dict(given.model_config)
        return SavedFlavor(None, section, {*pickle_modules(folder / FILE), *_body_modules(model)})

    def load(self, folder: Path, model: MLModel, options: Mapping[str, Any]) -> Any:
        return self._load(folder, model, options).raw_model

    def load_predictor(self, folder: Path, model: MLModel, config: Mapping[str, Any] = _NOTHING) -> PythonPredictor:
        return self._load(folder, model, config)

    def _load(self, folder: Path, model: MLModel, config: Mapping[str, Any]) -> PythonPredictor:
        section = model.flavors[self.name]
        file = ArtifactPath(str(section.get("python_model", FILE))).below(folder)
        if not file.is_file():
            raise DataDamaged(f"The model in {str(folder)!r} is incomplete: its file {file.name!r} is missing.")
        require_consent(model, file)
        with file.open("rb") as stream:
            try:
                python_model = load_pickle(stream)
            except (pickle.UnpicklingError, EOFError) as error:
                raise DataDamaged(f"{str(file)!r} is not a whole pickle: {type(error).__name__}: {error}") from error
        artifacts = {
            name: str(ArtifactPath(str(entry["path"])).below(folder))
            for name, entry in (section.get("artifacts") or {}).items()
        }
        context = PythonModelContext(artifacts, {**(section.get("config") or {}), **config})
        load_context = getattr(python_model, "load_context", None)
        if load_context is not None:
            load_context(context)
        return PythonPredictor(python_model, context)

    def requirements(self) -> list[str]:
        return ["cloudpickle"]


class PythonPredictor:
    """Answers predictions with a Python model, which may take a context and params or not.

    Args:
        model: The Python model.
        context: What it is given beside the data.
    """

    def __init__(self, model: Any, context: PythonModelContext) -> None:
        self.raw_model = model
        self.context = context

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Return what the model's `predict` returns."""
        return self._call(self.raw_model.predict, data, params)

    def predict_stream(self, data: Any, params: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """Return the parts that the model's `predict_stream` yields."""
        return iter(self._call(self.raw_model.predict_stream, data, params))

    def _call(self, method: Callable[..., Any], data: Any, params: Mapping[str, Any] | None) -> Any:
        names = inspect.signature(method).parameters
        positional = (self.context, data) if "context" in names else (data,)
        named = {"params": params} if "params" in names else {}
        return method(*positional, **named)


class _Options:
    """The flavor's keyword arguments, checked."""

    def __init__(
        self,
        artifacts: Mapping[str, str] | None = None,
        model_config: Mapping[str, Any] | None = None,
        **unknown: Any,
    ) -> None:
        if unknown:
            raise InvalidInput(f"Python models have no arguments {', '.join(sorted(unknown))}.")
        for name, value in (("artifacts", artifacts), ("model_config", model_config)):
            if value is not None and not isinstance(value, Mapping):
                raise InvalidInput(f"{name} is a dictionary, not {type(value).__name__}.")
        self.artifacts = artifacts or {}
        self.model_config = model_config or {}


def _check_predict(model: Any) -> None:
    """Make sure that a model can be called with data."""
    if isinstance(model, PythonModel) and type(model).predict is PythonModel.predict:
        raise InvalidInput(f"{type(model).__name__} has no predict method of its own.")
    method = model if inspect.isroutine(model) else model.predict
    try:
        names = list(inspect.signature(method).parameters)
    except ValueError:  # a built-in function that does not say what it takes
        return
    if not set(names) - {"context", "params"}:
        raise InvalidInput(
            f"{getattr(method, '__qualname__', method)} takes ({', '.join(names)}); it needs an argument for the data. "
            "A method is predict(self, context, model_input, params=None), a function f(model_input, params=None); "
            "context and params may be left out."
        )


def _has_own(model: Any, method: str) -> bool:
    return callable(getattr(model, method, None))


class _base_by_value:  # noqa: N801 - a context manager that reads as what it does
    """Pickle the base class by value, so that loading needs no runyard."""

    def __enter__(self) -> None:
        import cloudpickle

        from runyard.models import python_model

        cloudpickle.register_pickle_by_value(python_model)

    def __exit__(self, *error: object) -> None:
        import cloudpickle

        from runyard.models import python_model

        cloudpickle.unregister_pickle_by_value(python_model)


def _body_modules(model: Any) -> set[str]:
    """Return the modules that a function, or the methods of a class pickled by value, import when they are called."""
    if inspect.isfunction(model):
        return set(code_modules(model.__code__))
    return {
        module
        for base in type(model).__mro__
        if base.__module__ == "__main__"
        for member in vars(base).values()
        if inspect.isfunction(member)
        for module in code_modules(member.__code__)
    }


def _copy_artifacts(artifacts: Mapping[str, str], folder: Path) -> dict[str, dict[str, str]]:
    """Copy local files and folders, or what URIs name, below ``artifacts/``; return their section of ``MLmodel``."""
    section: dict[str, dict[str, str]] = {}
    taken: set[str] = set()
    for name, uri in artifacts.items():
        source = _local(uri)
        target = source.name
        while target in taken:  # two artifacts of one base name
            target = f"{name}-{target}"
        taken.add(target)
        place = folder / ARTIFACTS / target
        place.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, place)
        else:
            shutil.copyfile(source, place)
        section[name] = {"path": f"{ARTIFACTS}/{target}", "uri": str(uri)}
    return section


def _local(uri: str) -> Path:
    from runyard.uris import ArtifactURI

    if not str(uri).startswith(("runs:", "models:")):
        root = ArtifactURI.parse(uri)
        if root.scheme == "file":
            if not Path(root.path).exists():
                raise NotFound(f"There is no artifact {root.path!r}.")
            return Path(root.path)
    from runyard.artifacts.functions import download_artifacts

    return Path(download_artifacts(str(uri)))
