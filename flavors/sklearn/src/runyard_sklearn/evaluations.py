"""What is computed with a logged model's predictions: the values go into the run that the model was fitted in."""

from __future__ import annotations

import inspect
import sys
import threading
import weakref
from collections import Counter
from contextlib import suppress
from numbers import Real
from types import FrameType
from typing import TYPE_CHECKING, Any

from runyard_sklearn.training import arguments, as_dataset

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runyard.autologging.observing import Call, Observation
    from runyard.autologging.session import Session
    from runyard_sklearn.autologger import SklearnAutologger

INFO = "metric_info.json"
"""The artifact that says for each such metric what was called."""

UNKNOWN = "unknown_dataset"
"""What data is called that the caller has in no variable."""

MAX_DATASETS = 20
"""How many data sets that a model predicts for are logged: some programs predict row by row."""


class FittedModel:
    """A model that was logged, and what is known of its predictions.

    Args:
        session: Writes into the run that it was fitted in, also when that has ended.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._calls: Counter[str] = Counter()
        self._named: dict[str, list[weakref.ref[Any]]] = {}
        self._info: dict[str, str] = {}
        self._datasets: set[str] = set()

    def dataset_name(self, data: Any, caller: FrameType) -> str:
        """Return what data is called; a second thing of the same name gets a number."""
        name = variable_name(data, caller) or UNKNOWN
        known = self._named.setdefault(name, [])
        index = next((index for index, other in enumerate(known) if other() is data), len(known))
        if index == len(known):
            known.append(_reference(data))
        return f"{name}-{index + 1}" if index else name

    def is_wanted(self, dataset: str) -> bool:
        """Say whether a data set that it predicts for is to be logged: once, and not too many of them."""
        if dataset in self._datasets or len(self._datasets) >= MAX_DATASETS:
            return False
        self._datasets.add(dataset)
        return True

    def log(self, metric: str, dataset: str, value: float, call: str) -> None:
        """Write a value under the name of the metric and of the data, and note what was called.

        Args:
            metric: The name of the function.
            dataset: What the data is called.
            value: The value.
            call: The call as text.
        """
        from runyard.tracking.content import log_dict

        self._calls[metric] += 1
        count = self._calls[metric]
        key = f"{metric}-{count}_{dataset}" if count > 1 else f"{metric}_{dataset}"
        self.session.record(metrics={key: value})
        self._info[key] = call
        log_dict(self.session.repository, dict(sorted(self._info.items())), INFO)


class Evaluations:
    """Follows logged models and their predictions, as long as these live."""

    def __init__(self, autologger: SklearnAutologger) -> None:
        self._autologger = autologger
        self._models: weakref.WeakKeyDictionary[Any, FittedModel] = weakref.WeakKeyDictionary()
        self._predictions: dict[int, tuple[weakref.ref[Any], FittedModel, str]] = {}
        self._lock = threading.RLock()

    def remember(self, estimator: Any, session: Session) -> None:
        """Follow an estimator that was fitted in a session."""
        self._models[estimator] = FittedModel(session)

    def forget(self) -> None:
        """Follow nothing any more."""
        with self._lock:
            self._models.clear()
            self._predictions.clear()

    def _model(self, estimator: Any) -> FittedModel | None:
        return self._models.get(estimator) if self._autologger.options.log_post_training_metrics else None

    def predict(self, call: Call) -> Observation:
        """Observe a method that predicts: its result is of this model and this data."""
        model = self._model(call.args[0])
        result = yield
        if model is None:
            return
        features = list(arguments(call).values())[1]
        with self._lock:
            name = model.dataset_name(features, call.caller)
            self._follow(result, model, name)
            wanted = self._autologger.options.log_datasets and model.is_wanted(name)
        if wanted:
            dataset = as_dataset(features, model.session)
            if dataset is not None:
                model.session.log_dataset(dataset, "eval")

    def _follow(self, prediction: Any, model: FittedModel, dataset: str) -> None:
        key, forget = id(prediction), self._predictions.pop
        with suppress(TypeError):  # a list, of several outputs for instance, cannot be followed
            self._predictions[key] = (weakref.ref(prediction, lambda _: forget(key, None)), model, dataset)

    def score(self, call: Call) -> Observation:
        """Observe the method `score` of an estimator."""
        estimator = call.args[0]
        model = self._model(estimator)
        value = yield
        if model is None or not _is_number(value):
            return
        given = arguments(call)
        kind = type(estimator).__name__
        with self._lock:
            name = model.dataset_name(list(given.values())[1], call.caller)
            text = _call_text(f"{kind}.score", list(given.items())[1:], call.caller)
            model.log(f"{kind}_score", name, value, text)

    def metric(self, call: Call) -> Observation:
        """Observe a function of ``sklearn.metrics``: logged if an argument is a prediction that is followed."""
        value = yield
        if not self._predictions or not _is_number(value):
            return
        with self._lock:
            for argument in (*call.args, *call.kwargs.values()):
                followed = self._predictions.get(id(argument))
                if followed is not None and followed[0]() is argument:
                    _, model, dataset = followed
                    function = call.function.__name__
                    text = _call_text(function, arguments(call).items(), call.caller)
                    model.log(function, dataset, value, text)
                    return


def variable_name(value: Any, frame: FrameType) -> str | None:
    """Return the name of a variable of a caller that holds a value; `None` where there is none."""
    own = frame.f_locals
    try:
        for variables in (own, frame.f_globals):
            for name, held in list(variables.items()):
                if held is value and name.isidentifier() and not name.startswith("_"):
                    return name
        return None
    finally:
        if sys.version_info < (3, 13) and frame.f_code.co_flags & inspect.CO_OPTIMIZED:
            own.clear()  # a copy that the frame keeps, and with it what the caller deletes


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _reference(value: Any) -> weakref.ref[Any]:
    try:
        return weakref.ref(value)
    except TypeError:  # a list, for instance; it is not recognised again
        return weakref.ref(_Nothing())


class _Nothing:
    """Something that is gone at once."""


def _call_text(function: str, given: Iterable[tuple[str, Any]], caller: FrameType) -> str:
    """Return a call as it might stand in the program."""
    texts = []
    for name, value in given:
        shown = variable_name(value, caller)
        if isinstance(value, (str, bytes, int, float, bool, type(None))):
            shown = repr(value)
        texts.append(f"{name}={shown or '...'}")
    return f"{function}({', '.join(texts)})"
