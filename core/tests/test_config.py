from __future__ import annotations

import os

import pytest

from runyard import config
from runyard.errors import InvalidInput


@pytest.fixture(autouse=True)
def _no_settings(runyard_isolated: None) -> None: ...


@pytest.mark.parametrize("name", config.settings())
def test_every_setting_is_read_from_its_own_variable_first(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    setting = config.settings()[name]
    assert setting.variables[0] == f"RUNYARD_{name}"
    assert setting.summary.endswith(".")
    assert setting.get() == setting.default
    assert not setting.is_set()
    for variable in reversed(setting.variables):
        text = {bool: "true", int: "7", float: "1.5", dict: '{"a": "b"}'}.get(type(setting.default), f"from {variable}")
        monkeypatch.setenv(variable, text)
        assert setting.is_set()
        assert setting.get() == setting.parse(text)


def test_own_variable_wins_over_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "theirs")
    assert config.TRACKING_URI.get() == "theirs"
    monkeypatch.setenv("RUNYARD_TRACKING_URI", "ours")
    assert config.TRACKING_URI.get() == "ours"
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    monkeypatch.delenv("RUNYARD_TRACKING_URI")
    monkeypatch.setenv("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    assert config.PROGRESS.get() is False


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("RUNYARD_TRUNCATE_LONG_VALUES", "perhaps"),
        ("MLFLOW_TRUNCATE_LONG_VALUES", "2"),
        ("RUNYARD_TRANSFER_WORKERS", "many"),
        ("RUNYARD_REQUIREMENTS_INFERENCE_TIMEOUT", "soon"),
    ],
)
def test_text_that_does_not_parse_names_the_variable(variable: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, text)
    setting = config.settings()[variable.partition("_")[2]]
    with pytest.raises(InvalidInput, match=f"{variable}='{text}' is not valid"):
        setting.get()


@pytest.mark.parametrize(("text", "value"), [("1", True), ("TRUE", True), (" on ", True), ("no", False), ("", False)])
def test_boolean(text: str, value: bool) -> None:
    assert config.boolean(text) is value


@pytest.mark.parametrize(("text", "value"), [("", ()), ("a", ("a",)), (" a, b ,,c", ("a", "b", "c"))])
def test_names(text: str, value: tuple[str, ...]) -> None:
    assert config.names(text) == value


def test_no_plugins_is_not_the_same_as_nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert config.PLUGINS.get() is None
    monkeypatch.setenv("RUNYARD_PLUGINS", "")
    assert config.PLUGINS.get() == ()


def test_what_is_exported_reaches_child_processes_and_can_be_taken_back() -> None:
    config.RUN_ID.export("abc")
    assert {name: os.environ.get(name) for name in config.RUN_ID.variables} == dict.fromkeys(
        config.RUN_ID.variables, "abc"
    )
    config.RUN_ID.unset()
    assert not config.RUN_ID.is_set()
