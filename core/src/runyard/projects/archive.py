"""Unpacking an archive that somebody else made: nothing leaves the folder, and there is an end to its size."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

from runyard.errors import InvalidInput
from runyard.uris import ArtifactPath

MAX_FILES = 100_000
MAX_BYTES = 4 << 30
_BLOCK = 1 << 20


def unpack(archive: Path, folder: Path, max_bytes: int = MAX_BYTES, max_files: int = MAX_FILES) -> None:
    """Unpack a zip archive.

    Args:
        archive: The file.
        folder: An empty folder; what was unpacked before a fault was found stays in it.
        max_bytes: The size of all files at most, counted while they are unpacked.
        max_files: How many entries at most.

    Raises:
        InvalidInput: It is no zip archive or a damaged one, it is too large, or an entry is encrypted, is a link, comes
            twice or has a name that leads out of the folder.
    """
    try:
        with zipfile.ZipFile(archive) as content:
            entries = content.infolist()
            if len(entries) > max_files:
                raise InvalidInput(f"{archive} has {len(entries)} entries; at most {max_files} are unpacked.")
            left = max_bytes
            for entry in entries:
                left -= _unpack_entry(content, entry, folder, left)
                if left < 0:
                    raise InvalidInput(f"{archive} holds more than {max_bytes} bytes; it is not unpacked further.")
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise InvalidInput(f"{archive} is no zip archive that can be unpacked: {error}.") from None
    except FileNotFoundError:
        raise InvalidInput(f"There is no archive {archive}.") from None


def _unpack_entry(content: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, room: int) -> int:
    """Unpack one entry and return its size; more than `room` when there is no room for it."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise InvalidInput(f"The entry {entry.filename!r} of {content.filename} is a link or a device.")
    if entry.flag_bits & 0x1:
        raise InvalidInput(f"The entry {entry.filename!r} of {content.filename} is encrypted.")
    target = folder.joinpath(*ArtifactPath(entry.filename.rstrip("/")).parts)
    if entry.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    try:
        with content.open(entry) as source, target.open("xb") as out:
            while size <= room and (block := source.read(_BLOCK)):
                out.write(block)
                size += len(block)
    except FileExistsError:
        raise InvalidInput(f"The entry {entry.filename!r} of {content.filename} comes twice.") from None
    if entry.external_attr >> 16 & stat.S_IXUSR:
        target.chmod(0o755)
    return size
