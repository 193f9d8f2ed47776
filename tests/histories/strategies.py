"""The pieces that random calls are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from histories.agreement import START_TIME
from histories.calls import By, Call, Ref, Request, Where
from runyard.search import Scope
from runyard.testing.filters import KEYS, TEXTS, filters, orders

VALUES = (*TEXTS, "A", "1e3", " 7 ", "nan", "-inf", "0x10", "1_0", "٣", "+.5", "1e999", "ß", "null")
"""Values of params and tags, numbers written as text among them."""
NAMES = ("a", "A", "a ", "é", "É", "x'y", "50%", "b_c", "B", "1")
"""Names that some collation holds to be the same."""
ALL_KEYS = (*KEYS, "a ", "é")
MOMENTS = (START_TIME - 1, START_TIME + 2, START_TIME + 5, START_TIME + 20)

keys = st.sampled_from(ALL_KEYS)
values = st.sampled_from(VALUES)
names = st.sampled_from(NAMES).map("<mine>{}".format)
pairs = st.dictionaries(keys, values, max_size=3)


def ref(kind: str) -> st.SearchStrategy[Ref]:
    """Return the id of something that was made, or of nothing."""
    return st.builds(Ref, st.just(kind), st.integers(-1, 3))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a value or `None`."""
    return st.one_of(st.none(), strategy)


def several(strategy: st.SearchStrategy[Any], most: int = 3, **options: Any) -> st.SearchStrategy[list[Any]]:
    """Return none, one or more values."""
    return st.lists(strategy, max_size=most, **options)


def request(make: Callable[..., Any], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Request]:
    """Return a request with such fields."""
    return st.builds(Request, st.just(make), st.fixed_dictionaries(fields))


def entries(make: type[Any]) -> st.SearchStrategy[list[Request]]:
    """Return params or tags, keys being unique."""
    return several(request(make, key=keys, value=values), unique_by=lambda entry: entry.fields["key"])


def call(
    method: str, *arguments: st.SearchStrategy[Any], makes: str | None = None, **options: st.SearchStrategy[Any]
) -> st.SearchStrategy[Call]:
    """Return a call with such arguments."""
    by_name = st.fixed_dictionaries(options)
    return st.builds(Call, st.just(method), st.tuples(*arguments), st.just(makes), st.none(), by_name)


def pages(method: str, query: st.SearchStrategy[Request]) -> st.SearchStrategy[Call]:
    """Return a search of which all pages are read."""
    return st.builds(
        Call, st.just(method), st.tuples(query), st.none(), st.sampled_from([1, 2, 3, 7, 1000]), st.just({})
    )


def where(scope: Scope, literals: Mapping[str, Sequence[Any]], opaque: Sequence[str] = ()) -> st.SearchStrategy[Where]:
    """Return a filter; see `runyard.testing.filters.filters`."""
    found = filters(scope, ALL_KEYS, literals, opaque)
    return found.map(lambda pair: Where(scope, pair[1]))


def where_mine(
    scope: Scope, literals: Mapping[str, Sequence[Any]], opaque: Sequence[str] = ()
) -> st.SearchStrategy[Where]:
    """Return a filter that finds nothing but what this history has made."""
    mine = "name LIKE '<mine>%'"
    found = where(scope, literals, opaque).map(lambda more: Where(scope, f"{mine} AND ({more.text})"))
    return st.one_of(st.just(Where(scope, mine)), found)


def order(scope: Scope, without: Sequence[str] = (), last: Sequence[str] = ()) -> st.SearchStrategy[By]:
    """Return an order.

    Args:
        scope: What is ordered.
        without: Attributes that differ between stores.
        last: What follows in an order that does not leave it to the store.
    """
    found = orders(scope, ALL_KEYS, without)
    return found.map(lambda given: By(scope, [*(text for _, _, text in given), *(last if given else ())]))
