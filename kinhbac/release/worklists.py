"""Work lists: what each agency must put right, as files for people.

Here: CSV and workbook made from the table ``worklist``. Not here: what belongs on a list
(SQL, the mart ``worklist``). Whatever a sector delivered is written as text, never as a
formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from kinhbac.database import read_rows, read_warehouse
from kinhbac.documents.spreadsheets import harmless
from kinhbac.words.catalogue import Code, words_of

OF_AN_AGENCY = "select * from worklist where agency = ? order by all"
COLUMNS = {
    "item_vi": 24,
    "source": 22,
    "place_vi": 46,
    "found_vi": 52,
    "expected_vi": 44,
    "remedy_vi": 44,
    "since": 12,
}
"""Column of the table: width in characters."""


def read_worklist(warehouse: Path, agency: str) -> list[dict[str, Any]]:
    """The items of one agency, in the order of the table; empty when there is nothing to do."""
    with read_warehouse(warehouse) as connection:
        return read_rows(connection, OF_AN_AGENCY, agency)


def describe_worklist(agency: str, items: Sequence[Mapping[str, Any]], code: Code) -> str:
    """The items of an agency as lines for a person, in the language of the reader."""
    words = words_of(code)
    own = "_vi" if code == "vi" else ""
    heads = {name: str(words.worklist_column[name]).lower() for name in COLUMNS}
    lines = [words.worklist.counted.format(agency=agency, n=len(items))]
    for item in items:
        since = f" ({heads['since']} {item['since']:%d/%m/%Y})" if item["since"] else ""
        lines.append(
            f"- {words.worklist_item[item['item']]}{since}: {item[f'place{own}']}: "
            f"{item[f'found{own}']}"
        )
        lines.append(
            f"    {heads['expected_vi']}: {item[f'expected{own}']}; "
            f"{heads['remedy_vi']}: {item[f'remedy{own}']}"
        )
    return "\n".join(lines)


def find_items(warehouse: Path) -> dict[str, list[str]]:
    """By kind everything that stands on any work list, once, as lines for a person."""
    items: dict[str, list[str]] = {}
    with read_warehouse(warehouse) as connection:
        for item, line in connection.execute(
            "select distinct item, place || ': ' || found from worklist order by all"
        ).fetchall():
            items.setdefault(item, []).append(str(line))
    return items


def write_worklists(warehouse: Path, folder: Path) -> dict[str, int]:
    """Write ``<agency>.csv`` and ``<agency>.xlsx`` for every agency with something to do.

    Returns items by agency.
    """
    with read_warehouse(warehouse) as connection:
        agencies = connection.execute("select distinct agency from worklist order by 1").fetchall()
        listed = {agency: read_rows(connection, OF_AN_AGENCY, agency) for (agency,) in agencies}
    folder.mkdir(parents=True, exist_ok=True)
    for agency, items in listed.items():
        text = worklist_as_csv(items)
        (folder / f"{agency}.csv").write_text(text, encoding="utf-8-sig", newline="")
        _write_workbook(items, folder / f"{agency}.xlsx")
    return {agency: len(items) for agency, items in listed.items()}


def worklist_as_csv(items: list[dict[str, Any]]) -> str:
    """The list as CSV with Vietnamese headings; cells that look like formulas are quoted."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([words_of("vi").worklist_column[name] for name in COLUMNS])
    for item in items:
        writer.writerow([harmless(_text(item[name])) for name in COLUMNS])
    return text.getvalue()


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return f"{cell:%d/%m/%Y}" if hasattr(cell, "strftime") else str(cell)


def _write_workbook(items: list[dict[str, Any]], path: Path) -> None:
    options = {"strings_to_formulas": False, "in_memory": True}
    book = xlsxwriter.Workbook(path.as_posix(), options)
    # A fixed date of creation, so that the same list is the same bytes.
    book.set_properties({"created": datetime(2025, 7, 1)})
    words = words_of("vi")
    sheet = book.add_worksheet(words.worklist.title)
    title = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "bg_color": "#DDE6F0"})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    counted = words.worklist.counted.format(agency=items[0]["agency_vi"], n=len(items))
    sheet.write_string(0, 0, counted, title)
    for column, (name, width) in enumerate(COLUMNS.items()):
        sheet.write_string(2, column, words.worklist_column[name], head)
        sheet.set_column(column, column, width)
    for row, item in enumerate(items, 3):
        for column, name in enumerate(COLUMNS):
            sheet.write_string(row, column, _text(item[name]), cell)
    sheet.freeze_panes(3, 0)
    sheet.autofilter(2, 0, 2 + len(items), len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    book.close()
