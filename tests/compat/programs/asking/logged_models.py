"""Questions about logged models."""

from __future__ import annotations

from collections.abc import Iterator

from asking.questions import Question, get, oddly, post, sent, wrongly

UNKNOWN = "m-" + "0123456789abcdef" * 2
KEPT = {"logged": "model.info.model_id"}


def questions() -> Iterator[Question]:
    yield post("experiments/create", "experiment", {"models": "experiment_id"}, name="home of models")
    pair = [{"key": "a", "value": "1"}]
    create = {"experiment_id": "$models", "name": "logged", "model_type": "kind", "params": pair, "tags": pair}
    yield post("logged-models", "create", KEPT, **create)
    yield post(
        "experiments/create", "experiment for odd ones", {"odd_models": "experiment_id"}, name="home of odd models"
    )
    create["experiment_id"] = "$odd_models"
    yield from wrongly(post("logged-models", "make", **create, source_run_id="x"))
    yield from oddly(post("logged-models", "make", **create))
    yield post("logged-models", "odd", {"odd_model": "model.info.model_id"}, **create)
    for name in ("a/b", "a:b", "a.b", "a%b", "a'b", 'a"b', "ä b"):
        yield post("logged-models", f"named {name}", experiment_id="$odd_models", name=name)
    yield post("logged-models", "duplicate params", experiment_id="$odd_models", name="x", params=pair * 2)
    yield post("logged-models", "in an unknown experiment", experiment_id="99999999", name="x")
    one = "logged-models/$logged"
    unknown = f"logged-models/{UNKNOWN}"
    yield get(one, "get")
    yield get(unknown, "get unknown")
    yield get("logged-models/nonsense", "get nonsense")
    finish = sent("PATCH", one, "finish", model_id="$logged", status="LOGGED_MODEL_READY")
    yield from wrongly(finish, "status")
    yield finish
    for status in (2, "2", 3, "READY", "NONSENSE", 0):
        yield sent("PATCH", one, f"finish as {status!r}", model_id="$logged", status=status)
    yield sent("PATCH", unknown, "finish unknown", model_id=UNKNOWN, status="LOGGED_MODEL_READY")
    tag = sent("PATCH", f"{one}/tags", "tag", model_id="$logged", tags=[{"key": "k", "value": "v"}])
    yield from wrongly(sent("PATCH", "logged-models/$odd_model/tags", "tag", model_id="$odd_model", tags=pair))
    yield tag
    yield sent("PATCH", f"{unknown}/tags", "tag unknown", model_id=UNKNOWN, tags=pair)
    yield sent("DELETE", f"{one}/tags/k", "untag")
    yield sent("DELETE", f"{one}/tags/k", "untag again")
    params = post(f"{one}/params", "params", model_id="$logged", params=[{"key": "later", "value": "1"}])
    yield from wrongly(params, "params")
    yield post(f"{one}/params", "same params", model_id="$logged", params=[{"key": "later", "value": "2"}])
    search = {
        "experiment_ids": ["$models"],
        "filter": "name = 'logged'",
        "max_results": 1,
        "order_by": [{"field_name": "creation_timestamp", "ascending": True}],
    }
    yield post("logged-models/search", "search", **search)
    yield from wrongly(post("logged-models/search", "look", **search))
    for text in (
        "metrics.m > 0.5",
        "params.a = '1'",
        "tags.a LIKE '1'",
        "nonsense = 'a'",
        "name >",
        "status = 'READY'",
    ):
        yield post("logged-models/search", f"filter {text}", **{**search, "filter": text})
    for number in (0, -1, "5", "x"):
        yield post("logged-models/search", f"most {number!r}", **{**search, "max_results": number})
    yield post("logged-models/search", "order nonsense", **{**search, "order_by": [{"field_name": "nonsense"}]})
    yield post("logged-models/search", "order without name", **{**search, "order_by": [{"ascending": True}]})
    yield post("logged-models/search", "token", **search, page_token="nonsense")
    yield post("logged-models/search", "in none", experiment_ids=[])
    yield get(f"{one}/artifacts/directories", "files")
    yield sent("DELETE", one, "delete")
    yield sent("DELETE", one, "delete again")
    yield get(one, "get deleted")
    yield get(one, "get deleted all the same", allow_deleted="true")
