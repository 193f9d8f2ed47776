"""Which locations of artifacts a client may name: none on the machine of the server, and no host of its choice."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from runyard import config
from runyard.errors import InvalidInput, PermissionDenied
from runyard.uris import PROXY_SCHEMES, ArtifactPath, ArtifactURI

if TYPE_CHECKING:
    from runyard.rest.extension import ServerContext

__all__ = ["OWN_SCHEMES", "check_artifact_location", "check_host", "check_opened", "is_within"]

OWN_SCHEMES = ("file", *PROXY_SCHEMES)
"""The schemes of what only the server itself can tell: its files, and what goes through it."""

HOST_SCHEMES = frozenset(
    {"http", "https", "ftp", "sftp", "hdfs", "viewfs", "abfs", "abfss", "r2", "b2", "smb", "ssh", "scp", *PROXY_SCHEMES}
)
"""The schemes whose addresses name the host that is connected to, and not just a bucket of a known service."""


def check_artifact_location(text: str, context: ServerContext) -> str:
    """Return a location that a client has chosen for the artifacts of an experiment.

    Args:
        text: The location.
        context: What the server works on.

    Raises:
        InvalidInput: It is a path of the server, names a host that the operator did not allow, or is no location.
    """
    location = ArtifactURI.parse(text)
    if location.scheme == "file":
        raise InvalidInput(
            f"A client cannot choose the folder {text!r} of the server for its artifacts; leave the location out, or "
            "name an address that both can reach, such as s3://bucket/path."
        )
    check_host(location, context)
    return text


def check_host(location: ArtifactURI, context: ServerContext) -> None:
    """Refuse a location for which the server would connect to a host that a client has chosen.

    The hosts of the operator's own locations are known, and the setting ``ALLOWED_HOST_ADDRESSED_ARTIFACT_SCHEMES``
    names schemes in which every host may be.

    Raises:
        InvalidInput: The scheme is that of such locations, and neither holds.
    """
    if not location.authority or location.scheme not in HOST_SCHEMES:
        return
    setting = config.ALLOWED_HOST_ADDRESSED_ARTIFACT_SCHEMES
    if location.scheme in (scheme.lower() for scheme in setting.get()):
        return
    if any((root.scheme, root.authority) == (location.scheme, location.authority) for root in _roots(context)):
        return
    raise InvalidInput(
        f"{str(location)!r} names a host that the server would connect to; that may be done for the hosts of its own "
        f"artifact locations only. The operator can allow the scheme: {setting.variables[0]}={location.scheme}"
    )


def check_opened(location: ArtifactURI, context: ServerContext) -> None:
    """Refuse to open a location that a client may have chosen with the rights of the server.

    Files of the server are no such location, as no client can choose them. Of all else, the server opens what is below
    the operator's own locations, and below those that the setting ``SERVER_ARTIFACT_ROOTS`` names.

    Raises:
        PermissionDenied: The location is none of those.
    """
    if location.scheme == "file" or any(is_within(location, root) for root in _roots(context)):
        return
    setting = config.SERVER_ARTIFACT_ROOTS
    if any(text == "*" or is_within(location, ArtifactURI.parse(text)) for text in setting.get()):
        return
    raise PermissionDenied(
        f"This server does not open {str(location)!r}, as it is not among its own artifact locations. Reach the files "
        f"directly; or the operator can let the server do it: {setting.variables[0]}={location.scheme}://"
        f"{location.authority}"
    )


def _roots(context: ServerContext) -> list[ArtifactURI]:
    """Return the locations that the operator has chosen."""
    roots = [] if context.artifacts is None else [context.artifacts.root]
    if context.store is not None and context.store.artifact_root is not None:
        roots.append(ArtifactURI.parse(context.store.artifact_root))
    return roots


def is_within(location: ArtifactURI, root: ArtifactURI) -> bool:
    """Say whether a location is a root or below it, symbolic links followed.

    Raises:
        InvalidInput: What is below the root is no artifact path, or a link leads out of the root.
    """
    if (location.scheme, location.authority) != (root.scheme, root.authority):
        return False
    path, base = (
        (uri.path.replace(os.sep, "/") if uri.scheme == "file" else uri.path).rstrip("/") for uri in (location, root)
    )
    if path != base and not path.startswith(f"{base}/"):
        return False
    below = ArtifactPath(path[len(base) + 1 :])
    if root.scheme == "file":
        below.below(root.path)
    return True
