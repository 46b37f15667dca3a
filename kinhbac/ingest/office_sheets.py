"""The cells of a sheet in a packed Excel workbook.

Here: rows and cells of a worksheet part as its XML is told, what is hidden, merged or filtered.
Not here: what all sheets share (``office_book``), what becomes of the cells (``worksheets``).

Merged cells are told behind the rows, and a header needs them first. So a sheet of common size is
read whole, and a large one twice: its layout and how far it reaches, then its rows piece by piece.
Past 200 lines because a sheet is read in one way through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kinhbac.ingest.limits import CELLS, MEBIBYTE, SHEET_COLUMNS, Unreadable, hold
from kinhbac.ingest.number_formats import NumberFormat, write_number
from kinhbac.ingest.packed_parts import Ends, Locally, Parts, Starts
from kinhbac.ingest.runs import Runs, unescape
from kinhbac.ingest.sheet_cells import (
    Cell,
    Extent,
    Layout,
    Noted,
    Range,
    Row,
    Sheet,
    Unread,
    name_column,
)

WHOLE = 256 * MEBIBYTE
"""Bytes of XML of a sheet that is read whole."""
_CELL = b"<c r="
"""As nearly all programs begin a cell; those of others are counted as they are read."""
TRUE = ("1", "true", "on")
_COLUMNS = {name_column(column): column for column in range(26 * 27)}
"""The columns that sheets commonly have, by their letters."""
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,8})\$?(\d{1,9})", re.ASCII)
_TYPED_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T.*)?", re.ASCII)


@dataclass(frozen=True)
class Shared:
    """What the sheets of a workbook share. ``stale``: whoever opens it is to calculate anew."""

    texts: Sequence[str | Noted]
    formats: Sequence[NumberFormat | None]
    epoch: date
    stale: bool
    decimal: str


def read_office_sheet(parts: Parts, part: str, name: str, shared: Shared) -> Sheet:
    """Read a worksheet part. Raises Unreadable, at once or while rows are drawn."""
    if parts.size_of(part) > CELLS * len(_CELL):  # a smaller one cannot hold so many
        remedy = "open it in a spreadsheet program and deliver it in parts, or as CSV"
        hold("the sheet has", parts.count(part, _CELL, CELLS), CELLS, "cells", remedy)
    first = _Reading(shared)
    rows = first.rows(parts, part)
    if parts.size_of(part) <= WHOLE:
        return Sheet(name, iter(list(rows)), first.layout)
    for _ in rows:
        pass
    return Sheet(name, _Reading(shared).rows(parts, part), first.layout)


class _Reading:
    """One way through the XML of a sheet."""

    def __init__(self, shared: Shared) -> None:
        self.layout = Layout()
        self._shared, self._stale = shared, shared.stale
        self._formats = {str(n): f for n, f in enumerate(shared.formats) if f}
        self._extent = Extent()
        self._runs = Runs()
        self._done: list[Row] = []
        self._row, self._label, self._hidden = -1, "0", False
        self._cells: dict[int, Cell] = {}
        self._arrays: list[Range] = []
        self._other = self._inline = False

    def rows(self, parts: Parts, part: str) -> Iterator[Row]:
        """Its filled rows, as they are met."""
        for _ in self._parse(parts, part):
            yield from self._done
            self._done.clear()

    def _parse(self, parts: Parts, part: str) -> Iterator[None]:
        """Parse the sheet; cells and their values, which are nearly all of it, are told apart here
        and now, as each call more for each of them would be felt."""
        said: list[str] = []
        starts, ends = Locally(self._starts), Locally(self._ends)
        cell_tag = value_tag = ""
        attributes: dict[str, str] = {}
        value: str | None = None
        last = -1
        columns, texts, formats = _COLUMNS, self._shared.texts, self._formats
        count = len(texts)

        def begin(name: str, told: dict[str, str]) -> None:
            nonlocal cell_tag, value_tag, attributes, value, last
            if said:
                said.clear()
            if name == cell_tag:
                attributes, value = told, None
            elif name != value_tag:
                starts[name](told)
                if starts[name] == self._begin_row:
                    space = name.removesuffix("row")
                    cell_tag, value_tag, last = f"{space}c", f"{space}v", -1

        def finish(name: str) -> None:
            nonlocal value, last
            if name == value_tag:
                value = said[0] if len(said) == 1 else "".join(said)
                said.clear()
            elif name == cell_tag:
                reference = attributes.get("r")
                column = last + 1
                if reference is not None:
                    column = columns.get(reference.removesuffix(self._label), -1)
                    if column <= last:
                        column = self._far(reference, last)
                last = column
                kind = attributes.get("t", "n")
                if self._arrays and self._is_of_array(column):
                    self._other = True
                if self._other:
                    cell = self._read_other(kind, attributes, value)
                elif not value:
                    return
                elif kind == "n" and attributes.get("s") not in formats and value.isdecimal():
                    cell = value if value.isascii() else self._number(value, None)
                elif kind == "s" and value.isdecimal() and int(value) < count:
                    cell = texts[int(value)]
                else:
                    cell = self._read(kind, attributes, value)
                if cell:
                    self._cells[column] = cell
            else:
                text = "".join(said)
                said.clear()
                ends[name](text)

        return parts.parse(part, begin, finish, said)

    def _far(self, reference: str, last: int) -> int:
        """The column of a cell that is far out, written in another way, or out of place."""
        found = _REFERENCE.fullmatch(reference)
        if not found:
            raise _disordered("a cell stands nowhere")
        column, row = _number_of(found[1]), int(found[2]) - 1
        self._extent.reach(row, column)
        if row != self._row:
            raise _disordered(f"cell {reference} stands in row {self._row + 1}")
        if column <= last:
            raise _disordered(f"cell {reference} stands behind one that follows it")
        return column

    def _read_other(self, kind: str, attributes: dict[str, str], value: str | None) -> Cell:
        """A cell with a formula, or with its text in itself."""
        inline, self._other, self._inline = self._inline, False, False
        if inline:
            return self._runs.take()
        if not value:
            # A formula may give an empty text; any other value of it would stand here.
            empty = kind == "str" and value is not None and not self._stale
            return None if empty else Unread()
        if self._stale and kind == "n" and value in ("0", "0.0"):
            return Unread()  # what is written where nothing was calculated
        return self._read(kind, attributes, value)

    def _read(self, kind: str, attributes: dict[str, str], value: str) -> Cell:
        match kind:
            case "s":
                return self._text(value)
            case "n":
                return self._number(value, self._formats.get(attributes.get("s", "0")))
            case "str":
                return unescape(value)
            case "e":
                return Unread(value)
            case "b":
                return "true" if value in TRUE else "false"
            case "d":
                return _day(value)
        raise _disordered(f"a cell in row {self._row + 1} is of no kind that there is")

    def _number(self, value: str, format_: NumberFormat | None) -> Cell:
        shared = self._shared
        try:
            if format_ is None:
                return write_number(value, shared.decimal)
            return format_.show(value, shared.decimal, shared.epoch)
        except ValueError:
            raise _disordered(
                f"a cell in row {self._row + 1} is said to be a number and is none"
            ) from None

    def _text(self, value: str) -> str | Noted:
        try:
            return self._shared.texts[int(value)]
        except (IndexError, ValueError):
            raise _disordered(
                f"a cell in row {self._row + 1} shows a text that is not there"
            ) from None

    @property
    def _starts(self) -> Starts:
        return {
            **self._runs.starts,
            "row": self._begin_row,
            "f": self._calculate,
            "is": self._write,
            "mergeCell": self._merge,
            "col": self._hide_columns,
            "filterColumn": self._filter,
            "sheetPr": self._filter_rows,
            "sheetCalcPr": self._ask,
        }

    @property
    def _ends(self) -> Ends:
        return {**self._runs.ends, "row": self._end_row}

    def _begin_row(self, attributes: dict[str, str]) -> None:
        before, number = self._row, attributes.get("r")
        self._row = before + 1 if number is None else _whole(number) - 1
        if self._row <= before:
            raise _disordered(f"row {self._row + 1} stands behind row {before + 1}")
        self._label = str(self._row + 1)
        self._hidden = attributes.get("hidden") in TRUE

    def _end_row(self, _text: str) -> None:
        if self._cells:
            if self._hidden:
                self.layout.hide_row(self._row)
            self._extent.reach(self._row, max(self._cells))
            self._done.append((self._row, self._cells))
            self._cells = {}

    def _calculate(self, attributes: dict[str, str]) -> None:
        self._other = True
        if (cells := _range(attributes.get("ref", ""))) and attributes.get("t") == "array":
            self._arrays.append(cells)

    def _is_of_array(self, column: int) -> bool:
        """Whether a formula that stands in another cell gives the value of this one."""
        self._arrays = [cells for cells in self._arrays if cells[2] >= self._row]
        return any(
            top <= self._row and left <= column <= right for top, left, _, right in self._arrays
        )

    def _write(self, _attributes: dict[str, str]) -> None:
        self._other = self._inline = True

    def _merge(self, attributes: dict[str, str]) -> None:
        if cells := _range(attributes.get("ref", "")):
            self.layout.merged.append(cells)

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in TRUE:
            first, last = _whole(attributes.get("min", "")), _whole(attributes.get("max", ""))
            self.layout.hidden_columns |= set(range(first - 1, min(last, SHEET_COLUMNS)))

    def _filter(self, _attributes: dict[str, str]) -> None:
        self.layout.filtered = True

    def _filter_rows(self, attributes: dict[str, str]) -> None:
        self.layout.filtered |= attributes.get("filterMode") in TRUE

    def _ask(self, attributes: dict[str, str]) -> None:
        self._stale |= attributes.get("fullCalcOnLoad") in TRUE


def _disordered(found: str) -> Unreadable:
    return Unreadable(
        f"in the sheet {found}",
        "cells of a sheet follow each other, each once, and hold what they say",
        "open it in a spreadsheet program and save it anew",
    )


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _day(text: str) -> Cell:
    """A day or a moment that is written as one."""
    if not _TYPED_DAY.fullmatch(text):
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.replace(tzinfo=None) if "T" in text else moment.date()


def _range(reference: str) -> Range | None:
    places = [_REFERENCE.fullmatch(cell) for cell in reference.split(":")]
    if len(places) != 2 or not places[0] or not places[1]:
        return None
    (left, top), (right, bottom) = places[0].groups(), places[1].groups()
    return int(top) - 1, _number_of(left), int(bottom) - 1, _number_of(right)


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
