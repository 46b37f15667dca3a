"""Tables for programs: CSV and Parquet, one of each an indicator.

Here: columns, and the files in both forms. Not here: workbooks for people (``workbooks``), what the
columns are for programs that read descriptors (``descriptor``).

A file is an indicator, because that is what has one owner, one unit, one frequency and one licence;
and a corrected figure gives a new file to those who fetch that indicator and to nobody else. A
sector has many of each, and its file would change nearly every night.
"""

from __future__ import annotations

from io import BytesIO

import polars as pl

from kinhbac.documents.spreadsheets import harmless
from kinhbac.exchange.edition.facts import Facts
from kinhbac.taken_over import NewFolder, fingerprint

DATA = "data"
CELLS = (
    "indicator",
    "area",
    "period_kind",
    "period_start",
    "period",
    "breakdown",
    "category",
    "value",
    "state",
    "vintage",
    "restated",
    "version",
    "published_on",
    "synthetic",
)
AREAS = ("area", "kind", "code", "name_vi", "name_en", "parent", "valid_from", "valid_to")
CATEGORIES = ("breakdown", "category", "name_vi", "name_en")
INDICATORS = (
    "indicator",
    "name_vi",
    "name_en",
    "indicator_group",
    "sector",
    "unit",
    "unit_vi",
    "unit_en",
    "unit_measure",
    "unit_power",
    "frequency",
    "span",
    "direction",
    "formula",
    "purpose",
    "purpose_vi",
    "owner",
    "owner_vi",
    "owner_en",
    "decision",
    "valid_from",
    "valid_to",
    "licence",
    "synthetic",
)
TYPES = {
    "period_start": pl.Date(),
    "value": pl.Float64(),
    "restated": pl.Boolean(),
    "version": pl.Int64(),
    "published_on": pl.Date(),
    "synthetic": pl.Boolean(),
    "unit_power": pl.Int64(),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
}
"""Columns that are no text, also where each of their fields is empty."""


def tabulate_indicators(facts: Facts) -> pl.DataFrame:
    """A row an indicator: what it is, how it is computed, who answers for it."""
    rows = [
        one.row | {"owner_vi": one.owner.vi, "owner_en": one.owner.en, "licence": one.licence}
        for one in facts.indicators
    ]
    schema = {column: TYPES.get(column, pl.String()) for column in INDICATORS}
    return pl.DataFrame(rows, schema=schema)


def write_tables(facts: Facts, made: NewFolder) -> None:
    """Write ``data/<table>.csv`` and ``.parquet``: a table an indicator, ``_indicators``, ``_areas``,
    ``_categories``.

    CSV as RFC 4180 has it: UTF-8, commas, decimal points, an empty field for what is not there.
    """
    for one in facts.indicators:
        write_table(one.cells.select(CELLS), made, one.key)
    write_table(_without_formulas(tabulate_indicators(facts)), made, "_indicators")
    write_table(_without_formulas(facts.areas.select(AREAS)), made, "_areas")
    write_table(_without_formulas(facts.categories.select(CATEGORIES)), made, "_categories")


def write_table(rows: pl.DataFrame, made: NewFolder, name: str) -> None:
    """Write one table in both forms; the same rows give the same bytes."""
    text = rows.write_csv().encode()
    origin = fingerprint(f"{rows.schema} {fingerprint(text)}")
    made.write(f"{DATA}/{name}.csv", origin, lambda: text)
    made.write(f"{DATA}/{name}.parquet", origin, lambda: _parquet(rows))


def _parquet(rows: pl.DataFrame) -> bytes:
    content = BytesIO()
    rows.write_parquet(content, compression="zstd", statistics=False)
    return content.getvalue()


def _without_formulas(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with names that no spreadsheet computes; cells hold keys and figures alone."""
    return rows.with_columns(pl.col(pl.String).map_elements(harmless, return_dtype=pl.String))
