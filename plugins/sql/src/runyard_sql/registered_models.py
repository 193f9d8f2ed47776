"""Registered models."""

from __future__ import annotations

from collections.abc import Mapping

from runyard.entities import Page, RegisteredModel
from runyard.errors import AlreadyExists, NotFound
from runyard.registry.registry import ModelRegistry
from runyard.registry.requests import NewRegisteredModel, RegisteredModelQuery
from runyard.search import REGISTERED_MODELS
from runyard.uris import StoreURI
from runyard_sql.base import now
from runyard_sql.database import open_database
from runyard_sql.interned import Interned
from runyard_sql.keyed import KeyedValues, Name
from runyard_sql.registered import Reader
from runyard_sql.search import find
from runyard_sql.session import Session

__all__ = ["RegisteredModels"]

_CREATE = """
INSERT INTO runyard_registered_models (name, description, creation_timestamp, last_updated_timestamp, last_version)
VALUES (?, ?, ?, ?, 0)
ON CONFLICT (name) DO NOTHING
"""
_FIND = "SELECT id FROM runyard_registered_models WHERE name = ?"
_LOCK = "UPDATE runyard_registered_models SET last_version = last_version WHERE name = ?"
_TOUCH = "UPDATE runyard_registered_models SET last_updated_timestamp = ? WHERE id = ?"
_DESCRIBE = "UPDATE runyard_registered_models SET description = ? WHERE id = ?"
_RENAME = "UPDATE runyard_registered_models SET name = ? WHERE id = ?"
_TOUCH_VERSIONS = "UPDATE runyard_model_versions SET last_updated_timestamp = ? WHERE registered_model_id = ?"
_DELETE = (
    """
    DELETE FROM runyard_model_version_tags
    WHERE model_version_id IN (SELECT id FROM runyard_model_versions WHERE registered_model_id = ?)
    """,
    "DELETE FROM runyard_model_versions WHERE registered_model_id = ?",
    "DELETE FROM runyard_registered_model_aliases WHERE registered_model_id = ?",
    "DELETE FROM runyard_registered_model_tags WHERE registered_model_id = ?",
    "DELETE FROM runyard_registered_models WHERE id = ?",
)


class RegisteredModels(ModelRegistry):
    """The part of the registry that keeps registered models.

    A change of a model, or of one of its versions or aliases, begins with locking its row: others who change the same
    model, or delete it, wait until it is committed.

    Args:
        uri: The address of the database.
    """

    def __init__(self, uri: StoreURI) -> None:
        super().__init__(uri)
        self._database = open_database(uri)
        self._names: Interned[Name] = Interned(self._database, "runyard_names", ("name",))
        self._model_tags = KeyedValues(self._names, "runyard_registered_model_tags", "registered_model_id")
        self._version_tags = KeyedValues(self._names, "runyard_model_version_tags", "model_version_id")
        self._reader = Reader(self._model_tags, self._version_tags)

    def close(self) -> None:
        self._database.close()

    def create_registered_model(self, model: NewRegisteredModel) -> RegisteredModel:
        self._add_keys(model.tags)
        time = now()
        tried = False

        def create(session: Session) -> None:
            nonlocal tried
            made = session.run(_CREATE, (model.name, model.description, time, time))
            if not made:
                found = self._reader.model(session, model.name)
                # A try before may have been committed, though its answer was lost.
                if tried and found is not None and found.creation_timestamp == time:
                    return
                raise _taken(model.name)
            tried = True
            number = self._number(session, model.name)
            self._model_tags.set(session, self._model_tags.rows(number, model.tags))

        self._database.write(create)
        return RegisteredModel(
            name=model.name,
            creation_timestamp=time,
            last_updated_timestamp=time,
            description=model.description,
            latest_versions=[],
            tags=dict(model.tags),
            aliases={},
        )

    def get_registered_model(self, name: str) -> RegisteredModel:
        with self._database.read() as session:
            return self._model(session, name)

    def search_registered_models(self, query: RegisteredModelQuery) -> Page[RegisteredModel]:
        with self._database.read() as session:
            numbers, token = find(session, self._names, REGISTERED_MODELS, query)
            return Page(self._reader.models(session, numbers), token)

    def update_registered_model(self, name: str, description: str) -> RegisteredModel:
        def update(session: Session) -> RegisteredModel:
            number = self._updated(session, name)
            session.run(_DESCRIBE, (description, number))
            return self._model(session, name)

        return self._database.write(update)

    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        def rename(session: Session) -> RegisteredModel:
            number = self._updated(session, name)
            if new_name != name and session.first(_FIND, (new_name,)) is not None:
                raise _taken(new_name)
            session.run(_RENAME, (new_name, number))
            session.run(_TOUCH_VERSIONS, (now(), number))
            return self._model(session, new_name)

        return self._database.write(rename)

    def delete_registered_model(self, name: str) -> None:
        def delete(session: Session) -> None:
            number = self._locked(session, name)
            for statement in _DELETE:
                session.run(statement, (number,))

        self._database.write(delete)

    def set_registered_model_tags(self, name: str, tags: Mapping[str, str]) -> None:
        self._add_keys(tags)

        def change(session: Session) -> None:
            number = self._locked(session, name)
            self._model_tags.set(session, self._model_tags.rows(number, tags))

        self._database.write(change)

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        self._database.write(lambda session: self._model_tags.remove(session, self._locked(session, name), key))

    # what the methods above stand on, and those of versions

    def _add_keys(self, tags: Mapping[str, str]) -> None:
        self._names.add((key,) for key in tags)

    def _model(self, session: Session, name: str) -> RegisteredModel:
        """Return a registered model.

        Raises:
            NotFound: There is none of that name.
        """
        model = self._reader.model(session, name)
        if model is None:
            raise self._no_model(name)
        return model

    def _number(self, session: Session, name: str) -> int:
        """Return the number of the row of a registered model.

        Raises:
            NotFound: There is none of that name.
        """
        row = session.first(_FIND, (name,))
        if row is None:
            raise self._no_model(name)
        return int(row[0])

    def _locked(self, session: Session, name: str) -> int:
        """Lock a registered model; return the number of its row.

        Raises:
            NotFound: There is none of that name.
        """
        session.run(_LOCK, (name,))
        return self._number(session, name)

    def _updated(self, session: Session, name: str) -> int:
        """Lock a registered model and note that it is updated now; return the number of its row.

        Raises:
            NotFound: There is none of that name.
        """
        number = self._locked(session, name)
        session.run(_TOUCH, (now(), number))
        return number

    def _no_model(self, name: str) -> NotFound:
        return NotFound(f"There is no registered model {name!r}.", hint=f"The registry is {self.uri}.")


def _taken(name: str) -> AlreadyExists:
    return AlreadyExists(f"The registered model name {name!r} is taken.")
