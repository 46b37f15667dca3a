"""The form of a source as a workbook: cells to fill in, guidance, and the words to choose from.

Here: the three sheets together, and the sheet of guidance. Not here: its sentences
(``guidance``), the sheet that is filled in (``data_sheet``). Filled in and delivered, the
workbook is an extract like any other: the contract is the only thing that both sides know.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from kinhbac.documents.books import Book, NotWritable, height_of, written_book
from kinhbac.forms.cell_rules import marks_of, say_absence
from kinhbac.forms.data_sheet import name_of_sheet, write_data_sheet
from kinhbac.forms.guidance import sections, sentence_of_column
from kinhbac.forms.layout import OPEN_ROWS, Form, NoForm, lay_out
from kinhbac.forms.lists import Lists
from kinhbac.forms.sentences import say
from kinhbac.ingest.titles import GUIDANCE
from kinhbac.registry import Registry
from kinhbac.registry.declared.entries import Name

HEADINGS = ("column", "meaning", "unit", "rule")
WIDTHS = (30.0, 44.0, 16.0, 66.0)


def write_form(
    registry: Registry,
    source: str,
    period: str | None,
    today: date,
    path: Path | None = None,
    open_rows: int = OPEN_ROWS,
) -> Path:
    """Write the form of ``source`` for ``period`` and return where it stands.

    The default period is the last one that has ended, the default file
    ``<source>-<period>.xlsx`` in the current folder. The same contract and period give the
    same bytes. Raises NoForm for an unknown source, a period of which it does not speak, and
    where a file stands already, which somebody may have filled in.
    """
    form = lay_out(registry, source, period, today, open_rows)
    path = path or Path(form.file_name)
    if path.suffix != ".xlsx":
        raise NoForm(f"{path} is no name of a workbook: end it in .xlsx.")
    if path.exists():
        raise NoForm(f"{path} is there already and may be filled in: name another file.")
    try:
        with written_book(path) as book:
            _write(book, form)
    except (NotWritable, OSError) as error:
        raise NoForm(f"The form of «{source}» cannot be written: {error}") from None
    return path


def _write(book: Book, form: Form) -> None:
    lists = Lists()
    write_data_sheet(book, form, lists)
    _write_guidance(book, form)
    meanings = {code: area.name_vi for code, area in form.areas.items()}
    marks = marks_of(form.source.delivery)
    meanings |= {mark: say_absence(absence).vi for mark, absence in marks.items()}
    lists.write(book, meanings)


def _write_guidance(book: Book, form: Form) -> None:
    sheet = book.sheet(GUIDANCE)
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    row = _write_name(
        book,
        sheet,
        0,
        say("form.guidance", source=form.source.name),
        "title",
    )
    for section in sections(form, name_of_sheet(form)):
        row = _write_name(book, sheet, row + 1, section.heading, "heading")
        for sentence in section.sentences:
            row = _write_name(book, sheet, row, sentence, "line")
    row = _write_name(book, sheet, row + 1, say("form.columns"), "heading")
    _write_columns(book, sheet, row, form)
    sheet.fit_to_pages(1, 0)
    sheet.protect()


def _write_name(book: Book, sheet: Any, row: int, said: Name, style: str) -> int:
    """A sentence and its English below; the same in both languages stands once. The next row."""
    for text, look in ((said.vi, style), (said.en, "english")):
        if look == "english" and said.en == said.vi:
            continue
        sheet.merge_range(row, 0, row, len(WIDTHS) - 1, "", book.style(look))
        sheet.write_string(row, 0, text, book.style(look))
        sheet.set_row(row, height_of(text, 1.1 * sum(WIDTHS)) + (6 if style == "title" else 0))
        row += 1
    return row


def _write_columns(book: Book, sheet: Any, row: int, form: Form) -> None:
    for place, heading in enumerate(HEADINGS):
        sheet.write_string(row, place, say(f"form_heading.{heading}").vi, book.style("head"))
    for column in form.columns:
        rule = sentence_of_column(form, column)
        unit = column.unit or Name(vi="–", en="–")
        for look, cells in (
            ("line", (column.header, column.meaning.vi, unit.vi, rule.vi)),
            ("english", ("", column.meaning.en, unit.en, rule.en)),
        ):
            row += 1
            for place, text in enumerate(cells):
                sheet.write_string(row, place, text, book.style(look))
            texts = zip(cells, WIDTHS, strict=True)
            sheet.set_row(row, max(height_of(text, width) for text, width in texts))
