"""The map of communes: a tile each, with the number of its own red matters, the darker the more they
weigh.

Here: shades and their key. Not here: how a tile looks (``macros.html``), what is counted
(``today.sql``), what a matter weighs (``warnings``). Shades follow the weights at hand, so that tiles
differ on every day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any, NamedTuple

from kinhbac.scoreboard.tables import Row

NAMED = 2
"""So many of those with the most are named beside the map, for whoever prints it."""
SHADES = 5
"""Shades of tiles that have any; 0 is that of the others."""


class Reds(NamedTuple):
    """Red matters of a commune's own: how many, and their weights together, in points."""

    matters: int
    weight: float


NO_REDS = Reds(0, 0.0)


def tile_map(communes: Iterable[Row], reds: Mapping[str, Reds]) -> dict[str, Any]:
    """Communes with their place, number and weight of red matters and shade; ``key``: the highest
    weight of each shade, in whole points; ``most``: those that weigh most; ``total``: red matters of
    all.

    >>> found = tile_map([{"area": "1", "name_vi": "Xã Một", "name_en": "One", "tile_column": 2,
    ...                    "tile_row": 1}], {"1": Reds(3, 150.0)})
    >>> found["communes"][0]["red"], found["communes"][0]["shade"], found["key"]
    (3, 5, [0, 30, 60, 90, 120, 150])
    """
    placed = [
        {
            "area": row["area"],
            "name_vi": row["name_vi"],
            "name_en": row["name_en"],
            "column": row["tile_column"],
            "row": row["tile_row"],
            "red": reds.get(row["area"], NO_REDS).matters,
            "weight": reds.get(row["area"], NO_REDS).weight,
        }
        for row in communes
        if row["tile_column"] is not None
    ]
    most = max((one["weight"] for one in placed), default=0)
    for one in placed:
        one["shade"] = shade_of(one["weight"], most)
    return {
        "communes": sorted(placed, key=lambda one: (one["row"], one["column"])),
        "columns": max((one["column"] for one in placed), default=1),
        "key": [round(most * shade / SHADES) for shade in range(SHADES + 1)] if most else [0],
        "most": sorted((one for one in placed if one["red"]), key=_most)[:NAMED],
        "total": sum(one["red"] for one in placed),
    }


def _most(tile: Row) -> tuple[float, str]:
    return -tile["weight"], tile["area"]


def shade_of(weight: float, most: float) -> int:
    """The shade of a weight: equal steps up to the heaviest; nothing weighs nothing."""
    return ceil(SHADES * weight / most) if weight else 0
