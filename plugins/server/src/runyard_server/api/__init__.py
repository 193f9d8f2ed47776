"""What each route of the protocol does: one module for each subject, as in `runyard.rest`."""

from __future__ import annotations

from runyard_server.api import experiments, histories, recording, runs
from runyard_server.api.handlers import Handlers

__all__ = ["HANDLERS"]

HANDLERS = Handlers()
for module in (experiments, runs, recording, histories):
    HANDLERS.update(module.HANDLERS)
