"""What the steps share: the client, a record of what it was asked and of what it answered."""

from __future__ import annotations

import importlib
import inspect
import re
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plain import plain

STEPS: list[Step] = []
DAY = 86_400_000
START = 1_700_000_000_000


class Step:
    """Something to do with a server.

    Attributes:
        name: Its name in the report.
        function: What does it.
        methods: The methods of the client that it cannot do without.
        functions: The names of the package that it cannot do without; ``data.from_pandas`` is one, too.
    """

    def __init__(self, function: Callable[[Session], None], methods: str, functions: str) -> None:
        self.name = f"{function.__module__.partition('.')[2]}.{function.__name__}"
        self.function = function
        self.methods = methods.split()
        self.functions = functions.split()


def step(methods: str = "", functions: str = "") -> Callable[[Callable[[Session], None]], None]:
    """Register a function as a step."""
    return lambda function: STEPS.append(Step(function, methods, functions))


class Counting:
    """Gives the attributes of a thing and remembers which."""

    def __init__(self, thing: Any) -> None:
        self._thing = thing
        self.asked: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._thing, name)
        self.asked.add(name)
        return found


class Session:
    """A program at work.

    Args:
        system: The package.
        folder: Where it may put files.
        server: The address.
        name: What the names of all that it makes begin with.

    Attributes:
        client: The client; what is called is counted.
        fluent: The package; what is called is counted.
        in_memory: Methods that ask no server, and that no step calls.
    """

    def __init__(self, system: str, folder: str, server: str, name: str) -> None:
        self.package = importlib.import_module(system)
        self.entities = importlib.import_module(f"{system}.entities")
        self.package.set_tracking_uri(server)
        self.client: Any = Counting(self.package.MlflowClient(server))
        self.fluent: Any = Counting(self.package)
        self.folder = Path(folder)
        self.server = server
        self.prefix = name
        self.in_memory: tuple[str, ...] = ()
        self._labels: dict[str, str] = {}
        self._experiments: dict[str, str] = {"0": "<default experiment>"}
        self._seen: dict[str, dict[str, object]] = {}
        self._failed: dict[str, str] = {}
        self._left_out: list[str] = []
        self._now: dict[str, object] = {}
        self._began = int(time.time() * 1000)
        self._root = self.package.MlflowClient(server).get_experiment("0").artifact_location.removesuffix("/0")

    def take(self, step: Step) -> None:
        """Take a step; if it fails, note why and go on."""
        lacks = [name for name in step.methods if not hasattr(self.package.MlflowClient, name)]
        lacks += [name for name in step.functions if not self._has(name)]
        if lacks:
            self._left_out.append(step.name)
            return
        self._now = self._seen[step.name] = {}
        try:
            step.function(self)
        except Exception:
            self._failed[step.name] = traceback.format_exc()
            while self.package.active_run() is not None:
                self.package.end_run("FAILED")

    def _has(self, name: str) -> bool:
        value: Any = self.package
        for part in name.split("."):
            value = getattr(value, part, None)
        return value is not None

    def takes(self, method: str, parameter: str) -> bool:
        """Say whether a method of the client takes a parameter."""
        return parameter in inspect.signature(getattr(self.package.MlflowClient, method)).parameters

    def name(self, text: str) -> str:
        """Return a name that nobody else has on this server."""
        return f"{self.prefix}-{text}"

    def scratch(self, name: str, content: bytes | None = None) -> Path:
        """Return the path of a file for use, with some content, or of a folder to put files into."""
        path = self.folder / name
        (path if content is None else path.parent).mkdir(parents=True, exist_ok=True)
        if content is not None:
            path.write_bytes(content)
        return path

    def experiment(self, text: str, **arguments: Any) -> str:
        """Make an experiment; return its id."""
        experiment_id = self.client.create_experiment(self.name(text), **arguments)
        return self.knows_experiment(experiment_id, text)

    def knows_experiment(self, experiment_id: str, text: str) -> str:
        """Give an experiment a name in the report; return its id."""
        self._experiments[experiment_id] = f"<experiment {text}>"
        return experiment_id

    def run(self, experiment_id: str, text: str, **arguments: Any) -> str:
        """Make a run; return its id."""
        run = self.client.create_run(experiment_id, run_name=text, start_time=START, **arguments)
        return self.knows(run.info.run_id, f"run {text}")

    def knows(self, identifier: str, label: str) -> str:
        """Give what has an id a name in the report; return the id."""
        self._labels[identifier] = f"<{label}>"
        return identifier

    def see(self, label: str, value: object, *, sort: bool = False) -> None:
        """Report something under a label; a list keeps its order unless it is to be sorted."""
        assert label not in self._now, label
        if isinstance(value, list) and not sort:
            self._now[label] = [plain(item) for item in value]
        else:
            self._now[label] = plain(value)

    def refused(self, label: str, call: Callable[[], object]) -> None:
        """Report the error that a call raises."""
        try:
            value = call()
        except Exception as error:
            self.see(label, f"refused: {getattr(error, 'error_code', type(error).__name__)}")
        else:
            self.see(label, f"not refused: {value!r}")

    def report(self) -> dict[str, object]:
        """Return everything, with the same words for ids, times and addresses wherever it was done."""
        methods = [
            name for name, _ in inspect.getmembers(self.package.MlflowClient, callable) if not name.startswith("_")
        ]
        return {
            "methods": methods,
            "called": sorted(self.client.asked),
            "functions": sorted(self.fluent.asked),
            "left out": self._left_out,
            "in memory": [*self.in_memory],
            "failed": self._failed,
            "seen": {name: self._words(seen) for name, seen in self._seen.items() if name not in self._failed},
        }

    def _words(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {self._words(name): self._words(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [self._words(item, key) for item in value]
        if isinstance(value, int) and not isinstance(value, bool):
            return "<time>" if self._began - DAY < value < self._began + DAY else value
        if not isinstance(value, str):
            return value
        if key == "experiment_id":
            return self._experiments.get(value, value)
        if re.match(r"mlflow-artifacts:|file:|/", value):
            value = re.sub(r"/(\w+)(?=/|$)", lambda part: f"/{self._experiments.get(part[1], part[1])}", value)
        for identifier, label in self._labels.items():
            value = value.replace(identifier, label)
        words = {self.server: "<server>", str(self.folder): "<folder>", self.prefix: "<name>"}
        if not self._root.startswith("mlflow-artifacts:"):
            words = {self._root: "<root>", **words}
        for text, word in words.items():
            value = value.replace(text, word)
        value = re.sub(r"\bm-[0-9a-f]{32}\b", "<a model id>", value)
        value = re.sub(r"\b[0-9a-f]{32}\b", "<an id>", value)
        return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>", value)
