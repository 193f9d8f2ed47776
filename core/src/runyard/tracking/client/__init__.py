"""The client: every call that a tracking store and a model registry know, with explicit ids."""

from __future__ import annotations

from runyard.registry.client import RegistryClient
from runyard.tracking.client.artifacts import ArtifactClient
from runyard.tracking.client.models import LoggedModelClient
from runyard.tracking.client.old_names import OldNames

__all__ = ["MlflowClient", "RunyardClient"]


class RunyardClient(ArtifactClient, LoggedModelClient, OldNames, RegistryClient):
    """Talks to a tracking store and a model registry.

    Args:
        tracking_uri: Where runs are recorded: an address or a folder; the one in force when absent.
        registry_uri: Where models are registered; when absent, the tracking address if that was given, or else the one
            in force.
    """


MlflowClient = RunyardClient
