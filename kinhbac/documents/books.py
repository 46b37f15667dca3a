"""Workbooks as kinhbac writes them: the same bytes for the same content, and no formula by chance.

Here: opening and closing one, its looks, heights of wrapped text.
Not here: what stands in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from kinhbac.data_folder import written_aside

A4 = 9
FONT = "Times New Roman"
"""The font of official documents (Decree 30/2020/NĐ-CP, annex I)."""
STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "heading": {"bold": True, "font_size": 12, "font_color": "#1F4E79"},
    "line": {"text_wrap": True, "valign": "top"},
    "unwrapped": {},
    "english": {"text_wrap": True, "valign": "top", "italic": True, "font_color": "#7F7F7F"},
    "head": {
        "bold": True,
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
        "border": 1,
        "bg_color": "#DDE6F0",
    },
    "fixed": {"border": 1, "bg_color": "#F2F2F2", "num_format": "@"},
    "closed": {"border": 1, "bg_color": "#BFBFBF"},
    "input": {"border": 1, "bg_color": "#FFF9DB", "locked": False},
    "wrong": {"bg_color": "#F8B4B4", "font_color": "#9C0006"},
}


class Book:
    """An open workbook: xlsxwriter's, and formats by the name of their style."""

    def __init__(self, path: Path) -> None:
        texts = {f"strings_to_{kind}": False for kind in ("formulas", "numbers", "urls")}
        self.book = xlsxwriter.Workbook(path.as_posix(), {"in_memory": True, **texts})
        # A fixed date of creation, so that the same content is the same bytes.
        self.book.set_properties({"created": datetime(2025, 7, 1)})
        self._formats: dict[tuple[str, str | None], Any] = {}

    def style(self, name: str, num_format: str | None = None) -> Any:
        """The format of a style, perhaps with a number format; made once."""
        key = name, num_format
        if key not in self._formats:
            font = {} if name == "wrong" else {"font_name": FONT, "font_size": 11}
            number = {"num_format": num_format} if num_format else {}
            self._formats[key] = self.book.add_format(font | STYLES[name] | number)
        return self._formats[key]

    def sheet(self, name: str) -> Any:
        """A new sheet for A4 landscape."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        sheet.set_footer("&R&P/&N")
        return sheet


class NotWritable(Exception):
    """The content does not fit into a workbook: a sheet's name is too long, for example."""


@contextmanager
def written_book(path: Path) -> Iterator[Book]:
    """A workbook that stands at ``path`` when the block ends well, whole or not at all."""
    with written_aside(path) as aside:
        book = Book(aside)
        try:
            yield book
            book.book.close()
        except XlsxWriterException as error:
            raise NotWritable(str(error)) from None


def height_of(text: str, width: float) -> float:
    """Points that ``text`` needs, wrapped in a cell ``width`` characters wide."""
    lines = sum(max(1, math.ceil(len(line) / width)) for line in text.split("\n"))
    return 15.0 * lines
