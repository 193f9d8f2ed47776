"""Measures runyard alone with years of work in one database: ``python -m benchmarks.scale [--runs N] [--uri URI]``.

The database gets N runs (100,000) with 10 params, 10 metrics and 3 tags each, and ten series of 1,000,000 points. Then
first pages of searches are timed, each question with other values every time, in a process that has asked before; and
each long series is thinned out for a chart by a process that has not.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import runyard
from runyard.entities import Metric, Param, RunTag
from runyard.tracking.client import RunyardClient

START = 1_700_000_000_000
SERIES, POINTS = 10, 1_000_000
PAGE = 100
METRICS = ["acc", "loss", *(f"metric{number}" for number in range(8))]

Question = Callable[[random.Random], tuple[str, list[str]]]

QUESTIONS: dict[str, Question] = {
    "a metric above a bound, ordered by another": lambda chance: (
        f"metrics.acc > {chance.random():.4f}",
        ["metrics.loss ASC"],
    ),
    "a metric, a common param, ordered by a metric": lambda chance: (
        f"metrics.acc > {chance.random():.4f} AND params.model = '{chance.choice(('rf', 'xgb'))}'",
        ["metrics.loss DESC"],
    ),
    "a rare param, ordered by a metric": lambda chance: (
        f"params.seed = '{chance.randrange(100_000)}'",
        ["metrics.loss ASC"],
    ),
    "a param that nobody has, ordered by a metric": lambda chance: (
        f"params.model = 'none{chance.random()}'",
        ["metrics.acc DESC"],
    ),
    "part of a tag, newest first": lambda chance: (f"tags.host LIKE '%-{chance.randrange(100)}'", []),
    "nothing, newest first": lambda _: ("", []),
    "nothing, ordered by a param": lambda _: ("", ["params.model ASC"]),
    "two metrics, ordered by both": lambda chance: (
        f"metrics.metric0 < {chance.random():.4f} AND metrics.metric1 > {chance.random():.4f}",
        ["metrics.metric0 DESC", "metrics.metric1 ASC"],
    ),
    "status and time, ordered by a metric": lambda chance: (
        f"status = 'FINISHED' AND start_time > {START + chance.randrange(100_000)}",
        ["metrics.acc DESC"],
    ),
}


def fill(uri: str, runs: int) -> None:
    """Write the runs and the long series."""
    client = RunyardClient(uri)
    chance = random.Random(1)
    searched = client.create_experiment("searched")
    for number in range(runs):
        run_id = client.create_run(searched, start_time=START + number).info.run_id
        params = {"model": "rf" if number % 2 else "xgb", "seed": str(number)}
        params |= {f"param{other}": str(chance.random()) for other in range(8)}
        client.log_batch(
            run_id,
            metrics=[Metric(name, chance.random(), START, 0) for name in METRICS],
            params=[Param(key, value) for key, value in params.items()],
            tags=[RunTag("host", f"node-{number % 100}"), RunTag("team", "a"), RunTag("note", "x" * 40)],
        )
        client.set_terminated(run_id, end_time=START + number + 1000)
    run_id = client.create_run(client.create_experiment("series")).info.run_id
    for series in range(SERIES):
        for first in range(0, POINTS, 10_000):
            client.log_batch(
                run_id,
                metrics=[
                    Metric(f"series{series}", chance.random(), START + step * 10, step)
                    for step in range(first, first + 10_000)
                ],
            )


def time_searches(uri: str, repeats: int) -> dict[str, list[float]]:
    """Return the seconds that each question took, each time."""
    client = RunyardClient(uri)
    experiment_id = client.get_experiment_by_name("searched").experiment_id  # type: ignore[union-attr]
    chance = random.Random(2)
    taken: dict[str, list[float]] = {}
    for name, question in QUESTIONS.items():
        for repeat in range(repeats + 1):
            text, order_by = question(chance)
            begun = time.perf_counter()
            client.search_runs([experiment_id], text, order_by=order_by, max_results=PAGE)
            if repeat:
                taken.setdefault(name, []).append(time.perf_counter() - begun)
    return taken


def time_series(uri: str) -> list[float]:
    """Return the seconds that each long series took, in a process of its own each."""
    program = (
        "import sys, time; from runyard.tracking.client import RunyardClient; client = RunyardClient(sys.argv[1]); "
        "run = client.search_runs([client.get_experiment_by_name('series').experiment_id])[0].info.run_id; "
        "begun = time.perf_counter(); "
        "found = client.get_metric_series([run], [sys.argv[2]], max_points=1000); "
        "assert found[0].total == 1_000_000; print(time.perf_counter() - begun)"
    )
    return [
        float(subprocess.run([sys.executable, "-c", program, uri, f"series{number}"], **_CAPTURED).stdout)
        for number in range(SERIES)
    ]


_CAPTURED = {"capture_output": True, "encoding": "utf-8", "check": True}


def percentile(seconds: list[float], share: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, round(share * len(seconds)))]


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=40)
    parser.add_argument(
        "--uri", help="a database that this program has filled before, or an empty one (a new SQLite file)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scale-") as folder:
        uri = options.uri or f"sqlite:///{Path(folder, 'runs.db')}"
        if runyard.MlflowClient(uri).get_experiment_by_name("series") is None:
            begun = time.perf_counter()
            fill(uri, options.runs)
            print(f"filled in {time.perf_counter() - begun:.0f} s")
        taken = time_searches(uri, options.repeats)
        width = max(map(len, taken))
        print(f"{f'first {PAGE} of {options.runs:,} runs':{width}}     p50     p95")
        for name, seconds in [*taken.items(), ("all of them", [*chain(*taken.values())])]:
            print(f"{name:{width}}  {percentile(seconds, 0.5) * 1e3:5.1f}   {percentile(seconds, 0.95) * 1e3:5.1f} ms")
        series = time_series(uri)
        middle, most = statistics.median(series) * 1e3, max(series) * 1e3
        print(f"{POINTS:,} points to 1,000, cold: median {middle:.0f} ms, most {most:.0f} ms")


if __name__ == "__main__":
    main()
