"""A workbook in the OpenDocument format (.ods): its sheets and their cells.

Here: tables of ``content.xml`` as its XML is told. Not here: parts as such (``packed_parts``), what
becomes of the cells (``worksheets``). The cell itself says what kind of value it holds, and shows
as text what people see of it (OpenDocument 1.3, 9.1 and 19.385), so no number format is read.

A cell and a row may be said to be there many times over. Only what is filled counts, and a row
that is repeated is given again, one by one. Past 200 lines because a sheet is
read in one way through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from kinhbac.ingest.limits import SHEET_COLUMNS, SHEET_ROWS, Unreadable
from kinhbac.ingest.number_formats import write_number, write_percent
from kinhbac.ingest.packed_parts import ANEW, Locked, Parts
from kinhbac.ingest.runs import join_runs
from kinhbac.ingest.sheet_cells import (
    Cell,
    Extent,
    Layout,
    Noted,
    Row,
    Sheet,
    Tab,
    Unread,
    Unshown,
)

CONTENT, LOCKED_UP = "content.xml", "encrypted-package"
"""The part that holds all sheets, and the one that programs of today lock all parts up in."""
MANIFEST = "META-INF/manifest.xml"
HIDDEN = ("collapse", "filter")
ERRORS = ("#", "Err:")
ASIDE = ("annotation", "shapes", "frame", "rect", "line", "g")
"""What lies on a sheet or beside a cell and is no part of what it holds."""


TOLD = (
    *("table", "table-row", "table-column", "table-cell", "covered-table-cell"),
    *("p", "span", "a", "s", "filter"),
)


class OpenDocument:
    """A workbook whose sheets all stand in one part. Raises Unreadable where it is locked."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._hidden_styles: set[str] = set()
        self._raised: set[str] = set()
        self._style = ""
        self.tabs: Sequence[Tab] = ()
        self._depth = 0
        if LOCKED_UP in parts or (MANIFEST in parts and b"encryption-data" in parts.read(MANIFEST)):
            raise Locked
        starts = {
            "style": self._name_style,
            "table-properties": self._hide_style,
            "text-properties": self._raise_style,
            "table": self._begin_table,
        }
        parts.tell_all(CONTENT, starts, {"table": self._end_table})

    def read(self, tab: Tab, decimal: str) -> Sheet:
        """Read a sheet, its numbers with this ``decimal`` mark. Raises Unreadable."""
        reading = _Reading(self.tabs.index(tab), self._raised, decimal)
        rows = list(reading.rows(self._parts))
        return Sheet(tab.name, iter(rows), reading.layout)

    def _name_style(self, attributes: dict[str, str]) -> None:
        self._style = _local(attributes).get("name", "")

    def _hide_style(self, attributes: dict[str, str]) -> None:
        if _local(attributes).get("display") == "false":
            self._hidden_styles.add(self._style)

    def _raise_style(self, attributes: dict[str, str]) -> None:
        if _is_raised(_local(attributes).get("text-position", "")):
            self._raised.add(self._style)

    def _begin_table(self, attributes: dict[str, str]) -> None:
        told = _local(attributes)
        if not self._depth:
            visible = told.get("style-name") not in self._hidden_styles
            self.tabs = (*self.tabs, Tab(told.get("name", ""), visible))
        self._depth += 1

    def _end_table(self, _text: str) -> None:
        self._depth -= 1


class _Reading:
    """One way through the XML of all sheets, for the cells of one."""

    def __init__(self, place: int, raised: set[str], decimal: str) -> None:
        self.layout = Layout()
        self._place, self._raised, self._decimal = place, raised, decimal
        self._extent = Extent()
        self._done: list[Row] = []
        self._table, self._depth = -1, 0
        self._row, self._column = 0, 0
        self._row_told: dict[str, str] = {}
        self._told: dict[str, str] | None = None
        self._cells: dict[int, Cell] = {}
        self._covered = self._shows = False
        self._texts: list[str] = []
        self._plain: list[str] = []
        self._raised_by = [False]
        self._aside = self._columns = 0

    def rows(self, parts: Parts) -> Iterator[Row]:
        """The filled rows of the one sheet."""
        names = (*TOLD, *ASIDE)
        starts = {name: partial(self._start, name) for name in names}
        ends = {name: partial(self._end, name) for name in names}
        for _ in parts.tell(CONTENT, starts, ends, self._write):
            yield from self._done
            self._done.clear()

    @property
    def _within(self) -> bool:
        return self._depth == 1 and self._table == self._place

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            if not self._depth:
                self._table += 1
            self._depth += 1
        elif not self._within:
            return
        elif name in ASIDE:
            self._aside += 1
        elif name in ("table-cell", "covered-table-cell"):
            self._told, self._covered = _local(attributes), name != "table-cell"
            self._texts, self._plain, self._raised_by = [], [], [False]
            self._shows = False
        elif name == "table-row":
            self._row_told, self._column, self._cells = _local(attributes), 0, {}
        elif name == "table-column":
            self._hide_columns(_local(attributes))
        elif name == "filter":
            self.layout.filtered = True
        elif name == "p" and not self._aside:
            self._shows = True
            self._write("\n" if self._texts else "")
            self._raised_by = [False]
        elif name == "span" and not self._aside:
            raised = _local(attributes).get("style-name") in self._raised
            self._raised_by.append(raised or self._raised_by[-1])
        elif name == "s":
            self._write(" " * min(int(_local(attributes).get("c", 1)), 1000))

    def _end(self, name: str, text: str) -> None:
        if name == "table":
            self._depth -= 1
        elif not self._within:
            return
        elif name in ASIDE:
            self._aside -= 1
        elif name == "table-row":
            self._end_row()
        elif name in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif name in ("p", "span", "a") and not self._aside:
            self._write(text)
            if name == "span":
                self._raised_by.pop()

    def _write(self, text: str) -> None:
        if text and not self._aside and self._told is not None:
            self._texts.append(text)
            if not self._raised_by[-1]:
                self._plain.append(text)

    def _end_row(self) -> None:
        times = _times(self._row_told, "number-rows-repeated")
        if self._cells:
            last = max(self._cells)
            self._extent.reach(self._row, last)
            self._extent.reach(self._row + times - 1, last)
            for row in range(self._row, self._row + times):
                if self._row_told.get("visibility") in HIDDEN:
                    self.layout.hide_row(row)
                self._done.append((row, self._cells))
        self._row += times

    def _end_cell(self) -> None:
        told = self._told or {}
        times = _times(told, "number-columns-repeated")
        cell = None if self._covered else self._read(told)
        if cell is not None and cell != "":
            self._extent.reach(self._row, self._column + times - 1)
            self._cells |= dict.fromkeys(range(self._column, self._column + times), cell)
        down, right = _times(told, "number-rows-spanned"), _times(told, "number-columns-spanned")
        if down * right > 1:
            bottom, last = self._row + down - 1, self._column + right - 1
            self.layout.merged.append((self._row, self._column, bottom, last))
        self._column += times
        self._told = None

    def _read(self, told: dict[str, str]) -> Cell:
        shown = join_runs(self._texts, self._plain)
        text = shown.text if isinstance(shown, Noted) else shown
        kind = told.get("value-type")
        if "formula" in told and text.startswith(ERRORS) and kind in (None, "string", "float"):
            return Unread(text)
        match kind:
            case "float" | "currency":
                value = told.get("value", "")
                if self._shows and not text.strip():
                    return Unshown(self._number(value))
                return text if _is_code(text, value) else self._number(value)
            case "percentage":
                return write_percent(told.get("value", ""), 1, self._decimal)
            case "date":
                return _moment(told.get("date-value", ""), text)
            case "boolean":
                return told.get("boolean-value", text)
            case None if "formula" in told and not text:
                return Unread()
        return shown

    def _number(self, value: str) -> str:
        try:
            return write_number(value, self._decimal)
        except ValueError:
            raise Unreadable(
                f"a cell in row {self._row + 1} is said to be a number and is none",
                "cells of a sheet hold what they say",
                ANEW,
            ) from None

    def _hide_columns(self, told: dict[str, str]) -> None:
        times = min(_times(told, "number-columns-repeated"), SHEET_COLUMNS)
        if told.get("visibility") in HIDDEN:
            self.layout.hidden_columns |= set(range(self._columns, self._columns + times))
        self._columns += times


def _local(attributes: dict[str, str]) -> dict[str, str]:
    return {name.rpartition("\n")[2]: value for name, value in attributes.items()}


def _times(told: dict[str, str], name: str) -> int:
    """How often, or over how many; no more than a sheet has rows."""
    text = told.get(name, "1")
    return min(int(text), SHEET_ROWS) if text.isdecimal() and len(text) < 10 else 1


def _is_raised(position: str) -> bool:
    """Whether a text position (``super 58%``, ``33% 58%``) is above the line."""
    return position.startswith("super") or (
        position[:1].isdigit() and not position.startswith("0%")
    )


def _is_code(text: str, value: str) -> bool:
    """Whether a whole number is shown with zeros before it."""
    return text[:1] == "0" and len(text) > 1 and text.isdecimal() and float(value) == int(text)


def _moment(value: str, text: str) -> Cell:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return text
    return moment.replace(tzinfo=None) if "T" in value else moment.date()
