"""What a person does in the page of each system, timed by the browser itself."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from benchmarks.server import MeasuredServer
from browsing import open_context

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from benchmarks.measure import Figures

PATIENCE = 900_000
"""The milliseconds that a step may take."""
REST = 3000
"""The milliseconds that a page is left alone for, where it loads more than it has to; one of them is never idle."""
FILTER = "metrics.acc > 0.99"
FRAMES, PIXELS = 180, 120
"""How many frames are scrolled, and how far each time: three seconds, and some hundred rows."""

# Resolves with the milliseconds from an event, or from the start of the navigation, to the frame that is on the screen
# when `done` holds. A document that is hidden shows no frames, and one that is not there yet has no event.
_STOPWATCH = """
window.stopwatch = (done, event) => {
  let begun = event ? undefined : 0;
  if (event) addEventListener(event, () => { begun ??= performance.now(); }, {capture: true, once: true});
  return new Promise((resolve) => {
    const look = () => {
      if (begun !== undefined && done()) requestAnimationFrame(() => resolve(performance.now() - begun));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
};
"""

# Scrolls what a row is in, back and forth where it ends, and gives the longest time from one frame to the next.
_SCROLL = """([row, frames, pixels]) => new Promise((resolve) => {
  let scroller = document.querySelector(row);
  while (scroller && !(scroller.scrollHeight > scroller.clientHeight + 1 &&
         /auto|scroll/.test(getComputedStyle(scroller).overflowY))) scroller = scroller.parentElement;
  if (!scroller) throw new Error("nothing scrolls");
  let [left, longest, last, step] = [frames, 0, undefined, pixels];
  const next = (now) => {
    if (last !== undefined) longest = Math.max(longest, now - last);
    last = now;
    if (!left--) return resolve(longest);
    const before = scroller.scrollTop;
    scroller.scrollTop += step;
    if (scroller.scrollTop === before) step = -step;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})"""

# What came over the network, as it came: compressed, with headers.
_LOADED = """() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const sum = (entries) => entries.reduce((total, entry) => total + entry.transferSize, 0);
  return {bytes: sum(all), script: sum(all.filter(({name, initiatorType}) =>
    initiatorType === "script" || /\\.m?js($|\\?)/.test(name))), requests: all.length};
}"""

# Whether something was drawn on one of the canvases: a colour that is no grey.
_DRAWN = """(selector) => [...document.querySelectorAll(selector)].some((canvas) => {
  if (!canvas.width || !canvas.height) return false;
  const {data} = canvas.getContext("2d").getImageData(canvas.width >> 1, 0, 1, canvas.height);
  for (let i = 0; i < data.length; i += 4) {
    const color = [...data.subarray(i, i + 3)];
    if (data[i + 3] > 99 && Math.max(...color) - Math.min(...color) > 40) return true;
  }
  return false;
})"""


class Looking(ABC):
    """One system's page, looked at with a browser.

    Args:
        browser: The browser; each look has a fresh profile.
        server: The server of the system, with the runs of ``fill_database.py``.
        points: How many points the long series have together.
    """

    row: ClassVar[str]
    """The selector of the first row of the table."""
    run_path: ClassVar[str]
    """What follows the id of an experiment in the address of its runs."""
    chart_query: ClassVar[str]
    """What that address ends in to have charts alone."""
    filter_field: ClassVar[str]
    """The selector of the field for a filter."""

    def __init__(self, browser: Browser, server: MeasuredServer, points: int) -> None:
        self._browser = browser
        self._points = points
        self._server = server
        self._ids = {name: self._experiment_id(name) for name in ("searched", "history")}
        found = self._names("", "metrics.acc ASC") + self._names("", "metrics.acc DESC")
        self._sorted, self._filtered = found, self._names(FILTER, "attributes.start_time DESC")

    @property
    @abstractmethod
    def has_rows(self) -> str:
        """A function in JavaScript that says whether the rows are there, with what the page shows of them at first."""

    @property
    @abstractmethod
    def has_chart(self) -> str:
        """A function in JavaScript that says whether the lines of ten runs are drawn."""

    @abstractmethod
    def sort(self, page: Page) -> None:
        """Sort by the metric `acc`; the last thing done is a click."""

    def prepare_sort(self, page: Page) -> None:
        """Do what comes before that click."""

    def load(self) -> Figures:
        """Go to the runs: seconds until they are shown, and what was loaded for that."""
        with self._looking("searched") as (page, seconds, cpu):
            return {"wall": seconds, "cpu": cpu, **page.evaluate(_LOADED)}

    def sort_runs(self) -> Figures:
        """Seconds from a click to the run that is first then."""
        with self._looking("searched") as (page, *_):
            self.prepare_sort(page)
            self._start(page, self._first_is(self._sorted), "pointerdown")
            return self._stop(page, lambda: self.sort(page))

    def filter_runs(self) -> Figures:
        """Seconds from the Enter key to the run that is first then."""
        with self._looking("searched") as (page, *_):
            page.locator(self.filter_field).fill(FILTER)
            self._start(page, self._first_is(self._filtered), "keydown")
            return self._stop(page, lambda: page.keyboard.press("Enter"))

    def scroll(self) -> Figures:
        """Seconds of the longest frame."""
        with self._looking("searched") as (page, *_):
            page.wait_for_timeout(REST)
            cpu = self._server.cpu()
            longest = page.evaluate(_SCROLL, [self.row, FRAMES, PIXELS]) / 1000
            return {"wall": longest, "cpu": self._server.cpu() - cpu}

    def chart(self) -> Figures:
        """Seconds from the navigation to ten drawn lines."""
        with self._looking("history", self.chart_query, self.has_chart) as (_, seconds, cpu):
            return {"wall": seconds, "cpu": cpu}

    @contextmanager
    def _looking(
        self, experiment: str, query: str = "", done: str | None = None
    ) -> Iterator[tuple[Page, float, float]]:
        """Go to the runs of an experiment; give the page, the seconds it took, and those of the server's CPU."""
        context = open_context(self._browser)
        context.set_default_timeout(PATIENCE)
        try:
            page = context.new_page()
            page.add_init_script(_STOPWATCH + f"window.measured = stopwatch({done or self.has_rows});")
            cpu = self._server.cpu()
            address = f"{self._server.address}/#/experiments/{self._ids[experiment]}{self.run_path}{query}"
            page.goto(address, wait_until="commit")
            seconds = page.evaluate("measured") / 1000
            yield page, seconds, self._server.cpu() - cpu
        finally:
            context.close()

    def _start(self, page: Page, done: str, event: str) -> None:
        page.evaluate(f"() => {{ window.measured = stopwatch({done}, '{event}'); }}")

    def _stop(self, page: Page, act: Any) -> Figures:
        cpu = self._server.cpu()
        act()
        return {"wall": page.evaluate("measured") / 1000, "cpu": self._server.cpu() - cpu}

    def _first_is(self, names: list[str]) -> str:
        row = f"document.querySelector({json.dumps(self.row)})"
        return f"() => {json.dumps(names)}.some((name) => {row}?.textContent.includes(name))"

    def _experiment_id(self, name: str) -> str:
        path = f"experiments/get-by-name?experiment_name={quote(name)}"
        return str(self._server.call("GET", path)["experiment"]["experiment_id"])

    def _names(self, filter_string: str, order: str) -> list[str]:
        """Return the name of the run that is first."""
        asked = {
            "experiment_ids": [self._ids["searched"]],
            "filter": filter_string,
            "order_by": [order],
            "max_results": 1,
        }
        return [self._server.call("POST", "runs/search", asked)["runs"][0]["info"]["run_name"]]


class LookingAtOurs(Looking):
    """The page of runyard: the table with charts beside it, as it is at first."""

    row = "[data-row='0']"
    run_path = ""
    chart_query = "?mode=charts"
    filter_field = "[role=combobox][data-search]"

    @property
    def has_rows(self) -> str:
        """Rows, each with values of metrics."""
        return (
            "() => document.querySelectorAll('[data-run]').length > 10 && "
            "/metric *acc/.test(document.querySelector('[role=columnheader][data-column*=acc]')?.textContent ?? '') && "
            "document.querySelector('[data-run] .is-number:nth-last-child(2)')?.textContent.trim()"
        )

    @property
    def has_chart(self) -> str:
        told = json.dumps(f"of {self._points:,} points")
        return f"() => document.body.textContent.includes({told}) && ({_DRAWN})('.chart-plot canvas')"

    def sort(self, page: Page) -> None:
        page.locator("[role=columnheader][data-column*=acc]").click(position={"x": 20, "y": 15})


class LookingAtReference(Looking):
    """The page of the reference system: the table alone; it has no column of a metric at first."""

    row = ".ag-row[row-index='0'] a[href*='/runs/']"
    run_path = "/runs"
    chart_query = "?compareRunsMode=CHART"
    filter_field = "[data-testid=search-box]"

    @property
    def has_rows(self) -> str:
        return "() => document.querySelectorAll(\".ag-row a[href*='/runs/']\").length > 10"

    @property
    def has_chart(self) -> str:
        return "() => document.querySelectorAll('.js-plotly-plot path.js-line').length >= 10"

    def prepare_sort(self, page: Page) -> None:
        page.get_by_test_id("sort-select-dropdown").click()
        page.get_by_test_id("sort-select-acc").wait_for()

    def sort(self, page: Page) -> None:
        page.get_by_test_id("sort-select-acc").click()
