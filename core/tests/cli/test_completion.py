from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from runyard.cli.commands import CORE_COMMANDS
from runyard.cli.main import COMPLETE, main

if TYPE_CHECKING:
    from runyard.tracking.client import RunyardClient

Runyard = Callable[..., Any]
TwoRuns = tuple[str, str]
Complete = Callable[[str], list[str]]


@pytest.fixture
def complete(
    memory_uri: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], list[str]]:
    """Return what fish would propose for the last word of a line, without the descriptions."""

    def propose(line: str) -> list[str]:
        words = line.split(" ")
        monkeypatch.setenv(COMPLETE, "fish_complete")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", words[-1])
        capsys.readouterr()
        code = main([])
        shown = capsys.readouterr()
        assert shown.err == ""
        assert code in (0, 1)
        return [answer.partition(",")[2].partition("\t")[0] for answer in shown.out.splitlines() if answer]

    return propose


def test_commands_are_proposed_without_importing_them(complete: Complete) -> None:
    before = set(sys.modules)
    assert complete("runyard ") == sorted(CORE_COMMANDS)
    assert complete("runyard ex") == ["experiments"]
    assert complete("runyard runs comp") == ["compare"]
    assert not {name for name in set(sys.modules) - before if name.startswith("runyard.cli.artifacts")}


def test_options_are_proposed(complete: Complete) -> None:
    assert "--order-by" in complete("runyard runs list --or")
    assert complete("runyard --no-p") == ["--no-plugins"]


def test_names_of_experiments_are_proposed_and_ids_once_a_digit_is_typed(
    complete: Complete, client: RunyardClient
) -> None:
    experiment_id = client.create_experiment("demo")
    assert sorted(complete("runyard runs list -e ")) == ["Default", "demo"]
    assert complete("runyard runs list -e de") == ["demo"]
    assert complete("runyard experiments get D") == ["Default"]
    assert complete(f"runyard runs list -e {experiment_id}") == [experiment_id]
    assert sorted(complete("runyard runs list --experiment-id ")) == ["0", experiment_id]


def test_ids_of_runs_are_proposed_and_each_only_once(complete: Complete, two_runs: TwoRuns) -> None:
    assert complete("runyard runs show ") == list(two_runs)
    assert complete(f"runyard runs show {two_runs[0][:8]}") == [two_runs[0]]
    assert complete(f"runyard runs compare {two_runs[0]} ") == [two_runs[1]]
    assert complete("runyard artifacts list -r ") == list(two_runs)


def test_names_of_plugins_are_proposed(complete: Complete) -> None:
    assert complete("runyard plugins check m") == ["memory"]


def test_the_store_named_on_the_line_is_asked(complete: Complete, two_runs: TwoRuns) -> None:
    assert complete("runyard --tracking-uri memory://empty runs show ") == []


@pytest.mark.parametrize("uri", ["nonsense://x", "", "memory://\x1b"])
def test_a_store_that_fails_proposes_nothing_in_silence(
    complete: Complete, monkeypatch: pytest.MonkeyPatch, uri: str
) -> None:
    monkeypatch.setenv("RUNYARD_TRACKING_URI", uri)
    assert complete("runyard runs show ") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(runyard: Runyard, shell: str) -> None:
    shown = runyard("completion", shell)
    assert (shown.code, shown.err) == (0, "")
    assert f"{COMPLETE}={shell}_complete" in shown.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_script_is_one_that_its_shell_reads(runyard: Runyard, shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    script = runyard("completion", shell).out
    subprocess.run([program, "-n"], input=script, text=True, check=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_a_name_with_blanks_as_one_word(
    complete: Complete, runyard: Runyard, client: RunyardClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.create_experiment("my demo, it's one")
    monkeypatch.setenv(COMPLETE, "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "runyard\nruns\nlist\n-e\nmy")
    monkeypatch.setenv("COMP_CWORD", "4")
    read_end, write_end = os.pipe()
    with os.fdopen(write_end, "w") as stream:
        monkeypatch.setattr("sys.stdout", stream)
        main([])
    with os.fdopen(read_end) as stream:
        proposal = stream.read().strip().partition(",")[2]
    words = subprocess.run(["bash", "-c", f"printf '%s\\n' {proposal}"], capture_output=True, text=True, check=True)
    assert words.stdout == "my demo, it's one\n"


def test_names_of_models_are_proposed(complete: Complete, client: RunyardClient) -> None:
    for name in ("fraud", "churn", "churn 2"):
        client.create_registered_model(name)
    assert complete("runyard models show ") == ["churn", "churn 2", "fraud"]
    assert complete("runyard models versions f") == ["fraud"]
    assert complete("runyard models register s3://bucket/model c") == ["churn", "churn 2"]
    assert complete("runyard --registry-uri memory://empty models show ") == []
