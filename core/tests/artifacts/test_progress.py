from __future__ import annotations

import builtins
import io
import re
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from runyard.artifacts import progress
from runyard.artifacts.progress import byte_size, meter
from runyard.artifacts.transfer import download, upload

MIB = 1 << 20


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    def screen(self) -> str:
        """Return what is on the line at the end."""
        return self.getvalue().rpartition("\r")[2].strip()


def watch(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return what stands in for standard error, as a terminal that is watched for long enough."""
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr(progress, "PATIENCE", 0)
    return shown


@pytest.fixture
def without_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def refuse(name: str, *arguments: Any) -> Any:
        if name.partition(".")[0] == "rich":
            raise ModuleNotFoundError(name)
        return original(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", refuse)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    now = [100.0]

    def advance(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return advance


def test_a_plain_line_shows_how_far_it_is_and_goes(
    without_rich: None, clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = watch(monkeypatch)
    with meter("Uploading 2 files", 10 * MIB) as moved:
        moved(2 * MIB)
        assert terminal.screen() == "Uploading 2 files: 2.0 MiB of 10.0 MiB"
        clock(0.01)
        moved(MIB)
        assert terminal.screen() == "Uploading 2 files: 2.0 MiB of 10.0 MiB", "It is not drawn for each block."
        clock(1.99)
        moved(MIB)
        assert terminal.screen() == "Uploading 2 files: 4.0 MiB of 10.0 MiB, 1.0 MiB/s, 6 s left"
        moved(-3 * MIB)
        clock(1)
        moved(0)
        assert terminal.screen() == "Uploading 2 files: 1.0 MiB of 10.0 MiB"
    assert terminal.screen() == ""


def test_what_is_done_soon_shows_nothing(
    without_rich: None, clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = watch(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 0.5)
    with meter("Uploading 1 file", 10) as moved:
        moved(5)
        clock(0.4)
        moved(5)
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("watched", [True, False])
def test_nothing_is_shown_to_nobody(without_rich: None, monkeypatch: pytest.MonkeyPatch, watched: bool) -> None:
    terminal = watch(monkeypatch)
    if watched:
        monkeypatch.setenv("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    else:
        monkeypatch.setattr(terminal, "isatty", lambda: False)
    with meter("Uploading 1 file", 10) as moved:
        moved(10)
    assert terminal.getvalue() == ""
    monkeypatch.setattr(sys, "stderr", None)
    with meter("Uploading 1 file", 10) as moved:
        moved(10)


def test_a_bar_is_drawn_where_rich_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watch(monkeypatch)
    pytest.importorskip("rich", reason="rich is an extra")
    monkeypatch.setenv("TERM", "xterm")
    with meter("Downloading 3 files", 10 * MIB) as moved:
        moved(5 * MIB)
        moved(5 * MIB)
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.getvalue())
    assert "Downloading 3 files" in shown
    assert "10.0/10.0 MiB" in shown


def test_a_terminal_that_is_gone_stops_nothing(without_rich: None, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watch(monkeypatch)

    def gone(text: str) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(terminal, "write", gone)
    with meter("Uploading 1 file", 10) as moved:
        moved(10)


def test_a_program_with_a_bar_of_its_own_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watch(monkeypatch)
    errors = pytest.importorskip("rich.errors", reason="rich is an extra")

    def busy(doing: str, size: int) -> Any:
        raise errors.LiveError("Only one live display may be active at once")

    monkeypatch.setattr(progress, "_Bar", busy)
    with meter("Uploading 1 file", 10) as moved:
        moved(5)
        moved(5)
    assert terminal.getvalue() == ""


def test_transfers_count_every_byte_once(
    repository: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, one_at_a_time: None
) -> None:
    from runyard.artifacts import parallel
    from runyard.errors import Unavailable

    told: list[int] = []

    class Counter:
        def __enter__(self) -> Any:
            return told.append

        def __exit__(self, *error: object) -> None: ...

    asked: list[tuple[str, int]] = []

    def counting(doing: str, size: int) -> Counter:
        asked.append((doing, size))
        return Counter()

    monkeypatch.setattr(parallel, "meter", counting)
    for name, size in (("a", 10), ("b", 3 * MIB)):
        (tmp_path / name).write_bytes(b"x" * size)
    repository.fail("to/b", Unavailable("busy"))
    upload(repository, tmp_path, "to")
    assert (asked, sum(told)) == ([("Uploading 2 files", 3 * MIB + 10)], 3 * MIB + 10)
    told.clear()
    monkeypatch.setattr(type(repository), "download_file", lambda self, path, target, progress: target.touch())
    download(repository, "to", tmp_path / "back")
    assert sum(told) == 3 * MIB + 10, "Also where the repository tells nothing."


@pytest.mark.parametrize(
    ("number", "text"),
    [(None, "0 B"), (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536 << 10, "1.5 MiB"), (5 << 50, "5120.0 TiB")],
)
def test_sizes_for_people(number: int | None, text: str) -> None:
    assert byte_size(number) == text
