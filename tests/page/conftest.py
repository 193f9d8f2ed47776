"""A real server with the page, a client that fills it, and a real browser that looks at it."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browsing import (
    BUILD,
    PATIENCE,
    Opened,
    PageServer,
    Watch,
    address_of,
    browsing,
    chromium,
    open_context,
    page_folder,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from runyard import MlflowClient
    from runyard.entities import Experiment

FILL = Path(__file__).parents[1] / "benchmarks" / "programs" / "fill_database.py"
NEEDED = {
    "playwright": "a browser is driven by Playwright: pip install playwright",
    "runyard_ui": "the page is a distribution of its own: pip install runyard-ui",
    "runyard_server": "the page is shown by a server: pip install runyard-server",
}


class _Absent(pytest.Module):
    """Tests of which not even the imports would work."""

    def collect(self) -> list[pytest.Item]:
        pytest.skip("; ".join(why for name, why in NEEDED.items() if not find_spec(name)), allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    return None if all(map(find_spec, NEEDED)) else _Absent.from_parent(parent, path=module_path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/page/" in item.path.as_posix():
            item.add_marker("page")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    """A server with the page, a database and artifacts, for all tests."""
    from runyard_ui.extension import PageExtension
    from serving import serving

    build = page_folder()
    if build is None:
        pytest.skip(f"the page has not been built: pip install -e plugins/ui, or name a build with {BUILD}")
    folder = tmp_path_factory.mktemp("page")
    store = f"sqlite:///{folder / 'runs.db'}"
    with serving(store, artifacts=folder / "artifacts", extensions=[PageExtension(build)]) as address:
        yield PageServer(address, store)


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server whose experiment `searched` has 10,000 runs of 20 metrics, written by the client, and
    whose experiment `history` has 10 runs of 1,000,000 points. It takes a minute or more: only for slow tests.
    """
    from runyard_ui.extension import PageExtension
    from serving import serving

    folder = tmp_path_factory.mktemp("large")
    store = f"sqlite:///{folder / 'runs.db'}"
    amounts = ("10000", "1000000", "20", "10")
    subprocess.run([sys.executable, str(FILL), "runyard", store, *amounts], check=True, capture_output=True, cwd=folder)
    with serving(store, extensions=[PageExtension(page_folder() or folder)]) as address:
        yield address


@pytest.fixture
def client(server: PageServer, runyard_isolated: None) -> MlflowClient:
    """A client of the server, as users have it."""
    from runyard import MlflowClient

    return MlflowClient(server.address, server.address)


@pytest.fixture
def experiment(client: MlflowClient) -> Experiment:
    """A fresh, empty experiment."""
    return client.get_experiment(client.create_experiment(f"experiment-{uuid.uuid4().hex[:8]}"))


# A browser holds the event loop of this thread as long as it is there: not longer than the tests of a file, so that
# those of other folders can have one of their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser without a window."""
    if chromium() is None:
        pytest.skip("there is no Chromium here (on Debian: apt-get install chromium)")
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE)
    with browsing() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, server: PageServer) -> Iterator[Callable[..., Opened]]:
    """Opens pages, each in a fresh profile: ``open_page(is_dark=True).page``; at the end no fault may be left."""
    opened: list[Opened] = []
    with ExitStack() as until_the_end:

        def new(*, is_dark: bool = False, address: str = server.address) -> Opened:
            context = open_context(browser, is_dark=is_dark)
            until_the_end.callback(context.close)
            page = context.new_page()
            opened.append(Opened(page, Watch(page, address)))
            return opened[-1]

        yield new
    for each in opened:
        each.watch.check()


@pytest.fixture
def _opened(open_page: Callable[..., Opened]) -> Opened:
    return open_page()


@pytest.fixture
def page(_opened: Opened) -> Page:
    """A page in a fresh profile; errors, broken rules and requests that leave the server fail the test."""
    return _opened.page


@pytest.fixture
def watch(_opened: Opened) -> Watch:
    """What watches `page`: ``watch.allow("status of 404")`` before a test does what has to fail."""
    return _opened.watch


@pytest.fixture
def visit(page: Page, server: PageServer) -> Callable[..., None]:
    """Goes to a view: ``visit("experiments", experiment.experiment_id, mode="charts")``."""

    def go(*path: str, **query: str) -> None:
        page.goto(address_of(server.address, *path, **query))

    return go
