"""What a workbook holds and a reader of its values does not tell.

Here: how far a sheet reaches, cells that hold an error, formulas that were never calculated,
found in the sheet's own XML; for which period a form was made. Not here: values (``readers``).
A reader takes such cells for blank, and what is blank is missing without a word; a cell in the
last corner of a sheet would take all memory.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from html import unescape
from posixpath import join

LARGEST_AREA = 20_000_000
"""Cells of the rectangle that holds everything; a sheet of 100,000 rows has 200 columns."""
LARGEST_COLUMN, LARGEST_ROW = 16_384, 1_048_576
GUIDANCE = "Hướng dẫn"
"""The sheet of a form that says, among other things, what the form is for. Name and line stand
here and not in the catalogue because they are read again, in forms of former days as well."""
_SAID = re.compile(r"Kỳ báo cáo: .*\((?P<period>[0-9QH-]+)\)")
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_VALUE = re.compile(rb"<v>(.*?)</v>", re.DOTALL)
_FORMULA = re.compile(rb"<f\b[^>]*?(?:/>|>(.*?)</f>)", re.DOTALL)
Place = tuple[int, int]
"""Row and column, from 0."""


class TooFar(Exception):
    """A cell so far out that the sheet cannot be read; the message names the cell."""


def find_unread(content: bytes, sheet: str) -> dict[Place, str]:
    """Cells that a reader would take for blank, with what stands there: #DIV/0!, =SUM(A1:A3).

    Empty for what is no .xlsx. Raises TooFar for a cell that would make the sheet too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            xml = book.read(_path_of(book, sheet))
    except (zipfile.BadZipFile, KeyError, StopIteration):
        return {}
    return dict(_unread(xml))


def _path_of(book: zipfile.ZipFile, sheet: str) -> str:
    named = re.finditer(rb"<sheet\b[^>]*>", book.read("xl/workbook.xml"))
    key = next(_attribute(tag[0], "r:id") for tag in named if _attribute(tag[0], "name") == sheet)
    related = re.finditer(rb"<Relationship\b[^>]*>", book.read("xl/_rels/workbook.xml.rels"))
    target = next(
        _attribute(tag[0], "Target") for tag in related if _attribute(tag[0], "Id") == key
    )
    return target[1:] if target.startswith("/") else join("xl", target)


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rb"\b" + name.encode() + rb'="([^"]*)"', tag)
    return unescape(found[1].decode()) if found else ""


def _unread(xml: bytes) -> Iterator[tuple[Place, str]]:
    rows = columns = 0
    for attributes, inside in _CELL.findall(xml):
        reference = _REFERENCE.search(attributes)
        if not reference:
            continue
        row, column = int(reference[2]), _number_of(reference[1])
        rows, columns = max(rows, row), max(columns, column)
        if rows * columns > LARGEST_AREA or row > LARGEST_ROW or column > LARGEST_COLUMN:
            raise TooFar((reference[1] + reference[2]).decode())
        value, formula = _VALUE.search(inside), _FORMULA.search(inside)
        if b't="e"' in attributes and value:
            yield (row - 1, column - 1), value[1].decode()
        elif formula and not value and b"<is>" not in inside:
            text = unescape((formula[1] or b"").decode("utf-8", "replace"))
            yield (row - 1, column - 1), f"={text}"


def _number_of(letters: bytes) -> int:
    number = 0
    for letter in letters[:8]:
        number = number * 26 + letter - 64
    return number


def read_said_period(guidance: Sequence[Sequence[object]]) -> str | None:
    """The label of the period in the cells of the guidance; None where it stands no more."""
    said = (_SAID.fullmatch(cell) for row in guidance for cell in row if isinstance(cell, str))
    return next((found["period"] for found in said if found), None)
