"""What is recorded while a trainer trains: params, metrics of epochs and steps, what goes through the module first."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runyard_pytorch.callbacks import is_a
from runyard_pytorch.points import Points

if TYPE_CHECKING:
    from runyard.autologging.session import Session
    from runyard_pytorch.autologger import PytorchAutologger, PytorchOptions

EXAMPLE_ROWS = 5
_EPOCH_HOOK = "on_train_epoch_end"


class Recorder:
    """Records one training, and the tests of the same trainer that follow it.

    Args:
        autologger: Who logs.
        session: Where.
        model_id: The logged model that the metrics are about; `None` where none is made.

    Attributes:
        example: What the module was given first, and what it gave back: a pair of arrays; `None` where these are no
            single tensors.
        params: The params that were recorded.
    """

    def __init__(self, autologger: PytorchAutologger, session: Session, model_id: str | None) -> None:
        self.example: tuple[Any, Any] | None = None
        self.params: dict[str, Any] = {}
        self._autologger = autologger
        self._options: PytorchOptions = autologger.options
        self._session = session
        self._model_id = model_id
        self._points = Points(autologger, session.store, session.run_id)
        self._steps_per_batch = 1
        self._of_steps: set[str] = set()
        self._of_epochs: set[str] = set()
        self._undo: list[Any] = []
        self._process = os.getpid()

    def __reduce__(self) -> Any:
        # Strategies that start processes pickle the trainer with all that it holds
        from runyard_pytorch.processes import address_of, rebuild_recorder

        address = address_of(self._session.run_id, self._session.store)
        return rebuild_recorder, (self._options, address, self._model_id)

    def train_start(self, trainer: Any, module: Any) -> None:
        """Record the params, and follow what is not told to callbacks."""
        if self._process != os.getpid():  # a copy of the process has no use for what the other has open
            rebuild, state = self.__reduce__()
            vars(self).update(vars(rebuild(*state)))
        with self._session.part("logging the params"):
            self.params.update(_params_of(trainer))
            self._session.record(params=self.params, tags={"Mode": "training"})
        with self._session.part("following the module"):
            self._steps_per_batch = max(1, len(trainer.optimizers))
            self._follow_epochs(trainer, module)
            if self._options.log_models and (self._options.log_model_signatures or self._options.log_input_examples):
                self._follow_forward(module)

    def _follow_epochs(self, trainer: Any, module: Any) -> None:
        """Record an epoch after the module's own hook, where it has one: what it logs there belongs to the epoch."""
        base = next((each for each in type(module).__mro__ if each.__name__ == "LightningModule"), None)
        hook = getattr(type(module), _EPOCH_HOOK, None)
        if base is None or hook is None or hook is vars(base).get(_EPOCH_HOOK) or _EPOCH_HOOK in vars(module):
            return

        def then_record() -> None:
            hook(module)
            self._record_epoch(trainer)

        setattr(module, _EPOCH_HOOK, then_record)
        self._undo.append(lambda: vars(module).pop(_EPOCH_HOOK, None))

    def _follow_forward(self, module: Any) -> None:
        def keep(_: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Any) -> None:
            handle.remove()
            with self._session.part("taking an example"):
                self.example = _example_of(args, kwargs, result)

        handle = module.register_forward_hook(keep, with_kwargs=True)
        self._undo.append(handle.remove)

    def batch_end(self, trainer: Any) -> None:
        """Record the metrics of a step, where that is wanted."""
        every = self._options.log_every_n_step
        if not every or (trainer.global_step // self._steps_per_batch + 1) % every:
            return
        with self._session.part("logging the metrics of a step"):
            known = trainer.callback_metrics
            metrics = {
                name: value
                for name, value in known.items()
                if name not in self._of_epochs and f"{name}_step" not in known
            }
            self._of_steps.update(metrics)
            self._add(trainer, metrics, trainer.global_step)

    def epoch_end(self, trainer: Any, module: Any) -> None:
        """Record the metrics of an epoch, unless they come later."""
        if _EPOCH_HOOK not in vars(module):
            self._record_epoch(trainer)

    def _record_epoch(self, trainer: Any) -> None:
        with self._session.part("logging the metrics of an epoch"):
            metrics = {name: value for name, value in trainer.callback_metrics.items() if name not in self._of_steps}
            self._of_epochs.update(metrics)
            if (trainer.current_epoch + 1) % self._options.log_every_n_epoch == 0:
                self._add(trainer, metrics, trainer.current_epoch)

    def _add(self, trainer: Any, metrics: Mapping[str, Any], step: int) -> None:
        if not trainer.sanity_checking:
            self._points.add(metrics, step, self._model_id)

    def train_end(self) -> None:
        """Return when the metrics are written: a process that a trainer started ends now."""
        with self._session.part("logging the metrics"):
            self._points.flush()

    def test_end(self, trainer: Any) -> None:
        """Record the metrics of a test."""
        if not self._autologger.active:
            return
        with self._session.part("logging the metrics of a test"):
            self._session.record(tags={"Mode": "testing"})
            self._points.add(trainer.callback_metrics, None, self._model_id)
            self._points.flush()

    def end(self, trainer: Any) -> None:
        """Leave the module as it was, and return when everything is written."""
        with self._session.part("leaving the module as it was"):
            for undo in self._undo:
                undo()
            self._undo.clear()
        with self._session.part("logging the early stop"):
            for stopping in trainer.callbacks:
                if is_a(stopping, "EarlyStopping"):
                    self._points.add(_stop_of(stopping), None, self._model_id)
        self.train_end()


def _params_of(trainer: Any) -> dict[str, Any]:
    """Return the params of a training: its length, the first optimizer, and when it is to stop early."""
    params: dict[str, Any] = {"epochs": trainer.max_epochs}
    if trainer.optimizers:
        optimizer = trainer.optimizers[0]
        optimizer = getattr(optimizer, "_optimizer", optimizer)  # Lightning wraps those that are used by hand
        params["optimizer_name"] = type(optimizer).__name__
        params.update(getattr(optimizer, "defaults", {}))
    return params


def stopping_params(trainer: Any) -> dict[str, Any]:
    """Return the params of a trainer's early stopping; none where it has none."""
    names = ("monitor", "mode", "patience", "min_delta", "stopped_epoch")
    found = [callback for callback in trainer.callbacks if is_a(callback, "EarlyStopping")]
    return {name: getattr(each, name) for each in found for name in names if hasattr(each, name)}


def _stop_of(stopping: Any) -> dict[str, float]:
    """Return what an early stop came to; nothing where none came."""
    if not stopping.stopped_epoch:
        return {}
    return {
        "stopped_epoch": stopping.stopped_epoch,
        "restored_epoch": stopping.stopped_epoch - max(1, stopping.patience),
        "best_score": float(stopping.best_score),
        "wait_count": stopping.wait_count,
    }


def _example_of(args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Any) -> tuple[Any, Any] | None:
    """Return what a module was given, and what it gave back, as arrays; `None` unless both are one tensor."""
    import torch

    from runyard_pytorch.predictor import to_array

    if kwargs or len(args) != 1 or not isinstance(args[0], torch.Tensor) or not isinstance(result, torch.Tensor):
        return None
    shown = [tensor[:EXAMPLE_ROWS] if tensor.ndim else tensor for tensor in (args[0], result)]
    given, returned = (to_array(tensor).copy() for tensor in shown)
    return given, returned
