"""Warnings about files, each given once in this process."""

from __future__ import annotations

_reported: set[tuple[str, str]] = set()


def warn_once(path: str, message: str) -> None:
    """Log a warning about a file, unless the same was said of it before.

    Args:
        path: The file.
        message: The whole sentence, the file's name included.
    """
    if (path, message) not in _reported:
        import logging

        _reported.add((path, message))
        logging.getLogger("runyard").warning(message)
