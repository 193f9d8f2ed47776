"""Experiments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runyard.entities import Experiment, Page
from runyard.errors import AlreadyExists, InvalidState, NotFound
from runyard.tracking.requests import ExperimentQuery, NewExperiment
from runyard_sql.base import SqlStoreBase, artifact_folder, now, row_number
from runyard_sql.search import find
from runyard_sql.session import Row, Session

__all__ = ["ExperimentStore"]

_COLUMNS = "id, name, artifact_location, creation_time, last_update_time, deleted_time"
_BY_ID = f"SELECT {_COLUMNS} FROM runyard_experiments WHERE id = ?"  # noqa: S608 - constants
_BY_NAME = f"SELECT {_COLUMNS} FROM runyard_experiments WHERE name = ?"  # noqa: S608 - constants
_OF_IDS = f"SELECT {_COLUMNS} FROM runyard_experiments WHERE id IN (?)"  # noqa: S608 - constants
_CREATE = """
INSERT INTO runyard_experiments (name, artifact_location, creation_time, last_update_time) VALUES (?, ?, ?, ?)
ON CONFLICT (name) DO NOTHING
"""
_SET_LOCATION = "UPDATE runyard_experiments SET artifact_location = ? WHERE id = ?"
_RENAME = "UPDATE runyard_experiments SET name = ?, last_update_time = ? WHERE id = ?"
_MOVE = "UPDATE runyard_experiments SET deleted_time = ?, last_update_time = ? WHERE id = ?"
_MOVE_RUNS = "UPDATE runyard_runs SET deleted_time = ? WHERE experiment_id = ? AND deleted_time IS NULL"
_RESTORE_RUNS = "UPDATE runyard_runs SET deleted_time = NULL WHERE experiment_id = ?"


class ExperimentStore(SqlStoreBase):
    """The part of the store that keeps experiments."""

    def create_experiment(self, experiment: NewExperiment) -> str:
        self._names.add((key,) for key in experiment.tags)

        time = now()
        tried = False

        def create(session: Session) -> str:
            nonlocal tried
            made = session.run(_CREATE, (experiment.name, experiment.artifact_location or "", time, time))
            found = session.first(_BY_NAME, (experiment.name,))
            # A try before may have been committed, though its answer was lost.
            if found is None or not (made or (tried and found[3] == time)):
                raise _taken(experiment.name, found)
            tried = True
            if not experiment.artifact_location:
                session.run(_SET_LOCATION, (artifact_folder(self._artifacts, str(found[0])), found[0]))
            self._experiment_tags.set(session, self._experiment_tags.rows(found[0], experiment.tags))
            return str(found[0])

        return self._database.write(create)

    def get_experiment(self, experiment_id: str) -> Experiment:
        with self._database.read() as session:
            return self._experiments(session, [self._row(session, experiment_id)])[0]

    def get_experiment_by_name(self, name: str) -> Experiment | None:
        with self._database.read() as session:
            row = session.find(_BY_NAME, name)
            return None if row is None else self._experiments(session, [row])[0]

    def search_experiments(self, query: ExperimentQuery) -> Page[Experiment]:
        from runyard.search import EXPERIMENTS

        with self._database.read() as session:
            numbers, token = find(session, self._names, EXPERIMENTS, query)
            return Page(self._experiments_of(session, numbers), token)

    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        def rename(session: Session) -> None:
            number = self._active_row(session, experiment_id)[0]
            holder = session.first(_BY_NAME, (new_name,))
            if holder is not None and holder[0] != number:
                raise _taken(new_name, holder)
            session.run(_RENAME, (new_name, now(), number))

        self._database.write(rename)

    def delete_experiment(self, experiment_id: str) -> None:
        def delete(session: Session) -> None:
            number, *_, deleted = self._row(session, experiment_id)
            if deleted is not None:
                raise self._missing("active experiment", experiment_id)
            time = now()
            session.run(_MOVE, (time, time, number))
            session.run(_MOVE_RUNS, (time, number))

        self._database.write(delete)

    def restore_experiment(self, experiment_id: str) -> None:
        def restore(session: Session) -> None:
            number, *_, deleted = self._row(session, experiment_id)
            if deleted is None:
                raise self._missing("deleted experiment", experiment_id)
            session.run(_MOVE, (None, now(), number))
            session.run(_RESTORE_RUNS, (number,))

        self._database.write(restore)

    def set_experiment_tags(self, experiment_id: str, tags: Mapping[str, str]) -> None:
        self._names.add((key,) for key in tags)

        def change(session: Session) -> None:
            number = self._active_row(session, experiment_id)[0]
            self._experiment_tags.set(session, self._experiment_tags.rows(number, tags))

        self._database.write(change)

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        def delete(session: Session) -> None:
            number = self._active_row(session, experiment_id)[0]
            if not self._experiment_tags.remove(session, number, key):
                raise NotFound(f"The experiment {experiment_id!r} has no tag {key!r}.")

        self._database.write(delete)

    # what the methods above stand on, and those of runs and models

    def _row(self, session: Session, experiment_id: str) -> Row:
        """Return the row of an experiment.

        Raises:
            NotFound: There is none of that id.
        """
        number = row_number(experiment_id)
        row = None if number is None else session.first(_BY_ID, (number,))
        if row is None:
            raise self._missing("experiment", experiment_id)
        return row

    def _active_row(self, session: Session, experiment_id: str) -> Row:
        """Return the row of an experiment that may be changed.

        Raises:
            NotFound: There is none of that id.
            InvalidState: It is deleted.
        """
        row = self._row(session, experiment_id)
        if row[5] is not None:
            raise InvalidState(
                f"The experiment {experiment_id!r} is deleted, so it cannot be changed; restore it first."
            )
        return row

    def _fixed_location(self, session: Session, row: Row) -> str:
        """Return where an experiment keeps its artifacts, and write that down where it is still open.

        The experiment ``0`` is made with the tables, when nobody knows of a root yet.
        """
        if not row[2]:
            session.run(_SET_LOCATION, (self._location(row), row[0]))
        return self._location(row)

    def _location(self, row: Row) -> str:
        return row[2] or artifact_folder(self._artifacts, str(row[0]))

    def _experiments(self, session: Session, rows: Iterable[Row]) -> list[Experiment]:
        """Return the experiments of rows, with their tags."""
        found = [
            Experiment(
                experiment_id=str(row[0]),
                name=row[1],
                artifact_location=self._location(row),
                lifecycle_stage="active" if row[5] is None else "deleted",
                tags={},
                creation_time=row[3],
                last_update_time=row[4],
            )
            for row in rows
        ]
        self._experiment_tags.fill(session, {int(experiment.experiment_id): experiment.tags for experiment in found})
        return found

    def _experiments_of(self, session: Session, numbers: list[int]) -> list[Experiment]:
        """Return the experiments of numbers, in their order."""
        rows = {row[0]: row for row in session.of_each(_OF_IDS, numbers)}
        return self._experiments(session, (rows[number] for number in numbers))


def _taken(name: str, holder: Row | None) -> AlreadyExists:
    by = "" if holder is None else f" by the {'active' if holder[5] is None else 'deleted'} experiment {holder[0]}"
    return AlreadyExists(f"The experiment name {name!r} is taken{by}; take another one.")
