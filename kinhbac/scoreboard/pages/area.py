"""One area: its strong and weak sides, what may be chance, all its indicators, warnings, composites, its making.

Here: what those pages and their index say, and the figures that a page's script shows, read for
all areas that stand today at once. Not here: counting, ranking and comparing, which the tables
have done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinhbac.queries import read_queries
from kinhbac.registry.declared.entries import GROUPS
from kinhbac.scoreboard.pages.latest import composites_file, latest_files, list_sectors
from kinhbac.scoreboard.pages.page import DataFile, Page
from kinhbac.scoreboard.pages.steps import list_steps, steps_file
from kinhbac.scoreboard.pages.today import NO_REDS, red_matters
from kinhbac.scoreboard.script import as_script
from kinhbac.scoreboard.tables import Row, Tables, group
from kinhbac.scoreboard.tile_map import tile_map

QUERIES = read_queries(__file__)

ENDS = 5
"""How many of the strongest and of the weakest indicators are shown."""
MIDDLE = 50
LISTED = ("area", "code", "level", "own_red", "own_yellow", "reds", "ranks", "groups")
"""What the list of communes tells of each."""
SHOWN_WARNINGS = 8


def pages(tables: Tables) -> Iterator[Page | DataFile]:
    """The index, and page and figures of every area of today that has values."""
    cells, placed = tables.rows(QUERIES["latest"]), tables.rows(QUERIES["composites"])
    yield from latest_files(cells)
    yield composites_file(placed)
    steps = list_steps(tables)
    yield steps_file(steps)
    raised = group(steps, "area")
    latest, composites = group(cells, "area"), group(placed, "area")
    groupings = tables.grouped("area", "from area_groups order by area, grouping")
    summary = {
        row["scope_key"] if row["scope"] == "area" else row["scope"]: row
        for row in tables.rows(
            "from warning_summary where scope in ('area', 'province', 'commune')"
        )
    }
    warnings = tables.grouped("area", QUERIES["warnings"])
    made_of = tables.grouped("successor", QUERIES["made_of"])
    today = {key: row for key, row in tables.areas.items() if not row["valid_to"] and key in latest}
    yield from _index(tables, today, summary, composites, groupings)
    sides = {key: _sides(latest[key]) for key in today}
    ends = {
        key: {name: [row["indicator"] for row in rows[:ENDS]] for name, rows in own.items()}
        | {"by_chance": _by_chance(latest[key], warnings.get(key, []))}
        for key, own in sides.items()
    }
    told = {key: own | {"within": _within(latest[key], own)} for key, own in ends.items()}
    yield DataFile("data/ends.js", as_script("kinhbacEnds", told))
    sectors = list_sectors(tables)
    for key, area in today.items():
        own = warnings.get(key, [])
        yield Page(
            f"areas/{key}.html",
            "area.html",
            "areas",
            {
                "area": area,
                "parent": tables.areas.get(area["parent"]),
                "groups": groupings.get(key, []),
                # A province is told apart from its communes, which have pages of their own.
                "summary": summary.get("province" if key in tables.provinces else key),
                "below": summary.get("commune") if key in tables.provinces else None,
                "warnings": own[:SHOWN_WARNINGS],
                "more_warnings": own[SHOWN_WARNINGS:],
                "has_composites": key in composites,
                "has_steps": any(row["is_root"] for row in raised.get(key, [])),
                "made_of": made_of.get(key, []),
                # So many sides of either kind lie where chance does not put them.
                "told_apart": {
                    name: sum(row["like_rank_low"] is not None for row in rows)
                    for name, rows in sides[key].items()
                },
                "reds": sum(row["level"] == "red" for row in own),
                "overdue": [row for row in own if row["action_overdue"]],
                "ends": [side for side, found in ends[key].items() if found],
                "sectors": sectors,
                "indicator_groups": [
                    name
                    for name in GROUPS
                    if any(row["indicator_group"] == name for row in latest[key])
                ],
                "synthetic": any(row["synthetic"] for row in latest[key]),
                "mixed": any(row["synthetic"] for row in latest[key])
                and not all(row["synthetic"] for row in latest[key]),
            },
        )


def _sides(cells: list[Row]) -> dict[str, list[Row]]:
    """Strong and weak sides among areas alike, those beyond chance first, then by how far they lie
    from the middle; composites are told by themselves.

    Who lies above the middle of its peers is not among its weak sides, however few those are; nor
    is a side what chance may have put there. Only shares and rates are sides: counts and
    amounts are larger where the area is.
    """
    placed = sorted(
        (
            row
            for row in cells
            if row["percentile"] is not None
            and row["percentile"] != MIDDLE
            and row["indicator_group"] != "composite"
            and row["is_side"]
            and _is_sure(row)
        ),
        key=lambda row: (
            row["like_rank_low"] is None,
            -abs(row["percentile"] - MIDDLE),
            row["indicator"],
        ),
    )
    return {
        "strongest": [row for row in placed if row["percentile"] > MIDDLE],
        "weakest": [row for row in placed if row["percentile"] < MIDDLE],
    }


def _within(
    cells: list[Row], ends: dict[str, list[str]]
) -> dict[str, list[tuple[float, float] | None]]:
    """In the order of what a page lists: the 95 % interval of the area's own figure to six digits,
    where chance leaves one."""
    known = {
        row["indicator"]: (float(f"{row['value_low']:.6g}"), float(f"{row['value_high']:.6g}"))
        for row in cells
        if row["value_low"] is not None
    }
    return {side: [known.get(key) for key in listed] for side, listed in ends.items()}


def _by_chance(cells: list[Row], warnings: list[Row]) -> list[str]:
    """Indicators of which something is warned though the area may be no worse than those alike:
    the places between which its rank holds lie on both sides of the middle. The heaviest first."""
    unsure = {row["indicator"] for row in cells if not _is_sure(row)}
    return list(dict.fromkeys(row["indicator"] for row in warnings if row["indicator"] in unsure))


def _is_sure(row: Row) -> bool:
    """Whether the places between which its rank holds lie on one side of the middle; where nothing
    is known of chance, the rank is taken as it is."""
    if row["like_rank_low"] is None:
        return True
    middle = (row["likes"] + 1) / 2
    return bool(row["like_rank_high"] < middle or row["like_rank_low"] > middle)


def _index(
    tables: Tables,
    today: dict[str, Row],
    summary: dict[str, Row],
    composites: dict[Any, list[Row]],
    groupings: dict[Any, list[Row]],
) -> Iterator[Page | DataFile]:
    """``areas/index.html``: map and list of communes (``data/areas.js``), ranked in composites that
    are no part."""
    reds = red_matters(tables)
    communes = sorted(
        (row for row in today.values() if row["kind"] == "commune"),
        key=lambda row: (
            -reds.get(row["area"], NO_REDS).weight,
            *_gravity(summary.get(row["area"])),
        ),
    )
    roots: dict[str, Row] = {}
    listed = []
    for area in communes:
        own = {
            row["indicator"]: row
            for row in composites.get(area["area"], [])
            if row["is_root"] and row["rank"] is not None
        }
        roots |= {key: row for key, row in own.items() if key not in roots}
        own_summary = summary.get(area["area"]) or {}
        listed.append([
            area["area"],
            area["code"],
            *(own_summary.get(field) for field in ("own_level", "own_red", "own_yellow")),
            reds.get(area["area"], NO_REDS).matters,
            {key: [row["rank"], row["period"]] for key, row in own.items()},
            {row["grouping"]: row["area_group"] for row in groupings.get(area["area"], [])},
        ])  # fmt: skip
    used = [row for area in communes for row in groupings.get(area["area"], [])]
    said = {
        "fields": LISTED,
        "lines": listed,
        "roots": list(roots),
        "groupings": list(group(used, "grouping")),
    }
    yield DataFile("data/areas.js", as_script("kinhbacAreas", said))
    yield Page(
        "areas/index.html",
        "areas.html",
        "areas",
        {
            "provinces": [row for row in today.values() if row["area"] in tables.provinces],
            "peers": [row for row in today.values() if row["kind"] == "peer_province"],
            "province_summary": summary.get("province"),
            "commune_summary": summary.get("commune"),
            "tiles": tile_map(communes, reds),
            "count": len(listed),
            "roots": list(roots.values()),
            "groupings": [
                {"grouping": rows[0], "choices": _choices(rows)}
                for rows in group(used, "grouping").values()
            ],
            "synthetic": any(row["synthetic"] for row in roots.values())
            or bool(tables.rows("from warnings where open and synthetic limit 1")),
        },
    )


def _gravity(summary: Row | None) -> tuple[float, float]:
    """Where a commune stands in the list: more red matters of its own first, then the heavier."""
    told = summary or {}
    return -(told.get("own_red") or 0), -(told.get("heaviest") or 0)


def _choices(rows: list[Row]) -> list[Row]:
    """Every group of a grouping once, by its key."""
    found = {row["area_group"]: row for row in rows}
    return [found[key] for key in sorted(found)]
