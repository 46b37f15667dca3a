"""JSON in batches: lines of records, or a document that holds a list of them.

Here: the records of a file, one by one where they are few, stand in one document, or are to be
judged; objects inside objects as ``outer.inner``. Not here: the lines of a file (``text_lines``),
the fields of many at once (``json_fields``), what any format shares (``raw``). Past 200 lines
because both ways of reading stand beside what they share.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import polars as pl

from kinhbac.ingest.cells import column_of
from kinhbac.ingest.delimited_text import prove_encoding, utf8_of
from kinhbac.ingest.header_rows import NEW_NAMES
from kinhbac.ingest.headings import find_twice, tell_spellings
from kinhbac.ingest.json_fields import NoColumns, put_beside, read_fields, read_integer
from kinhbac.ingest.limits import COLUMNS, DOCUMENT, NESTING, Unreadable, hold
from kinhbac.ingest.raw import CELL, Batch, Fault, RawFile, misread
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.text import normalise
from kinhbac.ingest.text_lines import Lines, draw_lines
from kinhbac.problems import Problem
from kinhbac.registry.declared.contract import Delivery

FEW = 2_000
"""Records that are read sooner one by one than all at once."""
HANDS = min(4, os.cpu_count() or 1)
"""Pieces of a file that are read at a time; more would take more memory than time."""
NO_OBJECT = misread("this record is no object", "a record is an object", "correct it")
LISTED = Problem(
    "the value is a list",
    "a field of a record holds one value",
    "deliver one record for each value, or one field",
    check=CELL,
)
Numbered = tuple[int, Any]
"""A record and its line, or its place in the list."""


def read_json(path: Path, delivery: Delivery, room: ReadingRoom) -> RawFile:
    """Read JSON lines or a document. Raises Unreadable, at once or while batches are drawn."""
    text = utf8_of(path, delivery, room)
    raw = RawFile({})
    drawn = (
        _draw_lines(text, path, raw, delivery, room)
        if delivery.format == "jsonl"
        else _draw_document(text, raw, delivery, room.rows)
    )
    raw.batches = _noted(drawn, raw)
    return raw


def _noted(batches: Iterator[Batch], raw: RawFile) -> Iterator[Batch]:
    """The same batches; the file learns the names that they bring."""
    for batch in batches:
        raw.names |= dict.fromkeys(batch.columns)
        hold("the records name", len(raw.names), COLUMNS, "fields", NEW_NAMES)
        yield batch


def _draw_lines(
    text: Path, path: Path, raw: RawFile, delivery: Delivery, room: ReadingRoom
) -> Iterator[Batch]:
    for piece, reading in _begun(text, path, delivery, room):
        if reading is not None:
            with suppress(NoColumns):
                batch, strange = reading.result()
                raw.problems.add(NO_OBJECT, strange)
                yield batch
                continue
        filled = piece.frame.filter(piece.frame["text"].str.strip_chars() != "")
        records = ((line, load(record, line)) for line, record in filled.rows())
        yield _batch(records, raw, delivery)


Reading = Future[tuple[Batch, pl.Series]]
"""Records that are being read as columns, and the lines on which there are none."""


def _begun(
    text: Path, path: Path, delivery: Delivery, room: ReadingRoom
) -> Iterator[tuple[Lines, Reading | None]]:
    """The lines piece by piece, those that follow being read already."""
    begun: deque[tuple[Lines, Reading | None]] = deque()
    with ThreadPoolExecutor(HANDS) as hands:
        for lines in draw_lines(text):
            for piece in lines.part(room.rows):
                reading = None
                if piece.frame.height > FEW:
                    engine = room.engine(path).cursor()
                    reading = hands.submit(_at_once, engine, piece, delivery)
                begun.append((piece, reading))
                if len(begun) > HANDS:
                    yield begun.popleft()
        while begun:
            yield begun.popleft()


def _at_once(
    engine: duckdb.DuckDBPyConnection, lines: Lines, delivery: Delivery
) -> tuple[Batch, pl.Series]:
    """Records as columns, read all at once, and the lines on which there are none. Raises NoColumns
    where that cannot be."""
    piece, quotes = lines.frame, lines.quotes
    strange = piece.clear()
    if not piece["text"].str.starts_with("{").all():
        starts = piece["text"].str.strip_chars_start()
        objects = starts.str.starts_with("{")
        strange = piece.filter(~objects & (starts != ""))
        piece, quotes = piece.filter(objects), None
        try:
            for line, text in strange.rows():
                load(text, line)
        except Unreadable:
            raise NoColumns from None
    columns: dict[str, pl.Series] = {}
    with engine:
        for key, column in read_fields(engine, piece["text"], delivery, quotes).items():
            put_beside(columns, normalise(key), column, delivery)
    return Batch(columns, piece["line"]), strange["line"]


def _draw_document(text: Path, raw: RawFile, delivery: Delivery, height: int) -> Iterator[Batch]:
    hold("the document has", text.stat().st_size, DOCUMENT, "bytes", "deliver it as JSON lines")
    try:
        document = load(text.read_text(encoding="utf-8-sig"), 1)
    except UnicodeDecodeError:
        prove_encoding(text, "utf-8")
        raise
    for part in (delivery.records_at or "").split("."):
        if part:
            document = document.get(part) if isinstance(document, dict) else None
    if not isinstance(document, list):
        raise Unreadable(
            f"there is no list at «{delivery.records_at or 'the top'}»",
            "the contract says where the records stand («records_at»)",
            "deliver the promised structure, or correct the contract",
        )
    records = enumerate(document, 1)
    while piece := list(islice(records, height)):
        yield _batch(piece, raw, delivery)


def _batch(records: Iterable[Numbered], raw: RawFile, delivery: Delivery) -> Batch:
    """Records as columns, read one by one."""
    rows: list[dict[str, Any]] = []
    lines, strange = [], []
    objects: set[str] = set()
    heading, are_twice = cache(normalise), cache(_are_twice)  # records repeat their keys
    for line, record in records:
        if isinstance(record, dict):
            row: dict[str, Any] = {}
            cells = [*_flatten(record, line, objects)]
            keys = tuple(dict.fromkeys(key for key, _ in cells))
            if are_twice(keys):
                refuse_twice(keys, line)
            for key, value in cells:
                name = heading(key)
                if value is not None and row.get(name) is not None:
                    refuse_twice([name, name], line)
                if value is not None or name not in row:
                    row[name] = value
            rows.append(row)
            lines.append(line)
        else:
            strange.append(line)
    raw.problems.add(NO_OBJECT, pl.Series("line", strange, pl.Int64))
    names = dict.fromkeys(key for row in rows for key in row)
    hold("the records name", len(names), COLUMNS, "fields", NEW_NAMES)
    for name in {heading(key) for key in objects} & names.keys():
        if all(row.get(name) is None for row in rows):
            del names[name]  # what is null here is an object there
    faults = [*_take_lists_out(rows, lines)]
    columns = {name: column_of(name, [row.get(name) for row in rows], delivery) for name in names}
    return Batch(columns, pl.Series("line", lines, pl.Int64), faults)


def _take_lists_out(rows: list[dict[str, Any]], lines: Sequence[int]) -> Iterator[Fault]:
    """Cells that hold lists, which are no value of any type, column by column."""
    found: dict[str, list[int]] = {}
    for line, row in zip(lines, rows, strict=True):
        for name, value in row.items():
            if isinstance(value, list):
                found.setdefault(name, []).append(line)
                row[name] = "[]"  # a row that holds something is not blank
    for name, those in found.items():
        problem = replace(LISTED, column=name)
        yield Fault(problem, pl.Series("line", those, pl.Int64), blank=True)


def _are_twice(keys: tuple[str, ...]) -> bool:
    """Whether two keys of a record are spellings of one."""
    return bool(find_twice(keys))


def load(text: str, line: int) -> Any:
    """What a text says that begins on ``line``. Raises Unreadable where it is no JSON."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) < len(pairs):
            refuse_twice([key for key, _ in pairs], line)
        return record

    try:
        return json.loads(text, object_pairs_hook=unique, parse_int=read_integer)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"not JSON: {error.msg} (column {error.colno})",
            "the contract promises JSON",
            "deliver the whole file again",
            line + error.lineno - 1,
        ) from None
    except RecursionError:
        refuse_nesting(line)


def refuse_twice(keys: Iterable[str], line: int) -> None:
    """Raises Unreadable where an object holds a key twice, in one spelling or in two."""
    if twice := find_twice(keys):
        raise Unreadable(
            "a record holds this twice",
            "a key stands once in a record, in every spelling",
            "remove one of the two",
            line,
            tell_spellings(twice),
        )


def refuse_nesting(line: int) -> NoReturn:
    """Raises Unreadable for a record that nests too deep."""
    raise Unreadable(
        f"a record nests deeper than {NESTING} levels",
        f"at most {NESTING} levels are read",
        "deliver its fields side by side",
        line,
    ) from None


def _flatten(
    record: dict[str, Any], line: int, objects: set[str], prefix: str = "", depth: int = 1
) -> Iterable[tuple[str, Any]]:
    """The fields of a record, those of objects inside it as ``outer.inner``; ``objects`` learns
    which of its keys hold objects."""
    if depth > NESTING:
        refuse_nesting(line)
    for key, value in record.items():
        if isinstance(value, dict):
            objects.add(f"{prefix}{key}")
            yield from _flatten(value, line, objects, f"{prefix}{key}.", depth + 1)
        else:
            yield f"{prefix}{key}", value
