"""What is measured of models: logging and loading them, their predictions, and the server that serves them."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from benchmarks.cases import Case, Line
from benchmarks.load import PROGRAM, load, warm_up
from benchmarks.measure import OURS, Figures, Sides
from benchmarks.server import Measured
from benchmarks.show import bytes_of, rate, times

COLUMNS = ("a", "b", "c", "d")
ROW = {"dataframe_split": {"columns": COLUMNS, "data": [[5.1, 3.5, 1.4, 0.2]]}}
ANSWER = {"predictions": [0]}
WARM_ROUNDS = 3
"""Seconds of load before memory is measured: what a server takes while it works counts."""


def model_cases(sides: Sides, scratch: Path, until_the_end: ExitStack) -> list[Case]:
    """Return every case, in the order in which they are measured.

    Args:
        sides: The two systems.
        scratch: A folder for what they write.
        until_the_end: Takes down what several cases use.
    """
    models = _Models(sides, scratch, until_the_end)

    def requests(connections: int) -> Case:
        """Return a case whose lines are how many are answered, and how long clients wait."""
        waits = (Line("p50", "    p50"), Line("p99", "    p99", budget=1))
        what = f"model server: one row, {connections} connection{'s' * (connections > 1)}"
        return Case(what, 8, models.served(connections), 0.6, show=rate(), more=waits, program=PROGRAM)

    def start(what: str, program: str) -> Case:
        """Return a case whose lines are how long a server takes to its first answer, and its memory after many."""
        memory = Line("memory", "    memory after a few thousand answers (PSS)", budget=3, show=bytes_of)
        name = f"model server: start to first answer, {what}"
        return Case(name, 8, models.started(program), 0.6, more=(memory,), program=PROGRAM)

    return [
        Case("load_model by alias", 5, models.loaded("again"), 0.6),
        Case("load_model by alias, fresh process", None, models.loaded(), 0.6),
        Case(
            "pyfunc predict of one row, signature enforced",
            None,
            models.predicted,
            more=(Line("over", "    over the library's own predict", budget=1, limit=1.2, show=times),),
        ),
        start("a Python model", "save_python_model"),
        start("a model of scikit-learn", "save_model"),
        *(requests(connections) for connections in (1, 8, 32)),
    ]


class ModelServer(Measured):
    """A server of a model in a folder, in the environment that there is."""

    def __init__(self, sides: Sides, system: str, model: Path, scratch: Path) -> None:
        super().__init__(sides, system, scratch, "models", "serve", "--model-uri", model, "--env-manager", "local")

    def answers(self) -> bool:
        """Say whether it predicts."""
        try:
            status, text = self.request("POST", "/invocations", ROW)
        except (OSError, http.client.HTTPException):
            return False
        if status == http.client.OK and json.loads(text) != ANSWER:
            raise SystemExit(f"The model server at {self.address} does not predict {ANSWER}: {text[:1000]!r}")
        return status == http.client.OK


class _Models:
    """One model in a folder for both systems, a registry for each, and a server of each, made when first needed."""

    def __init__(self, sides: Sides, scratch: Path, until_the_end: ExitStack) -> None:
        self._sides = sides
        self._scratch = scratch
        self._until_the_end = until_the_end
        self._servers: dict[str, ModelServer] = {}

    def loaded(self, *arguments: str) -> Callable[[str], Figures]:
        def measure(system: str) -> Figures:
            folder = self._scratch / f"registry-{system}"
            store = f"sqlite:///{folder / 'runs.db'}"
            if not folder.exists():
                folder.mkdir()
                self._sides.program("load_model", system, store)
            return self._sides.program("load_model", system, store, *arguments)

        return measure

    def predicted(self, system: str) -> Figures:
        return self._sides.program("predict_row", system, self._model())

    def started(self, program: str) -> Callable[[str], Figures]:
        def measure(system: str) -> Figures:
            with ModelServer(self._sides, system, self._model(program), self._scratch) as server:
                for _ in range(WARM_ROUNDS):
                    warm_up(server, "invocations", 8, ",".join(COLUMNS))
                return {"wall": server.start_seconds, "cpu": server.start_cpu, "memory": server.memory()}

        return measure

    def served(self, connections: int) -> Callable[[str], Figures]:
        def measure(system: str) -> Figures:
            if system not in self._servers:
                server = ModelServer(self._sides, system, self._model(), self._scratch)
                self._servers[system] = self._until_the_end.enter_context(server)
                self._servers[system].wait_until_idle()
            warm_up(self._servers[system], "invocations", connections, ",".join(COLUMNS))
            return load(self._servers[system], "invocations", connections, ",".join(COLUMNS)).figures

        return measure

    def _model(self, program: str = "save_model") -> Path:
        folder = self._scratch / program
        if not folder.exists():
            self._sides.program(program, OURS, folder)
        return folder
