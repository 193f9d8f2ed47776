"""The charts beside the table: what they draw, honestly; live, zoomed, grouped, saved."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Request

    from runyard import MlflowClient
    from runyard.entities import Experiment

START = 1_760_000_000_000
SERIES = "**/runyard/metrics/series"

Log = Callable[..., str]


@pytest.fixture
def log(client: MlflowClient, experiment: Experiment) -> Log:
    """Logs a run: its metrics by key, a value for each step, each second; give its id."""
    from runyard.entities import Metric, Param

    def run(name: str, metrics: dict[str, list[float]], *, is_live: bool = False, **params: str) -> str:
        created = client.create_run(experiment.experiment_id, run_name=name, start_time=START)
        run_id = created.info.run_id
        points = [
            Metric(key, value, START + 1000 * step, step)
            for key, values in metrics.items()
            for step, value in enumerate(values)
        ]
        for first in range(0, len(points), 1000):
            client.log_batch(run_id, metrics=points[first : first + 1000])
        client.log_batch(run_id, params=[Param(key, value) for key, value in params.items()])
        if not is_live:
            client.set_terminated(run_id, end_time=START + 10_000)
        return run_id

    return run


@pytest.fixture
def show(visit: Callable[..., None], experiment: Experiment) -> Callable[..., None]:
    """Shows the charts of the experiment, in a state of them."""

    def charts(*, state: dict[str, Any] | None = None, **query: str) -> None:
        text = {"charts": json.dumps(state)} if state else {}
        visit("experiments", experiment.experiment_id, **{"mode": "charts", **text, **query})

    return charts


def card(page: Page, title: str) -> Locator:
    return page.get_by_role("article", name=title, exact=True)


def drawing(page: Page, title: str) -> Locator:
    """Return what lines are drawn in, once they are."""
    found = card(page, title).get_by_role("application")
    expect(found.locator(".u-over")).to_be_visible()
    return found


def choose(page: Page, title: str, item: str) -> None:
    card(page, title).get_by_role("button", name="Options of the chart").click()
    page.get_by_role("menu").get_by_text(item, exact=True).click()


def saved(page: Page, title: str, item: str) -> bytes:
    """Return the file that an item of a chart's menu saves."""
    with page.expect_download() as download:
        choose(page, title, item)
    return Path(download.value.path()).read_bytes()


def points(page: Page, title: str) -> list[dict[str, str]]:
    """Return the points that a chart shows."""
    return [*csv.DictReader(io.StringIO(saved(page, title, "Save points as CSV").decode()))]


def drag(page: Page, plot: Locator, start: float, end: float) -> None:
    """Drag over a part of the x axis, given in shares of its width."""
    box = plot.locator(".u-over").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + (start + end) / 2 * box["width"], y)
    page.mouse.move(box["x"] + end * box["width"], y)
    page.mouse.up()


def point_at(page: Page, plot: Locator, x: float, y: float = 0.5) -> None:
    """Move the pointer to a place of a chart, given in shares of its size."""
    box = plot.locator(".u-over").bounding_box()
    assert box
    for step in (0.02, 0.0):
        page.mouse.move(box["x"] + (x + step) * box["width"], box["y"] + y * box["height"])


def test_metrics_are_charted_by_their_prefix_and_single_values_as_bars(
    page: Page, log: Log, show: Callable[..., None]
) -> None:
    log("first", {"train/loss": [2.0, 1.0], "accuracy": [0.5], "system/cpu": [1.0, 2.0]})
    log("second", {"train/loss": [3.0, 1.5], "accuracy": [0.75], "system/cpu": [1.0, 2.0]})
    show()
    expect(drawing(page, "train/loss")).to_have_accessible_name("Chart of train/loss, 2 lines")
    bars = card(page, "accuracy").get_by_role("listitem")
    expect(bars).to_have_count(2)
    expect(bars.filter(has_text="second")).to_contain_text("0.75")
    system = page.get_by_role("button", name=re.compile("System metrics"))
    expect(system).to_have_attribute("aria-expanded", "false")
    expect(card(page, "system/cpu")).to_have_count(0)
    system.click()
    expect(drawing(page, "system/cpu")).to_be_visible()
    page.get_by_role("searchbox", name="Search metrics").fill("loss")
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page).to_have_url(re.compile("charts="))
    page.reload()
    expect(card(page, "train/loss")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(1)


def test_no_extreme_is_lost_and_zoom_fetches_every_point(page: Page, log: Log, show: Callable[..., None]) -> None:
    values = [1 / (1 + step) for step in range(5000)]
    values[3333] = 77.0
    run_id = log("long", {"loss": values})
    show()
    expect(card(page, "loss")).to_contain_text(re.compile(r"Showing [\d,]+ of 5,000 points"))
    rows = points(page, "loss")
    assert len(rows) <= 1000
    assert {"run_id": run_id, "run": "long", "metric": "loss", "step": "3333"}.items() <= next(
        row for row in rows if row["value"] == "77"
    ).items()

    with page.expect_request(lambda asked: "start_step" in (asked.post_data or "")) as finer:
        drag(page, drawing(page, "loss"), 0.6, 0.7)
    asked = json.loads(finer.value.post_data or "")
    assert 2900 < asked["start_step"] < 3100 < 3400 < asked["end_step"] < 3600
    expect(card(page, "loss")).not_to_contain_text("points")
    inside = [
        int(row["step"]) for row in points(page, "loss") if asked["start_step"] <= int(row["step"]) <= asked["end_step"]
    ]
    assert inside == [*range(asked["start_step"], asked["end_step"] + 1)]
    expect(page).to_have_url(re.compile("zoom"))

    drawing(page, "loss").locator(".u-over").dblclick()
    expect(page).not_to_have_url(re.compile("zoom"))
    expect(card(page, "loss")).to_contain_text("of 5,000 points")


def test_keys_and_the_wheel_zoom(page: Page, log: Log, show: Callable[..., None]) -> None:
    log("run", {"loss": [float(step) for step in range(100)]})
    show()
    plot = drawing(page, "loss")
    plot.focus()
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile("zoom"))
    page.keyboard.press("0")
    expect(page).not_to_have_url(re.compile("zoom"))
    point_at(page, plot, 0.5)
    page.mouse.wheel(0, -100)
    page.keyboard.down("Shift")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Shift")
    expect(page).to_have_url(re.compile("zoom"))
    card(page, "loss").get_by_role("button", name="Show the whole x axis").click()
    expect(page).not_to_have_url(re.compile("zoom"))


def test_what_is_no_number_is_marked(page: Page, log: Log, show: Callable[..., None]) -> None:
    log("odd", {"loss": [1.0, math.nan, 2.0, math.inf, 1.5, -math.inf, 1.0]})
    log("even", {"loss": [1.0, math.nan, 2.0, 1.0, 1.5, 1.0, 1.0]})
    show()
    plot = drawing(page, "loss")
    for text in ("\u00d7 NaN (2 runs)", "▲ infinity (1 run)", "▼ minus infinity (1 run)"):
        expect(card(page, "loss")).to_contain_text(text)
    assert [row["value"] for row in points(page, "loss") if row["run"] == "odd"] == [
        "1", "NaN", "2", "Infinity", "1.5", "-Infinity", "1",
    ]  # fmt: skip
    assert _is_drawn(plot)


def test_a_logarithmic_axis_says_what_has_no_place_on_it(page: Page, log: Log, show: Callable[..., None]) -> None:
    log("run", {"loss": [100.0, 10.0, 1.0, 0.0, -5.0, 0.1]})
    show()
    drawing(page, "loss")
    choose(page, "loss", "Logarithmic y axis")
    expect(card(page, "loss")).to_contain_text("2 points are zero or less: no place on a logarithmic axis.")
    expect(page).to_have_url(re.compile("isLogY"))
    assert b">100<" in saved(page, "loss", "Save as SVG")
    page.get_by_role("checkbox", name="Log x").check()
    expect(card(page, "loss")).to_contain_text("3 points are zero or less")


def test_the_y_axis_can_be_narrowed_and_says_what_is_beyond(page: Page, log: Log, show: Callable[..., None]) -> None:
    log("run", {"loss": [1.0, 1.1, 0.9, 1.05, 0.95, 1.0, 500.0, 1.0]})
    show()
    drawing(page, "loss")
    choose(page, "loss", "Ignore outliers")
    expect(card(page, "loss")).to_contain_text("1 point is beyond the y axis.")
    choose(page, "loss", "Range of the y axis…")
    page.get_by_label("From").fill("1")
    page.get_by_label("To").fill("0")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("alert").filter(has_text="two numbers")).to_contain_text("the smaller one first")
    page.get_by_label("To").fill("1.06")
    page.get_by_role("button", name="Apply").click()
    expect(card(page, "loss")).to_contain_text("4 points are beyond the y axis.")


def test_smooth_lines_keep_what_was_logged(page: Page, log: Log, show: Callable[..., None]) -> None:
    log("run", {"loss": [0.0, 10.0, 0.0, 10.0]})
    show()
    drawing(page, "loss")
    page.get_by_role("slider", name="Smoothing").fill("0.5")
    expect(page.locator("output")).to_have_text("0.50")
    rows = points(page, "loss")
    assert [row["value"] for row in rows] == ["0", "10", "0", "10"]
    assert [round(float(row["smoothed"]), 4) for row in rows] == [0.0, 6.6667, 2.8571, 6.6667]


def test_groups_are_a_mean_and_a_band(page: Page, log: Log, show: Callable[..., None]) -> None:
    log("a", {"loss": [1.0, 2.0]}, optimizer="adam")
    log("b", {"loss": [3.0, 6.0]}, optimizer="adam")
    log("c", {"loss": [5.0, 5.0]}, optimizer="sgd")
    show()
    expect(drawing(page, "loss")).to_have_accessible_name("Chart of loss, 3 lines")
    page.get_by_label("Group by").select_option("optimizer")
    expect(drawing(page, "loss")).to_have_accessible_name("Chart of loss, 2 lines")
    expect(card(page, "loss").get_by_role("listitem").filter(has_text="adam")).to_contain_text("(2 runs)")
    adam = [row for row in points(page, "loss") if row["group"] == "adam"]
    assert [(row["mean"], row["low"], row["high"]) for row in adam] == [("2", "1", "3"), ("4", "2", "6")]
    page.get_by_label("Band").select_option("Standard deviation")
    adam = [row for row in points(page, "loss") if row["group"] == "adam"]
    assert [(row["low"], row["high"]) for row in adam] == [("1", "3"), ("2", "6")]


def test_runs_that_go_on_are_asked_only_for_what_is_new(
    page: Page, client: MlflowClient, log: Log, show: Callable[..., None]
) -> None:
    run_id = log("live", {"loss": [3.0, 2.0]}, is_live=True)
    log("done", {"loss": [3.0, 2.0, 1.0]})
    show()
    drawing(page, "loss")
    client.log_metric(run_id, "loss", 1.5, step=2)
    with page.expect_response(_asks_from(2)):
        pass
    rows = [row for row in points(page, "loss") if row["run"] == "live"]
    assert [(row["step"], row["value"]) for row in rows] == [("0", "3"), ("1", "2"), ("2", "1.5")]
    with page.expect_request(_asks_from(2)) as polled:
        pass
    assert json.loads(polled.value.post_data or "")["run_ids"] == [run_id]


def _asks_from(step: int) -> Callable[[Any], bool]:
    def asks(seen: Any) -> bool:
        asked: Request = getattr(seen, "request", seen)
        return f'"start_step":{step}' in (asked.post_data or "")

    return asks


def test_pointing_at_a_line_tells_its_values_in_all_charts(page: Page, log: Log, show: Callable[..., None]) -> None:
    log("low", {"loss": [1.0, 1.0, 1.0], "other": [7.0, 8.0, 9.0]})
    run_id = log("high", {"loss": [2.0, 3.0, 2.0], "other": [4.0, 5.0, 6.0]})
    show(mode="split")
    drawing(page, "other")
    point_at(page, drawing(page, "loss"), 0.5, 0.1)
    tip = card(page, "loss").locator(".chart-tip")
    expect(tip).to_contain_text("step 1")
    expect(tip.locator(".is-nearest")).to_contain_text(re.compile("high.*3"))
    expect(tip).to_contain_text("low")
    expect(card(page, "other").locator(".chart-tip")).to_have_text(re.compile("^high.*5$"))
    assert run_id
    page.mouse.move(5, 5)
    expect(tip).to_have_count(0)


def test_charts_are_saved_as_pictures_and_points(page: Page, log: Log, show: Callable[..., None]) -> None:
    log("<b>&", {"a/loss": [1.0, 2.0], "single": [1.0]})
    show()
    drawing(page, "a/loss")
    picture = saved(page, "a/loss", "Save as PNG")
    assert picture.startswith(b"\x89PNG")
    width, height = (int.from_bytes(picture[start : start + 4], "big") for start in (16, 20))
    assert (width, height > 900) == (2 * 860, True)
    drawn = saved(page, "a/loss", "Save as SVG").decode()
    assert "&lt;b&gt;&amp;" in drawn
    assert re.search(r'<path d="M[\d.]+ [\d.]+L', drawn)
    assert saved(page, "single", "Save as SVG").decode().count("<rect") > 1
    choose(page, "a/loss", "Values as a table…")
    row = page.get_by_role("dialog").get_by_role("row").filter(has_text="<b>&")
    expect(row.get_by_role("cell")).to_have_text(["2", "1", "2", "2"])


def test_charts_are_removed_added_moved_and_resized(page: Page, log: Log, show: Callable[..., None]) -> None:
    log("run", {"a": [1.0, 2.0], "b": [2.0, 1.0], "c": [2.0, 2.0]})
    show()
    titles = page.get_by_role("heading", level=4)
    expect(titles).to_have_text(["a", "b", "c"])
    choose(page, "b", "Remove chart")
    expect(titles).to_have_text(["a", "c"])
    page.get_by_role("button", name="Undo").click()
    expect(titles).to_have_text(["a", "b", "c"])
    page.get_by_role("button", name="Move the chart a:").press("ArrowRight")
    expect(titles).to_have_text(["b", "a", "c"])
    page.get_by_role("button", name="Move the chart c:").drag_to(card(page, "b"))
    expect(titles).to_have_text(["c", "b", "a"])
    box = card(page, "a").bounding_box()
    page.get_by_role("button", name="Resize the chart a:").press("ArrowDown")
    page.wait_for_function(
        "height => document.querySelector('article[aria-label=a]').offsetHeight > height + 50",
        arg=box and box["height"],
    )
    page.get_by_role("button", name="Add chart").click()
    for key in ("a", "b"):
        page.get_by_role("dialog").get_by_role("checkbox", name=key, exact=True).check()
    page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    expect(drawing(page, "a, b")).to_have_accessible_name("Chart of a, b, 2 lines")
    expect(page).to_have_url(re.compile("added"))
    page.reload()
    expect(titles).to_have_text(["a, b", "c", "b", "a"])


def test_a_chart_fills_the_window(page: Page, log: Log, show: Callable[..., None]) -> None:
    log("run", {"loss": [1.0, 2.0, 3.0]})
    show()
    drawing(page, "loss")
    card(page, "loss").get_by_role("button", name="Full screen").click()
    large = page.get_by_role("dialog").get_by_role("application")
    expect(large.locator(".u-over")).to_be_visible()
    box = large.bounding_box()
    assert box
    assert box["height"] > 500
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_without_metrics_three_lines_show_how_to_begin(page: Page, log: Log, show: Callable[..., None]) -> None:
    log("run", {})
    show()
    expect(page.get_by_text("No metrics yet")).to_be_visible()
    expect(page.get_by_text("runyard.log_metric")).to_be_visible()


def _is_drawn(plot: Locator) -> bool:
    """Return whether anything is on the layer of the lines."""
    return bool(
        plot.locator("canvas.chart-layer").first.evaluate(
            "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
        )
    )


def test_a_run_has_charts_of_its_own(page: Page, log: Log, experiment: Experiment, visit: Callable[..., None]) -> None:
    run_id = log("alone", {"loss": [2.0, 1.0], "system/cpu": [50.0, 60.0]})
    visit("experiments", experiment.experiment_id, "runs", run_id, tab="metrics")
    expect(drawing(page, "loss")).to_have_accessible_name("Chart of loss, 1 line")
    assert [(row["run"], row["value"]) for row in points(page, "loss")] == [("alone", "2"), ("alone", "1")]
    page.get_by_role("tab", name="System metrics").click()
    expect(drawing(page, "system/cpu")).to_be_visible()
