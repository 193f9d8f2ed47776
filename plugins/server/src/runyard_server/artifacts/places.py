"""Where the artifacts are that a request is about.

What an address of a proxy scheme means is below the server's own destination, whatever host it names: a server never
asks itself, or another server that a client chose, over HTTP.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.artifacts.locations import Location, locate_in_model, locate_in_run
from runyard.artifacts.repositories import open_repository
from runyard.entities import limits
from runyard.errors import InvalidInput, NotFound
from runyard.uris import PROXY_SCHEMES, ArtifactPath, ArtifactURI, ModelURI
from runyard_server.locations import check_opened
from runyard_server.sources import PROMPT_SOURCES

if TYPE_CHECKING:
    from runyard.artifacts.repository import ArtifactRepository
    from runyard_server.services import Services

__all__ = ["artifact_path", "file_path", "in_logged_model", "in_run", "in_version", "is_proxied"]


def artifact_path(text: str) -> ArtifactPath:
    """Return a path that came percent-decoded, once, by the web server.

    Raises:
        InvalidInput: It is no artifact path, or was no UTF-8: the web server leaves a sign for what it cannot decode.
    """
    if "\ufffd" in text:
        raise InvalidInput(f"Invalid path: the artifact path {text!r} is no UTF-8 text, or holds the sign for that.")
    return ArtifactPath(text)


def file_path(text: str) -> ArtifactPath:
    """Return the path of a file as `artifact_path` does.

    Raises:
        InvalidInput: The path is empty, besides: that is the root.
    """
    path = artifact_path(text)
    if not path:
        raise InvalidInput("Invalid path: name a file or a folder; the path of the artifact is empty.")
    return path


def is_proxied(uri: str) -> bool:
    """Say whether artifacts go through a server."""
    return ArtifactURI.parse(uri).scheme in PROXY_SCHEMES


def in_run(services: Services, run_id: str, path: ArtifactPath) -> Location:
    """Return where an artifact of a run, or of a model that it made, is.

    Raises:
        NotFound: There is no such run.
    """
    limits.check_run_id(run_id)
    return locate_in_run(run_id, path, store=services.store, opener=_Opener(services))


def in_logged_model(services: Services, model_id: str, path: ArtifactPath) -> Location:
    """Return where an artifact of a logged model is.

    Raises:
        NotFound: There is no such logged model.
    """
    model = ModelURI(model_id=model_id, path=path)
    return locate_in_model(model, store=services.store, opener=_Opener(services))


def in_version(services: Services, name: str, version: str, path: ArtifactPath) -> Location:
    """Return where an artifact of a model version is.

    Raises:
        NotFound: There is no such version.
    """
    limits.check_version(version)
    model = ModelURI(name=name, version=version, path=path)
    return locate_in_model(model, store=services.store, registry=services.registry, opener=_Opener(services))


class _Opener:
    """Opens addresses as a server sees them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def __call__(self, uri: str) -> tuple[ArtifactRepository, ArtifactPath]:
        parsed = ArtifactURI.parse(uri)
        if parsed.scheme in PROXY_SCHEMES:
            return self._services.artifacts, ArtifactPath(parsed.path.strip("/"))
        if uri in PROMPT_SOURCES:
            raise NotFound("A prompt has no files.")
        check_opened(parsed, self._services.context)
        return open_repository(parsed), ArtifactPath()
