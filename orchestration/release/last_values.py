"""What the release in force says, laid down for dbt beside tonight's figures.

Here: the values that held cells may show, the values that tonight's are compared with,
the revisions told so far. Not here: which cells are held or revised (SQL).
"""

from __future__ import annotations

from typing import Any

import polars as pl

from orchestration.release.publication import Release, current_release
from orchestration.warehouse import DataFolder, written_aside

LAST: dict[str, Any] = {
    "indicator": pl.String,
    "area": pl.String,
    "period_start": pl.Date,
    "value": pl.Float64,
    "value_period_start": pl.Date,
    "value_release": pl.Int32,
}
PUBLISHED: dict[str, Any] = {
    "indicator": pl.String,
    "area": pl.String,
    "period_kind": pl.String,
    "period_start": pl.Date,
    "period": pl.String,
    "value": pl.Float64,
    "corrections": pl.List(pl.String),
    "method": pl.String,
    "borders": pl.String,
    "published_in": pl.Int32,
    "published_on": pl.Date,
    "release": pl.Int32,
}
REVISIONS: dict[str, Any] = {
    "indicator": pl.String,
    "area": pl.String,
    "period_kind": pl.String,
    "period_start": pl.Date,
    "period": pl.String,
    "old_value": pl.Float64,
    "new_value": pl.Float64,
    "new_reason": pl.String,
    "old_release": pl.Int32,
    "new_release": pl.Int32,
    "revised_on": pl.Date,
    "cause": pl.String,
}


def write_last_values(data: DataFolder) -> int:
    """Lay down the three tables; they are empty before the first release.

    A value that was itself held keeps the period and release from which it comes.
    Returns how many values a held cell could show.
    """
    last = pl.DataFrame(schema=LAST)
    published = pl.DataFrame(schema=PUBLISHED)
    revisions = pl.DataFrame(schema=REVISIONS)
    if release := current_release(data):
        values = pl.read_parquet(data.current / "indicator_values.parquet")
        last, published = _last(values, release), _published(values, release, data)
        told = data.current / "revisions.parquet"
        # A release from before publications were remembered has another table of that name.
        if told.exists() and set(REVISIONS) <= set(pl.read_parquet_schema(told)):
            revisions = pl.read_parquet(told).select(list(REVISIONS))
    for name, frame in (
        ("last_values", last),
        ("published_values", published),
        ("published_revisions", revisions),
    ):
        with written_aside(data.tables / f"{name}.parquet") as aside:
            frame.write_parquet(aside)
    return last.height


def _last(values: pl.DataFrame, release: Release) -> pl.DataFrame:
    missing = {"last_good_value", "last_good_period_start", "last_good_release"}
    missing -= set(values.columns)  # a release from before values were held by lineage
    values = values.with_columns(pl.lit(None).alias(name) for name in sorted(missing))
    good = pl.col("value").is_not_null() & pl.col("last_good_release").is_null()
    return values.select(
        "indicator",
        "area",
        "period_start",
        pl.when(good).then("value").otherwise("last_good_value").cast(pl.Float64).alias("value"),
        pl.when(good)
        .then("period_start")
        .otherwise("last_good_period_start")
        .cast(pl.Date)
        .alias("value_period_start"),
        pl.when(good)
        .then(release.number)
        .otherwise("last_good_release")
        .cast(pl.Int32)
        .alias("value_release"),
    ).filter(pl.col("value").is_not_null())


def _published(values: pl.DataFrame, release: Release, data: DataFolder) -> pl.DataFrame:
    """The values as published. A release from before publication days were kept counts as
    the first one; its methods and borders are not known, so nothing is called revised."""
    if not {"method", "published_in"} <= set(values.columns):
        return pl.DataFrame(schema=PUBLISHED)
    borders = pl.read_parquet(data.current / "areas.parquet").select("area", "borders")
    return (
        values.join(borders, on="area", how="left")
        .with_columns(pl.lit(release.number, pl.Int32).alias("release"))
        .select(pl.col(name).cast(kind) for name, kind in PUBLISHED.items())
    )
