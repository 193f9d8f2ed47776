from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from runyard.cli.diagnosis import masked
from runyard.testing.memory.store import MemoryTrackingStore

Runyard = Callable[..., Any]


def test_a_sound_installation_has_no_problems(runyard: Runyard) -> None:
    shown = runyard("doctor")
    assert (shown.code, shown.err) == (0, "")
    fields = dict(shown.lines)
    assert fields["tracking"].startswith("memory://test (from RUNYARD_TRACKING_URI), answers in ")
    assert fields["registry"].startswith("memory://test (from the tracking address), answers in ")
    assert fields["RUNYARD_TRACKING_URI"] == "memory://test"


def test_json_is_one_document_also_when_something_is_wrong(runyard: Runyard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNYARD_TRACKING_URI", "sqlite:///runs.db")
    shown = runyard("doctor", "--json")
    assert shown.code == 1
    document = json.loads(shown.out)
    assert document["tracking"]["answers"] is False
    assert document["problems"][0]["remedy"] == "pip install runyard-sql"


def test_a_missing_plugin_is_named_with_its_install_command(runyard: Runyard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNYARD_TRACKING_URI", "http://user:hunter2@localhost:5000")
    shown = runyard("doctor")
    assert shown.code == 1
    assert "Mend it: pip install runyard-http" in shown.err
    assert "hunter2" not in shown.out + shown.err


def test_settings_that_do_not_parse_or_do_not_exist_are_problems(
    runyard: Runyard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNYARD_TRANSFER_WORKERS", "many")
    monkeypatch.setenv("RUNYARD_TRACKING_URL", "memory://other")
    monkeypatch.setenv("RUNYARD_SERVER_SOMETHING", "of a plugin")
    shown = runyard("doctor")
    assert shown.code == 1
    assert "RUNYARD_TRANSFER_WORKERS='many' is not valid" in shown.err
    assert "There is no setting RUNYARD_TRACKING_URL. Did you mean 'RUNYARD_TRACKING_URI'?" in shown.err
    assert "RUNYARD_SERVER_SOMETHING" not in shown.err


def test_a_store_that_hangs_is_given_up(runyard: Runyard, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def hang(*_: object) -> None:
        release.wait()

    monkeypatch.setattr(MemoryTrackingStore, "search_experiments", hang)
    try:
        shown = runyard("doctor", "--timeout", "0.05")
    finally:
        release.set()
    assert shown.code == 1
    assert "No answer within 0.05 s." in shown.err


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("MLFLOW_TRACKING_TOKEN", "abc", "***"),
        ("MLFLOW_TRACKING_PASSWORD", "abc", "***"),
        ("MLFLOW_FLASK_SERVER_SECRET_KEY", "abc", "***"),
        ("RUNYARD_TRACKING_URI", "postgresql://me:pw@host/db", "postgresql://me:***@host/db"),
        ("RUNYARD_TRACKING_URI", "mysql://host/db?user=a&password=pw&x=1", "mysql://host/db?user=a&password=***&x=1"),
        ("RUNYARD_MONKEY", "banana", "banana"),
    ],
)
def test_secrets_are_masked(name: str, value: str, shown: str) -> None:
    assert masked(name, value) == shown
