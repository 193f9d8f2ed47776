"""A server of ours for the tests; what it works on is fresh and empty for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runyard.artifacts.repositories import open_repository
from runyard.registry.registries import open_registry
from runyard.rest.extension import ServerContext
from runyard.tracking.stores import open_store
from runyard.uris import StoreURI
from runyard_server.application import Application
from serving import serving_application


class Switch:
    """Hands requests to the application of the test that runs: to start a server takes longer than most tests."""

    def __init__(self) -> None:
        self.application: Application | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            assert self.application is not None
            await self.application(scope, receive, send)
            return
        for event in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{event}.complete"})


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Switch]]:
    """Give the address of a server, and what it hands requests to."""
    switch = Switch()
    with serving_application(switch) as url:
        yield url, switch


@pytest.fixture
def address(server: tuple[str, Switch], tmp_path: Path, runyard_isolated: None) -> Iterator[StoreURI]:
    """Give the address of a server with an SQLite database of its own."""
    url, switch = server
    database = f"sqlite:///{tmp_path}/runs.db"
    context = ServerContext(
        store=open_store(database, "mlflow-artifacts:/"),
        registry=open_registry(database),
        artifacts=open_repository(tmp_path),
    )
    switch.application = Application(context)
    yield StoreURI.parse(url)
    switch.application.runtime.close()
