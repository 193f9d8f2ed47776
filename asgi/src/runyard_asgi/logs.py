"""What the server writes to its standard error: one line for each message, as text or as JSON."""

from __future__ import annotations

import json
import logging
import time
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runyard_asgi.settings import Logging

__all__ = ["LEVELS", "fields_of", "set_up_logs"]

LEVELS = ("debug", "info", "warning", "error", "critical")

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/+@%*,;$!()[]")


def set_up_logs(settings: Logging, packages: Iterable[str] = ()) -> None:
    """Let everything that is logged in this process go to its standard error.

    Args:
        settings: How much, and in which form.
        packages: Those whose messages are written at that level, beside the core and this one; of all others, warnings.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonLines() if settings.format == "json" else _TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    level = settings.level.upper()
    root.setLevel("WARNING")
    for name in ("runyard", "runyard_asgi", *packages):
        logging.getLogger(name).setLevel(level)
    # It tells of its own coming and going at the level INFO, which this server does itself.
    logging.getLogger("uvicorn").setLevel(level if settings.level == "debug" else "WARNING")


def fields_of(record: logging.LogRecord) -> Mapping[str, object]:
    """Return what was given to a message with ``extra={"fields": ...}``."""
    fields: Mapping[str, object] = getattr(record, "fields", {})
    return fields


def _moment(record: logging.LogRecord) -> str:
    seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    return f"{seconds}.{int(record.msecs):03d}Z"


def _trace(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    return "".join(traceback.format_exception(*record.exc_info)).rstrip()


class _TextLines(logging.Formatter):
    """``2026-01-31T12:00:00.000Z INFO message key=value ...``, with a trace on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        fields = "".join(f" {key}={_word(value)}" for key, value in fields_of(record).items())
        line = f"{_moment(record)} {record.levelname} {_one_line(record.getMessage())}{fields}"
        trace = _trace(record)
        return f"{line}\n{trace}" if trace else line


class _JsonLines(logging.Formatter):
    """One JSON object for each message."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **fields_of(record),
        }
        trace = _trace(record)
        if trace:
            line["trace"] = trace
        return json.dumps(line, ensure_ascii=False, default=str)


def _word(value: object) -> str:
    """Return a value so that it can be told where it ends; what a client sent cannot begin a line of its own."""
    text = str(value)
    return text if text and _PLAIN.issuperset(text) else json.dumps(text, ensure_ascii=False)


def _one_line(text: str) -> str:
    return text.replace("\r", "\\r").replace("\n", "\\n")
