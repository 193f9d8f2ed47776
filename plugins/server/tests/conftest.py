"""A server with artifacts, and requests to it that are sent as they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from runyard.artifacts.repositories import open_repository
from runyard.registry.registries import open_registry
from runyard.rest.extension import ServerContext
from runyard.tracking.stores import close_stores, open_store
from runyard_server.application import Application
from serving import Switch, serving_application

FILES = "/api/2.0/mlflow-artifacts/artifacts"


class Reply(NamedTuple):
    """What a server has answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return msgspec.json.decode(self.body)


class Asking:
    """A connection to a server with a folder of artifacts.

    Attributes:
        address: Where it is.
        folder: The folder.
    """

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.folder = folder
        self.connection = HTTPConnection(address.partition("://")[2], timeout=60)

    def __call__(
        self, method: str, target: str, body: Any = None, headers: Mapping[str, str] | None = None, **fields: Any
    ) -> Reply:
        """Send a request; fields are sent as JSON."""
        sent = dict(headers or {})
        if fields:
            body = msgspec.json.encode(fields)
            sent["Content-Type"] = "application/json"
        self.connection.request(method, target, body, sent)
        reply = self.connection.getresponse()
        found = {name.lower(): value for name, value in reply.getheaders()}
        return Reply(reply.status, found, reply.read())

    def put(self, path: str, body: Any, **headers: str) -> Reply:
        """Store a file."""
        return self("PUT", f"{FILES}/{path}", body, {name.replace("_", "-"): text for name, text in headers.items()})

    def get(self, path: str, **headers: str) -> Reply:
        """Fetch a file."""
        return self("GET", f"{FILES}/{path}", headers={name.replace("_", "-"): text for name, text in headers.items()})

    def stored(self) -> dict[str, bytes]:
        """Return every file that is in the folder, what is not whole included; nothing of uploads that are done."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and not (path.parent / "done").exists()
        }


@pytest.fixture(scope="module")
def switched() -> Iterator[tuple[str, Switch]]:
    switch = Switch()
    with serving_application(switch) as address:
        yield address, switch


@pytest.fixture
def kept() -> str | None:
    """Return the address of the store and the registry; a server with artifacts only has none."""
    return None


@pytest.fixture
def ask(switched: tuple[str, Switch], kept: str | None, tmp_path: Path) -> Iterator[Asking]:
    address, switch = switched
    folder = tmp_path / "artifacts"
    context = ServerContext(
        store=None if kept is None else open_store(kept, "mlflow-artifacts:/"),
        registry=None if kept is None else open_registry(kept),
        artifacts=open_repository(folder),
    )
    switch.application = Application(context)
    asking = Asking(address, folder)
    yield asking
    asking.connection.close()
    switch.application.runtime.close()
    close_stores()
