"""What the routes on traces do: there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runyard.errors import NotFound, NotSupported
from runyard.rest import traces as wire
from runyard.rest.message import Empty
from runyard_server.api.handlers import Handlers

if TYPE_CHECKING:
    from runyard_server.services import Services

HANDLERS = Handlers()


@HANDLERS.serves(wire.SEARCH)
@HANDLERS.serves(wire.SEARCH_BY_QUERY)
@HANDLERS.serves(wire.GET_SEVERAL)
@HANDLERS.serves(wire.GET_INFOS)
def find(_services: Services, _request: Empty) -> Empty:
    return Empty()


@HANDLERS.serves(wire.DELETE_TRACES)
@HANDLERS.serves(wire.DELETE_TRACES_2)
def delete(_services: Services, _request: Empty) -> wire.DeleteTracesReply:
    return wire.DeleteTracesReply()


def miss(_services: Services, request: wire.TraceId) -> Empty:
    raise NotFound(f"There is no trace {request.trace_id!r}: this server keeps none.")


def refuse(_services: Services, _request: Any) -> Empty:
    raise NotSupported("This server keeps no traces; send them to a server that does.")


for missing in wire.MISSING:
    HANDLERS.serves(missing)(miss)
for refused in wire.REFUSED:
    HANDLERS.serves(refused)(refuse)
