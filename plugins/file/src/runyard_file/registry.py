"""The model registry in files: one folder each below ``models``, with a folder for each version."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from runyard.entities import ModelStage, ModelVersion, Page, RegisteredModel
from runyard.errors import AlreadyExists, DataDamaged, InvalidInput, NotFound
from runyard.registry.registry import ModelRegistry
from runyard.registry.requests import ModelVersionQuery, NewModelVersion, NewRegisteredModel, RegisteredModelQuery
from runyard.uris import StoreURI
from runyard_file.base import now
from runyard_file.files import check_folder, ensure_folder, locked, replace_text
from runyard_file.layout import MODELS, TRASH, folders
from runyard_file.meta import META, dump_meta, whole_number
from runyard_file.registered import (
    ALIASES,
    DELETED_STAGE,
    change_version,
    delete_aliases,
    make_folder,
    move_folder,
    newest_of_each_stage,
    read_aliases,
    read_existing,
    read_model,
    read_version,
    read_versions,
    remove_folder,
    used_numbers,
    version_folder,
    version_in_use,
    version_numbers,
)
from runyard_file.reports import warn_once
from runyard_file.values import delete_value, replace_values

IS_PROMPT_TAG = "mlflow.prompt.is_prompt"


class FileRegistry(ModelRegistry):
    """Keeps registered models in a folder, the one that a file store keeps runs in.

    Args:
        uri: The folder; it is made when something is written.
    """

    def __init__(self, uri: StoreURI) -> None:
        super().__init__(uri)
        check_folder(uri.text)
        root = uri.text.rstrip(os.sep)
        self._root = f"{root}/{MODELS}"
        self._staging = f"{root}/{TRASH}"

    # registered models

    def create_registered_model(self, model: NewRegisteredModel) -> RegisteredModel:
        folder, time = self._path(model.name), now()
        with self._locked_root():
            self._check_free(model.name)
            meta = {
                "name": model.name,
                "creation_timestamp": time,
                "last_updated_timestamp": time,
                "description": model.description or None,
                "aliases": {},
            }
            self._clear(folder)
            make_folder(folder, meta, model.tags, self._staging)
        return self.get_registered_model(model.name)

    def get_registered_model(self, name: str) -> RegisteredModel:
        return read_model(self._model(name))

    def search_registered_models(self, query: RegisteredModelQuery) -> Page[RegisteredModel]:
        from runyard.search import REGISTERED_MODELS, find, mentions_tag, registered_model_record

        models = self._all_models()
        if not mentions_tag(query.filter, IS_PROMPT_TAG):
            models = [model for model in models if IS_PROMPT_TAG not in model.tags]
        found = find(models, query.filter, query.order_by, REGISTERED_MODELS, registered_model_record)
        return Page.cut(found, query.max_results, query.page_token)

    def update_registered_model(self, name: str, description: str) -> RegisteredModel:
        with self._changed(name) as (_, meta):
            meta["description"] = description
        return self.get_registered_model(name)

    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        with self._locked_root():
            folder, target = self._model(name), self._path(new_name)
            if new_name != name:
                self._check_free(new_name)
                self._clear(target)
                move_folder(folder, target)
            with self._changed(new_name) as (folder, meta):
                for number in version_numbers(folder):
                    change_version(version_folder(folder, number), name=new_name)
                meta["name"] = new_name
        return self.get_registered_model(new_name)

    def delete_registered_model(self, name: str) -> None:
        with self._locked_root():
            remove_folder(self._model(name), self._staging)

    def set_registered_model_tags(self, name: str, tags: Mapping[str, str]) -> None:
        with locked(self._model(name)):
            replace_values(self._model(name), tags)

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        with locked(self._model(name)):
            folder = self._model(name)
            with suppress(NotFound):
                delete_value(folder, key, f"registered model {name!r}")

    def set_registered_model_alias(self, name: str, alias: str, version: str) -> None:
        with self._changed(name, updated=False) as (folder, meta):
            version_in_use(folder, name, version)
            replace_text(f"{folder}/{ALIASES}/{alias}", version, staging=folder)
            meta["aliases"] = read_aliases(folder)

    def delete_registered_model_alias(self, name: str, alias: str) -> None:
        with self._changed(name, updated=False) as (folder, meta):
            delete_aliases(folder, [known for known in read_aliases(folder) if known == alias])
            meta["aliases"] = read_aliases(folder)

    # versions

    def create_model_version(self, version: NewModelVersion) -> ModelVersion:
        with self._changed(version.name) as (folder, _):
            # A number is used once, also by a version that was deleted or whose making was cut short.
            number = max(used_numbers(folder), default=0) + 1
            time = now()
            meta = {
                "name": version.name,
                "version": number,
                "creation_timestamp": time,
                "last_updated_timestamp": time,
                "description": version.description or None,
                "user_id": version.user_id or None,
                "current_stage": str(ModelStage.NONE),
                "source": version.source,
                "storage_location": version.storage_location or version.source,
                "run_id": version.run_id,
                "run_link": version.run_link or None,
                "status": "READY",
                "status_message": None,
                "model_id": version.model_id,
            }
            make_folder(version_folder(folder, number), meta, version.tags, self._staging)
        return self.get_model_version(version.name, str(number))

    def get_model_version(self, name: str, version: str) -> ModelVersion:
        folder = self._model(name)
        return read_version(version_in_use(folder, name, version), name, read_aliases(folder))

    def get_model_version_by_alias(self, name: str, alias: str) -> ModelVersion:
        folder = self._model(name)
        if alias == "latest":
            number = max((int(version.version) for version in read_versions(folder, name)), default=None)
        else:
            number = whole_number(folder, read_aliases(folder), alias)
        if number is None:
            raise InvalidInput(f"The registered model {name!r} has no alias {alias!r}.")
        return self.get_model_version(name, str(number))

    def get_latest_versions(self, name: str, stages: Sequence[ModelStage] = ()) -> list[ModelVersion]:
        newest = newest_of_each_stage(read_versions(self._model(name), name))
        return [version for version in newest if not stages or version.current_stage in stages]

    def search_model_versions(self, query: ModelVersionQuery) -> Page[ModelVersion]:
        from runyard.search import MODEL_VERSIONS, find, model_version_record

        versions = [version for name in self._names() for version in self._versions_of(name)]
        found = find(versions, query.filter, query.order_by, MODEL_VERSIONS, model_version_record)
        return Page.cut(found, query.max_results, query.page_token)

    def update_model_version(self, name: str, version: str, description: str) -> ModelVersion:
        with locked(self._model(name)):
            change_version(version_in_use(self._model(name), name, version), description=description)
        return self.get_model_version(name, version)

    def transition_model_version_stage(
        self, name: str, version: str, stage: ModelStage, *, archive_existing: bool = False
    ) -> ModelVersion:
        if archive_existing and stage not in (ModelStage.STAGING, ModelStage.PRODUCTION):
            raise InvalidInput(
                f"Existing versions can be archived when one moves to Staging or Production, not to {stage}."
            )
        with self._changed(name) as (folder, _):
            target = version_in_use(folder, name, version)
            for other in read_versions(folder, name) if archive_existing else ():
                if other.current_stage == stage and other.version != version:
                    change_version(version_folder(folder, int(other.version)), current_stage=str(ModelStage.ARCHIVED))
            change_version(target, current_stage=str(stage))
        return self.get_model_version(name, version)

    def delete_model_version(self, name: str, version: str) -> None:
        with self._changed(name) as (folder, meta):
            target = version_in_use(folder, name, version)
            delete_aliases(folder, [alias for alias, number in read_aliases(folder).items() if number == version])
            meta["aliases"] = read_aliases(folder)
            change_version(target, current_stage=DELETED_STAGE)

    def set_model_version_tags(self, name: str, version: str, tags: Mapping[str, str]) -> None:
        with locked(self._model(name)):
            replace_values(version_in_use(self._model(name), name, version), tags)

    def delete_model_version_tag(self, name: str, version: str, key: str) -> None:
        with locked(self._model(name)):
            target = version_in_use(self._model(name), name, version)
            with suppress(NotFound):
                delete_value(target, key, f"version {version} of {name!r}")

    # what the methods above stand on

    def _path(self, name: str) -> str:
        """Return the path at which a registered model has its folder; a name is one part of a path."""
        if not name or "/" in name or os.sep in name or "\x00" in name or name in (".", ".."):
            raise NotFound(f"There is no registered model {name!r}.", hint=f"The registry is {self._root!r}.")
        return f"{self._root}/{name}"

    def _model(self, name: str) -> str:
        """Return the folder of a registered model.

        Raises:
            NotFound: There is none of that name.
        """
        folder = self._path(name)
        if not os.path.isfile(f"{folder}/{META}"):
            raise NotFound(f"There is no registered model {name!r}.", hint=f"The registry is {self._root!r}.")
        return folder

    def _clear(self, folder: str) -> None:
        """Remove a folder that is no registered model, such as one that a person has taken ``meta.yaml`` out of."""
        if os.path.lexists(folder):
            remove_folder(folder, self._staging)

    def _check_free(self, name: str) -> None:
        if os.path.isfile(f"{self._path(name)}/{META}"):
            raise AlreadyExists(f"The registered model name {name!r} is taken.")

    @contextmanager
    def _locked_root(self) -> Iterator[None]:
        """Keep others from making, renaming and deleting registered models."""
        ensure_folder(self._root)
        with locked(self._root):
            yield

    @contextmanager
    def _changed(self, name: str, *, updated: bool = True) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give the folder and the ``meta.yaml`` of a registered model, and write the latter back.

        Args:
            name: The registered model.
            updated: Whether this counts as an update, of which the time is kept.
        """
        folder = self._model(name)
        with locked(folder):
            meta = read_existing(self._model(name))  # it may have been deleted while this waited
            yield folder, meta
            if updated:
                meta["last_updated_timestamp"] = now()
            replace_text(f"{folder}/{META}", dump_meta(meta), staging=folder)

    def _names(self) -> list[str]:
        return [name for name in folders(self._root) if os.path.isfile(f"{self._root}/{name}/{META}")]

    def _all_models(self) -> list[RegisteredModel]:
        """Return every registered model; those that cannot be understood are reported and left out."""
        models = []
        for name in self._names():
            try:
                models.append(self.get_registered_model(name))
            except DataDamaged as error:
                warn_once(f"{self._root}/{name}", f"{error} The registered model is left out.")
            except NotFound:  # deleted in between
                continue
        return models

    def _versions_of(self, name: str) -> list[ModelVersion]:
        try:
            return read_versions(self._model(name), name)
        except NotFound:  # deleted in between
            return []
