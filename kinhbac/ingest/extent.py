"""The extent of an extract: what a delivery as a whole tells, and what it leaves out.

Here: measuring the rows that passed the door, comparing two extents. Not here: single rows
(``row_examination``), what comes of a delivery that leaves something out (``turns``,
``remarks``). Everything that is a matter of degree stands in the limits at the top. Past 200
lines because what is measured and what is compared of it are read side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from kinhbac.ingest.spool import Spool
from kinhbac.periods import Period, PeriodKind
from kinhbac.problems import SHOWN
from kinhbac.registry.declared.contract import Source

BY_CHANCE = 0.001
"""Something that was there is gone, and not by chance, when chance alone does so less than once in
a thousand times."""
MANY = 7
"""Records of an area: where so many came the last time, none comes by chance less than once in a
thousand times (exp(−7), by Poisson)."""


@dataclass(frozen=True)
class Extent:
    """What a delivery tells, in so many words.

    ``cells``: areas and the periods of which each of them has a row; areas of the same periods
    stand together. ``slight``: areas that may be absent another time without a reason, as they
    have no figure, or few records. ``filled``: data element, or column of records → rows that
    could have told it and rows that do. ``outside``: records none of whose days lies in the period,
    and ``outside_lines`` the first of them.
    """

    rows: int
    cells: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    slight: tuple[str, ...]
    filled: Mapping[str, tuple[int, int]]
    outside: int = 0
    outside_lines: tuple[int, ...] = ()

    @cached_property
    def areas(self) -> frozenset[str]:
        """Areas that have a row, whichever period it is about."""
        return frozenset(area for areas, _ in self.cells for area in areas)

    @cached_property
    def rows_told(self) -> frozenset[tuple[str, str]]:
        """Area and period of every row."""
        return frozenset(
            (area, period) for areas, periods in self.cells for area in areas for period in periods
        )


@dataclass(frozen=True)
class Lack:
    """What one extent tells and another one does not.

    ``areas`` that have no row at all, ``among`` all that had one; ``rows`` (area, period) of areas that have
    others; ``columns`` that hold nothing, with how many rows held something before.
    """

    areas: tuple[str, ...] = ()
    among: frozenset[str] = frozenset()
    rows: tuple[tuple[str, str], ...] = ()
    columns: tuple[tuple[str, int, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.areas or self.rows or self.columns)


def find_missing_areas(before: Extent, now: Extent) -> frozenset[str]:
    """Areas of which ``before`` tells, not by chance, and ``now`` does not."""
    return before.areas.difference(before.slight, now.areas)


def find_lack(before: Extent, now: Extent) -> Lack:
    """What ``before`` tells of a period, and ``now`` does not."""
    areas = find_missing_areas(before, now)
    others = before.areas.difference(before.slight, areas)
    alike = before.cells == now.cells  # nearly always: rows need not be told apart
    left_out = before.rows_told - now.rows_told if not alike else ()
    rows = {cell for cell in left_out if cell[0] in others}
    return Lack(
        tuple(sorted(areas)),
        before.areas,
        tuple(sorted(rows)),
        tuple(
            (column, filled, rows)
            for column, (rows, filled) in before.filled.items()
            if is_gone(before.filled[column], now.filled.get(column, (0, 0)))
        ),
    )


def is_gone(before: tuple[int, int], now: tuple[int, int]) -> bool:
    """Whether what some rows held is held by none, and not by chance; each is rows, filled rows.

    >>> is_gone((2, 2), (2, 0)), is_gone((100, 3), (100, 0)), is_gone((2, 2), (0, 0))
    (True, False, False)
    """
    rows, filled = before
    asked, told = now
    return bool(filled and asked and not told) and (1 - filled / rows) ** asked < BY_CHANCE


def unite(extents: Iterable[Extent]) -> Extent:
    """What several deliveries of one period tell together."""
    parts = list(extents)
    if len(parts) == 1:
        return parts[0]
    filled: dict[str, tuple[int, int]] = {}
    for part in parts:
        for column, (rows, told) in part.filled.items():
            known = filled.get(column, (0, 0))
            filled[column] = known[0] + rows, known[1] + told
    slight = set.intersection(*(set(part.slight) | (_all(parts) - part.areas) for part in parts))
    return Extent(
        sum(part.rows for part in parts),
        tuple(cell for part in parts for cell in part.cells),
        tuple(sorted(slight)),
        filled,
        sum(part.outside for part in parts),
        tuple(line for part in parts for line in part.outside_lines)[:SHOWN],
    )


def _all(parts: Iterable[Extent]) -> frozenset[str]:
    return frozenset(area for part in parts for area in part.areas)


def measure(typed: Spool, source: Source, period: Period) -> Extent:
    """The extent of the rows of one extract, as they passed the door."""
    rows = typed.scan()
    return _of_records(rows, source, period) if source.records else _of_table(rows)


def read_extent(written: Mapping[str, Any] | None) -> Extent | None:
    """An extent as an entry of the ledger holds it."""
    if written is None:
        return None
    cells = tuple((tuple(areas), tuple(periods)) for areas, periods in written["cells"])
    filled = {column: (rows, told) for column, (rows, told) in written["filled"].items()}
    return Extent(
        written["rows"], cells, tuple(written["slight"]), filled, written["outside"],
        tuple(written["outside_lines"]),
    )  # fmt: skip


def _of_table(observations: pl.LazyFrame) -> Extent:
    """A row of the file is an area and a period; a mark of absence tells something too."""
    told = pl.col("value").is_not_null() | pl.col("absence").is_not_null()
    by_cell = (
        observations.group_by("area", "period_kind", "period_start")
        .agg(told.any().alias("told"))
        .collect()
    )
    by_element = (
        observations.group_by("data_element")
        .agg(pl.len().alias("rows"), told.sum().alias("told"))
        .sort("data_element")
        .collect()
    )
    periods: dict[str, list[str]] = {}
    slight: dict[str, bool] = {}
    for area, kind, start, has_figure in by_cell.iter_rows():
        periods.setdefault(area, []).append(Period(start, PeriodKind(kind)).label)
        slight[area] = slight.get(area, True) and not has_figure
    return Extent(
        sum(map(len, periods.values())),
        _grouped(periods),
        tuple(sorted(area for area, has_none in slight.items() if has_none)),
        {element: (rows, filled) for element, rows, filled in by_element.iter_rows()},
    )


def _of_records(records: pl.LazyFrame, source: Source, period: Period) -> Extent:
    assert source.records
    columns = {column.as_: column for column in source.records.columns.values() if column.as_}
    counted = records.select(
        pl.len().alias(""), *(pl.col(name).count() for name in columns)
    ).collect()
    rows = int(counted[""][0])
    by_area = dict(records.group_by("area").len().collect().iter_rows())
    days = [name for name, column in columns.items() if column.type in ("date", "timestamp")]
    outside = records.filter(_lies_outside(days, period)) if days else records.clear()
    lines = outside.select("line").collect()["line"]
    return Extent(
        rows,
        _grouped({area: [period.label] for area in by_area}),
        tuple(sorted(area for area, told in by_area.items() if told < MANY)),
        {name: (rows, int(counted[name][0])) for name in columns},
        len(lines),
        tuple(lines.sort().head(SHOWN)),
    )


def _lies_outside(days: Iterable[str], period: Period) -> pl.Expr:
    """Records that have days, and none of them in the period."""
    told = [pl.col(day).cast(pl.Date) for day in days]
    inside = [day.is_between(period.start, period.end).fill_null(False) for day in told]
    return pl.any_horizontal([day.is_not_null() for day in told]) & ~pl.any_horizontal(inside)


def _grouped(
    periods: Mapping[str, list[str]],
) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Areas by the periods that they have rows of: nearly always they are the same for all."""
    areas: dict[tuple[str, ...], list[str]] = {}
    for area in sorted(periods):
        areas.setdefault(tuple(sorted(periods[area])), []).append(area)
    return tuple((tuple(those), own) for own, those in areas.items())
