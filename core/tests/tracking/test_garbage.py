from __future__ import annotations

from collections.abc import Callable

import pytest

from runyard.artifacts.repositories import open_repository
from runyard.entities import TrashKind
from runyard.errors import InvalidState, NotFound, StorageFailure
from runyard.testing.memory import MemoryArtifactRepository, MemoryTrackingStore, faults
from runyard.tracking.client import RunyardClient
from runyard.tracking.garbage import Collector, Outcome, Selection
from runyard.tracking.uris import model_registry, tracking_store
from runyard.uris import ArtifactPath, ArtifactURI


@pytest.fixture
def collector() -> Collector:
    return Collector(tracking_store(), model_registry())


def new_run(client: RunyardClient, experiment_id: str = "0", text: str = "four") -> str:
    run_id = client.create_run(experiment_id).info.run_id
    client.log_text(run_id, text, "notes/a.txt")
    return run_id


def new_model(client: RunyardClient, experiment_id: str = "0") -> str:
    model_id: str = client.create_logged_model(experiment_id, name="net").model_id
    return model_id


def collect(collector: Collector, dry_run: bool = False, **selection: object) -> list[Outcome]:
    items = collector.select(Selection(**selection))  # type: ignore[arg-type]
    return list(collector.collect(items, dry_run=dry_run))


def gone(outcomes: list[Outcome]) -> list[str]:
    return [outcome.item.id for outcome in outcomes if outcome.kept is None]


def trash() -> set[str]:
    return {item.id for item in Collector(tracking_store()).select(Selection())}


def files() -> int:
    """Return how many artifacts there are."""
    location = ArtifactURI.parse(tracking_store().get_experiment("0").artifact_location)
    root = ArtifactURI(location.scheme, location.authority, "")
    return len([*open_repository(root).walk(ArtifactPath())])


def test_everything_goes_with_its_artifacts(client: RunyardClient, collector: Collector) -> None:
    experiment_id = client.create_experiment("old")
    inside, outside, kept = new_run(client, experiment_id), new_run(client), new_run(client)
    models = {new_model(client, experiment_id), new_model(client)}
    for model_id in models:
        client.delete_logged_model(model_id)
    client.delete_run(outside)
    client.delete_experiment(experiment_id)
    outcomes = collect(collector)
    assert {outcome.item.id for outcome in outcomes} == {inside, outside, *models, experiment_id} == set(gone(outcomes))
    assert gone(outcomes)[-1] == experiment_id
    assert sum(outcome.size for outcome in outcomes) == 8
    assert trash() == set()
    assert client.get_run(kept).info.lifecycle_stage == "active"
    assert files() == 1
    assert client.create_experiment("old") != experiment_id
    assert collect(collector) == []


def test_a_dry_run_tells_the_same_and_removes_nothing(client: RunyardClient, collector: Collector) -> None:
    experiment_id = client.create_experiment("old")
    new_run(client, experiment_id, "12345678")
    client.delete_experiment(experiment_id)
    told = collect(collector, dry_run=True)
    assert [(outcome.item.kind, outcome.size) for outcome in told] == [(TrashKind.RUN, 8), (TrashKind.EXPERIMENT, 0)]
    assert files() == 1
    assert collect(collector) == told


def test_only_what_was_deleted_before_a_time(
    client: RunyardClient, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(1000, 100_000, 1000))
    monkeypatch.setattr("runyard.testing.memory.runs.now", lambda: next(clock))
    early, late = new_run(client), new_run(client)
    client.delete_run(early)
    client.delete_run(late)
    assert gone(collect(collector, deleted_before=2000)) == [early]
    assert trash() == {late}


def test_an_experiment_stays_with_what_is_too_new(
    client: RunyardClient, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment_id = client.create_experiment("old")
    old, new = new_run(client, experiment_id), new_run(client, experiment_id)
    clock = iter((500, 9000))
    monkeypatch.setattr("runyard.testing.memory.runs.now", lambda: next(clock))
    client.delete_run(old)
    client.delete_run(new)
    monkeypatch.setattr("runyard.testing.memory.store.now", lambda: 1000)
    client.delete_experiment(experiment_id)
    for dry_run in (True, False):
        outcomes = collect(collector, dry_run, deleted_before=2000)
        assert gone(outcomes) == [old]
        (kept,) = (outcome for outcome in outcomes if outcome.kept)
        assert (kept.item.id, kept.failed) == (experiment_id, False)
        assert "1 of its runs" in str(kept.kept)
    assert trash() == {new, experiment_id}


def test_what_is_named_goes_and_nothing_else(client: RunyardClient, collector: Collector) -> None:
    experiments = [client.create_experiment(name) for name in "ab"]
    inside = [new_run(client, experiment_id) for experiment_id in experiments]
    runs, models = [new_run(client) for _ in range(2)], [new_model(client) for _ in range(2)]
    for run_id in runs:
        client.delete_run(run_id)
    for model_id in models:
        client.delete_logged_model(model_id)
    for experiment_id in experiments:
        client.delete_experiment(experiment_id)
    assert gone(collect(collector, run_ids=(runs[0],))) == [runs[0]]
    assert gone(collect(collector, logged_model_ids=(models[0],))) == [models[0]]
    assert gone(collect(collector, experiment_ids=(experiments[0],))) == [inside[0], experiments[0]]
    outcomes = collect(collector, run_ids=(runs[1],), experiment_ids=(experiments[1],))
    assert set(gone(outcomes)) == {runs[1], inside[1], experiments[1]}
    assert trash() == {models[1]}


@pytest.mark.parametrize("kind", ["run_ids", "logged_model_ids", "experiment_ids"])
def test_what_is_named_has_to_be_in_the_trash(client: RunyardClient, collector: Collector, kind: str) -> None:
    active = {"run_ids": new_run(client), "logged_model_ids": new_model(client), "experiment_ids": "0"}[kind]
    client.delete_run(new_run(client))
    with pytest.raises(InvalidState, match=f"'{active}' is not in the trash"):
        collect(collector, **{kind: (active,)})
    with pytest.raises(NotFound, match="'absent'"):
        collect(collector, **{kind: ("absent",)})
    assert len(trash()) == 1


def test_what_is_named_has_to_be_old_enough(client: RunyardClient, collector: Collector) -> None:
    run_id = new_run(client)
    client.delete_run(run_id)
    with pytest.raises(InvalidState, match="not been in the trash for so long"):
        collect(collector, run_ids=(run_id,), deleted_before=1)


@pytest.mark.parametrize("by", ["run", "source"])
def test_what_a_model_version_stands_on_is_kept(client: RunyardClient, collector: Collector, by: str) -> None:
    experiment_id = client.create_experiment("old")
    used, free = new_run(client, experiment_id), new_run(client, experiment_id)
    client.create_registered_model("wine")
    location = client.get_run(used).info.artifact_uri
    client.create_model_version("wine", *(("memory://x", used) if by == "run" else (f"{location}/notes", None)))
    client.delete_experiment(experiment_id)
    for dry_run in (True, False):
        outcomes = collect(collector, dry_run)
        assert gone(outcomes) == [free]
        kept = {outcome.item.id: outcome for outcome in outcomes if outcome.kept}
        assert set(kept) == {used, experiment_id}
        assert "models:/wine/1" in str(kept[used].kept)
        assert not any(outcome.failed for outcome in outcomes)
    assert files() == 1
    forced = Collector(tracking_store(), None)
    assert gone(collect(forced)) == [used, experiment_id]
    assert files() == 0


def test_a_logged_model_that_is_registered_is_kept(client: RunyardClient, collector: Collector) -> None:
    model_id = new_model(client)
    client.create_registered_model("wine")
    client.create_model_version("wine", f"models:/{model_id}")
    client.delete_logged_model(model_id)
    assert gone(collect(collector)) == []


@pytest.mark.parametrize("method", ["delete", "list", "purge_run"])
def test_what_fails_is_kept_and_the_others_go_on(
    client: RunyardClient, collector: Collector, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment_id = client.create_experiment("old")
    bad, good = new_run(client, experiment_id), new_run(client, experiment_id)
    client.delete_experiment(experiment_id)
    owner = MemoryTrackingStore if method == "purge_run" else MemoryArtifactRepository
    working: Callable[..., object] = getattr(owner, method)

    def failing(self: object, what: str) -> object:
        if bad in str(what):
            raise StorageFailure("The disk is on fire.")
        return working(self, what)

    with monkeypatch.context() as patched:
        patched.setattr(owner, method, failing)
        outcomes = collect(collector)
    assert gone(outcomes) == [good]
    reasons = {outcome.item.id: (outcome.kept, outcome.failed) for outcome in outcomes if outcome.kept}
    assert reasons[bad] == ("The disk is on fire.", True)
    assert reasons[experiment_id][1] is False
    assert trash() == {bad, experiment_id}
    assert set(gone(collect(collector))) == {bad, experiment_id}


def test_an_error_that_nobody_foresaw_is_a_failure_too(client: RunyardClient, collector: Collector) -> None:
    run_id = new_run(client)
    client.delete_run(run_id)
    with faults("purge_run"):
        (outcome,) = collect(collector)
    assert outcome.failed
    assert "InjectedFault" in str(outcome.kept)


def test_a_collection_that_is_interrupted_is_finished_by_the_next(client: RunyardClient, collector: Collector) -> None:
    runs = {new_run(client) for _ in range(3)}
    for run_id in runs:
        client.delete_run(run_id)
    outcomes = collector.collect(collector.select(Selection()))
    first = next(outcomes)
    outcomes.close()
    assert set(gone(collect(collector))) == runs - {first.item.id}
    assert files() == 0


def test_what_is_restored_meanwhile_keeps_its_artifacts(client: RunyardClient, collector: Collector) -> None:
    run_id = new_run(client)
    client.delete_run(run_id)
    items = collector.select(Selection())
    client.restore_run(run_id)
    (outcome,) = collector.collect(items)
    assert outcome.failed
    assert "restored" in str(outcome.kept)
    assert files() == 1


def test_what_somebody_else_removed_meanwhile_is_gone(client: RunyardClient, collector: Collector) -> None:
    client.delete_run(new_run(client))
    items = collector.select(Selection())
    collect(collector)
    (outcome,) = collector.collect(items)
    assert outcome.kept is None


def test_artifacts_that_may_be_those_of_others_are_left_alone(client: RunyardClient, collector: Collector) -> None:
    run_id = new_run(client)
    store = tracking_store()
    assert isinstance(store, MemoryTrackingStore)
    store._run(run_id).info.artifact_uri = store.get_experiment("0").artifact_location
    client.delete_run(run_id)
    (outcome,) = collect(collector)
    assert outcome.failed
    assert files() == 1
    assert trash() == {run_id}


def test_a_registry_that_cannot_be_read_stops_everything(client: RunyardClient, collector: Collector) -> None:
    client.delete_run(new_run(client))
    with faults("search_model_versions"), pytest.raises(Exception, match="on purpose"):
        collect(collector)
    assert files() == 1
