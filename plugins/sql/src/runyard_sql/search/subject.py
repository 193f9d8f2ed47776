"""What one search is about."""

from __future__ import annotations

from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import Column, ColumnElement, exists, not_  # noqa: TID253 - imported with the first search

from runyard.entities import ViewType
from runyard.registry.requests import RegisteredModelQuery
from runyard.search import LOGGED_MODELS, RUNS, Field, Scope, mentions_tag
from runyard.search.records import IS_PROMPT_TAG, DatasetName
from runyard.tracking.requests import ExperimentQuery, LoggedModelQuery, RunQuery
from runyard_sql.base import row_number
from runyard_sql.search.metrics import MetricRows, measured_on, rows_of_models, rows_of_runs
from runyard_sql.search.targets import target_of
from runyard_sql.tables import experiments, logged_models, registered_model_tags, registered_models, runs

if TYPE_CHECKING:
    from runyard_sql.interned import Interned
    from runyard_sql.search import Query
    from runyard_sql.session import Session

__all__ = ["Subject"]


class Subject:
    """A query, the tables that it is put to, and what of them is in view.

    Args:
        session: Where to look.
        names: The keys of metrics, params and tags.
        scope: What is searched.
        query: What to look for.
    """

    def __init__(self, session: Session, names: Interned[tuple[str]], scope: Scope, query: Query) -> None:
        self.session = session
        self.query = query
        self.target = target_of(scope)
        self._names = names
        self._places = count()

    @cached_property
    def experiments(self) -> list[int]:
        """The numbers of the experiments that the query names; ids that nobody has are left out."""
        if not isinstance(self.query, (RunQuery, LoggedModelQuery)):
            return []
        numbers = {row_number(text) for text in self.query.experiment_ids}
        return sorted(number for number in numbers if number is not None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be found."""
        return isinstance(self.query, (RunQuery, LoggedModelQuery)) and not self.experiments

    def name_of(self, key: str) -> int | None:
        """Return the number of a key, `None` if nothing has it."""
        return self._names.find(self.session, (key,))

    def metric_rows(self, field: Field, dataset: DatasetName | None = None) -> MetricRows | None:
        """Return the rows with the values of a metric, `None` if there are none.

        Args:
            field: The metric.
            dataset: What it was measured on; asked of logged models only.
        """
        name = self.name_of(field.key)
        if name is None:
            return None
        if isinstance(self.query, LoggedModelQuery):
            return rows_of_models(name, field.statistic, [self.query.datasets, [dataset] if dataset else []])
        return rows_of_runs(next(self._places), name, field.statistic)

    def in_view(self) -> list[ColumnElement[bool]]:
        """Return what holds for everything that a search can find, whatever its filter, but for the experiments."""
        query = self.query
        conditions: list[ColumnElement[bool]] = []
        if isinstance(query, (RunQuery, ExperimentQuery)):
            conditions += _stage((runs if isinstance(query, RunQuery) else experiments).c.deleted_time, query.view)
        elif isinstance(query, LoggedModelQuery):
            conditions += _stage(logged_models.c.deleted_time, ViewType.ACTIVE_ONLY)
            if query.datasets:
                conditions.append(measured_on(logged_models.c.id, query.datasets))
        elif isinstance(query, RegisteredModelQuery) and not mentions_tag(query.filter, IS_PROMPT_TAG):
            name = self.name_of(IS_PROMPT_TAG)
            if name is not None:
                conditions.append(_is_no_prompt(name))
        return conditions

    def in_experiments(self) -> list[ColumnElement[bool]]:
        """Return the condition on the experiment, for what belongs to one."""
        if self.target.scope is RUNS:
            return [self.is_searched(runs.c.experiment_id)]
        if self.target.scope is LOGGED_MODELS:
            return [self.is_searched(logged_models.c.experiment_id)]
        return []

    def is_searched(self, experiment: ColumnElement[int]) -> ColumnElement[bool]:
        """Return the condition that an experiment is one of those that the query names."""
        numbers = self.experiments
        # A list makes another statement for every length of it, and hides from the database that there is one order.
        return experiment == numbers[0] if len(numbers) == 1 else experiment.in_(numbers)


def _stage(deleted_time: Column[int], view: ViewType) -> list[ColumnElement[bool]]:
    if view is ViewType.ALL:
        return []
    return [deleted_time.is_(None) if view is ViewType.ACTIVE_ONLY else deleted_time.is_not(None)]


def _is_no_prompt(name: int) -> ColumnElement[bool]:
    tags = registered_model_tags.c
    return not_(exists().where(tags.registered_model_id == registered_models.c.id, tags.name_id == name))
