"""The routes of artifacts whose paths end with the path of a file, or whose bodies are files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runyard.rest import artifacts as wire
from runyard.rest.access import PUBLIC
from runyard.rest.extension import ExtraRoute
from runyard.rest.route import PREFIXES, AnyRoute
from runyard_server.artifacts import multipart, signing
from runyard_server.artifacts.endpoints import (
    Delete,
    Download,
    FileEndpoint,
    FileOf,
    Upload,
    UploadToRun,
    file_of_model,
    file_of_run,
    file_of_version,
)
from runyard_server.endpoint import CallEndpoint

if TYPE_CHECKING:
    from runyard.rest.extension import ASGIApp
    from runyard_server.runtime import Runtime

__all__ = ["artifact_routes"]

_FILE = "/2.0/mlflow-artifacts/artifacts/{path:path}"
_PARTS = "/2.0/mlflow-artifacts/mpu/parts/{upload_id}"


def artifact_routes(runtime: Runtime) -> Iterator[ExtraRoute]:
    """Yield the routes; their endpoints ask themselves whether whoever sends a request may."""
    calls = (
        CallEndpoint(wire.COMPLETE_UPLOAD, runtime, multipart.complete),
        CallEndpoint(wire.ABORT_UPLOAD, runtime, multipart.abort),
        CallEndpoint(wire.SIGN_DOWNLOAD, runtime, signing.sign_download),
        CallEndpoint(wire.SIGN_UPLOAD, runtime, signing.sign_upload),
    )
    run_file = FileOf(runtime, wire.READ, wire.GetRunFile, file_of_run)
    version_file = FileOf(runtime, wire.READ, wire.GetVersionFile, file_of_version)
    model_file = FileOf(runtime, wire.READ, wire.GetModelFile, file_of_model)
    yield _route("GET", "/get-artifact", run_file)
    yield _route("GET", "/model-versions/get-artifact", version_file)
    for prefix in PREFIXES:
        yield _route("GET", prefix + _FILE, Download(runtime, wire.READ))
        yield _route("PUT", prefix + _FILE, Upload(runtime, wire.WRITE))
        yield _route("DELETE", prefix + _FILE, Delete(runtime, wire.DELETE))
        yield _route("POST", f"{prefix}/2.0/mlflow/upload-artifact", UploadToRun(runtime, wire.WRITE))
        yield _route("GET", f"{prefix}/2.0/mlflow/logged-models/{{model_id}}/artifacts/files", model_file)
        # The token of the upload is what lets them pass.
        yield _route("GET", prefix + _PARTS, multipart.Parts(runtime, PUBLIC))
        yield _route("PUT", f"{prefix}{_PARTS}/{{number}}", multipart.SendPart(runtime, PUBLIC))
        yield _below(prefix, wire.CREATE_UPLOAD, multipart.beginning(runtime))
        for call in calls:
            yield _below(prefix, call.route, call)


def _below(prefix: str, route: AnyRoute, endpoint: ASGIApp) -> ExtraRoute:
    path = f"{prefix}/{route.version}{route.path}"
    return ExtraRoute(method=route.method, path=path, endpoint=endpoint, permission=route.permission)


def _route(method: str, path: str, endpoint: FileEndpoint) -> ExtraRoute:
    return ExtraRoute(method=method, path=path, endpoint=endpoint, permission=endpoint.permission)
