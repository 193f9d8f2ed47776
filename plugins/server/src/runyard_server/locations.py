"""Which locations of artifacts a client may name: none on the machine of the server."""

from __future__ import annotations

from runyard.errors import InvalidInput
from runyard.uris import ArtifactURI

__all__ = ["check_artifact_location"]


def check_artifact_location(text: str) -> str:
    """Return a location that a client has chosen.

    Raises:
        InvalidInput: It is a path of the server, or no location at all.
    """
    if ArtifactURI.parse(text).scheme == "file":
        raise InvalidInput(
            f"A client cannot choose the folder {text!r} of the server for its artifacts; leave the location out, or "
            "name an address that both can reach, such as s3://bucket/path."
        )
    return text
