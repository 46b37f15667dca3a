"""The newest figures of every area, a file a sector.

Here: what the pages of areas and the catalogue show of each indicator. Not here: those pages
(``area``, ``catalogue``). A column of one indicator is a list over areas, and equal lists stand
once (``script.Lists``): a correction in one sector leaves the files of all others as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kinhbac.scoreboard.pages.page import DataFile
from kinhbac.scoreboard.script import Lists, as_entry, as_script
from kinhbac.scoreboard.tables import Row, Tables, group

CELL = (
    "area", "period", "value", "judgement", "target", "state", "last_good_value",
    "compared_with", "movement", "previous_change", "last_year_change", "better", "beyond_chance", "rank", "rank_low", "rank_high",
    "peers", "peers_all", "like_rank", "likes", "like_rank_low", "like_rank_high", "percentile", "peer_low",
    "peer_median", "peer_high", "synthetic",
)  # fmt: skip
COMPOSITE = (
    "area", "period", "value", "state", "rank", "units", "units_all", "rank_low", "rank_high", "interval_of",
    "is_root", "synthetic",
)  # fmt: skip


def list_sectors(tables: Tables) -> list[str]:
    """The sectors that have a file, ``data/latest/<sector>.js``."""
    found = tables.rows("select distinct sector from latest_values order by sector")
    return [row["sector"] for row in found]


def latest_files(cells: Iterable[Row]) -> Iterator[DataFile]:
    """Files for all cells; those of an indicator come one after another."""
    for sector, rows in group(cells, "sector").items():
        said, lists = _columns(rows, CELL)
        yield DataFile(f"data/latest/{sector}.js", as_entry("kinhbacLatest", sector, said, lists))


def composites_file(cells: Iterable[Row]) -> DataFile:
    """``data/composites.js``: where every area stands in every composite."""
    said, lists = _columns(cells, COMPOSITE)
    return DataFile("data/composites.js", as_script("kinhbacComposites", said, lists))


def _columns(rows: Iterable[Row], columns: tuple[str, ...]) -> tuple[dict[str, object], Lists]:
    lists = Lists()
    cells = {
        indicator: [lists.add([row[column] for row in own]) for column in columns]
        for indicator, own in group(rows, "indicator").items()
    }
    return {"columns": columns, "cells": cells}, lists
