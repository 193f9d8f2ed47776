"""Automatic logging of PyTorch Lightning: what is patched, and what is logged of a fit."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from runyard.autologging.autologger import Autologger, AutologOptions
from runyard.autologging.observing import Call, Observation, observe_training
from runyard_pytorch import fitted, summary_writer
from runyard_pytorch.summary_writer import SummaryWriters

if TYPE_CHECKING:
    from runyard.autologging.session import Session

TRAINERS = ("lightning.pytorch.trainer.trainer", "pytorch_lightning.trainer.trainer")


class PytorchOptions(AutologOptions, frozen=True, kw_only=True):
    """The options of PyTorch's autologger.

    Attributes:
        log_every_n_epoch: Log the metrics of every so many epochs.
        log_every_n_step: Log the metrics of every so many steps as well; not at all when `None`.
        checkpoint: Store checkpoints as artifacts.
        checkpoint_monitor: The metric that says which checkpoint is better.
        checkpoint_mode: ``min`` or ``max``: which of its values is.
        checkpoint_save_best_only: Keep one checkpoint, replaced by each better one.
        checkpoint_save_weights_only: Store the weights without the state of optimizers and loops.
        checkpoint_save_freq: ``epoch``, or a number of steps.
    """

    log_every_n_epoch: int = 1
    log_every_n_step: int | None = None
    checkpoint: bool = True
    checkpoint_monitor: str = "val_loss"
    checkpoint_mode: str = "min"
    checkpoint_save_best_only: bool = True
    checkpoint_save_weights_only: bool = False
    checkpoint_save_freq: str | int = "epoch"


class PytorchAutologger(Autologger):
    """Logs each fit of a trainer, and what a `SummaryWriter` writes."""

    name = "pytorch"
    Options = PytorchOptions
    options: PytorchOptions

    def __init__(self) -> None:
        super().__init__()
        self._writers = SummaryWriters(self)

    def _instrument(self) -> None:
        for module in TRAINERS:
            self.when_imported(module, self._patch_trainer)
        self.when_imported(summary_writer.MODULE, self._writers.patch)

    def _uninstrument(self) -> None:
        self._writers.forget()

    def _patch_trainer(self, module: ModuleType) -> None:
        self.patches.wrap(module.Trainer, "fit", lambda fit: observe_training(self, fit, self._fit, _is_logged))

    def _fit(self, session: Session, call: Call) -> Observation:
        fit = fitted.Fit(self, session, call)
        fit.begin()
        try:
            yield
        except BaseException:
            fit.fail()
            raise
        fit.succeed()


def _is_logged(trainer: Any, *_args: Any, **_kwargs: Any) -> bool:
    """Say whether a fit is logged: by the first of several processes, and not where Lightning tries settings out."""
    return bool(trainer.is_global_zero) and not any(
        getattr(callback, "_early_exit", False) for callback in trainer.callbacks
    )


def autolog(
    log_every_n_epoch: int = 1,
    log_every_n_step: int | None = None,
    log_models: bool = True,
    log_datasets: bool = True,
    disable: bool = False,
    exclusive: bool = False,
    disable_for_unsupported_versions: bool = False,
    silent: bool = False,
    registered_model_name: str | None = None,
    extra_tags: dict[str, str] | None = None,
    checkpoint: bool = True,
    checkpoint_monitor: str = "val_loss",
    checkpoint_mode: str = "min",
    checkpoint_save_best_only: bool = True,
    checkpoint_save_weights_only: bool = False,
    checkpoint_save_freq: str | int = "epoch",
    log_model_signatures: bool = True,
    *,
    log_input_examples: bool = False,
) -> None:
    """Log each fit of a Lightning trainer: params, metrics, checkpoints, the data set and the model.

    A run is made for a fit where none is active. What the same trainer tests afterwards goes into the same run. Of
    programs that write for TensorBoard with a `SummaryWriter`, scalars (with `log_every_n_step`) and hyper-parameters
    go into the active run.

    Args:
        log_every_n_epoch: Log the metrics of every so many epochs.
        log_every_n_step: Log the metrics of every so many steps as well.
        log_models: Log the module, as ``model``.
        log_datasets: Log the data of a `TensorDataset` as an input of the run.
        disable: Switch off.
        exclusive: Log into runs of its own only, never into one that is active.
        disable_for_unsupported_versions: Stay off where Lightning has a version that was not tested.
        silent: No messages and warnings.
        registered_model_name: Register each logged model under this name.
        extra_tags: Tags for the runs that are made.
        checkpoint: Store checkpoints as artifacts.
        checkpoint_monitor: The metric that says which checkpoint is better.
        checkpoint_mode: ``min`` or ``max``: which of its values is.
        checkpoint_save_best_only: Keep one checkpoint, replaced by each better one.
        checkpoint_save_weights_only: Store the weights without the state of optimizers and loops.
        checkpoint_save_freq: ``epoch``, or a number of steps.
        log_model_signatures: Infer and log the signature of the model, where it takes and gives one tensor.
        log_input_examples: Log the first rows of what the module was given first with the model.
    """
    options = locals()
    from runyard.autologging.switches import switch

    switch("pytorch", options)
