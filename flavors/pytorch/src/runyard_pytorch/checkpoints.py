"""Checkpoints of a training as artifacts of its run, and loading them again."""

from __future__ import annotations

import json
import posixpath
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard.autologging.guard import guarded
from runyard.entities import RunTag
from runyard.errors import InvalidInput, NotFound
from runyard.tracking import active
from runyard.tracking.requests import RunBatch
from runyard.uris import ArtifactPath
from runyard_pytorch.faults import reported
from runyard_pytorch.processes import address_of, frame_at, reporter

if TYPE_CHECKING:
    from runyard.autologging.autologger import Autologger
    from runyard.tracking.active import Frame
    from runyard_pytorch.processes import Address

__all__ = ["checkpoint_class", "load_checkpoint"]

FOLDER = "checkpoints"
LATEST = "mlflow.latest_checkpoint_artifact"
"""The tag of a run that names the checkpoint which was stored last."""


class Checkpoints:
    """Decides when a trainer's state is stored, and where.

    Args:
        monitor: The metric that says which checkpoint is better.
        mode: ``min`` or ``max``: which of its values is.
        save_best_only: Keep one checkpoint, replaced by each better one.
        save_weights_only: Store the weights without the state of optimizers and loops.
        save_freq: ``epoch``, or a number of steps.

    Raises:
        InvalidInput: An argument is not valid.
    """

    def __init__(
        self, monitor: str | None, mode: str, save_best_only: bool, save_weights_only: bool, save_freq: str | int
    ) -> None:
        if save_best_only and not monitor:
            raise InvalidInput("To keep the best checkpoint only, name the metric that says which it is: monitor=...")
        if save_best_only and mode not in ("min", "max"):
            raise InvalidInput(f"The mode is 'min' or 'max', not {mode!r}.")
        if save_freq != "epoch" and (not isinstance(save_freq, int) or save_freq < 1):
            raise InvalidInput(f"save_freq is 'epoch' or a number of steps, not {save_freq!r}.")
        self.monitor = monitor
        self.mode = mode
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = save_freq
        self._best: float | None = None

    def is_due(self, metrics: Mapping[str, float]) -> bool:
        """Say whether a state is to be stored; if it is the best, it is remembered as that."""
        if not self.save_best_only:
            return True
        value = metrics.get(str(self.monitor))
        if value is None or value != value:
            return False
        if self._best is not None and not (value < self._best if self.mode == "min" else value > self._best):
            return False
        self._best = value
        return True

    def places(self, epoch: int, global_step: int) -> tuple[str, str]:
        """Return the artifact paths of a checkpoint and of its metrics."""
        suffix = ".weights.pth" if self.save_weights_only else ".pth"
        if self.save_best_only:
            return f"{FOLDER}/latest_checkpoint{suffix}", f"{FOLDER}/latest_checkpoint_metrics.json"
        folder = f"epoch_{epoch}" if self.save_freq == "epoch" else f"global_step_{global_step}"
        return f"{FOLDER}/{folder}/checkpoint{suffix}", f"{FOLDER}/{folder}/checkpoint_metrics.json"


@cache
def checkpoint_class() -> Any:
    """Return the class of the callback that stores checkpoints; Lightning is imported."""
    from runyard_pytorch.callbacks import callback_base

    base: Any = callback_base()

    class MlflowModelCheckpointCallback(base):  # type: ignore[misc] # it is not known before
        """Stores checkpoints of a training as artifacts of the active run; one is started where there is none.

        The files are written to a temporary folder and stored in the background.

        Args:
            monitor: The metric that says which checkpoint is better.
            mode: ``min`` or ``max``: which of its values is.
            save_best_only: Keep one checkpoint, replaced by each better one.
            save_weights_only: Store the weights without the state of optimizers and loops.
            save_freq: ``epoch``, or a number of steps.

        Raises:
            InvalidInput: An argument is not valid.
        """

        def __init__(
            self,
            monitor: str | None = "val_loss",
            mode: str = "min",
            save_best_only: bool = True,
            save_weights_only: bool = False,
            save_freq: str | int = "epoch",
        ) -> None:
            super().__init__()
            self.checkpoints = Checkpoints(monitor, mode, save_best_only, save_weights_only, save_freq)
            self.autologger: Autologger | None = None
            self._frame: Frame | None = None
            self._address: Address | None = None

        def __getstate__(self) -> dict[str, Any]:
            # Processes that a trainer starts go on with the run of this one
            frame = self._frame or next(reversed(active.stack()), None)
            address = address_of(frame.run_id, frame.store) if frame else None
            return {**self.__dict__, "autologger": None, "_frame": None, "_address": address}

        def on_fit_start(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002 - the base decides
            from runyard.tracking.fluent.runs import active_frame

            self.autologger = self.autologger or reporter()
            if trainer.is_global_zero:
                self._frame = frame_at(self._address) if self._address else active_frame()

        def on_train_batch_end(self, trainer: Any, *_: Any) -> None:
            every = self.checkpoints.save_freq
            if isinstance(every, int) and trainer.global_step > 0 and trainer.global_step % every == 0:
                self.store(trainer)

        def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002 - the base decides
            if self.checkpoints.save_freq == "epoch":
                self.store(trainer)

        def on_fit_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002 - the base decides
            if self._frame is not None:
                from runyard.tracking import background

                background.files.flush(self._frame.run_id)

        def store(self, trainer: Any) -> None:
            """Store the trainer's state, if that is due."""
            if self._frame is None or self.autologger is None:
                return
            with guarded(self.autologger, "storing a checkpoint"):
                metrics = {name: float(value) for name, value in trainer.callback_metrics.items()}
                if self.checkpoints.is_due(metrics):
                    _store(self.autologger, self._frame, trainer, metrics, self.checkpoints)

    MlflowModelCheckpointCallback.__qualname__ = MlflowModelCheckpointCallback.__name__  # where pickle finds it
    return MlflowModelCheckpointCallback


def _store(
    autologger: Autologger, frame: Frame, trainer: Any, metrics: Mapping[str, float], checkpoints: Checkpoints
) -> None:
    """Write a trainer's state to a temporary file, and have it stored in the background."""
    from runyard.tracking import background

    epoch, step = trainer.current_epoch, trainer.global_step
    place, metrics_place = checkpoints.places(epoch, step)
    folder = Path(tempfile.mkdtemp(prefix="runyard-"))
    try:
        file = folder / posixpath.basename(place)
        _save(trainer, file, weights_only=checkpoints.save_weights_only)
        described = folder / posixpath.basename(metrics_place)
        described.write_text(json.dumps({**metrics, "epoch": epoch, "global_step": step}), encoding="utf-8")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise

    def upload() -> None:
        try:
            with reported(autologger, "storing a checkpoint"):
                frame.repository.upload_file(described, ArtifactPath(metrics_place))
                frame.repository.upload_file(file, ArtifactPath(place))
                frame.store.log_batch(RunBatch.checked(frame.run_id, tags=[RunTag(LATEST, place)]))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    background.files.submit(frame.run_id, upload)


def _save(trainer: Any, file: Path, *, weights_only: bool) -> None:
    if trainer.world_size == 1:
        trainer.save_checkpoint(file, weights_only=weights_only)
        return
    # The public method waits for all processes, and only the first one is here
    connector = trainer._checkpoint_connector  # noqa: SLF001
    trainer.strategy.save_checkpoint(connector.dump_checkpoint(weights_only), file)


def load_checkpoint(
    model_class: Any,
    run_id: str | None = None,
    epoch: int | None = None,
    global_step: int | None = None,
    kwargs: Mapping[str, Any] | None = None,
) -> Any:
    """Load a module from a checkpoint that was stored as an artifact.

    Args:
        model_class: A subclass of `LightningModule`.
        run_id: The run; the active one when absent.
        epoch: The epoch of the checkpoint, where one of each is stored; the latest checkpoint when absent.
        global_step: The step of the checkpoint, where they are stored by steps.
        kwargs: Further arguments of the class's ``load_from_checkpoint``.

    Raises:
        InvalidInput: There is no run to take it from, or both an epoch and a step are named.
        NotFound: The run has no checkpoint, or not that one.
    """
    from runyard.artifacts.repositories import open_repository
    from runyard.tracking.uris import tracking_store

    if epoch is not None and global_step is not None:
        raise InvalidInput("Name an epoch or a global_step, not both.")
    frames = active.stack()
    if run_id is None and not frames:
        raise InvalidInput("There is no active run: name the one that has the checkpoint, run_id=...")
    store = frames[-1].store if run_id is None else tracking_store()
    run = store.get_run(run_id or frames[-1].run_id)
    latest = run.data.tags.get(LATEST)
    if latest is None:
        raise NotFound(f"The run {run.info.run_id!r} has no checkpoint.")
    path = latest
    if epoch is not None or global_step is not None:
        folder = f"epoch_{epoch}" if epoch is not None else f"global_step_{global_step}"
        path = f"{FOLDER}/{folder}/{posixpath.basename(latest)}"
    with tempfile.TemporaryDirectory(prefix="runyard-") as temporary:
        file = Path(temporary) / posixpath.basename(path)
        open_repository(run.info.artifact_uri, store).download_file(ArtifactPath(path), file)
        return model_class.load_from_checkpoint(file, **(kwargs or {}))


def __getattr__(name: str) -> object:
    if name == "MlflowModelCheckpointCallback":
        return checkpoint_class()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
