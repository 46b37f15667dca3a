"""Parquet in batches, read by pyarrow.

Here: columns as they are typed; texts however they are coded; types that hold no single value, or
that polars does not know. Not here: what any format shares (``raw``), what becomes of a type
(``values``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from kinhbac.ingest.cells import column_of
from kinhbac.ingest.header_rows import NEW_NAMES, prove_distinct
from kinhbac.ingest.limits import COLUMNS, FILE, Unreadable, hold, rows_for
from kinhbac.ingest.raw import Batch, Fault, RawFile, cut, misread, number_lines
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
    prove_distinct(names)
    strange = _find_strange(file.schema_arrow)
    most = rows_for(path.stat().st_size)
    hold("the file declares", told.num_rows, most, "rows", "deliver each row once")
    unpacked = sum(told.row_group(n).total_byte_size for n in range(told.num_row_groups))
    hold("the file unpacks to", unpacked, FILE, "bytes", "deliver it in several periods")

    def draw() -> Iterator[pl.DataFrame]:
        with file:
            try:
                for piece in file.iter_batches(PIECE, use_threads=False):
                    piece.validate(full=True)  # text that is none would harm whoever looks at it
                    yield pl.DataFrame(
                        {
                            str(place): _column(piece.column(place), place in strange, delivery)
                            for place in range(piece.num_columns)
                        }
                    )
            except Exception as error:
                raise _broken(error) from None

    def batches() -> Iterator[Batch]:
        line = 1
        faults = [_tell_strange(names[place], found) for place, found in strange.items()]
        for frame in cut(draw(), room.rows):
            texts = (_as_text(series, delivery) for series in frame.iter_columns())
            columns = dict(zip(names, texts, strict=True))
            yield Batch(columns, number_lines(line, frame.height), faults)
            line, faults = line + frame.height, []

    return RawFile(dict.fromkeys(names), batches())


def _find_strange(schema: Any) -> Mapping[int, str]:
    """What is found in the columns of which no cell can be read, by their places."""
    from pyarrow import types

    strange = {}
    for place, type_ in enumerate(schema.types):
        inner = type_.value_type if types.is_dictionary(type_) else type_
        if types.is_nested(inner):
            strange[place] = "its cells hold lists or structures"
        elif types.is_timestamp(inner) and inner.tz and not _is_zone(inner.tz):
            strange[place] = "its times are of a zone that no reader knows"
    return strange


def _is_zone(name: str) -> bool:
    try:
        pl.Series([], dtype=pl.Datetime("us")).dt.replace_time_zone(name)
    except pl.exceptions.ComputeError:
        return False
    return True


def _tell_strange(column: str, found: str) -> Fault:
    problem = misread(
        found,
        "a cell holds one value: text, a number, a day, a time, or yes and no",
        "deliver its parts in columns of their own, times with a zone of the IANA list",
    )
    return Fault(replace(problem, column=column))


def _column(cells: Any, is_strange: bool, delivery: Delivery) -> pl.Series:
    """A column for polars, empty where no cell of it can be read; numbers of 16 bits as they are
    written (12.3 is 12.3), decimals of 256 bits one by one."""
    from pyarrow import types

    if is_strange:
        return pl.repeat(None, len(cells), dtype=pl.String, eager=True)
    if types.is_float16(cells.type):
        from numpy import float16  # hardly any file has them

        written = (None if cell is None else str(float16(cell)) for cell in cells.to_pylist())
        return column_of("", [cell and float(cell) for cell in written], delivery)
    if types.is_decimal256(cells.type):
        return column_of("", cells.to_pylist(), delivery)
    return pl.Series(cells)


def _as_text(column: pl.Series, delivery: Delivery) -> pl.Series:
    """A column of words as text, however the file codes them; any other as it is."""
    if column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    if column.dtype == pl.Binary:  # as programs write texts that know no other type
        words = [cell.decode(errors="replace") if cell else None for cell in column]
        column = pl.Series(column.name, words, pl.String)
    if column.dtype == pl.String and delivery.encoding == "tcvn3":
        return column.map_elements(decode_tcvn3, return_dtype=pl.String)
    return column


def _broken(error: Exception) -> Unreadable:
    return Unreadable(
        f"not Parquet ({type(error).__name__})",
        "the contract promises Parquet",
        "deliver the whole file again",
        library=error,
    )
