"""Rows put by, batch after batch: in memory while there is one, on disk when there are more.

Here: that, and how the rows are read again. Not here: what rows they are. A batch is written
while the next is read; never more than one waits.
"""

from __future__ import annotations

import io
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from kinhbac.data_folder import link_or_copy, write_changed, written_aside
from kinhbac.database import literal

if TYPE_CHECKING:
    import pyarrow.parquet as pq


class Spool:
    """Frames of the same columns, below each other, ``place`` being where they may lie.

    What is put by to be read ``once`` is not packed as well as what is kept.
    """

    def __init__(self, place: Path, once: bool = False) -> None:
        self.place, self.once = place, once
        self.rows = 0
        self._frame: pl.DataFrame | None = None
        self._writer: pq.ParquetWriter | None = None
        self._hand = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    @classmethod
    def of(cls, frame: pl.DataFrame) -> Spool:
        """All rows there are."""
        spool = cls(Path())
        spool.add(frame)
        return spool

    def add(self, frame: pl.DataFrame) -> None:
        """Put by one more batch."""
        if self._frame is None:
            self._frame = frame
        else:
            if self._writing is None:
                self._write(self._frame)
                self._frame = self._frame.clear()
            else:
                self._writing.result()
            self._writing = self._hand.submit(self._write, frame)
        self.rows += frame.height

    def _write(self, frame: pl.DataFrame) -> None:
        import pyarrow.parquet as pq  # only files of more than a batch need it

        table = frame.to_arrow()
        if self._writer is None:
            packed = {"compression": "lz4", "use_dictionary": False} if self.once else _pack(frame)
            self._writer = pq.ParquetWriter(self.place, table.schema, **packed)
        self._writer.write_table(table)

    def finish(self) -> None:
        """No more comes: what lies on disk is whole."""
        if self._writing is not None:
            self._writing.result()
        self._hand.shutdown()
        if self._writer is not None:
            self._writer.close()

    def show(self, engine: duckdb.DuckDBPyConnection, name: str) -> None:
        """Let ``engine`` read the rows as ``name``."""
        assert self._frame is not None
        if self._writer is None:
            engine.register(name, self._frame)
        else:
            engine.read_parquet(literal(self.place)).create_view(name)

    def scan(self) -> pl.LazyFrame:
        """The rows, for a question about all of them."""
        assert self._frame is not None
        return (
            self._frame.lazy() if self._writer is None else pl.scan_parquet(self.place, glob=False)
        )

    def without(self, lines: pl.Series, place: Path) -> Spool:
        """The same rows without those on ``lines``."""
        import pyarrow.parquet as pq

        kept = Spool(place)
        assert self._frame is not None
        if self._writer is None:
            kept.add(self._frame.filter(~self._frame["line"].is_in(lines.implode())))
        else:
            with pq.ParquetFile(self.place) as file:
                for piece in range(file.num_row_groups):
                    frame = pl.DataFrame(file.read_row_group(piece))
                    kept.add(frame.filter(~frame["line"].is_in(lines.implode())))
        kept.finish()
        return kept

    def keep(self, path: Path) -> None:
        """Write the rows to ``path``, whole or not at all."""
        assert self._frame is not None
        if self._writer is None:
            written = io.BytesIO()
            self._frame.write_parquet(written)
            write_changed(path, written.getvalue())
        else:
            with written_aside(path) as aside:
                link_or_copy(self.place, aside)


def _pack(frame: pl.DataFrame) -> dict[str, Any]:
    """How rows like these are packed best: texts that repeat by their place in a dictionary, whole
    numbers and times by their differences. Two fifths of the time that dictionaries for all take,
    and of the bytes three fifths."""
    repeating = [
        name
        for name, kind in frame.schema.items()
        if kind == pl.String and frame[name].n_unique() * 2 < frame.height
    ]
    counted = [name for name, kind in frame.schema.items() if kind in (pl.Int64, pl.Datetime)]
    differences = dict.fromkeys(counted, "DELTA_BINARY_PACKED")
    return {"compression": "zstd", "use_dictionary": repeating, "column_encoding": differences}
