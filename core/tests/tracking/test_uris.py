"""The addresses in force."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import runyard
from runyard.errors import InvalidInput, PluginMissing
from runyard.tracking import uris


@pytest.fixture(autouse=True)
def _no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNYARD_TRACKING_URI")


def test_without_any_setting_runs_go_to_the_working_directory(tmp_path: Path) -> None:
    assert not runyard.is_tracking_uri_set()
    assert runyard.get_tracking_uri() == runyard.get_registry_uri() == (tmp_path / "mlruns").as_uri()


def test_what_is_set_comes_before_the_environment_and_is_exported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "memory://outside")
    assert runyard.is_tracking_uri_set()
    assert runyard.get_tracking_uri() == "memory://outside"
    runyard.set_tracking_uri("memory://inside")
    assert runyard.get_tracking_uri() == runyard.get_registry_uri() == "memory://inside"
    assert os.environ["RUNYARD_TRACKING_URI"] == os.environ["MLFLOW_TRACKING_URI"] == "memory://inside"
    assert uris.tracking_store().uri.text == "memory://inside"


def test_our_variable_comes_before_that_of_the_reference_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "memory://theirs")
    monkeypatch.setenv("RUNYARD_TRACKING_URI", "memory://ours")
    assert runyard.get_tracking_uri() == "memory://ours"


def test_a_variable_that_is_changed_afterwards_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    runyard.set_tracking_uri("memory://inside")
    monkeypatch.setenv("RUNYARD_TRACKING_URI", "memory://later")
    assert uris.tracking_store().uri.text == "memory://later"


def test_a_path_becomes_absolute_when_it_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "below").mkdir()
    runyard.set_tracking_uri("runs here")
    monkeypatch.chdir(tmp_path / "below")
    assert runyard.get_tracking_uri() == str(tmp_path / "runs here")
    runyard.set_tracking_uri(Path("runs here"))
    assert runyard.get_tracking_uri() == (tmp_path / "below" / "runs here").as_uri()


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_setting_is_taken_back(nothing: str | None) -> None:
    runyard.set_tracking_uri("memory://inside")
    runyard.set_tracking_uri(nothing)
    assert not runyard.is_tracking_uri_set()
    assert "MLFLOW_TRACKING_URI" not in os.environ


def test_the_registry_has_an_address_of_its_own() -> None:
    runyard.set_tracking_uri("memory://runs")
    runyard.set_registry_uri("memory://models")
    assert (runyard.get_tracking_uri(), runyard.get_registry_uri()) == ("memory://runs", "memory://models")
    assert uris.model_registry().uri.text == "memory://models"
    runyard.set_registry_uri(None)
    assert uris.model_registry().uri.text == "memory://runs"


@pytest.mark.parametrize("bad", ["a\nb", "file://host/share", "\x00"])
def test_what_is_no_address_is_refused_and_nothing_changes(bad: str) -> None:
    runyard.set_tracking_uri("memory://before")
    with pytest.raises(InvalidInput):
        runyard.set_tracking_uri(bad)
    assert runyard.get_tracking_uri() == "memory://before"


def test_an_address_that_nobody_answers_for_names_the_command() -> None:
    runyard.set_tracking_uri("http://host")
    with pytest.raises(PluginMissing, match="pip install runyard-http"):
        runyard.start_run()
    assert runyard.active_run() is None


def test_logging_without_any_plugin_says_what_to_install() -> None:
    with pytest.raises(PluginMissing, match="pip install runyard-file"):
        runyard.log_metric("loss", 1)
