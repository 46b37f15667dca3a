"""Agencies, sectors, units and categories as tables.

Here: the lists of which there is one. Not here: what a source says of itself (``sources``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from kinhbac.registry.model import Registry
from kinhbac.rows import Row


class AgencyRow(
    Row,
    table="agencies",
    key=("agency",),
    meaning="Agencies that own sources and answer for indicators.",
):
    """One agency."""

    agency: Annotated[str, "Code of the agency (mã cơ quan)."]
    name_vi: Annotated[str, "Vietnamese name."]
    name_en: Annotated[str, "English name."]
    short_vi: Annotated[
        str, "Vietnamese name where there is little room; the whole one if none is given."
    ]
    short_en: Annotated[
        str, "English name where there is little room; the whole one if none is given."
    ]
    kind: Annotated[str, "department, authority, vertical, public_unit or commune."]


class SectorRow(Row, table="sectors", key=("sector",)):
    """One sector."""

    sector: str
    name_vi: str
    name_en: str


class UnitRow(Row, table="units", key=("unit",)):
    """One unit of measure: a multiple of another by a power of ten, or a measure itself."""

    unit: str
    name_vi: str
    name_en: str
    measure: str
    power: int


class SynonymRow(
    Row,
    table="synonyms",
    key=("synonym", "language", "word"),
    meaning="Words that readers use for one thing.",
):
    """One word of several by which the search finds the same."""

    synonym: Annotated[int, "Number of the thing."]
    language: Annotated[str, "vi or en."]
    word: Annotated[str, "What a reader may call it."]


class CategoryRow(Row, table="categories", key=("breakdown", "category")):
    """One category of a breakdown."""

    breakdown: str
    breakdown_vi: str
    breakdown_en: str
    category: str
    name_vi: str
    name_en: str


def tabulate_vocabulary(registry: Registry) -> Iterator[Row]:
    """Rows of what is declared once for all sources."""
    for key, agency in registry.agencies.items():
        short = agency.short or agency.name
        yield AgencyRow(key, agency.name.vi, agency.name.en, short.vi, short.en, agency.kind)
    for key, sector in registry.vocabulary.sectors.items():
        yield SectorRow(key, sector.vi, sector.en)
    for key, unit in registry.vocabulary.units.items():
        yield UnitRow(key, unit.vi, unit.en, *registry.vocabulary.measured(key))
    for key, dimension in registry.vocabulary.breakdowns.items():
        for category, name in dimension.categories.items():
            yield CategoryRow(key, dimension.name.vi, dimension.name.en, category, name.vi, name.en)
    for number, thing in enumerate(registry.vocabulary.synonyms, start=1):
        for language, words in (("vi", thing.vi), ("en", thing.en)):
            for word in words:
                yield SynonymRow(number, language, word)
