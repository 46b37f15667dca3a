"""What pandera asks of a typed frame: types, bounds, patterns, keys.

Here: a contract's columns as pandera columns. Not here: reading or typing (``readers``,
``values``), the order of the examination (``door``).
"""

from __future__ import annotations

from collections.abc import Iterator

import pandera.polars as pa
import polars as pl

from kinhbac.registry.declared.contract import Measured, RecordColumn


def figure_column(measured: Measured, whole: bool) -> pa.Column:
    """A column of figures of a tabular source, ``whole`` where things are counted."""
    checks = list(_bounds(measured.min, measured.max))
    if whole:
        checks.append(
            pa.Check(
                lambda data: data.lazyframe.select(pl.col(data.key) % 1 == 0),
                error="a count has no fraction",
            )
        )
    return pa.Column(pl.Float64, checks, nullable=not measured.required)


def record_column(column: RecordColumn) -> pa.Column:
    """A column of a record-level source."""
    kinds = {
        "text": pl.String,
        "integer": pl.Int64,
        "number": pl.Float64,
        "boolean": pl.Boolean,
        "date": pl.Date,
        "timestamp": pl.Datetime("us"),
    }
    checks = list(_bounds(column.min, column.max))
    if column.one_of:
        checks.append(
            pa.Check.isin(list(column.one_of), error=f"one of {', '.join(column.one_of)}")
        )
    if column.pattern:
        pattern = rf"^(?:{column.pattern})$"
        checks.append(pa.Check.str_matches(pattern, error=f"it has the form {column.pattern}"))
    return pa.Column(kinds[column.type], checks, nullable=not (column.required or column.key))


def _bounds(least: float | None, most: float | None) -> Iterator[pa.Check]:
    if least is not None:
        yield pa.Check.ge(least, error=f"at least {least:g}")
    if most is not None:
        yield pa.Check.le(most, error=f"at most {most:g}")
