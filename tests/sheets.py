"""Workbooks as different producers write them.

Here: the same cells as .xlsx (prefixes, quotes, references, names of parts, as wanted), as .ods and
as .xls, by hand, so that each difference is meant. Not here: what is wanted of them. Past 200 lines:
three formats.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from struct import pack
from xml.sax.saxutils import escape

from kinhbac.ingest.sheet_cells import name_cell

EDITIONS = {
    "transitional": (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    "strict": (
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
}
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
Parts = dict[str, str]


@dataclass(frozen=True)
class Producer:
    """How a program writes what every program may write as it likes."""

    prefix: str = ""
    quote: str = '"'
    referred: bool = True
    reversed_attributes: bool = False
    inline: bool = False
    spaced: bool = False
    edition: str = "transitional"
    folder: str = "xl"
    encoding: str = "utf-8"
    broken_lines: bool = False

    def tag(self, name: str, inside: str = "", /, **attributes: str) -> str:
        """An element, as this producer writes it."""
        pairs = [(key.replace("__", ":"), value) for key, value in attributes.items()]
        if self.reversed_attributes:
            pairs.reverse()
        said = "".join(
            f" {key}={self.quote}{escape(value, {self.quote: '&#34;'})}{self.quote}"
            for key, value in pairs
        )
        whole = f"{self.prefix}:{name}" if self.prefix else name
        end = "\n" if self.broken_lines and name in ("row", "c") else ""
        return (
            f"<{whole}{said}>{end}{inside}</{whole}>{end}" if inside else f"<{whole}{said}/>{end}"
        )


def cell_of(value: str | int | float, reference: str, by: Producer, texts: list[str]) -> str:
    """One cell with a text or a number."""
    place = {"r": reference} if by.referred else {}
    if not isinstance(value, str):
        return by.tag("c", by.tag("v", repr(value)), **place)
    space = {"xml__space": "preserve"} if by.spaced else {}
    if by.inline:
        text = by.tag("is", by.tag("t", escape(value), **space))
        return by.tag("c", text, **place, t="inlineStr")
    texts.append(value)
    return by.tag("c", by.tag("v", str(len(texts) - 1), **space), **place, t="s")


def workbook_of(cells: Sequence[Sequence[str | int | float]], by: Producer) -> bytes:
    """A workbook with one sheet of these cells."""
    texts: list[str] = []
    rows = ""
    for row, line in enumerate(cells):
        inside = "".join(
            cell_of(value, name_cell(row, column), by, texts) for column, value in enumerate(line)
        )
        rows += by.tag("row", inside, **({"r": str(row + 1)} if by.referred else {}))
    shared = "".join(by.tag("si", by.tag("t", escape(text))) for text in texts)
    return packed(parts_of(rows, by=by, shared=shared), by.encoding)


def parts_of(
    rows: str,
    *,
    by: Producer = Producer(),
    shared: str = "",
    formats: Sequence[str] = (),
    before: str = "",
    behind: str = "",
    book: str = "",
    sheets: str | None = None,
) -> Parts:
    """The parts of a workbook whose sheet holds these ``rows``; style 0 is plain, others follow."""
    main, related = EDITIONS[by.edition]
    spaces = {f"xmlns__{by.prefix}" if by.prefix else "xmlns": main}
    codes = "".join(
        by.tag("numFmt", numFmtId=str(200 + n), formatCode=code) for n, code in enumerate(formats)
    )
    styles = by.tag("xf", numFmtId="0") + "".join(
        by.tag("xf", numFmtId=str(200 + n)) for n in range(len(formats))
    )
    listed = sheets or by.tag("sheet", name="Bieu", sheetId="1", rel__id="r1")
    roles = {"r1": ("worksheet", "tab.xml"), "r2": ("sharedStrings", "t.xml"),
             "r3": ("styles", "s.xml"), "r4": ("chartsheet", "c.xml"), "r5": ("worksheet", "x.xml")}  # fmt: skip
    return {
        "_rels/.rels": relations({"r1": ("officeDocument", f"{by.folder}/book.xml")}, related),
        f"{by.folder}/book.xml": by.tag(
            "workbook", by.tag("sheets", listed) + book, **spaces, xmlns__rel=related
        ),
        f"{by.folder}/_rels/book.xml.rels": relations(roles, related),
        f"{by.folder}/tab.xml": by.tag(
            "worksheet", before + by.tag("sheetData", rows) + behind, **spaces
        ),
        f"{by.folder}/t.xml": by.tag("sst", shared, **spaces),
        f"{by.folder}/s.xml": by.tag(
            "styleSheet", by.tag("numFmts", codes) + by.tag("cellXfs", styles), **spaces
        ),
    }


def relations(roles: Mapping[str, tuple[str, str]], related: str) -> str:
    """The part that says which parts another one refers to."""
    plain = Producer()
    told = "".join(
        plain.tag("Relationship", Id=key, Type=f"{related}/{role}", Target=target)
        for key, (role, target) in roles.items()
    )
    return plain.tag("Relationships", told, xmlns=PACKAGE)


def packed(parts: Mapping[str, str], encoding: str = "utf-8") -> bytes:
    """The parts in one file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, xml in parts.items():
            head = f'<?xml version="1.0" encoding="{encoding}"?>'
            file.writestr(name, (head + xml).encode(encoding))
    return made.getvalue()


OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def open_document(tables: str, styles: str = "") -> bytes:
    """An .ods whose content holds these tables."""
    spaces = " ".join(
        f'xmlns:{name}="{OFFICE}:{whole}:1.0"'
        for name, whole in (
            ("office", "office"),
            ("table", "table"),
            ("text", "text"),
            ("style", "style"),
        )
    )
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return packed({"content.xml": content})


SECTOR, FREE, END, OF_TABLE = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def old_workbook(sheets: Mapping[str, Sequence[Sequence[str | float]]], writer: str) -> bytes:
    """A workbook of Excel 97 (.xls) with these sheets, last written by ``writer``."""
    books = [
        _record(0x0809, pack("<HHHHII", 0x600, 0x10, 0xDBB, 0x7CC, 0x41, 6))
        + b"".join(
            _old_cell(row, column, cell)
            for row, cells in enumerate(table)
            for column, cell in enumerate(cells)
        )
        + _record(0x0A, b"")
        for table in sheets.values()
    ]
    begins = _record(0x0809, pack("<HHHHII", 0x600, 5, 0xDBB, 0x7CC, 0x41, 6))
    begins += _record(0x42, pack("<H", 1200)) + _record(0x5C, _old_text(writer, "<H"))
    font = pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + _old_text("Arial", "<B")
    begins += _record(0x31, font) + _record(0xE0, pack("<HHH", 0, 0, 1) + bytes(14))
    place = len(begins) + sum(4 + 6 + 2 + 2 * len(name) for name in sheets) + 4
    for name, book in zip(sheets, books, strict=True):
        begins += _record(0x85, pack("<IBB", place, 0, 0) + _old_text(name, "<B"))
        place += len(book)
    return _compound(begins + _record(0x0A, b"") + b"".join(books))


def _record(kind: int, content: bytes) -> bytes:
    return pack("<HH", kind, len(content)) + content


def _old_text(text: str, length: str) -> bytes:
    return pack(length, len(text)) + b"\x01" + text.encode("utf-16-le")


def _old_cell(row: int, column: int, cell: str | float) -> bytes:
    place = pack("<HHH", row, column, 0)
    if isinstance(cell, str):
        return _record(0x0204, place + _old_text(cell, "<H"))
    return _record(0x0203, place + pack("<d", cell))


def _compound(stream: bytes) -> bytes:
    """The compound file that holds one stream: header, table of sectors, directory, stream."""
    size = max(len(stream), 4096)  # shorter ones lie elsewhere
    sectors, held = -(-size // SECTOR), SECTOR // 4
    tables = next(n for n in range(1, 110) if n + 1 + sectors <= n * held)
    chain = [*[OF_TABLE] * tables, END, *range(tables + 2, tables + 1 + sectors), END]
    table = pack(f"<{tables * held}I", *chain, *[FREE] * (tables * held - len(chain)))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + pack("<IIIIIIIII", 0, tables, tables, 0, 4096, END, 0, END, 0)
    head += pack("<109I", *range(tables), *[FREE] * (109 - tables))
    entries = b""
    for name, kind, child, first, length in (
        ("Root Entry", 5, 1, END, 0),
        ("Workbook", 2, FREE, tables + 1, size),
    ):
        said = (name + "\0").encode("utf-16-le")
        entries += said.ljust(64, b"\0") + pack("<HBBIII", len(said), kind, 1, FREE, FREE, child)
        entries += bytes(36) + pack("<IQ", first, length)
    return head + table + entries.ljust(SECTOR, b"\0") + stream.ljust(sectors * SECTOR, b"\0")
