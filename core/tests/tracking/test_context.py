"""The tags that a run gets from where it runs."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import runyard
from runyard.errors import InvalidInput
from runyard.plugins import hookimpl
from runyard.plugins.descriptors import RunContextPlugin
from runyard.testing.isolation import plugins_in_place
from runyard.tracking import context
from runyard.tracking.client import RunyardClient

SERVICES = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL")


@pytest.fixture(autouse=True)
def _no_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in SERVICES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "train.py")])


def test_the_script_and_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ada")
    with runyard.start_run() as run:
        pass
    assert run.data.tags == {
        "mlflow.runName": run.info.run_name,
        "mlflow.source.name": str(tmp_path / "train.py"),
        "mlflow.source.type": "LOCAL",
        "mlflow.user": "ada",
    }
    assert run.info.user_id == "ada"


def test_a_user_without_a_variable_is_asked_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(variable, raising=False)
    pwd = pytest.importorskip("pwd", reason="users are looked up on POSIX")
    import os

    assert context.source_tags()["mlflow.user"] == pwd.getpwuid(os.getuid()).pw_name


def test_tags_of_the_caller_win() -> None:
    with runyard.start_run(tags={"mlflow.user": "grace", "mlflow.source.type": "JOB"}) as run:
        pass
    assert run.data.tags["mlflow.user"] == run.info.user_id == "grace"
    assert run.data.tags["mlflow.source.type"] == "JOB"


def test_a_resumed_run_gets_no_tags_of_its_context(client: RunyardClient) -> None:
    run_id = client.create_run("0").info.run_id
    with runyard.start_run(run_id) as run:
        assert "mlflow.source.name" not in run.data.tags


def test_tags_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_RUN_CONTEXT", '{"team": "red", "mlflow.source.name": "job 7", "n": 1}')
    with runyard.start_run() as run:
        pass
    assert {"team": "red", "mlflow.source.name": "job 7", "n": "1"}.items() <= run.data.tags.items()


@pytest.mark.parametrize("text", ["{", "[1]", "team=red"])
def test_a_variable_that_does_not_parse_is_reported_and_skipped(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("RUNYARD_RUN_CONTEXT", text)
    with pytest.warns(RuntimeWarning, match="run context 'environment'"):
        run = runyard.start_run()
    runyard.end_run()
    assert run.data.tags["mlflow.source.type"] == "LOCAL"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (
            {
                "GITHUB_ACTIONS": "true",
                "GITHUB_JOB": "train",
                "GITHUB_RUN_ID": "7",
                "GITHUB_SHA": "abc",
                "GITHUB_REF_NAME": "main",
                "GITHUB_REPOSITORY": "ada/engine",
            },
            {
                "runyard.ci.service": "github",
                "runyard.ci.job": "train",
                "runyard.ci.build": "7",
                "runyard.ci.commit": "abc",
                "runyard.ci.branch": "main",
                "runyard.ci.url": "https://github.com/ada/engine/actions/runs/7",
            },
        ),
        (
            {"GITLAB_CI": "true", "CI": "true", "CI_JOB_NAME": "train", "CI_JOB_URL": "https://lab/7"},
            {"runyard.ci.service": "gitlab", "runyard.ci.job": "train", "runyard.ci.url": "https://lab/7"},
        ),
        (
            {"JENKINS_URL": "https://jenkins", "JOB_NAME": "train", "BUILD_NUMBER": "7"},
            {"runyard.ci.service": "jenkins", "runyard.ci.job": "train", "runyard.ci.build": "7"},
        ),
        ({"CI": "true"}, {"runyard.ci.service": "unknown"}),
        ({"CI": "false"}, None),
        ({}, None),
    ],
)
def test_services_that_run_jobs(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: dict[str, str] | None
) -> None:
    for variable in ("GITHUB_SERVER_URL", "GITHUB_REF_NAME", "GITHUB_SHA", "GIT_COMMIT", "GIT_BRANCH", "BUILD_URL"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    found = context.ci_tags()
    assert found == ({} if expected is None else {**expected, "mlflow.source.type": "JOB"})


class Shell:
    config: dict[str, Any] = {"IPKernelApp": {}}
    user_ns: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("variables", "names", "expected"),
    [
        ({"JPY_SESSION_NAME": "/home/a.ipynb"}, {}, "/home/a.ipynb"),
        ({}, {"__vsc_ipynb_file__": "/home/b.ipynb"}, "/home/b.ipynb"),
        ({}, {}, None),
    ],
)
def test_notebooks(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], names: dict[str, str], expected: str | None
) -> None:
    module = types.ModuleType("IPython")
    shell = Shell()
    shell.user_ns = names
    module.get_ipython = lambda: shell  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", module)
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    tags = context.notebook_tags()
    assert tags["mlflow.source.type"] == "NOTEBOOK"
    assert tags.get("mlflow.source.name") == expected


def test_a_shell_that_is_no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("IPython")
    shell = Shell()
    shell.config = {}
    module.get_ipython = lambda: shell  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", module)
    assert context.notebook_tags() == {}
    module.get_ipython = lambda: None  # type: ignore[attr-defined]
    assert context.notebook_tags() == {}


def slurm_tags() -> dict[str, str]:
    return {"slurm.job": "7", "mlflow.source.type": "JOB"}


def broken_tags() -> dict[str, str]:
    raise OSError("no")


def test_contexts_of_plugins_by_priority_and_broken_ones_reported(memory_uri: str) -> None:
    @hookimpl
    def runyard_run_context() -> Iterator[RunContextPlugin]:
        yield RunContextPlugin(name="slurm", factory=f"{here.__name__}:slurm_tags", priority=5)
        yield RunContextPlugin(name="broken", factory=f"{here.__name__}:broken_tags", priority=6)
        yield RunContextPlugin(name="absent", factory="runyard_nowhere:tags", priority=-1)

    here = types.ModuleType("runyard_slurm.plugin")
    here.slurm_tags, here.broken_tags = slurm_tags, broken_tags  # type: ignore[attr-defined]
    here.runyard_run_context = runyard_run_context  # type: ignore[attr-defined]
    sys.modules[here.__name__] = here
    try:
        with plugins_in_place("runyard.testing.memory.plugin", here):
            with pytest.warns(RuntimeWarning) as caught:
                run = runyard.start_run()
            runyard.end_run()
    finally:
        del sys.modules[here.__name__]
    assert run.data.tags["slurm.job"] == "7"
    assert run.data.tags["mlflow.source.type"] == "JOB"
    messages = [str(warning.message) for warning in caught]
    assert [("'absent'" in message, "'broken'" in message) for message in messages] == [(True, False), (False, True)]
    assert all("runyard-slurm" in message for message in messages)


def test_a_context_cannot_give_a_tag_that_is_not_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNYARD_RUN_CONTEXT", '{"bad//key": 1}')
    with pytest.raises(InvalidInput, match="bad//key"):
        runyard.start_run()
    assert runyard.active_run() is None
