"""A page a need: which indicators answer it, what is missing, who proposed what.

Here: what stands on it. Not here: all needs together (``coverage``).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.coverage import QUERIES as COVERAGE
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.tables import Tables

QUERIES = read_queries(__file__)


def pages(tables: Tables) -> Iterator[Page]:
    """``needs/<need>.html``."""
    answers = tables.grouped("need", QUERIES["answers"])
    for need in tables.rows(COVERAGE["needs"]):
        yield Page(
            f"needs/{need['need']}.html",
            "need.html",
            "coverage",
            {"need": need, "answers": answers.get(need["need"], [])},
        )
