"""The trash: deleted runs and logged models where they always were, deleted experiments below ``.trash``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

from runyard.entities import Page, TrashItem, TrashKind
from runyard.errors import DataDamaged, InvalidInput, InvalidState, NotFound
from runyard.tracking.requests import TrashQuery
from runyard.uris import ArtifactURI
from runyard_file.files import locked, refused
from runyard_file.index import Index
from runyard_file.infos import DELETED, stage
from runyard_file.layout import ARTIFACTS, MODELS, TRASH, folders, run_ids
from runyard_file.meta import META, read_meta, whole_number
from runyard_file.models import read_model_info
from runyard_file.reports import warn_once
from runyard_file.runs import RunStore, info_of

__all__ = ["TrashStore"]

# Where a folder goes in one step before its files are deleted one by one. Without a meta.yaml it is nothing, to MLflow
# too; a name that begins with a dot would stop MLflow.
_PURGING = "runyard-purging"


class TrashStore(RunStore):
    """The part of the store that lists and empties the trash.

    A folder is moved aside before its files are deleted: what is purged is gone at once and as a whole. What an
    interrupted deletion left there goes with the next one.
    """

    def list_trash(self, query: TrashQuery) -> Page[TrashItem]:
        found = sorted(
            (item for folder in self._all_folders() for item in self._trash_of(folder, query) if query.wants(item)),
            key=lambda item: (item.kind.rank, item.id),
        )
        return Page.cut(found, query.max_results, query.page_token)

    def purge_run(self, run_id: str) -> None:
        """As the contract says; artifacts that are in the folder of the run go with it."""
        self._purge(lambda: self._layout.run(run_id), f"run {run_id!r}")

    def purge_logged_model(self, model_id: str) -> None:
        """As the contract says; artifacts that are in the folder of the model go with it."""
        self._purge(lambda: self._layout.model(model_id), f"logged model {model_id!r}")

    def purge_experiment(self, experiment_id: str) -> None:
        """As the contract says; traces and whatever else is in the folder of the experiment go with it."""
        self._purge(lambda: self._find(experiment_id), f"experiment {experiment_id!r}")

    # what the methods above stand on

    def _trash_of(self, folder: str, query: TrashQuery) -> Iterator[TrashItem]:
        """Yield what is in the trash of an experiment, and the experiment itself if it is."""
        experiment_id = os.path.basename(folder)
        if query.experiment_ids is not None and experiment_id not in query.experiment_ids:
            return
        try:
            experiment = self._experiment(folder)
        except (DataDamaged, NotFound) as error:
            warn_once(folder, f"{error} The experiment is left out.")
            return
        gone = experiment.lifecycle_stage == DELETED
        since = experiment.last_update_time if gone else None
        index = self._index(folder)
        yield from _runs_of(index, gone, since)
        yield from _models_of(index, gone, since)
        index.save()
        if gone:
            yield TrashItem(
                kind=TrashKind.EXPERIMENT,
                id=experiment_id,
                name=experiment.name,
                experiment_id=experiment_id,
                artifact_location=experiment.artifact_location,
                deleted_time=since,
            )

    def _purge(self, find: Callable[[], str], name: str) -> None:
        """Remove a folder for good.

        Args:
            find: Returns where it is, or raises `NotFound`.
            name: Whose it is, for the message.

        Raises:
            InvalidState: It is not in the trash, or it is that of an experiment and there is something in it.
            StorageFailure: The medium refuses.
        """
        find()
        with locked(self._layout.root):  # experiments do not come and go meanwhile
            folder = find()
            with locked(folder):  # nor does anybody restore this
                experiment = _experiment_of(folder, self._layout.root)
                if not (_is_deleted(folder) or self._in_trash(experiment) or _is_deleted(experiment)):
                    raise InvalidState(f"The {name} is not in the trash, so it cannot be purged; delete it first.")
                left = list(_members(folder)) if folder == experiment else []
                if left:
                    raise InvalidState(
                        f"The {name} cannot be purged: {len(left)} runs and logged models are in it, such as "
                        f"{os.path.basename(left[0])!r}; purge them first."
                    )
                aside = _move_aside(folder)
        self._indexes.pop(folder, None)
        _remove(aside)


def _experiment_of(folder: str, root: str) -> str:
    """Return the folder of the experiment that the folder of a run, logged model or experiment belongs to."""
    parts = os.path.relpath(folder, root).split(os.sep)
    return "/".join((root, *parts[: 2 if parts[0] == TRASH else 1]))


def _is_deleted(folder: str) -> bool:
    """Say whether a ``meta.yaml`` says so.

    Raises:
        NotFound: It is gone.
    """
    try:
        return stage(read_meta(f"{folder}/{META}")) == DELETED
    except FileNotFoundError:
        raise NotFound("It is not there any more.", hint=f"Its folder was {folder!r}.") from None


def _members(experiment: str) -> Iterator[str]:
    """Yield the folders of the runs and logged models of an experiment."""
    for name in (*run_ids(experiment), *(f"{MODELS}/{name}" for name in folders(f"{experiment}/{MODELS}"))):
        if os.path.isfile(f"{experiment}/{name}/{META}"):
            yield f"{experiment}/{name}"


def _move_aside(folder: str) -> str:
    """Move a folder to where nobody looks for anything, and return that place."""
    place = f"{os.path.dirname(folder)}/{_PURGING}"
    target = f"{place}/{os.path.basename(folder)}-{os.urandom(4).hex()}"
    try:
        while True:
            os.makedirs(place, exist_ok=True)
            try:
                os.rename(folder, target)
            except FileNotFoundError:  # another process has just removed the place with what was in it
                if not os.path.lexists(folder):
                    raise
            else:
                return target
    except OSError as error:
        refused(folder, error, "move")


def _remove(folder: str) -> None:
    """Delete a folder that was moved aside, and what interrupted deletions left next to it."""
    try:
        if os.path.islink(folder):
            os.unlink(folder)
        else:
            shutil.rmtree(folder)
    except FileNotFoundError:
        pass  # another process took it for a leftover
    except OSError as error:
        refused(folder, error, "delete")
    place = os.path.dirname(folder)
    shutil.rmtree(place, ignore_errors=True)


def _runs_of(index: Index, gone: bool, since: int | None) -> Iterator[TrashItem]:
    """Yield the runs of an experiment that are in the trash.

    Args:
        index: The experiment's.
        gone: Whether the experiment is in the trash.
        since: When it went there.
    """
    for name in run_ids(index.path):
        run = index.folder(name)
        info = info_of(run)
        if info is None or not (gone or info.lifecycle_stage == DELETED):
            continue
        try:
            content = read_meta(f"{run.path}/{META}")
            own = whole_number(f"{run.path}/{META}", content, "deleted_time")
        except FileNotFoundError:
            continue
        except DataDamaged as error:
            warn_once(run.path, f"{error} The run is left out.")
            continue
        yield TrashItem(
            kind=TrashKind.RUN,
            id=info.run_id,
            name=info.run_name,
            experiment_id=info.experiment_id,
            artifact_location=info.artifact_uri,
            deleted_time=since if own is None else own,
            moved_to=_moved_to(run.path, info.artifact_uri),
        )


def _models_of(index: Index, gone: bool, since: int | None) -> Iterator[TrashItem]:
    """Yield the logged models of an experiment that are in the trash; arguments as for `_runs_of`."""
    for name in folders(f"{index.path}/{MODELS}"):
        folder = index.folder(f"{MODELS}/{name}")
        try:
            model = read_model_info(folder)
        except DataDamaged as error:
            warn_once(folder.path, f"{error} The logged model is left out.")
            continue
        if model is None:
            continue
        deleted = model.lifecycle_stage == DELETED
        if gone or deleted:
            yield TrashItem(
                kind=TrashKind.LOGGED_MODEL,
                id=model.model_id,
                name=model.name,
                experiment_id=model.experiment_id,
                artifact_location=model.artifact_location,
                deleted_time=model.last_updated_timestamp if deleted else since,
                moved_to=_moved_to(folder.path, model.artifact_location),
            )


def _moved_to(folder: str, location: str) -> str | None:
    """Return the address of the artifacts in the folder of a run or logged model, if it says that they are elsewhere.

    That is so after its experiment was moved to the trash, and in a tree that was copied, of which the original must
    keep its artifacts. A location that is not on this machine is right about itself.
    """
    try:
        named = ArtifactURI.parse(location) if location else None
        with os.scandir(f"{folder}/{ARTIFACTS}") as entries:
            own = ArtifactURI("file", "", f"{folder}/{ARTIFACTS}") if any(entries) else None
    except (OSError, InvalidInput):
        return None
    if own is None or own == named or (named is not None and named.scheme != "file"):
        return None
    return own.file_uri
