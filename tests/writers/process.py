"""A writer as its parent sees it."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from runyard.tracking.requests import NewExperiment, NewRun
from runyard.tracking.stores import open_store

TESTS = Path(__file__).parents[1]
PATIENCE = 300
KINDS = ("ready", "run", "file", "batch", "shared", "end")


@dataclass
class Target:
    """Where writers write: an experiment of their own, with a run that all of them share; used in a ``with`` block.

    None of its writers outlives the block, so that a test that fails leaves nothing to the next one.

    Attributes:
        address: The store.
    """

    address: str
    experiment_id: str = field(init=False)
    shared: str = field(init=False)

    def __post_init__(self) -> None:
        self._writers: list[Writer] = []
        self._count = 0
        store = open_store(self.address)
        with tempfile.NamedTemporaryFile(prefix="writers-") as unique:
            self.experiment_id = store.create_experiment(NewExperiment(name=Path(unique.name).name))
        shared = NewRun(experiment_id=self.experiment_id, user_id="all", start_time=0, run_name="shared")
        self.shared = store.create_run(shared).info.run_id

    def __enter__(self) -> Target:
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self._writers:
            writer.close()

    def writer(self, threads: int = 1, *, reads: bool = False, address: str | None = None) -> Writer:
        """Start a writer, which waits until it is told to begin.

        Args:
            threads: How many write in it, each for itself.
            reads: Whether they also keep files, and look whether they can read what they were told is written.
            address: Another address of the same store, for this writer.
        """
        numbers = range(self._count + 1, self._count + threads + 1)
        self._count += threads
        place = [address or self.address, self.experiment_id, self.shared]
        writer = Writer([*place, str(int(reads)), *map(str, numbers)])
        self._writers.append(writer)
        writer.wait_for(1)
        return writer


class Writer:
    """A process that writes.

    Attributes:
        said: The lines that it said, each after a call that had returned.
    """

    def __init__(self, arguments: list[str]) -> None:
        self.said: list[str] = []
        self._news = threading.Condition()
        self._errors: list[str] = []
        self._process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-W", "error", "-m", "writers.program", *arguments],
            cwd=TESTS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self._process.stdout
        self._reader = threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    def begin(self) -> None:
        """Let it write."""
        self._tell()

    def wait_for(self, lines: int) -> None:
        """Return when it has said so much; fail if it ends before that."""
        with self._news:
            said = self._news.wait_for(lambda: len(self.said) >= lines or not self._reader.is_alive(), PATIENCE)
        assert said, f"The writer has said {len(self.said)} lines, not {lines}."
        assert len(self.said) >= lines, f"The writer ended with {self._process.wait()}: {self.errors()}"

    def kill(self) -> None:
        """End it at this moment."""
        self.close()
        assert self._process.returncode == -signal.SIGKILL, self.errors()

    def end(self) -> None:
        """Tell it to end after what it is doing."""
        self._tell()

    def join(self) -> None:
        """Return when it has ended by itself; fail if an error has reached it."""
        self._process.wait(PATIENCE)
        self.close()
        assert self._process.returncode == 0, f"The writer ended with {self._process.returncode}: {self.errors()}"

    def close(self) -> None:
        """End it if it still runs, and let go of it."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stdin
        with suppress(BrokenPipeError):
            self._process.stdin.close()

    def errors(self) -> str:
        """Return whatever else it wrote."""
        return "".join(self._errors)

    def _tell(self) -> None:
        assert self._process.stdin
        with suppress(BrokenPipeError):  # it has failed, which `join` tells
            self._process.stdin.write(b"\n")
            self._process.stdin.flush()

    def _listen(self, output: IO[bytes]) -> None:
        with output:
            for raw in output:
                line = raw.decode(errors="replace")
                kind, _, rest = line.partition(" ")
                with self._news:
                    if kind in KINDS and rest.endswith("\n"):
                        self.said.append(line.strip())
                    else:
                        self._errors.append(line)
                    self._news.notify_all()
        with self._news:
            self._news.notify_all()
