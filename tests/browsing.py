"""A real browser that looks at the page, and keeps note of everything that is wrong with what it sees."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
WINDOW = {"width": 1440, "height": 900}
PATIENCE = 60_000
"""The milliseconds that something may take to appear on a machine that does other things as well."""

BUILD = "RUNYARD_TEST_PAGE_FOLDER"
"""Names the folder of a build of the page to test in place of the installed one."""

# Known to the page's scripts only by the events that the browser sends them.
_VIOLATIONS = """
window.addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ''}`));
"""


def chromium() -> str | None:
    """Return the program of a Chromium; nothing where there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def page_folder() -> Path | None:
    """Return the build that is to be tested; nothing where none has been made."""
    named = os.environ.get(BUILD)
    if named:
        return Path(named)
    from runyard_ui.extension import STATIC

    return STATIC if (STATIC / "index.html").is_file() else None


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start a browser for a block; it has no profile and asks the network for nothing of its own."""
    from playwright.sync_api import sync_playwright

    words = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    if os.geteuid() == 0:  # its sandbox refuses to be set up by root
        words.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=words)
        try:
            yield browser
        finally:
            browser.close()


def address_of(server: str, *path: str, **query: str) -> str:
    """Return the address of a view: ``address_of(server, "experiments", "1", filter="metrics.a > 0")``."""
    place = "/".join(quote(part, safe="") for part in path)
    return f"{server}/#/{place}" + (f"?{urlencode(query)}" if query else "")


class PageServer(NamedTuple):
    """A server with the page.

    Attributes:
        address: Where it answers.
        store: The address of its database.
    """

    address: str
    store: str


class Watch:
    """Notes what goes wrong in a page: errors of scripts and on the console, broken rules, requests that leave.

    Args:
        page: What is watched, before it goes anywhere.
        server: The only address that it may ask.

    Attributes:
        faults: What went wrong.
    """

    def __init__(self, page: Page, server: str) -> None:
        self.faults: list[str] = []
        self._server = server
        self._allowed: list[re.Pattern[str]] = []
        page.add_init_script(_VIOLATIONS)
        page.on("pageerror", lambda error: self._note(f"script: {error}"))
        page.on("crash", lambda _: self._note("the page has crashed"))
        page.on(
            "console",
            lambda message: (
                self._note(f"console: {message.text} ({message.location.get('url', '')})")
                if message.type in ("error", "warning")
                else None
            ),
        )
        page.on("request", self._note_request)

    def allow(self, pattern: str) -> None:
        """Take what matches for right; a test says so before it happens or afterwards."""
        self._allowed.append(re.compile(pattern))

    def check(self) -> None:
        """Fail if anything went wrong since the last time that nobody expected.

        Raises:
            AssertionError: What it was.
        """
        unexpected = [fault for fault in self.faults if not any(each.search(fault) for each in self._allowed)]
        self.faults.clear()
        if unexpected:
            raise AssertionError("\n".join(["The browser has found faults:", *unexpected]))

    def _note(self, fault: str) -> None:
        self.faults.append(fault)

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self._server, "blob:", "data:", "about:")):
            self._note(f"request: {request.method} {request.url} leaves {self._server}")


class Opened(NamedTuple):
    """A page that is watched, and what watches it."""

    page: Page
    watch: Watch


def settle(page: Page) -> None:
    """Wait until a view shows what it asked for."""
    from playwright.sync_api import expect

    main = page.get_by_role("main")
    main.wait_for()
    page.wait_for_load_state("networkidle")
    # not by a function in the page, whose rules let nothing be evaluated later
    expect(main).not_to_contain_text(re.compile("Loading.*…"), timeout=PATIENCE)


def open_context(browser: Browser, *, is_dark: bool = False) -> BrowserContext:
    """Return a fresh profile: nothing cached, nothing stored."""
    context = browser.new_context(
        viewport=WINDOW, color_scheme="dark" if is_dark else "light", locale="en-GB", timezone_id="UTC"
    )
    context.set_default_timeout(PATIENCE)
    return context
