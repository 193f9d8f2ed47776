"""What the parts of the store stand on."""

from __future__ import annotations

import time

from runyard.errors import NotFound
from runyard.tracking.store import TrackingStore
from runyard.uris import ArtifactURI, StoreURI
from runyard_sql.database import open_database
from runyard_sql.interned import Interned
from runyard_sql.keyed import KeyedValues, Name
from runyard_sql.recording import Dataset, Recorder
from runyard_sql.sampled import SampledSeries

__all__ = ["SqlStoreBase", "artifact_folder", "now", "row_number"]

_LARGEST = 2**31 - 1


def now() -> int:
    """Return the time in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def row_number(experiment_id: str) -> int | None:
    """Return the number of the row of an experiment; `None` for an id that none can have."""
    if experiment_id.isascii() and experiment_id.isdigit() and str(int(experiment_id[:20])) == experiment_id:
        number = int(experiment_id)
        return number if number <= _LARGEST else None
    return None


def artifact_folder(location: str, *parts: str) -> str:
    """Return the address of a folder below an artifact location, in the same form."""
    return "/".join((location.rstrip("/"), *parts))


class SqlStoreBase(TrackingStore):
    """The database, and the root of the artifacts.

    Args:
        uri: The address of the database.
        artifact_root: Where new experiments keep their artifacts. By default a folder beside the file of an SQLite
            database, called like it with ``-artifacts`` for its suffix, and ``./mlartifacts`` for a server.
    """

    def __init__(self, uri: StoreURI, artifact_root: str | None = None) -> None:
        super().__init__(uri, artifact_root)
        self._database = open_database(uri)
        self._names: Interned[Name] = Interned(self._database, "runyard_names", ("name",))
        self._datasets: Interned[Dataset] = Interned(self._database, "runyard_metric_datasets", ("name", "digest"))
        self._experiment_tags = KeyedValues(self._names, "runyard_experiment_tags", "experiment_id")
        self._run_params = KeyedValues(self._names, "runyard_run_params", "run_id")
        self._run_tags = KeyedValues(self._names, "runyard_run_tags", "run_id")
        self._model_params = KeyedValues(self._names, "runyard_logged_model_params", "logged_model_id")
        self._model_tags = KeyedValues(self._names, "runyard_logged_model_tags", "logged_model_id")
        self._sampled = SampledSeries()
        self._recorder = Recorder(self._database, self._names, self._datasets, self._run_params, self._run_tags)
        root = ArtifactURI.parse(artifact_root or self._database.dialect.artifact_root)
        self._artifacts = root.file_uri if root.scheme == "file" else artifact_root or str(root)

    def close(self) -> None:
        self._database.close()

    def _missing(self, kind: str, name: str) -> NotFound:
        return NotFound(f"There is no {kind} {name!r}.", hint=f"The store is {self.uri}.")
