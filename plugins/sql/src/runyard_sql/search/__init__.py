"""Searches: the core's syntax tree as statements, and pages that stay where they are while rows are added.

Nothing of a query becomes part of the text of a statement: the tree is turned into expressions of SQLAlchemy, whose
values are bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TypeAlias

    from runyard.registry.requests import ModelVersionQuery, RegisteredModelQuery
    from runyard.search import Scope
    from runyard.tracking.requests import ExperimentQuery, LoggedModelQuery, RunQuery
    from runyard_sql.interned import Interned
    from runyard_sql.session import Session

    Query: TypeAlias = ExperimentQuery | RunQuery | LoggedModelQuery | RegisteredModelQuery | ModelVersionQuery

__all__ = ["count", "find", "find_from"]


def find(session: Session, names: Interned[tuple[str]], scope: Scope, query: Query) -> tuple[list[int], str | None]:
    """Return the numbers of the rows on one page of a search, in order, and the token of the next page.

    The page holds what is in view: of the experiments and the stage that the query names, of active logged models those
    that were measured on its datasets, of registered models no prompts unless the filter asks for them.

    Args:
        session: Where to look.
        names: The keys of metrics, params and tags.
        scope: What is searched: `runyard.search.RUNS` for a `RunQuery`, and so on.
        query: What to look for.

    Raises:
        InvalidInput: The token is not one of this search, or the filter or order is longer than a database can take.
    """
    from runyard_sql.search.keys import keys_of
    from runyard_sql.search.pages import places
    from runyard_sql.search.subject import Subject
    from runyard_sql.search.tokens import read_token, write_token

    subject = Subject(session, names, scope, query)
    keys = keys_of(subject)
    after = read_token(subject, keys)
    if subject.is_empty:
        return [], None
    found = places(subject, keys, after, query.max_results + 1)
    page = found[: query.max_results]
    token = write_token(subject, page[-1].positions) if len(found) > len(page) else None
    return [place.number for place in page], token


def find_from(session: Session, names: Interned[tuple[str]], scope: Scope, query: Query, offset: int) -> list[int]:
    """Return the numbers of the rows that a search finds from a place on, in order.

    Args:
        session: Where to look.
        names: The keys of metrics, params and tags.
        scope: What is searched.
        query: What to look for, and how many rows at most; its token does not count.
        offset: How many rows come before.

    Raises:
        InvalidInput: The filter or order is longer than a database can take.
    """
    from runyard_sql.search.keys import keys_of
    from runyard_sql.search.pages import places
    from runyard_sql.search.subject import Subject

    subject = Subject(session, names, scope, query)
    if subject.is_empty:
        return []
    found = places(subject, keys_of(subject), None, query.max_results, offset=offset)
    return [place.number for place in found]


def count(session: Session, names: Interned[tuple[str]], scope: Scope, query: Query) -> int:
    """Return how many rows a search finds on all its pages; the arguments are those of `find`."""
    from runyard_sql.search import pages
    from runyard_sql.search.subject import Subject

    subject = Subject(session, names, scope, query)
    return 0 if subject.is_empty else pages.count(subject)
