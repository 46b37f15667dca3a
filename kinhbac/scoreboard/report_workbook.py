"""The leader's report as a workbook: the same rows as the printed page, one sheet a part.

Here: sheets, headings, formats. Not here: what the report says (``scoreboard.pages.report``).
Figures are numbers to the last digit, shown in the digits of a page; every text is written as text,
never as a formula. A few lines past 200: the sheets are one table.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kinhbac.documents.books import Book, written_book
from kinhbac.documents.spreadsheets import number_format
from kinhbac.forms.period_names import name_period
from kinhbac.periods import Period, PeriodKind
from kinhbac.words.catalogue import words_of
from kinhbac.words.language import Language, digits_of_change

Row = Mapping[str, Any]
WORDS = words_of("vi")
SAID = {
    "level": WORDS.status,
    "judgement": WORDS.status,
    "life": WORDS.life,
    "state": WORDS.deliveries,
    "interval_of": WORDS.interval_of,
}
"""Column → the words for its codes."""
AGENCIES = ("owner", "action_by")
"""Columns that name an agency by its code."""
PERIOD = "period"
"""Stands for the name of a row's period."""
AGE = "age"
"""Stands for how old a figure is that should have been followed by a newer one."""
SHEETS: dict[str, dict[str, tuple[str, int]]] = {
    "decide": {
        "level": ("level", 14),
        "text_vi": ("warning", 80),
        "owner": ("owner", 14),
        "life": ("life", 16),
        "action_vi": ("action", 50),
        "action_by": ("action_by", 14),
        "action_due": ("action_due", 12),
        "synthetic": ("synthetic", 10),
    },
    "overdue": {
        "name_vi": ("area", 28),
        "action_vi": ("action", 60),
        "action_by": ("action_by", 14),
        "action_decision": ("action_decision", 24),
        "action_due": ("action_due", 12),
        "synthetic": ("synthetic", 10),
    },
    "progress": {
        "name_vi": ("indicator", 46),
        PERIOD: ("period", 16),
        "value": ("value", 14),
        "unit_vi": ("unit", 14),
        "target": ("target", 14),
        "decision": ("decision", 30),
        "should_stand": ("should_stand", 14),
        "required_per_period": ("required", 14),
        "forecast": ("forecast", 14),
        "forecast_low": ("forecast_low", 12),
        "forecast_high": ("forecast_high", 12),
        "possible_low": ("possible_low", 12),
        "possible_high": ("possible_high", 12),
        "outlook_vi": ("outlook", 60),
        "probability": ("probability", 12),
        "met_from": ("met_from", 16),
        "met_until": ("met_until", 16),
        "text_vi": ("text", 80),
        "synthetic": ("synthetic", 10),
    },
    "values": {
        "name_vi": ("indicator", 46),
        "value": ("value", 14),
        "unit_vi": ("unit", 14),
        PERIOD: ("period", 16),
        "judgement": ("level", 16),
        AGE: ("age", 20),
        "target": ("target", 14),
        "previous_change": ("previous_change", 14),
        "last_year_change": ("last_year_change", 14),
        "owner": ("owner", 14),
        "synthetic": ("synthetic", 10),
    },
    "ranks": {
        "name_vi": ("composite", 40),
        PERIOD: ("period", 16),
        "area_vi": ("area", 28),
        "value": ("value", 14),
        "rank": ("rank", 10),
        "units": ("units", 10),
        "units_all": ("units_all", 12),
        "rank_low": ("rank_low", 14),
        "rank_high": ("rank_high", 14),
        "interval_of": ("interval_of", 44),
        "synthetic": ("synthetic", 10),
    },
    "shared": {
        "name_vi": ("indicator", 50),
        "communes": ("communes", 14),
        "red": ("red", 12),
        "yellow": ("yellow", 12),
        "synthetic": ("synthetic", 10),
    },
    "warned": {
        "name_vi": ("area", 30),
        "red": ("red", 12),
        "yellow": ("yellow", 12),
        "unanswered": ("unanswered", 14),
    },
    "late": {
        "name_vi": ("source", 50),
        PERIOD: ("period", 16),
        "state": ("state", 16),
        "owner_vi": ("owner", 40),
        "due_date": ("due_date", 12),
        "synthetic": ("synthetic", 10),
    },
    "holds": {
        "name_vi": ("source", 50),
        "subject": ("subject", 50),
        "owner_vi": ("owner", 40),
        "indicators": ("indicators", 12),
        "cells": ("cells", 12),
    },
    "quality": {
        "name_vi": ("owner", 46),
        PERIOD: ("quarter", 16),
        "right": ("right", 14),
        "complete": ("complete", 14),
        "clean": ("clean", 14),
        "alive": ("alive", 14),
        "consistent": ("consistent", 14),
        "shared": ("shared", 14),
        "synthetic": ("synthetic", 10),
    },
}
"""Part of the report → its columns, each with the key of its heading and its width in characters."""


def report_workbook(report: Mapping[str, Any]) -> bytes:
    """The workbook of a report; the same bytes for the same report."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        with written_book(path) as book:
            for part, columns in SHEETS.items():
                _write_sheet(book, part, columns, report)
        return path.read_bytes()


def _write_sheet(
    book: Book, part: str, columns: dict[str, tuple[str, int]], report: Mapping[str, Any]
) -> None:
    rows, info, name = report[part], report["info"], WORDS.report_sheet[part]
    names = SAID | dict.fromkeys(AGENCIES, report["short_names"])
    sheet = book.sheet(name)
    said = WORDS.report_book
    title = said.title.format(part=name, release=info["release"], day=f"{info['as_of']:%d/%m/%Y}")
    sheet.write_string(0, 0, title, book.style("title"))
    if info["synthetic"]:
        sheet.write_string(
            1,
            0,
            said.synthetic.format(column=WORDS.report_column.synthetic),
            book.style("unwrapped"),
        )
    for place, (heading, width) in enumerate(columns.values()):
        sheet.write_string(3, place, WORDS.report_column[heading], book.style("head"))
        sheet.set_column(place, place, width)
    for line, row in enumerate(rows, 4):
        for place, column in enumerate(columns):
            content = _content(column, row, info["as_of"])
            told = names.get(column, {}).get(content, content)
            _write_cell(book, sheet, line, place, column, row, told)
    sheet.freeze_panes(4, 1)
    sheet.autofilter(3, 0, 3 + max(len(rows), 1), len(columns) - 1)
    sheet.repeat_rows(3)
    sheet.fit_to_pages(1, 0)


def _write_cell(
    book: Book, sheet: Any, line: int, place: int, column: str, row: Row, content: Any
) -> None:
    if column == "value" and content is None:
        content = WORDS.state[row["state"]]  # what is absent is a word, as on the page
    plain = book.style("line")
    if content is None:
        sheet.write_blank(line, place, None, plain)
    elif isinstance(content, bool):
        sheet.write_string(line, place, WORDS.report_book.yes if content else "", plain)
    elif isinstance(content, int | float):
        sheet.write_number(line, place, content, book.style("line", _format(column, content, row)))
    elif isinstance(content, date):
        sheet.write_datetime(line, place, content, book.style("line", "dd/mm/yyyy"))
    else:
        sheet.write_string(line, place, str(content), plain)


def _content(column: str, row: Row, as_of: date) -> object:
    if column == PERIOD:
        return _name_period(row)
    if column == "name_vi" and row.get("covers"):
        return Language("vi").qualified(row)
    if column == AGE:
        is_old = row["judgement"] == "old"
        age = Language("vi").age(row["period_kind"], row["period_start"], as_of)
        return age if is_old else None
    return "none" if row[column] == "no_limits" else row[column]


def _format(column: str, content: float, row: Row) -> str:
    """How a spreadsheet shows a figure; a movement in the digits of what moved."""
    decimals = row.get("decimals")
    if column.endswith("_change"):
        decimals = digits_of_change(content, row["value"], decimals)
    return number_format(content, decimals)


def _name_period(row: Row) -> str:
    if row.get("span") == "year_to_date":
        return Language("vi").period(row["period_kind"], row["period_start"], row["span"])
    return name_period(Period(row["period_start"], PeriodKind(row["period_kind"])))
