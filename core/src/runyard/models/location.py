"""Where a model is: its files on this machine, for a path or a URI."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from runyard.errors import NotFound
from runyard.models.mlmodel import MLMODEL, MLModel
from runyard.uris import ArtifactPath, ArtifactURI, RunURI

if TYPE_CHECKING:
    from runyard.artifacts.repository import ArtifactRepository

__all__ = ["local_folder", "open_model", "rewrite"]

# An address of one of these schemes goes through the user's own tracking store or registry.
_OWN_SCHEMES = ("runs:", "models:")


def open_model(
    uri: str | os.PathLike[str], dst_path: str | os.PathLike[str] | None = None, *, checked: bool = True
) -> tuple[Path, MLModel]:
    """Return the folder of a model on this machine and its ``MLmodel`` file, the digests checked.

    Args:
        uri: A folder, or a URI: ``runs:/<run id>/<path>``, ``models:/<name>/<version>``, ``s3://...``.
        dst_path: A folder to download to; a temporary one by default. What is on this machine is used where it is.
        checked: Whether to compare the files with the manifest.

    Raises:
        NotFound: There is no model.
        DataDamaged: A file is missing, cannot be read or was changed; the message names it.
    """
    folder = local_folder(uri, dst_path)
    model = MLModel.read(folder / MLMODEL)
    model.own = str(uri).startswith(_OWN_SCHEMES)
    if checked and model.digests:
        from runyard.models import digests

        digests.check(folder, model.digests)
    return folder, model


def local_folder(uri: str | os.PathLike[str], dst_path: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder of a model on this machine; it is downloaded where it is elsewhere.

    Raises:
        NotFound: There is nothing at the address.
        InvalidInput: The address does not parse.
    """
    text = os.fspath(uri)
    if not text.startswith(_OWN_SCHEMES):
        root = ArtifactURI.parse(text)
        if root.scheme == "file":
            if not os.path.isdir(root.path):
                raise NotFound(f"There is no model folder {root.path!r}.")
            return Path(root.path)
    repository, path = _resolve(text)
    local = repository.local_path(path)
    if local is not None and local.is_dir():
        return local
    from runyard.artifacts.transfer import download

    return download(repository, path, Path(dst_path) if dst_path is not None else _temporary_folder())


def _resolve(uri: str) -> tuple[ArtifactRepository, ArtifactPath]:
    if uri.startswith("runs:"):
        return _resolve_run(RunURI.parse(uri))
    from runyard.artifacts import resolve

    return resolve(uri)


def _resolve_run(uri: RunURI) -> tuple[ArtifactRepository, ArtifactPath]:
    """Return where the model of a run is: among its artifacts, or a logged model of that name that the run made."""
    from runyard.artifacts.repositories import open_repository
    from runyard.tracking.uris import tracking_store

    store = tracking_store()
    run = store.get_run(uri.run_id)
    repository = open_repository(run.info.artifact_uri)
    if repository.info(uri.path / MLMODEL) is not None:
        return repository, uri.path
    names = []
    for output in reversed(run.outputs.model_outputs):
        logged = store.get_logged_model(output.model_id)
        if logged.name == uri.path:
            return open_repository(logged.artifact_location), ArtifactPath()
        names.append(logged.name)
    made = f" It made the models {', '.join(map(repr, reversed(names)))}." if names else ""
    raise NotFound(
        f"The run {uri.run_id} has no model {str(uri.path)!r}: no such logged model and no MLmodel file.{made}"
    )


def _temporary_folder() -> Path:
    """Return a private folder that lives as long as this process: a loaded model may still read from it."""
    import atexit
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="runyard-model-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def rewrite(uri: str, change: Callable[[MLModel], None]) -> None:
    """Change the ``MLmodel`` file of a model where it is.

    Raises:
        NotFound: There is no model.
    """
    import tempfile

    if not uri.startswith(_OWN_SCHEMES):
        root = ArtifactURI.parse(uri)
        if root.scheme == "file":
            file = Path(root.path) / MLMODEL
            model = MLModel.read(file)
            change(model)
            model.save(file)
            return
    repository, path = _resolve(uri)
    with tempfile.TemporaryDirectory(prefix="runyard-model-") as temporary:
        file = Path(temporary) / MLMODEL
        repository.download_file(path / MLMODEL, file)
        model = MLModel.read(file)
        change(model)
        model.save(file)
        repository.upload_file(file, path / MLMODEL)
