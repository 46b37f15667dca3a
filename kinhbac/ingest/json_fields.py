"""The fields of many JSON objects at once, as columns.

Here: DuckDB takes the fields of a whole batch out of its texts, as they are written; columns of one
type are read as that type, objects inside objects as ``outer.inner``. Not here: where the texts
come from, records that are few or wrong (``json_records``, which reads the same out of them one by
one, and says what is wrong).

Whoever takes known keys out of a text does not see what else stands in it. So each text is proven
by its length: where the keys and the values that were found fill it to the last byte, nothing else
is there. Only the others are asked for their keys, which costs as much as half of the reading.

Texts are taken without their quotes, which is cheaper, where it is proven that nothing else was
taken for one: a number that is taken as a text makes what was found two bytes longer, so that as
much of something else could hide, but never with as many quotes. Past 200 lines because reading
and its proof stand or fall together.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

import duckdb
import polars as pl

from kinhbac.ingest.cells import as_text, column_of
from kinhbac.ingest.headings import find_twice
from kinhbac.ingest.limits import COLUMNS, FIGURE, NESTING
from kinhbac.queries import read_queries
from kinhbac.registry.declared.contract import Delivery

QUERIES = read_queries(__file__)
Columns = dict[str, pl.Series]
SAMPLE = 200
"""Objects whose keys are looked for before any are asked: most have those of the first."""
LONGEST_NUMBER = 36
"""Digits of an integer with which anything may be reckoned."""
EXPONENT = "[0-9][eE][-+]?[0-9]"
"""What stands in every text whose numbers become longer than they were written."""
LENGTHENED = r'^-?0\.00|^[^"tf]*(?:[^-0-9."tf]|\d0\.0$)'
"""Values that may be longer as DuckDB gives them than as they were written: 1e5 is given as
100000.0, 1e-3 as 0.001, and so inside of objects; texts, truth values and whole numbers never."""


@dataclass(frozen=True)
class Field:
    """What the objects hold under one key: ``cells`` as JSON writes them, or texts without their
    quotes (``bare``); and the ``values`` where they share a type."""

    cells: pl.Series
    values: pl.Series | None
    bare: bool = False

    def count_quotes(self) -> int:
        """Quotes with which all of it was written, if no text holds one."""
        if self.bare or (self.values is not None and self.values.dtype == pl.String):
            return 2 * (len(self.cells) - self.cells.null_count())
        return 0 if self.values is not None else _count(self.cells)

    def find_lengthened(self) -> pl.Series | None:
        """Which cells may be longer than they were written; None if none may."""
        if self.values is None:
            return self.cells.str.contains(LENGTHENED)
        if not self.values.dtype.is_float():
            return None
        return (self.values != 0) & ((self.values % 10 == 0) | (self.values.abs() < 0.01))


class NoColumns(Exception):
    """Records to be read one by one: something is wrong with one of them, or they hold keys that no
    two columns can have beside each other, or a list in place of a value."""


def read_fields(
    engine: duckdb.DuckDBPyConnection,
    texts: pl.Series,
    delivery: Delivery,
    quotes: int | None = None,
    depth: int = 1,
) -> Columns:
    """Key by key what the objects hold that ``texts`` write, null where one does not have it.

    They are read sooner where it is known how many ``quotes`` all of them hold.
    Raises NoColumns where one is no JSON, holds a key twice, or nests too deep, and where they
    cannot be read all at once.
    """
    if texts.is_empty():
        return {}
    if depth > NESTING:
        raise NoColumns
    try:
        fields = _take_fields(engine, texts, quotes)
    except (
        duckdb.InvalidInputException,
        UnicodeDecodeError,
    ):  # its message may end inside a letter
        raise NoColumns from None
    columns: Columns = {}
    for key, field in fields.items():
        for name, column in _columns(engine, key, field, delivery, depth).items():
            put_beside(columns, name, column, delivery)
    return columns


def put_beside(columns: Columns, name: str, column: pl.Series, delivery: Delivery) -> None:
    """Add a column; of one that has another spelling of its name, or is named so by an object
    inside, each record holds one of the two. Raises NoColumns where one holds both."""
    if (other := columns.get(name)) is not None:
        if (other.is_not_null() & column.is_not_null()).any():
            raise NoColumns
        if other.dtype != column.dtype:
            other, column = as_text(other, delivery), as_text(column, delivery)
        column = other.zip_with(other.is_not_null(), column)
    columns[name] = column.alias(name)


def _take_fields(
    engine: duckdb.DuckDBPyConnection, texts: pl.Series, quotes: int | None
) -> dict[str, Field]:
    """The fields of all keys."""
    sample = texts.head(SAMPLE)
    keys, worded = _sample_keys(sample)
    if quotes is not None and worded and not find_twice(keys):
        # Most that cannot be read so show it at once.
        bare = _bare_fields(engine, keys, worded, sample, _count(sample))
        if bare and (bare := _bare_fields(engine, keys, worded, texts, quotes)):
            return bare
    fields = _fields(engine, keys, texts)
    # Two spellings of one key may stand in one object.
    asked = texts if find_twice(keys) else texts.filter(~_are_filled(texts, fields))
    if new := [key for key in _keys(engine, asked) if key not in fields]:
        fields = _fields(engine, _distinct([*keys, *new]), texts)
    return fields


def _bare_fields(
    engine: duckdb.DuckDBPyConnection,
    keys: list[str],
    worded: set[str],
    texts: pl.Series,
    quotes: int,
) -> dict[str, Field] | None:
    """The fields where every object holds these keys and no others, and under those that are
    ``worded`` texts or null; None where that is not proven."""
    if texts.str.contains("\\", literal=True).any():
        return None  # letters that are written otherwise, quotes among them
    try:
        fields = _fields(engine, keys, texts, worded)
    except (duckdb.InvalidInputException, UnicodeDecodeError):
        return None
    for key in worded:
        cells = fields[key].cells.str
        if cells.starts_with("{").any() or cells.starts_with("[").any():
            return None
    if not _are_filled(texts, fields, of_null=len("null")).all():
        return None
    written = 2 * len(keys) * len(texts) + sum(f.count_quotes() for f in fields.values())
    return fields if quotes == written else None


def _count(texts: pl.Series) -> int:
    """The quotes in all texts."""
    return int(texts.str.count_matches('"', literal=True).sum())


def _sample_keys(texts: pl.Series) -> tuple[list[str], set[str]]:
    """The keys of a few objects in their order, and those under which all of them hold texts;
    whether one holds a key twice is seen later."""
    try:
        records = [json.loads(text) for text in texts]
        keys = [*dict.fromkeys(key for record in records for key in record)]
        "".join(keys).encode()  # half a letter is no key
    except (ValueError, RecursionError):
        raise NoColumns from None
    worded = {key for key in keys if all(type(record.get(key)) is str for record in records)}
    return _distinct(keys), worded


def _keys(engine: duckdb.DuckDBPyConnection, texts: pl.Series) -> list[str]:
    """The keys of all objects in their order. Raises NoColumns where one holds a key twice, in one
    spelling or in two."""
    keys: dict[str, None] = {}
    if texts.len():
        _show(engine, texts)
        for (named,) in engine.sql(QUERIES["keys"]).fetchall():
            if find_twice(named):
                raise NoColumns
            keys |= dict.fromkeys(named)
    return _distinct([*keys])


def _distinct(keys: list[str]) -> list[str]:
    """Keys that DuckDB can give to the fields of one structure, whose case it does not mind. Raises
    NoColumns where it cannot."""
    if len(keys) > COLUMNS or "" in keys or len({key.lower() for key in keys}) < len(keys):
        raise NoColumns
    return keys


def _fields(
    engine: duckdb.DuckDBPyConnection,
    keys: list[str],
    texts: pl.Series,
    bare: Collection[str] = (),
) -> dict[str, Field]:
    """The fields of these keys. Raises InvalidInputException where any are ``bare`` and an object
    does not hold all keys, each once."""
    if not keys:
        return {}
    _show(engine, texts)
    shape = json.dumps({key: "VARCHAR" if key in bare else "JSON" for key in keys})
    query = QUERIES["all_fields"] if bare else QUERIES["fields"]
    found = engine.sql(query, params={"shape": shape}).pl().to_series()
    escaped = not bare and texts.str.contains("\\", literal=True).any()
    columns = zip(keys, found.struct.unnest().iter_columns(), strict=True)
    return {
        key: Field(cells, cells, True) if key in bare else Field(cells, _values(cells, escaped))
        for key, cells in columns
    }


def _show(engine: duckdb.DuckDBPyConnection, texts: pl.Series) -> None:
    """Let the engine read texts where they are."""
    whole = pl.CompatLevel.newest()
    engine.register("texts", texts.to_frame("text").to_arrow(compat_level=whole))


def _are_filled(texts: pl.Series, fields: dict[str, Field], of_null: int = 0) -> pl.Series:
    """Which texts hold these fields and nothing else: ``{"key":value,"key":value}``, to the byte;
    ``of_null``: the bytes of what is null.

    Whatever else stands in one (a key, a blank, null, a letter written by its number) makes it
    longer than what was found; what could make up for it is not believed.
    """
    frame = pl.DataFrame([f.cells.alias(f"c{place}") for place, f in enumerate(fields.values())])
    found = []
    for place, (key, field) in enumerate(fields.items()):
        length = pl.col(f"c{place}").str.len_bytes() + 2 * field.bare
        if of_null:
            length = length.fill_null(of_null)
        found.append(length + len(key.encode()) + len('"":,'))
    length = pl.sum_horizontal(pl.lit(len("{}") - len(",")), *found).alias("length")
    filled = frame.select(length).to_series() == texts.str.len_bytes()
    for field in fields.values():
        if (lengthened := field.find_lengthened()) is None:
            continue
        rows = lengthened.fill_null(False).arg_true()
        if field.values is not None and rows.len():
            rows = rows.filter(texts.gather(rows).str.contains(EXPONENT))
        filled = filled.scatter(rows, False)
    return filled


def _columns(
    engine: duckdb.DuckDBPyConnection, key: str, field: Field, delivery: Delivery, depth: int
) -> Columns:
    """The columns of one key: more than one where its values are objects."""
    if field.values is not None:
        return {key: field.values}
    cells = field.cells
    begins = "".join(cells.str.head(1).unique().drop_nulls())
    if "[" in begins:
        raise NoColumns
    if "{" not in begins:
        return {key: _one_by_one(key, cells, delivery)}
    inner = cells.str.starts_with("{").fill_null(False)
    columns: Columns = {}
    if (others := cells.is_not_null() & ~inner).any():
        plain = pl.select(pl.when(others).then(cells)).to_series()
        columns[key] = _one_by_one(key, plain, delivery)
    objects = cells.filter(inner)
    places = pl.repeat(None, len(cells), dtype=pl.UInt32, eager=True)
    places = places.scatter(inner.arg_true(), pl.int_range(len(objects), eager=True))
    for name, column in read_fields(engine, objects, delivery, depth=depth + 1).items():
        columns[f"{key}.{name}"] = column.gather(places)
    return columns


def _values(cells: pl.Series, escaped: bool) -> pl.Series | None:
    """Values as JSON writes them, read as the one type that all of them have; None where they share
    none, or one would be another in a column of it."""
    if cells.str.starts_with('"').all():
        return _texts(cells, escaped)
    truths = cells == "true"
    if (truths | (cells == "false")).all():
        return truths
    for kind in (pl.Int64, pl.Float64):
        numbers = cells.cast(kind, strict=False)
        if numbers.null_count() == cells.null_count():
            return numbers if kind == pl.Int64 or (numbers.abs() < FIGURE).all() else None
    return None


def _texts(cells: pl.Series, escaped: bool) -> pl.Series:
    """Texts without their quotes, ``escaped`` if some may hold a letter that is written otherwise."""
    texts = cells.str.slice(1).str.head(-1)
    if escaped and (odd := cells.str.contains("\\", literal=True).fill_null(False)).any():
        told = {cell: json.loads(cell) for cell in cells.filter(odd).unique()}
        meant = cells.replace_strict(told, default=None, return_dtype=pl.String)
        texts = meant.zip_with(odd, texts)
    return texts


def _one_by_one(key: str, cells: pl.Series, delivery: Delivery) -> pl.Series:
    """Values that share no type, or are too large for it."""
    told = {cell: json.loads(cell, parse_int=read_integer) for cell in cells.drop_nulls().unique()}
    return column_of(key, [told.get(cell) for cell in cells], delivery)


def read_integer(digits: str) -> int | str:
    """An integer; its digits where it has so many that nothing could be reckoned with it."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else digits
