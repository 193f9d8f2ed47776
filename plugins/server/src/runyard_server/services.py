"""What requests are answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.errors import Unavailable

if TYPE_CHECKING:
    from runyard.artifacts.repository import ArtifactRepository
    from runyard.registry.registry import ModelRegistry
    from runyard.rest.extension import ServerContext
    from runyard.tracking.store import TrackingStore

__all__ = ["Services"]


class Services:
    """The stores of a server, for those of its routes that need them.

    What a server was told to do without is unavailable there, as with the reference system.

    Args:
        context: What the server works on.
    """

    def __init__(self, context: ServerContext) -> None:
        self.context = context

    @property
    def store(self) -> TrackingStore:
        """Where runs are.

        Raises:
            Unavailable: This server has artifacts only.
        """
        if self.context.store is None:
            raise Unavailable("This server keeps artifacts only (--artifacts-only); ask the one that keeps the runs.")
        return self.context.store

    @property
    def registry(self) -> ModelRegistry:
        """Where models are registered.

        Raises:
            Unavailable: This server has artifacts only.
        """
        if self.context.registry is None:
            raise Unavailable("This server keeps artifacts only (--artifacts-only); ask the one with the registry.")
        return self.context.registry

    @property
    def artifacts(self) -> ArtifactRepository:
        """The root of the artifacts that go through this server.

        Raises:
            Unavailable: None do.
        """
        if self.context.artifacts is None:
            raise Unavailable("This server does not pass artifacts on (--no-serve-artifacts); reach them directly.")
        return self.context.artifacts
