"""The contract suite of an extension of the server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

import pytest

from runyard.errors import Unauthenticated
from runyard.rest.access import PUBLIC, Action, Permission, Resource
from runyard.rest.extension import (
    AccessRequest,
    Authenticator,
    ExtraRoute,
    Receive,
    Scope,
    Send,
    ServerContext,
    ServerExtension,
)
from runyard.rest.route import PREFIXES
from runyard.rest.routes import ROUTES
from runyard.testing.contract import Contract
from runyard.testing.memory import MemoryArtifactRepository, MemoryModelRegistry, MemoryTrackingStore, forget
from runyard.uris import ArtifactURI, StoreURI

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
NONSENSE: tuple[Mapping[str, str], ...] = (
    {"authorization": ""},
    {"authorization": "Basic"},
    {"authorization": "Basic !!!"},
    {"authorization": "Bearer"},
    {"authorization": "Bearer " + "x" * 10_000},
    {"authorization": "Basic Og=="},
    {"authorization": "\x00\xff"},
    {"cookie": "session=1; ;=;"},
)


class ServerExtensionContract(Contract):
    """What every extension of the server does.

    A suite defines the fixture `extension`, and `credentials` if the extension knows the users.
    """

    authenticates: bool = True
    """It knows who is asking, and what they may do."""

    @pytest.fixture
    def extension(self) -> ServerExtension:
        """Return the extension; to be defined by the suite of each."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `extension` that returns the extension")

    @pytest.fixture
    def credentials(self) -> Mapping[str, str]:
        """Return the headers of a request of somebody who is known, with names in lower case."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `credentials`, or authenticates = False")

    @pytest.fixture
    def context(self) -> Iterator[ServerContext]:
        """Return what a server works on, in memory."""
        yield ServerContext(
            store=MemoryTrackingStore(StoreURI.parse("memory:contract")),
            registry=MemoryModelRegistry(StoreURI.parse("memory:contract")),
            artifacts=MemoryArtifactRepository(ArtifactURI.parse("memory:contract/artifacts")),
        )
        forget()

    @pytest.fixture
    def routes(self, extension: ServerExtension, context: ServerContext) -> list[ExtraRoute]:
        """Return its routes."""
        return list(extension.routes(context))

    @pytest.fixture
    def authenticator(self, extension: ServerExtension) -> Authenticator:
        """Return who knows the users."""
        self.require("authenticates")
        found = extension.authenticator()
        assert isinstance(found, Authenticator), "It declares authenticates = True, and returns no Authenticator."
        return found

    def test_every_route_says_what_it_takes(self, routes: list[ExtraRoute]) -> None:
        for route in routes:
            assert isinstance(route.permission, Permission), f"{route.method} {route.path} declares no permission."

    def test_every_route_has_a_place_of_its_own(self, routes: list[ExtraRoute]) -> None:
        taken = {(each.method, f"{prefix}/{each.version}{each.path}") for each in ROUTES for prefix in PREFIXES}
        for route in routes:
            assert route.method in METHODS, f"{route.method!r} is none of {METHODS}."
            assert route.path.startswith("/"), f"{route.path!r} does not begin with a slash."
            assert (route.method, route.path) not in taken, f"{route.method} {route.path} is taken."
            taken.add((route.method, route.path))

    def test_only_those_who_are_known_may_change_anything(self, routes: list[ExtraRoute]) -> None:
        for route in routes:
            assert route.permission != PUBLIC or route.method == "GET", (
                f"{route.method} {route.path} changes something and is open to everybody."
            )

    def test_a_server_with_artifacts_only_can_have_it(self, extension: ServerExtension) -> None:
        list(extension.routes(ServerContext(store=None, registry=None, artifacts=None)))

    def test_what_it_puts_around_the_server_lets_the_server_live(self, extension: ServerExtension) -> None:
        seen: list[str] = []

        async def inner(scope: Scope, receive: Receive, send: Send) -> None:
            seen.append(scope["type"])
            await receive()
            await send({"type": "lifespan.startup.complete"})

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "lifespan.startup"}

        async def send(message: MutableMapping[str, Any]) -> None:
            seen.append(message["type"])

        asyncio.run(extension.wrap(inner)({"type": "lifespan", "state": {}}, receive, send))  # type: ignore[arg-type]
        assert seen == ["lifespan", "lifespan.startup.complete"]

    def test_strangers_are_sent_away(self, authenticator: Authenticator) -> None:
        for headers in ({}, *NONSENSE):
            with pytest.raises(Unauthenticated) as refusal:
                asyncio.run(authenticator.authenticate(headers))
            assert refusal.value.message, f"{headers} is refused without a word."

    def test_those_who_are_known_have_a_name(
        self, authenticator: Authenticator, credentials: Mapping[str, str]
    ) -> None:
        who = asyncio.run(authenticator.authenticate(credentials))
        assert who.name, "The log has no name for them."
        for secret in credentials.values():
            assert secret not in who.name, "The name, which is logged, holds the credentials."

    def test_it_decides_about_every_permission(
        self, authenticator: Authenticator, credentials: Mapping[str, str]
    ) -> None:
        async def decide() -> list[object]:
            who = await authenticator.authenticate(credentials)
            requests = [
                AccessRequest(permission=Permission(resource, action), method="POST", path="/any")
                for resource in Resource
                for action in Action
            ]
            return [await authenticator.allows(who, request) for request in requests]

        for answer in asyncio.run(decide()):
            assert answer in (True, False), f"`allows` answers {answer!r}."
