"""The client's calls on runs and what they record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from runyard.entities import Metric, Param, RunStatus, RunTag, ViewType, limits
from runyard.tracking import active
from runyard.tracking.new_run import PARENT, RUN_NAME, new_run
from runyard.tracking.recording import now, points, record
from runyard.tracking.requests import RunBatch, RunInputsBatch, RunUpdate, SeriesQuery
from runyard.tracking.store_client import StoreClient

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Literal

    from runyard.entities import DatasetInput, LoggedModelInput, LoggedModelOutput, MetricSeries, Page, Run
    from runyard.tracking.background import RunOperations

V = TypeVar("V")


class RunClient(StoreClient):
    """Runs: made, changed, searched, recorded into."""

    def create_run(
        self,
        experiment_id: str | int,
        start_time: int | None = None,
        tags: Mapping[str, Any] | None = None,
        run_name: str | None = None,
    ) -> Run:
        """Make a run; it gets no tags but those given.

        Args:
            experiment_id: Where.
            start_time: Milliseconds since 1970 UTC; now when absent.
            tags: Its first tags; ``mlflow.user`` says who starts it.
            run_name: Its name; made up when absent.

        Raises:
            InvalidInput: A tag is not valid, or the name differs from the tag ``mlflow.runName``.
            InvalidState: The experiment is deleted.
            NotFound: There is no such experiment.
        """
        return self._store.create_run(new_run(str(experiment_id), tags or {}, run_name, start_time))

    def get_run(self, run_id: str) -> Run:
        """Return a run with its data, deleted or not.

        Raises:
            NotFound: There is no such run.
        """
        return self._store.get_run(limits.check_run_id(run_id))

    def get_parent_run(self, run_id: str) -> Run | None:
        """Return the run that a run is nested in, if any.

        Raises:
            NotFound: There is no such run.
        """
        parent = self.get_run(run_id).data.tags.get(PARENT)
        return self.get_run(parent) if parent else None

    def update_run(self, run_id: str, status: str | None = None, name: str | None = None) -> None:
        """Change the status or the name of a run; what is absent stays.

        Raises:
            InvalidInput: There is no such status.
            InvalidState: The run is deleted.
            NotFound: There is no such run.
        """
        if name is not None:
            limits.check_long_value(RUN_NAME, name, "tag", limits.MAX_TAG_VALUE)
        self._store.update_run(
            RunUpdate(run_id=limits.check_run_id(run_id), status=_status(status), run_name=name or None)
        )

    def set_terminated(self, run_id: str, status: str | None = None, end_time: int | None = None) -> None:
        """End a run.

        Args:
            run_id: The run.
            status: ``FINISHED`` when absent.
            end_time: Milliseconds since 1970 UTC; now when absent.

        Raises:
            InvalidInput: There is no such status.
            InvalidState: The run is deleted.
            NotFound: There is no such run.
        """
        at = now() if end_time is None else limits.check_timestamp(end_time, "run")
        update = RunUpdate(run_id=limits.check_run_id(run_id), status=_status(status or "FINISHED"), end_time=at)
        self._store.update_run(update)

    def delete_run(self, run_id: str) -> None:
        """Move a run to the trash.

        Raises:
            NotFound: There is no such run.
        """
        self._store.delete_run(limits.check_run_id(run_id))

    def restore_run(self, run_id: str) -> None:
        """Take a run out of the trash.

        Raises:
            NotFound: There is no such run.
        """
        self._store.restore_run(limits.check_run_id(run_id))

    def search_runs(
        self,
        experiment_ids: Iterable[str | int] | str | int,
        filter_string: str | None = "",
        run_view_type: int = ViewType.ACTIVE_ONLY,
        max_results: int = 1000,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> Page[Run]:
        """Return a page of runs.

        Args:
            experiment_ids: Where to look.
            filter_string: Such as ``metrics.acc > 0.9 AND params.model = 'rf'``.
            run_view_type: Active, deleted or all runs.
            max_results: The size of the page.
            order_by: Sort keys such as ``metrics.acc DESC``; latest start first when absent.
            page_token: The token of the page before.

        Raises:
            InvalidInput: The filter, a sort key, the size or the token is not valid.
        """
        from runyard.tracking.searching import run_query

        query = run_query(
            experiment_ids, filter_string, run_view_type, order_by, max_results=max_results, page_token=page_token
        )
        return self._store.search_runs(query)

    def log_metric(
        self,
        run_id: str,
        key: str,
        value: float,
        timestamp: int | None = None,
        step: int | None = None,
        synchronous: bool | None = None,
        dataset_name: str | None = None,
        dataset_digest: str | None = None,
        model_id: str | None = None,
    ) -> RunOperations | None:
        """Record one point of a metric.

        Args:
            run_id: The run.
            key: The metric's name.
            value: A number; NaN and infinities are kept.
            timestamp: Milliseconds since 1970 UTC; now when absent.
            step: Any integer; 0 when absent.
            synchronous: Whether to return when it is recorded; the setting decides when absent.
            dataset_name: The name of the data that it was measured on.
            dataset_digest: The digest of that data.
            model_id: The logged model that the value is about.

        Returns:
            What to wait for, where it is recorded in the background; otherwise `None`.

        Raises:
            InvalidInput: The key, value, step or timestamp is not valid.
            InvalidState: The run is deleted.
            NotFound: There is no such run.
        """
        dataset = (dataset_name, dataset_digest or "") if dataset_name else None
        return self.log_batch(run_id, points({key: value}, step, timestamp, (model_id,), dataset), (), (), synchronous)

    @overload
    def log_param(self, run_id: str, key: str, value: V, synchronous: Literal[True] | None = None) -> V: ...
    @overload
    def log_param(self, run_id: str, key: str, value: Any, synchronous: Literal[False]) -> RunOperations: ...
    def log_param(self, run_id: str, key: str, value: Any, synchronous: bool | None = None) -> Any:
        """Record a param.

        Returns:
            The value; or what to wait for, where it is recorded in the background.

        Raises:
            InvalidInput: The key is not valid, or the run has the param with another value.
            InvalidState: The run is deleted.
            NotFound: There is no such run.
        """
        operations = self.log_batch(run_id, (), (Param(key, value),), (), synchronous)
        return value if operations is None else operations

    def set_tag(self, run_id: str, key: str, value: Any, synchronous: bool | None = None) -> RunOperations | None:
        """Set a tag.

        Raises:
            InvalidInput: The key is not valid.
            InvalidState: The run is deleted.
            NotFound: There is no such run.
        """
        return self.log_batch(run_id, (), (), (RunTag(key, value),), synchronous)

    def log_batch(
        self,
        run_id: str,
        metrics: Sequence[Metric] = (),
        params: Sequence[Param] = (),
        tags: Sequence[RunTag] = (),
        synchronous: bool | None = None,
    ) -> RunOperations | None:
        """Record any number of metrics, params and tags.

        Args:
            run_id: The run.
            metrics: Points.
            params: Params, each key once.
            tags: Tags; of two with one key the last counts.
            synchronous: Whether to return when all is recorded; the setting decides when absent.

        Returns:
            What to wait for, where it is recorded in the background; otherwise `None`.

        Raises:
            InvalidInput: A key or value is not valid, or the run has a param with another value; nothing is recorded.
            InvalidState: The run is deleted.
            NotFound: There is no such run.
        """
        return record(self._store, RunBatch.checked(run_id, metrics, params, tags), synchronous)

    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag.

        Raises:
            NotFound: There is no such run, or it has no tag of that key.
        """
        self._store.delete_tag(limits.check_run_id(run_id), key)

    def get_metric_history(self, run_id: str, key: str) -> list[Metric]:
        """Return every point of a metric, in the order of time, step and value; none for an unknown key.

        Raises:
            NotFound: There is no such run.
        """
        from runyard.tracking.histories import whole_history

        return whole_history(self._store, limits.check_run_id(run_id), key)

    def get_metric_series(
        self,
        run_ids: str | Iterable[str],
        keys: str | Iterable[str],
        max_points: int = 1000,
        start_step: int | None = None,
        end_step: int | None = None,
        start_time: int | None = None,
        end_time: int | None = None,
    ) -> list[MetricSeries]:
        """Return metrics for charts: of a long history only some points, but every peak.

        A series with more points than asked for is cut into buckets of equally many points; of each come the first
        and last point, the smallest and largest number, and the first NaN and infinities.

        Args:
            run_ids: The runs, or one.
            keys: The metrics, or one.
            max_points: How many points of one series at most, from 8 to 50,000.
            start_step: The first step that counts, to zoom in.
            end_step: The last step that counts.
            start_time: The first timestamp that counts, in milliseconds since 1970 UTC.
            end_time: The last timestamp that counts.

        Returns:
            The series by run, then key, in the order given; those without a point in the range are left out. Points are
            in the order of step, timestamp and value.

        Raises:
            InvalidInput: A key or number is not valid, or the end of a range is before its start.
            NotFound: There is no such run.
        """
        query = SeriesQuery(
            run_ids=(run_ids,) if isinstance(run_ids, str) else tuple(run_ids),
            keys=(keys,) if isinstance(keys, str) else tuple(keys),
            max_points=max_points,
            start_step=start_step,
            end_step=end_step,
            start_time=start_time,
            end_time=end_time,
        )
        return self._store.metric_series(query)

    def log_inputs(
        self,
        run_id: str,
        datasets: Iterable[DatasetInput] | None = None,
        models: Iterable[LoggedModelInput] | None = None,
    ) -> None:
        """Link a run to what it read.

        Raises:
            InvalidInput: Something of a dataset is too long.
            InvalidState: The run is deleted.
            NotFound: There is no such run.
        """
        self._store.log_inputs(RunInputsBatch.checked(run_id, datasets or (), models or ()))

    def log_outputs(self, run_id: str, models: Sequence[LoggedModelOutput]) -> None:
        """Link a run to the logged models that it made; its metrics of the same step are linked to them from now on.

        Raises:
            InvalidState: The run is deleted.
            NotFound: There is no such run.
        """
        self._store.log_outputs(limits.check_run_id(run_id), models)
        active.note_outputs(run_id, models)


def _status(status: str | int | None) -> str | None:
    if status is None:
        return None
    return RunStatus.to_string(RunStatus.from_string(status) if isinstance(status, str) else status)
