"""Revisions in words: what was told of each period, one vintage after another, and what is learnt of it.

Here: vintages of one indicator or data element in an area, as lines for a person. Not here: the
measures (``quality.revisions``), finding revisions (SQL).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kinhbac.database import read_rows, read_warehouse
from kinhbac.quality.revisions import (
    Study,
    Vintages,
    first_to_latest,
    settled_after,
    vintages_of,
)
from kinhbac.queries import read_queries
from kinhbac.words.language import Language

QUERIES = read_queries(__file__)
DECIMALS = 4
"""Of a vintage, at most: neighbours differ by less than three digits tell."""


@dataclass(frozen=True)
class Triangle:
    """Vintages of one indicator, by releases, or data element, by deliveries and corrections, in an
    area; ``study`` compares first figures with the latest of all
    periods, None where nothing was revised."""

    indicator: str
    name: str
    area: str
    unit: str
    revised: tuple[Vintages, ...]
    unrevised: int
    study: Study | None


def read_triangle(warehouse: Path, indicator: str, area: str) -> Triangle | None:
    """What the releases up to this one told of an indicator, or deliveries of a data element; None
    where there is no figure of it."""
    with read_warehouse(warehouse) as connection:
        if named := read_rows(connection, QUERIES["element"], indicator):
            told, standing = QUERIES["revised_cells"], QUERIES["cells"]
        else:
            named = read_rows(connection, QUERIES["unit"], indicator)
            told, standing = QUERIES["revised"], QUERIES["standing"]
        revised = vintages_of(read_rows(connection, told, indicator, area))
        figures = read_rows(connection, standing, indicator, area)
    if not named or not figures:
        return None
    moved = {one.period_start for one in revised}
    unrevised = [float(row["value"]) for row in figures if row["period_start"] not in moved]
    return Triangle(
        indicator,
        named[0]["name_vi"],
        area,
        named[0]["unit_vi"],
        tuple(revised),
        len(unrevised),
        first_to_latest(revised, unrevised),
    )


def describe_triangle(triangle: Triangle) -> str:
    """A line a revised period, then what first figures are worth."""
    vi = Language("vi")
    told = f"{len(triangle.revised)} of {len(triangle.revised) + triangle.unrevised} periods moved"
    lines = [f"{triangle.indicator}, {triangle.name} ({triangle.unit}), {triangle.area}: {told}"]
    for one in triangle.revised:
        figures = "  ".join(
            f"[{release}] {vi.number(value, DECIMALS)}" for release, value in one.told
        )
        settled = settled_after([value for _, value in one.told])
        lines.append(f"  {one.period:<10} {figures}  (within 5 % from vintage {settled} on)")
    if (study := triangle.study) is None:
        return "\n".join(lines)
    relative = "" if study.relative is None else f", {vi.number(100 * study.relative, 1)} % of it"
    lines.append(
        f"First figures move by {vi.number(study.median_size)} {triangle.unit} on median, "
        f"{vi.number(study.mean_size)} on average{relative}; upward in {study.upward}, downward "
        f"in {study.downward} of {study.periods} periods"
    )
    if study.leans is not None:
        p_value = vi.number(study.p_value)
        lines.append(
            f"They lean {'up' if study.mean > 0 else 'down'} beyond chance (p = {p_value})"
            if study.leans
            else f"Neither way beyond chance (p = {p_value})"
        )
    return "\n".join(lines)
