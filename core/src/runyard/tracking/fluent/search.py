"""Searching runs, as a table or as a list."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, overload

from runyard.entities import Run, ViewType
from runyard.errors import InvalidInput
from runyard.tracking.fluent.experiments import active_experiment_id
from runyard.tracking.searching import all_pages, experiment_query, run_query
from runyard.tracking.tables import require_pandas
from runyard.tracking.uris import tracking_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas

    from runyard.tracking.store import TrackingStore

__all__ = ["search_runs"]

ATTRIBUTES = ("run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time")
"""The first columns of a table of runs."""

NAN = float("nan")


@overload
def search_runs(
    experiment_ids: Sequence[str | int] | None = None,
    filter_string: str = "",
    run_view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int = 100_000,
    order_by: Sequence[str] | None = None,
    output_format: Literal["pandas"] = "pandas",
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> pandas.DataFrame: ...
@overload
def search_runs(
    experiment_ids: Sequence[str | int] | None = None,
    filter_string: str = "",
    run_view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int = 100_000,
    order_by: Sequence[str] | None = None,
    *,
    output_format: Literal["list"],
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> list[Run]: ...
def search_runs(
    experiment_ids: Sequence[str | int] | None = None,
    filter_string: str = "",
    run_view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int = 100_000,
    order_by: Sequence[str] | None = None,
    output_format: Literal["pandas", "list"] = "pandas",
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> pandas.DataFrame | list[Run]:
    """Return the runs that a filter finds, on all pages.

    Args:
        experiment_ids: Where to look; in the active experiment when neither ids nor names are given.
        filter_string: Such as ``metrics.acc > 0.9 AND params.model = 'rf'``.
        run_view_type: Active, deleted or all runs.
        max_results: How many at most.
        order_by: Sort keys such as ``metrics.acc DESC``; latest start first when absent.
        output_format: ``pandas`` for a table, ``list`` for `Run` objects.
        search_all_experiments: Look in every active experiment, where none is given.
        experiment_names: Where to look, by name; one that is unknown is left out with a warning.

    Returns:
        A `pandas.DataFrame` with the columns ``run_id``, ``experiment_id``, ``status``, ``artifact_uri``,
        ``start_time``, ``end_time`` (UTC), then ``metrics.<key>`` (NaN where a run has none), ``params.<key>`` and
        ``tags.<key>`` (`None` where a run has none); or a list.

    Raises:
        InvalidInput: The filter, a sort key or another argument is not valid.
        PluginMissing: A table is asked for and pandas is not installed.
    """
    if output_format not in ("pandas", "list"):
        raise InvalidInput(f"Unknown output format {output_format!r}; there are 'pandas' and 'list'.")
    if output_format == "pandas":
        require_pandas("Tables of runs")
    store = tracking_store()
    where = _where(store, experiment_ids, experiment_names, search_all_experiments)
    query = run_query(where, filter_string, run_view_type, order_by)
    with _no_collection():
        runs = all_pages(store.search_runs, query, max_results) if where else []
        return as_frame(runs) if output_format == "pandas" else runs


@contextmanager
def _no_collection() -> Iterator[None]:
    """Put off the search for cyclic garbage: of the many objects that are made here, none is any.

    It would take a quarter of the time of a large table. Where it is off already, it stays off.
    """
    import gc

    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _where(
    store: TrackingStore,
    ids: Sequence[str | int] | None,
    names: Sequence[str] | None,
    everywhere: bool,
) -> list[str]:
    """Return the ids of the experiments to look in."""
    if ids and names:
        raise InvalidInput("Give experiment_ids or experiment_names, not both.")
    if names:
        experiments = {
            name: store.get_experiment_by_name(name) for name in ([names] if isinstance(names, str) else names)
        }
        for name in (name for name, experiment in experiments.items() if experiment is None):
            import warnings

            warnings.warn(f"There is no experiment {name!r}; it is left out of the search.", stacklevel=4)
        return [experiment.experiment_id for experiment in experiments.values() if experiment is not None]
    if ids:
        return [str(ids)] if isinstance(ids, (str, int)) else [str(experiment_id) for experiment_id in ids]
    if everywhere:
        query = experiment_query(ViewType.ACTIVE_ONLY, None, None)
        return [experiment.experiment_id for experiment in all_pages(store.search_experiments, query)]
    return [active_experiment_id(store)]


def as_frame(runs: Sequence[Run]) -> pandas.DataFrame:
    """Return runs as a table; see `search_runs` for its columns."""
    import pandas

    columns: dict[str, Any] = {name: [getattr(run.info, name) for run in runs] for name in ATTRIBUTES}
    for name in ("start_time", "end_time"):
        columns[name] = pandas.to_datetime(pandas.Series(columns[name], dtype="Int64"), unit="ms", utc=True)
    groups: tuple[tuple[str, float | None, Sequence[Mapping[str, Any]]], ...] = (
        ("metrics.", NAN, [{metric.key: metric.value for metric in run.data.latest_metrics} for run in runs]),
        ("params.", None, [run.data.params for run in runs]),
        ("tags.", None, [run.data.tags for run in runs]),
    )
    for prefix, missing, values in groups:
        for key in dict.fromkeys(chain.from_iterable(values)):
            columns[prefix + key] = [found.get(key, missing) for found in values]
    frame: pandas.DataFrame = pandas.DataFrame(columns)
    return frame
