"""The contract of a tracking store: what the client, the server and the command line talk to.

One store per address. Every implementation passes `runyard.testing.TrackingStoreContract`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from runyard.errors import NotSupported, RunyardError

if TYPE_CHECKING:
    from runyard.entities import (
        Experiment,
        LoggedModel,
        LoggedModelOutput,
        Metric,
        MetricSeries,
        Page,
        Run,
        RunColumns,
        RunCount,
        RunInfo,
        RunTable,
        TrashItem,
    )
    from runyard.tracking.requests import (
        ExperimentQuery,
        HistoryQuery,
        LoggedModelQuery,
        NewExperiment,
        NewLoggedModel,
        NewRun,
        RunBatch,
        RunInputsBatch,
        RunQuery,
        RunUpdate,
        SeriesQuery,
        TrashQuery,
    )
    from runyard.tracking.table_requests import RunTableQuery
    from runyard.uris import StoreURI

DEFAULT_EXPERIMENT_ID = "0"
DEFAULT_EXPERIMENT_NAME = "Default"


class TrackingStore(ABC):
    """Keeps experiments, runs and logged models.

    Its module is ``runyard_NAME.store``; ``runyard_NAME.plugin`` registers it:

        @hookimpl
        def runyard_tracking_stores():
            yield TrackingStorePlugin(name="NAME", schemes=("NAME",), factory="runyard_NAME.store:NameStore")

    A store may be used by several threads at once, and by several processes on one address. A method that returns has
    done what it says durably: a crash of this process right after it loses nothing. One that raises has done nothing,
    unless its docstring says otherwise. Arguments are valid: they are checked when the request types are built.

    A fresh store has the experiment ``0`` named ``Default``.

    Raised by any method: `NotFound` for an id that does not exist, `InvalidState` for a write to something deleted,
    `StorageFailure` or `Unavailable` when the medium refuses, `DataDamaged` when what is stored cannot be read.

    Args:
        uri: The address.
        artifact_root: Where new experiments keep their artifacts; the store's own choice when `None`.
    """

    def __init__(self, uri: StoreURI, artifact_root: str | None = None) -> None:
        self.uri = uri
        self.artifact_root = artifact_root

    def close(self) -> None:
        """Give back files and connections; the store can still be used and opens them again."""

    # experiments

    @abstractmethod
    def create_experiment(self, experiment: NewExperiment) -> str:
        """Make an experiment and return its id.

        Raises:
            AlreadyExists: The name is taken, be it by a deleted experiment.
        """

    @abstractmethod
    def get_experiment(self, experiment_id: str) -> Experiment:
        """Return an experiment, deleted or not."""

    @abstractmethod
    def get_experiment_by_name(self, name: str) -> Experiment | None:
        """Return the experiment of that name, deleted or not, or `None`."""

    @abstractmethod
    def search_experiments(self, query: ExperimentQuery) -> Page[Experiment]:
        """Return a page of experiments."""

    @abstractmethod
    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        """Give an active experiment another name.

        Raises:
            AlreadyExists: The name is taken.
        """

    @abstractmethod
    def delete_experiment(self, experiment_id: str) -> None:
        """Move an active experiment and its runs to the trash; `NotFound` if it is there already."""

    @abstractmethod
    def restore_experiment(self, experiment_id: str) -> None:
        """Take a deleted experiment and its runs out of the trash; `NotFound` if it is not there."""

    @abstractmethod
    def set_experiment_tags(self, experiment_id: str, tags: Mapping[str, str]) -> None:
        """Set tags of an active experiment."""

    @abstractmethod
    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        """Remove a tag of an active experiment; `NotFound` if it has none of that key."""

    # runs

    @abstractmethod
    def create_run(self, run: NewRun) -> Run:
        """Make a run in an active experiment, in the status ``RUNNING``."""

    @abstractmethod
    def get_run(self, run_id: str) -> Run:
        """Return a run with its data, inputs and outputs, deleted or not."""

    @abstractmethod
    def update_run(self, update: RunUpdate) -> RunInfo:
        """Change status, end time or name of an active run."""

    @abstractmethod
    def delete_run(self, run_id: str) -> None:
        """Move a run to the trash; nothing happens if it is there."""

    @abstractmethod
    def restore_run(self, run_id: str) -> None:
        """Take a run out of the trash; nothing happens if it is not there.

        In a deleted experiment it stays out of sight of who looks for active experiments, but can be changed again.
        """

    @abstractmethod
    def log_batch(self, batch: RunBatch) -> None:
        """Record metrics, params and tags of an active run.

        Params are looked at first: if one of them exists with another value, nothing of the batch is recorded. The
        same value again is no error. Points are appended, an exact duplicate counts once when read. Tags overwrite;
        the tag ``mlflow.runName`` renames the run.

        Raises:
            InvalidInput: A param exists with another value; the message names the key and both values.
        """

    def log_batches(self, batches: Sequence[RunBatch]) -> list[RunyardError | None]:
        """Record batches of any runs, in this order; each of them as a whole or not at all.

        This is for a server, which has the batches of many clients at hand: a store that can commit them together
        overrides it. By default they are recorded one by one.

        Returns:
            For each batch what `log_batch` would have raised, `None` where it is recorded.

        Raises:
            StorageFailure, Unavailable: Nothing can be recorded; whether something of it was is not known.
        """
        return [self._outcome(batch) for batch in batches]

    def _outcome(self, batch: RunBatch) -> RunyardError | None:
        try:
            self.log_batch(batch)
        except RunyardError as error:
            return error
        return None

    @abstractmethod
    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag of an active run; `NotFound` if it has none of that key."""

    @abstractmethod
    def search_runs(self, query: RunQuery) -> Page[Run]:
        """Return a page of runs, with data and dataset inputs."""

    @abstractmethod
    def count_runs(self, query: RunQuery) -> int:
        """Return how many runs a query finds on all its pages."""

    def run_table(self, query: RunTableQuery) -> RunTable:
        """Return some rows of a table of runs, and how many there are.

        This reads every run up to the last row, and whole histories; a store that can do better overrides it and gives
        the same answer. So for the next two methods.
        """
        from runyard.tracking.run_tables import read_table

        return read_table(self, query)

    def run_columns(self, query: RunQuery, max_runs: int | None = None) -> RunColumns:
        """Return which metrics, params and tags there are among the runs that a query finds on all its pages.

        Args:
            query: Which runs; its page size and token do not count.
            max_runs: How many of them are looked at, the first ones in the order of the query; all when `None`.
        """
        from runyard.tracking.run_tables import read_columns

        return read_columns(self, query, max_runs)

    def run_counts(self, experiment_ids: Sequence[str]) -> dict[str, RunCount]:
        """Return by id how many active runs experiments have, deleted experiments and unknown ids among them."""
        from runyard.tracking.run_tables import read_counts

        return read_counts(self, experiment_ids)

    @abstractmethod
    def metric_history(self, query: HistoryQuery) -> Page[Metric]:
        """Return the points of a metric; none for a key that was never logged. Exact duplicates come once."""

    def metric_series(self, query: SeriesQuery) -> list[MetricSeries]:
        """Return metrics as series for charts, run by run and of each run key by key, in the order of the query.

        A series without a point in the range is left out. Which points come is said in `runyard.tracking.sampling`.
        This reads whole histories; a store that can do better overrides it and gives the same answer.
        """
        from runyard.tracking.histories import whole_history
        from runyard.tracking.sampling import downsample, series_of

        found = (
            downsample(series_of(run_id, key, whole_history(self, run_id, key)), query)
            for run_id in query.run_ids
            for key in query.keys
        )
        return [series for series in found if series is not None]

    @abstractmethod
    def log_inputs(self, inputs: RunInputsBatch) -> None:
        """Link an active run to what it read. What is linked already stays as it is.

        An experiment knows one dataset of each name and digest, with what the first of its runs told of it.
        """

    @abstractmethod
    def log_outputs(self, run_id: str, models: Sequence[LoggedModelOutput]) -> None:
        """Link an active run to the logged models that it made. One that is linked already stays as it is."""

    # logged models

    @abstractmethod
    def create_logged_model(self, model: NewLoggedModel) -> LoggedModel:
        """Make a logged model in the status ``PENDING``; its files go to the returned `artifact_location`."""

    @abstractmethod
    def get_logged_model(self, model_id: str, *, allow_deleted: bool = False) -> LoggedModel:
        """Return a logged model; `NotFound` also for a deleted one, unless that may be."""

    @abstractmethod
    def finalize_logged_model(self, model_id: str, status: str) -> LoggedModel:
        """Set the status (a name of `LoggedModelStatus`) once the files are complete, or given up."""

    @abstractmethod
    def delete_logged_model(self, model_id: str) -> None:
        """Move a logged model to the trash."""

    @abstractmethod
    def search_logged_models(self, query: LoggedModelQuery) -> Page[LoggedModel]:
        """Return a page of active logged models."""

    @abstractmethod
    def log_logged_model_params(self, model_id: str, params: Mapping[str, str]) -> None:
        """Add params; one that exists with another value is refused and nothing is recorded."""

    @abstractmethod
    def set_logged_model_tags(self, model_id: str, tags: Mapping[str, str]) -> None:
        """Set tags of a logged model."""

    @abstractmethod
    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        """Remove a tag; `NotFound` if there is none of that key."""

    # trash

    def list_trash(self, query: TrashQuery) -> Page[TrashItem]:  # noqa: ARG002 - most stores have one
        """Return a page of what is in the trash.

        That is every deleted run, logged model and experiment, and whatever is in a deleted experiment: a run that was
        restored in it and a logged model that nobody deleted are in the trash with it, since its deletion if they have
        no time of their own.

        Raises:
            NotSupported: The store cannot tell; so for the other methods on the trash.
        """
        raise self._no_purging("list")

    def purge_run(self, run_id: str) -> None:  # noqa: ARG002 - the same
        """Remove a run that is in the trash for good, with its metrics, params, tags, inputs and outputs.

        Its artifacts stay where they are, unless they are in a folder that is the store's own, next to the rest of the
        run: who wants them gone removes them first (`runyard.tracking.garbage`). Logged models that it made stay;
        whether the points stay that it recorded on them is up to the store. If the medium refuses midway, the run is in
        the trash as it was, or it is gone.

        Raises:
            InvalidState: It is not in the trash.
        """
        raise self._no_purging("purge")

    def purge_logged_model(self, model_id: str) -> None:  # noqa: ARG002 - the same
        """Remove a logged model that is in the trash for good, with its metrics, params and tags; else as `purge_run`.

        Raises:
            InvalidState: It is not in the trash.
        """
        raise self._no_purging("purge")

    def purge_experiment(self, experiment_id: str) -> None:  # noqa: ARG002 - the same
        """Remove an experiment that is in the trash for good, with its tags; its name is free then, its id is not.

        Raises:
            InvalidState: It is not in the trash, or there are runs or logged models in it: purge these first, so that
                nothing goes whose artifacts nobody looked at.
        """
        raise self._no_purging("purge")

    def _no_purging(self, action: str) -> NotSupported:
        return NotSupported(f"The store at {self.uri} cannot {action} what is in the trash; ask whoever runs it.")
