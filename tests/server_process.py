"""The command ``runyard server`` in a process of its own, on 127.0.0.1 and for as long as a block takes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TypeVar

S = TypeVar("S", bound="RunyardServer")

START_SECONDS = STOP_SECONDS = 60
_READY = re.compile(r"Listening on ([^\s\"]+)")


class NotStarted(Exception):
    """The server ended before it answered; the message is what it said."""


class RunyardServer:
    """A server that is started with options, in a folder; in use inside a ``with`` block.

    Args:
        options: Those of the command; the port is any that is free unless they name one.
        folder: Its working directory.
        variables: Environment variables beside those of this process; those with the value `None` are taken away.
        command: ``server``, ``ui`` or ``models serve``.

    Attributes:
        address: Where it answers, with its prefix.
        pid: The process that was started; with several workers their parent.
        said: What it wrote to its standard error, line by line.
    """

    def __init__(
        self,
        *options: str,
        folder: Path,
        variables: Mapping[str, str | None] | None = None,
        command: str = "server",
    ) -> None:
        self.options = options if {"-p", "--port"}.intersection(options) else ("--port", "0", *options)
        self.folder = folder
        self.command = command
        self.said: list[str] = []
        self.address = ""
        self._variables = {**os.environ, "PYTHONUNBUFFERED": "1"}
        for name in [name for name in self._variables if name.startswith(("RUNYARD_", "MLFLOW_"))]:
            del self._variables[name]
        for name, value in (variables or {}).items():
            if value is None:
                self._variables.pop(name, None)
            else:
                self._variables[name] = value
        self._news = threading.Condition()
        self._ended = False
        self._process: subprocess.Popen[str] | None = None
        self._reader = threading.Thread()

    def __enter__(self: S) -> S:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self.stop()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, and return when it answers; on the port that it had if it was started before.

        Raises:
            NotStarted: It ended instead.
        """
        if self.address and "0" in self.options:
            port = self.address.split(":")[2].partition("/")[0]
            self.options = tuple(port if word == "0" else word for word in self.options)
        self.said.clear()
        self._ended = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "runyard", *self.command.split(), *self.options],
            cwd=self.folder,
            env=self._variables,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stderr is not None
        self._reader = threading.Thread(target=self._listen, args=(self._process.stderr,), daemon=True)
        self._reader.start()
        try:
            self.address = self.wait_for(_READY).group(1)
        except BaseException:
            self.kill()
            raise

    def wait_for(self, pattern: re.Pattern[str] | str, seconds: float = START_SECONDS) -> re.Match[str]:
        """Return where a pattern is found in a line that it says, or has said.

        Raises:
            NotStarted: It ended, or said nothing like that for too long.
        """
        compiled = re.compile(pattern)
        with self._news:
            self._news.wait_for(lambda: self._ended or self._search(compiled) is not None, seconds)
            found = self._search(compiled)
        if found is None:
            raise NotStarted("".join(self.said))
        return found

    def send(self, number: int) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """Return its exit code when it has ended."""
        assert self._process is not None
        code = self._process.wait(seconds)
        self._reader.join(seconds)
        self._process = None
        return code

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Let it end in good order, and return its exit code; it is killed when it takes too long."""
        self.send(number)
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        """End it at this moment; workers notice that their parent is gone."""
        if self._process is not None:
            self._process.kill()
            self.wait()

    def _search(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return next((found for line in self.said if (found := pattern.search(line))), None)

    def _listen(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                with self._news:
                    self.said.append(line)
                    self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()
