"""Questions about registered models."""

from __future__ import annotations

from collections.abc import Iterator

from asking.questions import Question, get, oddly, post, sent, wrongly

TAG = {"key": "a", "value": "1"}


def questions() -> Iterator[Question]:
    path = "registered-models"
    create = post(f"{path}/create", "create", name="$new", tags=[TAG], description="about")
    yield from wrongly(create)
    yield from oddly(create)
    yield post(f"{path}/create", "model", {"model": "registered_model.name"}, name="model", tags=[TAG], description="")
    yield post(f"{path}/create", "taken", name="model")
    yield post(f"{path}/create", "bare", name="bare")
    for name in ("a/b", "a:b", "..", ".", "a\\b", " ", "ä 🦉", "a%2fb"):
        yield post(f"{path}/create", f"named {name!r}", name=name)
    yield post(f"{path}/create", "duplicate tags", name="$new", tags=[TAG, TAG])
    yield post(f"{path}/create", "bad tag", name="$new", tags=[{"key": "a//b", "value": "1"}])
    read = get(f"{path}/get", "get", name="model")
    yield read
    yield from wrongly(read)
    yield get(f"{path}/get", "get unknown", name="none")
    search = {"filter": "name LIKE 'mod%'", "max_results": 5, "order_by": ["name ASC"]}
    yield get(f"{path}/search", "search", **search)
    yield from wrongly(get(f"{path}/search", "search", **search), "filter")
    for text in (
        "name = 'model'",
        "name = model",
        "nonsense = 'a'",
        "tags.a = '1' AND name = 'model'",
        "name > 'a'",
        "x =",
    ):
        yield get(f"{path}/search", f"filter {text}", filter=text)
    for order in ("last_updated_timestamp DESC", "timestamp", "nonsense", "name sideways"):
        yield get(f"{path}/search", f"order {order}", order_by=[order], filter="name = 'model'")
    for number in (0, 1, 1000, 1001, "x"):
        yield get(f"{path}/search", f"most {number!r}", max_results=number, filter="name = 'model'")
    yield get(f"{path}/search", "token", page_token="nonsense")
    update = sent("PATCH", f"{path}/update", "update", name="model", description="other")
    yield from wrongly(update)
    yield update
    yield sent("PATCH", f"{path}/update", "update unknown", name="none", description="other")
    tag = post(f"{path}/set-tag", "tag", name="model", key="k", value="v")
    yield from wrongly(tag)
    yield tag
    yield post(f"{path}/set-tag", "tag unknown", name="none", key="k", value="v")
    yield post(f"{path}/set-tag", "tag with a bad key", name="model", key="a//b", value="v")
    yield post(f"{path}/set-tag", "tag that is long", name="model", key="long", value="x" * 100_001)
    untag = sent("DELETE", f"{path}/delete-tag", "untag", name="model", key="k")
    yield from wrongly(untag)
    yield untag
    yield sent("DELETE", f"{path}/delete-tag", "untag again", name="model", key="k")
    yield sent("DELETE", f"{path}/delete-tag", "untag unknown", name="none", key="k")
    latest = post(f"{path}/get-latest-versions", "latest", name="model", stages=["Production"])
    yield latest
    yield from wrongly(latest)
    yield get(f"{path}/get-latest-versions", "latest by query", name="model")
    yield post(f"{path}/get-latest-versions", "latest in no stage", name="model", stages=["Nowhere"])
    yield post(f"{path}/get-latest-versions", "latest of unknown", name="none")
    rename = post(f"{path}/rename", "rename", name="bare", new_name="bare")
    yield from wrongly(rename, "new_name")
    yield rename
    yield post(f"{path}/rename", "rename to nothing", name="bare")
    yield post(f"{path}/rename", "rename to a taken name", name="bare", new_name="model")
    yield post(f"{path}/rename", "rename to a bad name", name="bare", new_name="a/b")
    yield post(f"{path}/rename", "rename unknown", name="none", new_name="$new")
    delete = sent("DELETE", f"{path}/delete", "delete", name="bare")
    yield from wrongly(delete)
    yield delete
    yield sent("DELETE", f"{path}/delete", "delete again", name="bare")
