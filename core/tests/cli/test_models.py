from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from runyard.cli import bulk, model_page

if TYPE_CHECKING:
    from runyard.tracking.client import RunyardClient

Runyard = Callable[..., Any]

MLMODEL = "artifact_path: model\nflavors:\n  python_function:\n    loader_module: nowhere\n"
AWKWARD = 'it\'s "odd" 100%'


@pytest.fixture
def fraud(client: RunyardClient) -> str:
    """The name of a registered model with three versions, of which the first is in production."""
    client.create_registered_model("fraud", tags={"team": "risk"}, description="finds fraud")
    for number in range(1, 4):
        client.create_model_version("fraud", f"s3://bucket/{number}", run_id="run" if number == 2 else None)
    client.transition_model_version_stage("fraud", 1, "Production")
    client.set_registered_model_alias("fraud", "champion", 2)
    return "fraud"


@pytest.fixture
def run_with_model(client: RunyardClient) -> str:
    """The id of a run that has the folder of a model among its artifacts."""
    run_id = client.create_run("0").info.run_id
    client.log_text(run_id, MLMODEL, "model/MLmodel")
    return run_id


@pytest.mark.parametrize("command", ["list", "search"])
def test_list_has_a_line_for_each_model(runyard: Runyard, fraud: str, client: RunyardClient, command: str) -> None:
    client.create_registered_model("empty")
    lines = runyard("models", command).lines
    assert [[*line[:3], line[4]] for line in lines] == [
        ["empty", "", "", ""],
        ["fraud", "3, Production 1", "champion 2", "finds fraud"],
    ]


def test_list_filters_orders_and_limits(runyard: Runyard, client: RunyardClient) -> None:
    for name in ("a", "b", "c"):
        client.create_registered_model(name)
    words = ("models", "list", "--filter", "name != 'b'", "--order-by", "name DESC")
    assert [each["name"] for each in json.loads(runyard(*words, "--json").out)] == ["c", "a"]
    assert [line[0] for line in runyard(*words, "-m", "1").lines] == ["c"]


def test_list_goes_on_after_the_first_page(
    runyard: Runyard, client: RunyardClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runyard.cli.lookup.PAGE", 2)
    for name in "abcde":
        client.create_registered_model(name)
    assert [line[0] for line in runyard("models", "list").lines] == [*"abcde"]


def test_nothing_is_found_on_a_terminal(runyard: Runyard, terminal: None) -> None:
    shown = runyard("models", "list")
    assert (shown.code, shown.out, shown.err) == (0, "", "Nothing found.\n")


def test_show_a_model(runyard: Runyard, fraud: str) -> None:
    fields = dict(runyard("models", "show", fraud).lines)
    assert (fields["name"], fields["description"]) == ("fraud", "finds fraud")
    assert (fields["tags.team"], fields["aliases.champion"]) == ("risk", "2")
    assert {name: stage for name, stage in fields.items() if name.startswith("versions.")} == {
        "versions.3": "None",
        "versions.2": "None",
        "versions.1": "Production",
    }
    found = json.loads(runyard("models", "show", fraud, "--json").out)
    assert (found["aliases"], [each["version"] for each in found["versions"]]) == ({"champion": "2"}, ["3", "2", "1"])


def test_show_on_a_terminal_stops_after_some_versions(
    runyard: Runyard, fraud: str, terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_page, "_SHOWN", 2)
    shown = runyard("models", "show", fraud)
    assert "s3://bucket/2" in shown.out
    assert "s3://bucket/1" not in shown.out
    assert "runyard models versions" in shown.err


@pytest.mark.parametrize(("given", "number"), [("2", "2"), ("02", "2"), ("@champion", "2"), ("@latest", "3")])
def test_show_a_version(runyard: Runyard, fraud: str, given: str, number: str) -> None:
    fields = dict(runyard("models", "show", fraud, "--version", given).lines)
    assert (fields["name"], fields["version"], fields["source"]) == ("fraud", number, f"s3://bucket/{number}")
    found = json.loads(runyard("models", "show", fraud, "-v", given, "--json").out)
    assert (found["version"], found["aliases"]) == (number, ["champion"] if number == "2" else [])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("frud",), "Did you mean 'fraud'?"),
        (("fraud", "-v", "9"), "no version '9'"),
        (("fraud", "-v", "x"), "must be an integer"),
        (("fraud", "-v", "@champoin"), "Did you mean 'champion'?"),
        (("a/b",), "Invalid registered model name"),
    ],
)
def test_what_is_not_there(runyard: Runyard, fraud: str, words: tuple[str, ...], expected: str) -> None:
    shown = runyard("models", "show", *words)
    assert (shown.code, shown.out) == (1, "")
    assert expected in shown.err


def test_versions_of_a_model_and_of_all(runyard: Runyard, fraud: str, client: RunyardClient) -> None:
    client.create_registered_model("other")
    client.create_model_version("other", "s3://bucket/other", run_id="run")
    assert [line[0] for line in runyard("models", "versions", fraud).lines] == ["3", "2", "1"]
    assert [line[0] for line in runyard("models", "versions", fraud, "-m", "2").lines] == ["3", "2"]
    words = ("models", "versions", fraud, "-f", "run_id = 'run' OR version_number = 1", "--json")
    assert [each["version"] for each in json.loads(runyard(*words).out)] == ["2", "1"]
    assert [line[0] for line in runyard(*words[:-1], "--order-by", "version_number ASC").lines] == ["1", "2"]
    shown = runyard("models", "versions", "--filter", "run_id = 'run'", "--order-by", "name DESC")
    assert [line[:2] for line in shown.lines] == [["other", "1"], ["fraud", "2"]]


def test_a_mistake_in_the_filter_is_shown_in_what_was_written(runyard: Runyard, fraud: str) -> None:
    shown = runyard("models", "versions", fraud, "--filter", "nme = 'b'")
    assert shown.code == 1
    assert shown.err.splitlines()[-2:] == ["  nme = 'b'", "  ^^^"]


def test_a_name_that_no_filter_can_quote(runyard: Runyard, client: RunyardClient) -> None:
    for name in (AWKWARD, "it_s _odd_ 100%", "x\\"):
        client.create_registered_model(name)
        client.create_model_version(name, "s3://bucket/model", tags={"a": "b"})
    for name in (AWKWARD, "x\\"):
        (line,) = runyard("models", "versions", name, "--filter", "tags.a = 'b'").lines
        assert line[0] == "1"


def test_register_what_a_run_has_made(runyard: Runyard, client: RunyardClient, run_with_model: str) -> None:
    uri = f"runs:/{run_with_model}/model"
    shown = runyard("models", "register", uri, "fraud", "-t", "a=b=c", "--description", "the first")
    assert shown.out.startswith("Made version 1 of the model 'fraud' from memory://")
    version = client.get_model_version("fraud", 1)
    assert (version.run_id, version.tags, version.description) == (run_with_model, {"a": "b=c"}, "the first")
    assert json.loads(runyard("models", "register", "models:/fraud/1", "fraud", "--json").out)["version"] == "2"


def test_register_a_folder(
    runyard: Runyard, client: RunyardClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("model").mkdir()
    Path("model", "MLmodel").write_text(MLMODEL)
    assert runyard("models", "register", "model", "fraud").code == 0
    assert client.get_model_version("fraud", 1).source == str(tmp_path / "model")


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("runs:/RUN/modle", "no file MLmodel"),
        ("runs:/nobody/model", "nobody"),
        ("models:/nobody/1", "nobody"),
        ("no/such/folder", "no model folder"),
    ],
)
def test_nothing_is_registered_where_there_is_no_model(
    runyard: Runyard, client: RunyardClient, run_with_model: str, uri: str, expected: str
) -> None:
    shown = runyard("models", "register", uri.replace("RUN", run_with_model), "fraud")
    assert (shown.code, shown.out) == (1, "")
    assert expected in shown.err
    assert list(client.search_registered_models()) == []


def test_register_what_cannot_be_read_from_here(runyard: Runyard, client: RunyardClient) -> None:
    assert runyard("models", "register", "s3://bucket/model", "fraud").code == 1
    assert runyard("models", "register", "s3://bucket/model", "fraud", "--no-check").code == 0
    assert client.get_model_version("fraud", 1).source == "s3://bucket/model"


def test_copy(runyard: Runyard, client: RunyardClient, fraud: str) -> None:
    shown = runyard("models", "copy", "models:/fraud@champion", "served")
    assert shown.out == "Made version 1 of the model 'served' from models:/fraud/2\n"
    assert client.get_model_version("served", 1).run_id == "run"
    assert json.loads(runyard("models", "copy", "models:/fraud/1", "served", "--json").out)["version"] == "2"
    assert runyard("models", "copy", "s3://bucket/1", "served").code == 1


def test_rename(runyard: Runyard, client: RunyardClient, fraud: str) -> None:
    assert runyard("models", "rename", fraud, "new").out == "The model 'fraud' has been renamed to 'new'.\n"
    assert client.get_model_version("new", 3).name == "new"
    assert json.loads(runyard("models", "rename", "new", "newer", "--json").out)["name"] == "newer"
    assert "Did you mean 'newer'?" in runyard("models", "rename", "new", "newest").err


def test_aliases_are_set_moved_and_deleted(runyard: Runyard, client: RunyardClient, fraud: str) -> None:
    shown = runyard("models", "set-alias", fraud, "best", "@champion")
    assert shown.out == "The alias 'best' of the model 'fraud' points to version 2.\n"
    assert json.loads(runyard("models", "set-alias", fraud, "champion", "3", "--json").out)["aliases"] == {
        "best": "2",
        "champion": "3",
    }
    assert "has been deleted" in runyard("models", "delete-alias", fraud, "best").out
    assert client.get_registered_model(fraud).aliases == {"champion": "3"}
    shown = runyard("models", "delete-alias", fraud, "best")
    assert (shown.code, shown.out) == (1, "")
    assert "It has: champion." in shown.err
    assert runyard("models", "set-alias", fraud, "latest", "1").code == 1
    assert json.loads(runyard("models", "delete-alias", fraud, "champion", "--json").out)["aliases"] == {}


def test_stages(runyard: Runyard, client: RunyardClient, fraud: str) -> None:
    assert runyard("models", "set-stage", fraud, "2", "production").out == (
        "Version 2 of the model 'fraud' is in the stage Production.\n"
    )
    moved = runyard("models", "set-stage", fraud, "3", "Production", "--archive-existing", "--json").out
    assert json.loads(moved)["current_stage"] == "Production"
    assert [client.get_model_version(fraud, number).current_stage for number in (1, 2)] == ["Archived", "Archived"]
    assert runyard("models", "set-stage", fraud, "3", "prod").code == 2
    assert runyard("models", "set-stage", fraud, "3", "None", "--archive-existing").code == 1


def test_tags_of_a_model(runyard: Runyard, client: RunyardClient, fraud: str) -> None:
    assert runyard("models", "set-tag", fraud, "a=1", "b=").code == 0
    assert client.get_registered_model(fraud).tags == {"team": "risk", "a": "1", "b": ""}
    assert runyard("models", "delete-tag", fraud, "a", "b", "a").code == 0
    assert json.loads(runyard("models", "set-tag", fraud, "c=1", "--json").out)["tags"] == {"team": "risk", "c": "1"}


def test_tags_of_a_version(runyard: Runyard, client: RunyardClient, fraud: str) -> None:
    shown = runyard("models", "set-tag", fraud, "ok=yes", "-v", "@champion")
    assert shown.out == "Tags of version 2 of the model 'fraud' have been set: ok.\n"
    assert client.get_model_version(fraud, 2).tags == {"ok": "yes"}
    assert client.get_registered_model(fraud).tags == {"team": "risk"}
    assert json.loads(runyard("models", "delete-tag", fraud, "ok", "-v", "2", "--json").out)["tags"] == {}


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (("set-tag", "fraud", "a=1", "b"), 2, "not of the form NAME=VALUE"),
        (("set-tag", "fraud", "a=1", "a=2"), 2, "given twice"),
        (("set-tag", "fraud"), 2, "KEY=VALUE"),
        (("set-tag", "fraud", "a=1", f"{'k' * 300}=1"), 1, "tag"),
        (("delete-tag", "fraud", "team", "teem"), 1, "Did you mean 'team'?"),
        (("delete-tag", "fraud", "team", "-v", "1"), 1, "version 1 of the model 'fraud'"),
    ],
)
def test_wrong_tags_change_nothing(
    runyard: Runyard, client: RunyardClient, fraud: str, words: tuple[str, ...], code: int, expected: str
) -> None:
    shown = runyard("models", *words)
    assert (shown.code, shown.out) == (code, "")
    assert expected in shown.err
    assert client.get_registered_model(fraud).tags == {"team": "risk"}


def test_descriptions(runyard: Runyard, client: RunyardClient, fraud: str) -> None:
    assert runyard("models", "set-description", fraud, "new").code == 0
    shown = runyard("models", "set-description", fraud, "the second", "-v", "2", "--json")
    assert json.loads(shown.out)["description"] == "the second"
    assert client.get_registered_model(fraud).description == "new"
    assert runyard("models", "set-description", fraud, "").code == 0
    assert client.get_registered_model(fraud).description == ""


def test_delete_versions(runyard: Runyard, client: RunyardClient, fraud: str) -> None:
    shown = runyard("models", "delete", fraud, "-v", "1", "-v", "@champion", "-v", "2")
    assert shown.code == 2
    assert "Delete version 1, 2 (champion) of the model 'fraud'?" in shown.err
    assert runyard("models", "delete", fraud, "-v", "1", "-v", "9", "--yes").code == 1
    assert len(client.search_model_versions()) == 3
    shown = runyard("models", "delete", fraud, "-v", "1", "-v", "@champion", "--yes", "--json")
    assert json.loads(shown.out) == {"deleted": ["1", "2"]}
    assert [each.version for each in client.search_model_versions()] == ["3"]


def test_delete_a_model(runyard: Runyard, client: RunyardClient, fraud: str) -> None:
    shown = runyard("models", "delete", fraud)
    assert (shown.code, shown.out) == (2, "")
    assert "3 versions" in shown.err
    assert runyard("models", "delete", fraud, "--yes").out == "The model 'fraud' has been deleted.\n"
    assert list(client.search_registered_models()) == []


@pytest.mark.parametrize(("answer", "left"), [(True, 0), (False, 1)])
def test_a_person_is_asked(
    runyard: Runyard,
    client: RunyardClient,
    fraud: str,
    answer: bool,
    left: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def confirm(question: str, *, abort: bool, err: bool) -> None:
        asked.append(question)
        if not answer and abort and err:
            raise bulk.click.Abort

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(bulk.click, "confirm", confirm)
    assert runyard("models", "delete", fraud).code == (0 if answer else 130)
    assert asked == ["Delete the model 'fraud' with its 3 versions? There is no way back."]
    assert len(client.search_registered_models()) == left


def test_the_registry_uri_of_the_command_line_comes_first(runyard: Runyard, fraud: str) -> None:
    assert runyard("--registry-uri", "memory://elsewhere", "models", "list").out == ""
