"""Who may do what on a server: every route names the permission that it takes."""

from __future__ import annotations

from enum import Enum

import msgspec

__all__ = ["PUBLIC", "Action", "Permission", "Resource"]


class Resource(str, Enum):
    """What a route is about."""

    EXPERIMENT = "experiment"
    RUN = "run"
    LOGGED_MODEL = "logged_model"
    REGISTERED_MODEL = "registered_model"
    ARTIFACT = "artifact"
    TRACE = "trace"
    WEBHOOK = "webhook"
    SERVER = "server"
    PUBLIC = "public"


class Action(str, Enum):
    """What a route does with it."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"


class Permission(msgspec.Struct, frozen=True):
    """What somebody has to be allowed in order to use a route.

    Attributes:
        resource: What the route is about.
        action: What it does with it.
    """

    resource: Resource
    action: Action

    def __str__(self) -> str:
        return "public" if self == PUBLIC else f"{self.resource.value}:{self.action.value}"


PUBLIC = Permission(Resource.PUBLIC, Action.READ)
"""What everybody may do, known or not: ask whether the server is there."""
