"""From the relations that dbt has built to boards of composites.

Here: definitions, operands and cells put onto grids, of all composites or of those that a night
computes. Not here: computing (``board``). A few lines past 200 because what is read, and of which
composites, are one question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from kinhbac.composite.board import Board
from kinhbac.composite.figures import REASONS, Absence, Codes, Counts, Figures, Grid, Truths
from kinhbac.composite.reach import find_connected, operands_of
from kinhbac.kept_results import find_data
from kinhbac.registry.declared.methods import CompositeDefinition

OLD_AFTER = 366
"""Days after which a figure that stands for a later period is told as old, as pages mark it."""


def find_touched(connection: duckdb.DuckDBPyConnection, table: str) -> frozenset[str] | None:
    """The indicators whose rows of ``table`` are computed tonight: those that changes touch where
    it is there from the night before; None where it is not, and every row is new."""
    asked = "select count(*) from duckdb_tables() where schema_name = 'main' and table_name = ?"
    data = find_data(connection)
    if data is None or connection.execute(asked, [table]).fetchall() == [(0,)]:
        return None
    keys = pl.read_parquet(data.tables / "changed_indicators.parquet", glob=False)
    return frozenset(keys["indicator"])


def compute_boards(
    composites: duckdb.DuckDBPyRelation,
    groups_below: Sequence[duckdb.DuckDBPyRelation],
    cells: duckdb.DuckDBPyRelation,
    areas: duckdb.DuckDBPyRelation,
    groups: duckdb.DuckDBPyRelation,
    dues: duckdb.DuckDBPyRelation,
    refresh: duckdb.DuckDBPyRelation,
    indicators: duckdb.DuckDBPyRelation,
    touched: Collection[str] | None = None,
) -> list[Board]:
    """Every composite of the candidate, from the relations that dbt has built; where indicators are
    ``touched``, those that are or rest on one, and all below them.

    ``groups_below`` are the models of the four lower groups, ``dues`` and ``refresh`` say what
    is still awaited on which day, ``indicators`` what figures may be; the others are as in
    ``read_boards``.
    """
    definitions = [
        CompositeDefinition.model_validate_json(text)
        for (text,) in composites.project("definition").fetchall()
    ]
    known = {each.indicator for each in definitions}
    names = known if touched is None else find_connected(definitions, touched)
    computed = [each for each in definitions if each.indicator in names]
    if not computed:
        return []
    [(today,)] = refresh.project("as_of").fetchall()
    awaited = dues.filter("not delivered").project("indicator, period_start, due_date").pl()
    wanted = _one_of({name for each in computed for name in operands_of(each)})
    operands = pl.concat(
        group.filter(f"of_its_time and {wanted}")
        .project(
            "indicator, version, period_kind, area, period_start, value, reason, age_days, denominator"
        )
        .pl()
        for group in groups_below
    ).join(
        indicators.project("indicator, version, noise, scale").pl(),
        on=["indicator", "version"],
        how="left",
    )
    boards = read_boards(
        definitions,
        operands,
        cells.filter(_one_of(known)).project("indicator, version, area, period_start").pl(),
        areas.project("area, kind").pl(),
        groups.project("grouping, area, area_group").pl(),
        awaited.filter(pl.col("due_date") >= today),
        names,
    )
    bounds = read_bounds(indicators.project("indicator, today, least, most").pl())
    for board in boards:
        board.bounds = {name: bounds[name] for name in board.known if name in bounds}
        board.compute()
    return boards


def _one_of(names: Iterable[str]) -> str:
    """That a row is of one of these indicators, whose names have no quotes."""
    listed = "', '".join(sorted(names))
    return f"indicator in ('{listed}')"


def read_bounds(indicators: pl.DataFrame) -> dict[str, tuple[float, float]]:
    """Between what the figures of each indicator lie by its definition of today."""
    told = indicators.filter("today").select(
        "indicator",
        pl.col("least").fill_null(-np.inf),
        pl.col("most").fill_null(np.inf),
    )
    return {name: (least, most) for name, least, most in told.iter_rows()}


def read_boards(
    definitions: Sequence[CompositeDefinition],
    operands: pl.DataFrame,
    cells: pl.DataFrame,
    areas: pl.DataFrame,
    groups: pl.DataFrame,
    awaited: pl.DataFrame,
    names: Collection[str],
) -> list[Board]:
    """One board a frequency, of the composites ``names``.

    ``definitions``: all composites; ``operands``: indicator, period_kind, area,
    period_start, value, reason, age_days of all indicators below, and denominator, noise and scale
    of those that are counted; ``cells``: indicator, version, area, period_start of all composites,
    because periods that only others owe count as well where one looks back;
    ``areas``: area, kind; ``groups``: grouping, area, area_group; ``awaited``: indicator, period_start
    for which something is not due yet and not there. A composite that would make up for it waits.
    """
    by_frequency: dict[str, list[CompositeDefinition]] = defaultdict(list)
    for definition in definitions:
        by_frequency[definition.frequency.value].append(definition)
    boards = []
    for frequency, every in sorted(by_frequency.items()):
        if own := [each for each in every if each.indicator in names]:
            of_frequency = cells.filter(
                pl.col("indicator").is_in({each.indicator for each in every})
            )
            boards.append(
                _board(
                    own,
                    _grid(of_frequency, areas, groups),
                    operands.filter(pl.col("period_kind") == frequency),
                    of_frequency.filter(
                        pl.col("indicator").is_in({each.indicator for each in own})
                    ),
                    awaited,
                )
            )
    return boards


def _board(
    definitions: list[CompositeDefinition],
    grid: Grid,
    operands: pl.DataFrame,
    cells: pl.DataFrame,
    awaited: pl.DataFrame,
) -> Board:
    by_key = {(each.indicator, each.version): each for each in definitions}
    wanted = {name for each in definitions for name in operands_of(each)}
    known = {
        name: Figures(
            np.full(grid.shape, np.nan), np.full(grid.shape, Absence.MISSING_OPERAND, np.int16)
        )
        for name in wanted
    }
    old: dict[str, Truths] = {}
    placed = _placed(operands.filter(pl.col("indicator").is_in(wanted)), grid).with_columns(
        pl.col("reason").replace_strict(REASONS, default=int(Absence.MISSING_OPERAND)).alias("why")
    )
    for (name,), rows in placed.partition_by("indicator", as_dict=True).items():
        at = rows["at_period"].to_numpy(), rows["at_area"].to_numpy()
        values = rows["value"].to_numpy().astype(np.float64)
        known[str(name)].values[at] = values
        known[str(name)].absences[at] = np.where(
            np.isnan(values), rows["why"].fill_null(int(Absence.MISSING_OPERAND)).to_numpy(), 0
        )
        if rows["noise"].is_not_null().any():
            known[str(name)] = replace(known[str(name)], counts=_counts(rows, at, grid.shape))
        old[str(name)] = np.zeros(grid.shape, bool)
        old[str(name)][at] = (rows["age_days"] > OLD_AFTER).fill_null(False).to_numpy()
    owed = {key: np.zeros(grid.shape, bool) for key in by_key}
    for (name, version), rows in (
        _placed(cells, grid).partition_by("indicator", "version", as_dict=True).items()
    ):
        owed[str(name), int(version)][rows["at_period"].to_numpy(), rows["at_area"].to_numpy()] = (
            True
        )
    for name, day in awaited.select("indicator", "period_start").iter_rows():
        for key, definition in by_key.items():
            makes_up = definition.method is not None and definition.method.makes_up
            if key[0] == name and makes_up and day in grid.periods:
                owed[key][grid.periods.index(day)] = False
    return Board(grid, by_key, owed, known, old=old)


def _counts(
    rows: pl.DataFrame, at: tuple[npt.NDArray[Any], npt.NDArray[Any]], shape: tuple[int, int]
) -> Counts:
    """What the figures of an indicator were counted from; a plain count is one of one."""
    found = Counts.unknown(shape)
    whole = pl.when(pl.col("noise") == "count").then(1.0).otherwise(pl.col("denominator"))
    told = rows.select(
        pl.when((whole > 0) & pl.col("noise").is_not_null()).then(whole).alias("whole"),
        pl.col("scale"),
        (pl.col("noise") == "share").fill_null(False).alias("is_share"),
    )
    found.whole[at] = told["whole"].to_numpy().astype(np.float64)
    found.scale[at] = told["scale"].to_numpy().astype(np.float64)
    found.is_share[at] = told["is_share"].to_numpy()
    return found


def _grid(cells: pl.DataFrame, areas: pl.DataFrame, groups: pl.DataFrame) -> Grid:
    periods = tuple(cells["period_start"].unique().sort())
    own = areas.filter(pl.col("area").is_in(cells["area"].unique().implode())).sort("area")
    keys = tuple(own["area"])
    return Grid(
        periods,
        keys,
        own["kind"].to_numpy().astype(np.str_),
        {
            str(name): _group_numbers(rows, keys)
            for (name,), rows in groups.partition_by("grouping", as_dict=True).items()
        },
    )


def _group_numbers(rows: pl.DataFrame, areas: Iterable[str]) -> Codes:
    group_of = dict(rows.select("area", "area_group").iter_rows())
    numbers = {group: number for number, group in enumerate(sorted(set(group_of.values())))}
    return np.array([numbers[group_of[a]] if a in group_of else -1 for a in areas], np.int16)


def _placed(rows: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    """The rows that lie on the grid, with their places on its axes."""
    periods = pl.DataFrame({"period_start": grid.periods}, schema={"period_start": pl.Date})
    areas = pl.DataFrame({"area": grid.areas}, schema={"area": pl.String})
    return rows.join(periods.with_row_index("at_period"), on="period_start").join(
        areas.with_row_index("at_area"), on="area"
    )
