"""Clauses on runs: making, changing, deleting, restoring."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from runyard.entities import (
    Dataset,
    DatasetInput,
    LoggedModelOutput,
    Metric,
    Param,
    RunStatus,
    RunTag,
)
from runyard.errors import NotFound
from runyard.testing.contract import refused
from runyard.testing.tracking_store.base import RUN_NAME, StoreClauses
from runyard.tracking.requests import HistoryQuery, RunBatch, RunInputsBatch, RunUpdate
from runyard.tracking.store import TrackingStore
from runyard.uris import ArtifactURI

WRITES: dict[str, Callable[[TrackingStore, str], object]] = {
    "update_run": lambda store, run_id: store.update_run(RunUpdate(run_id=run_id, status="FAILED", run_name="other")),
    "log_batch of a metric": lambda store, run_id: store.log_batch(RunBatch.checked(run_id, [Metric("m", 1.0, 1)])),
    "log_batch of a param": lambda store, run_id: store.log_batch(RunBatch.checked(run_id, (), [Param("p", "1")])),
    "log_batch of a tag": lambda store, run_id: store.log_batch(RunBatch.checked(run_id, (), (), [RunTag("t", "1")])),
    "delete_tag": lambda store, run_id: store.delete_tag(run_id, RUN_NAME),
    "log_inputs": lambda store, run_id: store.log_inputs(
        RunInputsBatch.checked(run_id, [DatasetInput(Dataset(name="d", digest="1", source_type="code", source="{}"))])
    ),
    "log_outputs": lambda store, run_id: store.log_outputs(run_id, [LoggedModelOutput("m-" + "0" * 32)]),
}
CALLS = WRITES | {
    "get_run": lambda store, run_id: store.get_run(run_id),
    "delete_run": lambda store, run_id: store.delete_run(run_id),
    "restore_run": lambda store, run_id: store.restore_run(run_id),
    "metric_history": lambda store, run_id: store.metric_history(HistoryQuery(run_id=run_id, key="m")),
}


class RunClauses(StoreClauses):
    """Making, changing, deleting and restoring runs."""

    def test_created_run_comes_back(self, store: TrackingStore) -> None:
        experiment_id = self.experiment(store)
        made = self.run(store, experiment_id, "first", start_time=1_600_000_000_123, user_id="ann", tags={"a": "b"})
        run = store.get_run(made.info.run_id)
        assert run.info == made.info, "What create_run returns is what get_run returns."
        assert run.info.experiment_id == experiment_id
        assert run.info.run_name == "first"
        assert run.info.user_id == "ann"
        assert run.info.start_time == 1_600_000_000_123
        assert run.info.end_time is None, "A new run has no end time."
        assert run.info.status == "RUNNING", "A new run is RUNNING."
        assert run.info.lifecycle_stage == "active"
        assert run.data.tags == {RUN_NAME: "first", "a": "b"} == made.data.tags, "The first tags are kept."
        assert not run.data.metrics
        assert not run.data.params
        assert not run.inputs.dataset_inputs

    def test_run_ids(self, store: TrackingStore) -> None:
        ids = {self.run(store).info.run_id for _ in range(5)}
        assert len(ids) == 5, "Each run gets an id of its own."
        assert all(re.fullmatch("[0-9a-f]{32}", run_id) for run_id in ids), "An id is 32 lower-case hexadecimal digits."

    def test_artifacts_go_below_the_experiment(self, store: TrackingStore) -> None:
        experiment_id = self.experiment(store)
        location = ArtifactURI.parse(store.get_experiment(experiment_id).artifact_location)
        uris = [self.run(store, experiment_id).info.artifact_uri for _ in range(2)]
        assert uris[0] != uris[1], "Each run has a place of its own for artifacts."
        for uri in map(ArtifactURI.parse, uris):
            assert (uri.scheme, uri.authority) == (location.scheme, location.authority)
            assert uri.path.startswith(f"{location.path.rstrip('/')}/"), "A run's artifacts go below its experiment's."

    def test_artifacts_go_below_a_given_location(self, store: TrackingStore) -> None:
        experiment_id = self.experiment(store, artifact_location="s3://bucket/root")
        run = self.run(store, experiment_id)
        assert run.info.artifact_uri == f"s3://bucket/root/{run.info.run_id}/artifacts"

    @pytest.mark.parametrize("name", ["with blank", "ünï ✓", "a/b", "'\"", "x" * 250])
    def test_odd_run_names_come_back(self, store: TrackingStore, name: str) -> None:
        run = store.get_run(self.run(store, name=name).info.run_id)
        assert (run.info.run_name, run.data.tags[RUN_NAME]) == (name, name), "A name comes back as it was given."

    @pytest.mark.parametrize("call", CALLS, ids=CALLS)
    def test_unknown_run_is_not_found(self, store: TrackingStore, call: str) -> None:
        if call in ("log_inputs", "log_outputs"):
            self.require("inputs")
        with refused(NotFound, f"{call} of a run that does not exist"):
            CALLS[call](store, "0" * 32)

    def test_run_of_an_unknown_experiment_is_not_found(self, store: TrackingStore) -> None:
        with refused(NotFound, "A run needs an experiment that exists"):
            self.run(store, "987654321")

    @pytest.mark.parametrize("status", RunStatus.__members__)
    def test_status_changes(self, store: TrackingStore, status: str) -> None:
        made = self.run(store)
        info = store.update_run(RunUpdate(run_id=made.info.run_id, status=status, end_time=1_700_000_009_999))
        assert (info.status, info.end_time) == (status, 1_700_000_009_999)
        assert store.get_run(made.info.run_id).info == info, "update_run returns what is stored."
        assert (info.run_name, info.start_time) == (made.info.run_name, made.info.start_time), "What is None stays."

    def test_update_of_one_thing_leaves_the_others(self, store: TrackingStore) -> None:
        run_id = self.run(store, name="before").info.run_id
        store.update_run(RunUpdate(run_id=run_id, status="FINISHED", end_time=1_700_000_009_999))
        store.update_run(RunUpdate(run_id=run_id, run_name="after"))
        run = store.get_run(run_id)
        assert (run.info.status, run.info.end_time) == ("FINISHED", 1_700_000_009_999), "What is None stays."
        assert run.info.run_name == "after"
        assert run.data.tags[RUN_NAME] == "after", "A new name also becomes the tag mlflow.runName."

    def test_delete_and_restore(self, store: TrackingStore) -> None:
        self.require("trash")
        run_id = self.run(store).info.run_id
        self.log(store, run_id, {"m": 1.5}, {"p": "x"}, {"t": "y"})
        before = store.get_run(run_id)
        for _ in range(2):
            store.delete_run(run_id)
            assert store.get_run(run_id).info.lifecycle_stage == "deleted", "Deleting twice is no error."
        deleted = store.get_run(run_id)
        assert (deleted.data.metrics, deleted.data.params) == ({"m": 1.5}, {"p": "x"}), "A deleted run can be read."
        assert [point.value for point in store.metric_history(HistoryQuery(run_id=run_id, key="m"))] == [1.5]
        for _ in range(2):
            store.restore_run(run_id)
            after = store.get_run(run_id)
            assert after.info == before.info, "Restoring brings a run back as it was; twice is no error."
        assert (after.data.metrics, after.data.tags) == (before.data.metrics, before.data.tags)

    @pytest.mark.parametrize("write", WRITES, ids=WRITES)
    def test_deleted_run_cannot_be_written(self, store: TrackingStore, write: str) -> None:
        self.require("trash")
        if write in ("log_inputs", "log_outputs"):
            self.require("inputs")
        run_id = self.run(store, name="shut").info.run_id
        store.delete_run(run_id)
        before = store.get_run(run_id)
        with refused(self.deleted_error, f"{write} on a deleted run"):
            WRITES[write](store, run_id)
        assert store.get_run(run_id).to_dictionary() == before.to_dictionary(), "A write that is refused does nothing."

    def test_returned_run_is_a_copy(self, store: TrackingStore) -> None:
        run_id = self.run(store, name="copied").info.run_id
        run = store.get_run(run_id)
        run.info.status = "KILLED"
        run.data.tags["a"] = "b"
        run.data.params["a"] = "b"
        run.data.latest_metrics.append(Metric("a", 1.0, 1))
        again = store.get_run(run_id)
        assert again.info.status == "RUNNING", "Only the store's methods change what it keeps."
        assert (again.data.tags, again.data.params, again.data.metrics) == ({RUN_NAME: "copied"}, {}, {})
