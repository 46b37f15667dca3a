"""Agencies and the words that may be named: ``agencies.yml``, ``vocabulary.yml``.

Here: the shape of both files. Not here: what names their keys (``contract``, ``indicator``).
"""

from __future__ import annotations

import itertools
import re
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StringConstraints, TypeAdapter, model_validator

from kinhbac.registry.declared.entries import AgencyCode, Entry, Name, Slug
from kinhbac.registry.declared.publication import Contact, Theme

Power = Literal[0, 1, 2, 3, 4, 6, 9, 12, 15]
"""Powers of ten by which a unit may be a multiple: those that statistical offices have a code for."""


class Agency(Entry):
    """A department or unit that can own sources and answer for indicators."""

    name: Name
    short: Name | None = Field(None, description="what it is called where there is little room")
    kind: Literal["department", "authority", "vertical", "public_unit", "commune"] = Field(
        description="department of the People's Committee, other authority, vertical agency …"
    )
    contact: Contact | None = Field(None, description="where to ask about its data")


class Dimension(Entry):
    """A way to break figures down, or to group areas, and its categories."""

    name: Name
    categories: dict[Slug, Name] = Field(min_length=2)


class Sector(Name):
    """A field of the administration, and the theme by which others find it."""

    theme: Theme | None = None


_RATE = re.compile(r"[%‰/]|\bper\b|percent|phần trăm|tỷ lệ")
"""What the names of shares, rates and ratios hold."""


class Unit(Name):
    """A unit of measure, and the codes by which others know it: of trade, of science, of money.

    A value is a number of ten to the ``power`` of the ``measure``, another unit, and of what the
    codes name: of 10⁹ đồng.
    """

    cefact: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,3}$")] | None = Field(
        None, description="UN/CEFACT Recommendation 20; C62 is a plain count"
    )
    ucum: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,40}$")] | None = Field(
        None, description="Unified Code for Units of Measure; {words} say what is counted"
    )
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = Field(
        None, description="ISO 4217"
    )
    measure: Slug | None = Field(None, description="the unit of which it is a multiple")
    power: Power = Field(0, description="of ten, by which it is one")
    adds_up: StrictBool | None = Field(
        None,
        description="whether figures of several areas may be added; if left out, those of a share, "
        "rate or ratio (%, ‰, per …) may not",
    )

    counted: StrictBool = Field(
        False, description="things that are counted: figures of them are whole unless they say not"
    )

    @model_validator(mode="after")
    def _a_multiple_of_something(self) -> Unit:
        if (self.measure is None) != (self.power == 0):
            raise ValueError("write «measure» and «power» together, or neither")
        return self

    @property
    def whole(self) -> float | None:
        """What a share of everything is in this unit: 100 in percent; None of other units."""
        if self.is_percent:
            return 100.0
        return 1000.0 if self.vi == "‰" or self.ucum == "[ppth]" else None

    @property
    def coded(self) -> bool:
        """Whether somebody else's list knows it."""
        return bool(self.cefact or self.ucum or self.currency)

    @property
    def is_percent(self) -> bool:
        """Whether its figures are what stands before a percent sign."""
        return self.cefact == "P1" or self.ucum == "%" or self.vi == "%"

    @property
    def is_added(self) -> bool:
        """Whether figures of several areas may be added: 80 % and 90 % are not 170 %."""
        if self.adds_up is not None:
            return self.adds_up
        if self.cefact == "P1" or self.ucum == "1":
            return False
        return not _RATE.search(f"{self.vi} {self.en} {self.ucum or ''}".casefold())


class AreaCount(Entry):
    """How many areas of a kind there are from one day to another, whoever of them is registered."""

    count: int = Field(ge=1)
    from_: date = Field(alias="from")
    to: date | None = None
    decision: str | None = None


Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)]


class Synonyms(Entry):
    """Words that readers use for one thing, in each language."""

    vi: tuple[Word, ...] = Field(min_length=1)
    en: tuple[Word, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _say_several(self) -> Synonyms:
        said = [word.casefold() for word in (*self.vi, *self.en)]
        if len(set(said)) < len(said):
            raise ValueError("each word is written once")
        return self


class Vocabulary(Entry):
    """``vocabulary.yml``: sectors, units, scopes, breakdowns and groupings that may be named."""

    sectors: dict[Slug, Sector]
    units: dict[Slug, Unit]
    scopes: dict[Slug, Name] = Field({})
    breakdowns: dict[Slug, Dimension] = Field({})
    groupings: dict[Slug, Dimension] = Field(
        {}, description="ways to group areas that are compared (area_groups.csv)"
    )
    alike: Slug | None = Field(
        None,
        description="the grouping whose groups are areas of one kind: a ward is compared with "
        "wards; left out, all areas of a level are alike",
    )

    area_counts: dict[Literal["province", "commune"], tuple[AreaCount, ...]] = Field(
        {},
        description="how many areas of a kind the country, or the province, has: of how many a "
        "rank tells where not all of them are registered",
    )

    synonyms: tuple[Synonyms, ...] = Field(
        (), description="words by which the search of every page finds what others call otherwise"
    )

    @model_validator(mode="after")
    def _counts_follow_each_other(self) -> Vocabulary:
        for kind, counts in self.area_counts.items():
            for before, after in itertools.pairwise(counts):
                if before.to is None or after.from_ <= before.to:
                    raise ValueError(f"counts of «{kind}» follow each other, each ended by «to»")
        return self

    @model_validator(mode="after")
    def _alike_is_a_grouping(self) -> Vocabulary:
        if self.alike and self.alike not in self.groupings:
            raise ValueError(f"«alike» names no grouping: {self.alike}")
        return self

    @model_validator(mode="after")
    def _measures_are_units(self) -> Vocabulary:
        for key, unit in self.units.items():
            if unit.measure and (unit.measure not in self.units or self.units[unit.measure].power):
                raise ValueError(
                    f"the measure of «{key}» is no unit of the list, or a multiple too"
                )
        return self

    def measured(self, unit: Slug) -> tuple[Slug, Power]:
        """The measure of a unit and the power of ten by which it is a multiple; a unit that is no
        multiple stands for itself."""
        own = self.units[unit]
        return own.measure or unit, own.power


AGENCIES = TypeAdapter(dict[AgencyCode, Agency])
"""``agencies.yml``: the only list of agencies."""
VOCABULARY = TypeAdapter(Vocabulary)
NO_WORDS = Vocabulary(sectors={}, units={})
"""Stands for a ``vocabulary.yml`` that does not hold, until all problems are told."""
