"""One area: its strong and weak sides, all its indicators, warnings, composites, its making.

Here: what those pages and their index show, read for all areas that stand today at once. Not
here: counting, ranking and comparing, which the tables have done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinhbac.registry.declared.entries import GROUPS
from kinhbac.scoreboard.pages.cells import as_csv
from kinhbac.scoreboard.pages.page import DataFile, Page
from kinhbac.scoreboard.tables import Row, Tables, group

LATEST = """
    select
        latest.area, latest.indicator, latest.indicator_group, latest.sector, latest.period_kind,
        latest.period_start, latest.period, latest.value, latest.status, latest.target,
        latest.state, latest.last_good_value, latest.previous_change, latest.better, latest.rank,
        latest.peers, latest.percentile, latest.peer_low, latest.peer_median, latest.peer_high,
        latest.synthetic, indicators.name_vi, indicators.name_en, indicators.unit_vi,
        indicators.unit_en
    from latest_values as latest
    inner join indicators using (indicator)
    order by area, list_position($1::varchar[], latest.indicator_group), latest.sector, indicator
"""
CSV = """
    select
        latest.area, areas.name_vi as area_name, indicator, indicators.name_vi as name,
        latest.indicator_group, latest.sector, period, value, indicators.unit_vi as unit, target,
        status, state, previous_change, last_year_change, rank, peers, percentile,
        latest.synthetic
    from latest_values as latest
    inner join indicators using (indicator)
    inner join areas using (area)
    order by latest.area, indicator
"""
WARNINGS = """
    select warnings.*, agencies.name_vi as owner_vi, agencies.name_en as owner_en
    from warnings
    left join agencies on warnings.owner = agencies.agency
    where open
    order by area, action_overdue desc, level != 'red', raised_on desc, warning
"""
COMPOSITES = """
    with wholes as (
        select component as indicator, min(components.indicator) as whole
        from composite_components as components
        inner join indicators using (indicator, version)
        group by component
    )
    select
        latest.indicator, latest.area, latest.period_kind, latest.period_start, latest.period,
        latest.value, latest.state, latest.synthetic, ranks.rank, ranks.units, ranks.rank_low,
        ranks.rank_high, indicators.name_vi, indicators.name_en, wholes.whole is null as is_root
    from latest_values as latest
    inner join indicators using (indicator)
    left join wholes on latest.indicator = wholes.indicator
    left join composite_ranks as ranks
        on latest.indicator = ranks.indicator
        and latest.area = ranks.area
        and latest.period_start = ranks.period_start
    where latest.indicator_group = 'composite'
    order by latest.area, coalesce(wholes.whole, latest.indicator), not is_root, latest.indicator
"""
MADE_OF = """
    select
        made.successor, made.predecessor, areas.name_vi, areas.name_en, areas.kind,
        list({'of': coalesce(share_of, ''), 'share': share} order by share_of nulls first)
            as shares,
        bool_and(share = 1) as whole
    from area_successions as made
    inner join areas on made.predecessor = areas.area
    group by all
    order by made.successor, areas.kind, made.predecessor
"""
ENDS = 5
"""How many of the strongest and of the weakest indicators are shown."""
MIDDLE = 50
SHOWN_WARNINGS = 8


def pages(tables: Tables) -> Iterator[Page | DataFile]:
    """The index, and page and CSV of every area of today that has values."""
    latest = tables.grouped("area", LATEST, list(GROUPS))
    composites = tables.grouped("area", COMPOSITES)
    groupings = tables.grouped("area", "from area_groups order by area, grouping")
    summary = {
        row["scope_key"] if row["scope"] == "area" else row["scope"]: row
        for row in tables.rows(
            "from warning_summary where scope in ('area', 'province', 'commune')"
        )
    }
    warnings = tables.grouped("area", WARNINGS)
    made_of = tables.grouped("successor", MADE_OF)
    files = tables.grouped("area", CSV)
    today = {key: row for key, row in tables.areas.items() if not row["valid_to"] and key in latest}
    yield _index(tables, today, summary, composites, groupings)
    for key, area in today.items():
        yield DataFile(f"data/areas/{key}.csv", as_csv(files[key]))
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
                "composites": composites.get(key, []),
                "made_of": made_of.get(key, []),
                "cells": latest[key],
                **_ends(latest[key]),
                "indicator_groups": [
                    name
                    for name in GROUPS
                    if any(row["indicator_group"] == name for row in latest[key])
                ],
                "synthetic": any(row["synthetic"] for row in latest[key]),
            },
        )


def _ends(cells: list[Row]) -> dict[str, list[Row]]:
    """The strongest and the weakest against peers; composites are told by themselves.

    Who lies above the middle of its peers is not among its weak sides, however few those are.
    """
    placed = sorted(
        (
            row
            for row in cells
            if row["percentile"] is not None and row["indicator_group"] != "composite"
        ),
        key=lambda row: (-row["percentile"], row["indicator"]),
    )
    above = [row for row in placed if row["percentile"] > MIDDLE]
    below = [row for row in placed if row["percentile"] < MIDDLE]
    return {"strongest": above[:ENDS], "weakest": below[-ENDS:][::-1]}


def _index(
    tables: Tables,
    today: dict[str, Row],
    summary: dict[str, Row],
    composites: dict[Any, list[Row]],
    groupings: dict[Any, list[Row]],
) -> Page:
    """``areas/index.html``: map and list of communes, ranked in composites that are no part."""
    communes = [row for row in today.values() if row["kind"] == "commune"]
    roots: dict[str, Row] = {}
    listed = []
    for area in communes:
        own = {
            row["indicator"]: row
            for row in composites.get(area["area"], [])
            if row["is_root"] and row["rank"] is not None
        }
        roots |= {key: row for key, row in own.items() if key not in roots}
        listed.append({
            "area": area,
            "groups": {row["grouping"]: row for row in groupings.get(area["area"], [])},
            "summary": summary.get(area["area"]),
            "ranks": own,
        })  # fmt: skip
    used = [row for area in communes for row in groupings.get(area["area"], [])]
    return Page(
        "areas/index.html",
        "areas.html",
        "areas",
        {
            "provinces": [row for row in today.values() if row["area"] in tables.provinces],
            "peers": [row for row in today.values() if row["kind"] == "peer_province"],
            "province_summary": summary.get("province"),
            "commune_summary": summary.get("commune"),
            "listed": listed,
            "roots": list(roots.values()),
            "groupings": [
                {"grouping": rows[0], "choices": _choices(rows)}
                for rows in group(used, "grouping").values()
            ],
            "synthetic": any(row["synthetic"] for row in roots.values())
            or bool(tables.rows("from warnings where open and synthetic limit 1")),
        },
    )


def _choices(rows: list[Row]) -> list[Row]:
    """Every group of a grouping once, by its key."""
    found = {row["area_group"]: row for row in rows}
    return [found[key] for key in sorted(found)]
