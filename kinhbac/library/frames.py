"""The columns of answers, the same wherever they come from.

Here: names and types. Not here: where rows come from. Columns may be added; none is renamed or
taken away but with a new major version of the package.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

Schema = dict[str, type[pl.DataType]]

CELLS: Schema = {
    "indicator": pl.String,
    "area": pl.String,
    "breakdown": pl.String,
    "category": pl.String,
    "period_kind": pl.String,
    "period": pl.String,
    "period_start": pl.Date,
    "value": pl.Float64,
    "unit": pl.String,
    "state": pl.String,
    "reason": pl.String,
    "vintage": pl.String,
    "target": pl.Float64,
    "status": pl.String,
    "published_on": pl.Date,
    "synthetic": pl.Boolean,
}
"""Figures as a release or the interface tells them."""
INDICATORS: Schema = {
    "indicator": pl.String,
    "name_vi": pl.String,
    "name_en": pl.String,
    "indicator_group": pl.String,
    "sector": pl.String,
    "purpose": pl.String,
    "purpose_vi": pl.String,
    "formula": pl.String,
    "unit": pl.String,
    "unit_vi": pl.String,
    "unit_en": pl.String,
    "frequency": pl.String,
    "span": pl.String,
    "area_kinds": pl.String,
    "direction": pl.String,
    "round_to": pl.Int64,
    "decision": pl.String,
    "source": pl.String,
    "owner": pl.String,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
    "access": pl.String,
    "licence": pl.String,
    "synthetic": pl.Boolean,
}
AREAS: Schema = {
    "area": pl.String,
    "kind": pl.String,
    "code": pl.String,
    "name_vi": pl.String,
    "name_en": pl.String,
    "parent": pl.String,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
}
RANKS: Schema = {
    "area": pl.String,
    "area_name": pl.String,
    "period": pl.String,
    "period_start": pl.Date,
    "value": pl.Float64,
    "state": pl.String,
    "rank": pl.Float64,
    "units": pl.Int64,
    "rank_low": pl.Float64,
    "rank_median": pl.Float64,
    "rank_high": pl.Float64,
    "draws": pl.Int64,
    "interval_of": pl.String,
    "imputed": pl.Boolean,
    "synthetic": pl.Boolean,
}
COMPONENTS: Schema = {
    "area": pl.String,
    "period": pl.String,
    "period_start": pl.Date,
    "component": pl.String,
    "component_name": pl.String,
    "normalised": pl.Float64,
    "weight": pl.Float64,
}
STEPS: Schema = {
    "area": pl.String,
    "period": pl.String,
    "period_start": pl.Date,
    "component": pl.String,
    "place": pl.Int64,
    "component_value": pl.Float64,
    "aim": pl.Float64,
    "gain": pl.Float64,
    "rank": pl.Float64,
    "rank_after": pl.Float64,
    "gain_together": pl.Float64,
    "rank_together": pl.Float64,
    "reason": pl.String,
}
VALUES = (
    *("indicator", "indicator_name", "area", "area_name", "breakdown", "category"),
    *("period_kind", "period", "period_start", "value", "unit", "unit_name", "state", "reason"),
    *("vintage", "target", "status", "published_on", "synthetic", "source", "owner", "release"),
)
"""Columns of ``Warehouse.values``: a row a figure, with what is needed to read it alone."""


def frame_of(rows: Iterable[Mapping[str, Any]], schema: Schema) -> pl.DataFrame:
    """Rows as a frame of these columns; one that a row does not have is empty, others are left out.

    Days may be texts, as JSON has them.
    """
    told = [tuple(row.get(name) for name in schema) for row in rows]
    return frame_of_tuples(told, schema)


def frame_of_tuples(rows: Sequence[Sequence[Any]], schema: Schema) -> pl.DataFrame:
    """The same of rows whose values stand in the order of the columns."""
    days = [
        name
        for place, name in enumerate(schema)
        if schema[name] is pl.Date and any(isinstance(row[place], str) for row in rows)
    ]
    read = {name: pl.String if name in days else kind for name, kind in schema.items()}
    frame = pl.DataFrame(rows, schema=read, orient="row")
    return frame.with_columns(pl.col(days).str.to_date()) if days else frame
