"""What a client may name as the source of a model version.

It is a run, a logged model or another version of this server, or an address that everybody reaches in the same way.
What only the server can tell (its files, and artifacts that go through it) has to be in the folder of the run or the
logged model that the client names with it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from runyard import config
from runyard.entities import limits
from runyard.errors import InvalidInput, NotFound
from runyard.registry.sources import Source, find_source
from runyard.search.records import IS_PROMPT_TAG
from runyard.uris import ArtifactURI, RunURI
from runyard_server.locations import OWN_SCHEMES, check_host, is_within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runyard.entities import LoggedModel
    from runyard.tracking.store import TrackingStore
    from runyard_server.services import Services

__all__ = ["PROMPT_SOURCES", "NamedSource"]

PROMPT_SOURCES = ("dummy-source", "prompt-template")
"""What stands for the source of a version of a prompt, which has no files."""


class NamedSource:
    """What a client says that a model version is made from.

    Args:
        address: The source.
        run_id: The run that made the model, if that is told.
        model_id: The logged model that it is, if that is told.

    Raises:
        InvalidInput: The run id is none, or the source is not what the operator's expression asks for.
    """

    def __init__(self, address: str, run_id: str | None = None, model_id: str | None = None) -> None:
        setting = config.CREATE_MODEL_VERSION_SOURCE_VALIDATION_REGEX
        expression = setting.get()
        if expression is not None and not expression.search(address):
            raise self._refusal(address, f"this server wants {expression.pattern!r} to be found in it")
        scheme, colon, rest = address.partition(":")
        self.address = f"{scheme.lower()}{colon}{rest}"
        self.run_id = limits.check_run_id(run_id) if run_id else None
        self.model_id = model_id or None

    def find(self, services: Services, tags: Mapping[str, str]) -> Source:
        """Return what the version is made from, once it is sure that the client may name it.

        Args:
            services: Where runs, logged models and versions are.
            tags: The tags of the version, which may be one of a prompt.

        Raises:
            InvalidInput: It may not: see the top of this module; or run and logged model are not those of the source.
            NotFound: There is no such run, logged model or version.
        """
        if tags.get(IS_PROMPT_TAG) == "true":
            if self.address not in PROMPT_SOURCES:
                raise self._refusal(self.address, f"a prompt has no files, so it is {PROMPT_SOURCES[0]!r}")
            return Source(self.address)
        if self.address.startswith("runs:"):
            found = self._of_run(services.store)
        elif self.address.startswith("models:"):
            found = find_source(self.address, services.store, services.registry)
        else:
            return self._elsewhere(services)
        is_logged_model = found.uri == f"models:/{found.model_id}"
        if self.run_id not in (None, found.run_id) and not is_logged_model:
            raise self._refusal(self.address, f"its run is {found.run_id!r}, not {self.run_id!r}")
        if self.model_id not in (None, found.model_id):
            raise self._refusal(self.address, f"its logged model is {found.model_id!r}, not {self.model_id!r}")
        return Source(found.uri, found.storage_location, self.run_id or found.run_id, found.model_id)

    def _of_run(self, store: TrackingStore) -> Source:
        """Return what a path of a run is: a logged model of that name, or else a folder among the run's artifacts."""
        uri = RunURI.parse(self.address)
        run = store.get_run(limits.check_run_id(uri.run_id))
        for output in reversed(run.outputs.model_outputs):
            with suppress(NotFound):
                model = store.get_logged_model(output.model_id)
                if model.name == uri.path:
                    return Source(self.address, model.artifact_location, uri.run_id, model.model_id)
        return Source(self.address, str(ArtifactURI.parse(run.info.artifact_uri) / uri.path), uri.run_id)

    def _elsewhere(self, services: Services) -> Source:
        """Return a source that is the address of its files."""
        location = ArtifactURI.parse(self.address)
        model = None if self.model_id is None else services.store.get_logged_model(self.model_id)
        if location.scheme not in OWN_SCHEMES:
            check_host(location, services.context)
        elif not self._is_absolute() or not any(
            is_within(location, root) for root in self._folders(services.store, model)
        ):
            raise self._refusal(
                self.address,
                "what is on the server has to be in the artifact folder of the run (run_id) or of the logged model "
                "(model_id) that is named with it",
            )
        made_by = None if model is None else model.source_run_id
        return Source(self.address, None, self.run_id or made_by, self.model_id)

    def _is_absolute(self) -> bool:
        return ":" in self.address or os.path.isabs(self.address)

    def _folders(self, store: TrackingStore, model: LoggedModel | None) -> Iterator[ArtifactURI]:
        """Yield the artifact folders of the logged model and the run that the client names."""
        if model is not None:
            yield ArtifactURI.parse(model.artifact_location)
        if self.run_id is not None:
            yield ArtifactURI.parse(store.get_run(self.run_id).info.artifact_uri)

    @staticmethod
    def _refusal(address: str, reason: str) -> InvalidInput:
        return InvalidInput(f"Invalid model version source {address!r}: {reason}.")
