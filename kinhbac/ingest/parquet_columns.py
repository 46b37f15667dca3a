"""Parquet in batches, read by pyarrow.

Here: columns that are typed already, kept so where the contract can take them as they are, else
written as the contract writes its cells. Not here: what any format shares (``raw``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from kinhbac.ingest.limits import COLUMNS, FILE, ROWS, Unreadable, hold
from kinhbac.ingest.raw import NEW_NAMES, Batch, RawFile, cut, number_lines, write_cell
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.text import decode_tcvn3, normalise
from kinhbac.registry.declared.contract import Delivery

PIECE = 65_536
"""Rows that pyarrow gives at a time."""


def read_parquet(path: Path, delivery: Delivery, room: ReadingRoom) -> RawFile:
    """Read a Parquet file. Raises Unreadable, at once or while batches are drawn."""
    import pyarrow.parquet as pq  # only sources that deliver Parquet need it

    try:
        file = pq.ParquetFile(path, pre_buffer=False)
    except Exception as error:  # pyarrow raises several kinds for a broken file
        raise _broken(error) from None
    told = file.metadata
    names = [normalise(name) for name in file.schema_arrow.names]
    hold("the file has", len(names), COLUMNS, "columns", NEW_NAMES)
    hold("the file declares", told.num_rows, ROWS, "rows", "deliver it in several periods")
    unpacked = sum(told.row_group(n).total_byte_size for n in range(told.num_row_groups))
    hold("the file unpacks to", unpacked, FILE, "bytes", "deliver it in several periods")

    def draw() -> Iterator[pl.DataFrame]:
        with file:
            try:
                for piece in file.iter_batches(PIECE, use_threads=False):
                    yield pl.DataFrame(piece)
            except Exception as error:
                raise _broken(error) from None

    def batches() -> Iterator[Batch]:
        line = 1
        for frame in cut(draw(), room.rows):
            columns = {
                name: as_text(series, delivery)
                for name, series in zip(names, frame.iter_columns(), strict=True)
            }
            yield Batch(columns, number_lines(line, frame.height))
            line += frame.height

    return RawFile(dict.fromkeys(names), batches())


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


def _broken(error: Exception) -> Unreadable:
    return Unreadable(
        f"not Parquet: {next(iter(str(error).splitlines()), type(error).__name__)}",
        "the contract promises Parquet",
        "deliver the whole file again",
    )
