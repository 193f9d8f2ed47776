"""The protocol as an OpenAPI document; ``python -m runyard_server.openapi`` prints it."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

import msgspec

from runyard.rest import artifacts
from runyard.rest.access import PUBLIC
from runyard.rest.extension import ExtraRoute
from runyard.rest.message import Message
from runyard.rest.routes import ROUTES
from runyard_asgi.http import reply
from runyard_server.openapi_files import file_operations
from runyard_server.probes import PROTOCOL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runyard.rest.extension import Receive, Scope, Send
    from runyard.rest.route import AnyRoute

__all__ = ["OPENAPI", "document"]

PATH = "/api/2.0/runyard/openapi.json"

Schema = dict[str, Any]

_VARIABLE = re.compile(r"\{(\w+)(?::path)?\}")
_TAIL = re.compile(r"\{(\w+):path\}")
_ABOUT = f"""\
The tracking protocol of MLflow {PROTOCOL} as runyard answers it, and what runyard adds below `/api/2.0/runyard`.

Every path below `/api` is there below `/ajax-api` as well. Names of fields may also be given in camel case, integers as
text, and `null` stands for what is not given. What has its default value is left out of replies. NaN and infinities
are the texts `NaN`, `Infinity` and `-Infinity`.
"""
_ERRORS = {
    "400": "A parameter is missing or wrong; the message names it.",
    "401": "The server wants to know who is asking.",
    "403": "Whoever is asking may not do this.",
    "404": "What was asked for does not exist.",
    "408": "The body did not come in time.",
    "413": "The body is too large.",
    "500": "The server failed; its log says why.",
    "501": "This server does not have what was asked for: it was started without it, or its store cannot do it.",
    "503": "The storage of the server is busy or cannot be reached; the same request may work later.",
}


class Error(Message):
    """What is sent in place of a reply when something is wrong."""

    error_code: str
    message: str


def document(prefix: str = "") -> dict[str, Any]:
    """Return the OpenAPI document of the protocol.

    Args:
        prefix: What every path of the server begins with.
    """
    routes = (*ROUTES, *artifacts.TAILED)
    kinds: list[type[Message]] = [
        Error,
        artifacts.PartsReply,
        *dict.fromkeys(kind for route in routes for kind in (route.request, route.reply)),
    ]
    found, schemas = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    references = dict(zip(kinds, found, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = _TAIL.sub(r"{\1}", route.full_path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, references, schemas)
    for path, operations in file_operations().items():
        paths.setdefault(path, {}).update(operations)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "runyard",
            "version": _version(),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": prefix or "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(_tag(route) for route in routes)],
        "security": [{}, {"basic": []}, {"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {
                status: {"description": about, "content": _json(references[Error])} for status, about in _ERRORS.items()
            },
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(
    route: AnyRoute, references: Mapping[type[Message], Schema], schemas: Mapping[str, Schema]
) -> dict[str, Any]:
    reference = references[route.request]
    request = schemas[reference["$ref"].rpartition("/")[2]]
    properties, required = request["properties"], request["required"]
    in_path = _VARIABLE.findall(route.path)
    operation: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", f"{route.method.lower()} {route.version} {route.path[1:]}").rstrip("_"),
        "summary": route.summary,
        "tags": [_tag(route)],
        "x-runyard-permission": str(route.permission),
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
            for name in in_path
        ],
    }
    rest = {name: schema for name, schema in properties.items() if name not in in_path}
    if route.method == "GET":
        operation["parameters"] += [
            {"name": name, "in": "query", "required": name in required, "schema": _in_query(schema)}
            for name, schema in rest.items()
        ]
    else:
        needed = [name for name in required if name in rest]
        body: Schema = {**request, "properties": rest, "required": needed} if in_path else reference
        operation["requestBody"] = {"required": bool(needed), "content": _json(body)}
    about = (inspect.getdoc(route.reply) or "").partition("\n")[0]
    return {
        **operation,
        "responses": {
            "200": {"description": about, "content": _json(references[route.reply])},
            **{
                status: {"$ref": f"#/components/responses/{status}"} for status in _ERRORS if _may_answer(route, status)
            },
        },
    }


def _may_answer(route: AnyRoute, status: str) -> bool:
    if status in ("401", "403"):
        return route.permission != PUBLIC
    return route.method != "GET" or status not in ("408", "413")


def _in_query(schema: Schema) -> Schema:
    """Return what a field is in a query string, where nothing can be null."""
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    if not options:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf" and (key, value) != ("default", None)}
    return {**rest, **(options[0] if len(options) == 1 else {"anyOf": options})}


def _json(schema: Schema) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _tag(route: AnyRoute) -> str:
    return route.permission.resource.value.replace("_", " ")


def _version() -> str:
    from importlib.metadata import version

    return version("runyard-server")


async def _send_document(scope: Scope, _receive: Receive, send: Send) -> None:
    prefix = scope["path"].removesuffix(PATH)
    await reply(send, msgspec.json.encode(document(prefix=prefix)))


OPENAPI = ExtraRoute(method="GET", path=PATH, endpoint=_send_document, permission=PUBLIC)
"""Everybody may read it: it says nothing about what is on the server."""


if __name__ == "__main__":
    import sys

    sys.stdout.write(msgspec.json.format(msgspec.json.encode(document())).decode() + "\n")
