"""Which requests are let in at all, before anybody looks at what they want."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from runyard.errors import PermissionDenied
from runyard_asgi.hosts import Hosts, Origins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runyard.rest.extension import Scope
    from runyard_asgi.settings import Guarding

__all__ = ["Guard", "Verdict"]

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_TOKENS = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~, -]*")
_EXPOSED = b"Accept-Ranges, Content-Range, ETag, X-Request-ID"
_PREFLIGHT_SECONDS = b"600"


class Verdict(msgspec.Struct, frozen=True):
    """What becomes of a request.

    Attributes:
        refusal: Why it is not let in; `None` if it is.
        headers: What its reply gets.
        is_answered: Whether those headers are all of the reply.
    """

    refusal: PermissionDenied | None = None
    headers: Sequence[tuple[bytes, bytes]] = ()
    is_answered: bool = False


class Guard:
    """Refuses what pages of strangers make browsers send.

    Args:
        guarding: Which hosts and origins are let in.
        bound: What the server listens on, as it was given.
        open_paths: The paths that answer whatever the host is called: load balancers ask for them by an address.
        program_paths: The paths that answer programs whatever the host is called. A page that a browser shows is told
            from a program by its header ``Origin``, which browsers send with everything but GET and HEAD.
    """

    def __init__(
        self, guarding: Guarding, bound: str = "", open_paths: Sequence[str] = (), program_paths: Sequence[str] = ()
    ) -> None:
        self._hosts = Hosts(guarding.hosts, bound)
        self._origins = Origins(guarding.origins)
        self._open_paths = frozenset(open_paths)
        self._program_paths = frozenset(program_paths)
        self._welcome = Verdict()

    def judge(self, scope: Scope, host: bytes, origin: bytes) -> Verdict:
        """Return what becomes of a request.

        Args:
            scope: The request.
            host: Its header ``Host``.
            origin: Its header ``Origin``; empty if it has none, as requests of programs.
        """
        if host not in self._hosts and not self._is_open(scope["path"], origin):
            shown = host.decode("latin-1")[:200]
            return Verdict(
                PermissionDenied(
                    f"This server does not answer to the name {shown!r}: a page of a stranger could reach it by one. "
                    "Whoever runs it lets the name in with --allowed-hosts (RUNYARD_SERVER_ALLOWED_HOSTS)."
                )
            )
        if not origin or _is_same(origin, host):
            return self._welcome
        return self._judge_origin(scope, origin)

    def _is_open(self, path: str, origin: bytes) -> bool:
        return path in self._open_paths or (not origin and path in self._program_paths)

    def _judge_origin(self, scope: Scope, origin: bytes) -> Verdict:
        method: str = scope["method"]
        is_preflight = method == "OPTIONS" and any(
            name == b"access-control-request-method" for name, _ in scope["headers"]
        )
        if origin not in self._origins:
            if method in _CHANGING or is_preflight:
                shown = origin.decode("latin-1")[:200]
                return Verdict(
                    PermissionDenied(
                        f"Pages of {shown!r} may not use this server. Whoever runs it lets them with "
                        "--cors-allowed-origins (RUNYARD_SERVER_CORS_ALLOWED_ORIGINS)."
                    )
                )
            return Verdict(headers=((b"vary", b"Origin"),))
        headers = [(b"access-control-allow-origin", origin), (b"vary", b"Origin")]
        if self._origins.is_named(origin):
            headers.append((b"access-control-allow-credentials", b"true"))
        if not is_preflight:
            return Verdict(headers=(*headers, (b"access-control-expose-headers", _EXPOSED)))
        headers.append((b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE"))
        headers.append((b"access-control-max-age", _PREFLIGHT_SECONDS))
        for name, value in scope["headers"]:
            if name == b"access-control-request-headers" and _TOKENS.fullmatch(value):
                headers.append((b"access-control-allow-headers", value))
        return Verdict(headers=headers, is_answered=True)


def _is_same(origin: bytes, host: bytes) -> bool:
    """Say whether a page is of this server. The scheme does not count: what encrypts for the server may hide it."""
    return origin.partition(b"://")[2].lower() == host.lower()
