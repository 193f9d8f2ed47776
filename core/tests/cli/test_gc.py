from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from runyard.cli import gc
from runyard.testing.memory import faults

if TYPE_CHECKING:
    from runyard.tracking.client import RunyardClient

Runyard = Callable[..., Any]


@pytest.fixture
def deleted(client: RunyardClient) -> dict[str, str]:
    """The ids of a run and a logged model in the trash, and of an experiment with a run that is there too."""
    ids = {"run": client.create_run("0", run_name="first").info.run_id}
    client.log_text(ids["run"], "x" * 2000, "a.txt")
    ids["model"] = client.create_logged_model("0", name="net").model_id
    ids["experiment"] = client.create_experiment("old")
    ids["inside"] = client.create_run(ids["experiment"]).info.run_id
    client.delete_run(ids["run"])
    client.delete_logged_model(ids["model"])
    client.delete_experiment(ids["experiment"])
    return ids


def test_the_trash_is_emptied(runyard: Runyard, client: RunyardClient, deleted: dict[str, str]) -> None:
    shown = runyard("gc")
    assert shown.code == 0
    assert set(shown.out.splitlines()) == {
        f"Run with ID {deleted['run']} has been permanently deleted.",
        f"Run with ID {deleted['inside']} has been permanently deleted.",
        f"Logged model with ID {deleted['model']} has been permanently deleted.",
        f"Experiment with ID {deleted['experiment']} has been permanently deleted.",
    }
    assert shown.err == "Removed 2 runs, 1 logged model, 1 experiment: 2.0 KiB of artifacts.\n"
    assert [each.name for each in client.search_experiments(view_type=3)] == ["Default"]
    again = runyard("gc")
    assert (again.code, again.out, again.err) == (0, "", "There is nothing to remove in the trash.\n")


def test_a_dry_run_lists_and_removes_nothing(runyard: Runyard, deleted: dict[str, str]) -> None:
    shown = runyard("gc", "--dry-run")
    assert {(line[0], line[1], line[5]) for line in shown.lines} == {
        ("run", deleted["run"], "2000"),
        ("run", deleted["inside"], "0"),
        ("logged_model", deleted["model"], "0"),
        ("experiment", deleted["experiment"], "0"),
    }
    assert shown.err == "Would remove 2 runs, 1 logged model, 1 experiment: 2.0 KiB of artifacts.\n"
    assert runyard("gc", "--dry-run").out == shown.out


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_bytes_are_for_people(runyard: Runyard, deleted: dict[str, str]) -> None:
    assert "2.0 KiB" in runyard("gc", "--dry-run", "--run-ids", deleted["run"]).out


@pytest.mark.parametrize("words", [("--dry-run",), ()])
def test_one_document_tells_all(
    runyard: Runyard, client: RunyardClient, deleted: dict[str, str], words: tuple[str, ...]
) -> None:
    client.create_registered_model("wine")
    client.create_model_version("wine", "memory://x", deleted["inside"])
    shown = runyard("gc", "--json", *words)
    document = json.loads(shown.out)
    assert (document["dry_run"], document["bytes"], document["failed"]) == (bool(words), 2000, [])
    assert {(each["kind"], each["id"], each["bytes"]) for each in document["removed"]} == {
        ("run", deleted["run"], 2000),
        ("logged_model", deleted["model"], 0),
    }
    kept = {each["id"]: each["reason"] for each in document["kept"]}
    assert set(kept) == {deleted["inside"], deleted["experiment"]}
    assert "models:/wine/1" in kept[deleted["inside"]]
    assert (shown.code, shown.err) == (0, "")


def test_what_a_version_stands_on_is_kept_unless_forced(
    runyard: Runyard, client: RunyardClient, deleted: dict[str, str]
) -> None:
    client.create_registered_model("wine")
    client.create_model_version("wine", "memory://x", deleted["run"])
    shown = runyard("gc", "--run-ids", deleted["run"])
    assert (shown.code, shown.out) == (0, "")
    assert "models:/wine/1 stands on it" in shown.err
    assert "1 kept" in shown.err
    forced = runyard("gc", "--run-ids", deleted["run"], "--force")
    assert forced.out == f"Run with ID {deleted['run']} has been permanently deleted.\n"


def test_the_registry_may_be_elsewhere(runyard: Runyard, client: RunyardClient, deleted: dict[str, str]) -> None:
    from runyard.tracking.client import RunyardClient

    other = RunyardClient(registry_uri="memory://registry")
    other.create_registered_model("wine")
    other.create_model_version("wine", "memory://x", deleted["run"])
    words = ("gc", "--dry-run", "--run-ids", deleted["run"])
    assert "stands on it" not in runyard(*words).err
    assert "stands on it" in runyard(*words, "--registry-store-uri", "memory://registry").err


@pytest.mark.parametrize("words", [("gc", "--run-ids"), ("gc", "--yes", "--run-ids")])
def test_only_what_is_named_goes(runyard: Runyard, deleted: dict[str, str], words: tuple[str, ...]) -> None:
    shown = runyard(*words, f"{deleted['run']}, {deleted['inside']}")
    assert len(shown.out.splitlines()) == 2
    assert runyard("gc", "--logged-model-ids", deleted["model"]).out.startswith("Logged model")
    assert runyard("gc", "--experiment-ids", deleted["experiment"]).out.startswith("Experiment")


@pytest.mark.parametrize("option", ["--run-ids", "--experiment-ids", "--logged-model-ids"])
def test_a_name_that_is_not_in_the_trash_removes_nothing(
    runyard: Runyard, client: RunyardClient, deleted: dict[str, str], option: str
) -> None:
    active = {
        "--run-ids": client.create_run("0").info.run_id,
        "--experiment-ids": "0",
        "--logged-model-ids": client.create_logged_model("0").model_id,
    }[option]
    good = {"--run-ids": "run", "--experiment-ids": "experiment", "--logged-model-ids": "model"}[option]
    for name, reason in ((active, "is not in the trash"), ("absent", "There is no")):
        shown = runyard("gc", option, f"{deleted[good]},{name}")
        assert (shown.code, shown.out) == (1, "")
        assert reason in shown.err
    assert len(runyard("gc", "--dry-run").lines) == 4


def test_only_what_is_older_goes(runyard: Runyard, deleted: dict[str, str]) -> None:
    assert runyard("gc", "--older-than", "1h").out == ""
    time.sleep(0.002)
    assert len(runyard("gc", "--older-than", "0.001s").lines) == 4


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("30d", 2_592_000_000),
        ("1d2h3m4s", 93_784_000),
        ("1.5h", 5_400_000),
        (".5m", 30_000),
        ("2d8h5m20s", 201_920_000),
        ("0s", 0),
        (None, None),
    ],
)
def test_ages(text: str | None, milliseconds: int | None) -> None:
    assert gc._age(None, None, text) == milliseconds  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "30", "d", "1h2d", "-1d", "1 d", "1w", "1..5h", "x1d", "1d\n"])
def test_what_is_no_age_is_wrong_usage(runyard: Runyard, deleted: dict[str, str], text: str) -> None:
    shown = runyard("gc", "--older-than", text)
    assert (shown.code, shown.out) == (2, "")
    assert "1d2h30m15s" in shown.err
    assert len(runyard("gc", "--dry-run").lines) == 4


def test_what_fails_is_named_and_the_exit_code_says_so(runyard: Runyard, deleted: dict[str, str]) -> None:
    with faults("purge_run"):
        shown = runyard("gc")
    assert shown.code == 1
    assert shown.out == f"Logged model with ID {deleted['model']} has been permanently deleted.\n"
    assert shown.err.count("Failed:") == 2
    assert "3 kept" in shown.err
    with faults("purge_run"):
        document = json.loads(runyard("gc", "--json").out)
    assert {each["id"] for each in document["failed"]} == {deleted["run"], deleted["inside"]}
    assert runyard("gc").code == 0


@pytest.mark.parametrize("words", [("gc", "--backend-store-uri"), ("gc", "--tracking-uri"), ("--tracking-uri",)])
def test_the_store_is_named_in_several_ways(
    runyard: Runyard, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from runyard.tracking.client import RunyardClient

    other = RunyardClient("memory://another")
    run_id = other.create_run("0").info.run_id
    other.delete_run(run_id)
    monkeypatch.delenv("RUNYARD_REGISTRY_URI", raising=False)
    assert runyard("gc").out == ""
    assert run_id in runyard(*words, "memory://another", *(["gc"] if len(words) == 1 else [])).out


def test_artifacts_behind_a_server_are_found_at_its_destination(
    runyard: Runyard, client: RunyardClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from runyard.artifacts.repositories import open_repository
    from runyard.uris import ArtifactPath

    experiment_id = client.create_experiment("proxied", "mlflow-artifacts:/7")
    run_id = client.create_run(experiment_id).info.run_id
    client.delete_run(run_id)
    source = tmp_path / "source"
    source.write_text("four")
    path = ArtifactPath(f"7/{run_id}/artifacts/a.txt")
    open_repository("memory://files/root").upload_file(source, path)
    assert runyard("gc").code == 1
    monkeypatch.setenv("MLFLOW_ARTIFACTS_DESTINATION", "memory://files/root")
    assert "4 B of artifacts" in runyard("gc").err
    assert open_repository("memory://files/root").info(path) is None
