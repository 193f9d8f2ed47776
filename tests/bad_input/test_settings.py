"""Settings that hold a text without sense."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import runyard as ry
from runyard.errors import InvalidInput, NotFound, StorageFailure
from runyard.plugins.manager import set_plugins
from runyard.tracking.client import RunyardClient


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("RUNYARD_TRUNCATE_LONG_VALUES", "perhaps"),
        ("MLFLOW_TRUNCATE_LONG_VALUES", "2"),
        ("RUNYARD_ENABLE_ASYNC_LOGGING", "ja"),
    ],
)
def test_a_setting_without_sense_is_named_with_its_variable(
    client: RunyardClient,
    run_id: str,
    files: Callable[[], object],
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    text: str,
) -> None:
    monkeypatch.setenv(variable, text)
    before = files()
    with pytest.raises(InvalidInput, match=f"{variable}='{text}' is not valid: expected true or false"):
        client.log_param(run_id, "long", "x" * 7000)
    assert files() == before


@pytest.mark.parametrize(
    ("variable", "text"),
    [("RUNYARD_TRANSFER_WORKERS", "many"), ("RUNYARD_TRANSFER_WORKERS", "0"), ("RUNYARD_TRANSFER_WORKERS", "-3"),
     ("RUNYARD_TRANSFER_RETRIES", "x"), ("RUNYARD_TRANSFER_RETRIES", "-1"), ("RUNYARD_PROGRESS", "bar"),
     ("RUNYARD_ARTIFACT_LOCATION_MAX_LENGTH", "1e3")],
)  # fmt: skip
def test_a_number_without_sense_is_named_by_what_uses_it_and_by_the_doctor(
    client: RunyardClient, run_id: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, text: str,
    runyard: Callable[..., Any],
) -> None:  # fmt: skip
    monkeypatch.setenv(variable, text)
    done = runyard("doctor")
    assert done.code == 1
    assert variable in done.out + done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("uri", ["", "\n", "a\x00b", "file://host/path", "http//host", "C:\\runs"])
def test_an_address_without_sense_is_refused_or_a_folder(uri: str) -> None:
    if uri in ("", "http//host", "C:\\runs"):  # nothing is set; a folder, on this system
        ry.set_tracking_uri(uri)
        return
    with pytest.raises(InvalidInput):
        ry.set_tracking_uri(uri)
    assert not ry.is_tracking_uri_set()


def test_an_address_in_the_environment_without_sense_is_named(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runyard", "runs", "list"],
        cwd=root.parent,
        env={**os.environ, "RUNYARD_TRACKING_URI": "file://host/path"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "file://host/path" in done.stderr
    assert [*root.parent.iterdir()] == []


def test_an_experiment_or_run_of_the_environment_that_does_not_exist_is_named(
    monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    monkeypatch.setenv("RUNYARD_EXPERIMENT_ID", "77")
    with pytest.raises(NotFound, match="'77'"):
        ry.start_run()
    monkeypatch.setenv("RUNYARD_EXPERIMENT_ID", "../x")
    with pytest.raises((InvalidInput, NotFound), match=r"'\.\./x'"):
        ry.start_run()
    monkeypatch.delenv("RUNYARD_EXPERIMENT_ID")
    monkeypatch.setenv("RUNYARD_RUN_ID", "abc")
    with pytest.raises(NotFound, match="'abc'"):
        ry.start_run()
    assert ry.active_run() is None
    assert not root.exists()


def test_a_run_context_without_sense_is_reported_and_spares_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RUNYARD_RUN_CONTEXT", "[1, 2")
    with pytest.warns(RuntimeWarning, match=r"RUNYARD_RUN_CONTEXT='\[1, 2' is not valid: expected a JSON object"):
        ry.start_run()
    assert len(ry.search_runs(output_format="list")) == 1
    ry.end_run()


def test_a_working_directory_that_was_removed_is_named(root: Path, runyard: Callable[..., Any]) -> None:
    gone = root.parent / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    with pytest.raises(StorageFailure, match="'mlruns' cannot be told: the current folder was removed"):
        ry.log_metric("m", 1.0)
    for words in (("runs", "list"), ("doctor",)):
        done = runyard(*words)
        assert done.code == 1
        assert "the current folder was removed" in done.err
    os.chdir(root.parent)


def test_the_doctor_says_how_a_blocked_plugin_is_allowed(
    monkeypatch: pytest.MonkeyPatch, runyard: Callable[..., Any]
) -> None:
    for variable, text in (("RUNYARD_PLUGINS", "local"), ("RUNYARD_PLUGINS_BLOCK", "file")):
        monkeypatch.setenv(variable, text)
        set_plugins(None)
        done = runyard("doctor")
        assert done.code == 1
        assert f"Mend it: unset {variable}\n" in done.err
        monkeypatch.delenv(variable)


def test_the_doctor_refuses_a_file_in_the_place_of_the_folder(root: Path, runyard: Callable[..., Any]) -> None:
    root.write_text("notes")
    done = runyard("doctor", "--json")
    assert done.code == 1
    report = json.loads(done.out)
    assert [report[name]["answers"] for name in ("tracking", "registry")] == [False, False]
    assert root.read_text() == "notes"
