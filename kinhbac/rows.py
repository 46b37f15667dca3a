"""Tables that Python lays down, each written once: as the class of its rows.

Here: columns, types, keys and meanings from a class; writing rows as Parquet, proven. Not
here: any one table (``registry.tables``, ``ingest.ledger_tables``).

A class of rows is a frozen dataclass. Its fields are the columns, in their order; ``X | None``
may be empty, nothing else may. A field that is ``Annotated`` with a text has that meaning and is
published; a table with a meaning is published as it stands.
"""

from __future__ import annotations

import io
import types
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import polars as pl

from kinhbac.data_folder import write_changed

Long = Annotated[int, pl.Int64]
"""A whole number that may pass two thousand million."""


@dataclass(frozen=True)
class Form:
    """How the texts of a column are written: ``pattern`` matches the whole of each."""

    pattern: str


Sha256 = Annotated[str, Form("[0-9a-f]{64}")]
"""A hash that proves which bytes are meant; half of one proves nothing."""

DTYPES: dict[Any, Any] = {
    str: pl.String,
    int: pl.Int32,
    float: pl.Float64,
    bool: pl.Boolean,
    date: pl.Date,
    list[str]: pl.List(pl.String),
}
NAMES = ("str", "int", "Long", "float", "bool", "date", "list[str]", "Literal of words")
SQL_TYPES = {
    pl.String: "varchar",
    pl.Int32: "integer",
    pl.Int64: "bigint",
    pl.Float64: "double",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.List: "varchar[]",
}


@dataclass(frozen=True)
class Column:
    """One column: its type, whether it may be empty, what it means, the words it may hold, how
    its texts are written."""

    name: str
    dtype: Any
    optional: bool
    meaning: str | None
    words: tuple[str, ...]
    form: str | None

    @property
    def sql_type(self) -> str:
        """The type as SQL names it."""
        return SQL_TYPES[self.dtype.base_type()]


@dataclass_transform(frozen_default=True)
class Row:
    """One row of a table. ``key`` names the columns that tell rows apart."""

    table: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    meaning: ClassVar[str]

    def __init_subclass__(cls, table: str, key: tuple[str, ...], meaning: str = "") -> None:
        cls.table, cls.key, cls.meaning = table, key, meaning
        dataclass(frozen=True)(cls)


def columns_of(rows: type[Row]) -> tuple[Column, ...]:
    """The columns of a table in their order. Raises TypeError for a type that none has."""
    if rows not in _told:  # a night asks every class several times
        hints = get_type_hints(rows, include_extras=True)
        _told[rows] = tuple(_column(name, hints[name]) for name in rows.__annotations__)
    return _told[rows]


_told: dict[type[Row], tuple[Column, ...]] = {}


def published_columns(rows: type[Row]) -> tuple[Column, ...]:
    """The columns that a release shows: those with a meaning."""
    return tuple(column for column in columns_of(rows) if column.meaning)


def _column(name: str, hint: Any) -> Column:
    kind, said = _unwrapped(hint)
    optional = get_origin(kind) in (Union, types.UnionType)
    if optional:
        [inner] = [one for one in get_args(kind) if one is not type(None)]
        kind, more = _unwrapped(inner)
        said += more
    words = get_args(kind) if get_origin(kind) is Literal else ()
    told = [note for note in said if not isinstance(note, str | Form)]
    dtype = told[0] if told else DTYPES.get(str if words else kind)
    if dtype is None:
        raise TypeError(f"{name}: {hint} is no type of a column; those are {', '.join(NAMES)}")
    meaning = next((note for note in said if isinstance(note, str)), None)
    form = next((note.pattern for note in said if isinstance(note, Form)), None)
    dtype = dtype() if isinstance(dtype, type) else dtype
    return Column(name, dtype, optional, meaning, words, form)


def _unwrapped(hint: Any) -> tuple[Any, list[Any]]:
    """A type without ``Annotated``, and what that says of it."""
    if get_origin(hint) is not Annotated:
        return hint, []
    kind, *said = get_args(hint)
    return kind, said


def frame_of(kind: type[Row], rows: Iterable[Row]) -> pl.DataFrame:
    """Rows as a frame. Raises ValueError if one breaks what its class promises: a bug, not a
    user's mistake, which the registry's rules and the door name with file and line."""
    listed = [vars(row) for row in rows]
    columns = columns_of(kind)
    frame = pl.DataFrame(listed, schema={column.name: column.dtype for column in columns})
    for column in columns:
        cells = frame[column.name]
        if not column.optional and cells.null_count():
            raise ValueError(f"{kind.table}.{column.name}: {cells.null_count()} rows are empty")
        if column.words and (strange := set(cells.drop_nulls()) - set(column.words)):
            raise ValueError(f"{kind.table}.{column.name}: unknown {sorted(strange)}")
        if column.form:
            odd = cells.filter(~cells.str.contains(f"^(?:{column.form})$"))
            if len(odd):
                raise ValueError(f"{kind.table}.{column.name}: malformed {odd.to_list()[:2]}")
    if kind.key and (twice := frame.select(kind.key).is_duplicated()).any():
        raise ValueError(f"{kind.table}: rows share a key, {frame.filter(twice).rows()[:2]}")
    return frame


def write_rows(kind: type[Row], rows: Iterable[Row], folder: Path) -> pl.DataFrame:
    """Write a table as ``<table>.parquet``, unless it says so already, and return it. Raises as
    ``frame_of``."""
    frame = frame_of(kind, rows)
    content = io.BytesIO()
    frame.write_parquet(content)
    write_changed(folder / f"{kind.table}.parquet", content.getvalue())
    return frame
