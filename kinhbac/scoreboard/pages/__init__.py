"""The pages of the site, one module a kind.

Here: the list of them. Not here: how they are written (``scoreboard.site``).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.scoreboard.pages import (
    area,
    catalogue,
    composite,
    coverage,
    deliveries,
    indicator,
    release,
    report,
    today,
)
from kinhbac.scoreboard.pages.page import DataFile, Page
from kinhbac.scoreboard.tables import Tables

KINDS = (release, today, catalogue, indicator, area, composite, deliveries, coverage, report)


def all_pages(tables: Tables) -> Iterator[Page | DataFile]:
    """Every page and data file of a release's site."""
    for kind in KINDS:
        yield from kind.pages(tables)
