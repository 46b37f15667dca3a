"""One indicator: what is declared of it, as a page.

Here: what the page says in words: definition, owner, warnings, revisions. Not here: the figures
that its script shows (``figures``).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.periods import Period, PeriodKind
from kinhbac.power import read_powers
from kinhbac.quality.revisions import Study, first_to_latest, vintages_of
from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.among import tell_among
from kinhbac.scoreboard.pages.cells import OPERANDS
from kinhbac.scoreboard.pages.figures import (
    FUNNELS,
    HOME,
    LIMITS,
    SERIES,
    limits_of_today,
    threshold_of,
)
from kinhbac.scoreboard.pages.matters import list_matters
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.pages.quality import measures_of_sources, weakest_measures
from kinhbac.scoreboard.tables import Row, Tables, group

QUERIES = read_queries(__file__)

SHOWN_WARNINGS, SHOWN_REVISIONS = 150, 60


def _among(tables: Tables, known: list[Row]) -> Iterator[Row]:
    """Of how many communes, and of how many provinces, the comparison of today tells."""
    current = [row for row in known if row["judgement"] != "old"]
    for kinds in (("commune",), ("province", "peer_province")):
        own = [row for row in current if row["area_kind"] in kinds]
        if len(own) < 2:
            continue
        newest = max(own, key=lambda row: row["period_start"])
        end = Period(newest["period_start"], PeriodKind(newest["period_kind"])).end
        yield tell_among(tables, {row["area"] for row in own}, newest["peers_all"], end)


def pages(tables: Tables) -> Iterator[Page]:
    """The page of every indicator, published or not."""
    tables.run(HOME)
    series = tables.grouped("indicator", SERIES)
    compared = tables.grouped("indicator", QUERIES["beside"])
    limits = tables.grouped("indicator", LIMITS)
    funnels = tables.grouped("indicator", FUNNELS)
    told = {
        "definitions": tables.grouped(
            "indicator", "from indicator_definitions order by indicator, version desc"
        ),
        "limits": limits,
        "targets": tables.grouped(
            "indicator",
            "select targets.*, areas.name_vi as area_vi, areas.name_en as area_en "
            "from targets left join areas using (area) order by indicator, year desc, area nulls first",
        ),
        "operands": tables.grouped("indicator", OPERANDS),
        "called": tables.grouped("indicator", QUERIES["methods"]),
        "used_in": tables.grouped("operand", QUERIES["used_in"]),
        "revisions": tables.grouped("indicator", QUERIES["revisions"]),
        "warnings": tables.grouped("indicator", QUERIES["warnings"]),
        "sign_offs": tables.grouped("indicator", QUERIES["sign_offs"]),
        "contradictions": tables.grouped("indicator", QUERIES["contradictions"]),
        "anomalies": tables.grouped("indicator", QUERIES["anomalies"]),
    }
    powers = group((vars(power) for power in read_powers(tables.rows)), "indicator")
    measured = tables.once(measures_of_sources)
    (info,) = tables.rows("from release_info")
    matters = {
        one["indicator"]: one
        for one in list_matters(tables, info["as_of"])
        if not one["of_communes_alone"]
    }
    for key, indicator in tables.indicators.items():
        sources = indicator["sources"].split(", ")
        own = {name: rows.get(key, []) for name, rows in told.items()}
        beside = compared.get(key, [])
        known = [row for row in beside if row["value"] is not None]
        today = limits_of_today(own["limits"], indicator)
        yield Page(
            f"indicators/{key}.html",
            "indicator.html",
            "catalogue",
            {
                "indicator": indicator,
                "matter": matters.get(key),
                "awaited": tables.agencies.get(indicator["awaits"]),
                "home": tables.areas[series[key][0]["area"]] if key in series else None,
                "is_compared": len(beside) > 2,
                "is_ranked": bool(known),
                "powers": powers.get(key, []),
                "among_whom": list(_among(tables, known)),
                "funnel": funnels.get(key, []),
                "is_on_tiles": any(row["tile_column"] is not None for row in known),
                **own,
                "limits": today,
                "threshold": threshold_of(today) is not None,
                "operands": [
                    row for row in own["operands"] if row["version"] == indicator["version"]
                ],
                "warnings": own["warnings"][:SHOWN_WARNINGS],
                "revisions": own["revisions"][:SHOWN_REVISIONS],
                "quality": weakest_measures(measured, sources),
                "sources": [tables.sources[one] for one in sources if one in tables.sources],
                "first_figures": _study_first_figures(own["revisions"], series.get(key, [])),
            },
        )


def _study_first_figures(revisions: list[Row], series: list[Row]) -> Study | None:
    """What became of first figures of the home area; None where nothing was revised there."""
    home = series[0]["area"] if series else None
    revised = vintages_of(row for row in revisions if row["area"] == home)
    moved = {one.period_start for one in revised}
    standing = [
        row["value"]
        for row in series
        if row["value"] is not None and row["period_start"] not in moved
    ]
    return first_to_latest(revised, standing)
