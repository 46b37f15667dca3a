"""The fields of many JSON objects at once, as columns of text.

Here: DuckDB takes the fields of a whole batch out of its texts; objects inside objects are read
the same way, as ``outer.inner``. Not here: where the texts come from, records that are few
(``json_records``, which reads the same out of them).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import duckdb
import polars as pl

from kinhbac.ingest.limits import COLUMNS, NESTING, Unreadable, hold
from kinhbac.ingest.raw import NEW_NAMES

Write = Callable[[Any], str | None]
"""A value as the contract writes it."""
KEYS = "select json_keys(text), min(line) from texts group by all order by 2"
FIELDS = "select json_extract(text, $paths) as fields from texts"
PLAIN_FIELDS = "select json_extract_string(text, $paths) as fields from texts"
BROKEN = "select line, text from texts where not json_valid(text) order by line limit 1"
INVOLVED = r":\s*(?:-?\d+[.eE]|[\[{])"
"""What a value begins with that is not plain: a fraction, a list, an object. A text may hold it
too; then the longer way is gone for nothing."""


def read_fields(
    engine: duckdb.DuckDBPyConnection, texts: pl.DataFrame, write: Write, depth: int = 1
) -> dict[str, pl.Series]:
    """Key by key what the objects hold, null where one does not have it.

    ``texts`` are objects (``text``) with their lines (``line``). Raises Unreadable where one is
    no JSON, holds a key twice, or nests too deep.
    """
    if not texts.height:
        return {}
    if depth > NESTING:
        refuse_nesting(texts["line"][0])
    keys: dict[str, None] = {}
    for named, line in _ask(engine, KEYS, texts).rows():
        if len(set(named)) < len(named):
            refuse_twice(named, line)
        keys |= dict.fromkeys(named)
    hold("the records name", len(keys), COLUMNS, "fields", NEW_NAMES, texts["line"][0])
    if not keys:
        return {}
    paths = ["/" + key.replace("~", "~0").replace("/", "~1") for key in keys]
    plain = not texts["text"].str.contains(INVOLVED).any()
    asked = _ask(engine, PLAIN_FIELDS if plain else FIELDS, texts, paths=paths)
    cells = asked["fields"].explode()
    columns: dict[str, pl.Series] = {}
    for place, key in enumerate(keys):
        column = cells.gather_every(len(keys), place)
        if plain:
            columns[key] = column
        else:
            columns |= _involved(engine, key, column, texts["line"], write, depth)
    return columns


def _ask(
    engine: duckdb.DuckDBPyConnection, query: str, texts: pl.DataFrame, **parameters: Any
) -> pl.DataFrame:
    engine.register("texts", texts)
    try:
        return pl.DataFrame(engine.sql(query, params=parameters).to_arrow_table())
    except duckdb.InvalidInputException:
        for line, text in engine.sql(BROKEN).fetchall():
            _refuse(text, line)
        raise


def _involved(
    engine: duckdb.DuckDBPyConnection,
    key: str,
    cells: pl.Series,
    lines: pl.Series,
    write: Write,
    depth: int,
) -> dict[str, pl.Series]:
    """The columns of one key whose values, as JSON, may be objects."""
    inner = cells.str.starts_with("{").fill_null(False)
    columns: dict[str, pl.Series] = {}
    if not inner.any() or (cells.is_not_null() & ~inner).any():
        columns[key] = _written(cells.set(inner, None), lines, write)
    objects = pl.DataFrame({"line": lines.filter(inner), "text": cells.filter(inner)})
    for name, column in read_fields(engine, objects, write, depth + 1).items():
        blank = pl.repeat(None, len(cells), dtype=pl.String, eager=True)
        columns[f"{key}.{name}"] = blank.scatter(inner.arg_true(), column)
    return columns


def _written(cells: pl.Series, lines: pl.Series, write: Write) -> pl.Series:
    """Texts without their quotes, numbers and truth values as the contract writes them."""
    begins = set(cells.str.head(1).unique().drop_nulls())
    strange = pl.repeat(False, len(cells), dtype=pl.Boolean, eager=True)
    values = cells
    if '"' in begins:
        values = values.str.strip_prefix('"').str.strip_suffix('"')
        strange |= cells.str.contains("\\", literal=True)
    if begins - {'"'}:
        values = values.set(cells == "null", None)
        words = cells.is_in(["true", "false", "null"])
        bare = ~cells.str.starts_with('"') if '"' in begins else cells.is_not_null()
        strange |= bare & ~words & cells.str.contains(r"[.eE\[]")
    strange = strange.fill_null(False)
    if not strange.any():
        return values
    told = cells.filter(strange)
    written = {
        cell: _written_one(cell, told, lines.filter(strange), write) for cell in told.unique()
    }
    return values.scatter(strange.arg_true(), told.replace_strict(written, return_dtype=pl.String))


def _written_one(cell: str, cells: pl.Series, lines: pl.Series, write: Write) -> str | None:
    try:
        return write(json.loads(cell))
    except RecursionError:
        refuse_nesting(lines.filter(cells == cell)[0])


def refuse_twice(keys: Sequence[str], line: int) -> NoReturn:
    """Raises Unreadable for an object that holds a key twice."""
    twice = sorted({key for key in keys if keys.count(key) > 1})
    raise Unreadable(
        "a record holds this twice",
        "a key stands once in a record",
        "remove one of the two",
        line,
        twice,
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
