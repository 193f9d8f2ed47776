"""The connections that are open, to one server and to the stores that it sends its clients to."""

from __future__ import annotations

import os
import socket
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3  # noqa: TID253 - imported when a server is used

from runyard_http import tls
from runyard_http.swift import POOLS

if TYPE_CHECKING:
    from urllib3.connectionpool import HTTPConnectionPool

__all__ = ["Pools"]

MOST_CONNECTIONS = 64
"""How many connections to one host are kept; threads beyond that open and close their own."""
IDLE_SECONDS = 30
OPTIONS = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1), (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
"""Small requests go at once; and firewalls that forget silent connections see that one is still used."""
if hasattr(socket, "TCP_KEEPIDLE"):
    OPTIONS.append((socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, IDLE_SECONDS))


class Pools:
    """Connections by the origin that they lead to.

    They are shared by threads. A child process has its own: what it inherits is its parent's, and is not touched.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self._owner = os.getpid()
        self._managers: dict[tuple[str, str | None], urllib3.PoolManager] = {}
        self._pools: dict[str, HTTPConnectionPool] = {}

    def close(self) -> None:
        """Close what is open; it is opened again when it is needed."""
        with self._lock:
            if self._owner == os.getpid():
                for manager in self._managers.values():
                    manager.clear()
            self._begin()

    def find(self, origin: str) -> HTTPConnectionPool:
        """Return the connections to an origin, such as ``https://host:5000``.

        Raises:
            InvalidInput: A setting on TLS is not valid.
        """
        if self._owner != os.getpid():
            # The lock may be held by a thread that the child does not have.
            _inherited.append((self._managers, self._pools))
            self._lock = threading.Lock()
            self._begin()
        pool = self._pools.get(origin)
        if pool is None:
            with self._lock:
                pool = self._pools.get(origin)
                if pool is None:
                    pool = self._pools[origin] = self._manager(origin).connection_from_url(origin)
        return pool

    def _manager(self, origin: str) -> urllib3.PoolManager:
        parts = urlsplit(origin)
        proxy = None if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme)
        manager = self._managers.get((parts.scheme, proxy))
        if manager is None:
            context = tls.context() if parts.scheme == "https" else None
            if proxy:
                address = urllib3.util.parse_url(proxy if "://" in proxy else f"http://{proxy}")
                manager = urllib3.ProxyManager(
                    address._replace(auth=None).url,
                    proxy_headers=urllib3.make_headers(proxy_basic_auth=address.auth) if address.auth else None,
                    maxsize=MOST_CONNECTIONS,
                    ssl_context=context,
                    socket_options=OPTIONS,
                )
            else:
                manager = urllib3.PoolManager(maxsize=MOST_CONNECTIONS, ssl_context=context, socket_options=OPTIONS)
            manager.pool_classes_by_scheme = POOLS
            self._managers[parts.scheme, proxy] = manager
        return manager


_inherited: list[object] = []
"""Connections of the parent process; held so that nothing closes them."""
