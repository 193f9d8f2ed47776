"""Registered models and their versions, made from rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runyard.entities import ModelVersion, RegisteredModel
from runyard_sql.keyed import KeyedValues
from runyard_sql.session import Row, Session

__all__ = ["Reader"]

_MODEL = "id, name, description, creation_timestamp, last_updated_timestamp"
_MODEL_BY_NAME = f"SELECT {_MODEL} FROM runyard_registered_models WHERE name = ?"  # noqa: S608 - constants
_MODELS_BY_ID = f"SELECT {_MODEL} FROM runyard_registered_models WHERE id IN (?)"  # noqa: S608 - constants
_ALIASES = (
    "SELECT registered_model_id, alias, version FROM runyard_registered_model_aliases WHERE registered_model_id IN (?)"
)

_VERSION = """
SELECT v.id, v.registered_model_id, m.name, v.version, v.creation_timestamp, v.last_updated_timestamp, v.description,
    v.user_id, v.stage, v.source, v.storage_location, v.run_id, v.run_link, v.status, v.status_message, v.model_id
FROM runyard_model_versions v JOIN runyard_registered_models m ON m.id = v.registered_model_id
"""
_VERSION_BY_NUMBER = f"{_VERSION} WHERE m.name = ? AND v.version = ?"
_VERSIONS_BY_ID = f"{_VERSION} WHERE v.id IN (?)"
_NEWEST_OF_EACH_STAGE = f"""
{_VERSION} JOIN (
    SELECT registered_model_id, MIN(version) AS oldest, MAX(version) AS newest
    FROM runyard_model_versions WHERE registered_model_id IN (?) GROUP BY registered_model_id, stage
) stages ON stages.registered_model_id = v.registered_model_id AND stages.newest = v.version
ORDER BY v.registered_model_id, stages.oldest
"""  # noqa: S608 - constants


class Reader:
    """Reads registered models and versions whole: with tags, aliases and the newest version of each stage.

    Args:
        model_tags: The tags of registered models.
        version_tags: The tags of versions.
    """

    def __init__(self, model_tags: KeyedValues, version_tags: KeyedValues) -> None:
        self._model_tags = model_tags
        self._version_tags = version_tags

    def model(self, session: Session, name: str) -> RegisteredModel | None:
        """Return the registered model of a name, or `None`."""
        row = session.first(_MODEL_BY_NAME, (name,))
        return None if row is None else self._models(session, [row])[0]

    def models(self, session: Session, numbers: Sequence[int]) -> list[RegisteredModel]:
        """Return the registered models of row numbers, in their order."""
        rows = {row[0]: row for row in session.of_each(_MODELS_BY_ID, numbers)}
        return self._models(session, [rows[number] for number in numbers])

    def version(self, session: Session, name: str, number: int) -> ModelVersion | None:
        """Return the version of a number, or `None`."""
        row = session.first(_VERSION_BY_NUMBER, (name, number))
        return None if row is None else self._versions(session, [row])[0]

    def versions(self, session: Session, numbers: Sequence[int]) -> list[ModelVersion]:
        """Return the versions of row numbers, in their order."""
        rows = {row[0]: row for row in session.of_each(_VERSIONS_BY_ID, numbers)}
        return self._versions(session, [rows[number] for number in numbers])

    def newest_of_each_stage(self, session: Session, model: int) -> list[ModelVersion]:
        """Return the newest version of each stage of a registered model, by the number of its row."""
        return self._versions(session, session.of_each(_NEWEST_OF_EACH_STAGE, [model]))

    def _models(self, session: Session, rows: Iterable[Row]) -> list[RegisteredModel]:
        models = {
            row[0]: RegisteredModel(
                name=row[1],
                description=row[2],
                creation_timestamp=row[3],
                last_updated_timestamp=row[4],
                latest_versions=[],
                tags={},
                aliases={},
            )
            for row in rows
        }
        self._model_tags.fill(session, {number: model.tags for number, model in models.items()})
        aliases = session.of_each(_ALIASES, models)
        for number, alias, version in aliases:
            models[number].aliases[alias] = str(version)
        newest = session.of_each(_NEWEST_OF_EACH_STAGE, models)
        for row, version in zip(newest, self._versions(session, newest, aliases), strict=True):
            models[row[1]].latest_versions.append(version)
        return [*models.values()]

    def _versions(
        self, session: Session, rows: Sequence[Row], aliases: Sequence[Row] | None = None
    ) -> list[ModelVersion]:
        """Return the versions of rows; `aliases` are the rows of their models' aliases, if those are known."""
        if aliases is None:
            aliases = session.of_each(_ALIASES, {row[1] for row in rows})
        pointing: dict[tuple[int, int], list[str]] = {}
        for model, alias, number in aliases:
            pointing.setdefault((model, number), []).append(alias)
        versions = {row[0]: _version(row, sorted(pointing.get((row[1], row[3]), ()))) for row in rows}
        self._version_tags.fill(session, {number: version.tags for number, version in versions.items()})
        return [*versions.values()]


def _version(row: Row, aliases: list[str]) -> ModelVersion:
    (_, _, name, number, created, updated, description, user_id, stage, source, location, run_id, run_link, status,
        message, model_id) = row  # fmt: skip
    return ModelVersion(
        name=name,
        version=str(number),
        creation_timestamp=created,
        last_updated_timestamp=updated,
        description=description,
        user_id=user_id,
        current_stage=stage,
        source=source,
        storage_location=location or source,
        run_id=run_id,
        run_link=run_link,
        status=status,
        status_message=message,
        tags={},
        aliases=aliases,
        model_id=model_id,
    )
