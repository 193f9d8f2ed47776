"""Orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, TypeVar

from runyard.search.matching import matcher, reader
from runyard.search.records import Record
from runyard.search.scopes import Scope
from runyard.search.syntax import Filter, Kind, OrderBy

__all__ = ["find", "sorted_records"]

T = TypeVar("T")
R = TypeVar("R", bound=Record)


def sorted_records(records: Iterable[R], order_by: tuple[OrderBy, ...], scope: Scope) -> list[R]:
    """Return records in an order, with the scope's own behind it.

    In both directions, what does not have the value comes last, and NaN right before that. Text is compared by code
    points.
    """
    return _sort(list(records), _identity, order_by, scope)


def find(
    items: Iterable[T],
    filter: Filter | None,  # noqa: A002 - the word of the reference API
    order_by: tuple[OrderBy, ...],
    scope: Scope,
    as_record: Callable[[T], Record],
) -> list[T]:
    """Return the items that fit a filter, in an order.

    Args:
        items: What to search.
        filter: What must hold; everything when `None`.
        order_by: Sort keys; those of the scope follow.
        scope: The kind of the items.
        as_record: Shows an item as a record.
    """
    fits = matcher(filter)
    found = [(record, item) for item in items if fits(record := as_record(item))]
    return [item for _, item in _sort(found, itemgetter(0), order_by, scope)]


def _identity(record: R) -> R:
    return record


def _sort(items: list[T], record_of: Callable[[T], Record], order_by: tuple[OrderBy, ...], scope: Scope) -> list[T]:
    # The sort is stable, so the least important key goes first.
    for order in reversed(scope.full_order(order_by)):
        read = _key(order, scope)
        present: list[tuple[Any, T]] = []
        not_a_number: list[T] = []
        missing: list[T] = []
        for item in items:
            value = read(record_of(item))
            if value is None:
                missing.append(item)
            elif value != value:
                not_a_number.append(item)
            else:
                present.append((value, item))
        present.sort(key=itemgetter(0), reverse=order.descending)
        items = [*map(itemgetter(1), present), *not_a_number, *missing]
    return items


def _key(order: OrderBy, scope: Scope) -> Callable[[Record], Any]:
    field = order.field
    read = reader(field, None if order.dataset_name is None else (order.dataset_name, order.dataset_digest))
    attribute = scope.attribute(field.key) if field.kind is Kind.ATTRIBUTE else None
    if attribute is not None and attribute.digits:

        def read_digits(record: Record) -> tuple[int, str] | None:
            text = read(record)
            return None if text is None else (len(str(text)), str(text))

        return read_digits
    return read
