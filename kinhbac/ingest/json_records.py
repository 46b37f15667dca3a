"""JSON in batches: lines of records, or a document that holds a list of them.

Here: the texts of records, their fields as columns, objects inside objects as ``outer.inner``.
Not here: what any format shares (``raw``). DuckDB takes the fields of a whole batch out of its
texts; Python reads a text only to say what is wrong with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from kinhbac.ingest.delimited_text import prove_encoding, utf8_of
from kinhbac.ingest.limits import COLUMNS, DOCUMENT, LINE, NESTING, Unreadable, hold
from kinhbac.ingest.raw import NEW_NAMES, Batch, RawFile, cut, misread, number_lines, write_cell
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.text import normalise
from kinhbac.registry.declared.contract import Delivery

BLOCK = 1 << 22
NO_OBJECT = misread("this record is no object", "a record is an object", "correct it")
KEYS = "select json_keys(text), min(line) from texts group by all order by 2"
FIELDS = "select json_extract(text, $paths) as fields from texts"
PLAIN_FIELDS = "select json_extract_string(text, $paths) as fields from texts"
KINDS = "select json_type(text) = 'OBJECT' as is_object from texts"
INVOLVED = r":\s*(?:-?\d+[.eE]|[\[{])"
"""What a value begins with that is not plain: a fraction, a list, an object. A text may hold it
too; then the longer way is gone for nothing."""
BROKEN = "select line, text from texts where not json_valid(text) order by line limit 1"
LIST = "select unnest(json_extract($text, $path)) as text"


def read_json(path: Path, delivery: Delivery, room: ReadingRoom) -> RawFile:
    """Read JSON lines or a document. Raises Unreadable, at once or while batches are drawn."""
    text = utf8_of(path, delivery, room)
    raw = RawFile({})
    texts = _lines(text) if delivery.format == "jsonl" else _document(text, delivery, room)
    raw.batches = _draw(cut(texts, room.rows), raw, delivery, room.engine(path))
    return raw


def _draw(
    pieces: Iterator[pl.DataFrame],
    raw: RawFile,
    delivery: Delivery,
    engine: duckdb.DuckDBPyConnection,
) -> Iterator[Batch]:
    for piece in pieces:
        with engine.cursor() as cursor:
            fields = _Fields(cursor, delivery)
            records = piece
            if not piece["text"].str.starts_with("{").all():  # blanks before it are rare
                is_object = fields.find_objects(piece)
                raw.problems.add(NO_OBJECT, piece["line"].filter(~is_object))
                records = piece.filter(is_object)
            columns = fields.read(records)
        named: dict[str, pl.Series] = {}
        for key, column in columns.items():
            name = normalise(key)
            named[name] = column.alias(name)
        raw.names |= dict.fromkeys(named)
        hold("the records name", len(raw.names), COLUMNS, "fields", NEW_NAMES)
        yield Batch(named, records["line"])


class _Fields:
    """The fields of JSON objects as columns of text."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
        self.cursor = cursor
        self.write = write_cell(delivery)

    def _ask(self, query: str, texts: pl.DataFrame, **parameters: Any) -> pl.DataFrame:
        """Raises Unreadable at the first text that is no JSON."""
        self.cursor.register("texts", texts)
        try:
            return pl.DataFrame(self.cursor.sql(query, params=parameters).to_arrow_table())
        except duckdb.InvalidInputException:
            broken = self.cursor.sql(BROKEN).fetchall()
            for line, text in broken:
                _refuse(text, line)
            raise

    def find_objects(self, texts: pl.DataFrame) -> pl.Series:
        """Which texts are objects."""
        return self._ask(KINDS, texts)["is_object"]

    def read(self, texts: pl.DataFrame, depth: int = 1) -> dict[str, pl.Series]:
        """Key by key what the objects hold, null where one does not have it."""
        hold("a record nests", depth, NESTING, "objects", "deliver it flat", _first(texts))
        keys: dict[str, None] = {}
        for named, line in self._ask(KEYS, texts).rows():
            if len(set(named)) < len(named):
                _refuse_twice(named, line)
            keys |= dict.fromkeys(named)
        hold("the records name", len(keys), COLUMNS, "fields", NEW_NAMES, _first(texts))
        if not keys:
            return {}
        paths = ["/" + key.replace("~", "~0").replace("/", "~1") for key in keys]
        plain = not texts["text"].str.contains(INVOLVED).any()
        asked = self._ask(PLAIN_FIELDS if plain else FIELDS, texts, paths=paths)
        cells = asked["fields"].explode()
        columns: dict[str, pl.Series] = {}
        for place, key in enumerate(keys):
            column = cells.gather_every(len(keys), place)
            if plain:
                columns[key] = column
            else:
                columns |= self._named(key, column, texts["line"], depth)
        return columns

    def _named(
        self, key: str, cells: pl.Series, lines: pl.Series, depth: int
    ) -> dict[str, pl.Series]:
        inner = cells.str.starts_with("{").fill_null(False)
        if not inner.any():
            return {key: self._plain(cells, lines)}
        columns: dict[str, pl.Series] = {}
        if (cells.is_not_null() & ~inner).any():
            columns[key] = self._plain(cells.set(inner, None), lines)
        objects = pl.DataFrame({"line": lines.filter(inner), "text": cells.filter(inner)})
        blank = pl.repeat(None, len(cells), dtype=pl.String, eager=True)
        for name, column in self.read(objects, depth + 1).items():
            columns[f"{key}.{name}"] = blank.scatter(inner.arg_true(), column)
        return columns

    def _plain(self, cells: pl.Series, lines: pl.Series) -> pl.Series:
        """Texts without their quotes, numbers and truth values as the contract writes them."""
        quoted = cells.str.starts_with('"').fill_null(False)
        bare = cells.str.strip_prefix('"').str.strip_suffix('"')
        simple = quoted & ~cells.str.contains("\\", literal=True)
        simple |= ~quoted & ~cells.str.contains(r"[.eE\[]")
        simple |= cells.is_null() | cells.is_in(["true", "false", "null"])
        simple = simple.fill_null(True)
        values = bare.set(cells == "null", None)
        if simple.all():
            return values
        others = cells.filter(~simple)
        written = [self._written(cell, line) for cell, line in zip(
            others, lines.filter(~simple), strict=True
        )]
        return values.scatter((~simple).arg_true(), pl.Series(written, dtype=pl.String))

    def _written(self, cell: str, line: int) -> str | None:
        try:
            return self.write(json.loads(cell))
        except RecursionError:
            raise Unreadable(
                "a record nests deeper than can be read",
                f"at most {NESTING} levels are read",
                "deliver it flat",
                line,
            ) from None


def _first(texts: pl.DataFrame) -> int | None:
    return int(texts["line"][0]) if texts.height else None


def _lines(path: Path) -> Iterator[pl.DataFrame]:
    """The lines that hold something, with their numbers."""
    number, rest = 1, b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            whole, newline, after = (rest + block).rpartition(b"\n")
            rest = after if newline else rest + block
            hold("the line has", len(rest), LINE, "bytes", "give each record its own line", number)
            if newline:
                yield _numbered(path, whole, number)
                number += whole.count(b"\n") + 1
    if rest:
        yield _numbered(path, rest, number)


def _numbered(path: Path, block: bytes, first: int) -> pl.DataFrame:
    try:
        text = block.decode("utf-8-sig" if first == 1 else "utf-8")
    except UnicodeDecodeError:
        prove_encoding(path, "utf-8")
        raise
    texts = pl.Series("text", text.split("\n"), pl.String)
    frame = pl.DataFrame([number_lines(first, len(texts)), texts])
    longest = frame.select(pl.col("text").str.len_bytes().arg_max()).item()
    length = len(frame["text"][longest].encode())
    line = int(frame["line"][longest])
    hold("the line has", length, LINE, "bytes", "give each record its own line", line)
    return frame.filter(pl.col("text").str.strip_chars() != "")


def _document(path: Path, delivery: Delivery, room: ReadingRoom) -> Iterator[pl.DataFrame]:
    hold("the document has", path.stat().st_size, DOCUMENT, "bytes", "deliver it as JSON lines")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        prove_encoding(path, "utf-8")
        raise
    parts = [part for part in (delivery.records_at or "").split(".") if part]
    pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
    with room.engine(path).cursor() as engine:
        one = pl.DataFrame({"line": [1], "text": [text]})
        fields = _Fields(engine, delivery)
        fields.find_objects(one)
        for depth in range(len(parts)):
            above = "".join("/" + p for p in pointer.split("/")[1 : depth + 1])
            [(keys,)] = engine.execute(
                "select json_keys($text, $path)", {"text": text, "path": above}
            ).fetchall()
            if keys and len(set(keys)) < len(keys):
                _refuse_twice(keys, 1)
        [(kind,)] = engine.execute(
            "select json_type($text, $path)", {"text": text, "path": pointer}
        ).fetchall()
        if kind != "ARRAY":
            raise Unreadable(
                f"there is no list at «{delivery.records_at or 'the top'}»",
                "the contract says where the records stand («records_at»)",
                "deliver the promised structure, or correct the contract",
            )
        texts = engine.execute(
            "select unnest(from_json(json_extract($text, $path), '[\"JSON\"]')) as text",
            {"text": text, "path": pointer},
        ).to_arrow_table()
    frame = pl.DataFrame(texts)
    yield frame.with_row_index("line", 1).with_columns(pl.col("line").cast(pl.Int64))


def _refuse_twice(keys: Sequence[str], line: int) -> None:
    twice = sorted({key for key in keys if keys.count(key) > 1})
    raise Unreadable(
        f"a record holds {', '.join(twice)} twice",
        "a key stands once in a record",
        "remove one of the two",
        line,
    )


def _refuse(text: str, line: int) -> None:
    """Raises Unreadable for a text that is no JSON, with the place where it ends to be."""
    found, below, column = "it holds what JSON does not know", 1, 1
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        found, below, column = error.msg, error.lineno, error.colno
    except RecursionError:
        found = "it nests deeper than can be read"
    raise Unreadable(
        f"not JSON: {found} (column {column})",
        "the contract promises JSON",
        "deliver the whole file again",
        line + below - 1,
    ) from None
