"""The map of communes: a tile each, with the number of its own red matters, the darker the more they
weigh.

Here: shades and their key, by the weights at hand, so that tiles differ on every day. Not here: how
a tile looks (``tile_map.html``), what is counted and what it weighs (``pages/red_matters.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

from kinhbac.scoreboard.tables import Row

NAMED = 2
"""So many of those with the most are named beside the map, for whoever prints it."""
SHADES = 5
"""Shades of tiles that have any; 0 is that of the others."""


def tile_map(communes: Iterable[Row], reds: Mapping[str, tuple[int, float]]) -> dict[str, Any]:
    """Communes with their place, number and weight of red matters and shade; ``key``: the highest
    weight of each shade, in whole points; ``most``: those that weigh most; ``total``: red matters of
    all. ``reds``: number and weight by commune.

    >>> found = tile_map([{"area": "1", "name_vi": "Xã Một", "name_en": "One", "tile_column": 2,
    ...                    "tile_row": 1}], {"1": (3, 150.0)})
    >>> found["communes"][0]["red"], found["communes"][0]["shade"], found["key"]
    (3, 5, [0, 30, 60, 90, 120, 150])
    """
    placed = [row for row in communes if row["tile_column"] is not None]
    counted = {row["area"]: reds.get(row["area"], (0, 0.0)) for row in placed}
    most = max((weight for _, weight in counted.values()), default=0)
    tiles = [
        {name: row[name] for name in ("area", "name_vi", "name_en")}
        | {"column": row["tile_column"], "row": row["tile_row"]}
        | {"red": red, "weight": weight, "shade": shade_of(weight, most)}
        for row in placed
        for red, weight in (counted[row["area"]],)
    ]
    red_ones = (one for one in tiles if one["red"])
    return {
        "communes": sorted(tiles, key=lambda one: (one["row"], one["column"])),
        "columns": max((one["column"] for one in tiles), default=1),
        "key": [round(most * shade / SHADES) for shade in range(SHADES + 1)] if most else [0],
        "most": sorted(red_ones, key=lambda one: (-one["weight"], one["area"]))[:NAMED],
        "total": sum(one["red"] for one in tiles),
    }


def shade_of(weight: float, most: float) -> int:
    """The shade of a weight: equal steps up to the heaviest; nothing weighs nothing."""
    return ceil(SHADES * weight / most) if weight else 0
