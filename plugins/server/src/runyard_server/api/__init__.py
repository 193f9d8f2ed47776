"""What each route of the protocol does: one module for each subject, as in `runyard.rest`."""

from __future__ import annotations

from runyard_server.api import (
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
from runyard_server.api.handlers import Handlers

__all__ = ["HANDLERS"]

HANDLERS = Handlers()
for module in (
    experiments,
    runs,
    recording,
    histories,
    tables,
    logged_models,
    registered_models,
    model_versions,
    artifacts,
    webhooks,
    traces,
):
    HANDLERS.update(module.HANDLERS)
