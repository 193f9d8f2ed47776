"""The filter and order grammar: parsed once into a syntax tree that every store reads.

The tree is imported with the package, because every request names it; the rest when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runyard.search.syntax import (
    And,
    Comparison,
    Field,
    Filter,
    Kind,
    Literal,
    Node,
    Not,
    Operator,
    Or,
    OrderBy,
    Statistic,
    comparisons,
    mentions_tag,
)

if TYPE_CHECKING:
    from runyard.search.matching import matcher, number
    from runyard.search.ordering import find, sorted_records
    from runyard.search.parser import parse_filter, parse_order_by
    from runyard.search.records import (
        Record,
        experiment_record,
        extreme,
        logged_model_record,
        model_version_record,
        registered_model_record,
        run_record,
    )
    from runyard.search.scopes import EXPERIMENTS, LOGGED_MODELS, MODEL_VERSIONS, REGISTERED_MODELS, RUNS, Scope

__all__ = [
    "EXPERIMENTS",
    "LOGGED_MODELS",
    "MODEL_VERSIONS",
    "REGISTERED_MODELS",
    "RUNS",
    "And",
    "Comparison",
    "Field",
    "Filter",
    "Kind",
    "Literal",
    "Node",
    "Not",
    "Operator",
    "Or",
    "OrderBy",
    "Record",
    "Scope",
    "Statistic",
    "comparisons",
    "experiment_record",
    "extreme",
    "find",
    "logged_model_record",
    "matcher",
    "mentions_tag",
    "model_version_record",
    "number",
    "parse_filter",
    "parse_order_by",
    "registered_model_record",
    "run_record",
    "sorted_records",
]

_MODULES = {
    "EXPERIMENTS": "runyard.search.scopes",
    "LOGGED_MODELS": "runyard.search.scopes",
    "MODEL_VERSIONS": "runyard.search.scopes",
    "REGISTERED_MODELS": "runyard.search.scopes",
    "RUNS": "runyard.search.scopes",
    "Record": "runyard.search.records",
    "Scope": "runyard.search.scopes",
    "experiment_record": "runyard.search.records",
    "extreme": "runyard.search.records",
    "find": "runyard.search.ordering",
    "logged_model_record": "runyard.search.records",
    "matcher": "runyard.search.matching",
    "model_version_record": "runyard.search.records",
    "number": "runyard.search.matching",
    "parse_filter": "runyard.search.parser",
    "parse_order_by": "runyard.search.parser",
    "registered_model_record": "runyard.search.records",
    "run_record": "runyard.search.records",
    "sorted_records": "runyard.search.ordering",
}


def __getattr__(name: str) -> object:
    if name in _MODULES:
        from importlib import import_module

        value = globals()[name] = getattr(import_module(_MODULES[name]), name)
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
