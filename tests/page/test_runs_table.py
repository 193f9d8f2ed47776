"""The runs table: what it shows at first sight, filters, orders, columns, trees, ticks, views, files, and live runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import expect

from runyard.entities import Metric, Param, RunTag

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from browsing import PageServer, Watch
    from runyard import MlflowClient
    from runyard.entities import Experiment

Visit = Callable[..., None]


def log_run(
    client: MlflowClient,
    experiment: Experiment,
    name: str,
    metrics: dict[str, Sequence[float]] | None = None,
    params: dict[str, str] | None = None,
    *,
    parent: str | None = None,
    status: str | None = "FINISHED",
    start: int = 1_700_000_000_000,
) -> str:
    """Write a run that is over, unless its status is None; return its id."""
    tags = {"mlflow.parentRunId": parent} if parent else {}
    run_id = client.create_run(experiment.experiment_id, start_time=start, run_name=name, tags=tags).info.run_id
    points = [
        Metric(key, value, start + step, step)
        for key, values in (metrics or {}).items()
        for step, value in enumerate(values)
    ]
    client.log_batch(
        run_id,
        metrics=points,
        params=[Param(key, value) for key, value in (params or {}).items()],
        tags=[RunTag("team", "vision")],
    )
    if status:
        client.set_terminated(run_id, status, end_time=start + 90_000)
    return run_id


@pytest.fixture
def runs(client: MlflowClient, experiment: Experiment) -> list[str]:
    """Three runs, the last one started last: they differ in all but `data`."""
    return [
        log_run(
            client,
            experiment,
            name,
            {"loss": [9.0 - i, loss, 5.0 + i], "acc": [acc]},
            {"lr": lr, "data": "iris", "deep net": str(i)},
            start=1_700_000_000_000 + i * 1000,
        )
        for i, (name, loss, acc, lr) in enumerate(
            [
                ("ant", 0.3, 0.5, "0.1"),
                ("bee", 0.1, float("nan"), "0.01"),
                ("cat", 0.2, float("inf"), "0.1"),
            ]
        )
    ]


@pytest.fixture
def table(page: Page) -> Locator:
    return page.get_by_role("grid", name="Runs")


def names(table: Locator) -> Locator:
    return table.locator("[data-row] a")


def head(page: Page, name: str) -> Locator:
    return page.get_by_role("columnheader", name=name, exact=True)


def filter_by(page: Page, text: str) -> None:
    field = page.get_by_role("combobox", name="Filter")
    field.fill(text)
    field.press("Enter")


def test_differences_and_the_count_are_seen_without_asking(
    page: Page, visit: Visit, experiment: Experiment, runs: list[str], table: Locator
) -> None:
    visit("experiments", experiment.experiment_id, mode="table")
    expect(names(table)).to_have_text(["cat", "bee", "ant"])
    expect(page.get_by_text("3 runs", exact=True)).to_be_visible()
    for shown in ("acc (metric)", "loss (metric)", "lr (param)", "deep net (param)"):
        expect(head(page, shown)).to_be_visible()
    expect(head(page, "data (param)")).to_have_count(0)
    expect(table).to_have_attribute("aria-rowcount", "4")
    cells = table.get_by_role("row").nth(1)
    expect(cells.get_by_role("gridcell", name="∞")).to_be_visible()
    expect(table.get_by_role("row").nth(2).get_by_role("gridcell", name="NaN")).to_be_visible()
    expect(cells.get_by_text("90 s").or_(cells.get_by_text("1 min 30 s"))).to_be_visible()
    names(table).first.click()
    expect(page).to_have_url(re.compile(f"/runs/{runs[2]}$"))


def test_filter_is_completed_and_its_mistakes_are_marked(
    page: Page, visit: Visit, experiment: Experiment, runs: list[str], table: Locator, watch: Watch
) -> None:
    watch.allow("status of 400")
    visit("experiments", experiment.experiment_id, mode="table")
    expect(head(page, "deep net (param)")).to_be_visible()
    field = page.get_by_role("combobox", name="Filter")
    field.press_sequentially("deep")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("params.`deep net` ")
    page.get_by_role("option", name="= is", exact=True).click()
    page.get_by_role("option", name="'2'").click()
    expect(field).to_have_value("params.`deep net` = '2' ")
    field.press("Enter")
    expect(names(table)).to_have_text(["cat"])
    expect(page.get_by_text("1 of 3 runs")).to_be_visible()
    assert "params.`deep net` = '2'" in unquote_plus(page.url)

    filter_by(page, "stat = 'FINISHED'")
    expect(page.get_by_text("did you mean 'status'?")).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".filter-mark")).to_have_attribute("style", re.compile("width: 4ch"))
    expect(names(table)).to_have_text(["cat"])  # rows stay while a filter is wrong

    filter_by(page, "metrics.acc > 1000 AND params.lr = 'none'")
    expect(page.get_by_role("heading", name="No run matches")).to_be_visible()
    page.get_by_role("button", name="Clear the filter").last.click()
    expect(names(table)).to_have_text(["cat", "bee", "ant"])
    field.click()
    expect(page.get_by_role("option", name="metrics.acc > 1000 AND params.lr = 'none' used before")).to_be_visible()


def test_any_column_sorts_on_the_server(
    page: Page, visit: Visit, experiment: Experiment, runs: list[str], table: Locator
) -> None:
    visit("experiments", experiment.experiment_id, mode="table")
    head(page, "loss (metric)").click()
    expect(names(table)).to_have_text(["ant", "bee", "cat"])
    expect(head(page, "loss (metric)")).to_have_attribute("aria-sort", "ascending")
    head(page, "loss (metric)").hover()
    page.get_by_role("button", name="Column loss").click()
    page.get_by_role("menuitemcheckbox", name="Show the best value").click()
    head(page, "loss (metric · best ↓)").click()
    expect(names(table)).to_have_text(["bee", "cat", "ant"])
    assert "metrics.loss.min ASC" in unquote_plus(page.url)
    head(page, "lr (param)").click()
    head(page, "Name").click(modifiers=["Shift"])
    expect(names(table)).to_have_text(["bee", "ant", "cat"])
    page.go_back()
    expect(names(table)).to_have_text(["bee", "cat", "ant"])  # between equals the newest comes first
    page.reload()
    expect(head(page, "lr (param)")).to_have_attribute("aria-sort", "ascending")


def test_columns_are_chosen_moved_resized_and_pinned(
    page: Page, visit: Visit, experiment: Experiment, runs: list[str], table: Locator
) -> None:
    visit("experiments", experiment.experiment_id, mode="table")
    expect(head(page, "loss (metric)")).to_be_visible()
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Search columns").fill("data")
    page.get_by_role("checkbox", name="data", exact=True).check()
    page.keyboard.press("Escape")
    expect(head(page, "data (param)")).to_be_visible()
    expect(table.get_by_role("gridcell", name="iris").first).to_be_visible()

    order = table.locator("[data-column]")
    before = order.evaluate_all("all => all.map(each => each.dataset.column)")
    head(page, "loss (metric)").drag_to(head(page, "Started"))
    expect(order.nth(1)).to_have_attribute("data-column", "metric:loss")
    assert set(order.evaluate_all("all => all.map(each => each.dataset.column)")) == set(before)

    table.focus()
    table.press("ArrowUp")
    table.press("ArrowRight")
    width = head(page, "loss (metric)").bounding_box()
    table.press("Shift+ArrowRight")
    expect(head(page, "loss (metric)")).not_to_have_css("width", f"{width['width'] if width else 0:g}px")
    table.press("Control+ArrowRight")
    expect(order.nth(2)).to_have_attribute("data-column", "metric:loss")
    table.press("Alt+ArrowDown")
    page.get_by_role("menuitemcheckbox", name="Pin").click()
    expect(order.nth(1)).to_have_attribute("data-column", "metric:loss")
    page.reload()
    expect(order.nth(1)).to_have_attribute("data-column", "metric:loss")
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("button", name="Choose columns automatically").click()
    expect(head(page, "data (param)")).to_have_count(0)


def test_keys_move_tick_and_open(
    page: Page, visit: Visit, experiment: Experiment, runs: list[str], table: Locator
) -> None:
    visit("experiments", experiment.experiment_id, mode="table")
    expect(names(table)).to_have_text(["cat", "bee", "ant"])
    table.focus()
    table.press("Space")
    table.press("Shift+ArrowDown")
    expect(page.get_by_text("2 runs ticked")).to_be_visible()
    expect(table.get_by_role("row", selected=True)).to_have_count(2)
    table.press("Escape")
    expect(page.get_by_text("2 runs ticked")).to_have_count(0)
    table.press("End")
    table.press("Home")
    active = table.get_attribute("aria-activedescendant")
    assert active
    assert page.locator(f"[id='{active}']").get_attribute("aria-colindex") == "1"
    table.press("Enter")
    expect(page).to_have_url(re.compile(f"/runs/{runs[1]}$"))


def test_nested_runs_are_a_tree_in_the_address(
    page: Page, visit: Visit, client: MlflowClient, experiment: Experiment
) -> None:
    parent = log_run(client, experiment, "parent", {"loss": [1.0]}, start=1_700_000_000_000)
    child = log_run(client, experiment, "child", {"loss": [2.0]}, parent=parent)
    log_run(client, experiment, "grandchild", {"loss": [3.0]}, parent=child)
    log_run(client, experiment, "other", {"loss": [4.0]}, start=1_600_000_000_000)
    visit("experiments", experiment.experiment_id, mode="table")
    page.get_by_role("button", name="Children below their parents").click()
    tree = page.get_by_role("treegrid", name="Runs")
    expect(names(tree)).to_have_text(["parent", "other"])
    page.get_by_role("button", name="Show the children of parent").click()
    expect(names(tree)).to_have_text(["parent", "child", "other"])
    tree.focus()
    tree.press("ArrowDown")
    tree.press("ArrowRight")
    expect(names(tree)).to_have_text(["parent", "child", "grandchild", "other"])
    expect(tree.get_by_role("row", name="grandchild")).to_have_attribute("aria-level", "3")
    page.reload()
    expect(names(tree)).to_have_text(["parent", "child", "grandchild", "other"])
    page.get_by_role("button", name="Hide the children of parent").click()
    expect(names(tree)).to_have_text(["parent", "other"])


def test_many_runs_are_tagged_deleted_and_restored(
    page: Page, visit: Visit, client: MlflowClient, experiment: Experiment, table: Locator
) -> None:
    count = 130  # more than are fetched at once
    ids = [log_run(client, experiment, f"run {i:03}", {"loss": [float(i)]}) for i in range(count)]
    visit("experiments", experiment.experiment_id, mode="table")
    expect(page.get_by_text(f"{count} runs", exact=True)).to_be_visible()
    names(table).first.wait_for()
    table.get_by_role("checkbox").nth(1).click()
    table.get_by_role("checkbox").nth(3).click(modifiers=["Shift"])
    expect(page.get_by_text("3 runs ticked")).to_be_visible()
    page.get_by_role("button", name=f"Tick all {count} runs that match").click()
    expect(page.get_by_text(f"{count} runs ticked")).to_be_visible()

    page.get_by_role("button", name="Tag…").click()
    page.get_by_role("dialog").get_by_label("Key").fill("kept")
    page.get_by_role("dialog").get_by_label("Value").fill("yes")
    page.get_by_role("button", name="Set the tag").click()
    expect(page.get_by_text(f"{count} runs tagged.")).to_be_visible()
    assert {client.get_run(run_id).data.tags["kept"] for run_id in (ids[0], ids[-1])} == {"yes"}

    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text(f"{count} runs deleted.")).to_be_visible()
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()
    page.get_by_role("button", name="Undo").last.click()
    expect(page.get_by_text(f"{count} runs", exact=True)).to_be_visible()
    assert client.get_run(ids[0]).info.lifecycle_stage == "active"


def test_deleted_runs_have_a_list_of_their_own(
    page: Page, visit: Visit, client: MlflowClient, experiment: Experiment, runs: list[str], table: Locator
) -> None:
    client.delete_run(runs[0])
    visit("experiments", experiment.experiment_id, mode="table")
    expect(names(table)).to_have_text(["cat", "bee"])
    page.get_by_label("Which runs").select_option("Deleted")
    expect(names(table)).to_have_text(["ant"])
    table.get_by_role("checkbox").nth(1).click()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("heading", name="No deleted runs")).to_be_visible()
    page.get_by_label("Which runs").select_option("All")
    expect(names(table)).to_have_text(["cat", "bee", "ant"])


def test_matches_become_a_file(
    page: Page, visit: Visit, client: MlflowClient, experiment: Experiment, runs: list[str], table: Locator
) -> None:
    client.set_tag(runs[2], "mlflow.runName", '=cmd("x")')
    visit("experiments", experiment.experiment_id, mode="table", filter="params.lr = '0.1'")
    expect(names(table)).to_have_text(['=cmd("x")', "ant"])
    page.get_by_role("button", name="More", exact=True).click()
    with page.expect_download() as caught:
        page.get_by_role("menuitem", name="Export as CSV").click()
    text = caught.value.path().read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["run_id"] for row in rows] == [runs[2], runs[0]]
    assert rows[0]["run_name"] == '\'=cmd("x")'
    assert (rows[0]["metrics.acc"], rows[0]["metrics.loss"]) == ("Infinity", "7")
    assert rows[0]["start_time"] == "2023-11-14T22:13:22.000Z"


def test_views_are_saved_for_the_team(
    page: Page, visit: Visit, client: MlflowClient, experiment: Experiment, runs: list[str], table: Locator
) -> None:
    visit("experiments", experiment.experiment_id, mode="table", filter="params.lr = '0.1'")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Save this view…").click()
    page.get_by_role("dialog").get_by_label("Name").fill("slow ones")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    tags = client.get_experiment(experiment.experiment_id).tags
    assert "mode=table" in tags["runyard.view.slow ones"]

    visit("experiments", experiment.experiment_id, mode="table")
    expect(names(table)).to_have_count(3)
    page.get_by_role("button", name="Views").click()
    page.get_by_role("link", name="slow ones").click()
    expect(names(table)).to_have_text(["cat", "ant"])
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Delete slow ones").click()
    expect(page.get_by_text("The view slow ones is deleted.")).to_be_visible()
    assert "runyard.view.slow ones" not in client.get_experiment(experiment.experiment_id).tags


def test_runs_that_are_shown_in_charts_are_chosen_and_have_colours(
    page: Page, visit: Visit, experiment: Experiment, runs: list[str], table: Locator
) -> None:
    visit("experiments", experiment.experiment_id, mode="table")
    eyes = table.get_by_role("button", name=re.compile("in charts"))
    expect(eyes).to_have_count(3)
    assert len(set(table.locator(".swatch").evaluate_all("all => all.map(each => each.style.background)"))) == 3
    eyes.nth(1).click()
    expect(eyes.nth(1)).to_have_attribute("aria-pressed", "false")
    assert runs[1] not in page.url
    assert runs[0] in page.url


def test_table_and_charts_share_the_width(page: Page, visit: Visit, experiment: Experiment, runs: list[str]) -> None:
    visit("experiments", experiment.experiment_id)
    line = page.get_by_role("separator", name="Width of the table")
    line.focus()
    line.press("ArrowLeft")
    expect(line).to_have_attribute("aria-valuenow", "53")
    expect(page).to_have_url(re.compile("split=53"))
    page.get_by_role("button", name="Charts", exact=True).click()
    expect(page.get_by_role("grid", name="Runs")).to_have_count(0)


def test_an_empty_experiment_shows_how_to_begin_and_finds_the_first_run(
    page: Page, visit: Visit, client: MlflowClient, experiment: Experiment, server: PageServer, table: Locator
) -> None:
    page.clock.install()
    visit("experiments", experiment.experiment_id, mode="table")
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()
    code = page.get_by_label("No runs yet").inner_text()
    assert f'set_tracking_uri("{server.address}")' in code
    assert experiment.name in code
    log_run(client, experiment, "first", {"loss": [1.0]})
    page.clock.run_for(31_000)
    expect(names(table)).to_have_text(["first"])


def test_what_runs_is_shown_as_it_goes_and_new_runs_are_announced(
    page: Page, visit: Visit, client: MlflowClient, experiment: Experiment, table: Locator
) -> None:
    for i in range(90):
        log_run(client, experiment, f"run {i:02}", {"loss": [1.0]}, start=1_700_000_000_000 + i)
    live = log_run(client, experiment, "live", {"loss": [1.0]}, status=None, start=1_700_000_001_000)
    page.clock.install()
    visit("experiments", experiment.experiment_id, mode="table")
    row = table.get_by_role("row").filter(has_text="live")
    expect(row.get_by_text("Running")).to_be_attached()
    client.log_metric(live, "loss", 0.125, step=1)
    page.clock.run_for(6_000)
    expect(row.get_by_role("gridcell", name="0.125")).to_be_visible()

    table.evaluate("element => { element.scrollTop = 1400 }")
    first = table.locator("[data-row='55'] a")
    expect(first).to_have_text("run 35")
    log_run(client, experiment, "newest", {"loss": [1.0]}, start=1_700_000_002_000)
    page.clock.run_for(6_000)
    announced = page.get_by_role("button", name="1 new run")
    expect(announced).to_be_visible()
    expect(first).to_have_text("run 35")
    announced.click()
    expect(names(table).first).to_have_text("newest")
    client.set_terminated(live, "FAILED")
    page.clock.run_for(6_000)
    expect(row.get_by_text("Failed")).to_be_attached()
