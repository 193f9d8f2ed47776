"""The contract suite of an autologger."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runyard.autologging.autologger import Autologger, AutologOptions
from runyard.entities import Run
from runyard.registry.registries import open_registry
from runyard.testing.contract import Contract
from runyard.testing.isolation import isolated, plugins_in_place
from runyard.testing.memory import faults
from runyard.tracking.requests import LoggedModelQuery, RunQuery
from runyard.tracking.store import TrackingStore
from runyard.tracking.stores import open_store

ADDRESS = "memory://autolog"
TAG = "mlflow.autologging"
WRITES = ("create_run", "log_batch", "log_inputs", "log_outputs", "create_logged_model", "update_run", "upload_file")


class AutologgerContract(Contract):
    """What every autologger does.

    A suite defines the fixtures `autologger`, `fit` and `watched`, and names the plugins that logging needs.
    """

    plugins: tuple[str, ...] = ()
    """The modules of plugins that logging needs in place, such as the flavor's."""
    logs_models: bool = True
    """It logs the trained model."""
    logs_datasets: bool = True
    """It logs the data set of the training."""

    @pytest.fixture
    def autologger(self) -> Autologger:
        """Return a fresh autologger; to be defined by its suite."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `autologger`")

    @pytest.fixture
    def fit(self) -> Callable[[], Any]:
        """Return a function that trains a small model, the same each time, and returns plain data of the result."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `fit`")

    @pytest.fixture
    def failing_fit(self) -> Callable[[], Any] | None:
        """Return a function that trains with data that the library refuses; `None` if there is no such thing."""
        return None

    @pytest.fixture
    def watched(self) -> list[tuple[Any, str]]:
        """Return the owners and names of what is patched: ``[(LogisticRegression, "fit")]``."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `watched`")

    @pytest.fixture
    def store(self, monkeypatch: pytest.MonkeyPatch, autologger: Autologger) -> Iterator[TrackingStore]:
        """Return the store in force, in memory; afterwards the autologger is off."""
        with isolated(), plugins_in_place("runyard.testing.memory.plugin", *self.plugins):
            monkeypatch.setenv("RUNYARD_TRACKING_URI", ADDRESS)
            try:
                yield open_store(ADDRESS)
            finally:
                autologger.uninstrument()

    def runs(self, store: TrackingStore) -> list[Run]:
        """Return the runs that were made."""
        return store.search_runs(RunQuery(experiment_ids=("0",)))

    def on(self, autologger: Autologger, **options: Any) -> AutologOptions:
        """Switch the autologger on."""
        chosen = autologger.Options(**options)
        autologger.instrument(chosen)
        return chosen

    def test_fresh_autologger_is_off(self, autologger: Autologger) -> None:
        assert autologger.name, "An autologger has a name."
        assert autologger.active is False
        assert issubclass(autologger.Options, AutologOptions)

    # switching

    def test_fit_makes_a_run(self, autologger: Autologger, store: TrackingStore, fit: Callable[[], Any]) -> None:
        self.on(autologger)
        assert autologger.active is True
        fit()
        (run,) = self.runs(store)
        assert run.info.status == "FINISHED", "A run that the autologger made has ended when the training has."
        assert run.data.tags[TAG] == autologger.name, "A run that the autologger made says so in a tag."
        assert run.data.params, "The params of the training are logged."

    def test_each_fit_makes_a_run(self, autologger: Autologger, store: TrackingStore, fit: Callable[[], Any]) -> None:
        self.on(autologger)
        fit()
        fit()
        assert len(self.runs(store)) == 2

    def test_result_is_the_same(self, autologger: Autologger, store: TrackingStore, fit: Callable[[], Any]) -> None:
        before = fit()
        self.on(autologger)
        assert fit() == before, "Training gives the same result with the autologger as without it."
        autologger.uninstrument()
        assert fit() == before

    def test_switching_on_twice_is_switching_on(
        self, autologger: Autologger, store: TrackingStore, fit: Callable[[], Any]
    ) -> None:
        self.on(autologger)
        self.on(autologger)
        fit()
        assert len(self.runs(store)) == 1, "Switching on twice does not log twice."

    def test_switching_off_leaves_the_library_as_it_was(
        self, autologger: Autologger, store: TrackingStore, fit: Callable[[], Any], watched: list[tuple[Any, str]]
    ) -> None:
        before = [_attribute(owner, name) for owner, name in watched]
        for _ in range(2):
            self.on(autologger)
            self.on(autologger)
            autologger.uninstrument()
            autologger.uninstrument()
            after = [_attribute(owner, name) for owner, name in watched]
            assert all(new is old for new, old in zip(after, before, strict=True)), "The library is as it was."
        assert autologger.active is False
        fit()
        assert self.runs(store) == [], "An autologger that is off logs nothing."

    def test_switching_off_what_is_off_does_nothing(self, autologger: Autologger) -> None:
        autologger.uninstrument()
        assert autologger.active is False

    def test_switching_on_patches_what_is_watched(
        self, autologger: Autologger, store: TrackingStore, watched: list[tuple[Any, str]]
    ) -> None:
        before = [_attribute(owner, name) for owner, name in watched]
        self.on(autologger)
        assert any(_attribute(owner, name) is not old for (owner, name), old in zip(watched, before, strict=True))

    def test_on_off_on(self, autologger: Autologger, store: TrackingStore, fit: Callable[[], Any]) -> None:
        self.on(autologger)
        autologger.uninstrument()
        self.on(autologger)
        fit()
        assert len(self.runs(store)) == 1

    def test_new_options_are_in_force(
        self, autologger: Autologger, store: TrackingStore, fit: Callable[[], Any]
    ) -> None:
        self.on(autologger, extra_tags={"round": "1"})
        options = self.on(autologger, extra_tags={"round": "2"})
        assert autologger.options == options
        fit()
        (run,) = self.runs(store)
        assert run.data.tags["round"] == "2", "Switching on again changes the options."

    # options

    def test_disable(self, autologger: Autologger, store: TrackingStore, fit: Callable[[], Any]) -> None:
        self.on(autologger, disable=True)
        fit()
        assert self.runs(store) == [], "With `disable` nothing is logged."

    def test_log_models(self, autologger: Autologger, store: TrackingStore, fit: Callable[[], Any]) -> None:
        self.require("logs_models")
        for log_models, expected in ((False, 0), (True, 1)):
            self.on(autologger, log_models=log_models)
            fit()
            models = store.search_logged_models(LoggedModelQuery(experiment_ids=("0",)))
            assert len(models) == expected, "The model is logged with `log_models`, and only then."
        assert models[0].status == "READY"

    def test_log_datasets(self, autologger: Autologger, store: TrackingStore, fit: Callable[[], Any]) -> None:
        self.require("logs_datasets")
        for log_datasets in (False, True):
            self.on(autologger, log_datasets=log_datasets, extra_tags={"datasets": str(log_datasets)})
            fit()
        found = {run.data.tags["datasets"]: bool(run.inputs.dataset_inputs) for run in self.runs(store)}
        assert found == {"False": False, "True": True}, "Data sets are logged with `log_datasets`, and only then."

    def test_registered_model_name(self, autologger: Autologger, store: TrackingStore, fit: Callable[[], Any]) -> None:
        self.require("logs_models")
        self.on(autologger, registered_model_name="champion")
        fit()
        assert open_registry(ADDRESS).get_model_version("champion", "1").name == "champion"

    # the user's runs

    def test_active_run_is_used_and_left_open(
        self, autologger: Autologger, store: TrackingStore, fit: Callable[[], Any]
    ) -> None:
        from runyard.tracking.fluent.runs import active_run, start_run

        self.on(autologger)
        with start_run() as mine:
            fit()
            current = active_run()
            assert current is not None, "A run that the user has opened stays open."
            assert current.info.run_id == mine.info.run_id
        (run,) = self.runs(store)
        assert run.info.run_id == mine.info.run_id, "A run that the user has opened is the one that is logged into."
        assert run.data.params
        assert TAG not in run.data.tags, "The tag is for runs that the autologger made."

    def test_exclusive_leaves_the_users_run_alone(
        self, autologger: Autologger, store: TrackingStore, fit: Callable[[], Any]
    ) -> None:
        from runyard.tracking.fluent.runs import start_run

        self.on(autologger, exclusive=True)
        with start_run() as mine:
            before = store.get_run(mine.info.run_id)
            fit()
            after = store.get_run(mine.info.run_id)
        assert after.to_dictionary() == before.to_dictionary(), "With `exclusive` nothing goes into the user's run."
        fit()
        assert any(TAG in run.data.tags for run in self.runs(store)), "Without a run of the user's, one is made."

    # failures

    def test_failing_fit_fails_the_same_and_ends_the_run(
        self, autologger: Autologger, store: TrackingStore, failing_fit: Callable[[], Any] | None
    ) -> None:
        if failing_fit is None:
            pytest.skip(f"{type(self).__name__} defines no `failing_fit`")
        with pytest.raises(Exception) as plain:
            failing_fit()
        self.on(autologger)
        with pytest.raises(type(plain.value)) as logged:
            failing_fit()
        assert str(logged.value) == str(plain.value), "The user sees the library's own error."
        assert {run.info.status for run in self.runs(store)} <= {"FAILED"}, "A run whose training failed is FAILED."

    @pytest.mark.parametrize("method", WRITES)
    def test_fault_in_logging_never_reaches_the_user(
        self, autologger: Autologger, store: TrackingStore, fit: Callable[[], Any], method: str
    ) -> None:
        before = fit()
        self.on(autologger)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with faults(method):
                assert fit() == before, f"A fault in {method} does not change the result of the training."
        fit()
        assert any(run.info.status == "FINISHED" for run in self.runs(store)), "After a fault it logs again."

    def test_silent(
        self,
        autologger: Autologger,
        store: TrackingStore,
        fit: Callable[[], Any],
        caplog: pytest.LogCaptureFixture,
        recwarn: pytest.WarningsRecorder,
    ) -> None:
        self.on(autologger, silent=True)
        with caplog.at_level(logging.DEBUG, logger="runyard"), faults("log_batch"):
            fit()
        ours = [record for record in caplog.records if record.name.split(".")[0].startswith("runyard")]
        assert ours == [], "With `silent` nothing is written to the log."
        assert [str(warning.message) for warning in recwarn if "runyard" in str(warning.filename)] == []


def _attribute(owner: Any, name: str) -> object:
    """Return what an owner itself has under a name, without binding it."""
    return vars(owner).get(name)
