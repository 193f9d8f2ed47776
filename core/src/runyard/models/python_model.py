"""Python models: classes and functions of the user's that answer predictions.

This module is pickled by value together with a model, so that the model loads in a process that has no runyard. It
imports nothing but the standard library, and nothing of it may refer to the rest of the package.
"""

from __future__ import annotations

from typing import Any

__all__ = ["FunctionModel", "PythonModel", "PythonModelContext"]


class PythonModelContext:
    """What a Python model is given beside the data.

    Attributes:
        artifacts: Local paths of its artifacts by name.
        model_config: What the caller, or whoever saved the model, says about predictions.
    """

    def __init__(self, artifacts: dict[str, str], model_config: dict[str, Any] | None = None) -> None:
        self.artifacts = artifacts
        self.model_config = model_config or {}


class TypeHints:
    """The annotations of a `predict`, as readers of the reference system ask a Python model for them; none are kept."""

    input: Any = None
    output: Any = None


class PythonModel:
    """The base class of Python models; a subclass has a `predict`.

    Attributes:
        predict_type_hints: Read by the reference system when it loads the model.
    """

    predict_type_hints = TypeHints()

    def load_context(self, context: Any) -> None:
        """Load what `predict` needs from the artifacts; called once, before the first prediction.

        Args:
            context: A `PythonModelContext`.
        """

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        """Return predictions.

        A subclass may leave out `context` and `params`.

        Args:
            context: A `PythonModelContext`.
            model_input: Data that fits the signature, or anything where there is none.
            params: A dictionary of params.
        """
        raise NotImplementedError(f"{type(self).__name__} has no predict method.")


class FunctionModel(PythonModel):
    """A function as a model.

    Args:
        function: Takes the data, and params if it has a second argument of that name.
    """

    def __init__(self, function: Any) -> None:
        import inspect

        self.function = function
        try:
            self.takes_params = "params" in inspect.signature(function).parameters
        except ValueError:  # a built-in function that does not say what it takes
            self.takes_params = False

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:  # noqa: ARG002 - the base decides
        """Return what the function returns."""
        return self.function(model_input, params=params) if self.takes_params else self.function(model_input)
