"""A delivered workbook: of which kind it is, and which of its sheets is read.

Here: the kind, told by what the file holds and never by its name; the choice of the sheet; what is
said of a file that is no workbook. Not here: the kinds (``office_book``, ``old_excel_sheets``,
``open_document_sheets``), what becomes of a sheet's cells (``worksheets``).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kinhbac.ingest.limits import TEXTS, Unreadable, hold
from kinhbac.ingest.office_book import OfficeBook
from kinhbac.ingest.open_document_sheets import CONTENT, LOCKED_UP, OpenDocument
from kinhbac.ingest.packed_parts import SMALLER, Parts
from kinhbac.ingest.sheet_cells import Book, Tab
from kinhbac.ingest.text import normalise

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a file begins that holds others, as Word and Excel wrote them until 2003."""
OLDEST = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
"""How a workbook of Excel begins that stands in no such file."""
SNIFFED = 4096
RELATED = "_rels/.rels"


@contextmanager
def open_workbook(path: Path) -> Iterator[Book]:
    """The workbook at ``path``. Raises Unreadable for what is none, with what it is instead."""
    hold("the workbook has", path.stat().st_size, TEXTS, "bytes", SMALLER)
    with path.open("rb") as file:
        head = file.read(SNIFFED)
    if head.startswith((COMPOUND, *OLDEST)):
        # Hardly anybody delivers one any more; all others need not wait for its reader.
        from kinhbac.ingest.old_excel_sheets import OldExcelBook

        yield OldExcelBook(path)
        return
    if not zipfile.is_zipfile(path):
        raise _no_workbook(_name_kind(head))
    with Parts.opened(path) as parts:
        if RELATED in parts:
            yield OfficeBook(parts)
        elif CONTENT in parts or LOCKED_UP in parts:
            yield OpenDocument(parts)
        else:
            raise _no_workbook("a zip archive of other files")


def choose_sheet(tabs: Sequence[Tab], wanted: str | None) -> Tab:
    """The sheet that the contract names; without a name the first that shows cells.

    Raises Unreadable where there is none, with the names of those that are there.
    """
    tables = [tab for tab in tabs if tab.cells]
    if wanted:
        name = normalise(wanted).casefold()
        found = [tab for tab in tables if normalise(tab.name).casefold() == name]
        if not found:
            raise Unreadable(
                "the sheets are called so",
                f"the contract promises a sheet «{wanted}»",
                "name the sheet so, or correct «sheet» in the contract",
                values=[tab.name for tab in tabs],
            )
        return found[0]
    shown = [tab for tab in tables if tab.visible]
    if not shown:
        raise Unreadable(
            "all sheets with cells are hidden" if tables else "no sheet has cells",
            "the first sheet that is shown is read, where the contract names none",
            "show the sheet that is delivered",
            values=[tab.name for tab in tables],
        )
    return shown[0]


def _name_kind(head: bytes) -> str:
    """What a file is that is no workbook, by how it begins."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        return "a workbook in the XML of 2003"
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<div")):
        return "a web page (HTML)"
    if text.startswith(b"<"):
        return "a web page (HTML)" if b"<html" in text else "an XML document"
    for begin, kind in (
        (b"%pdf", "a PDF document"),
        (b"{\\rtf", "a text document (RTF)"),
        (b"{", "a JSON document"),
        (b"[", "a JSON document"),
        (b"pk", "a damaged zip archive or workbook"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"7z\xbc\xaf", "a 7z archive"),
        (b"rar!", "a rar archive"),
    ):
        if text.startswith(begin):
            return kind
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "no workbook of a known kind"
    separators = {b";": "«;»", b"\t": "tabs", b",": "«,»", b"|": "«|»"}
    line = head.replace(b"\0", b"").splitlines()[0] if head.strip() else b""
    used = max(separators, key=line.count)
    return f"text, separated by {separators[used]}" if used in line else "text"


def _no_workbook(kind: str) -> Unreadable:
    return Unreadable(
        f"the file is {kind}, whatever its name says",
        "a file that is called so, or of which the contract promises it, is a workbook (.xlsx, "
        ".xls or .ods)",
        "open it in a spreadsheet program and save it as .xlsx, or correct «format» in the contract",
    )
