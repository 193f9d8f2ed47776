"""A memory store with PyTorch's autologger switched on as users do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runyard.artifacts.repositories import open_repository
from runyard.autologging import switches
from runyard.entities import Run
from runyard.testing.isolation import isolated, plugins_in_place
from runyard.tracking.client import RunyardClient
from runyard.tracking.requests import LoggedModelQuery, RunQuery
from runyard.tracking.store import TrackingStore
from runyard.tracking.stores import open_store
from runyard.uris import ArtifactPath

URI = "memory://pytorch"


class Recorded:
    """What is in the store."""

    def __init__(self, store: TrackingStore) -> None:
        self.store = store

    def runs(self) -> list[Run]:
        """Return the runs, the latest first."""
        return list(self.store.search_runs(RunQuery(experiment_ids=("0",))))

    def run(self) -> Run:
        """Return the only run."""
        (run,) = self.runs()
        return run

    def history(self, key: str, run: Run | None = None) -> list[tuple[int, float]]:
        """Return the points of a metric of a run, or of the only one: steps and values."""
        found = RunyardClient().get_metric_history((run or self.run()).info.run_id, key)
        return [(point.step, point.value) for point in found]

    def artifacts(self, run: Run) -> dict[str, bytes]:
        """Return the artifacts of a run by path."""
        repository = open_repository(run.info.artifact_uri)
        found = {}
        for info in repository.walk(ArtifactPath()):
            with repository.open(ArtifactPath(info.path)) as stream:
                found[info.path] = stream.read()
        return found

    def models(self) -> list[Any]:
        """Return the logged models, the latest first."""
        return list(self.store.search_logged_models(LoggedModelQuery(experiment_ids=("0",))))


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorded]:
    with isolated(), plugins_in_place("runyard.testing.memory.plugin", "runyard_pytorch.plugin"):
        monkeypatch.setenv("RUNYARD_TRACKING_URI", URI)
        switches.forget()
        try:
            yield Recorded(open_store(URI))
        finally:
            switches.forget()


@pytest.fixture
def autolog(recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return the function that switches on; a fault of ours is raised."""
    import runyard_pytorch

    monkeypatch.setenv("RUNYARD_AUTOLOGGING_TESTING", "true")
    function: Callable[..., None] = runyard_pytorch.autolog
    return function
