"""Searches as a caller words them, turned into queries, and the pages of their results put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from runyard import search
from runyard.entities import Page, ViewType, limits
from runyard.errors import InvalidInput
from runyard.registry.requests import ModelVersionQuery, RegisteredModelQuery
from runyard.tracking.requests import ExperimentQuery, LoggedModelQuery, RunQuery

if TYPE_CHECKING:
    from collections.abc import Mapping

Q = TypeVar("Q", ExperimentQuery, RunQuery, LoggedModelQuery, RegisteredModelQuery, ModelVersionQuery)
T = TypeVar("T")


def all_pages(find: Callable[[Q], Page[T]], query: Q, max_results: int | None = None) -> list[T]:
    """Return what a search finds on all its pages.

    Args:
        find: A search of the store.
        query: What to look for; its page size does not count.
        max_results: How many at most; all when absent.

    Raises:
        InvalidInput: `max_results` is negative or no integer.
    """
    if max_results is not None and (isinstance(max_results, bool) or not isinstance(max_results, int)):
        raise InvalidInput(f"Invalid value {max_results!r} for max_results: it must be an integer.")
    if max_results is not None and max_results < 0:
        raise InvalidInput(f"Invalid value {max_results} for max_results: it must not be negative.")
    found: list[T] = []
    token: str | None = None
    while max_results is None or len(found) < max_results:
        cap = type(query).page_cap
        size = cap if max_results is None else min(cap, max_results - len(found))
        page = find(msgspec.structs.replace(query, max_results=size, page_token=token))
        found += page
        token = page.token
        if not token:
            break
    return found


def experiment_query(
    view_type: int, filter_string: str | None, order_by: Sequence[str] | None, **paging: Any
) -> ExperimentQuery:
    """Return a search for experiments; `paging` is its page size and token."""
    return ExperimentQuery(
        filter=search.parse_filter(filter_string, search.EXPERIMENTS),
        view=_view(view_type),
        order_by=search.parse_order_by(_texts(order_by), search.EXPERIMENTS),
        **paging,
    )


def run_query(
    experiment_ids: Iterable[str | int] | str | int,
    filter_string: str | None,
    view_type: int,
    order_by: Sequence[str] | None,
    **paging: Any,
) -> RunQuery:
    """Return a search for runs; `paging` is its page size and token."""
    return RunQuery(
        experiment_ids=_ids(experiment_ids),
        filter=search.parse_filter(filter_string, search.RUNS),
        view=_view(view_type),
        order_by=search.parse_order_by(_texts(order_by), search.RUNS),
        **paging,
    )


def logged_model_query(
    experiment_ids: Iterable[str | int] | str | int,
    filter_string: str | None,
    datasets: Sequence[Mapping[str, str]] | None,
    order_by: Sequence[Mapping[str, Any] | str] | None,
    **paging: Any,
) -> LoggedModelQuery:
    """Return a search for logged models; `paging` is its page size and token.

    Sort keys may be the reference protocol's mappings: ``{"field_name": "metrics.acc", "ascending": False}``, with a
    ``dataset_name`` and a ``dataset_digest`` if only what was measured there counts.

    Raises:
        InvalidInput: A dataset has no name, or a sort key no field.
    """
    pairs = []
    for dataset in datasets or ():
        if not dataset.get("dataset_name"):
            raise InvalidInput(f"The dataset {dict(dataset)!r} has no 'dataset_name'.")
        pairs.append((dataset["dataset_name"], dataset.get("dataset_digest")))
    return LoggedModelQuery(
        experiment_ids=_ids(experiment_ids),
        filter=search.parse_filter(filter_string, search.LOGGED_MODELS),
        datasets=tuple(pairs),
        order_by=search.parse_order_by([order_by] if isinstance(order_by, str) else order_by, search.LOGGED_MODELS),
        **paging,
    )


def _ids(experiment_ids: Iterable[str | int] | str | int) -> tuple[str, ...]:
    ids = [experiment_ids] if isinstance(experiment_ids, (str, int)) else experiment_ids
    return tuple(limits.check_experiment_id(str(experiment_id)) for experiment_id in ids)


def _texts(order_by: Sequence[str] | None) -> Sequence[str]:
    return [order_by] if isinstance(order_by, str) else order_by or ()


def _view(view_type: int | str) -> ViewType:
    try:
        return ViewType(ViewType.from_string(view_type) if isinstance(view_type, str) else view_type)
    except ValueError:
        raise InvalidInput(f"Invalid view type {view_type!r}; there are 1 (active), 2 (deleted) and 3 (all).") from None
