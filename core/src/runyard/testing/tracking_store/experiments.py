"""Clauses on experiments."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from runyard.entities import Experiment, Page, ViewType
from runyard.errors import AlreadyExists, InvalidInput, NotFound
from runyard.search import EXPERIMENTS, parse_filter, parse_order_by
from runyard.testing.contract import refused
from runyard.testing.tracking_store.base import ODD_KEYS, ODD_VALUES, StoreClauses
from runyard.tracking.requests import ExperimentQuery
from runyard.tracking.store import TrackingStore
from runyard.uris import ArtifactURI

ODD_NAMES = (
    "a/b",
    "with blank",
    "ünï ✓",
    "quote ' and \"",
    "100%",
    "0",
    "null",
    ".",
    "..",
    ".trash",
    "models",
    "n" * 500,
)
CALLS: dict[str, Callable[[TrackingStore, str], object]] = {
    "get_experiment": lambda store, experiment_id: store.get_experiment(experiment_id),
    "delete_experiment": lambda store, experiment_id: store.delete_experiment(experiment_id),
    "restore_experiment": lambda store, experiment_id: store.restore_experiment(experiment_id),
    "rename_experiment": lambda store, experiment_id: store.rename_experiment(experiment_id, "new"),
    "set_experiment_tags": lambda store, experiment_id: store.set_experiment_tags(experiment_id, {"a": "b"}),
    "delete_experiment_tag": lambda store, experiment_id: store.delete_experiment_tag(experiment_id, "a"),
}


class ExperimentClauses(StoreClauses):
    """Making, finding, renaming, deleting and restoring experiments."""

    def test_fresh_store_has_the_default_experiment(self, store: TrackingStore) -> None:
        default = store.get_experiment("0")
        assert default.name == "Default", "A fresh store has the experiment 0 named Default."
        assert default.lifecycle_stage == "active"
        by_name = store.get_experiment_by_name("Default")
        assert by_name is not None
        assert by_name.experiment_id == "0"

    def test_created_experiment_comes_back(self, store: TrackingStore) -> None:
        experiment_id = self.experiment(store, "first", tags={"team": "red", "empty": ""})
        experiment = store.get_experiment(experiment_id)
        assert isinstance(experiment_id, str), "The id of an experiment is text."
        assert experiment.experiment_id == experiment_id
        assert experiment.name == "first"
        assert experiment.lifecycle_stage == "active"
        assert experiment.tags == {"team": "red", "empty": ""}, "The first tags are kept."
        assert isinstance(experiment.creation_time, int), "The creation time is in milliseconds since 1970."
        assert isinstance(experiment.last_update_time, int)

    def test_ids_are_unique(self, store: TrackingStore) -> None:
        ids = [self.experiment(store) for _ in range(5)]
        assert len({"0", *ids}) == 6, "Each experiment gets an id of its own."

    def test_given_artifact_location_is_kept(self, store: TrackingStore) -> None:
        experiment_id = self.experiment(store, artifact_location="s3://bucket/some/where")
        assert store.get_experiment(experiment_id).artifact_location == "s3://bucket/some/where"

    def test_own_artifact_locations_are_addresses_and_differ(self, store: TrackingStore) -> None:
        locations = [store.get_experiment(self.experiment(store)).artifact_location for _ in range(2)]
        for location in locations:
            ArtifactURI.parse(location)
        assert locations[0] != locations[1], "Two experiments do not share a place for artifacts."

    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_odd_experiment_names_come_back(self, store: TrackingStore, name: str) -> None:
        experiment_id = self.experiment(store, name)
        assert store.get_experiment(experiment_id).name == name, "A name comes back as it was given."
        found = store.get_experiment_by_name(name)
        assert found is not None
        assert found.experiment_id == experiment_id

    def test_names_differ_by_letter_case(self, store: TrackingStore) -> None:
        self.experiment(store, "Name")
        self.experiment(store, "name")
        assert store.get_experiment_by_name("NAME") is None, "Names are told apart by letter case."

    def test_taken_name_is_refused(self, store: TrackingStore) -> None:
        experiment_id = self.experiment(store, "once")
        with refused(AlreadyExists, "A name is unique among the experiments of a store"):
            self.experiment(store, "once")
        assert [item.experiment_id for item in self._search_experiments(store, "name = 'once'")] == [experiment_id]

    def test_name_of_a_deleted_experiment_is_taken(self, store: TrackingStore) -> None:
        self.require("trash")
        store.delete_experiment(self.experiment(store, "gone"))
        with refused(AlreadyExists, "A deleted experiment keeps its name"):
            self.experiment(store, "gone")

    def test_unknown_name_is_none(self, store: TrackingStore) -> None:
        assert store.get_experiment_by_name("nobody") is None, "get_experiment_by_name answers None for no experiment."

    @pytest.mark.parametrize("call", CALLS, ids=CALLS)
    def test_unknown_experiment_is_not_found(self, store: TrackingStore, call: str) -> None:
        with refused(NotFound, f"{call} of an experiment that does not exist"):
            CALLS[call](store, "987654321")

    def test_rename(self, store: TrackingStore) -> None:
        experiment_id = self.experiment(store, "old", tags={"a": "b"})
        before = store.get_experiment(experiment_id)
        store.rename_experiment(experiment_id, "new")
        after = store.get_experiment(experiment_id)
        assert after.name == "new"
        assert (after.tags, after.creation_time) == (before.tags, before.creation_time), (
            "A rename changes the name only."
        )
        assert (after.last_update_time or 0) >= (before.last_update_time or 0)
        assert store.get_experiment_by_name("old") is None, "After a rename the old name names nothing."
        self.experiment(store, "old")

    def test_rename_to_a_taken_name_is_refused(self, store: TrackingStore) -> None:
        experiment_id, other = self.experiment(store, "mine"), self.experiment(store, "theirs")
        with refused(AlreadyExists, "An experiment cannot take the name of another"):
            store.rename_experiment(experiment_id, "theirs")
        assert store.get_experiment(experiment_id).name == "mine", "A rename that is refused changes nothing."
        assert store.get_experiment(other).name == "theirs"

    def test_delete_and_restore_with_runs(self, store: TrackingStore) -> None:
        self.require("trash")
        experiment_id = self.experiment(store, "bin")
        run_id = self.run(store, experiment_id).info.run_id
        store.delete_experiment(experiment_id)
        assert store.get_experiment(experiment_id).lifecycle_stage == "deleted"
        by_name = store.get_experiment_by_name("bin")
        assert by_name is not None, "A deleted experiment is still found by its name."
        assert by_name.lifecycle_stage == "deleted"
        assert store.get_run(run_id).info.lifecycle_stage == "deleted", "An experiment goes to the trash with its runs."
        store.restore_experiment(experiment_id)
        assert store.get_experiment(experiment_id).lifecycle_stage == "active"
        assert store.get_run(run_id).info.lifecycle_stage == "active", "An experiment comes back with its runs."

    def test_run_restored_in_a_deleted_experiment_can_be_changed(self, store: TrackingStore) -> None:
        self.require("trash")
        experiment_id = self.experiment(store)
        run_id = self.run(store, experiment_id).info.run_id
        store.delete_experiment(experiment_id)
        store.restore_run(run_id)
        self.log(store, run_id, {"m": 1.0}, {"p": "x"}, {"t": "1"})
        store.delete_tag(run_id, "t")
        found = store.get_run(run_id)
        assert (found.info.lifecycle_stage, found.data.params) == ("active", {"p": "x"}), (
            "Whether a run can be changed is up to its own stage."
        )

    def test_delete_twice_and_restore_active_are_not_found(self, store: TrackingStore) -> None:
        self.require("trash")
        experiment_id = self.experiment(store)
        with refused(NotFound, "An active experiment is not in the trash"):
            store.restore_experiment(experiment_id)
        store.delete_experiment(experiment_id)
        with refused(NotFound, "A deleted experiment is not among the active ones"):
            store.delete_experiment(experiment_id)

    def test_deleted_experiment_cannot_be_written(self, store: TrackingStore) -> None:
        self.require("trash")
        experiment_id = self.experiment(store, "shut", tags={"kept": "yes"})
        store.delete_experiment(experiment_id)
        with refused(self.deleted_error, "A deleted experiment gets no tags"):
            store.set_experiment_tags(experiment_id, {"a": "b"})
        with refused(self.deleted_error, "A deleted experiment loses no tags"):
            store.delete_experiment_tag(experiment_id, "kept")
        with refused(self.deleted_error, "A deleted experiment keeps its name"):
            store.rename_experiment(experiment_id, "open")
        with refused(self.deleted_error, "A deleted experiment gets no runs"):
            self.run(store, experiment_id)
        store.restore_experiment(experiment_id)
        experiment = store.get_experiment(experiment_id)
        assert (experiment.name, experiment.tags) == ("shut", {"kept": "yes"}), "What is refused changes nothing."

    def test_experiment_tags(self, store: TrackingStore) -> None:
        experiment_id = self.experiment(store, tags={"a": "1", "b": "2"})
        store.set_experiment_tags(experiment_id, {"b": "3", "c": "4"})
        assert store.get_experiment(experiment_id).tags == {"a": "1", "b": "3", "c": "4"}, "Tags add and overwrite."
        store.delete_experiment_tag(experiment_id, "a")
        assert store.get_experiment(experiment_id).tags == {"b": "3", "c": "4"}
        with refused(NotFound, "A tag that is not there cannot be removed"):
            store.delete_experiment_tag(experiment_id, "a")

    def test_odd_tags_come_back(self, store: TrackingStore) -> None:
        tags = dict.fromkeys(ODD_KEYS, "x") | {f"value {n}": value for n, value in enumerate(ODD_VALUES)}
        tags["long"] = "v" * 20_000
        experiment_id = self.experiment(store)
        store.set_experiment_tags(experiment_id, tags)
        assert store.get_experiment(experiment_id).tags == tags, "Keys and values of tags come back as they were given."

    def test_returned_experiment_is_a_copy(self, store: TrackingStore) -> None:
        experiment_id = self.experiment(store, "copied")
        store.get_experiment(experiment_id).tags["a"] = "b"
        store.get_experiment(experiment_id).name = "changed"
        experiment = store.get_experiment(experiment_id)
        assert (experiment.name, experiment.tags) == ("copied", {}), "Only the store's methods change what it keeps."

    def test_experiment_search_by_view(self, store: TrackingStore) -> None:
        self.require("trash")
        kept, gone = self.experiment(store), self.experiment(store)
        store.delete_experiment(gone)
        found = {view: {item.experiment_id for item in self._search_experiments(store, view=view)} for view in ViewType}
        assert found[ViewType.ACTIVE_ONLY] == {"0", kept}, "ACTIVE_ONLY shows what is not deleted."
        assert found[ViewType.DELETED_ONLY] == {gone}, "DELETED_ONLY shows what is deleted."
        assert found[ViewType.ALL] == {"0", kept, gone}, "ALL shows both."

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("name = 'apple'", {"apple"}),
            ("name != 'apple'", {"Default", "pear", "Apricot"}),
            ("name LIKE 'ap%'", {"apple"}),
            ("name ILIKE 'ap%'", {"apple", "Apricot"}),
            ("tags.kind = 'fruit'", {"apple", "pear"}),
            ("tags.kind != 'fruit'", {"Apricot"}),
            ("tags.kind = 'fruit' AND name = 'pear'", {"pear"}),
            ("tags.kind IS NULL", {"Default"}),
            ("tags.kind IS NOT NULL", {"apple", "pear", "Apricot"}),
            ("creation_time > 0", {"Default", "apple", "pear", "Apricot"}),
            ("last_update_time < 0", set()),
        ],
    )
    def test_experiment_search_by_filter(self, store: TrackingStore, text: str, expected: set[str]) -> None:
        for name, kind in (("apple", "fruit"), ("pear", "fruit"), ("Apricot", "Fruit")):
            self.experiment(store, name, tags={"kind": kind})
        assert {item.name for item in self._search_experiments(store, text)} == expected, f"wrong answer to {text!r}"

    def test_experiment_search_order(self, store: TrackingStore) -> None:
        for name in ("b", "c", "a"):
            self.experiment(store, name)
        assert [item.name for item in self._search_experiments(store, order_by=["name DESC"])] == [
            "c",
            "b",
            "a",
            "Default",
        ]
        assert [item.name for item in self._search_experiments(store, order_by=["name"])] == ["Default", "a", "b", "c"]
        times = [item.creation_time or 0 for item in self._search_experiments(store)]
        assert times == sorted(times, reverse=True), "Without an order the newest experiment comes first."

    def test_experiment_search_pages(self, store: TrackingStore) -> None:
        names = {"Default", *(f"e{number}" for number in range(7))}
        for name in sorted(names - {"Default"}):
            self.experiment(store, name)
        seen: list[str] = []
        token = None
        while True:
            page = store.search_experiments(ExperimentQuery(max_results=3, page_token=token))
            seen += [item.name for item in page]
            token = page.token
            if not token:
                break
            assert len(page) == 3, "Every page but the last one is full."
        assert sorted(seen) == sorted(names), "The pages together hold everything, once."

    def test_experiment_search_with_a_made_up_token_is_refused(self, store: TrackingStore) -> None:
        with refused(InvalidInput, "A page token that is not the store's own is refused"):
            store.search_experiments(ExperimentQuery(page_token="not a token"))

    def _search_experiments(
        self,
        store: TrackingStore,
        text: str = "",
        view: ViewType = ViewType.ACTIVE_ONLY,
        order_by: Sequence[str] = (),
    ) -> Page[Experiment]:
        return store.search_experiments(
            ExperimentQuery(
                filter=parse_filter(text, EXPERIMENTS), view=view, order_by=parse_order_by(list(order_by), EXPERIMENTS)
            )
        )
