"""Which area a row is about: the code it gives, on the day whose code list counts.

Here: codes to areas, and whether the source may speak of that area in that period. Not
here: telling it to anybody (``door``), the code lists (``registry.areas``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from kinhbac.periods import Period, PeriodKind
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.areas.atlas import Area
from kinhbac.registry.declared.contract import Source
from kinhbac.registry.declared.entries import AreaKind

REMEDY = "correct the cell and deliver the file again"


InRow = tuple[int, Problem]
"""A row, counted from 0, and what is wrong with its area."""


@dataclass(frozen=True)
class RowAreas:
    """The key of each row's area, null where none could be named; and what is wrong."""

    areas: pl.Series
    problems: tuple[InRow, ...]


def name_areas(
    registry: Registry,
    source: Source,
    received: pl.Series,
    column: pl.Series,
    starts: pl.Series,
    kinds: pl.Series,
    allowed: set[AreaKind] | None,
) -> RowAreas:
    """Name the area of every row.

    ``received`` holds the days of receipt of the rows' files, ``column`` the codes, ``starts``
    and ``kinds`` the rows' periods, ``allowed`` the area kinds that the source delivers (None:
    any).
    """
    reference = source.area
    if reference.always:
        area = registry.areas.areas[reference.always]
        by_key = {area.area: area}
        areas = pl.Series("area", [area.area] * len(column), pl.String)
        problems: list[InRow] = []
    else:
        days = _days_of_codes(source, received, starts, kinds)
        areas, by_key = _read_codes(registry, source, column, days)
        problems = list(_unnamed(source, areas, days))
    problems += _ended(areas, by_key, starts, kinds)
    if allowed is not None:
        problems += _strange_kinds(areas, by_key, allowed)
    return RowAreas(areas, tuple(problems))


def _days_of_codes(
    source: Source, received: pl.Series, starts: pl.Series, kinds: pl.Series
) -> pl.Series:
    wanted = source.area.codes_as_of
    if wanted == "period":
        periods = set(zip(starts, kinds, strict=True))
        ends = {place: _period(*place).end for place in periods if None not in place}
        days = [ends.get(place) for place in zip(starts, kinds, strict=True)]
        return pl.Series("day", days, pl.Date)
    if isinstance(wanted, date):
        return pl.repeat(wanted, len(starts), dtype=pl.Date, eager=True).alias("day")
    return received.alias("day")


def _period(start: date, kind: str) -> Period:
    return Period(start, PeriodKind(kind))


def _read_codes(
    registry: Registry, source: Source, column: pl.Series, days: pl.Series
) -> tuple[pl.Series, dict[str, Area]]:
    by_key: dict[str, Area] = {}
    known = [pl.DataFrame(schema={"code": pl.String, "area": pl.String, "day": pl.Date})]
    for day in days.drop_nulls().unique():
        codes = registry.areas.code_list(source.area.code_system, day)
        by_key |= {area.area: area for area in codes.values()}
        listed = {"code": list(codes), "area": [area.area for area in codes.values()]}
        frame = pl.DataFrame(listed, {"code": pl.String, "area": pl.String})
        known.append(frame.with_columns(pl.lit(day, pl.Date).alias("day")))
    rows = pl.DataFrame({"code": column, "day": days}).join(
        pl.concat(known), on=["code", "day"], how="left", maintain_order="left"
    )
    return rows["area"], by_key


def _unnamed(source: Source, areas: pl.Series, days: pl.Series) -> Iterator[InRow]:
    for row in (areas.is_null() & days.is_not_null()).arg_true():
        yield (
            row,
            Problem(
                f"no area has this code on {days[row]:%d/%m/%Y}",
                f"areas are named by codes of «{source.area.code_system}»",
                REMEDY,
                check="area",
            ),
        )
    if mandate := source.mandate.areas:
        for row in (areas.is_not_null() & ~areas.is_in(list(mandate))).arg_true():
            yield (
                row,
                Problem(
                    f"the area lies outside the mandate of «{source.source}»",
                    f"it speaks for {len(mandate)} areas, and for no other",
                    REMEDY,
                    check="mandate",
                ),
            )


def _ended(
    areas: pl.Series, by_key: dict[str, Area], starts: pl.Series, kinds: pl.Series
) -> Iterator[InRow]:
    """Nothing happens in an area after its end; before its beginning figures are restated."""
    last_days = {key: area.valid_to for key, area in by_key.items()}
    ends = areas.replace_strict(last_days, default=None, return_dtype=pl.Date)
    for row in (ends < starts).fill_null(False).arg_true():
        area = by_key[areas[row]]
        label = _period(starts[row], kinds[row]).label
        yield (
            row,
            Problem(
                f"{area.name_vi} ended on {area.valid_to:%d/%m/%Y}, the row is about {label}",
                "a row is about an area that stood in its period",
                "name the area that followed it",
                check="area",
            ),
        )


def _strange_kinds(
    areas: pl.Series, by_key: dict[str, Area], allowed: set[AreaKind]
) -> Iterator[InRow]:
    strange = {key for key, area in by_key.items() if area.kind not in allowed}
    for row in areas.is_in(list(strange)).fill_null(False).arg_true():
        yield (
            row,
            Problem(
                f"the row is about a {by_key[areas[row]].kind}",
                f"the source delivers {', '.join(sorted(allowed))}",
                "leave the row out, or declare the area kind in the contract",
                check="area",
            ),
        )
