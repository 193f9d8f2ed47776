"""Real servers for the tests, from Debian's packages, for this machine only and for as long as one command takes.

``python -m servers postgres mariadb -- pytest plugins/sql``, with ``tests`` on ``PYTHONPATH``; see `servers.__main__`.
A test that needs a server of its own, to kill it, takes the class: ``with Postgres() as server: ...``.

A further kind of server is one more module with a subclass of `servers.base.Server`, and its place in `SERVERS`.
"""

from __future__ import annotations

from servers.base import Server, ServerFailed
from servers.docker import Docker
from servers.mariadb import MariaDB
from servers.postgres import Postgres

__all__ = ["SERVERS", "Docker", "MariaDB", "Postgres", "Server", "ServerFailed"]

SERVERS: dict[str, type[Server]] = {server.name: server for server in (Postgres, MariaDB, Docker)}
