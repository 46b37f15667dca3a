"""Many JSON records at once, where they are as simple as most are.

Here: flat records, a line each, whose fields hold texts, numbers or truth values throughout:
pyarrow reads them in a third of the time that any record costs. Not here: whatever else a record
may be, and what is wrong with one (``json_records``, ``json_fields``): nothing is said of those
here, and the same columns come of both ways.
"""

from __future__ import annotations

import json
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from kinhbac.ingest.headings import find_twice
from kinhbac.ingest.limits import COLUMNS, FIGURE
from kinhbac.ingest.text import normalise

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE = 200
"""Records of which the fields and their types are learnt; one that is different is found by pyarrow."""
NOTHING = type(None)
SIMPLE = {str, bool, int, float, NOTHING}
FRACTION = "Failed to convert JSON to int64"
"""What pyarrow says of a number that is no whole one."""


def read_columns(block: bytes, lines: int) -> list[pl.Series] | None:
    """The columns of records, one in each of so many lines; None where a record is not simple, or
    anything at all is wrong."""
    if not _are_objects(block, lines) or not (types := _learn(block)):
        return None
    import pyarrow as pa  # only files of more than a few thousand rows need it

    try:
        try:
            table = _read(block, types)
        except pa.ArrowInvalid as error:
            if FRACTION not in str(error):
                return None
            wider = {name: float if kind is int else kind for name, kind in types.items()}
            table = _read(block, wider)
    except pa.ArrowInvalid:
        return None
    columns = [pl.Series(cells) for cells in table.columns]
    if table.num_rows != lines or not all(map(_is_exact, columns)):
        return None
    return [
        _typed(column, types[name]).alias(normalise(name))
        for name, column in zip(types, columns, strict=True)
    ]


def _are_objects(block: bytes, lines: int) -> bool:
    """Whether each line begins and ends as an object does. A flat object ends with the only brace
    of its kind outside of texts, and no text holds the end of a line, so each is a whole one."""
    parted = block.count(b"}\n{")
    if parted < lines - 1:
        parted += block.count(b"}\r\n{")
    ends = block[-3:].rstrip(b"\r\n").endswith(b"}")
    return parted == lines - 1 and ends and block.startswith(b"{")


def _learn(block: bytes) -> dict[str, type] | None:
    """The fields of the first records in their order, and what they hold: ``str``, ``bool``,
    ``int``, ``float``, or None's type; None where they are not simple."""
    types: dict[str, type] = {}
    try:
        for record in map(json.loads, islice(BytesIO(block), SAMPLE)):
            for name, value in record.items():
                name.encode()  # half a letter is no name
                types[name] = _shared(types.get(name, NOTHING), type(value))
    except (ValueError, TypeError, RecursionError):
        return None
    if "" in types or len(types) > COLUMNS or find_twice(types):
        return None
    # Nothing that reads a file takes fields for two whose names differ in their case alone.
    return types if len({name.lower() for name in types}) == len(types) else None


def _shared(known: type, kind: type) -> type:
    """Of what type a field is that holds both. Raises TypeError where there is none."""
    if kind in (known, NOTHING) or known is NOTHING:
        shared = known if kind is NOTHING else kind
    else:
        shared = float if {known, kind} == {int, float} else dict
    if shared not in SIMPLE:
        raise TypeError(shared)
    return shared


def _read(block: bytes, types: dict[str, type]) -> pa.Table:
    """Read a block. Raises ``ArrowInvalid`` where a record is another."""
    import pyarrow as pa
    from pyarrow import json as records

    arrow = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    schema = pa.schema([(name, arrow.get(kind, pa.null())) for name, kind in types.items()])
    table = records.read_json(
        pa.BufferReader(block),
        records.ReadOptions(use_threads=False),
        records.ParseOptions(schema, unexpected_field_behavior="error"),
    )
    table.validate(full=True)  # texts that are none would harm whoever looks at them
    return table


def _typed(column: pl.Series, kind: type) -> pl.Series:
    """A column of nothing is one of text; whole numbers that others have made fractions are whole."""
    if kind is NOTHING:
        return column.cast(pl.String)
    if kind is int and column.dtype.is_float() and (column % 1 == 0).all():
        return column.cast(pl.Int64)
    return column


def _is_exact(column: pl.Series) -> bool:
    """Whether no number is another one for being in a column of floating point."""
    return not column.dtype.is_float() or bool((column.abs() < FIGURE).all())
