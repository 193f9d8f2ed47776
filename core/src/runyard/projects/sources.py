"""Where a project comes from: a folder, a git repository or an archive. What is not a folder is fetched into one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import msgspec

from runyard.errors import InvalidInput
from runyard.projects import archive, repository
from runyard.tracking import git
from runyard.tracking.context import SOURCE_NAME, SOURCE_TYPE
from runyard.uris import ArtifactPath, ArtifactURI

LEGACY_REPOSITORY = "mlflow.gitRepoURL"


class ProjectURI(msgspec.Struct, frozen=True, kw_only=True):
    """The address of a project.

    Attributes:
        kind: ``folder``, ``git`` or ``zip``.
        location: A local path for a folder or archive; an address that git understands otherwise.
        subdirectory: The project's folder in it.
        version: The branch, tag or commit to fetch; for ``git`` only.
    """

    kind: str
    location: str
    subdirectory: ArtifactPath = ArtifactPath()
    version: str | None = None

    @classmethod
    def parse(cls, uri: str, version: str | None = None) -> ProjectURI:
        """Parse an address: a folder, ``file://``, a ``.zip`` file, or a git repository; then ``#`` and a folder in it.

        A folder is used where it is, unless a version of it is wanted or it is a ``file://`` address of a repository.

        Raises:
            InvalidInput: The address is none of these, nothing is there, or there is a version of what has none.
        """
        text, _, below = uri.partition("#")
        if "#" in uri and Path(uri).is_dir():
            text, below = uri, ""
        subdirectory = ArtifactPath(below.rstrip("/"))
        is_file_uri = text.startswith("file:")
        local = Path(ArtifactURI.parse(text).path) if is_file_uri or _is_plain(text) else None
        if local is None and not text.endswith(".zip"):
            repository.transport(text)
            return cls(kind="git", location=text, subdirectory=subdirectory, version=version)
        if local is None:
            raise InvalidInput(f"The archive {text!r} is not on this machine; download it first.")
        if local.is_dir():
            is_repository = repository.is_repository(local)
            if is_repository and (version or is_file_uri):
                return cls(kind="git", location=local.as_uri(), subdirectory=subdirectory, version=version)
            kind = "folder"
        elif local.is_file() and local.suffix == ".zip":
            kind = "zip"
        else:
            what = "is no folder and no .zip file" if local.exists() else "does not exist"
            raise InvalidInput(f"There is no project at {text!r}: it {what}.")
        if version:
            raise InvalidInput(f"There is no version {version!r} of {text!r}: only a git repository has versions.")
        return cls(kind=kind, location=str(local), subdirectory=subdirectory)

    def __str__(self) -> str:
        location = repository.without_credentials(self.location)
        return f"{location}#{self.subdirectory}" if self.subdirectory else location


def _is_plain(text: str) -> bool:
    """Say whether a text is a path rather than an address."""
    if Path(text).exists():
        return True
    head = text.partition("/")[0]
    return ":" not in head


class Source:
    """A project's files on this machine. Leaving it as a context manager removes what was fetched.

    Attributes:
        name: Its address, without passwords.
        folder: The project's folder.
        tags: What a run is told of where the project comes from.
        commit: The git commit, where there is one.
    """

    def __init__(self, uri: ProjectURI) -> None:
        self._fetched: Path | None = None
        self.name = str(uri)
        self.tags: dict[str, str] = {SOURCE_NAME: self.name, SOURCE_TYPE: "PROJECT"}
        try:
            root = self._fetch(uri)
            self.folder = uri.subdirectory.below(root)
            if not self.folder.is_dir():
                raise InvalidInput(f"{str(uri)!r} has no folder {str(uri.subdirectory)!r}.")
        except BaseException:
            self.remove()
            raise
        self.commit: str | None = self.tags.get(git.COMMIT)

    def _fetch(self, uri: ProjectURI) -> Path:
        if uri.kind == "folder":
            folder = Path(uri.location).absolute()
            if any((parent / ".git").exists() for parent in (folder, *folder.parents)):
                self._tag(git.tags(uri.location))
            return folder
        self._fetched = Path(tempfile.mkdtemp(prefix="runyard-project-"))
        if uri.kind == "zip":
            archive.unpack(Path(uri.location), self._fetched)
            return self._fetched
        checkout = repository.fetch(uri.location, uri.version, self._fetched)
        found = {git.COMMIT: checkout.commit, git.REPOSITORY: repository.without_credentials(uri.location)}
        if checkout.branch:
            found[git.BRANCH] = checkout.branch
        self._tag(found)
        return self._fetched

    def _tag(self, found: Mapping[str, str]) -> None:
        self.tags.update(found)
        if git.REPOSITORY in found:
            self.tags[LEGACY_REPOSITORY] = found[git.REPOSITORY]

    def remove(self) -> None:
        """Remove what was fetched; a folder that was used where it is stays."""
        if self._fetched is not None:
            shutil.rmtree(self._fetched, ignore_errors=True)
            self._fetched = None

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.remove()
