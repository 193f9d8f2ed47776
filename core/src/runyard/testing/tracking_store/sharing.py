"""Clauses on several threads, and on several objects for one address."""

from __future__ import annotations

from functools import partial

from runyard.entities import Metric
from runyard.errors import AlreadyExists, InvalidInput
from runyard.testing.contract import at_once, values_of
from runyard.testing.tracking_store.base import StoreClauses
from runyard.tracking.requests import HistoryQuery, RunQuery, RunUpdate
from runyard.tracking.store import TrackingStore

THREADS = 8


class SharingClauses(StoreClauses):
    """Using a store from several threads, and opening an address again."""

    def test_threads_log_into_one_run(self, store: TrackingStore) -> None:
        run_id = self.run(store).info.run_id

        def work(thread: int) -> None:
            for step in range(20):
                self.log(store, run_id, [Metric("shared", float(thread), 1000 + step, step)])
                self.log(store, run_id, {f"own {thread}": float(step)}, {f"p{thread}.{step}": "x"}, {f"t{thread}": "x"})

        values_of(at_once([partial(work, thread) for thread in range(THREADS)]))
        points = store.metric_history(HistoryQuery(run_id=run_id, key="shared"))
        assert len(points) == THREADS * 20, "Threads that log at once lose no point."
        data = store.get_run(run_id).data
        assert len(data.params) == THREADS * 20, "Threads that log at once lose no param."
        assert {f"t{thread}" for thread in range(THREADS)} <= set(data.tags), "Threads that log at once lose no tag."
        assert data.metrics["shared"] == THREADS - 1, "The latest point is right whoever wrote last."

    def test_threads_make_runs(self, store: TrackingStore) -> None:
        def work(thread: int) -> set[str]:
            made = set()
            for number in range(5):
                run = self.run(store, name=f"{thread}-{number}")
                self.log(store, run, {"m": float(number)})
                store.update_run(RunUpdate(run_id=run.info.run_id, status="FINISHED", end_time=2_000_000_000_000))
                made.add(run.info.run_id)
            return made

        made = set().union(*values_of(at_once([partial(work, thread) for thread in range(THREADS)])))
        found = store.search_runs(RunQuery(experiment_ids=("0",)))
        assert {run.info.run_id for run in found} == made, "Threads that make runs at once lose none."
        assert len(made) == THREADS * 5
        assert {run.info.status for run in found} == {"FINISHED"}

    def test_one_of_several_threads_gets_a_name(self, store: TrackingStore) -> None:
        outcomes = at_once([partial(self.experiment, store, "wanted") for _ in range(THREADS)])
        assert sum(isinstance(outcome, str) for outcome in outcomes) == 1, "A name is given away once."
        refusals = [outcome for outcome in outcomes if not isinstance(outcome, str)]
        assert all(isinstance(refusal, AlreadyExists) for refusal in refusals), f"The others are told so: {refusals}"

    def test_one_of_several_threads_writes_a_param(self, store: TrackingStore) -> None:
        run_id = self.run(store).info.run_id
        outcomes = at_once([partial(self.log, store, run_id, (), {"p": str(thread)}) for thread in range(THREADS)])
        winners = [thread for thread, outcome in enumerate(outcomes) if outcome is None]
        assert len(winners) == 1, "Of several values for one param, one is written."
        assert store.get_run(run_id).data.params == {"p": str(winners[0])}, "It is the one that was acknowledged."
        refusals = [outcome for outcome in outcomes if outcome is not None]
        assert all(isinstance(refusal, InvalidInput) for refusal in refusals), f"The others are told so: {refusals}"

    def test_reopened_store_sees_everything(self, store: TrackingStore) -> None:
        self.require("persistent")
        experiment_id = self.experiment(store, "kept", tags={"a": "b"})
        run_id = self.run(store, experiment_id, tags={"t": "1"}).info.run_id
        self.log(store, run_id, {"m": 1.5, "n": 2.5}, {"p": "x"})
        again = self.reopen(store)
        assert again.get_experiment(experiment_id) == store.get_experiment(experiment_id)
        assert again.get_run(run_id).to_dictionary() == store.get_run(run_id).to_dictionary()
        assert [run.info.run_id for run in again.search_runs(RunQuery(experiment_ids=(experiment_id,)))] == [run_id]
        self.log(again, run_id, [Metric("m", 3.5, 1_800_000_000_000, 1)])
        assert store.get_run(run_id).data.metrics["m"] == 3.5, "Each object sees what the other one wrote."
        (found,) = store.search_runs(RunQuery(experiment_ids=(experiment_id,)))
        assert found.data.metrics["m"] == 3.5, "A search, too, sees what the other one wrote."

    def test_closed_store_opens_again(self, store: TrackingStore) -> None:
        run_id = self.run(store).info.run_id
        self.log(store, run_id, {"m": 1.0})
        store.close()
        store.close()
        self.log(store, run_id, {"n": 2.0})
        assert store.get_run(run_id).data.metrics == {"m": 1.0, "n": 2.0}, "A store that was closed can be used."
