"""Recording params, metrics and tags in the active run, or in a run that is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from runyard.entities import Param, RunTag
from runyard.tracking import active
from runyard.tracking.fluent.runs import active_frame, flush_background
from runyard.tracking.recording import points, record
from runyard.tracking.requests import RunBatch
from runyard.tracking.uris import tracking_store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from runyard.data.dataset import Dataset
    from runyard.tracking.background import RunOperations
    from runyard.tracking.store import TrackingStore

__all__ = [
    "delete_tag",
    "flush_async_logging",
    "log_metric",
    "log_metrics",
    "log_param",
    "log_params",
    "set_tag",
    "set_tags",
]

V = TypeVar("V")


def log_metric(
    key: str,
    value: float,
    step: int | None = None,
    synchronous: bool | None = None,
    timestamp: int | None = None,
    run_id: str | None = None,
    model_id: str | None = None,
    dataset: Dataset | None = None,
) -> RunOperations | None:
    """Record one point of a metric; without an active run, one is started.

    Args:
        key: The metric's name.
        value: A number; NaN and infinities are kept.
        step: Any integer; 0 when absent.
        synchronous: Whether to return when it is recorded; the setting decides when absent.
        timestamp: Milliseconds since 1970 UTC; now when absent.
        run_id: The run; the active one when absent.
        model_id: The logged model that the value is about; the active one, or those that the run made at that step,
            when absent.
        dataset: The data that it was measured on.

    Returns:
        What to wait for, where it is recorded in the background; otherwise `None`.

    Raises:
        InvalidInput: The key, value, step or timestamp is not valid.
        InvalidState: The run is deleted.
        NotFound: There is no such run.
    """
    return log_metrics({key: value}, step, synchronous, run_id, timestamp, model_id, dataset)


def log_metrics(
    metrics: Mapping[str, float],
    step: int | None = None,
    synchronous: bool | None = None,
    run_id: str | None = None,
    timestamp: int | None = None,
    model_id: str | None = None,
    dataset: Dataset | None = None,
) -> RunOperations | None:
    """Record a point of each of several metrics, all or none; without an active run, one is started.

    Args:
        metrics: Values by key.
        step: Any integer; 0 when absent.
        synchronous: Whether to return when they are recorded; the setting decides when absent.
        run_id: The run; the active one when absent.
        timestamp: Milliseconds since 1970 UTC; now when absent.
        model_id: The logged model that the values are about; the active one, or those that the run made at that step,
            when absent.
        dataset: The data that they were measured on.

    Returns:
        What to wait for, where they are recorded in the background; otherwise `None`.

    Raises:
        InvalidInput: A key, value, step or timestamp is not valid.
        InvalidState: The run is deleted.
        NotFound: There is no such run.
    """
    target, store, made = _target(run_id)
    model = model_id or (active.model_id() if made is None else active.own_model_id() or made.model_id)
    models: list[str] | tuple[str | None, ...] = (model,)
    if model is None and made is not None and made.outputs:
        models = made.models_at(step) or (None,)
    measured_on = None if dataset is None else (dataset.name, dataset.digest)
    batch = RunBatch.checked(target, metrics=points(metrics, step, timestamp, models, measured_on))
    return record(store, batch, _waits(made, synchronous))


def _target(run_id: str | None) -> tuple[str, TrackingStore, active.Frame | None]:
    """Return the run to record into, its store, and what is known of it if it is active here."""
    if run_id is None:
        frame = active_frame()
        return frame.run_id, frame.store, frame
    for frame in active.stack():
        if frame.run_id == run_id:
            return run_id, frame.store, frame
    return run_id, tracking_store(), None


def _waits(frame: active.Frame | None, synchronous: bool | None) -> bool | None:
    """Return whether a call waits until it is recorded, where that is decided; what was asked counts first."""
    return not frame.background if synchronous is None and frame is not None else synchronous


@overload
def log_param(key: str, value: V, synchronous: Literal[True] | None = None) -> V: ...
@overload
def log_param(key: str, value: Any, synchronous: Literal[False]) -> RunOperations: ...
def log_param(key: str, value: Any, synchronous: bool | None = None) -> Any:
    """Record a param of the active run; without one, a run is started.

    Args:
        key: The param's name.
        value: Anything; its text is recorded.
        synchronous: Whether to return when it is recorded; the setting decides when absent.

    Returns:
        The value; or what to wait for, where it is recorded in the background.

    Raises:
        InvalidInput: The key is not valid, or the run has the param with another value.
    """
    operations = log_params({key: value}, synchronous)
    return value if operations is None else operations


def log_params(
    params: Mapping[str, Any], synchronous: bool | None = None, run_id: str | None = None
) -> RunOperations | None:
    """Record params, all or none; without an active run, one is started.

    Args:
        params: Values by key; their text is recorded.
        synchronous: Whether to return when they are recorded; the setting decides when absent.
        run_id: The run; the active one when absent.

    Returns:
        What to wait for, where they are recorded in the background; otherwise `None`.

    Raises:
        InvalidInput: A key is not valid, or the run has one of them with another value.
    """
    target, store, made = _target(run_id)
    batch = RunBatch.checked(target, params=[Param(key, value) for key, value in params.items()])
    return record(store, batch, _waits(made, synchronous))


def set_tag(key: str, value: Any, synchronous: bool | None = None) -> RunOperations | None:
    """Set a tag of the active run; without one, a run is started.

    Args:
        key: The tag's name.
        value: Anything; its text is recorded.
        synchronous: Whether to return when it is recorded; the setting decides when absent.

    Returns:
        What to wait for, where it is recorded in the background; otherwise `None`.

    Raises:
        InvalidInput: The key is not valid.
    """
    return set_tags({key: value}, synchronous)


def set_tags(tags: Mapping[str, Any], synchronous: bool | None = None) -> RunOperations | None:
    """Set tags of the active run; without one, a run is started.

    Args:
        tags: Values by key; their text is recorded.
        synchronous: Whether to return when they are recorded; the setting decides when absent.

    Returns:
        What to wait for, where they are recorded in the background; otherwise `None`.

    Raises:
        InvalidInput: A key is not valid.
    """
    target, store, made = _target(None)
    batch = RunBatch.checked(target, tags=[RunTag(key, value) for key, value in tags.items()])
    return record(store, batch, _waits(made, synchronous))


def delete_tag(key: str) -> None:
    """Remove a tag of the active run.

    Raises:
        NotFound: The run has no tag of that key.
    """
    frame = active_frame()
    frame.store.delete_tag(frame.run_id, key)


def flush_async_logging() -> None:
    """Wait until everything that is recorded in the background is recorded, artifacts included."""
    flush_background()
