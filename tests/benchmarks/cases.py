"""What is measured, and how many times faster it has to be."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Figures, Sides
from benchmarks.show import Show, seconds

INDEX = ".runyard-index"
CLOCKS = ("wall", "cpu")
# Seconds that the start of a process varies by: smaller differences are called this.
NOISE = 0.001


@dataclass(frozen=True)
class Line:
    """One figure of a measurement, as it stands in the table.

    Attributes:
        figure: Which one.
        name: What it is.
        budget: By what factor the reference's has to be larger; `None` where that is only to be known.
        limit: What ours may not exceed.
        show: Writes it.
    """

    figure: str
    name: str
    budget: float | None = None
    limit: float | None = None
    show: Show = seconds


@dataclass(frozen=True)
class Case:
    """One measurement: a line of the table, or several.

    Attributes:
        name: What is measured.
        budget: How many times faster than the reference it has to be; `None` where that is only to be known.
        measure: Measures one side once.
        share: How often, of as many repeats as were asked for; costly cases take fewer.
        show: Writes its wall time.
        more: Further lines, below that of its wall time.
        program: What has to be installed for it besides the two systems, a Debian package of the same name.
        limit: What ours may not exceed, in seconds.
    """

    name: str
    budget: float | None
    measure: Callable[[str], Figures]
    share: float = 1.0
    show: Show = seconds
    more: tuple[Line, ...] = ()
    program: str | None = None
    limit: float | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """What the table shows of it."""
        return (Line("wall", self.name, self.budget, self.limit, self.show), *self.more)


def all_cases(sides: Sides, scratch: Path) -> list[Case]:
    """Return every case, in the order in which they are measured.

    Args:
        sides: The two systems.
        scratch: A folder for what they write.
    """

    def fresh(name: str, *arguments: object, in_repository: bool = False) -> Callable[[str], Figures]:
        def measure(system: str) -> Figures:
            with tempfile.TemporaryDirectory(dir=scratch) as folder:
                return sides.program(name, system, Path(folder, "mlruns"), *arguments, in_repository=in_repository)

        return measure

    searched = _Searched(sides, scratch)
    return [
        Case("import, over the bare interpreter", 60, lambda system: _import(sides, system)),
        Case("--help", 30, lambda system: sides.process(system, "-m", system, "--help")),
        Case("process start to first metric, fresh file store", 20, fresh("first_metric")),
        Case("the same, script in a git repository", None, fresh("first_metric", in_repository=True)),
        Case("log_metric", 25, fresh("log_metric")),
        Case("log_batch of 1,000 metrics, 10 keys x 100 steps", 25, fresh("log_batch", 10)),
        # A key is a file in this format: from here on it is the file system that is measured.
        Case("log_batch of 1,000 metrics, 10 new keys x 100 steps", None, fresh("log_batch", 10, "new")),
        Case("log_batch of 1,000 metrics, 1,000 keys", None, fresh("log_batch", 1000)),
        Case("log_batch of 1,000 metrics, 1,000 new keys", None, fresh("log_batch", 1000, "new")),
        Case("search of 1,000 runs, page of 100, index deleted", 10, searched.cold(100), 0.6),
        Case("search of 1,000 runs, page of 100, index there, fresh process", 100, searched.warm(100), 0.6),
        Case("search of 1,000 runs, page of 100, again in the process", 100, searched.again(100), 0.6),
        Case("search of 1,000 runs, all of them, index deleted", None, searched.cold(1000), 0.6),
        Case("search of 1,000 runs, all of them, index there, fresh process", None, searched.warm(1000), 0.6),
        Case("search of 1,000 runs, all of them, again in the process", None, searched.again(1000), 0.6),
        Case("sklearn.log_model, requirements inferred", 10, fresh("log_model"), 0.6),
    ]


def _import(sides: Sides, system: str) -> Figures:
    # The difference of two process starts is lost in their noise where it is small: the best of several is taken.
    starts = [(sides.process(system, "-c", "pass"), sides.process(system, "-c", f"import {system}")) for _ in range(5)]
    best = {
        clock: (min(bare[clock] for bare, _ in starts), min(whole[clock] for _, whole in starts)) for clock in CLOCKS
    }
    return {clock: max(whole - bare, NOISE) for clock, (bare, whole) in best.items()}


class _Searched:
    """A folder of 1,000 runs for each system; the same runs, written once."""

    def __init__(self, sides: Sides, scratch: Path) -> None:
        self._sides = sides
        self._scratch = scratch

    def cold(self, size: int) -> Callable[[str], Figures]:
        def measure(system: str) -> Figures:
            folder = self._folder(system)
            for index in folder.glob(f"*/{INDEX}"):
                index.unlink()
            return self._sides.program("search", system, folder, size)

        return measure

    def warm(self, size: int) -> Callable[[str], Figures]:
        def measure(system: str) -> Figures:
            self._sides.program("search", system, self._folder(system), 1000)
            return self._sides.program("search", system, self._folder(system), size)

        return measure

    def again(self, size: int) -> Callable[[str], Figures]:
        return lambda system: self._sides.program("search", system, self._folder(system), size, "again")

    def _folder(self, system: str) -> Path:
        folder = self._scratch / f"searched-{system}" / "mlruns"
        if not folder.exists():
            written = self._scratch / "written" / "mlruns"
            if not written.exists():
                self._sides.program("fill", "runyard", written)
            shutil.copytree(written, folder)
        return folder
