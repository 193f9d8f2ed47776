"""What goes into a fit: the data, and the params as they are shown."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from runyard.autologging.observing import Call
    from runyard.autologging.session import Session
    from runyard.data.dataset import Dataset

EXAMPLE_ROWS = 5
MAX_DENSE = 10_000_000
"""How many elements a sparse matrix may have, zeros included, for its data set to be logged."""


class TrainingData:
    """The data of a fit.

    Attributes:
        features: What the fit calls ``X``.
        labels: What it calls ``y``; `None` without labels.
        sample_weight: The weights of the rows, where some were given.
    """

    def __init__(self, features: Any, labels: Any = None, sample_weight: Any = None) -> None:
        self.features = features
        self.labels = labels
        self.sample_weight = sample_weight

    @classmethod
    def of(cls, call: Call) -> TrainingData:
        """Return the data that a method of an estimator is called with.

        Raises:
            TypeError: It cannot be called like this.
        """
        given = arguments(call)
        names = list(given)
        features = given[names[1]] if len(names) > 1 else None
        labels = given.get("y", given.get("Y"))
        more = next((value for value in given.values() if isinstance(value, Mapping)), {})
        return cls(features, labels, given.get("sample_weight", more.get("sample_weight")))

    def dataset(self, session: Session) -> Dataset | None:
        """Return the data as a data set; `None` for what is neither an array nor a frame."""
        return as_dataset(self.features, session, self.labels)


def arguments(call: Call) -> Mapping[str, Any]:
    """Return what a function is called with, by the names of its parameters, defaults left out.

    Raises:
        TypeError: It cannot be called like this.
    """
    return _signature(call.function).bind(*call.args, **call.kwargs).arguments


@lru_cache(maxsize=1024)
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function)


def shown_params(estimator: Any) -> dict[str, Any]:
    """Return the params of an estimator, those of its parts too; of a search only its own."""
    params: dict[str, Any] = estimator.get_params(deep=not is_search(estimator))
    return params


def is_search(estimator: Any) -> bool:
    """Say whether an estimator searches for params."""
    module = sys.modules.get("sklearn.model_selection._search")
    return module is not None and isinstance(estimator, module.BaseSearchCV)


def first_rows(data: Any) -> Any:
    """Return a copy of the first rows of data; `None` where it has none that can be told."""
    try:
        head = data.head(EXAMPLE_ROWS) if hasattr(data, "head") else data[:EXAMPLE_ROWS]
        return head.copy() if hasattr(head, "copy") else head
    except (TypeError, KeyError, IndexError, ValueError):
        return None


def as_dataset(features: Any, session: Session, labels: Any = None) -> Dataset | None:
    """Return features, and labels beside arrays, as a data set; `None` for what is neither an array nor a frame."""
    if _is_a(features, "pandas", "DataFrame"):
        from runyard.data import from_pandas

        return from_pandas(features, session.source)
    features, labels = _dense(features), _dense(labels)
    if not _is_a(features, "numpy", "ndarray"):
        return None
    from runyard.data import from_numpy

    if _is_a(labels, "pandas", "Series") or _is_a(labels, "pandas", "DataFrame"):
        labels = labels.to_numpy()
    return from_numpy(features, session.source, labels if _is_a(labels, "numpy", "ndarray") else None)


def _is_a(value: Any, module: str, name: str) -> bool:
    kind = getattr(sys.modules.get(module), name, None)
    return kind is not None and isinstance(value, kind)


def _dense(data: Any) -> Any:
    """Return a sparse matrix as an array, where that is small enough."""
    sparse = sys.modules.get("scipy.sparse")
    if sparse is None or not sparse.issparse(data):
        return data
    rows, columns = data.shape
    return data.toarray() if rows * columns <= MAX_DENSE else None
