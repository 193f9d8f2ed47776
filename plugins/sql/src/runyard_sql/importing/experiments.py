"""Experiments on their way into our tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from runyard_sql.base import now

if TYPE_CHECKING:
    from runyard_sql.importing.plan import Experiment
    from runyard_sql.importing.source import Source
    from runyard_sql.importing.target import Target
    from runyard_sql.keyed import ValueRow
    from runyard_sql.session import Session

__all__ = ["move_experiments"]

_ADD = """
INSERT INTO runyard_experiments (id, name, artifact_location, creation_time, last_update_time, deleted_time)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, artifact_location = excluded.artifact_location,
    creation_time = excluded.creation_time, last_update_time = excluded.last_update_time,
    deleted_time = excluded.deleted_time
"""
_ADD_UNNUMBERED = """
INSERT INTO runyard_experiments (name, artifact_location, creation_time, last_update_time, deleted_time)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT (name) DO NOTHING
"""
_FIND = "SELECT id FROM runyard_experiments WHERE name = ?"
_AT_ONCE = 500


def move_experiments(source: Source, target: Target, experiments: Sequence[Experiment]) -> dict[int, int]:
    """Make the experiments that are missing, with their tags; those that are there stay as they are.

    Returns:
        The number with us for each of MLflow's.
    """
    numbers = {each.source: each.number for each in experiments if each.number is not None}
    # Numbers that are asked for come before those that the database gives out, which shall be others.
    missing = sorted((each for each in experiments if each.is_new), key=lambda each: each.number is None)
    for start in range(0, len(missing), _AT_ONCE):
        numbers.update(_move(source, target, missing[start : start + _AT_ONCE]))
    return numbers


def _move(source: Source, target: Target, experiments: Sequence[Experiment]) -> dict[int, int]:
    with source.state():
        tags = source.of(
            "experiment_tags", "experiment_id key value", "experiment_id", [each.source for each in experiments]
        )
    values = target.values("runyard_experiment_tags", "experiment_id")
    target.names.add((key,) for _, key, _ in tags)

    def write(session: Session) -> dict[int, int]:
        numbers = {}
        numbered = [each for each in experiments if each.number is not None]
        for each in numbered:
            session.run(_ADD, (each.number, *_row(each)))
        if numbered:
            session.dialect.count_on(session, "runyard_experiments")
        for each in experiments:
            if each.number is None:
                session.run(_ADD_UNNUMBERED, _row(each))
            found = session.first(_FIND, (each.name,))
            assert found is not None  # noqa: S101
            numbers[each.source] = int(found[0])
        rows: Iterable[ValueRow] = (values.row(numbers[number], key, text or "") for number, key, text in tags)
        values.set(session, rows)
        return numbers

    return target.database.write(write)


def _row(experiment: Experiment) -> tuple[str | int | None, ...]:
    created = experiment.creation_time or experiment.last_update_time or now()
    updated = experiment.last_update_time or created
    return experiment.name, experiment.artifact_location, created, updated, updated if experiment.is_deleted else None
