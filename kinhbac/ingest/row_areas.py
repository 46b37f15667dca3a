"""Which area a row is about: the code it gives, on the day whose code list counts.

Here: codes to areas, and whether the source may speak of that area in that period. Not
here: cells that are no codes (``row_codes``), telling it to anybody (``door``), the code lists
(``registry.areas``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from kinhbac.ingest.faults import REMEDY
from kinhbac.ingest.row_codes import Found, find_totals, read_as_meant, recognise
from kinhbac.periods import Period, PeriodKind
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.areas.atlas import Area
from kinhbac.registry.declared.contract import Source
from kinhbac.registry.declared.entries import AreaKind

BLANK = Problem(
    "no code of an area stands here",
    "a row is about one area, which it names",
    REMEDY,
    check="area",
)


@dataclass(frozen=True)
class RowAreas:
    """The key of each row's area, null where none could be named; what is wrong, and what was
    read otherwise than it stands there."""

    areas: pl.Series
    problems: tuple[Found, ...]
    read_as_meant: tuple[Found, ...] = ()


def name_areas(
    registry: Registry,
    source: Source,
    received: pl.Series,
    column: pl.Series,
    starts: pl.Series,
    kinds: pl.Series,
    allowed: set[AreaKind] | None,
    header: str,
) -> RowAreas:
    """Name the area of every row.

    ``received`` holds the days of receipt of the rows' files, ``column`` the codes, ``starts``
    and ``kinds`` the rows' periods, ``allowed`` the area kinds that the source delivers (None:
    any), ``header`` what the column of codes is called.
    """
    reference = source.area
    read: list[Found] = []
    told = pl.repeat(False, len(column), dtype=pl.Boolean, eager=True)
    if reference.always:
        area = registry.areas.areas[reference.always]
        by_key = {area.area: area}
        areas = pl.repeat(area.area, len(column), dtype=pl.String, eager=True).alias("area")
        problems: list[Found] = []
    else:
        days = _days_of_codes(source, received, starts, kinds)
        areas, by_key = _read_codes(registry, source, column, days)
        problems = []
        if (areas.is_null() | _strange(areas, by_key, allowed)).any():
            totals = find_totals(registry, source, column)
            recognised = recognise(registry, source, column, areas, days, totals)
            if source.area.codes.pad:
                areas, read, recognised = read_as_meant(areas, recognised)
            problems = [*totals, *((problem, rows) for problem, rows, _ in recognised)]
            for _, rows in problems:
                told |= rows
        blank = column.is_null() & areas.is_null() & ~told
        problems.append((BLANK, blank))
        problems += _unnamed(source, areas, days, told | blank)
    problems += _ended(areas, by_key, starts, kinds)
    if allowed is not None:
        problems += _strange_kinds(areas.set(told, None), by_key, allowed)
    return RowAreas(areas, _in_column(problems, header), _in_column(read, header))


def _in_column(found: list[Found], header: str) -> tuple[Found, ...]:
    return tuple((replace(problem, column=header), rows) for problem, rows in found if rows.any())


def _days_of_codes(
    source: Source, received: pl.Series, starts: pl.Series, kinds: pl.Series
) -> pl.Series:
    wanted = source.area.codes_as_of
    if wanted == "period":
        rows = pl.DataFrame([starts.alias("start"), kinds.alias("kind")])
        periods = rows.unique().drop_nulls()
        ends = [_period(start, kind).end for start, kind in periods.rows()]
        days = periods.with_columns(pl.Series("day", ends, pl.Date))
        return rows.join(days, on=["start", "kind"], how="left", maintain_order="left")["day"]
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


def _strange(areas: pl.Series, by_key: dict[str, Area], allowed: set[AreaKind] | None) -> pl.Series:
    """Rows about an area of a kind that is not delivered."""
    keys = [key for key, area in by_key.items() if allowed is not None and area.kind not in allowed]
    return areas.is_in(keys).fill_null(False)


def _unnamed(source: Source, areas: pl.Series, days: pl.Series, told: pl.Series) -> Iterator[Found]:
    unnamed = areas.is_null() & days.is_not_null() & ~told
    for day in days.filter(unnamed).unique(maintain_order=True):
        yield (
            Problem(
                f"no area has this code on {day:%d/%m/%Y}",
                f"areas are named by codes of «{source.area.code_system}»",
                REMEDY,
                check="area",
            ),
            unnamed & (days == day),
        )
    if mandate := source.mandate.areas:
        yield (
            Problem(
                f"the area lies outside the mandate of «{source.source}»",
                f"it speaks for {len(mandate)} areas, and for no other",
                REMEDY,
                check="mandate",
            ),
            areas.is_not_null() & ~areas.is_in(list(mandate)) & ~told,
        )


def _ended(
    areas: pl.Series, by_key: dict[str, Area], starts: pl.Series, kinds: pl.Series
) -> Iterator[Found]:
    """Nothing happens in an area after its end; before its beginning figures are restated."""
    last_days = {key: area.valid_to for key, area in by_key.items()}
    ends = areas.replace_strict(last_days, default=None, return_dtype=pl.Date)
    ended = (ends < starts).fill_null(False)
    if not ended.any():
        return
    rows = pl.DataFrame([areas.alias("area"), starts.alias("start"), kinds.alias("kind")])
    for key, start, kind in rows.filter(ended).unique(maintain_order=True).rows():
        area, label = by_key[key], _period(start, kind).label
        yield (
            Problem(
                f"{area.name_vi} ended on {area.valid_to:%d/%m/%Y}, the row is about {label}",
                "a row is about an area that stood in its period",
                "name the area that followed it",
                check="area",
            ),
            (ended & (areas == key) & (starts == start) & (kinds == kind)).fill_null(False),
        )


def _strange_kinds(
    areas: pl.Series, by_key: dict[str, Area], allowed: set[AreaKind]
) -> Iterator[Found]:
    strange = {key: area.kind for key, area in by_key.items() if area.kind not in allowed}
    for kind in sorted(set(strange.values())):
        keys = [key for key, own in strange.items() if own == kind]
        yield (
            Problem(
                f"the row is about a {kind}",
                f"the source delivers {', '.join(sorted(allowed))}",
                "leave the row out, or declare the area kind in the contract",
                check="area",
            ),
            areas.is_in(keys).fill_null(False),
        )
