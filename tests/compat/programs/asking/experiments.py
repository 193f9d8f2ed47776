"""Questions about experiments."""

from __future__ import annotations

from collections.abc import Iterator

from asking.questions import Question, get, oddly, post, wrongly

KEPT = {"experiment": "experiment_id"}
TAG = {"key": "a", "value": "1"}


def questions() -> Iterator[Question]:
    create = post("experiments/create", "create", name="$new", tags=[TAG, {"key": "b"}])
    yield post("experiments/create", "first", KEPT, name="first", tags=[TAG, {"key": "ä", "value": "🦉"}])
    yield from wrongly(create)
    yield from oddly(create)
    yield post("experiments/create", "name taken", name="first")
    yield post("experiments/create", "duplicate tags", name="$new", tags=[TAG, {**TAG, "value": "2"}])
    yield post("experiments/create", "long name", name="x" * 501)
    yield post("experiments/create", "null tags", name="$new", tags=[None])
    for location in (
        "runs:/a",
        "s3://bucket/a#b",
        "s3://bucket/../a",
        "s3://bucket/a?b=c",
        "s3://bucket/a",
        "x" * 2049,
    ):
        yield post("experiments/create", f"location {location[:20]}", name="$new", artifact_location=location)
    yield get("experiments/get", "get", experiment_id="$experiment")
    yield from wrongly(get("experiments/get", "get", experiment_id="$experiment"))
    yield from oddly(get("experiments/get", "get", experiment_id="$experiment"))
    yield get("experiments/get", "get unknown", experiment_id="99999999")
    yield get("experiments/get", "get the default", experiment_id="0")
    yield get("experiments/get-by-name", "get by name", experiment_name="first")
    yield from wrongly(get("experiments/get-by-name", "get by name", experiment_name="first"))
    yield get("experiments/get-by-name", "get by an unknown name", experiment_name="nobody")
    search = {"max_results": 1, "filter": "name = 'first'", "order_by": ["name"], "view_type": "ACTIVE_ONLY"}
    for ask, word in ((post, "search"), (get, "search by query")):
        question = ask("experiments/search", word, **search)
        yield question
        yield from wrongly(question)
        yield from oddly(question)
        for number in (0, 50_000, 50_001, "2", "abc", 2.0, 2**63):
            yield ask("experiments/search", f"{word} for {number!r}", **{**search, "max_results": number})
        for view in ("ALL", "DELETED_ONLY", "nonsense", 2, "3"):
            yield ask("experiments/search", f"{word} in {view!r}", **{**search, "view_type": view})
        for text in (
            "name = first",
            "nonsense = 'a'",
            "name LIKE 5",
            "tags.a = '1' AND",
            "name",
            "((",
            "last_update_time > 0",
        ):
            both = f"name = 'first' AND {text}"
            yield ask("experiments/search", f"{word} filter {text}", max_results=1, filter=both)
        for order in ("nonsense", "name sideways", "tags.a", ""):
            yield ask("experiments/search", f"{word} order {order}", **{**search, "order_by": [order]})
        for token in ("nonsense", "e30=", "eyJvZmZzZXQiOiAwfQ=="):
            yield ask("experiments/search", f"{word} token {token}", max_results=1, page_token=token)
    yield post("experiments/search", "first page", max_results=1, order_by=["name"], filter="name LIKE 'new-%'")
    rename = post("experiments/update", "rename", experiment_id="$experiment", new_name="$new")
    yield from wrongly(rename)
    yield from oddly(rename)
    yield rename
    yield post("experiments/update", "rename to a taken name", experiment_id="$experiment", new_name="Default")
    yield post("experiments/update", "rename unknown", experiment_id="99999999", new_name="$new")
    tag = post("experiments/set-experiment-tag", "tag", experiment_id="$experiment", key="k", value="v")
    yield from wrongly(tag)
    yield from oddly(tag)
    yield tag
    for key in ("", "x" * 251, "a//b", "../a", "a/"):
        yield post("experiments/set-experiment-tag", f"tag {key[:9]}", experiment_id="$experiment", key=key, value="v")
    yield post(
        "experiments/set-experiment-tag", "tag long", experiment_id="$experiment", key="long", value="x" * 20_001
    )
    yield post("experiments/set-experiment-tag", "tag unknown", experiment_id="99999999", key="k", value="v")
    untag = post("experiments/delete-experiment-tag", "untag", experiment_id="$experiment", key="k")
    yield from wrongly(untag)
    yield untag
    yield post("experiments/delete-experiment-tag", "untag again", experiment_id="$experiment", key="k")
    delete = post("experiments/delete", "delete", experiment_id="$experiment")
    yield from wrongly(delete)
    yield delete
    yield post("experiments/delete", "delete again", experiment_id="$experiment")
    yield post("experiments/update", "rename deleted", experiment_id="$experiment", new_name="$new")
    yield post("experiments/set-experiment-tag", "tag deleted", experiment_id="$experiment", key="k", value="v")
    yield post("runs/create", "run in a deleted one", experiment_id="$experiment")
    yield get("experiments/get", "get deleted", experiment_id="$experiment")
    restore = post("experiments/restore", "restore", experiment_id="$experiment")
    yield from wrongly(restore)
    yield restore
    yield post("experiments/restore", "restore again", experiment_id="$experiment")
