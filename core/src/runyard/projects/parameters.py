"""The parameters of an entry point: their types, and how given values become what the command gets."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec

from runyard.errors import InvalidInput

# What is written in existing files, and what is made of it. Only the last two change a value; the numbers are checked.
TYPES: dict[str, str] = {
    "string": "string",
    "str": "string",
    "bool": "string",
    "boolean": "string",
    "float": "float",
    "double": "float",
    "number": "float",
    "int": "int",
    "integer": "int",
    "path": "path",
    "uri": "uri",
}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


class Parameter(msgspec.Struct, frozen=True):
    """A parameter that an entry point declares.

    Attributes:
        name: Its name.
        type: ``string``, ``float``, ``int``, ``path`` or ``uri``.
        default: Its value where none is given; required when `None`.
    """

    name: str
    type: str = "string"
    default: str | None = None

    def checked(self, value: str) -> str:
        """Return a value that was given for it.

        Raises:
            InvalidInput: It is not of the type.
        """
        if "\x00" in value:
            raise InvalidInput(f"The parameter {self.name!r} holds a NUL character, which no command can be given.")
        try:
            if self.type == "float":
                float(value)
            elif self.type == "int":
                int(value)
        except ValueError:
            raise InvalidInput(f"The parameter {self.name!r} is of the type {self.type}, but got {value!r}.") from None
        if self.type == "uri" and not _SCHEME.match(value):
            raise InvalidInput(
                f"The parameter {self.name!r} is of the type uri, but {value!r} has no scheme such as 's3:' or 'file:'."
            )
        return value


class Resolver(Protocol):
    """Makes a local path of the value of a ``path`` parameter."""

    def __call__(self, parameter: Parameter, value: str, index: int, *, given: bool) -> str:
        """Return the path.

        Args:
            parameter: The parameter.
            value: Its value: a local path, or the address of something to download.
            index: The number of the parameter in its entry point, from 0.
            given: Whether the value was given, and is not the default.
        """


class Values(msgspec.Struct, frozen=True):
    """The parameters of one run.

    Attributes:
        declared: Values of what the entry point declares, in its order.
        extra: Values of what it does not declare, in the order in which they were given.
    """

    declared: dict[str, str]
    extra: dict[str, str]

    @property
    def all(self) -> dict[str, str]:
        """Every value by name."""
        return {**self.declared, **self.extra}


def bind(
    entry_point: str, parameters: Mapping[str, Parameter], given: Mapping[str, Any], resolve: Resolver | None = None
) -> Values:
    """Return the values that an entry point gets.

    Args:
        entry_point: Its name, for messages.
        parameters: What it declares.
        given: Values by name; what is not text becomes text.
        resolve: What makes local paths of the values of ``path`` parameters; they stay as they are when `None`.

    Raises:
        InvalidInput: A parameter without a default is missing, or a value is not of its type.
    """
    texts = {name: _text(value) for name, value in given.items()}
    missing = [name for name, parameter in parameters.items() if name not in texts and parameter.default is None]
    if missing:
        from runyard.projects.document import allowed_words

        unknown = [name for name in texts if name not in parameters]
        hint = f" {unknown[0]!r} was given: {allowed_words(unknown[0], parameters)}" if unknown else ""
        raise InvalidInput(
            f"The entry point {entry_point!r} needs a value for {', '.join(map(repr, missing))}: give it with "
            f"-P {missing[0]}=VALUE.{hint}"
        )
    declared: dict[str, str] = {}
    for index, (name, parameter) in enumerate(parameters.items()):
        is_given = name in texts
        # a default is the author's: it may stand outside of the type, as "None" does for a number
        value = parameter.checked(texts[name]) if is_given else parameter.default or ""
        if parameter.type == "path" and resolve is not None:
            value = resolve(parameter, value, index, given=is_given)
        declared[name] = value
    undeclared = {name: Parameter(name).checked(text) for name, text in texts.items() if name not in parameters}
    return Values(declared, undeclared)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else os.fspath(value) if isinstance(value, os.PathLike) else str(value)


class PathResolver:
    """Finds local files for ``path`` parameters, and downloads those that are elsewhere.

    A path that was given is relative to the working directory; a default is relative to the project's folder, or else
    to the working directory.

    Args:
        project: The project's folder.
        storage: The folder in which one is made for downloads; that of temporary files when `None`.
    """

    def __init__(self, project: Path, storage: str | os.PathLike[str] | None = None) -> None:
        self._project = project
        self._storage = Path(storage) if storage else None
        self._downloads: Path | None = None

    def __call__(self, parameter: Parameter, value: str, index: int, *, given: bool) -> str:
        """Return an absolute path.

        Raises:
            InvalidInput: There is no such file or folder.
            NotFound, Unavailable, PluginMissing: It is elsewhere and cannot be downloaded.
        """
        from runyard.uris import ArtifactURI

        if _SCHEME.match(value) and not value.startswith("file:"):
            from runyard.artifacts.functions import download_artifacts

            target = self._folder() / f"param_{index}"
            target.mkdir(exist_ok=True)
            return str(download_artifacts(artifact_uri=value, dst_path=str(target)))
        local = ArtifactURI.parse(value).path if value.startswith("file:") else os.path.expanduser(value)
        for base in (Path(),) if given else (self._project, Path()):
            candidate = (base / local).absolute()
            if candidate.exists():
                return str(candidate)
        raise InvalidInput(f"The parameter {parameter.name!r} is of the type path, but there is no {value!r}.")

    def _folder(self) -> Path:
        if self._downloads is None:
            import tempfile

            if self._storage is not None:
                self._storage.mkdir(parents=True, exist_ok=True)
            self._downloads = Path(tempfile.mkdtemp(prefix="runyard-", dir=self._storage)).absolute()
        return self._downloads
