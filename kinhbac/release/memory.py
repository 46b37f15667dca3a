"""What the release in force says, laid down for dbt beside tonight's figures.

Here: the values that held cells may show, the values that tonight's are compared with,
the revisions and the warnings told so far, since when definitions stand. Not here: which cells are held or revised, which
warnings go on, what is told of a warning of which not everything is known (SQL).

A release of another version may have other columns than today's contracts. What it does not
have is unknown (null), what nobody reads any more is left out, and what has another type is
cast. A release is refused rather than forgotten: a table that is not as it was sealed, a type
that cannot be cast without loss, a column without which its rows would say nothing.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from kinhbac.data_folder import DataFolder, written_aside
from kinhbac.problems import Problem
from kinhbac.registry.tables import REMEMBERED
from kinhbac.release.contract import columns_of
from kinhbac.release.releases import (
    GO_BACK,
    Release,
    ReleaseUnreadable,
    current_release,
    find_damage,
    place_in,
    refuse_gap,
)

COMPARED = (
    "indicator", "area", "period_kind", "period_start", "period", "value", "corrections",
    "method", "published_in", "published_on",
)  # fmt: skip
"""What tonight's values are compared with, of the columns of the published ones."""
LAST_GOOD = ("last_good_value", "last_good_period_start", "last_good_release")
REVISED = ("old_value", "new_value", "new_release", "revised_on")
WEIGHED = (
    "shared_by", "weight", "red_points", "beyond_points", "lasting_points", "stake_points",
    "unattended_points", "spread", "spreads_beyond", "months_lasting", "stake", "stake_unit",
    "first_figures_move",
)  # fmt: skip
"""What is said of open warnings anew each night, by figures of today; nobody remembers it."""
SAYING = {
    "warnings": ("warning",),
    "revisions": ("indicator", "area", "period_start", *REVISED),
    "indicator_values": ("indicator", "area", "period_start", "value"),
    "areas": ("area",),
    "definition_history": ("indicator", "definition", "today", "first_release"),
}
"""Columns of the tables read here without which a row does not say what of which it tells."""


def schemas() -> dict[str, pl.Schema]:
    """The tables of memory and their columns, which are those of the marts' contracts."""
    values, number = columns_of("indicator_values"), pl.Int32()
    cell = {name: values[name] for name in ("indicator", "area", "period_start")}
    compared = {name: values[name] for name in COMPARED}
    borders = columns_of("areas")["borders"]
    return {
        "last_values": pl.Schema(
            cell
            | {
                "value": values["value"],
                "value_period_start": values["period_start"],
                "value_release": number,
            }
        ),
        "published_values": pl.Schema(compared | {"borders": borders, "release": number}),
        "published_revisions": columns_of("revisions"),
        "published_warnings": _without(columns_of("warnings"), WEIGHED),
        REMEMBERED: columns_of("definition_history"),
        "published_release": pl.Schema({"release": number, "as_of": pl.Date()}),
    }


def _without(columns: pl.Schema, left_out: Collection[str]) -> pl.Schema:
    return pl.Schema({name: kind for name, kind in columns.items() if name not in left_out})


def write_memory(data: DataFolder) -> int:
    """Lay down what is remembered, for dbt; returns how many values a held cell could show.

    Raises ReleaseUnreadable, and then lays down nothing.
    """
    memory = recall(data)
    for name, frame in memory.items():
        with written_aside(data.tables / f"{name}.parquet") as aside:
            frame.write_parquet(aside)
    return memory["last_values"].height


def recall(data: DataFolder) -> dict[str, pl.DataFrame]:
    """The tables of memory, by name; they are empty before the first release.

    Raises ReleaseUnreadable, with all that is wrong, when the release in force is of a newer
    shape, is damaged, or holds what cannot be read as today's columns.
    """
    refuse_gap(data)
    release = current_release(data)
    if release is None:
        return {name: schema.to_frame() for name, schema in schemas().items()}
    problems: list[Problem] = []
    values, areas, revisions, warnings, definitions = (
        _read(release, table, columns, problems)
        for table, columns in (
            ("indicator_values", (*COMPARED, *LAST_GOOD)),
            ("areas", ("area", "borders")),
            ("revisions", tuple(columns_of("revisions"))),
            ("warnings", tuple(columns_of("warnings"))),
            ("definition_history", tuple(columns_of("definition_history"))),
        )
    )
    if problems:
        raise ReleaseUnreadable(f"release {release.number}", problems)
    told = {
        "last_values": _last_good(values, release),
        "published_values": values.join(areas, on="area", how="left", maintain_order="left")
        .with_columns(release=release.number),
        "published_revisions": revisions,
        "published_warnings": warnings,
        REMEMBERED: definitions,
        "published_release": pl.DataFrame({"release": [release.number], "as_of": [release.as_of]}),
    }  # fmt: skip
    return {
        name: told[name].select(pl.col(column).cast(kind) for column, kind in schema.items())
        for name, schema in schemas().items()
    }


def _read(
    release: Release, table: str, columns: tuple[str, ...], problems: list[Problem]
) -> pl.DataFrame:
    """A table of the release by today's contract; empty, with its reasons told, if refused.

    A release from before there was such a table has told nothing in it.
    """
    contract = columns_of(table)
    empty = pl.Schema({name: contract[name] for name in columns}).to_frame()
    path = release.folder / f"{table}.parquet"
    if damage := find_damage(release, table):
        problems.append(damage)
    if damage or not path.exists():
        return empty
    there = pl.scan_parquet(path, glob=False).collect_schema()
    told = pl.read_parquet(path, columns=[c for c in columns if c in there], glob=False)
    refused = [
        _refuse(release, table, name, "this column is not there, and a row says nothing without it")
        for name in SAYING[table]
        if name not in told.columns
    ]
    read = {}
    for name in columns:
        column = (
            told[name] if name in told.columns else pl.Series([None]).new_from_index(0, told.height)
        )
        try:
            read[name] = _cast(column, contract[name])
        except pl.exceptions.PolarsError:
            found = f"holds {column.dtype} that cannot be read as {contract[name]}"
            refused.append(_refuse(release, table, name, found))
    problems += refused
    return empty if refused else pl.DataFrame(read)


def _cast(column: pl.Series, kind: pl.DataType) -> pl.Series:
    """The column as another type, if every value is the same in it.

    Raises PolarsError if not: 1.5 is no release, and a number is no day.
    """
    cast = column.cast(kind)
    is_number = column.dtype.is_numeric()
    if is_number and (kind.is_temporal() or not cast.cast(column.dtype).equals(column)):
        raise pl.exceptions.InvalidOperationError(f"{column.dtype} is something else as {kind}")
    return cast


def _refuse(release: Release, table: str, column: str, found: str) -> Problem:
    return Problem(
        file=place_in(release.folder, f"{table}.parquet"),
        column=column,
        found=found,
        rule=f"a night remembers the columns that the contract of «{table}» names",
        remedy=f"install a version that reads this release, or {GO_BACK}",
    )


def _last_good(values: pl.DataFrame, release: Release) -> pl.DataFrame:
    """What a held cell may show: its value, or the earlier one that it shows already.

    A value that was itself held keeps the period and release from which it comes; where the
    release did not say from which, it is known to be no later than this one.
    """
    good = pl.col("value").is_not_null() & pl.col("last_good_release").is_null()
    return values.select(
        "indicator",
        "area",
        "period_start",
        pl.when(good).then("value").otherwise("last_good_value").alias("value"),
        pl.when(good)
        .then("period_start")
        .otherwise("last_good_period_start")
        .alias("value_period_start"),
        pl.when(good)
        .then(release.number)
        .otherwise(pl.col("last_good_release").fill_null(release.number))
        .alias("value_release"),
    ).filter(pl.col("value").is_not_null())
