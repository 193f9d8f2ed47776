"""The way of everything from an MLflow database into ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from runyard_sql.importing.experiments import move_experiments
from runyard_sql.importing.logged_models import LoggedModelMover
from runyard_sql.importing.plan import Plan, plan
from runyard_sql.importing.registry import RegisteredModelMover
from runyard_sql.importing.runs import RunMover
from runyard_sql.importing.source import opened
from runyard_sql.importing.target import Target

if TYPE_CHECKING:
    from runyard_sql.database import Database
    from runyard_sql.importing.source import Source

__all__ = ["Progress", "Report", "import_from"]

_AT_ONCE = 200


class Progress(msgspec.Struct, frozen=True):
    """How far an import is.

    Attributes:
        done: How many experiments, runs and models have been moved.
        total: How many there are to move.
        points: How many metric points have been moved.
    """

    done: int
    total: int
    points: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was moved, or would be.

    Attributes:
        source: The address of MLflow's database, without the password.
        into: That of ours.
        found: How much there is in the source, by kind.
        moved: How much was missing and has been moved, by kind.
        renumbered: The ids that experiments have with us, by those that they had, where these differ; `None` for one
            that is not known before the experiment is made.
        left_behind: How much there is of what has no place with us, by kind.
    """

    source: str
    into: str
    found: dict[str, int]
    moved: dict[str, int]
    renumbered: dict[str, str | None]
    left_behind: dict[str, int]


def import_from(
    database: Database,
    into: Database,
    *,
    dry_run: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Move what is missing from an MLflow database into one of ours, which may be the same.

    What is there already stays as it is. It can be killed at any moment, and be repeated. MLflow's tables are only
    read.

    Args:
        database: The database with MLflow's tables.
        into: The database with ours; they are made if there are none.
        dry_run: Only find out what there is to move.
        progress: Called from time to time, with how far it is.

    Raises:
        InvalidInput: There are no tables of MLflow.
        InvalidState: They are older than MLflow 2.0, or ours are of another revision.
        PermissionDenied, Unavailable, StorageFailure: One of the databases cannot be reached, or refuses.
    """
    with opened(database) as source:
        target = Target(into)
        if not dry_run:
            target.make_tables()
        todo = plan(source, target)
        moved = {
            "experiments": sum(each.is_new for each in todo.experiments),
            "runs": len(todo.runs),
            "logged models": len(todo.logged_models),
            "registered models": len(todo.registered_models),
        }
        numbers: dict[int, int | None] = {each.source: each.number for each in todo.experiments}
        if not dry_run:
            steps = _Steps(sum(moved.values()), progress)
            numbers.update(move_experiments(source, target, todo.experiments))
            steps.add(moved["experiments"])
            moved |= _move(todo, source, target, {old: new for old, new in numbers.items() if new is not None}, steps)
    return Report(
        source=source.where,
        into=into.dialect.where,
        found=todo.found,
        moved=moved,
        renumbered={str(old): None if new is None else str(new) for old, new in numbers.items() if old != new},
        left_behind=todo.left_behind,
    )


def _move(todo: Plan, source: Source, target: Target, experiments: Mapping[int, int], steps: _Steps) -> dict[str, int]:
    """Move what experiments have, and the registered models; return how much there was of what is not planned."""
    runs = RunMover(source, target, experiments, steps.add_points)
    for start in range(0, len(todo.runs), _AT_ONCE):
        part = todo.runs[start : start + _AT_ONCE]
        runs.move(part)
        steps.add(len(part))
    logged_models = LoggedModelMover(source, target, experiments)
    for start in range(0, len(todo.logged_models), _AT_ONCE):
        part = todo.logged_models[start : start + _AT_ONCE]
        logged_models.move(part)
        steps.add(len(part))
    registered_models = RegisteredModelMover(source, target)
    versions = 0
    for workspace, name in todo.registered_models:
        versions += registered_models.move(workspace, name)
        steps.add(1)
    return {"metric points": steps.state.points, "model versions": versions}


class _Steps:
    """Counts what is done."""

    def __init__(self, total: int, progress: Callable[[Progress], None] | None) -> None:
        self.state = Progress(done=0, total=total, points=0)
        self._progress = progress

    def add(self, number: int) -> None:
        self._set(Progress(done=self.state.done + number, total=self.state.total, points=self.state.points))

    def add_points(self, number: int) -> None:
        self._set(Progress(done=self.state.done, total=self.state.total, points=self.state.points + number))

    def _set(self, state: Progress) -> None:
        self.state = state
        if self._progress is not None:
            self._progress(state)
