"""What is asked of a model registry, as types that check themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from runyard.entities import limits
from runyard.errors import InvalidInput
from runyard.search import Filter, OrderBy


def check_tags(tags: Mapping[str, str]) -> Mapping[str, str]:
    """Return tags of a registered model or version.

    Raises:
        InvalidInput: A key is not valid, or a value is longer than 100,000 characters.
    """
    for key, value in tags.items():
        limits.check_key(key, "tag")
        limits.check_text(value, f"value of the tag {key!r}", limits.MAX_REGISTRY_TAG_VALUE)
    return tags


class NewRegisteredModel(msgspec.Struct, frozen=True, kw_only=True):
    """A registered model to be made."""

    name: str
    description: str = ""
    tags: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        limits.check_model_name(self.name)
        check_tags(self.tags)


class NewModelVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A model version to be made.

    Attributes:
        name: The registered model.
        source: The URI that it is made from.
        storage_location: The resolved URI of its files, where it differs from the source.
        run_id: The run that made the model.
        run_link: A link to that run on another server.
        description: Free text.
        tags: Its tags.
        model_id: The logged model that it is made from.
        user_id: Who makes it.
    """

    name: str
    source: str
    storage_location: str | None = None
    run_id: str | None = None
    run_link: str = ""
    description: str = ""
    tags: Mapping[str, str] = {}
    model_id: str | None = None
    user_id: str = ""

    def __post_init__(self) -> None:
        limits.check_model_name(self.name)
        check_tags(self.tags)
        if not self.source:
            raise InvalidInput("A model version needs a source.")


class RegisteredModelQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A search for registered models. Default order: by name."""

    page_cap: ClassVar[int] = 1000

    filter: Filter | None = None
    max_results: int = 100
    order_by: tuple[OrderBy, ...] = ()
    page_token: str | None = None

    def __post_init__(self) -> None:
        limits.check_page_size(self.max_results, self.page_cap)


class ModelVersionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A search for model versions. Default order: last updated first, then name, then version descending."""

    page_cap: ClassVar[int] = 200_000

    filter: Filter | None = None
    max_results: int = 10_000
    order_by: tuple[OrderBy, ...] = ()
    page_token: str | None = None

    def __post_init__(self) -> None:
        limits.check_page_size(self.max_results, self.page_cap)
