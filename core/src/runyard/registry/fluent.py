"""The registry's functions without a client: on the registry in force."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from runyard.errors import AlreadyExists
from runyard.registry.client import model_version_query, registered_model_query
from runyard.tracking.client import RunyardClient
from runyard.tracking.searching import all_pages
from runyard.tracking.uris import model_registry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runyard.entities import ModelVersion, RegisteredModel


def register_model(
    model_uri: str,
    name: str,
    await_registration_for: float | None = 300,
    *,
    tags: Mapping[str, Any] | None = None,
) -> ModelVersion:
    """Make a version of a registered model; the registered model is made if it is missing.

    Args:
        model_uri: ``runs:/<run id>/<path>``, ``models:/<model id>``, or the address of a model's folder.
        name: The registered model.
        await_registration_for: Seconds to wait until the version is ready; 0 or `None`: do not wait.
        tags: The version's tags.

    Raises:
        NotFound: There is no model at the address.
        InvalidInput: The name, the address or a tag is not valid.
    """
    client = RunyardClient()
    with suppress(AlreadyExists):
        client.create_registered_model(name)
    return client.create_model_version(name, model_uri, tags=tags, await_creation_for=await_registration_for)


def search_registered_models(
    max_results: int | None = None, filter_string: str | None = None, order_by: Sequence[str] | None = None
) -> list[RegisteredModel]:
    """Return registered models, from all pages.

    Args:
        max_results: How many at most; all when absent.
        filter_string: Such as ``name LIKE 'fraud%'``.
        order_by: Sort keys; by name when absent.

    Raises:
        InvalidInput: The filter, a sort key or the number is not valid.
    """
    query = registered_model_query(filter_string, order_by)
    return all_pages(model_registry().search_registered_models, query, max_results)


def search_model_versions(
    max_results: int | None = None, filter_string: str | None = None, order_by: Sequence[str] | None = None
) -> list[ModelVersion]:
    """Return model versions, from all pages.

    Args:
        max_results: How many at most; all when absent.
        filter_string: Such as ``name = 'fraud'``.
        order_by: Sort keys; last updated first when absent.

    Raises:
        InvalidInput: The filter, a sort key or the number is not valid.
    """
    query = model_version_query(filter_string, order_by)
    return all_pages(model_registry().search_model_versions, query, max_results)


def set_model_version_tag(
    name: str, version: str | int | None = None, key: str | None = None, value: Any = None
) -> None:
    """Set a tag of a version.

    Raises:
        NotFound: There is no such version.
        InvalidInput: The key or the value is not valid.
    """
    RunyardClient().set_model_version_tag(name, version, key, value)
