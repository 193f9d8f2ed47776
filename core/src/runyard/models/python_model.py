"""Python models: classes and functions of the user's that answer predictions.

This module is pickled by value together with a model, so that the model loads in a process that has no runyard. It
imports nothing but the standard library; what it needs of the package is needed where models are written only.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any, NamedTuple

__all__ = ["FunctionModel", "ObjectModel", "PythonModel", "PythonModelContext", "TypeHints"]


class PythonModelContext:
    """What a Python model is given beside the data.

    Attributes:
        artifacts: Local paths of its artifacts by name.
        model_config: What the caller, or whoever saved the model, says about predictions.
    """

    def __init__(self, artifacts: dict[str, str], model_config: dict[str, Any] | None = None) -> None:
        self.artifacts = artifacts
        self.model_config = model_config or {}


class TypeHints(NamedTuple):
    """The annotations of a `predict`.

    Attributes:
        input: That of the data.
        output: That of the result.
    """

    input: Any = None
    output: Any = None


class PythonModel:
    """The base class of Python models; a subclass has a `predict`.

    A type hint of its data such as ``list[str]`` is kept: other data is refused, and dictionaries become the pydantic
    models that the hint names.

    Attributes:
        predict_type_hints: The annotations of `predict`; also read by the reference system when it loads the model.
    """

    predict_type_hints = TypeHints()

    def __init_subclass__(cls, **named: Any) -> None:
        super().__init_subclass__(**named)
        # As it is defined, and perhaps by a class beside this one
        predict = next(vars(base)["predict"] for base in cls.__mro__ if "predict" in vars(base))
        if not isinstance(predict, FunctionType) or predict is PythonModel.predict:
            return
        try:
            from runyard.models.hints import checked, data_hint, result_hint
        except ImportError:  # the class is made again from a pickle, where there is no runyard; it has its checks
            return
        cls.predict_type_hints = TypeHints(data_hint(predict), result_hint(predict))
        with_check = checked(predict)
        if with_check is not predict:
            cls.predict = with_check  # type: ignore[method-assign] # the same method

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
        function: Takes the data, and a context and params if it has arguments of these names.

    Attributes:
        saved_object: What the user saved.
    """

    def __init__(self, function: Any) -> None:
        from runyard.models.hints import argument_names, checked, data_hint, result_hint

        self.saved_object = function
        self.function = checked(function)
        self.predict_type_hints = TypeHints(data_hint(function), result_hint(function))
        names = argument_names(function)
        self.takes_context, self.takes_params = "context" in names, "params" in names

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        """Return what the function returns."""
        positional = (context, model_input) if self.takes_context else (model_input,)
        return self.function(*positional, params=params) if self.takes_params else self.function(*positional)


class ObjectModel(FunctionModel):
    """An object of any class that has a `predict`, as a model.

    Args:
        saved_object: The object.
    """

    def __init__(self, saved_object: Any) -> None:
        super().__init__(saved_object.predict)
        self.saved_object = saved_object
        if callable(getattr(saved_object, "predict_stream", None)):
            self.predict_stream = saved_object.predict_stream

    def load_context(self, context: Any) -> None:
        """Have the object load its artifacts, if it can."""
        if hasattr(self.saved_object, "load_context"):
            self.saved_object.load_context(context)
