"""Every route of the protocol."""

from __future__ import annotations

from runyard.rest import (
    artifacts,
    experiments,
    histories,
    logged_models,
    model_versions,
    recording,
    registered_models,
    runs,
    tables,
    traces,
    webhooks,
)
from runyard.rest.route import AnyRoute

__all__ = ["ROUTES"]

ROUTES: tuple[AnyRoute, ...] = (
    *experiments.ROUTES,
    *runs.ROUTES,
    *recording.ROUTES,
    *histories.ROUTES,
    *tables.ROUTES,
    *logged_models.ROUTES,
    *registered_models.ROUTES,
    *model_versions.ROUTES,
    *artifacts.ROUTES,
    *webhooks.ROUTES,
    *traces.ROUTES,
)
