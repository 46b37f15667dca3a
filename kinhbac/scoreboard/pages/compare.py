"""Compare: two to six places and indicators side by side, by the reader's choice.

Here: what is chosen until a reader chooses: the communes whose red matters weigh most, and what most
communes are ranked in. Not here: drawing (``static/compare.js``), figures, which are those of the
pages of indicators.
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.pages.today import NO_REDS, red_matters
from kinhbac.scoreboard.tables import Tables

QUERIES = read_queries(__file__)
SHOWN = 4


def pages(tables: Tables) -> Iterator[Page]:
    """``compare.html``."""
    reds = red_matters(tables)
    ranked = tables.rows(QUERIES["ranked"])
    told = {row["area"] for row in tables.rows(QUERIES["told"])}
    areas = sorted(told, key=lambda area: (-reds.get(area, NO_REDS).weight, area))[:SHOWN]
    yield Page(
        "compare.html",
        "compare.html",
        "compare",
        {
            "areas": areas,
            "indicators": [row["indicator"] for row in ranked[:SHOWN]],
            "synthetic": any(row["synthetic"] for row in ranked),
        },
    )
