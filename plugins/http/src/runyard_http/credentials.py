"""Who asks: the credentials that requests to a server carry."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import Path
from typing import TYPE_CHECKING

from runyard.errors import InvalidInput
from runyard.plugins import get_plugins
from runyard_http import settings

if TYPE_CHECKING:
    from runyard.rest.credentials import RequestAuth
    from runyard_http.address import ServerAddress

__all__ = ["Signer", "signer"]

Signer = Callable[[str, str], Mapping[str, str]]
"""Returns the headers that a request gets, from its method and its whole address."""

FILE = Path("~/.mlflow/credentials")
"""Where ``mlflow login`` and people leave a user and a password: an INI file with the section ``mlflow``."""

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")


def signer(address: ServerAddress) -> Signer:
    """Return what signs requests to a server.

    What is found first counts: the plugin that ``RUNYARD_TRACKING_AUTH`` names, the user in the address, the user in
    the settings or in the file, the token in the settings. A user or a password that the settings lack is taken from
    the file.

    Raises:
        InvalidInput: What is given cannot be sent.
        PluginMissing, PluginFailed, PluginConflict: The plugin cannot be used.
    """
    name = settings.TRACKING_AUTH.get()
    if name:
        auth: RequestAuth = get_plugins().request_auth.load(name)()
        return auth.headers
    headers = _headers(address)
    return lambda method, url: headers  # noqa: ARG005 - the same for all


def _headers(address: ServerAddress) -> Mapping[str, str]:
    username, password = address.username, address.password or ""
    if username is None:
        kept = _file()
        username = settings.TRACKING_USERNAME.get() or kept.get("mlflow_tracking_username")
        password = settings.TRACKING_PASSWORD.get() or kept.get("mlflow_tracking_password") or ""
    token = settings.TRACKING_TOKEN.get()
    if username:
        pair = f"{username}:{password}".encode()
        return {"Authorization": f"Basic {b64encode(pair).decode()}"}
    if token:
        if _FORBIDDEN.search(token) or not token.isascii():
            raise InvalidInput("The tracking token holds characters that no token has, such as a line feed at its end.")
        return {"Authorization": f"Bearer {token}"}
    return {}


def _file() -> Mapping[str, str]:
    try:
        path = FILE.expanduser()
        text = path.read_text("utf-8")
    except (OSError, RuntimeError):  # none there, or nobody's home is known
        return {}
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except ConfigError as error:
        # its own message quotes the line, which may hold the password
        raise InvalidInput(
            f"{path} is no INI file ({type(error).__name__}); it looks like '[mlflow]' and then "
            "'mlflow_tracking_username = ...'."
        ) from None
    return parser["mlflow"] if parser.has_section("mlflow") else {}
