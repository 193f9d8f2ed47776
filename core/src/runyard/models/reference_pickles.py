"""Python models that the reference system pickled: they name its classes by their modules, and load without them."""

from __future__ import annotations

import inspect
import pickle
from types import CellType, CodeType, FunctionType
from typing import Any, BinaryIO, NamedTuple

from runyard.errors import NotSupported
from runyard.models.hints import convert, is_checkable
from runyard.models.python_model import PythonModel, PythonModelContext
from runyard.models.reference_names import BUILTINS, counterpart

__all__ = ["load_pickle"]


class ReferenceFunction(PythonModel):
    """A function that the reference system saved as a model; its state is the function, as ``func``."""

    func: Any

    @property
    def saved_object(self) -> Any:
        """The function."""
        return self.func

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:  # noqa: ARG002 - the base decides
        """Return what the function returns."""
        if "params" in inspect.signature(self.func).parameters:
            return self.func(model_input, params=params)
        return self.func(model_input)


class ReferenceHints:
    """The hints of a model of the reference system's, which are an object with a state."""

    input: Any = None
    output: Any = None


class FunctionHint(NamedTuple):
    """The type hint that a `predict` of the reference system's was checked by."""

    input_type_hint: Any
    input_param_name: str


def check_data(
    positional: tuple[Any, ...], named: dict[str, Any], place: int, hint: Any, name: str
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of a `predict` with the data in the form of its hint."""
    if is_checkable(hint):
        if name in named:
            named = {**named, name: convert(named[name], hint)}
        elif len(positional) > place:
            positional = (*positional[:place], convert(positional[place], hint), *positional[place + 1 :])
    return positional, named


def _make_function(
    code: CodeType,
    globals_: dict[str, Any],
    name: str | None = None,
    defaults: tuple[Any, ...] | None = None,
    closure: tuple[CellType, ...] | None = None,
) -> FunctionType:
    """Make a function that is stored in a pickle, such that it imports our modules for the reference system's."""
    globals_["__builtins__"] = BUILTINS
    return FunctionType(code, globals_, name, defaults, closure)


def _subimport(name: str) -> Any:
    """Return a module that a pickled function refers to."""
    from cloudpickle.cloudpickle import subimport

    ours = counterpart(name)
    if ours is not None:
        return ours
    try:
        return subimport(name)
    except ModuleNotFoundError as error:
        if name.partition(".")[0] == "mlflow":
            raise _missing(name) from error
        raise


def _missing(name: str) -> NotSupported:
    return NotSupported(
        f"The model uses {name} of MLflow, which is not installed. Install it to load this model: pip install mlflow"
    )


_OURS: dict[tuple[str, str], Any] = {
    ("mlflow.pyfunc.model", "PythonModel"): PythonModel,
    ("mlflow.pyfunc.model", "PythonModelContext"): PythonModelContext,
    ("mlflow.pyfunc.model", "_FunctionPythonModel"): ReferenceFunction,
    ("mlflow.pyfunc.utils.data_validation", "FuncInfo"): FunctionHint,
    ("mlflow.pyfunc.utils.data_validation", "_validate_model_input"): check_data,
    ("mlflow.models.signature", "_TypeHints"): ReferenceHints,
    ("cloudpickle.cloudpickle", "_make_function"): _make_function,
    ("cloudpickle.cloudpickle", "subimport"): _subimport,
}


class _Unpickler(pickle.Unpickler):
    """Puts ours in the place of what a model of the reference system is built on."""

    def find_class(self, module: str, name: str) -> Any:
        ours = _OURS.get((module, name))
        if ours is not None:
            return ours
        found = counterpart(module)
        if found is not None and hasattr(found, name.partition(".")[0]):
            return super().find_class(found.__name__, name)
        try:
            return super().find_class(module, name)
        except ModuleNotFoundError as error:
            if module.partition(".")[0] == "mlflow":
                raise _missing(f"{module}.{name}") from error
            raise


def load_pickle(stream: BinaryIO) -> Any:
    """Return the object in a pickle; consent is the caller's to ask for.

    Raises:
        NotSupported: It is built on something of the reference system's that has no counterpart here.
        pickle.UnpicklingError, EOFError: It is not a whole pickle.
    """
    return _Unpickler(stream).load()
