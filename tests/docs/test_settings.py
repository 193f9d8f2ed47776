"""The table of settings is complete, and every setting obeys its variables in their order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runyard import config
from runyard.config import Setting
from runyard_http import settings
from runyard_local import settings as local_settings
from runyard_serving import settings as serving_settings
from runyard_serving.image import settings as image_settings

ROOT = Path(__file__).parents[2]
SETTINGS = {
    **config.settings(),
    **config.settings(settings),
    **config.settings(local_settings),
    **config.settings(serving_settings),
    **config.settings(image_settings),
}
ROWS = {
    tuple(re.findall(r"`(\w+)`", variables)): (default.strip(), meaning.strip())
    for variables, default, meaning in re.findall(
        r"^\| ((?:`\w+`(?:<br>)?)+) \|(.*?)\| (.*) \|$",
        (ROOT / "docs/reference/settings.md").read_text("utf-8"),
        re.MULTILINE,
    )
}
SAMPLES: dict[object, tuple[str, object]] = {
    str: ("text", "text"),
    config.positive: ("7", 7),
    config.natural: ("7", 7),
    float: ("2.5", 2.5),
    settings.seconds: ("2.5", 2.5),
    serving_settings.seconds: ("2.5", 2.5),
    serving_settings.config: ('{"a": 1}', {"a": 1}),
    config.boolean: ("yes", True),
    config.names: ("a, b", ("a", "b")),
    config.pattern: ("^s3:", re.compile("^s3:")),
    config.texts: ('{"a": 1}', {"a": "1"}),
}


def test_the_page_has_every_setting_and_no_other() -> None:
    assert set(ROWS) == {setting.variables for setting in SETTINGS.values()}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_has_a_meaning(name: str) -> None:
    assert ROWS[SETTINGS[name].variables][1].endswith(".")


@pytest.mark.parametrize("name", SETTINGS)
def test_the_first_variable_that_is_present_counts(
    name: str, runyard_isolated: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting: Setting[object] = SETTINGS[name]
    assert setting.variables[0] == f"RUNYARD_{name}"
    assert setting.get() == setting.default
    text, value = SAMPLES.get(setting.parse, ("", None))
    assert text, f"a sample for {setting.parse} is missing in this test"
    for variable in reversed(setting.variables):
        monkeypatch.setenv(variable, text)
        assert setting.get() == value
        monkeypatch.setenv(variable, "0")  # what a variable before this one overrides


def test_no_module_of_the_core_reads_a_variable_that_is_not_in_the_table() -> None:
    known = {variable for setting in SETTINGS.values() for variable in setting.variables}
    read = re.compile(r"""(?:environ(?:\.get\(|\.pop\(|\[)|getenv\()\s*["']((?:RUNYARD|MLFLOW)_\w+)""")
    found = {
        (str(path.relative_to(ROOT)), variable)
        for path in ROOT.glob("core/src/**/*.py")
        for variable in read.findall(path.read_text("utf-8"))
    }
    assert {each for each in found if each[1] not in known} == set()
