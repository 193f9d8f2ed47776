"""Python models that one system saved, the other loads: classes, functions, scripts, hints and loader modules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pandas")
pytest.importorskip("pydantic", reason="type hints name its models")

ANSWERS = {
    "class": [["4.0onetwo"], ["7.0onetwo"], "an error"],
    "hinted": [["Message b"], "an error", ["Message c"], "an error"],
    "closure": [[4.5], "an error", [6.0]],
    "importing": [[True, True]],
    "streaming": [[0, 1, 2]],
    "formed": [["list", 1], ["list", 2], "an error"],
    "code": [[5.0], "an error"],
    "loader": [["one", "one"]],
    "gzip": [[4.0]],
}


@pytest.fixture(scope="module", params=["runyard", "mlflow"], ids=lambda writer: f"written-by-{writer}")
def readings(request: pytest.FixtureRequest, program: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each system reads of the models that one of them saved."""
    folder: Path = tmp_path_factory.mktemp("python models") / "saved"
    program("write_code_and_hints", request.param, folder)
    return {system: program("read_code_and_hints", system, folder) for system in ("runyard", "mlflow")}


@pytest.mark.parametrize("system", ["runyard", "mlflow"])
@pytest.mark.parametrize("name", ANSWERS)
def test_answers(readings: dict[str, Any], name: str, system: str) -> None:
    assert readings[system][name]["answers"] == ANSWERS[name]


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("part", ["signature", "flags", "section", "config", "example"])
def test_both_read_the_same(readings: dict[str, Any], name: str, part: str) -> None:
    assert readings["runyard"][name][part] == readings["mlflow"][name][part]


@pytest.mark.parametrize("system", ["runyard", "mlflow"])
def test_predictions_in_parts(readings: dict[str, Any], system: str) -> None:
    assert readings[system]["streaming"]["parts"] == [0, 1, 2]


def test_signatures_are_those_of_the_hints(readings: dict[str, Any]) -> None:
    read = readings["runyard"]
    assert read["closure"]["signature"]["inputs"] == '[{"type": "double", "required": true}]'
    assert read["hinted"]["flags"] == ["is_signature_from_type_hint: true", "type_hint_from_example: false"]
    assert read["formed"]["flags"] == ["is_signature_from_type_hint: false", "type_hint_from_example: true"]
    assert read["code"]["config"] == {"by": 2.5}
