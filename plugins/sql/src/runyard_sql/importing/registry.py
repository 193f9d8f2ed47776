"""Registered models on their way into our tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from runyard.entities import ModelStage
from runyard.errors import InvalidInput
from runyard.uris import ModelURI
from runyard_sql.base import now
from runyard_sql.importing.plan import name_in

if TYPE_CHECKING:
    from sqlalchemy import Select

    from runyard_sql.importing.source import Source
    from runyard_sql.importing.target import Target
    from runyard_sql.session import Session

__all__ = ["RegisteredModelMover"]

_ADD = """
INSERT INTO runyard_registered_models (name, description, creation_timestamp, last_updated_timestamp, last_version)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT (name) DO NOTHING
"""
_FIND = "SELECT id FROM runyard_registered_models WHERE name = ?"
_ADD_ALIAS = """
INSERT INTO runyard_registered_model_aliases (registered_model_id, alias, version) VALUES (?, ?, ?)
ON CONFLICT (registered_model_id, alias) DO NOTHING
"""
_VERSION = (
    "version creation_time last_updated_time description user_id current_stage source storage_location run_id run_link "
    "status status_message"
)
_ADD_VERSION = """
INSERT INTO runyard_model_versions (
    registered_model_id, version, creation_timestamp, last_updated_timestamp, description, user_id, stage, source,
    storage_location, run_id, run_link, status, status_message, model_id
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_VERSIONS = "SELECT version, id FROM runyard_model_versions WHERE registered_model_id = ?"
# Versions that were deleted keep their row in MLflow, so that nobody gets their number.
_DELETED = "Deleted_Internal"


class RegisteredModelMover:
    """Moves registered models, each with its versions in one transaction.

    Args:
        source: Where they are.
        target: Where they go.
    """

    def __init__(self, source: Source, target: Target) -> None:
        self._source = source
        self._target = target
        self._tags = target.values("runyard_registered_model_tags", "registered_model_id")
        self._version_tags = target.values("runyard_model_version_tags", "model_version_id")

    def move(self, workspace: str | None, name: str) -> int:
        """Move a registered model; return how many versions it has.

        Raises:
            Unavailable, StorageFailure: One of the databases cannot be reached, or refuses.
        """
        with self._source.state():
            found = self._read("registered_models", "description creation_time last_updated_time", workspace, name)
            tags = self._read("registered_model_tags", "key value", workspace, name)
            aliases = self._read("registered_model_aliases", "alias version", workspace, name)
            rows = sorted(self._read("model_versions", _VERSION, workspace, name), key=lambda row: int(row[0]))
            version_tags = self._read("model_version_tags", "version key value", workspace, name)
        if not found:
            return 0  # MLflow has removed it meanwhile
        ((description, created, updated),) = found
        last = rows[-1][0] if rows else 0
        versions = [row for row in rows if row[5] != _DELETED]
        kept = {row[0] for row in versions}
        self._target.names.add((key,) for key, _ in tags)
        self._target.names.add((key,) for number, key, _ in version_tags if number in kept)
        our_name = name_in(workspace, name, ".")
        created = created or updated or now()

        def write(session: Session) -> None:
            if not session.run(_ADD, (our_name, description or "", created, updated or created, last)):
                return  # somebody was quicker, or it was committed without our hearing of it
            row = session.first(_FIND, (our_name,))
            assert row is not None  # noqa: S101
            number = int(row[0])
            self._tags.set(session, self._tags.rows(number, {key: text or "" for key, text in tags}))
            if aliases:
                session.many(_ADD_ALIAS, sorted((number, alias, version) for alias, version in aliases))
            if not versions:
                return
            session.many(_ADD_VERSION, [_row(number, row) for row in versions])
            row_numbers: dict[int, int] = dict(session.all(_VERSIONS, (number,)))
            self._version_tags.set(
                session,
                (
                    self._version_tags.row(row_numbers[version], key, text or "")
                    for version, key, text in version_tags
                    if version in kept
                ),
            )

        self._target.database.write(write)
        return len(versions)

    def _read(self, table: str, keys: str, workspace: str | None, name: str) -> list[tuple[Any, ...]]:
        if not self._source.has(table):
            return []
        query: Select[Any] = self._source.select(table, keys).where(self._source.column(table, "name") == name)
        if workspace is not None:
            query = query.where(self._source.column(table, "workspace") == workspace)
        return self._source.all(query)


def _row(model: int, row: Sequence[Any]) -> tuple[Any, ...]:
    (version, created, updated, description, user, stage, origin, location, run_id, run_link, status, message) = row
    created = created or updated or now()
    return (
        *(model, version, created, updated or created, description or "", user or "", stage or str(ModelStage.NONE)),
        *(origin or "", None if location == origin else location or None, run_id or None, run_link or ""),
        *(status or "READY", message or "", _model_id(origin or "")),
    )


def _model_id(source: str) -> str | None:
    """Return the logged model that a version was made from, where its source names one."""
    try:
        return ModelURI.parse(source).model_id
    except InvalidInput:
        return None
