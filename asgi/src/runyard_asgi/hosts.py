"""By which names browsers may call the server, and which other pages may use it."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from ipaddress import IPv4Network, ip_address

__all__ = ["Hosts", "Origins"]

_MOST_KNOWN = 1024
_PORT = re.compile(r":\d{1,5}$")
_ORIGIN = re.compile(r"https?://([^/?#@\s]+)")
# Of providers and overlay networks, between customers: not of the internet, though Python does not count it as private
_SHARED = IPv4Network("100.64.0.0/10")


class Hosts:
    """The names in ``Host`` headers that are answered.

    A page of an attacker can let its own name point to this server and then read from it in the visitor's browser (DNS
    rebinding). It cannot do so with an address, nor with a name that is not its own; so those are let in by default:
    ``localhost``, private addresses and the name of this machine.

    Args:
        patterns: Further names, with ``*`` for any characters; one without a port stands for every port.
        bound: What the server listens on, as it was given.
    """

    def __init__(self, patterns: Iterable[str] = (), bound: str = "") -> None:
        further = [*patterns, bound, socket.gethostname()]
        self._patterns = [_pattern(text) for text in further if text]
        self._known: dict[bytes, bool] = {}

    def __contains__(self, host: bytes) -> bool:
        known = self._known.get(host)
        if known is None:
            known = self._is_let_in(host.decode("latin-1").lower())
            if len(self._known) < _MOST_KNOWN:
                self._known[host] = known
        return known

    def _is_let_in(self, host: str) -> bool:
        name = _PORT.sub("", host)
        return _is_local(name) or any(each.fullmatch(host) or each.fullmatch(name) for each in self._patterns)


class Origins:
    """The origins of other pages that may use the server.

    Args:
        patterns: Such as ``https://notebooks.example``, with ``*`` for any characters.
    """

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        patterns = list(patterns)
        self._is_open = "*" in patterns
        self._patterns = [_pattern(text.rstrip("/")) for text in patterns if text != "*"]

    def __contains__(self, origin: bytes) -> bool:
        text = origin.decode("latin-1").lower()
        return self._is_open or _is_on_this_machine(text) or self.is_named(origin)

    def is_named(self, origin: bytes) -> bool:
        """Say whether an origin was given by name, so that its pages may send what the browser knows of the user."""
        text = origin.decode("latin-1").lower()
        return any(each.fullmatch(text) for each in self._patterns)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in text.lower().split("*")))


def _is_local(name: str) -> bool:
    """Say whether a name, without its port, stands for this machine or one of a private network."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name[1:-1] if name.startswith("[") and name.endswith("]") else name)
    except ValueError:
        return False
    return address.is_private or address.is_loopback or (address.version == 4 and address in _SHARED)


def _is_on_this_machine(origin: str) -> bool:
    found = _ORIGIN.fullmatch(origin)
    return found is not None and _PORT.sub("", found[1]) in ("localhost", "127.0.0.1", "[::1]")
