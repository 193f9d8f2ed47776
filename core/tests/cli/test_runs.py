from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from runyard.tracking.client import RunyardClient

Runyard = Callable[..., Any]
TwoRuns = tuple[str, str]


def test_list_shows_the_latest_first(runyard: Runyard, two_runs: TwoRuns) -> None:
    assert runyard("runs", "list", "-e", "demo").lines == [
        [two_runs[0], "run-1", "FINISHED", "1970-01-01 00:16:40Z", "4.2s"],
        [two_runs[1], "run-0", "FINISHED", "1970-01-01 00:16:40Z", "4.2s"],
    ]


def test_list_without_an_experiment_looks_at_all_and_says_which(runyard: Runyard, two_runs: TwoRuns) -> None:
    assert [line[:3] for line in runyard("runs", "list").lines] == [
        [two_runs[0], "run-1", "demo"],
        [two_runs[1], "run-0", "demo"],
    ]


@pytest.mark.parametrize("option", ["-e", "--experiment-name", "--experiment-id"])
def test_the_experiment_is_chosen_by_name_or_id(
    runyard: Runyard, two_runs: TwoRuns, client: RunyardClient, option: str
) -> None:
    experiment = client.get_run(two_runs[0]).info.experiment_id
    given = experiment if option == "--experiment-id" else "demo"
    assert len(runyard("runs", "list", option, given).lines) == 2
    assert runyard("runs", "list", "-e", "Default").lines == []


def test_the_experiment_of_the_environment_counts_unless_one_is_written(
    runyard: Runyard, two_runs: TwoRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "Default")
    assert runyard("runs", "list").lines == []
    assert len(runyard("runs", "list", "-e", "demo").lines) == 2
    assert len(runyard("runs", "list", "--experiment-id", "0").lines) == 0


def test_two_ways_to_name_the_experiment_are_one_too_many(runyard: Runyard) -> None:
    assert runyard("runs", "list", "-e", "demo", "-n", "Default").code == 2


def test_columns_are_chosen_and_patterns_stand_for_all_that_match(runyard: Runyard, two_runs: TwoRuns) -> None:
    shown = runyard("runs", "list", "-c", "name, params.*,metrics.rmse,tags.absent,run_name", "-m", "1")
    assert shown.lines == [["run-1", "1", "tree", "1.5", ""]]
    assert "--max-results" in shown.err
    shown = runyard("runs", "list", "-c", "id,experiment,metrics.*", "--json")
    assert json.loads(shown.out)[0] == {"run_id": two_runs[0], "experiment": "demo", "metrics.rmse": 1.5}


def test_an_unknown_column_is_wrong_usage(runyard: Runyard) -> None:
    shown = runyard("runs", "list", "-c", "statsu")
    assert shown.code == 2
    assert "Did you mean 'status'?" in shown.err


def test_list_filters_and_orders(runyard: Runyard, two_runs: TwoRuns) -> None:
    shown = runyard("runs", "list", "--filter", "metrics.rmse < 1", "-c", "name")
    assert shown.lines == [["run-0"]]
    shown = runyard("runs", "list", "--order-by", "metrics.rmse ASC", "-c", "name")
    assert shown.lines == [["run-0"], ["run-1"]]


def test_a_filter_that_does_not_parse_is_shown_with_the_mistake_marked(runyard: Runyard, two_runs: TwoRuns) -> None:
    shown = runyard("runs", "list", "--filter", "metrics.rmse << 1")
    assert (shown.code, shown.out) == (1, "")
    lines = shown.err.splitlines()
    filter_line = next(number for number, line in enumerate(lines) if "metrics.rmse << 1" in line)
    assert any(line.strip().startswith("^") for line in lines[filter_line:])


def test_list_as_json_has_whole_runs_with_words_for_odd_numbers(
    runyard: Runyard, two_runs: TwoRuns, client: RunyardClient
) -> None:
    client.log_metric(two_runs[0], "odd", math.nan)
    first, second = json.loads(runyard("runs", "list", "--json").out)
    assert first["data"]["metrics"] == {"rmse": 1.5, "odd": "NaN"}
    assert second["info"]["run_id"] == two_runs[1]


def test_an_empty_list_is_an_empty_document(runyard: Runyard) -> None:
    assert runyard("runs", "list", "--json").out == "[]\n"


def test_list_on_a_terminal_is_a_table(terminal: None, runyard: Runyard, two_runs: TwoRuns) -> None:
    header, first, _ = runyard("runs", "list", "-e", "demo").out.splitlines()
    assert header.split() == ["run_id", "name", "status", "metrics.rmse", "start_time", "duration"]
    assert first.startswith(f"{two_runs[0]}  run-1  FINISHED           1.5  1970-01-01")


@pytest.mark.parametrize("words", [(), ("--run-id",), ("-r",)])
def test_show_has_everything_on_lines(runyard: Runyard, two_runs: TwoRuns, words: tuple[str, ...]) -> None:
    fields = dict(runyard("runs", "show", *words, two_runs[0]).lines)
    assert fields["run_id"] == two_runs[0]
    assert fields["params.depth"] == "1"
    assert fields["metrics.rmse"] == "1.5"
    assert fields["tags.team"] == "a\\tb"


def test_show_on_a_terminal_has_headings(terminal: None, runyard: Runyard, two_runs: TwoRuns) -> None:
    shown = runyard("runs", "show", two_runs[0]).out
    assert "\nparams\n  depth  1\n  kind   tree\n" in shown


def test_describe_prints_json(runyard: Runyard, two_runs: TwoRuns) -> None:
    described = json.loads(runyard("runs", "describe", "--run-id", two_runs[0]).out)
    assert described == json.loads(runyard("runs", "show", two_runs[0], "--json").out)
    assert described["data"]["params"] == {"depth": "1", "kind": "tree"}


@pytest.mark.parametrize("run_id", ["0" * 32, "no/../id", ""])
@pytest.mark.parametrize("command", ["show", "describe", "delete", "restore"])
def test_an_unknown_run_is_one_message(runyard: Runyard, command: str, run_id: str) -> None:
    shown = runyard("runs", command, "--run-id", run_id)
    assert (shown.code, shown.out) == (1, "")
    assert "Traceback" not in shown.err


def test_compare_shows_what_differs(runyard: Runyard, two_runs: TwoRuns) -> None:
    rows = {name: values for name, *values in runyard("runs", "compare", *two_runs).lines}
    assert rows == {"name": ["run-1", "run-0"], "params.depth": ["1", "0"], "metrics.rmse": ["1.5", "0.5"]}
    assert "params.kind" in runyard("runs", "compare", "--all", *two_runs).out


def test_compare_takes_nan_as_equal_to_itself_and_absence_as_a_difference(
    runyard: Runyard, two_runs: TwoRuns, client: RunyardClient
) -> None:
    for run_id in two_runs:
        client.log_metric(run_id, "odd", math.nan)
    client.log_param(two_runs[0], "only", "here")
    document = json.loads(runyard("runs", "compare", *two_runs, "--json").out)
    assert document["runs"] == list(two_runs)
    rows = {row["field"]: row["values"] for row in document["rows"]}
    assert "metrics.odd" not in rows
    assert rows["params.only"] == ["here", None]


def test_comparing_one_run_is_wrong_usage(runyard: Runyard, two_runs: TwoRuns) -> None:
    assert runyard("runs", "compare", two_runs[0], two_runs[0]).code == 2


def test_create_records_a_run_that_has_ended(runyard: Runyard, two_runs: TwoRuns, client: RunyardClient) -> None:
    shown = runyard(
        "runs",
        "create",
        *("--experiment-name", "demo", "--run-name", "by hand", "--description", "what", "-t", "a=b=c"),
        *("--status", "failed", "--parent-run-id", two_runs[0]),
    )
    document = json.loads(shown.out)
    run = client.get_run(document["run_id"])
    assert document == {
        "run_id": run.info.run_id,
        "experiment_id": run.info.experiment_id,
        "status": "FAILED",
        "run_name": "by hand",
    }
    assert (run.info.status, run.data.tags["a"]) == ("FAILED", "b=c")
    assert run.data.tags["mlflow.note.content"] == "what"
    assert run.data.tags["mlflow.parentRunId"] == two_runs[0]


@pytest.mark.parametrize("words", [(), ("-e", "demo", "-t", "novalue"), ("-e", "demo", "-t", "a=1", "-t", "a=2")])
def test_create_with_wrong_words_makes_nothing(
    runyard: Runyard, two_runs: TwoRuns, client: RunyardClient, words: tuple[str, ...]
) -> None:
    assert runyard("runs", "create", *words).code == 2
    assert len(runyard("runs", "list").lines) == 2


def test_delete_and_restore(runyard: Runyard, two_runs: TwoRuns, client: RunyardClient) -> None:
    shown = runyard("runs", "delete", "--run-id", two_runs[0])
    assert shown.out == f"Run with ID {two_runs[0]} has been deleted.\n"
    assert runyard("runs", "list", "-v", "deleted_only", "-c", "id,stage").lines == [[two_runs[0], "deleted"]]
    shown = runyard("runs", "restore", two_runs[0])
    assert shown.out == f"Run with id {two_runs[0]} has been restored.\n"
    assert len(runyard("runs", "list").lines) == 2


def test_delete_and_restore_as_json(runyard: Runyard, two_runs: TwoRuns) -> None:
    deleted = runyard("runs", "delete", "--yes", *two_runs, "--json").out
    assert json.loads(deleted) == {"deleted": list(two_runs)}
    assert json.loads(runyard("runs", "restore", two_runs[0], "--json").out) == {"restored": [two_runs[0]]}


def test_nothing_is_deleted_where_one_is_unknown_or_nobody_can_be_asked(runyard: Runyard, two_runs: TwoRuns) -> None:
    assert runyard("runs", "delete", "--yes", two_runs[0], "0" * 32).code == 1
    shown = runyard("runs", "delete", *two_runs)
    assert shown.code == 2
    assert "--yes" in shown.err
    assert runyard("runs", "delete").code == 2
    assert len(runyard("runs", "list").lines) == 2


@pytest.mark.parametrize(("reply", "code", "left"), [("y\n", 0, 0), ("n\n", 130, 2), ("", 130, 2)])
def test_deletion_of_several_is_asked_for_on_a_terminal(
    runyard: Runyard, two_runs: TwoRuns, monkeypatch: pytest.MonkeyPatch, reply: str, code: int, left: int
) -> None:
    import io

    stdin = io.StringIO(reply)
    monkeypatch.setattr(stdin, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", stdin)
    shown = runyard("runs", "delete", *two_runs)
    assert shown.code == code
    assert two_runs[0] in shown.err
    assert len(runyard("runs", "list").lines) == left
