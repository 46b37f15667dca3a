"""What Word documents need and python-docx has no word for: rules, fields, narrow cells.

Here: lines, cells and tables as an official document has them. Not here: its form
(``official_paper``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kinhbac.documents.books import FONT

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

BODY, LINE, NAMES, NOTE = 14, 13, 12, 11
"""Points of running text, of lines that stand alone, of the names in the letterhead, of tables and
recipients."""
OF_AN_EM, MM_A_POINT = 0.5, 25.4 / 72
"""How wide a letter of the font is on average, by which rules are drawn as long as their text."""


def set_fonts(properties: Any) -> None:
    """The font for every kind of letter, also for those that Word takes from a theme."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)


def add_pair(document: Document, left_mm: float, right_mm: float) -> tuple[_Cell, _Cell]:
    """Two cells beside each other, without borders, on one page."""
    table = document.add_table(rows=1, cols=2)
    fit(table, [left_mm, right_mm])
    mark(table.rows[0]._tr.get_or_add_trPr(), "w:cantSplit")
    left, right = table.rows[0].cells
    return left, right


def fit(table: Table, widths_mm: Sequence[float]) -> None:
    """Give the columns their widths, also in programs that read those of the cells alone."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths_mm, strict=True):
            cell.width = Mm(width)


def tighten(table: Table) -> None:
    """A millimetre between the text of a cell and its borders: a row holds eight columns."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "57")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")


def write_cell(cell: _Cell, text: str, is_head: bool, is_number: bool) -> None:
    """Write a cell of a table: headings in the middle, figures on the right."""
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    write_line(paragraph, text, Pt(NOTE), bold=is_head, centred=is_head)
    if is_head:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    elif is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def write_line(
    paragraph: Paragraph,
    text: str,
    size: Any,
    bold: bool = False,
    italic: bool = False,
    centred: bool = False,
) -> None:
    """Write a line that stands alone; ``size`` as python-docx measures lengths."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, size
    paragraph.paragraph_format.space_after = Pt(0)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def draw_rule(paragraph: Paragraph, room_mm: float, text: str, share: float) -> None:
    """A line in the middle of ``room_mm``, as long as a ``share`` of the text above it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    length = min(len(text) * OF_AN_EM * LINE * MM_A_POINT * share, room_mm - 10)
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm((room_mm - 4 - length) / 2)
    form.space_before, form.line_spacing, form.space_after = Pt(2), Pt(4), Pt(4)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in {"val": "single", "sz": "6", "space": "1", "color": "000000"}.items():
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr")


def mark(properties: Any, name: str) -> None:
    """Add a property that says something by being there."""
    from docx.oxml import OxmlElement

    properties.append(OxmlElement(name))


def number_pages(paragraph: Paragraph) -> None:
    """The field that shows the number of the page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run()
    run.font.size = Pt(LINE)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._r.append(part)
