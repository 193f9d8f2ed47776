"""The routes whose bodies are files, in the terms of OpenAPI: there are no messages that this could be made from."""

from __future__ import annotations

from typing import Any

from runyard.rest import artifacts as wire
from runyard.rest.access import PUBLIC, Permission

__all__ = ["file_operations"]

Operation = dict[str, Any]

_BYTES = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
_TOKEN = {"name": "X-Runyard-Upload-Token", "in": "header", "required": True, "schema": {"type": "string"}}
_DIGEST = {
    "name": "Content-Digest",
    "in": "header",
    "description": "The SHA-256 of the body as in RFC 9530; what differs is not stored.",
    "schema": {"type": "string"},
}
_RANGE = {"name": "Range", "in": "header", "schema": {"type": "string"}}
_RUN = ("run_id", "run_uuid")
_SANDBOXED = {
    "name": "sandboxed",
    "in": "query",
    "description": "Send a file of HTML as a document for a frame, in which nothing is run or loaded.",
    "schema": {"type": "boolean"},
}


def file_operations() -> dict[str, dict[str, Operation]]:
    """Return the operations by path and method."""
    file = "/api/2.0/mlflow-artifacts/artifacts/{path}"
    parts = "/api/2.0/mlflow-artifacts/mpu/parts/{upload_id}"
    files_of_model = "/api/2.0/mlflow/logged-models/{model_id}/artifacts/files"
    return {
        file: {
            "get": _download("download_artifact", "Fetch a file.", [_in_path("path")]),
            "put": _store("upload_artifact", "Store a file.", wire.WRITE, [_in_path("path")]),
            "delete": _operation(
                "delete_artifact", "Delete a file or a folder.", wire.DELETE, [_in_path("path")], _done()
            ),
        },
        "/get-artifact": {
            "get": _download(
                "get_artifact_of_run",
                "Fetch a file of a run.",
                [*_in_query(_RUN), *_in_query(["path"], True), _SANDBOXED],
            )
        },
        "/model-versions/get-artifact": {
            "get": _download(
                "get_artifact_of_version",
                "Fetch a file of a model version.",
                [*_in_query(["name", "version", "path"], True), _SANDBOXED],
            )
        },
        files_of_model: {
            "get": _download(
                "get_artifact_of_model",
                "Fetch a file of a logged model.",
                [_in_path("model_id"), *_in_query(["artifact_file_path"], True), _SANDBOXED],
            )
        },
        "/api/2.0/mlflow/upload-artifact": {
            "post": _store(
                "upload_artifact_of_run",
                "Store a small file of a run, for pages.",
                wire.WRITE,
                [*_in_query(_RUN), *_in_query(["path"], True)],
            )
        },
        parts: {
            "get": _operation(
                "list_parts",
                "Say which parts of an upload are there.",
                PUBLIC,
                [_in_path("upload_id"), _TOKEN],
                _done({"$ref": "#/components/schemas/PartsReply"}),
            )
        },
        f"{parts}/{{number}}": {
            "put": _store(
                "upload_part",
                "Store a part of a file; whoever began the upload was told its token.",
                PUBLIC,
                [_in_path("upload_id"), _in_path("number"), _TOKEN],
            )
        },
    }


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _in_query(names: list[str] | tuple[str, ...], is_required: bool = False) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "required": is_required, "schema": {"type": "string"}} for name in names]


def _done(schema: dict[str, Any] | None = None) -> dict[str, Any]:
    shown = schema or {"$ref": "#/components/schemas/Empty"}
    return {"200": {"description": "It is done.", "content": {"application/json": {"schema": shown}}}}


def _download(name: str, summary: str, parameters: list[dict[str, Any]]) -> Operation:
    replies = {
        "200": {"description": "The file.", "content": _BYTES},
        "206": {"description": "The part of it that was asked for.", "content": _BYTES},
        "304": {"description": "It has not changed."},
        "412": {"description": "It has changed."},
        "416": {"description": "It has no such part."},
    }
    return _operation(name, summary, wire.READ, [*parameters, _RANGE], replies)


def _store(name: str, summary: str, permission: Permission, parameters: list[dict[str, Any]]) -> Operation:
    operation = _operation(name, summary, permission, [*parameters, _DIGEST], _done())
    return {**operation, "requestBody": {"required": True, "content": _BYTES}}


def _operation(
    name: str, summary: str, permission: Permission, parameters: list[dict[str, Any]], replies: dict[str, Any]
) -> Operation:
    errors = ("400", "401", "403", "404", "408", "413", "500", "501", "503")
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["artifact"],
        "x-runyard-permission": str(permission),
        "parameters": parameters,
        "responses": {**replies, **{status: {"$ref": f"#/components/responses/{status}"} for status in errors}},
    }
