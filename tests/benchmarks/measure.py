"""One side of a measurement, in a process of its own."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

PROGRAMS = Path(__file__).parent / "programs"
OURS, REFERENCE = "runyard", "mlflow"

Figures = dict[str, float]
"""Seconds by ``wall`` and ``cpu``; some measurements have figures of their own besides, the smaller the better."""


class Sides:
    """The two systems: each with its own Python, in an environment without settings of either.

    Args:
        home: A folder that stands for the home folder.
        reference: The Python that has the reference system installed.
    """

    def __init__(self, home: Path, reference: str) -> None:
        self.pythons = {OURS: sys.executable, REFERENCE: reference}
        self._home = home
        # Away from this repository, so that neither side asks git about the program unless that is what is measured
        self._programs = Path(shutil.copytree(PROGRAMS, home / "programs"))
        kept = {key: text for key, text in os.environ.items() if not key.startswith(("RUNYARD_", "MLFLOW_", "PYTHON"))}
        self._environment = {
            **kept,
            "HOME": str(home),
            "MLFLOW_ALLOW_FILE_STORE": "true",
            "MLFLOW_DISABLE_TELEMETRY": "true",
        }

    def process(self, system: str, *arguments: object) -> Figures:
        """Run the Python of one side and return what its whole life took, descendants included."""
        return self._run(system, *arguments)[1]

    def program(
        self, name: str, system: str, store: object, *arguments: object, in_repository: bool = False
    ) -> Figures:
        """Run a program with one system and a folder or address for its runs.

        Returns:
            What its own watch shows, or its whole life if it has none.
        """
        program = (PROGRAMS if in_repository else self._programs) / f"{name}.py"
        output, life = self._run(system, program, system, store, *arguments)
        figures = [line for line in output.splitlines() if line.startswith("{")]  # systems speak as well
        shown: Figures = json.loads(figures[-1]) if figures else life
        return shown

    def spawn(self, system: str, *arguments: object, output: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start the Python of one side in a session of its own, which may go on; what it says goes to a file."""
        return subprocess.Popen(
            [self.pythons[system], *map(str, arguments)],
            env=self._variables(system),
            cwd=self._home,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _variables(self, system: str) -> dict[str, str]:
        """Return the variables of a process, with the programs of its environment within reach."""
        programs = os.path.dirname(self.pythons[system])
        return {**self._environment, "PATH": os.pathsep.join((programs, self._environment.get("PATH", os.defpath)))}

    def _run(self, system: str, *arguments: object) -> tuple[str, Figures]:
        command = [self.pythons[system], *map(str, arguments)]
        wall, cpu = time.perf_counter(), _children_time()
        result = subprocess.run(
            command, env=self._variables(system), cwd=self._home, capture_output=True, encoding="utf-8", check=False
        )
        figures = {"wall": time.perf_counter() - wall, "cpu": _children_time() - cpu}
        if result.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{result.stderr}")
        return result.stdout, figures


def _children_time() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
