"""Predictions of an estimator, for data in the form of a signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runyard.errors import InvalidInput
from runyard_sklearn.arrays import Arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runyard.models.schema import Schema


class SklearnPredictor:
    """Answers predictions with one method of an estimator.

    Args:
        model: The estimator.
        predict_fn: The name of the method.
        inputs: The schema of what it is given, if there is one.

    Raises:
        InvalidInput: The estimator has no such method.
    """

    def __init__(self, model: Any, predict_fn: str, inputs: Schema | None = None) -> None:
        self.raw_model = model
        self._predict = _method(model, predict_fn)
        self._accepts = _arguments(model, predict_fn)
        self._takes_list = inputs is not None and _is_list(inputs)
        self._arrays = Arrays.of(model)
        self._predict_array = self._predict if self._arrays is None else _method(self._arrays.estimator, predict_fn)

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Return what the method returns; those of the params that are arguments of it are passed on."""
        if self._takes_list:
            data = data.iloc[:, 0].tolist()
        named = self._named(params)
        values = None if self._arrays is None else self._arrays.values(data)
        return self._predict(data, **named) if values is None else self._predict_array(values, **named)

    def for_arrays(self, names: Sequence[str]) -> Callable[[NDArray[Any], Mapping[str, Any] | None], Any] | None:
        """Return what answers for an array in place of a DataFrame; see `runyard.models.flavor.ArrayPredictor`."""
        if self._takes_list or self._arrays is None or not self._arrays.is_for(names):
            return None
        return lambda values, params: self._predict_array(values, **self._named(params))

    def _named(self, params: Mapping[str, Any] | None) -> dict[str, Any]:
        return {name: value for name, value in (params or {}).items() if name in self._accepts}


def _is_list(schema: Schema) -> bool:
    """Say whether a schema is that of a list of texts or rows.

    Enforcement makes a DataFrame with one column of it; vectorizers and estimators were fitted with the list itself.
    """
    from runyard.models.schema import ColSpec, DataType

    if len(schema.inputs) != 1 or schema.has_input_names():
        return False
    (column,) = schema.inputs
    return isinstance(column, ColSpec) and (column.type is DataType.string or not isinstance(column.type, DataType))


def _method(model: Any, name: str) -> Callable[..., Any]:
    method = getattr(model, name, None)
    if not callable(method):
        raise InvalidInput(f"{type(model).__name__} has no method {name!r} that could answer predictions.")
    return method  # type: ignore[no-any-return]


def _arguments(model: Any, method: str) -> frozenset[str]:
    """Return the names of the arguments of a method; a pipeline hands its own on to its last step."""
    import inspect

    while getattr(model, "steps", None):
        model = model.steps[-1][1]
    found = getattr(model, method, None)
    return frozenset(inspect.signature(found).parameters) if found is not None else frozenset()
