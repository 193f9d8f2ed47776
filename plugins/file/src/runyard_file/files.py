"""Small files on a local disk: replaced whole, created once, and locked, so that a crash leaves no half.

A replaced or created file is written under a temporary name and then moved or linked into place. That does not wait
for the disk: what is acknowledged survives the death of the process, not that of the machine.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import count
from typing import Any, NoReturn

from runyard.errors import DataDamaged, InvalidInput, StorageFailure

if sys.platform != "win32":
    import fcntl

__all__ = [
    "check_folder",
    "create_bytes",
    "create_text",
    "discard_folder",
    "dump_yaml",
    "ensure_folder",
    "lock",
    "locked",
    "parse_yaml",
    "read_bytes",
    "read_text",
    "read_yaml",
    "refused",
    "replace_bytes",
    "replace_file",
    "replace_text",
    "replacing",
    "write_all",
    "write_new",
    "write_yaml",
]

TEMPORARY_PREFIX, TEMPORARY_SUFFIX = ".runyard-", ".tmp"
# Bytes are written as they are, also where the operating system tells text files from others.
BINARY = getattr(os, "O_BINARY", 0)
_READ = os.O_RDONLY | BINARY
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY
_serial = count()
_UNNAMEABLE = (errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EEXIST)
_NO_HARD_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def refused(path: str, error: OSError, doing: str) -> NoReturn:
    """Raise the error that says which file the medium refused and why.

    Args:
        path: The file or folder.
        error: What the operating system said.
        doing: ``read``, ``write``, ``create``, ``delete``, ``move``, ``list`` or ``open``.

    Raises:
        InvalidInput: No file can have that name, or a file and a folder of that name cannot both be.
        StorageFailure: In all other cases.
    """
    if error.errno in _UNNAMEABLE:
        raise InvalidInput(
            f"Cannot {doing} {path!r}: {error.strerror}. The last part of the name is too long for the file system, or "
            "another name stands in its way: 'a' and 'a/b' cannot both be kept in files. Use another name."
        ) from error
    raise StorageFailure(f"Cannot {doing} {path!r}: {error.strerror or error}.") from error


def encode(path: str, text: str) -> bytes:
    """Return text as UTF-8.

    Raises:
        InvalidInput: The text holds half of a surrogate pair, which no file can hold.
    """
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"The text for {path!r} is not valid Unicode: {error.reason}.") from None


def read_bytes(path: str) -> bytes:
    """Return the contents of a file.

    Raises:
        FileNotFoundError: There is no such file, or a folder on its path is none.
        StorageFailure: It cannot be read.
    """
    try:
        descriptor = os.open(path, _READ)
        try:
            size = os.fstat(descriptor).st_size
            data = os.read(descriptor, size + 1)
            # One read nearly always returns everything; a file that grows, or is huge, takes more of them.
            if len(data) != size:
                parts = [data]
                while data := os.read(descriptor, 1 << 20):
                    parts.append(data)
                data = b"".join(parts)
            return data
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise
    except NotADirectoryError as error:
        raise FileNotFoundError(error.errno, error.strerror, path) from None
    except OSError as error:
        refused(path, error, "read")


def read_text(path: str) -> str:
    """Return the contents of a UTF-8 file as they are, line ends included.

    Raises:
        FileNotFoundError: There is no such file.
        DataDamaged: It is not UTF-8.
        StorageFailure: It cannot be read.
    """
    try:
        return read_bytes(path).decode()
    except UnicodeDecodeError as error:
        raise DataDamaged(
            f"{path!r} is damaged: it is not UTF-8 text ({error.reason} at byte {error.start})."
        ) from None


def check_folder(path: str) -> None:
    """Check that a path is that of a folder, or free for one.

    Raises:
        InvalidInput: Something else is there, or on the way.
        StorageFailure: That cannot be told.
    """
    try:
        is_folder = stat.S_ISDIR(os.stat(path).st_mode)
    except FileNotFoundError:
        return
    except NotADirectoryError:
        is_folder = False
    except OSError as error:
        refused(path, error, "open")
    if not is_folder:
        raise InvalidInput(f"{path!r} is no folder: a file is there, or on the way to it. Name another folder.")


def ensure_folder(path: str) -> None:
    """Make a folder and those above it, where they are missing."""
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        refused(path, error, "create")


def discard_folder(path: str) -> None:
    """Remove a folder that was made in vain, as far as that is possible."""
    import shutil

    shutil.rmtree(path, ignore_errors=True)


def _open_temporary(folder: str) -> tuple[str, int]:
    """Open a new file that no other program looks at; return its path and descriptor."""
    path = f"{folder}/{TEMPORARY_PREFIX}{os.getpid()}-{next(_serial)}-{os.urandom(4).hex()}{TEMPORARY_SUFFIX}"
    return path, os.open(path, _CREATE, 0o666)


def replace_text(path: str, text: str, staging: str | None = None) -> None:
    """Put text into a file, new or not: a reader sees the old contents or the new ones, never a mixture.

    Args:
        path: The file; its folder is made where it is missing.
        text: The new contents, written as they are in UTF-8.
        staging: A folder that exists, on the same file system, for the temporary file, where a program that lists the
            file's own folder would take a leftover for data; the file's own folder when `None`.

    Raises:
        StorageFailure: It cannot be written; the old contents are still there.
    """
    replace_bytes(path, encode(path, text), staging)


def create_text(path: str, text: str, staging: str | None = None) -> bool:
    """Make a file with its contents in one step, unless there is one; of several that try, one succeeds.

    Args:
        path: The file; its folder is made where it is missing.
        text: The contents, written as they are in UTF-8.
        staging: As for `replace_text`.

    Returns:
        Whether the file was made here.

    Raises:
        StorageFailure: It cannot be written; there is no trace of it.
    """
    return create_bytes(path, encode(path, text), staging)


def create_bytes(path: str, data: bytes, staging: str | None = None) -> bool:
    """Make a file of bytes as `create_text` does."""
    try:
        with _put(path, staging, _link) as descriptor:
            write_all(descriptor, data)
    except FileExistsError:
        return False
    return True


def replace_bytes(path: str, data: bytes, staging: str | None = None) -> None:
    """Put bytes into a file as `replace_text` does."""
    replace_file(path, lambda descriptor: write_all(descriptor, data), staging)


def replace_file(path: str, fill: Callable[[int], None], staging: str | None = None) -> None:
    """Put what a function writes into a file as `replace_text` does.

    Args:
        path: The file; its folder is made where it is missing.
        fill: Writes to the descriptor of an open, empty file; an `OSError` in it counts as a refusal to write.
        staging: As for `replace_text`.

    Raises:
        StorageFailure: It cannot be written; the old contents are still there.
    """
    with replacing(path, staging) as descriptor:
        fill(descriptor)


def replacing(path: str, staging: str | None = None) -> AbstractContextManager[int]:
    """Give the descriptor of a new file, which takes the place of another one when the block ends without an exception.

    Args:
        path: The file; its folder is made where it is missing.
        staging: As for `replace_text`.

    Raises:
        StorageFailure: It cannot be written, or the block raised an `OSError`; the old contents are still there.
    """
    return _put(path, staging, os.replace)


@contextmanager
def _put(path: str, staging: str | None, move: Callable[[str, str], None]) -> Iterator[int]:
    """Give the descriptor of a temporary file and move it into place; let a `FileExistsError` of the move through."""
    folder = os.path.dirname(path)
    temporary = None
    try:
        try:
            temporary, descriptor = _open_temporary(staging or folder)
        except FileNotFoundError:
            if staging is not None:
                raise
            ensure_folder(folder)
            temporary, descriptor = _open_temporary(folder)
        try:
            yield descriptor
        finally:
            os.close(descriptor)
        try:
            move(temporary, path)
        except FileNotFoundError:
            ensure_folder(folder)
            move(temporary, path)
    except BaseException as error:
        if temporary is not None:
            # Nobody looks at a leftover; the error that matters is the one being raised.
            with suppress(OSError):
                os.unlink(temporary)
        if isinstance(error, (FileExistsError, StorageFailure)) or not isinstance(error, OSError):
            raise
        refused(path, error, "write")


def _link(temporary: str, path: str) -> None:
    """Give a temporary file its name unless the name is taken."""
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # Without hard links the name is claimed first; a crash right here leaves an empty file.
        os.close(os.open(path, _CREATE, 0o666))
        os.replace(temporary, path)
    else:
        os.unlink(temporary)


def lock(descriptor: int, *, shared: bool = False) -> None:
    """Wait for the lock on an open file; it is given back when the file is closed.

    On Windows, and on file systems that know no locks, this does nothing: single writes are still whole, but two
    processes that change the same thing at the same moment are not kept apart.
    """
    if sys.platform != "win32":
        try:  # noqa: SIM105 - `suppress` takes as long as the lock, and this is done for every point
            fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        except OSError:
            pass


@contextmanager
def locked(folder: str) -> Iterator[None]:
    """Keep others out, threads and processes alike, who lock the same folder.

    Raises:
        StorageFailure: There is no such folder, or it cannot be opened.
    """
    if sys.platform == "win32":
        yield
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        refused(folder, error, "open")
    try:
        lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def write_new(path: str, text: str) -> None:
    """Write a new file in a folder that nobody looks at yet.

    Raises:
        StorageFailure: It cannot be written, or it exists.
    """
    data = encode(path, text)
    try:
        descriptor = os.open(path, _CREATE, 0o666)
        try:
            write_all(descriptor, data)
        finally:
            os.close(descriptor)
    except OSError as error:
        refused(path, error, "write")


def write_all(descriptor: int, data: bytes) -> None:
    """Write bytes to an open file, in as many calls as it takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def parse_yaml(path: str, text: str) -> dict[str, Any]:
    """Return the mapping that a YAML text holds.

    Args:
        path: Where the text comes from, for the message.
        text: The text.

    Raises:
        DataDamaged: It is no valid YAML, or no mapping.
    """
    from runyard.documents import load_yaml

    try:
        content = load_yaml(text)
    except ValueError as error:
        raise DataDamaged(f"{path!r} is damaged: {error}.") from None
    if not isinstance(content, dict):
        kind = "empty" if content is None else f"a {type(content).__name__}"
        raise DataDamaged(f"{path!r} is damaged: it should hold keys and values and is {kind}.")
    return content


def read_yaml(path: str) -> dict[str, Any]:
    """Return the mapping that a YAML file holds.

    Raises:
        FileNotFoundError: There is no such file.
        DataDamaged: It is no valid YAML, or no mapping.
        StorageFailure: It cannot be read.
    """
    return parse_yaml(path, read_text(path))


def dump_yaml(content: Mapping[str, Any]) -> str:
    """Return a mapping as YAML: block style, keys sorted."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    # The dumper in Python adds blanks after some line separators that it does not escape.
    unicode = dumper is not yaml.SafeDumper
    text: str = yaml.dump(dict(content), Dumper=dumper, default_flow_style=False, allow_unicode=unicode)
    return text


def write_yaml(path: str, content: Mapping[str, Any]) -> None:
    """Put a mapping into a YAML file, new or not, as `replace_text` does.

    Raises:
        StorageFailure: It cannot be written; the old contents are still there.
    """
    replace_text(path, dump_yaml(content))
