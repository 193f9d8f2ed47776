"""Tables of numbers, given to estimators as arrays.

For a DataFrame scikit-learn looks at the type of each column and at all their names: half a millisecond, several times
what a linear model or a small tree then takes for a row. Where the columns are those that the estimator was fitted
with, and all of them numbers, an array of their values is what it makes of them in the end.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Arrays"]

# Estimators here validate the whole input as one array of numbers, before they do anything with it. Those that treat
# columns differently, or hand their input to other estimators, are elsewhere.
_MODULES = frozenset(
    f"sklearn.{name}"
    for name in (
        "cluster._kmeans",
        "decomposition._pca",
        "discriminant_analysis",
        "ensemble._forest",
        "ensemble._gb",
        "naive_bayes",
        "neighbors._classification",
        "neighbors._regression",
        "neural_network._multilayer_perceptron",
        "preprocessing._data",
        "svm._classes",
        "tree._classes",
    )
)
_LINEAR = "sklearn.linear_model."
_TYPES = frozenset({"float64", "int64"})


class Arrays:
    """An estimator for arrays of what another one takes as DataFrames.

    Args:
        estimator: A copy of that other one, which does not know the names of its features.
        names: The names.
    """

    def __init__(self, estimator: Any, names: list[Any]) -> None:
        self.estimator = estimator
        self._names = names
        self._index: pd.Index[Any] | None = None

    @classmethod
    def of(cls, model: Any) -> Arrays | None:
        """Return the one for a model; `None` if the model may treat a DataFrame and an array differently."""
        import sklearn

        names = getattr(model, "feature_names_in_", None)
        if names is None or sklearn.get_config()["transform_output"] != "default":
            return None
        estimator = _without_names(model)
        return None if estimator is None else cls(estimator, names.tolist())

    def values(self, data: Any) -> NDArray[Any] | None:
        """Return a DataFrame as an array; `None` for what is none, or has other columns, or not only numbers."""
        import pandas as pd

        if not isinstance(data, pd.DataFrame) or not self._knows(data.columns):
            return None
        values = data.to_numpy()
        return values if values.dtype.name in _TYPES else None

    def is_for(self, names: Sequence[Any]) -> bool:
        """Say whether columns are those of the estimator, in its order."""
        return list(names) == self._names

    def _knows(self, columns: pd.Index[Any]) -> bool:
        """Say whether columns are those of the estimator; whoever asks often asks with the same index."""
        if columns.is_(self._index):
            return True
        if not self.is_for(columns.tolist()):
            return False
        self._index = columns
        return True


def _without_names(model: Any) -> Any:
    kind = type(model)
    if kind.__module__ == "sklearn.pipeline" and kind.__name__ == "Pipeline":
        if any(step is None or step == "passthrough" for _, step in model.steps):
            return None
        steps = [(name, _without_names(step)) for name, step in model.steps]
        if any(step is None for _, step in steps):
            return None
        pipeline = copy.copy(model)
        pipeline.steps = steps
        return pipeline
    if kind.__module__ not in _MODULES and not kind.__module__.startswith(_LINEAR):
        return None
    if hasattr(model, "_sklearn_output_config"):  # it was told to give DataFrames, with names
        return None
    estimator = copy.copy(model)
    vars(estimator).pop("feature_names_in_", None)
    return estimator
