"""What a model version is made from: the source as it was given, and where its files really are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from runyard.entities import ModelStage
from runyard.errors import InvalidInput, NotFound
from runyard.search.records import IS_PROMPT_TAG
from runyard.uris import ArtifactURI, ModelURI, RunURI

if TYPE_CHECKING:
    from runyard.entities import ModelVersion
    from runyard.registry.registry import ModelRegistry
    from runyard.tracking.store import TrackingStore


class Source(msgspec.Struct, frozen=True):
    """What a model version is made from.

    Attributes:
        uri: What the version names as its source; an alias or a stage is followed to the version that it means now.
        storage_location: Where the files are, if that is another address.
        run_id: The run that made the model.
        model_id: The logged model that it is.
    """

    uri: str
    storage_location: str | None = None
    run_id: str | None = None
    model_id: str | None = None


def find_source(uri: str, store: TrackingStore, registry: ModelRegistry) -> Source:
    """Find the files, the run and the logged model behind a source.

    Args:
        uri: ``runs:/<run id>/<path>``, ``models:/...`` in any form, or any other address, which is taken as it is.
        store: Where the run or the logged model is.
        registry: Where the version is that a ``models:/<name>/<version>`` source names.

    Raises:
        NotFound: There is no such run, model or version.
        InvalidInput: The address does not parse, or it names a part of a model, or a prompt.
    """
    if uri.startswith("runs:"):
        return _of_run(RunURI.parse(uri), store)
    if uri.startswith("models:"):
        return _of_model(ModelURI.parse(uri), store, registry)
    return Source(uri)


def _of_run(uri: RunURI, store: TrackingStore) -> Source:
    from runyard.artifacts import resolve

    repository, path = resolve(str(uri), store=store)
    location = str(repository.root / path)
    for output in store.get_run(uri.run_id).outputs.model_outputs:
        model = store.get_logged_model(output.model_id)
        if str(ArtifactURI.parse(model.artifact_location)) == location:
            return Source(f"models:/{model.model_id}", model.artifact_location, uri.run_id, model.model_id)
    return Source(location, None, uri.run_id)


def _of_model(uri: ModelURI, store: TrackingStore, registry: ModelRegistry) -> Source:
    if uri.path:
        raise InvalidInput(f"'{uri}' names a part of a model; a version is made from a whole one.")
    if uri.model_id is not None:
        model = store.get_logged_model(uri.model_id)
        return Source(f"models:/{model.model_id}", model.artifact_location, model.source_run_id, model.model_id)
    version = find_version(uri, registry)
    if version.tags.get(IS_PROMPT_TAG) == "true":
        raise InvalidInput(f"'{uri}' is a version of a prompt; a model cannot be made from it.")
    address = f"models:/{version.name}/{version.version}"
    return Source(address, version.storage_location or version.source, version.run_id, version.model_id)


def find_version(uri: ModelURI, registry: ModelRegistry) -> ModelVersion:
    """Return the version that ``models:/<name>/<version or stage>`` or ``models:/<name>@<alias>`` names.

    Raises:
        NotFound: There is no such model or version, or none in that stage.
        InvalidInput: There is no such alias or stage, or the address names a logged model.
    """
    if uri.name is None:
        raise InvalidInput(f"'{uri}' names a logged model; a version is 'models:/<name>/<version>'.")
    if uri.version is not None:
        return registry.get_model_version(uri.name, uri.version)
    if uri.alias is not None:
        return registry.get_model_version_by_alias(uri.name, uri.alias)
    if uri.stage == "latest":
        versions = registry.get_latest_versions(uri.name)
    else:
        versions = registry.get_latest_versions(uri.name, [ModelStage.parse(uri.stage or "")])
    if not versions:
        where = "" if uri.stage == "latest" else f" in the stage {uri.stage!r}"
        raise NotFound(f"The registered model {uri.name!r} has no version{where}.")
    return max(versions, key=lambda version: int(version.version))
