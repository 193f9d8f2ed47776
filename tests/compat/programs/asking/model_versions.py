"""Questions about versions of registered models, and their aliases."""

from __future__ import annotations

from collections.abc import Iterator

from asking.questions import Question, get, oddly, post, sent, wrongly

SOURCES = (
    "models:/versioned/1",
    "/etc",
    "file:///etc",
    "a/b",
    "s3://bucket/../a",
    "s3://bucket/a#b",
    "http://host/%2e%2e/a",
    "mlflow-artifacts:/a/b",
    "models:/none/1",
    "runs:/0123456789abcdef0123456789abcdef/model",
    "",
)


def questions() -> Iterator[Question]:
    path = "model-versions"
    yield post("registered-models/create", "model", name="versioned")
    yield post("registered-models/create", "model for sources", name="sourced")
    create = {"name": "versioned", "source": "s3://bucket/a", "run_link": "http://x", "description": "about"}
    yield post(f"{path}/create", "first", **create, tags=[{"key": "a", "value": "1"}])
    yield post(f"{path}/create", "second", name="versioned", source="s3://bucket/b")
    yield from wrongly(post(f"{path}/create", "create", name="none", source="s3://bucket/a", run_link="", tags=[]))
    yield from oddly(post(f"{path}/create", "create", **create))
    for source in SOURCES:
        yield post(f"{path}/create", f"source {source}", name="sourced", source=source)
    one = {"name": "versioned", "version": "1"}
    for word in ("get", "get-download-uri"):
        yield get(f"{path}/{word}", word, **one)
        yield from wrongly(get(f"{path}/{word}", word, **one))
        yield get(f"{path}/{word}", f"{word} unknown", name="versioned", version="99")
        yield get(f"{path}/{word}", f"{word} no number", name="versioned", version="abc")
        yield get(f"{path}/{word}", f"{word} of an unknown model", name="none", version="1")
    search = {"filter": "name = 'versioned'", "max_results": 1, "order_by": ["version_number"]}
    yield get(f"{path}/search", "search", **search)
    yield from wrongly(get(f"{path}/search", "search", **search))
    for text in (
        "version_number = 1",
        "version_number = 'a'",
        "nonsense = 'a'",
        "run_id IN ('a')",
        "name IN ('versioned')",
    ):
        yield get(f"{path}/search", f"filter {text}", filter=text, max_results=1, order_by=["name", "version_number"])
    for number in (0, 200_000, 200_001, "x"):
        yield get(f"{path}/search", f"most {number!r}", filter="name = 'none'", max_results=number)
    yield get(f"{path}/search", "order nonsense", order_by=["nonsense"])
    yield get(f"{path}/search", "token", page_token="nonsense")
    update = sent("PATCH", f"{path}/update", "update", **one, description="other")
    yield from wrongly(update)
    yield update
    yield sent("PATCH", f"{path}/update", "update unknown", name="versioned", version="99", description="other")
    stage = post(f"{path}/transition-stage", "stage", **one, stage="production", archive_existing_versions=False)
    yield from wrongly(stage)
    yield stage
    yield post(f"{path}/transition-stage", "no stage", **one, stage="Nowhere", archive_existing_versions=False)
    yield post(
        f"{path}/transition-stage", "archive", **{**stage.body, "version": "2", "archive_existing_versions": True}
    )
    yield post(f"{path}/transition-stage", "archive none", **one, stage="None", archive_existing_versions=True)
    yield post(f"{path}/transition-stage", "bool as text", **one, stage="Staging", archive_existing_versions="true")
    tag = post(f"{path}/set-tag", "tag", **one, key="k", value="v")
    yield from wrongly(tag)
    yield tag
    yield post(f"{path}/set-tag", "tag unknown", name="versioned", version="99", key="k", value="v")
    untag = sent("DELETE", f"{path}/delete-tag", "untag", **one, key="k")
    yield from wrongly(untag)
    yield untag
    yield sent("DELETE", f"{path}/delete-tag", "untag again", **one, key="k")
    yield from _aliases()
    delete = sent("DELETE", f"{path}/delete", "delete", name="versioned", version="2")
    yield from wrongly(delete)
    yield delete
    yield sent("DELETE", f"{path}/delete", "delete again", name="versioned", version="2")
    yield get("registered-models/get", "what is left", name="versioned")


def _aliases() -> Iterator[Question]:
    path = "registered-models/alias"
    alias = post(path, "alias", name="versioned", alias="best", version="1")
    yield from wrongly(alias)
    yield alias
    for name in ("latest", "LATEST", "v1", "V2", "a b", "a/b", "ä", "x" * 255, "x" * 256, "v1a"):
        yield post(path, f"alias {name[:9]} {len(name)}", name="versioned", alias=name, version="1")
    yield post(path, "alias of an unknown version", name="versioned", alias="a", version="99")
    yield post(path, "alias of an unknown model", name="none", alias="a", version="1")
    read = get(path, "get alias", name="versioned", alias="best")
    yield read
    yield from wrongly(read)
    yield get(path, "get latest", name="versioned", alias="latest")
    yield get(path, "get unknown alias", name="versioned", alias="none")
    yield get(path, "get alias of an unknown model", name="none", alias="best")
    remove = sent("DELETE", path, "remove alias", name="versioned", alias="best")
    yield from wrongly(remove)
    yield remove
    yield sent("DELETE", path, "remove alias again", name="versioned", alias="best")
