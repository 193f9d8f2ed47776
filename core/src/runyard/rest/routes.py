"""Every route of the protocol."""

from __future__ import annotations

from runyard.rest import experiments, histories, recording, runs
from runyard.rest.route import AnyRoute

__all__ = ["ROUTES"]

ROUTES: tuple[AnyRoute, ...] = (*experiments.ROUTES, *runs.ROUTES, *recording.ROUTES, *histories.ROUTES)
