"""The model registry on a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runyard.entities import ModelStage, ModelVersion, Page, RegisteredModel
from runyard.registry.registry import ModelRegistry
from runyard.registry.requests import ModelVersionQuery, NewModelVersion, NewRegisteredModel, RegisteredModelQuery
from runyard.rest import model_versions as versions
from runyard.rest import registered_models as models
from runyard.rest.values import pairs
from runyard.uris import ModelURI, StoreURI
from runyard_http.connection import open_connection

__all__ = ["HttpRegistry"]


class HttpRegistry(ModelRegistry):
    """Keeps registered models on a tracking server, of ours or a stock MLflow server.

    Args:
        uri: The address of the server.

    Raises:
        InvalidInput: The address or a setting is not valid.
        PluginMissing, PluginFailed, PluginConflict: The plugin for credentials cannot be used.
    """

    def __init__(self, uri: StoreURI) -> None:
        super().__init__(uri)
        self._connection = open_connection(uri)
        self._call = self._connection.call
        self._announces = False

    @property
    def is_served(self) -> bool:
        """Whether the server that made the last version is one of ours."""
        return self._announces

    def close(self) -> None:
        self._connection.close()

    # registered models

    def create_registered_model(self, model: NewRegisteredModel) -> RegisteredModel:
        new = models.CreateRegisteredModel(name=model.name, tags=pairs(model.tags), description=model.description)
        return self._call(models.CREATE, new).registered_model.entity()

    def get_registered_model(self, name: str) -> RegisteredModel:
        return self._call(models.GET, models.ModelName(name=name)).registered_model.entity()

    def search_registered_models(self, query: RegisteredModelQuery) -> Page[RegisteredModel]:
        asked = models.SearchRegisteredModels(
            filter=query.filter.text if query.filter else "",
            max_results=query.max_results,
            order_by=[key.text for key in query.order_by],
            page_token=query.page_token or "",
        )
        reply = self._call(models.SEARCH, asked)
        return Page((found.entity() for found in reply.registered_models), reply.next_page_token or None)

    def update_registered_model(self, name: str, description: str) -> RegisteredModel:
        change = models.UpdateRegisteredModel(name=name, description=description)
        return self._call(models.UPDATE, change).registered_model.entity()

    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        change = models.RenameRegisteredModel(name=name, new_name=new_name)
        return self._call(models.RENAME, change).registered_model.entity()

    def delete_registered_model(self, name: str) -> None:
        self._call(models.DELETE_MODEL, models.ModelName(name=name))

    def set_registered_model_tags(self, name: str, tags: Mapping[str, str]) -> None:
        for key, value in tags.items():
            self._call(models.SET_TAG, models.SetRegisteredModelTag(name=name, key=key, value=value))

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        self._call(models.DELETE_TAG, models.DeleteRegisteredModelTag(name=name, key=key))

    def set_registered_model_alias(self, name: str, alias: str, version: str) -> None:
        self._call(models.SET_ALIAS, models.SetAlias(name=name, alias=alias, version=version))

    def delete_registered_model_alias(self, name: str, alias: str) -> None:
        self._call(models.DELETE_ALIAS, models.AliasReference(name=name, alias=alias))

    # versions

    def create_model_version(self, version: NewModelVersion) -> ModelVersion:
        # Where the files are, and who asks, the server finds out itself.
        new = versions.CreateModelVersion(
            name=version.name,
            source=version.source,
            run_id=version.run_id or "",
            tags=pairs(version.tags),
            run_link=version.run_link,
            description=version.description,
            model_id="" if _is_version(version.source) else version.model_id or "",
        )
        reply = self._call(versions.CREATE, new, repeat=False)
        self._announces = reply.announced
        return reply.model_version.entity()

    def get_model_version(self, name: str, version: str) -> ModelVersion:
        return self._located(self._call(versions.GET, _version(name, version)).model_version.entity())

    def get_model_version_by_alias(self, name: str, alias: str) -> ModelVersion:
        found = self._call(models.GET_BY_ALIAS, models.AliasReference(name=name, alias=alias))
        return self._located(found.model_version.entity())

    def _located(self, version: ModelVersion) -> ModelVersion:
        """Return a version with the place of its files, which MLflow's servers tell only when they are asked."""
        if version.storage_location is None:
            reply = self._call(versions.GET_DOWNLOAD_URI, _version(version.name, version.version))
            version.storage_location = reply.artifact_uri
        return version

    def get_latest_versions(self, name: str, stages: Sequence[ModelStage] = ()) -> list[ModelVersion]:
        asked = models.GetLatestVersions(name=name, stages=[stage.value for stage in stages])
        return [found.entity() for found in self._call(models.GET_LATEST_VERSIONS, asked).model_versions]

    def search_model_versions(self, query: ModelVersionQuery) -> Page[ModelVersion]:
        asked = versions.SearchModelVersions(
            filter=query.filter.text if query.filter else "",
            max_results=query.max_results,
            order_by=[key.text for key in query.order_by],
            page_token=query.page_token or "",
        )
        reply = self._call(versions.SEARCH, asked)
        return Page((found.entity() for found in reply.model_versions), reply.next_page_token or None)

    def update_model_version(self, name: str, version: str, description: str) -> ModelVersion:
        change = versions.UpdateModelVersion(name=name, version=version, description=description)
        return self._call(versions.UPDATE, change).model_version.entity()

    def transition_model_version_stage(
        self, name: str, version: str, stage: ModelStage, *, archive_existing: bool = False
    ) -> ModelVersion:
        change = versions.TransitionStage(
            name=name, version=version, stage=stage.value, archive_existing_versions=archive_existing
        )
        return self._call(versions.TRANSITION_STAGE, change).model_version.entity()

    def delete_model_version(self, name: str, version: str) -> None:
        self._call(versions.DELETE_VERSION, _version(name, version))

    def set_model_version_tags(self, name: str, version: str, tags: Mapping[str, str]) -> None:
        for key, value in tags.items():
            tag = versions.SetModelVersionTag(name=name, version=version, key=key, value=value)
            self._call(versions.SET_TAG, tag)

    def delete_model_version_tag(self, name: str, version: str, key: str) -> None:
        self._call(versions.DELETE_TAG, versions.DeleteModelVersionTag(name=name, version=version, key=key))


def _is_version(source: str) -> bool:
    """Say whether a source is a version: a server knows its logged model, and MLflow's do not want to be told."""
    return source.startswith("models:") and ModelURI.parse(source).name is not None


def _version(name: str, version: str) -> versions.VersionReference:
    return versions.VersionReference(name=name, version=version)
