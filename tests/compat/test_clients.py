"""Official clients get the same from our server as from their own, and our client the same from theirs as they do."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

Report = dict[str, Any]

CLIENTS = ("mlflow", "mlflow-skinny", "mlflow-old", "runyard")

# What our server answers differently, and why: "step: what was looked at".
DIFFERENT: dict[str, str] = {}

# What our client does differently with a stock server, and why.
DIFFERENT_CLIENT: dict[str, str] = {}


@pytest.fixture(scope="session")
def report(
    program: Any, server: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str, str], Report]:
    """Return a function that has a client use a server, once, and returns what it has seen."""

    @cache
    def use(client: str, system: str, artifacts: str = "proxied") -> Report:
        folder: Path = tmp_path_factory.mktemp("use")
        package = "runyard" if client == "runyard" else "mlflow"
        address = server(system, artifacts)
        found: Report = program("use", package, folder, address, client, installation=client)
        return found

    return use


def differences(one: Report, other: Report) -> dict[str, str]:
    """Return what two reports have in common but tell differently."""
    found = {}
    for step in one["seen"].keys() & other["seen"].keys() - {"others.refused"}:
        seen, also = one["seen"][step], other["seen"][step]
        for label in seen.keys() | also.keys():
            if seen.get(label, "nothing") != also.get(label, "nothing"):
                found[f"{step}: {label}"] = f"{seen.get(label, 'nothing')}\n  but {also.get(label, 'nothing')}"
    return found


def unexpected(found: dict[str, str], expected: dict[str, str]) -> str:
    return "\n".join(f"{place}:\n      {values}" for place, values in sorted(found.items()) if place not in expected)


@pytest.mark.slow
def test_every_method_is_used(report: Any) -> None:
    used = report("mlflow", "mlflow")
    refused = {*used["seen"]["others.refused"], *used["in memory"]}
    assert [name for name in used["methods"] if name not in used["called"] and name not in refused] == []
    assert used["left out"] == []
    assert len(used["called"]) > 80


@pytest.mark.slow
@pytest.mark.parametrize("client", CLIENTS)
def test_client_works_with_the_reference(report: Any, client: str) -> None:
    assert report(client, "mlflow")["failed"] == {}


@pytest.mark.slow
@pytest.mark.parametrize("client", CLIENTS)
def test_client_works_with_ours(report: Any, client: str) -> None:
    assert report(client, "runyard")["failed"] == {}


@pytest.mark.slow
@pytest.mark.parametrize("client", CLIENTS)
def test_both_servers_answer_alike(report: Any, client: str) -> None:
    found = differences(report(client, "mlflow"), report(client, "runyard"))
    assert unexpected(found, DIFFERENT) == ""


@pytest.mark.slow
def test_differences_of_servers_are_real(report: Any) -> None:
    found = differences(report("mlflow", "mlflow"), report("mlflow", "runyard"))
    assert sorted(DIFFERENT.keys() - found.keys()) == []
