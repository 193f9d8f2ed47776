"""Observed calls: once, with the same result, whatever the observer does."""

from __future__ import annotations

import logging
import threading
from types import ModuleType
from typing import Any

import pytest

from runyard.autologging.session import paused
from runyard.entities import Run
from runyard.testing.memory import faults
from runyard.tracking.fluent.runs import active_run, start_run
from runyard.tracking.requests import RunQuery
from runyard.tracking.store import TrackingStore


def runs(store: TrackingStore) -> list[Run]:
    return list(store.search_runs(RunQuery(experiment_ids=("0",))))


def on(autologger: Any, **options: Any) -> None:
    autologger.instrument(autologger.Options(**options))


def test_training_is_logged(store: TrackingStore, library: ModuleType, autologger: Any) -> None:
    on(autologger, extra_tags={"team": "a"})
    model = library.Model().fit(3)
    assert model.x == 3
    (run,) = runs(store)
    assert run.info.status == "FINISHED"
    assert run.data.params == {"x": "3"}
    assert run.data.metrics == {"x": 3.0}
    assert run.data.tags["mlflow.autologging"] == "line"
    assert run.data.tags["team"] == "a"
    assert active_run() is None


@pytest.mark.parametrize("where", ["before", "after", "part"])
def test_fault_is_reported_and_goes_no_further(
    store: TrackingStore, library: ModuleType, autologger: Any, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    autologger.faults = (where,)
    on(autologger)
    with caplog.at_level(logging.WARNING, logger="runyard"):
        assert library.Model().fit(3).x == 3
    assert library.Model.calls == 1
    assert "Autologging of line: " in caplog.text
    assert f"RuntimeError: fault {where}" in caplog.text
    (run,) = runs(store)
    assert run.info.status == "FINISHED"
    assert bool(run.data.metrics) == (where == "part")


@pytest.mark.parametrize("method", ["create_run", "log_batch", "update_run"])
def test_store_that_fails(
    store: TrackingStore, library: ModuleType, autologger: Any, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    on(autologger)
    with faults(method), caplog.at_level(logging.WARNING, logger="runyard"):
        assert library.Model().fit(3).x == 3
    assert library.Model.calls == 1
    assert f"{method} fails on purpose" in caplog.text
    assert active_run() is None


@pytest.mark.parametrize("uri", ["nowhere://x", "http://\x00", ""])
def test_address_that_is_not_valid(
    store: TrackingStore, library: ModuleType, autologger: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, uri: str
) -> None:
    monkeypatch.chdir(tmp_path)
    on(autologger, silent=True)
    if "\x00" in uri:
        from runyard.tracking import uris

        monkeypatch.setattr(uris._tracking, "get", lambda: uri)
    else:
        monkeypatch.setenv("RUNYARD_TRACKING_URI", uri)
    assert library.Model().fit(3).x == 3
    assert library.Model.calls == 1


@pytest.mark.parametrize("fault", [(), ("failed",), ("before",)])
def test_training_that_fails(
    store: TrackingStore, library: ModuleType, autologger: Any, fault: tuple[str, ...]
) -> None:
    autologger.faults = fault
    on(autologger, silent=True)
    with pytest.raises(ValueError, match="the library refuses") as caught:
        library.Model().fit(3, fail=True)
    assert library.Model.calls == 1
    (run,) = runs(store)
    assert run.info.status == "FAILED"
    assert autologger.seen == ([] if fault == ("before",) else [caught.value])


def test_interrupt_fails_the_run(store: TrackingStore, library: ModuleType, autologger: Any) -> None:
    def interrupted(_self: object, _x: int) -> None:
        raise KeyboardInterrupt

    library.Model.fit = interrupted
    on(autologger)
    with pytest.raises(KeyboardInterrupt):
        library.Model().fit(3)
    (run,) = runs(store)
    assert run.info.status == "FAILED"


def test_faults_are_raised_in_tests(
    store: TrackingStore, library: ModuleType, autologger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_AUTOLOGGING_TESTING", "true")
    autologger.faults = ("after",)
    on(autologger)
    with pytest.raises(RuntimeError, match="fault after"):
        library.Model().fit(3)
    assert library.Model.calls == 1
    (run,) = runs(store)
    assert run.info.status == "FAILED"


def test_active_run_is_used(store: TrackingStore, library: ModuleType, autologger: Any) -> None:
    on(autologger)
    with start_run() as mine:
        library.Model().fit(3)
        assert active_run() is mine
    (run,) = runs(store)
    assert run.data.params == {"x": "3"}
    assert "mlflow.autologging" not in run.data.tags


def test_exclusive(store: TrackingStore, library: ModuleType, autologger: Any) -> None:
    on(autologger, exclusive=True)
    with start_run():
        library.Model().fit(3)
    (run,) = runs(store)
    assert run.data.params == {}
    library.Model().fit(4)
    assert {tuple(run.data.params.items()) for run in runs(store)} == {(), (("x", "4"),)}


def test_run_that_the_training_left_open_does_not_stay(
    store: TrackingStore, library: ModuleType, autologger: Any
) -> None:
    original = library.Model.fit

    def fit(self: Any, x: int) -> Any:
        start_run(nested=True)
        return original(self, x)

    library.Model.fit = fit
    on(autologger)
    library.Model().fit(3)
    assert active_run() is None
    assert {run.info.status for run in runs(store)} == {"FINISHED"}


def test_inner_trainings_are_part_of_the_outer(store: TrackingStore, library: ModuleType, autologger: Any) -> None:
    original = library.Model.fit

    def fit(self: Any, x: int) -> Any:
        if x:
            type(self)().fit(0)
            self.predict(1)
        return original(self, x)

    library.Model.fit = fit
    on(autologger)
    library.Model().fit(3)
    (run,) = runs(store)
    assert run.data.params == {"x": "3"}
    assert autologger.seen == []


def test_calls_of_the_library_itself_are_not_observed(
    store: TrackingStore, library: ModuleType, autologger: Any
) -> None:
    vars(library)["__name__"] = "line_library.inner"
    on(autologger)
    thread = threading.Thread(target=library.train, args=(3,))
    thread.start()
    thread.join()
    library.train(3)
    assert runs(store) == []


def test_pause(store: TrackingStore, library: ModuleType, autologger: Any) -> None:
    on(autologger)
    with paused():
        library.Model().fit(3)
    assert runs(store) == []
    library.Model().fit(3)
    assert len(runs(store)) == 1


def test_watched_calls(store: TrackingStore, library: ModuleType, autologger: Any) -> None:
    on(autologger)
    name = "caller"
    assert library.Model().predict(1) == 2
    assert autologger.seen == [(2, name)]
    autologger.faults = ("predict",)
    assert library.Model().predict(1) == 2
    assert len(autologger.seen) == 1
    assert runs(store) == []


def test_threads_have_runs_of_their_own(store: TrackingStore, library: ModuleType, autologger: Any) -> None:
    on(autologger)
    threads = [threading.Thread(target=library.Model().fit, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = runs(store)
    assert sorted(run.data.params["x"] for run in found) == [str(number) for number in range(6)]
    assert {run.info.status for run in found} == {"FINISHED"}


def test_child_of_a_session(store: TrackingStore, library: ModuleType, autologger: Any) -> None:
    from runyard.autologging.session import session

    on(autologger)
    with session(autologger) as current:
        assert current is not None
        with current.child({"row": "1"}) as child:
            child.record(metrics={"m": 1})
        with pytest.raises(RuntimeError), current.child({"row": "2"}):
            raise RuntimeError
    found = {run.data.tags.get("row"): run for run in runs(store)}
    assert found["1"].info.status == "FINISHED"
    assert found["1"].info.start_time == found[None].info.start_time
    assert found["1"].data.tags["mlflow.parentRunId"] == found[None].info.run_id
    assert found["1"].data.tags["mlflow.autologging"] == "line"
    assert found["2"].info.status == "FAILED"
