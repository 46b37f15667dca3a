"""The cells of a sheet in a packed Excel workbook.

Here: rows and cells of a worksheet part as its XML is told, what is hidden, merged or filtered.
Not here: what all sheets share (``office_book``), what becomes of the cells (``worksheets``).

Merged cells are told behind the rows, and a header needs them first. So a sheet of common size is
read whole, and a large one twice: its layout and how far it reaches, then its rows piece by piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kinhbac.ingest.limits import MEBIBYTE, SHEET_COLUMNS, Unreadable
from kinhbac.ingest.number_formats import NumberFormat, write_number
from kinhbac.ingest.packed_parts import Parts
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
    name_cell,
    name_column,
)

WHOLE = 32 * MEBIBYTE
"""Bytes of XML of a sheet that is read whole."""
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
    first = _Reading(name, shared)
    rows = first.rows(parts, part)
    if parts.size_of(part) <= WHOLE:
        return Sheet(name, iter(list(rows)), first.layout)
    for _ in rows:
        pass
    return Sheet(name, _Reading(name, shared).rows(parts, part), first.layout)


class _Reading:
    """One way through the XML of a sheet."""

    def __init__(self, name: str, shared: Shared) -> None:
        self.layout = Layout()
        self._name, self._shared, self._stale = name, shared, shared.stale
        self._extent = Extent(name)
        self._runs = Runs()
        self._done: list[Row] = []
        self._row, self._label, self._hidden = -1, "0", False
        self._column = -1
        self._cells: dict[int, Cell] = {}
        self._cell: dict[str, str] = {}
        self._said: str | None = None
        self._formula = self._inline = False

    def rows(self, parts: Parts, part: str) -> Iterator[Row]:
        """Its filled rows, as they are met."""
        starts = {
            **self._runs.starts,
            "c": self._begin_cell,
            "f": self._calculate,
            "is": self._write,
            "row": self._begin_row,
            "mergeCell": self._merge,
            "col": self._hide_columns,
            "filterColumn": self._filter,
            "sheetPr": self._filter_rows,
            "sheetCalcPr": self._ask,
        }
        ends = {**self._runs.ends, "v": self._value, "c": self._end_cell, "row": self._end_row}
        for _ in parts.parse(part, starts, ends):
            yield from self._done
            self._done.clear()

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._cell, self._said = attributes, None
        self._formula = self._inline = False

    def _calculate(self, _attributes: dict[str, str]) -> None:
        self._formula = True

    def _write(self, _attributes: dict[str, str]) -> None:
        self._inline = True

    def _value(self, text: str) -> None:
        self._said = text

    def _begin_row(self, attributes: dict[str, str]) -> None:
        before, number = self._row, attributes.get("r")
        self._row = before + 1 if number is None else _whole(number) - 1
        if self._row <= before:
            raise _disordered(self._name, f"row {self._row + 1} stands behind row {before + 1}")
        self._label = str(self._row + 1)
        self._hidden = attributes.get("hidden") in TRUE
        self._column = -1

    def _end_row(self, _text: str) -> None:
        if self._cells:
            if self._hidden:
                self.layout.hide_row(self._row)
            self._extent.reach(self._row, max(self._cells))
            self._done.append((self._row, self._cells))
            self._cells = {}

    def _end_cell(self, _text: str) -> None:
        attributes = self._cell
        reference = attributes.get("r")
        if reference is None:
            column = self._column + 1
        else:
            column = _COLUMNS.get(reference.removesuffix(self._label), -1)
            if column < 0:
                column = self._far(reference)
        if column <= self._column:
            raise _disordered(
                self._name, f"cell {name_cell(self._row, column)} stands behind one that follows it"
            )
        if column >= SHEET_COLUMNS:
            self._extent.reach(self._row, column)
        self._column = column
        said = self._said
        if self._inline:
            cell: Cell = self._runs.take()
        elif said is None and not self._formula:
            return
        else:
            cell = self._read(attributes.get("t", "n"), said)
        if cell is not None and cell != "":
            self._cells[column] = cell

    def _far(self, reference: str) -> int:
        """The column of a cell that is written in another way, or stands in another row."""
        found = _REFERENCE.fullmatch(reference)
        if not found:
            raise _disordered(self._name, "a cell stands nowhere")
        column, row = _number_of(found[1].upper()), int(found[2]) - 1
        self._extent.reach(row, column)
        if row != self._row:
            raise _disordered(self._name, f"cell {reference} stands in row {self._row + 1}")
        return column

    def _read(self, kind: str, value: str | None) -> Cell:
        if not value:
            # A formula may give an empty text; any other value of it would stand here.
            empty = kind == "str" and value is not None and not self._stale
            return None if empty or not self._formula else Unread()
        match kind:
            case "n":
                if self._formula and self._stale and value in ("0", "0.0"):
                    return Unread()  # what is written where nothing was calculated
                return self._number(value)
            case "s":
                return self._text(value)
            case "str":
                return unescape(value)
            case "e":
                return Unread(value)
            case "b":
                return "true" if value in TRUE else "false"
            case "d":
                return _day(value)
        raise _disordered(self._name, f"a cell in row {self._row + 1} is of no kind that there is")

    def _number(self, value: str) -> Cell:
        style = int(self._cell.get("s", "0"))
        formats, shared = self._shared.formats, self._shared
        format_ = formats[style] if style < len(formats) else None
        try:
            if format_ is None:
                return write_number(value, shared.decimal)
            return format_.show(value, shared.decimal, shared.epoch)
        except ValueError:
            raise _disordered(
                self._name, f"a cell in row {self._row + 1} is said to be a number and is none"
            ) from None

    def _text(self, value: str) -> str | Noted:
        try:
            return self._shared.texts[int(value)]
        except (IndexError, ValueError):
            raise _disordered(
                self._name, f"a cell in row {self._row + 1} shows a text that is not there"
            ) from None

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


def _disordered(sheet: str, found: str) -> Unreadable:
    return Unreadable(
        f"in the sheet «{sheet}» {found}",
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
