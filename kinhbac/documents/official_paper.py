"""Documents of an authority in the form of Decree 30/2020/NĐ-CP, annex I, to edit in Word.

Here: page, letterhead, title, parts, tables, pictures, recipients and signature. Not here: what
stands in one. A4 upright, margins of 20 mm above and below, 30 mm left and 15 mm right; Times New
Roman of 13 to 14 points, black; from the second page on the number of the page stands above in
the middle. The number of the document and its day are left open: they are given when it is
signed. Past 200 lines because page and letterhead are one form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from kinhbac.documents.archives import packed, unpacked
from kinhbac.documents.books import FONT
from kinhbac.documents.paper_parts import (
    BODY,
    LINE,
    NAMES,
    NOTE,
    add_pair,
    draw_rule,
    fit,
    mark,
    number_pages,
    set_fonts,
    tighten,
    write_cell,
    write_line,
)

if TYPE_CHECKING:
    from docx.document import Document

WIDTH_MM, LEFT_MM = 165, 62
"""Between the margins, and of that what the left side of the letterhead takes."""


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

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """A table whose head is repeated on every page, and whose rows stay whole."""
        table = self._document.add_table(rows=1 + len(rows), cols=len(columns))
        table.style = "Table Grid"
        widths = [WIDTH_MM * one.share / sum(own.share for own in columns) for one in columns]
        fit(table, widths)
        tighten(table)
        # Asking a table for a cell takes longer the more it has; its rows are walked once.
        for line, (row, texts) in enumerate(
            zip(table.rows, [[one.heading for one in columns], *rows], strict=True)
        ):
            mark(row._tr.get_or_add_trPr(), "w:cantSplit")
            if line == 0:
                mark(row._tr.get_or_add_trPr(), "w:tblHeader")
            for cell, text, column in zip(row.cells, texts, columns, strict=True):
                write_cell(cell, text, is_head=line == 0, is_number=column.is_number)
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
        write_line(first, heading, Pt(BODY), bold=True, centred=True)
        write_line(self._document.add_paragraph(), title, Pt(BODY), bold=True, centred=True)
        below = self._document.add_paragraph()
        write_line(below, attached_to, Pt(BODY), italic=True, centred=True)
        below.paragraph_format.space_after = Pt(6)

    def sign(self, ending: Ending) -> None:
        """Recipients left, signature right, never on a page without the last lines above them."""
        from docx.shared import Pt

        self._keep_last_lines_with_what_follows()
        left, right = add_pair(self._document, LEFT_MM + 15, WIDTH_MM - LEFT_MM - 15)
        write_line(left.paragraphs[0], ending.heading, Pt(12), bold=True, italic=True)
        for place, recipient in enumerate(ending.recipients, 1):
            stop = "." if place == len(ending.recipients) else ";"
            write_line(left.add_paragraph(), f"- {recipient}{stop}", Pt(NOTE))
        for place, line in enumerate(ending.capacity):
            paragraph = right.paragraphs[0] if place == 0 else right.add_paragraph()
            write_line(paragraph, line, Pt(LINE), bold=True, centred=True)
        for _ in range(5):  # room for the signature and the name under it
            write_line(right.add_paragraph(), "", Pt(LINE), centred=True)

    def content(self) -> bytes:
        """The document as .docx, the same bytes for the same content."""
        written = BytesIO()
        self._document.save(written)
        return packed(unpacked(written.getvalue()))

    def _heading(self, text: str, level: int) -> None:
        paragraph = self._document.add_heading(text, level)
        paragraph.paragraph_format.keep_with_next = True

    def _keep_last_lines_with_what_follows(self) -> None:
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True
        for row in self._document.tables[-1].rows[-2:]:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True

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
    number_pages(number)
    sizes = {"Normal": BODY, "Heading 1": BODY, "Heading 2": BODY}
    for name, size in sizes.items():
        style: Any = document.styles[name]
        style.font.size, style.font.name = Pt(size), FONT
        style.font.bold = name != "Normal"
        style.font.color.rgb = RGBColor(0, 0, 0)
        set_fonts(style.element.get_or_add_rPr())
        style.paragraph_format.space_before = Pt(6 if name != "Normal" else 0)
        style.paragraph_format.space_after = Pt(6)
        style.paragraph_format.line_spacing = 1.0
    said = document.core_properties
    said.title = f"{letterhead.kind} {letterhead.subject}"
    said.author = said.last_modified_by = " ".join(letterhead.authority)
    said.language, said.comments = "vi-VN", ""
    said.created = said.modified = datetime(day.year, day.month, day.day)


def _write_letterhead(document: Document, said: Letterhead) -> None:
    from docx.shared import Pt

    left, right = add_pair(document, LEFT_MM, WIDTH_MM - LEFT_MM)
    for place, line in enumerate(said.authority):
        paragraph = left.paragraphs[0] if place == 0 else left.add_paragraph()
        write_line(paragraph, line, Pt(NAMES), bold=True, centred=True)
    draw_rule(left.add_paragraph(), LEFT_MM, said.authority[-1], 0.4)
    write_line(left.add_paragraph(), said.number, Pt(LINE), centred=True)
    write_line(right.paragraphs[0], said.nation, Pt(NAMES), bold=True, centred=True)
    write_line(right.add_paragraph(), said.motto, Pt(LINE), bold=True, centred=True)
    draw_rule(right.add_paragraph(), WIDTH_MM - LEFT_MM, said.motto, 1.0)
    write_line(right.add_paragraph(), said.place_and_day, Pt(LINE), italic=True, centred=True)
    for text in (said.kind, said.subject):
        paragraph = document.add_paragraph()
        write_line(paragraph, text, Pt(BODY), bold=True, centred=True)
        if text == said.kind:
            paragraph.paragraph_format.space_before = Pt(12)
    draw_rule(document.add_paragraph(), WIDTH_MM, said.kind * 4, 0.4)
