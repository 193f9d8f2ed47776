"""The list of experiments and the head of one: found, made, renamed, described, deleted and restored."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browsing import WINDOW

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from browsing import PageServer, Watch
    from runyard import MlflowClient
    from runyard.entities import Experiment

Visit = Callable[..., None]


@pytest.fixture
def mark() -> str:
    """What the names of a test's experiments hold, and no other's."""
    return uuid.uuid4().hex[:8]


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def names(page: Page) -> Locator:
    return page.locator("tbody th a")


def test_names_are_searched_and_the_address_holds_it(page: Page, visit: Visit, client: MlflowClient, mark: str) -> None:
    for name in ("Fraud", "churn"):
        client.create_experiment(f"{name}-{mark}")
    visit("experiments")
    page.get_by_role("searchbox", name="Search by name").fill(f"fraud-{mark}")
    expect(names(page)).to_have_text([f"Fraud-{mark}"])
    expect(page).to_have_url(re.compile(f"search=fraud-{mark}"))
    page.reload()
    expect(names(page)).to_have_text([f"Fraud-{mark}"])
    page.get_by_role("searchbox").press("Escape")
    expect(page).not_to_have_url(re.compile("search="))


def test_quotes_in_a_search_are_no_syntax(page: Page, visit: Visit, client: MlflowClient, mark: str) -> None:
    client.create_experiment(f"it's-{mark}")
    visit("experiments", search=f"it's-{mark}")
    expect(names(page)).to_have_text([f"it's-{mark}"])


def test_the_filter_language_and_a_mistake_in_it(
    page: Page, visit: Visit, client: MlflowClient, mark: str, watch: Watch
) -> None:
    watch.allow("status of 400")
    for team in ("risk", "growth"):
        experiment_id = client.create_experiment(f"{team}-{mark}")
        client.set_experiment_tag(experiment_id, "team", team)
    visit("experiments", search=mark)
    page.get_by_role("button", name="Filter").click()
    field = page.get_by_role("searchbox", name="Filter")
    expect(field).to_have_value(f"name ILIKE '%{mark}%'")  # the search, as the language says it
    field.fill(f"name LIKE '%{mark}' AND tags.team = 'risk'")
    expect(names(page)).to_have_text([f"risk-{mark}"])
    field.fill("team = 'risk'")
    alert = page.get_by_role("alert").filter(has_text="^")
    expect(alert).to_contain_text("There is no attribute 'team' of experiments")
    expect(alert).to_contain_text("^^^^")
    expect(field).to_have_attribute("aria-invalid", "true")


def test_runs_are_counted(page: Page, visit: Visit, client: MlflowClient, mark: str) -> None:
    client.create_experiment(f"idle-{mark}")
    busy = client.create_experiment(f"busy-{mark}")
    for _ in range(3):
        client.create_run(busy)
    visit("experiments", search=mark)
    cells = row(page, f"busy-{mark}").get_by_role("cell")
    expect(cells.nth(2)).to_have_text("3")
    expect(cells.nth(3).locator("time")).to_have_attribute("datetime", re.compile("^20"))
    expect(row(page, f"idle-{mark}").get_by_role("cell").nth(2)).to_have_text("0")


def test_lists_are_sorted_and_read_on_when_they_are_scrolled(
    page: Page, visit: Visit, client: MlflowClient, mark: str
) -> None:
    for number in range(130):
        client.create_experiment(f"{mark}-{number:03d}")
    visit("experiments", search=mark)
    expect(page.get_by_text("100+ experiments")).to_be_visible()
    expect(names(page).first).to_have_text(f"{mark}-129")
    page.get_by_role("columnheader", name="Name").get_by_role("button").click()
    expect(names(page).first).to_have_text(f"{mark}-000")
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    names(page).last.scroll_into_view_if_needed()
    expect(names(page)).to_have_count(130)
    expect(page.get_by_text("130 experiments", exact=True)).to_be_visible()


def test_an_experiment_is_made(page: Page, visit: Visit, client: MlflowClient, mark: str, watch: Watch) -> None:
    watch.allow("status of 400")
    client.create_experiment(f"taken-{mark}")
    visit("experiments")
    page.get_by_role("button", name="New experiment").click()
    dialog = page.get_by_role("dialog", name="New experiment")
    name = dialog.get_by_label("Name")
    expect(name).to_be_focused()
    name.fill(f"taken-{mark}")
    name.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text(f"taken-{mark}")
    name.fill(f"fresh-{mark}")
    name.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("link", name=f"fresh-{mark}")).to_be_visible()
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"fresh-{mark}")
    assert client.get_experiment_by_name(f"fresh-{mark}") is not None


def test_rename_delete_undo_and_restore_in_the_list(page: Page, visit: Visit, client: MlflowClient, mark: str) -> None:
    experiment_id = client.create_experiment(f"old-{mark}")
    visit("experiments", search=mark)
    page.get_by_role("button", name=f"Actions for old-{mark}").click()
    page.get_by_role("menuitem", name="Rename").click()
    field = page.get_by_role("dialog", name="Rename the experiment").get_by_label("Name")
    expect(field).to_have_value(f"old-{mark}")
    field.fill(f"new-{mark}")
    field.press("Enter")
    expect(names(page)).to_have_text([f"new-{mark}"])
    assert client.get_experiment(experiment_id).name == f"new-{mark}"

    def delete() -> None:
        page.get_by_role("button", name=f"Actions for new-{mark}").click()
        page.get_by_role("menuitem", name="Delete").click()
        expect(names(page)).to_have_count(0)

    delete()
    assert client.get_experiment(experiment_id).lifecycle_stage == "deleted"
    page.get_by_role("button", name="Undo").click()
    expect(names(page)).to_have_text([f"new-{mark}"])
    assert client.get_experiment(experiment_id).lifecycle_stage == "active"
    delete()
    page.get_by_label("Which experiments").select_option("Deleted")
    expect(names(page)).to_have_text([f"new-{mark}"])
    page.get_by_role("button", name=f"Actions for new-{mark}").click()
    page.get_by_role("menuitem", name="Restore").click()
    expect(names(page)).to_have_count(0)
    assert client.get_experiment(experiment_id).lifecycle_stage == "active"


def test_several_are_looked_at_together_or_deleted(page: Page, visit: Visit, client: MlflowClient, mark: str) -> None:
    ids = [client.create_experiment(f"{name}-{mark}") for name in ("a", "b", "c")]
    for experiment_id in ids:
        client.create_run(experiment_id, run_name=f"run-{experiment_id}")
    visit("experiments", search=mark, order="name ASC")
    page.get_by_label(f"Choose a-{mark}").check()
    page.get_by_label(f"Choose b-{mark}").check()
    page.get_by_role("link", name="Look at their runs together").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"a-{mark}")
    expect(page.get_by_role("link", name=f"b-{mark}")).to_be_visible()
    for experiment_id in ids[:2]:
        expect(page.get_by_text(f"run-{experiment_id}").first).to_be_visible()
    expect(page.get_by_text(f"run-{ids[2]}")).to_have_count(0)

    page.go_back()
    page.get_by_label("Choose all that are shown").check()
    page.get_by_role("group", name="3 chosen").get_by_role("button", name="Delete").click()
    expect(names(page)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(names(page)).to_have_count(3)


def test_the_address_of_several_is_a_link(page: Page, visit: Visit, client: MlflowClient, mark: str) -> None:
    first, second = (client.create_experiment(f"{name}-{mark}") for name in ("a", "b"))
    client.create_run(second, run_name=f"run-{mark}")
    visit("experiments", f"{first},{second}")
    expect(page.get_by_text(f"run-{mark}").first).to_be_visible()


def test_nothing_is_found(page: Page, visit: Visit, mark: str) -> None:
    visit("experiments", search=mark)
    expect(page.get_by_role("heading", name="No experiment is like that")).to_be_visible()


def test_no_experiments_yet(page: Page, visit: Visit, server: PageServer) -> None:
    page.route("**/experiments/search", lambda route: route.fulfill(json={}))
    visit("experiments")
    expect(page.get_by_role("heading", name="No experiments yet")).to_be_visible()
    expect(page.locator("pre")).to_contain_text(f'set_tracking_uri("{server.address}")')


def test_tags_in_the_head(page: Page, visit: Visit, client: MlflowClient, experiment: Experiment) -> None:
    visit("experiments", experiment.experiment_id)
    page.get_by_role("button", name="Note and tags").click()
    page.get_by_role("button", name="Add a tag").click()
    page.get_by_label("Key of the tag").fill("team")
    page.keyboard.press("Tab")
    page.keyboard.type("risk")
    page.keyboard.press("Enter")
    chip = page.get_by_role("list", name="Tags").get_by_role("listitem").filter(has_text="team")
    expect(chip).to_contain_text("risk")
    chip.get_by_title("Edit the tag team").click()
    page.get_by_label("Value of the tag").fill("growth")
    page.keyboard.press("Enter")
    expect(chip).to_contain_text("growth")
    assert client.get_experiment(experiment.experiment_id).tags["team"] == "growth"
    page.get_by_role("button", name="Delete the tag team").click()
    expect(chip).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(chip).to_contain_text("growth")


def test_a_note_in_markdown(
    page: Page, visit: Visit, client: MlflowClient, experiment: Experiment, watch: Watch
) -> None:
    watch.allow("inline event handler|script-src-attr")  # said where HTML is parsed, before it is cleaned
    visit("experiments", experiment.experiment_id)
    page.get_by_role("button", name="Note and tags").click()
    page.get_by_role("button", name="Add a note").click()
    field = page.get_by_role("textbox", name="Note")
    expect(field).to_be_focused()
    field.fill("# Plan\n\nTry **bold** rates <img src=x onerror=\"document.title='run'\"><script>alert(1)</script>")
    page.get_by_role("tab", name="Preview").click()
    expect(page.locator(".markdown strong")).to_have_text("bold")
    page.get_by_role("tab", name="Write").click()
    field.press("Control+Enter")
    expect(page.locator(".markdown h1")).to_have_text("Plan")
    expect(page.locator(".markdown script, .markdown [onerror]")).to_have_count(0)
    expect(page).not_to_have_title("run")
    assert "**bold**" in client.get_experiment(experiment.experiment_id).tags["mlflow.note.content"]
    page.reload()
    expect(page.get_by_text("Plan")).to_be_visible()  # its first line, while it is folded

    page.get_by_role("button", name="Note and tags").click()
    page.get_by_role("button", name="Edit the note").click()
    field.fill("")
    field.press("Control+Enter")
    expect(page.get_by_role("button", name="Add a note")).to_be_visible()
    assert "mlflow.note.content" not in client.get_experiment(experiment.experiment_id).tags


def test_the_head_renames_deletes_and_restores(
    page: Page, visit: Visit, client: MlflowClient, experiment: Experiment, mark: str
) -> None:
    experiment_id = experiment.experiment_id
    visit("experiments", experiment_id)
    expect(page).to_have_title(re.compile(f"^{experiment.name} · "))
    actions = page.get_by_role("button", name=f"Actions for {experiment.name}")
    actions.press("ArrowDown")
    page.keyboard.press("Enter")  # the first action
    field = page.get_by_role("dialog").get_by_label("Name")
    field.fill(f"renamed-{mark}")
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"renamed-{mark}")
    expect(page).to_have_title(re.compile(f"^renamed-{mark} · "))
    page.get_by_role("button", name=f"Actions for renamed-{mark}").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_text("This experiment is in the trash")).to_be_visible()
    assert client.get_experiment(experiment_id).lifecycle_stage == "deleted"
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("This experiment is in the trash")).to_have_count(0)
    assert client.get_experiment(experiment_id).lifecycle_stage == "active"


def test_where_artifacts_are(page: Page, visit: Visit, experiment: Experiment) -> None:
    visit("experiments", experiment.experiment_id)
    page.get_by_role("button", name="About this experiment").click()
    expect(page.get_by_role("dialog", name="About this experiment")).to_contain_text(experiment.artifact_location)
    box = page.get_by_role("dialog", name="About this experiment").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= WINDOW["width"]
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="About this experiment")).to_be_hidden()
    expect(page.get_by_role("button", name="About this experiment")).to_be_focused()


def test_an_experiment_that_is_not_there(page: Page, visit: Visit, watch: Watch) -> None:
    watch.allow("status of 404")
    visit("experiments", "987654321")
    expect(page.get_by_role("alert").filter(has_text="987654321").first).to_be_visible()
