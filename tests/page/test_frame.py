"""What is around every view: where to go, the theme, what is not there; and that the harness sees what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from browsing import Opened, PageServer, Watch


def test_areas_are_links_that_say_where_one_is(page: Page, visit: Callable[..., None]) -> None:
    visit()
    areas = page.get_by_role("navigation").first
    expect(areas.get_by_role("link", name="Experiments")).to_have_attribute("aria-current", "page")
    areas.get_by_role("link", name="Models").click()
    expect(page).to_have_url(re.compile("#/models$"))
    expect(areas.get_by_role("link", name="Models")).to_have_attribute("aria-current", "page")
    page.go_back()
    expect(areas.get_by_role("link", name="Experiments")).to_have_attribute("aria-current", "page")


def test_theme_is_that_of_the_system_until_one_is_chosen(open_page: Callable[..., Opened], server: PageServer) -> None:
    page = open_page(is_dark=True).page
    page.goto(server.address)
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    page.get_by_label("Theme").select_option("light")
    expect(root).to_have_attribute("data-theme", "light")
    page.reload()
    expect(root).to_have_attribute("data-theme", "light")


def test_first_key_skips_to_the_content(page: Page, visit: Callable[..., None]) -> None:
    visit()
    page.get_by_role("main").wait_for()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_an_address_without_a_view_says_so(page: Page, visit: Callable[..., None]) -> None:
    visit("no", "such", "view")
    expect(page.get_by_text("There is nothing at this address.")).to_be_visible()


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("setTimeout(() => { throw new Error('broken') })", "broken"),
        ("console.error('wrong')", "wrong"),
        ("fetch('/nowhere')", "404"),
        ("fetch('http://elsewhere.invalid/').catch(() => 0)", "policy violated: connect-src"),
        ("document.head.append(Object.assign(document.createElement('script'), {text: '1'}))", "script-src"),
        ("document.body.setAttribute('style', 'color: red')", "style-src"),
        ("location.assign('http://elsewhere.invalid/')", "leaves"),
    ],
)
def test_what_is_wrong_is_noticed(page: Page, watch: Watch, visit: Callable[..., None], script: str, told: str) -> None:
    visit()
    page.get_by_role("main").wait_for()
    watch.check()
    with page.expect_event("request" if "leaves" in told else "console" if "broken" not in told else "pageerror"):
        page.evaluate(script)
    page.wait_for_timeout(50)
    watch.allow(".")
    assert any(told in fault for fault in watch.faults), watch.faults
