"""The model registry in an SQL database: versions and aliases, on top of the registered models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runyard.entities import ModelStage, ModelVersion, Page
from runyard.errors import InvalidInput, NotFound
from runyard.registry.requests import ModelVersionQuery, NewModelVersion
from runyard.search import MODEL_VERSIONS
from runyard_sql.base import now
from runyard_sql.registered_models import RegisteredModels
from runyard_sql.search import find
from runyard_sql.session import Session

__all__ = ["SqlRegistry"]

_LARGEST = 2**31 - 1

_SET_ALIAS = """
INSERT INTO runyard_registered_model_aliases (registered_model_id, alias, version) VALUES (?, ?, ?)
ON CONFLICT (registered_model_id, alias) DO UPDATE SET version = excluded.version
"""
_FIND_ALIAS = "SELECT version FROM runyard_registered_model_aliases WHERE registered_model_id = ? AND alias = ?"
_DELETE_ALIAS = "DELETE FROM runyard_registered_model_aliases WHERE registered_model_id = ? AND alias = ?"
_DELETE_ALIASES = "DELETE FROM runyard_registered_model_aliases WHERE registered_model_id = ? AND version = ?"

_TAKE_NUMBER = """
UPDATE runyard_registered_models SET last_version = last_version + 1, last_updated_timestamp = ? WHERE name = ?
"""
_TAKEN_NUMBER = "SELECT id, last_version FROM runyard_registered_models WHERE name = ?"
_CREATE = """
INSERT INTO runyard_model_versions (
    registered_model_id, version, creation_timestamp, last_updated_timestamp, description, user_id, stage, source,
    storage_location, run_id, run_link, status, status_message, model_id
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_FIND = "SELECT id FROM runyard_model_versions WHERE registered_model_id = ? AND version = ?"
_HIGHEST = "SELECT MAX(version) FROM runyard_model_versions WHERE registered_model_id = ?"
_DESCRIBE = "UPDATE runyard_model_versions SET description = ?, last_updated_timestamp = ? WHERE id = ?"
_MOVE = "UPDATE runyard_model_versions SET stage = ?, last_updated_timestamp = ? WHERE id = ?"
_MOVE_OTHERS = """
UPDATE runyard_model_versions SET stage = ?, last_updated_timestamp = ?
WHERE registered_model_id = ? AND stage = ? AND id <> ?
"""
_DELETE = "DELETE FROM runyard_model_versions WHERE id = ?"
_DELETE_TAGS = "DELETE FROM runyard_model_version_tags WHERE model_version_id = ?"


class SqlRegistry(RegisteredModels):
    """Keeps registered models in SQLite, PostgreSQL, MySQL or MariaDB."""

    def create_model_version(self, version: NewModelVersion) -> ModelVersion:
        self._add_keys(version.tags)
        tried: list[ModelVersion] = []

        def create(session: Session) -> ModelVersion:
            for made in tried:
                # It may have been committed, though the answer was lost.
                found = self._reader.version(session, made.name, int(made.version))
                if found == made:
                    return made
            tried[:] = [self._create(session, version)]
            return tried[0]

        return self._database.write(create)

    def _create(self, session: Session, version: NewModelVersion) -> ModelVersion:
        time = now()
        session.run(_TAKE_NUMBER, (time, version.name))
        row = session.first(_TAKEN_NUMBER, (version.name,))
        if row is None:
            raise self._no_model(version.name)
        model, number = row
        made = ModelVersion(
            name=version.name,
            version=str(number),
            creation_timestamp=time,
            last_updated_timestamp=time,
            description=version.description,
            user_id=version.user_id,
            source=version.source,
            storage_location=version.storage_location or version.source,
            run_id=version.run_id,
            run_link=version.run_link,
            tags=dict(version.tags),
            aliases=[],
            model_id=version.model_id,
        )
        location = None if made.storage_location == made.source else made.storage_location
        session.run(
            _CREATE,
            (
                *(model, number, time, time, made.description, made.user_id, made.current_stage, made.source, location),
                *(made.run_id, made.run_link, made.status, made.status_message, made.model_id),
            ),
        )
        if made.tags:
            row_number = self._row(session, model, made.name, made.version)
            self._version_tags.set(session, self._version_tags.rows(row_number, made.tags))
        return made

    def get_model_version(self, name: str, version: str) -> ModelVersion:
        with self._database.read() as session:
            return self._version(session, name, version)

    def get_model_version_by_alias(self, name: str, alias: str) -> ModelVersion:
        with self._database.read() as session:
            model = self._number(session, name)
            if alias == "latest":
                row = session.first(_HIGHEST, (model,))
            else:
                row = session.first(_FIND_ALIAS, (model, alias))
            if row is None or row[0] is None:
                raise InvalidInput(f"The registered model {name!r} has no alias {alias!r}.")
            return self._version(session, name, str(row[0]))

    def get_latest_versions(self, name: str, stages: Sequence[ModelStage] = ()) -> list[ModelVersion]:
        with self._database.read() as session:
            newest = self._reader.newest_of_each_stage(session, self._number(session, name))
        return [version for version in newest if not stages or version.current_stage in stages]

    def search_model_versions(self, query: ModelVersionQuery) -> Page[ModelVersion]:
        with self._database.read() as session:
            numbers, token = find(session, self._names, MODEL_VERSIONS, query)
            return Page(self._reader.versions(session, numbers), token)

    def update_model_version(self, name: str, version: str, description: str) -> ModelVersion:
        def update(session: Session) -> ModelVersion:
            row_number = self._locked_version(session, name, version)
            session.run(_DESCRIBE, (description, now(), row_number))
            return self._version(session, name, version)

        return self._database.write(update)

    def transition_model_version_stage(
        self, name: str, version: str, stage: ModelStage, *, archive_existing: bool = False
    ) -> ModelVersion:
        if archive_existing and stage not in (ModelStage.STAGING, ModelStage.PRODUCTION):
            raise InvalidInput(
                f"Existing versions can be archived when one moves to Staging or Production, not to {stage}."
            )

        def move(session: Session) -> ModelVersion:
            model, time = self._updated(session, name), now()
            row_number = self._row(session, model, name, version)
            if archive_existing:
                session.run(_MOVE_OTHERS, (str(ModelStage.ARCHIVED), time, model, str(stage), row_number))
            session.run(_MOVE, (str(stage), time, row_number))
            return self._version(session, name, version)

        return self._database.write(move)

    def delete_model_version(self, name: str, version: str) -> None:
        def delete(session: Session) -> None:
            model = self._updated(session, name)
            row_number = self._row(session, model, name, version)
            session.run(_DELETE_ALIASES, (model, int(version)))
            session.run(_DELETE_TAGS, (row_number,))
            session.run(_DELETE, (row_number,))

        self._database.write(delete)

    def set_model_version_tags(self, name: str, version: str, tags: Mapping[str, str]) -> None:
        self._add_keys(tags)

        def change(session: Session) -> None:
            row_number = self._locked_version(session, name, version)
            self._version_tags.set(session, self._version_tags.rows(row_number, tags))

        self._database.write(change)

    def delete_model_version_tag(self, name: str, version: str, key: str) -> None:
        self._database.write(
            lambda session: self._version_tags.remove(session, self._locked_version(session, name, version), key)
        )

    def set_registered_model_alias(self, name: str, alias: str, version: str) -> None:
        def point(session: Session) -> None:
            model = self._locked(session, name)
            self._row(session, model, name, version)
            session.run(_SET_ALIAS, (model, alias, int(version)))

        self._database.write(point)

    def delete_registered_model_alias(self, name: str, alias: str) -> None:
        self._database.write(lambda session: session.run(_DELETE_ALIAS, (self._locked(session, name), alias)))

    # what the methods above stand on

    def _version(self, session: Session, name: str, version: str) -> ModelVersion:
        """Return a version.

        Raises:
            NotFound: There is no such registered model or version.
        """
        number = _number(version)
        found = None if number is None else self._reader.version(session, name, number)
        if found is None:
            self._number(session, name)
            raise _no_version(name, version)
        return found

    def _row(self, session: Session, model: int, name: str, version: str) -> int:
        """Return the number of the row of a version.

        Raises:
            NotFound: There is no such version.
        """
        number = _number(version)
        row = None if number is None else session.first(_FIND, (model, number))
        if row is None:
            raise _no_version(name, version)
        return int(row[0])

    def _locked_version(self, session: Session, name: str, version: str) -> int:
        """Lock the model of a version; return the number of the version's row.

        Raises:
            NotFound: There is no such registered model or version.
        """
        return self._row(session, self._locked(session, name), name, version)


def _number(version: str) -> int | None:
    """Return a version as the tables keep it; `None` for one that cannot be."""
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 20 else None
    return number if number is not None and number <= _LARGEST else None


def _no_version(name: str, version: str) -> NotFound:
    return NotFound(f"The registered model {name!r} has no version {version!r}.")
