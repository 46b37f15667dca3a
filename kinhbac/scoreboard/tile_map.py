"""The map of communes: a tile each, by how many red matters it has.

Here: shades and their key. Not here: how a tile looks (``macros.html``), how many there are
(``warning_summary``). Shades follow the numbers at hand, so that tiles differ on every day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kinhbac.scoreboard.tables import Row

NAMED = 2
"""So many of those with the most are named beside the map, for whoever prints it."""
SHADES = 5
"""Shades of tiles that have any; 0 is that of the others."""


def tile_map(communes: Iterable[Row], reds: Mapping[str, int]) -> dict[str, Any]:
    """Communes with their place, number of red matters and shade; ``key``: lowest and highest
    number of each shade that can occur; ``most``: those with the most; ``total``: red matters of all.

    >>> found = tile_map([{"area": "1", "name_vi": "Xã Một", "name_en": "One", "tile_column": 2,
    ...                    "tile_row": 1}], {"1": 3})
    >>> found["communes"][0]["shade"], found["key"]
    (3, [(0, 0), (1, 1), (2, 2), (3, 3)])
    """
    placed = [
        {
            "area": row["area"],
            "name_vi": row["name_vi"],
            "name_en": row["name_en"],
            "column": row["tile_column"],
            "row": row["tile_row"],
            "red": reds.get(row["area"], 0),
        }
        for row in communes
        if row["tile_column"] is not None
    ]
    most = max((one["red"] for one in placed), default=0)
    for one in placed:
        one["shade"] = shade_of(one["red"], most)
    shades = [[n for n in range(most + 1) if shade_of(n, most) == shade]
              for shade in range(SHADES + 1)]  # fmt: skip
    return {
        "communes": sorted(placed, key=lambda one: (one["row"], one["column"])),
        "columns": max((one["column"] for one in placed), default=1),
        "key": [(numbers[0], numbers[-1]) for numbers in shades if numbers],
        "most": sorted((one for one in placed if one["red"]), key=_most)[:NAMED],
        "total": sum(one["red"] for one in placed),
    }


def _most(tile: Row) -> tuple[int, str]:
    return -tile["red"], tile["area"]


def shade_of(red: int, most: int) -> int:
    """The shade of a number: equal steps up to the highest, one a step where five are enough."""
    return -(-SHADES * red // max(most, SHADES))
