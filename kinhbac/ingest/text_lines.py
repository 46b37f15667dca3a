"""The lines of a long text, many at a time, cut where they lie.

Here: blocks of a file, their lines and the numbers of those. Not here: what stands in a line
(``json_records``).

A line is never copied: it is a view into the block that was read.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from os import SEEK_CUR
from pathlib import Path

import polars as pl

from kinhbac.ingest.delimited_text import prove_encoding
from kinhbac.ingest.limits import LINE, hold
from kinhbac.ingest.raw import number_lines

BLOCK = 30 << 20
"""Bytes that are read at a time: more than a line may have, and fewer than what malloc asks of the
system anew each time (32 MiB)."""
SHORT = 1 << 20
"""Bytes of lines that are sooner cut apart one by one."""
STEP = 1 << 18
"""Bytes that are looked at together: a processor has them beside it."""


@dataclass(frozen=True)
class Lines:
    """Lines of a file: each ``text`` with the number of its ``line``; the ``quotes`` in all of them,
    if they were counted while a processor had them beside it."""

    frame: pl.DataFrame
    quotes: int | None = None

    def part(self, rows: int) -> Iterator[Lines]:
        """The same lines, at most so many at a time."""
        if self.frame.height <= rows:
            yield self
            return
        for frame in self.frame.iter_slices(rows):
            yield Lines(frame)


def draw_lines(path: Path) -> Iterator[Lines]:
    """All lines, a block at a time.

    Raises Unreadable where one is longer than a line may be, or no text of UTF-8.
    """
    number = 1
    with path.open("rb") as file:
        if file.read(len(BOM_UTF8)) != BOM_UTF8:
            file.seek(0)
        while block := file.read(BLOCK):
            if len(block) < BLOCK and not block.endswith(b"\n"):
                block += b"\n"
            _prove_short(block, number)
            # What is left of the last line is read again: to join it to the next block costs more.
            file.seek(block.rfind(b"\n") + 1 - len(block), SEEK_CUR)
            try:
                texts, quotes = _cut(block)
            except ValueError:  # pyarrow's is one, too
                prove_encoding(path, "utf-8")
                raise
            yield Lines(pl.DataFrame([number_lines(number, len(texts)), texts]), quotes)
            number += len(texts)


def _prove_short(block: bytes, first: int) -> None:
    """Raises Unreadable where a line is longer than one may be: each stride ends behind a line."""
    start = 0
    while len(block) - start > LINE:
        end = block.rfind(b"\n", start, start + LINE + 1)
        if end < 0:
            line = first + block.count(b"\n", 0, start)
            length = (block.find(b"\n", start) + 1 or len(block) + 1) - 1 - start
            hold("the line has", length, LINE, "bytes", "give each record its own line", line)
        start = end + 1


def _cut(block: bytes) -> tuple[pl.Series, int | None]:
    """The whole lines of a block, and their quotes. Raises UnicodeDecodeError or ArrowInvalid where
    they are not of UTF-8."""
    if len(block) < SHORT:
        # Polars cuts lines too, and keeps so much memory mapped that a reader's bound is met.
        return pl.Series("text", block.decode().split("\n")[:-1], pl.String), None
    import numpy as np  # only files of more than a few thousand rows need them
    import pyarrow as pa

    ends, quotes = [np.zeros(1, np.int32)], 0
    whole = np.frombuffer(block, np.uint8, block.rfind(b"\n") + 1)
    for at in range(0, len(whole), STEP):
        seen = whole[at : at + STEP]
        ends.append((np.flatnonzero(seen == ord("\n")) + (at + 1)).astype(np.int32))
        quotes += int(np.count_nonzero(seen == ord('"')))
    offsets = np.concatenate(ends)
    buffers = pa.py_buffer(offsets), pa.py_buffer(block)
    lines = pa.StringArray.from_buffers(len(offsets) - 1, *buffers)
    lines.validate(full=True)
    return pl.Series("text", lines).str.head(-1), quotes
