from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runyard.artifacts.progress import byte_size

Runyard = Callable[..., Any]
TwoRuns = tuple[str, str]


@pytest.fixture
def logged(runyard: Runyard, two_runs: TwoRuns, tmp_path: Path) -> str:
    """A run with the artifacts ``data/deep/b.txt``, ``data/a.txt`` and ``note.md``."""
    folder = tmp_path / "data"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "deep" / "b.txt").write_text("bb" * 1024)
    (tmp_path / "note.md").write_text("note")
    assert runyard("artifacts", "log", two_runs[0], str(folder), str(tmp_path / "note.md")).code == 0
    return two_runs[0]


@pytest.mark.parametrize("form", ["RUN", "-r RUN", "--run-id RUN", "-u runs:/RUN/", "runs:/RUN/"])
def test_list_shows_one_level(runyard: Runyard, logged: str, form: str) -> None:
    shown = runyard("artifacts", "list", *form.replace("RUN", logged).split())
    assert shown.lines == [["data/", ""], ["note.md", "4"]]


@pytest.mark.parametrize("form", ["RUN data", "-r RUN -a data", "runs:/RUN/data"])
def test_list_looks_into_a_folder(runyard: Runyard, logged: str, form: str) -> None:
    shown = runyard("artifacts", "list", *form.replace("RUN", logged).split())
    assert shown.lines == [["data/a.txt", "1"], ["data/deep/", ""]]


def test_list_as_json_is_as_in_the_reference(runyard: Runyard, logged: str) -> None:
    assert json.loads(runyard("artifacts", "list", logged, "--json").out) == [
        {"path": "data", "is_dir": True, "file_size": None},
        {"path": "note.md", "is_dir": False, "file_size": 4},
    ]


def test_tree_shows_everything(runyard: Runyard, logged: str) -> None:
    shown = runyard("artifacts", "list", logged, "--tree")
    assert [path for path, _ in shown.lines] == ["data/", "data/a.txt", "data/deep/", "data/deep/b.txt", "note.md"]


def test_tree_on_a_terminal_is_indented(terminal: None, runyard: Runyard, logged: str) -> None:
    shown = runyard("artifacts", "list", logged, "data", "--tree")
    assert shown.out == "a.txt  (1 B)\ndeep/\n  b.txt  (2.0 KiB)\n"


def test_a_run_without_artifacts_has_an_empty_list(runyard: Runyard, two_runs: TwoRuns) -> None:
    shown = runyard("artifacts", "list", two_runs[1])
    assert (shown.code, shown.out) == (0, "")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("list", "RUN", "absent"), 1),
        (("list", "0" * 32), 1),
        (("list", "RUN", "../other"), 1),
        (("list",), 2),
        (("list", "runs:/RUN/data", "deep"), 2),
        (("list", "RUN", "-r", "0" * 32), 2),
        (("download", "RUN", "absent"), 1),
        (("log", "RUN", "no-such-file"), 2),
    ],
)
def test_wrong_words_get_one_message(runyard: Runyard, logged: str, words: tuple[str, ...], code: int) -> None:
    shown = runyard("artifacts", *(word.replace("RUN", logged) for word in words))
    assert (shown.code, shown.out) == (code, "")
    assert shown.err
    assert "Traceback" not in shown.err


def test_log_puts_things_under_a_path(runyard: Runyard, two_runs: TwoRuns, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    assert runyard("artifacts", "log", two_runs[0], str(tmp_path / "a.txt"), "-a", "in/here").code == 0
    assert runyard("artifacts", "list", two_runs[0], "in/here").lines == [["in/here/a.txt", "1"]]


def test_the_reference_names_log_as_well(runyard: Runyard, two_runs: TwoRuns, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    file = ("-l", str(tmp_path / "a.txt"), "-r", two_runs[0], "-a", "one")
    assert runyard("artifacts", "log-artifact", *file).code == 0
    assert runyard("artifacts", "log-artifacts", "-l", str(tmp_path), "-r", two_runs[0]).code == 0
    assert [path for path, _ in runyard("artifacts", "list", two_runs[0], "--tree").lines] == [
        "a.txt",
        "one/",
        "one/a.txt",
    ]


@pytest.mark.parametrize("form", ["RUN data/deep", "-r RUN -a data/deep", "-u runs:/RUN/data/deep"])
def test_download_prints_where_it_is(runyard: Runyard, logged: str, tmp_path: Path, form: str) -> None:
    target = tmp_path / "target"
    shown = runyard("artifacts", "download", *form.replace("RUN", logged).split(), "-d", str(target))
    assert shown.code == 0
    place = Path(shown.out.strip())
    assert target in (place, *place.parents)
    assert (place / "b.txt").read_text() == "bb" * 1024


@pytest.mark.parametrize(
    ("number", "text"),
    [(None, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (5 << 30, "5.0 GiB"), (3 << 50, "3072.0 TiB")],
)
def test_sizes_for_people(number: int | None, text: str) -> None:
    assert byte_size(number) == text
