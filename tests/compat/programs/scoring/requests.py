"""All requests, each with a name of its own."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from scoring import forms, values

JSON, CSV, PARQUET = "application/json", "text/csv", "application/vnd.apache.parquet"

CONTENT_TYPES = (
    *(None, "", "text/plain", "application/x-www-form-urlencoded", "application/json, text/csv", PARQUET),
    *("application/json; charset=utf-8", "application/json;charset=UTF-8", "application/json; charset=latin-1"),
    *("application/json; format=pandas-records", "Application/JSON", "application/json;"),
    *("text/csv; charset=utf-8", "text/csv; header=present"),
)
ENDPOINTS = (
    *(("GET", "/ping"), ("GET", "/health"), ("GET", "/version"), ("HEAD", "/ping"), ("POST", "/ping")),
    *(("POST", "/version"), ("GET", "/invocations"), ("OPTIONS", "/invocations"), ("PUT", "/invocations")),
    *(("POST", "/invocations/"), ("GET", "/"), ("GET", "/nowhere")),
)


def request(model: str, body: Any, content_type: str | None = JSON, *, name: str = "", **more: str) -> dict[str, Any]:
    """Return one request; what is no text is sent as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    return {
        "name": f"{model}: {name or text}",
        "model": model,
        "headers": {} if content_type is None else {"content-type": content_type},
        "body": base64.b64encode(text.encode()).decode(),
        **more,
    }


def _all(names: list[str]) -> Iterator[dict[str, Any]]:
    for kind, each in values.OF_TYPES.items():
        for value in each:
            for model in (f"column of {kind}", f"optional {kind}", "nothing"):
                for body in forms.of_value(value):
                    yield request(model, body)
        for table in values.CSV_OF_TYPES[kind]:
            yield request(f"column of {kind}", table, CSV, name=f"CSV {table!r}")
    for model in forms.MODELS:
        for body in forms.BODIES:
            yield request(model, body)
        for table in forms.TABLES:
            yield request(model, table, CSV, name=f"CSV {table!r}")
    for model in ("params", "params only", "chat", "numbers"):
        for params in values.PARAMS:
            yield request(model, {"dataframe_split": {"columns": ["x", "y"], "data": [[1, 2]]}, "params": params})
            content = params if isinstance(params, dict) else {"params": params}
            yield request(model, {"messages": [{"role": "user", "content": "hello"}], **content})
    for model in ("texts by hint", "numbers by hint", "records by hint"):
        for value in values.FOR_HINTS:
            for body in ({"inputs": value}, {"instances": value}, {"dataframe_records": value}, {"input": value}):
                yield request(model, body)
    for content_type in CONTENT_TYPES:
        yield request("nothing", {"inputs": [1]}, content_type, name=f"content type {content_type}")
    for method, path in ENDPOINTS:
        yield request("nothing", {"inputs": [1]}, name=f"{method} {path}", method=method, path=path)
    for name in names:
        yield request("give", {"inputs": [name]}, name=name)


def all_requests(names: list[str]) -> list[dict[str, Any]]:
    """Return the requests; of those of one name, the first.

    Args:
        names: What the model ``give`` gives.
    """
    found: dict[str, dict[str, Any]] = {}
    for each in _all(names):
        found.setdefault(each["name"], each)
    return list(found.values())
