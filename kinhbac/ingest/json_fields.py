"""The fields of many JSON objects at once, as columns.

Here: DuckDB takes the fields of a whole batch out of its texts, as they are written; columns of one
type are read as that type, objects inside objects as ``outer.inner``. Not here: where the texts
come from, records that are few (``json_records``, which reads the same out of them).

Texts are gone through twice: once for the sequences of keys, of which a batch has few; once for all
values.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NoReturn

import duckdb
import polars as pl

from kinhbac.ingest.cells import as_text, column_of
from kinhbac.ingest.header_rows import NEW_NAMES
from kinhbac.ingest.headings import find_twice, tell_spellings
from kinhbac.ingest.limits import COLUMNS, FIGURE, NESTING, Unreadable, hold
from kinhbac.queries import read_queries
from kinhbac.registry.declared.contract import Delivery

QUERIES = read_queries(__file__)
Columns = dict[str, pl.Series]
LONGEST_NUMBER = 18
"""Digits of an integer that any column of integers can hold."""


class NoColumns(Exception):
    """Records to be read one by one: keys that no two columns can have beside each other, or a
    list in place of a value."""


def read_fields(
    engine: duckdb.DuckDBPyConnection, texts: pl.DataFrame, delivery: Delivery, depth: int = 1
) -> Columns:
    """Key by key what the objects hold, null where one does not have it.

    ``texts`` are objects (``text``) with their lines (``line``). Raises Unreadable where one is
    no JSON, holds a key twice, or nests too deep; NoColumns where that cannot be said of all at
    once.
    """
    if not texts.height:
        return {}
    if depth > NESTING:
        refuse_nesting(texts["line"][0])
    engine.register("texts", texts)
    try:
        keys = _keys(engine, texts["line"][0])
        if not keys:
            return {}
        shape = json.dumps(dict.fromkeys(keys, "JSON"))
        found = engine.sql(QUERIES["fields"], params={"shape": shape}).to_arrow_table()
    except duckdb.InvalidInputException:
        for line, text in engine.sql(QUERIES["broken"]).fetchall():
            _refuse(text, line)
        raise
    fields = pl.DataFrame(found)["fields"].struct.unnest()
    columns: Columns = {}
    for key, cells in zip(keys, fields.iter_columns(), strict=True):
        for name, column in _column(engine, key, cells, texts["line"], delivery, depth).items():
            put_beside(columns, name, column, texts["line"], delivery)
    return columns


def put_beside(
    columns: Columns, name: str, column: pl.Series, lines: pl.Series, delivery: Delivery
) -> None:
    """Add a column; of one that has another spelling of its name, or is named so by an object
    inside, each record holds one of the two. Raises Unreadable where one holds both."""
    if (other := columns.get(name)) is not None:
        if (both := other.is_not_null() & column.is_not_null()).any():
            refuse_twice([name, name], lines.filter(both)[0])
        if other.dtype != column.dtype:
            other, column = as_text(other, delivery), as_text(column, delivery)
        column = other.zip_with(other.is_not_null(), column)
    columns[name] = column.alias(name)


def _keys(engine: duckdb.DuckDBPyConnection, first: int) -> list[str]:
    """The keys of all objects in their order. Raises as ``read_fields`` does."""
    keys: dict[str, None] = {}
    for named, line in engine.sql(QUERIES["keys"]).fetchall():
        refuse_twice(named, line)
        keys |= dict.fromkeys(named)
    hold("the records name", len(keys), COLUMNS, "fields", NEW_NAMES, first)
    if "" in keys or len({key.lower() for key in keys}) < len(keys):
        raise NoColumns  # DuckDB tells the fields of a structure apart without their case
    return [*keys]


def _column(
    engine: duckdb.DuckDBPyConnection,
    key: str,
    cells: pl.Series,
    lines: pl.Series,
    delivery: Delivery,
    depth: int,
) -> Columns:
    """The columns of one key: more than one where its values are objects."""
    texts = cells.str.starts_with('"').all()  # most columns are of texts
    begins = '"' if texts else "".join(cells.str.head(1).unique().drop_nulls())
    if "[" in begins:
        raise NoColumns
    if "{" not in begins:
        return {key: _values(key, cells, begins, lines, delivery)}
    inner = cells.str.starts_with("{").fill_null(False)
    columns: Columns = {}
    if (others := cells.is_not_null() & ~inner).any():
        plain = pl.select(pl.when(others).then(cells)).to_series()
        columns[key] = _values(key, plain, begins.replace("{", ""), lines, delivery)
    objects = pl.DataFrame({"line": lines.filter(inner), "text": cells.filter(inner)})
    places = pl.repeat(None, len(cells), dtype=pl.UInt32, eager=True)
    places = places.scatter(inner.arg_true(), pl.int_range(objects.height, eager=True))
    for name, column in read_fields(engine, objects, delivery, depth + 1).items():
        columns[f"{key}.{name}"] = column.gather(places)
    return columns


def _values(
    key: str, cells: pl.Series, begins: str, lines: pl.Series, delivery: Delivery
) -> pl.Series:
    """Values as JSON writes them, read as the one type that all of them have; else one by one."""
    if not begins:
        return cells
    if begins == '"' and not cells.str.contains("\\", literal=True).any():
        return cells.str.slice(1).str.head(-1)
    if not begins.strip("-0123456789") and (numbers := _numbers(cells)) is not None:
        return numbers
    if not begins.strip("tf"):
        return cells == "true"
    told = {cell: _value(cell, cells, lines) for cell in cells.drop_nulls().unique()}
    return column_of(key, [told.get(cell) for cell in cells], delivery)


def _numbers(cells: pl.Series) -> pl.Series | None:
    """Numbers; None where one of them would be another in a column of their type."""
    if not cells.str.contains("[.eE]").any():
        whole = cells.str.len_bytes().max()
        return cells.cast(pl.Int64) if isinstance(whole, int) and whole <= LONGEST_NUMBER else None
    numbers = cells.cast(pl.Float64, strict=False)
    fits = (numbers.abs() < FIGURE).all() and numbers.null_count() == cells.null_count()
    return numbers if fits else None


def _value(cell: str, cells: pl.Series, lines: pl.Series) -> Any:
    try:
        return json.loads(cell, parse_int=read_integer)
    except RecursionError:
        refuse_nesting(lines.filter(cells == cell)[0])


def read_integer(digits: str) -> int | str:
    """An integer; its digits where it has so many that nothing could be reckoned with it."""
    return int(digits) if len(digits) <= 2 * LONGEST_NUMBER else digits


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


def _refuse(text: str, line: int) -> NoReturn:
    """Raises Unreadable for a text that is no JSON, with the place from which on it is none."""
    found, column = "it holds what JSON does not know", 1
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        found, column = error.msg, error.colno
    except RecursionError:
        refuse_nesting(line)
    raise Unreadable(
        f"not JSON: {found} (column {column})",
        "the contract promises JSON",
        "deliver the whole file again",
        line,
    ) from None
