"""The contract of server extensions holds for one that keeps it, and says what is wrong with one that does not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from runyard.errors import Unauthenticated
from runyard.rest.access import PUBLIC, Permission, Resource
from runyard.rest.access import Action as Act
from runyard.rest.extension import (
    AccessRequest,
    Authenticator,
    ExtraRoute,
    Identity,
    Receive,
    Scope,
    Send,
    ServerContext,
    ServerExtension,
)
from runyard.testing import ServerExtensionContract

CONTEXT = ServerContext(store=None, registry=None, artifacts=None)


async def answer(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Answer nothing."""


class Doorkeeper(Authenticator):
    async def authenticate(self, headers: Mapping[str, str]) -> Identity:
        if headers.get("x-word") != "sesame":
            raise Unauthenticated("Say the word in X-Word.")
        return Identity("ali")

    async def allows(self, who: Identity, request: AccessRequest) -> bool:
        return request.permission.action is Act.READ


class Cave(ServerExtension):
    def routes(self, context: ServerContext) -> list[ExtraRoute]:
        permission = Permission(Resource.SERVER, Act.WRITE)
        return [ExtraRoute(method="POST", path="/cave", endpoint=answer, permission=permission)]

    def authenticator(self) -> Authenticator:
        return Doorkeeper()


class TestCave(ServerExtensionContract):
    @pytest.fixture
    def extension(self) -> ServerExtension:
        return Cave()

    @pytest.fixture
    def credentials(self) -> Mapping[str, str]:
        return {"x-word": "sesame"}


class TestPlainExtension(ServerExtensionContract):
    authenticates = False

    @pytest.fixture
    def extension(self) -> ServerExtension:
        return ServerExtension()


def test_route_that_is_taken_or_open_is_found_out() -> None:
    suite = TestPlainExtension()
    taken = ExtraRoute(method="POST", path="/api/2.0/mlflow/runs/create", endpoint=answer, permission=PUBLIC)
    with pytest.raises(AssertionError, match="is taken"):
        suite.test_every_route_has_a_place_of_its_own([taken])
    with pytest.raises(AssertionError, match="open to everybody"):
        suite.test_only_those_who_are_known_may_change_anything([taken])


def test_one_who_lets_strangers_in_is_found_out() -> None:
    class Sleeper(Doorkeeper):
        async def authenticate(self, headers: Mapping[str, str]) -> Identity:
            return Identity("anybody")

    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        TestCave().test_strangers_are_sent_away(Sleeper())
