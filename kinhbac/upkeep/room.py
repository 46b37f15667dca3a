"""Room for a night, asked before it writes anything.

Here: how much a night may need, and refusing one for which there is too little. Not here: for how
many nights there is room (``status``), making room (``retention``).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from kinhbac.data_folder import DataFolder
from kinhbac.problems import Refused

MEBIBYTE = 1 << 20
LEAST = 128 * MEBIBYTE
"""What any night needs: notes of dbt and Dagster, what lies aside while it is written."""


def refuse_full(data: DataFolder) -> None:
    """Refuse a night that may not find room: everything new may lie beside everything old before
    the old goes, candidate and release alike. Raises Refused, which says how much is missing."""
    needed = LEAST + sum(map(_weigh, (data.candidate.parent, data.current.resolve())))
    free = find_free(data)
    if free < needed:
        raise Refused(
            f"{free // MEBIBYTE:,} MiB are free, about {needed // MEBIBYTE:,} MiB are needed. Rule: "
            "a night begins when it can end. Remedy: make room («kinhbac prune», or another disk), "
            "and run it again; the last release stays in force."
        )


def find_free(data: DataFolder) -> int:
    """Bytes that are free where the data folder lies, or will lie."""
    place = data.root
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def _weigh(folder: Path) -> int:
    return sum(
        os.lstat(Path(place) / name).st_size
        for place, _, names in os.walk(folder)
        for name in names
    )
