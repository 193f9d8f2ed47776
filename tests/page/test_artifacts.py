"""Artifacts: the tree, what shows files of every kind, images by step, model cards, and files that mean harm."""

from __future__ import annotations

import io
import json
import re
import uuid
import wave
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Download, Locator, Page

    from browsing import PageServer, Watch
    from runyard import MlflowClient
    from runyard.entities import Experiment

SCRIPT = "<script>top.hacked = true; document.title = 'hacked'</script><img src=x onerror='top.hacked = true'>"


class Files(NamedTuple):
    """A run whose artifacts are looked at.

    Attributes:
        client: Writes them.
        run_id: The run.
        experiment_id: Its experiment.
        page: The page.
        visit: Goes to a place of it.
    """

    client: MlflowClient
    run_id: str
    experiment_id: str
    page: Page
    visit: Callable[..., None]

    def write(self, path: str, contents: str | bytes) -> None:
        """Log a file."""
        data = contents.encode() if isinstance(contents, str) else contents
        self.client.log_stream(self.run_id, io.BytesIO(data), path)

    def show(self, path: str = "", **query: str) -> Locator:
        """Go to an artifact; return what shows it."""
        self.visit("experiments", self.experiment_id, "runs", self.run_id, tab="artifacts", path=path, **query)
        return self.page.get_by_role("region", name="Artifacts", exact=True)

    @property
    def tree(self) -> Locator:
        """The tree of files."""
        return self.page.get_by_role("tree", name="Files and folders")

    def row(self, name: str) -> Locator:
        """A row of the tree."""
        return self.tree.get_by_role("treeitem").filter(has_text=re.compile(f"^{re.escape(name)}"))

    def contents(self, path: str) -> Locator:
        """What stands in the file that is shown."""
        return self.page.get_by_role("region", name=f"Contents of {path.rpartition('/')[2]}", exact=True)

    def download(self) -> Download:
        """Save the file that is shown."""
        with self.page.expect_download() as saved:
            self.page.get_by_role("link", name="Download").click()
        return saved.value


@pytest.fixture
def files(client: MlflowClient, experiment: Experiment, page: Page, visit: Callable[..., None]) -> Files:
    run = client.create_run(experiment.experiment_id)
    return Files(client, run.info.run_id, experiment.experiment_id, page, visit)


def picture(color: str, size: tuple[int, int] = (40, 30), kind: str = "PNG") -> bytes:
    image = pytest.importorskip("PIL.Image", reason="pictures are made with Pillow: pip install pillow")
    stream = io.BytesIO()
    image.new("RGB", size, color).save(stream, kind)
    return stream.getvalue()


def test_tree_is_walked_by_keys_and_the_address_holds_the_choice(files: Files) -> None:
    for path in ("deep/folder/notes.txt", "deep/other.txt", "zebra.txt"):
        files.write(path, f"contents of {path}")
    files.show()
    page = files.page
    expect(files.tree.get_by_role("treeitem")).to_have_count(2)
    files.tree.focus()
    page.keyboard.press("ArrowRight")
    expect(files.row("deep")).to_have_attribute("aria-expanded", "true")
    expect(files.row("folder")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(files.row("notes.txt")).to_have_attribute("aria-level", "3")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(files.row("notes.txt")).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(re.compile(r"path=deep%2Ffolder%2Fnotes\.txt"))
    expect(files.contents("notes.txt")).to_contain_text("contents of deep/folder/notes.txt")
    files.tree.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(files.row("notes.txt")).to_have_count(0)
    page.keyboard.type("ze")
    page.keyboard.press("Enter")
    expect(files.contents("zebra.txt")).to_contain_text("contents of zebra.txt")
    page.go_back()
    expect(files.contents("notes.txt")).to_be_visible()
    page.reload()
    expect(files.row("notes.txt")).to_have_attribute("aria-selected", "true")
    page.get_by_role("navigation", name="Artifacts").get_by_role("button", name="deep").click()
    expect(page.get_by_text("1 folder, 1 file")).to_be_visible()
    expect(page.get_by_text(f'download_artifacts("runs:/{files.run_id}/deep")')).to_be_visible()


def test_run_without_artifacts_says_how_to_begin(files: Files) -> None:
    files.page.goto("about:blank")
    files.visit("experiments", files.experiment_id, "runs", files.run_id, tab="artifacts")
    expect(files.page.get_by_text("This has no artifacts yet")).to_be_visible()
    expect(files.page.get_by_text("runyard.log_artifact")).to_be_visible()


def test_what_is_not_there_is_said(files: Files) -> None:
    files.write("a.txt", "a")
    files.show("gone/away.txt")
    expect(files.page.get_by_text("There is no artifact")).to_be_visible()
    files.page.get_by_role("button", name="Show all artifacts").click()
    expect(files.row("a.txt")).to_be_visible()


def test_thousands_of_files_are_listed_and_only_those_in_sight_drawn(files: Files, tmp_path: Path) -> None:
    for number in range(3000):
        (tmp_path / f"file {number}.txt").write_text(str(number))
    files.client.log_artifacts(files.run_id, str(tmp_path), "many")
    files.show("many")
    expect(files.page.get_by_text("3,000 files")).to_be_visible()
    expect(files.row("file 2.txt")).to_be_visible()
    assert files.tree.get_by_role("treeitem").count() < 120
    assert files.row("file 2.txt").get_attribute("aria-posinset") == "3"
    files.tree.focus()
    files.page.keyboard.press("End")
    expect(files.row("file 2999.txt")).to_be_in_viewport()
    files.page.keyboard.press("Enter")
    expect(files.contents("file 2999.txt")).to_have_text("2999")


def test_tree_is_made_wider_by_keys_and_stays_so(files: Files) -> None:
    files.write("a.txt", "a")
    files.show()
    bar = files.page.get_by_role("separator", name="Width of the tree")
    before = int(bar.get_attribute("aria-valuenow") or 0)
    bar.focus()
    files.page.keyboard.press("ArrowRight")
    expect(bar).to_have_attribute("aria-valuenow", str(before + 16))
    files.page.reload()
    expect(bar).to_have_attribute("aria-valuenow", str(before + 16))


@pytest.mark.parametrize(
    "name",
    ["a#b.txt", "what?.txt", "100% & more.txt", "größe 日本.txt", "a+b c.txt", "<img src=x onerror=alert(1)>.txt"],
)
def test_odd_names_are_shown_and_saved(files: Files, name: str, tmp_path: Path) -> None:
    files.write(f"odd folder/{name}", f"this is {name}")
    files.show()
    files.row("odd folder").click()
    files.row(name).click()
    expect(files.contents(name)).to_have_text(f"this is {name}")
    saved = files.download()
    saved.save_as(tmp_path / "saved")
    assert (tmp_path / "saved").read_text() == f"this is {name}"
    files.page.reload()
    expect(files.contents(name)).to_have_text(f"this is {name}")


def test_empty_file(files: Files) -> None:
    files.write("empty.csv", "")
    files.show("empty.csv")
    expect(files.page.get_by_text("This file is empty.")).to_be_visible()


def test_code_is_coloured_and_stays_text(files: Files) -> None:
    code = f"import os\n\n# {SCRIPT}\nname = 'x'\n"
    files.write("train.py", code)
    files.show("train.py")
    shown = files.contents("train.py")
    expect(shown.locator(".hl-keyword").first).to_have_text("import")
    expect(shown.locator(".hl-comment")).to_have_text(f"# {SCRIPT}")
    expect(files.page.get_by_text("4 lines")).to_be_visible()
    assert files.page.evaluate("window.hacked") is None


def test_large_text_comes_in_portions(files: Files) -> None:
    lines = [f"line {number} " + "x" * 60 for number in range(60_000)]
    files.write("train.log", "\n".join([*lines, "y" * 100_000, "the end"]))
    files.show("train.log")
    page = files.page
    shown = files.contents("train.log")
    expect(shown.get_by_text("line 5 ")).to_be_visible()
    assert shown.locator(".line").count() < 200
    expect(page.get_by_text("The first 1.0 MB of")).to_be_visible()
    page.get_by_role("button", name="Load more").click()
    expect(page.get_by_role("button", name="Load more")).to_have_count(0)
    expect(page.get_by_text("60,002 lines")).to_be_visible()
    shown.focus()
    page.keyboard.press("End")
    expect(shown.get_by_text("the end", exact=True)).to_be_in_viewport()
    expect(shown.get_by_text("96,000 more characters")).to_be_attached()


def test_json_is_a_tree_whose_numbers_are_exact(files: Files) -> None:
    data = {"model": {"layers": [1, 2, {"name": SCRIPT}]}, "big": 12345678901234567891, "loss": float("nan")}
    files.client.log_dict(files.run_id, data, "config.json")
    files.show("config.json")
    tree = files.page.get_by_role("tree", name="Contents of config.json")
    expect(tree.get_by_text("12345678901234567891")).to_be_visible()
    expect(tree.get_by_text("NaN")).to_be_visible()
    tree.get_by_role("treeitem").filter(has_text=re.compile("^name")).click()
    expect(files.page.get_by_role("region", name='["model"]["layers"][2]["name"]')).to_have_text(SCRIPT)
    row = tree.get_by_role("treeitem").filter(has_text=re.compile("^layers"))
    row.click()
    expect(row).to_have_attribute("aria-expanded", "false")
    files.page.get_by_role("button", name="Text").click()
    expect(files.contents("config.json")).to_contain_text('"big"')
    assert files.page.evaluate("window.hacked") is None


def test_json_of_many_items_opens_in_ranges(files: Files) -> None:
    files.client.log_dict(files.run_id, {"steps": list(range(200_000))}, "steps.json")
    files.show("steps.json")
    tree = files.page.get_by_role("tree", name="Contents of steps.json")
    tree.get_by_role("treeitem").filter(has_text="steps").click()
    tree.get_by_text("1,000 … 1,999").click()
    expect(tree.get_by_role("treeitem").filter(has_text=re.compile("^1003"))).to_be_attached()


def test_damaged_json_is_shown_as_text(files: Files) -> None:
    files.write("broken.json", '{"a": [1, 2')
    files.show("broken.json")
    expect(files.page.get_by_text("This is no valid JSON")).to_be_visible()
    expect(files.contents("broken.json")).to_contain_text('{"a": [1, 2')


def test_yaml_is_text_and_a_tree(files: Files) -> None:
    files.client.log_dict(files.run_id, {"optimizer": {"lr": 0.1}}, "config.yaml")
    files.show("config.yaml")
    expect(files.contents("config.yaml")).to_contain_text("optimizer")
    files.page.get_by_role("button", name="Tree").click()
    expect(files.page.get_by_role("tree", name="Contents of config.yaml").get_by_text("0.1")).to_be_visible()


def cells(page: Page, column: int) -> list[str]:
    return page.locator(f"[role=row] [role=cell][aria-colindex='{column + 1}']").all_inner_texts()


def test_csv_is_a_table_that_sorts_and_names_its_faults(files: Files) -> None:
    files.write("t.csv", 'name,score\nb,10\na,9\n"c, d",\n"e\nf",-1,more\n')
    files.show("t.csv")
    page = files.page
    table = page.get_by_role("table", name="Contents of t.csv")
    expect(table.get_by_role("columnheader")).to_have_count(3)
    expect(table.get_by_role("cell", name="c, d")).to_be_visible()
    assert cells(page, 2) == ["10", "9", "", "-1"]
    table.get_by_role("button", name="Sort by score").click()
    expect(table.get_by_role("columnheader").nth(2)).to_have_attribute("aria-sort", "ascending")
    assert cells(page, 2) == ["-1", "9", "10", ""]
    table.get_by_role("button", name="Sort by score").click()
    assert cells(page, 2) == ["10", "9", "-1", ""]
    page.get_by_text("1 fault in this table").click()
    expect(page.get_by_text("Line 5 has 3 fields; the header has 2.")).to_be_visible()
    table.get_by_role("button", name="Show row 4 whole").click()
    expect(page.get_by_role("region", name="Row 4")).to_contain_text("e\nf")


def test_wide_and_long_table_draws_what_is_in_sight(files: Files) -> None:
    header = ",".join(f"feature {column}" for column in range(300))
    rows = [",".join(str(row * 1000 + column) for column in range(300)) for row in range(2000)]
    files.write("wide.csv", "\n".join([header, *rows]))
    files.show("wide.csv")
    table = files.page.get_by_role("table", name="Contents of wide.csv")
    expect(table.get_by_role("cell", name="1004", exact=True)).to_be_visible()
    assert table.get_by_role("cell").count() < 2000
    area = files.contents("wide.csv")
    area.evaluate("box => box.scrollTo(box.scrollWidth, box.scrollHeight)")
    expect(table.get_by_role("columnheader", name="feature 299")).to_be_in_viewport()
    first = table.get_by_role("rowheader").first
    expect(first).to_be_visible()
    files.page.get_by_role("button", name="Load more").click()
    expect(files.page.get_by_text("2,000 rows, 300 columns")).to_be_visible()
    area.evaluate("box => box.scrollTo(0, box.scrollHeight)")
    expect(table.get_by_role("cell", name="1999000", exact=True)).to_be_visible()


def test_logged_table_shows_its_rows_and_pictures(files: Files) -> None:
    pytest.importorskip("pandas", reason="tables are logged with pandas: pip install pandas")
    image = pytest.importorskip("PIL.Image", reason="pictures are made with Pillow: pip install pillow")
    pictures = [image.new("RGB", (30, 20), color) for color in ("red", "blue")]
    files.client.log_table(files.run_id, {"prompt": [SCRIPT, "two"], "picture": pictures}, "tables/answers.json")
    files.show("tables/answers.json")
    table = files.page.get_by_role("table", name="Contents of answers.json")
    expect(table.get_by_role("cell", name=SCRIPT)).to_be_visible()
    shown = table.get_by_role("img", name="picture, row 2")
    expect(shown).to_be_visible()
    files.page.wait_for_function("image => image.naturalWidth === 30", arg=shown.element_handle())
    assert files.page.evaluate("window.hacked") is None


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_pictures_are_shown_and_zoomed(files: Files, kind: str) -> None:
    name = f"picture.{kind.lower()}"
    files.write(name, picture("teal", kind=kind))
    files.show(name)
    shown = files.page.get_by_role("img", name=name)
    expect(files.page.get_by_text("40 \u00d7 30")).to_be_visible()
    if kind == "PNG":
        files.page.get_by_role("button", name="100%").click()
        assert (shown.bounding_box() or {})["width"] == 40
        files.page.get_by_role("region", name=f"Image {name}").focus()
        files.page.keyboard.press("+")
        assert (shown.bounding_box() or {})["width"] == 60


def test_bytes_say_what_a_file_is_where_its_name_is_wrong(files: Files) -> None:
    files.write("picture.txt", picture("red"))
    files.write("text.png", "no picture")
    files.write("table.csv", bytes(range(256)))
    files.show("picture.txt")
    expect(files.page.get_by_role("img", name="picture.txt")).to_be_visible()
    expect(files.page.get_by_text("Its name says text, its contents do not.")).to_be_visible()
    files.row("text.png").click()
    expect(files.contents("text.png")).to_have_text("no picture")
    files.row("table.csv").click()
    expect(files.page.get_by_text("00 01 02 03 04 05 06 07")).to_be_visible()
    expect(files.page.get_by_text("Its name says table, its contents do not.")).to_be_visible()


def test_damaged_picture(files: Files) -> None:
    files.write("cut.png", picture("red")[:40])
    files.show("cut.png")
    expect(files.page.get_by_text("The browser cannot show this image")).to_be_visible()


def test_images_of_steps_are_one_item_with_a_slider(files: Files) -> None:
    image = pytest.importorskip("PIL.Image", reason="pictures are made with Pillow: pip install pillow")
    for step in (0, 10, 20):
        files.client.log_image(files.run_id, image.new("RGB", (8, 8), (step, 0, 0)), key="val/map", step=step)
    files.client.log_image(files.run_id, image.new("RGB", (8, 8), "blue"), key="attention", step=10)
    files.write("images/photo.png", picture("red"))
    page = files.page
    files.show("images")
    expect(files.tree.get_by_role("treeitem")).to_have_count(4)
    slider = page.get_by_role("slider", name="Step")
    expect(slider).to_have_attribute("aria-valuetext", "step 20")
    expect(page.get_by_role("img", name="val/map at step 20")).to_be_visible()
    expect(page.get_by_role("img", name="attention at step 10")).to_be_visible()
    slider.focus()
    page.keyboard.press("Home")
    expect(page.get_by_role("img", name="val/map at step 0")).to_be_visible()
    expect(page.get_by_text("No image up to this step")).to_be_visible()
    page.keyboard.press("ArrowRight")
    shown = page.get_by_role("img", name="val/map at step 10")
    expect(shown).to_be_visible()
    page.wait_for_function("image => image.complete && image.naturalWidth === 8", arg=shown.element_handle())
    page.get_by_role("checkbox", name="attention").uncheck()
    expect(page.get_by_role("img", name="attention at step 10")).to_have_count(0)
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("img", name="val/map at step 20")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    files.row("attention").click()
    expect(page.get_by_role("img", name="attention at step 10")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("map at"))).to_have_count(0)


def test_pdf_is_drawn_with_its_text(files: Files) -> None:
    pyplot = pytest.importorskip("matplotlib.figure", reason="a PDF is drawn with matplotlib: pip install matplotlib")
    figure = pyplot.Figure()
    figure.text(0.2, 0.5, "A figure of losses")
    stream = io.BytesIO()
    figure.savefig(stream, format="pdf")
    files.write("figure.pdf", stream.getvalue())
    files.show("figure.pdf")
    sheet = files.page.get_by_role("group", name="Page 1")
    expect(sheet.locator("canvas")).to_be_visible()
    files.page.wait_for_function(
        """box => { const canvas = box.querySelector('canvas');
        return canvas && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
          .some((value, i) => i % 4 === 0 && value < 100); }""",
        arg=sheet.element_handle(),
    )
    expect(sheet.get_by_text("A figure of losses")).to_be_attached()
    expect(files.page.get_by_text("1 page")).to_be_visible()


def test_damaged_pdf_says_so(files: Files) -> None:
    files.write("broken.pdf", "%PDF-1.7\nnothing")
    files.show("broken.pdf")
    expect(files.page.get_by_text("This PDF cannot be shown")).to_be_visible()


def test_sound_is_played(files: Files) -> None:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * 16000)
    files.write("tone.wav", stream.getvalue())
    files.show("tone.wav")
    player = files.page.locator("audio")
    expect(player).to_be_visible()
    files.page.wait_for_function("player => player.duration === 2", arg=player.element_handle())


def test_binary_files_are_told_how_to_open(files: Files) -> None:
    files.write("frame.parquet", b"PAR1" + bytes(range(200)))
    files.write("model.pkl", b"\x80\x04\x95")
    files.show("frame.parquet")
    expect(files.page.get_by_text("pandas.read_parquet(path)")).to_be_visible()
    expect(files.page.get_by_text("50 41 52 31")).to_be_visible()
    files.row("model.pkl").click()
    expect(files.page.get_by_text("A pickle is a program")).to_be_visible()


def test_notebook_is_shown_without_what_it_could_run(files: Files, watch: Watch) -> None:
    watch.allow("script-src-attr|Executing inline event handler")
    output = {"output_type": "display_data", "data": {"text/html": SCRIPT, "text/plain": "a frame"}, "metadata": {}}
    code = {"cell_type": "code", "execution_count": 1, "source": "import os", "outputs": [output], "metadata": {}}
    markdown = {"cell_type": "markdown", "source": f"# Study\n{SCRIPT}", "metadata": {}}
    files.write(
        "study.ipynb", json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": [markdown, code], "metadata": {}})
    )
    files.show("study.ipynb")
    shown = files.contents("study.ipynb")
    expect(shown.get_by_role("heading", name="Study")).to_be_visible()
    expect(shown.get_by_text("a frame")).to_be_visible()
    expect(shown.locator(".hl-keyword")).to_have_text("import")
    assert files.page.evaluate("window.hacked") is None


def test_html_is_rendered_in_a_sandbox_where_no_script_runs(files: Files, watch: Watch) -> None:
    watch.allow("Blocked|Unsafe attempt to initiate navigation|Content Security Policy|policy violated|198.51.100.1")
    refused: list[str] = []
    files.page.on("requestfailed", lambda request: refused.append(f"{request.url} {request.failure}"))
    style = "<style>h1 { color: rgb(1, 2, 3) }</style>"
    beacon = (
        "<img src='http://198.51.100.1/x'><form action='/'><button>send</button></form><a href='/' target=_top>up</a>"
    )
    files.write("report.html", f"<meta charset=utf-8>{style}<h1>Größe</h1>{SCRIPT}{beacon}")
    files.show("report.html")
    page = files.page
    expect(page.get_by_text("Shown in a sandbox")).to_be_visible()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Größe")).to_have_css("color", "rgb(1, 2, 3)")
    address = page.url
    frame.get_by_role("button", name="send").click()
    frame.get_by_role("link", name="up").click()
    expect(frame.get_by_role("heading", name="Größe")).to_be_visible()
    assert page.url == address
    assert "http://198.51.100.1/x csp" in refused
    assert all(each.endswith(" csp") for each in refused)
    assert page.evaluate("window.hacked") is None
    assert page.title() != "hacked"
    page.get_by_role("button", name="Text").click()
    expect(files.contents("report.html")).to_contain_text("<h1>Größe</h1>")


def test_document_runs_nothing_when_it_is_opened_by_itself(files: Files, server: PageServer, watch: Watch) -> None:
    watch.allow("Blocked script execution|Content Security Policy|policy violated")
    files.write("report.html", f"<h1>Alone</h1>{SCRIPT}")
    files.page.goto(f"{server.address}/get-artifact?run_id={files.run_id}&path=report.html&sandboxed=true")
    expect(files.page.get_by_role("heading", name="Alone")).to_be_visible()
    assert files.page.title() != "hacked"
    assert files.page.evaluate("window.hacked") is None


def test_svg_is_a_picture_whose_scripts_do_not_run(files: Files) -> None:
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='80' height='20' onload='top.hacked = true'>"
    files.write("drawing.svg", f"{svg}<script>top.hacked = true</script><rect width='80' height='20'/></svg>")
    files.show("drawing.svg")
    expect(files.page.get_by_text("80 \u00d7 20")).to_be_visible()
    assert files.page.evaluate("window.hacked") is None
    files.page.get_by_role("button", name="Text").click()
    expect(files.contents("drawing.svg")).to_contain_text("<script>")


def test_markdown_is_rendered_without_what_it_could_run(files: Files, watch: Watch) -> None:
    watch.allow("script-src-attr|Executing inline event handler")
    files.write("README.md", f"# Title\n\n{SCRIPT}\n\n[link](javascript:top.hacked=true)\n\n| a |\n|---|\n| 1 |\n")
    files.show("README.md")
    shown = files.contents("README.md")
    expect(shown.get_by_role("heading", name="Title")).to_be_visible()
    expect(shown.get_by_role("table")).to_be_visible()
    assert shown.locator("a[href^='javascript']").count() == 0
    shown.get_by_text("link").click()
    assert files.page.evaluate("window.hacked") is None


def test_path_uri_and_code_are_copied(files: Files) -> None:
    files.write("a b/c.txt", "c")
    files.show("a b/c.txt")
    page = files.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    uri = f"runs:/{files.run_id}/a b/c.txt"
    expected = {
        "Copy path": "a b/c.txt",
        "Copy URI": uri,
        "Copy Python": f'import runyard\n\npath = runyard.artifacts.download_artifacts("{uri}")',
    }
    for name, text in expected.items():
        page.get_by_role("button", name="Copy", exact=True).first.click()
        page.get_by_role("menuitem", name=name).click()
        assert page.evaluate("navigator.clipboard.readText()") == text


def test_copied_code_fetches_the_file(files: Files, server: PageServer, tmp_path: Path) -> None:
    import runyard

    files.write("folder/ä.txt", "fetched")
    uri = f"runs:/{files.run_id}/folder/ä.txt"
    path = runyard.artifacts.download_artifacts(uri, dst_path=str(tmp_path), tracking_uri=server.address)
    assert Path(path).read_text() == "fetched"


def test_place_that_the_server_may_not_read_is_explained(
    client: MlflowClient, page: Page, visit: Callable[..., None], watch: Watch
) -> None:
    watch.allow("status of 403")
    location = f"s3://bucket-{uuid.uuid4().hex[:8]}/runs"
    experiment_id = client.create_experiment(f"elsewhere-{uuid.uuid4().hex[:8]}", artifact_location=location)
    run = client.create_run(experiment_id)
    visit("experiments", experiment_id, "runs", run.info.run_id, tab="artifacts")
    alert = page.locator(".unreachable")
    expect(alert).to_contain_text("The server does not serve these artifacts")
    expect(alert).to_contain_text(location)
    expect(alert).to_contain_text(f'download_artifacts("runs:/{run.info.run_id}")')


class Saved(NamedTuple):
    """A model that a run logged.

    Attributes:
        model_id: Its id.
        name: The registered model that it is version 1 of.
    """

    model_id: str
    name: str


@pytest.fixture
def model(files: Files, server: PageServer, monkeypatch: pytest.MonkeyPatch) -> Saved:
    pandas = pytest.importorskip("pandas", reason="the input example is a data frame: pip install pandas")
    import runyard

    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.address)
    frame = pandas.DataFrame({"length": [1.5], "kind": ["a"]})
    name = f"flowers-{uuid.uuid4().hex[:8]}"

    def predict(model_input: Any) -> list[float]:
        return [1.0 for _ in range(len(model_input))]

    with runyard.start_run(files.run_id):
        info = runyard.pyfunc.log_model(
            name="classifier",
            python_model=predict,
            input_example=frame,
            signature=runyard.models.infer_signature(frame, [1.0], params={"threshold": 0.5}),
            pip_requirements=["pandas"],
            registered_model_name=name,
        )
    return Saved(info.model_id, name)


def test_folder_of_a_model_shows_its_card(files: Files, model: Saved) -> None:
    files.show("classifier")
    page = files.page
    card = page.get_by_role("region", name="Model", exact=True)
    expect(card.get_by_text("python_function")).to_be_visible()
    inputs = card.get_by_role("table", name=re.compile("Inputs"))
    expect(inputs.get_by_role("row").filter(has_text="length")).to_contain_text("double")
    expect(card.get_by_role("table", name=re.compile("Params")).get_by_text("0.5")).to_be_visible()
    expect(card.get_by_role("table", name=re.compile("Outputs"))).to_be_visible()
    expect(card.get_by_text(f'load_model("models:/{model.model_id}")')).to_be_visible()
    expect(card.get_by_text(f"runyard models serve -m models:/{model.model_id}")).to_be_visible()
    expect(card).to_contain_text(re.compile(r"mlflow\S*\s+pandas"))
    expect(card.get_by_role("link", name=f"{model.name}, version 1")).to_be_visible()
    card.get_by_role("button", name="Register").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    card.get_by_role("button", name="input_example.json").click()
    expect(page.get_by_role("table", name="Contents of input_example.json").get_by_text("1.5")).to_be_visible()


def test_files_of_a_logged_model_are_shown(files: Files, model: Saved) -> None:
    files.show("MLmodel", model=model.model_id)
    expect(files.contents("MLmodel")).to_contain_text("python_function")
    files.page.get_by_role("navigation", name="Artifacts").get_by_role("button", name="All artifacts").click()
    card = files.page.get_by_role("region", name="Model", exact=True)
    expect(card.get_by_role("link", name=files.run_id)).to_be_visible()


def test_files_of_a_version_are_shown(files: Files, model: Saved) -> None:
    files.visit("models", model.name, "versions", "1", tab="files")
    card = files.page.get_by_role("region", name="Model", exact=True)
    expect(card.get_by_text(f'load_model("models:/{model.name}/1")')).to_be_visible()
    files.row("requirements.txt").click()
    expect(files.contents("requirements.txt")).to_contain_text("pandas")
    assert "pandas" in Path(files.download().path()).read_text()


def test_damaged_mlmodel_file_says_so(files: Files) -> None:
    files.write("broken/MLmodel", "flavors: [")
    files.show("broken")
    expect(files.page.get_by_text("Its MLmodel file cannot be read")).to_be_visible()
