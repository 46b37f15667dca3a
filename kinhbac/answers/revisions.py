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
from kinhbac.words.catalogue import Code
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


def read_triangle(warehouse: Path, indicator: str, area: str, code: Code = "vi") -> Triangle | None:
    """What the releases up to this one told of an indicator, or deliveries of a data element, with
    the names of a language; None where there is no figure of it."""
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
        named[0][f"name_{code}"],
        area,
        named[0][f"unit_{code}"],
        tuple(revised),
        len(unrevised),
        first_to_latest(revised, unrevised),
    )


def describe_triangle(triangle: Triangle, code: Code = "vi") -> str:
    """A line a revised period, then what first figures are worth."""
    language = Language(code)
    words = language.words.revisions_told
    revised = len(triangle.revised)
    told = words.moved.format(n=revised, all=revised + triangle.unrevised)
    lines = [f"{triangle.indicator}, {triangle.name} ({triangle.unit}), {triangle.area}: {told}"]
    for one in triangle.revised:
        figures = "  ".join(
            f"[{release}] {language.number(value, DECIMALS)}" for release, value in one.told
        )
        settled = words.settled.format(n=settled_after([value for _, value in one.told]))
        lines.append(f"  {language.labelled(one.period):<10} {figures}  ({settled})")
    if (study := triangle.study) is None:
        return "\n".join(lines)
    sizes = words.sizes.format(
        median=language.number(study.median_size),
        mean=language.number(study.mean_size),
        unit=triangle.unit,
    )
    if study.relative is not None:
        sizes += words.relative.format(share=language.number(100 * study.relative, 1))
    ways = words.ways.format(up=study.upward, down=study.downward, periods=study.periods)
    lines.append(f"{sizes}; {ways}")
    if study.leans is not None:
        leaning = words.neither if not study.leans else words.up if study.mean > 0 else words.down
        lines.append(leaning.format(p=language.number(study.p_value)))
    return "\n".join(lines)
