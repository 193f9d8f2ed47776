"""The side index changes no answer, whatever happens to the files."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runyard.entities import (
    Dataset,
    DatasetInput,
    LoggedModelOutput,
    Metric,
    Page,
    Param,
    Run,
    RunTag,
    ViewType,
)
from runyard.errors import InvalidInput
from runyard.search import RUNS, parse_filter, parse_order_by
from runyard.tracking.requests import NewRun, RunBatch, RunInputsBatch, RunQuery, RunUpdate
from runyard.uris import StoreURI
from runyard_file import index as index_module
from runyard_file import points as points_module
from runyard_file.index import INDEX
from runyard_file.points import Summary, summarize_all
from runyard_file.store import FileStore

ALL = RunQuery(experiment_ids=("0",), view=ViewType.ALL)


class _LaterClock:
    """Tells the index that all files are old, which saves waiting until they are."""

    @staticmethod
    def time_ns() -> int:
        return time.time_ns() + 3600 * 10**9


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the index trust files at once, and write itself whatever it costs."""
    monkeypatch.setattr(index_module, "time", _LaterClock)
    monkeypatch.setattr(index_module, "_WORTH_WRITING", 1)
    monkeypatch.setattr(index_module, "_WORTH_SHARE", 10**9)


def tick(folder: Path) -> None:
    """Wait until the file system gives out a later time than it gave to any file so far."""
    probe = folder / "probe"
    probe.touch()
    before = probe.stat().st_mtime_ns
    while probe.stat().st_mtime_ns == before:
        probe.write_text("x")


def search(store: FileStore, text: str = "", *order: str, size: int = 1000, token: str | None = None) -> Page[Run]:
    return store.search_runs(
        RunQuery(
            experiment_ids=("0",),
            view=ViewType.ALL,
            filter=parse_filter(text, RUNS),
            order_by=parse_order_by(order, RUNS),
            max_results=size,
            page_token=token,
        )
    )


def test_the_index_is_a_plain_file_that_answers_without_reading_the_rest(
    store: FileStore, root: Path, new_run: Callable[..., str], trusting: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        run_id = new_run(str(n))
        store.log_batch(RunBatch(run_id=run_id, metrics=[Metric("m", n, 1)], params=[Param("p", str(n))]))
    first = search(store)
    assert (root / "0" / INDEX).is_file()
    opened: list[str] = []
    real_open = os.open

    def recording_open(path: str, *more: int) -> int:
        opened.append(path)
        return real_open(path, *more)

    monkeypatch.setattr(os, "open", recording_open)
    assert search(FileStore(store.uri)) == first
    assert [path for path in opened if f"{root}/0/" in path] == [f"{root}/0/{INDEX}"]


def test_a_file_that_is_young_is_not_trusted(
    store: FileStore, root: Path, new_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = new_run()
    store.log_batch(RunBatch(run_id=run_id, tags=[RunTag("t", "old")]))
    path = root / "0" / run_id / "tags" / "t"
    status = path.stat()
    # The file system's times may be too coarse to tell the next write: as if they were, its signature stays.
    monkeypatch.setattr(index_module, "signature", lambda status: 1)
    assert search(store)[0].data.tags["t"] == "old"
    path.write_text("new")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert search(store)[0].data.tags["t"] == "new"


@pytest.mark.parametrize("content", [b"", b"\x00", b"\x92\x01\x80", b"\x92\x63\x80", b"garbage" * 1000])
def test_an_index_that_cannot_be_understood_is_made_again(
    store: FileStore, root: Path, new_run: Callable[..., str], trusting: None, content: bytes
) -> None:
    new_run()
    expected = search(store)
    (root / "0" / INDEX).write_bytes(content)
    assert search(FileStore(store.uri)) == expected


def test_an_index_that_belongs_to_files_before_a_copy_is_not_believed(
    store: FileStore, root: Path, new_run: Callable[..., str], trusting: None, tmp_path: Path
) -> None:
    run_id = new_run()
    store.log_batch(RunBatch(run_id=run_id, params=[Param("p", "1")]))
    search(store)
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    path = copy / "0" / run_id / "params" / "p"
    status = path.stat()
    path.write_text("2")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert search(FileStore(StoreURI.parse(copy)))[0].data.params == {"p": "2"}


def test_the_index_moves_to_the_trash_and_back(store: FileStore, new_run: Callable[..., str], trusting: None) -> None:
    new_run()
    expected = search(store)
    store.delete_experiment("0")
    assert search(store)[0].info.lifecycle_stage == "deleted"
    store.restore_experiment("0")
    assert search(store) == expected


def test_another_process_may_take_the_experiment_away(
    store: FileStore, root: Path, new_run: Callable[..., str], trusting: None
) -> None:
    new_run()
    search(store)
    FileStore(store.uri).delete_experiment("0")
    assert search(store)[0].info.lifecycle_stage == "deleted"
    assert not (root / "0").exists()


def test_a_large_metric_file_that_grew_is_read_from_its_old_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points_module, "_LARGE", 100)
    path = tmp_path / "m"
    path.write_text("".join(f"{n} {n / 8} {n}\n" for n in range(100)))
    first = summarize_all(str(path))
    assert first
    assert (first.value, first.minimum, first.maximum) == (99 / 8, 0.0, 99 / 8)
    parsed: list[bytes] = []
    real_merge = points_module._merge

    def recording_merge(known: Summary | None, name: str, block: bytes, extremes: bool) -> Summary | None:
        parsed.append(block)
        return real_merge(known, name, block, extremes)

    monkeypatch.setattr(points_module, "_merge", recording_merge)
    with path.open("a") as stream:
        stream.write("5 -7.5 3\n200 nan 200\n")
    grown = summarize_all(str(path), first)
    assert grown
    assert parsed == [b"5 -7.5 3\n200 nan 200\n"]
    assert (str(grown.value), grown.step, grown.minimum, grown.maximum) == ("nan", 200, -7.5, 99 / 8)
    text = path.read_text()
    path.write_text(text.replace("1 0.125 1\n", "1 999.0 1\n") + "300 1.0 300\n")
    changed = summarize_all(str(path), grown)
    assert changed
    assert (changed.value, changed.maximum) == (1.0, 999.0)
    path.write_text("1 2.0 3\n")
    shrunk = summarize_all(str(path), changed)
    assert shrunk
    assert (shrunk.value, shrunk.minimum, shrunk.maximum) == (2.0, 2.0, 2.0)


def test_pages_go_on_where_the_last_one_ended_while_runs_come_and_go(
    store: FileStore, new_run: Callable[..., str]
) -> None:
    ids = [new_run(str(n), start_time=1000 - n) for n in range(6)]
    first = search(store, size=2)
    new_run("newest", start_time=2000)
    second = search(store, size=2, token=first.token)
    store.delete_run(ids[3])
    shutil.rmtree(os.path.join(store.uri.text, "0", ids[0]))
    third = search(store, size=2, token=second.token)
    assert [run.info.run_id for run in [*first, *second, *third]] == ids
    assert third.token is None
    for token in ("x", "1", "-1-a", "9" * 30 + "-a"):
        with pytest.raises(InvalidInput, match="page token"):
            search(store, token=token)


# What another program, a person or a crash can do to the files of a run: each edit draws a run and changes something.
RUN_COUNT = 3
Edit = tuple[str, int, int]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("append point", "append torn", "rewrite metric", "swap digit", "remove metric"),
                *("edit param", "add param", "remove param", "replace tag", "nest tag", "same-size tag, same mtime"),
                *("log here", "tag here", "rename here", "delete here", "finish here", "damage meta", "mend meta"),
                *("copy in", "take out", "put back", "dataset here", "search", "reopen"),
            ]
        ),
        st.integers(0, RUN_COUNT - 1),
        st.integers(0, 9),
    ),
    max_size=25,
)


class Tree:
    """A folder with a few runs, edited from inside and outside."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.root = base / "mlruns"
        self.store = FileStore(StoreURI.parse(self.root))
        self.ids = [self._run(n) for n in range(RUN_COUNT)]

    def _run(self, number: int) -> str:
        run_id = self.store.create_run(
            NewRun(experiment_id="0", user_id="me", start_time=number, run_name=str(number))
        ).info.run_id
        metrics = [Metric("a", number, 1, 1), Metric("b/c", number / 8, 1, 1)]
        batch = RunBatch(run_id=run_id, metrics=metrics, params=[Param("p", str(number))], tags=[RunTag("t", "v")])
        self.store.log_batch(batch)
        return run_id

    def edit(self, what: str, number: int, value: int) -> None:
        run_id = self.ids[number]
        run = self.root / "0" / run_id
        inside = what.endswith(" here")
        if what == "search":
            search(self.store, "metrics.a > 1", "metrics.`b/c`")
        elif what == "reopen":
            self.store = FileStore(self.store.uri)
        elif what == "put back":
            if (self.base / run_id).exists() and not run.exists():
                shutil.move(self.base / run_id, run)
        elif not run.exists():
            return
        elif inside:
            if (run / "meta.yaml").read_text().startswith("artifact_uri"):
                self._edit_inside(what, run_id, value)
        else:
            self._edit_outside(what, run, value)
        tick(self.base)

    def _edit_inside(self, what: str, run_id: str, value: int) -> None:
        store = self.store
        if what == "delete here":
            (store.delete_run if value % 2 else store.restore_run)(run_id)
        elif store.get_run(run_id).info.lifecycle_stage == "deleted":
            return
        elif what == "log here":
            store.log_batch(RunBatch(run_id=run_id, metrics=[Metric("a", value, value, value)]))
        elif what == "tag here":
            store.log_batch(RunBatch(run_id=run_id, tags=[RunTag("t", str(value))]))
        elif what == "rename here":
            store.update_run(RunUpdate(run_id=run_id, run_name=f"n{value}"))
        elif what == "finish here":
            store.update_run(RunUpdate(run_id=run_id, status="FINISHED", end_time=value))
        else:
            dataset = Dataset(name=f"d{value}", digest="1", source_type="local", source="{}")
            store.log_inputs(RunInputsBatch.checked(run_id, [DatasetInput(dataset)]))
            store.log_outputs(run_id, [LoggedModelOutput(f"m-{value}")])

    def _edit_outside(self, what: str, run: Path, value: int) -> None:
        metric, param, tag, meta = run / "metrics/a", run / "params/p", run / "tags/t", run / "meta.yaml"
        if what == "append point":
            with metric.open("a") as stream:
                stream.write(f"{value} {value}.5 {value}\n")
        elif what == "append torn":
            with (run / "metrics/b/c").open("a") as stream:
                stream.write(f"{value} {value}")
        elif what == "rewrite metric":
            metric.write_text(f"9 {value} 9\n")
        elif what == "swap digit" and metric.exists():
            data = metric.read_bytes()
            with metric.open("r+b") as file:
                file.write(data[:2] + str(value).encode() + data[3:])
        elif what == "remove metric":
            metric.unlink(missing_ok=True)
        elif what == "edit param":
            param.write_text(str(value))
        elif what == "add param":
            (run / f"params/p{value}").write_text("new")
        elif what == "remove param":
            param.unlink(missing_ok=True)
        elif what == "replace tag":
            (self.base / "new").write_text(str(value))
            (self.base / "new").replace(tag)
        elif what == "nest tag":
            (run / "tags/n").mkdir(exist_ok=True)
            (run / "tags/n/x").write_text(str(value))
        elif what == "same-size tag, same mtime" and tag.exists():
            status = tag.stat()
            tag.write_text(str(value) * status.st_size)
            os.utime(tag, ns=(status.st_atime_ns, status.st_mtime_ns))
        elif what == "damage meta":
            text = meta.read_text()
            meta.write_text(text if text.startswith("[") else "[" + text)
        elif what == "mend meta":
            meta.write_text(meta.read_text().lstrip("["))
        elif what == "copy in":
            other = f"{value}" * 32
            if not (run.parent / other).exists() and meta.read_text().startswith("artifact_uri"):
                shutil.copytree(run, run.parent / other)
                copied = run.parent / other / "meta.yaml"
                copied.write_text(copied.read_text().replace(run.name, other))
        elif what == "take out":
            shutil.move(run, self.base / run.name)

    def answers(self, store: FileStore) -> list[Any]:
        questions = [
            search(store),
            search(store, "metrics.a > 2 and params.p != '1'", "metrics.a DESC"),
            search(store, "tags.t = 'v' or metrics.`b/c`.min < 0.2", "tags.t"),
            search(store, "datasets.name LIKE 'd%'"),
        ]
        return [repr(answer) for answer in questions]


def check_edits(edits: list[Edit]) -> None:
    with tempfile.TemporaryDirectory(prefix="runyard-index-") as base:
        tree = Tree(Path(base))
        for edit in edits:
            tree.edit(*edit)
        indexed = tree.answers(tree.store)
        reopened = tree.answers(FileStore(tree.store.uri))
        (tree.root / "0" / INDEX).unlink(missing_ok=True)
        assert indexed == reopened == tree.answers(FileStore(tree.store.uri))


FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(EDITS)
def test_foreign_edits_are_never_served_stale(trusting: None, edits: list[Edit]) -> None:
    check_edits(edits)


@pytest.mark.slow
@settings(FEW, max_examples=1000)
@given(EDITS)
def test_many_foreign_edits_are_never_served_stale(trusting: None, edits: list[Edit]) -> None:
    check_edits(edits)


@FEW
@given(EDITS)
def test_foreign_edits_of_young_files_are_never_served_stale(edits: list[Edit]) -> None:
    check_edits(edits)


def test_lines_of_every_form_sum_up_alike_alone_and_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forms = ["5 1.5 7", "6 -2 7", "7 nan 7", "9 inf 3", "1 4", "8 0.25 7 data digest", "8 0.25 -1", "3 1e-300 0"]
    rng = random.Random(7)
    path = tmp_path / "m"
    for _ in range(200):
        lines = rng.choices(forms if rng.random() < 0.5 else [form for form in forms if form.count(" ") == 2], k=12)
        path.write_text("".join(f"{line}\n" for line in lines))
        together = summarize_all(str(path))
        with monkeypatch.context() as line_by_line:
            line_by_line.setattr(points_module, "_plain", lambda block, extremes: None)
            assert repr(together) == repr(summarize_all(str(path)))
            line_by_line.setattr(points_module, "_LARGE", 20)
            blockwise = summarize_all(str(path))
        assert together
        assert blockwise
        assert repr(blockwise).split(", size")[0] == repr(together).split(", size")[0]
