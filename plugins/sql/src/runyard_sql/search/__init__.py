"""Searches: the core's syntax tree as statements, and pages that stay where they are while rows are added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.registry.requests import ModelVersionQuery, RegisteredModelQuery
from runyard.tracking.requests import ExperimentQuery, LoggedModelQuery, RunQuery

if TYPE_CHECKING:
    from runyard.search import Scope
    from runyard_sql.interned import Interned
    from runyard_sql.session import Session

__all__ = ["Query", "count", "find"]

Query = ExperimentQuery | RunQuery | LoggedModelQuery | RegisteredModelQuery | ModelVersionQuery


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
        InvalidInput: The token is not one of this search.
    """
    raise NotImplementedError


def count(session: Session, names: Interned[tuple[str]], scope: Scope, query: Query) -> int:
    """Return how many rows a search finds on all its pages; the arguments are those of `find`."""
    raise NotImplementedError
