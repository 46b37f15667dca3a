"""The sheet that is filled in, written so that the door finds what the contract promises.

Here: titles, filled-in and open cells, validation, colours, protection, print. Not here: the
header (``header``), which columns and rows there are (``layout``), the other two sheets
(``workbook``).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from kinhbac.documents.books import Book
from kinhbac.forms.cell_rules import CellRule, rule_formula
from kinhbac.forms.columns import FormColumn
from kinhbac.forms.guidance import day_due, explain, sentence_of_column
from kinhbac.forms.header import write_header
from kinhbac.forms.layout import Form
from kinhbac.forms.lists import Lists
from kinhbac.forms.period_names import name_period
from kinhbac.forms.sentences import say
from kinhbac.ingest.titles import GUIDANCE

NUMBER_FORMATS = {
    "integer": "#,##0",
    "number": "#,##0.00####",
    "date": "dd/mm/yyyy",
    "timestamp": "dd/mm/yyyy hh:mm:ss",
}
"""By type of cell; separators are those of the reader's machine. All else is text («@»)."""
LONGEST_MESSAGE, LONGEST_TITLE = 255, 32
WIDEST_PAGE = 190
"""Characters that still can be read on one A4 page."""


def name_of_sheet(form: Form) -> str:
    """The name under which the door looks for the sheet; ours where the contract has none."""
    return form.source.delivery.sheet or say("form.sheet").vi


def write_data_sheet(book: Book, form: Form, lists: Lists) -> None:
    """Add the sheet with the cells; the words that they may hold go to ``lists``."""
    sheet = book.sheet(name_of_sheet(form))
    top = form.source.delivery.title_rows
    first = top + form.source.delivery.header_rows
    widths = [_width(form, place) for place in range(len(form.columns))]
    for row, title in enumerate(_titles(form)[:top]):
        sheet.write_string(row, 0, title, book.style("title" if row == 0 else "unwrapped"))
    write_header(book, sheet, form, top, first, widths)
    _write_rows(book, sheet, form, first)
    for place, column in enumerate(form.columns):
        for start, end in _runs(form, column, first):
            _write_rule(book, sheet, form, column, (start, place, end, place), lists)
    _set_view(sheet, form, top, first, widths)


def _titles(form: Form) -> list[str]:
    due = day_due(form)
    told = [say("form.period", period=name_period(form.period)).vi]
    if due:
        told.append(say("form.due", day=f"{due:%d/%m/%Y}").vi)
    return [
        form.source.name.vi.upper(),
        "; ".join(told),
        say("form.agency", agency=form.agency_name, code=form.agency).vi,
        say("form.where_to_type", guidance=GUIDANCE).vi,
    ]


def _write_rows(book: Book, sheet: Any, form: Form, first: int) -> None:
    fixed = [place for place, column in enumerate(form.columns) if column.fixed]
    opened = [(place, column) for place, column in enumerate(form.columns) if not column.fixed]
    named = any(column.fixed for column in form.columns[1:])
    for row, told in enumerate(form.rows, first):
        for place, text in zip(fixed, told.cells, strict=True):
            sheet.write_string(row, place, text, book.style("fixed"))
        if told.area and not named:
            name = {"input_title": told.cells[0], "input_message": told.area.name_vi}
            sheet.data_validation(row, 0, row, 0, {"validate": "any", **name})
        for place, column in opened:
            if told.kind in (None, column.kind) or column.kind is None:
                sheet.write_blank(row, place, None, book.style("input", _number_format(column)))
            else:
                sheet.write_blank(row, place, None, book.style("closed"))


def _number_format(column: FormColumn) -> str:
    return "@" if column.rule.words else NUMBER_FORMATS.get(column.rule.kind, "@")


def _runs(form: Form, column: FormColumn, first: int) -> Iterator[tuple[int, int]]:
    """First and last row of each run of rows in which the column is filled in."""
    if column.fixed:
        return
    for kind, run in groupby(enumerate(form.rows, first), lambda row: row[1].kind):
        rows = [row for row, _ in run]
        if kind in (None, column.kind) or column.kind is None:
            yield rows[0], rows[-1]


def _write_rule(
    book: Book,
    sheet: Any,
    form: Form,
    column: FormColumn,
    place: tuple[int, int, int, int],
    lists: Lists,
) -> None:
    """Validation of what is typed; a colour for what is wrong, since pasting escapes the former."""
    formula = rule_formula(column.rule, xl_rowcol_to_cell(*place[:2]), lists.name_of)
    sentence = sentence_of_column(form, column).vi
    messages = {
        "ignore_blank": not column.rule.required,
        "input_title": _cut(column.header, LONGEST_TITLE),
        "input_message": _cut(explain(form, column), LONGEST_MESSAGE),
        "error_title": say("form.wrong_cell").vi,
        "error_message": _cut(f"«{column.header}»: {sentence}.", LONGEST_MESSAGE),
    }
    sheet.data_validation(*place, _criteria(column.rule, formula, lists) | messages)
    if formula:
        cell = xl_rowcol_to_cell(*place[:2])
        broken = f"=AND(NOT(ISBLANK({cell})),NOT({formula}))"
        wrong = {"type": "formula", "criteria": broken, "format": book.style("wrong")}
        sheet.conditional_format(*place, wrong)


def _criteria(rule: CellRule, formula: str | None, lists: Lists) -> dict[str, Any]:
    if rule.words:
        return {"validate": "list", "source": f"={lists.name_of((*rule.words, *rule.marks))}"}
    bounds = [_plain(bound) for bound in (rule.least, rule.most) if bound is not None]
    if rule.numeric and bounds and not rule.marks:
        kind = {"validate": "integer" if rule.kind == "integer" else "decimal"}
        if len(bounds) == 2:
            return kind | {"criteria": "between", "minimum": bounds[0], "maximum": bounds[1]}
        return kind | {"criteria": ">=" if rule.most is None else "<=", "value": bounds[0]}
    return {"validate": "custom", "value": f"={formula}"} if formula else {"validate": "any"}


def _plain(number: float) -> float | int:
    return int(number) if number.is_integer() else number


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _width(form: Form, place: int) -> float:
    column = form.columns[place]
    leaf = column.header.rpartition(" / ")[2]
    if column.fixed:
        at = sum(other.fixed for other in form.columns[:place])
        return 2.0 + max(len(leaf), *(len(row.cells[at]) for row in form.rows))
    if column.rule.kind == "timestamp":
        return 20.0
    if column.rule.kind == "text" and not column.rule.words:
        return max(24.0, len(leaf) + 2.0)
    return max(12.0, 2.0 + 1.15 * max(map(len, (*leaf.split(), *column.rule.words))))


def _set_view(sheet: Any, form: Form, top: int, first: int, widths: list[float]) -> None:
    fixed = sum(column.fixed for column in form.columns)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(first, fixed)
    sheet.set_selection(first, fixed, first, fixed)
    sheet.repeat_rows(top, first - 1)
    name = _cut(form.source.name.vi, 120).replace("&", "&&")
    sheet.set_header(f"&L{name}&R{name_period(form.period)}")
    if sum(widths) <= WIDEST_PAGE:
        sheet.fit_to_pages(1, 0)
    elif fixed:
        sheet.repeat_columns(0, fixed - 1)
    sheet.protect("", {"format_columns": True, "format_rows": True})
