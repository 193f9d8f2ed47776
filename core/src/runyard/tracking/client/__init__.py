"""The client: every call that a tracking store and a model registry know, with explicit ids."""

from __future__ import annotations

import os

from runyard.tracking.client.artifacts import ArtifactClient
from runyard.tracking.client.models import LoggedModelClient
from runyard.tracking.client.old_names import OldNames

__all__ = ["MlflowClient", "RunyardClient"]


class RunyardClient(ArtifactClient, LoggedModelClient, OldNames):
    """Talks to a tracking store and a model registry.

    Args:
        tracking_uri: Where runs are recorded; the address in force when absent.
        registry_uri: Where models are registered; the address in force when absent.
    """

    def __init__(
        self,
        tracking_uri: str | os.PathLike[str] | None = None,
        registry_uri: str | os.PathLike[str] | None = None,
    ) -> None:
        super().__init__(tracking_uri)


MlflowClient = RunyardClient
