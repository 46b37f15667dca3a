"""A worksheet in batches, read by calamine.

Here: header and rows of .xlsx and .xls, merged cells, what stands in cells that a reader takes
for blank. Not here: the workbook's XML (``workbooks``), what any format shares (``raw``).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
import python_calamine

from kinhbac.ingest.cells import write_cell
from kinhbac.ingest.limits import CELLS, TEXTS, Unreadable, hold
from kinhbac.ingest.raw import Batch, RawFile, join_header
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.workbooks import (
    GUIDANCE,
    SMALLER,
    Place,
    TooFar,
    find_unread,
    prove_size,
    read_said_period,
)
from kinhbac.registry.declared.contract import Delivery

Row = list[Any]


def read_worksheet(path: Path, delivery: Delivery, room: ReadingRoom) -> RawFile:
    """Read a sheet of a workbook. Raises Unreadable, at once or while batches are drawn."""
    hold("the workbook has", path.stat().st_size, TEXTS, "bytes", SMALLER)
    prove_size(path)
    name = delivery.sheet or ""
    try:
        with path.open("rb") as file:
            book = python_calamine.CalamineWorkbook.from_filelike(file)
        name = name or book.sheet_names[0]
        if name not in book.sheet_names:
            raise Unreadable(
                f"these are the sheets: there is none called «{name}»",
                "the contract names the sheet",
                "name the sheet so, or correct «sheet» in the contract",
                values=book.sheet_names,
            )
        unread = find_unread(path, name)
        sheet = book.get_sheet_by_name(name)
        guided = GUIDANCE in book.sheet_names and name != GUIDANCE
        guidance = book.get_sheet_by_name(GUIDANCE).to_python() if guided else []
    except TooFar as cell:
        raise Unreadable(
            f"the sheet reaches as far as {cell}",
            f"rows × columns of a sheet are at most {CELLS:,}",
            "delete the stray cell, or the empty rows and columns up to it",
        ) from None
    except python_calamine.CalamineError as error:
        raise Unreadable(
            "the workbook cannot be opened",
            f"a file that is delivered as {delivery.format} is a whole workbook",
            "open it in a spreadsheet program and save it anew",
            library=error,
        ) from None
    rows = _rows(sheet, unread, delivery.title_rows + delivery.header_rows)
    header = _header(rows, sheet, delivery)
    raw = RawFile(dict.fromkeys(header), sheet=name, said_period=read_said_period(guidance))
    raw.batches = _draw(rows, header, delivery, room.rows)
    return raw


def _rows(
    sheet: python_calamine.CalamineSheet, unread: dict[Place, str], first: int
) -> Iterator[Row]:
    """All rows from the sheet's first row and column on; below the header with what is unread
    where it stands, to be judged like anything else that is no figure."""
    _, left = sheet.start or (0, 0)
    by_row: dict[int, dict[int, str]] = {}
    for (place, column), text in unread.items():
        if place >= first:
            by_row.setdefault(place, {})[column] = text
    for place, cells in enumerate(sheet.iter_rows()):
        row = [""] * left + cells
        for column, text in by_row.get(place, {}).items():
            if column < len(row):
                row[column] = text
        yield row


def _header(
    rows: Iterator[Row], sheet: python_calamine.CalamineSheet, delivery: Delivery
) -> list[str]:
    first = delivery.title_rows + delivery.header_rows
    head = list(islice(rows, first))
    if len(head) < first:
        raise Unreadable(
            f"the sheet has {len(head)} rows",
            f"the header ends in row {first}",
            "deliver the whole sheet, or correct «title_rows» in the contract",
        )
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if delivery.title_rows <= top < first:
            for row in range(top, min(bottom, first - 1) + 1):
                for column in range(left, min(right, len(head[row]) - 1) + 1):
                    head[row][column] = head[top][left]
    write = write_cell(delivery)
    return join_header(
        [[write(cell) or "" for cell in row] for row in head[delivery.title_rows :]], delivery
    )


def _draw(
    rows: Iterator[Row], header: list[str], delivery: Delivery, height: int
) -> Iterator[Batch]:
    write = write_cell(delivery)
    body = (
        (line, row)
        for line, row in enumerate(rows, delivery.title_rows + delivery.header_rows + 1)
        if any(cell not in ("", None) for cell in row)
    )
    while piece := list(islice(body, height)):
        columns = {
            heading: pl.Series(heading, [write(row[place]) for _, row in piece], pl.String)
            for place, heading in enumerate(header)
        }
        yield Batch(columns, pl.Series("line", [line for line, _ in piece], pl.Int64))
