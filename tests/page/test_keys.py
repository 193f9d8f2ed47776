"""Keys that work everywhere, where the focus goes, and what is said while the server is away."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from browsing import Watch
    from runyard.entities import Experiment

Visit = Callable[..., None]


def test_keys_lead_to_views_and_to_the_search(page: Page, visit: Visit) -> None:
    visit("experiments")
    expect(page.get_by_role("heading", level=1)).to_have_text("Experiments")
    page.keyboard.press("g")
    page.keyboard.press("m")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Registered models")
    expect(heading).to_be_focused()  # so that screen readers say where one is
    expect(page).to_have_title("Registered models · runyard")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("ge?/")  # keys in a field are text
    expect(page.get_by_role("searchbox")).to_have_value("ge?/")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Skip to the content").focus()
    page.keyboard.press("g")
    page.keyboard.press("e")
    expect(heading).to_have_text("Experiments")
    expect(heading).to_be_focused()


def test_help_tells_the_keys(page: Page, visit: Visit) -> None:
    visit("experiments")
    page.get_by_role("heading", level=1).wait_for()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("Go to the experiments")
    expect(dialog).to_contain_text("protocol")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page).to_have_url(re.compile("experiments"))
    page.get_by_role("button", name="Keys and help").click()
    expect(dialog).to_be_visible()


def test_the_first_view_leaves_the_focus_alone(page: Page, visit: Visit) -> None:
    visit("models")
    page.get_by_role("heading", level=1).wait_for()
    assert page.evaluate("document.activeElement === document.body")


def test_the_page_goes_on_when_the_server_is_back(
    page: Page, visit: Visit, experiment: Experiment, watch: Watch
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    visit("experiments", search=experiment.name)
    link = page.get_by_role("link", name=experiment.name)
    link.wait_for()
    page.context.set_offline(True)
    page.get_by_role("searchbox").fill("something")
    away = page.get_by_text("The server cannot be reached.").first
    expect(away).to_be_visible()
    page.get_by_role("searchbox").fill(experiment.name)
    page.context.set_offline(False)
    expect(link).to_be_visible()
    expect(away).to_have_count(0)
