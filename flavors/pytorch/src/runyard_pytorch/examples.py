"""Input examples: what is stored of them, and the tensors that a module is traced with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runyard.models.schema import TensorSpec
from runyard_pytorch.forward import argument_names, arrange

if TYPE_CHECKING:
    from runyard.models.signature import ModelSignature

__all__ = ["Arguments", "Example"]


class Arguments:
    """What a module is traced with.

    Attributes:
        positional: Tensors, or dictionaries of tensors.
        named: The same by name.
        free: Which dimensions of each tensor may have another extent later, in the form of the arguments.
    """

    def __init__(self, positional: tuple[Any, ...], named: dict[str, Any], free: tuple[Any, dict[str, Any]]) -> None:
        self.positional = positional
        self.named = named
        self.free = free


class Example:
    """An input example as a user gives it.

    Args:
        given: A tensor, an array, a DataFrame, a dictionary of tensors or arrays by the names of the arguments, a list
            or tuple of them in the order of the arguments; or a pair of one of these and a dictionary of params.
            Something else is stored as it is.
        module: The module that takes it.

    Attributes:
        stored: What is stored: arrays in the place of tensors, with the names of the arguments where there are several.
    """

    def __init__(self, given: Any, module: Any) -> None:
        self._params: dict[str, Any] | None = None
        self._data = given
        if isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], (dict, type(None))):
            self._data, self._params = given
        if isinstance(self._data, (list, tuple)) and self._data and all(map(_is_array, self._data)):
            self._data = self._name(module)
        self.stored = self._data
        if isinstance(self._data, Mapping) and all(map(_is_array, self._data.values())):
            self.stored = {name: _to_array(value) for name, value in self._data.items()}
        elif _is_array(self._data):
            self.stored = _to_array(self._data)
        if self._params:
            self.stored = (self.stored, self._params)

    def _name(self, module: Any) -> Any:
        """Return a list of tensors by the names of the arguments that they are."""
        if len(self._data) == 1:
            return self._data[0]
        names = argument_names(module) or []
        if len(names) < len(self._data):
            names = [f"input_{index}" for index in range(len(self._data))]
        return dict(zip(names, self._data, strict=False))

    def arguments(self, module: Any, signature: ModelSignature | None) -> Arguments | None:
        """Return what a module is traced with; `None` for an example that is not made of tensors alone.

        Args:
            module: The module.
            signature: What the user declares; extents of -1 are free. Without one the first extent of each tensor is.
        """
        if self._params or (signature and signature.params):  # a traced module has no params
            return None
        data = _tensors(self._data)
        if data is None:
            return None
        declared = _declared(signature)
        if not isinstance(data, dict):
            return Arguments((data,), {}, ((_free(data, declared.get(None)),), {}))
        free = {name: _free(tensor, declared.get(name)) for name, tensor in data.items()}
        positional, named = arrange(module, data)
        return Arguments(positional, named, arrange(module, free))


def _is_array(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] in ("numpy", "torch") and hasattr(value, "shape")


def _to_array(value: Any) -> Any:
    """Return a tensor as an array; an array stays as it is."""
    if hasattr(value, "detach"):
        from runyard_pytorch.predictor import to_array

        return to_array(value)
    return value


def _tensors(data: Any) -> Any:
    """Return data as a tensor or as tensors by name; `None` where it is something else."""
    import torch

    if isinstance(data, Mapping) and data and all(map(_is_array, data.values())):
        tensors = {name: _tensors(value) for name, value in data.items()}
        return None if any(tensor is None for tensor in tensors.values()) else tensors
    try:
        if type(data).__module__.startswith("pandas") and hasattr(data, "columns"):
            return torch.from_numpy(data.to_numpy(dtype="float32", copy=True))
        if _is_array(data):
            return data.detach() if isinstance(data, torch.Tensor) else torch.from_numpy(data)
    except (TypeError, ValueError):  # text, dates
        pass
    return None


def _declared(signature: ModelSignature | None) -> dict[str | None, tuple[int, ...]]:
    schema = signature.inputs if signature else None
    if schema is None:
        return {}
    return {spec.name: tuple(spec.shape) for spec in schema.inputs if isinstance(spec, TensorSpec)}


def _free(tensor: Any, shape: tuple[int, ...] | None) -> dict[int, Any] | None:
    """Return the dimensions of a tensor whose extents may vary, as `torch.export` wants to be told."""
    from torch.export import Dim

    if shape is None or len(shape) != tensor.ndim:
        shape = (-1, *tensor.shape[1:]) if tensor.ndim else ()
    return {axis: Dim.AUTO for axis, extent in enumerate(shape) if extent == -1} or None
