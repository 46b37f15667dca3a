"""What is wrong with single cells of a sheet, and what of it people do not see.

Here: the words for errors, formulas that were never calculated, numbers shown in thousands or not
at all, merged cells, days that a program made of something else, hidden rows, columns and sheets. Not here: how
cells are read (``workbooks``), whether their column is read at all (``raw``). A problem names its
cells by their addresses and repeats nothing of what they hold. Past 200 lines because all that a
sheet hides or twists is told in one voice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from kinhbac.ingest.raw import CELL, DATED, TOLD, Fault
from kinhbac.ingest.shapes import tell_text
from kinhbac.ingest.sheet_cells import (
    Cell,
    Layout,
    Tab,
    Unread,
    Unshown,
    name_cell,
    name_column,
    name_range,
)
from kinhbac.problems import SHOWN, Problem

MOST_MERGED = 1_000
"""Merged cells of a sheet that are looked at; as many are no table."""
NAMELESS = Problem(
    "right of the last header something stands, which was not read",
    "what is delivered stands below a header",
    "write a header above it, or take it out of the file",
    check=TOLD,
)
_DAY = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}\b")


def tell_unread(
    column: str, place: int, cells: Sequence[Cell], lines: pl.Series, marks: Collection[str]
) -> Iterator[Fault]:
    """Errors, formulas without a value, numbers of which another one is shown. What the contract
    knows as a mark of absence is none."""
    by_cause: dict[Unread, list[int]] = {}
    for number, cell in enumerate(cells):
        if isinstance(cell, Unread) and cell.error not in marks:
            by_cause.setdefault(cell, []).append(number)
    for cause, numbers in by_cause.items():
        there = lines.gather(numbers)
        yield Fault(
            replace(SCALED if cause.scaled else _without_value(cause.error), column=column),
            there,
            [name_cell(line - 1, place) for line in there.head(SHOWN)],
            blank=True,
        )


SCALED = Problem(
    "its format shows a thousandth of the number that it holds, or less: it can be read as both",
    "a cell holds the number that people see in it",
    "take the comma behind the last digit out of the cell's format, and write the number in the "
    "contract's unit",
    check=CELL,
)


def _without_value(error: str | None) -> Problem:
    found = (
        f"it holds the error {tell_text(error)}" if error else "its formula was never calculated"
    )
    return Problem(
        f"the cell shows no value: {found}",
        "a cell holds its value, typed or calculated",
        "open the file in a spreadsheet program, let it calculate, correct the formula and save it",
        check=CELL,
    )


def tell_unshown(
    column: str, place: int, cells: Sequence[Cell], lines: pl.Series
) -> Iterator[Fault]:
    """Numbers that a format keeps out of sight, and that are read like others."""
    there = lines.filter(pl.Series([isinstance(cell, Unshown) for cell in cells]))
    yield Fault(
        Problem(
            "the cell shows nothing of the number that it holds, which was read",
            "what is delivered is what people see",
            "give the cell a format that shows its number, or empty it",
            column=column,
            check=TOLD,
        ),
        there,
        [name_cell(line - 1, place) for line in there.head(SHOWN)],
    )


def tell_footnotes(column: str, noted: Sequence[bool], lines: pl.Series) -> Iterator[Fault]:
    """Figures behind which something raised stands, which was not read."""
    if any(noted):
        yield Fault(
            Problem(
                "behind the figure stands something raised, which was taken for a footnote",
                "a cell holds a figure and nothing else",
                "write the footnote below the table, and look whether the figure was read right",
                column=column,
                check=TOLD,
            ),
            lines.filter(pl.Series(noted)),
        )


def find_merged(layout: Layout, first: int, header: Sequence[str]) -> list[Fault]:
    """Cells below the header that are covered by another one, whose value counts once or for all:
    nobody can tell."""
    found = []
    body = (cells for cells in layout.merged if cells[2] >= first)
    for cells in sorted(body)[:MOST_MERGED]:
        top, left, bottom, right = cells
        for column in range(left, min(right + 1, len(header))):
            covered = max(top, first) + (1 if column == left and top >= first else 0)
            problem = Problem(
                "the cell is merged with others",
                "each row has its own cell in each column",
                "split the cells and write into each what holds for it",
                column=header[column],
                check=CELL,
            )
            lines = range(covered + 1, min(bottom + 1, covered + SHOWN) + 1)
            found.append(Fault(problem, pl.Series(lines, dtype=pl.Int64), [name_range(cells)]))
    return found


def find_hidden(tabs: Sequence[Tab], read: Tab, layout: Layout) -> Iterator[Problem]:
    """Rows and sheets that people do not see: hidden rows are read like others."""
    rule, remedy = "what is delivered is what people see", "show it, or take it out of the file"
    for tab in tabs:
        if tab.cells and not tab.visible and tab != read:
            what = "another sheet is hidden and was not read"
            yield Problem(what, rule, remedy, value=tab.name, check=TOLD)
    if not read.visible:
        yield Problem("the sheet is hidden and was read", rule, remedy, check=TOLD)
    if layout.hidden_rows:
        assert layout.first_hidden_row is not None
        why = "by a filter" if layout.filtered else "by hand"
        rows = "rows are" if layout.hidden_rows > 1 else "row is"
        yield Problem(
            f"{layout.hidden_rows:,} {rows} hidden, {why}, and read",
            rule,
            remedy,
            line=layout.first_hidden_row + 1,
            check=TOLD,
        )


def find_hidden_columns(layout: Layout, header: Sequence[str]) -> Iterator[Fault]:
    """Columns that people do not see, and that are read like others."""
    for place in sorted(layout.hidden_columns):
        if place < len(header):
            yield Fault(
                Problem(
                    f"the column {name_column(place)} is hidden, and read",
                    "what is delivered is what people see",
                    "show it, or take it out of the file",
                    column=header[place],
                    check=TOLD,
                )
            )


class Days:
    """The days of one column, some typed by the program and some left as text.

    A program that reads month/day takes 3/1 for 1 March and leaves 14/1 as text: then no typed day
    is above 12, and no text would pass for one.
    """

    def __init__(self, column: str) -> None:
        self._column = column
        self._latest = 0
        self._left = self._passing = 0

    def take(self, cells: Sequence[Cell], lines: pl.Series) -> Iterator[Fault]:
        """The days of some rows. Tells them, for a column that should hold none."""
        typed = []
        for cell in cells:
            typed.append(isinstance(cell, date))
            if isinstance(cell, date):
                self._latest = max(self._latest, cell.day)
            elif isinstance(cell, str) and (found := _DAY.match(cell)):
                if int(found[1]) > 12:
                    self._left += 1
                else:
                    self._passing += 1
        yield Fault(
            Problem(
                "the cell holds a date",
                "the column holds text; of 1-5 or 3/4 a spreadsheet program makes a date",
                "format the column as text and type the cells anew",
                column=self._column,
                check=DATED,
            ),
            lines.filter(pl.Series(typed)),
        )

    def tell(self) -> Fault | None:
        """What the whole column says, if days and months were exchanged in it."""
        if not (0 < self._latest <= 12 and self._left and not self._passing):
            return None
        return Fault(
            Problem(
                "no date has a day above 12, while days above 12 stand there as text: the program "
                "that made the file took days for months",
                "a date is the day that was meant",
                "set the program to day/month/year, open the source of the file again and save it",
                column=self._column,
                check=CELL,
            )
        )
