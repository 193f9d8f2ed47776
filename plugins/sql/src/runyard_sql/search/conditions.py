"""Filters, as conditions on rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import (  # noqa: TID253 - imported with the first search
    ColumnElement,
    FromClause,
    and_,
    exists,
    false,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.sql.elements import Grouping  # noqa: TID253 - as above

from runyard.errors import InvalidInput
from runyard.search import REGISTERED_MODELS, And, Comparison, Filter, Kind, Node, Not, Operator
from runyard.search.records import DATASET_CONTEXT_TAG, IS_PROMPT_TAG
from runyard_sql.search.comparing import (
    Number,
    fits_id,
    fits_integer,
    fits_number,
    fits_text,
    fits_word,
    literals,
    word_fits,
)
from runyard_sql.search.metrics import MetricRows, number_in
from runyard_sql.search.subject import Subject
from runyard_sql.tables import datasets, run_dataset_tags, run_datasets

__all__ = ["compile_filter"]

Condition = ColumnElement[bool]

# Databases take 32,766 values or more in a statement, and conditions that are nested a thousand deep.
_MOST_LITERALS = 10_000
_WIDEST = 64


def compile_filter(
    filter: Filter | None,  # noqa: A002 - the word of the reference API
    subject: Subject,
    owner: ColumnElement[int],
    *,
    whole: bool,
    known: Mapping[str, FromClause] | None = None,
) -> Condition:
    """Return a filter as a condition.

    Negations are pushed down to the comparisons, which are then true or not: what an object does not have fits neither
    a comparison nor its opposite.

    Args:
        filter: The filter; everything fits `None`.
        subject: What is searched.
        owner: The number of an object, in the statement that the condition goes into.
        whole: Whether every object will be looked at; then all that fits a condition may be looked up at once.
        known: The metrics of which the summary is a row of the statement already, by their keys.

    Raises:
        InvalidInput: It has more literals than a statement can have values.
    """
    if filter is None:
        return true()
    compiler = _Compiler(subject, owner, whole, known or {})
    condition = compiler.node(filter.tree, negated=False)
    if compiler.literals > _MOST_LITERALS:
        raise InvalidInput(
            f"The filter compares with {compiler.literals} values; a database can take {_MOST_LITERALS} at once."
        )
    return condition


class _Compiler:
    def __init__(
        self, subject: Subject, owner: ColumnElement[int], whole: bool, known: Mapping[str, FromClause]
    ) -> None:
        self._subject = subject
        self._dialect = subject.session.dialect
        self._owner = owner
        self._whole = whole
        self._known = known
        self.literals = 0

    def node(self, node: Node, *, negated: bool) -> Condition:
        if isinstance(node, Not):
            return self.node(node.operand, negated=not negated)
        if isinstance(node, Comparison):
            if node.operator is not Operator.IS_NULL:
                self.literals += len(literals(node))
            return self._comparison(node, negated)
        parts = [self.node(operand, negated=negated) for operand in node.operands]
        return _joined(parts, is_and=isinstance(node, And) is not negated)

    def _comparison(self, comparison: Comparison, negated: bool) -> Condition:
        kind = comparison.field.kind
        if kind is Kind.ATTRIBUTE:
            return self._attribute(comparison, negated)
        if kind is Kind.METRIC:
            return self._metric(comparison, negated)
        if kind is Kind.DATASET:
            return self._datasets(comparison, negated)
        return self._value(comparison, negated)

    def _attribute(self, comparison: Comparison, negated: bool) -> Condition:
        attribute = self._subject.target.attributes[comparison.field.key]
        column = attribute.column
        if comparison.operator is Operator.IS_NULL:
            if not attribute.is_nullable:
                return _constant(negated)
            return column.is_not(None) if negated else column.is_(None)
        if attribute.words is not None:
            fits = fits_word(comparison, column, attribute.words)
        elif attribute.is_id:
            fits = fits_id(comparison, column, self._dialect)
        elif isinstance(literals(comparison)[0], str):
            fits = fits_text(comparison, column, self._dialect)
        else:
            fits = fits_integer(comparison, column)
        # A missing value makes a constant condition true: it has to be asked for.
        fits = not_(fits) if negated else fits
        return and_(column.is_not(None), fits) if attribute.is_nullable else fits

    def _metric(self, comparison: Comparison, negated: bool) -> Condition:
        field = comparison.field
        is_null = comparison.operator is Operator.IS_NULL
        if field.key in self._known:
            if is_null:
                return _constant(negated)
            number = number_in(self._known[field.key], field.statistic)
            fits = fits_number(comparison, number, self._dialect, has_index=True)
            return not_(fits) if negated else fits
        rows = self._subject.metric_rows(field)
        if rows is None:
            return _constant(is_null and not negated)
        if is_null:
            return self._exists(rows, []) if negated else not_(self._exists(rows, []))
        # A server that plans with old statistics may compare every run with every row that is found like this; a look
        # for the row of a run has only one way to go.
        looks_up = self._whole and rows.experiment is not None and self._dialect.in_process
        fits = fits_number(comparison, rows.number, self._dialect, has_index=looks_up)
        fits = not_(fits) if negated else fits
        if looks_up and rows.experiment is not None:
            inside = self._subject.is_searched(rows.experiment)
            return self._owner.in_(select(rows.owner).where(inside, rows.condition, fits))
        return self._exists(rows, [fits])

    def _exists(self, rows: MetricRows, conditions: Sequence[Condition]) -> Condition:
        return exists().select_from(rows.source).where(rows.owner == self._owner, rows.condition, *conditions)

    def _value(self, comparison: Comparison, negated: bool) -> Condition:
        field = comparison.field
        name = self._subject.name_of(field.key)
        is_null = comparison.operator is Operator.IS_NULL
        found: Condition = false()
        present: Condition = false()
        if name is not None:
            rows = self._subject.target.values[field.kind].alias()
            row = exists().where(rows.c[0] == self._owner, rows.c.name_id == name)
            present = row
            if not is_null:
                if isinstance(literals(comparison)[0], str):
                    fits = fits_text(comparison, rows.c.value, self._dialect)
                    found = row.where(not_(fits) if negated else fits)
                else:
                    fits = fits_number(comparison, Number(rows.c.number, rows.c.special), self._dialect)
                    found = row.where(rows.c.special.is_not(None), not_(fits) if negated else fits)
        if field.key == IS_PROMPT_TAG and self._subject.target.scope is REGISTERED_MODELS:
            # A model without the tag is no prompt: what it does not have reads 'false'.
            if is_null:
                return _constant(negated)
            return or_(found, not_(present)) if _fits_missing(comparison, negated) else found
        if is_null:
            return present if negated else not_(present)
        return found

    def _datasets(self, comparison: Comparison, negated: bool) -> Condition:
        if comparison.field.key == "context":
            column: ColumnElement[str] = run_dataset_tags.c.value
            some = exists().where(
                run_dataset_tags.c.run_id == self._owner, run_dataset_tags.c.key == DATASET_CONTEXT_TAG
            )
        else:
            column = datasets.c[comparison.field.key]
            some = (
                exists()
                .select_from(run_datasets.join(datasets, datasets.c.id == run_datasets.c.dataset_id))
                .where(run_datasets.c.run_id == self._owner)
            )
        if comparison.operator is Operator.IS_NULL:
            return some if negated else not_(some)
        fits = fits_text(comparison, column, self._dialect)
        return some.where(not_(fits) if negated else fits)


def _fits_missing(comparison: Comparison, negated: bool) -> bool:
    """Say whether the word ``false`` fits; against a number, it fits neither the comparison nor its opposite."""
    return isinstance(literals(comparison)[0], str) and word_fits(comparison, "false") is not negated


def _constant(value: bool) -> Condition:
    return true() if value else false()


def _joined(parts: list[Condition], *, is_and: bool) -> Condition:
    """Return the conjunction or disjunction of many conditions, as a tree that is not deep."""
    join = and_ if is_and else or_
    while len(parts) > _WIDEST:
        parts = [_Group(join(*parts[start : start + _WIDEST])) for start in range(0, len(parts), _WIDEST)]
    return join(*parts)


class _Group(Grouping[bool]):
    """A condition in parentheses, which SQLAlchemy leaves out around what it could join with its neighbours."""

    inherit_cache = True
    operator = None
