"""The registry half of the client: registered models and their versions."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from runyard import search
from runyard.entities import ModelStage, ModelVersion, Page, RegisteredModel, limits
from runyard.errors import InvalidInput, RunyardError
from runyard.registry.requests import (
    ModelVersionQuery,
    NewModelVersion,
    NewRegisteredModel,
    RegisteredModelQuery,
    check_tags,
)
from runyard.tracking import uris
from runyard.tracking.store_client import StoreClient

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runyard.registry.registry import ModelRegistry

PENDING = "PENDING_REGISTRATION"


class RegistryClient(StoreClient):
    """Registered models and model versions.

    Args:
        tracking_uri: An address or a folder; the one in force when absent.
        registry_uri: An address or a folder; the one in force when absent, or the tracking address if that was given.
    """

    def __init__(
        self,
        tracking_uri: str | os.PathLike[str] | None = None,
        registry_uri: str | os.PathLike[str] | None = None,
    ) -> None:
        super().__init__(tracking_uri)
        self._registry_uri = os.fspath(registry_uri or tracking_uri or uris.get_registry_uri())

    @property
    def _registry(self) -> ModelRegistry:
        return uris.model_registry(self._registry_uri)

    # registered models

    def create_registered_model(
        self, name: str, tags: Mapping[str, Any] | None = None, description: str | None = None
    ) -> RegisteredModel:
        """Make a registered model.

        Raises:
            InvalidInput: The name or a tag is not valid.
            AlreadyExists: The name is taken.
        """
        return self._registry.create_registered_model(
            NewRegisteredModel(name=name, description=description or "", tags=_texts(tags))
        )

    def get_registered_model(self, name: str) -> RegisteredModel:
        """Return a registered model.

        Raises:
            NotFound: There is none of that name.
        """
        return self._registry.get_registered_model(limits.check_model_name(name))

    def search_registered_models(
        self,
        filter_string: str | None = None,
        max_results: int = 100,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> Page[RegisteredModel]:
        """Return a page of registered models.

        Args:
            filter_string: Such as ``name LIKE 'fraud%' AND tags.team = 'risk'``.
            max_results: The size of the page, 1000 at most.
            order_by: Sort keys; by name when absent.
            page_token: The token of the page before.

        Raises:
            InvalidInput: The filter, a sort key, the size or the token is not valid.
        """
        return self._registry.search_registered_models(
            registered_model_query(filter_string, order_by, max_results=max_results, page_token=page_token)
        )

    def list_registered_models(self, max_results: int = 100, page_token: str | None = None) -> Page[RegisteredModel]:
        """Return a page of registered models; `search_registered_models` can filter and order them."""
        return self.search_registered_models(max_results=max_results, page_token=page_token)

    def update_registered_model(self, name: str, description: str | None = None) -> RegisteredModel:
        """Set the description; `None` empties it."""
        return self._registry.update_registered_model(limits.check_model_name(name), description or "")

    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        """Give a registered model and its versions another name.

        Raises:
            AlreadyExists: The name is taken.
        """
        return self._registry.rename_registered_model(limits.check_model_name(name), limits.check_model_name(new_name))

    def delete_registered_model(self, name: str) -> None:
        """Delete a registered model with all its versions, tags and aliases. There is no way back."""
        self._registry.delete_registered_model(limits.check_model_name(name))

    def set_registered_model_tag(self, name: str, key: str, value: Any) -> None:
        """Set a tag of a registered model."""
        tags = check_tags({key: str(value)})
        self._registry.set_registered_model_tags(limits.check_model_name(name), tags)

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        """Remove a tag of a registered model; nothing happens if it has none of that key."""
        self._registry.delete_registered_model_tag(limits.check_model_name(name), key)

    def set_registered_model_alias(self, name: str, alias: str, version: str | int) -> None:
        """Point an alias to a version; it leaves the one that it pointed to.

        Raises:
            InvalidInput: The alias is not valid, or reserved.
            NotFound: There is no such version.
        """
        self._registry.set_registered_model_alias(
            limits.check_model_name(name), limits.check_alias(alias), limits.check_version(version)
        )

    def delete_registered_model_alias(self, name: str, alias: str) -> None:
        """Remove an alias; nothing happens if there is none."""
        self._registry.delete_registered_model_alias(limits.check_model_name(name), alias)

    # versions

    def create_model_version(
        self,
        name: str,
        source: str,
        run_id: str | None = None,
        tags: Mapping[str, Any] | None = None,
        run_link: str | None = None,
        description: str | None = None,
        await_creation_for: float | None = 300,
        model_id: str | None = None,
    ) -> ModelVersion:
        """Make a version of a registered model.

        Args:
            name: The registered model.
            source: Where the model is: ``runs:/...``, ``models:/...``, or the address of its folder.
            run_id: The run that made it; found from the source where that names one.
            tags: Its tags.
            run_link: A link to the run on another server.
            description: Free text.
            await_creation_for: Seconds to wait until the registry calls it ready; 0 or `None`: do not wait.
            model_id: The logged model that it is; found from the source where that names one.

        Raises:
            NotFound: There is no such registered model, run, logged model or version.
            InvalidInput: A name, tag or address is not valid.
        """
        from runyard.registry.announcing import announce_version
        from runyard.registry.sources import find_source

        limits.check_model_name(name)
        found = find_source(source, self._store, self._registry)
        if model_id not in (None, found.model_id):
            self._store.get_logged_model(model_id)  # before anything is made
        version = self._registry.create_model_version(
            NewModelVersion(
                name=name,
                source=found.uri,
                storage_location=found.storage_location,
                run_id=run_id or found.run_id,
                run_link=run_link or "",
                description=description or "",
                tags=_texts(tags),
                model_id=model_id or found.model_id,
            )
        )
        if not self._registry.is_served:
            announce_version(version, self._store)
        return self._await_version(version, await_creation_for) if await_creation_for else version

    def _await_version(self, version: ModelVersion, seconds: float) -> ModelVersion:
        """Return a version once it is no longer pending; our registries have it ready at once, others may not."""
        import time

        deadline = time.monotonic() + seconds
        while version.status == PENDING:
            if time.monotonic() > deadline:
                raise RunyardError(
                    f"Version {version.version} of {version.name!r} was made, and is not ready after {seconds} seconds."
                )
            time.sleep(min(3.0, max(0.05, seconds / 100)))
            version = self._registry.get_model_version(version.name, version.version)
        if version.status == "FAILED_REGISTRATION":
            raise RunyardError(f"Version {version.version} of {version.name!r} failed: {version.status_message}")
        return version

    def copy_model_version(self, src_model_uri: str, dst_name: str) -> ModelVersion:
        """Make a version of another registered model from a version; that model is made if it is missing.

        Args:
            src_model_uri: ``models:/<name>/<version or stage>`` or ``models:/<name>@<alias>``.
            dst_name: The registered model that gets the version.

        Raises:
            InvalidInput: The address is not that of a version.
            NotFound: There is no such version.
        """
        from contextlib import suppress

        from runyard.errors import AlreadyExists
        from runyard.registry.sources import find_version
        from runyard.uris import ModelURI

        version = find_version(ModelURI.parse(src_model_uri), self._registry)
        with suppress(AlreadyExists):
            self.create_registered_model(dst_name)
        return self.create_model_version(
            dst_name,
            f"models:/{version.name}/{version.version}",
            run_id=version.run_id,
            tags=version.tags,
            run_link=version.run_link,
            description=version.description,
        )

    def get_model_version(self, name: str, version: str | int) -> ModelVersion:
        """Return a version.

        Raises:
            NotFound: There is no such version.
        """
        return self._registry.get_model_version(limits.check_model_name(name), limits.check_version(version))

    def get_model_version_by_alias(self, name: str, alias: str) -> ModelVersion:
        """Return the version that an alias points to.

        Raises:
            InvalidInput: There is no such alias.
            NotFound: There is no such registered model.
        """
        return self._registry.get_model_version_by_alias(limits.check_model_name(name), alias)

    def get_model_version_download_uri(self, name: str, version: str | int) -> str:
        """Return the address of a version's files."""
        found = self.get_model_version(name, version)
        return found.storage_location or found.source

    def get_model_version_stages(self, name: str, version: str | int) -> list[str]:
        """Return the stages that a version can be in; they are the same for all."""
        self.get_model_version(name, version)
        return [stage.value for stage in ModelStage]

    def get_latest_versions(self, name: str, stages: Sequence[str] | None = None) -> list[ModelVersion]:
        """Return the newest version of each stage, or of the given stages. Aliases say more than stages do."""
        return self._registry.get_latest_versions(
            limits.check_model_name(name), [ModelStage.parse(stage) for stage in stages or ()]
        )

    def search_model_versions(
        self,
        filter_string: str | None = None,
        max_results: int = 10_000,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> Page[ModelVersion]:
        """Return a page of versions.

        Args:
            filter_string: Such as ``name = 'fraud' AND tags.validated = 'yes'``.
            max_results: The size of the page, 200,000 at most.
            order_by: Sort keys; last updated first when absent.
            page_token: The token of the page before.

        Raises:
            InvalidInput: The filter, a sort key, the size or the token is not valid.
        """
        return self._registry.search_model_versions(
            model_version_query(filter_string, order_by, max_results=max_results, page_token=page_token)
        )

    def update_model_version(self, name: str, version: str | int, description: str | None = None) -> ModelVersion:
        """Set the description; `None` empties it."""
        return self._registry.update_model_version(
            limits.check_model_name(name), limits.check_version(version), description or ""
        )

    def transition_model_version_stage(
        self, name: str, version: str | int, stage: str, archive_existing_versions: bool = False
    ) -> ModelVersion:
        """Put a version into a stage, in any letter case. Aliases say more than stages do.

        Raises:
            InvalidInput: There is no such stage, or archiving is asked for with another than Staging or Production.
        """
        return self._registry.transition_model_version_stage(
            limits.check_model_name(name),
            limits.check_version(version),
            ModelStage.parse(stage),
            archive_existing=archive_existing_versions,
        )

    def delete_model_version(self, name: str, version: str | int) -> None:
        """Delete a version and the aliases that point to it; its number is not used again."""
        self._registry.delete_model_version(limits.check_model_name(name), limits.check_version(version))

    def set_model_version_tag(
        self,
        name: str,
        version: str | int | None = None,
        key: str | None = None,
        value: Any = None,
        stage: str | None = None,
    ) -> None:
        """Set a tag of a version, or of the newest version in a stage."""
        number = self._version_or_stage(name, version, stage)
        self._registry.set_model_version_tags(name, number, check_tags({_required(key): str(value)}))

    def delete_model_version_tag(
        self, name: str, version: str | int | None = None, key: str | None = None, stage: str | None = None
    ) -> None:
        """Remove a tag of a version, or of the newest version in a stage; nothing happens if it has none."""
        number = self._version_or_stage(name, version, stage)
        self._registry.delete_model_version_tag(name, number, _required(key))

    def _version_or_stage(self, name: str, version: str | int | None, stage: str | None) -> str:
        from runyard.registry.sources import find_version
        from runyard.uris import ModelURI

        limits.check_model_name(name)
        if (version is None) == (stage is None):
            raise InvalidInput("Name either the version or the stage, not both.")
        if version is not None:
            return limits.check_version(version)
        return find_version(ModelURI(name=name, stage=stage), self._registry).version


def registered_model_query(
    filter_string: str | None, order_by: Sequence[str] | None, **paging: Any
) -> RegisteredModelQuery:
    """Return a search for registered models; `paging` is its page size and token."""
    return RegisteredModelQuery(
        filter=search.parse_filter(filter_string, search.REGISTERED_MODELS),
        order_by=search.parse_order_by(order_by or (), search.REGISTERED_MODELS),
        **paging,
    )


def model_version_query(filter_string: str | None, order_by: Sequence[str] | None, **paging: Any) -> ModelVersionQuery:
    """Return a search for model versions; `paging` is its page size and token."""
    return ModelVersionQuery(
        filter=search.parse_filter(filter_string, search.MODEL_VERSIONS),
        order_by=search.parse_order_by(order_by or (), search.MODEL_VERSIONS),
        **paging,
    )


def _texts(tags: Mapping[str, Any] | None) -> dict[str, str]:
    return {key: str(value) for key, value in (tags or {}).items()}


def _required(key: str | None) -> str:
    if key is None:
        raise InvalidInput("Name the key of the tag.")
    return key
