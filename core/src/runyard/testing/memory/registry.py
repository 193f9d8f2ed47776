"""A model registry in the memory of this process: ``memory://NAME``."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy

from runyard.entities import ModelStage, ModelVersion, Page, RegisteredModel
from runyard.errors import AlreadyExists, InvalidInput, NotFound
from runyard.registry.registry import ModelRegistry
from runyard.registry.requests import ModelVersionQuery, NewModelVersion, NewRegisteredModel, RegisteredModelQuery
from runyard.testing.memory.state import name_of, now, state
from runyard.uris import StoreURI

IS_PROMPT_TAG = "mlflow.prompt.is_prompt"


class _Line:
    """A registered model with its versions. Aliases are kept with the model, latest versions are worked out."""

    def __init__(self, model: RegisteredModel) -> None:
        self.model = model
        self.versions: dict[str, ModelVersion] = {}
        self.last_number = 0

    def newest(self) -> list[ModelVersion]:
        """Return the newest version of each stage."""
        by_stage = {version.current_stage: version for version in self.versions.values()}
        return [self.with_aliases(version) for version in by_stage.values()]

    def with_aliases(self, version: ModelVersion) -> ModelVersion:
        """Return a copy of a version as it is handed out."""
        copy = deepcopy(version)
        copy.aliases = sorted(alias for alias, number in self.model.aliases.items() if number == version.version)
        return copy

    def snapshot(self) -> RegisteredModel:
        """Return the model as it is now."""
        copy = deepcopy(self.model)
        copy.latest_versions = self.newest()
        return copy


class _State:
    """What the registries of one address share. Every access holds the lock; what is handed out is a copy."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.lines: dict[str, _Line] = {}


class MemoryModelRegistry(ModelRegistry):
    """Keeps registered models in memory."""

    def __init__(self, uri: StoreURI) -> None:
        super().__init__(uri)
        self._state = state(_State, name_of(uri))

    # registered models

    def create_registered_model(self, model: NewRegisteredModel) -> RegisteredModel:
        with self._state.lock:
            self._check_free(model.name)
            time = now()
            line = self._state.lines[model.name] = _Line(
                RegisteredModel(
                    name=model.name,
                    creation_timestamp=time,
                    last_updated_timestamp=time,
                    description=model.description,
                    tags=dict(model.tags),
                )
            )
            return line.snapshot()

    def get_registered_model(self, name: str) -> RegisteredModel:
        with self._state.lock:
            return self._line(name).snapshot()

    def search_registered_models(self, query: RegisteredModelQuery) -> Page[RegisteredModel]:
        from runyard.search import REGISTERED_MODELS, find, mentions_tag, registered_model_record

        with self._state.lock:
            models = [line.snapshot() for line in self._state.lines.values()]
        if not mentions_tag(query.filter, IS_PROMPT_TAG):
            models = [model for model in models if IS_PROMPT_TAG not in model.tags]
        found = find(models, query.filter, query.order_by, REGISTERED_MODELS, registered_model_record)
        return Page.cut(found, query.max_results, query.page_token)

    def update_registered_model(self, name: str, description: str) -> RegisteredModel:
        with self._changed_line(name) as line:
            line.model.description = description
        return self.get_registered_model(name)

    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        with self._changed_line(name) as line:
            if new_name != name:
                self._check_free(new_name)
            self._state.lines[new_name] = self._state.lines.pop(name)
            line.model.name = new_name
            for version in line.versions.values():
                version.name, version.last_updated_timestamp = new_name, now()
        return self.get_registered_model(new_name)

    def delete_registered_model(self, name: str) -> None:
        with self._state.lock:
            self._line(name)
            del self._state.lines[name]

    def set_registered_model_tags(self, name: str, tags: Mapping[str, str]) -> None:
        with self._state.lock:
            self._line(name).model.tags.update(tags)

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        with self._state.lock:
            self._line(name).model.tags.pop(key, None)

    def set_registered_model_alias(self, name: str, alias: str, version: str) -> None:
        with self._state.lock:
            self._line(name).model.aliases[alias] = self._version(name, version).version

    def delete_registered_model_alias(self, name: str, alias: str) -> None:
        with self._state.lock:
            self._line(name).model.aliases.pop(alias, None)

    # versions

    def create_model_version(self, version: NewModelVersion) -> ModelVersion:
        with self._changed_line(version.name) as line:
            line.last_number += 1
            time = now()
            made = line.versions[str(line.last_number)] = ModelVersion(
                name=version.name,
                version=str(line.last_number),
                creation_timestamp=time,
                last_updated_timestamp=time,
                description=version.description,
                user_id=version.user_id,
                source=version.source,
                storage_location=version.storage_location or version.source,
                run_id=version.run_id,
                run_link=version.run_link,
                tags=dict(version.tags),
                model_id=version.model_id,
            )
            return line.with_aliases(made)

    def get_model_version(self, name: str, version: str) -> ModelVersion:
        with self._state.lock:
            return self._line(name).with_aliases(self._version(name, version))

    def get_model_version_by_alias(self, name: str, alias: str) -> ModelVersion:
        with self._state.lock:
            line = self._line(name)
            number = next(reversed(line.versions), None) if alias == "latest" else line.model.aliases.get(alias)
            if number is None:
                raise InvalidInput(f"The registered model {name!r} has no alias {alias!r}.")
            return self.get_model_version(name, number)

    def get_latest_versions(self, name: str, stages: Sequence[ModelStage] = ()) -> list[ModelVersion]:
        with self._state.lock:
            return [version for version in self._line(name).newest() if not stages or version.current_stage in stages]

    def search_model_versions(self, query: ModelVersionQuery) -> Page[ModelVersion]:
        from runyard.search import MODEL_VERSIONS, find, model_version_record

        with self._state.lock:
            versions = [
                line.with_aliases(version) for line in self._state.lines.values() for version in line.versions.values()
            ]
        found = find(versions, query.filter, query.order_by, MODEL_VERSIONS, model_version_record)
        return Page.cut(found, query.max_results, query.page_token)

    def update_model_version(self, name: str, version: str, description: str) -> ModelVersion:
        with self._changed_version(name, version) as kept:
            kept.description = description
        return self.get_model_version(name, version)

    def transition_model_version_stage(
        self, name: str, version: str, stage: ModelStage, *, archive_existing: bool = False
    ) -> ModelVersion:
        if archive_existing and stage not in (ModelStage.STAGING, ModelStage.PRODUCTION):
            raise InvalidInput(
                f"Existing versions can be archived when one moves to Staging or Production, not to {stage}."
            )
        with self._changed_line(name), self._changed_version(name, version) as kept:
            for other in self._line(name).versions.values():
                if archive_existing and other is not kept and other.current_stage == stage:
                    other.current_stage, other.last_updated_timestamp = str(ModelStage.ARCHIVED), now()
            kept.current_stage = str(stage)
        return self.get_model_version(name, version)

    def delete_model_version(self, name: str, version: str) -> None:
        with self._changed_line(name) as line:
            number = self._version(name, version).version
            del line.versions[number]
            line.model.aliases = {alias: other for alias, other in line.model.aliases.items() if other != number}

    def set_model_version_tags(self, name: str, version: str, tags: Mapping[str, str]) -> None:
        with self._state.lock:
            self._version(name, version).tags.update(tags)

    def delete_model_version_tag(self, name: str, version: str, key: str) -> None:
        with self._state.lock:
            self._version(name, version).tags.pop(key, None)

    # what the methods above stand on

    def _check_free(self, name: str) -> None:
        if name in self._state.lines:
            raise AlreadyExists(f"The registered model name {name!r} is taken.")

    def _line(self, name: str) -> _Line:
        try:
            return self._state.lines[name]
        except KeyError:
            raise NotFound(f"There is no registered model {name!r}.", hint=f"The registry is {self.uri}.") from None

    def _version(self, name: str, version: str) -> ModelVersion:
        try:
            return self._line(name).versions[version]
        except KeyError:
            raise NotFound(f"The registered model {name!r} has no version {version!r}.") from None

    @contextmanager
    def _changed_line(self, name: str) -> Iterator[_Line]:
        with self._state.lock:
            line = self._line(name)
            yield line
            line.model.last_updated_timestamp = now()

    @contextmanager
    def _changed_version(self, name: str, version: str) -> Iterator[ModelVersion]:
        with self._state.lock:
            kept = self._version(name, version)
            yield kept
            kept.last_updated_timestamp = now()
