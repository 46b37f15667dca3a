"""Files to text: every format ends as named columns of text with line numbers, in batches.

Here: which reader reads a file. Not here: the readers (``delimited_text``, ``worksheets``,
``json_records``, ``parquet_columns``), what they share (``raw``), types, bounds and areas
(``values``, ``row_examination``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from kinhbac.ingest.delimited_text import read_delimited
from kinhbac.ingest.json_records import read_json
from kinhbac.ingest.limits import FILE, Unreadable, hold
from kinhbac.ingest.parquet_columns import read_parquet
from kinhbac.ingest.raw import Batch, RawFile, tidy
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.worksheets import read_worksheet
from kinhbac.registry.declared.contract import Delivery

Reader = Callable[[Path, Delivery, ReadingRoom], RawFile]
READERS: dict[str, Reader] = {
    "csv": read_delimited,
    "xlsx": read_worksheet,
    "xls": read_worksheet,
    "json": read_json,
    "jsonl": read_json,
    "parquet": read_parquet,
}


def as_delivered(delivery: Delivery, suffix: str) -> Delivery:
    """The contract's ``delivery`` as a file with this ``suffix`` keeps it.

    A workbook (.xlsx) may stand in for a file of any format: an agency without a system
    fills in a form. Sheet, title and header rows, marks and the writing of numbers and dates
    stay those of the contract; its text is Unicode.
    """
    if suffix.lower() != ".xlsx" or delivery.format == "xlsx":
        return delivery
    return delivery.model_copy(update={"format": "xlsx", "encoding": "utf-8"})


def read_raw(
    path: Path,
    delivery: Delivery,
    room: ReadingRoom,
    wanted: Collection[str] | None = None,
    look: Callable[[Batch], None] | None = None,
) -> RawFile:
    """Begin to read a file; of its columns the ``wanted`` are given (None: all), clean.

    ``look`` sees every batch before, with all columns. Raises Unreadable when nothing of it can be used; so may the drawing of its batches.
    """
    size = path.stat().st_size
    if not size:
        raise Unreadable("the file is empty", "an extract holds rows", "deliver the file again")
    hold("the file has", size, FILE, "bytes", "deliver it in several periods")
    raw = READERS[delivery.format](path, delivery, room)
    drawn = raw.batches
    raw.batches = (tidy(batch, wanted, delivery) for batch in _seen(drawn, look))
    return raw


def _seen(batches: Iterator[Batch], look: Callable[[Batch], None] | None) -> Iterator[Batch]:
    for batch in batches:
        if look:
            look(batch)
        yield batch
