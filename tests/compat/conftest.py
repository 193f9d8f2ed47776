"""Both systems run in processes of their own, on the same programs and the same folders or servers."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = Path(__file__).parent / "programs"
SYSTEMS = ("runyard", "mlflow")
PYTHONS = {
    "mlflow": ("RUNYARD_TEST_MLFLOW_PYTHON", "mlflow"),
    "mlflow-skinny": ("RUNYARD_TEST_MLFLOW_SKINNY_PYTHON", "mlflow-skinny"),
    "mlflow-old": ("RUNYARD_TEST_MLFLOW_OLD_PYTHON", "mlflow 2"),
}
# As they are before a test changes the environment.
NAMED = {variable: os.environ.get(variable) for variable, _ in PYTHONS.values()}
START_SECONDS = 180.0

Program = Callable[..., Any]
ServerOf = Callable[..., "Server"]
Report = dict[str, Any]


def python_of(installation: str) -> str:
    """Return the Python of an installation; skip the test if there is none."""
    if installation == "runyard":
        return sys.executable
    variable, package = PYTHONS[installation]
    python = NAMED[variable]
    if not python:
        pytest.skip(f"{variable} names no Python that has {package} installed")
    return python


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables that programs and servers run with."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "RUNYARD_"))}
    return {
        **kept,
        "HOME": str(tmp_path_factory.mktemp("home")),
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        # A server that fails is to be seen, and not to be asked for minutes.
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
        "MLFLOW_HTTP_REQUEST_TIMEOUT": "60",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "PYTHONWARNINGS": "ignore",
        "LOGNAME": "ada",
    }


@pytest.fixture(scope="session")
def program(environment: dict[str, str]) -> Program:
    """Return a function that runs a program with one of the systems and returns what it printed, read as JSON."""
    python_of("mlflow")

    def run(
        name: str, system: str, folder: Path, *arguments: object, stdin: object = None, installation: str = ""
    ) -> Any:
        result = subprocess.run(
            [
                python_of(installation or system),
                str(PROGRAMS / f"{name}.py"),
                system,
                str(folder),
                *map(str, arguments),
            ],
            input=json.dumps(stdin),
            env=environment,
            cwd=environment["HOME"],
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert result.returncode == 0, f"{name}.py with {system}:\n{result.stderr}"
        return json.loads(result.stdout.splitlines()[-1]) if result.stdout.strip() else None

    return run


@pytest.fixture(scope="session", params=SYSTEMS, ids=lambda writer: f"written-by-{writer}")
def folder(request: pytest.FixtureRequest, program: Program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one of everything, written by each system in turn."""
    path = tmp_path_factory.mktemp(request.param) / "mlruns"
    program("write", request.param, path)
    return path


class Server:
    """A server of one of the systems, started as an operator starts it.

    Args:
        system: Which.
        folder: Where it keeps its database and its artifacts.
        environment: The variables that it runs with.
        is_proxy: Whether artifacts go through it; otherwise clients reach the folder of them themselves.

    Attributes:
        address: Where it answers.
        folder: Its folder; the database is ``runs.db``, the artifacts are in ``artifacts``.
    """

    def __init__(self, system: str, folder: Path, environment: dict[str, str], *, is_proxy: bool) -> None:
        with socket.create_server(("127.0.0.1", 0)) as reserved:
            port = reserved.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.folder = folder
        self._log = folder / "log.txt"
        artifacts = folder / "artifacts"
        served = ["--artifacts-destination", str(artifacts)]
        direct = ["--no-serve-artifacts", "--default-artifact-root", str(artifacts)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    *(python_of(system), "-m", system, "server", "--host", "127.0.0.1", "--port", str(port)),
                    *("--workers", "1", "--backend-store-uri", f"sqlite:///{folder / 'runs.db'}"),
                    *(served if is_proxy else direct),
                ],
                env=environment,
                cwd=folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Wait until it answers."""
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.address}/health", timeout=10):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"The server does not answer:\n{self._log.read_text('utf-8', 'replace')[-4000:]}")

    def stop(self) -> None:
        """End it, with the processes that it has started."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
                self._process.wait(20)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                pass


@pytest.fixture(scope="session")
def server(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerOf]:
    """Return a function that gives a server of one of the systems, started once for each folder."""
    started: dict[tuple[str, str, Path | None], Server] = {}

    def find(system: str, artifacts: str = "proxied", folder: Path | None = None) -> Server:
        key = (system, artifacts, folder)
        if key not in started:
            place = folder or tmp_path_factory.mktemp(f"{system}-{artifacts}")
            started[key] = Server(system, place, environment, is_proxy=artifacts == "proxied")
        started[key].wait()
        return started[key]

    yield find
    for each in started.values():
        each.stop()


@pytest.fixture(scope="session")
def report(program: Program, server: ServerOf, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Report]:
    """Return a function that has a client use a server, once, and returns what it has seen."""

    @cache
    def use(client: str, system: str, artifacts: str) -> Report:
        package = "runyard" if client == "runyard" else "mlflow"
        address = server(system, artifacts).address
        folder = tmp_path_factory.mktemp("use")
        found: Report = program("use", package, folder, address, f"use-of-{client}", installation=client)
        return found

    return lambda client, system, artifacts="proxied": use(client, system, artifacts)
