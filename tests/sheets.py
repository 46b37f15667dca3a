"""Workbooks as different producers write them.

Here: the same cells as .xlsx (prefixes, quotes, references, names of parts, as wanted) and as .ods,
by hand, so that each difference is meant. Not here: what is wanted of them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
