"""Registered models and their versions: found, made, described, compared, put into stages, deleted."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from browsing import Watch
    from runyard import MlflowClient
    from runyard.entities import Experiment

Visit = Callable[..., None]

NOTHING = "\N{EN DASH}"

MLMODEL = """flavors:
  python_function:
    loader_module: mlflow.pyfunc.model
    python_version: 3.11.7
signature:
  inputs: '{inputs}'
  outputs: '[{{"type": "double", "name": "p", "required": true}}]'
  params: null
"""


@pytest.fixture
def name() -> str:
    return f"model-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def run_ids(client: MlflowClient, experiment: Experiment, tmp_path: Path) -> list[str]:
    """Runs that made a model each; what they were given and what their models take differs."""
    made = []
    for number, inputs in enumerate((["age", "income"], ["age", "income", "city"])):
        run_id = client.create_run(experiment.experiment_id, run_name=f"run-{number}").info.run_id
        client.log_param(run_id, "depth", number)
        client.log_param(run_id, "same", "x")
        client.log_metric(run_id, "accuracy", 0.9 + number / 100)
        folder = tmp_path / str(number) / "model"
        folder.mkdir(parents=True)
        columns = [{"type": "double", "name": column, "required": True} for column in inputs]
        (folder / "MLmodel").write_text(MLMODEL.format(inputs=json.dumps(columns)))
        client.log_artifacts(run_id, str(folder), "model")
        made.append(run_id)
    return made


@pytest.fixture
def model(client: MlflowClient, name: str, run_ids: list[str]) -> str:
    """A registered model with a version of each run."""
    client.create_registered_model(name)
    for run_id in run_ids:
        client.create_model_version(name, f"runs:/{run_id}/model", run_id)
    return name


def row(page: Page, text: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=text, exact=True))


def test_the_list_tells_of_versions_aliases_stages_and_tags(
    page: Page, visit: Visit, client: MlflowClient, model: str
) -> None:
    client.set_registered_model_alias(model, "champion", 2)
    client.transition_model_version_stage(model, "1", "Production")
    client.set_registered_model_tag(model, "team", "risk")
    visit("models", search=model.removeprefix("model-"))
    found = row(page, model)
    expect(found).to_contain_text("champion → 2")
    expect(found).to_contain_text("Production")
    expect(found).to_contain_text("risk")
    found.get_by_role("link", name="2", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Version 2")


def test_the_filter_language(page: Page, visit: Visit, client: MlflowClient, name: str, watch: Watch) -> None:
    watch.allow("status of 400")
    client.create_registered_model(name, tags={"team": name})
    visit("models", filter=f"tags.team = '{name}'")
    expect(page.locator("tbody th a")).to_have_text([name])
    page.get_by_role("searchbox", name="Filter").fill("team = 1")
    expect(page.get_by_role("alert").filter(has_text="^")).to_contain_text("There is no attribute 'team'")


def test_no_models_yet(page: Page, visit: Visit) -> None:
    page.route("**/registered-models/search*", lambda route: route.fulfill(json={}))
    visit("models")
    expect(page.get_by_role("heading", name="No registered models yet")).to_be_visible()
    expect(page.locator("pre")).to_contain_text("runyard.register_model(")


def test_a_model_is_made_described_renamed_and_deleted(
    page: Page, visit: Visit, client: MlflowClient, name: str, watch: Watch
) -> None:
    watch.allow("status of (400|404)")
    visit("models")
    page.get_by_role("button", name="New model").click()
    page.get_by_role("dialog").get_by_label("Name").fill(name)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page).to_have_title(re.compile(f"^{name} · "))
    expect(page.get_by_role("heading", name="No versions yet")).to_be_visible()

    page.get_by_role("button", name="Add a description").click()
    page.get_by_role("textbox", name="Description").fill("Scores **payments**.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".markdown strong")).to_have_text("payments")
    assert client.get_registered_model(name).description == "Scores **payments**."

    page.get_by_role("button", name="Add a tag").click()
    page.get_by_label("Key of the tag").fill("team")
    page.get_by_label("Value of the tag").fill("risk")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Tags")).to_contain_text("risk")
    assert client.get_registered_model(name).tags == {"team": "risk"}

    page.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("dialog").get_by_label("Name").fill(f"{name}-2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name}-2")
    expect(page).to_have_url(re.compile(f"#/models/{name}-2$"))

    page.get_by_role("button", name=f"Actions for {name}-2").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog", name=f"Delete {name}-2?").get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile("#/models$"))
    expect(page.get_by_text(f"The model {name}-2 is deleted.")).to_be_visible()
    assert not client.search_registered_models(f"name LIKE '{name}%'")


def test_versions_are_listed_with_their_runs(page: Page, visit: Visit, client: MlflowClient, model: str) -> None:
    client.set_registered_model_alias(model, "champion", 1)
    visit("models", model)
    expect(page.locator("tbody th")).to_have_text([re.compile("Version 2"), re.compile("Version 1")])
    expect(row(page, "Version 1")).to_contain_text("champion")
    row(page, "Version 1").get_by_role("link", name="run-0").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("run-0")


def test_versions_are_compared(page: Page, visit: Visit, model: str) -> None:
    visit("models", model)
    page.get_by_label("Choose version 2").check()
    page.get_by_label("Choose version 1").check()
    page.get_by_role("link", name="Compare 2 versions").click()
    table = page.get_by_role("table", name=f"Versions of {model} compared")
    line = table.get_by_role("row").filter(has_text="depth")
    expect(line.get_by_role("cell")).to_have_text(["1", "0"])
    expect(table.get_by_role("row").filter(has_text="accuracy").get_by_role("cell")).to_have_text(["0.91", "0.9"])
    expect(table.get_by_role("row").filter(has_text="city").get_by_role("cell")).to_have_text(["double", NOTHING])
    expect(table).not_to_contain_text("same")
    expect(table).not_to_contain_text("income")
    page.get_by_label("Only what differs").uncheck()
    expect(table).to_contain_text("same")
    expect(table).to_contain_text("income")
    page.reload()
    expect(table.get_by_role("row").filter(has_text="depth")).to_be_visible()
    page.get_by_role("link", name="Back to the versions").click()
    expect(page.get_by_label("Choose version 1")).to_be_visible()


def test_a_version_tells_where_it_came_from_and_how_to_load_it(
    page: Page, visit: Visit, client: MlflowClient, model: str
) -> None:
    client.set_registered_model_alias(model, "champion", 2)
    visit("models", model, "versions", "2")
    expect(page.get_by_role("link", name="run-1")).to_have_attribute("href", re.compile("#/experiments/.*/runs/"))
    expect(page.locator("pre").first).to_contain_text(f'load_model("models:/{model}/2")')
    expect(page.locator("pre").nth(1)).to_contain_text(f'load_model("models:/{model}@champion")')
    page.get_by_role("tab", name="Overview").press("ArrowRight")
    expect(page.get_by_role("tab", name="Files")).to_be_focused()
    expect(page.get_by_text("MLmodel").first).to_be_visible()
    expect(page.get_by_text("income").first).to_be_visible()  # of the signature
    expect(page).to_have_url(re.compile("tab=files"))


def test_a_version_is_described_and_tagged(page: Page, visit: Visit, client: MlflowClient, model: str) -> None:
    visit("models", model, "versions", "1")
    page.get_by_role("button", name="Add a description").click()
    page.get_by_role("textbox", name="Description").fill("The *first* one")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".markdown em")).to_have_text("first")
    page.get_by_role("button", name="Add a tag").click()
    page.get_by_label("Key of the tag").fill("validated")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Tags")).to_contain_text("validated")
    version = client.get_model_version(model, "1")
    assert (version.description, version.tags) == ("The *first* one", {"validated": ""})


def test_aliases_are_set_moved_and_deleted(
    page: Page, visit: Visit, client: MlflowClient, model: str, watch: Watch
) -> None:
    watch.allow("status of 400")
    client.set_registered_model_alias(model, "champion", 1)
    visit("models", model, "versions", "2")
    page.get_by_role("button", name="Add an alias").click()
    field = page.get_by_role("textbox", name="Alias")
    field.fill("v1")  # looks like a number
    field.press("Enter")
    expect(page.locator(".notice-failed")).to_contain_text("v1")
    field.fill("champion")
    field.press("Enter")
    aliases = page.get_by_role("list", name="Aliases")
    expect(aliases).to_contain_text("champion")
    assert client.get_model_version_by_alias(model, "champion").version == "2"
    aliases.get_by_role("button", name="Delete the alias champion").click()
    expect(aliases).not_to_contain_text("champion")
    assert client.get_registered_model(model).aliases == {}
    page.get_by_role("button", name="Undo").click()
    expect(aliases).to_contain_text("champion")


def test_stages(page: Page, visit: Visit, client: MlflowClient, model: str) -> None:
    client.transition_model_version_stage(model, "1", "Production")
    visit("models", model, "versions", "2")
    page.get_by_role("button", name="None", exact=True).click()
    page.get_by_role("menuitemcheckbox", name="Production").click()
    dialog = page.get_by_role("dialog", name="Put version 2 into Production?")
    dialog.get_by_label("Put the others in this stage into the archive").check()
    dialog.get_by_role("button", name="Put").click()
    expect(page.get_by_role("button", name="Production", exact=True)).to_be_visible()
    stages = [client.get_model_version(model, version).current_stage for version in ("1", "2")]
    assert stages == ["Archived", "Production"]


def test_a_version_is_deleted(page: Page, visit: Visit, client: MlflowClient, model: str) -> None:
    visit("models", model, "versions", "1")
    page.get_by_role("button", name="Actions for Version 1").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Actions for Version 1").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile(f"#/models/{model}$"))
    expect(page.locator("tbody th")).to_have_text([re.compile("Version 2")])
    assert [version.version for version in client.search_model_versions(f"name = '{model}'")] == ["2"]


def test_a_run_registers_its_model(
    page: Page, visit: Visit, client: MlflowClient, experiment: Experiment, name: str, runyard_isolated: None
) -> None:
    import runyard

    run = client.create_run(experiment.experiment_id)
    logged = client.create_logged_model(experiment.experiment_id, "forest", source_run_id=run.info.run_id)
    client.finalize_logged_model(logged.model_id, "READY")
    client.log_outputs(run.info.run_id, [runyard.entities.LoggedModelOutput(logged.model_id, 0)])
    visit("experiments", experiment.experiment_id, "runs", run.info.run_id)
    for expected in ("A new registered model is made.", f"{name} gets another version."):
        page.get_by_role("button", name=re.compile("Register")).first.click()
        dialog = page.get_by_role("dialog", name="Register model")
        dialog.get_by_label("Registered model").fill(name)
        expect(dialog.get_by_text(expected)).to_be_visible()
        dialog.get_by_role("button", name="Register").click()
        expect(dialog).to_have_count(0)
    versions = client.search_model_versions(f"name = '{name}'")
    assert sorted((version.version, version.model_id, version.run_id) for version in versions) == [
        (number, logged.model_id, run.info.run_id) for number in ("1", "2")
    ]
    page.get_by_role("button", name="Show it").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Version 2")


def test_a_model_that_is_not_there(page: Page, visit: Visit, watch: Watch) -> None:
    watch.allow("status of 404")
    visit("models", "no such model")
    expect(page.get_by_role("alert").filter(has_text="no such model")).to_be_visible()
