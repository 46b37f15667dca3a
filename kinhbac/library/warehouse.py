"""What can be asked of a release, wherever it is.

Here: questions in the words of people, and answers that can be read alone. Not here: where rows come
from (``sealed``, ``remote``), their columns (``frames``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self

import polars as pl

from kinhbac.answers.names import Named, UnknownName, find_key, find_period, of_rows
from kinhbac.library.frames import (
    AREAS,
    CELLS,
    COMPONENTS,
    INDICATORS,
    RANKS,
    STEPS,
    VALUES,
    frame_of,
)
from kinhbac.problems import Refused

if TYPE_CHECKING:
    from kinhbac.answers.explanation import Explanation

Some = str | Sequence[str] | None
Lang = Literal["vi", "en"]
Filters = dict[str, Any]


@dataclass(frozen=True)
class Composite:
    """A composite indicator, a frame a question.

    ``ranks``: a row an area and period, with value, rank, and the interval in which the rank holds
    (``rank_low`` … ``rank_high``, 90 % of ``draws``; ``interval_of`` says of what).
    ``components``: a row an area, period and component, with its figure on the common scale
    (``normalised``) and its ``weight``.
    ``steps``: what would raise an area most, by ``gain``, each step alone.
    """

    ranks: pl.DataFrame
    components: pl.DataFrame
    steps: pl.DataFrame


def composite_of(indicator: str, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> Composite:
    """The frames of a composite. Raises Refused where it has no ranks."""
    ranks = frame_of(rows["ranks"], RANKS)
    if ranks.is_empty():
        raise Refused(
            f"There are no ranks of «{indicator}» here. Rule: a composite, an area and a period of "
            "which it has figures. Remedy: indicators() tells the group of each."
        )
    return Composite(
        ranks, frame_of(rows["components"], COMPONENTS), frame_of(rows["steps"], STEPS)
    )


class Warehouse(ABC):
    """One release, opened to be asked; it is closed by ``close`` or ``with``.

    Indicators and areas are named by key, name or code: tone marks and case do not matter where one
    alone can be meant. What is unknown raises UnknownName, with what could have been meant.

    >>> warehouse = kinhbac.open("data")
    >>> warehouse.release, str(warehouse.as_of)
    (1, '2026-03-20')
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    @abstractmethod
    def release(self) -> int:
        """The number of the release."""

    @property
    @abstractmethod
    def as_of(self) -> date:
        """The day of the release."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what is open; nothing can be asked any more."""

    @abstractmethod
    def explain(self, indicator: str, area: str, period: str) -> Explanation:
        """From a figure down to file, row and hash. Raises Refused with what there is instead.

        >>> figure = warehouse.explain("births", "24", "2026-02")
        >>> figure.value, figure.unit, figure.cell["state"]
        (10.5, '%', 'value')
        """

    @abstractmethod
    def composite(
        self, indicator: str, area: str | None = None, period: str | None = None
    ) -> Composite:
        """Ranks with their intervals, components on their scale, and steps of a composite.

        Raises Refused where there are none.

        >>> first = warehouse.composite("index", period="2026-02").ranks
        >>> first.select("area", "rank", "rank_low", "rank_high").rows()
        [('00001', 1.0, 1.0, 2.0), ('00002', 2.0, 1.0, 2.0)]
        """

    @abstractmethod
    def _ask(self, subject: str, filters: Filters) -> Iterable[Mapping[str, Any]]:
        """All rows of a subject of the interface (``indicators``, ``areas``, ``values``)."""

    def values(
        self,
        indicator: Some = None,
        area: Some = None,
        *,
        since: str | None = None,
        until: str | None = None,
        as_of: date | str | None = None,
        breakdown: Some = None,
        lang: Lang = "vi",
    ) -> pl.DataFrame:
        """Figures, a row an indicator, area and period, in the columns of ``frames.VALUES``.

        Each row says its unit, its ``state`` (value, provisional, held, missing, …: a missing value
        is empty, never zero), whether it rests on demonstration data (``synthetic``), its source and the
        release. ``since`` and ``until`` are periods such as 2026-10, until with its last day.
        ``as_of``: as published by that day. ``breakdown``: by the categories of these, such as sex.
        ``.to_pandas()`` gives the same for pandas.

        >>> births = warehouse.values("births", "xa mot", until="02/2026")
        >>> births.select("area", "period", "value", "unit", "state").rows()
        [('00001', '2026-01', None, 'percent', 'missing'), ('00001', '2026-02', 4.25, 'percent', 'value')]
        """
        filters: Filters = {
            "indicator": [self.indicator_key(name) for name in _all(indicator)],
            "area": [self.area_key(name) for name in _all(area)],
            "breakdown": _all(breakdown),
            "since": find_period(since).label if since else None,
            "until": find_period(until).label if until else None,
            "as_of": _day(as_of) if isinstance(as_of, str) else as_of,
        }
        cells = frame_of(self._ask("values", filters), CELLS)
        indicators = self._indicators.select(
            "indicator",
            "source",
            "owner",
            indicator_name=pl.coalesce(f"name_{lang}", "name_vi"),
            unit_name=pl.coalesce(f"unit_{lang}", "unit_vi"),
        )
        areas = self._areas.select("area", area_name=pl.coalesce(f"name_{lang}", "name_vi"))
        told = cells.join(indicators, on="indicator", how="left", maintain_order="left")
        told = told.join(areas, on="area", how="left", maintain_order="left")
        return told.with_columns(release=pl.lit(self.release, pl.Int64)).select(VALUES)

    def indicators(self) -> pl.DataFrame:
        """Published indicators, a row each: names, group, formula, unit, owner, access.

        >>> warehouse.indicators().select("indicator", "unit", "access").row(0)
        ('births', 'percent', 'open')
        """
        return self._indicators

    def areas(self) -> pl.DataFrame:
        """Areas of today and of other times, a row each; ``valid_to`` is empty for those of today.

        >>> warehouse.areas().filter(kind="commune")["name_vi"].to_list()
        ['Xã Một', 'Xã Hai']
        """
        return self._areas

    def indicator_key(self, name: str) -> str:
        """The key of the indicator that is called so. Raises UnknownName, which proposes.

        >>> warehouse.indicator_key("birth")
        Traceback (most recent call last):
        kinhbac.answers.names.UnknownName: There is no indicator «birth». Did you mean births (births)?
        """
        return find_key(name, self._named_indicators, "indicator")

    def area_key(self, name: str) -> str:
        """The key of the area that is called so. Raises UnknownName, which proposes."""
        return find_key(name, self._named_areas, "area")

    @cached_property
    def _indicators(self) -> pl.DataFrame:
        return frame_of(self._ask("indicators", {}), INDICATORS)

    @cached_property
    def _areas(self) -> pl.DataFrame:
        return frame_of(self._ask("areas", {}), AREAS)

    @cached_property
    def _named_indicators(self) -> list[Named]:
        return of_rows(self._indicators.iter_rows(named=True), "indicator")

    @cached_property
    def _named_areas(self) -> list[Named]:
        return of_rows(self._areas.iter_rows(named=True), "area")


def _all(names: Some) -> list[str]:
    return [] if names is None else [names] if isinstance(names, str) else list(names)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnknownName(f"«{text}» is not a day: write 2026-05-01.", []) from None
