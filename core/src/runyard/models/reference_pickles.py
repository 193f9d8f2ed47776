"""Python models that the reference system pickled: they name its classes by their modules, and load without them."""

from __future__ import annotations

import pickle
from typing import Any, BinaryIO

from runyard.errors import NotSupported
from runyard.models.python_model import PythonModel, PythonModelContext, TypeHints

__all__ = ["load_pickle"]


class ReferenceFunction(PythonModel):
    """A function that the reference system saved as a model; its state is the function, as ``func``."""

    func: Any

    @property
    def function(self) -> Any:
        """The function."""
        return self.func

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:  # noqa: ARG002 - the base decides
        """Return what the function returns."""
        import inspect

        if "params" in inspect.signature(self.func).parameters:
            return self.func(model_input, params=params)
        return self.func(model_input)


_OURS: dict[tuple[str, str], type] = {
    ("mlflow.pyfunc.model", "PythonModel"): PythonModel,
    ("mlflow.pyfunc.model", "PythonModelContext"): PythonModelContext,
    ("mlflow.pyfunc.model", "_FunctionPythonModel"): ReferenceFunction,
    ("mlflow.models.signature", "_TypeHints"): TypeHints,
}


class _Unpickler(pickle.Unpickler):
    """Puts our classes in the place of those that a model of the reference system is built on."""

    def find_class(self, module: str, name: str) -> Any:
        ours = _OURS.get((module, name))
        if ours is not None:
            return ours
        try:
            return super().find_class(module, name)
        except ModuleNotFoundError as error:
            if module.partition(".")[0] == "mlflow":
                raise NotSupported(
                    f"The model uses {module}.{name} of MLflow, which is not installed. Install it to load this model: "
                    "pip install mlflow"
                ) from error
            raise


def load_pickle(stream: BinaryIO) -> Any:
    """Return the object in a pickle; consent is the caller's to ask for.

    Raises:
        NotSupported: It is built on a class of the reference system that has no counterpart here.
        pickle.UnpicklingError, EOFError: It is not a whole pickle.
    """
    return _Unpickler(stream).load()
