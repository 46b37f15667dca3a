"""Cells that a format types, as text.

Here: numbers, dates and truth values written as the contract writes them, so that ``values`` has
one way to read a cell. Not here: reading them (``values``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import polars as pl

from kinhbac.ingest.text import decode_tcvn3
from kinhbac.registry.declared.contract import Delivery


def write_cell(delivery: Delivery) -> Callable[[Any], str | None]:
    """Cells that a format types, written as the contract writes them, so that ``values`` has one
    way to read a cell."""

    def write(cell: Any) -> str | None:
        if cell is None or cell == "":
            return None
        if isinstance(cell, str):
            return decode_tcvn3(cell) if delivery.encoding == "tcvn3" else cell
        if isinstance(cell, bool):
            return "true" if cell else "false"
        if isinstance(cell, int | float):
            whole = isinstance(cell, int) or (cell.is_integer() and abs(cell) < 2**53)
            return str(int(cell)) if whole else f"{cell!r}".replace(".", delivery.decimal)
        if isinstance(cell, datetime):
            midnight = cell.time() == time()
            return cell.strftime(delivery.date_format if midnight else delivery.timestamp_format)
        if isinstance(cell, date):
            return cell.strftime(delivery.date_format)
        return str(cell)

    return write


def as_text(column: pl.Series, delivery: Delivery) -> pl.Series:
    """A column as the contract writes its cells.

    Whole numbers have no fraction, others the contract's decimal mark; a time at midnight is
    a date.
    """
    kind = column.dtype
    if kind == pl.String:
        if delivery.encoding == "tcvn3":
            return column.map_elements(decode_tcvn3, return_dtype=pl.String)
        return column
    if kind.is_integer() or kind == pl.Boolean or kind == pl.Null:
        return column.cast(pl.String)
    if kind.is_float():
        return _decimals(column.cast(pl.Float64), delivery.decimal)
    if kind == pl.Date:
        return column.dt.strftime(delivery.date_format)
    if kind == pl.Datetime:
        times = column.dt.strftime(delivery.timestamp_format)
        days = column.dt.strftime(delivery.date_format)
        midnight = (column.dt.truncate("1d") == column).fill_null(False)
        return days.zip_with(midnight, times)
    write = write_cell(delivery)
    return pl.Series(column.name, [write(cell) for cell in column], dtype=pl.String)


def _decimals(column: pl.Series, decimal: str) -> pl.Series:
    whole = (column.is_finite() & (column % 1 == 0) & (column.abs() < 2**53)).fill_null(False)
    digits = column.cast(pl.Int64, strict=False).cast(pl.String)
    return digits.zip_with(whole, column.cast(pl.String).str.replace(".", decimal, literal=True))
