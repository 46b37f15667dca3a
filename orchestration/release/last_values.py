"""The values of the release in force, for the cells that are held tonight.

Here: what a held cell may show, laid down for dbt. Not here: which cells are held (SQL).
"""

from __future__ import annotations

import polars as pl

from orchestration.release.publication import current_release
from orchestration.warehouse import DataFolder, written_aside


def write_last_values(data: DataFolder) -> int:
    """Lay down what held cells may show: the values of the release in force, for dbt.

    A value that was itself held keeps the period and release from which it comes.
    Returns the rows.
    """
    columns = {
        "indicator": pl.String,
        "area": pl.String,
        "period_start": pl.Date,
        "value": pl.Float64,
        "value_period_start": pl.Date,
        "value_release": pl.Int32,
    }
    frame = pl.DataFrame(schema=columns)
    release = current_release(data)
    if release:
        values = pl.read_parquet(data.current / "indicator_values.parquet")
        missing = {"last_good_value", "last_good_period_start", "last_good_release"}
        missing -= set(values.columns)  # a release from before values were held by lineage
        values = values.with_columns(pl.lit(None).alias(name) for name in sorted(missing))
        good = pl.col("value").is_not_null() & pl.col("last_good_release").is_null()
        frame = values.select(
            "indicator",
            "area",
            "period_start",
            pl.when(good)
            .then("value")
            .otherwise("last_good_value")
            .cast(pl.Float64)
            .alias("value"),
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
    with written_aside(data.tables / "last_values.parquet") as aside:
        frame.write_parquet(aside)
    return frame.height
