"""Automatic logging of scikit-learn: what is patched, and what is logged of a fit."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from runyard.autologging.autologger import Autologger, AutologOptions
from runyard.autologging.observing import Call, Observation, observe, observe_training
from runyard_sklearn.evaluations import Evaluations
from runyard_sklearn.training import TrainingData, first_rows, shown_params

if TYPE_CHECKING:
    from runyard.autologging.session import Session

TRAINING = ("fit", "fit_transform", "fit_predict")
PREDICTION = ("predict", "predict_proba", "predict_log_proba", "transform")

# What prepares data is not logged by itself; as a step of a pipeline it is part of the pipeline's params.
_PREPARATION = (
    "sklearn.preprocessing",
    "sklearn.impute",
    "sklearn.feature_extraction",
    "sklearn.feature_selection",
    "sklearn.compose._column_transformer",
)


class SklearnOptions(AutologOptions, frozen=True, kw_only=True):
    """The options of scikit-learn's autologger.

    Attributes:
        max_tuning_runs: How many rows of a parameter search become child runs, the best first; all when `None`.
        log_post_training_metrics: Log what ``sklearn.metrics`` and ``score`` compute with a logged model's predictions.
        serialization_format: How models are saved; as `save_model` does when `None`.
        pos_label: The positive label of a binary classification; metrics are averages over the labels when `None`.
    """

    max_tuning_runs: int | None = 5
    log_post_training_metrics: bool = True
    serialization_format: str | None = None
    pos_label: Any = None


class SklearnAutologger(Autologger):
    """Logs each fit that a user calls, and what is computed with the fitted model's predictions."""

    name = "sklearn"
    libraries = ("sklearn",)
    Options = SklearnOptions
    options: SklearnOptions

    def __init__(self) -> None:
        super().__init__()
        self._evaluations = Evaluations(self)

    def _instrument(self) -> None:
        from sklearn.base import BaseEstimator

        # Classes are patched where they define a method, those that are imported later as soon as they exist: asking
        # scikit-learn for all estimators would import every module of it.
        for estimator in _subclasses(BaseEstimator):
            self._patch(estimator)
        patch, base = self._patch, cast("Any", BaseEstimator)

        def __init_subclass__(cls: Any, **kwargs: Any) -> None:  # noqa: N807 - it takes the place of that
            super(base, cls).__init_subclass__(**kwargs)
            patch(cls)

        self.patches.replace(base, "__init_subclass__", classmethod(__init_subclass__))  # type: ignore[arg-type]
        self.when_imported("sklearn.metrics", self._patch_metrics)

    def _uninstrument(self) -> None:
        self._evaluations.forget()

    def _patch(self, estimator: type) -> None:
        """Wrap the methods of a class, and of those that it inherits them from."""
        for cls in estimator.__mro__:
            if not _is_of_sklearn(cls) or cls.__module__.startswith(_PREPARATION):
                continue
            for name in TRAINING:
                self.patches.wrap(cls, name, lambda fit: observe_training(self, fit, self._fit, _is_logged))
            for name in PREDICTION:
                self.patches.wrap(cls, name, lambda method: observe(self, method, self._evaluations.predict))
            self.patches.wrap(cls, "score", lambda score: observe(self, score, self._evaluations.score))

    def _patch_metrics(self, metrics: ModuleType) -> None:
        for name in metrics.__all__:
            if not isinstance(vars(metrics).get(name), type):
                self.patches.wrap(metrics, name, lambda metric: observe(self, metric, self._evaluations.metric))

    def _fit(self, session: Session, call: Call) -> Observation:
        options = self.options
        estimator = call.args[0]
        data = TrainingData.of(call)
        kind = type(estimator)
        with session.part("logging the params"):
            session.record(params=shown_params(estimator))
        with session.part("logging the tags"):
            session.record(
                tags={"estimator_name": kind.__name__, "estimator_class": f"{kind.__module__}.{kind.__qualname__}"}
            )
        dataset = None
        if options.log_datasets:
            with session.part("logging the data set"):
                dataset = data.dataset(session)
                if dataset is not None:
                    session.log_dataset(dataset, "train")
        example = first_rows(data.features)  # taken before the fit, which may change its data
        yield
        from runyard_sklearn import fitted

        fitted.log(session, options, estimator, data, example, dataset)
        if options.log_post_training_metrics:
            self._evaluations.remember(estimator, session)


def _subclasses(cls: type) -> Iterator[type]:
    found: list[type] = cls.__subclasses__()
    for subclass in found:
        yield subclass
        yield from _subclasses(subclass)


def _is_of_sklearn(cls: type) -> bool:
    return cls.__module__.partition(".")[0] == "sklearn"


def _is_logged(*args: Any, **_kwargs: Any) -> bool:
    return bool(args) and _is_logged_class(type(args[0]))  # type: ignore[arg-type] # classes can be hashed


@lru_cache(maxsize=1024)
def _is_logged_class(cls: type) -> bool:
    """Say whether a class is an estimator of scikit-learn that is logged, or derives from one."""
    from sklearn.base import BaseEstimator

    for base in cls.__mro__:
        if _is_of_sklearn(base) and issubclass(base, BaseEstimator):
            return base is not BaseEstimator and not base.__module__.startswith(_PREPARATION)
    return False


def autolog(
    log_input_examples: bool = False,
    log_model_signatures: bool = True,
    log_models: bool = True,
    log_datasets: bool = True,
    disable: bool = False,
    exclusive: bool = False,
    disable_for_unsupported_versions: bool = False,
    silent: bool = False,
    max_tuning_runs: int | None = 5,
    log_post_training_metrics: bool = True,
    serialization_format: str | None = None,
    registered_model_name: str | None = None,
    pos_label: Any = None,
    extra_tags: dict[str, str] | None = None,
) -> None:
    """Log each fit of a scikit-learn estimator: params, metrics, plots, the data set and the model.

    A run is made for a fit where none is active. Metrics that are computed afterwards with the model's predictions go
    into the same run. A function of `sklearn.metrics` that was imported by its name before this is not observed.

    Args:
        log_input_examples: Log the first rows of the training data with the model.
        log_model_signatures: Infer and log the signature of the model.
        log_models: Log the model, as ``model``; of a parameter search also the best one, as ``best_estimator``.
        log_datasets: Log the data as an input of the run.
        disable: Switch off.
        exclusive: Log into runs of its own only, never into one that is active.
        disable_for_unsupported_versions: Stay off where scikit-learn has a version that was not tested.
        silent: No messages and warnings.
        max_tuning_runs: How many rows of a parameter search become child runs, the best first; all when `None`.
        log_post_training_metrics: Log what ``sklearn.metrics`` and ``score`` compute with the model's predictions.
        serialization_format: ``skops``, ``cloudpickle`` or ``pickle``; chosen as `save_model` does when absent.
        registered_model_name: Register each logged model under this name.
        pos_label: The positive label of a binary classification; metrics are averages over the labels when absent.
        extra_tags: Tags for the runs that are made.
    """
    options = locals()
    from runyard.autologging.switches import switch

    switch("sklearn", options)
