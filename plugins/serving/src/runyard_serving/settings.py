"""How a model is served, and the environment variables that say so."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from runyard.config import Setting, boolean, natural, positive
from runyard_asgi.settings import Guarding, Listening, Logging

__all__ = ["Calls", "Settings"]


def seconds(text: str) -> float:
    """Parse a number of seconds above 0; raise `ValueError` otherwise."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e9:
        raise ValueError("expected a number of seconds above 0")
    return number


def config(text: str) -> dict[str, Any]:
    """Parse a JSON object; raise `ValueError` otherwise."""
    import json

    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValueError("expected a JSON object")
    return found


SCORING_SERVER_REQUEST_TIMEOUT: Setting[float] = Setting(
    "SCORING_SERVER_REQUEST_TIMEOUT",
    seconds,
    60.0,
    "Seconds after which a model server gives up on a prediction (504).",
    compatible=True,
)
MODELS_WORKERS: Setting[int] = Setting(
    "MODELS_WORKERS", positive, 1, "The processes of a model server.", compatible=True
)
SERVING_MODEL_CONFIG: Setting[Mapping[str, Any]] = Setting(
    "SERVING_MODEL_CONFIG",
    config,
    {},
    "What a model server tells the model about predictions (`model_config`), as a JSON object.",
    compatible="SERVING_MODEL_CONFIG",
)
SERVING_THREADS: Setting[int | None] = Setting(
    "SERVING_THREADS",
    positive,
    None,
    "How many predictions each process of a model server makes at the same time; four more than there are processors "
    "when nothing is set, 32 at most.",
)
SERVING_QUEUE: Setting[int] = Setting(
    "SERVING_QUEUE",
    positive,
    512,
    "How many requests wait in each process of a model server; further ones are answered with 503.",
)
SERVING_BODY_BYTES: Setting[int] = Setting(
    "SERVING_BODY_BYTES", positive, 100 << 20, "The bytes that the body of a request to a model server may have."
)
SERVING_BODY_SECONDS: Setting[float] = Setting(
    "SERVING_BODY_SECONDS", seconds, 60.0, "Seconds that the body of a request to a model server may take to arrive."
)
SERVING_BATCH_ROWS: Setting[int] = Setting(
    "SERVING_BATCH_ROWS",
    positive,
    1,
    "How many one-row requests a model server puts together into one prediction; 1 leaves each to itself.",
)
SERVING_BATCH_MILLISECONDS: Setting[int] = Setting(
    "SERVING_BATCH_MILLISECONDS",
    natural,
    0,
    "Milliseconds that a request waits for others to be put together with, beside the time while the model is busy.",
)
SERVING_PRELOAD: Setting[bool | None] = Setting(
    "SERVING_PRELOAD",
    boolean,
    None,
    "Load the model once, and let the processes of a model server share it. Without it the flavor of the model says.",
)


class Calls(msgspec.Struct, frozen=True, kw_only=True):
    """What a model is asked, and how often at the same time.

    Attributes:
        timeout_seconds: After which a request is given up.
        threads: How many predictions each worker makes at the same time.
        queue: How many requests wait in each worker.
        body_bytes: How long a body may be.
        body_seconds: How long it may take to arrive.
        batch_rows: How many one-row requests are put together into one prediction.
        batch_milliseconds: How long a request waits for others, beside the time while the model is busy.
    """

    timeout_seconds: float = 60.0
    threads: int = min(32, (os.cpu_count() or 1) + 4)
    queue: int = SERVING_QUEUE.default
    body_bytes: int = SERVING_BODY_BYTES.default
    body_seconds: float = SERVING_BODY_SECONDS.default
    batch_rows: int = 1
    batch_milliseconds: int = 0


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about a model server.

    Attributes:
        folder: The folder of the model.
        config: What the model is told about predictions.
        is_preloaded: Whether workers share the model that their parent has loaded; the flavor says when `None`.
        calls: What the model is asked.
        listening: Where the server listens.
        guarding: Which requests of browsers it lets in.
        logging: What it tells.
    """

    folder: Path
    config: Mapping[str, Any] = {}
    is_preloaded: bool | None = None
    calls: Calls = Calls()
    listening: Listening = Listening()
    guarding: Guarding = Guarding()
    logging: Logging = Logging()
