"""The trash: what is marked as deleted, or is in an experiment that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from runyard.entities import Page, TrashItem, TrashKind
from runyard.errors import InvalidInput, InvalidState
from runyard.tracking.requests import TrashQuery
from runyard_sql.base import row_number
from runyard_sql.runs import RunStore
from runyard_sql.session import Row, Session
from runyard_sql.staging import settle

__all__ = ["TrashStore"]

_DELETED_RUNS = """
SELECT runs.run_id, runs.name, runs.experiment_id, runs.artifact_uri,
    COALESCE(runs.deleted_time, experiments.deleted_time)
FROM runyard_runs AS runs JOIN runyard_experiments AS experiments ON experiments.id = runs.experiment_id
WHERE COALESCE(runs.deleted_time, experiments.deleted_time) < ? AND runs.run_id > ?
ORDER BY runs.run_id LIMIT ?
"""
_DELETED_MODELS = """
SELECT models.model_id, models.name, models.experiment_id, models.artifact_location,
    COALESCE(models.deleted_time, experiments.deleted_time)
FROM runyard_logged_models AS models JOIN runyard_experiments AS experiments ON experiments.id = models.experiment_id
WHERE COALESCE(models.deleted_time, experiments.deleted_time) < ? AND models.model_id > ?
ORDER BY models.model_id LIMIT ?
"""
_DELETED_EXPERIMENTS = """
SELECT id, name, artifact_location, creation_time, last_update_time, deleted_time FROM runyard_experiments
WHERE deleted_time < ?
"""
_CHUNK = 1000
_NEVER = 2**63 - 1

_FIND_RUN = """
SELECT runs.id, COALESCE(runs.deleted_time, experiments.deleted_time)
FROM runyard_runs AS runs JOIN runyard_experiments AS experiments ON experiments.id = runs.experiment_id
WHERE runs.run_id = ?
"""
_PURGE_RUN = (
    "DELETE FROM runyard_metric_points WHERE run_id = ?",
    "DELETE FROM runyard_run_metrics WHERE run_id = ?",
    "DELETE FROM runyard_run_params WHERE run_id = ?",
    "DELETE FROM runyard_run_tags WHERE run_id = ?",
    "DELETE FROM runyard_run_dataset_tags WHERE run_id = ?",
    "DELETE FROM runyard_run_datasets WHERE run_id = ?",
    "DELETE FROM runyard_run_models WHERE run_id = ?",
    "DELETE FROM runyard_logged_model_metrics WHERE run_id = ?",
    "DELETE FROM runyard_runs WHERE id = ?",
)
_FIND_MODEL = """
SELECT models.id, COALESCE(models.deleted_time, experiments.deleted_time)
FROM runyard_logged_models AS models JOIN runyard_experiments AS experiments ON experiments.id = models.experiment_id
WHERE models.model_id = ?
"""
_PURGE_MODEL = (
    "DELETE FROM runyard_logged_model_metrics WHERE logged_model_id = ?",
    "DELETE FROM runyard_logged_model_params WHERE logged_model_id = ?",
    "DELETE FROM runyard_logged_model_tags WHERE logged_model_id = ?",
    "DELETE FROM runyard_logged_models WHERE id = ?",
)
_FIND_EXPERIMENT = "SELECT id, deleted_time FROM runyard_experiments WHERE id = ?"
_COUNT_RUNS = "SELECT COUNT(*) FROM runyard_runs WHERE experiment_id = ?"
_COUNT_MODELS = "SELECT COUNT(*) FROM runyard_logged_models WHERE experiment_id = ?"
_PURGE_EXPERIMENT = (
    "DELETE FROM runyard_experiment_tags WHERE experiment_id = ?",
    "DELETE FROM runyard_datasets WHERE experiment_id = ?",
    "DELETE FROM runyard_experiments WHERE id = ?",
)


class TrashStore(RunStore):
    """The part of the store that lists and empties the trash.

    What is purged goes in one transaction. A dataset goes with its experiment, as other runs may have read it.
    """

    def list_trash(self, query: TrashQuery) -> Page[TrashItem]:
        rank, after = _position(query.page_token)
        before = _NEVER if query.deleted_before is None else min(query.deleted_before, _NEVER)
        with self._database.read() as session:
            every = (
                item
                for kind in [*TrashKind][rank:]
                for item in self._trash(session, kind, before, after if kind.rank == rank else "")
            )
            found = [*islice(filter(query.wants, every), query.max_results + 1)]
        page = found[: query.max_results]
        return Page(page, f"{page[-1].kind.rank}{page[-1].id}" if len(found) > len(page) else None)

    def purge_run(self, run_id: str) -> None:
        """As the contract says; what it recorded on logged models goes with it."""
        self._purge("run", run_id, lambda session: session.find(_FIND_RUN, run_id), _PURGE_RUN)

    def purge_logged_model(self, model_id: str) -> None:
        self._purge("logged model", model_id, lambda session: session.find(_FIND_MODEL, model_id), _PURGE_MODEL)

    def purge_experiment(self, experiment_id: str) -> None:
        number = row_number(experiment_id)

        def find(session: Session) -> Row | None:
            row = None if number is None else session.first(_FIND_EXPERIMENT, (number,))
            if row is None or row[1] is None:
                return row
            runs, models = (session.all(count, (number,))[0][0] for count in (_COUNT_RUNS, _COUNT_MODELS))
            if runs or models:
                raise InvalidState(
                    f"The experiment {experiment_id!r} cannot be purged: {runs} runs and {models} logged models are in "
                    "it; purge them first."
                )
            return row

        self._purge("experiment", experiment_id, find, _PURGE_EXPERIMENT)

    def _trash(self, session: Session, kind: TrashKind, before: int, after: str) -> Iterator[TrashItem]:
        """Yield what was deleted before a time and comes after an id."""
        if kind is TrashKind.EXPERIMENT:
            rows = [
                (str(row[0]), row[1], row[0], self._location(row), row[5])
                for row in session.all(_DELETED_EXPERIMENTS, (before,))
            ]
            yield from (_item(kind, row) for row in sorted(rows) if row[0] > after)
            return
        statement = _DELETED_RUNS if kind is TrashKind.RUN else _DELETED_MODELS
        while True:
            chunk = session.all(statement, (before, after, _CHUNK))
            yield from (_item(kind, row) for row in chunk)
            if len(chunk) < _CHUNK:
                return
            after = chunk[-1][0]

    def _purge(self, word: str, name: str, find: Callable[[Session], Row | None], statements: tuple[str, ...]) -> None:
        """Remove what is in the trash.

        Args:
            word: What it is, for messages.
            name: Its id.
            find: Returns its number, and since when it is in the trash.
            statements: They delete its rows, by its number; the last one that of itself.

        Raises:
            NotFound: It does not exist.
            InvalidState: It is not in the trash.
        """
        tried = False

        def purge(session: Session) -> None:
            nonlocal tried
            row = find(session)
            if row is None:
                if tried:  # and committed, without our hearing of it
                    return
                raise self._missing(word, name)
            number, deleted = row
            if deleted is None:
                raise InvalidState(f"The {word} {name!r} is not in the trash, so it cannot be purged; delete it first.")
            if session.dialect.stages_points:  # or somebody else, who does so now, would bring points back
                settle(session)
            removed = [session.run(statement, (number,)) for statement in statements]
            if not removed[-1]:  # by us: another one, whom the deletion has waited for, was quicker
                raise self._missing(word, name)
            tried = True

        self._database.write(purge)


def _item(kind: TrashKind, row: Row) -> TrashItem:
    name_id, name, experiment, location, deleted = row
    return TrashItem(
        kind=kind,
        id=name_id,
        name=name,
        experiment_id=str(experiment),
        artifact_location=location,
        deleted_time=deleted,
    )


def _position(token: str | None) -> tuple[int, str]:
    """Return the rank of the kind, and the id, after which a page begins.

    Raises:
        InvalidInput: The token is not one of ours.
    """
    if not token:
        return 0, ""
    if token[0] not in "012" or "\x00" in token:
        raise InvalidInput(f"Invalid page token {token!r}; pass the token of the page before, or none.")
    return int(token[0]), token[1:]
