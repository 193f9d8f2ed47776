"""How a server is set up."""

from __future__ import annotations

import re

import msgspec

from runyard.errors import InvalidInput
from runyard_asgi.settings import Guarding, Listening, Logging

__all__ = ["Artifacts", "Settings", "Stores", "check_prefix"]

_PREFIX = re.compile(r"(?:/[A-Za-z0-9_.~-]+)+")


class Stores(msgspec.Struct, frozen=True, kw_only=True):
    """Where runs and models are.

    Attributes:
        backend: The address of the tracking store.
        registry: The address of the model registry.
        artifact_root: Where new experiments keep their artifacts; the store's own choice when `None`.
    """

    backend: str
    registry: str
    artifact_root: str | None


class Artifacts(msgspec.Struct, frozen=True, kw_only=True):
    """The artifacts that go through the server.

    Attributes:
        destination: Where they are.
    """

    destination: str


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about a server.

    Attributes:
        stores: Where runs and models are; `None` for a server that has artifacts only.
        artifacts: The artifacts that go through the server; `None` where clients reach them themselves.
        listening: Where it listens.
        guarding: Which requests of browsers it lets in.
        logging: What it tells.
        is_in_development: Whether it starts again when its code changes.
    """

    stores: Stores | None
    artifacts: Artifacts | None
    listening: Listening = Listening()
    guarding: Guarding = Guarding()
    logging: Logging = Logging()
    is_in_development: bool = False


def check_prefix(text: str) -> str:
    """Return what every path begins with.

    Raises:
        InvalidInput: It is no path, or ends with a slash.
    """
    if text and not _PREFIX.fullmatch(text):
        raise InvalidInput(
            f"--static-prefix {text!r} is not valid: it begins with a slash, does not end with one, and has letters, "
            "digits and '-._~' between them, such as '/runs'."
        )
    return text
