"""What is said about the bytes of artifacts."""

from __future__ import annotations

import binascii
import re
from functools import lru_cache
from urllib.parse import quote

from runyard.errors import InvalidInput

__all__ = ["content_digest", "content_type", "disposition", "write_digest"]

# What is text, whatever the machine's table of types says. None of it is ever markup that a browser would run.
_TEXT = re.compile(
    r"(?i:txt|log|err|cfg|conf|cnf|cf|ini|properties|prop|hocon|toml|ya?ml|xml|json|m?js|css|py3?|csv|tsv|md|rst|ipynb)"
    r"|MLmodel|MLproject|(?i:s?html?|xht(?:ml)?)"
)
_PLAIN = b"text/plain; charset=utf-8"
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([^:]*):\s*(?:$|[,;])", re.IGNORECASE)
_UNQUOTED = re.compile(r"[^ !#-\[\]-~]")


@lru_cache(1024)
def content_type(name: str) -> bytes:
    """Return the media type of a file, by its name."""
    if _TEXT.fullmatch(name.rpartition(".")[2]):
        return _PLAIN
    import mimetypes

    kind, encoding = mimetypes.guess_type(f"/{name}")
    if encoding == "gzip":
        return b"application/gzip"
    if kind is None or encoding is not None:
        return b"application/octet-stream"
    return _PLAIN if "html" in kind or kind.endswith(("javascript", "/xml")) else kind.encode("ascii", "replace")


def disposition(name: str) -> bytes:
    """Return a header that has a browser save a file under its name, not show it."""
    plain = _UNQUOTED.sub("_", name)
    header = f'attachment; filename="{plain}"'
    if plain != name:
        header += f"; filename*=UTF-8''{quote(name, safe='')}"
    return header.encode()


def content_digest(header: bytes) -> bytes | None:
    """Return the SHA-256 that a ``Content-Digest`` header gives; `None` where it gives none.

    Raises:
        InvalidInput: It is not 32 bytes in base64.
    """
    found = _DIGEST.search(header.decode("latin-1"))
    if found is None:
        return None
    try:
        digest = binascii.a2b_base64(found[1])
    except binascii.Error:
        digest = b""
    if len(digest) != 32:
        raise InvalidInput(f"The Content-Digest {found[1]!r} is no SHA-256: it has to be 32 bytes in base64.")
    return digest


def write_digest(digest: bytes) -> bytes:
    """Return the value of a ``Content-Digest`` or ``Repr-Digest`` header."""
    return b"sha-256=:" + binascii.b2a_base64(digest, newline=False) + b":"
