"""What is measured of the page: by the browser, of the same steps in the pages of both systems, with the same runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.cases import Case, Line
from benchmarks.databases import sqlite
from benchmarks.looking import Looking, LookingAtOurs, LookingAtReference
from benchmarks.measure import OURS, Figures, Sides
from benchmarks.server import MeasuredServer
from benchmarks.show import bytes_of
from browsing import browsing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RUNS, METRICS, SERIES, POINTS = 10_000, 20, 10, 1_000_000
MOST_SCRIPT = 300e3


def page_cases(sides: Sides, scratch: Path, until_the_end: ExitStack) -> list[Case]:
    """Return every case, in the order in which they are measured.

    Args:
        sides: The two systems.
        scratch: A folder for what they write.
        until_the_end: Takes down what several cases use.
    """
    looked = _Looked(sides, scratch, until_the_end)

    def case(
        what: str,
        limit: float,
        measure: Callable[[Looking], Figures],
        *more: Line,
        budget: float | None = 1,
        share: float = 1,
    ) -> Case:
        def on(system: str) -> Figures:
            return measure(looked.at(system))

        return Case(f"page: {what}", budget, on, share, more=more, program="chromium", limit=limit)

    return [
        case(
            f"{RUNS:,} runs, fresh profile, until rows are shown",
            0.8,
            Looking.load,
            Line("script", "    bytes of script, compressed", 1, MOST_SCRIPT, bytes_of),
            Line("bytes", "    bytes in all", 1, show=bytes_of),
            Line("requests", "    requests", show=lambda value: f"{value:.0f}"),
        ),
        case("sorted by a metric, click to new rows", 0.3, Looking.sort_runs),
        case("filtered by a metric, key to new rows", 0.3, Looking.filter_runs),
        # No frame can be shorter than the screen takes.
        case("scrolled, longest frame", 0.05, Looking.scroll, budget=None),
        case(f"chart of {SERIES} runs of {POINTS:,} points, fresh profile", 1.0, Looking.chart, share=0.6),
    ]


class _Looked:
    """A browser, and a server of each system with the same runs, started when they are first needed."""

    def __init__(self, sides: Sides, scratch: Path, until_the_end: ExitStack) -> None:
        self._sides = sides
        self._scratch = scratch
        self._until_the_end = until_the_end
        self._known: dict[str, Looking] = {}

    @cached_property
    def _browser(self) -> Browser:
        return self._until_the_end.enter_context(browsing())

    def at(self, system: str) -> Looking:
        if system not in self._known:
            store = self._until_the_end.enter_context(sqlite(self._scratch))
            self._sides.program("fill_database", system, store, RUNS, POINTS, METRICS, SERIES)
            server = self._until_the_end.enter_context(MeasuredServer(self._sides, system, store, self._scratch))
            server.wait_until_idle()
            looking = LookingAtOurs if system == OURS else LookingAtReference
            self._known[system] = looking(self._browser, server, SERIES * POINTS)
        return self._known[system]
