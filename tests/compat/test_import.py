"""What MLflow has written into a database answers the same after ``runyard db import``, asked through runyard."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from runyard.cli.main import main

SEARCHES = runpy.run_path(str(Path(__file__).with_name("test_search.py")))["SEARCHES"]
Everything = dict[str, Any]


def alike(answer: Any) -> Any:
    """Return an answer without what is told in other words."""
    if isinstance(answer, str):
        return answer.replace("1.7976931348623157e+308", "inf")  # MLflow's databases have no infinities
    if isinstance(answer, list):
        return sorted(map(alike, answer), key=json.dumps)
    if isinstance(answer, dict):
        return {key: alike(value) for key, value in answer.items()}
    return answer


@pytest.fixture(scope="module")
def address(program: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database that MLflow has written to, and that was imported from."""
    address = f"sqlite:///{tmp_path_factory.mktemp('database')}/mlflow.db"
    program("write", "mlflow", address)
    assert main(["db", "import", address, "--json"]) == 0
    return address


@pytest.fixture(scope="module")
def ours(address: str, program: Any) -> Everything:
    everything: Everything = program("read", "runyard", address)
    return everything


@pytest.fixture(scope="module")
def theirs(address: str, program: Any) -> Everything:
    everything: Everything = program("read", "mlflow", address)
    for model in everything["registered models"].values():
        for version in model["latest_versions"]:
            # MLflow leaves them out here, but not where it answers for the version itself.
            version["aliases"] = [each for each in model["aliases"] if model["aliases"][each] == version["version"]]
    for model in everything["logged models"].values():
        # Older points of a series are kept with the run, not with the model.
        latest = {(each["key"], each["run_id"], each["dataset_name"]): each for each in by_step(model["metrics"])}
        model["metrics"] = [*latest.values()]
    return everything


def by_step(metrics: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(metrics, key=lambda each: (each["step"], each["timestamp"]))


@pytest.mark.parametrize("kind", ["experiments", "runs", "logged models", "registered models", "versions", "aliases"])
def test_objects_are_the_same(kind: str, ours: Everything, theirs: Everything) -> None:
    assert len(theirs[kind]) >= 3
    assert alike(ours[kind]) == alike(theirs[kind])


@pytest.mark.parametrize("kind", ["experiments", "runs", "logged models"])
def test_order_is_the_same(kind: str, ours: Everything, theirs: Everything) -> None:
    assert ours[f"order of {kind}"] == theirs[f"order of {kind}"]


def test_searches(address: str, program: Any) -> None:
    ours, theirs = (program("search", system, address, stdin=SEARCHES) for system in ("runyard", "mlflow"))
    different = [
        (search, our, their)
        for search, our, their in zip(SEARCHES, ours, theirs, strict=True)
        # MLflow's databases find a logged model by what a metric once was, too; its folders, and we, by what it is.
        if our != their and search[1] != "metrics.acc < 0.7"
    ]
    assert different == []
