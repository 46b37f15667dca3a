"""Today: what needs a decision, how all indicators stand, what is due, what changed.

Here: the questions of the first page. Not here: what a matter is (``matters``), counting, which
the tables have done.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from kinhbac.queries import read_queries
from kinhbac.registry.declared.entries import GROUPS
from kinhbac.scoreboard.pages.matters import list_matters
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.tables import Tables
from kinhbac.scoreboard.tile_map import tile_map

QUERIES = read_queries(__file__)
DECIDE, OVERDUE, HOLDS = QUERIES["decide"], QUERIES["overdue"], QUERIES["holds"]

SHOWN = 5
"""So many matters fit on a screen with all that is told of them; the others are rows."""
JUDGEMENTS = (
    "red", "yellow", "unsure", "green", "reached", "no_limits", "old", "held", "late", "no_value",
)  # fmt: skip
"""What is said of a figure today, each in one of them (``latest_values.judgement``)."""
TALLIES = {
    "red": ("red",), "yellow": ("yellow",), "unsure": ("unsure",), "green": ("green",),
    "reached": ("reached",), "old": ("old", "held", "late", "no_value"), "no_limits": ("no_limits",),
}  # fmt: skip
"""The strip of states, and the judgements that each of them counts."""


class Reds(NamedTuple):
    """Red matters of a commune's own: how many, and their weights together, in points."""

    matters: int
    weight: float


NO_REDS = Reds(0, 0.0)


def pages(tables: Tables) -> Iterator[Page]:
    """``index.html``."""
    (info,) = tables.rows("from release_info")
    counts: dict[tuple[str | None, str | None], dict[str, int]] = {}
    for row in tables.rows("from release_summary"):
        place = (row["indicator_group"], row["sector"])
        counts.setdefault(place, {})[row["measure"]] = row["count"]
    sectors = tables.rows(
        "select distinct sector, sector_vi, sector_en from sources "
        "where sector in (select sector from release_summary) order by sector_vi"
    )
    whole = counts.get((None, None), {})
    matters = list_matters(tables, info["as_of"])
    waiting = [one for one in matters if not one["decided"]]
    due = tables.rows(QUERIES["deliveries_due"])
    communes = [
        row for row in tables.areas.values() if row["kind"] == "commune" and not row["valid_to"]
    ]
    yield Page(
        "index.html",
        "today.html",
        "today",
        {
            "info": info,
            "counts": whole,
            "strip": list(zip(TALLIES, _tally(whole), strict=True)),
            "tallies": list(TALLIES),
            "matters": matters[:SHOWN],
            "rest": matters[SHOWN:],
            "open": len(waiting),
            "reds": sum(one["level"] == "red" for one in waiting),
            "decided": len(matters) - len(waiting),
            "gravest": waiting[0] if waiting else None,
            "weighing": tables.rows("from weighing")[0],
            "tiles": tile_map(communes, red_matters(tables)),
            "actions": tables.rows(QUERIES["due"]),
            "deliveries": [
                (day, list(rows)) for day, rows in groupby(due, lambda row: row["due_date"])
            ],
            "moved": tables.rows(QUERIES["moved"]),
            "revised": tables.rows(QUERIES["revised"]),
            "contradictions": tables.rows(QUERIES["contradictions"]),
            "late": tables.rows(QUERIES["late"]),
            "holds": tables.rows(HOLDS),
            "oldest": tables.rows(QUERIES["oldest"]),
            "sectors": [
                {**sector, "counts": _tally(counts.get((None, sector["sector"]), {}))}
                for sector in sectors
            ],
            "groups": [
                {"group": group, "counts": _tally(counts.get((group, None), {}))}
                for group in GROUPS
            ],
        },
    )


def red_matters(tables: Tables) -> dict[str, Reds]:
    """How many matters of each commune's own are red, and what they weigh together; one that has
    none is not named."""
    return {row["area"]: Reds(row["red"], row["weight"]) for row in tables.rows(QUERIES["reds"])}


def _tally(counts: dict[str, int]) -> list[int]:
    return [sum(counts.get(one, 0) for one in judged) for judged in TALLIES.values()]
