"""Results on standard output: a table on a terminal, plain lines in a pipe, or one JSON document."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click  # noqa: TID253 - this module is what is imported late

from runyard.cli.errors import coloured, note
from runyard.cli.text import cut, cut_front, pad, printable, width

Cell = str | float | None
"""What a table holds; an integer is a float here, `None` is an empty cell."""

_GAP = "  "
_NARROWEST = 8


def is_terminal() -> bool:
    """Say whether standard output is a terminal."""
    return sys.stdout.isatty()


def print_json(document: Any) -> None:
    """Print one JSON document; see `plain` for what becomes of numbers that JSON does not have."""
    click.echo(encode(document))


def encode(document: Any) -> str:
    """Return a document as indented JSON."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(plain(document)), indent=2).decode()


def plain(value: Any) -> Any:
    """Return a value with ``"NaN"``, ``"Infinity"`` and ``"-Infinity"`` for the numbers that JSON lacks, as in REST."""
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def print_table(headers: Sequence[str], rows: Iterable[Sequence[Cell]], keep: int = 1) -> None:
    """Print rows: under headers and fitted to the width on a terminal, else as lines with tabs between the values.

    Args:
        headers: The names of the columns; they are left out in a pipe.
        rows: The values.
        keep: How many columns from the left are never cut, as they are what other commands are called with. Numbers
            are not cut either.
    """
    if not is_terminal():
        for row in rows:
            click.echo("\t".join(printable(exact(cell)) for cell in row))
        return
    body = [list(row) for row in rows]
    if body:
        _print_aligned(headers, body, keep)
    else:
        note("Nothing found.")


def _print_aligned(headers: Sequence[str], body: Sequence[Sequence[Cell]], keep: int) -> None:
    numeric = [all(not isinstance(cell, str) for cell in column) for column in zip(*body, strict=True)]
    texts = [[printable(short(cell)) for cell in row] for row in body]
    values = [max(map(width, column)) for column in zip(*texts, strict=True)]
    widths = [max(width(header), value) for header, value in zip(headers, values, strict=True)]
    least = [
        size if number < keep else value if numeric[number] else min(size, _NARROWEST)
        for number, (size, value) in enumerate(zip(widths, values, strict=True))
    ]
    widths = fit(widths, least, shutil.get_terminal_size().columns)
    # of a header that is too long the end says more: metrics.validation_rmse
    shown = [cut_front(header, size) for header, size in zip(headers, widths, strict=False)]
    print_heading(_line(shown, widths, numeric))
    for row in texts:
        click.echo(_line(row, widths, numeric))
    if len(widths) < len(headers):
        note(f"Not shown for want of room: {', '.join(headers[len(widths) :])}.")


def print_heading(text: str) -> None:
    """Print a line that stands above others."""
    click.echo(click.style(text, bold=True), color=coloured())


def print_fields(fields: Iterable[tuple[str, Cell]], indent: str = "") -> None:
    """Print names with their values, one per line: aligned on a terminal, with a tab between them in a pipe."""
    pairs = [(name, value) for name, value in fields]
    if not is_terminal():
        for name, value in pairs:
            click.echo(f"{printable(name)}\t{printable(exact(value))}")
        return
    names = max((width(printable(name)) for name, _ in pairs), default=0)
    for name, value in pairs:
        click.echo(f"{indent}{pad(printable(name), names)}{_GAP}{printable(short(value))}".rstrip())


def print_sections(sections: Mapping[str, Mapping[str, Cell]]) -> None:
    """Print values by kind and key: under headings on a terminal, as ``KIND.KEY<tab>VALUE`` lines in a pipe."""
    for kind, values in sections.items():
        rows = sorted(values.items())
        if not is_terminal():
            print_fields((f"{kind}.{key}", value) for key, value in rows)
        elif rows:
            click.echo()
            print_heading(kind)
            print_fields(rows, indent="  ")


def fit(widths: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Return widths that fit: the wide columns are narrowed to one width; where that does not do, the last ones go.

    Args:
        widths: What each column would take.
        least: What each column must have.
        room: The columns of the terminal.
    """
    number, taken = 1, least[0]
    while number < len(least) and (taken := taken + len(_GAP) + least[number]) <= room:
        number += 1
    left = room - len(_GAP) * (number - 1)
    for widest in range(room, 0, -1):
        fitted = [max(least[column], min(widths[column], widest)) for column in range(number)]
        if sum(fitted) <= left:
            return fitted
    return list(least[:number])


def short(cell: Cell) -> str:
    """Return a value for people: numbers with six digits."""
    if isinstance(cell, float):
        return f"{cell:.6g}"
    return exact(cell)


def exact(cell: Cell) -> str:
    """Return a value for programs: numbers with every digit."""
    return "" if cell is None else cell if isinstance(cell, str) else repr(cell)


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    shown = (
        pad(cut(cell, size), size, right=number) for cell, size, number in zip(cells, widths, numeric, strict=False)
    )
    return _GAP.join(shown).rstrip()
