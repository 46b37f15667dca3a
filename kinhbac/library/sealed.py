"""A sealed release on this machine, opened to be asked.

Here: a data folder, the folder of a release, a copy of one. Not here: which questions there are
(``warehouse``). They are those of the interface, asked of the same views, and what comes from
outside is a bound parameter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from pydantic import Field

from kinhbac.answers.explanation import Explanation, explain
from kinhbac.answers.names import Named, find_period, read_areas, read_indicators
from kinhbac.data_folder import DataFolder, data_folder
from kinhbac.database import read_rows, read_warehouse
from kinhbac.interface.bounds import Bounds
from kinhbac.interface.composites import ask_composite
from kinhbac.interface.editions import INTERNAL
from kinhbac.interface.filters import AreasAsked, IndicatorsAsked, ValuesAsked
from kinhbac.interface.opened import Answer
from kinhbac.interface.opening import open_database
from kinhbac.interface.questions import Inquirer
from kinhbac.interface.refusals import Refusal, Unreadable
from kinhbac.library.warehouse import Composite, Filters, Warehouse, composite_of
from kinhbac.problems import Refused
from kinhbac.release.releases import MANIFEST, Release, current_release, release_in
from kinhbac.release.warehouse import warehouse_of

OWN = Bounds(seconds=120, megabytes=2048)
"""Somebody's own machine may work on a question for longer than a server does."""
ALL = 2**40
"""More rows than any release has, and fewer than overflow."""


class _AllIndicators(IndicatorsAsked):
    limit: int = Field(ALL)


class _AllAreas(AreasAsked):
    limit: int = Field(ALL)


class _AllValues(ValuesAsked):
    limit: int = Field(ALL)
    indicator: list[str] = Field(default_factory=list)
    area: list[str] = Field(default_factory=list)


def open_sealed(place: Path | None) -> SealedRelease:
    """The release in a folder. Raises Refused where there is none that can be read."""
    folder = data_folder().root if place is None else place
    if (folder / MANIFEST).exists():
        return SealedRelease(release_in(folder.resolve()))
    data = DataFolder(folder)
    release = current_release(data) if data.releases.is_dir() else None
    if release is None:
        raise Refused(
            f"{folder}: no release lies there. Rule: a data folder, the folder of a release or a copy "
            "of one, or the address of the interface (http://…). Remedy: name one of these, or run "
            "kinhbac refresh."
        )
    return SealedRelease(release)


class SealedRelease(Warehouse):
    """A release whose database lies on this machine; it is made if it is not there."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._path = warehouse_of(release)
        try:
            self._opened = open_database(release, OWN)
        except (duckdb.Error, OSError) as error:
            raise Refused(str(Unreadable(f"release {release.number}", error))) from error

    @property
    def release(self) -> int:
        return self._release.number

    @property
    def as_of(self) -> date:
        return self._release.as_of

    def close(self) -> None:
        self._opened.connection.close()

    def explain(self, indicator: str, area: str, period: str) -> Explanation:
        return explain(self._path, indicator, area, period)

    def composite(
        self, indicator: str, area: str | None = None, period: str | None = None
    ) -> Composite:
        key, place = self.indicator_key(indicator), self.area_key(area) if area else None
        label = find_period(period).label if period else None
        return composite_of(key, ask_composite(self._opened, key, place, label))

    def sdmx_csv(self, cells: pl.DataFrame) -> bytes:
        """Observations of ``cells``, in the columns of ``frames.CELLS``, as SDMX-CSV 2.0."""
        from kinhbac.interface.sdmx_csv import write_sdmx_csv

        if not self._opened.dataflow:
            raise Refused(
                "Nobody maintains structures of SDMX here. Rule: publication.yml names who does. "
                "Remedy: take csv or parquet, or declare it (docs/exchange.md)."
            )
        labels = Inquirer(self._opened, INTERNAL).label_indicators(cells["indicator"].unique())
        return write_sdmx_csv(
            Answer(tuple(cells.columns), cells.rows()), self._opened.dataflow, labels
        )

    def _ask(self, subject: str, filters: Filters) -> Iterator[Mapping[str, Any]]:
        inquirer = Inquirer(self._opened, INTERNAL)
        try:
            match subject:
                case "indicators":
                    page = inquirer.indicators(_AllIndicators())
                case "areas":
                    page = inquirer.areas(_AllAreas())
                case _:
                    asked = _AllValues(**{name: told for name, told in filters.items() if told})
                    page = inquirer.values(asked)
        except Refusal as refusal:
            told = [refusal.detail, *map(str, refusal.problems)]
            raise Refused("\n".join(told)) from None
        except Unreadable as error:
            raise Refused(str(error)) from error
        return page.answer.records()

    @cached_property
    def _named_areas(self) -> list[Named]:
        with read_warehouse(self._path) as connection:
            return read_areas(lambda question: read_rows(connection, question))

    @cached_property
    def _named_indicators(self) -> list[Named]:
        with read_warehouse(self._path) as connection:
            return read_indicators(lambda question: read_rows(connection, question))
