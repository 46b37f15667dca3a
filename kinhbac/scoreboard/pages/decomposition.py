"""How a composite came about in a cell: each component from stage to stage, and what moved it.

Here: the newest periods of all composites, for the script beside each page
(``data/composites/<composite>.js``); which of them need not be made, because all that they follow
from is as it was. Not here: the page (``composite``). What a component was at a stage of a period
is a list over areas, and equal lists stand once (``script.Lists``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages import steps
from kinhbac.scoreboard.pages.page import DataFile, IsKept
from kinhbac.scoreboard.script import Lists, as_json, as_script
from kinhbac.scoreboard.tables import Row, Tables, group

QUERIES = read_queries(__file__)
RANKS = QUERIES["ranks"]

STAGES = ("denominated", "screened", "imputed", "treated", "normalised")
"""Stages that are shown, in their order; the weight follows them."""
Decomposed = dict[str, dict[str, dict[str, Any]]]
"""Area → period, the newest first → the composite's own row, with its ``parts`` once they are
read."""
READ = (
    "composite_aggregated", "composite_ranks", "composite_components", "composite_changes",
    "composite_weighted", *(f"composite_{stage}" for stage in STAGES), "indicator_changes",
    "indicator_values", *steps.READ,
)  # fmt: skip
"""The tables from whose rows of a composite its script follows."""


def list_shown(tables: Tables) -> set[str]:
    """The composites that have values, and so a script."""
    tables.run(QUERIES["newest"])
    return {row["indicator"] for row in tables.rows(QUERIES["shown"])}


def list_published(tables: Tables) -> set[str]:
    """The composites that compute a published figure again."""
    return {row["indicator"] for row in tables.rows(QUERIES["published"])}


def decompose(tables: Tables) -> dict[str, Decomposed]:
    """Every composite that has values, in every area, in its newest periods; without its parts."""
    tables.run(QUERIES["newest"])
    found: dict[str, Decomposed] = {}
    for row in tables.rows(QUERIES["own"]):
        area = found.setdefault(row["indicator"], {}).setdefault(row["area"], {})
        area[row["period"]] = row | {"parts": []}
    return found


def order_areas(tables: Tables, cells: Decomposed) -> list[str]:
    """Areas that have values: the province, what it was made of, then all others."""
    order = {key: place for place, key in enumerate(tables.areas)}
    home, made_of = tables.provinces, tables.made_of
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


OWN_FIELDS = (
    "value",
    "state",
    "value_change",
    "rank",
    "units",
    "rank_low",
    "rank_high",
    "printed",
    "mark",
)
"""``printed``: what its publisher says, where the composite computes a published figure again."""
PART_FIELDS = ("value", *STAGES, "weight", "previous_normalised", "change", "marks")
RANK_FIELDS = ("area", "rank", "rank_low", "rank_high", "value", "rank_met")
PUBLISHED_FIELDS = (
    "area", "value", "published", "difference", "rank", "published_rank", "is_beyond",
)  # fmt: skip
"""A figure that was computed again, beside it as its publisher printed it."""


def figures(tables: Tables, is_kept: IsKept) -> Iterator[DataFile]:
    """A script for every composite: what it is made of, and the ranks of its newest period."""
    found = decompose(tables)
    states = _tell_states(tables, found)
    wanted = [key for key, state in states.items() if not is_kept(_path(key), state)]
    for row in tables.rows(QUERIES["parts"], wanted):
        found[row["indicator"]][row["area"]][row["period"]]["parts"].append(row)
    ranks = tables.grouped("indicator", RANKS)
    published = tables.grouped("indicator", QUERIES["published"])
    raised = group(steps.list_steps(tables), "indicator")
    for key, state in states.items():
        script = None
        if key in wanted:
            lists = Lists()
            said = _say(tables, key, found[key], ranks.get(key, []), lists)
            said["published_fields"] = PUBLISHED_FIELDS
            said["published"] = [
                [row[name] for name in PUBLISHED_FIELDS] for row in published.get(key, [])
            ]
            said["step_fields"] = steps.FIELDS
            said["steps"] = steps.say_steps(raised.get(key, []))
            script = as_script("kinhbacComposite", said, lists)
        yield DataFile(_path(key), script, state)


def _path(composite: str) -> str:
    return f"data/composites/{composite}.js"


def _tell_states(tables: Tables, found: dict[str, Decomposed]) -> dict[str, str]:
    """Composite → as a text, all from which its script follows."""
    contents = {table: tables.contents(table, "indicator") for table in READ}
    components = tables.grouped("indicator", "from composite_components order by all")
    groups = tables.rows("from area_groups order by all")
    placed = [[*tables.areas], tables.provinces, sorted(tables.made_of), groups]
    states = {}
    for key in found:
        parts = [row["component"] for row in components.get(key, [])]
        beside = [*parts, tables.indicators[key]["reproduces"]]
        values = [contents["indicator_values"].get(part) for part in beside]
        own = [content.get(key) for content in contents.values()]
        states[key] = as_json([own, values, placed])
    return states


def _say(
    tables: Tables, key: str, cells: Decomposed, ranks: list[Row], lists: Lists
) -> dict[str, Any]:
    areas = order_areas(tables, cells)
    return {
        "indicator": key,
        "home": choose_home(tables, cells),
        "areas": areas,
        "periods": [_period(cells, areas, row["period"], lists) for row in list_periods(cells)],
        "ranks_of": ranks[0]["period"] if ranks else None,
        "rank_fields": RANK_FIELDS,
        "ranks": [[row[name] for name in RANK_FIELDS] for row in ranks],
    }


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
