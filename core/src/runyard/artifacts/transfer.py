"""Files and folders on their way between this machine and any repository.

What a repository does with one file, this module does with a tree: in parallel, again where the other side was
unavailable, with progress on a terminal. A small file goes straight through.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from runyard import config
from runyard.artifacts.parallel import Job, move_all, retried
from runyard.errors import InvalidInput, NotFound, StorageFailure
from runyard.uris import ArtifactPath

if TYPE_CHECKING:
    from runyard.artifacts.journal import Journal
    from runyard.artifacts.repository import ArtifactRepository, Progress
    from runyard.entities import FileInfo

__all__ = ["download", "upload"]

# Bytes: below this, a file is moved without asking how far it is.
_SMALL = 1 << 20
# Bytes: below this, files on one disk are copied sooner than threads are started.
_WORTH_THREADS = 32 << 20
_UP, _DOWN = "Uploading", "Downloading"


def upload(repository: ArtifactRepository, local: str | os.PathLike[str], path: str = "") -> None:
    """Store a file, or everything in a folder; empty folders vanish.

    Every name is checked before anything is stored. What symbolic links in the folder mean is told at
    `runyard.artifacts.tree.files_below`.

    Args:
        repository: Where.
        local: The file or folder.
        path: The artifact path that the file, or the contents of the folder, shall have.

    Raises:
        InvalidInput: A name cannot be an artifact path.
        NotFound: There is no such file or folder.
        StorageFailure: The medium refuses. The message says what was stored before.
        Unavailable: The other side cannot be reached, also after several attempts.
    """
    source, target = os.fspath(local), ArtifactPath(path)
    try:
        status = os.stat(source)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(f"There is no file or folder {source!r} to upload.") from None
    except OSError as error:
        raise StorageFailure(f"Cannot read {source!r}: {error.strerror or error}.") from error
    if stat.S_ISDIR(status.st_mode):
        from runyard.artifacts.tree import files_below

        files = [(file.source, file.path, file.size) for file in files_below(source.rstrip("/") or "/", target)]
    elif status.st_size < _SMALL:
        retried(lambda: repository.upload_file(Path(source), target))
        return
    else:
        files = [(source, target, status.st_size)]
    jobs = [Job(place, size, partial(repository.upload_file, Path(file), place)) for file, place, size in files]
    _move(repository, jobs, _UP)


def download(
    repository: ArtifactRepository,
    path: str = "",
    target: str | os.PathLike[str] | None = None,
) -> Path:
    """Fetch a file, or everything in a folder.

    A file has its final name only when it is whole. A folder that was fetched in part, because the download was
    interrupted, is completed by the same call: files that are whole are not fetched again.

    Args:
        repository: Where it is.
        path: The file or folder; everything when empty.
        target: Where the file, or the contents of the folder, shall be; the folders above are made where they are
            missing. A new private folder, which the caller deletes, when absent.

    Returns:
        Where it is now.

    Raises:
        NotFound: There is no such file or folder.
        InvalidInput: A name in the repository leads out of the target, or two names cannot both be files.
        StorageFailure: The medium refuses. The message says what was fetched before.
        Unavailable: The other side cannot be reached, also after several attempts.
    """
    wanted = ArtifactPath(path)
    info = retried(lambda: repository.info(wanted))
    if info is None:
        raise NotFound(f"There is no artifact {str(wanted)!r} in {repository.root}.")
    if target is not None:
        place = Path(os.path.abspath(target))
        _fetch(repository, info, wanted, place, resume=True)
        return place
    import shutil
    import tempfile

    private = tempfile.mkdtemp(prefix="runyard-")
    place = Path(private, *wanted.parts[-1:])
    try:
        _fetch(repository, info, wanted, place, resume=False)
    except BaseException:
        shutil.rmtree(private, ignore_errors=True)
        raise
    return place


def _fetch(repository: ArtifactRepository, info: FileInfo, path: ArtifactPath, place: Path, *, resume: bool) -> None:
    if not info.is_dir:
        _make_folder(str(place.parent))
        size = info.file_size or 0
        _move(repository, [Job(path, size, partial(repository.download_file, path, place))], _DOWN)
        return
    files = _files_of(repository, path)
    _make_folder(str(place))
    for folder in sorted({file.parent for file, _ in files}):
        _make_folder(str(folder.below(place)))
    if not resume or len(files) < 2:
        _move(repository, [_downloading(repository, entry, file.below(place)) for file, entry in files], _DOWN)
        return
    from runyard.artifacts.journal import Journal

    with Journal(str(place), f"{repository.root}\n{path}") as journal:
        jobs = [
            _downloading(repository, entry, file.below(place), partial(journal.add, file))
            for file, entry in files
            if not _is_whole(repository, entry, file, place, journal)
        ]
        _move(repository, jobs, _DOWN)


def _files_of(repository: ArtifactRepository, folder: ArtifactPath) -> list[tuple[ArtifactPath, FileInfo]]:
    """Return every file below a folder of a repository with its path relative to that folder.

    Raises:
        InvalidInput: A name leads out of the folder, or is that of a file and of a folder.
    """
    prefix = f"{folder}/" if folder else ""
    files = {}
    for entry in retried(lambda: list(repository.walk(folder))):
        if not entry.path.startswith(prefix):
            raise InvalidInput(f"{repository.root} lists {entry.path!r} below {str(folder)!r}, where it is not.")
        files[ArtifactPath(entry.path[len(prefix) :])] = entry
    for file in files:
        above = file.parent
        while above:
            if above in files:
                raise InvalidInput(
                    f"{str(above)!r} and {str(file)!r} cannot both be downloaded: a file and a folder of one name."
                )
            above = above.parent
    return list(files.items())


def _downloading(
    repository: ArtifactRepository, entry: FileInfo, place: Path, done: Callable[[], None] | None = None
) -> Job:
    path = ArtifactPath(entry.path)

    def move(progress: Progress) -> None:
        repository.download_file(path, place, progress)
        if done is not None:
            done()

    return Job(path, entry.file_size or 0, move)


def _is_whole(
    repository: ArtifactRepository, entry: FileInfo, file: ArtifactPath, target: Path, journal: Journal
) -> bool:
    """Say whether a file need not be downloaded again."""
    place = file.below(target)
    try:
        if os.stat(place).st_size != entry.file_size:
            return False
    except OSError:
        return False
    known = repository.known_digest(ArtifactPath(entry.path))
    if known is None:
        return file in journal
    import hashlib

    digest = hashlib.sha256()
    with open(place, "rb") as stream:
        while block := stream.read(_SMALL):
            digest.update(block)
    return digest.hexdigest() == known


def _make_folder(path: str) -> None:
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise StorageFailure(f"Cannot make the folder {path!r}: {error.strerror or error}.") from error


def _move(repository: ArtifactRepository, jobs: list[Job], doing: str) -> None:
    """Move files; one after the other where threads would cost more than they save."""
    on_this_disk = repository.local_path(ArtifactPath()) is not None
    few = len(jobs) < 2 or (on_this_disk and sum(job.size for job in jobs) < _WORTH_THREADS)
    move_all(jobs, doing, 1 if few else config.TRANSFER_WORKERS.get())
