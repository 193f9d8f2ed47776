"""What goes wrong between here and a server, as errors that say what helps."""

from __future__ import annotations

import ssl
from http.client import HTTPException
from typing import TYPE_CHECKING

import msgspec
from urllib3 import exceptions as faults  # noqa: TID253 - imported when a server is used

from runyard.errors import NotFound, RunyardError, Unavailable, from_error_code
from runyard.uris import without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runyard_http.address import ServerAddress

__all__ = ["error_of_reply", "explain", "is_hopeless", "not_a_server", "was_reached"]

CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "ENDPOINT_NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    409: "RESOURCE_CONFLICT",
    429: "REQUEST_LIMIT_EXCEEDED",
    501: "NOT_IMPLEMENTED",
    502: "TEMPORARILY_UNAVAILABLE",
    503: "TEMPORARILY_UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
"""The error codes of the statuses that come without one: from proxies, and from servers of other kinds."""

_MOST_SHOWN = 200


class _ErrorBody(msgspec.Struct):
    error_code: str
    message: str = ""


_decode = msgspec.json.Decoder(_ErrorBody).decode
"""Made once: a process crashes where two threads make msgspec learn a type at the same time."""


def was_reached(fault: Exception) -> bool:
    """Say whether a request may have come to the server, which then may have done what it asks for."""
    return not isinstance(fault, (faults.ConnectTimeoutError, faults.ProxyError))


def is_hopeless(fault: Exception) -> bool:
    """Say whether the same request would fail in the same way again, whatever the server does."""
    return isinstance(fault, faults.SSLError) and (
        isinstance(fault.args[0] if fault.args else None, ssl.SSLCertVerificationError)
        or "WRONG_VERSION_NUMBER" in str(fault)
        or "CERTIFICATE" in str(fault).upper()
    )


def explain(fault: Exception, address: ServerAddress, *, is_known: bool) -> RunyardError:
    """Return the error for a request that got no reply.

    Args:
        fault: What urllib3 raised.
        address: The server.
        is_known: Whether it has ever answered.
    """
    return Unavailable(f"The server at {address} {_reason(fault, address, is_known=is_known)}")


def _reason(fault: Exception, address: ServerAddress, *, is_known: bool) -> str:
    if isinstance(fault, faults.NameResolutionError):
        return f"cannot be found: nothing is known of the host {address.host!r}. Is the tracking URI right?"
    if isinstance(fault, faults.NewConnectionError):
        return f"cannot be reached: {_innermost(fault)}. Is it running, is the tracking URI right?"
    if isinstance(fault, faults.ConnectTimeoutError):
        return "cannot be reached: nobody answered in time. Is the tracking URI right, is a firewall in between?"
    if isinstance(fault, faults.ProxyError):
        return f"cannot be reached through the proxy that the environment names: {_innermost(fault)}."
    if isinstance(fault, faults.ReadTimeoutError):
        return "did not answer in time; RUNYARD_HTTP_REQUEST_TIMEOUT says how many seconds it may take."
    if isinstance(fault, faults.SSLError):
        return _tls_reason(fault)
    hint = " Does it want https://?" if address.scheme == "http" and not is_known else ""
    return f"broke off before it answered: {_innermost(fault)}.{hint}"


def _tls_reason(fault: Exception) -> str:
    text = str(fault)
    if "WRONG_VERSION_NUMBER" in text or "HTTP_REQUEST" in text or "record layer failure" in text:
        return "does not speak TLS; does its address begin with http:// instead?"
    if isinstance(fault.args[0] if fault.args else None, ssl.SSLCertVerificationError):
        return (
            f"is not believed: {_innermost(fault)}. If its certificate is your own, name the file that vouches for it "
            "in RUNYARD_TRACKING_SERVER_CERT_PATH."
        )
    return f"cannot be talked to with TLS: {_innermost(fault)}."


def _innermost(fault: BaseException) -> str:
    """Return what the system said, without what libraries put around it."""
    seen: list[BaseException] = [fault]
    while True:
        last = seen[-1]
        inner = next(
            (
                each
                for each in (*reversed(last.args), last.__cause__, last.__context__)
                if isinstance(each, BaseException)
            ),
            None,
        )
        if inner is None or inner in seen:
            break
        seen.append(inner)
    cause = next((each for each in reversed(seen) if isinstance(each, (OSError, HTTPException))), seen[-1])
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    return without_secrets(str(cause)).rstrip(".") or type(cause).__name__


def error_of_reply(
    status: int, reason: str, headers: Mapping[str, str], body: bytes, address: ServerAddress
) -> RunyardError:
    """Return the error that a reply stands for whose status is not 200."""
    try:
        told = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        told = None
    if told is not None:
        return from_error_code(told.error_code, told.message or f"The server at {address} answered with {status}.")
    location = headers.get("location")
    if 300 <= status < 400 and location:
        return RunyardError(
            f"The server at {address} sends requests on to {without_secrets(location)}. They are not sent there, since "
            "they may hold secrets; make that the tracking URI if it is the server, or sign in where it leads.",
            "BAD_REQUEST",
        )
    code = CODES.get(status, "INTERNAL_ERROR" if status >= 500 else "BAD_REQUEST")
    text = _text(headers, body)
    message = f"The server at {address} answered with {status} {reason}".rstrip() + (f": {text}" if text else ".")
    if status == 404:
        message += " Is it a tracking server, is the path in the tracking URI right?"
    elif status == 401:
        message += " Set RUNYARD_TRACKING_USERNAME and RUNYARD_TRACKING_PASSWORD, or RUNYARD_TRACKING_TOKEN."
    return from_error_code(code, message)


def _text(headers: Mapping[str, str], body: bytes) -> str:
    """Return a plain answer as it can be shown; nothing of a page."""
    text = " ".join(body[: 4 * _MOST_SHOWN].decode("utf-8", "replace").split())
    if "html" in headers.get("content-type", "") or text.startswith("<") or not text.isprintable():
        return ""
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def not_a_server(headers: Mapping[str, str], address: ServerAddress, problem: str) -> RunyardError:
    """Return the error for a reply that is not of the protocol."""
    kind = headers.get("content-type", "").partition(";")[0] or "something"
    return NotFound(
        f"What is at {address} does not answer like a tracking server: it sent {kind} that cannot be read ({problem}). "
        "Is the tracking URI right?",
        "ENDPOINT_NOT_FOUND",
    )
