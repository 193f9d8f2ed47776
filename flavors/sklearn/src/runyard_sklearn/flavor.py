"""The flavor: scikit-learn estimators as skops, cloudpickle or pickle files."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from runyard.errors import DataDamaged, InvalidInput
from runyard.models.consent import require_consent
from runyard.models.flavor import Flavor, SavedFlavor
from runyard.models.pickles import pickle_modules
from runyard.uris import ArtifactPath
from runyard_sklearn import skops_file
from runyard_sklearn.faults import reading
from runyard_sklearn.predictor import SklearnPredictor

if TYPE_CHECKING:
    from runyard.models.mlmodel import MLModel

SKOPS = "skops"
CLOUDPICKLE = "cloudpickle"
PICKLE = "pickle"
FORMATS = (SKOPS, CLOUDPICKLE, PICKLE)

_FILES = {SKOPS: "model.skops", CLOUDPICKLE: "model.pkl", PICKLE: "model.pkl"}
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class SklearnFlavor(Flavor):
    """Saves and loads estimators, pipelines and everything else that follows scikit-learn's conventions."""

    name = "sklearn"
    loader_module = "mlflow.sklearn"
    survives_fork = True

    def accepts(self, model: Any) -> bool:
        kind = type(model)
        return any(base.__module__.partition(".")[0] == "sklearn" for base in kind.__mro__) or (
            callable(getattr(model, "fit", None)) and callable(getattr(model, "get_params", None))
        )

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> SavedFlavor:
        import sklearn

        if not self.accepts(model):
            raise InvalidInput(f"{type(model).__name__} is not a scikit-learn model.")
        given = _Options(**options)
        serialization, trusted = _dump(model, folder, given)
        file = _FILES[serialization]
        modules = skops_file.modules(folder / file) if serialization == SKOPS else pickle_modules(folder / file)
        return SavedFlavor(
            options={
                "pickled_model": file,
                "sklearn_version": sklearn.__version__,
                "serialization_format": serialization,
                "skops_trusted_types": trusted,
            },
            python_function=_pyfunc_section(model, file, given.pyfunc_predict_fn),
            modules={*modules, *({} if serialization == PICKLE else {serialization})},
        )

    def load(self, folder: Path, model: MLModel, options: Mapping[str, Any]) -> Any:
        if options:
            raise InvalidInput(f"Loading a scikit-learn model takes no arguments {', '.join(sorted(options))}.")
        section = model.flavors.get(self.name, {})
        file = ArtifactPath(str(section.get("pickled_model", _FILES[PICKLE]))).below(folder)
        if not file.is_file():
            raise DataDamaged(f"The model in {str(folder)!r} is incomplete: its file {file.name!r} is missing.")
        with reading(file, section):
            if section.get("serialization_format") == SKOPS:
                return skops_file.load(file, model, section.get("skops_trusted_types") or ())
            require_consent(model, file)
            with file.open("rb") as stream:
                return pickle.load(stream)  # noqa: S301 - the consent was asked for

    def load_predictor(self, folder: Path, model: MLModel, config: Mapping[str, Any] = _NOTHING) -> SklearnPredictor:
        predict_fn = config.get("predict_fn") or model.flavors["python_function"].get("predict_fn", "predict")
        return SklearnPredictor(self.load(folder, model, {}), predict_fn, model.get_input_schema())

    def requirements(self) -> list[str]:
        return ["scikit-learn"]


class _Options:
    """The flavor's keyword arguments, checked."""

    def __init__(
        self,
        serialization_format: str | None = None,
        skops_trusted_types: list[str] | None = None,
        pyfunc_predict_fn: str = "predict",
        **unknown: Any,
    ) -> None:
        if unknown:
            raise InvalidInput(f"The sklearn flavor has no arguments {', '.join(sorted(unknown))}.")
        if serialization_format not in (None, *FORMATS):
            raise InvalidInput(
                f"There is no serialization format {serialization_format!r}; use one of {', '.join(FORMATS)}, or leave "
                "the choice to the flavor."
            )
        self.serialization_format = serialization_format
        self.skops_trusted_types = skops_trusted_types or []
        self.pyfunc_predict_fn = pyfunc_predict_fn


def _dump(model: Any, folder: Path, options: _Options) -> tuple[str, list[str] | None]:
    """Write the model's file; return the format and the types that a reader has to trust beyond skops's own list.

    Without a format, skops is tried first. What it cannot write, or could read only by trusting code that is not
    scikit-learn's own, is pickled.
    """
    wanted = options.serialization_format
    if wanted in (None, SKOPS):
        file = folder / _FILES[SKOPS]
        try:
            return SKOPS, skops_file.dump(model, file, options.skops_trusted_types)
        except InvalidInput:
            file.unlink(missing_ok=True)
            if wanted == SKOPS:
                raise
    file = folder / _FILES[PICKLE]
    with file.open("wb") as stream:
        try:
            if wanted == PICKLE:
                pickle.dump(model, stream, protocol=pickle.DEFAULT_PROTOCOL)
                return PICKLE, None
            import cloudpickle

            cloudpickle.dump(model, stream)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise InvalidInput(f"The model cannot be pickled: {error}") from error
    return CLOUDPICKLE, None


def _pyfunc_section(model: Any, file: str, predict_fn: str) -> dict[str, Any] | None:
    """Return the additions to the python_function section, `None` for a model that does not predict."""
    if callable(getattr(model, predict_fn, None)):
        return {"model_path": file, "predict_fn": predict_fn}
    if predict_fn == "predict":
        return None
    raise InvalidInput(f"{type(model).__name__} has no method {predict_fn!r} that could be its pyfunc_predict_fn.")
