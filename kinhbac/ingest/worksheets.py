"""A worksheet in batches.

Here: header and rows of a sheet, and what is wrong with single cells: errors, formulas that were
never calculated, merged cells, days that stand for something else. Not here: the kinds of workbooks
and which sheet is read (``workbooks``), what any format shares (``raw``). A few
lines past 200 because a cell is read and judged where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path

import polars as pl

from kinhbac.ingest.header_rows import Headless, join_header
from kinhbac.ingest.limits import SHEET_COLUMNS
from kinhbac.ingest.raw import Batch, Fault, RawFile
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.sheet_cells import Book, Cell, Noted, Row, Sheet, Tab, Unread, Unshown
from kinhbac.ingest.sheet_faults import (
    NAMELESS,
    Days,
    find_hidden,
    find_hidden_columns,
    find_merged,
    tell_footnotes,
    tell_unread,
    tell_unshown,
)
from kinhbac.ingest.tally import Tally
from kinhbac.ingest.text import decode_tcvn3
from kinhbac.ingest.titles import GUIDANCE, read_guidance, read_titles
from kinhbac.ingest.workbooks import choose_sheet, open_workbook
from kinhbac.registry.declared.contract import Delivery

_FIGURE = re.compile(r"\s*[+-]?\d[\d.,\s]*%?\s*")


def read_worksheet(path: Path, delivery: Delivery, room: ReadingRoom) -> RawFile:
    """Read a sheet of a workbook. Raises Unreadable, at once or while batches are drawn."""
    with ExitStack() as stack:
        book = stack.enter_context(open_workbook(path))
        tab = choose_sheet(book.tabs, delivery.sheet)
        sheet = book.read(tab, delivery.decimal)
        said_period = _read_guidance(book, tab)
        reading = _Reading(sheet, delivery, room.rows, is_form=said_period is not None)
        raw = RawFile(
            dict.fromkeys(reading.header),
            sheet=sheet.name,
            said_period=said_period,
            titled=reading.titled,
        )
        for problem in find_hidden(book.tabs, tab, sheet.layout):
            raw.problems.add_one(problem)
        raw.batches = reading.draw(stack.pop_all(), raw.problems)
    return raw


def _read_guidance(book: Book, tab: Tab) -> str | None:
    guidance = next((other for other in book.tabs if other.name == GUIDANCE), tab)
    if guidance is tab:
        return None
    rows = book.read(guidance, ".").rows
    return read_guidance([*cells.values()] for _, cells in islice(rows, 200))


class _Reading:
    """A sheet whose header has been read, and whose rows are still to be drawn.

    The cells of a form show an hour whether one was typed or not: there a day alone stays a day.
    """

    def __init__(self, sheet: Sheet, delivery: Delivery, height: int, is_form: bool) -> None:
        self._sheet, self._delivery, self._height = sheet, delivery, height
        self._is_form = is_form
        self._first = delivery.title_rows + delivery.header_rows
        self._rows, head = _split(sheet.rows, self._first)
        texts = [
            show_cell(cell) for row in range(delivery.title_rows) for cell in head[row].values()
        ]
        self.titled = read_titles(text or "" for text in map(self._decoded, texts))
        self.header = self._join(head)
        self._days = [Days(name) for name in self.header]

    def _join(self, head: Sequence[dict[int, Cell]]) -> list[str]:
        first, titles = self._first, self._delivery.title_rows
        width = max((max(row, default=-1) + 1 for row in head[titles:]), default=0)
        for top, left, _, right in self._sheet.layout.merged:
            if titles <= top < first and left in head[top]:
                width = max(width, min(right + 1, SHEET_COLUMNS))
        for top, left, bottom, right in self._sheet.layout.merged:
            if titles <= top < first:
                for row in range(top, min(bottom, first - 1) + 1):
                    for column in range(left, min(right + 1, width)):
                        head[row][column] = head[top].get(left)
        texts = [
            [self._decoded(show_cell(row.get(column))) or "" for column in range(width)]
            for row in head[titles:]
        ]
        return join_header(texts, self._delivery)

    def draw(self, open_book: ExitStack, problems: Tally) -> Iterator[Batch]:
        """All batches; the workbook is closed behind the last. ``problems`` learn what is not
        read."""
        with open_book:
            merged = find_merged(self._sheet.layout, self._first, self.header)
            while piece := list(islice(self._rows, self._height)):
                problems.add(NAMELESS, self._find_nameless(piece))
                yield self._batch(piece, merged)
            last = [days.tell() for days in self._days]
            faults = [*filter(None, last), *find_hidden_columns(self._sheet.layout, self.header)]
            if faults:
                nothing = {name: pl.Series(name, [], pl.String) for name in self.header}
                yield Batch(nothing, pl.Series("line", [], pl.Int64), faults)

    def _find_nameless(self, piece: Sequence[Row]) -> pl.Series:
        """The lines on which something stands right of all headers."""
        width = len(self.header)
        far = ((row, cells) for row, cells in piece if next(reversed(cells)) >= width)
        shown = (
            row + 1
            for row, cells in far
            if any((show_cell(cells[c]) or "").strip() for c in cells if c >= width)
        )
        return pl.Series("line", [*shown], pl.Int64)

    def _batch(self, piece: Sequence[Row], merged: Sequence[Fault]) -> Batch:
        lines = pl.Series("line", [row + 1 for row, _ in piece], pl.Int64)
        batch = Batch({}, lines)
        for place, name in enumerate(self.header):
            cells = [row.get(place) for _, row in piece]
            batch.columns[name] = self._column(place, cells, batch)
        batch.faults += merged  # those of other batches are on none of its lines
        return batch

    def _column(self, place: int, cells: list[Cell], batch: Batch) -> pl.Series:
        name = self.header[place]
        if self._is_form:
            cells = [_day_of_midnight(cell) for cell in cells]
        kinds = set(map(type, cells)) - {str, type(None)}
        if not kinds and self._delivery.encoding != "tcvn3":
            return pl.Series(name, cells, pl.String)
        if Unread in kinds:
            batch.faults += tell_unread(name, place, cells, batch.lines, self._marks)
            cells = [show_cell(cell) if isinstance(cell, Unread) else cell for cell in cells]
        if Unshown in kinds:
            batch.faults += tell_unshown(name, place, cells, batch.lines)
            cells = [cell.text if isinstance(cell, Unshown) else cell for cell in cells]
        if Noted in kinds:
            noted = [isinstance(cell, Noted) and _plain(cell) != cell.text for cell in cells]
            batch.faults += tell_footnotes(name, noted, batch.lines)
            cells = [_plain(cell) if isinstance(cell, Noted) else cell for cell in cells]
        if kinds & {date, datetime}:
            batch.faults += self._days[place].take(cells, batch.lines)
            if len(kinds) == 1 and str not in map(type, cells):
                return pl.Series(name, cells, pl.Date if date in kinds else pl.Datetime("us"))
        texts = [self._decoded(show_cell(cell, self._delivery)) for cell in cells]
        return pl.Series(name, texts, pl.String)

    @property
    def _marks(self) -> set[str]:
        """Cell texts that the contract knows as marks of absence."""
        delivery = self._delivery
        return {*delivery.missing, *delivery.not_applicable, *delivery.suppressed}

    def _decoded(self, text: str | None) -> str | None:
        return decode_tcvn3(text) if text and self._delivery.encoding == "tcvn3" else text


def _day_of_midnight(cell: Cell) -> Cell:
    return cell.date() if isinstance(cell, datetime) and cell.time() == time() else cell


def _split(rows: Iterator[Row], first: int) -> tuple[Iterator[Row], list[dict[int, Cell]]]:
    """The rows from the ``first`` on, and the cells of those before it."""
    head: list[dict[int, Cell]] = [{} for _ in range(first)]
    last = 0
    for row, cells in rows:
        last = row + 1
        if row >= first:
            return chain([(row, cells)], rows), head
        head[row] = cells
    if last < first:
        raise Headless(
            f"the sheet has {last} rows",
            f"the header ends in row {first}",
            "deliver the whole sheet, or correct «title_rows» in the contract",
        )
    return iter(()), head


def show_cell(cell: Cell, delivery: Delivery | None = None) -> str | None:
    """A cell as text; days as the contract writes them."""
    match cell:
        case None | str():
            return cell
        case Noted() | Unshown():
            return cell.text
        case Unread():
            return cell.error or "="
        case datetime():
            if delivery:
                return cell.strftime(delivery.timestamp_format)
            return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell}"
        case _:
            return cell.strftime(delivery.date_format) if delivery else f"{cell}"


def _plain(noted: Noted) -> str:
    """A figure without what is raised behind it; other text as it is."""
    return noted.plain if _FIGURE.fullmatch(noted.plain) else noted.text
