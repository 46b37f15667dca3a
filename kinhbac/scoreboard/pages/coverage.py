"""Coverage: groups × sectors × steps, and what is missing for the operations centre.

Here: the questions of that page. Not here: counting, which the tables have done.
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.queries import read_queries
from kinhbac.registry.declared.entries import GROUPS
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.tables import Row, Tables, group

QUERIES = read_queries(__file__)

COUNTS = ("needs", "needs_without_indicator", "proposed", "agreed", "computed", "published")


def pages(tables: Tables) -> Iterator[Page]:
    """``coverage.html``."""
    matrix = tables.rows("from coverage_matrix order by sector_vi, indicator_group")
    yield Page(
        "coverage.html",
        "coverage.html",
        "coverage",
        {
            "groups": GROUPS,
            "counts": COUNTS,
            "sectors": [
                {"sector": rows[0], "cells": {row["indicator_group"]: row for row in rows}}
                for rows in group(matrix, "sector").values()
            ],
            "needs": [
                {**need, "answers": _answers(tables, need["answered_by"])}
                for need in tables.rows(QUERIES["needs"])
            ],
            "unfinished": tables.rows(QUERIES["steps"]),
            "duplicates": tables.rows("from duplicates order by kind, name, other"),
        },
    )


def _answers(tables: Tables, keys: str | None) -> list[Row]:
    """Key and names of the indicators that answer a need, from the list that the table holds."""
    found = [tables.indicators[key] for key in keys.split(", ")] if keys else []
    return [{name: row[name] for name in ("indicator", "name_vi", "name_en")} for row in found]
