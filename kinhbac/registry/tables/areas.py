"""Areas as tables: what there is, its codes, what became of it, of what it consists.

Here: rows. Not here: how the parts of an area are found (``registry.areas``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from kinhbac.registry.declared.entries import AreaKind
from kinhbac.registry.model import Registry
from kinhbac.rows import Row


class AreaRow(
    Row,
    table="areas",
    key=("area",),
    meaning="Provinces and communes, valid from and to.",
):
    """An area as it stood from one day to another."""

    area: Annotated[
        str,
        "Key of the area; the code alone for areas that stand today, former-<code> for those "
        "before 1 July 2025.",
    ]
    kind: Annotated[
        AreaKind,
        "province, commune, peer_province, former_province, former_district or former_commune.",
    ]
    code: Annotated[
        str,
        "Code of the statistics office; ambiguous without a date: codes are given anew.",
    ]
    name_vi: Annotated[str, "Vietnamese name; never a key."]
    name_en: Annotated[str, "English name; never a key."]
    parent: Annotated[str | None, "Area of which it is a part."]
    valid_from: Annotated[date | None, "First day; empty: before our records."]
    valid_to: Annotated[date | None, "Last day; empty: stands today."]
    borders: Annotated[str, "Fingerprint of the areas that it is made of; changes when borders do."]
    tile_column: Annotated[
        int | None, "Column on the map of equal squares, from the west; empty: not on it."
    ]
    tile_row: Annotated[int | None, "Row on that map, from the north."]
    alike: Annotated[
        str,
        "What it shares with the areas that it is compared with: its kind, and its group where the "
        "vocabulary names a grouping of those that are alike; provinces with peer provinces.",
    ]


class AreaCodeRow(
    Row,
    table="area_codes",
    key=("code_system", "code", "valid_from"),
    meaning="What code systems call areas, from one day to another.",
):
    """One code of one code system."""

    code_system: Annotated[str, "statistics, organisation, examination, papi …"]
    code: Annotated[str, "The code."]
    area: Annotated[str, "The area that it names."]
    valid_from: Annotated[date | None, "First day; empty: always."]
    valid_to: Annotated[date | None, "Last day; empty: still."]


class SuccessionRow(
    Row,
    table="area_successions",
    key=("predecessor", "successor", "share_of"),
    meaning="What became of areas that ended.",
):
    """An area that became another one, or a part of it."""

    predecessor: Annotated[str, "The area that ended."]
    successor: Annotated[str, "The area that it became, or became a part of."]
    share_of: Annotated[str | None, "Measure that is shared out; empty: every measure."]
    share: Annotated[float | None, "Share that goes to the successor; empty: not known."]


class AreaPartRow(
    Row,
    table="area_parts",
    key=("area", "part", "share_of"),
    meaning="Of which areas another one is made, below it and before it.",
):
    """One area inside another one, by one measure."""

    area: Annotated[str, "The area."]
    part: Annotated[str, "An area inside it, below it or before a border change."]
    part_kind: Annotated[str, "Kind of the part."]
    share_of: Annotated[str | None, "Measure that is shared out; empty: every measure."]
    share: Annotated[float | None, "Share of the part that lies in the area; empty: not known."]
    distance: Annotated[int, "Steps between the two."]
    restated: Annotated[bool, "True across a border change."]
    alone: bool


class AreaGroupRow(
    Row,
    table="area_groups",
    key=("grouping", "area"),
    meaning="Groups of areas that are compared with each other.",
):
    """The group of one area in one grouping."""

    grouping: Annotated[str, "Key of the grouping."]
    grouping_vi: Annotated[str, "Vietnamese name of the grouping."]
    grouping_en: Annotated[str, "English name of the grouping."]
    area: Annotated[str, "The area."]
    area_group: Annotated[str, "Key of its group."]
    name_vi: Annotated[str, "Vietnamese name of the group."]
    name_en: Annotated[str, "English name of the group."]


class AreaCountRow(
    Row,
    table="area_counts",
    key=("kind", "valid_from"),
    meaning="How many areas of a kind there are, registered or not.",
):
    """How many areas of a kind there are, from one day to another."""

    kind: Annotated[str, "province (former ones and those compared with too) or commune."]
    count: Annotated[int, "How many there are."]
    valid_from: Annotated[date, "First day."]
    valid_to: Annotated[date | None, "Last day; empty: still."]
    decision: Annotated[str | None, "Legal basis."]


def tabulate_areas(registry: Registry) -> Iterator[Row]:
    """Rows about areas, from one day to another."""
    of_one_kind = registry.vocabulary.alike
    groups = {
        entry.area: entry.area_group
        for entry in registry.areas.groups
        if entry.grouping == of_one_kind
    }
    for area in registry.areas.areas.values():
        kind = "province" if area.kind == "peer_province" else area.kind
        alike = "/".join([kind, *filter(None, [groups.get(area.area)])])
        yield AreaRow(**vars(area), borders=registry.borders[area.area], alike=alike)
    for kind, counts in registry.vocabulary.area_counts.items():
        for count in counts:
            yield AreaCountRow(kind, count.count, count.from_, count.to, count.decision)
    for code in registry.areas.codes:
        yield AreaCodeRow(**vars(code))
    for succession in registry.areas.successions:
        yield SuccessionRow(**vars(succession))
    for part in registry.area_parts:
        yield AreaPartRow(**vars(part) | {"share_of": part.share_of or None})
    for entry in registry.areas.groups:
        grouping = registry.vocabulary.groupings[entry.grouping]
        group = grouping.categories[entry.area_group]
        yield AreaGroupRow(
            entry.grouping,
            grouping.name.vi,
            grouping.name.en,
            entry.area,
            entry.area_group,
            group.vi,
            group.en,
        )
