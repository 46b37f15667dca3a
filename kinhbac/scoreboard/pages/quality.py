"""Data quality: six words, the province's figures over eight quarters, agencies beside each other.

Here: which measure speaks for a word, lines of quarters as points of a drawing. Not here:
measuring, which the table ``quality`` has done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.tables import Row, Tables, group

QUERIES = read_queries(__file__)

SPEAKS = {
    "right": "cells_unrevised",
    "complete": "cells_complete",
    "clean": "right_first_time",
    "alive": "on_time",
    "consistent": "agreement",
    "shared": "described",
}
"""The measure that speaks for each word where there is room for one; a share of which more is
better. The order is that of the national rule."""

QUARTERS = 8
WIDTH, HEIGHT = 240, 56
"""Of a line of quarters, in units of its drawing."""


def pages(tables: Tables) -> Iterator[Page]:
    """``quality.html``."""
    rows = tables.rows(QUERIES["speaking"], list(SPEAKS.values()))
    quarters = sorted({row["period_start"] for row in rows})[-QUARTERS:]
    shown = [row for row in rows if row["period_start"] in quarters]
    province = group((row for row in shown if row["level"] == "province"), "measure")
    agencies = group((row for row in shown if row["level"] == "agency"), "subject")
    yield Page(
        "quality.html",
        "quality.html",
        "deliveries",
        {
            "quarters": quarters,
            "words": [
                {
                    "word": word,
                    "measure": measure,
                    "last": own[-1] if (own := province.get(measure, [])) else None,
                    "line": draw_line(own, quarters),
                    "median": draw_line(own, quarters, "agency_median"),
                }
                for word, measure in SPEAKS.items()
            ],
            "agencies": [
                {
                    "agency": own[0],
                    "figures": [_newest(own, measure) for measure in SPEAKS.values()],
                }
                for own in agencies.values()
            ],
            "measures": tables.rows(QUERIES["measures"]),
            "synthetic": any(row["synthetic"] for row in rows),
        },
    )


def _newest(rows: Sequence[Row], measure: str) -> Row | None:
    own = [row for row in rows if row["measure"] == measure]
    return own[-1] if own else None


def draw_line(rows: Sequence[Row], quarters: Sequence[Any], column: str = "value") -> str:
    """Shares of 1 by quarter as the points of a drawing; quarters without one are left out."""
    step = WIDTH / max(len(quarters) - 1, 1)
    return " ".join(
        f"{quarters.index(row['period_start']) * step:.1f},{HEIGHT * (1 - row[column]):.1f}"
        for row in rows
        if row[column] is not None
    )
