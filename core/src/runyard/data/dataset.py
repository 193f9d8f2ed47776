"""What all datasets have in common."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Any

from runyard.data.sources import DatasetSource, resolve_source
from runyard.entities import Dataset as DatasetEntity
from runyard.entities import limits

if TYPE_CHECKING:
    import os


class Dataset(ABC):
    """Data that a run reads, held in memory, and how it is described in the store.

    Args:
        source: Where it came from: an address, a path, or a `DatasetSource`; the program itself when absent.
        name: Its name; ``dataset`` when absent.
        digest: Its fingerprint, at most 36 characters; computed when absent.

    Raises:
        InvalidInput: Nobody knows such a source.
    """

    def __init__(
        self,
        source: str | os.PathLike[str] | DatasetSource | None = None,
        name: str | None = None,
        digest: str | None = None,
    ) -> None:
        self._source = resolve_source(source)
        self._name = name or "dataset"
        self._digest = digest

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    @cached_property
    def digest(self) -> str:
        """Its fingerprint: 8 hexadecimal digits, unless another was given."""
        return self._digest or self._compute_digest()

    @property
    def source(self) -> DatasetSource:
        """Where it came from."""
        return self._source

    @abstractmethod
    def _compute_digest(self) -> str:
        """Return the fingerprint of the data."""

    @property
    @abstractmethod
    def schema(self) -> Any:
        """What its columns or tensors are; `None` where they have no common form."""

    @property
    @abstractmethod
    def profile(self) -> dict[str, Any]:
        """How much data it is."""

    @abstractmethod
    def _schema_to_dict(self) -> dict[str, Any] | None:
        """Return the schema as the store keeps it."""

    def to_dict(self) -> dict[str, str | None]:
        """Return its description: every value is text, the source, schema and profile are JSON."""
        schema = self._schema_to_dict()
        return {
            "name": self.name,
            "digest": self.digest,
            "source": self.source.to_json(),
            "source_type": self.source.source_type,
            "schema": None if schema is None else json.dumps(schema),
            "profile": json.dumps(self.profile),
        }

    def to_json(self) -> str:
        """Return its description as JSON."""
        return json.dumps(self.to_dict())

    def to_entity(self) -> DatasetEntity:
        """Return its description as the store takes it; a schema that is too long for the store is left out."""
        described = self.to_dict()
        schema = described["schema"]
        if schema is not None and len(schema) > limits.MAX_DATASET_SCHEMA:
            import warnings

            warnings.warn(
                f"The schema of the dataset {self.name!r} has {len(schema)} characters, more than a store keeps; it is "
                "left out.",
                stacklevel=3,
            )
            schema = None
        return DatasetEntity(
            name=self.name,
            digest=self.digest,
            source_type=self.source.source_type,
            source=self.source.to_json(),
            schema=schema,
            profile=described["profile"],
        )
