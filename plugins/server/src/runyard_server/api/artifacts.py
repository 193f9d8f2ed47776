"""What the routes on artifacts do, those whose bodies are JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.errors import InvalidInput
from runyard.rest import artifacts as wire
from runyard.rest.message import Empty
from runyard.uris import ArtifactPath
from runyard_server.api.handlers import Handlers
from runyard_server.artifacts.places import artifact_path, file_path, in_logged_model, in_run, in_version, is_proxied
from runyard_server.artifacts.signing import can_sign, signed_download, signed_upload
from runyard_server.artifacts.staging import is_shared

if TYPE_CHECKING:
    from runyard.artifacts.locations import Location
    from runyard_server.services import Services

HANDLERS = Handlers()


@HANDLERS.serves(wire.LIST)
def list_files(services: Services, request: wire.ListFiles) -> wire.ListFilesReply:
    files = []
    for info in services.artifacts.list(artifact_path(request.path.rstrip("/"))):
        file = wire.FileMessage.of(info)
        file.path = info.path.rpartition("/")[2]
        files.append(file)
    return wire.ListFilesReply(files=files)


@HANDLERS.serves(wire.LIST_OF_RUN)
def list_of_run(services: Services, request: wire.ListRunFiles) -> wire.ListOwnedReply:
    place = in_run(services, request.run(), artifact_path(request.path.rstrip("/")))
    return _listed(place, services.store.get_run(request.run()).info.artifact_uri)


@HANDLERS.serves(wire.LIST_OF_MODEL)
def list_of_model(services: Services, request: wire.ListModelFiles) -> wire.ListOwnedReply:
    place = in_logged_model(services, request.model_id, artifact_path(request.artifact_directory_path.rstrip("/")))
    return _listed(place, services.store.get_logged_model(request.model_id).artifact_location)


@HANDLERS.serves(wire.LIST_OF_VERSION)
def list_of_version(services: Services, request: wire.ListVersionFiles) -> wire.ListOwnedReply:
    place = in_version(services, request.name, request.version, artifact_path(request.path.rstrip("/")))
    return _listed(place, services.registry.get_model_version(request.name, request.version).source)


def _listed(place: Location, root: str) -> wire.ListOwnedReply:
    return wire.ListOwnedReply(root_uri=root, files=[wire.FileMessage.of(info) for info in place.list()])


@HANDLERS.serves(wire.PRESIGN_UPLOAD)
def presign_upload(services: Services, request: wire.PresignUpload) -> wire.PresignReply:
    if bool(request.run_id) == bool(request.model_id):
        raise InvalidInput("Give a run_id or a model_id: exactly one of them.")
    path = file_path(request.path)
    if request.run_id:
        root = in_run(services, request.run_id, ArtifactPath())
        uri = services.store.get_run(request.run_id).info.artifact_uri
    else:
        root = in_logged_model(services, request.model_id, ArtifactPath())
        uri = services.store.get_logged_model(request.model_id).artifact_location
    place = root._replace(path=root.path / path)
    _check_direct(place, uri)
    return signed_upload(place, request.expiration)


@HANDLERS.serves(wire.PRESIGN_DOWNLOAD)
def presign_download(services: Services, request: wire.PresignDownload) -> wire.PresignReply:
    place = in_run(services, request.run_id, file_path(request.path))
    _check_direct(place, services.store.get_run(request.run_id).info.artifact_uri)
    return signed_download(place, request.expiration)


def _check_direct(place: Location, uri: str) -> None:
    """Refuse to sign for what goes through the server, where what is behind it cannot sign."""
    if is_proxied(uri) and not can_sign(place.repository):
        raise InvalidInput(f"The artifacts at {uri!r} go through this server; there are no signed addresses of them.")


@HANDLERS.serves(wire.SERVER_INFO)
def server_info(services: Services, _request: Empty) -> wire.ServerInfo:
    store, artifacts = services.context.store, services.context.artifacts
    signs = artifacts is not None and can_sign(artifacts)
    takes_parts = artifacts is not None and is_shared(artifacts)
    return wire.ServerInfo(
        store_type=None if store is None else "FileStore" if store.uri.scheme == "file" else "SqlStore",
        multipart_uploads_enabled=takes_parts,
        multipart_downloads_enabled=signs,
        digests_verified=artifacts is not None,
        uploads_resumable=takes_parts,
        uploads_signed=signs,
    )
