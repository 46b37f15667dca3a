"""The room in which the files of one source are read: DuckDB and a folder to write aside in.

Here: engines, with their bounds, and where they may lay things down. Not here: reading.

The folder lies before the door, beside the bytes as they were delivered, because text that is
written down again may hold personal columns. Whatever an earlier night left in it is cleared away.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, cached_property
from pathlib import Path

import duckdb

from kinhbac.database import open_bounded, open_in_memory
from kinhbac.ingest.limits import MEBIBYTE
from kinhbac.ingest.raw import BATCH

MEGABYTES = 384
"""What an engine may hold in memory; what is more goes to the folder."""
SMALL = 16 * MEBIBYTE
"""Bytes of a file that needs no engine of its own."""


class ReadingRoom:
    """Engines and a folder, for as long as the files of one source are read.

    ``rows`` is how many rows make a batch.
    """

    def __init__(self, folder: Path, rows: int = BATCH) -> None:
        self.folder, self.rows = folder, rows
        self._open = ExitStack()

    def engine(self, path: Path) -> duckdb.DuckDBPyConnection:
        """An engine that reads this file; the same for all small ones."""
        return _engine() if path.stat().st_size < SMALL else self.bounded

    def engine_of(self, rows: int) -> duckdb.DuckDBPyConnection:
        """An engine that compares so many rows; the same for those of one batch."""
        return self.bounded if rows > self.rows else _engine()

    @cached_property
    def bounded(self) -> duckdb.DuckDBPyConnection:
        """An engine that lays down in the folder what is too much for memory."""
        return self._open.enter_context(open_bounded(self.place("engine"), MEGABYTES))

    def place(self, name: str) -> Path:
        """A path in the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / name

    def clear(self) -> None:
        """Close what is open and leave nothing behind."""
        self._open.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def open_room(folder: Path, rows: int = BATCH) -> Iterator[ReadingRoom]:
    """A room that is empty before and after."""
    room = ReadingRoom(folder, rows)
    room.clear()
    try:
        yield room
    finally:
        room.clear()


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One engine for all small files: starting one costs more than reading a small file."""
    return open_in_memory()
