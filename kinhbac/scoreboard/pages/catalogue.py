"""The catalogue: every definition, published or not, searchable without a server.

Here: what a line of it shows. Not here: searching, which the page's script does over the text
of its own lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.queries import read_queries
from kinhbac.registry.declared.entries import GROUPS
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.tables import Tables

QUERIES = read_queries(__file__)


def pages(tables: Tables) -> Iterator[Page]:
    """``catalogue.html``."""
    latest = {row["indicator"]: row for row in tables.rows(QUERIES["latest"])}
    indicators = sorted(
        tables.indicators.values(),
        key=lambda row: (GROUPS.index(row["indicator_group"]), row["sector_vi"], row["name_vi"]),
    )
    yield Page(
        "catalogue.html",
        "catalogue.html",
        "catalogue",
        {
            "rows": [{"indicator": row, "now": latest.get(row["indicator"])} for row in indicators],
            "groups": GROUPS,
            "sectors": tables.rows(
                "select distinct sector, sector_vi, sector_en from sources "
                "where sector in (select sector from indicators) order by sector_vi"
            ),
            "steps": tables.rows(
                "select distinct step, step_vi, step_en from indicators order by 1"
            ),
            "owners": tables.rows(
                "select agency, name_vi, name_en from agencies "
                "where agency in (select owner from indicators) order by name_vi"
            ),
        },
    )
