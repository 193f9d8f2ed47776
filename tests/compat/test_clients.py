"""Official clients get the same from our server as from their own, and our client the same from theirs as they do."""

from __future__ import annotations

from typing import Any

import pytest

Report = dict[str, Any]

CLIENTS = ("mlflow", "mlflow-skinny", "mlflow-old", "runyard")

PLACES = ("../up", "/absolute", "a/../../b")

# Methods of our client only.
OURS_ALONE = ("get_metric_series", "list_experiments", "list_registered_models", "list_run_infos", "writable_artifacts")
USES = [*((client, "proxied") for client in CLIENTS), ("mlflow", "direct"), ("mlflow-old", "direct")]

# What clients are told differently by our server, and why.
DIFFERENT = {
    "artifacts.trees: all": "an empty file has a size",
    "logged_models.one: finished": "of a metric, a logged model has the last point of each run and dataset",
    "logged_models.one: metrics": "of a metric, a logged model has the last point of each run and dataset",
    "logged_models.search: filter status = 'READY'": "a status is found by its name",
    "recording.infinities: latest": "infinities are kept",
    "registry.aliases: model": "a version has its aliases wherever it is read",
    "searches.runs: filter tags.a = 1": "a number is taken for its text",
}

# What our client does differently besides.
RENAMED = "a name that the reference system's server would change is refused"
PERCENT = {f"artifacts.percent_in_a_name: {label}": RENAMED for label in ("logged", "all")}

# What our client tells differently of the same server, and why.
SAYS_WHY = "a refusal has the code that says why"
DIFFERENT_CLIENT = {
    **PERCENT,
    "artifacts.refusals: download above": SAYS_WHY,
    "artifacts.refusals: file that is not there": SAYS_WHY,
    **{f"artifacts.refusals: {what} at {place}": SAYS_WHY for what in ("put", "text") for place in PLACES},
    "artifacts.trees: all": "an empty file has a size",
    "fluent.failures_and_resumption: deleted": SAYS_WHY,
    "logged_models.refusals: tag unknown": SAYS_WHY,
    "recording.refusals: text as value": SAYS_WHY,
    "runs.refusals: strange path": SAYS_WHY,
    "versions.copies: unknown": SAYS_WHY,
}


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
@pytest.mark.parametrize(("client", "artifacts"), USES)
def test_client_works_with_the_reference(report: Any, client: str, artifacts: str) -> None:
    failed = report(client, "mlflow", artifacts)["failed"]
    assert not failed, "\n".join(failed.values())


@pytest.mark.slow
@pytest.mark.parametrize(("client", "artifacts"), USES)
def test_client_works_with_ours(report: Any, client: str, artifacts: str) -> None:
    failed = report(client, "runyard", artifacts)["failed"]
    assert not failed, "\n".join(failed.values())


@pytest.mark.slow
@pytest.mark.parametrize(("client", "artifacts"), USES)
def test_servers_answer_alike(report: Any, client: str, artifacts: str) -> None:
    found = differences(report(client, "mlflow", artifacts), report(client, "runyard", artifacts))
    left = unexpected(found, DIFFERENT | PERCENT if client == "runyard" else DIFFERENT)
    assert not left, left
    if (client, artifacts) == ("mlflow", "proxied"):
        assert sorted(DIFFERENT.keys() - found.keys()) == []


@pytest.mark.slow
def test_our_client_tells_the_same(report: Any) -> None:
    found = differences(report("mlflow", "mlflow"), report("runyard", "mlflow"))
    left = unexpected(found, DIFFERENT_CLIENT)
    assert not left, left
    assert sorted(DIFFERENT_CLIENT.keys() - found.keys()) == []


@pytest.mark.slow
def test_our_client_uses_every_method(report: Any) -> None:
    used = report("runyard", "mlflow")
    assert sorted({*used["methods"]} - {*used["called"]} - {*OURS_ALONE}) == []


@pytest.mark.slow
def test_what_is_not_for_tracking_is_refused_at_once(report: Any) -> None:
    answers = report("mlflow", "runyard")["seen"]["others.refused"]
    failed = {name: answer for name, answer in answers.items() if "INTERNAL" in answer or "BAD_REQUEST" in answer}
    assert failed == {}
