"""URIs and artifact paths as types: parsed once here, and only the parsed value travels."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import msgspec

from runyard.errors import InvalidInput, StorageFailure

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PROXY_SCHEMES", "ArtifactPath", "ArtifactURI", "ModelURI", "RunURI", "StoreURI"]

PROXY_SCHEMES = ("mlflow-artifacts", "runyard-artifacts")
"""The schemes of artifacts that go through a tracking server: MLflow's name for it, and ours."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_UNRESERVED = re.compile(r"[A-Za-z0-9_.~/-]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_DRIVE = re.compile(r"[A-Za-z]:")
# What stands between the user and the last "@" before the host: a password may hold "/" and "@" where drivers allow it.
_PASSWORD = re.compile(r"(?<=://)([^/@:]*):(?!\d+(?:/|$))[^@]*(?:@[^/@?#]*(?=@))*@")
_SECRET = re.compile(r"([?&][^=&]*(?:password|passwd|pwd|secret|token)[^=&]*=)[^&#]*", re.IGNORECASE)


def without_secrets(address: str) -> str:
    """Return an address as it may be shown: passwords, and parameters that are named like secrets, are starred out."""
    return _SECRET.sub(r"\1***", _PASSWORD.sub(r"\1:***@", address))


def _decode(text: str) -> str:
    """Undo percent-encoding."""
    if "%" not in text:
        return text
    from urllib.parse import unquote  # late: nearly no address needs it, and it takes long to import

    return unquote(text)


def _encode(path: str) -> str:
    """Percent-encode what cannot stand in a URI."""
    if _UNRESERVED.fullmatch(path):
        return path
    from urllib.parse import quote

    return quote(path)


def _split_scheme(text: str) -> tuple[str, str]:
    """Return scheme (lower case, empty for a plain path) and rest; one letter and a colon is a drive, not a scheme."""
    match = _SCHEME.match(text)
    return (match.group(1).lower(), text[match.end() :]) if match else ("", text)


def _local_path(scheme: str, rest: str, text: str) -> str:
    """Return the absolute path that a plain path or a ``file:`` URI names."""
    if scheme == "file":
        if rest.startswith("//"):
            authority, slash, tail = rest[2:].partition("/")
            if authority not in ("", "localhost"):
                raise InvalidInput(
                    f"{text!r} names the host {authority!r}; a file URI has three slashes: 'file:///{authority}/...'."
                )
            rest = slash + tail
        rest = _decode(rest)
        if "\x00" in rest:
            raise InvalidInput(f"{text!r} holds a NUL character.")
        if os.name == "nt" and re.match(r"/[A-Za-z]:", rest):
            rest = rest[1:]
    try:
        return os.path.abspath(os.path.expanduser(rest) if rest.startswith("~") else rest)
    except FileNotFoundError:
        raise StorageFailure(
            f"The place of {text!r} cannot be told: the current folder was removed. Change to another one."
        ) from None


class ArtifactPath(str):
    """The place of a file or folder below an artifact root: relative, with ``/`` between its parts.

    The empty path is the root itself. Nothing is changed while parsing: a path is taken as it is or refused. Odd but
    harmless names (blanks, ``#``, ``?``, ``%``, ``+``, leading dots, any script) are taken.

    Raises:
        InvalidInput: The path is absolute, leaves its root, or has an empty part, a ``.`` part, a backslash, a control
            character or a drive letter, plainly or behind percent-encoding.
    """

    __slots__ = ()

    def __new__(cls, path: str | os.PathLike[str] = "") -> ArtifactPath:
        if isinstance(path, ArtifactPath):
            return path
        text = os.fspath(path)
        if not isinstance(text, str):
            raise InvalidInput(f"An artifact path is text, not {type(text).__name__}.")
        reason = _path_fault(text)
        if reason:
            raise InvalidInput(f"Invalid path: the artifact path {text!r} {reason}.")
        return super().__new__(cls, text)

    @property
    def parts(self) -> tuple[str, ...]:
        """Its parts; none for the root."""
        return tuple(self.split("/")) if self else ()

    @property
    def name(self) -> str:
        """Its last part; empty for the root."""
        return self.rpartition("/")[2]

    @property
    def parent(self) -> ArtifactPath:
        """The folder that it is in; the root for the root."""
        return str.__new__(ArtifactPath, self.rpartition("/")[0])

    def __truediv__(self, other: str) -> ArtifactPath:
        other = ArtifactPath(other)
        return str.__new__(ArtifactPath, f"{self}/{other}" if self and other else str(self) or str(other))

    def below(self, root: str | os.PathLike[str]) -> Path:
        """Return the local path below a folder, symbolic links followed.

        Raises:
            InvalidInput: A symbolic link leads out of the folder.
        """
        base = os.path.realpath(root)
        path = os.path.realpath(os.path.join(base, *self.parts))
        if path != base and not path.startswith(os.path.join(base, "")):
            raise InvalidInput(
                f"Invalid path: the artifact path {str(self)!r} leads out of {base!r} by a symbolic link."
            )
        from pathlib import Path

        return Path(path)


def _path_fault(text: str) -> str:
    """Say what is wrong with an artifact path; the empty text when nothing is."""
    if not text:
        return ""
    if _CONTROL.search(text):
        return "holds a control character"
    if not text.isascii() and _SURROGATE.search(text):
        return "is no valid Unicode text"
    if "\\" in text:
        return "holds a backslash"
    if text.startswith("/"):
        return "is absolute"
    parts = text.split("/")
    if "" in parts:
        return "has an empty part"
    if "." in parts or ".." in parts:
        return "has a part '.' or '..'"
    if _DRIVE.match(text):
        return "begins with a drive letter"
    decoded = text
    for _ in range(10):
        if "%" not in decoded:
            return ""
        once = _decode(decoded)
        if once == decoded:
            return ""
        decoded = once
        parts = decoded.replace("\\", "/").split("/")
        if ".." in parts or decoded[0] in "/\\" or _DRIVE.match(decoded) or "\x00" in decoded:
            return "hides a way out of its root behind percent-encoding"
    return "is percent-encoded more than ten times"


class StoreURI(msgspec.Struct, frozen=True):
    """The address of a tracking store or registry.

    Attributes:
        scheme: Lower case, without a driver (``postgresql`` for ``postgresql+psycopg:``); ``file`` for a plain path.
        text: The address as given; for local folders the absolute path.
    """

    scheme: str
    text: str

    @classmethod
    def parse(cls, uri: str | os.PathLike[str]) -> StoreURI:
        """Parse an address; a path (`pathlib.Path` or text without a scheme) is a local folder.

        Raises:
            InvalidInput: The text is empty, or holds control characters.
        """
        text = os.fspath(uri)
        if not text or _CONTROL.search(text):
            shown = without_secrets(text)
            raise InvalidInput(f"{shown!r} is not the address of a store: it is empty or holds control characters.")
        scheme, rest = _split_scheme(text)
        if scheme in ("", "file"):
            return cls("file", _local_path(scheme, rest, text))
        return cls(scheme.partition("+")[0], text)

    @property
    def absolute(self) -> str:
        """The address as a process in another folder has to be given it."""
        if self.scheme == "file":
            return f"file://{_encode(self.text)}"
        head, separator, path = self.text.partition(":///")
        if separator and self.scheme == "sqlite" and path and path[0] not in "/:":
            return f"{head}:///{os.path.abspath(path)}"
        return self.text

    def __str__(self) -> str:
        return without_secrets(self.text)

    def __repr__(self) -> str:
        return f"StoreURI({str(self)!r})"


class ArtifactURI(msgspec.Struct, frozen=True):
    """The address of a folder or file of artifacts.

    Attributes:
        scheme: Lower case; ``file`` for a plain path.
        authority: What stands between ``//`` and the next ``/``: a bucket, a host, or nothing.
        path: The rest; for local files the absolute, decoded path.
        server: The tracking server that named it, if one of `PROXY_SCHEMES` leads there and names no host.
    """

    scheme: str
    authority: str
    path: str
    server: StoreURI | None = None

    @classmethod
    def parse(cls, uri: str | os.PathLike[str]) -> ArtifactURI:
        """Parse an address.

        Raises:
            InvalidInput: It is empty, holds control characters, a fragment, a query, a password or ``..`` parts.
        """
        text = os.fspath(uri)
        shown = without_secrets(text)
        if not text or _CONTROL.search(text):
            raise InvalidInput(f"{shown!r} is not an artifact location: it is empty or holds control characters.")
        scheme, rest = _split_scheme(text)
        if scheme in ("", "file"):
            return cls("file", "", _local_path(scheme, rest, text))
        authority = ""
        if rest.startswith("//"):
            authority, slash, tail = rest[2:].partition("/")
            rest = slash + tail
        if ":" in authority.rpartition("@")[0]:
            raise InvalidInput(f"An artifact location of scheme {scheme!r} holds a password; use the store's settings.")
        if "#" in authority + rest or "?" in authority + rest:
            raise InvalidInput(f"{shown!r} is not an artifact location: it holds a fragment or a query.")
        if ".." in _decode(_decode(rest)).replace("\\", "/").split("/"):
            raise InvalidInput(f"{shown!r} is not an artifact location: it has a part '..'.")
        return cls(scheme, authority, rest)

    def __str__(self) -> str:
        if self.scheme == "file":
            return self.path
        return f"{self.scheme}:{'//' + self.authority if self.authority else ''}{self.path}"

    @property
    def file_uri(self) -> str:
        """The address with its scheme, also for local files."""
        return f"file://{_encode(self.path)}" if self.scheme == "file" else str(self)

    def __truediv__(self, path: str) -> ArtifactURI:
        below = ArtifactPath(path)
        if not below:
            return self
        if self.scheme == "file":
            return ArtifactURI(self.scheme, self.authority, os.path.join(self.path, *below.parts))
        return ArtifactURI(self.scheme, self.authority, f"{self.path.rstrip('/')}/{below}", self.server)

    def seen_from(self, store: StoreURI) -> ArtifactURI:
        """Return the address as one that a store has named: what goes through a server goes through that one."""
        if self.scheme in PROXY_SCHEMES and not self.authority and store.scheme in ("http", "https"):
            return msgspec.structs.replace(self, server=store)
        return self


class RunURI(msgspec.Struct, frozen=True):
    """``runs:/<run_id>/<path>``: an artifact of a run."""

    run_id: str
    path: ArtifactPath

    @classmethod
    def parse(cls, uri: str) -> RunURI:
        """Parse the address.

        Raises:
            InvalidInput: It is not of that form.
        """
        scheme, rest = _split_scheme(uri)
        run_id, _, path = rest.lstrip("/").partition("/")
        if scheme != "runs" or not run_id or rest.startswith("//"):
            raise InvalidInput(f"{uri!r} is not of the form 'runs:/<run id>/<path>'.")
        return cls(run_id, ArtifactPath(path.rstrip("/")))

    def __str__(self) -> str:
        return f"runs:/{self.run_id}/{self.path}"


class ModelURI(msgspec.Struct, frozen=True):
    """``models:/<name>/<version, stage or latest>``, ``models:/<name>@<alias>`` or ``models:/<model id>``.

    Exactly one of `version`, `stage`, `alias` and `model_id` is set; ``latest`` is the stage ``latest``.
    """

    name: str | None = None
    version: str | None = None
    stage: str | None = None
    alias: str | None = None
    model_id: str | None = None
    path: ArtifactPath = ArtifactPath()

    @classmethod
    def parse(cls, uri: str) -> ModelURI:
        """Parse the address.

        Raises:
            InvalidInput: It is not of one of those forms.
        """
        scheme, rest = _split_scheme(uri)
        parts = rest[1:].split("/") if scheme == "models" and rest.startswith("/") else []
        if parts and all(parts) and not _CONTROL.search(rest):
            head, *tail = parts
            name, at, alias = head.rpartition("@")
            if at and name and alias:
                return cls(name=name, alias=alias, path=ArtifactPath("/".join(tail)))
            if not tail:
                return cls(model_id=head)
            if head.startswith("m-") and len(head) == 34 and not (tail[0].isdigit() and len(tail) == 1):
                return cls(model_id=head, path=ArtifactPath("/".join(tail)))
            which, path = tail[0], ArtifactPath("/".join(tail[1:]))
            if which.isascii() and which.isdigit():
                return cls(name=head, version=str(int(which)), path=path)
            return cls(name=head, stage="latest" if which.lower() == "latest" else which, path=path)
        raise InvalidInput(
            f"{uri!r} is not of the form 'models:/<name>/<version or stage>', 'models:/<name>@<alias>' "
            "or 'models:/<model id>'."
        )

    def __str__(self) -> str:
        if self.model_id:
            base = f"models:/{self.model_id}"
        elif self.alias:
            base = f"models:/{self.name}@{self.alias}"
        else:
            base = f"models:/{self.name}/{self.version or self.stage}"
        return f"{base}/{self.path}" if self.path else base
