"""What the routes on webhooks do: there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runyard.errors import NotSupported
from runyard.rest import webhooks as wire
from runyard.rest.message import Empty
from runyard_server.api.handlers import Handlers

if TYPE_CHECKING:
    from runyard_server.services import Services

HANDLERS = Handlers()


@HANDLERS.serves(wire.LIST)
def find(_services: Services, _request: wire.ListWebhooks) -> Empty:
    return Empty()


def refuse(_services: Services, _request: Any) -> Empty:
    raise NotSupported(
        "This server keeps no webhooks. A plugin that is installed with it hears of what happens: see the hook "
        "runyard_model_version_created."
    )


for route in wire.REFUSED:
    HANDLERS.serves(route)(refuse)
