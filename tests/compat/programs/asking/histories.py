"""Questions about the points of metrics."""

from __future__ import annotations

from collections.abc import Iterator

from asking.questions import Question, get, oddly, post, wrongly
from asking.runs import UNKNOWN

SAMPLE = "metrics/get-history-bulk-interval"
BULK = "/ajax-api/2.0/mlflow/metrics/get-history-bulk"


def questions() -> Iterator[Question]:
    yield post("experiments/create", "experiment", {"measures": "experiment_id"}, name="measures")
    for word in ("one", "two"):
        yield post("runs/create", word, {word: "run.info.run_id"}, experiment_id="$measures", run_name=word)
        points = [
            {"key": "m", "value": value, "timestamp": 1_600_000_000_000 + number, "step": number}
            for number, value in enumerate((1, 0.25, "NaN", -3.5, 0, 2, 3, 4, 5, 6))
        ]
        yield post("runs/log-batch", f"points of {word}", run_id=f"${word}", metrics=points)
    history = get("metrics/get-history", "history", run_id="$one", metric_key="m")
    yield history
    yield from wrongly(history)
    yield from oddly(history)
    yield get("metrics/get-history", "history by the old name", run_uuid="$one", metric_key="m")
    yield get("metrics/get-history", "history of an unknown run", run_id=UNKNOWN, metric_key="m")
    yield get("metrics/get-history", "history of an unknown metric", run_id="$one", metric_key="none")
    for number in (0, 1, 10, 11, -1, "x", 25_000):
        yield get("metrics/get-history", f"history of {number}", run_id="$one", metric_key="m", max_results=number)
    for token in ("nonsense", "e30="):
        yield get("metrics/get-history", f"token {token}", run_id="$one", metric_key="m", page_token=token)
    sample = {"run_ids": ["$one", "$two"], "metric_key": "m", "start_step": 1, "end_step": 8, "max_results": 3}
    for prefix in ("", "/ajax-api/2.0/mlflow/"):
        yield get(prefix + SAMPLE, f"sample {prefix}", **sample)
    yield from wrongly(get(SAMPLE, "sample", **sample))
    for number in (0, 1, 2, 3, 2500, 2501):
        yield get(SAMPLE, f"sample of {number}", run_ids=["$one"], metric_key="m", max_results=number)
    yield get(SAMPLE, "sample with a start only", run_ids=["$one"], metric_key="m", start_step=1)
    yield get(SAMPLE, "sample the wrong way", run_ids=["$one"], metric_key="m", start_step=5, end_step=1)
    yield get(SAMPLE, "sample of too many", run_ids=["$one"] * 101, metric_key="m")
    yield get(SAMPLE, "sample of an unknown run", run_ids=[UNKNOWN], metric_key="m")
    yield get(BULK, "bulk", run_id=["$one", "$two"], metric_key="none")
    yield get(BULK, "bulk without a run", metric_key="m")
    yield get(BULK, "bulk without a key", run_id=["$one"])
    yield get(BULK, "bulk of a few", run_id=["$one"], metric_key="m", max_results=2)
    yield get(BULK, "bulk of too many", run_id=["$one"] * 101, metric_key="m")
    yield get(BULK, "bulk of nonsense", run_id=["$one"], metric_key="m", max_results="x")
