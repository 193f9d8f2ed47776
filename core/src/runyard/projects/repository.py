"""Fetching a project from a git repository, with the ``git`` program."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec

from runyard.errors import ExecutionFailed, InvalidInput

TRANSPORTS = ("https", "ssh", "file")
"""What git may speak to the address that was given. Submodules may not use ``file`` unless the address does."""

_SCP_LIKE = re.compile(r"(?:[\w.-]+@)?[\w.-]+:(?!//)")
_TOKEN = re.compile(r"(?<=https://)[^/@\s]*@")
_PASSWORD = re.compile(r"(?<=ssh://)([^/@:\s]*):[^/@\s]*@")
_REVISION_FAULT = re.compile(r"^-|[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|^$")


class Checkout(msgspec.Struct, frozen=True):
    """What was fetched.

    Attributes:
        commit: The commit, in full.
        branch: The branch, where the version is one.
    """

    commit: str
    branch: str | None = None


def without_credentials(text: str) -> str:
    """Return an address, or a text that holds one, without passwords and tokens; the user of ssh stays."""
    return _PASSWORD.sub(r"\1@", _TOKEN.sub("", text))


def transport(url: str) -> str:
    """Return how git would reach an address: ``https``, ``ssh`` or ``file``.

    Raises:
        InvalidInput: It would be reached in another way, or the address begins like an option.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        scheme, rest = ("ssh", url) if "::" not in url and _SCP_LIKE.match(url) else ("", url)
    # a host that begins with '-' would be an option of ssh
    if scheme in TRANSPORTS and not rest.startswith("-") and "@-" not in rest:
        return scheme
    raise InvalidInput(
        f"The project {without_credentials(url)!r} is not fetched: git repositories are reached by "
        f"{', '.join(f'{name}://' for name in TRANSPORTS)} or user@host:path."
    )


def check_revision(version: str) -> str:
    """Return the name of a branch, tag or commit.

    Raises:
        InvalidInput: It is not a name that git allows.
    """
    if _REVISION_FAULT.search(version):
        raise InvalidInput(f"The version {version!r} is not the name of a branch, a tag or a commit.")
    return version


def is_repository(folder: Path) -> bool:
    """Say whether a folder is the top of a git repository, with or without a working tree."""
    return (folder / ".git").exists() or ((folder / "HEAD").is_file() and (folder / "objects").is_dir())


def fetch(url: str, version: str | None, folder: Path) -> Checkout:
    """Fetch one version of a repository into an empty folder, with its submodules and without its history.

    Args:
        url: The address.
        version: A branch, tag or commit; what the repository calls ``HEAD`` when `None`.
        folder: Where to.

    Raises:
        InvalidInput: The address or version is not valid, or the repository has no such version.
        ExecutionFailed: git is missing or failed; the message holds what it said.
    """
    git = _Git(folder, transport(url))
    git("init", "--quiet", "--template=")
    git("remote", "add", "origin", url)
    branch = None
    if version is None:
        git("fetch", "--quiet", "--depth=1", "--no-tags", "origin", "HEAD")
    else:
        branch = _fetch_version(git, check_revision(version), without_credentials(url))
    git("checkout", "--quiet", "--detach", "FETCH_HEAD")
    if (folder / ".gitmodules").is_file():
        git("submodule", "--quiet", "update", "--init", "--recursive", "--depth=1")
    return Checkout(git("rev-parse", "--verify", "HEAD").strip(), branch)


def _fetch_version(git: _Git, version: str, url: str) -> str | None:
    """Fetch a version so that ``FETCH_HEAD`` is it, and return its name if it is a branch."""
    branch, tag = f"refs/heads/{version}", f"refs/tags/{version}"
    refs = {line.partition("\t")[2] for line in git("ls-remote", "origin", branch, tag).splitlines()}
    for ref in (branch, tag):
        if ref in refs:
            git("fetch", "--quiet", "--depth=1", "--no-tags", "origin", ref)
            return version if ref is branch else None
    try:
        git("fetch", "--quiet", "--depth=1", "--no-tags", "origin", version)
    except ExecutionFailed:
        # a server need not hand out a commit by its name, and cannot by the beginning of its name
        git("fetch", "--quiet", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*")
        try:
            commit = git("rev-parse", "--verify", "--quiet", f"{version}^{{commit}}").strip()
        except ExecutionFailed:
            raise InvalidInput(f"{url} has no branch, tag or commit {version!r}.") from None
        git("fetch", "--quiet", ".", commit)
    return None


class _Git:
    """Runs git in one folder.

    Args:
        folder: The folder.
        transport: How the address that was given is reached.
    """

    def __init__(self, folder: Path, transport: str) -> None:
        self._options = ["-C", str(folder), "-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"]
        allowed = TRANSPORTS if transport == "file" else tuple(name for name in TRANSPORTS if name != "file")
        self._environment = {**os.environ, "LC_ALL": "C", "GIT_ALLOW_PROTOCOL": ":".join(allowed)}
        if not sys.stdin.isatty():
            self._environment["GIT_TERMINAL_PROMPT"] = "0"
        for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):  # set inside of git's hooks
            self._environment.pop(name, None)

    def __call__(self, *words: str) -> str:
        """Run a command of git and return what it wrote.

        Raises:
            ExecutionFailed: There is no git, or it failed.
        """
        try:
            done = subprocess.run(
                ["git", *self._options, *words], env=self._environment, capture_output=True, check=False
            )
        except FileNotFoundError:
            raise ExecutionFailed(
                "The project is in a git repository, and there is no program 'git'. Install it: https://git-scm.com."
            ) from None
        if done.returncode:
            said = without_credentials(done.stderr.decode("utf-8", "replace").strip())
            raise ExecutionFailed(f"git {words[0]} failed: {said or f'exit code {done.returncode}'}")
        return done.stdout.decode("utf-8", "replace")
