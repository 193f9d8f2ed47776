"""The filter and order grammar: parsed once into a syntax tree that every store reads.

What is exported here costs nothing to import; the parser is built when the first filter or order is parsed.
"""

from __future__ import annotations

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
from runyard.search.scopes import (
    EXPERIMENTS,
    LOGGED_MODELS,
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    RUNS,
    Attribute,
    Scope,
)
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

__all__ = [
    "EXPERIMENTS",
    "LOGGED_MODELS",
    "MODEL_VERSIONS",
    "REGISTERED_MODELS",
    "RUNS",
    "And",
    "Attribute",
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
