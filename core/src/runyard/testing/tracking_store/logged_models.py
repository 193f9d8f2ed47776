"""Clauses on logged models."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from runyard.entities import LoggedModel, Metric, Page
from runyard.errors import InvalidInput, NotFound
from runyard.search import LOGGED_MODELS, parse_filter, parse_order_by
from runyard.testing.contract import next_millisecond, refused
from runyard.testing.tracking_store.base import StoreClauses
from runyard.tracking.requests import LoggedModelQuery
from runyard.tracking.store import TrackingStore
from runyard.uris import ArtifactURI

CALLS: dict[str, Callable[[TrackingStore, str], object]] = {
    "get_logged_model": lambda store, model_id: store.get_logged_model(model_id),
    "finalize_logged_model": lambda store, model_id: store.finalize_logged_model(model_id, "READY"),
    "delete_logged_model": lambda store, model_id: store.delete_logged_model(model_id),
    "log_logged_model_params": lambda store, model_id: store.log_logged_model_params(model_id, {"a": "1"}),
    "set_logged_model_tags": lambda store, model_id: store.set_logged_model_tags(model_id, {"a": "1"}),
    "delete_logged_model_tag": lambda store, model_id: store.delete_logged_model_tag(model_id, "a"),
}


class LoggedModelClauses(StoreClauses):
    """Making, finding, changing and deleting logged models."""

    def test_created_model_comes_back(self, store: TrackingStore) -> None:
        run_id = self.run(store).info.run_id
        made = self.model(
            store, name="net", source_run_id=run_id, model_type="agent", params={"depth": "3"}, tags={"team": "red"}
        )
        model = store.get_logged_model(made.model_id)
        assert re.fullmatch("m-[0-9a-f]{32}", made.model_id), "An id is `m-` and 32 lower-case hexadecimal digits."
        for answer in (made, model):
            assert (answer.model_id, answer.experiment_id, answer.name) == (made.model_id, "0", "net")
            assert (answer.source_run_id, answer.model_type) == (run_id, "agent")
            assert answer.status == "PENDING", "A new logged model is PENDING until its files are complete."
            assert answer.lifecycle_stage == "active"
            assert (answer.params, answer.tags) == ({"depth": "3"}, {"team": "red"})
            assert answer.metrics == []
            assert answer.creation_timestamp > 0
            assert answer.last_updated_timestamp >= answer.creation_timestamp
        assert model.artifact_location == made.artifact_location

    def test_model_without_a_name_gets_one(self, store: TrackingStore) -> None:
        assert self.model(store).name, "The store makes up a name where none is given."

    def test_models_have_places_of_their_own(self, store: TrackingStore) -> None:
        root = ArtifactURI.parse(store.get_experiment("0").artifact_location)
        locations = [ArtifactURI.parse(self.model(store, name="same").artifact_location) for _ in range(2)]
        assert locations[0] != locations[1], "Two models of one name have places of their own."
        for location in locations:
            assert location.path.startswith(root.path), "A model's files go below its experiment's location."

    def test_model_of_an_unknown_experiment_is_not_found(self, store: TrackingStore) -> None:
        with refused(NotFound, "A logged model needs an experiment that exists"):
            self.model(store, "987654321")

    def test_deleted_experiment_gets_no_models(self, store: TrackingStore) -> None:
        self.require("trash")
        experiment_id = self.experiment(store)
        store.delete_experiment(experiment_id)
        with refused(self.deleted_error, "A deleted experiment gets no logged models"):
            self.model(store, experiment_id)

    @pytest.mark.parametrize("call", CALLS, ids=CALLS)
    def test_unknown_model_is_not_found(self, store: TrackingStore, call: str) -> None:
        self.require("logged_models")
        with refused(NotFound, f"{call} of a logged model that does not exist"):
            CALLS[call](store, "m-" + "0" * 32)

    @pytest.mark.parametrize("call", CALLS, ids=CALLS)
    def test_deleted_model_is_not_found(self, store: TrackingStore, call: str) -> None:
        model_id = self.model(store, tags={"a": "1"}).model_id
        store.delete_logged_model(model_id)
        with refused(NotFound, f"{call} of a deleted logged model"):
            CALLS[call](store, model_id)

    def test_deleted_model_is_found_on_demand(self, store: TrackingStore) -> None:
        model = self.model(store, name="gone", tags={"a": "1"})
        assert store.get_logged_model(model.model_id, allow_deleted=True) == model
        store.delete_logged_model(model.model_id)
        found = store.get_logged_model(model.model_id, allow_deleted=True)
        assert (found.model_id, found.name, found.tags) == (model.model_id, "gone", {"a": "1"})
        assert found.lifecycle_stage == "deleted"
        with refused(NotFound, "A logged model that does not exist"):
            store.get_logged_model("m-" + "0" * 32, allow_deleted=True)

    @pytest.mark.parametrize("status", ["READY", "FAILED"])
    def test_finalize(self, store: TrackingStore, status: str) -> None:
        model_id = self.model(store).model_id
        returned = store.finalize_logged_model(model_id, status)
        assert returned.status == store.get_logged_model(model_id).status == status

    def test_time_of_the_update_is_that_of_the_status(self, store: TrackingStore) -> None:
        model = self.model(store)
        next_millisecond()
        store.log_logged_model_params(model.model_id, {"p": "1"})
        store.set_logged_model_tags(model.model_id, {"t": "1"})
        store.delete_logged_model_tag(model.model_id, "t")
        found = store.get_logged_model(model.model_id)
        assert found.last_updated_timestamp == model.last_updated_timestamp, "What is added to a model is no update."
        assert store.finalize_logged_model(model.model_id, "READY").last_updated_timestamp > found.creation_timestamp

    def test_params_are_written_once(self, store: TrackingStore) -> None:
        model_id = self.model(store, params={"a": "old value"}).model_id
        store.log_logged_model_params(model_id, {"a": "old value", "b": "2"})
        assert store.get_logged_model(model_id).params == {"a": "old value", "b": "2"}
        with refused(InvalidInput, "A param of a logged model cannot get another value"):
            store.log_logged_model_params(model_id, {"c": "3", "a": "new value"})
        assert store.get_logged_model(model_id).params == {"a": "old value", "b": "2"}, "What is refused adds nothing."

    def test_model_tags(self, store: TrackingStore) -> None:
        model_id = self.model(store, tags={"a": "1", "b": "2"}).model_id
        store.set_logged_model_tags(model_id, {"b": "3", "c": "4"})
        assert store.get_logged_model(model_id).tags == {"a": "1", "b": "3", "c": "4"}, "Tags add and overwrite."
        store.delete_logged_model_tag(model_id, "a")
        assert store.get_logged_model(model_id).tags == {"b": "3", "c": "4"}
        with refused(NotFound, "A tag that is not there cannot be removed"):
            store.delete_logged_model_tag(model_id, "a")

    def test_metrics_of_a_run_reach_the_model(self, store: TrackingStore) -> None:
        model_id = self.model(store).model_id
        runs = [self.run(store).info.run_id for _ in range(2)]
        for run_id, offset in zip(runs, (0.0, 10.0), strict=True):
            self.log(store, run_id, [Metric("acc", 2.0 + offset, 20, 2, model_id)])
            self.log(store, run_id, [Metric("acc", 1.0 + offset, 10, 1, model_id), Metric("other", 5.0, 10)])
            self.log(store, run_id, [Metric("acc", 3.0 + offset, 10, 1, model_id, "wine", "1")])
        found = {
            (point.key, point.run_id, point.dataset_name, point.value)
            for point in store.get_logged_model(model_id).metrics
        }
        assert found == {
            ("acc", runs[0], None, 2.0),
            ("acc", runs[0], "wine", 3.0),
            ("acc", runs[1], None, 12.0),
            ("acc", runs[1], "wine", 13.0),
        }, "A logged model has the latest point of each key, run and dataset."

    def test_metric_of_an_unknown_model_is_not_found(self, store: TrackingStore) -> None:
        self.require("logged_models")
        run_id = self.run(store).info.run_id
        with refused(NotFound, "A point cannot be about a logged model that does not exist"):
            self.log(store, run_id, [Metric("m", 1.0, 1), Metric("acc", 1.0, 1, 0, "m-" + "0" * 32)])
        assert store.get_run(run_id).data.metrics == {}, "A batch that is refused records nothing."

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", "a b c"),
            ("name = 'a'", "a"),
            ("name LIKE '%'", "a b c"),
            ("attributes.name != 'a'", "b c"),
            ("params.depth = '3'", "a b"),
            ("tags.team = 'red'", "b"),
            ("metrics.acc > 0.5", "b"),
            ("metrics.acc > 0.1 AND params.depth = '3'", "a b"),
            ("model_type = 'agent'", "c"),
            ("creation_timestamp > 0", "a b c"),
            ("name = 'nobody'", ""),
        ],
    )
    def test_model_search_by_filter(self, store: TrackingStore, text: str, expected: str) -> None:
        self._population(store)
        assert sorted(model.name for model in self._search_models(store, text)) == expected.split(), (
            f"wrong answer to {text!r}"
        )

    @pytest.mark.parametrize(
        ("order_by", "expected"),
        [(["name"], "a b c"), (["name DESC"], "c b a"), (["metrics.acc DESC"], "b a c"), (["metrics.acc"], "a b c")],
    )
    def test_model_search_order(self, store: TrackingStore, order_by: list[str], expected: str) -> None:
        self._population(store)
        assert [model.name for model in self._search_models(store, order_by=order_by)] == expected.split()

    def test_model_search_without_an_order_gives_the_newest_first(self, store: TrackingStore) -> None:
        self._population(store)
        found = [(-model.creation_timestamp, model.model_id) for model in self._search_models(store)]
        assert found == sorted(found), "Without an order the newest model comes first, then the id decides."

    def test_model_search_by_dataset(self, store: TrackingStore) -> None:
        self._population(store)
        for datasets, text, expected in (
            ((("wine", None),), "metrics.acc > 0.5", ["b"]),
            ((("wine", "1"),), "metrics.acc > 0.5", ["b"]),
            ((("wine", "2"),), "metrics.acc > 0.5", []),
            ((("iris", None),), "metrics.acc > 0.1", ["a"]),
            ((("iris", None), ("wine", None)), "", ["a", "b"]),
        ):
            found = [model.name for model in self._search_models(store, text, datasets=datasets, order_by=["name"])]
            assert found == expected, f"{text!r} on {datasets}: only what was measured on these datasets counts."

    def test_model_search_shows_only_the_named_experiments_and_what_is_active(self, store: TrackingStore) -> None:
        ids = self._population(store)
        self.model(store, self.experiment(store), name="elsewhere")
        store.delete_logged_model(ids["a"])
        assert sorted(model.name for model in self._search_models(store)) == ["b", "c"]

    def test_model_search_finds_whole_models(self, store: TrackingStore) -> None:
        ids = self._population(store)
        (found,) = self._search_models(store, "name = 'b'")
        assert found == store.get_logged_model(ids["b"])

    def test_model_search_pages(self, store: TrackingStore) -> None:
        ids = {self.model(store).model_id for _ in range(5)}
        seen: list[str] = []
        token = None
        while True:
            page = self._search_models(store, max_results=2, page_token=token)
            seen += [model.model_id for model in page]
            token = page.token
            if not token:
                break
            assert len(page) == 2, "Every page but the last one is full."
        assert sorted(seen) == sorted(ids), "The pages together hold everything, once."

    def test_model_search_with_a_made_up_token_is_refused(self, store: TrackingStore) -> None:
        self.require("logged_models")
        with refused(InvalidInput, "A page token that is not the store's own is refused"):
            self._search_models(store, page_token="not a token")

    def _population(self, store: TrackingStore) -> dict[str, str]:
        ids = {
            "a": self.model(store, name="a", params={"depth": "3"}).model_id,
            "b": self.model(store, name="b", params={"depth": "3"}, tags={"team": "red"}).model_id,
            "c": self.model(store, name="c", model_type="agent").model_id,
        }
        self.log(store, self.run(store), [Metric("acc", 0.2, 10, 0, ids["a"], "iris", "1")])
        self.log(store, self.run(store), [Metric("acc", 0.9, 10, 0, ids["b"], "wine", "1")])
        return ids

    def _search_models(
        self,
        store: TrackingStore,
        text: str = "",
        *,
        datasets: tuple[tuple[str, str | None], ...] = (),
        order_by: Sequence[str] = (),
        max_results: int = 50,
        page_token: str | None = None,
    ) -> Page[LoggedModel]:
        return store.search_logged_models(
            LoggedModelQuery(
                experiment_ids=("0",),
                filter=parse_filter(text, LOGGED_MODELS),
                datasets=datasets,
                order_by=parse_order_by(list(order_by), LOGGED_MODELS),
                max_results=max_results,
                page_token=page_token,
            )
        )
