"""A workbook of Excel 97 to 2003 (.xls): its sheets and their cells, read by xlrd.

Here: what xlrd tells of a workbook, in the words that all workbooks share. Not here: what becomes
of the cells (``worksheets``).

xlrd gives the value of a formula and not that it is one, so its records are looked at as they pass:
those of a sheet that was saved before it was calculated hold a zero, or nothing. Past 200
lines by what xlrd has to be asked.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import xlrd
from xlrd.biffh import error_text_from_code
from xlrd.compdoc import CompDoc

from kinhbac.ingest.limits import Unreadable
from kinhbac.ingest.number_formats import NumberFormat, read_format, write_number
from kinhbac.ingest.packed_parts import ANEW, Locked
from kinhbac.ingest.runs import join_runs
from kinhbac.ingest.sheet_cells import (
    EPOCH_1900,
    EPOCH_1904,
    Cell,
    Extent,
    Layout,
    Noted,
    Row,
    Sheet,
    Tab,
    Unread,
)

FORMULA, UNCALCULATED, FILTERED = 0x06, 0x5E, 0x9B
"""Records of a formula, of a sheet saved before it was calculated, of one that is filtered."""
SUPERSCRIPT = 1
_PLACE = struct.Struct("<HH")


class OldExcelBook:
    """A workbook in the binary format of Excel 97 and before.

    Raises Unreadable for a file that is locked, spoilt, or another kind of document.
    """

    def __init__(self, path: Path) -> None:
        content = path.read_bytes()
        try:
            self._book = _open(content)
        except Exception as error:  # xlrd raises whatever a spoilt file leads it into
            if "encrypted" in f"{error}" or _is_locked(content):
                raise Locked from None
            raise _spoilt(error) from None
        self._epoch = EPOCH_1904 if self._book.datemode else EPOCH_1900
        names = self._book.sheet_names()
        shown = self._book._sheet_visibility
        self.tabs: Sequence[Tab] = [
            Tab(name, not hidden) for name, hidden in zip(names, shown, strict=True)
        ]

    def read(self, tab: Tab, decimal: str) -> Sheet:
        """Read a sheet, its numbers with this ``decimal`` mark. Raises Unreadable."""
        records = _Records(self._book.get_record_parts)
        self._book.get_record_parts = records.next
        try:
            sheet = self._book.sheet_by_index(list(self.tabs).index(tab))
        except Exception as error:  # as above
            raise _spoilt(error) from None
        layout = _lay_out(sheet)
        layout.filtered = records.filtered
        reading = _Reading(self._book, sheet, layout, records.stale, self._epoch, decimal)
        return Sheet(tab.name, reading.rows(), layout)


class _Records:
    """The records of a sheet, looked at as xlrd asks for them."""

    def __init__(self, ask: Any) -> None:
        self._ask = ask
        self._formulas: set[tuple[int, ...]] = set()
        self._uncalculated = self.filtered = False

    def next(self) -> Any:
        """The next record: its kind, length and content."""
        record = self._ask()
        kind, _, content = record
        if kind == FORMULA and len(content) >= _PLACE.size:
            self._formulas.add(_PLACE.unpack_from(content))
        self._uncalculated |= kind == UNCALCULATED
        self.filtered |= kind == FILTERED
        return record

    @property
    def stale(self) -> set[tuple[int, ...]]:
        """Formulas that nobody has calculated if what they show is nothing."""
        return self._formulas if self._uncalculated else set()


class _Reading:
    """The cells of a sheet."""

    def __init__(
        self,
        book: Any,
        sheet: Any,
        layout: Layout,
        stale: set[tuple[int, ...]],
        epoch: date,
        decimal: str,
    ) -> None:
        self._book, self._sheet, self._layout = book, sheet, layout
        self._stale, self._epoch, self._decimal = stale, epoch, decimal
        self._extent = Extent()
        self._formats: dict[int, NumberFormat | None] = {}

    def rows(self) -> Iterator[Row]:
        """Its filled rows."""
        for row in range(self._sheet.nrows):
            cells: dict[int, Cell] = {}
            for column in range(self._sheet.row_len(row)):
                cell = self._read(row, column)
                if cell is not None and cell != "":
                    cells[column] = cell
            if cells:
                self._extent.reach(row, max(cells))
                yield row, cells

    def _read(self, row: int, column: int) -> Cell:
        kind, value = self._sheet.cell_type(row, column), self._sheet.cell_value(row, column)
        if value in ("", 0) and (row, column) in self._stale:
            return Unread()
        match kind:
            case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
                format_ = self._format(self._sheet.cell_xf_index(row, column))
                if format_ is None:
                    return write_number(repr(value), self._decimal)
                return format_.show(repr(value), self._decimal, self._epoch)
            case xlrd.XL_CELL_TEXT:
                runs = self._sheet.rich_text_runlist_map.get((row, column))
                return self._text(value, runs) if runs else str(value)
            case xlrd.XL_CELL_BOOLEAN:
                return "true" if value else "false"
            case xlrd.XL_CELL_ERROR:
                return Unread(error_text_from_code.get(value, "#?"))
        return None

    def _format(self, style: int) -> NumberFormat | None:
        if style not in self._formats:
            key = self._book.xf_list[style].format_key
            self._formats[style] = read_format(self._book.format_map[key].format_str)
        return self._formats[style]

    def _text(self, text: str, runs: Sequence[tuple[int, int]]) -> str | Noted:
        """A text whose runs begin at these places, in these fonts."""
        places = [0, *(place for place, _ in runs), len(text)]
        raised = [False, *(self._is_raised(font) for _, font in runs)]
        texts = [text[a:b] for a, b in pairwise(places)]
        plain = [piece for piece, up in zip(texts, raised, strict=True) if not up]
        return join_runs(texts, plain)

    def _is_raised(self, font: int) -> bool:
        fonts = self._book.font_list
        return font < len(fonts) and fonts[font].escapement == SUPERSCRIPT


def _open(content: bytes) -> Any:
    return xlrd.open_workbook(
        file_contents=content, on_demand=True, formatting_info=True, logfile=io.StringIO()
    )


def _is_locked(content: bytes) -> bool:
    """Whether a newer workbook lies in it, encrypted."""
    try:
        document = CompDoc(content, io.StringIO())
        return bool(document.locate_named_stream("EncryptedPackage")[0])
    except Exception:  # as above
        return False


def _lay_out(sheet: Any) -> Layout:
    layout = Layout()
    layout.merged = [(a, c, b - 1, d - 1) for a, b, c, d in sheet.merged_cells]
    for row, told in sorted(sheet.rowinfo_map.items()):
        if told.hidden and row < sheet.nrows and any(sheet.row_values(row)):
            layout.hide_row(row)
    layout.hidden_columns = {column for column, told in sheet.colinfo_map.items() if told.hidden}
    return layout


def _spoilt(error: Exception) -> Unreadable:
    return Unreadable(
        f"the workbook cannot be opened ({type(error).__name__})",
        "a file that is delivered as a workbook is a whole workbook",
        ANEW,
    )
