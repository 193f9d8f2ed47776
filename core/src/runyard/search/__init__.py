"""The filter and order grammar: parsed once into a syntax tree that every store reads."""

from __future__ import annotations

from runyard.search.syntax import And, Comparison, Field, Filter, Kind, Node, Not, Operator, Or, OrderBy, Statistic

__all__ = ["And", "Comparison", "Field", "Filter", "Kind", "Node", "Not", "Operator", "Or", "OrderBy", "Statistic"]
