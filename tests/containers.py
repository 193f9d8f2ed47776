"""Containers on the engine that ``python -m servers docker -- pytest ...`` starts, for the tests that need one."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest


def require_engine() -> Engine:
    """Return the engine; the test is skipped where there is none."""
    address = os.environ.get("RUNYARD_TEST_DOCKER_HOST")
    if not address:
        pytest.skip(
            "RUNYARD_TEST_DOCKER_HOST names no Docker engine; one is started by "
            "`PYTHONPATH=tests python -m servers docker -- pytest ...`"
        )
    return Engine(address, os.environ["RUNYARD_TEST_DOCKER"], os.environ["RUNYARD_TEST_DOCKER_IMAGE"])


class Engine:
    """An engine, by its client.

    Attributes:
        address: Where it listens.
        program: Its client.
        base: The name of an image with Python.
    """

    def __init__(self, address: str, program: str, base: str) -> None:
        self.address = address
        self.program = program
        self.base = base

    def ask(self, *words: str) -> str:
        """Run a command and return what it printed; the test fails if the command does."""
        done = subprocess.run(self.command(*words), capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"docker {' '.join(words)}:\n{done.stderr}"
        return done.stdout.strip()

    def command(self, *words: str) -> list[str]:
        """Return the words of a command."""
        return [self.program, "--host", self.address, *words]

    def inspect(self, thing: str) -> dict[str, Any]:
        """Return what the engine knows of an image or a container."""
        found: dict[str, Any] = json.loads(self.ask("inspect", thing))[0]
        return found

    def layers(self, image: str) -> list[str]:
        """Return the digests of an image's layers, the lowest first."""
        layers: list[str] = self.inspect(image)["RootFS"]["Layers"]
        return layers

    @contextmanager
    def run(self, image: str, options: Sequence[str] = (), words: Sequence[str] = ()) -> Iterator[Container]:
        """Start a container, and remove it in the end."""
        container = Container(self, self.ask("run", "--detach", *options, image, *words).splitlines()[-1])
        try:
            yield container
        finally:
            self.ask("rm", "--force", "--volumes", container.name)


class Container:
    """A container that was started.

    Attributes:
        name: Its id.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self.name = name
        self._engine = engine

    def wait_for(self, text: str) -> str:
        """Wait until it says something, and return what it has said until then; the test fails if it ends before."""
        command = self._engine.command("logs", "--follow", self.name)
        said = ""
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            assert process.stdout
            try:
                for line in process.stdout:
                    said += line
                    if text in line:
                        return said
            finally:
                process.kill()
        pytest.fail(f"it ended and never said {text!r}:\n{said}")

    def wait_for_health(self) -> str:
        """Wait for the first verdict of its health check, and return it."""
        filters = ("--filter", f"container={self.name}", "--filter", "event=health_status")
        command = self._engine.command("events", "--since=0", *filters, "--format={{.Status}}")
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            try:
                return process.stdout.readline().strip().removeprefix("health_status: ")
            finally:
                process.kill()

    def execute(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a program in it."""
        command = self._engine.command("exec", self.name, *words)
        return subprocess.run(command, capture_output=True, text=True, check=False)

    @property
    def state(self) -> dict[str, Any]:
        """What the engine says of its processes."""
        state: dict[str, Any] = self._engine.inspect(self.name)["State"]
        return state

    def request(self, method: str, path: str, body: Any = None, port: int = 8080) -> tuple[int, str]:
        """Send it a request, with a body as JSON, and return the status and the text of the reply."""
        address = self._engine.inspect(self.name)["NetworkSettings"]["IPAddress"]
        connection = http.client.HTTPConnection(address, port, timeout=60)
        try:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            reply = connection.getresponse()
            return reply.status, reply.read().decode()
        finally:
            connection.close()

    def stop(self, seconds: int) -> None:
        """Ask it to end, and end it after some seconds."""
        self._engine.ask("stop", f"--time={seconds}", self.name)
