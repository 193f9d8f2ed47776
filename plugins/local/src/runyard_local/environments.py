"""The cache of environments: each in a folder that is named by what it is made of, built once, then shared."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard import config
from runyard.errors import PermissionDenied, RunyardError, StorageFailure
from runyard.projects.backend import Activation

if TYPE_CHECKING:
    from runyard.projects.python_env import PythonEnvironment

if sys.platform != "win32":
    import fcntl

STAMP = "runyard-environment.json"
"""The file that an environment has when it is whole; it says what it is made of."""

_FORMAT = 1
_SCRIPTS, _PYTHON = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")


def environments_folder() -> Path:
    """Return the folder of all environments, made where it is missing.

    Raises:
        PermissionDenied: Others may write to it: they could put programs into environments that are run here.
        StorageFailure: It cannot be made.
    """
    asked = config.ENV_ROOT.get()
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    root = Path(os.path.abspath(os.path.expanduser(asked) if asked else os.path.join(cache, "runyard", "envs")))
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = root.stat()
    except OSError as error:
        raise StorageFailure(
            f"The folder of environments {str(root)!r} cannot be made: {error.strerror}. Set "
            "RUNYARD_ENV_ROOT to another."
        ) from error
    if os.name == "posix":
        if status.st_uid not in (os.getuid(), 0):
            raise PermissionDenied(
                f"The folder of environments {str(root)!r} belongs to another user (id {status.st_uid}). Set "
                "RUNYARD_ENV_ROOT to a folder of your own."
            )
        if stat.S_IMODE(status.st_mode) & 0o022:
            raise PermissionDenied(
                f"Others may write to the folder of environments {str(root)!r}. Run `chmod go-w {root}`, or set "
                "RUNYARD_ENV_ROOT to a folder of your own."
            )
    return root


def digest_of(parts: Any) -> str:
    """Return what stands for everything that decides an environment's contents, on this kind of machine."""
    machine = [_FORMAT, sys.platform, platform.machine(), *platform.libc_ver()]
    return hashlib.sha256(json.dumps([machine, parts], sort_keys=True).encode()).hexdigest()[:24]


def contents_of(asked: PythonEnvironment, folder: Path) -> list[Any]:
    """Return everything that an environment file says of the contents, wherever its folder is."""
    root = Path(os.path.realpath(folder))
    lines = asked.lines

    def placeless(line: str) -> str:
        return line.replace(root.as_uri(), ".").replace(str(root), ".")

    return [
        list(asked.build),
        [placeless(line) for line in lines.requirements],
        [placeless(line) for line in lines.constraints],
        [_digest_of_path(path) for path in lines.local],
        # what is installed in place stays where it is, and only what it needs is copied
        [[str(path), [_digest_of_path(file) for file in _build_files(path)]] for path in lines.editable],
    ]


def _build_files(project: Path) -> list[Path]:
    names = ("pyproject.toml", "setup.py", "setup.cfg")
    return [project / name for name in names if (project / name).is_file()]


def _digest_of_path(path: Path) -> str:
    """Return what stands for the contents of a file, or of a folder of sources."""
    digest = hashlib.sha256()
    files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    for file in files:
        inner = file.relative_to(path).as_posix()
        if not any(part == "__pycache__" or part.startswith(".git") for part in inner.split("/")):
            digest.update(f"{inner}\0{file.stat().st_size}\0".encode())
            with file.open("rb") as stream:
                while block := stream.read(1 << 20):
                    digest.update(block)
    return digest.hexdigest()


def python_of(folder: Path) -> Path:
    """Return the Python of an environment."""
    return folder / _SCRIPTS / _PYTHON


def activation_of(folder: Path, variables: Mapping[str, str]) -> Activation:
    """Return how to get into an environment; it is the first on the path."""
    path = os.environ.get("PATH", os.defpath)
    first = {"PATH": f"{folder / _SCRIPTS}{os.pathsep}{path}", "PYTHONHOME": ""}
    return Activation(python=str(python_of(folder)), variables={**first, **variables})


def announce(folder: Path) -> None:
    """Say on a terminal that an environment is being built."""
    if sys.stderr is not None and sys.stderr.isatty():
        print(f"Building the environment {folder} ...", file=sys.stderr)


def description_of(folder: Path) -> dict[str, Any] | None:
    """Return what a whole environment says of itself, `None` where there is none."""
    if not python_of(folder).exists():  # never built, or the Python that it refers to was removed
        return None
    try:
        found = json.loads((folder / STAMP).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def provide(name: str, build: Callable[[Path, Sequence[int]], Mapping[str, Any]]) -> tuple[Path, dict[str, Any]]:
    """Return the environment of a name; the first who asks builds it while others wait.

    Environments cannot be moved, so that each is built where it stays. It is taken for whole when its stamp is there;
    what a builder that was killed has left behind is removed by the next.

    Args:
        name: The name of its folder.
        build: Builds it in a folder that does not exist, and returns what is to be known of it. What it starts has to
            inherit the open files that it is given: they hold the lock until the last of these processes has ended.

    Returns:
        The folder, and what is known of it.

    Raises:
        PermissionDenied, StorageFailure: The folder of environments cannot be used.
        ExecutionFailed: The build failed; nothing of it is left.
    """
    root = environments_folder()
    folder = root / name
    if (found := description_of(folder)) is None:
        with _locked(root / f"{name}.lock") as held:
            if (found := description_of(folder)) is None:
                found = _build(folder, build, held)
    with suppress(OSError):  # one that is shared with others may be read only
        os.utime(folder / STAMP)
    return folder, found


def _build(
    folder: Path, build: Callable[[Path, Sequence[int]], Mapping[str, Any]], held: Sequence[int]
) -> dict[str, Any]:
    try:
        if folder.exists():
            shutil.rmtree(folder)
        known = dict(build(folder, held))
        draft = folder / f"{STAMP}.tmp"
        draft.write_text(json.dumps(known, indent=1), encoding="utf-8")
        os.replace(draft, folder / STAMP)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError) and not isinstance(error, RunyardError):
            raise StorageFailure(f"The environment {str(folder)!r} cannot be written: {error}.") from error
        raise
    return known


@contextmanager
def _locked(file: Path) -> Iterator[tuple[int, ...]]:
    """Hold the lock of an environment; on Windows nobody is kept out."""
    if sys.platform == "win32":
        yield ()
        return
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageFailure(f"{str(file)!r} cannot be written: {error.strerror}.") from error
    try:
        _lock(descriptor, file)
        yield (descriptor,)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, file: Path) -> None:
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if sys.stderr is not None and sys.stderr.isatty():
                print(f"Waiting for the process that builds {file.stem} ...", file=sys.stderr)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError as error:
        raise StorageFailure(
            f"{str(file)!r} cannot be locked: {error.strerror}. Set RUNYARD_ENV_ROOT to a folder on a local disk."
        ) from error
