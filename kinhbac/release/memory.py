"""What the release in force says, laid down for dbt beside tonight's figures.

Here: the values that held cells may show, the values that tonight's are compared with,
the revisions and the warnings told so far. Not here: which cells are held or revised, which
warnings go on (SQL).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from kinhbac.data_folder import DataFolder, written_aside
from kinhbac.release.publication import Release, current_release

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
WARNINGS: dict[str, Any] = {
    "warning": pl.String,
    "rule": pl.String,
    "indicator": pl.String,
    "indicator_group": pl.String,
    "area": pl.String,
    "source": pl.String,
    "sector": pl.String,
    "owner": pl.String,
    "level": pl.String,
    "worst_level": pl.String,
    "life": pl.String,
    "open": pl.Boolean,
    "period_kind": pl.String,
    "first_period": pl.String,
    "first_period_start": pl.Date,
    "last_period": pl.String,
    "last_period_start": pl.Date,
    "figure": pl.Float64,
    "limit_value": pl.Float64,
    "value": pl.Float64,
    "target": pl.Float64,
    "data_state": pl.String,
    "raised_on": pl.Date,
    "raised_in": pl.Int32,
    "reopened_on": pl.Date,
    "times_reopened": pl.Int32,
    "closed_on": pl.Date,
    "closed_in": pl.Int32,
    "closed_because": pl.String,
    "acknowledged_by": pl.String,
    "acknowledged_on": pl.Date,
    "action_vi": pl.String,
    "action_en": pl.String,
    "action_by": pl.String,
    "action_decision": pl.String,
    "action_decided_on": pl.Date,
    "action_due": pl.Date,
    "action_overdue": pl.Boolean,
    "close_reason": pl.String,
    "text_vi": pl.String,
    "text_en": pl.String,
    "response": pl.String,
    "synthetic": pl.Boolean,
}
"""Those of the published table: what is remembered of a warning is all that was told of it."""

RELEASE: dict[str, Any] = {"release": pl.Int32, "as_of": pl.Date}


def write_last_values(data: DataFolder) -> int:
    """Lay down the five tables; they are empty before the first release.

    A value that was itself held keeps the period and release from which it comes.
    Returns how many values a held cell could show.
    """
    last = pl.DataFrame(schema=LAST)
    published = pl.DataFrame(schema=PUBLISHED)
    revisions = pl.DataFrame(schema=REVISIONS)
    warnings = pl.DataFrame(schema=WARNINGS)
    before = pl.DataFrame(schema=RELEASE)
    if release := current_release(data):
        values = pl.read_parquet(data.current / "indicator_values.parquet")
        last, published = _last(values, release), _published(values, release, data)
        revisions = _told(data, "revisions", REVISIONS)
        warnings = _told(data, "warnings", WARNINGS)
        day = date.fromisoformat(release.manifest["as_of"])
        before = pl.DataFrame({"release": [release.number], "as_of": [day]}, schema=RELEASE)
    for name, frame in (
        ("last_values", last),
        ("published_values", published),
        ("published_revisions", revisions),
        ("published_warnings", warnings),
        ("published_release", before),
    ):
        with written_aside(data.tables / f"{name}.parquet") as aside:
            frame.write_parquet(aside)
    return last.height


def _told(data: DataFolder, table: str, columns: dict[str, Any]) -> pl.DataFrame:
    """What the release in force says in ``table``; nothing if it is from before its columns."""
    told = data.current / f"{table}.parquet"
    if not told.exists() or not set(columns) <= set(pl.read_parquet_schema(told)):
        return pl.DataFrame(schema=columns)
    return pl.read_parquet(told).select(pl.col(name).cast(kind) for name, kind in columns.items())


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
