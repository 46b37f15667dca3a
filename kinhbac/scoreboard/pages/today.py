"""Today: what needs a decision now, how groups and sectors stand, what changed, what is held.

Here: the questions of the first page. Not here: counting, which the tables have done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinhbac.queries import read_queries
from kinhbac.registry.declared.entries import GROUPS
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.tables import Row, Tables

QUERIES = read_queries(__file__)
DECIDE, OVERDUE, HOLDS = QUERIES["decide"], QUERIES["overdue"], QUERIES["holds"]

SHOWN = 12
JUDGEMENTS = (
    "red", "yellow", "unsure", "green", "reached", "no_limits", "old", "held", "late", "no_value",
)  # fmt: skip
"""What is said of a figure today, each in one of them (``latest_values.judgement``)."""


def pages(tables: Tables) -> Iterator[Page]:
    """``index.html``."""
    counts: dict[tuple[str | None, str | None], dict[str, int]] = {}
    for row in tables.rows("from release_summary"):
        place = (row["indicator_group"], row["sector"])
        counts.setdefault(place, {})[row["measure"]] = row["count"]
    sectors = tables.rows(
        "select distinct sector, sector_vi, sector_en from sources "
        "where sector in (select sector from release_summary) order by sector_vi"
    )
    (info,) = tables.rows("from release_info")
    summary = {(row["scope"], row["scope_key"]): row for row in tables.rows("from warning_summary")}
    decide = sorted(
        tables.rows(DECIDE) + tables.rows(QUERIES["shared"]),
        key=lambda row: (-row["weight"], row["indicator"], row["rule"]),
    )
    communes, moved = tables.rows(QUERIES["communes"]), tables.rows(QUERIES["moved"])
    revised = tables.rows(QUERIES["revised"])
    yield Page(
        "index.html",
        "today.html",
        "today",
        {
            "info": info,
            "counts": counts.get((None, None), {}),
            "decide": decide[:SHOWN],
            "rest": decide[SHOWN:],
            "province": _of_scope(summary, "province"),
            "commune": _of_scope(summary, "commune"),
            "communes": communes[:SHOWN],
            "overdue": tables.rows(OVERDUE),
            "groups": [
                {"group": group, "counts": counts.get((group, None), {}),
                 "warned": summary.get(("indicator_group", group))}
                for group in GROUPS
            ],
            "sectors": [
                {
                    **sector,
                    "counts": counts.get((None, sector["sector"]), {}),
                    "warned": summary.get(("sector", sector["sector"])),
                    "groups": [
                        {"group": group, "counts": counts.get((group, sector["sector"]), {})}
                        for group in GROUPS
                    ],
                }
                for sector in sectors
            ],
            "judgements": JUDGEMENTS,
            "moved": moved[: 2 * SHOWN],
            "revised": revised[:SHOWN],
            "late": tables.rows(QUERIES["late"]),
            "holds": tables.rows(HOLDS),
            "agencies": tables.agencies,
        },
    )  # fmt: skip


def _of_scope(summary: dict[tuple[Any, Any], Row], scope: str) -> Row | None:
    return next((row for (name, _), row in summary.items() if name == scope), None)
