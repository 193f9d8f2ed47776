from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from runyard.tracking.client import RunyardClient

Runyard = Callable[..., Any]


@pytest.mark.parametrize("words", [("demo",), ("-n", "demo")])
def test_create_prints_the_id(runyard: Runyard, client: RunyardClient, words: tuple[str, ...]) -> None:
    shown = runyard("experiments", "create", *words, "-l", "memory://files", "-t", "team=blue")
    experiment = client.get_experiment_by_name("demo")
    assert experiment is not None
    assert shown.out == f"Created experiment 'demo' with id {experiment.experiment_id}\n"
    assert (experiment.artifact_location, experiment.tags) == ("memory://files", {"team": "blue"})


def test_create_without_a_name_is_wrong_usage(runyard: Runyard) -> None:
    shown = runyard("experiments", "create")
    assert (shown.code, shown.out) == (2, "")
    assert "Which name?" in shown.err


def test_a_name_that_is_taken_fails(runyard: Runyard) -> None:
    shown = runyard("experiments", "create", "Default")
    assert (shown.code, shown.out) == (1, "")
    assert "Default" in shown.err


@pytest.mark.parametrize("command", ["list", "search"])
def test_list_has_a_line_for_each_experiment(runyard: Runyard, client: RunyardClient, command: str) -> None:
    client.delete_experiment(client.create_experiment("old"))
    assert [line[:3] for line in runyard("experiments", command).lines] == [["0", "Default", "active"]]
    assert {line[1] for line in runyard("experiments", command, "-v", "all").lines} == {"Default", "old"}
    assert [line[1] for line in runyard("experiments", command, "--view", "DELETED_ONLY").lines] == ["old"]


def test_list_filters_orders_and_limits(runyard: Runyard, client: RunyardClient) -> None:
    for name in ("a", "b", "c"):
        client.create_experiment(name)
    shown = runyard("experiments", "list", "--filter", "name != 'b'", "--order-by", "name DESC", "-m", "2", "--json")
    assert [each["name"] for each in json.loads(shown.out)] == ["c", "a"]


def test_a_filter_that_does_not_parse_is_shown_with_the_mistake_marked(runyard: Runyard) -> None:
    shown = runyard("experiments", "list", "--filter", "name == = 'b'")
    assert shown.code == 1
    assert "^" in shown.err.splitlines()[-1] or any(set(line) <= {" ", "^"} for line in shown.err.splitlines())


@pytest.mark.parametrize("words", [("demo",), ("-n", "demo"), ("-x", "ID"), ("ID",)])
def test_get_takes_a_name_or_an_id(runyard: Runyard, client: RunyardClient, words: tuple[str, ...]) -> None:
    experiment_id = client.create_experiment("demo", tags={"team": "blue"})
    shown = runyard("experiments", "get", *(word.replace("ID", experiment_id) for word in words))
    fields = dict(shown.lines)
    assert (fields["experiment_id"], fields["name"], fields["tags.team"]) == (experiment_id, "demo", "blue")


@pytest.mark.parametrize("words", [("--json",), ("--output", "json")])
def test_get_prints_json(runyard: Runyard, words: tuple[str, ...]) -> None:
    assert json.loads(runyard("experiments", "get", "0", *words).out)["name"] == "Default"


def test_an_unknown_experiment_names_the_one_that_is_alike(runyard: Runyard) -> None:
    shown = runyard("experiments", "get", "Defualt")
    assert (shown.code, shown.out) == (1, "")
    assert "Did you mean 'Default'?" in shown.err


def test_delete_and_restore(runyard: Runyard, client: RunyardClient) -> None:
    experiment_id = client.create_experiment("demo")
    shown = runyard("experiments", "delete", "-x", experiment_id)
    assert shown.out == f"Experiment with ID {experiment_id} has been deleted.\n"
    assert client.get_experiment(experiment_id).lifecycle_stage == "deleted"
    shown = runyard("experiments", "restore", "demo")
    assert shown.out == f"Experiment with id {experiment_id} has been restored.\n"
    assert client.get_experiment(experiment_id).lifecycle_stage == "active"


def test_changes_as_json(runyard: Runyard, client: RunyardClient) -> None:
    made = json.loads(runyard("experiments", "create", "demo", "--json").out)
    assert made == {"experiment_id": made["experiment_id"], "name": "demo"}
    renamed = json.loads(runyard("experiments", "rename", "demo", "new", "--json").out)
    assert renamed == {"experiment_id": made["experiment_id"], "name": "new"}
    assert json.loads(runyard("experiments", "delete", "new", "--json").out) == {"deleted": [made["experiment_id"]]}
    assert json.loads(runyard("experiments", "restore", "new", "--json").out) == {"restored": [made["experiment_id"]]}


def test_nothing_is_deleted_where_one_is_unknown(runyard: Runyard, client: RunyardClient) -> None:
    client.create_experiment("demo")
    assert runyard("experiments", "delete", "--yes", "demo", "absent").code == 1
    assert runyard("experiments", "delete", "demo", "Default").code == 2  # nobody can be asked
    assert {each.name for each in client.search_experiments()} == {"Default", "demo"}


def test_several_are_deleted_with_yes(runyard: Runyard, client: RunyardClient) -> None:
    client.create_experiment("a")
    client.create_experiment("b")
    assert runyard("experiments", "delete", "--yes", "a", "b").code == 0
    assert [each.name for each in client.search_experiments()] == ["Default"]


@pytest.mark.parametrize("words", [("-x", "ID", "--new-name", "new"), ("demo", "new")])
def test_rename(runyard: Runyard, client: RunyardClient, words: tuple[str, ...]) -> None:
    experiment_id = client.create_experiment("demo")
    shown = runyard("experiments", "rename", *(word.replace("ID", experiment_id) for word in words))
    assert shown.out == f"Experiment with id {experiment_id} has been renamed to 'new'.\n"
    assert client.get_experiment(experiment_id).name == "new"


def test_csv_goes_to_standard_output_or_a_file(
    runyard: Runyard, two_runs: tuple[str, str], tmp_path: Any, client: RunyardClient
) -> None:
    experiment_id = client.get_run(two_runs[0]).info.experiment_id
    printed = runyard("experiments", "csv", "-x", experiment_id).out
    assert printed.startswith("run_id,experiment_id,status,artifact_uri,start_time,end_time,metrics.rmse,")
    path = tmp_path / "runs.csv"
    assert runyard("experiments", "csv", "demo", "-o", str(path)).code == 0
    assert path.read_text() == printed
