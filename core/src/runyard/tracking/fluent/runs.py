"""Starting, resuming and ending runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from runyard import config
from runyard.entities import Run, RunStatus, RunTag, limits
from runyard.errors import InvalidInput, InvalidState
from runyard.plugins import get_plugins
from runyard.tracking import active, context
from runyard.tracking.active import ActiveRun, Frame
from runyard.tracking.fluent.experiments import active_experiment_id
from runyard.tracking.new_run import DESCRIPTION, PARENT, RUN_NAME, new_run
from runyard.tracking.recording import now
from runyard.tracking.requests import RunBatch, RunUpdate, run_tags
from runyard.tracking.uris import tracking_store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runyard.tracking.store import TrackingStore

__all__ = [
    "ActiveRun",
    "active_run",
    "delete_run",
    "end_run",
    "get_parent_run",
    "get_run",
    "last_active_run",
    "restore_run",
    "start_run",
]


def start_run(
    run_id: str | None = None,
    experiment_id: str | int | None = None,
    run_name: str | None = None,
    nested: bool = False,
    parent_run_id: str | None = None,
    tags: Mapping[str, Any] | None = None,
    description: str | None = None,
    log_system_metrics: bool | None = None,
) -> ActiveRun:
    """Start a run, or resume one, and make it the active run of this thread.

    Args:
        run_id: The run to resume; the variable ``RUNYARD_RUN_ID`` is taken once when absent.
        experiment_id: Where a new run goes; to the active experiment when absent.
        run_name: The name of the run; made up for a new one when absent.
        nested: Whether the run is a child of the active one.
        parent_run_id: The run that a new run is a child of; the active one, where there is one.
        tags: Tags of the run; they win over those that its context gives.
        description: Markdown text, the tag ``mlflow.note.content``.
        log_system_metrics: Whether to record the load of the machine, which needs a plugin.

    Returns:
        The run, which ends when it is used as a context manager, or with `end_run`.

    Raises:
        InvalidState: A run is active and this one is not nested, or a run or experiment is deleted.
        InvalidInput: A tag is not valid, two names or descriptions differ, or the run to resume is of another
            experiment than the active one.
        NotFound: There is no such run, parent or experiment.
    """
    top = _top()
    if top is not None and not nested:
        raise InvalidState(
            f"Run {top.run_id} is active in this thread. End it first with end_run(), or start a nested run with "
            "start_run(nested=True)."
        )
    if log_system_metrics:
        import warnings

        warnings.warn("System metrics are not recorded: no installed plugin measures them.", stacklevel=2)
    given = {tag.key: tag.value for tag in run_tags(tags or {})}
    if description is not None:
        if given.setdefault(DESCRIPTION, description) != description:
            raise InvalidInput(f"There are two descriptions, one of them in the tag {DESCRIPTION!r}; give only one.")
        limits.check_text(description, "description", limits.MAX_TAG_VALUE)
    if run_name:
        given[RUN_NAME] = run_name
    store = tracking_store()
    resumed = run_id or _run_id_from_environment()
    if resumed:
        run = _resume(store, limits.check_run_id(resumed), given)
    else:
        parent = _parent(store, top, parent_run_id)
        if parent:
            given[PARENT] = parent
        where = active_experiment_id(store) if experiment_id is None else str(experiment_id)
        run = store.create_run(new_run(where, {**context.run_tags(), **given}))
    started = ActiveRun(info=run.info, data=run.data, inputs=run.inputs, outputs=run.outputs)
    active.push(Frame(started, store), _end_at_exit)
    get_plugins().notify("runyard_run_started", run=started)
    return started


def _top() -> Frame | None:
    frames = active.stack()
    return frames[-1] if frames else None


def _run_id_from_environment() -> str | None:
    run_id = config.RUN_ID.get()
    config.RUN_ID.unset()
    return run_id


def _parent(store: TrackingStore, top: Frame | None, parent_run_id: str | None) -> str | None:
    if top is not None:
        if parent_run_id not in (None, top.run_id):
            raise InvalidState(
                f"The active run is {top.run_id}, but the parent of the new one shall be {parent_run_id}; end the "
                "active run first."
            )
        return top.run_id
    if parent_run_id is None:
        return None
    parent = store.get_run(limits.check_run_id(parent_run_id))
    _check_active(parent, "be a parent")
    return parent_run_id


def _check_active(run: Run, what: str) -> None:
    if run.info.lifecycle_stage != "active":
        raise InvalidState(f"Run {run.info.run_id} cannot {what}: it is deleted. Restore it first.")


def _resume(store: TrackingStore, run_id: str, tags: Mapping[str, str]) -> Run:
    run = store.get_run(run_id)
    chosen = active.experiment_id()
    if chosen is not None and chosen != run.info.experiment_id:
        raise InvalidInput(
            f"Run {run_id} cannot be resumed: it is in experiment {run.info.experiment_id}, but experiment {chosen} "
            "was set as the active one."
        )
    _check_active(run, "be resumed")
    store.update_run(RunUpdate(run_id=run_id, status="RUNNING"))
    if tags:
        store.log_batch(RunBatch(run_id=run_id, tags=[RunTag(key, value) for key, value in tags.items()]))
    return store.get_run(run_id)


def end_run(status: str | int = "FINISHED") -> None:
    """End the active run of this thread; the one that it is nested in is active then. Without one, nothing happens.

    What was handed over to be recorded in the background is recorded first. In a forked child the run only stops being
    the active one: its parent ends it.

    Args:
        status: ``FINISHED``, ``FAILED`` or ``KILLED``.

    Raises:
        InvalidInput: There is no such status.
    """
    name = RunStatus.to_string(RunStatus.from_string(status) if isinstance(status, str) else status)
    config.RUN_ID.unset()
    if active.stack():
        frame = active.pop()
        if frame.owned:
            _end(frame, name)


def _end(frame: Frame, status: str) -> None:
    flush_background(frame.run_id)
    frame.store.update_run(RunUpdate(run_id=frame.run_id, status=status, end_time=now()))
    get_plugins().notify("runyard_run_ended", run=frame.run, status=status)
    uri = frame.store.uri
    if uri.scheme in ("http", "https") and not config.SUPPRESS_PRINTING_URL_TO_STDOUT.get():
        authority, slash, path = str(uri).partition("://")[2].partition("/")
        server = f"{uri.scheme}://{authority.rpartition('@')[2]}{slash}{path}".rstrip("/")  # a link: without a user
        experiment = f"{server}/#/experiments/{frame.run.info.experiment_id}"
        sys.stdout.write(f"🏃 View run {frame.run.info.run_name} at: {experiment}/runs/{frame.run_id}\n")
        sys.stdout.write(f"🧪 View experiment at: {experiment}\n")


def flush_background(run_id: str | None = None) -> None:
    """Wait for what is recorded in the background, where anything is."""
    background = sys.modules.get("runyard.tracking.background")
    if background is not None:
        background.flush(run_id)


def _end_at_exit(frame: Frame) -> None:
    try:
        _end(frame, "FINISHED")
    except Exception as error:
        import logging

        logging.getLogger("runyard").error("The run %s could not be ended: %s", frame.run_id, error)


def active_frame() -> Frame:
    """Return the active run of this thread; one is started where there is none."""
    frames = active.stack()
    if not frames:
        start_run()
    return active.stack()[-1]


def active_run() -> ActiveRun | None:
    """Return the active run of this thread, as it was when it was started."""
    frames = active.stack()
    return frames[-1].run if frames else None


def last_active_run() -> Run | None:
    """Return the run that is active in this thread, or else the one that ended last in it, as the store has it now."""
    frames = active.stack()
    if frames:
        return frames[-1].store.get_run(frames[-1].run_id)
    run_id = active.last_run_id()
    return tracking_store().get_run(run_id) if run_id else None


def get_run(run_id: str) -> Run:
    """Return a run with its data, deleted or not.

    Raises:
        NotFound: There is no such run.
    """
    return tracking_store().get_run(limits.check_run_id(run_id))


def get_parent_run(run_id: str) -> Run | None:
    """Return the run that a run is nested in, if any.

    Raises:
        NotFound: There is no such run.
    """
    parent = get_run(run_id).data.tags.get(PARENT)
    return get_run(parent) if parent else None


def delete_run(run_id: str) -> None:
    """Move a run to the trash.

    Raises:
        NotFound: There is no such run.
    """
    tracking_store().delete_run(limits.check_run_id(run_id))


def restore_run(run_id: str) -> None:
    """Take a run out of the trash.

    Raises:
        NotFound: There is no such run.
    """
    tracking_store().restore_run(limits.check_run_id(run_id))
