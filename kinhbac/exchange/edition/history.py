"""What has changed from edition to edition, as a table that grows.

Here: comparing the figures with those of the edition before, and keeping what earlier ones told.
Not here: how people read it (``texts``). An indicator that is open no longer is counted and not
named, in the rows of earlier editions too: its name is no longer everybody's.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from kinhbac.exchange.edition.facts import Facts
from kinhbac.exchange.edition.tables import DATA

CHANGES, LISTED = "_changes", "_indicators"
KEY = ("area", "period_start", "breakdown", "category")
SCHEMA = pl.Schema(
    {
        "edition": pl.Int32(),
        "as_of": pl.Date(),
        "indicator": pl.String(),
        "change": pl.String(),
        "count": pl.Int64(),
    }
)
WITHDRAWN = "indicator_withdrawn"
Change = tuple[str | None, str, int]
"""Of which indicator, what, how many."""


def name_compared(indicators: Iterable[str]) -> list[str]:
    """The files of the edition before that ``find_changes`` reads, where these ``indicators`` are
    open in both."""
    return [f"{DATA}/{table}.parquet" for table in (CHANGES, LISTED, *indicators)]


def find_changes(facts: Facts, edition: int, before: Path | None) -> pl.DataFrame:
    """Every edition's changes, the newest edition first; the first one has none to tell.

    Whoever calls has proven what is read of ``before`` (``name_compared``).
    """
    if before is None:
        return pl.DataFrame(schema=SCHEMA)
    known = pl.read_parquet(before / DATA / f"{CHANGES}.parquet", glob=False)
    told = set(pl.read_parquet(before / DATA / f"{LISTED}.parquet", glob=False)["indicator"])
    open_ones = {one.key for one in facts.indicators}
    found: list[Change] = [(key, "indicator_added", 1) for key in sorted(open_ones - told)]
    found += _compare(facts.cells, before, sorted(open_ones & told))
    if gone := len(told - open_ones):
        found.append((None, WITHDRAWN, gone))
    rows = [(edition, facts.as_of, *change) for change in found]
    new = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    still = known.filter(pl.col("indicator").is_null() | pl.col("indicator").is_in(open_ones))
    return pl.concat([new, still])


def _compare(cells: pl.DataFrame, before: Path, indicators: list[str]) -> list[Change]:
    """Figures added, corrected and withdrawn, by indicator, where there are any."""
    paths = [before / DATA / f"{key}.parquet" for key in indicators]
    if not paths:
        return []
    columns = ("indicator", *KEY, "value")
    then = pl.read_parquet(paths, columns=list(columns), glob=False).drop_nulls("value")
    now = cells.filter(pl.col("indicator").is_in(indicators)).select(columns).drop_nulls("value")
    both = now.join(then, on=columns[:-1], how="full", suffix="_then", coalesce=True)
    old, new = pl.col("value_then"), pl.col("value")
    change = (
        pl.when(old.is_null())
        .then(pl.lit("cell_added"))
        .when(new.is_null())
        .then(pl.lit("cell_withdrawn"))
        .when(old != new)
        .then(pl.lit("cell_corrected"))
    )
    counted = both.with_columns(change=change).drop_nulls("change").group_by("indicator", "change")
    return counted.len().sort("indicator", "change").rows()
