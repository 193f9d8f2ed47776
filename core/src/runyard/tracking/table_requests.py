"""What is asked of a tracking store for a table of runs; as in `runyard.tracking.requests`."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from runyard.entities import ViewType, limits
from runyard.errors import InvalidInput
from runyard.search import And, Comparison, Field, Filter, Kind, Operator, Or, OrderBy
from runyard.tracking.requests import PARENT_TAG, RunQuery

__all__ = ["RunTableQuery", "check_experiments"]

MOST_COLUMNS = 200
MOST_EXPERIMENTS = 1000

_PARENT = Field(Kind.TAG, PARENT_TAG)


class RunTableQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Some rows of a table of runs, from any place on, and the columns of it that are shown.

    Attributes:
        experiment_ids: Where to look; nothing is found without one.
        filter: What must hold; everything when `None`.
        view: Active, deleted or all runs.
        order_by: Sort keys; as in a `RunQuery`, start and id decide between equals.
        offset: How many runs come before the first one.
        max_results: How many runs at most, from 1 to 1000.
        metrics: The metrics that are shown; up to 200, as of params and of tags.
        params: The params that are shown.
        tags: The tags that are shown.
        parent_run_id: Only runs that are nested in this one; any when `None`.
        nested: Only runs that are nested in none: the first level of a tree.
    """

    page_cap: ClassVar[int] = 1000

    experiment_ids: tuple[str, ...]
    filter: Filter | None = None
    view: ViewType = ViewType.ACTIVE_ONLY
    order_by: tuple[OrderBy, ...] = ()
    offset: int = 0
    max_results: int = 100
    metrics: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    parent_run_id: str | None = None
    nested: bool = False

    def __post_init__(self) -> None:
        limits.check_page_size(self.max_results, self.page_cap)
        if type(self.offset) is not int or not 0 <= self.offset < 2**31:
            raise InvalidInput(
                f"Invalid value {self.offset!r} for offset: it must be an integer from 0 to {2**31 - 1}."
            )
        for name, keys in (("metrics", self.metrics), ("params", self.params), ("tags", self.tags)):
            if len(keys) > MOST_COLUMNS:
                raise InvalidInput(f"A table shows {MOST_COLUMNS} {name} at most; {len(keys)} are asked for.")
        if self.parent_run_id is not None:
            limits.check_run_id(self.parent_run_id)
            if self.nested:
                raise InvalidInput(
                    "A table shows the runs that are nested in none (nested) or those in one (parent_run_id), not both."
                )

    @property
    def runs(self) -> RunQuery:
        """The search for the runs; its page size and token do not count."""
        condition = self._place_in_tree()
        return RunQuery(
            experiment_ids=self.experiment_ids,
            filter=self.filter if condition is None else _both(self.filter, condition),
            view=self.view,
            order_by=self.order_by,
        )

    def _place_in_tree(self) -> Filter | None:
        if self.parent_run_id is not None:
            tree = Comparison(_PARENT, Operator.EQ, self.parent_run_id)
            return Filter(f"tags.{PARENT_TAG} = '{self.parent_run_id}'", tree)
        if self.nested:
            return Filter(f"tags.{PARENT_TAG} IS NULL", Comparison(_PARENT, Operator.IS_NULL, None))
        return None


def _both(filter: Filter | None, condition: Filter) -> Filter:  # noqa: A002 - as in the core's searches
    """Return a filter for what fits both; without parentheses, where they can be spared, others understand it too."""
    if filter is None:
        return condition
    first = f"({filter.text})" if isinstance(filter.tree, Or) else filter.text
    return Filter(f"{first} AND {condition.text}", And((filter.tree, condition.tree)))


def check_experiments(experiment_ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids of experiments whose runs are to be counted.

    Raises:
        InvalidInput: There are more than a thousand, or one is no id.
    """
    if len(experiment_ids) > MOST_EXPERIMENTS:
        raise InvalidInput(
            f"The runs of {MOST_EXPERIMENTS} experiments can be counted together, not of {len(experiment_ids)}."
        )
    return tuple(limits.check_experiment_id(experiment_id) for experiment_id in experiment_ids)
