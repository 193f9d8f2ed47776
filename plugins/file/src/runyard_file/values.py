"""Params and tags: one file a value, named for its key; ``/`` in a key makes folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache

from runyard.entities import limits
from runyard.errors import InvalidInput, NotFound
from runyard_file.files import create_text, locked, read_text, refused, replace_text
from runyard_file.layout import PARAMS, TAGS

__all__ = [
    "add_params",
    "check_names",
    "collect_keys",
    "delete_value",
    "is_key",
    "keys",
    "list_names",
    "replace_values",
]

# Bytes in one name, on all usual file systems.
_MAX_NAME = 255


@lru_cache(maxsize=65_536)
def is_key(text: str) -> bool:
    """Say whether something can be the key of a metric, param or tag, hence a path below the folder of its kind."""
    try:
        limits.check_key(text, "value")
    except InvalidInput:
        return False
    return True


def keys(folder: str) -> list[str]:
    """Return the keys below a folder of values, sorted; none where it does not exist.

    Raises:
        StorageFailure: It cannot be listed.
    """
    return collect_keys(folder, list_names)


def collect_keys(folder: str, names_in: Callable[[str], Iterable[str]]) -> list[str]:
    """Return the keys below a folder of values, sorted.

    Args:
        folder: The folder.
        names_in: Returns the names in a folder as `list_names` does.
    """
    found: list[str] = []
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        for name in names_in(f"{folder}/{prefix}" if prefix else folder):
            if name[-1] == "/":
                waiting.append(prefix + name)
            elif is_key(prefix + name):  # no editor's backups
                found.append(prefix + name)
    found.sort()
    return found


def list_names(folder: str) -> list[str]:
    """Return the names in a folder, those of folders with a ``/`` behind them; none where it does not exist.

    Raises:
        StorageFailure: It cannot be listed.
    """
    try:
        with os.scandir(folder) as entries:
            return [f"{entry.name}/" if entry.is_dir() else entry.name for entry in entries]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        refused(folder, error, "list")


def check_names(folder: str, keys: Collection[str]) -> None:
    """Check that values can be kept in files of their names, before the first of them is written.

    Args:
        folder: The folder of values.
        keys: Their keys.

    Raises:
        InvalidInput: A key is a part of another, which would have to be a file and a folder, or is too long.
    """
    if not keys:
        return
    above = {key[:end] for key in keys if "/" in key for end, sign in enumerate(key) if sign == "/"}
    try:
        with os.scandir(folder) as entries:
            are_folders = {entry.name for entry in entries if entry.is_dir()}
    except OSError:
        are_folders = set()
    for key in keys:
        if key in above or key in are_folders or ("/" in key and os.path.isdir(f"{folder}/{key}")):
            raise InvalidInput(f"Cannot keep {key!r} in files: it is also the first part of another key. Rename one.")
        if not key.isascii() and any(len(part.encode()) > _MAX_NAME for part in key.split("/")):
            raise InvalidInput(f"Cannot keep {key!r} in files: a part of it has more than {_MAX_NAME} bytes.")
    for key in above:
        if os.path.isfile(f"{folder}/{key}"):
            raise InvalidInput(f"Cannot keep {key + '/...'!r} in files: there is a {key!r} already. Rename one.")


def add_params(owner: str, params: Iterable[tuple[str, str]], name: str) -> None:
    """Add params to a run or model: all of them or, where one has another value already, none.

    Args:
        owner: The folder of the run or model.
        params: Keys and values.
        name: What they belong to, for the message: ``run 'f00...'``.

    Raises:
        InvalidInput: A param exists with another value.
        StorageFailure: One cannot be written; none was added.
    """
    with locked(owner):
        missing = []
        for key, value in params:
            path = f"{owner}/{PARAMS}/{key}"
            if not _has_param(path, key, value, name):
                missing.append((path, key, value))
        made: list[str] = []
        try:
            for path, key, value in missing:
                if create_text(path, value, staging=owner):
                    made.append(path)
                else:  # by a program that takes no locks
                    _has_param(path, key, value, name)
        except BaseException:
            for path in made:
                with suppress(OSError):
                    os.unlink(path)
            raise


def _has_param(path: str, key: str, value: str, name: str) -> bool:
    try:
        stored = read_text(path)
    except FileNotFoundError:
        return False
    if stored != value:
        raise InvalidInput(
            f"The param {key!r} of the {name} is {stored!r} already and cannot be changed to {value!r}; "
            "a param is written once. Use another key, another run, or a tag."
        )
    return True


def replace_values(owner: str, tags: Mapping[str, str] | Iterable[tuple[str, str]]) -> None:
    """Set tags of a run, model or experiment.

    Raises:
        StorageFailure: One cannot be written; those before it were.
    """
    for key, value in tags.items() if isinstance(tags, Mapping) else tags:
        replace_text(f"{owner}/{TAGS}/{key}", value, staging=owner)


def delete_value(owner: str, key: str, name: str) -> None:
    """Delete a tag.

    Raises:
        NotFound: There is none of that key.
        StorageFailure: It cannot be deleted.
    """
    path = f"{owner}/{TAGS}/{key}"
    if not is_key(key):
        raise NotFound(f"The {name} has no tag {key!r}.")
    try:
        os.unlink(path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise NotFound(f"The {name} has no tag {key!r}.") from None
    except OSError as error:
        refused(path, error, "delete")
