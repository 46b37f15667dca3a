"""In which column of a delivered file areas are named, and by which codes.

Here: trying the code lists of today and of former days on every column. Not here: what else columns
hold (``delivered_columns``), how codes are read (``ingest.area_texts``).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

import polars as pl

from kinhbac.drafting.delivered_columns import MOST, Delivered, fold_words
from kinhbac.ingest.area_texts import CodeList
from kinhbac.registry.areas.atlas import Area, Areas

_AREAS = re.compile(r"^ma (xa|phuong|huyen|tinh)|\b(don vi|dvhc|dia ban|area|commune|province)\b")
"""Words of headers of areas, without which one code alone is no sign of them."""


@dataclass(frozen=True)
class Places:
    """In which column areas are named, and how. ``since``: first day from which the codes have
    stood as they do; ``until`` is their last where they stand no more."""

    column: str
    system: str
    since: date | None
    until: date | None
    kinds: tuple[str, ...]
    changed: bool = False


def find_places(delivered: Delivered, areas: Areas, today: date) -> Places | None:
    """The column in which most cells are codes of areas, of today's list before former ones."""
    days = {today, *(entry.valid_to for entry in areas.codes if entry.valid_to)}
    best: tuple[tuple[bool, bool, float, date], Places] | None = None
    for system in sorted(areas.code_systems()):
        for day in sorted(day for day in days if day <= today):
            codes = areas.code_list(system, day)
            for name, cells in delivered.cells.items():
                found = _fit(cells, codes) if codes else None
                if found is None or (len(found[2]) == 1 and not _AREAS.search(fold_words(name))):
                    continue
                share, changed, known = found
                place = _placed(name, system, areas, day, today, known, changed)
                rank = (not changed, system == "statistics", share, day)
                if best is None or rank > best[0]:
                    best = rank, place
    return best[1] if best else None


def _fit(cells: pl.Series, codes: dict[str, Area]) -> tuple[float, bool, list[Area]] | None:
    """The share of cells that are codes, as they stand or changed, and their areas."""
    texts = Counter(cells.drop_nulls().cast(pl.String).str.strip_chars().to_list())
    if not texts or len(texts) > len(codes) + 20:
        return None
    exact = {text for text in texts if text in codes}
    if sum(texts[text] for text in exact) >= MOST * texts.total():
        return sum(texts[t] for t in exact) / texts.total(), False, [codes[t] for t in exact]
    if not any(char.isdigit() for text in texts for char in text):
        return None
    reader = CodeList(codes)
    meant = {
        text: found for text in texts if (found := reader.read(text)) and found.change != "name"
    }
    if len(meant) > 1 and sum(texts[text] for text in meant) >= MOST * texts.total():
        share = sum(texts[text] for text in meant) / texts.total()
        return share, True, [one.area for one in meant.values()]
    return None


def _placed(
    name: str, system: str, areas: Areas, day: date, today: date, known: list[Area], changed: bool
) -> Places:
    kinds = Counter(area.kind for area in known)
    of_these = {area.area for area in known}
    begun = [e.valid_from for e in areas.codes if e.area in of_these and e.valid_from]
    return Places(
        name,
        system,
        max((one for one in begun if one <= day), default=None),
        day if day != today else None,
        tuple(kind for kind, _ in kinds.most_common()),
        changed,
    )


def find_names(delivered: Delivered, areas: Areas, today: date, places: Places) -> str | None:
    """The column that writes areas out, beside the one of codes."""
    but = places.column
    reader = CodeList(areas.code_list(places.system, places.until or today))
    for name, cells in delivered.cells.items():
        texts = cells.drop_nulls().unique() if cells.dtype == pl.String else cells.clear()
        if name == but or texts.is_empty():
            continue
        named = sum(_is_area_name(text, reader) for text in texts.to_list()[:500])
        if named >= MOST * min(len(texts), 500):
            return name
    return None


def _is_area_name(text: str, reader: CodeList) -> bool:
    found = reader.read(text)
    return found is not None and found.change == "name"
