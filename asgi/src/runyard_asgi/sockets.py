"""The socket that the server listens on."""

from __future__ import annotations

import errno
import os
import socket
import sys
from contextlib import suppress

from runyard.errors import InvalidInput, PermissionDenied, Unavailable

__all__ = ["address_of", "allow_many", "bind", "is_loopback"]

_MOST_FILES = 65_536


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that has an address, and does not listen yet.

    Its protocol is named: event loops switch off Nagle's algorithm (`TCP_NODELAY`) only on sockets that say that they
    are of TCP, and accepted connections inherit what the socket says. Without that, each reply of two parts waits some
    40 ms for the acknowledgement of the first.

    Raises:
        InvalidInput: There is no such host, or it is not of this machine.
        PermissionDenied: The port is one of those that need privileges.
        Unavailable: Somebody else listens there.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise InvalidInput(f"--host {host!r} is not a name or an address of this machine: {error}.") from None
    family, kind, protocol, _, address = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if host == "::" else 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise _explain(error, host, port) from None
    return listener


def _explain(error: OSError, host: str, port: int) -> Exception:
    if error.errno == errno.EADDRINUSE:
        return Unavailable(
            f"Port {port} of {host} is taken: another program listens there. End that, or choose another port with "
            "--port; 0 takes any that is free."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return PermissionDenied(
            f"Port {port} of {host} may not be used: ports below 1024 need privileges. Choose another one with --port."
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return InvalidInput(
            f"--host {host!r} is not an address of this machine. Use one that is, or 0.0.0.0 for all of them."
        )
    return Unavailable(f"Nobody can listen on port {port} of {host}: {os.strerror(error.errno or 0)}.")


def allow_many() -> None:
    """Let this process have as many connections and files open as it may."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # some systems promise more than they keep
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def address_of(listener: socket.socket, scheme: str, prefix: str = "") -> str:
    """Return the address by which a program on this machine reaches the server."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not bound here
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}:{port}{prefix}"


def is_loopback(listener: socket.socket) -> bool:
    """Say whether only programs on this machine can connect."""
    host = str(listener.getsockname()[0])
    return host == "::1" or host.startswith("127.")
