"""A process that reads, in which a CSV may do to it what hostile files do.

Here: the deeds, each of which a file asks for by its first line. Not here: what comes of them
(``tests/unit/test_reading_apart.py``). Run by ``kinhbac.ingest.reading_apart`` in place of its own:
``python -m tests.deadly_reader DESCRIPTOR``.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from kinhbac.ingest.delimited_text import read_delimited
from kinhbac.ingest.limits import MEMORY
from kinhbac.ingest.raw import Batch, RawFile
from kinhbac.ingest.reader_process import serve
from kinhbac.ingest.readers import READERS
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.registry.declared.contract import Delivery


def panic() -> None:
    """What a library in Rust does that meets what it thought could not be."""
    raise pl.exceptions.PanicException("what stands in the file: 012345678901")


def take_memory() -> None:
    """More than there is, in pieces, as Python's own objects take it."""
    held = [bytes(MEMORY // 8) for _ in range(9)]
    held.clear()


def chatter() -> None:
    """Say more than a pipe holds, on both lines on which libraries speak."""
    print("x" * 1_000_000)
    print("x" * 1_000_000, file=sys.stderr)


def poison() -> None:
    """Spoil what is common to all files, so that the next one dies of it."""
    READERS["csv"] = lambda path, delivery, room: os.abort()


DEEDS: dict[str, Callable[[], object]] = {
    "exit": lambda: os._exit(0),
    "abort": os.abort,
    "fault": lambda: ctypes.string_at(0),
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "panic": panic,
    "memory": take_memory,
    "one_piece": lambda: pl.zeros(MEMORY, eager=True),
    "sleep": lambda: time.sleep(3_600),
    "disk": lambda: os.write(os.open("/dev/full", os.O_WRONLY), b"x"),
    "chatter": chatter,
    "poison": poison,
}


def read(path: Path, delivery: Delivery, room: ReadingRoom) -> RawFile:
    """Do what the file asks for; read one that asks for nothing. «later» is after a batch."""
    when, _, deed = path.read_text(encoding="utf-8").partition(" ")
    if deed.strip() not in DEEDS:
        return read_delimited(path, delivery, room)
    if when == "now":
        DEEDS[deed.strip()]()

    def draw() -> Iterator[Batch]:
        lines = pl.Series("line", [1], pl.Int64)
        yield Batch({"Ma": pl.Series(["00001"])}, lines)
        DEEDS[deed.strip()]()

    return RawFile({"Ma": None}, draw())


if __name__ == "__main__":
    READERS["csv"] = read
    serve(int(sys.argv[1]))
