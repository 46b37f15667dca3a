"""The sheet of words: what drop-downs offer, each list under a defined name.

Here: giving names to lists, and writing them. Not here: who may hold which word
(``cell_rules``). A list always stands on this sheet and never inside a validation, which
holds 255 characters and no comma.
"""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter.utility import xl_rowcol_to_cell

from kinhbac.documents.books import Book
from kinhbac.forms.sentences import say


class Lists:
    """Lists of words of one workbook, each written once."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, ...], str] = {}

    def name_of(self, words: tuple[str, ...]) -> str:
        """The defined name under which a formula finds ``words``."""
        return self._names.setdefault(words, f"danh_muc_{len(self._names) + 1}")

    def write(self, book: Book, meanings: Mapping[str, str]) -> None:
        """Add the sheet, if there is any list; ``meanings`` stand beside the words."""
        if not self._names:
            return
        name_of_sheet = say("form.lists").vi
        sheet = book.sheet(name_of_sheet)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for place, (words, name) in enumerate(self._names.items()):
            left = 3 * place
            sheet.set_column(left, left, 18)
            sheet.set_column(left + 1, left + 1, 30)
            sheet.write_string(0, left, say("form_heading.value").vi, book.style("head"))
            sheet.write_string(0, left + 1, say("form_heading.meaning").vi, book.style("head"))
            for row, word in enumerate(words, 1):
                sheet.write_string(row, left, word, book.style("fixed"))
                sheet.write_string(row, left + 1, meanings.get(word, ""), book.style("fixed"))
            first = xl_rowcol_to_cell(1, left, row_abs=True, col_abs=True)
            last = xl_rowcol_to_cell(len(words), left, row_abs=True, col_abs=True)
            book.book.define_name(name, f"='{name_of_sheet}'!{first}:{last}")
        sheet.protect()
