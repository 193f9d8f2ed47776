"""The settings table: every environment variable that the core reads, once, with its type, default and meaning.

``RUNYARD_X`` is read first; where the reference system has a variable of the same meaning, that one is read next.
Plugins declare settings of their own with the same class.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from runyard.errors import InvalidInput

if TYPE_CHECKING:
    import re
    from types import ModuleType

T = TypeVar("T")

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


def boolean(text: str) -> bool:
    """Parse ``true/false``, ``1/0``, ``yes/no`` or ``on/off`` in any letter case; raise `ValueError` otherwise."""
    word = text.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("expected true or false")


def names(text: str) -> tuple[str, ...]:
    """Parse a comma-separated list; blanks around the names are dropped."""
    return tuple(name for part in text.split(",") if (name := part.strip()))


def positive(text: str) -> int:
    """Parse an integer that is 1 or more; raise `ValueError` otherwise."""
    return _whole(text, 1)


def natural(text: str) -> int:
    """Parse an integer that is 0 or more; raise `ValueError` otherwise."""
    return _whole(text, 0)


def _whole(text: str, least: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise ValueError(f"expected a whole number, {least} or more")
    return number


def texts(text: str) -> dict[str, str]:
    """Parse a JSON object of texts; other values in it become texts, and nothing at all is an empty object."""
    import json

    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValueError("expected a JSON object")
    return {key: str(value) for key, value in found.items()}


def pattern(text: str) -> re.Pattern[str]:
    """Parse a regular expression; raise `ValueError` if it is none."""
    import re

    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"no regular expression, {error}") from None


class Setting(Generic[T]):
    """One setting and the environment variables that carry it.

    Args:
        name: The variable without its prefix, such as ``TRACKING_URI``.
        parse: Turns the text into a value; raises `ValueError` with what was expected.
        default: The value when no variable is set.
        summary: One sentence for the reference page.
        compatible: Whether ``MLFLOW_<name>`` is read too, or the full name of the variable that is.
    """

    __slots__ = ("default", "name", "parse", "summary", "variables")

    def __init__(
        self, name: str, parse: Callable[[str], T], default: T, summary: str, *, compatible: bool | str = False
    ) -> None:
        self.name = name
        self.parse = parse
        self.default = default
        self.summary = summary
        other = f"MLFLOW_{name}" if compatible is True else compatible
        self.variables: tuple[str, ...] = (f"RUNYARD_{name}", other) if other else (f"RUNYARD_{name}",)

    def get(self) -> T:
        """Return the value in force.

        Raises:
            InvalidInput: The variable holds a text that does not parse.
        """
        for variable in self.variables:
            text = os.environ.get(variable)
            if text is not None:
                try:
                    return self.parse(text)
                except ValueError as error:
                    raise InvalidInput(f"{variable}={text!r} is not valid: {error}.") from None
        return self.default

    def is_set(self) -> bool:
        """Say whether one of the variables is present."""
        return any(variable in os.environ for variable in self.variables)

    def export(self, text: str) -> None:
        """Put the value into the environment under each name, so that child processes inherit it."""
        for variable in self.variables:
            os.environ[variable] = text

    def unset(self) -> None:
        """Take the value out of the environment again."""
        for variable in self.variables:
            os.environ.pop(variable, None)


PLUGINS: Setting[tuple[str, ...] | None] = Setting(
    "PLUGINS", names, None, "Load only these plugins (comma-separated names; empty: none)."
)
PLUGINS_BLOCK: Setting[tuple[str, ...]] = Setting(
    "PLUGINS_BLOCK", names, (), "Never load these plugins (comma-separated names)."
)
TRACKING_URI: Setting[str | None] = Setting(
    "TRACKING_URI", str, None, "Where runs are recorded; `./mlruns` when nothing is set.", compatible=True
)
REGISTRY_URI: Setting[str | None] = Setting(
    "REGISTRY_URI", str, None, "Where models are registered; the tracking URI when nothing is set.", compatible=True
)
EXPERIMENT_NAME: Setting[str | None] = Setting(
    "EXPERIMENT_NAME", str, None, "The experiment that new runs go to; created if missing.", compatible=True
)
EXPERIMENT_ID: Setting[str | None] = Setting(
    "EXPERIMENT_ID", str, None, "The id of the experiment that new runs go to; it must exist.", compatible=True
)
RUN_ID: Setting[str | None] = Setting(
    "RUN_ID", str, None, "The run that the next `start_run` resumes; consumed once.", compatible=True
)
RUN_CONTEXT: Setting[dict[str, str]] = Setting(
    "RUN_CONTEXT", texts, {}, "A JSON object of tags that every new run gets.", compatible=True
)
ACTIVE_MODEL_ID: Setting[str | None] = Setting(
    "ACTIVE_MODEL_ID",
    str,
    None,
    "The logged model that metrics are linked to; counts for runs that start after it is set.",
    compatible=True,
)
TRUNCATE_LONG_VALUES: Setting[bool] = Setting(
    "TRUNCATE_LONG_VALUES",
    boolean,
    True,
    "Cut over-long param and tag values instead of refusing them.",
    compatible=True,
)
ARTIFACT_LOCATION_MAX_LENGTH: Setting[int] = Setting(
    "ARTIFACT_LOCATION_MAX_LENGTH",
    positive,
    2048,
    "The longest artifact location of an experiment.",
    compatible=True,
)
ARTIFACTS_DESTINATION: Setting[str | None] = Setting(
    "ARTIFACTS_DESTINATION",
    str,
    None,
    "Where the files behind `mlflow-artifacts:` addresses are, for those who reach them without the server.",
    compatible=True,
)
CREATE_MODEL_VERSION_SOURCE_VALIDATION_REGEX: Setting[re.Pattern[str] | None] = Setting(
    "CREATE_MODEL_VERSION_SOURCE_VALIDATION_REGEX",
    pattern,
    None,
    "A regular expression that a server has to find in the source of every model version that a client makes.",
    compatible=True,
)
ALLOWED_HOST_ADDRESSED_ARTIFACT_SCHEMES: Setting[tuple[str, ...]] = Setting(
    "ALLOWED_HOST_ADDRESSED_ARTIFACT_SCHEMES",
    names,
    (),
    "Schemes such as `sftp` in which a client may name any host to a server for artifacts (comma-separated names).",
    compatible=True,
)
SERVER_ARTIFACT_ROOTS: Setting[tuple[str, ...]] = Setting(
    "SERVER_ARTIFACT_ROOTS",
    names,
    (),
    "Locations besides its own, such as `s3://bucket/models`, that a server opens for clients; `*` for all of them.",
)
SERVER_UPLOADS_FOLDER: Setting[str | None] = Setting(
    "SERVER_UPLOADS_FOLDER",
    str,
    None,
    "Where a server whose artifacts are elsewhere keeps files in parts until they are whole; its replicas share it.",
)
TRANSFER_WORKERS: Setting[int] = Setting(
    "TRANSFER_WORKERS", positive, 8, "How many artifact files are moved at the same time."
)
TRANSFER_RETRIES: Setting[int] = Setting(
    "TRANSFER_RETRIES", natural, 4, "How often a transfer is tried again while the other side is unavailable."
)
PROGRESS: Setting[bool] = Setting(
    "PROGRESS",
    boolean,
    True,
    "Show the progress of artifact transfers on a terminal.",
    compatible="MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR",
)
SUPPRESS_PRINTING_URL_TO_STDOUT: Setting[bool] = Setting(
    "SUPPRESS_PRINTING_URL_TO_STDOUT", boolean, False, "Do not print the run's address when it ends.", compatible=True
)
ENABLE_ASYNC_LOGGING: Setting[bool] = Setting(
    "ENABLE_ASYNC_LOGGING",
    boolean,
    False,
    "Log in the background unless a call says otherwise; counts for runs that start after it is set.",
    compatible=True,
)
AUTOLOGGING_TESTING: Setting[bool] = Setting(
    "AUTOLOGGING_TESTING", boolean, False, "Raise the faults of autologgers instead of reporting them.", compatible=True
)
STORAGE_DIR: Setting[str | None] = Setting(
    "STORAGE_DIR", str, None, "The folder for downloads of projects' `path` parameters.", compatible="MLFLOW_TMP_DIR"
)
ENV_ROOT: Setting[str | None] = Setting(
    "ENV_ROOT", str, None, "The folder of the environments that are built for models and projects.", compatible=True
)
ALLOW_PICKLE_DESERIALIZATION: Setting[bool] = Setting(
    "ALLOW_PICKLE_DESERIALIZATION", boolean, True, "Load models that are stored as pickles.", compatible=True
)
DEFAULT_PREDICTION_DEVICE: Setting[str | None] = Setting(
    "DEFAULT_PREDICTION_DEVICE",
    str,
    None,
    "The device that models predict on: `cpu`, `cuda`, `cuda:1`; a GPU where there is one when not set.",
    compatible=True,
)
LOG_MODEL_COMPRESSION: Setting[str | None] = Setting(
    "LOG_MODEL_COMPRESSION",
    str,
    None,
    "How pickles of Python models are compressed: gzip, bzip2 or lzma.",
    compatible=True,
)
REQUIREMENTS_INFERENCE_TIMEOUT: Setting[float] = Setting(
    "REQUIREMENTS_INFERENCE_TIMEOUT",
    float,
    120.0,
    "Seconds that the search for a model's requirements may take.",
    compatible=True,
)
RECORD_ENV_VARS_IN_MODEL_LOGGING: Setting[bool] = Setting(
    "RECORD_ENV_VARS_IN_MODEL_LOGGING",
    boolean,
    True,
    "Record the names of the variables that a model reads while it predicts.",
    compatible=True,
)


def enable_async_logging(enable: bool = True) -> None:
    """Record in the background, here and in processes that are started from here, unless a call says otherwise."""
    from runyard.tracking import active

    ENABLE_ASYNC_LOGGING.export("true" if enable else "false")
    active.set_background(enable)


def settings(module: ModuleType | None = None) -> dict[str, Setting[object]]:
    """Return settings by name, for documentation and `runyard doctor`.

    Args:
        module: The module that declares them; the core's settings when absent.
    """
    declared = globals() if module is None else vars(module)
    return {value.name: value for value in declared.values() if isinstance(value, Setting)}
