"""CSV in batches, read by DuckDB.

Here: encodings, the header, lines that are no rows. Not here: what any format shares (``raw``).

DuckDB reads the file itself where it is UTF-8; another encoding is written down as UTF-8 first,
piece by piece, in the room of the reading.
"""

from __future__ import annotations

import codecs
import csv
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

import duckdb
import polars as pl

from kinhbac.database import literal
from kinhbac.ingest.header_rows import Headless, fill_right, join_header
from kinhbac.ingest.limits import LINE, Unreadable, hold
from kinhbac.ingest.raw import BATCH, TOLD, Batch, RawFile, cut, misread, number_lines
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.tally import Tally
from kinhbac.ingest.text import decode_tcvn3
from kinhbac.ingest.titles import read_titles
from kinhbac.problems import SHOWN, Problem
from kinhbac.queries import read_queries
from kinhbac.registry.declared.contract import Delivery

BLOCK = 1 << 22
QUERIES = read_queries(__file__)
OPEN_END = Problem(
    "the last line has no end: the file may have been cut off, in the middle of a figure",
    "a text file ends with the end of a line",
    "look whether its last row is there as it was sent; deliver the whole file if it is not",
    check=TOLD,
)


def read_delimited(path: Path, delivery: Delivery, room: ReadingRoom) -> RawFile:
    """Read a CSV. Raises Unreadable, at once or while batches are drawn."""
    text = utf8_of(path, delivery, room)
    header, titled = _read_header(text, path, delivery)
    raw = RawFile(dict.fromkeys(header), titled=titled)
    raw.batches = _draw(text, header, delivery, room, raw.problems)
    tell_open_end(text, raw.problems)
    return raw


def tell_open_end(text: Path, problems: Tally) -> None:
    """Tell it where the last line has no end: an upload that was cut off may end at a cell, and its
    last figure may have lost digits."""
    with text.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        if file.read() not in b"\r\n":
            problems.add_one(OPEN_END)


def _draw(
    path: Path, header: list[str], delivery: Delivery, room: ReadingRoom, problems: Tally
) -> Iterator[Batch]:
    line = delivery.title_rows + delivery.header_rows + 1
    with room.engine(path).cursor() as engine:
        relation = engine.read_csv(
            literal(path),
            header=False,
            skiprows=line - 1,
            delimiter=delivery.delimiter,
            quotechar='"',
            escapechar='"',
            auto_detect=False,
            columns={f"c{place}": "VARCHAR" for place in range(len(header))},
            store_rejects=True,
            strict_mode=True,
            max_line_size=LINE,
        )
        pieces = (pl.DataFrame(piece) for piece in relation.to_arrow_reader(BATCH))
        for frame in cut(pieces, room.rows):
            columns = dict(zip(header, frame.iter_columns(), strict=True))
            yield Batch(columns, number_lines(line, frame.height))
            line += frame.height
        _tell_rejected(engine, path, header, delivery, problems)


def _tell_rejected(
    engine: duckdb.DuckDBPyConnection,
    path: Path,
    header: list[str],
    delivery: Delivery,
    problems: Tally,
) -> None:
    if not engine.execute("select line from reject_errors limit 1").fetchall():
        return
    rejected = engine.execute(QUERIES["rejected"], {"shown": SHOWN}).fetchall()
    if any(kind == "INVALID ENCODING" for kind, *_ in rejected):
        prove_encoding(path, "utf-8")
    for kind, message, count, lines in rejected:
        problem = misread(
            f"{kind.lower()}: {message}",
            f"every line has {len(header)} cells, quoted where one holds "
            f"«{delivery.delimiter}», and {LINE:,} bytes at most",
            "correct the line",
        )
        problems.add_lines(problem, count, lines)


def _read_header(text: Path, path: Path, delivery: Delivery) -> tuple[list[str], Sequence[str]]:
    with text.open(encoding="utf-8-sig", newline="") as file:
        try:
            # A row of titles may break its line, as DuckDB knows, which skips rows.
            rows = csv.reader(_bounded(file), delimiter=delivery.delimiter)
            titles = [" ".join(next(rows, [])) for _ in range(delivery.title_rows)]
            head = [row for row, _ in zip(rows, range(delivery.header_rows), strict=False)]
        except UnicodeDecodeError:
            prove_encoding(path, "utf-8")
            raise
        except csv.Error as error:
            raise Unreadable(
                f"the header cannot be read: {error}",
                f"cells are separated by «{delivery.delimiter}», quoted where one holds it",
                "correct the header, or «title_rows» and «delimiter» in the contract",
                delivery.title_rows + 1,
            ) from None
    if len(head) < delivery.header_rows:
        raise Headless(
            "the file ends before its header",
            f"the header stands after {delivery.title_rows} title rows",
            "deliver the whole file, or correct «title_rows» in the contract",
        )
    width = max(map(len, head))
    filled = [fill_right(row + [""] * (width - len(row)), row is head[-1]) for row in head]
    return join_header(filled, delivery), read_titles(titles)


def _bounded(file: TextIO) -> Iterator[str]:
    """Lines of the file, none of which is longer than one may be."""
    number = 0
    while line := file.readline(LINE + 1):
        number += 1
        hold("the line has", len(line), LINE, "characters", "break it into its rows", number)
        yield line


def utf8_of(path: Path, delivery: Delivery, room: ReadingRoom) -> Path:
    """The file itself where the contract promises UTF-8, else the same text as UTF-8.

    Raises Unreadable at the first byte that is not of the encoding.
    """
    encoding = delivery.encoding
    if encoding == "utf-8":
        return path
    decoder = codecs.getincrementaldecoder("latin-1" if encoding == "tcvn3" else encoding)()
    decode = decode_tcvn3 if encoding == "tcvn3" else str
    to = room.place("text")
    with path.open("rb") as file, to.open("w", encoding="utf-8", newline="") as out:
        try:
            while block := file.read(BLOCK):
                out.write(decode(decoder.decode(block)))
            out.write(decode(decoder.decode(b"", final=True)))
        except UnicodeError:
            prove_encoding(path, encoding)
            raise
    return to


def prove_encoding(path: Path, encoding: str) -> None:
    """Raises Unreadable with the first byte that is not of the encoding, and its line."""
    decoder = codecs.getincrementaldecoder(encoding)()
    read = lines = 0
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            waiting = len(decoder.getstate()[0])
            try:
                decoder.decode(block, final=not block)
            except UnicodeError as error:
                start = max(getattr(error, "start", 0), 0)
                lines += block[: max(start - waiting, 0)].count(b"\n")
                raise Unreadable(
                    f"byte {read - waiting + start} is not {encoding}",
                    f"the contract promises {encoding}",
                    "save the file in that encoding, or correct «encoding» in the contract",
                    lines + 1,
                ) from None
            if not block:
                return
            read += len(block)
            lines += block.count(b"\n")
