"""The words of filters and orders."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from runyard.search.mistakes import mistake

__all__ = ["Token", "tokenize"]

KEYWORDS = frozenset(("AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "ILIKE", "IS", "NULL", "ASC", "DESC"))
END = "END"

_TOKEN = re.compile(
    r"""
    (?P<SPACE> \s+)
    # A prefix, a dot and a key. A key in quotes may have a statistic behind it: metrics.`a b`.max
    | (?P<PATH> (?: [^\W\d]\w* | `[^`]*` ) \.
        (?: `[^`]*` (?:\.\w+)? | "[^"]*" (?:\.\w+)? | '[^']*' (?:\.\w+)? | [\w.\-/:$#@]+ ) )
    | (?P<NAME> [^\W\d]\w*)
    | (?P<BACKTICKS> `[^`]*`)
    # A doubled quote or one behind a backslash does not end the text, and nothing in it is rewritten.
    | (?P<SINGLE_QUOTES> '(?:''|\\'|[^'])*')
    | (?P<DOUBLE_QUOTES> "(?:""|\\"|[^"])*")
    | (?P<NUMBER> [+-]? (?: \d+(?:\.\d*)? | \.\d+ ) (?:[eE][+-]?\d+)? (?![\w.]) )
    | (?P<OPERATOR> [=<>!~]+)
    | (?P<PUNCTUATION> [(),])
    """,
    re.VERBOSE,
)


class Token(msgspec.Struct, frozen=True, gc=False):
    """A word, and where it stands.

    Attributes:
        kind: A group of the expression above; a key word in capitals, a parenthesis or comma stand for themselves.
        text: The word as it was written.
        start: Where it begins.
        end: Where it ends.
    """

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> Iterator[Token]:
    """Yield the words of a filter or order, then one of the kind `END`.

    Raises:
        InvalidInput: Something in it is no word.
    """
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise mistake(_no_word(text[place]), text, place)
        word, kind = match[0], str(match.lastgroup)
        if kind == "NAME" and word.upper() in KEYWORDS:
            kind = word.upper()
        if kind != "SPACE":
            yield Token(word if kind == "PUNCTUATION" else kind, word, place, match.end())
        place = match.end()
    yield Token(END, "", len(text.rstrip()), len(text.rstrip()) + 1)


def _no_word(sign: str) -> str:
    if sign in "`'\"":
        return f"The quote {sign} is not closed."
    if sign == ".":
        return "A key follows the dot at once; one with unusual characters stands in backticks: metrics.`val loss`."
    if sign.isdigit():
        return "This is no number; text stands in quotes, such as 'rf'."
    return f"{sign!r} has no meaning here; a key that holds it stands in backticks, text in quotes."
