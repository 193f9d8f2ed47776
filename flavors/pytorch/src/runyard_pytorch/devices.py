"""Which device a model predicts on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runyard import config
from runyard.errors import InvalidInput

__all__ = ["choose_device", "device_of", "storage_location"]


def choose_device(*said: Mapping[str, Any]) -> str:
    """Return the device that predictions are made on.

    Args:
        said: What is said about predictions, the strongest first; each may have a ``device``.

    Returns:
        The first that is named, else that of the setting ``DEFAULT_PREDICTION_DEVICE``, else a GPU where there is one.

    Raises:
        InvalidInput: There is no such device.
    """
    import torch

    chosen = next((str(each["device"]) for each in said if each.get("device")), None)
    chosen = chosen or config.DEFAULT_PREDICTION_DEVICE.get()
    return check_device(chosen) if chosen else ("cuda" if torch.cuda.is_available() else "cpu")


def check_device(name: Any) -> str:
    """Return the name of a device that this machine has.

    Raises:
        InvalidInput: It is not one, or not here.
    """
    import torch

    try:
        device = torch.device(name)
    except (RuntimeError, TypeError, ValueError) as error:
        raise InvalidInput(f"There is no device {name!r}: {str(error).splitlines()[0]}") from None
    if device.type == "cuda" and not torch.cuda.is_available():
        raise InvalidInput(f"The device {str(device)!r} is asked for, and PyTorch finds no GPU here. Use device='cpu'.")
    return str(device)


def storage_location(device: str | None) -> str | None:
    """Return where the tensors of a file are put: on a machine without a GPU never where they were, if that was one."""
    import torch

    return device or (None if torch.cuda.is_available() else "cpu")


def device_of(module: Any) -> Any:
    """Return the device that a module computes on: that of its first parameter or buffer, the CPU without any."""
    from itertools import chain

    import torch

    tensors = chain(module.parameters(), module.buffers())
    return next((tensor.device for tensor in tensors), torch.device("cpu"))
