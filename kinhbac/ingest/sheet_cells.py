"""What a worksheet gives, whichever kind of workbook it stands in.

Here: rows and their cells, what is hidden, which cells are merged, how cells are called. Not here:
how they are read (``office_sheets``, ``open_document_sheets``, ``old_excel_sheets``), what becomes
of them (``worksheets``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from string import ascii_uppercase
from typing import Protocol

from kinhbac.ingest.limits import CELLS, SHEET_COLUMNS, SHEET_ROWS, Unreadable

DELETE = "delete the stray cell, or the empty rows and columns up to it"


@dataclass(frozen=True)
class Unread:
    """A cell that shows something and holds no value, an error or a formula never calculated; or,
    ``scaled``, a number of which it shows a thousandth or less."""

    error: str | None = None
    scaled: bool = False


@dataclass(frozen=True)
class Noted:
    """Text with raised characters: ``text`` all of it, ``plain`` without them."""

    text: str
    plain: str


@dataclass(frozen=True)
class Unshown:
    """A number of which its format shows nothing: people see an empty cell, or a word."""

    text: str


Cell = str | date | datetime | Unread | Noted | Unshown | None
"""Text, numbers as text with the contract's decimal mark, percentages with their sign."""
Row = tuple[int, dict[int, Cell]]
"""The number of a row, from 0, and its filled cells by column, from 0."""
Range = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""


@dataclass
class Layout:
    """What a sheet says beside its cells."""

    merged: list[Range] = field(default_factory=list)
    hidden_rows: int = 0
    first_hidden_row: int | None = None
    hidden_columns: set[int] = field(default_factory=set)
    filtered: bool = False

    def hide_row(self, row: int) -> None:
        """Count a row that holds something and is not shown."""
        self.hidden_rows += 1
        if self.first_hidden_row is None:
            self.first_hidden_row = row


@dataclass
class Sheet:
    """A sheet of cells. ``rows`` are its filled rows in their order, to be drawn once; drawing
    them raises Unreadable for what no sheet may hold."""

    name: str
    rows: Iterator[Row]
    layout: Layout


@dataclass(frozen=True)
class Tab:
    """What a workbook says of a sheet without reading it. ``cells`` is false for a chart."""

    name: str
    visible: bool = True
    cells: bool = True


class Book(Protocol):
    """A workbook of any kind."""

    @property
    def tabs(self) -> Sequence[Tab]:
        """Its sheets in their order."""
        ...

    def read(self, tab: Tab, decimal: str) -> Sheet:
        """Read a sheet, its numbers with this ``decimal`` mark. Raises Unreadable."""
        ...


@dataclass
class Extent:
    """How far a sheet reaches as far as it was read."""

    rows: int = 0
    columns: int = 0

    def reach(self, row: int, column: int) -> None:
        """Take in a filled cell. Raises Unreadable where the sheet becomes too large."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
        if (
            self.rows * self.columns > CELLS
            or self.rows > SHEET_ROWS
            or self.columns > SHEET_COLUMNS
        ):
            # Letters beyond those of any sheet could spell a name.
            outside = row >= SHEET_ROWS or column >= SHEET_COLUMNS
            raise Unreadable(
                f"the sheet reaches {'beyond' if outside else 'as far as'} cell "
                f"{name_cell(min(row, SHEET_ROWS - 1), min(column, SHEET_COLUMNS - 1))}",
                f"rows × columns of a sheet are at most {CELLS:,}",
                DELETE,
            )


@cache
def name_column(column: int) -> str:
    """Its letters.

    >>> name_column(0), name_column(27), name_column(16383)
    ('A', 'AB', 'XFD')
    """
    letters, left = "", column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = ascii_uppercase[letter] + letters
    return letters


def name_cell(row: int, column: int) -> str:
    """How a spreadsheet program calls a cell."""
    return f"{name_column(column)}{row + 1}"


def name_range(cells: Range) -> str:
    """How a spreadsheet program calls a rectangle of cells."""
    top, left, bottom, right = cells
    return f"{name_cell(top, left)}:{name_cell(bottom, right)}"


def read_day(serial: float, first: date) -> date | datetime | None:
    """The day, or the moment, of a number of days; None where it is no date.

    ``first`` is the epoch. The one of 1900 counts a 29 February that never was, so its days
    before March 1900 stand one further. Without an hour it is a day; whether midnight is meant,
    its format says.
    """
    if first.year == 1899 and serial < 60:
        first += timedelta(days=1)
    try:
        moment = datetime(first.year, first.month, first.day) + timedelta(
            microseconds=round(serial * 86_400_000) * 1000
        )
    except (OverflowError, ValueError):
        return None
    return moment.date() if serial == int(serial) else moment


EPOCH_1900, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
