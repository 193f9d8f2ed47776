"""Serves the page."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from runyard.errors import NotFound, PluginFailed
from runyard.rest.access import Action, Permission, Resource
from runyard.rest.extension import ExtraRoute, ServerContext, ServerExtension
from runyard_asgi.http import header, reply

if TYPE_CHECKING:
    from runyard.rest.extension import Receive, Scope, Send

__all__ = ["PageExtension"]

STATIC = Path(__file__).parent / "static"
READ = Permission(Resource.SERVER, Action.READ)

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        # What an artifact shows, in a frame that may do nothing
        "frame-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""What the page may load (https://www.w3.org/TR/CSP3/); in whose frames it may be is an option of the server."""

_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml", ".wasm": "application/wasm"}
_GZIP = re.compile(rb"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")
_PLAIN = ((b"x-content-type-options", b"nosniff"),)


class _File(NamedTuple):
    """A file of the page.

    Attributes:
        content: Its bytes.
        packed: The same, packed with gzip; nothing where that is no shorter.
        headers: What a browser is told of it.
    """

    content: bytes
    packed: bytes
    headers: tuple[tuple[bytes, bytes], ...]

    @classmethod
    def read(cls, path: Path, caching: bytes, *more: tuple[bytes, bytes]) -> _File:
        """Return a file, and its packed form if the build made one."""
        packed = path.with_name(f"{path.name}.gz")
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        kind += "; charset=utf-8" if kind.startswith("text/") else ""
        headers = ((b"content-type", kind.encode()), (b"cache-control", caching), (b"vary", b"accept-encoding"))
        return cls(path.read_bytes(), packed.read_bytes() if packed.is_file() else b"", (*headers, *_PLAIN, *more))

    async def send(self, scope: Scope, send: Send) -> None:
        """Answer a request with it."""
        if self.packed and _GZIP.search(header(scope, b"accept-encoding")):
            await reply(send, self.packed, headers=(*self.headers, (b"content-encoding", b"gzip")))
        else:
            await reply(send, self.content, headers=self.headers)


class PageExtension(ServerExtension):
    """Serves the page at ``/``, its files below ``/static``, and the licences of what is in them.

    Args:
        folder: What the build made.

    Raises:
        PluginFailed: The page has not been built.
    """

    def __init__(self, folder: Path = STATIC) -> None:
        page = folder / "index.html"
        if not page.is_file():
            raise PluginFailed(
                f"The page is missing: there is no {page}. In a clone, build it: pip install -e plugins/ui. "
                "Else install it again: pip install --force-reinstall runyard-ui.",
                command="pip install --force-reinstall runyard-ui",
            )
        self._page = _File.read(page, b"no-cache", (b"content-security-policy", POLICY.encode()))
        # The names of these change with what is in them.
        self._files = {
            path.relative_to(folder).as_posix(): _File.read(path, b"public, max-age=31536000, immutable")
            for path in sorted((folder / "static").rglob("*"))
            if path.is_file() and path.suffix != ".gz"
        }
        licenses = folder / "licenses.txt"
        if licenses.is_file():
            self._files[licenses.name] = _File.read(licenses, b"no-cache")

    def routes(self, context: ServerContext) -> Iterable[ExtraRoute]:
        """Return where the page is; a server of artifacts only has nothing to show."""
        if context.store is None:
            return
        yield ExtraRoute(method="GET", path="/", endpoint=self._send_page, permission=READ)
        if context.prefix:
            yield ExtraRoute(method="GET", path="", endpoint=_add_slash, permission=READ)
        yield ExtraRoute(method="GET", path="/static/{path:path}", endpoint=self._send_static, permission=READ)
        yield ExtraRoute(method="GET", path="/licenses.txt", endpoint=self._send_licenses, permission=READ)

    async def _send_page(self, scope: Scope, _receive: Receive, send: Send) -> None:
        await self._page.send(scope, send)

    async def _send_static(self, scope: Scope, _receive: Receive, send: Send) -> None:
        await self._send(f"static/{scope['path_params']['path']}", scope, send)

    async def _send_licenses(self, scope: Scope, _receive: Receive, send: Send) -> None:
        await self._send("licenses.txt", scope, send)

    async def _send(self, name: str, scope: Scope, send: Send) -> None:
        file = self._files.get(name)
        if file is None:
            raise NotFound(f"The page has no file {name!r}; load the page again.", "ENDPOINT_NOT_FOUND")
        await file.send(scope, send)


async def _add_slash(scope: Scope, _receive: Receive, send: Send) -> None:
    """Send a browser to where the page's files are beside it."""
    await reply(send, b"", 308, ((b"location", scope["path"].rpartition("/")[2].encode() + b"/"),))
