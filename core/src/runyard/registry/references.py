"""What the model versions of a registry stand on: runs, logged models and places of files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from runyard.errors import InvalidInput
from runyard.registry.requests import ModelVersionQuery
from runyard.search import MODEL_VERSIONS, parse_filter
from runyard.search.records import IS_PROMPT_TAG
from runyard.uris import ArtifactURI, ModelURI, RunURI

if TYPE_CHECKING:
    from runyard.entities import ModelVersion
    from runyard.registry.registry import ModelRegistry

__all__ = ["VersionReferences"]


class VersionReferences:
    """The versions that would lose their files if something was removed.

    Args:
        registry: Whose versions count, as they are now.
    """

    def __init__(self, registry: ModelRegistry) -> None:
        self._runs: dict[str, str] = {}
        self._models: dict[str, str] = {}
        self._places: dict[str, str] = {}
        for version in _versions(registry):
            self._note(version)

    def of_run(self, run_id: str) -> str | None:
        """Return the address of a version that was made from a run, ``models:/<name>/<version>``; `None` for none."""
        return self._runs.get(run_id)

    def of_model(self, model_id: str) -> str | None:
        """Return the address of a version that was made from a logged model; `None` for none."""
        return self._models.get(model_id)

    def below(self, location: str) -> str | None:
        """Return the address of a version whose files are at, or below, an artifact location; `None` for none."""
        return self._places.get(_place(location))

    def _note(self, version: ModelVersion) -> None:
        address = f"models:/{version.name}/{version.version}"
        if version.run_id:
            self._runs.setdefault(version.run_id, address)
        if version.model_id:
            self._models.setdefault(version.model_id, address)
        for source in filter(None, (version.source, version.storage_location)):
            self._note_source(source, address)

    def _note_source(self, source: str, address: str) -> None:
        try:
            if source.startswith("runs:"):
                self._runs.setdefault(RunURI.parse(source).run_id, address)
                return
            if source.startswith("models:"):
                # a copy of a version needs no note: its original, or the copy's storage location, leads to the files
                model_id = ModelURI.parse(source).model_id
                if model_id:
                    self._models.setdefault(model_id, address)
                return
        except InvalidInput:
            pass  # what older servers took for a source: it counts as it is written
        place = _place(source)
        while place:
            self._places.setdefault(place, address)
            place = place.rpartition("/")[0]


def _versions(registry: ModelRegistry) -> Iterator[ModelVersion]:
    # A server shows what is tagged as a prompt only to whoever asks for it, and everybody can set a tag.
    for text in (None, f"tags.`{IS_PROMPT_TAG}` IS NOT NULL"):
        query = ModelVersionQuery(filter=parse_filter(text, MODEL_VERSIONS))
        while True:
            page = registry.search_model_versions(query)
            yield from page
            if page.token is None:
                break
            query = msgspec.structs.replace(query, page_token=page.token)


def _place(location: str) -> str:
    """Return a location in the one form in which it is compared."""
    with suppress(InvalidInput):
        location = str(ArtifactURI.parse(location))
    return location.rstrip("/")
