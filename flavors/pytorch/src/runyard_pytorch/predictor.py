"""Predictions with a module: arrays and DataFrames in, the same out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runyard.errors import InvalidInput
from runyard_pytorch.forward import arrange

if TYPE_CHECKING:
    import torch

__all__ = ["PytorchPredictor", "to_array"]


class PytorchPredictor:
    """Answers predictions with a module.

    A DataFrame becomes a tensor of 32-bit floats, and the answer a DataFrame with the same index. An array becomes a
    tensor of its type, and the answer an array. A dictionary of arrays becomes the arguments of those names. What a
    module returns as a dictionary comes as one of arrays; of a tuple the parts are called ``output_0`` and so on.

    Args:
        module: The module, in evaluation mode.
        device: Where it is.
    """

    def __init__(self, module: Any, device: str) -> None:
        self.raw_model = module
        self.device = device

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Return predictions.

        Args:
            data: A DataFrame, an array, nested lists, or a dictionary of arrays or lists.
            params: Passed to the module as named arguments.

        Raises:
            InvalidInput: The data is something else, or the module cannot compute with its type or shape.
        """
        import pandas as pd
        import torch

        if params and "device" in params:
            raise InvalidInput(
                "The device is no param of a prediction. Choose it when the model is loaded: "
                "load_model(uri, model_config={'device': 'cuda'})."
            )
        positional, named = self._arguments(data)
        with torch.inference_mode():
            try:
                answer = self.raw_model(*positional, **named, **(params or {}))
            except (RuntimeError, TypeError, ValueError, AssertionError, IndexError) as error:
                raise self._explained(error, positional, named) from error
            result = _plain(answer)
        if isinstance(data, pd.DataFrame) and hasattr(result, "ndim") and result.ndim in (1, 2):
            return pd.DataFrame(result, index=data.index)
        return result

    def _arguments(self, data: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        import numpy as np
        import pandas as pd

        if isinstance(data, pd.DataFrame):
            try:
                return (self._tensor(data.to_numpy(dtype=np.float32)),), {}
            except (TypeError, ValueError) as error:
                odd = [str(name) for name in data.columns if data[name].dtype.kind not in "biuf"]
                raise InvalidInput(
                    f"The columns {', '.join(odd) or 'of the input'} are not numbers, and a PyTorch model takes "
                    f"nothing else: {error}."
                ) from None
        if isinstance(data, Mapping):
            return arrange(self.raw_model, {str(name): self._tensor(value) for name, value in data.items()})
        return (self._tensor(data),), {}

    def _tensor(self, data: Any) -> torch.Tensor:
        """Return an array, a tensor or nested lists as a tensor on the model's device; lists have 32-bit floats."""
        import numpy as np
        import torch

        if isinstance(data, torch.Tensor):
            return data.to(self.device)
        if not isinstance(data, (np.ndarray, list, int, float, np.generic)):
            raise InvalidInput(
                f"The input is {type(data).__name__}; a PyTorch model takes a DataFrame, an array, nested lists or a "
                "dictionary of arrays by the names of its arguments."
            )
        try:
            array = np.asarray(data)
            if not isinstance(data, np.ndarray) and array.dtype == np.float64:
                array = array.astype(np.float32)
            # Tensors must not be read-only, nor run backwards
            return torch.from_numpy(array if array.flags.writeable and array.flags.c_contiguous else array.copy()).to(
                self.device
            )
        except (TypeError, ValueError) as error:
            raise InvalidInput(f"The input cannot become a tensor: {str(error).splitlines()[0]}") from None

    def _explained(self, error: Exception, positional: tuple[Any, ...], named: Mapping[str, Any]) -> InvalidInput:
        weights = next((tensor.dtype for tensor in self.raw_model.parameters()), None)
        given = ", ".join([*map(_described, positional), *(f"{name}={_described(v)}" for name, v in named.items())])
        text = str(error).strip().splitlines() or [type(error).__name__]
        return InvalidInput(
            f"The model cannot compute with {given}: {text[0].rstrip('.')}."
            + (f" Its weights are {_dtype_name(weights)}." if weights is not None else "")
        )


def _described(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name!r}: {_described(item)}" for name, item in value.items()) + "}"
    return f"a tensor of {_dtype_name(value.dtype)} with the shape {tuple(value.shape)}"


def _dtype_name(dtype: Any) -> str:
    return str(dtype).removeprefix("torch.")


def _plain(answer: Any) -> Any:
    """Return what a module returned with arrays in the place of tensors."""
    import torch

    if isinstance(answer, torch.Tensor):
        return to_array(answer)
    if isinstance(answer, Mapping):
        return {str(name): _plain(value) for name, value in answer.items()}
    if isinstance(answer, (tuple, list)):
        names = getattr(answer, "_fields", [f"output_{index}" for index in range(len(answer))])
        return {name: _plain(value) for name, value in zip(names, answer, strict=True)}
    return answer


def to_array(tensor: torch.Tensor) -> Any:
    """Return a tensor as an array; 16-bit brain floats, which NumPy does not have, as 32-bit floats."""
    import torch

    tensor = tensor.detach().to("cpu")
    if tensor.is_sparse or tensor.layout != torch.strided:
        tensor = tensor.to_dense()
    if tensor.is_quantized:
        tensor = tensor.dequantize()
    if tensor.dtype is torch.bfloat16:
        tensor = tensor.float()
    return tensor.resolve_conj().resolve_neg().numpy()
