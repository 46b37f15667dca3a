"""Documents of an authority in the form of Decree 30/2020/NĐ-CP, annex I, to edit in Word.

Here: page, letterhead, title, parts, tables, pictures, recipients and signature. Not here: what
stands in one. A4 upright, margins of 20 mm above and below, 30 mm left and 15 mm right; Times New
Roman of 13 to 14 points, black; from the second page on the number of the page stands above in
the middle. The number of the document and its day are left open: they are given when it is
signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from kinhbac.documents.archives import packed, unpacked
from kinhbac.documents.books import FONT

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

WIDTH_MM, LEFT_MM = 165, 62
"""Between the margins, and of that what the left side of the letterhead takes."""
BODY, LINE, NAMES, NOTE = 14, 13, 12, 11
"""Points of running text, of lines that stand alone, of the names in the letterhead, of tables and
recipients."""
OF_AN_EM, MM_A_POINT = 0.5, 25.4 / 72
"""How wide a letter of the font is on average, by which rules are drawn as long as their text."""


@dataclass(frozen=True)
class Letterhead:
    """What stands above every document.

    ``authority``: who issues it, in lines; ``nation`` and ``motto``; ``number`` and
    ``place_and_day`` with room for what is not known yet; ``kind`` and ``subject``: the title.
    """

    authority: Sequence[str]
    nation: str
    motto: str
    number: str
    place_and_day: str
    kind: str
    subject: str


@dataclass(frozen=True)
class Ending:
    """What stands below: recipients under their heading, who signs in which capacity."""

    heading: str
    recipients: Sequence[str]
    capacity: Sequence[str]


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, its share of the width, whether figures stand in it."""

    heading: str
    share: float
    is_number: bool = False


@dataclass
class Paper:
    """A document being written, from its head to its end."""

    letterhead: Letterhead
    day: date
    _document: Document = field(init=False)

    def __post_init__(self) -> None:
        from docx import Document  # an eighth of a second, and a night writes none

        self._document = Document()
        _set_up(self._document, self.letterhead, self.day)
        _write_letterhead(self._document, self.letterhead)

    def part(self, text: str) -> None:
        """The heading of a part, such as «I. TỔNG QUAN»."""
        self._heading(text, 1)

    def section(self, text: str) -> None:
        """The heading of a section inside a part."""
        self._heading(text, 2)

    def say(self, text: str) -> None:
        """A paragraph of running text."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm

        paragraph = self._document.add_paragraph(text)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Mm(10)

    def list(self, texts: Sequence[str]) -> None:
        """A paragraph each, with a dash before."""
        for text in texts:
            self.say(f"- {text}")

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """A table whose head is repeated on every page, and whose rows stay whole."""
        table = self._document.add_table(rows=1 + len(rows), cols=len(columns))
        table.style = "Table Grid"
        widths = [WIDTH_MM * one.share / sum(own.share for own in columns) for one in columns]
        _fit(table, widths)
        _tighten(table)
        # Asking a table for a cell takes longer the more it has; its rows are walked once.
        for line, (row, texts) in enumerate(
            zip(table.rows, [[one.heading for one in columns], *rows], strict=True)
        ):
            _mark(row._tr.get_or_add_trPr(), "w:cantSplit")
            if line == 0:
                _mark(row._tr.get_or_add_trPr(), "w:tblHeader")
            for cell, text, column in zip(row.cells, texts, columns, strict=True):
                _write_cell(cell, text, is_head=line == 0, is_number=column.is_number)
        self._space()

    def picture(self, png: bytes, caption: str, width_mm: float = WIDTH_MM) -> None:
        """A picture with its caption, which also describes it to who does not see it."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt

        paragraph = self._document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(BytesIO(png), width=Mm(width_mm))
        shape._inline.docPr.set("descr", caption)
        told = self._document.add_paragraph()
        told.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = told.add_run(caption)
        run.italic, run.font.size = True, Pt(NOTE + 1)

    def annex(self, heading: str, title: str, attached_to: str) -> None:
        """Begin an annex on a page of its own, behind the signature."""
        from docx.shared import Pt

        first = self._document.add_paragraph()
        first.paragraph_format.page_break_before = True
        _line(first, heading, Pt(BODY), bold=True, centred=True)
        _line(self._document.add_paragraph(), title, Pt(BODY), bold=True, centred=True)
        below = self._document.add_paragraph()
        _line(below, attached_to, Pt(BODY), italic=True, centred=True)
        below.paragraph_format.space_after = Pt(6)

    def sign(self, ending: Ending) -> None:
        """Recipients left, signature right."""
        from docx.shared import Pt

        left, right = _pair(self._document, LEFT_MM + 15, WIDTH_MM - LEFT_MM - 15)
        _line(left.paragraphs[0], ending.heading, Pt(12), bold=True, italic=True)
        for place, recipient in enumerate(ending.recipients, 1):
            stop = "." if place == len(ending.recipients) else ";"
            _line(left.add_paragraph(), f"- {recipient}{stop}", Pt(NOTE))
        for place, line in enumerate(ending.capacity):
            paragraph = right.paragraphs[0] if place == 0 else right.add_paragraph()
            _line(paragraph, line, Pt(LINE), bold=True, centred=True)
        for _ in range(5):  # room for the signature and the name under it
            _line(right.add_paragraph(), "", Pt(LINE), centred=True)

    def content(self) -> bytes:
        """The document as .docx, the same bytes for the same content."""
        written = BytesIO()
        self._document.save(written)
        return packed(unpacked(written.getvalue()))

    def _heading(self, text: str, level: int) -> None:
        paragraph = self._document.add_heading(text, level)
        paragraph.paragraph_format.keep_with_next = True

    def _space(self) -> None:
        from docx.shared import Pt

        self._document.add_paragraph().paragraph_format.line_spacing = Pt(6)


def _set_up(document: Document, letterhead: Letterhead, day: date) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt, RGBColor

    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin = page.bottom_margin = Mm(20)
    page.left_margin, page.right_margin = Mm(30), Mm(15)
    page.header_distance = Mm(10)
    page.different_first_page_header_footer = True
    number = page.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _number_pages(number)
    sizes = {"Normal": BODY, "Heading 1": BODY, "Heading 2": BODY}
    for name, size in sizes.items():
        style: Any = document.styles[name]
        style.font.size, style.font.name = Pt(size), FONT
        style.font.bold = name != "Normal"
        style.font.color.rgb = RGBColor(0, 0, 0)
        _set_fonts(style.element.get_or_add_rPr())
        style.paragraph_format.space_before = Pt(6 if name != "Normal" else 0)
        style.paragraph_format.space_after = Pt(6)
        style.paragraph_format.line_spacing = 1.0
    said = document.core_properties
    said.title = f"{letterhead.kind} {letterhead.subject}"
    said.author = said.last_modified_by = " ".join(letterhead.authority)
    said.language, said.comments = "vi-VN", ""
    said.created = said.modified = datetime(day.year, day.month, day.day)


def _set_fonts(properties: Any) -> None:
    """The font for every kind of letter, also for those that Word takes from a theme."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)


def _write_letterhead(document: Document, said: Letterhead) -> None:
    from docx.shared import Pt

    left, right = _pair(document, LEFT_MM, WIDTH_MM - LEFT_MM)
    for place, line in enumerate(said.authority):
        paragraph = left.paragraphs[0] if place == 0 else left.add_paragraph()
        _line(paragraph, line, Pt(NAMES), bold=True, centred=True)
    _rule(left.add_paragraph(), LEFT_MM, said.authority[-1], 0.4)
    _line(left.add_paragraph(), said.number, Pt(LINE), centred=True)
    _line(right.paragraphs[0], said.nation, Pt(NAMES), bold=True, centred=True)
    _line(right.add_paragraph(), said.motto, Pt(LINE), bold=True, centred=True)
    _rule(right.add_paragraph(), WIDTH_MM - LEFT_MM, said.motto, 1.0)
    _line(right.add_paragraph(), said.place_and_day, Pt(LINE), italic=True, centred=True)
    for text in (said.kind, said.subject):
        paragraph = document.add_paragraph()
        _line(paragraph, text, Pt(BODY), bold=True, centred=True)
        if text == said.kind:
            paragraph.paragraph_format.space_before = Pt(12)
    _rule(document.add_paragraph(), WIDTH_MM, said.kind * 4, 0.4)


def _pair(document: Document, left_mm: float, right_mm: float) -> tuple[_Cell, _Cell]:
    """Two cells beside each other, without borders."""
    table = document.add_table(rows=1, cols=2)
    _fit(table, [left_mm, right_mm])
    left, right = table.rows[0].cells
    return left, right


def _fit(table: Table, widths_mm: Sequence[float]) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths_mm, strict=True):
            cell.width = Mm(width)


def _tighten(table: Table) -> None:
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


def _write_cell(cell: _Cell, text: str, is_head: bool, is_number: bool) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    _line(paragraph, text, Pt(NOTE), bold=is_head, centred=is_head)
    if is_head:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    elif is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _line(
    paragraph: Paragraph,
    text: str,
    size: Any,
    bold: bool = False,
    italic: bool = False,
    centred: bool = False,
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, size
    paragraph.paragraph_format.space_after = Pt(0)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _rule(paragraph: Paragraph, room_mm: float, text: str, share: float) -> None:
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


def _mark(properties: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    properties.append(OxmlElement(name))


def _number_pages(paragraph: Paragraph) -> None:
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
