"""Runs and experiments that are finished, deleted or unknown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import runyard as ry
from runyard.entities import Metric
from runyard.errors import InvalidInput, InvalidState, NotFound
from runyard.tracking.client import RunyardClient

Files = Callable[[], dict[str, bytes]]


def test_a_finished_run_takes_more_values(client: RunyardClient, run_id: str) -> None:
    client.set_terminated(run_id)
    client.log_metric(run_id, "late", 1.0)
    client.log_param(run_id, "late", 1)
    client.set_tag(run_id, "late", 1)
    client.log_text(run_id, "late", "late.txt")
    run = client.get_run(run_id)
    assert run.info.status == "FINISHED"
    assert (run.data.metrics["late"], run.data.params["late"], run.data.tags["late"]) == (1.0, "1", "1")


def test_a_deleted_run_takes_nothing(client: RunyardClient, run_id: str, files: Files, root: Path) -> None:
    client.delete_run(run_id)
    before = files()
    source = root.parent / "file.txt"
    source.write_text("x")
    for write in (
        lambda: client.log_metric(run_id, "m", 1.0),
        lambda: client.log_param(run_id, "p", 1),
        lambda: client.set_tag(run_id, "t", 1),
        lambda: client.delete_tag(run_id, "team"),
        lambda: client.log_batch(run_id, [Metric("m", 1.0, 1, 0)]),
        lambda: client.update_run(run_id, name="n"),
        lambda: client.set_terminated(run_id),
        lambda: client.log_text(run_id, "t", "f.txt"),
        lambda: client.log_artifact(run_id, source),
        lambda: client.log_dict(run_id, {}, "f.json"),
        lambda: ry.log_artifact(source, run_id=run_id),
        lambda: ry.log_metric("m", 1.0, run_id=run_id),
        lambda: ry.start_run(run_id=run_id),
    ):
        with pytest.raises(InvalidState, match=rf"(?i)run '?{run_id}'? .*deleted.*restore") as caught:
            write()
        assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
    assert files() == before
    assert ry.active_run() is None
    client.restore_run(run_id)
    client.log_metric(run_id, "m", 1.0)


def test_a_deleted_experiment_takes_nothing(client: RunyardClient, files: Files) -> None:
    experiment = client.create_experiment("gone")
    run_id = client.create_run(experiment).info.run_id
    client.delete_experiment(experiment)
    before = files()
    for write in (
        lambda: client.create_run(experiment),
        lambda: client.rename_experiment(experiment, "n"),
        lambda: client.set_experiment_tag(experiment, "t", "v"),
        lambda: client.log_metric(run_id, "m", 1.0),
        lambda: ry.set_experiment("gone"),
        lambda: ry.set_experiment(experiment_id=experiment),
        lambda: ry.start_run(experiment_id=experiment),
    ):
        with pytest.raises(InvalidState, match=r"(?i)deleted.*restore"):
            write()
    with pytest.raises(NotFound, match=experiment):
        client.delete_experiment(experiment)
    assert files() == before


def test_what_is_unknown_is_named(client: RunyardClient, run_id: str, files: Files) -> None:
    before = files()
    for ask in (
        lambda: client.get_run("abc"),
        lambda: client.log_metric("abc", "m", 1.0),
        lambda: client.log_param("abc", "p", 1),
        lambda: client.set_terminated("abc"),
        lambda: client.delete_run("abc"),
        lambda: client.list_artifacts("abc"),
        lambda: client.log_text("abc", "t", "f.txt"),
        lambda: client.get_metric_history("abc", "m"),
        lambda: client.get_experiment("abc"),
        lambda: client.create_run("abc"),
        lambda: client.restore_experiment("abc"),
        lambda: ry.start_run(run_id="abc"),
        lambda: ry.start_run(experiment_id="abc"),
        lambda: ry.start_run(parent_run_id="abc"),
        lambda: client.get_registered_model("abc"),
        lambda: client.create_model_version("abc", f"runs:/{run_id}/notes"),
        lambda: ry.artifacts.download_artifacts("runs:/abc/x"),
        lambda: ry.artifacts.download_artifacts("models:/abc/1"),
        lambda: ry.artifacts.download_artifacts(run_id=run_id, artifact_path="abc"),
    ):
        with pytest.raises(NotFound, match="'abc'"):
            ask()
    with pytest.raises(NotFound, match="'t'"):
        client.delete_tag(run_id, "t")
    assert client.get_experiment_by_name("abc") is None
    assert files() == before


@pytest.mark.parametrize("status", ["DONE", 9, "finished "])
def test_an_unknown_status_is_refused(client: RunyardClient, run_id: str, files: Files, status: str) -> None:
    before = files()
    with pytest.raises(InvalidInput, match="FINISHED"):
        client.set_terminated(run_id, status)
    assert files() == before


def test_an_unknown_thing_fails_the_program(runyard: Callable[..., tuple[int, str, str]], run_id: str) -> None:
    for words in (
        ("runs", "show", "abc"),
        ("runs", "compare", run_id, "abc"),
        ("runs", "delete", "abc"),
        ("runs", "list", "--experiment", "abc"),
        ("experiments", "get", "abc"),
        ("experiments", "delete", "abc"),
        ("artifacts", "list", "abc"),
        ("artifacts", "download", run_id, "abc"),
    ):
        code, out, err = runyard(*words)
        assert (code, out) == (1, ""), words
        assert err.startswith("Error: "), words
        assert "'abc'" in err, words
        assert "Traceback" not in err, words
