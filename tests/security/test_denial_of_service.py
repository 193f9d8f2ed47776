"""Small files and texts that cost whoever reads them much more than they cost to write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import runyard
from runyard.documents import load_yaml
from runyard.errors import DataDamaged, InvalidInput
from runyard.tracking.client import RunyardClient

LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 10)
)
SEARCH = """
import sys, runyard
try:
    runyard.MlflowClient().search_runs(["0"], sys.stdin.read())
except runyard.errors.InvalidInput:
    pass
"""
BOMBS = {
    "laughs": LAUGHS + "run_id: *a9\n",
    "a circle": "run_id: &a [*a, *a]\n",
    "a deep list": "[" * 300_000,
    "deep lists in lines": "- " * 300_000,
    "a deep mapping": "run_id: " + "{a: " * 100_000,
    "deep keys": "? " * 300_000,
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_yaml_that_grows_or_is_too_deep_is_damaged(client: RunyardClient, run_id: str, root: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"deep|values|parsing|scanning|expected"):
        load_yaml(text)
    bad = client.create_run("0").info.run_id
    (root / "0" / bad / "meta.yaml").write_text(text)
    with pytest.raises(DataDamaged) as caught:
        client.get_run(bad)
    assert len(str(caught.value)) < 1000
    assert [run.info.run_id for run in client.search_runs(["0"])] == [run_id]
    folder = root.parent / "model"
    folder.mkdir()
    (folder / "MLmodel").write_text(text)
    with pytest.raises(DataDamaged):
        runyard.pyfunc.load_model(folder)
    project = root.parent / "project"
    project.mkdir()
    (project / "MLproject").write_text(text[:20_000])
    with pytest.raises(InvalidInput):
        runyard.projects.run(str(project))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "NOT " * 100_000 + "metrics.a = 1",
        " AND ".join(["metrics.a = 1"] * 20_000) + " AND (",
        "tags.a LIKE '" + "%a" * 2000 + "b'",
        "tags.a = '" + "x" * 1_000_000,
        "metrics.a = " + "9" * 100_000,
    ],
    ids=["parentheses", "negations", "conditions", "pattern", "text", "number"],
)
def test_a_filter_is_answered_or_refused_soon(run_id: str, root: Path, text: str) -> None:
    RunyardClient().set_tag(run_id, "a", "a" * 5000)
    done = subprocess.run(
        [sys.executable, "-c", SEARCH],
        input=text,
        cwd=root.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_names_with_control_characters_do_not_reach_the_terminal(
    client: RunyardClient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from runyard.cli.main import main

    odd = "a\x1b[2J\x1b]0;title\x07b\r\n\u202ec"
    run_id = client.create_run("0", run_name=odd, tags={"t": odd}).info.run_id
    client.log_param(run_id, "p", odd)
    client.create_experiment(odd)
    for tty in (False, True):
        monkeypatch.setattr(type(sys.stdout), "isatty", lambda stream, tty=tty: tty)
        monkeypatch.setenv("NO_COLOR", "1")
        for words in (
            ("runs", "list"),
            ("runs", "show", run_id),
            ("runs", "compare", run_id, run_id),
            ("experiments", "list"),
            ("experiments", "get", odd),
            ("experiments", "get", odd + "x"),
            ("runs", "list", "-e", "\x1b[2Jx"),
        ):
            main(words)
            out, err = capsys.readouterr()
            assert not {"\x1b", "\x07", "\r"} & set(out + err), words
