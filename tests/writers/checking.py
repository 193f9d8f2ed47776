"""Comparing what writers were told was written with what is there."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from runyard.client import MlflowClient
from runyard.entities import Metric, Run, ViewType
from runyard.search import RUNS, parse_filter
from runyard.tracking.histories import whole_history
from runyard.tracking.requests import RunQuery
from runyard.tracking.store import TrackingStore
from runyard.tracking.stores import open_store
from writers.content import FILE, POINTS, STRIDE, batch, content, shared_point
from writers.process import Target, Writer

Points = dict[str, dict[int, Metric]]
"""Points by key and step."""
AT_ONCE = 20
"""How many runs are asked for in one query."""


def check(target: Target, writers: Sequence[Writer], *, whole: bool = True, kept: str | None = None) -> int:
    """Fail where something that was acknowledged is missing, or is there twice.

    Args:
        target: Where they wrote.
        writers: All that have written there.
        whole: Whether a batch that was not acknowledged is there as a whole or not at all.
        kept: The address of the store that stands behind that of the target; it is quicker to ask.

    Returns:
        How many calls were acknowledged.
    """
    store = open_store(kept or target.address)
    acknowledged: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    numbers: dict[str, int] = {}
    for line in _lines(writers):
        kind, run_id, *counters = line.split()
        number, n = map(int, counters)
        if kind == "shared":
            acknowledged[run_id][kind].append(number * STRIDE + n)
        else:
            acknowledged[run_id][kind].append(n)
            numbers[run_id] = number
    runs = _runs(store, target.experiment_id)
    names = [run.info.run_name for run in runs.values()]
    assert len(names) == len(set(names)), "A run is there twice."
    assert acknowledged.keys() <= runs.keys(), "A run is lost."
    client = MlflowClient(target.address)
    for run_id, written in acknowledged.items():
        for n in written["file"]:
            assert _text(client, run_id) == content(numbers[run_id], n), f"The file of run {run_id} is lost."
    summaries: list[str] = []
    for run_id, number in numbers.items():
        there = _check_run(store, runs[run_id], number, acknowledged[run_id], whole)
        summaries.append(_summary(run_id, there))
    shared = _points(store, target.shared, "shared")
    _check_shared(shared, acknowledged[target.shared]["shared"])
    _check_summaries(store, target.experiment_id, [*summaries, _summary(target.shared, {"shared": shared})])
    return sum(1 for _ in _lines(writers))


def _lines(writers: Iterable[Writer]) -> Iterable[str]:
    return (line for writer in writers for line in writer.said if not line.startswith("ready"))


def _text(client: MlflowClient, run_id: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return Path(client.download_artifacts(run_id, FILE, folder)).read_text()


def _runs(store: TrackingStore, experiment_id: str) -> dict[str, Run]:
    found: dict[str, Run] = {}
    token = None
    while True:
        query = RunQuery(experiment_ids=(experiment_id,), view=ViewType.ALL, page_token=token)
        page = store.search_runs(query)
        found.update((run.info.run_id, run) for run in page)
        token = page.token
        if token is None:
            return found


def _check_run(store: TrackingStore, run: Run, number: int, acknowledged: dict[str, list[int]], whole: bool) -> Points:
    """Compare a run that one writer has written, and return the points that are there."""
    run_id = run.info.run_id
    written = acknowledged["batch"]
    there = {key: _points(store, run_id, key) for key in ("single", "series")}
    batches = set(written)
    if whole:
        batches |= {
            *there["single"],
            *(step // POINTS for step in there["series"]),
            *(int(key[1:]) for key in run.data.params),
        }
    for n in batches:
        expected = batch(run_id, number, n)
        for metric in expected.metrics:
            point = there[metric.key].get(metric.step)
            assert point is not None, f"A point of batch {n} of {number} is lost."
            assert (point.value, point.timestamp) == (metric.value, metric.timestamp)
        for param in expected.params:
            assert run.data.params.get(param.key) == param.value, f"The param of batch {n} of {number} is lost."
    if written:
        assert int(run.data.tags["last"]) >= max(written), "A tag is lost."
    if acknowledged["end"]:
        assert (run.info.end_time or 0) >= max(acknowledged["end"]), "The end is lost."
    return there


def _check_shared(points: dict[int, Metric], written: list[int]) -> None:
    assert set(written) <= points.keys(), f"Lost of the shared run: {sorted(set(written) - points.keys())[:10]}"
    for step, point in points.items():
        assert point.value == shared_point(*divmod(step, STRIDE)).value


def _points(store: TrackingStore, run_id: str, key: str) -> dict[int, Metric]:
    """Return the points of a metric by step; none may be there twice."""
    history = whole_history(store, run_id, key)
    points = {point.step: point for point in history}
    assert len(points) == len(history), f"A point of {key} is there twice."
    return points


def _summary(run_id: str, metrics: Points) -> str:
    """Return a filter that finds a run by the last, smallest and largest values of its metrics."""
    conditions = [f"run_id = '{run_id}'"]
    for key, points in metrics.items():
        values = [point.value for point in points.values()]
        if points:
            conditions.append(f"metrics.{key}.last = {points[max(points)].value}")
            conditions += [f"metrics.{key}.min = {min(values)}", f"metrics.{key}.max = {max(values)}"]
    return f"({' AND '.join(conditions)})"


def _check_summaries(store: TrackingStore, experiment_id: str, summaries: Sequence[str]) -> None:
    for start in range(0, len(summaries), AT_ONCE):
        asked = summaries[start : start + AT_ONCE]
        query = RunQuery(experiment_ids=(experiment_id,), filter=parse_filter(" OR ".join(asked), RUNS))
        found = store.count_runs(query)
        assert found == len(asked), f"{len(asked) - found} summaries are wrong among these: {asked}"
