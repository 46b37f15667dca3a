"""Of how many a rank, a mean or a comparison tells, and who is absent.

Here: the areas that were compared against all that there are, registered or not. Not here: how
many there are (``area_counts``, by way of the marts), ranking, which the tables have done.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from kinhbac.scoreboard.tables import Row, Tables

NAMED = 12
"""How many absent areas are called by their names."""
CLASSES = {"peer_province": "province"}


def tell_among(
    tables: Tables, present: Collection[str], there_are: int, day: date
) -> dict[str, Any]:
    """Who of ``there_are`` areas of their kind is ``present`` on ``day``, for a page to say.

    ``absent``: registered areas without a figure, the first of them by name; ``more``: how many
    else; ``unregistered``: how many of all are in no list of this province.
    """
    kinds = {_class(tables.areas[area]) for area in present}
    registered = {
        key for key, area in tables.areas.items() if _class(area) in kinds and _stands(area, day)
    }
    absent = [tables.areas[key] for key in sorted(registered - set(present))]
    return {
        "kind": min(kinds, default="province"),
        "present": len(present),
        "all": max(there_are, len(present)),
        "absent": absent[:NAMED],
        "more": max(len(absent) - NAMED, 0),
        "unregistered": max(there_are - len(registered | set(present)), 0),
    }


def _class(area: Row) -> str:
    return str(CLASSES.get(area["kind"], area["kind"]))


def _stands(area: Row, day: date) -> bool:
    first, last = area["valid_from"], area["valid_to"]
    return (first is None or first <= day) and (last is None or day <= last)
