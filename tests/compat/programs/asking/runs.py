"""Questions about runs."""

from __future__ import annotations

from collections.abc import Iterator

from asking.questions import Question, get, oddly, post, wrongly

UNKNOWN = "0123456789abcdef" * 2
KEPT = {"run": "run.info.run_id"}
FILTERS = (
    "metrics.m > 0.5",
    "metrics.m > 'a'",
    "params.p = '1' and tags.t != 'x'",
    "params.p > 1",
    "nonsense.a = '1'",
    "attributes.start_time > 'x'",
    "attributes.nonsense = 1",
    "status IN ('RUNNING')",
    "run_id IN ('a', 'b')",
    "attributes.run_id IN ()",
    "dataset.name = 'a'",
    "datasets.nonsense = 'a'",
    "tags.`a b` LIKE '%x%'",
    "tag.a = 'b",
    "'a' = 'a'",
    "metrics.m",
    ";",
)


def questions() -> Iterator[Question]:
    yield post("experiments/create", "experiment", {"home": "experiment_id"}, name="home of runs")
    yield post("experiments/create", "experiment for odd ones", {"odd": "experiment_id"}, name="home of odd runs")
    odd = {"experiment_id": "$odd"}
    body = {"experiment_id": "$home", "run_name": "first", "start_time": 1_600_000_000_000, "user_id": "ada"}
    create = post("runs/create", "create", KEPT, **body, tags=[{"key": "a", "value": "1"}, {"key": "b"}])
    yield from wrongly(post("runs/create", "make", **{**body, **odd}, tags=[{"key": "a", "value": "1"}]))
    yield from oddly(post("runs/create", "make", **{**body, **odd}))
    yield create
    yield post("runs/create", "without a name", **odd)
    yield post("runs/create", "times as text", **odd, start_time="1600000000000", run_name="a")
    yield post("runs/create", "in an unknown experiment", experiment_id="99999999")
    yield post("runs/create", "two names", **odd, run_name="a", tags=[{"key": "mlflow.runName", "value": "b"}])
    yield post("runs/create", "duplicate tags", **odd, tags=[{"key": "a", "value": "1"}] * 2)
    yield post("runs/create", "strange tag", **odd, run_name="a", tags=[{"key": "a//b", "value": "1"}])
    yield post("runs/create", "tag without key", **odd, run_name="a", tags=[{"value": "1"}])
    read = get("runs/get", "get", run_id="$run")
    yield read
    yield from wrongly(read)
    yield from oddly(read)
    yield get("runs/get", "get by its old name", run_uuid="$run")
    yield get("runs/get", "get unknown", run_id=UNKNOWN)
    update = {"run_id": "$run", "status": "FINISHED", "end_time": 1_600_000_000_500, "run_name": "second"}
    yield from wrongly(post("runs/update", "change", **update), "status")
    yield from oddly(post("runs/update", "change", **update))
    yield post("runs/update", "update", **update)
    for status in ("RUNNING", "KILLED", "NONSENSE", "finished", 3, "3", 99):
        yield post("runs/update", f"status {status!r}", run_id="$run", status=status, run_name="x")
    yield post("runs/update", "end as text", run_id="$run", end_time="1600000000700")
    yield post("runs/update", "end as fraction", run_id="$run", end_time=1_600_000_000_800.0)
    yield post("runs/update", "empty name", run_id="$run", run_name="")
    yield post("runs/update", "unknown", run_id=UNKNOWN, run_name="x")
    search = {
        "experiment_ids": ["$home"],
        "filter": "attributes.run_name = 'x'",
        "run_view_type": "ACTIVE_ONLY",
        "max_results": 5,
        "order_by": ["attributes.start_time"],
    }
    yield post("runs/search", "search", **search)
    yield from wrongly(post("runs/search", "look", **search))
    yield from oddly(post("runs/search", "look", **search))
    for text in FILTERS:
        yield post("runs/search", f"filter {text}", experiment_ids=["$home"], filter=text)
    for order in ("metrics.m DESC", "nonsense", "metrics.m sideways", "attributes.nonsense", "", "tags.`a`"):
        yield post("runs/search", f"order {order}", experiment_ids=["$home"], filter="run_name = 'x'", order_by=[order])
    for number in (0, -1, 50_000, 50_001, "5", "x"):
        yield post(
            "runs/search", f"most {number!r}", experiment_ids=["$home"], filter="run_name = 'x'", max_results=number
        )
    for view in ("ALL", "DELETED_ONLY", "NONSENSE", 3):
        yield post(
            "runs/search", f"view {view!r}", experiment_ids=["$home"], filter="run_name = 'x'", run_view_type=view
        )
    for ids in ([], ["99999999"], ["text"], ["$home", "$home"], [""], [0]):
        yield post("runs/search", f"in {ids}", experiment_ids=ids, filter="run_name = 'x'")
    for token in ("nonsense", "e30="):
        yield post("runs/search", f"token {token}", experiment_ids=["$home"], page_token=token)
    for path, word in (("runs/delete", "delete"), ("runs/restore", "restore")):
        question = post(path, word, run_id="$run")
        yield from wrongly(question)
        yield question
        yield post(path, f"{word} again", run_id="$run")
        yield post(path, f"{word} unknown", run_id=UNKNOWN)
        if word == "delete":
            yield get("runs/get", "get deleted", run_id="$run")
            yield post("runs/update", "update deleted", run_id="$run", run_name="y")
            yield post("runs/log-metric", "metric of deleted", run_id="$run", key="k", value=1, timestamp=1)
            yield post("runs/log-parameter", "param of deleted", run_id="$run", key="k", value="1")
            yield post("runs/set-tag", "tag of deleted", run_id="$run", key="k", value="1")
            yield post("runs/log-batch", "batch of deleted", run_id="$run", tags=[{"key": "a", "value": "b"}])
