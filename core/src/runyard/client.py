"""The client, where scripts of the reference system import it from: ``from runyard.client import MlflowClient``."""

from __future__ import annotations

from runyard.tracking.client import MlflowClient, RunyardClient

__all__ = ["MlflowClient", "RunyardClient"]
