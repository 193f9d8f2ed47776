"""Ten thousand runs of twenty metrics, and ten runs of a million points: all of it, and what matters at first sight."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from browsing import address_of, settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from browsing import Opened
    from runyard import MlflowClient

pytestmark = pytest.mark.slow


@pytest.fixture
def page(open_page: Callable[..., Opened], large: str) -> Page:
    return open_page(address=large).page


@pytest.fixture
def client(large: str, runyard_isolated: None) -> MlflowClient:
    from runyard import MlflowClient

    return MlflowClient(large, large)


@pytest.fixture
def ids(client: MlflowClient) -> Mapping[str, str]:
    """The id of each experiment by its name."""
    return {found.name: found.experiment_id for found in client.search_experiments()}


def first(client: MlflowClient, ids: Mapping[str, str], order_by: str, filter_string: str = "") -> Any:
    return client.search_runs([ids["searched"]], filter_string, order_by=[order_by], max_results=1)[0]


def test_first_sight_has_the_count_and_metrics(
    page: Page, client: MlflowClient, ids: Mapping[str, str], large: str
) -> None:
    page.goto(address_of(large, "experiments", ids["searched"]))
    expect(page.get_by_text("10,000 runs").first).to_be_visible()
    newest = first(client, ids, "start_time DESC")
    row = page.get_by_role("row").filter(has_text=newest.info.run_name)
    expect(row).to_contain_text(f"{newest.data.metrics['acc']:.4g}")
    expect(page.get_by_role("columnheader", name=re.compile("loss"))).to_be_visible()


def test_last_run_is_reached_by_a_key(page: Page, client: MlflowClient, ids: Mapping[str, str], large: str) -> None:
    page.goto(address_of(large, "experiments", ids["searched"], mode="table"))
    oldest = first(client, ids, "start_time ASC")
    settle(page)
    page.get_by_role("grid", name="Runs").focus()
    page.keyboard.press("Control+End")
    expect(page.get_by_role("row").filter(has_text=oldest.info.run_name)).to_be_visible()
    assert page.locator("[data-run]").count() < 200  # the rest is not drawn


def test_all_runs_are_sorted_and_filtered(page: Page, client: MlflowClient, ids: Mapping[str, str], large: str) -> None:
    page.goto(address_of(large, "experiments", ids["searched"], mode="table"))
    settle(page)
    head = page.get_by_role("columnheader", name=re.compile("acc"))
    head.click(position={"x": 20, "y": 15})
    direction = {"ascending": "ASC", "descending": "DESC"}
    expect(head).to_have_attribute("aria-sort", re.compile("ascending|descending"))
    best = first(client, ids, f"metrics.acc {direction[head.get_attribute('aria-sort') or '']}")
    expect(page.locator("[data-row='0']")).to_contain_text(best.info.run_name)

    asked = "metrics.acc > 0.99 AND params.model = 'rf'"
    page.get_by_role("combobox", name="Filter").fill(asked)
    page.keyboard.press("Enter")
    matching = len(client.search_runs([ids["searched"]], asked, max_results=1000))
    expect(page.get_by_text(f"{matching} of 10,000 runs")).to_be_visible()


def test_chart_of_ten_million_points_tells_that_it_shows_the_extremes(
    page: Page, ids: Mapping[str, str], large: str
) -> None:
    page.goto(address_of(large, "experiments", ids["history"], mode="charts"))
    expect(page.get_by_text(re.compile("of 10,000,000 points, all extremes among them"))).to_be_visible()
    expect(page.get_by_role("application", name="Chart of loss, 10 lines")).to_be_visible()
