"""Parquet in batches, read by pyarrow.

Here: columns as they are typed; texts however they are coded. Not here: what any format shares
(``raw``), what becomes of a type (``values``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from kinhbac.ingest.header_rows import NEW_NAMES, prove_distinct
from kinhbac.ingest.limits import COLUMNS, FILE, Unreadable, hold, rows_for
from kinhbac.ingest.raw import Batch, RawFile, cut, number_lines
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
    most = rows_for(path.stat().st_size)
    hold("the file declares", told.num_rows, most, "rows", "deliver each row once")
    unpacked = sum(told.row_group(n).total_byte_size for n in range(told.num_row_groups))
    hold("the file unpacks to", unpacked, FILE, "bytes", "deliver it in several periods")

    def draw() -> Iterator[pl.DataFrame]:
        with file:
            try:
                for piece in file.iter_batches(PIECE, use_threads=False):
                    piece.validate(full=True)  # text that is none would harm whoever looks at it
                    yield pl.DataFrame(piece)
            except Exception as error:
                raise _broken(error) from None

    def batches() -> Iterator[Batch]:
        line = 1
        for frame in cut(draw(), room.rows):
            texts = (_as_text(series, delivery) for series in frame.iter_columns())
            columns = dict(zip(names, texts, strict=True))
            yield Batch(columns, number_lines(line, frame.height))
            line += frame.height

    return RawFile(dict.fromkeys(names), batches())


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
