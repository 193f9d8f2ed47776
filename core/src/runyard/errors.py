"""Every error that runyard raises, sorted by what the caller can do about it.

Each class carries the ``error_code`` that the reference REST protocol uses for it, so that a server can answer with it
and a client can turn an answer back into the same class (`from_error_code`).
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "AlreadyExists",
    "DataDamaged",
    "ExecutionFailed",
    "InvalidInput",
    "InvalidState",
    "NotFound",
    "NotSupported",
    "PermissionDenied",
    "PluginConflict",
    "PluginError",
    "PluginFailed",
    "PluginMissing",
    "RunyardError",
    "StorageFailure",
    "Unauthenticated",
    "Unavailable",
    "from_error_code",
]

# HTTP status of each error code of the reference protocol; a code that is not listed answers 500.
HTTP_STATUS: dict[str, int] = {
    "INVALID_PARAMETER_VALUE": 400,
    "BAD_REQUEST": 400,
    "RESOURCE_ALREADY_EXISTS": 400,
    "UNAUTHENTICATED": 401,
    "CUSTOMER_UNAUTHORIZED": 401,
    "PERMISSION_DENIED": 403,
    "RESOURCE_DOES_NOT_EXIST": 404,
    "NOT_FOUND": 404,
    "ENDPOINT_NOT_FOUND": 404,
    "ABORTED": 409,
    "RESOURCE_CONFLICT": 409,
    "ALREADY_EXISTS": 409,
    "REQUEST_LIMIT_EXCEEDED": 429,
    "RESOURCE_EXHAUSTED": 429,
    "CANCELLED": 499,
    "INTERNAL_ERROR": 500,
    "INVALID_STATE": 500,
    "DATA_LOSS": 500,
    "NOT_IMPLEMENTED": 501,
    "TEMPORARILY_UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}


class RunyardError(Exception):
    """Something that runyard was asked for and could not do.

    Args:
        message: One or more sentences: what was asked, what is wrong, what helps.
        error_code: The code of the reference protocol, if another than the class's own.
        hint: A sentence that concerns only whoever is on this machine, such as where a store is: a server does not send
            it.
    """

    error_code: str = "INTERNAL_ERROR"

    def __init__(self, message: str = "", error_code: str | None = None, *, hint: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details
        if error_code is not None:
            self.error_code = error_code

    def get_http_status_code(self) -> int:
        """Return the HTTP status that a server answers this error with."""
        return HTTP_STATUS.get(self.error_code, 500)

    def serialize_as_json(self) -> str:
        """Return the reply that a server gives."""
        import json

        return json.dumps({"error_code": self.error_code, "message": self.message, **self.details})

    @classmethod
    def invalid_parameter_value(cls, message: str, **details: Any) -> RunyardError:
        """Return an error that says that a value of the caller's breaks a rule."""
        return cls(message, "INVALID_PARAMETER_VALUE", **details)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class InvalidInput(RunyardError, ValueError):
    """A value of the caller's breaks a rule: change it and call again."""

    error_code = "INVALID_PARAMETER_VALUE"


class InvalidState(InvalidInput):
    """The object is in a state that forbids the call (deleted, for instance): restore it first or take another."""


class NotFound(RunyardError, LookupError):
    """What was asked for does not exist here."""

    error_code = "RESOURCE_DOES_NOT_EXIST"


class AlreadyExists(RunyardError):
    """The name is taken."""

    error_code = "RESOURCE_ALREADY_EXISTS"


class Unauthenticated(RunyardError):
    """The other side does not know who is asking: give credentials."""

    error_code = "UNAUTHENTICATED"


class PermissionDenied(RunyardError):
    """The one who asks may not do this."""

    error_code = "PERMISSION_DENIED"


class Unavailable(RunyardError):
    """The other side cannot be reached or is busy: the same call may work later."""

    error_code = "TEMPORARILY_UNAVAILABLE"


class StorageFailure(RunyardError, OSError):
    """The medium refused to read or write: a full disk, a read-only folder, a missing permission."""

    error_code = "INTERNAL_ERROR"


class DataDamaged(RunyardError):
    """What is stored cannot be read; the message names the file or row."""

    error_code = "DATA_LOSS"


class NotSupported(RunyardError, NotImplementedError):
    """This backend cannot do that; another may."""

    error_code = "NOT_IMPLEMENTED"


class ExecutionFailed(RunyardError):
    """A project, a model server or another process that was started ended badly."""


class PluginError(RunyardError):
    """A plugin stands between the caller and the answer."""


class PluginMissing(PluginError, ModuleNotFoundError):
    """No installed plugin answers for this; the message names the command that installs one."""

    error_code = "INVALID_PARAMETER_VALUE"


class PluginFailed(PluginError):
    """The plugin that answers for this cannot be loaded; the message names its distribution and version."""


class PluginConflict(PluginError):
    """Two plugins answer for the same key; the message names both and how to choose one."""


_BY_CODE: dict[str, type[RunyardError]] = {
    "INVALID_PARAMETER_VALUE": InvalidInput,
    "BAD_REQUEST": InvalidInput,
    "INVALID_STATE": InvalidState,
    "RESOURCE_DOES_NOT_EXIST": NotFound,
    "NOT_FOUND": NotFound,
    "ENDPOINT_NOT_FOUND": NotFound,
    "RESOURCE_ALREADY_EXISTS": AlreadyExists,
    "ALREADY_EXISTS": AlreadyExists,
    "UNAUTHENTICATED": Unauthenticated,
    "CUSTOMER_UNAUTHORIZED": Unauthenticated,
    "PERMISSION_DENIED": PermissionDenied,
    "TEMPORARILY_UNAVAILABLE": Unavailable,
    "REQUEST_LIMIT_EXCEEDED": Unavailable,
    "RESOURCE_EXHAUSTED": Unavailable,
    "DEADLINE_EXCEEDED": Unavailable,
    "DATA_LOSS": DataDamaged,
    "NOT_IMPLEMENTED": NotSupported,
}


def from_error_code(error_code: str, message: str) -> RunyardError:
    """Return the error that a reply with this code stands for; an unknown code gives a plain `RunyardError`."""
    return _BY_CODE.get(error_code, RunyardError)(message, error_code=error_code)
