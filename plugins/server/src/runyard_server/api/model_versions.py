"""What the routes on model versions do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from runyard.entities import ModelStage, limits
from runyard.registry.announcing import announce_version
from runyard.registry.client import model_version_query
from runyard.registry.requests import ModelVersionQuery, NewModelVersion, check_tags
from runyard.rest import model_versions as wire
from runyard.rest.message import Empty
from runyard.rest.values import values
from runyard.search import MODEL_VERSIONS, mentions_tag, parse_filter
from runyard.search.records import IS_PROMPT_TAG
from runyard_server.api.handlers import Handlers
from runyard_server.sources import NamedSource

if TYPE_CHECKING:
    from runyard.entities import ModelVersion
    from runyard_server.services import Services

HANDLERS = Handlers()


@HANDLERS.serves(wire.CREATE)
def create(services: Services, request: wire.CreateModelVersion) -> wire.CreatedVersionReply:
    tags = values(request.tags)
    named = NamedSource(request.source, request.run_id, request.model_id)
    source = named.find(services, tags)
    new = NewModelVersion(
        name=request.name,
        source=source.uri,
        storage_location=source.storage_location,
        run_id=source.run_id,
        run_link=request.run_link,
        description=request.description,
        tags=tags,
        model_id=source.model_id,
    )
    version = services.registry.create_model_version(new)
    announce_version(version, services.store)
    return wire.CreatedVersionReply(model_version=wire.ModelVersionMessage.of(version), announced=True)


@HANDLERS.serves(wire.GET)
def get(services: Services, request: wire.VersionReference) -> wire.ModelVersionReply:
    return _reply(services.registry.get_model_version(*_place(request)))


@HANDLERS.serves(wire.UPDATE)
def update(services: Services, request: wire.UpdateModelVersion) -> wire.ModelVersionReply:
    return _reply(services.registry.update_model_version(*_place(request), request.description))


@HANDLERS.serves(wire.DELETE_VERSION)
def delete(services: Services, request: wire.VersionReference) -> Empty:
    services.registry.delete_model_version(*_place(request))
    return Empty()


@HANDLERS.serves(wire.SEARCH)
def search(services: Services, request: wire.SearchModelVersions) -> wire.ModelVersionsReply:
    asked = model_version_query(
        request.filter, request.order_by, max_results=request.max_results, page_token=request.page_token or None
    )
    page = services.registry.search_model_versions(_without_prompts(asked))
    found = [wire.ModelVersionMessage.of(version) for version in page]
    return wire.ModelVersionsReply(model_versions=found, next_page_token=page.token or "")


@HANDLERS.serves(wire.GET_DOWNLOAD_URI)
def get_download_uri(services: Services, request: wire.VersionReference) -> wire.DownloadURIReply:
    version = services.registry.get_model_version(*_place(request))
    return wire.DownloadURIReply(artifact_uri=version.storage_location or version.source)


@HANDLERS.serves(wire.TRANSITION_STAGE)
def transition_stage(services: Services, request: wire.TransitionStage) -> wire.ModelVersionReply:
    version = services.registry.transition_model_version_stage(
        *_place(request), ModelStage.parse(request.stage), archive_existing=request.archive_existing_versions
    )
    return _reply(version)


@HANDLERS.serves(wire.SET_TAG)
def set_tag(services: Services, request: wire.SetModelVersionTag) -> Empty:
    services.registry.set_model_version_tags(*_place(request), check_tags({request.key: request.value}))
    return Empty()


@HANDLERS.serves(wire.DELETE_TAG)
def delete_tag(services: Services, request: wire.DeleteModelVersionTag) -> Empty:
    services.registry.delete_model_version_tag(*_place(request), request.key)
    return Empty()


def _without_prompts(query: ModelVersionQuery) -> ModelVersionQuery:
    """Return a query for versions of models, unless it asks for prompts itself: so the protocol has it."""
    if mentions_tag(query.filter, IS_PROMPT_TAG):
        return query
    condition = f"tags.`{IS_PROMPT_TAG}` IS NULL"
    text = condition if query.filter is None else f"({query.filter.text}) AND {condition}"
    return msgspec.structs.replace(query, filter=parse_filter(text, MODEL_VERSIONS))


def _place(request: wire.VersionReference) -> tuple[str, str]:
    """Return the name and the number of the version that a request is about.

    Raises:
        InvalidInput: One of them is not valid.
    """
    return limits.check_model_name(request.name), limits.check_version(request.version)


def _reply(version: ModelVersion) -> wire.ModelVersionReply:
    return wire.ModelVersionReply(model_version=wire.ModelVersionMessage.of(version))
