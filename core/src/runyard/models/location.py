"""Where a model is: its files on this machine, for a path or a URI."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from runyard.errors import NotFound, StorageFailure
from runyard.models.mlmodel import MLMODEL, MLModel
from runyard.uris import ArtifactURI, ModelURI, RunURI

if TYPE_CHECKING:
    from runyard.artifacts.repository import ArtifactRepository
    from runyard.uris import ArtifactPath

__all__ = ["describe", "local_folder", "open_model", "rewrite", "rewrite_files"]

VERSION_NOTE = "registered_model_meta"

# An address of one of these schemes goes through the user's own tracking store or registry.
_OWN_SCHEMES = ("runs:", "models:")


def open_model(uri: str | os.PathLike[str], dst_path: str | os.PathLike[str] | None = None) -> tuple[Path, MLModel]:
    """Return the folder of a model on this machine and its ``MLmodel`` file, the digests checked.

    Args:
        uri: A folder, or a URI: ``runs:/<run id>/<path>``, ``models:/<name>/<version>``, ``s3://...``.
        dst_path: A folder to download to; a temporary one by default. What is on this machine is used where it is.

    Raises:
        NotFound: There is no model.
        DataDamaged: A file is missing, cannot be read or was changed; the message names it.
    """
    folder = local_folder(uri, dst_path)
    model = MLModel.read(folder / MLMODEL)
    model.own = str(uri).startswith(_OWN_SCHEMES)
    if model.own:
        from runyard.models.consent import remember

        remember(folder)  # it is as much the user's own when it is loaded from the folder next time
    if model.digests:
        from runyard.models import digests

        digests.check(folder, model.digests)
    return folder, model


def describe(uri: str | os.PathLike[str]) -> MLModel:
    """Return the ``MLmodel`` file of a model without fetching anything else.

    Raises:
        NotFound: There is no model.
        DataDamaged: The file cannot be read.
    """
    folder = _plain_folder(uri)
    if folder is not None:
        return MLModel.read(folder / MLMODEL)
    repository, path = _find(os.fspath(uri))
    with repository.open(path / MLMODEL) as stream:
        return MLModel.parse(stream.read(), f"{os.fspath(uri)}/{MLMODEL}")


def local_folder(uri: str | os.PathLike[str], dst_path: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder of a model on this machine; it is downloaded where it is elsewhere.

    Raises:
        NotFound: There is no model at the address.
        InvalidInput: The address does not parse.
    """
    folder = _plain_folder(uri)
    if folder is not None:
        return folder
    repository, path = _find(os.fspath(uri))
    local = repository.local_path(path)
    if local is not None and dst_path is None:
        return local
    from runyard.artifacts.transfer import download

    folder = download(repository, path, Path(dst_path) if dst_path is not None else _temporary_folder())
    _note_version(os.fspath(uri), folder)
    return folder


def _note_version(uri: str, folder: Path) -> None:
    """Write into a folder that was downloaded for a model version which one that was, as the reference system does."""
    if not uri.startswith("models:"):
        return
    model = ModelURI.parse(uri)
    if model.model_id is not None or model.path:
        return
    import yaml

    from runyard.registry.sources import find_version
    from runyard.tracking.uris import model_registry

    version = find_version(model, model_registry())
    noted = {"model_name": version.name, "model_version": str(version.version)}
    (folder / VERSION_NOTE).write_text(yaml.safe_dump(noted, allow_unicode=True), encoding="utf-8")


def _plain_folder(uri: str | os.PathLike[str]) -> Path | None:
    """Return the folder that a path or ``file:`` URI names, `None` for another address; no plugin is needed for it."""
    text = os.fspath(uri)
    if text.startswith(_OWN_SCHEMES):
        return None
    root = ArtifactURI.parse(text)
    if root.scheme != "file":
        return None
    if not os.path.isdir(root.path):
        raise NotFound(f"There is no model folder {root.path!r}.")
    return Path(root.path)


def _find(uri: str) -> tuple[ArtifactRepository, ArtifactPath]:
    """Return the repository that a model is in, and its folder there.

    Raises:
        NotFound: There is no model.
    """
    from runyard.artifacts import resolve

    repository, path = resolve(uri)
    if repository.info(path / MLMODEL) is None:
        raise NotFound(f"There is no model at {uri!r}: no file MLmodel is there.{_hint(uri)}")
    return repository, path


def _hint(uri: str) -> str:
    """Return what models a run made, for a message about one that it did not."""
    if not uri.startswith("runs:"):
        return ""
    from runyard.tracking.uris import tracking_store

    store = tracking_store()
    outputs = store.get_run(RunURI.parse(uri).run_id).outputs.model_outputs
    names = sorted({store.get_logged_model(output.model_id).name for output in outputs})
    return f" The run made {', '.join(map(repr, names))}." if names else ""


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

    def changed(files: Mapping[str, bytes]) -> dict[str, bytes]:
        model = MLModel.parse(files[MLMODEL], f"{uri}/{MLMODEL}")
        change(model)
        return {MLMODEL: model.to_yaml().encode()}

    rewrite_files(uri, (MLMODEL,), changed)


def rewrite_files(uri: str, names: Sequence[str], change: Callable[[Mapping[str, bytes]], Mapping[str, bytes]]) -> None:
    """Change files of a model where it is; each is replaced as a whole, or stays.

    Args:
        uri: A folder, or a URI that can be written to.
        names: The files that are read; those that are missing are passed over.
        change: Returns the new contents of files by their names for the contents that they have. Nothing is written if
            it raises.

    Raises:
        NotFound: There is no model.
        StorageFailure: The medium refuses.
    """
    import tempfile

    folder = _plain_folder(uri)
    if folder is not None:
        if not (folder / MLMODEL).is_file():
            raise NotFound(f"There is no model in {str(folder)!r}: it has no file MLmodel.")
        new = change({name: (folder / name).read_bytes() for name in names if (folder / name).is_file()})
        _replace(folder, new)
        return
    repository, path = _find(uri)
    with tempfile.TemporaryDirectory(prefix="runyard-model-") as temporary:
        files = {}
        for name in names:
            if repository.info(path / name) is not None:
                repository.download_file(path / name, Path(temporary, name))
                files[name] = Path(temporary, name).read_bytes()
        for name, content in change(files).items():
            Path(temporary, name).write_bytes(content)
            repository.upload_file(Path(temporary, name), path / name)


def _replace(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Give files new contents; all of these are written before the first file is replaced."""
    drafts: dict[Path, Path] = {}
    try:
        for name, content in contents.items():
            draft = folder / f".{name}.{os.urandom(4).hex()}"
            drafts[draft] = folder / name
            draft.write_bytes(content)
        for draft, file in drafts.items():
            draft.replace(file)
    except OSError as error:
        for draft in drafts:
            draft.unlink(missing_ok=True)
        raise StorageFailure(f"The model in {str(folder)!r} cannot be changed: {error}.") from error
