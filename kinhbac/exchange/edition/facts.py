"""What an edition tells of each open indicator, read once for all its forms.

Here: its cells, names, owner, sources and terms. Not here: what is open (``selection``), the forms
(``tables``, ``workbooks``, ``pages``, ``descriptor``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from kinhbac.database import read_warehouse
from kinhbac.exchange.edition.selection import Selection
from kinhbac.queries import read_queries
from kinhbac.registry.declared.contract import Source
from kinhbac.registry.declared.entries import Name
from kinhbac.registry.declared.indicator import Purpose
from kinhbac.registry.declared.publication import Licence
from kinhbac.registry.definitions.openness import licence_of

QUERIES = read_queries(__file__)
Row = dict[str, Any]


@dataclass(frozen=True)
class Indicator:
    """One open indicator: its row, who answers for it, where it comes from, on which terms.

    ``cells``: a row an area, period and category, in that order. ``old_in``: areas whose newest figure
    should have been followed by a newer one.
    """

    key: str
    row: Row
    name: Name
    purpose: Purpose
    unit: Name
    owner: Name
    sources: tuple[Source, ...]
    licence: str | None
    cells: pl.DataFrame
    old_in: frozenset[str]


@dataclass(frozen=True)
class Facts:
    """All that an edition tells, ``as_of`` the day of its release."""

    selection: Selection
    as_of: date
    areas: pl.DataFrame
    categories: pl.DataFrame
    cells: pl.DataFrame
    indicators: tuple[Indicator, ...]

    @property
    def licences(self) -> dict[str, Licence]:
        """The terms that any of its indicators has."""
        declared = self.selection.publication.licences
        used = {one.licence for one in self.indicators}
        return {key: licence for key, licence in declared.items() if key in used}

    @property
    def publisher(self) -> Name:
        """The agency that publishes."""
        return self.selection.registry.agencies[self.selection.publication.publisher].name


def read_facts(selection: Selection) -> Facts:
    """Everything at once; the tables of a selection are small."""
    with read_warehouse(selection.warehouse) as connection:
        [(as_of,)] = connection.execute("select as_of from release_info").fetchall()
        rows = connection.sql(QUERIES["indicators"]).pl().to_dicts()
        areas = connection.sql(QUERIES["areas"]).pl()
        categories = connection.sql(QUERIES["categories"]).pl()
        cells = connection.sql(QUERIES["cells"]).pl()
        old = connection.sql(QUERIES["old_figures"]).fetchall()
    by_indicator = cells.partition_by("indicator", as_dict=True, maintain_order=True)
    indicators = (
        _describe(
            selection,
            row,
            by_indicator[row["indicator"],],
            frozenset(area for key, area in old if key == row["indicator"]),
        )
        for row in rows
    )
    return Facts(selection, as_of, areas, categories, cells, tuple(indicators))


def _describe(
    selection: Selection, row: Row, cells: pl.DataFrame, old_in: frozenset[str]
) -> Indicator:
    registry, key = selection.registry, row["indicator"]
    return Indicator(
        key=key,
        row=row,
        name=registry.indicators[key].name,
        purpose=registry.indicators[key].purpose,
        unit=registry.vocabulary.units[row["unit"]],
        owner=registry.agencies[row["owner"]].name,
        sources=tuple(registry.sources[name] for name in row["sources"].split(", ")),
        licence=licence_of(registry, key, "open"),
        cells=cells,
        old_in=old_in,
    )
