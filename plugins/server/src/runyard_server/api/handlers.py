"""How a route of the protocol is bound to what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from runyard.entities import ViewType
from runyard.errors import InvalidInput
from runyard.rest.message import Message
from runyard.rest.route import AnyRoute, Route
from runyard.rest.values import member
from runyard.tracking.requests import RunBatch

if TYPE_CHECKING:
    from runyard_server.services import Services

__all__ = ["Handlers", "view"]

Q = TypeVar("Q", bound=Message)
R = TypeVar("R", bound=Message)


class Handlers:
    """What routes do.

    Attributes:
        calls: By route, what is called in a thread: it makes the reply of the request.
        streams: By route, what is called in a thread and makes the reply of the request piece by piece, as JSON text.
        batches: By route, what makes a request a batch, which is then recorded together with those of others.
    """

    def __init__(self) -> None:
        self.calls: dict[tuple[str, str], Callable[[Services, Any], Message]] = {}
        self.streams: dict[tuple[str, str], Callable[[Services, Any], Iterator[bytes]]] = {}
        self.batches: dict[tuple[str, str], Callable[[Any], RunBatch]] = {}

    def serves(self, route: Route[Q, R]) -> Callable[[Callable[[Services, Q], R]], Callable[[Services, Q], R]]:
        """Bind a function to a route."""

        def bind(function: Callable[[Services, Q], R]) -> Callable[[Services, Q], R]:
            self.calls[route.method, route.full_path] = function
            return function

        return bind

    def streams_to(
        self, route: Route[Q, R]
    ) -> Callable[[Callable[[Services, Q], Iterator[bytes]]], Callable[[Services, Q], Iterator[bytes]]]:
        """Bind a function to a route whose replies may be large."""

        def bind(function: Callable[[Services, Q], Iterator[bytes]]) -> Callable[[Services, Q], Iterator[bytes]]:
            self.streams[route.method, route.full_path] = function
            return function

        return bind

    def records(self, route: Route[Q, R], batch: Callable[[Q], RunBatch]) -> None:
        """Have what a route is sent recorded."""
        self.batches[route.method, route.full_path] = batch

    def update(self, other: Handlers) -> None:
        """Take over what is bound elsewhere."""
        self.calls.update(other.calls)
        self.streams.update(other.streams)
        self.batches.update(other.batches)

    def __contains__(self, route: AnyRoute) -> bool:
        key = (route.method, route.full_path)
        return key in self.calls or key in self.streams or key in self.batches


def view(word: str | int, parameter: str) -> ViewType:
    """Return which of the active and the deleted a search looks at.

    Raises:
        InvalidInput: The word says neither.
    """
    found = member(ViewType, word)
    if found is None:
        names = ", ".join(f"{known.name} ({int(known)})" for known in ViewType)
        raise InvalidInput(f"Invalid value {word!r} for parameter {parameter!r} supplied: there are {names}.")
    return found
