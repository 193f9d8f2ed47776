"""The lines of requirements files: what they refer to is followed, and must be below the folder that they belong to."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from runyard.errors import InvalidInput
from runyard.uris import ArtifactURI, without_secrets

__all__ = ["RequirementLines", "read_lines", "requirement_name", "spelled"]

_OPTIONS = {
    "-r": "--requirement",
    "-c": "--constraint",
    "-e": "--editable",
    "-f": "--find-links",
    "-i": "--index-url",
    "--pypi-url": "--index-url",
}
_PLACES = ("--find-links", "--index-url", "--extra-index-url")
_FLAGS = frozenset({"--no-index", "--pre", "--prefer-binary", "--require-hashes"})
_VALUES = frozenset(
    {
        "--requirement",
        "--constraint",
        "--editable",
        "--find-links",
        "--index-url",
        "--extra-index-url",
        "--trusted-host",
        "--only-binary",
        "--no-binary",
        "--use-feature",
    }
)
_COMMENT = re.compile(r"(^|\s+)#.*$")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?:/|\.)")
_OF_ONE = re.compile(r"\s--?(?=[a-z])")  # options of one requirement: --hash, --config-settings
_PLAIN = re.compile(r"[A-Za-z0-9_./+-]+")
_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tar.bz2", ".tgz")
_MAX_FILES = 100


class RequirementLines(msgspec.Struct, frozen=True, kw_only=True):
    """Lines for an installer, in the order in which they stand.

    Attributes:
        requirements: Requirements and options; paths in them are absolute, as `spelled` gives them.
        constraints: The lines of the files that they name as constraints.
        local: The files and folders on this machine that are installed, or that wheels are looked for in.
        editable: Those of them that are installed in place.
    """

    requirements: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    local: tuple[Path, ...] = ()
    editable: tuple[Path, ...] = ()


def spelled(path: Path) -> str:
    """Return a path as it can stand in a line: as a ``file:`` address where blanks and the like would divide it."""
    text = str(path)
    return text if _PLAIN.fullmatch(text) else path.as_uri()


def requirement_name(line: str) -> str | None:
    """Return the normalized name of the distribution that a line asks for, `None` for options, addresses and paths."""
    from runyard.models.distributions import normalize

    if line.startswith("-") or _is_path(line) or (_URL.match(line) and "@" not in line.partition(":")[0]):
        return None
    match = _NAME.match(line)
    return normalize(match.group()) if match else None


def read_lines(lines: Iterable[str], folder: Path, place: str, *, confined: bool = True) -> RequirementLines:
    """Return lines of a requirements file with the files that they refer to in their place.

    Args:
        lines: The lines.
        folder: The folder that paths in them are relative to.
        place: What the lines are in, for messages.
        confined: Whether what they refer to must be below the folder.

    Raises:
        InvalidInput: A line is neither a requirement nor an option of such files, or refers to a file that is missing
            or lies elsewhere; the message names the place and the line.
    """
    reader = _Reader(folder if confined else None)
    reader.read(list(lines), folder, place)
    return RequirementLines(
        requirements=tuple(reader.requirements),
        constraints=tuple(dict.fromkeys(reader.constraints)),
        local=tuple(dict.fromkeys(reader.local)),
        editable=tuple(dict.fromkeys(reader.editable)),
    )


def _is_path(text: str) -> bool:
    """Say whether a requirement is a path; one that looks like a name is none, whatever lies in the folder."""
    path = text.partition(";")[0].partition("[")[0].strip()
    if " @ " in text or _URL.match(text):
        return False
    return path.startswith((".", "/", "~")) or "/" in path or "\\" in path or path.lower().endswith(_ARCHIVES)


class _Reader:
    def __init__(self, root: Path | None) -> None:
        self._root = root
        self._files: list[Path] = []  # those that are being read, the outermost first
        self._read = 0
        self.requirements: list[str] = []
        self.constraints: list[str] = []
        self.local: list[Path] = []
        self.editable: list[Path] = []

    def read(self, lines: Iterable[str], folder: Path, place: str) -> None:
        for line in _logical(lines):
            if line.startswith("-"):
                self._option(line, folder, place)
            else:
                self.requirements.append(self._requirement(line, folder, place))

    def _option(self, line: str, folder: Path, place: str) -> None:
        name, value = _split_option(line)
        if name in _FLAGS and not value:
            self.requirements.append(name)
            return
        if name not in _VALUES or not value:
            wanted = "needs a value" if name in _VALUES else "is no option of a requirements file"
            raise InvalidInput(f"{place}: {without_secrets(line)!r} {wanted}.")
        if name in ("--requirement", "--constraint") and not _is_remote(value):
            self._follow(name, self._local(value, folder, place, line), place)
        elif name == "--editable" and not _is_remote(value):
            path = self._local(value, folder, place, line)
            self.editable.append(path)
            self.requirements.append(f"--editable {_with_path(value, path)}")
        elif name in _PLACES and not _is_remote(value):
            path = self._local(value, folder, place, line)
            self.local.append(path)
            self.requirements.append(f"{name} {spelled(path)}")
        else:
            self.requirements.append(f"{name} {value}")

    def _follow(self, option: str, file: Path, place: str) -> None:
        if file in self._files:
            raise InvalidInput(f"{place}: {file.name!r} includes itself.")
        self._read += 1
        if self._read > _MAX_FILES:
            raise InvalidInput(f"{place}: more than {_MAX_FILES} files are included.")
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"{place}: {str(file)!r} cannot be read: {error}.") from None
        self._files.append(file)
        before = len(self.requirements)
        self.read(lines, file.parent, str(file))
        if option == "--constraint":
            self.constraints += self.requirements[before:]
            del self.requirements[before:]
        self._files.pop()

    def _requirement(self, line: str, folder: Path, place: str) -> str:
        from packaging.requirements import InvalidRequirement, Requirement

        if _is_path(line):
            path = self._local(line, folder, place, line)
            self.local.append(path)
            return _with_path(line, path)
        if _URL.match(line):
            if not _is_remote(line):
                path = self._local(line, folder, place, line)
                self.local.append(path)
                return _with_path(line, path)
            return line
        bare = _OF_ONE.split(line, maxsplit=1)[0]
        try:
            requirement = Requirement(bare)
        except InvalidRequirement as error:
            reason = str(error).splitlines()[0]
            raise InvalidInput(f"{place}: {without_secrets(line)!r} is not a requirement: {reason}.") from None
        if requirement.url is not None and not _is_remote(requirement.url):
            path = self._local(requirement.url, folder, place, line)
            self.local.append(path)
            return line.replace(requirement.url, path.as_uri(), 1)
        return line

    def _local(self, text: str, folder: Path, place: str, line: str) -> Path:
        """Return what a path or ``file:`` address names, which is there and where it may be."""
        bare = _bare_path(text)
        if re.match(r"\w+\+file:", bare):
            raise InvalidInput(f"{place}: {line!r} refers to a repository on this machine. {_ELSEWHERE}")
        if bare.startswith("file:"):
            named = Path(ArtifactURI.parse(bare).path) if bare.startswith("file:/") else folder / bare[len("file:") :]
        elif bare.startswith("~") and self._root is not None:
            raise InvalidInput(f"{place}: {line!r} refers to a home folder. {_ELSEWHERE}")
        else:
            named = folder / os.path.expanduser(bare)
        path = Path(os.path.realpath(named))
        if self._root is not None and not path.is_relative_to(os.path.realpath(self._root)):
            raise InvalidInput(
                f"{place}: {line!r} refers to a file or folder that is not below {str(self._root)!r}. {_ELSEWHERE}"
            )
        if not path.exists():
            raise InvalidInput(f"{place}: {line!r} refers to {str(path)!r}, which does not exist.")
        return path


_ELSEWHERE = "Put it there, or name a folder of wheels in PIP_FIND_LINKS."


def _logical(lines: Iterable[str]) -> Iterable[str]:
    """Yield lines without comments, those that go on with a backslash as one."""
    pending = ""
    for raw in lines:
        if raw.endswith("\\") and not raw.lstrip().startswith("#"):
            pending += raw[:-1] + " "
            continue
        line = _COMMENT.sub("", pending + raw).strip()
        pending = ""
        if line:
            yield line
    if pending.strip():
        yield pending.strip()


def _split_option(line: str) -> tuple[str, str]:
    """Return the long name of an option and its value: ``-r x``, ``-rx``, ``--requirement x``, ``--requirement=x``."""
    if line.startswith("--"):
        name, _, value = line.replace("=", " ", 1).partition(" ") if "=" in line.split(" ")[0] else line.partition(" ")
    else:
        name, value = line[:2], line[2:]
    return _OPTIONS.get(name, name), value.strip()


def _is_remote(text: str) -> bool:
    match = _URL.match(text)
    return match is not None and not match["scheme"].lower().endswith("file") and len(match["scheme"]) > 1


def _bare_path(text: str) -> str:
    """Return a path without the options, markers and extras behind it."""
    path = _OF_ONE.split(text, maxsplit=1)[0].partition(" ;")[0].partition("#")[0].strip()
    return re.sub(r"\[[^\]/]*\]$", "", path)


def _with_path(text: str, path: Path) -> str:
    """Return a requirement with the path in it replaced by another."""
    bare = _bare_path(text)
    return f"{spelled(path)}{text[text.index(bare) + len(bare) :]}"
