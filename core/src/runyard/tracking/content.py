"""Files, texts, dicts, figures and streams as artifacts: each function writes one kind into a repository."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from runyard.errors import InvalidInput, NotFound, StorageFailure
from runyard.uris import ArtifactPath

if TYPE_CHECKING:
    from runyard.artifacts.repository import ArtifactRepository

_BLOCK = 1 << 20
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def staged(repository: ArtifactRepository, artifact_file: str) -> Iterator[Path]:
    """Give a path to write a file to; it is stored when the block ends, unless by an exception.

    Args:
        repository: Where the file goes.
        artifact_file: Its path there.

    Raises:
        InvalidInput: The path is not valid.
        StorageFailure: There is no folder for temporary files, or no room in it.
    """
    path = ArtifactPath(artifact_file)
    if not path:
        raise InvalidInput("An artifact needs a name, such as 'notes.txt'; the path is empty.")
    # Not a `TemporaryDirectory`: the end of the interpreter deletes those before the background has written its files.
    try:
        folder = tempfile.mkdtemp(prefix="runyard-")
    except OSError as error:
        raise _no_room(artifact_file, error) from error
    try:
        local = Path(folder, path.name)
        try:
            yield local
        except OSError as error:
            # Whoever writes may read from elsewhere too: what else goes wrong there is not about the file.
            if error.errno not in _NO_ROOM:
                raise
            raise _no_room(artifact_file, error) from error
        repository.upload_file(local, path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _no_room(artifact_file: str, error: OSError) -> StorageFailure:
    return StorageFailure(
        f"Cannot write a temporary file for {artifact_file!r}: {error.strerror or error}. Set TMPDIR to a folder with "
        "room."
    )


def log_artifact(
    repository: ArtifactRepository, local_path: str | os.PathLike[str], artifact_path: str | None = None
) -> None:
    """Store a file, or a folder under its own name.

    Args:
        repository: Where.
        local_path: The file or folder.
        artifact_path: The folder that it goes to; the root when absent.

    Raises:
        InvalidInput: The path is not valid.
        NotFound: There is no such file.
    """
    from runyard.artifacts.transfer import upload

    local = _existing(local_path)
    target = ArtifactPath(artifact_path or "") / os.path.basename(os.path.abspath(local))
    upload(repository, local, target)


def log_artifacts(
    repository: ArtifactRepository, local_dir: str | os.PathLike[str], artifact_path: str | None = None
) -> None:
    """Store everything that is in a folder; empty folders vanish.

    Args:
        repository: Where.
        local_dir: The folder.
        artifact_path: The folder that its contents go to; the root when absent.

    Raises:
        InvalidInput: The path is not valid, or it is no folder.
        NotFound: There is no such folder.
    """
    from runyard.artifacts.transfer import upload

    local = _existing(local_dir)
    if not local.is_dir():
        raise InvalidInput(f"{str(local)!r} is a file; log_artifacts takes a folder, log_artifact takes files.")
    upload(repository, local, ArtifactPath(artifact_path or ""))


def _existing(local_path: str | os.PathLike[str]) -> Path:
    path = Path(local_path)
    if not path.exists():
        raise NotFound(f"There is no file or folder {str(path)!r} to store as an artifact.")
    return path


def log_text(repository: ArtifactRepository, text: str, artifact_file: str) -> None:
    """Store text as UTF-8.

    Raises:
        InvalidInput: It is no text, or the path is not valid.
    """
    if not isinstance(text, str):
        raise InvalidInput(f"log_text got {type(text).__name__} for {artifact_file!r}; it takes text.")
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"The text for {artifact_file!r} is not valid Unicode: {error.reason}.") from None
    with staged(repository, artifact_file) as path:
        path.write_bytes(data)


def log_dict(repository: ArtifactRepository, dictionary: Any, artifact_file: str) -> None:
    """Store a dict or list: as YAML under a name that ends in ``.yml`` or ``.yaml``, as JSON under any other.

    What the format does not know is stored as its text.

    Raises:
        InvalidInput: The path is not valid, or it has no form in JSON: a key is a tuple, a list holds itself.
    """
    if artifact_file.lower().endswith((".yml", ".yaml")):
        text = _as_yaml(dictionary)
    else:
        import json

        try:
            text = json.dumps(dictionary, indent=2, ensure_ascii=False, default=_plain)
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidInput(f"What was to be stored in {artifact_file!r} has no form in JSON: {error}.") from error
    log_text(repository, text, artifact_file)


def _as_yaml(dictionary: Any) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes what YAML does not know as text, so that every reader can read it."""

    Dumper.add_multi_representer(object, lambda dumper, value: dumper.represent_data(_plain(value)))
    text: str = yaml.dump(
        dictionary, Dumper=Dumper, indent=2, default_flow_style=False, allow_unicode=True, sort_keys=False
    )
    return text


def _plain(value: Any) -> Any:
    """Return arrays and their scalars as lists and numbers, anything else as text."""
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic)):
        plain = value.tolist()
        return plain if plain is not value else str(value)
    return str(value)


_PLOTLY_IMAGES = (".png", ".jpeg", ".webp", ".svg", ".pdf")


def log_figure(
    repository: ArtifactRepository, figure: Any, artifact_file: str, save_kwargs: Mapping[str, Any] | None = None
) -> None:
    """Store a matplotlib figure in the format that the name ends in, or a plotly figure as a page or image.

    Args:
        repository: Where.
        figure: A matplotlib or plotly figure.
        artifact_file: The path; for plotly it ends in ``.html``, ``.png``, ``.jpeg``, ``.webp``, ``.svg`` or ``.pdf``.
        save_kwargs: Further arguments for the figure's own function that saves it.

    Raises:
        InvalidInput: It is another kind of figure, or the name or path is not valid.
    """
    options = dict(save_kwargs or {})
    if _is_a(figure, "matplotlib.figure", "Figure"):
        with staged(repository, artifact_file) as path:
            figure.savefig(path, **options)
        return
    if not _is_a(figure, "plotly.graph_objects", "Figure"):
        raise InvalidInput(
            f"log_figure got {type(figure).__module__}.{type(figure).__qualname__}; it takes figures of matplotlib "
            "and plotly."
        )
    suffix = os.path.splitext(artifact_file)[1].lower()
    if suffix != ".html" and suffix not in _PLOTLY_IMAGES:
        raise InvalidInput(
            f"A plotly figure cannot be stored as {artifact_file!r}; the name must end in .html, "
            f"{', '.join(_PLOTLY_IMAGES)}."
        )
    with staged(repository, artifact_file) as path:
        if suffix == ".html":
            figure.write_html(path, **{"include_plotlyjs": "cdn", "auto_open": False, **options})
        else:
            figure.write_image(path, **options)


def _is_a(value: Any, module: str, name: str) -> bool:
    """Say whether a value is of a class, without importing its module: where it is not loaded, nothing is of it."""
    kind = getattr(sys.modules.get(module), name, None)
    return kind is not None and isinstance(value, kind)


def log_stream(repository: ArtifactRepository, stream: BinaryIO, artifact_file: str) -> None:
    """Store what a binary stream gives, to its end.

    Raises:
        InvalidInput: It gives text, or the path is not valid.
    """
    with staged(repository, artifact_file) as path, path.open("wb") as target:
        while block := stream.read(_BLOCK):
            if not isinstance(block, (bytes, bytearray, memoryview)):
                raise InvalidInput(f"log_stream takes a stream of bytes; that for {artifact_file!r} gives text.")
            target.write(block)
