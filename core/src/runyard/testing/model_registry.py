"""The contract suite of a model registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pytest

from runyard.entities import ModelStage, ModelVersion, Page, RegisteredModel, limits
from runyard.errors import AlreadyExists, InvalidInput, NotFound
from runyard.registry.registry import ModelRegistry
from runyard.registry.requests import ModelVersionQuery, NewModelVersion, NewRegisteredModel, RegisteredModelQuery
from runyard.search import MODEL_VERSIONS, REGISTERED_MODELS, parse_filter, parse_order_by
from runyard.testing.contract import Contract, at_once, next_millisecond, refused, values_of

IS_PROMPT = "mlflow.prompt.is_prompt"
ODD_NAMES = ("with blank", "ünï ✓", "quote ' and \"", "100%", "dots.in.it", ".hidden", "v1", "1")
ODD_TAGS = {"odd/b": "", "a b": "two\nlines", "größe": "naïve ☃", "x.y": " kept ", "long": "v" * 100_000}

MODEL_CALLS: dict[str, Callable[[ModelRegistry, str], object]] = {
    "get_registered_model": lambda registry, name: registry.get_registered_model(name),
    "update_registered_model": lambda registry, name: registry.update_registered_model(name, "x"),
    "rename_registered_model": lambda registry, name: registry.rename_registered_model(name, "new"),
    "delete_registered_model": lambda registry, name: registry.delete_registered_model(name),
    "set_registered_model_tags": lambda registry, name: registry.set_registered_model_tags(name, {"a": "b"}),
    "delete_registered_model_tag": lambda registry, name: registry.delete_registered_model_tag(name, "a"),
    "set_registered_model_alias": lambda registry, name: registry.set_registered_model_alias(name, "a", "1"),
    "delete_registered_model_alias": lambda registry, name: registry.delete_registered_model_alias(name, "a"),
    "create_model_version": lambda registry, name: registry.create_model_version(
        NewModelVersion(name=name, source="s3://bucket/model")
    ),
    "get_model_version_by_alias": lambda registry, name: registry.get_model_version_by_alias(name, "a"),
    "get_latest_versions": lambda registry, name: registry.get_latest_versions(name),
}
VERSION_CALLS: dict[str, Callable[[ModelRegistry, str], object]] = {
    "get_model_version": lambda registry, version: registry.get_model_version("model", version),
    "update_model_version": lambda registry, version: registry.update_model_version("model", version, "x"),
    "transition_model_version_stage": lambda registry, version: registry.transition_model_version_stage(
        "model", version, ModelStage.STAGING
    ),
    "delete_model_version": lambda registry, version: registry.delete_model_version("model", version),
    "set_model_version_tags": lambda registry, version: registry.set_model_version_tags("model", version, {"a": "b"}),
    "delete_model_version_tag": lambda registry, version: registry.delete_model_version_tag("model", version, "a"),
    "set_registered_model_alias": lambda registry, version: registry.set_registered_model_alias("model", "a", version),
}


class ModelRegistryContract(Contract):
    """What every model registry does.

    A suite defines the fixture `registry`, which returns a registry that is fresh and empty, and sets what its registry
    cannot do to `False`.
    """

    persistent: bool = True
    """A second object for the same address sees what the first one did."""
    never_reuses_numbers: bool = True
    """The number of a deleted version is not used again, even if it was the highest."""
    longest_names: bool = True
    """A name may have 256 characters; a name in files is shorter."""
    nested_keys: bool = True
    """A tag's key may be the first part of another: ``stage`` and ``stage/tested``."""
    full_grammar: bool = True
    """Filters may use everything in the grammar, not only what the reference system understands."""

    @pytest.fixture
    def registry(self) -> ModelRegistry:
        """Return a registry that is fresh and empty; to be defined by the suite of each registry."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `registry` that returns a fresh registry")

    def reopen(self, registry: ModelRegistry) -> ModelRegistry:
        """Return another object for the address of a registry."""
        return type(registry)(registry.uri)

    def model(
        self, registry: ModelRegistry, name: str = "model", description: str = "", tags: Mapping[str, str] | None = None
    ) -> RegisteredModel:
        """Make a registered model."""
        return registry.create_registered_model(NewRegisteredModel(name=name, description=description, tags=tags or {}))

    def version(self, registry: ModelRegistry, name: str = "model", source: str = "s3://bucket/model") -> ModelVersion:
        """Make a version of a model."""
        return registry.create_model_version(NewModelVersion(name=name, source=source))

    def versions(self, registry: ModelRegistry, count: int, name: str = "model") -> None:
        """Make a model and the versions 1 to `count` of it."""
        self.model(registry, name)
        for _ in range(count):
            self.version(registry, name)

    # registered models

    def test_created_model_comes_back(self, registry: ModelRegistry) -> None:
        made = self.model(registry, "net", "what it does", {"team": "red", "empty": ""})
        for model in (made, registry.get_registered_model("net")):
            assert (model.name, model.description) == ("net", "what it does")
            assert model.tags == {"team": "red", "empty": ""}, "The first tags are kept."
            assert (model.latest_versions, model.aliases) == ([], {}), "A new model has no versions and aliases."
            assert model.last_updated_timestamp >= model.creation_timestamp > 0

    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_odd_names_come_back(self, registry: ModelRegistry, name: str) -> None:
        self.model(registry, name)
        self.version(registry, name)
        assert registry.get_registered_model(name).name == name, "A name comes back as it was given."
        assert registry.get_model_version(name, "1").name == name
        assert [model.name for model in self._search_models(registry)] == [name]

    def test_longest_name_comes_back(self, registry: ModelRegistry) -> None:
        self.require("longest_names")
        self.model(registry, "n" * limits.MAX_MODEL_NAME)
        assert registry.get_registered_model("n" * limits.MAX_MODEL_NAME).name == "n" * limits.MAX_MODEL_NAME

    def test_tag_below_another_tag(self, registry: ModelRegistry) -> None:
        self.require("nested_keys")
        self.versions(registry, 1)
        tags = {"stage": "1", "stage/tested": "2"}
        registry.set_registered_model_tags("model", tags)
        registry.set_model_version_tags("model", "1", tags)
        assert registry.get_registered_model("model").tags == tags
        assert registry.get_model_version("model", "1").tags == tags

    def test_names_differ_by_letter_case(self, registry: ModelRegistry) -> None:
        self.model(registry, "Net")
        self.model(registry, "net")
        assert {model.name for model in self._search_models(registry)} == {"Net", "net"}

    def test_taken_name_is_refused(self, registry: ModelRegistry) -> None:
        self.model(registry, "once", "the first")
        with refused(AlreadyExists, "A name is unique among registered models"):
            self.model(registry, "once", "the second")
        assert registry.get_registered_model("once").description == "the first", "What is refused changes nothing."

    @pytest.mark.parametrize("call", MODEL_CALLS, ids=MODEL_CALLS)
    def test_unknown_model_is_not_found(self, registry: ModelRegistry, call: str) -> None:
        with refused(NotFound, f"{call} of a registered model that does not exist"):
            MODEL_CALLS[call](registry, "nobody")

    def test_update_model(self, registry: ModelRegistry) -> None:
        before = self.model(registry, description="before", tags={"a": "b"})
        returned = registry.update_registered_model("model", "after\nmore ☃")
        assert returned == registry.get_registered_model("model"), "What is returned is what is stored."
        assert returned.description == "after\nmore ☃"
        assert (returned.tags, returned.creation_timestamp) == ({"a": "b"}, before.creation_timestamp)
        assert returned.last_updated_timestamp >= before.last_updated_timestamp
        assert registry.update_registered_model("model", "").description == "", "A description can be emptied."

    def test_time_of_the_update(self, registry: ModelRegistry) -> None:
        self.versions(registry, 2)

        def updated(change: Callable[[], object]) -> str:
            before = self._times(registry)
            next_millisecond()
            change()
            return " ".join(name for name, time in self._times(registry).items() if time != before[name])

        for expected, change in (
            ("", lambda: registry.set_registered_model_tags("model", {"a": "b"})),
            ("", lambda: registry.delete_registered_model_tag("model", "a")),
            ("", lambda: registry.set_registered_model_alias("model", "best", "1")),
            ("", lambda: registry.delete_registered_model_alias("model", "best")),
            ("", lambda: registry.set_model_version_tags("model", "1", {"a": "b"})),
            ("", lambda: registry.delete_model_version_tag("model", "1", "a")),
            ("model", lambda: registry.update_registered_model("model", "x")),
            ("1", lambda: registry.update_model_version("model", "1", "x")),
            ("model 1", lambda: registry.transition_model_version_stage("model", "1", ModelStage.STAGING)),
            ("model 2", lambda: registry.delete_model_version("model", "2")),
        ):
            assert updated(change) == expected, (
                "Tags and aliases are no updates; a version's description is one of the version; its stage, its making "
                "and its end are ones of the model too."
            )

    def _times(self, registry: ModelRegistry) -> dict[str, int]:
        model = registry.get_registered_model("model")
        versions = self._search_versions(registry)
        times = {"model": model.last_updated_timestamp, "1": 0, "2": 0}
        return {**times, **{version.version: version.last_updated_timestamp for version in versions}}

    def test_rename(self, registry: ModelRegistry) -> None:
        self.model(registry, "old", "kept", {"a": "b"})
        self.version(registry, "old")
        registry.set_model_version_tags("old", "1", {"c": "d"})
        registry.set_registered_model_alias("old", "champion", "1")
        returned = registry.rename_registered_model("old", "new")
        assert returned == registry.get_registered_model("new")
        assert (returned.name, returned.description, returned.tags) == ("new", "kept", {"a": "b"})
        version = registry.get_model_version("new", "1")
        assert (version.name, version.tags) == ("new", {"c": "d"}), "A model is renamed with its versions."
        assert registry.get_model_version_by_alias("new", "champion").version == "1", "Aliases stay."
        with refused(NotFound, "After a rename the old name names nothing"):
            registry.get_registered_model("old")
        self.model(registry, "old")
        assert self.version(registry, "new").version == "2", "Numbers go on after a rename."

    def test_rename_to_a_taken_name_is_refused(self, registry: ModelRegistry) -> None:
        self.model(registry, "mine", "mine")
        self.model(registry, "theirs", "theirs")
        with refused(AlreadyExists, "A registered model cannot take the name of another"):
            registry.rename_registered_model("mine", "theirs")
        for name in ("mine", "theirs"):
            assert registry.get_registered_model(name).description == name, "What is refused changes nothing."

    def test_delete_model(self, registry: ModelRegistry) -> None:
        self.versions(registry, 2)
        self.versions(registry, 1, "other")
        registry.set_registered_model_tags("model", {"a": "b"})
        registry.set_registered_model_alias("model", "champion", "2")
        registry.delete_registered_model("model")
        with refused(NotFound, "A deleted registered model is gone"):
            registry.get_registered_model("model")
        with refused(NotFound, "A registered model is deleted with its versions"):
            registry.get_model_version("model", "1")
        assert [(item.name, item.version) for item in self._search_versions(registry)] == [("other", "1")]
        again = self.model(registry)
        assert (again.tags, again.aliases, again.latest_versions) == ({}, {}, []), "A model is deleted with all it had."

    def test_model_tags(self, registry: ModelRegistry) -> None:
        self.model(registry, tags={"a": "1", "b": "2"})
        registry.set_registered_model_tags("model", {"b": "3", **ODD_TAGS})
        assert registry.get_registered_model("model").tags == {"a": "1", "b": "3", **ODD_TAGS}
        registry.delete_registered_model_tag("model", "a")
        registry.delete_registered_model_tag("model", "a")
        assert registry.get_registered_model("model").tags == {"b": "3", **ODD_TAGS}, (
            "A tag can be removed; if it is not there, nothing happens."
        )

    # aliases

    def test_alias(self, registry: ModelRegistry) -> None:
        self.versions(registry, 2)
        registry.set_registered_model_alias("model", "champion", "1")
        registry.set_registered_model_alias("model", "Second-best_1", "1")
        assert registry.get_registered_model("model").aliases == {"champion": "1", "Second-best_1": "1"}
        assert sorted(registry.get_model_version("model", "1").aliases) == ["Second-best_1", "champion"]
        assert registry.get_model_version("model", "2").aliases == []
        assert registry.get_model_version_by_alias("model", "champion").version == "1"

    def test_alias_moves(self, registry: ModelRegistry) -> None:
        self.versions(registry, 2)
        registry.set_registered_model_alias("model", "champion", "1")
        registry.set_registered_model_alias("model", "champion", "2")
        assert registry.get_model_version_by_alias("model", "champion").version == "2"
        assert registry.get_model_version("model", "1").aliases == [], "An alias leaves the version that it pointed to."

    def test_delete_alias(self, registry: ModelRegistry) -> None:
        self.versions(registry, 1)
        registry.set_registered_model_alias("model", "champion", "1")
        registry.delete_registered_model_alias("model", "champion")
        registry.delete_registered_model_alias("model", "champion")
        assert registry.get_registered_model("model").aliases == {}, "An alias can be removed; twice is no error."
        with refused(InvalidInput, "An alias that is not there names nothing"):
            registry.get_model_version_by_alias("model", "champion")

    def test_alias_latest_is_the_highest_version(self, registry: ModelRegistry) -> None:
        self.versions(registry, 11)
        assert registry.get_model_version_by_alias("model", "latest").version == "11"
        registry.delete_model_version("model", "11")
        assert registry.get_model_version_by_alias("model", "latest").version == "10"

    # versions

    def test_created_version_comes_back(self, registry: ModelRegistry) -> None:
        self.model(registry)
        made = registry.create_model_version(
            NewModelVersion(
                name="model",
                source="runs:/abc/model",
                storage_location="s3://bucket/abc/model",
                run_id="abc",
                run_link="https://example.org/abc",
                description="the first",
                tags={"a": "b"},
                user_id="ann",
            )
        )
        for version in (made, registry.get_model_version("model", "1")):
            assert (version.name, version.version) == ("model", "1"), "Numbers are text and begin with 1."
            assert (version.source, version.run_id) == ("runs:/abc/model", "abc")
            assert version.run_link == "https://example.org/abc"
            assert (version.description, version.tags) == ("the first", {"a": "b"})
            assert version.storage_location == "s3://bucket/abc/model"
            assert version.current_stage == "None", "A new version is in no stage."
            assert version.status == "READY"
            assert version.aliases == []
            assert version.last_updated_timestamp >= version.creation_timestamp > 0

    def test_files_are_at_the_source_unless_told_otherwise(self, registry: ModelRegistry) -> None:
        self.model(registry)
        made = self.version(registry, source="s3://bucket/model")
        for version in (made, registry.get_model_version("model", "1")):
            assert version.storage_location == "s3://bucket/model", (
                "Without another place, the files are at the source."
            )

    def test_versions_are_numbered(self, registry: ModelRegistry) -> None:
        for name in ("one", "two"):
            self.model(registry, name)
            assert [self.version(registry, name).version for _ in range(3)] == ["1", "2", "3"], (
                "Each model has its own."
            )

    def test_numbers_are_never_used_again(self, registry: ModelRegistry) -> None:
        self.versions(registry, 3)
        registry.delete_model_version("model", "2")
        assert self.version(registry).version == "4", "The number of a deleted version is not used again."
        self.require("never_reuses_numbers")
        registry.delete_model_version("model", "4")
        assert self.version(registry).version == "5", "A number is one more than the highest ever used."

    @pytest.mark.parametrize("call", VERSION_CALLS, ids=VERSION_CALLS)
    def test_unknown_version_is_not_found(self, registry: ModelRegistry, call: str) -> None:
        self.versions(registry, 1)
        with refused(NotFound, f"{call} of a version that does not exist"):
            VERSION_CALLS[call](registry, "2")
        assert registry.get_registered_model("model").aliases == {}

    def test_update_version(self, registry: ModelRegistry) -> None:
        self.versions(registry, 2)
        returned = registry.update_model_version("model", "1", "after ☃")
        assert returned == registry.get_model_version("model", "1"), "What is returned is what is stored."
        assert returned.description == "after ☃"
        assert registry.get_model_version("model", "2").description == "", "Other versions stay as they are."

    def test_delete_version(self, registry: ModelRegistry) -> None:
        self.versions(registry, 3)
        registry.set_registered_model_alias("model", "champion", "2")
        registry.set_registered_model_alias("model", "other", "3")
        registry.delete_model_version("model", "2")
        with refused(NotFound, "A deleted version is gone"):
            registry.get_model_version("model", "2")
        assert {item.version for item in self._search_versions(registry)} == {"1", "3"}
        assert registry.get_registered_model("model").aliases == {"other": "3"}, "Aliases go with their version."
        with refused(InvalidInput, "An alias of a deleted version names nothing"):
            registry.get_model_version_by_alias("model", "champion")

    def test_version_tags(self, registry: ModelRegistry) -> None:
        self.versions(registry, 2)
        registry.set_model_version_tags("model", "1", {"a": "1", "b": "2"})
        registry.set_model_version_tags("model", "1", {"b": "3", **ODD_TAGS})
        assert registry.get_model_version("model", "1").tags == {"a": "1", "b": "3", **ODD_TAGS}
        registry.delete_model_version_tag("model", "1", "a")
        registry.delete_model_version_tag("model", "1", "a")
        assert registry.get_model_version("model", "1").tags == {"b": "3", **ODD_TAGS}, (
            "A tag can be removed; if it is not there, nothing happens."
        )
        assert registry.get_model_version("model", "2").tags == {}

    # stages

    @pytest.mark.parametrize("stage", list(ModelStage))
    def test_transition(self, registry: ModelRegistry, stage: ModelStage) -> None:
        self.versions(registry, 2)
        returned = registry.transition_model_version_stage("model", "1", stage)
        assert returned == registry.get_model_version("model", "1"), "What is returned is what is stored."
        assert returned.current_stage == stage.value
        assert registry.get_model_version("model", "2").current_stage == "None", "Other versions stay as they are."

    @pytest.mark.parametrize("stage", [ModelStage.STAGING, ModelStage.PRODUCTION])
    def test_transition_archives_if_asked(self, registry: ModelRegistry, stage: ModelStage) -> None:
        other = ModelStage.STAGING if stage is ModelStage.PRODUCTION else ModelStage.PRODUCTION
        self.versions(registry, 4)
        for version, before in (("1", stage), ("2", stage), ("3", other)):
            registry.transition_model_version_stage("model", version, before)
        assert registry.get_model_version("model", "1").current_stage == stage.value, "Nothing is archived unasked."
        registry.transition_model_version_stage("model", "4", stage, archive_existing=True)
        stages = [registry.get_model_version("model", str(number)).current_stage for number in (1, 2, 3, 4)]
        assert stages == ["Archived", "Archived", other.value, stage.value], (
            "The others in the stage are archived, those in another stage stay."
        )

    @pytest.mark.parametrize("stage", [ModelStage.NONE, ModelStage.ARCHIVED])
    def test_archiving_needs_a_stage_in_use(self, registry: ModelRegistry, stage: ModelStage) -> None:
        self.versions(registry, 1)
        with refused(InvalidInput, f"Archiving goes with Staging and Production, not with {stage}"):
            registry.transition_model_version_stage("model", "1", stage, archive_existing=True)

    def test_latest_versions(self, registry: ModelRegistry) -> None:
        self.versions(registry, 11)
        for version, stage in ((2, ModelStage.STAGING), (10, ModelStage.STAGING), (9, ModelStage.PRODUCTION)):
            registry.transition_model_version_stage("model", str(version), stage)
        latest = {item.current_stage: item.version for item in registry.get_latest_versions("model")}
        assert latest == {"None": "11", "Staging": "10", "Production": "9"}, "The newest version of every stage."
        staged = registry.get_latest_versions("model", [ModelStage.STAGING, ModelStage.ARCHIVED])
        assert [item.version for item in staged] == ["10"], "Only of the stages that are asked for."
        found = {item.version for item in registry.get_registered_model("model").latest_versions}
        assert found == {"11", "10", "9"}, "A registered model knows the newest version of each stage."

    # search

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", ["Banana", "apple", "cherry"]),
            ("name = 'apple'", ["apple"]),
            ("name != 'apple'", ["Banana", "cherry"]),
            ("name LIKE '%a%'", ["Banana", "apple"]),
            ("name ILIKE 'b%'", ["Banana"]),
            ("name IN ('apple', 'cherry')", ["apple", "cherry"]),
            ("tags.team = 'red'", ["Banana", "apple"]),
            ("tags.team != 'red'", ["cherry"]),
            ("tags.team = 'red' AND name LIKE 'a%'", ["apple"]),
            ("name = 'nobody'", []),
        ],
    )
    def test_search_models(self, registry: ModelRegistry, text: str, expected: list[str]) -> None:
        for name, team in (("cherry", "blue"), ("apple", "red"), ("Banana", "red")):
            self.model(registry, name, tags={"team": team})
        assert [model.name for model in self._search_models(registry, text)] == expected, f"wrong answer to {text!r}"

    def test_search_models_with_the_full_grammar(self, registry: ModelRegistry) -> None:
        self.require("full_grammar")
        for name, team in (("cherry", "blue"), ("apple", "red"), ("banana", "green")):
            self.model(registry, name, tags={"team": team})
        found = self._search_models(registry, "name = 'apple' OR NOT tags.team IN ('red', 'green')")
        assert [model.name for model in found] == ["apple", "cherry"]

    def test_search_models_in_order_and_pages(self, registry: ModelRegistry) -> None:
        names = [f"m{number}" for number in range(5)]
        for name in (names[3], names[0], names[4], names[1], names[2]):
            self.model(registry, name)
        for order_by, wanted in (([], names), (["name DESC"], names[::-1])):
            seen: list[str] = []
            token = None
            while True:
                page = self._search_models(registry, order_by=order_by, max_results=2, page_token=token)
                seen += [model.name for model in page]
                token = page.token
                if not token:
                    break
                assert len(page) == 2, "Every page but the last one is full."
            assert seen == wanted, "The pages together hold everything, once, in the order asked for, else by name."

    def test_search_shows_prompts_only_if_asked(self, registry: ModelRegistry) -> None:
        self.model(registry, "net")
        self.model(registry, "prompt", tags={IS_PROMPT: "true"})
        assert [model.name for model in self._search_models(registry)] == ["net"]
        assert [model.name for model in self._search_models(registry, "name LIKE '%'")] == ["net"]
        assert [model.name for model in self._search_models(registry, f"tags.`{IS_PROMPT}` = 'true'")] == ["prompt"]

    def test_found_model_is_whole(self, registry: ModelRegistry) -> None:
        self.versions(registry, 1)
        registry.set_registered_model_alias("model", "champion", "1")
        (found,) = self._search_models(registry)
        whole = registry.get_registered_model("model")
        assert (found.name, found.tags, found.aliases) == (whole.name, whole.tags, whole.aliases)
        assert [item.version for item in found.latest_versions] == ["1"], "A model is found with its latest versions."

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", ["a1", "a2", "b1"]),
            ("name = 'a'", ["a1", "a2"]),
            ("name LIKE 'b%'", ["b1"]),
            ("run_id = 'run2'", ["a2"]),
            ("run_id IN ('run1', 'run2')", ["a1", "a2"]),
            ("source_path = 's3://bucket/b'", ["b1"]),
            ("version_number = 1", ["a1", "b1"]),
            ("version_number > 1", ["a2"]),
            ("version_number IN (2, 1.5)", ["a2"]),
            ("tags.kind = 'tree'", ["a2"]),
            ("name = 'a' AND tags.kind = 'tree'", ["a2"]),
            ("name = 'nobody'", []),
        ],
    )
    def test_search_versions(self, registry: ModelRegistry, text: str, expected: list[str]) -> None:
        self.model(registry, "a")
        self.model(registry, "b")
        for name, run_id, tags in (("a", "run1", {}), ("a", "run2", {"kind": "tree"}), ("b", None, {})):
            source = f"s3://bucket/{name}"
            registry.create_model_version(NewModelVersion(name=name, source=source, run_id=run_id, tags=tags))
        found = sorted(f"{item.name}{item.version}" for item in self._search_versions(registry, text))
        assert found == expected, f"wrong answer to {text!r}"

    def test_search_versions_in_order_and_pages(self, registry: ModelRegistry) -> None:
        self.versions(registry, 11)
        wanted = [str(number) for number in range(11, 0, -1)]
        for size in (4, 11):
            seen: list[str] = []
            token = None
            while True:
                page = self._search_versions(
                    registry, order_by=["version_number DESC"], max_results=size, page_token=token
                )
                seen += [version.version for version in page]
                token = page.token
                if not token:
                    break
            assert seen == wanted, "Versions are ordered as numbers; the pages together hold everything, once."
        default = [(-item.last_updated_timestamp, -int(item.version)) for item in self._search_versions(registry)]
        assert default == sorted(default), "Without an order: last updated first, then the highest number."

    def test_made_up_token_is_refused(self, registry: ModelRegistry) -> None:
        with refused(InvalidInput, "A page token that is not the registry's own is refused"):
            self._search_models(registry, page_token="not a token")
        with refused(InvalidInput, "A page token that is not the registry's own is refused"):
            self._search_versions(registry, page_token="not a token")

    # sharing

    def test_returned_objects_are_copies(self, registry: ModelRegistry) -> None:
        self.versions(registry, 1)
        registry.get_registered_model("model").tags["a"] = "b"
        registry.get_model_version("model", "1").tags["a"] = "b"
        assert registry.get_registered_model("model").tags == {}, "Only the registry's methods change what it keeps."
        assert registry.get_model_version("model", "1").tags == {}

    def test_threads_make_versions(self, registry: ModelRegistry) -> None:
        self.model(registry)
        made = values_of(at_once([partial(self.version, registry) for _ in range(8)]))
        numbers = sorted(int(version.version) for version in made)
        assert numbers == list(range(1, 9)), "Versions that are made at once get a number of their own each."
        assert len(self._search_versions(registry)) == 8

    def test_one_of_several_threads_gets_a_name(self, registry: ModelRegistry) -> None:
        outcomes = at_once([partial(self.model, registry, "wanted") for _ in range(8)])
        assert sum(isinstance(outcome, RegisteredModel) for outcome in outcomes) == 1, "A name is given away once."
        assert sum(isinstance(outcome, AlreadyExists) for outcome in outcomes) == 7, "The others are told so."

    def test_reopened_registry_sees_everything(self, registry: ModelRegistry) -> None:
        self.require("persistent")
        self.versions(registry, 2)
        registry.set_registered_model_alias("model", "champion", "1")
        registry.set_model_version_tags("model", "2", {"a": "b"})
        again = self.reopen(registry)
        assert again.get_registered_model("model") == registry.get_registered_model("model")
        assert again.get_model_version("model", "2") == registry.get_model_version("model", "2")
        self.version(again)
        assert registry.get_model_version("model", "3").version == "3", "Each object sees what the other one wrote."

    def test_closed_registry_opens_again(self, registry: ModelRegistry) -> None:
        self.versions(registry, 1)
        registry.close()
        registry.close()
        assert self.version(registry).version == "2", "A registry that was closed can be used."

    def _search_models(
        self,
        registry: ModelRegistry,
        text: str = "",
        *,
        order_by: Sequence[str] = (),
        max_results: int = 100,
        page_token: str | None = None,
    ) -> Page[RegisteredModel]:
        return registry.search_registered_models(
            RegisteredModelQuery(
                filter=parse_filter(text, REGISTERED_MODELS),
                order_by=parse_order_by(list(order_by), REGISTERED_MODELS),
                max_results=max_results,
                page_token=page_token,
            )
        )

    def _search_versions(
        self,
        registry: ModelRegistry,
        text: str = "",
        *,
        order_by: Sequence[str] = (),
        max_results: int = 10_000,
        page_token: str | None = None,
    ) -> Page[ModelVersion]:
        return registry.search_model_versions(
            ModelVersionQuery(
                filter=parse_filter(text, MODEL_VERSIONS),
                order_by=parse_order_by(list(order_by), MODEL_VERSIONS),
                max_results=max_results,
                page_token=page_token,
            )
        )
