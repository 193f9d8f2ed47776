"""The commands that pages show do what the pages say: each ``console`` block is typed in, and its output compared.

A page is worked through from top to bottom, in an empty folder: its Python blocks are run, a server that it starts goes
on until the end of the page. Three dots stand for anything. Blocks that are not to be typed in are marked ``sh``.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from servers.base import free_port

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("how-to/serve-a-model.md",)
BLOCK = re.compile(r"^```(python|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n?((?:(?!\$ ).*\n?)*)", re.MULTILINE)
SERVERS = ("runyard models serve", "runyard server", "runyard ui")
SHOWN_PORT = "5000"
START_SECONDS = 120


class Typed(NamedTuple):
    """A command of a page, and what the page shows of its output."""

    command: str
    output: str


def steps(page: str) -> Iterator[str | Typed]:
    """Yield the Python blocks and the commands of a page, in order."""
    for kind, text in BLOCK.findall(page):
        if kind == "python":
            yield text
        else:
            yield from (Typed(command, output.strip()) for command, output in COMMAND.findall(text))


class Shell:
    """Types commands in, in one folder.

    Args:
        folder: The folder.
        port: Where servers listen, instead of where the page says.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = str(port)
        self._server: subprocess.Popen[str] | None = None
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("RUNYARD_", "MLFLOW_"))}
        programs = os.path.dirname(sys.executable)
        self._variables = {**kept, "PATH": os.pathsep.join((programs, kept.get("PATH", os.defpath)))}

    def python(self, text: str) -> None:
        """Run a Python block."""
        self._run([sys.executable, "-c", text])

    def type(self, command: str) -> str:
        """Return what a command prints; of a server that it starts, all until it listens."""
        command = command.replace(SHOWN_PORT, self._port)
        if command.startswith(SERVERS):
            return self._serve(command)
        if command.startswith("curl "):
            command = command.replace("curl ", "curl --silent --show-error --noproxy '*' ", 1)
        return self._run(["bash", "-c", command])

    def stop(self) -> None:
        """End the server that was started, if one was."""
        if self._server is None:
            return
        os.killpg(self._server.pid, signal.SIGTERM)
        self._server.communicate(timeout=60)
        self._server = None

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(
            command, cwd=self._folder, env=self._variables, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, f"{command[-1]}\n{done.stdout}{done.stderr}"
        return done.stdout.replace(self._port, SHOWN_PORT)

    def _serve(self, command: str) -> str:
        self.stop()
        self._server = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=self._folder,
            env={**self._variables, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self._server.stdout is not None
        patience = threading.Timer(START_SECONDS, self._server.kill)
        patience.start()
        said = ""
        try:
            for line in self._server.stdout:
                said += line
                if "Listening on" in line:
                    return said.replace(self._port, SHOWN_PORT)
        finally:
            patience.cancel()
        raise AssertionError(f"{command} has ended, or taken too long:\n{said}")


def matches(shown: str, printed: str) -> bool:
    """Say whether output is what a page shows; three dots there stand for anything."""
    pattern = ".*".join(re.escape(part) for part in shown.split("..."))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_page_print_what_it_shows(page: str, tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="the pages use scikit-learn")
    text = (DOCS / page).read_text("utf-8")
    if "$ curl " in text and not shutil.which("curl"):
        pytest.skip("curl is not installed, and the page shows requests with it; on Debian: apt-get install curl")
    shell = Shell(tmp_path, free_port())
    try:
        for step in steps(text):
            if isinstance(step, Typed):
                printed = shell.type(step.command)
                assert matches(step.output, printed), f"$ {step.command}\n{printed}"
            else:
                shell.python(step)
    finally:
        shell.stop()


def test_blocks_are_taken_apart() -> None:
    page = "```python\nx = 1\n```\ntext\n```console\n$ one \\\n    two\nshown\n$ three\n```\n```sh\nnot this\n```\n"
    assert list(steps(page)) == ["x = 1\n", Typed("one \\\n    two", "shown"), Typed("three", "")]
    assert matches("a ... c", "a b\nc\n") is False
    assert matches("a ... c", "a b c\n")
    assert not matches("a.c", "abc")
