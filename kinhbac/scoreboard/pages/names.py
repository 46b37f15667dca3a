"""Names of areas and indicators, in a file of their own.

Here: what every script looks up by key: names in both languages, units, tiles. Not here:
figures. Who owns an indicator is told by the short name of the agency. The file stays the same as long as the registry does.
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.registry.declared.entries import GROUPS
from kinhbac.scoreboard.pages.page import DataFile
from kinhbac.scoreboard.script import as_script
from kinhbac.scoreboard.tables import Row, Tables
from kinhbac.words.catalogue import CODES
from kinhbac.words.language import Language

AREA_FIELDS = ("area", "kind", "name_vi", "name_en", "ended", "tile_column", "tile_row")
INDICATOR_FIELDS = (
    "indicator", "indicator_group", "sector", "name_vi", "name_en", "unit_vi", "unit_en",
    "decimals", "span", "covers", "owner",
)  # fmt: skip


def pages(tables: Tables) -> Iterator[DataFile]:
    """``data/names.js``, in the order in which a reader meets areas and indicators."""
    areas = sorted(tables.areas.values(), key=_chosen)
    indicators = sorted(
        tables.indicators.values(),
        key=lambda row: (GROUPS.index(row["indicator_group"]), row["sector"], row["indicator"]),
    )
    said = {
        "area_fields": AREA_FIELDS,
        "areas": [[_told(area, name) for name in AREA_FIELDS] for area in areas],
        "indicator_fields": INDICATOR_FIELDS,
        "indicators": [[_said(row, name) for name in INDICATOR_FIELDS] for row in indicators],
        "owners": {
            key: [row["short_vi"] or row["name_vi"], row["short_en"] or row["name_en"]]
            for key, row in tables.agencies.items()
            if key in {indicator["owner"] for indicator in indicators}
        },
    }
    yield DataFile("data/names.js", as_script("kinhbacNames", said))


def _said(indicator: Row, name: str) -> object:
    """A field of an indicator; its names say what they take together."""
    for code in CODES:
        if name == f"name_{code}":
            return Language(code).qualified(indicator)
    return indicator[name]


def _chosen(area: Row) -> tuple[bool, bool, bool, str, str]:
    """The province, what it was before, then areas of today before those that were."""
    kind = area["kind"]
    ended = area["valid_to"] is not None
    return (kind != "province", kind != "former_province", ended, kind, area["area"])


def _told(area: Row, name: str) -> object:
    """A field of an area; ``ended`` is the year in which it ceased to be."""
    if name == "ended":
        return area["valid_to"] and area["valid_to"].year
    return area[name]
