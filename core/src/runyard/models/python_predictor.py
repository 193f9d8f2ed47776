"""How Python models are asked for predictions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runyard.models.hints import argument_names

if TYPE_CHECKING:
    from runyard.models.python_model import PythonModelContext

__all__ = ["PythonPredictor"]


class PythonPredictor:
    """Answers predictions with a Python model, which may take a context and params or not.

    Args:
        model: The Python model.
        context: What it is given beside the data.
    """

    def __init__(self, model: Any, context: PythonModelContext) -> None:
        self.raw_model = model
        self.context = context
        self._predict = _bind(model.predict, context)
        stream = getattr(model, "predict_stream", None)
        self._stream = _bind(stream, context) if callable(stream) else None

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Return what the model's `predict` returns."""
        return self._predict(data, params)

    @property
    def predict_stream(self) -> Callable[..., Iterator[Any]] | None:
        """The function that yields the parts of a prediction, `None` where the model has none."""
        return self._stream


def _bind(method: Callable[..., Any], context: PythonModelContext) -> Callable[[Any, Any], Any]:
    """Return a method of a model as a function of data and params, whatever else it takes."""
    names = argument_names(method)
    takes_context, takes_params = "context" in names, "params" in names

    def call(data: Any, params: Any = None) -> Any:
        positional = (context, data) if takes_context else (data,)
        return method(*positional, params=params) if takes_params else method(*positional)

    return call
