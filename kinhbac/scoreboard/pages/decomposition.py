"""How a composite came about in a cell: each component from stage to stage, and what moved it.

Here: the newest periods of all composites, for the script beside each page
(``data/composites/<composite>.js``). Not here: the page (``composite``). What a component was
at a stage of a period is a list over areas, and equal lists stand once (``script.Lists``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.page import DataFile
from kinhbac.scoreboard.script import Lists, as_script
from kinhbac.scoreboard.tables import Row, Tables

QUERIES = read_queries(__file__)

STAGES = ("denominated", "screened", "imputed", "treated", "normalised")
"""Stages that are shown, in their order; the weight follows them."""
Decomposed = dict[str, dict[str, dict[str, Any]]]
"""Area → period, the newest first → the composite's own row with its ``parts``."""


def decompose(tables: Tables) -> dict[str, Decomposed]:
    """Every composite that has values, in every area, in its newest periods."""
    tables.run(QUERIES["newest"])
    found: dict[str, Decomposed] = {}
    for row in tables.rows(QUERIES["own"]):
        area = found.setdefault(row["indicator"], {}).setdefault(row["area"], {})
        area[row["period"]] = row | {"parts": []}
    for row in tables.rows(QUERIES["parts"]):
        found[row["indicator"]][row["area"]][row["period"]]["parts"].append(row)
    return found


def order_areas(tables: Tables, cells: Decomposed) -> list[str]:
    """Areas that have values: the province, what it was made of, then all others."""
    order = {key: place for place, key in enumerate(tables.areas)}
    home = set(tables.provinces)
    made_of = {
        row["predecessor"]
        for row in tables.rows("select predecessor, successor from area_successions")
        if row["successor"] in home
    }
    return sorted(cells, key=lambda key: (key not in home, key not in made_of, order[key]))


def choose_home(tables: Tables, cells: Decomposed) -> str | None:
    """The area that is shown first: one that has the newest period."""
    newest = next(iter(list_periods(cells)), {"period": None})["period"]
    return next((key for key in order_areas(tables, cells) if newest in cells[key]), None)


def list_periods(cells: Decomposed) -> list[Row]:
    """Periods in which some area has a value, the newest first."""
    found = {
        own["period"]: {name: own[name] for name in ("period", "period_kind", "period_start")}
        for periods in cells.values()
        for own in periods.values()
    }
    return sorted(found.values(), key=lambda row: row["period_start"], reverse=True)


OWN_FIELDS = ("value", "state", "value_change", "rank", "units", "rank_low", "rank_high", "mark")
PART_FIELDS = ("value", *STAGES, "weight", "previous_normalised", "change", "marks")
RANK_FIELDS = ("area", "rank", "rank_low", "rank_high", "value", "rank_met")


def decomposition_files(
    tables: Tables, found: dict[str, Decomposed], ranks: dict[Any, list[Row]]
) -> Iterator[DataFile]:
    """A script for every composite: what it is made of, and the ranks of its newest period."""
    for key, cells in found.items():
        lists = Lists()
        areas = order_areas(tables, cells)
        own = ranks.get(key, [])
        said = {
            "indicator": key,
            "home": choose_home(tables, cells),
            "areas": areas,
            "periods": [_period(cells, areas, row["period"], lists) for row in list_periods(cells)],
            "ranks_of": own[0]["period"] if own else None,
            "rank_fields": RANK_FIELDS,
            "ranks": [[row[name] for name in RANK_FIELDS] for row in own],
        }
        script = as_script("kinhbacComposite", said, lists)
        yield DataFile(f"data/composites/{key}.js", script)


def _period(cells: Decomposed, areas: list[str], period: str, lists: Lists) -> dict[str, Any]:
    """One period: the areas that have a value, and for each field a list over them."""
    there = [area for area in areas if period in cells[area]]
    rows = [cells[area][period] for area in there]
    parts = [{part["component"]: part for part in row["parts"]} for row in rows]
    components = dict.fromkeys(name for own in parts for name in own)
    return {
        "period": period,
        "areas": lists.add(there),
        "own": {name: lists.add([row[name] for row in rows]) for name in OWN_FIELDS},
        "parts": {
            component: {
                name: lists.add([own.get(component, {}).get(name) for own in parts])
                for name in PART_FIELDS
            }
            for component in components
        },
    }
