"""Small counts are hidden, and who tries does not find them again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb
import numpy as np
import polars as pl
import pytest

from kinhbac.disclosure.protection import Cell, Sum, find_limits, protect
from kinhbac.disclosure.suppression_table import tell_suppressions
from kinhbac.kept_results import KeptResults


def cells(**counts: float) -> dict[Cell, float]:
    """Counts of areas by their names; ``all`` is the whole."""
    return {("count", name): value for name, value in counts.items()}


def hide(small: str, **counts: float) -> set[str]:
    values = cells(**counts)
    own: Sum = {cell: -1.0 if cell[1] == "all" else 1.0 for cell in values}
    return {area for _, area in protect(values, [own], [("count", name) for name in small], 5)}


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert hide("", a=7, b=9, all=16) == set()


def test_one_small_part_takes_the_least_other_part_with_it() -> None:
    assert hide("a", a=3, b=9, c=8, none=0, all=20) == {"a", "c"}


def test_two_small_parts_that_hold_too_little_together_take_a_third() -> None:
    """1 and 1 of 2: whoever knows that zeros are told knows both."""
    assert hide("ab", a=1, b=1, c=30, all=32) == {"a", "b", "c"}


def test_where_no_other_part_is_left_the_whole_is_hidden() -> None:
    assert "all" in hide("a", a=3, b=0, all=3)


@pytest.mark.parametrize("seed", range(12))
def test_no_sum_gives_a_small_count_back(seed: int) -> None:
    """Areas by categories, with both margins: linear programming finds no small count nearer than
    what counts as small."""
    rng = np.random.default_rng(seed)
    rows, columns = 8, 3
    counts = rng.poisson(rng.choice([1, 6, 40], (rows, columns))).astype(float)
    names = [f"c{column}" for column in range(columns)]
    areas = [f"a{row}" for row in range(rows)]
    values: dict[Cell, float] = {}
    sums: list[Sum] = []
    for area, own in zip(areas, counts, strict=True):
        values |= {(name, area): count for name, count in zip(names, own, strict=True)}
        values["all", area] = own.sum()
        sums.append({(name, area): 1.0 for name in names} | {("all", area): -1.0})
    for name in [*names, "all"]:
        parts = {(name, area): 1.0 for area in areas}
        values[name, "province"] = sum(values[cell] for cell in parts)
        sums.append(parts | {(name, "province"): -1.0})
    sums.append({(name, "province"): 1.0 for name in names} | {("all", "province"): -1.0})
    small = [cell for cell, value in values.items() if 0 < value < 5]
    hidden = protect(values, sums, small, 5)
    assert set(small) <= hidden and hidden < set(values)
    for cell in small:
        low, high = find_limits(cell, hidden, sums, values)
        assert high - low >= 5, (cell, low, high)


def hidden_totals(totals: Mapping[int, Mapping[str, int]]) -> set[tuple[str, int]]:
    """Areas and months of running totals that are not told; ``totals`` are of parts, by month."""
    rows = [
        {"data_element": "x", "area": area, "value": float(value), "period_kind": "month",
         "period_start": date(2026, month, 1), "of_record": True, "rolled_up": area == "all",
         "part_kind": "part" if area == "all" else None}
        for month, parts in totals.items()
        for area, value in [*parts.items(), ("all", sum(parts.values()))]
    ]  # fmt: skip
    words, parts = pl.String, list(totals[1])
    terms = {"data_element": words, "side": words, "coefficient": pl.Float64}
    checks = {"source": words, "contract_check": words}
    tables = {
        "data_elements": pl.DataFrame(
            [{"data_element": "x", "over_time": "cumulative", "disclosed_from": 5}]
        ).with_columns(pl.lit(None, words).alias("shared_by")),
        "contract_checks": pl.DataFrame(schema=checks | {"compare": words}),
        "contract_check_terms": pl.DataFrame(schema=checks | terms),
        "area_parts": pl.DataFrame({"part": parts}).select(
            pl.lit("all").alias("area"), "part", pl.lit("part").alias("part_kind"),
            pl.lit(1.0).alias("share"), pl.lit(None, words).alias("share_of"),
        ),
        "int_rolled_values": pl.DataFrame(rows),
    }  # fmt: skip
    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        told = tell_suppressions(
            {name: connection.table(name) for name in tables}, KeptResults(None, "once")
        )
    return {(area, start.month) for area, start in told.select("area", "period_start").rows()}


def test_what_hides_the_growth_of_a_running_total_has_grown_itself() -> None:
    """B has not grown: whoever knows that totals do not fall finds A's 2 beside it."""
    totals = {1: {"a": 10, "b": 50, "c": 70}, 2: {"a": 12, "b": 50, "c": 90}}
    assert hidden_totals(totals) == {("a", 2), ("c", 2)}


def test_where_growth_is_too_little_to_hide_in_no_sum_of_it_is_told() -> None:
    totals = {1: {"a": 10, "b": 50, "c": 70}, 2: {"a": 12, "b": 53, "c": 70}}
    assert hidden_totals(totals) == {("a", 2), ("b", 2), ("all", 2)}
