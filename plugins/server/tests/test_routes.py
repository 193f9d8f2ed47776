"""The routes of the protocol."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from runyard.rest.routes import ROUTES
from runyard.tracking.stores import close_stores
from runyard_server.api import HANDLERS
from serving import serving


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with serving(f"sqlite:///{tmp_path / 'runs.db'}", artifacts=tmp_path / "artifacts") as address:
        yield address
    close_stores()


def test_every_route_does_something() -> None:
    assert [route.full_path for route in ROUTES if route not in HANDLERS] == []


def test_server_says_that_it_is_there(server: str) -> None:
    with urllib.request.urlopen(f"{server}/health") as reply:
        assert (reply.status, reply.read()) == (200, b"OK")
