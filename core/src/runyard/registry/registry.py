"""The contract of a model registry.

Every implementation passes `runyard.testing.ModelRegistryContract`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runyard.entities import ModelStage, ModelVersion, Page, RegisteredModel
    from runyard.registry.requests import (
        ModelVersionQuery,
        NewModelVersion,
        NewRegisteredModel,
        RegisteredModelQuery,
    )
    from runyard.uris import StoreURI


class ModelRegistry(ABC):
    """Keeps registered models and their versions.

    Its module is ``runyard_NAME.registry``; ``runyard_NAME.plugin`` registers it:

        @hookimpl
        def runyard_model_registries():
            yield ModelRegistryPlugin(name="NAME", schemes=("NAME",), factory="runyard_NAME.registry:NameRegistry")

    Threads, processes, durability and common errors are as for `runyard.tracking.store.TrackingStore`.

    Args:
        uri: The address.
    """

    def __init__(self, uri: StoreURI) -> None:
        self.uri = uri

    def close(self) -> None:
        """Give back files and connections; the registry can still be used and opens them again."""

    @property
    def is_served(self) -> bool:
        """Whether a server of ours keeps the registry.

        Then the server announces new versions (`runyard.registry.announcing`), and the one who asked for them does not.
        """
        return False

    # registered models

    @abstractmethod
    def create_registered_model(self, model: NewRegisteredModel) -> RegisteredModel:
        """Make a registered model.

        Raises:
            AlreadyExists: The name is taken.
        """

    @abstractmethod
    def get_registered_model(self, name: str) -> RegisteredModel:
        """Return a registered model."""

    @abstractmethod
    def search_registered_models(self, query: RegisteredModelQuery) -> Page[RegisteredModel]:
        """Return a page of registered models; prompts only when a condition on ``mlflow.prompt.is_prompt`` asks."""

    @abstractmethod
    def update_registered_model(self, name: str, description: str) -> RegisteredModel:
        """Set the description."""

    @abstractmethod
    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        """Give the model and its versions another name.

        Raises:
            AlreadyExists: The name is taken.
        """

    @abstractmethod
    def delete_registered_model(self, name: str) -> None:
        """Delete a registered model with its versions, tags and aliases."""

    @abstractmethod
    def set_registered_model_tags(self, name: str, tags: Mapping[str, str]) -> None:
        """Set tags."""

    @abstractmethod
    def delete_registered_model_tag(self, name: str, key: str) -> None:
        """Remove a tag; nothing happens if there is none of that key."""

    @abstractmethod
    def set_registered_model_alias(self, name: str, alias: str, version: str) -> None:
        """Point an alias to a version; it leaves the one that it pointed to."""

    @abstractmethod
    def delete_registered_model_alias(self, name: str, alias: str) -> None:
        """Remove an alias; nothing happens if there is none."""

    # versions

    @abstractmethod
    def create_model_version(self, version: NewModelVersion) -> ModelVersion:
        """Make a version; its number is one more than the highest ever used."""

    @abstractmethod
    def get_model_version(self, name: str, version: str) -> ModelVersion:
        """Return a version."""

    @abstractmethod
    def get_model_version_by_alias(self, name: str, alias: str) -> ModelVersion:
        """Return the version that an alias points to, the highest one for ``latest``.

        Raises:
            InvalidInput: There is no such alias.
        """

    @abstractmethod
    def get_latest_versions(self, name: str, stages: Sequence[ModelStage] = ()) -> list[ModelVersion]:
        """Return the newest version of each stage (of every stage when none is given)."""

    @abstractmethod
    def search_model_versions(self, query: ModelVersionQuery) -> Page[ModelVersion]:
        """Return a page of versions."""

    @abstractmethod
    def update_model_version(self, name: str, version: str, description: str) -> ModelVersion:
        """Set the description."""

    @abstractmethod
    def transition_model_version_stage(
        self, name: str, version: str, stage: ModelStage, *, archive_existing: bool = False
    ) -> ModelVersion:
        """Put a version into ``Staging``, ``Production`` or another stage; the others in it are archived if asked.

        Raises:
            InvalidInput: Archiving is asked for with a stage other than those two.
        """

    @abstractmethod
    def delete_model_version(self, name: str, version: str) -> None:
        """Delete a version and the aliases that point to it; its number is not used again."""

    @abstractmethod
    def set_model_version_tags(self, name: str, version: str, tags: Mapping[str, str]) -> None:
        """Set tags of a version."""

    @abstractmethod
    def delete_model_version_tag(self, name: str, version: str, key: str) -> None:
        """Remove a tag; nothing happens if there is none of that key."""
