"""Experiments: one folder each, moved to ``.trash`` and back."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from runyard.entities import Experiment, Page, ViewType
from runyard.errors import AlreadyExists, DataDamaged, NotFound
from runyard.tracking.requests import ExperimentQuery, NewExperiment
from runyard.tracking.store import DEFAULT_EXPERIMENT_ID, DEFAULT_EXPERIMENT_NAME
from runyard.uris import StoreURI
from runyard_file.base import FileStoreBase, absolute_location, artifact_folder, change_meta, deleted, now
from runyard_file.files import check_folder, create_text, discard_folder, ensure_folder, locked, refused
from runyard_file.index import direct
from runyard_file.infos import ACTIVE, DELETED, experiment_from, experiment_meta, stage
from runyard_file.layout import RESERVED, TAGS, folders
from runyard_file.meta import META, dump_meta, read_meta, text_or_none
from runyard_file.reports import warn_once
from runyard_file.values import delete_value, replace_values


class ExperimentStore(FileStoreBase):
    """The part of the store that keeps experiments.

    The folder and the experiment ``0`` are made with the first write; until then reads answer as if they were there.
    """

    def __init__(self, uri: StoreURI, artifact_root: str | None = None) -> None:
        super().__init__(uri, artifact_root)
        check_folder(self._layout.root)

    def create_experiment(self, experiment: NewExperiment) -> str:
        self._begin()
        with locked(self._layout.root):
            self._check_free(experiment.name)
            experiment_id = str(10**17 + int.from_bytes(os.urandom(8), "big") % (9 * 10**17))
            try:
                self._make(experiment_id, experiment)
            except BaseException:
                discard_folder(self._layout.active_experiment(experiment_id))
                raise
        return experiment_id

    def get_experiment(self, experiment_id: str) -> Experiment:
        if experiment_id == DEFAULT_EXPERIMENT_ID and self._is_fresh():
            return self._default()
        return self._experiment(self._layout.experiment(experiment_id), strict=True)

    def get_experiment_by_name(self, name: str) -> Experiment | None:
        return next((experiment for experiment in self._all_experiments() if experiment.name == name), None)

    def search_experiments(self, query: ExperimentQuery) -> Page[Experiment]:
        from runyard.search import EXPERIMENTS, experiment_record, find

        visible = [item for item in self._all_experiments() if query.view.shows(item.lifecycle_stage)]
        found = find(visible, query.filter, query.order_by, EXPERIMENTS, experiment_record)
        return Page.cut(found, query.max_results, query.page_token)

    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        self._active_experiment(experiment_id)
        with locked(self._layout.root):
            folder = self._active_experiment(experiment_id)
            self._check_free(new_name, but=experiment_id)
            change_meta(folder, f"experiment {experiment_id!r}", name=new_name, last_update_time=now())

    def delete_experiment(self, experiment_id: str) -> None:
        self._find(experiment_id)
        with locked(self._layout.root):
            folder = self._layout.active_experiment(experiment_id)
            if not os.path.isfile(f"{folder}/{META}"):
                raise self._layout.missing("active experiment", experiment_id)
            time = now()
            self._mark(folder, DELETED, time)
            ensure_folder(self._layout.trash)
            self._move(folder, self._layout.deleted_experiment(experiment_id))

    def restore_experiment(self, experiment_id: str) -> None:
        self._find(experiment_id)
        with locked(self._layout.root):
            folder, target = (
                self._layout.deleted_experiment(experiment_id),
                self._layout.active_experiment(experiment_id),
            )
            if os.path.isfile(f"{folder}/{META}"):
                if os.path.exists(target):
                    raise AlreadyExists(
                        f"Experiment {experiment_id!r} cannot be restored: something else is in its place.",
                        hint=f"Move {target!r} away.",
                    )
                self._move(folder, target)
            elif self.get_experiment(experiment_id).lifecycle_stage != DELETED:  # else a restoration was interrupted
                raise self._layout.missing("deleted experiment", experiment_id)
            self._mark(target, ACTIVE, now())

    def set_experiment_tags(self, experiment_id: str, tags: Mapping[str, str]) -> None:
        replace_values(self._active_experiment(experiment_id), tags)

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        delete_value(self._active_experiment(experiment_id), key, f"experiment {experiment_id!r}")

    # what the methods above stand on

    def _is_fresh(self) -> bool:
        """Say whether nothing was ever written here."""
        default = self._layout.active_experiment(DEFAULT_EXPERIMENT_ID)
        return not os.path.isfile(f"{default}/{META}") and not any(self._all_folders())

    def _default(self) -> Experiment:
        """Return the experiment that a fresh store has, before it is made."""
        return Experiment(
            experiment_id=DEFAULT_EXPERIMENT_ID,
            name=DEFAULT_EXPERIMENT_NAME,
            artifact_location=artifact_folder(self._artifacts, DEFAULT_EXPERIMENT_ID),
        )

    def _begin(self) -> None:
        """Make the folder and the experiment ``0`` of a store that is fresh.

        Raises:
            StorageFailure: They cannot be made.
        """
        if self._is_fresh():
            ensure_folder(self._layout.trash)
            self._make(DEFAULT_EXPERIMENT_ID, NewExperiment(name=DEFAULT_EXPERIMENT_NAME))

    def _make(self, experiment_id: str, experiment: NewExperiment) -> None:
        """Write a new experiment; it is there once its ``meta.yaml`` is."""
        folder, time = self._layout.active_experiment(experiment_id), now()
        location = experiment.artifact_location
        meta = experiment_meta(
            Experiment(
                experiment_id=experiment_id,
                name=experiment.name,
                artifact_location=absolute_location(location)
                if location
                else artifact_folder(self._artifacts, experiment_id),
                creation_time=time,
                last_update_time=time,
            )
        )
        ensure_folder(folder)
        replace_values(folder, experiment.tags)
        create_text(f"{folder}/{META}", dump_meta(meta))

    def _all_folders(self, view: ViewType = ViewType.ALL) -> Iterator[str]:
        """Yield the folders of experiments, those in use first."""
        if view.shows(ACTIVE):
            yield from (self._layout.active_experiment(name) for name in self._layout.experiment_ids(deleted=False))
        if view.shows(DELETED):
            yield from (self._layout.deleted_experiment(name) for name in self._layout.experiment_ids(deleted=True))

    def _all_experiments(self) -> Iterator[Experiment]:
        """Yield every experiment, those in use first; report those that cannot be understood."""
        if self._is_fresh():
            yield self._default()
        for folder in self._all_folders():
            try:
                yield self._experiment(folder)
            except (DataDamaged, NotFound) as error:
                warn_once(folder, f"{error} The experiment is left out.")

    def _experiment(self, folder: str, *, strict: bool = False) -> Experiment:
        """Read an experiment.

        Raises:
            NotFound: It is gone.
            DataDamaged: It cannot be understood.
        """
        experiment_id = os.path.basename(folder)
        files = direct(folder) if strict else self._experiments.folder(os.path.relpath(folder, self._layout.root))
        meta = files.meta()
        if meta is None:
            raise self._layout.missing("experiment", experiment_id)
        experiment = experiment_from(f"{folder}/{META}", meta, experiment_id, in_trash=self._in_trash(folder))
        experiment.tags = files.values(TAGS)
        return experiment

    def _find(self, experiment_id: str) -> str:
        """Return the folder of an experiment that is going to be written to.

        Raises:
            NotFound: There is none of that id.
            StorageFailure: The store is fresh and cannot be made.
        """
        if experiment_id == DEFAULT_EXPERIMENT_ID:
            self._begin()
        return self._layout.experiment(experiment_id)

    def _active_experiment(self, experiment_id: str) -> str:
        """Return the folder of an experiment that may be changed.

        Raises:
            NotFound: There is none of that id.
            InvalidState: It is deleted.
            DataDamaged: It cannot be understood.
        """
        folder = self._find(experiment_id)
        path = f"{folder}/{META}"
        experiment = experiment_from(path, read_meta(path), experiment_id, in_trash=self._in_trash(folder))
        if experiment.lifecycle_stage != ACTIVE:
            raise deleted(f"experiment {experiment_id!r}")
        return folder

    def _location(self, folder: str) -> str:
        """Return the address below which an experiment keeps its artifacts."""
        location = text_or_none(read_meta(f"{folder}/{META}"), "artifact_location")
        return location or artifact_folder(self._artifacts, os.path.basename(folder))

    def _check_free(self, name: str, but: str | None = None) -> None:
        taken = self.get_experiment_by_name(name)
        if taken is not None and taken.experiment_id != but:
            raise AlreadyExists(
                f"The name {name!r} is taken by the {taken.lifecycle_stage} experiment {taken.experiment_id!r}; "
                "take another name" + (", or restore that one." if taken.lifecycle_stage == DELETED else ".")
            )

    def _mark(self, folder: str, lifecycle_stage: str, time: int) -> None:
        """Put an experiment and its runs into a lifecycle stage."""
        for name in folders(folder):
            run = f"{folder}/{name}"
            if name in RESERVED or not os.path.isfile(f"{run}/{META}"):
                continue
            try:
                if stage(read_meta(f"{run}/{META}")) != lifecycle_stage:
                    deleted_time = time if lifecycle_stage == DELETED else None
                    change_meta(run, f"run {name!r}", lifecycle_stage=lifecycle_stage, deleted_time=deleted_time)
            except DataDamaged as error:
                warn_once(run, f"{error} The run is left as it is.")
        name = f"experiment {os.path.basename(folder)!r}"
        change_meta(folder, name, lifecycle_stage=lifecycle_stage, last_update_time=time)

    def _move(self, folder: str, target: str) -> None:
        try:
            os.rename(folder, target)
        except OSError as error:
            refused(folder, error, "move")
        self._indexes.pop(folder, None)
