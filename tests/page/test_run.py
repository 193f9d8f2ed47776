"""The page of a run: what it tells, what can be changed on it, and that it goes on with a run that goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from runyard.entities import Dataset, DatasetInput, InputTag, LoggedModelOutput, Metric, Param, RunTag

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from browsing import Watch
    from runyard import MlflowClient
    from runyard.entities import Experiment, Run

COMMIT = "0123456789abcdef0123456789abcdef01234567"
START = 1_760_000_000_000
LONG = json.dumps({"layers": [{"units": 64, "activation": "relu"}] * 20})
SCHEMA = {
    "mlflow_colspec": [
        {"type": "long", "name": "age", "required": True},
        {"type": "double", "name": "income", "required": False},
    ]
}
MINUS = "\N{MINUS SIGN}"
SCRIPT = "<img src=x onerror=alert(1)>"


@pytest.fixture
def run(client: MlflowClient, experiment: Experiment) -> Run:
    """A run that is over, with some of everything."""
    made = client.create_run(
        experiment.experiment_id,
        run_name="boosted trees",
        start_time=START,
        tags={
            "mlflow.note.content": "# Deep trees\n\nThey are **better**.",
            "mlflow.source.name": "/home/me/train.py",
            "mlflow.source.type": "LOCAL",
            "mlflow.source.git.commit": COMMIT,
            "mlflow.source.git.repoURL": "https://me:secret@github.com/acme/risk.git",
            "team": "risk",
        },
    )
    run_id = made.info.run_id
    points = [Metric("loss", 2.0 - step / 4, START + step, step) for step in range(5)]
    points += [Metric("diverged", value, 1, step) for step, value in enumerate([3.0, 1.5, float("nan")])]
    points += [Metric("gap", float("-inf"), 1, 0), Metric("system/cpu_utilization_percentage", 40.0, 1, 0)]
    params = [Param("depth", "6"), Param("rate", "1e-3"), Param("config", LONG), Param("empty", "")]
    client.log_batch(run_id, metrics=points, params=params)
    source = json.dumps({"url": "https://example.org/customers.csv"})
    dataset = Dataset(
        name="customers",
        digest="15742d71",
        source_type="http",
        source=source,
        schema=json.dumps(SCHEMA),
        profile=json.dumps({"num_rows": 3}),
    )
    client.log_inputs(run_id, [DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])])
    client.log_text(run_id, "hello", "notes/hello.txt")
    client.set_terminated(run_id, end_time=START + 65_000)
    return client.get_run(run_id)


@pytest.fixture
def show(visit: Callable[..., None]) -> Callable[..., None]:
    """Shows a run: ``show(run, tab="datasets")``."""

    def go(run: Run, **query: str) -> None:
        visit("experiments", run.info.experiment_id, "runs", run.info.run_id, **query)

    return go


def section(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def cells(row: Locator) -> list[str]:
    return [text.strip() for text in row.locator("th, td").all_inner_texts()]


def row_of(page: Page, table: str, key: str) -> Locator:
    header = page.get_by_role("rowheader", name=key, exact=True)
    return section(page, table).get_by_role("row").filter(has=header)


def choose(page: Page, action: str) -> None:
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=action).click()


def test_the_head_tells_how_a_run_stands(
    page: Page, show: Callable[..., None], run: Run, experiment: Experiment
) -> None:
    show(run)
    expect(page.locator(".run-head h1")).to_have_text("boosted trees")
    expect(page).to_have_title(re.compile("boosted trees"))
    head = page.locator(".run-head")
    expect(head).to_contain_text("Finished")
    expect(head).to_contain_text("1 min 5 s")
    expect(head).to_contain_text(run.info.run_id)
    link = head.get_by_role("link", name=experiment.name)
    expect(link).to_have_attribute("href", f"#/experiments/{experiment.experiment_id}")


def test_metrics_tell_their_extremes_and_what_is_no_number(page: Page, show: Callable[..., None], run: Run) -> None:
    show(run)
    expect(row_of(page, "Metrics", "loss").get_by_role("cell").nth(1)).to_have_text("1")
    assert cells(row_of(page, "Metrics", "loss"))[:5] == ["loss", "1", "1", "2", "4"]
    assert cells(row_of(page, "Metrics", "diverged"))[:5] == ["diverged", "NaN", "1.5", "3", "2"]
    assert cells(row_of(page, "Metrics", "gap"))[:5] == ["gap", *[f"{MINUS}∞"] * 3, "0"]
    expect(section(page, "Metrics")).not_to_contain_text("cpu_utilization")
    keys = section(page, "Metrics").get_by_role("rowheader")
    expect(keys).to_have_text(["diverged", "gap", "loss"])
    sort = section(page, "Metrics").get_by_role("button", name="Last", exact=True)
    sort.click()
    expect(keys).to_have_text(["gap", "loss", "diverged"])
    expect(section(page, "Metrics").get_by_role("columnheader", name="Last")).to_have_attribute(
        "aria-sort", "ascending"
    )
    sort.click()
    expect(keys).to_have_text(["loss", "gap", "diverged"])
    sort.click()
    expect(keys).to_have_text(["diverged", "gap", "loss"])


def test_params_are_expanded_sorted_and_copied(page: Page, show: Callable[..., None], run: Run) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    show(run)
    params = section(page, "Params")
    config = row_of(page, "Params", "config")
    expect(config).to_contain_text("…")
    config.get_by_role("button", name="Show all").click()
    expect(config.locator("pre")).to_have_text(json.dumps(json.loads(LONG), indent=2))
    config.get_by_role("button", name="Show less").click()
    expect(row_of(page, "Params", "empty")).to_contain_text("(empty)")
    params.get_by_role("button", name="Value", exact=True).click()
    expect(params.get_by_role("rowheader")).to_have_text(["rate", "depth", "config", "empty"])

    row_of(page, "Params", "rate").hover()
    row_of(page, "Params", "rate").get_by_role("button", name="Copy: rate").click()
    expect(row_of(page, "Params", "rate")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "1e-3"
    params.get_by_role("button", name="Copy as tab-separated text").click()
    expect(page.get_by_text("4 rows are copied.")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("Key\tValue\nrate\t1e-3\ndepth\t6\n")


def test_thousands_of_keys_are_searched_and_paged(
    page: Page, show: Callable[..., None], client: MlflowClient, experiment: Experiment
) -> None:
    run = client.create_run(experiment.experiment_id, run_name="many")
    points = [Metric(f"group/metric {i}", i / 7, 1, 3) for i in range(3000)]
    client.log_batch(run.info.run_id, metrics=points)
    client.set_terminated(run.info.run_id)
    show(run)
    metrics = section(page, "Metrics")
    keys = metrics.get_by_role("rowheader")
    expect(keys).to_have_count(100)
    expect(keys.nth(10)).to_have_text("group/metric 10")
    expect(metrics).to_contain_text("Page 1 of 30")
    metrics.get_by_role("button", name="Next page").click()
    expect(keys.first).to_have_text("group/metric 100")
    row = row_of(page, "Metrics", "group/metric 100")
    expect(row.get_by_role("cell").nth(1)).to_have_text("14.286")  # its extreme comes with its page
    metrics.get_by_role("searchbox").fill("metric 2999")
    expect(keys).to_have_text(["group/metric 2999"])
    expect(metrics).to_contain_text("1 of 3,000")
    metrics.get_by_role("searchbox").fill("nothing like it")
    expect(metrics).to_contain_text("Nothing matches.")


def test_a_run_is_renamed(page: Page, show: Callable[..., None], run: Run, client: MlflowClient) -> None:
    show(run)
    page.get_by_role("button", name="Rename the run").click()
    page.get_by_role("dialog").get_by_label("Name").fill("better trees")
    page.keyboard.press("Enter")
    expect(page.locator(".run-head h1")).to_have_text("better trees")
    assert client.get_run(run.info.run_id).info.run_name == "better trees"


def test_a_note_is_shown_edited_and_removed(
    page: Page, show: Callable[..., None], run: Run, client: MlflowClient
) -> None:
    show(run)
    expect(page.get_by_role("heading", name="Deep trees")).to_be_visible()
    page.get_by_role("button", name="Edit the note").click()
    page.get_by_role("textbox", name="Note").fill("Now *shallow*.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".markdown em")).to_have_text("shallow")
    assert client.get_run(run.info.run_id).data.tags["mlflow.note.content"] == "Now *shallow*."
    page.get_by_role("button", name="Edit the note").click()
    page.get_by_role("textbox", name="Note").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Add a note")).to_be_visible()
    assert "mlflow.note.content" not in client.get_run(run.info.run_id).data.tags


def test_tags_are_added_and_deleted(page: Page, show: Callable[..., None], run: Run, client: MlflowClient) -> None:
    show(run)
    tags = section(page, "Tags")
    tags.get_by_role("button", name="Add a tag").click()
    tags.get_by_label("Key of the tag").fill("stage")
    tags.get_by_label("Value of the tag").fill("candidate")
    page.keyboard.press("Enter")
    expect(tags).to_contain_text("candidate")
    tags.get_by_role("button", name="Delete the tag team").click()
    expect(tags.get_by_role("button", name="Delete the tag team")).to_have_count(0)
    found = client.get_run(run.info.run_id).data.tags
    assert found["stage"] == "candidate"
    assert "team" not in found
    tags.get_by_text("tags written by programs").click()
    expect(tags).to_contain_text("mlflow.source.name")


def test_a_run_is_deleted_and_restored(page: Page, show: Callable[..., None], run: Run, client: MlflowClient) -> None:
    show(run)
    choose(page, "Delete the run")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("This run is deleted.")).to_be_visible()
    assert client.get_run(run.info.run_id).info.lifecycle_stage == "deleted"
    # it can still be read, and not be changed
    expect(row_of(page, "Params", "depth")).to_be_visible()
    expect(page.get_by_role("heading", name="Deep trees")).to_be_visible()
    for action in ("Rename the run", "Edit the note", "Add a tag", "Register model"):
        expect(page.get_by_role("button", name=action)).to_have_count(0)
    page.locator(".run-deleted").get_by_role("button", name="Restore").click()
    expect(page.get_by_text("This run is deleted.")).to_have_count(0)
    assert client.get_run(run.info.run_id).info.lifecycle_stage == "active"


def test_a_run_is_downloaded(page: Page, show: Callable[..., None], run: Run) -> None:
    show(run)
    with page.expect_download() as waiting:
        choose(page, "Download as JSON")
    assert waiting.value.suggested_filename == f"run-{run.info.run_id}.json"
    told = json.loads(waiting.value.path().read_text())
    assert told["info"]["run_name"] == "boosted trees"
    assert {metric["key"]: metric["value"] for metric in told["data"]["metrics"]}["diverged"] == "NaN"


def test_where_a_run_came_from(page: Page, show: Callable[..., None], run: Run) -> None:
    show(run)
    about = page.locator("section.side").first
    expect(about).to_contain_text("train.py")
    commit = about.get_by_role("link", name=COMMIT[:10])
    expect(commit).to_have_attribute("href", f"https://github.com/acme/risk/commit/{COMMIT}")
    expect(commit).to_have_attribute("rel", re.compile("noopener"))
    expect(about).not_to_contain_text("secret")


def test_a_project_tells_how_to_run_it_again(
    page: Page, show: Callable[..., None], client: MlflowClient, experiment: Experiment
) -> None:
    tags = {"mlflow.source.type": "PROJECT", "mlflow.source.name": "/p", "mlflow.project.entryPoint": "train"}
    run = client.create_run(experiment.experiment_id, tags=tags)
    client.log_param(run.info.run_id, "note", "a b")
    show(run)
    expect(page.get_by_text("runyard run /p -e train -P 'note=a b'")).to_be_visible()


def test_parents_and_children_lead_to_each_other(
    page: Page, show: Callable[..., None], run: Run, client: MlflowClient
) -> None:
    parent = {"mlflow.parentRunId": run.info.run_id}
    for i in range(25):
        child = client.create_run(run.info.experiment_id, run_name=f"trial {i}", tags=parent, start_time=1000 + i)
        client.log_batch(
            child.info.run_id, [Metric("loss", i / 8, 1, 0)], [Param("depth", str(i)), Param("fixed", "1")]
        )
    show(run)
    children = section(page, "Child runs")
    names = children.get_by_role("rowheader")
    expect(names).to_have_count(20)
    expect(names.first).to_contain_text("trial 24")
    expect(children.get_by_role("columnheader")).to_have_text(["Name", "Started", "Duration", "loss", "depth"])
    children.get_by_role("button", name="loss").click()
    expect(names.first).to_contain_text("trial 0")
    children.get_by_role("button", name="Next page").click()
    expect(names).to_have_count(5)
    expect(children.get_by_role("link", name="Open in the runs table")).to_have_attribute(
        "href", re.compile(r"filter=tags\.mlflow\.parentRunId")
    )
    expect(children.get_by_role("link", name="Compare")).to_have_attribute("href", re.compile(r"#/compare\?runs="))
    children.get_by_role("link", name="trial 20").click()
    expect(page.locator(".run-head h1")).to_have_text("trial 20")
    page.get_by_role("link", name="boosted trees").click()
    expect(page.locator(".run-head h1")).to_have_text("boosted trees")


def test_datasets_tell_their_schema_and_source(page: Page, show: Callable[..., None], run: Run) -> None:
    show(run)
    section(page, "Datasets").get_by_role("link", name="customers").click()
    expect(page).to_have_url(re.compile("tab=datasets"))
    dataset = page.get_by_role("article", name="customers")
    expect(dataset).to_contain_text("training")
    expect(dataset).to_contain_text("15742d71")
    expect(dataset).to_contain_text("num_rows")
    expect(dataset.get_by_role("link")).to_have_attribute("href", "https://example.org/customers.csv")
    expect(dataset.get_by_role("rowheader")).to_have_text(["age", "income"])
    expect(dataset.get_by_role("row").nth(2)).to_contain_text("optional")


def test_models_lead_to_their_files_and_versions(
    page: Page, show: Callable[..., None], run: Run, client: MlflowClient
) -> None:
    run_id = run.info.run_id
    model = client.create_logged_model(run.info.experiment_id, name="forest", source_run_id=run_id)
    client.finalize_logged_model(model.model_id, "READY")
    client.log_outputs(run_id, [LoggedModelOutput(model.model_id, 4)])
    name = f"risk {run_id[:6]}"
    client.create_registered_model(name)
    client.create_model_version(name, f"models:/{model.model_id}", run_id)
    client.set_registered_model_alias(name, "champion", "1")
    history = [{"artifact_path": "old-model", "flavors": {"sklearn": {}, "python_function": {}}}]
    tables = [{"path": "eval/answers.json", "type": "table"}]
    tags = {"mlflow.log-model.history": json.dumps(history), "mlflow.loggedArtifacts": json.dumps(tables)}
    client.log_batch(run_id, tags=[RunTag(key, value) for key, value in tags.items()])
    show(run)
    models = section(page, "Models")
    expect(models).to_contain_text("step 4")
    expect(models).to_contain_text("@champion")
    expect(models).to_contain_text("sklearn")
    expect(models.get_by_role("link", name="old-model")).to_have_attribute("href", re.compile("path=old-model"))
    version = models.get_by_role("link", name=f"{name}, version 1")
    expect(version).to_have_attribute("href", re.compile("#/models/risk%20.*/versions/1"))
    table = section(page, "Tables and images").get_by_role("link", name="eval/answers.json")
    expect(table).to_have_attribute("href", re.compile("tab=artifacts&path=eval%2Fanswers.json"))
    models.get_by_role("button", name="Register").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    models.get_by_role("link", name="forest").click()
    expect(page).to_have_url(re.compile(f"model={model.model_id}"))
    expect(page.get_by_text("Files of the model forest")).to_be_visible()
    page.get_by_role("link", name="Show the files of the run").click()
    expect(page.get_by_text("notes", exact=True)).to_be_visible()


def test_tabs_are_places_to_go_back_to(page: Page, show: Callable[..., None], run: Run) -> None:
    show(run)
    tabs = page.get_by_role("tablist")
    expect(tabs.get_by_role("tab", name="Metrics 2")).to_have_count(0)
    expect(tabs.get_by_role("tab", name="Metrics 3", exact=True)).to_be_visible()
    tabs.get_by_role("tab", name="Overview").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("tab=metrics"))
    expect(page.locator("canvas").first).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("tab=system"))
    expect(page.get_by_role("tabpanel")).to_contain_text("cpu_utilization_percentage")
    page.go_back()
    expect(tabs.get_by_role("tab", name="Metrics 3", exact=True)).to_have_attribute("aria-selected", "true")


def test_an_artifact_has_an_address(page: Page, show: Callable[..., None], run: Run) -> None:
    show(run, tab="artifacts", path="notes/hello.txt")
    expect(page.get_by_role("tabpanel")).to_contain_text("hello")
    expect(page.get_by_role("treeitem", name="hello.txt")).to_be_visible()


def test_a_run_that_goes_on_is_read_again(
    page: Page, show: Callable[..., None], client: MlflowClient, experiment: Experiment
) -> None:
    run_id = client.create_run(experiment.experiment_id, run_name="going on").info.run_id
    client.log_metric(run_id, "loss", 1.0, step=1)
    page.clock.install()
    show(client.get_run(run_id))
    expect(page.locator(".run-head")).to_contain_text("Running")
    last = row_of(page, "Metrics", "loss").get_by_role("cell").first
    expect(last).to_have_text("1")
    client.log_metric(run_id, "loss", 0.5, step=2)
    page.clock.run_for(5000)
    expect(last).to_have_text("0.5")
    expect(row_of(page, "Metrics", "loss").get_by_role("cell").nth(2)).to_have_text("1")
    client.set_terminated(run_id)
    page.clock.run_for(5000)
    expect(page.locator(".run-head")).to_contain_text("Finished")


def test_an_empty_run_tells_how_to_fill_it(
    page: Page, show: Callable[..., None], client: MlflowClient, experiment: Experiment
) -> None:
    run = client.create_run(experiment.experiment_id, run_name="nothing")
    client.set_terminated(run.info.run_id, "FAILED")
    show(run)
    expect(page.get_by_text("Nothing is recorded in this run yet")).to_be_visible()
    expect(page.get_by_text(f'start_run(run_id="{run.info.run_id}")')).to_be_visible()
    expect(page.locator(".run-head")).to_contain_text("Failed")
    for tab, told in (("Metrics", "no metrics"), ("System metrics", "no system metrics"), ("Datasets", "no datasets")):
        page.get_by_role("tab", name=tab, exact=True).click()
        expect(page.get_by_role("tabpanel")).to_contain_text(told)


def test_a_run_that_is_not_there_is_told(
    page: Page, watch: Watch, visit: Callable[..., None], experiment: Experiment
) -> None:
    watch.allow("status of 404")
    visit("experiments", experiment.experiment_id, "runs", "0" * 32)
    expect(page.locator(".failure")).to_contain_text(f"There is no run {'0' * 32} on this server.")
    page.get_by_role("link", name="Go to its experiment").click()
    expect(page).to_have_url(re.compile(f"#/experiments/{experiment.experiment_id}$"))


def test_nothing_that_a_run_holds_is_run(
    page: Page, watch: Watch, show: Callable[..., None], client: MlflowClient, experiment: Experiment
) -> None:
    tags = {
        "mlflow.source.name": "javascript:alert(1)",
        "mlflow.source.git.repoURL": "javascript:alert(1)//github.com/a",
        "mlflow.source.git.commit": COMMIT,
        "mlflow.note.content": f"{SCRIPT} [x](javascript:alert(1)) <script>alert(1)</script>",
        "mlflow.log-model.history": json.dumps([{"artifact_path": SCRIPT, "flavors": {SCRIPT: {}}}]),
        "k": SCRIPT,
    }
    run = client.create_run(experiment.experiment_id, run_name=SCRIPT, tags=tags)
    client.log_param(run.info.run_id, "p", SCRIPT)
    source = json.dumps({"url": "javascript:alert(1)"})
    dataset = Dataset(name=SCRIPT, digest="d", source_type="http", source=source, schema=SCRIPT, profile=SCRIPT)
    client.log_inputs(run.info.run_id, [DatasetInput(dataset, [InputTag("mlflow.data.context", SCRIPT)])])
    watch.allow("inline event handler|script-src-attr")  # seen, and not allowed, while a note is made harmless
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    show(run)
    expect(page.locator(".run-head h1")).to_have_text(SCRIPT)
    expect(row_of(page, "Params", "p")).to_contain_text(SCRIPT)
    page.get_by_role("tab", name="Datasets").click()
    expect(page.get_by_role("article")).to_contain_text("javascript:alert(1)")
    assert page.evaluate("[...document.links].filter((link) => link.protocol === 'javascript:').length") == 0
    assert page.locator("img[src=x]").count() == 0
