"""The comparison of runs: plots that filter and lead to runs, honest tables, links that others' pages make."""

from __future__ import annotations

import csv
import io
import json
import re
import statistics
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from browsing import Watch
    from runyard import MlflowClient
    from runyard.entities import Experiment

START = 1_760_000_000_000
RUNS = 40
PROMPT = "Answer in {language} with at most {words} words, whatever the user asks for, and be kind to everybody."


class Trial(NamedTuple):
    """A run of a search for hyperparameters."""

    run_id: str
    name: str
    lr: str
    optimizer: str
    accuracy: float
    seconds: float


@pytest.fixture
def log(client: MlflowClient, experiment: Experiment) -> Callable[..., str]:
    """Logs a run that is done, begun after those before; give its id."""
    from runyard.entities import Metric, Param, RunTag

    times = count(START)

    def run(name: str, metrics: dict[str, float], params: dict[str, str], tags: dict[str, str] | None = None) -> str:
        run_id = client.create_run(experiment.experiment_id, run_name=name, start_time=next(times)).info.run_id
        client.log_batch(
            run_id,
            [Metric(key, value, START, 0) for key, value in metrics.items()],
            [Param(key, value) for key, value in params.items()],
            [RunTag(key, value) for key, value in (tags or {}).items()],
        )
        client.set_terminated(run_id, end_time=START + 5000)
        return run_id

    return run


@pytest.fixture
def trials(log: Callable[..., str]) -> list[Trial]:
    """Runs over which a metric has its best value in the middle."""
    made = []
    for i in range(RUNS):
        lr, optimizer = repr(10 ** (-4 + 3 * i / (RUNS - 1))), ["adam", "sgd", "lion"][i % 3]
        accuracy = 0.9 - 0.5 * abs(i - 20) / 20 - 0.01 * (i % 3)
        seconds = 10.0 + (i * 7) % RUNS
        params = {"lr": lr, "optimizer": optimizer, "depth": str(2 + (i * 3) % 7), "data": "digits"}
        name = f"trial-{i:02}"
        run_id = log(name, {"accuracy": accuracy, "time_s": seconds}, params)
        made.append(Trial(run_id, name, lr, optimizer, accuracy, seconds))
    return made


@pytest.fixture
def show(visit: Callable[..., None], experiment: Experiment) -> Callable[..., None]:
    """Shows the comparison of the experiment, in a state of it."""

    def compare(**state: Any) -> None:
        visit("experiments", experiment.experiment_id, mode="compare", compare=json.dumps(state))

    return compare


def state_of(page: Page) -> dict[str, Any]:
    """Return the state of the comparison that the address holds."""
    found: str = page.evaluate("new URLSearchParams(location.hash.split('?')[1]).get('compare') ?? '{}'")
    state: dict[str, Any] = json.loads(found)
    return state


def plot(page: Page) -> Locator:
    return page.locator("figure").get_by_role("group").first


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).select_option(label=option)


def saved(page: Page, item: str) -> bytes:
    """Return the file of a plot."""
    page.get_by_role("button", name="Save").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=item).click()
    return Path(download.value.path()).read_bytes()


def cells(page: Page, name: str) -> list[str]:
    """Return a row of the table of differences."""
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))
    return row.get_by_role("cell").all_inner_texts()


def test_ranges_chosen_by_keys_keep_runs_and_filter_the_table(
    page: Page, show: Callable[..., None], trials: list[Trial]
) -> None:
    show(scope="all", parallel={"axes": ["param/lr", "param/optimizer", "latest/accuracy"]})
    expect(plot(page)).to_have_accessible_name(re.compile(r"^Parallel coordinates of 40 runs over lr, optimizer, acc"))
    low = page.get_by_role("slider", name="accuracy, lower end of the range")
    low.focus()
    for _ in range(5):
        page.keyboard.press("PageUp")
    best, worst = max(t.accuracy for t in trials), min(t.accuracy for t in trials)
    inside = [t for t in trials if t.accuracy >= (best + worst) / 2]
    expect(page.get_by_text(f"{len(inside)} of 40 runs inside the ranges")).to_be_visible()
    expect(low).to_have_attribute("aria-valuenow", "50")

    page.get_by_role("button", name="Tick in the table").click()
    expect(page.get_by_text(f"{len(inside)} runs ticked in the table.")).to_be_visible()
    page.get_by_role("button", name="Filter the table").click()
    expect(page).to_have_url(re.compile(r"filter=metrics\.accuracy"))
    expect(page.get_by_text(f"{len(inside)} of {RUNS}", exact=False).first).to_be_visible()


def test_ranges_are_dragged_on_several_axes_and_taken_away_by_a_click(
    page: Page, show: Callable[..., None], trials: list[Trial]
) -> None:
    show(scope="all", parallel={"axes": ["param/optimizer", "latest/accuracy"]})
    expect(page.get_by_text("Drag along an axis to keep runs in a range.")).to_be_visible()
    tracks = page.locator(".axis-track")

    def drag(index: int, start: float, end: float) -> None:
        box = tracks.nth(index).bounding_box()
        assert box
        x = box["x"] + box["width"] / 2
        page.mouse.move(x, box["y"] + start * box["height"])
        page.mouse.down()
        page.mouse.move(x, box["y"] + (start + end) / 2 * box["height"])
        page.mouse.move(x, box["y"] + end * box["height"])
        page.mouse.up()

    drag(0, 0.95, 0.7)  # from the bottom: the first of three optimizers
    adam = [t for t in trials if t.optimizer == "adam"]
    expect(page.get_by_text(f"{len(adam)} of 40 runs inside the ranges")).to_be_visible()
    drag(1, 0.02, 0.5)
    low, high = state_of(page)["parallel"]["brushes"]["latest/accuracy"]
    both = [t for t in adam if low <= t.accuracy <= high]
    assert 0 < len(both) < len(adam)
    expect(page.get_by_text(f"{len(both)} of 40 runs inside the ranges")).to_be_visible()
    assert state_of(page)["parallel"]["brushes"]["param/optimizer"] == ["adam"]

    drag(1, 0.8, 0.8)
    expect(page.get_by_text(f"{len(adam)} of 40 runs inside the ranges")).to_be_visible()
    page.get_by_role("button", name="Clear ranges").click()
    assert "brushes" not in state_of(page).get("parallel", {})


def test_axes_are_chosen_moved_flipped_and_taken_away(
    page: Page, show: Callable[..., None], trials: list[Trial]
) -> None:
    show(scope="all", parallel={"axes": ["param/lr", "param/optimizer", "latest/accuracy"]})
    lr = page.get_by_role("button", name=re.compile(r"^lr\. Drag it"))
    lr.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("lr is axis 2 of 3")).to_be_attached()
    assert state_of(page)["parallel"]["axes"] == ["param/optimizer", "param/lr", "latest/accuracy"]

    box = page.get_by_role("button", name=re.compile(r"^optimizer\. Drag it")).bounding_box()
    target = page.get_by_role("button", name=re.compile(r"^accuracy\. Drag it")).bounding_box()
    assert box
    assert target
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(target["x"] - 40, target["y"] + 8, steps=4)
    page.mouse.move(target["x"] + 20, target["y"] + 8)
    page.mouse.up()
    expect(page.get_by_text("optimizer is axis 3 of 3")).to_be_attached()

    page.get_by_role("button", name="Flip accuracy").click()
    expect(page.get_by_role("button", name="Flip accuracy")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="log scale of lr").click()
    assert state_of(page)["scales"] == {"param/lr": "linear"}
    page.get_by_role("button", name="Take optimizer away").click()
    page.get_by_role("button", name="Axes").click()
    page.get_by_role("checkbox", name="time_s").first.check()
    assert state_of(page)["parallel"]["axes"] == ["param/lr", "latest/accuracy", "latest/time_s"]
    page.reload()
    expect(plot(page)).to_have_accessible_name(re.compile("over lr, accuracy, time_s"))


@pytest.mark.usefixtures("trials")
def test_how_many_runs_are_compared_is_told(page: Page, show: Callable[..., None]) -> None:
    show()
    runs = page.get_by_role("combobox", name="Runs", exact=True)
    expect(runs).to_contain_text("In charts (10)")
    expect(plot(page)).to_have_accessible_name(re.compile("of 10 runs"))
    runs.select_option("all")
    expect(plot(page)).to_have_accessible_name(re.compile("of 40 runs"))
    assert state_of(page) == {"scope": "all"}


def test_a_point_tells_its_run_and_opens_it(page: Page, show: Callable[..., None], trials: list[Trial]) -> None:
    show(plot="scatter", scope="all", scatter={"x": "param/lr", "y": "latest/accuracy"})
    plot(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    second = sorted(trials, key=lambda t: float(t.lr))[1]
    expect(plot(page)).to_have_attribute("data-marked", second.run_id)
    tip = page.locator(".plot-tip")
    expect(tip).to_contain_text(second.name)
    expect(tip).to_contain_text(second.lr)

    # where the tip points to is the run's point for the pointer, too
    left, bottom = tip.evaluate("tip => [parseFloat(tip.style.left), parseFloat(tip.style.bottom)]")
    box = plot(page).bounding_box()
    assert box
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    expect(tip).not_to_be_visible()
    point = (box["x"] + left - 14, box["y"] + box["height"] - bottom + 10)
    page.mouse.move(*point)
    expect(plot(page)).to_have_attribute("data-marked", second.run_id)
    page.mouse.click(*point)
    expect(page).to_have_url(re.compile(f"/runs/{second.run_id}"))
    page.go_back()
    plot(page).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    last = max(trials, key=lambda t: float(t.lr))
    expect(page).to_have_url(re.compile(f"/runs/{last.run_id}"))


def test_the_pareto_front_holds_what_no_run_beats(page: Page, show: Callable[..., None], trials: list[Trial]) -> None:
    def front(sign: int) -> list[Trial]:
        def beats(a: Trial, b: Trial) -> bool:
            at_least = sign * a.seconds <= sign * b.seconds and a.accuracy >= b.accuracy
            return at_least and (a.seconds, a.accuracy) != (b.seconds, b.accuracy)

        return [t for t in trials if not any(beats(other, t) for other in trials)]

    show(
        plot="scatter", scope="all", scatter={"x": "latest/time_s", "y": "latest/accuracy", "color": "param/optimizer"}
    )
    page.get_by_label("Pareto front").check()
    expect(page.get_by_text(f"{len(front(1))} runs on the front")).to_be_visible()
    expect(page.get_by_label("Better end of Y")).to_have_value("maximize")
    page.get_by_label("Better end of X").select_option("maximize")
    expect(page.get_by_text(re.compile(rf"^{len(front(-1))} runs? on the front"))).to_be_visible()


@pytest.mark.usefixtures("trials")
def test_contours_say_what_they_are_made_of(page: Page, show: Callable[..., None]) -> None:
    show(plot="contour", scope="all")
    choose(page, "X", "lr")
    choose(page, "Y", "depth")
    choose(page, "Height", "accuracy")
    expect(page.get_by_text("Straight between 40 places with runs")).to_be_visible()
    assert saved(page, "Drawing (SVG)").count(b"<path") > 5
    choose(page, "Y", "lr")
    expect(page.get_by_text("Contours need runs at three places at least")).to_be_visible()


def test_boxes_show_quartiles_of_groups(page: Page, show: Callable[..., None], trials: list[Trial]) -> None:
    show(plot="box", scope="all", box={"y": "latest/time_s", "group": "param/optimizer"})
    expect(plot(page)).to_have_accessible_name(re.compile("Box plots of time_s of 40 runs by optimizer"))
    page.get_by_text("Groups", exact=True).last.click()
    for optimizer in ("adam", "lion", "sgd"):
        seconds = [t.seconds for t in trials if t.optimizer == optimizer]
        quartiles = statistics.quantiles(seconds, n=4, method="inclusive")
        row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=optimizer))
        texts = row.get_by_role("cell").all_inner_texts()
        assert texts[0] == str(len(seconds))
        assert [float(text) for text in texts[2:5]] == pytest.approx(quartiles, rel=1e-3)


def test_plots_are_saved_as_pictures_drawings_and_values(
    page: Page, show: Callable[..., None], trials: list[Trial]
) -> None:
    show(scope="all", parallel={"axes": ["param/optimizer", "latest/accuracy"]})
    expect(plot(page)).to_be_visible()
    assert saved(page, "Picture (PNG)").startswith(b"\x89PNG")
    drawing = saved(page, "Drawing (SVG)").decode()
    assert "optimizer" in drawing
    assert drawing.count("<path") >= RUNS
    rows = [*csv.DictReader(io.StringIO(saved(page, "Values (CSV)").decode()))]
    assert {(row["run_id"], float(row["latest/accuracy"])) for row in rows} == {(t.run_id, t.accuracy) for t in trials}
    page.get_by_text("Values of 40 runs").click()
    expect(page.get_by_role("region", name="Values of 40 runs").get_by_role("row")).to_have_count(RUNS + 1)


def test_the_table_shows_what_differs(page: Page, show: Callable[..., None], log: Callable[..., str]) -> None:
    tags = {"team": "vision", "mlflow.source.name": "train.py", "mlflow.user": "ana"}
    log("first", {"loss": 0.5, "acc": 0.8}, {"lr": "0.1", "data": "x", "p": PROMPT.format(language="French", words=20)})
    params = {"lr": "0.2", "data": "x", "p": PROMPT.format(language="German", words=20)}
    log("second", {"loss": 0.25, "acc": float("nan")}, params, tags)
    show(plot="table")
    expect(page.get_by_role("columnheader", name=re.compile("second"))).to_contain_text("train.py")
    assert cells(page, "lr") == ["0.2", "0.1"]
    expect(page.get_by_role("rowheader", name="data")).to_have_count(0)
    assert cells(page, "team") == ["vision", "\N{EN DASH}"]
    assert [text.split()[0] for text in cells(page, "acc")] == ["NaN", "0.8"]
    expect(page.locator("td.best")).to_have_text([re.compile("0.8"), re.compile("0.25")])
    page.get_by_role("button", name=re.compile("^loss: Less is better")).click()
    expect(page.locator("td.best")).to_have_text([re.compile("0.8"), re.compile("0.5")])
    expect(page.locator("td.long ins")).to_have_text("French ")
    expect(page.locator("td.long del")).to_have_text("German ")

    page.get_by_label("Also what is the same").check()
    assert cells(page, "data") == ["x", "x"]
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    rows = [*csv.reader(io.StringIO(Path(download.value.path()).read_bytes().decode()))]
    assert rows[0] == ["kind", "name", "second", "first"]
    assert ["metric", "loss", "0.25", "0.5"] in rows
    assert ["metric", "acc", "NaN", "0.8"] in rows
    assert ["tag", "team", "vision", ""] in rows

    page.get_by_role("button", name="Take second out of the comparison").click()
    expect(page.get_by_text("This is a single run")).to_be_visible()


@pytest.mark.parametrize("form", ["plain", "reference"])
def test_named_runs_are_compared(
    page: Page, visit: Callable[..., None], experiment: Experiment, trials: list[Trial], form: str
) -> None:
    ids, experiments = [trials[3].run_id, trials[1].run_id], [experiment.experiment_id]
    if form == "plain":
        visit("compare", runs=",".join(ids), experiments=",".join(experiments))
    else:
        visit("compare-runs", runs=json.dumps(ids), experiments=json.dumps(experiments))
    expect(page.get_by_role("heading", name="Compare 2 runs")).to_be_visible()
    page.get_by_role("tab", name="Differences").click()
    heads = page.get_by_role("columnheader").get_by_role("link")
    expect(heads).to_have_text([trials[3].name, trials[1].name])
    expect(page.get_by_role("link", name=f"Experiment {experiment.experiment_id}")).to_be_visible()
    page.get_by_role("button", name=f"Take {trials[1].name} out").click()
    expect(page.get_by_role("heading", name="Compare 1 run")).to_be_visible()
    page.go_back()
    expect(heads).to_have_count(2)


def test_addresses_that_name_no_run_say_so(page: Page, visit: Callable[..., None], experiment: Experiment) -> None:
    visit("compare")
    expect(page.get_by_text("The address names no runs")).to_be_visible()
    visit("compare", runs="0" * 32, experiments=experiment.experiment_id)
    expect(page.get_by_text("No run of these can be found")).to_be_visible()


def test_what_fails_is_said_and_tried_again(
    page: Page, visit: Callable[..., None], experiment: Experiment, watch: Watch, trials: list[Trial]
) -> None:
    watch.allow("status of 500")
    refusal = {"error_code": "INTERNAL_ERROR", "message": "The disk is full."}
    page.route("**/runyard/runs/columns", lambda route: route.fulfill(status=500, json=refusal))
    visit("compare", runs=f"{trials[0].run_id},{trials[1].run_id}", experiments=experiment.experiment_id)
    expect(page.get_by_text("The disk is full.")).to_be_visible()
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(plot(page)).to_be_visible()
