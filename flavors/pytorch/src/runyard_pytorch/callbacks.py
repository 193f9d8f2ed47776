"""Callbacks for Lightning: made when it is there, on the class of whichever of its two packages is in use."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runyard_pytorch.recorder import Recorder

PACKAGES = ("lightning.pytorch", "pytorch_lightning")
"""The names under which Lightning is installed; a program that imports both has two of each class."""


def package_of(trainer: Any) -> str:
    """Return the package that a trainer comes from."""
    for base in type(trainer).__mro__:
        for package in PACKAGES:
            if base.__module__.startswith(package):
                return package
    return PACKAGES[0]


def callback_base() -> Any:
    """Return the base class of callbacks; trainers of either package take those of the other.

    Raises:
        ImportError: Lightning is not installed.
    """
    package = next((name for name in PACKAGES if name in sys.modules), PACKAGES[0])
    return import_module(package).Callback


def is_a(callback: object, name: str) -> bool:
    """Say whether a callback is of a class of Lightning, or of one that derives from it."""
    return any(base.__name__ == name and base.__module__.startswith(PACKAGES) for base in type(callback).__mro__)


@cache
def recording_class() -> Any:
    """Return the class of the callback that tells a recorder what a trainer does."""
    base: Any = callback_base()

    class RecordingCallback(base):  # type: ignore[misc] # it is not known before
        """Tells a recorder what a trainer does."""

        def __init__(self, recorder: Recorder) -> None:
            self.recorder = recorder

        def on_train_start(self, trainer: Any, pl_module: Any) -> None:
            if trainer.is_global_zero:
                self.recorder.train_start(trainer, pl_module)

        def on_train_batch_end(self, trainer: Any, *_: Any) -> None:
            if trainer.is_global_zero:
                self.recorder.batch_end(trainer)

        def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
            if trainer.is_global_zero:
                self.recorder.epoch_end(trainer, pl_module)

        def on_train_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002 - the base decides
            if trainer.is_global_zero:
                self.recorder.train_end()

        def on_test_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002 - the base decides
            if trainer.is_global_zero:
                self.recorder.test_end(trainer)

    RecordingCallback.__qualname__ = RecordingCallback.__name__  # where pickle finds it, by the function below
    return RecordingCallback


def __getattr__(name: str) -> object:
    if name == "RecordingCallback":
        return recording_class()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
