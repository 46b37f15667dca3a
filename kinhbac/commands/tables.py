"""Rows as people and programs read them: a table on the terminal, CSV, JSON.

Here: heads, widths, alignment, what is cut. Not here: which rows. What a text holds cannot steer the
terminal that shows it, nor be taken for a formula by the program that opens the CSV.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from math import isfinite
from typing import Any, Literal

import click

from kinhbac.commands.spoken import language
from kinhbac.documents.spreadsheets import harmless
from kinhbac.words.catalogue import words_of
from kinhbac.words.language import Language

SHOWN = 100
"""Rows that a terminal is given, unless more are asked for."""
NARROWEST = 6
"""Characters that a column keeps when a table is wider than the terminal."""
WIDE = 10_000
"""The width of no terminal: what is piped is cut nowhere."""
Row = Sequence[Any]
Column = Literal[
    "release", "part", "megabytes", "backup", "entries", "name", "edition", "agency", "added_on"
]
"""Columns of commands' own tables."""


def write_table(columns: Sequence[str], rows: Iterable[Row], width: int | None = None) -> str:
    """A table of a line a row; figures stand at the right. What does not fit into ``width``
    characters is cut in the widest columns, with «…».

    >>> print(write_table(("area", "births"), [("Xã Một", 82), ("Xã Hai", None)], 80))
    area    births
    Xã Một      82
    Xã Hai
    """
    rows = list(rows)
    cells = [[_shown(value) for value in row] for row in rows]
    right = [
        any(_is_number(row[place]) for row in rows)
        and all(row[place] is None or _is_number(row[place]) for row in rows)
        for place in range(len(columns))
    ]
    widths = [
        max(map(len, (name, *(row[place] for row in cells)))) for place, name in enumerate(columns)
    ]
    _narrow(widths, _terminal() if width is None else width)
    head = emphasised(_line(columns, widths, right))
    return "\n".join([head, *(_line(row, widths, right) for row in cells)])


def headed(columns: Iterable[Column]) -> list[str]:
    """What stands over columns of a table, in the language of the terminal."""
    return [words_of(language()).command_column[column] for column in columns]


def write_first(columns: Sequence[str], rows: Iterator[Row], limit: int = SHOWN) -> Iterator[str]:
    """The table of the first ``limit`` rows, and whether there are more."""
    shown = list(islice(rows, limit))
    yield write_table(columns, shown)
    more = next(rows, None) is not None
    words = words_of(language()).command
    count = Language(language()).count(len(shown))
    told = words.one_row if len(shown) == 1 else words.rows.format(n=count)
    yield words.first_rows.format(rows=told) if more else told


def write_csv(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """CSV of machines, line by line (RFC 4180: commas, decimal points)."""
    for row in chain([columns], rows):
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(_cell(value) for value in row)
        yield line.getvalue()


def emphasised(text: str) -> str:
    """The text in bold letters on a terminal that shows them (no-color.org)."""
    shows = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return click.style(text, bold=True) if shows else text


def records(columns: Sequence[str], rows: Iterable[Row]) -> list[Mapping[str, Any]]:
    """Rows by their columns."""
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _terminal() -> int:
    if not sys.stdout.isatty():
        return WIDE
    return shutil.get_terminal_size().columns


def _narrow(widths: list[int], width: int) -> None:
    """Take from the widest column until all fit, or none can be narrower."""
    spare = sum(widths) + 2 * (len(widths) - 1) - width
    while spare > 0 and widths and (widest := max(widths)) > NARROWEST:
        widths[widths.index(widest)] -= 1
        spare -= 1


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    fitted = [
        cell if len(cell) <= width else cell[: width - 1] + "…"
        for cell, width in zip(cells, widths, strict=True)
    ]
    placed = [
        cell.rjust(width) if is_right else cell.ljust(width)
        for cell, width, is_right in zip(fitted, widths, right, strict=True)
    ]
    return "  ".join(placed).rstrip()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _shown(value: object) -> str:
    """A cell for people: measures and days as their language writes them; a whole number may be a
    year or a code, and stays."""
    if isinstance(value, float | Decimal) and isfinite(value):
        return Language(language()).exact(float(f"{value:.10g}"))
    if isinstance(value, date) and not isinstance(value, datetime):
        return Language(language()).day(value)
    text = "" if value is None else _text(value)
    return "".join(one if one.isprintable() else " " for one in text)


def _cell(value: object) -> object:
    return value if value is None or _is_number(value) else harmless(_text(value))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
