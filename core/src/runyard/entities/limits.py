"""The rules for keys, names and values, and the functions that check them.

The figures are those of the reference system (release 3.17). Lengths count Unicode characters.
"""

from __future__ import annotations

import math
import operator
import posixpath
import re
from functools import lru_cache
from typing import Any

from runyard import config
from runyard.errors import InvalidInput

MAX_KEY = 250
MAX_PARAM_VALUE = 6000
MAX_TAG_VALUE = 8000
MAX_EXPERIMENT_NAME = 500
MAX_EXPERIMENT_TAG_VALUE = 20_000
MAX_REGISTRY_TAG_VALUE = 100_000
MAX_MODEL_NAME = 256
MAX_ALIAS = 255
MAX_DATASET_NAME = 500
MAX_DATASET_DIGEST = 36
MAX_DATASET_SOURCE = 65_535
MAX_DATASET_SCHEMA = 1_048_575
MAX_DATASET_PROFILE = 16_777_215
MAX_INPUT_TAG_KEY = 255
MAX_INPUT_TAG_VALUE = 500
MAX_RUN_ID = 256

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_KEY = re.compile(r"[/\w.\- :]+")
_RUN_ID = re.compile(r"[^\W_][\w-]{0,255}")
_EXPERIMENT_ID = re.compile(r"[^\W_][\w-]{0,63}")
_ALIAS = re.compile(r"[\w-]+")
_VERSION_LIKE = re.compile(r"[vV]\d+")


def check_key(key: str, what: str) -> str:
    """Return the key of a metric, param or tag.

    Args:
        key: ``/``, word characters of any script, ``.``, ``-``, blanks and ``:``; at most 250; a normal relative path.
        what: What it is the key of, for the message: ``metric``.

    Raises:
        InvalidInput: The key breaks one of those rules.
    """
    if not isinstance(key, str) or not key:
        raise InvalidInput(f"The name of a {what} is {key!r}; it must be text and not empty.")
    return _check_key(key, what)


@lru_cache(maxsize=65_536)
def _check_key(key: str, what: str) -> str:
    if len(key) > MAX_KEY:
        raise InvalidInput(f"The {what} name {key[:60]!r}... has {len(key)} characters; at most {MAX_KEY} are allowed.")
    if not _KEY.fullmatch(key):
        raise InvalidInput(
            f"Invalid {what} name {key!r}: names may hold letters, digits, '_', '-', '.', ' ', ':' and '/'."
        )
    if posixpath.normpath(key) != key or key.startswith(("/", "..")) or key == ".":
        raise InvalidInput(
            f"Invalid {what} name {key!r}: it must be a plain relative path, without '.', '..', empty parts or a '/' "
            "at either end."
        )
    return key


def check_metric_value(key: str, value: Any) -> float:
    """Return the value of a metric as a float; 0-dimensional arrays and tensors are taken, NaN and infinities kept.

    Raises:
        InvalidInput: It is a boolean, text or anything else that is no number.
    """
    if type(value) is float:
        return value
    # Complex numbers of NumPy would become floats and lose a part.
    is_complex = isinstance(value, complex) or getattr(getattr(value, "dtype", None), "kind", "") == "c"
    if not is_complex and not isinstance(value, (bool, str, bytes)):
        try:
            return float(value)
        except (TypeError, ValueError, OverflowError, RuntimeError):  # the last is how tensors refuse
            pass
    raise InvalidInput(f"The metric {key!r} got {value!r} ({type(value).__name__}); a metric is a number.")


def check_timestamp(timestamp: Any, what: str = "metric") -> int:
    """Return a time in milliseconds since 1970 UTC.

    Raises:
        InvalidInput: It is no number, negative, or does not fit into 64 bits.
    """
    try:
        number = timestamp if isinstance(timestamp, float) else operator.index(timestamp)
    except TypeError:
        number = math.nan
    if isinstance(timestamp, bool) or not math.isfinite(number):
        raise InvalidInput(
            f"The timestamp of a {what} is {timestamp!r}; it must be a number of milliseconds since 1970."
        )
    if not 0 <= number < 2**63:
        raise InvalidInput(f"The timestamp of a {what} is {timestamp!r}; it must be from 0 to 2**63 - 1.")
    return int(number)


def check_step(step: Any) -> int:
    """Return a step: a signed 64-bit integer.

    Raises:
        InvalidInput: It is no integer or does not fit.
    """
    if isinstance(step, bool) or (isinstance(step, float) and not step.is_integer()):
        raise InvalidInput(f"The step of a metric is {step!r}; it must be an integer.")
    try:
        number = int(step)
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput(f"The step of a metric is {step!r}; it must be an integer.") from None
    if not -(2**63) <= number < 2**63:
        raise InvalidInput(f"The step of a metric is {step!r}; it must fit into 64 bits.")
    return number


def check_long_value(key: str, value: Any, what: str, limit: int) -> str:
    """Return the value of a param or run tag as text; one that is too long is cut, or refused if the setting says so.

    Raises:
        InvalidInput: It is longer than the limit and ``RUNYARD_TRUNCATE_LONG_VALUES`` is false.
    """
    text = _valid(value if isinstance(value, str) else str(value), f"value of the {what} {key!r}")
    if len(text) <= limit:
        return text
    if not config.TRUNCATE_LONG_VALUES.get():
        raise InvalidInput(f"The value of the {what} {key!r} has {len(text)} characters; at most {limit} are allowed.")
    import logging

    logging.getLogger("runyard").warning(
        "The value of the %s %r has %d characters and is cut to %d.", what, key, len(text), limit
    )
    return text[:limit]


def check_text(value: Any, what: str, limit: int) -> str:
    """Return a text that may not be longer than a limit.

    Raises:
        InvalidInput: It is no text, or too long.
    """
    if not isinstance(value, str):
        raise InvalidInput(f"The {what} is {value!r} ({type(value).__name__}); it must be text.")
    if len(value) > limit:
        raise InvalidInput(f"The {what} has {len(value)} characters; at most {limit} are allowed.")
    return _valid(value, what)


def _valid(text: str, what: str) -> str:
    """Return a text that every store can keep."""
    if not text.isascii() and _SURROGATE.search(text):
        raise InvalidInput(f"The {what} is no valid Unicode text: it holds half of a character.")
    return text


def check_experiment_name(name: Any) -> str:
    """Return the name of an experiment: text, not empty, at most 500 characters."""
    if not isinstance(name, str) or not name:
        raise InvalidInput(f"Invalid experiment name {name!r}: it must be text and not empty.")
    return check_text(name, "experiment name", MAX_EXPERIMENT_NAME)


def check_run_id(run_id: Any) -> str:
    """Return a run id: a letter or digit, then word characters or ``-``, at most 256."""
    if not isinstance(run_id, str) or not _RUN_ID.fullmatch(run_id):
        raise InvalidInput(f"Invalid run id {run_id!r}.")
    return run_id


def check_experiment_id(experiment_id: Any) -> str:
    """Return an experiment id: a letter or digit, then word characters or ``-``, at most 64."""
    if not isinstance(experiment_id, str) or not _EXPERIMENT_ID.fullmatch(experiment_id):
        raise InvalidInput(
            f"Invalid experiment id {experiment_id!r}: it is letters, digits, '_' and '-'. "
            "A filter goes into filter_string, a name into experiment_names."
        )
    return experiment_id


def check_model_name(name: Any) -> str:
    """Return the name of a registered model: not blank, at most 256 characters, no ``/`` or ``:``, no path."""
    if not isinstance(name, str) or not name.strip():
        raise InvalidInput(f"Invalid registered model name {name!r}: it must be text and not blank.")
    if "/" in name or ":" in name or name in (".", "..") or "\x00" in name:
        raise InvalidInput(f"Invalid registered model name {name!r}: '/' and ':' are not allowed, nor '.' and '..'.")
    return check_text(name, "registered model name", MAX_MODEL_NAME)


def check_logged_model_name(name: Any) -> str:
    """Return the name of a logged model: not empty, none of ``/ : . % " '``."""
    if not isinstance(name, str) or not name or any(sign in name for sign in "/:.%\"'\x00"):
        raise InvalidInput(f"Invalid model name {name!r}: it must not be empty nor hold any of / : . % \" '.")
    return name


def check_alias(alias: Any) -> str:
    """Return an alias: word characters and ``-``, at most 255; neither ``latest`` nor ``v`` and digits."""
    if not isinstance(alias, str) or not _ALIAS.fullmatch(alias):
        raise InvalidInput(f"Invalid alias {alias!r}: use letters, digits, '_' and '-'.")
    if alias.lower() == "latest" or _VERSION_LIKE.fullmatch(alias):
        raise InvalidInput(f"The alias {alias!r} is reserved: it reads like a version.")
    return check_text(alias, "alias", MAX_ALIAS)


def check_version(version: Any) -> str:
    """Return the number of a model version as text.

    Raises:
        InvalidInput: It is no positive integer.
    """
    text = str(version).strip()
    if isinstance(version, bool) or not text.isascii() or not text.isdigit() or len(text) > 18:
        raise InvalidInput(f"Invalid model version {version!r}: it must be an integer.")
    return str(int(text))


def check_page_size(max_results: Any, cap: int) -> int:
    """Return the size of a page of results.

    Raises:
        InvalidInput: It is no integer from 1 to the cap.
    """
    if isinstance(max_results, bool) or not isinstance(max_results, int) or not 1 <= max_results <= cap:
        raise InvalidInput(f"Invalid value {max_results!r} for max_results: it must be an integer from 1 to {cap}.")
    return max_results
