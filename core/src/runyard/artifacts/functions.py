"""What users call on artifacts: fetch, list, read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runyard.artifacts.locations import Location, locate, locate_in_run
from runyard.errors import InvalidInput, NotFound, PluginMissing
from runyard.uris import ArtifactPath

if TYPE_CHECKING:
    from PIL.Image import Image

    from runyard.entities import FileInfo

__all__ = ["download_artifacts", "list_artifacts", "load_dict", "load_image", "load_text"]


def download_artifacts(
    artifact_uri: str | os.PathLike[str] | None = None,
    run_id: str | None = None,
    artifact_path: str | None = None,
    dst_path: str | os.PathLike[str] | None = None,
    tracking_uri: str | None = None,
    registry_uri: str | None = None,
) -> str:
    """Fetch a file or folder and return where it is on this machine.

    What is on this machine already is not copied, unless a folder to copy it to is given.

    Args:
        artifact_uri: Its address: ``runs:/<run id>/<path>``, ``models:/...``, a path, ``s3://...``.
        run_id: Its run, instead of an address.
        artifact_path: Its path in the run; everything when absent.
        dst_path: The folder that it goes to, under its own name; made where it is missing. A new private folder, which
            the caller deletes, when absent.
        tracking_uri: Where runs and logged models are looked for; the address in force when absent.
        registry_uri: Where model versions are looked for; `tracking_uri`, else the address in force, when absent.

    Raises:
        InvalidInput: Not exactly one of `artifact_uri` and `run_id` is given, or one of them does not parse.
        NotFound: There is no such run, model or artifact.
        StorageFailure: The medium refuses. The message says what was fetched before; the same call goes on from there.
    """
    place = _locate(artifact_uri, run_id, artifact_path, tracking_uri, registry_uri)
    if dst_path is None:
        local = place.repository.local_path(place.path)
        if local is not None and local.exists():
            return str(local)
    from runyard.artifacts.transfer import download

    target = None if dst_path is None else Path(dst_path, *place.shown.parts[-1:])
    return str(download(place.repository, place.path, target))


def list_artifacts(
    artifact_uri: str | os.PathLike[str] | None = None,
    run_id: str | None = None,
    artifact_path: str | None = None,
    tracking_uri: str | None = None,
    registry_uri: str | None = None,
) -> list[FileInfo]:
    """Return what is directly in a folder; nothing for a file, or where there is nothing.

    Args:
        artifact_uri: Its address: ``runs:/<run id>/<path>``, ``models:/...``, a path, ``s3://...``.
        run_id: Its run, instead of an address.
        artifact_path: Its path in the run; the root when absent.
        tracking_uri: Where runs and logged models are looked for; the address in force when absent.
        registry_uri: Where model versions are looked for; `tracking_uri`, else the address in force, when absent.

    Returns:
        Files and folders; their paths begin with the last part of an address, or with `artifact_path`.

    Raises:
        InvalidInput: Not exactly one of `artifact_uri` and `run_id` is given, or one of them does not parse.
        NotFound: There is no such run or model.
    """
    return _locate(artifact_uri, run_id, artifact_path, tracking_uri, registry_uri).list()


def load_text(artifact_uri: str | os.PathLike[str]) -> str:
    """Return the text of a UTF-8 file.

    Raises:
        InvalidInput: The address does not parse, or the file is not UTF-8.
        NotFound: There is no such file.
    """
    try:
        return _read(artifact_uri).decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{os.fspath(artifact_uri)!r} is not UTF-8 text: {error.reason}.") from None


def load_dict(artifact_uri: str | os.PathLike[str]) -> Any:
    """Return what a JSON file holds.

    Raises:
        InvalidInput: The address does not parse, or the file is not JSON.
        NotFound: There is no such file.
    """
    import json

    try:
        return json.loads(_read(artifact_uri))
    except ValueError as error:
        raise InvalidInput(f"{os.fspath(artifact_uri)!r} is not JSON: {error}.") from None


def load_image(artifact_uri: str | os.PathLike[str]) -> Image:
    """Return an image file as a PIL image.

    Raises:
        InvalidInput: The address does not parse, or the file is no image that Pillow reads.
        NotFound: There is no such file.
        PluginMissing: Pillow is not installed.
    """
    import io

    try:
        import PIL.Image
    except ModuleNotFoundError as error:
        raise PluginMissing("Images need Pillow. Install it: pip install pillow") from error
    data = _read(artifact_uri)
    try:
        image: Image = PIL.Image.open(io.BytesIO(data))
        image.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise InvalidInput(f"{os.fspath(artifact_uri)!r} is no image: {error}.") from None
    return image


def _read(artifact_uri: str | os.PathLike[str]) -> bytes:
    repository, path, _ = locate(artifact_uri)
    try:
        with repository.open(path) as stream:
            return stream.read()
    except NotFound as error:
        raise NotFound(f"There is no file at {os.fspath(artifact_uri)!r}.") from error


def _locate(
    artifact_uri: str | os.PathLike[str] | None,
    run_id: str | None,
    artifact_path: str | None,
    tracking_uri: str | None,
    registry_uri: str | None,
) -> Location:
    if (artifact_uri is None) == (run_id is None):
        raise InvalidInput("Give an artifact_uri or a run_id: exactly one of them.")
    from runyard.tracking.uris import model_registry, tracking_store

    store = tracking_store(tracking_uri) if tracking_uri else None
    if run_id is not None:
        return locate_in_run(run_id, ArtifactPath(artifact_path or ""), store=store)
    if artifact_path is not None:
        raise InvalidInput("An artifact_path goes with a run_id; an artifact_uri holds its path.")
    uri = registry_uri or tracking_uri
    registry = model_registry(uri) if uri else None
    return locate(artifact_uri or "", store=store, registry=registry)
