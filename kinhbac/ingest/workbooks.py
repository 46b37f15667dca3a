"""What a workbook holds and a reader of its values does not tell.

Here: how large its parts unpack and how far a sheet reaches, cells that hold an error, formulas
that were never calculated, found in the sheet's own XML; for which period a form was made. Not
here: values (``worksheets``). A reader takes such cells for blank, and what is blank is missing
without a word; a cell in the last corner of a sheet, or a part that unpacks without end, would
take all memory. So all of this is asked before a value is read, a piece at a time.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from posixpath import join

from kinhbac.ingest.limits import (
    CELLS,
    MEBIBYTE,
    PART,
    SHEET_COLUMNS,
    SHEET_ROWS,
    TEXTS,
    WORKBOOK,
    Unreadable,
    hold,
)

GUIDANCE = "Hướng dẫn"
"""The sheet of a form that says, among other things, what the form is for. Name and line stand
here and not in the catalogue because they are read again, in forms of former days as well."""
SHARED_TEXTS = "xl/sharedstrings.xml"
PIECE = 4 * MEBIBYTE
LONGEST_ROW = 64 * MEBIBYTE
MOST_DEFLATED = 1032
"""Bytes that one byte can unpack to, by the format."""
SMALLER = "save it anew in a spreadsheet program, without what is not asked for"
_SAID = re.compile(r"Kỳ báo cáo: .*\((?P<period>[0-9QH-]+)\)")
_PART = re.compile(
    r"xl/(worksheets/sheet\d{1,4}|sharedStrings|styles|workbook)\.xml|\[Content_Types\]\.xml",
    re.IGNORECASE,
)
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_PLACES = re.compile(rb'<c\b[^>]*?\br="([A-Z]+)(\d+)"')
_REFERENCE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_VALUE = re.compile(rb"<v>(.*?)</v>", re.DOTALL)
_FORMULA = re.compile(rb"<f\b[^>]*?(?:/>|>(.*?)</f>)", re.DOTALL)
Place = tuple[int, int]
"""Row and column, from 0."""


class TooFar(Exception):
    """A cell so far out that the sheet cannot be read; the message names the cell."""


def find_unread(path: Path, sheet: str) -> dict[Place, str]:
    """Cells that a reader would take for blank, with what stands there: #DIV/0!, =SUM(A1:A3).

    Empty for what is no .xlsx. Raises TooFar for a cell that would make the sheet too large.
    """
    try:
        with zipfile.ZipFile(path) as book, book.open(_path_of(book, sheet)) as xml:
            pieces = iter(lambda: xml.read(PIECE), b"")
            return dict(_unread(_whole_rows(pieces)))
    except (zipfile.BadZipFile, KeyError, StopIteration):
        return {}


def prove_size(path: Path) -> None:
    """Raises Unreadable where a workbook unpacks to more than is read.

    What its directory says is asked first; where that could be a lie, a part is unpacked and
    counted without being kept.
    """
    try:
        with zipfile.ZipFile(path) as book:
            parts = book.infolist()
            total = sum(part.file_size for part in parts)
            hold("the workbook unpacks to", total, WORKBOOK, "bytes", SMALLER)
            for part in parts:
                limit = TEXTS if part.filename.lower() == SHARED_TEXTS else PART
                what = f"{_called(part)} of the workbook unpacks to"
                hold(what, part.file_size, limit, "bytes", SMALLER)
                if part.compress_size * MOST_DEFLATED > limit:
                    hold(what, _unpacked(book, part, limit), limit, "bytes", SMALLER)
    except zipfile.BadZipFile:
        return  # an older format, or no workbook: the reader says so


def _called(part: zipfile.ZipInfo) -> str:
    """A part by its name, if the format gives it that."""
    named = part.filename if _PART.fullmatch(part.filename) else "of another name"
    return f"the part {named}"


def _unpacked(book: zipfile.ZipFile, part: zipfile.ZipInfo, limit: int) -> int:
    """Bytes to which a part unpacks, counted no further than just past the limit."""
    if part.compress_type == zipfile.ZIP_STORED:
        return part.compress_size
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise Unreadable(
            f"{_called(part)} of the workbook is packed in a way of its own",
            "a workbook is packed by deflation",
            SMALLER,
        )
    assert book.fp
    book.fp.seek(part.header_offset)
    header = book.fp.read(30)
    book.fp.seek(
        int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1
    )
    left, count, stream = part.compress_size, 0, zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and count <= limit and not stream.eof:
        packed = book.fp.read(min(left, PIECE // 4))
        left -= len(packed)
        while packed and count <= limit:
            count += len(stream.decompress(packed, PIECE))
            packed = stream.unconsumed_tail
    return count


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


def _whole_rows(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same XML, cut only where a row begins."""
    rest = b""
    for piece in pieces:
        rest += piece
        cut = rest.rfind(b"<row")
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
        hold("a row of the sheet has", len(rest), LONGEST_ROW, "bytes", SMALLER)
    yield rest


def _unread(pieces: Iterator[bytes]) -> Iterator[tuple[Place, str]]:
    rows = columns = 0
    for xml in pieces:
        places = _PLACES.findall(xml)
        for letters in {letters for letters, _ in places}:
            columns = max(columns, _number_of(letters))
        rows = max(rows, max((int(row[:9]) for _, row in places), default=0))
        if rows * columns > CELLS or rows > SHEET_ROWS or columns > SHEET_COLUMNS:
            raise TooFar(_outermost(places))
        if b't="e"' in xml or b"<f" in xml:
            yield from _unread_in(xml)


def _outermost(places: Sequence[tuple[bytes, bytes]]) -> str:
    """The cell that reaches furthest."""
    letters, row = max(places, key=lambda place: int(place[1][:9]) * _number_of(place[0]))
    if len(letters) > 3 or len(row) > 7:
        return "beyond XFD1048576"
    return f"cell {(letters + row).decode()}"


def _unread_in(xml: bytes) -> Iterator[tuple[Place, str]]:
    for attributes, inside in _CELL.findall(xml):
        reference = _REFERENCE.search(attributes)
        if not reference:
            continue
        row, column = int(reference[2]), _number_of(reference[1])
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
