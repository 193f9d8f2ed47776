"""TLS as the settings have it."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable

from runyard.errors import InvalidInput
from runyard_http import settings

__all__ = ["context"]


def context() -> ssl.SSLContext:
    """Return by what servers are believed, and what they are shown.

    Raises:
        InvalidInput: The settings contradict each other, or name files that cannot be read.
    """
    found = ssl.create_default_context()
    trusted = settings.TRACKING_SERVER_CERT_PATH.get()
    if settings.TRACKING_INSECURE_TLS.get():
        if trusted:
            raise InvalidInput(
                "RUNYARD_TRACKING_INSECURE_TLS believes every server and RUNYARD_TRACKING_SERVER_CERT_PATH only some; "
                "set one of them."
            )
        found.check_hostname = False
        found.verify_mode = ssl.CERT_NONE
    if trusted:
        is_folder = os.path.isdir(trusted)
        _load(
            "RUNYARD_TRACKING_SERVER_CERT_PATH",
            trusted,
            lambda: found.load_verify_locations(None if is_folder else trusted, trusted if is_folder else None),
        )
    shown = settings.TRACKING_CLIENT_CERT_PATH.get()
    if shown:
        _load("RUNYARD_TRACKING_CLIENT_CERT_PATH", shown, lambda: found.load_cert_chain(shown))
    return found


def _load(variable: str, path: str, load: Callable[[], None]) -> None:
    try:
        load()
    except OSError as error:  # which errors of OpenSSL are, too
        raise InvalidInput(f"{variable}={path!r} cannot be used: {error.strerror or error}.") from None
