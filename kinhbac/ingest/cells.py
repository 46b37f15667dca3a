"""Cells that a format types: kept as they are where a whole column is of one type, else as text.

Here: columns of cells that a reader has typed one by one; numbers, dates and truth values written
as the contract writes them, for columns that mix types, for columns of text and for messages. Not
here: reading values (``values``, ``numbers``, ``moments``).

A number that a format has typed is never in doubt, and must not come to be when it is written:
1.234 becomes «1.2340», which nobody takes for one thousand two hundred thirty-four.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl

from kinhbac.calendar import HANOI
from kinhbac.ingest.limits import FIGURE
from kinhbac.ingest.text import decode_tcvn3
from kinhbac.registry.declared.contract import Delivery

THREE_DECIMALS = r"^([+-]?[1-9]\d{0,2}[.,]\d{3})$"
"""A number whose one mark may part thousands or decimals."""
LONGEST = 2**63
ZONE = "Etc/GMT-7"
"""Hà Nội's as the calendar has it (``calendar.HANOI``): seven hours, of all years."""


def column_of(name: str, cells: Sequence[Any], delivery: Delivery) -> pl.Series:
    """A column of cells that a reader has typed one by one: of their type where they share one,
    else of text.

    Days among times are times at midnight. Numbers of which one is too large to be exact beside
    a fraction stay text.
    """
    kinds = {type(cell) for cell in cells if cell is not None and cell != ""}
    if kinds and (wanted := _shared_type(kinds, cells)):
        blank = (cell if cell != "" else None for cell in cells)
        return pl.Series(name, list(blank), wanted)
    write = write_cell(delivery)
    return pl.Series(name, [write(cell) for cell in cells], pl.String)


def _shared_type(kinds: set[type], cells: Sequence[Any]) -> pl.DataType | None:
    if kinds == {bool}:
        return pl.Boolean()
    if kinds == {date}:
        return pl.Date()
    if kinds <= {date, datetime} and not any(isinstance(c, datetime) and c.tzinfo for c in cells):
        return pl.Datetime("us")
    if kinds <= {int, float}:
        limit = FIGURE if float in kinds else LONGEST
        if all(abs(cell) < limit for cell in cells if type(cell) is int):
            return pl.Float64() if float in kinds else pl.Int64()
    return None


def write_cell(delivery: Delivery) -> Callable[[Any], str | None]:
    """How a cell that a format has typed is written: as the contract writes it."""

    def write(cell: Any) -> str | None:
        if cell is None or cell == "":
            return None
        if isinstance(cell, str):
            return decode_tcvn3(cell) if delivery.encoding == "tcvn3" else cell
        if isinstance(cell, bool):
            return "true" if cell else "false"
        if isinstance(cell, int):
            return str(cell)
        if isinstance(cell, float | Decimal):
            return _written_number(cell, delivery)
        if isinstance(cell, datetime):
            shown = cell.astimezone(HANOI) if cell.tzinfo else cell
            midnight = shown.time() == time()
            return shown.strftime(delivery.date_format if midnight else delivery.timestamp_format)
        if isinstance(cell, date):
            return cell.strftime(delivery.date_format)
        return str(cell)

    return write


def _written_number(cell: float | Decimal, delivery: Delivery) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < FIGURE:
        return str(int(cell))
    return unmistakable(str(cell).replace(".", delivery.decimal))


def unmistakable(number: str) -> str:
    """A number that a format has typed, written so that it can be read in one way only.

    >>> unmistakable("1.234"), unmistakable("12,34")
    ('1.2340', '12,34')
    """
    return number + "0" if re.match(THREE_DECIMALS, number) else number


def as_text(column: pl.Series, delivery: Delivery) -> pl.Series:
    """A column as the contract writes its cells.

    Whole numbers have no fraction, others the contract's decimal mark; times are Hà Nội's.
    """
    kind = column.dtype
    if kind == pl.String:
        return column
    if kind.is_integer() or kind in (pl.Boolean, pl.Null):
        return column.cast(pl.String)
    if kind.is_float():
        written = column.cast(pl.String)
        whole = (column.is_finite() & (column % 1 == 0) & (column.abs() < FIGURE)).fill_null(False)
        digits = column.cast(pl.Int64, strict=False).cast(pl.String)
        return digits.zip_with(whole, _marked(written, delivery))
    if kind.is_decimal():
        written = column.cast(pl.String).str.replace(r"\.0*$", "")
        return _marked(written, delivery)
    if kind == pl.Date:
        return column.dt.strftime(delivery.date_format)
    if kind == pl.Datetime:
        return in_hanoi(column).dt.strftime(delivery.timestamp_format.replace("%z", "+07:00"))
    if kind in (pl.Categorical, pl.Enum):
        return column.cast(pl.String)
    write = write_cell(delivery)
    return pl.Series(column.name, [write(cell) for cell in column], dtype=pl.String)


def _marked(written: pl.Series, delivery: Delivery) -> pl.Series:
    """Numbers with the contract's decimal mark, and none that could be read two ways."""
    plain = written.str.replace(THREE_DECIMALS, "${1}0")
    return plain.str.replace(".", delivery.decimal, literal=True)


def in_hanoi(times: pl.Series) -> pl.Series:
    """Times as a clock in Hà Nội shows them; those without a zone are taken to be its own."""
    if isinstance(times.dtype, pl.Datetime) and times.dtype.time_zone:
        times = times.dt.convert_time_zone(ZONE).dt.replace_time_zone(None)
    return times.cast(pl.Datetime("us"))
