"""Requests to a server, word for word, and messages that are right or wrong by their types."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from msgspec import inspect

from runyard.rest.route import AnyRoute

JSON = {"content-type": "application/json"}


class Answer(msgspec.Struct):
    """What a server has answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> tuple[int, str]:
        """The status and the code; fails unless this is the body of an error as the protocol has it."""
        assert self.headers["content-type"] == "application/json", self
        fields = self.json
        assert set(fields) - {"request_id"} == {"error_code", "message"}, self
        assert fields["message"], self
        assert b"Traceback" not in self.body, self
        return self.status, fields["error_code"]


def ask(
    address: str,
    method: str,
    path: str,
    body: object = None,
    *,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, Any] | None = None,
) -> Answer:
    """Send one request.

    Args:
        address: The server.
        method: The HTTP method.
        path: The path, as it is sent.
        body: What is sent; anything but bytes as JSON.
        headers: Headers besides those that go with the body.
        query: What follows the path; lists have their name repeated.
    """
    parts = urlsplit(address)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    target = f"{parts.path}{path}" + (f"?{urlencode(query, doseq=True)}" if query else "")
    sent = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    kind = {} if body is None else JSON
    try:
        connection.request(method, target, sent, {**kind, **(headers or {})})
        reply = connection.getresponse()
        return Answer(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
    finally:
        connection.close()


class Served(NamedTuple):
    """A server, and what of it is on this machine.

    Attributes:
        address: Where it is.
        artifacts: The folder of the artifacts that go through it.
        secret: A file beside that folder.
    """

    address: str
    artifacts: Path
    secret: Path

    def ask(self, method: str, path: str, body: object = None, **options: Any) -> Answer:
        """Send one request, as `ask` does."""
        return ask(self.address, method, path, body, **options)

    def post(self, path: str, **fields: Any) -> Any:
        """Send fields below ``/api/2.0/mlflow``, and return what comes back."""
        answer = self.ask("POST", f"/api/2.0/mlflow{path}", fields)
        assert answer.status == 200, answer
        return answer.json


def ask_route(
    address: str, route: AnyRoute, fields: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Answer:
    """Send a message to a route of the protocol: what is in the path there, the rest in the query or the body."""
    path, rest = route.full_path, dict(fields)
    for name in route.parameters:
        value = quote(str(rest.pop(name, "x")), safe="")
        path = path.replace(f"{{{name}}}", value).replace(f"{{{name}:path}}", value)
    if route.method == "GET":
        return ask(address, "GET", path, query=rest, headers=headers)
    return ask(address, route.method, path, rest, headers=headers)


def fields_of(kind: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    """Return the fields of a message."""
    found = inspect.type_info(kind)
    assert isinstance(found, inspect.StructType)
    return found.fields


def example(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Return a message with what it needs, and with nothing else."""
    return {field.encode_name: _example(field.type) for field in fields_of(kind) if field.required}


def options(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    """Return what a value may be."""
    if isinstance(kind, inspect.Metadata):
        return options(kind.type)
    if isinstance(kind, inspect.UnionType):
        return tuple(option for member in kind.types for option in options(member))
    return (kind,)


def _example(kind: inspect.Type) -> Any:
    first = options(kind)[0]
    if isinstance(first, inspect.StructType):
        return example(first.cls)
    if isinstance(first, inspect.ListType):
        return [_example(first.item_type)]
    values: dict[type[inspect.Type], Any] = {
        inspect.BoolType: True,
        inspect.DictType: {},
        inspect.FloatType: 1.0,
        inspect.IntType: 1,
        inspect.StrType: "1",
    }
    return values[type(first)]


def wrong(kind: inspect.Type, *, is_query: bool = False) -> Iterator[Any]:
    """Return values that are not of a type.

    Args:
        kind: What they shall not be.
        is_query: Whether they go into a query string, where all there is are texts.
    """
    allowed = options(kind)

    def takes(*kinds: type[inspect.Type]) -> bool:
        return any(isinstance(option, kinds) for option in allowed)

    is_text = takes(inspect.StrType)
    if takes(inspect.AnyType, inspect.RawType):
        return
    if is_query:
        if takes(inspect.IntType) and not is_text:
            yield from ("x", "1.5", "", "1e3", "0x1", "NaN", str(2**63))
        if takes(inspect.BoolType):
            yield from ("x", "1", "")
        return
    if not is_text:
        yield "x"
    if not takes(inspect.BoolType):
        yield True
    if not takes(inspect.IntType, inspect.FloatType):
        yield 5
    if not takes(inspect.FloatType):
        yield from (1.5, 1e300)
    if takes(inspect.IntType):
        yield from (2**63, -(2**63) - 1, 10**30)
    if not takes(inspect.ListType):
        yield from ([], [1])
    if not takes(inspect.DictType, inspect.StructType):
        yield from ({}, {"a": 1})
    for option in allowed:
        if isinstance(option, inspect.ListType):
            yield from ([item] for item in wrong(option.item_type))
            yield [None]
        elif isinstance(option, inspect.DictType):
            yield from ({"a": item} for item in wrong(option.value_type))
        elif isinstance(option, inspect.StructType):
            yield from wrong_messages(option.cls)


def wrong_messages(kind: type[msgspec.Struct]) -> Iterator[dict[str, Any]]:
    """Return messages of which one field is wrong or missing."""
    right = example(kind)
    for field in fields_of(kind):
        if field.required:
            yield {name: value for name, value in right.items() if name != field.encode_name}
            yield {**right, field.encode_name: None}
        for value in wrong(field.type):
            yield {**right, field.encode_name: value}
