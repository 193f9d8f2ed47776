"""Backends that break one clause each; `test_mutants.py` asks the suites whether they notice.

They are one list, however long, so that there is one place to see which clauses have been broken.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from msgspec.structs import replace

from runyard.artifacts.repository import Progress, SignedRequest
from runyard.entities import (
    Experiment,
    FileInfo,
    LoggedModel,
    LoggedModelOutput,
    Metric,
    MetricSeries,
    ModelStage,
    ModelVersion,
    Page,
    Param,
    RegisteredModel,
    Run,
    RunColumns,
    RunCount,
    RunInfo,
    RunTable,
    TrashItem,
    ViewType,
)
from runyard.errors import InvalidState, RunyardError
from runyard.registry.requests import NewModelVersion, RegisteredModelQuery
from runyard.search import RUNS, find, run_record
from runyard.testing import ArtifactRepositoryContract, ModelRegistryContract, TrackingStoreContract
from runyard.testing.contract import Contract
from runyard.testing.memory import MemoryArtifactRepository, MemoryModelRegistry, MemoryTrackingStore, forget
from runyard.testing.memory.state import now
from runyard.tracking.requests import (
    HistoryQuery,
    NewExperiment,
    NewLoggedModel,
    RunBatch,
    RunInputsBatch,
    RunQuery,
    RunUpdate,
    SeriesQuery,
    TrashQuery,
)
from runyard.tracking.sampling import choose, downsample
from runyard.tracking.table_requests import RunTableQuery
from runyard.uris import ArtifactPath, ArtifactURI, StoreURI

MUTANTS: dict[str, str] = {}
"""The clause that catches a mutant, by the name of the mutant's suite."""


def breaks(clause: str) -> Callable[[type], type]:
    """Make a suite for a mutant, and note the clause that has to fail."""

    def register(mutant: type) -> type:
        contract: type[Contract]
        if issubclass(mutant, MemoryTrackingStore):
            contract, fixture, address = TrackingStoreContract, "store", StoreURI.parse("memory://mutant")
        elif issubclass(mutant, MemoryModelRegistry):
            contract, fixture, address = ModelRegistryContract, "registry", StoreURI.parse("memory://mutant")
        else:
            contract, fixture, address = (
                ArtifactRepositoryContract,
                "repository",
                ArtifactURI.parse("memory://mutant/x"),
            )

        def fresh(self: object) -> Any:
            forget()
            return mutant(address)

        name = f"Test{mutant.__name__}"
        globals()[name] = type(name, (contract,), {fixture: pytest.fixture(fresh), "__module__": __name__})
        assert hasattr(contract, clause), clause
        MUTANTS[name] = clause
        return mutant

    return register


# tracking stores


@breaks("test_batches_of_several_runs")
class WritesTheFirstBatchOnly(MemoryTrackingStore):
    def log_batches(self, batches: Sequence[RunBatch]) -> list[RunyardError | None]:
        return [*super().log_batches(batches[:1]), *[None] * len(batches[1:])]


@breaks("test_no_batches")
class TellsOfNothing(MemoryTrackingStore):
    def log_batches(self, batches: Sequence[RunBatch]) -> list[RunyardError | None]:
        return super().log_batches(batches) or [None]


@breaks("test_batches_are_recorded_in_order")
class WritesBatchesBackwards(MemoryTrackingStore):
    def log_batches(self, batches: Sequence[RunBatch]) -> list[RunyardError | None]:
        return super().log_batches(batches[::-1])[::-1]


@breaks("test_of_two_values_of_a_param_the_first_counts")
class WritesThePointsOfARefusedBatch(MemoryTrackingStore):
    def log_batches(self, batches: Sequence[RunBatch]) -> list[RunyardError | None]:
        for batch in batches:
            super().log_batches([replace(batch, params=())])
        return super().log_batches(batches)


@breaks("test_a_bad_batch_among_good_ones")
class StopsAtABadBatch(MemoryTrackingStore):
    def log_batches(self, batches: Sequence[RunBatch]) -> list[RunyardError | None]:
        outcomes: list[RunyardError | None] = []
        for batch in batches:
            error = next((outcome for outcome in outcomes if outcome), None)
            outcomes += [error] if error else super().log_batches([batch])
        return outcomes


@breaks("test_taken_name_is_refused")
class GivesNamesTwice(MemoryTrackingStore):
    def _check_free(self, name: str) -> None: ...


@breaks("test_name_of_a_deleted_experiment_is_taken")
class GivesNamesOfDeletedAgain(MemoryTrackingStore):
    def _check_free(self, name: str) -> None:
        taken = self.get_experiment_by_name(name)
        if taken is not None and taken.lifecycle_stage == "active":
            super()._check_free(name)


@breaks("test_one_of_several_threads_gets_a_name")
class ChecksNamesTooEarly(MemoryTrackingStore):
    def create_experiment(self, experiment: NewExperiment) -> str:
        self._check_free(experiment.name)
        time.sleep(0.01)
        with self._state.lock:
            self._check_free = lambda name: None  # type: ignore[method-assign]
            return super().create_experiment(experiment)


@breaks("test_delete_and_restore_with_runs")
class RestoresWithoutRuns(MemoryTrackingStore):
    def restore_experiment(self, experiment_id: str) -> None:
        super().restore_experiment(experiment_id)
        for run in self._state.runs.values():
            run.info.lifecycle_stage = "deleted"


@breaks("test_deleted_experiment_cannot_be_written")
class TagsDeletedExperiments(MemoryTrackingStore):
    def set_experiment_tags(self, experiment_id: str, tags: Mapping[str, str]) -> None:
        self._experiment(experiment_id).tags.update(tags)


@breaks("test_delete_twice_and_restore_active_are_not_found")
class DeletesTwice(MemoryTrackingStore):
    def delete_experiment(self, experiment_id: str) -> None:
        self._experiment(experiment_id).lifecycle_stage = "deleted"


@breaks("test_returned_experiment_is_a_copy")
class HandsOutItsOwnExperiments(MemoryTrackingStore):
    def get_experiment(self, experiment_id: str) -> Experiment:
        return self._experiment(experiment_id)


@breaks("test_update_of_one_thing_leaves_the_others")
class ForgetsTheNameTag(MemoryTrackingStore):
    def update_run(self, update: RunUpdate) -> RunInfo:
        tags = dict(self._run(update.run_id).tags)
        info = super().update_run(update)
        self._run(update.run_id).tags = tags
        return info


@breaks("test_update_of_one_thing_leaves_the_others")
class ClearsTheEndTime(MemoryTrackingStore):
    def update_run(self, update: RunUpdate) -> RunInfo:
        super().update_run(update)
        info = self._run(update.run_id).info
        info.end_time = update.end_time
        return replace(info)


@breaks("test_deleted_run_cannot_be_written")
class LogsIntoDeletedRuns(MemoryTrackingStore):
    def log_batch(self, batch: RunBatch) -> None:
        run = self._run(batch.run_id)
        stage, run.info.lifecycle_stage = run.info.lifecycle_stage, "active"
        super().log_batch(batch)
        run.info.lifecycle_stage = stage


@breaks("test_param_is_written_once")
class RecordsHalfABatch(MemoryTrackingStore):
    def log_batch(self, batch: RunBatch) -> None:
        super().log_batch(replace(batch, params=()))
        super().log_batch(replace(batch, metrics=(), tags=()))


@breaks("test_param_is_written_once")
class OverwritesParams(MemoryTrackingStore):
    def log_batch(self, batch: RunBatch) -> None:
        for param in batch.params:
            self._run(batch.run_id)._params.pop(param.key, None)
        super().log_batch(batch)


@breaks("test_one_of_several_threads_writes_a_param")
class ChecksParamsTooEarly(MemoryTrackingStore):
    def log_batch(self, batch: RunBatch) -> None:
        before = dict(self._run(batch.run_id)._params)
        time.sleep(0.01)
        with self._state.lock:
            self._run(batch.run_id)._params = before
            super().log_batch(batch)


@breaks("test_params_come_back")
class StripsValues(MemoryTrackingStore):
    def log_batch(self, batch: RunBatch) -> None:
        super().log_batch(replace(batch, params=[Param(param.key, param.value.strip()) for param in batch.params]))


@breaks("test_keys_differ_by_letter_case")
class LowersKeys(MemoryTrackingStore):
    def log_batch(self, batch: RunBatch) -> None:
        super().log_batch(replace(batch, metrics=[replace(point, key=point.key.lower()) for point in batch.metrics]))


class _Snapshots(MemoryTrackingStore):
    def latest(self, points: Iterable[Metric]) -> Metric:
        raise NotImplementedError

    def get_run(self, run_id: str) -> Run:
        run = super().get_run(run_id)
        points = self._run(run_id)._points.values()
        run.data.latest_metrics = [self.latest(series.values()) for series in points]
        return run


@breaks("test_latest_metric")
class LatestIsTheLastWritten(_Snapshots):
    def latest(self, points: Iterable[Metric]) -> Metric:
        return list(points)[-1]


@breaks("test_latest_metric")
class LatestIsTheLatestTimestamp(_Snapshots):
    def latest(self, points: Iterable[Metric]) -> Metric:
        return max(points, key=lambda point: (point.timestamp, *point.order))


@breaks("test_latest_metric")
class LatestMayBeNaN(_Snapshots):
    def latest(self, points: Iterable[Metric]) -> Metric:
        return max(points, key=lambda point: (point.step, point.timestamp, point.value != point.value, point.value))


@breaks("test_exact_duplicates_count_once")
class KeepsDuplicatesOfNaN(MemoryTrackingStore):
    def log_batch(self, batch: RunBatch) -> None:
        super().log_batch(replace(batch, metrics=()))
        points: Any = self._run(batch.run_id)._points
        for point in batch.metrics:
            points.setdefault(point.key, {})[point.timestamp, point.step, float(str(point.value))] = point


@breaks("test_history_is_complete_and_sorted")
class HistoryByStep(MemoryTrackingStore):
    def metric_history(self, query: HistoryQuery) -> Page[Metric]:
        return Page(sorted(super().metric_history(query), key=lambda point: point.order))


class _Series(MemoryTrackingStore):
    def points(self, series: MetricSeries, query: SeriesQuery) -> Iterable[int]:
        """Return the places of the points that this store takes."""
        raise NotImplementedError

    def metric_series(self, query: SeriesQuery) -> list[MetricSeries]:
        found = super().metric_series(replace(query, max_points=50_000))
        for series in found:
            places = [*self.points(series, query)]
            series.steps = [series.steps[place] for place in places]
            series.timestamps = [series.timestamps[place] for place in places]
            series.values = [series.values[place] for place in places]
        return found


@breaks("test_sampled_series_keeps_what_matters")
class TakesEveryNthPoint(_Series):
    def points(self, series: MetricSeries, query: SeriesQuery) -> Iterable[int]:
        return range(0, series.total, -(-series.total // query.max_points))


@breaks("test_sampled_series_keeps_what_matters")
class TakesAllPoints(_Series):
    def points(self, series: MetricSeries, query: SeriesQuery) -> Iterable[int]:
        return range(series.total)


@breaks("test_sampled_series_keeps_what_matters")
class ForgetsNaN(_Series):
    def points(self, series: MetricSeries, query: SeriesQuery) -> Iterable[int]:
        numbers = [place for place, value in enumerate(series.values) if value == value]
        chosen = choose([series.values[place] for place in numbers], query.max_points)
        return [numbers[place] for place in chosen]


@breaks("test_every_store_takes_the_same_points")
class TakesTheLastOfEqualNumbers(_Series):
    def points(self, series: MetricSeries, query: SeriesQuery) -> Iterable[int]:
        chosen = choose(series.values[::-1], query.max_points)
        return sorted(series.total - 1 - place for place in chosen)


@breaks("test_short_series_is_whole_and_sorted")
class SeriesByTime(_Series):
    def points(self, series: MetricSeries, query: SeriesQuery) -> Iterable[int]:
        return sorted(range(series.total), key=series.timestamps.__getitem__)


@breaks("test_range_is_sampled_for_itself")
class CutsTheRangeOutOfASample(MemoryTrackingStore):
    def metric_series(self, query: SeriesQuery) -> list[MetricSeries]:
        whole = replace(query, start_step=None, end_step=None, start_time=None, end_time=None)
        found = [downsample(series, query) for series in super().metric_series(whole)]
        return [series for series in found if series is not None]


@breaks("test_range")
class LeavesOutTheLastStep(MemoryTrackingStore):
    def metric_series(self, query: SeriesQuery) -> list[MetricSeries]:
        end = None if query.end_step is None else max(query.end_step - 1, query.start_step or -99)
        return super().metric_series(replace(query, end_step=end))


@breaks("test_many_runs_and_keys")
class SeriesByKey(MemoryTrackingStore):
    def metric_series(self, query: SeriesQuery) -> list[MetricSeries]:
        return sorted(super().metric_series(query), key=lambda series: query.keys.index(series.key))


@breaks("test_series_of_an_unknown_run_is_not_found")
class LeavesOutUnknownRuns(MemoryTrackingStore):
    def metric_series(self, query: SeriesQuery) -> list[MetricSeries]:
        known = tuple(run_id for run_id in query.run_ids if run_id in self._state.runs)
        return super().metric_series(replace(query, run_ids=known))


class _Tables(MemoryTrackingStore):
    def changed(self, table: RunTable) -> None:
        """Spoil a table."""
        raise NotImplementedError

    def run_table(self, query: RunTableQuery) -> RunTable:
        table = super().run_table(query)
        self.changed(table)
        return table


@breaks("test_rows_from_any_place_on")
class CountsTheRowsThatItGives(_Tables):
    def changed(self, table: RunTable) -> None:
        table.total = len(table.run_ids)


@breaks("test_rows_from_any_place_on")
class CutsPagesNotPlaces(MemoryTrackingStore):
    def run_table(self, query: RunTableQuery) -> RunTable:
        return super().run_table(replace(query, offset=query.offset // query.max_results * query.max_results))


@breaks("test_rows_of_several_experiments")
class SortsRowsByExperiment(_Tables):
    def changed(self, table: RunTable) -> None:
        rows = sorted(zip(table.experiment_ids, table.run_names, strict=True))
        table.run_names = [name for _, name in rows]


@breaks("test_cells_of_metrics")
class TakesTheLatestForTheSmallest(_Tables):
    def changed(self, table: RunTable) -> None:
        for cells in table.metrics.values():
            cells.minimum = cells.latest


@breaks("test_params_and_tags")
class TellsOfMissingTextsAsEmpty(_Tables):
    def changed(self, table: RunTable) -> None:
        table.params = {key: [text or "" for text in texts] for key, texts in table.params.items()}


@breaks("test_row_tells_of_a_run")
class ShowsEveryTag(MemoryTrackingStore):
    def run_table(self, query: RunTableQuery) -> RunTable:
        return super().run_table(replace(query, tags=(*query.tags, "mlflow.runName")))


@breaks("test_datasets_of_rows")
class ForgetsWhatDatasetsAreFor(_Tables):
    def changed(self, table: RunTable) -> None:
        table.datasets = [[replace(item, context="") for item in items] for items in table.datasets]


@breaks("test_tree")
class ShowsTheTreeFlat(MemoryTrackingStore):
    def run_table(self, query: RunTableQuery) -> RunTable:
        return super().run_table(replace(query, nested=False))


@breaks("test_children_are_counted_whatever_the_filter")
class CountsChildrenThatAreShown(_Tables):
    def changed(self, table: RunTable) -> None:
        table.child_counts = [table.parent_run_ids.count(run_id) for run_id in table.run_ids]


@breaks("test_deleted_children_do_not_count")
class CountsDeletedChildren(_Tables):
    def changed(self, table: RunTable) -> None:
        parents = [run.tags.get("mlflow.parentRunId") for run in self._state.runs.values()]
        table.child_counts = [parents.count(run_id) for run_id in table.run_ids]


class _Columns(MemoryTrackingStore):
    def changed(self, columns: RunColumns) -> None:
        """Spoil columns."""
        raise NotImplementedError

    def run_columns(self, query: RunQuery, max_runs: int | None = None) -> RunColumns:
        columns = super().run_columns(query, max_runs)
        self.changed(columns)
        return columns


@breaks("test_columns")
class ComparesOnlyWhatIsThere(_Columns):
    def changed(self, columns: RunColumns) -> None:
        for column in columns.metrics:
            column.differs = column.minimum != column.maximum


@breaks("test_columns_of_odd_numbers")
class TakesNaNForDifferent(_Columns):
    def changed(self, columns: RunColumns) -> None:
        for column in columns.metrics:
            column.differs |= column.minimum is None


@breaks("test_columns_of_what_a_filter_finds")
class ColumnsOfEveryRun(MemoryTrackingStore):
    def run_columns(self, query: RunQuery, max_runs: int | None = None) -> RunColumns:
        return super().run_columns(replace(query, filter=None), max_runs)


@breaks("test_columns_of_the_first_runs")
class ColumnsOfTheLatestRuns(MemoryTrackingStore):
    def run_columns(self, query: RunQuery, max_runs: int | None = None) -> RunColumns:
        return super().run_columns(replace(query, order_by=()), max_runs)


@breaks("test_values_of_columns")
class GivesLongValues(MemoryTrackingStore):
    def run_columns(self, query: RunQuery, max_runs: int | None = None) -> RunColumns:
        columns = super().run_columns(query, max_runs)
        for run in self.search_runs(query):
            for column in columns.params:
                column.values = sorted({*column.values, run.data.params[column.key]})
        return columns


@breaks("test_deleted_runs_are_not_counted")
class CountsDeletedRuns(MemoryTrackingStore):
    def run_counts(self, experiment_ids: Sequence[str]) -> dict[str, RunCount]:
        counts = super().run_counts(experiment_ids)
        every = [run.info.experiment_id for run in self._state.runs.values()]
        return {key: replace(count, active=every.count(key)) for key, count in counts.items()}


@breaks("test_runs_of_experiments_are_counted")
class LeavesOutEmptyExperiments(MemoryTrackingStore):
    def run_counts(self, experiment_ids: Sequence[str]) -> dict[str, RunCount]:
        return {key: count for key, count in super().run_counts(experiment_ids).items() if count.active}


@breaks("test_metric_value_comes_back_exactly")
class RoundsNumbers(MemoryTrackingStore):
    def log_batch(self, batch: RunBatch) -> None:
        points = [replace(point, value=float(f"{point.value:.12g}")) for point in batch.metrics]
        super().log_batch(replace(batch, metrics=points))


@breaks("test_threads_log_into_one_run")
class LosesPoints(MemoryTrackingStore):
    def log_batch(self, batch: RunBatch) -> None:
        before = {key: dict(points) for key, points in self._run(batch.run_id)._points.copy().items()}
        time.sleep(0.001)
        with self._state.lock:
            self._run(batch.run_id)._points = before
            super().log_batch(batch)


@breaks("test_pages")
class PagesOverlap(MemoryTrackingStore):
    def search_runs(self, query: RunQuery) -> Page[Run]:
        page = super().search_runs(query)
        return Page(page, str(int(page.token) - 1) if page.token and query.max_results > 1 else page.token)


@breaks("test_pages")
class LosesTheLastPage(MemoryTrackingStore):
    def search_runs(self, query: RunQuery) -> Page[Run]:
        page = super().search_runs(query)
        return Page(page, page.token if page.token and int(page.token) + query.max_results <= 11 else None)


@breaks("test_made_up_token_is_refused")
class TakesAnyToken(MemoryTrackingStore):
    def search_runs(self, query: RunQuery) -> Page[Run]:
        token = query.page_token if (query.page_token or "").isdigit() else None
        return super().search_runs(replace(query, page_token=token))


@breaks("test_count")
class CountsOnePage(MemoryTrackingStore):
    def count_runs(self, query: RunQuery) -> int:
        return len(self.search_runs(query))


@breaks("test_views")
class ShowsTheTrash(MemoryTrackingStore):
    def search_runs(self, query: RunQuery) -> Page[Run]:
        return super().search_runs(replace(query, view=ViewType.ALL))


@breaks("test_order")
class MissingComesFirst(MemoryTrackingStore):
    def search_runs(self, query: RunQuery) -> Page[Run]:
        found = super().search_runs(query)
        keys = [order.field.key for order in query.order_by]
        return Page(sorted(found, key=lambda run: any(key in run.data.metrics for key in keys)), found.token)


@breaks("test_filter")
class UnequalFindsWhatIsMissing(MemoryTrackingStore):
    def search_runs(self, query: RunQuery) -> Page[Run]:
        text = query.filter.text if query.filter else ""
        return super().search_runs(replace(query, filter=None) if "nobody !=" in text else query)


@breaks("test_search_sees_every_write_at_once")
class SearchesWhatItRemembers(MemoryTrackingStore):
    def search_runs(self, query: RunQuery) -> Page[Run]:
        remembered: dict[str, Run] = self.__dict__.setdefault("remembered", {})
        for run_id, record in self._state.runs.items():
            remembered.setdefault(run_id, record.snapshot())
        return Page(find(remembered.values(), query.filter, query.order_by, RUNS, run_record))


@breaks("test_linked_dataset_stays_as_it_is")
class LinksDatasetsAgain(MemoryTrackingStore):
    def log_inputs(self, inputs: RunInputsBatch) -> None:
        self._run(inputs.run_id)._datasets.clear()
        super().log_inputs(inputs)


@breaks("test_created_model_comes_back")
class ModelsAreReadyAtOnce(MemoryTrackingStore):
    def create_logged_model(self, model: NewLoggedModel) -> LoggedModel:
        return self.finalize_logged_model(super().create_logged_model(model).model_id, "READY")


@breaks("test_deleted_model_is_not_found")
class FindsDeletedModels(MemoryTrackingStore):
    def get_logged_model(self, model_id: str, *, allow_deleted: bool = False) -> LoggedModel:
        return super().get_logged_model(model_id, allow_deleted=True)


@breaks("test_deleted_model_is_found_on_demand")
class HidesDeletedModels(MemoryTrackingStore):
    def get_logged_model(self, model_id: str, *, allow_deleted: bool = False) -> LoggedModel:
        return super().get_logged_model(model_id)


@breaks("test_params_are_written_once")
class AddsHalfOfTheParams(MemoryTrackingStore):
    def log_logged_model_params(self, model_id: str, params: Mapping[str, str]) -> None:
        for key, value in params.items():
            super().log_logged_model_params(model_id, {key: value})


@breaks("test_metrics_of_a_run_reach_the_model")
class KeepsModelMetricsToItself(MemoryTrackingStore):
    def log_batch(self, batch: RunBatch) -> None:
        super().log_batch(replace(batch, metrics=[replace(point, model_id=None) for point in batch.metrics]))


@breaks("test_only_what_is_in_the_trash_is_purged")
class PurgesWhatIsActive(MemoryTrackingStore):
    def _check_in_trash(self, kind: str, name: str) -> None: ...


@breaks("test_experiment_is_purged_after_what_is_in_it")
class PurgesExperimentsWithTheirRuns(MemoryTrackingStore):
    def purge_experiment(self, experiment_id: str) -> None:
        for run_id in [key for key, run in self._state.runs.items() if run.info.experiment_id == experiment_id]:
            self.purge_run(run_id)
        super().purge_experiment(experiment_id)


@breaks("test_purged_experiment_frees_its_name")
class GivesIdsOfPurgedAgain(MemoryTrackingStore):
    def purge_experiment(self, experiment_id: str) -> None:
        super().purge_experiment(experiment_id)
        self._state.experiments_made -= 1


@breaks("test_purged_run_is_gone")
class RestoresPurgedRuns(MemoryTrackingStore):
    def purge_run(self, run_id: str) -> None:
        run = self._run(run_id)
        super().purge_run(run_id)
        self.__dict__.setdefault("purged", {})[run_id] = run

    def restore_run(self, run_id: str) -> None:
        self._state.runs.update(self.__dict__.get("purged", {}))
        super().restore_run(run_id)


@breaks("test_deleted_experiment_is_in_the_trash_with_all_that_is_in_it")
class ListsWhatIsDeletedItself(MemoryTrackingStore):
    def list_trash(self, query: TrashQuery) -> Page[TrashItem]:
        active = {key for key, model in self._state.models.items() if model.lifecycle_stage == "active"}
        return Page([item for item in super().list_trash(query) if item.id not in active])


@breaks("test_trash_of_before_a_time")
class ListsWhateverItsTime(MemoryTrackingStore):
    def list_trash(self, query: TrashQuery) -> Page[TrashItem]:
        return super().list_trash(replace(query, deleted_before=None))


@breaks("test_deleting_again_leaves_the_time_of_the_deletion")
class DeletesAnewEachTime(MemoryTrackingStore):
    def delete_run(self, run_id: str) -> None:
        self.restore_run(run_id)
        super().delete_run(run_id)


@breaks("test_trash_is_sorted_and_comes_in_pages")
class ListsTheTrashWhole(MemoryTrackingStore):
    def list_trash(self, query: TrashQuery) -> Page[TrashItem]:
        return Page(super().list_trash(replace(query, max_results=1000)))


@breaks("test_reopened_store_sees_everything")
class KeepsItsStateToItself(MemoryTrackingStore):
    def __init__(self, uri: StoreURI, artifact_root: str | None = None) -> None:
        forget()
        super().__init__(uri, artifact_root)


@breaks("test_experiment_has_one_dataset_of_each_name_and_digest")
class KeepsADatasetForEachRun(MemoryTrackingStore):
    def log_inputs(self, inputs: RunInputsBatch) -> None:
        self._state.datasets.clear()
        super().log_inputs(inputs)


@breaks("test_run_restored_in_a_deleted_experiment_can_be_changed")
class GuardsRunsByTheirExperiment(MemoryTrackingStore):
    def log_batch(self, batch: RunBatch) -> None:
        if self.get_experiment(self._run(batch.run_id).info.experiment_id).lifecycle_stage != "active":
            raise InvalidState(batch.run_id)
        super().log_batch(batch)


@breaks("test_models_made")
class LinksAgain(MemoryTrackingStore):
    def log_outputs(self, run_id: str, models: Sequence[LoggedModelOutput]) -> None:
        self._state.runs[run_id]._models_made.clear()
        super().log_outputs(run_id, models)


@breaks("test_time_of_the_update_is_that_of_the_status")
class TellsTagsByTheTime(MemoryTrackingStore):
    def set_logged_model_tags(self, model_id: str, tags: Mapping[str, str]) -> None:
        super().set_logged_model_tags(model_id, tags)
        self._state.models[model_id].last_updated_timestamp = now()


@breaks("test_point_comes_back")
class ForgetsTheRunOfAPoint(MemoryTrackingStore):
    def metric_history(self, query: HistoryQuery) -> Page[Metric]:
        return Page(replace(point, run_id=None) for point in super().metric_history(query))


# registries


@breaks("test_files_are_at_the_source_unless_told_otherwise")
class KeepsFilesNowhere(MemoryModelRegistry):
    def get_model_version(self, name: str, version: str) -> ModelVersion:
        return replace(super().get_model_version(name, version), storage_location=None)


@breaks("test_time_of_the_update")
class UpdatesModelsByAliases(MemoryModelRegistry):
    def set_registered_model_alias(self, name: str, alias: str, version: str) -> None:
        super().set_registered_model_alias(name, alias, version)
        self._line(name).model.last_updated_timestamp = now()


@breaks("test_numbers_are_never_used_again")
class UsesNumbersAgain(MemoryModelRegistry):
    def create_model_version(self, version: NewModelVersion) -> ModelVersion:
        line = self._line(version.name)
        line.last_number = max(map(int, line.versions), default=0)
        return super().create_model_version(version)


@breaks("test_delete_version")
class LeavesAliasesBehind(MemoryModelRegistry):
    def delete_model_version(self, name: str, version: str) -> None:
        aliases = dict(self._line(name).model.aliases)
        super().delete_model_version(name, version)
        self._line(name).model.aliases = aliases


@breaks("test_transition_archives_if_asked")
class ArchivesEverything(MemoryModelRegistry):
    def transition_model_version_stage(
        self, name: str, version: str, stage: ModelStage, *, archive_existing: bool = False
    ) -> ModelVersion:
        if archive_existing:
            for other in self._line(name).versions.values():
                other.current_stage = "Archived"
        return super().transition_model_version_stage(name, version, stage)


@breaks("test_rename")
class RenamesWithoutVersions(MemoryModelRegistry):
    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        model = super().rename_registered_model(name, new_name)
        for version in self._line(new_name).versions.values():
            version.name = name
        return model


@breaks("test_latest_versions")
class ComparesNumbersAsText(MemoryModelRegistry):
    def get_latest_versions(self, name: str, stages: Sequence[ModelStage] = ()) -> list[ModelVersion]:
        ordered = sorted(self._line(name).versions.values(), key=lambda version: version.version)
        newest = {version.current_stage: version for version in ordered}
        return [version for version in newest.values() if not stages or version.current_stage in stages]


@breaks("test_search_shows_prompts_only_if_asked")
class ShowsPrompts(MemoryModelRegistry):
    def search_registered_models(self, query: RegisteredModelQuery) -> Page[RegisteredModel]:
        if query.filter is None:
            return Page([line.snapshot() for line in self._state.lines.values()])
        return super().search_registered_models(query)


# artifact repositories


@breaks("test_upload_overwrites")
class AppendsToFiles(MemoryArtifactRepository):
    def upload_file(self, source: Path, path: ArtifactPath, progress: Progress | None = None) -> None:
        before = self._files.contents.get(self._key(path), b"")
        super().upload_file(source, path, progress)
        self._files.contents[self._key(path)] = before + source.read_bytes()


@breaks("test_list")
class ListsInAnyOrder(MemoryArtifactRepository):
    def list(self, path: ArtifactPath) -> list[FileInfo]:
        return super().list(path)[::-1]


@breaks("test_list")
class ListsBelowFolders(MemoryArtifactRepository):
    def list(self, path: ArtifactPath) -> list[FileInfo]:
        folder = f"{self._key(path)}/"
        below = sorted(key for key in self._files.contents if key.startswith(folder))
        return [FileInfo(str(path / key[len(folder) :]), is_dir=False, file_size=0) for key in below]


@breaks("test_list_of_no_folder_is_empty")
class ListsAFileAsItself(MemoryArtifactRepository):
    def list(self, path: ArtifactPath) -> list[FileInfo]:
        info = self._files.contents.get(self._key(path))
        return super().list(path) if info is None else [FileInfo(str(path), is_dir=False, file_size=len(info))]


@breaks("test_delete_folder")
class DeletesByPrefix(MemoryArtifactRepository):
    def delete(self, path: ArtifactPath) -> None:
        for key in [key for key in self._files.contents if key.startswith(self._key(path))]:
            del self._files.contents[key]


@breaks("test_missing_file_is_not_found")
class MakesUpMissingFiles(MemoryArtifactRepository):
    def _read(self, path: ArtifactPath) -> bytes:
        return self._files.contents.get(self._key(path), b"")


@breaks("test_replacing_is_atomic")
class ReplacesInPieces(MemoryArtifactRepository):
    def upload_file(self, source: Path, path: ArtifactPath, progress: Progress | None = None) -> None:
        contents = source.read_bytes()
        self._files.contents[self._key(path)] = contents[:1000]
        time.sleep(0.002)
        self._files.contents[self._key(path)] = contents


@breaks("test_odd_names_come_back")
class QuotesNames(MemoryArtifactRepository):
    def _key(self, path: ArtifactPath) -> str:
        return super()._key(path).replace(" ", "%20")


@breaks("test_digest")
class DigestsWithAnotherHash(MemoryArtifactRepository):
    def digest(self, path: ArtifactPath) -> str:
        import hashlib

        return hashlib.sha1(self._read(path)).hexdigest()


@breaks("test_progress_adds_up")
class TellsTheTotalTwice(MemoryArtifactRepository):
    def upload_file(self, source: Path, path: ArtifactPath, progress: Progress | None = None) -> None:
        super().upload_file(source, path, progress)
        if progress:
            progress(source.stat().st_size)


@breaks("test_aborted_create_leaves_nothing")
class KeepsWhatItsWriterGaveUp(MemoryArtifactRepository):
    @contextmanager
    def create(self, path: ArtifactPath) -> Iterator[BinaryIO]:
        stream = io.BytesIO()
        try:
            yield stream
        finally:
            self._files.contents[self._key(path)] = stream.getvalue()


@breaks("test_created_file_is_there_when_it_is_whole")
class ShowsWhatIsBeingWritten(MemoryArtifactRepository):
    @contextmanager
    def create(self, path: ArtifactPath) -> Iterator[BinaryIO]:
        stream = io.BytesIO()
        self._files.contents[self._key(path)] = b""
        try:
            yield stream
        except BaseException:
            self.delete(path)
            raise
        self._files.contents[self._key(path)] = stream.getvalue()


@breaks("test_file_is_taken_over")
class LeavesWhatItTookOver(MemoryArtifactRepository):
    def take_file(self, source: Path, path: ArtifactPath) -> None:
        self.upload_file(source, path)


@breaks("test_bytes_are_stored")
class AddsBytesToThoseThatAreThere(MemoryArtifactRepository):
    def store_bytes(self, path: ArtifactPath, data: bytes) -> None:
        super().store_bytes(path, self._files.contents.get(self._key(path), b"") + data)


@breaks("test_without_signatures_there_are_none")
class SignsWithoutSayingSo(MemoryArtifactRepository):
    def sign_download(self, path: ArtifactPath, seconds: int) -> SignedRequest:
        return SignedRequest("GET", f"http://localhost/{path}?seconds={seconds}")
