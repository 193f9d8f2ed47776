"""A training, and the run that it is logged into."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from runyard.autologging.guard import Guard, guarded, note
from runyard.entities import DatasetInput, InputTag, Param, RunTag, limits
from runyard.tracking import active
from runyard.tracking.new_run import PARENT, new_run
from runyard.tracking.recording import now, points
from runyard.tracking.requests import RunBatch, RunInputsBatch, RunUpdate

if TYPE_CHECKING:
    from runyard.artifacts.repository import ArtifactRepository
    from runyard.autologging.autologger import Autologger, AutologOptions
    from runyard.data.dataset import Dataset
    from runyard.data.sources import CodeSource
    from runyard.tracking.store import TrackingStore

AUTOLOGGING = "mlflow.autologging"
"""The tag of a run that an autologger has made; its value is the autologger's name."""

CONTEXT = "mlflow.data.context"

_SOURCE_TAGS = ("mlflow.user", "mlflow.source.")


class _Thread(threading.local):
    """Whether something is observed in this thread."""

    depth = 0


_thread = _Thread()


def is_paused() -> bool:
    """Say whether nothing is observed in this thread: a training is, or it was asked for."""
    return _thread.depth > 0


@contextmanager
def paused() -> Iterator[None]:
    """Observe nothing in this thread inside the block."""
    _thread.depth += 1
    try:
        yield
    finally:
        _thread.depth -= 1


class Session:
    """What an autologger writes with while it observes one training.

    Attributes:
        run_id: The run.
        store: The store that it is in.
        options: The options when the training began.
    """

    def __init__(self, autologger: Autologger, frame: active.Frame) -> None:
        self._autologger = autologger
        self._frame = frame
        self.run_id = frame.run_id
        self.store: TrackingStore = frame.store
        self.options: AutologOptions = autologger.options

    @property
    def source(self) -> CodeSource:
        """The program, as the source of data that it has in memory."""
        from runyard.data.sources import CodeSource

        tags = self._frame.run.data.tags
        return CodeSource({key: value for key, value in tags.items() if key.startswith(_SOURCE_TAGS)})

    @property
    def repository(self) -> ArtifactRepository:
        """The repository of the run's artifacts."""
        return self._frame.repository

    def part(self, what: str) -> Guard:
        """Guard one part of the logging: a fault in it is reported, and the next part is done.

        Args:
            what: What is done, for the report: ``the confusion matrix``.
        """
        return guarded(self._autologger, what)

    def note(self, message: str) -> None:
        """Write a remark to the log, unless the autologger is silent."""
        note(self._autologger, message)

    @contextmanager
    def child(self, tags: Mapping[str, str]) -> Iterator[Session]:
        """Give a session with a child of the run, which began with it and ends with the block.

        Args:
            tags: Tags of the child, beside those that say who made it.
        """
        parent = self._frame.run
        own = {
            **{key: value for key, value in parent.data.tags.items() if key.startswith(_SOURCE_TAGS)},
            PARENT: self.run_id,
            AUTOLOGGING: self._autologger.name,
            **tags,
        }
        run = self.store.create_run(new_run(parent.info.experiment_id, own, start_time=parent.info.start_time))
        made = active.ActiveRun(info=run.info, data=run.data, inputs=run.inputs, outputs=run.outputs)
        status = "FAILED"
        try:
            yield Session(self._autologger, active.Frame(made, self.store))
            status = "FINISHED"
        finally:
            self.store.update_run(RunUpdate(run_id=run.info.run_id, status=status, end_time=now()))

    def record(
        self,
        params: Mapping[str, Any] | None = None,
        metrics: Mapping[str, Any] | None = None,
        tags: Mapping[str, Any] | None = None,
        step: int | None = None,
    ) -> None:
        """Write params, metrics and tags, in one batch.

        Metrics are linked to the models that the run has made at that step, as `log_metrics` does.

        Raises:
            InvalidInput: A key or value is not valid, or a param exists with another value; nothing is written.
        """
        models: Sequence[str | None] = self._frame.models_at(step) or [active.model_id()]
        batch = RunBatch.checked(
            self.run_id,
            metrics=points(metrics or {}, step, model_ids=models),
            params=[Param(key[: limits.MAX_KEY], value) for key, value in (params or {}).items()],
            tags=[RunTag(key, value) for key, value in (tags or {}).items()],
        )
        if batch.metrics or batch.params or batch.tags:
            self.store.log_batch(batch)

    def log_dataset(self, dataset: Dataset, context: str) -> None:
        """Link the run to data that it read.

        Args:
            dataset: The data.
            context: What it was for: ``train`` or ``eval``.
        """
        link = DatasetInput(dataset.to_entity(), [InputTag(CONTEXT, context)])
        self.store.log_inputs(RunInputsBatch.checked(self.run_id, [link]))


@contextmanager
def session(autologger: Autologger) -> Iterator[Session | None]:
    """Give the session of a training; `None` where nothing is to be logged, or no run can be made.

    The active run is used and left open. Without one, a run is made, which ends with the block: as ``FAILED`` if an
    exception leaves it.
    """
    frames = active.stack()
    if frames:
        yield None if autologger.options.exclusive else Session(autologger, frames[-1])
        return
    made = _make_run(autologger)
    if made is None:
        yield None
        return
    try:
        yield Session(autologger, active.stack()[-1])
    except BaseException as error:
        with guarded(autologger, "the end of the run"):
            made.__exit__(type(error), error, error.__traceback__)
        raise
    with guarded(autologger, "the end of the run"):
        made.__exit__(None, None, None)


def _make_run(autologger: Autologger) -> active.ActiveRun | None:
    with guarded(autologger, "the start of a run"):
        from runyard.tracking.fluent.runs import start_run

        return start_run(tags={AUTOLOGGING: autologger.name, **(autologger.options.extra_tags or {})})
    return None
