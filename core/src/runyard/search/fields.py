"""What the left side of a condition names."""

from __future__ import annotations

import re

from runyard.search.mistakes import did_you_mean, mistake, shorten
from runyard.search.scopes import DATASET_KEYS, PREFIXES, STATISTICS, Scope
from runyard.search.syntax import Field, Kind, Statistic

_PLURALS = {
    Kind.ATTRIBUTE: "attributes",
    Kind.METRIC: "metrics",
    Kind.PARAM: "params",
    Kind.TAG: "tags",
    Kind.DATASET: "datasets",
}
_QUOTED_KEY = re.compile(r"""([`"'])(?P<key>.*)\1(\.(?P<statistic>\w+))?""", re.DOTALL)


def resolve_field(word: str, start: int, text: str, scope: Scope, *, dotted: bool) -> Field:
    """Return the field that a word names.

    Args:
        word: A name, or a prefix, a dot and a key; names and keys may be quoted.
        start: Where it begins in the text.
        text: The whole filter or order, to show a mistake in.
        scope: What may be named.
        dotted: Whether there is a prefix.

    Raises:
        InvalidInput: The objects of this scope have nothing of that name.
    """
    if not dotted:
        return _attribute(word.strip('`"'), text, start, start + len(word), scope)
    prefix, _, key = word.partition(".")
    kind = _kind(prefix.strip("`"), text, start, scope)
    quoted = _QUOTED_KEY.fullmatch(key)
    statistic = None
    if quoted:
        key, statistic = quoted["key"], quoted["statistic"]
    elif kind is Kind.METRIC:
        stem, _, last = key.rpartition(".")
        if stem and last in STATISTICS:
            key, statistic = stem, last
    place = start + len(prefix) + 1, start + len(word)
    if not key:
        raise mistake(f"The quotes after '{prefix}.' are empty; a key belongs there.", text, *place)
    if statistic is not None and (kind is not Kind.METRIC or statistic not in STATISTICS):
        raise mistake(
            "What follows the quotes does not belong to the key; put the whole key into quotes. Behind the key of a "
            "metric there may be .last, .min or .max.",
            text,
            *place,
        )
    if kind is Kind.ATTRIBUTE:
        return _attribute(key, text, *place, scope)
    if kind is Kind.DATASET and key not in DATASET_KEYS:
        raise mistake(f"There is no {shorten(key)} of a dataset; {did_you_mean(key, DATASET_KEYS)}", text, *place)
    return Field(kind, key, STATISTICS[statistic] if statistic else Statistic.LAST)


def _kind(prefix: str, text: str, start: int, scope: Scope) -> Kind:
    kind = PREFIXES.get(prefix)
    kinds = (Kind.ATTRIBUTE, *scope.kinds)
    if kind not in kinds:
        known = [_PLURALS[kind] for kind in kinds]
        hint = did_you_mean(prefix, known) if kind is None else f"there are {', '.join(known)}."
        raise mistake(
            f"There is no prefix {shorten(prefix)} in a search of {scope.noun}; {hint}",
            text,
            start,
            start + len(prefix),
        )
    return kind


def _attribute(name: str, text: str, start: int, end: int, scope: Scope) -> Field:
    attribute = scope.attribute(name)
    if attribute is None:
        names = [attribute.name for attribute in scope.attributes]
        raise mistake(
            f"There is no attribute {shorten(name)} of {scope.noun}; {did_you_mean(name, names)}", text, start, end
        )
    return Field(Kind.ATTRIBUTE, attribute.name)
