"""What the routes on registered models and their aliases do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.entities import ModelStage, limits
from runyard.registry.client import registered_model_query
from runyard.registry.requests import NewRegisteredModel, check_tags
from runyard.rest import registered_models as wire
from runyard.rest.message import Empty
from runyard.rest.model_versions import ModelVersionMessage, ModelVersionReply, ModelVersionsReply
from runyard.rest.values import values
from runyard_server.api.handlers import Handlers

if TYPE_CHECKING:
    from runyard.entities import RegisteredModel
    from runyard_server.services import Services

HANDLERS = Handlers()


@HANDLERS.serves(wire.CREATE)
def create(services: Services, request: wire.CreateRegisteredModel) -> wire.RegisteredModelReply:
    new = NewRegisteredModel(name=request.name, description=request.description, tags=values(request.tags))
    return _reply(services.registry.create_registered_model(new))


@HANDLERS.serves(wire.GET)
def get(services: Services, request: wire.ModelName) -> wire.RegisteredModelReply:
    return _reply(services.registry.get_registered_model(limits.check_model_name(request.name)))


@HANDLERS.serves(wire.RENAME)
def rename(services: Services, request: wire.RenameRegisteredModel) -> wire.RegisteredModelReply:
    name, new_name = limits.check_model_name(request.name), limits.check_model_name(request.new_name)
    return _reply(services.registry.rename_registered_model(name, new_name))


@HANDLERS.serves(wire.UPDATE)
def update(services: Services, request: wire.UpdateRegisteredModel) -> wire.RegisteredModelReply:
    name = limits.check_model_name(request.name)
    return _reply(services.registry.update_registered_model(name, request.description))


@HANDLERS.serves(wire.DELETE_MODEL)
def delete(services: Services, request: wire.ModelName) -> Empty:
    services.registry.delete_registered_model(limits.check_model_name(request.name))
    return Empty()


@HANDLERS.serves(wire.SEARCH)
def search(services: Services, request: wire.SearchRegisteredModels) -> wire.SearchRegisteredModelsReply:
    query = registered_model_query(
        request.filter, request.order_by, max_results=request.max_results, page_token=request.page_token or None
    )
    page = services.registry.search_registered_models(query)
    found = [wire.RegisteredModelMessage.of(model) for model in page]
    return wire.SearchRegisteredModelsReply(registered_models=found, next_page_token=page.token or "")


@HANDLERS.serves(wire.GET_LATEST_VERSIONS_BY_QUERY)
@HANDLERS.serves(wire.GET_LATEST_VERSIONS)
def get_latest_versions(services: Services, request: wire.GetLatestVersions) -> ModelVersionsReply:
    stages = [ModelStage.parse(stage) for stage in request.stages]
    found = services.registry.get_latest_versions(limits.check_model_name(request.name), stages)
    return ModelVersionsReply(model_versions=[ModelVersionMessage.of(version) for version in found])


@HANDLERS.serves(wire.SET_TAG)
def set_tag(services: Services, request: wire.SetRegisteredModelTag) -> Empty:
    name, tags = limits.check_model_name(request.name), check_tags({request.key: request.value})
    services.registry.set_registered_model_tags(name, tags)
    return Empty()


@HANDLERS.serves(wire.DELETE_TAG)
def delete_tag(services: Services, request: wire.DeleteRegisteredModelTag) -> Empty:
    services.registry.delete_registered_model_tag(limits.check_model_name(request.name), request.key)
    return Empty()


@HANDLERS.serves(wire.SET_ALIAS)
def set_alias(services: Services, request: wire.SetAlias) -> Empty:
    name, alias = limits.check_model_name(request.name), limits.check_alias(request.alias)
    services.registry.set_registered_model_alias(name, alias, limits.check_version(request.version))
    return Empty()


@HANDLERS.serves(wire.GET_BY_ALIAS)
def get_by_alias(services: Services, request: wire.AliasReference) -> ModelVersionReply:
    version = services.registry.get_model_version_by_alias(limits.check_model_name(request.name), request.alias)
    return ModelVersionReply(model_version=ModelVersionMessage.of(version))


@HANDLERS.serves(wire.DELETE_ALIAS)
def delete_alias(services: Services, request: wire.AliasReference) -> Empty:
    services.registry.delete_registered_model_alias(limits.check_model_name(request.name), request.alias)
    return Empty()


def _reply(model: RegisteredModel) -> wire.RegisteredModelReply:
    return wire.RegisteredModelReply(registered_model=wire.RegisteredModelMessage.of(model))
