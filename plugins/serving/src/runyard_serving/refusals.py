"""Requests that are refused, with the status and the code that clients of the protocol know."""

from __future__ import annotations

from runyard.errors import InvalidInput, RunyardError

__all__ = ["ModelFailed", "Overloaded", "Refused", "RequestInvalid"]


class RequestInvalid(InvalidInput):
    """The body of a request cannot be read; the message says where and why."""

    error_code = "BAD_REQUEST"


class ModelFailed(RunyardError):
    """The model raised an error, or predicted what cannot be sent."""

    error_code = "BAD_REQUEST"


class Overloaded(RunyardError):
    """More requests wait than the server takes."""

    error_code = "TEMPORARILY_UNAVAILABLE"


class Refused(Exception):
    """A request is refused with a status, and a text that is no JSON.

    Args:
        status: The HTTP status.
        text: What the client is told.
        headers: More headers of the reply.
    """

    def __init__(self, status: int, text: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = headers
