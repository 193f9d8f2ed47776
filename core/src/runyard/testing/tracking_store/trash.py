"""Clauses on the trash: what is in it, and removing it for good."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from runyard.entities import (
    Dataset,
    DatasetInput,
    LoggedModelOutput,
    Metric,
    TrashItem,
    TrashKind,
    ViewType,
)
from runyard.errors import NotFound
from runyard.search import EXPERIMENTS, parse_filter
from runyard.testing.contract import at_once, refused
from runyard.testing.tracking_store.base import StoreClauses
from runyard.tracking.requests import (
    ExperimentQuery,
    HistoryQuery,
    LoggedModelQuery,
    RunInputsBatch,
    RunQuery,
    TrashQuery,
)
from runyard.tracking.store import TrackingStore

PURGES: dict[str, Callable[[TrackingStore, str], None]] = {
    "run": lambda store, name: store.purge_run(name),
    "logged_model": lambda store, name: store.purge_logged_model(name),
    "experiment": lambda store, name: store.purge_experiment(name),
}
UNKNOWN = {"run": "0" * 32, "logged_model": "m-" + "0" * 32, "experiment": "987654321"}


class TrashClauses(StoreClauses):
    """Listing what is in the trash, and purging it."""

    def test_fresh_store_has_an_empty_trash(self, store: TrackingStore) -> None:
        self._require_purges()
        self.run(store)
        assert self._trash(store) == [], "What nobody deleted is not in the trash."

    def test_deleted_run_is_in_the_trash(self, store: TrackingStore) -> None:
        self._require_purges()
        run, other = self.run(store, name="gone"), self.run(store, name="kept")
        before = _now()
        store.delete_run(run.info.run_id)
        (item,) = self._trash(store)
        assert item.kind is TrashKind.RUN
        assert (item.id, item.name, item.experiment_id) == (run.info.run_id, "gone", "0")
        assert item.artifact_location == run.info.artifact_uri, "The trash says where the artifacts of a run are."
        assert item.deleted_time is None or before <= item.deleted_time <= _now(), (
            "The time of a deletion is in milliseconds since 1970."
        )
        store.restore_run(run.info.run_id)
        assert self._trash(store) == [], "What is restored is not in the trash."
        assert store.get_run(other.info.run_id).info.lifecycle_stage == "active"

    def test_deleting_again_leaves_the_time_of_the_deletion(self, store: TrackingStore) -> None:
        self._require_purges()
        run_id = self.run(store).info.run_id
        store.delete_run(run_id)
        before = self._trash(store)
        _wait_a_millisecond()
        store.delete_run(run_id)
        assert self._trash(store) == before, "What is in the trash is there since it was deleted first."

    def test_deleted_model_is_in_the_trash(self, store: TrackingStore) -> None:
        self._require_purges()
        model = self.model(store, name="net")
        self.model(store)
        store.delete_logged_model(model.model_id)
        (item,) = self._trash(store)
        assert item.kind is TrashKind.LOGGED_MODEL
        assert (item.id, item.name, item.experiment_id) == (model.model_id, "net", "0")
        assert item.artifact_location == model.artifact_location

    def test_deleted_experiment_is_in_the_trash_with_all_that_is_in_it(self, store: TrackingStore) -> None:
        self._require_purges()
        experiment_id = self.experiment(store, "bin")
        location = store.get_experiment(experiment_id).artifact_location
        runs = {self.run(store, experiment_id).info.run_id for _ in range(3)}
        models = {self.model(store, experiment_id).model_id} if self.logged_models else set()
        store.delete_experiment(experiment_id)
        restored = min(runs)
        store.restore_run(restored)
        items = self._trash(store)
        assert {item.id for item in items if item.kind is TrashKind.RUN} == runs, (
            "Every run of a deleted experiment is in the trash, also one that was restored in it."
        )
        assert {item.id for item in items if item.kind is TrashKind.LOGGED_MODEL} == models, (
            "Every logged model of a deleted experiment is in the trash, though nobody deleted it."
        )
        *_, last = items
        assert (last.kind, last.id, last.name) == (TrashKind.EXPERIMENT, experiment_id, "bin"), (
            "An experiment comes after what is in it."
        )
        assert last.artifact_location == location
        assert last.experiment_id == experiment_id
        assert {item.experiment_id for item in items} == {experiment_id}
        times = {item.id: item.deleted_time for item in items}
        assert times[restored] == last.deleted_time, "What has no time of its own is in the trash since its experiment."

    def test_trash_is_sorted_and_comes_in_pages(self, store: TrackingStore) -> None:
        self._require_purges()
        for _ in range(2):
            experiment_id = self.experiment(store)
            for _ in range(3):
                self.run(store, experiment_id)
            store.delete_experiment(experiment_id)
        whole = self._trash(store)
        assert len(whole) == 8
        assert whole == sorted(whole, key=lambda item: (item.kind.rank, item.id)), (
            "Runs come first, then logged models, then experiments; each kind by id."
        )
        for size in (1, 3, 8):
            pages: list[TrashItem] = []
            token = None
            while True:
                page = store.list_trash(TrashQuery(max_results=size, page_token=token))
                assert len(page) <= size
                pages += page
                token = page.token
                if token is None:
                    break
            assert pages == whole, "The pages together hold everything, once."

    def test_trash_of_some_experiments(self, store: TrackingStore) -> None:
        self._require_purges()
        gone = self.experiment(store)
        inside, outside = self.run(store, gone).info.run_id, self.run(store).info.run_id
        store.delete_run(outside)
        store.delete_experiment(gone)
        for ids, expected in (
            ((gone,), {inside, gone}),
            (("0",), {outside}),
            (("0", gone), {inside, outside, gone}),
            (("987654321",), set()),
            ((), set()),
        ):
            found = {item.id for item in store.list_trash(TrashQuery(experiment_ids=ids))}
            assert found == expected, f"In the trash of the experiments {ids} is what is deleted in these."

    def test_trash_of_before_a_time(self, store: TrackingStore) -> None:
        self._require_purges()
        early, late = self.run(store).info.run_id, self.run(store).info.run_id
        experiment_id = self.experiment(store)
        store.delete_run(early)
        _wait_a_millisecond()
        between = _now()
        store.delete_run(late)
        store.delete_experiment(experiment_id)
        found = {item.id for item in store.list_trash(TrashQuery(deleted_before=between))}
        assert found == {early}, "What was deleted at a time, or later, was not deleted before it."
        everything = {item.id for item in store.list_trash(TrashQuery(deleted_before=_now() + 1))}
        assert everything == {early, late, experiment_id}

    def test_purged_run_is_gone(self, store: TrackingStore) -> None:
        self._require_purges()
        run_id, other = self.run(store).info.run_id, self.run(store, tags={"t": "y"}).info.run_id
        for each in (run_id, other):
            self.log(store, each, [Metric("m", 1.5, 10, 0), Metric("m", 2.5, 20, 1)], {"p": "x"}, {"u": "z"})
            if self.inputs:
                data = Dataset(name="wine", digest="1", source_type="code", source="{}")
                store.log_inputs(RunInputsBatch.checked(each, [DatasetInput(data)]))
                store.log_outputs(each, [LoggedModelOutput("m-" + "0" * 32)])
        before = store.get_run(other).to_dictionary()
        store.delete_run(run_id)
        store.purge_run(run_id)
        for call in (
            lambda: store.get_run(run_id),
            lambda: store.restore_run(run_id),
            lambda: store.purge_run(run_id),
            lambda: store.metric_history(HistoryQuery(run_id=run_id, key="m")),
            lambda: self.log(store, run_id, {"m": 1.0}),
        ):
            with refused(NotFound, "What is purged does not exist"):
                call()
        assert self._trash(store) == []
        found = store.search_runs(RunQuery(experiment_ids=("0",), view=ViewType.ALL))
        assert [run.info.run_id for run in found] == [other], "A search finds nothing of what is purged."
        assert store.get_run(other).to_dictionary() == before, "Purging one run leaves the others as they are."
        assert len(store.metric_history(HistoryQuery(run_id=other, key="m"))) == 2

    def test_purged_model_is_gone(self, store: TrackingStore) -> None:
        self._require_purges()
        run_id = self.run(store).info.run_id
        model, other = (
            self.model(store, name=name, source_run_id=run_id, params={"p": "x"}, tags={"t": "y"})
            for name in ("gone", "kept")
        )
        self.log(store, run_id, [Metric("m", 1.5, 10, 0, each.model_id) for each in (model, other)])
        before = store.get_logged_model(other.model_id)
        store.delete_logged_model(model.model_id)
        store.purge_logged_model(model.model_id)
        with refused(NotFound, "What is purged does not exist"):
            store.purge_logged_model(model.model_id)
        assert self._trash(store) == []
        assert store.get_logged_model(other.model_id) == before, "Purging one model leaves the others as they are."
        assert store.get_run(run_id).data.metrics == {"m": 1.5}, "The run that made a purged model is as it was."

    def test_models_of_a_purged_run_stay(self, store: TrackingStore) -> None:
        self._require_purges()
        run_id = self.run(store).info.run_id
        model_id = self.model(store, source_run_id=run_id).model_id
        self.log(store, run_id, [Metric("m", 1.5, 10, 0, model_id)])
        store.delete_run(run_id)
        store.purge_run(run_id)
        model = store.get_logged_model(model_id)
        assert model.source_run_id == run_id, "A logged model outlives the run that made it."
        found = store.search_logged_models(LoggedModelQuery(experiment_ids=("0",)))
        assert [each.model_id for each in found] == [model_id]

    def test_purged_experiment_frees_its_name(self, store: TrackingStore) -> None:
        self._require_purges()
        experiment_id = self.experiment(store, "again", tags={"a": "b"})
        run_id = self.run(store, experiment_id).info.run_id
        models = [self.model(store, experiment_id).model_id] if self.logged_models else []
        store.delete_experiment(experiment_id)
        store.purge_run(run_id)
        for model_id in models:
            store.purge_logged_model(model_id)
        store.purge_experiment(experiment_id)
        for call in (store.get_experiment, store.restore_experiment, store.purge_experiment):
            with refused(NotFound, "What is purged does not exist"):
                call(experiment_id)
        assert self._trash(store) == []
        assert store.get_experiment_by_name("again") is None, "A purged experiment does not keep its name."
        query = ExperimentQuery(filter=parse_filter("name = 'again'", EXPERIMENTS), view=ViewType.ALL)
        assert store.search_experiments(query) == []
        new = self.experiment(store, "again")
        assert new != experiment_id, "The id of a purged experiment is not given to another."
        assert store.get_experiment(new).tags == {}, "A new experiment has nothing of a purged one of its name."

    def test_experiment_is_purged_after_what_is_in_it(self, store: TrackingStore) -> None:
        self._require_purges()
        experiment_id = self.experiment(store)
        run_id = self.run(store, experiment_id).info.run_id
        store.delete_experiment(experiment_id)
        with refused(self.deleted_error, "An experiment is not purged while there are runs in it"):
            store.purge_experiment(experiment_id)
        assert store.get_run(run_id).info.lifecycle_stage == "deleted", "What is refused changes nothing."
        store.purge_run(run_id)
        if self.logged_models:
            store.restore_experiment(experiment_id)
            model_id = self.model(store, experiment_id).model_id
            store.delete_experiment(experiment_id)
            with refused(self.deleted_error, "An experiment is not purged while there are logged models in it"):
                store.purge_experiment(experiment_id)
            store.purge_logged_model(model_id)
        store.purge_experiment(experiment_id)

    @pytest.mark.parametrize("kind", PURGES)
    def test_only_what_is_in_the_trash_is_purged(self, store: TrackingStore, kind: str) -> None:
        self._require_purges()
        if kind == "run":
            name = self.run(store).info.run_id
        else:
            name = self.experiment(store) if kind == "experiment" else self.model(store).model_id
        with refused(self.deleted_error, f"A {kind} that is not in the trash is not purged"):
            PURGES[kind](store, name)
        exists: dict[str, Callable[[str], object]] = {
            "run": store.get_run,
            "logged_model": store.get_logged_model,
            "experiment": store.get_experiment,
        }
        assert exists[kind](name), "What is refused changes nothing."

    @pytest.mark.parametrize("kind", PURGES)
    @pytest.mark.parametrize("name", ["", "..", "0/../..", ".trash"])
    def test_nothing_odd_is_purged(self, store: TrackingStore, kind: str, name: str) -> None:
        self._require_purges()
        for each in (name, UNKNOWN[kind]):
            with refused(NotFound, f"Purging a {kind} that does not exist"):
                PURGES[kind](store, each)

    def test_one_of_several_threads_purges_a_run(self, store: TrackingStore) -> None:
        self._require_purges()
        run_id = self.run(store).info.run_id
        self.log(store, run_id, {f"m{number}": 1.0 for number in range(20)})
        store.delete_run(run_id)
        outcomes = at_once([lambda: store.purge_run(run_id)] * 4)
        refusals = [outcome for outcome in outcomes if outcome is not None]
        assert len(refusals) == 3, "A run is purged once."
        assert all(isinstance(refusal, NotFound) for refusal in refusals), f"The others are told so: {refusals}"

    def _require_purges(self) -> None:
        self.require("trash")
        self.require("purges")

    def _trash(self, store: TrackingStore) -> list[TrashItem]:
        return list(store.list_trash(TrashQuery()))


def _now() -> int:
    return time.time_ns() // 1_000_000


def _wait_a_millisecond() -> None:
    end = time.time_ns() + 2_000_000
    while time.time_ns() < end:
        time.sleep(0.001)
