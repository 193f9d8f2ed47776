"""Clauses on batches that are handed over together, as a server does for its clients."""

from __future__ import annotations

from collections.abc import Mapping

from runyard.entities import Metric, Param, RunTag
from runyard.errors import InvalidInput, NotFound
from runyard.testing.tracking_store.base import RUN_NAME, StoreClauses
from runyard.tracking.requests import HistoryQuery, RunBatch
from runyard.tracking.store import TrackingStore

NOWHERE = "0" * 32


def _batch(
    run_id: str, step: int | None = None, params: Mapping[str, str] | None = None, tags: Mapping[str, str] | None = None
) -> RunBatch:
    return RunBatch.checked(
        run_id,
        () if step is None else [Metric("m", float(step), 1_700_000_000_000, step)],
        [Param(key, value) for key, value in (params or {}).items()],
        [RunTag(key, value) for key, value in (tags or {}).items()],
    )


class BatchClauses(StoreClauses):
    """Recording several batches with one call."""

    def test_batches_of_several_runs(self, store: TrackingStore) -> None:
        runs = [self.run(store).info.run_id for _ in range(3)]
        outcomes = store.log_batches([_batch(run_id, 1, {"p": run_id}, {"t": run_id}) for run_id in runs])
        assert [*outcomes] == [None] * 3, "A batch that is recorded has no error."
        for run_id in runs:
            data = store.get_run(run_id).data
            assert data.metrics == {"m": 1.0}, "Each batch goes to its own run."
            assert data.params == {"p": run_id}, "Each batch goes to its own run."
            assert data.tags["t"] == run_id, "Each batch goes to its own run."

    def test_no_batches(self, store: TrackingStore) -> None:
        assert [*store.log_batches([])] == [], "Of no batches there are no errors."
        run_id = self.run(store).info.run_id
        assert [*store.log_batches([_batch(run_id)])] == [None], "An empty batch is recorded."

    def test_batches_are_recorded_in_order(self, store: TrackingStore) -> None:
        run_id = self.run(store).info.run_id
        batches = [_batch(run_id, step, tags={"t": str(step), RUN_NAME: f"name {step}"}) for step in range(20)]
        assert [*store.log_batches(batches)] == [None] * 20
        run = store.get_run(run_id)
        assert run.data.tags["t"] == "19", "Of tags in several batches the last one counts."
        assert run.info.run_name == run.data.tags[RUN_NAME] == "name 19", "Of names in several batches the last counts."
        points = store.metric_history(HistoryQuery(run_id=run_id, key="m"))
        assert [point.step for point in points] == [*range(20)], "No point is lost."
        assert run.data.metrics["m"] == 19.0

    def test_of_two_values_of_a_param_the_first_counts(self, store: TrackingStore) -> None:
        run_id = self.run(store).info.run_id
        outcomes = store.log_batches([_batch(run_id, 1, {"p": "a"}), _batch(run_id, 2, {"p": "b"}), _batch(run_id, 3)])
        assert outcomes[0] is outcomes[2] is None, "The batches beside one that is refused are recorded."
        assert isinstance(outcomes[1], InvalidInput), "A later batch cannot change a param of an earlier one."
        assert "p" in str(outcomes[1])
        data = store.get_run(run_id).data
        assert data.params == {"p": "a"}
        points = store.metric_history(HistoryQuery(run_id=run_id, key="m"))
        assert [point.step for point in points] == [1, 3], "Of a batch that is refused nothing is recorded."

    def test_a_bad_batch_among_good_ones(self, store: TrackingStore) -> None:
        good, fixed, deleted = (self.run(store).info.run_id for _ in range(3))
        self.log(store, fixed, params={"p": "a"})
        store.delete_run(deleted)
        everything = {"params": {"p": "b", "q": "x"}, "tags": {"t": "x"}}
        outcomes = store.log_batches(
            [
                _batch(good, 1),
                _batch(NOWHERE, 1, **everything),
                _batch(good, 2),
                _batch(fixed, 1, **everything),
                _batch(good, 3),
                _batch(deleted, 1, **everything),
                _batch(good, 4),
            ]
        )
        assert [outcomes[index] for index in (0, 2, 4, 6)] == [None] * 4, "The batches beside a bad one are recorded."
        assert isinstance(outcomes[1], NotFound), "A batch of a run that does not exist is refused, alone."
        assert isinstance(outcomes[3], InvalidInput), "A batch that would change a param is refused, alone."
        assert isinstance(outcomes[5], self.deleted_error), "A batch of a deleted run is refused, alone."
        assert all(str(outcomes[index]) for index in (1, 3, 5))
        points = store.metric_history(HistoryQuery(run_id=good, key="m"))
        assert [point.step for point in points] == [1, 2, 3, 4], "The batches beside a bad one are recorded."
        data = store.get_run(fixed).data
        assert data.params == {"p": "a"}, "Of a batch that is refused nothing is recorded."
        assert not data.metrics, "Of a batch that is refused nothing is recorded."
        assert "t" not in data.tags, "Of a batch that is refused nothing is recorded."
        assert not store.get_run(deleted).data.metrics
