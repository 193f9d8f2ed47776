"""Requests that carry their own permission: clients are sent straight to the store, where it can sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.errors import InvalidInput, NotFound, NotSupported
from runyard.rest import artifacts as wire
from runyard.uris import ArtifactPath
from runyard_server.artifacts.places import file_path

if TYPE_CHECKING:
    from runyard.artifacts.locations import Location
    from runyard.artifacts.repository import ArtifactRepository, SignedRequest
    from runyard_server.services import Services

__all__ = ["can_sign", "sign_download", "sign_upload", "signed_download", "signed_upload"]

SECONDS = 900
"""How long a request is good for that a client did not name a time for."""


def can_sign(repository: ArtifactRepository) -> bool:
    """Say whether a repository makes such requests."""
    return repository.sign_download(ArtifactPath("any"), 1) is not None


def sign_download(services: Services, request: wire.FilePath) -> wire.SignedReply:
    """Return a request that fetches a file from behind the server."""
    path = file_path(request.path)
    repository = services.artifacts
    signed = _signed(repository.sign_download(path, SECONDS), repository)
    return wire.SignedReply.of(signed, _size(repository, path))


def sign_upload(services: Services, request: wire.FilePath) -> wire.SignedReply:
    """Return a request that stores a file behind the server."""
    repository = services.artifacts
    return wire.SignedReply.of(_signed(repository.sign_upload(file_path(request.path), SECONDS), repository))


def signed_download(place: Location, seconds: int) -> wire.PresignReply:
    """Return a request that fetches a file.

    Raises:
        InvalidInput: It cannot be good for so long.
        NotFound: There is no such file.
        NotSupported: The store does not sign.
    """
    signed = _signed(place.repository.sign_download(place.path, _seconds(seconds)), place.repository)
    size = _size(place.repository, place.path)
    return wire.PresignReply(presigned_url=signed.url, headers=dict(signed.headers), file_size=size)


def signed_upload(place: Location, seconds: int) -> wire.PresignReply:
    """Return a request that stores a file; errors are those of `signed_download`, but that it need not be there."""
    signed = _signed(place.repository.sign_upload(place.path, _seconds(seconds)), place.repository)
    return wire.PresignReply(presigned_url=signed.url, headers=dict(signed.headers))


def _seconds(seconds: int) -> int:
    if not 1 <= seconds <= wire.MOST_SECONDS:
        raise InvalidInput(f"Invalid value {seconds} for expiration: it must be from 1 to {wire.MOST_SECONDS} seconds.")
    return seconds


def _signed(request: SignedRequest | None, repository: ArtifactRepository) -> SignedRequest:
    if request is None:
        scheme = repository.root.scheme
        raise NotSupported(f"Artifacts in a store of the kind {scheme!r} have no signed addresses; use the server's.")
    return request


def _size(repository: ArtifactRepository, path: ArtifactPath) -> int:
    info = repository.info(path)
    if info is None or info.is_dir:
        raise NotFound(f"There is no artifact {str(path)!r}.")
    return info.file_size or 0
