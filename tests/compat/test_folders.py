"""What one system wrote, both read alike: every field of every object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

Everything = dict[str, Any]


@pytest.fixture(scope="module")
def readings(folder: Path, program: Any) -> dict[str, Everything]:
    return {system: program("read", system, folder) for system in ("runyard", "mlflow")}


@pytest.fixture
def ours(readings: dict[str, Everything]) -> Everything:
    return readings["runyard"]


@pytest.fixture
def theirs(readings: dict[str, Everything]) -> Everything:
    return readings["mlflow"]


@pytest.mark.parametrize("kind", ["experiments", "logged models", "registered models", "versions", "aliases"])
def test_objects_are_the_same(kind: str, ours: Everything, theirs: Everything) -> None:
    assert ours[kind] == theirs[kind]


@pytest.mark.parametrize("kind", ["experiments", "runs", "logged models"])
def test_order_is_the_same(kind: str, ours: Everything, theirs: Everything) -> None:
    assert ours[f"order of {kind}"] == theirs[f"order of {kind}"]


def test_runs_are_the_same(ours: Everything, theirs: Everything) -> None:
    assert ours["runs"].keys() == theirs["runs"].keys()
    for run_id, run in ours["runs"].items():
        for part, value in run.items():
            assert value == theirs["runs"][run_id][part], f"{part} of {run['run']['info']['run_name']}"


def test_everything_was_written(ours: Everything) -> None:
    # Otherwise the tests above might compare nothing with nothing.
    runs = {run["run"]["info"]["run_name"]: run for run in ours["runs"].values()}
    assert len(ours["runs"]) == 74
    assert {experiment["lifecycle_stage"] for experiment in ours["experiments"].values()} == {"active", "deleted"}
    assert {run["run"]["info"]["status"] for run in runs.values()} == {
        "RUNNING",
        "SCHEDULED",
        "FINISHED",
        "FAILED",
        "KILLED",
    }
    whole = runs["everything, renamed"]
    data = whole["run"]["data"]
    assert data["params"]["lines"] == "first\nsecond\r\n\tthird\n"
    assert data["params"]["größe"] == "größer, 更大, 🦉"
    assert len(data["params"]["long"]) == 6000
    assert data["tags"]["мова"] == "українська"
    assert [data["metrics"][key] for key in ("nan", "inf", "-inf", "unordered", "plain")] == [
        "nan",
        "inf",
        "-inf",
        "-1.0",
        "0.75",
    ]
    assert len(whole["history"]["steps"]) == 500
    assert len(whole["run"]["inputs"]["dataset_inputs"]) == 3
    assert sum(1 for item in whole["artifacts"] if isinstance(item, list)) == 7
    assert runs["deleted"]["run"]["info"]["lifecycle_stage"] == "deleted"
    child, parent = runs["child 0"]["run"], runs["parent"]["run"]
    assert child["data"]["tags"]["mlflow.parentRunId"] == parent["info"]["run_id"]
    assert parent["data"]["tags"]["mlflow.note.content"] == "what it is"
    models = {model["name"]: model for model in ours["logged models"].values()}
    assert {name: model["status"] for name, model in models.items()} == {
        "forest": "READY",
        "failed one": "FAILED",
        "pending one": "PENDING",
    }
    assert len(models["forest"]["metrics"]) == 2
    stages = {f"{version['name']}/{version['version']}": version["current_stage"] for version in ours["versions"]}
    assert stages == {
        "after/1": "None",
        "forest/1": "Archived",
        "forest/2": "Production",
        "forest/3": "Staging",
        "forest/5": "None",
    }
    assert ours["aliases"] == {"forest@champion": "2", "forest@challenger": "3", "forest@moved": "3"}
