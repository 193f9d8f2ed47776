"""What is active: a stack of runs in each thread, the experiment of the process, the model of the context.

A fork inherits the stack of the thread that forked, so that a worker goes on recording into the run; the run stays its
parent's, and only the parent ends it.
"""

from __future__ import annotations

import atexit
import os
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING

from runyard import config
from runyard.entities import Run
from runyard.tracking.stores import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from runyard.artifacts.repository import ArtifactRepository
    from runyard.entities import LoggedModelOutput
    from runyard.tracking.store import TrackingStore


class ActiveRun(Run, kw_only=True):
    """A run that was started here; as a context manager it ends when the block is left.

    Its data is what the run had when it was started. A block that is left by an exception ends it as ``FAILED``.
    """

    def __enter__(self) -> ActiveRun:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        from runyard.tracking.fluent.runs import end_run

        status = "FINISHED" if kind is None else "FAILED"
        while any(frame.run is self for frame in stack()):
            end_run(status)


class Frame:
    """An active run, and what is needed to record into it without looking anything up again.

    Attributes:
        run: The run as it was started.
        run_id: Its id.
        outputs: The logged models that it has made, as far as this process knows.
        background: Whether values are recorded in the background unless a call says otherwise.
        model_id: The logged model that metrics are linked to, where the environment names one.
        owned: Whether this process started it; not so in a forked child.
    """

    __slots__ = ("_address", "_repository", "_store", "background", "model_id", "outputs", "owned", "run", "run_id")

    def __init__(self, run: ActiveRun, store: TrackingStore) -> None:
        self.run = run
        self.run_id = run.info.run_id
        self.outputs: list[LoggedModelOutput] = list(run.outputs.model_outputs)
        # Looking into the environment at each call would cost as much as a quarter of recording a metric.
        self.background = config.ENABLE_ASYNC_LOGGING.get()
        self.model_id = config.ACTIVE_MODEL_ID.get()
        self.owned = True
        self._address = store.uri, store.artifact_root
        self._store: TrackingStore | None = store
        self._repository: ArtifactRepository | None = None

    @property
    def store(self) -> TrackingStore:
        """The store that the run is in, whatever address is in force now."""
        if self._store is None:
            self._store = open_store(*self._address)
        return self._store

    @property
    def repository(self) -> ArtifactRepository:
        """The repository of its artifacts."""
        if self._repository is None:
            from runyard.artifacts.repositories import open_repository

            self._repository = open_repository(self.run.info.artifact_uri, self.store)
        return self._repository

    def models_at(self, step: int | None) -> list[str]:
        """Return the ids of the models that the run made at a step."""
        return [output.model_id for output in self.outputs if output.step == (step or 0)]

    def disown(self) -> None:
        """Leave the run to the process that started it, and open what is open anew."""
        self.owned = False
        self._store = self._repository = None


class _Thread(threading.local):
    """What each thread has of its own."""

    def __init__(self) -> None:
        self.stack: list[Frame] = []
        self.last_run_id: str | None = None
        self.last_model_id: str | None = None


_thread = _Thread()
_open: list[Frame] = []  # of all threads, in the order in which they were started
_ender: Callable[[Frame], None] | None = None
_model_id: ContextVar[str | None] = ContextVar("runyard_active_model_id", default=None)
_experiment_id: str | None = None


def stack() -> list[Frame]:
    """Return the active runs of this thread, the innermost last."""
    return _thread.stack


def set_background(enable: bool) -> None:
    """Record values of the runs that are active in the background, or not."""
    for frame in _open:
        frame.background = enable


def last_run_id() -> str | None:
    """Return the run that is active in this thread, or the one that was last."""
    frames = _thread.stack
    return frames[-1].run_id if frames else _thread.last_run_id


def push(frame: Frame, end: Callable[[Frame], None]) -> None:
    """Make a run the active one of this thread.

    Args:
        frame: The run.
        end: Ends a run that is still active when the process ends.
    """
    global _ender
    if _ender is None:
        atexit.register(_end_forgotten)
        _ender = end
    _thread.stack.append(frame)
    _open.append(frame)


def pop() -> Frame:
    """Take the innermost run off this thread's stack."""
    frame = _thread.stack.pop()
    _open.remove(frame)
    _thread.last_run_id = frame.run_id
    return frame


def note_outputs(run_id: str, models: Sequence[LoggedModelOutput]) -> None:
    """Remember the models that a run has made, if it is active in this process, so that metrics are linked to them."""
    for frame in _open:
        if frame.run_id == run_id:
            frame.outputs.extend(models)


def experiment_id() -> str | None:
    """Return the experiment that was chosen in this process."""
    return _experiment_id


def set_experiment_id(value: str | None) -> None:
    """Choose the experiment of this process, of all threads."""
    global _experiment_id
    _experiment_id = value


def own_model_id() -> str | None:
    """Return the model that was chosen in this context."""
    return _model_id.get()


def model_id() -> str | None:
    """Return the active model of this context, or the one in the environment."""
    return _model_id.get() or config.ACTIVE_MODEL_ID.get() or None


def last_model_id() -> str | None:
    """Return the logged model that was made last in this thread."""
    return _thread.last_model_id


def set_last_model_id(value: str) -> None:
    """Remember the logged model that was made last in this thread."""
    _thread.last_model_id = value


def set_model_id(value: str | None) -> None:
    """Choose the active model of this context: this thread, or this task."""
    _model_id.set(value)


def forget() -> None:
    """Forget everything that is active without ending it; for tests."""
    _thread.stack.clear()
    _thread.last_run_id = _thread.last_model_id = None
    _open.clear()
    set_experiment_id(None)
    set_model_id(None)


def _end_forgotten() -> None:
    for frame in reversed(_open.copy()):
        if frame.owned and _ender is not None:
            _ender(frame)


def _after_fork() -> None:
    for frame in _open:
        frame.disown()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
