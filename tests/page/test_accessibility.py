"""Every view passes axe in light and in dark, and is used by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browsing import Opened, Watch, address_of, open_context, settle
from sample_work import SampleWork, do_sample_work

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from browsing import PageServer

AXE = Path(__file__).parents[2] / "plugins" / "ui" / "page" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ASK = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"], iframes: false});
  return found.violations
    .filter(({impact}) => impact === "serious" || impact === "critical")
    .flatMap(({id, nodes}) => nodes.map(({html, failureSummary}) => `${id}: ${html.slice(0, 300)} ${failureSummary}`));
}"""

NAMES = sorted(SampleWork("1", "2", ("a", "b"), "c", "m").views)


@pytest.fixture(scope="module")
def work(server: PageServer, tmp_path_factory: pytest.TempPathFactory) -> SampleWork:
    from runyard import MlflowClient

    client = MlflowClient(server.address, server.address)
    return do_sample_work(client, tmp_path_factory.mktemp("work"), "-accessible")


def faults(page: Page) -> list[str]:
    """Return the serious faults of what a page shows now."""
    if not AXE.is_file():
        pytest.skip("accessibility is checked by axe-core: npm ci in plugins/ui/page")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(ASK, RULES)
    return found


@pytest.fixture(scope="module", params=[False, True], ids=["light", "dark"])
def shown(request: pytest.FixtureRequest, browser: Browser, server: PageServer) -> Iterator[Opened]:
    """One page for all views, as a reader has it."""
    context = open_context(browser, is_dark=request.param)
    page = context.new_page()
    yield Opened(page, Watch(page, server.address))
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_view_has_no_serious_fault(shown: Opened, server: PageServer, work: SampleWork, name: str) -> None:
    path, query = work.views[name]
    shown.page.goto(address_of(server.address, *path, **query))
    settle(shown.page)
    assert faults(shown.page) == []
    shown.watch.check()


def test_every_view_is_reached_and_left_by_keyboard(page: Page, server: PageServer, work: SampleWork) -> None:
    for name, (path, query) in work.views.items():
        page.goto("about:blank")
        page.goto(address_of(server.address, *path, **query))
        settle(page)
        seen = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            seen.add(page.evaluate("document.activeElement?.outerHTML.slice(0, 200)"))
        # the bar has four, and no view keeps the focus on one thing
        assert len(seen) > 3, name
    expect(page.get_by_role("main")).to_be_visible()
