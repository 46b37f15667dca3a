"""The tables about areas: ``areas.csv``, ``area_codes.csv``, and what must hold in them.

Here: reading all of them, areas and codes among them. Not here: what an area is (``atlas``),
what must hold in the other tables (``area_groups``, ``successions``), CSV (``csv_document``).
"""

from __future__ import annotations

import itertools
from datetime import date
from functools import partial
from pathlib import Path
from typing import get_args

from kinhbac.csv_document import CsvColumn, CsvDocument, read_csv
from kinhbac.registry.areas import area_groups, successions
from kinhbac.registry.areas.atlas import STATISTICS, Area, AreaCode, Areas
from kinhbac.registry.areas.cells import (
    DAY_OR_NONE,
    KEY,
    KEY_OR_NONE,
    PLACE_OR_NONE,
    SLUG,
    TEXT,
    read_word,
)
from kinhbac.registry.areas.naming import tell_unknown_area
from kinhbac.registry.declared.entries import AreaKind

AREAS, CODES = "areas.csv", "area_codes.csv"
AREA_COLUMNS = {
    "area": KEY,
    "kind": CsvColumn(partial(read_word, words=get_args(AreaKind))),
    "code": KEY,
    "name_vi": TEXT,
    "name_en": TEXT,
    "parent": KEY_OR_NONE,
    "valid_from": DAY_OR_NONE,
    "valid_to": DAY_OR_NONE,
    "tile_column": PLACE_OR_NONE,
    "tile_row": PLACE_OR_NONE,
}
CODE_COLUMNS = {
    "code_system": SLUG,
    "code": KEY,
    "area": KEY,
    "valid_from": DAY_OR_NONE,
    "valid_to": DAY_OR_NONE,
}
COLUMNS = {
    AREAS: AREA_COLUMNS,
    CODES: CODE_COLUMNS,
    successions.FILE: successions.COLUMNS,
    area_groups.FILE: area_groups.COLUMNS,
}
Coded = tuple[CsvDocument, int, AreaCode]
"""A code, and the table and line that say it."""


def read_areas(folder: Path) -> tuple[Areas, dict[str, CsvDocument]]:
    """Read the tables about areas in ``folder``; what is wrong with one stands in its problems."""
    tables = {
        name: read_csv(folder / name, f"{folder.name}/{name}", columns)
        for name, columns in COLUMNS.items()
    }
    told, lines = tables[AREAS], dict[str, int]()
    told.tell_twice("area")
    areas = _areas(told, lines)
    keys = told.names("area")
    coded: list[Coded] = [
        (
            told,
            lines[area.area],
            AreaCode(STATISTICS, area.code, area.area, area.valid_from, area.valid_to),
        )
        for area in areas.values()
    ]
    for row in tables[CODES].rows:
        tell_unknown_area(tables[CODES], row, keys, "area")
        if row.values["area"] in areas:
            coded.append((tables[CODES], row.line, AreaCode(**row.values)))
    _tell_of_order(tables[CODES])
    _tell_ambiguous(coded)
    _tell_shortened(coded, areas)
    became = successions.find_successions(tables[successions.FILE], keys, areas)
    groups = area_groups.find_groups(tables[area_groups.FILE], keys, areas)
    codes = tuple(code for _, _, code in coded)
    return Areas(areas, codes, tuple(became), tuple(groups)), tables


def _areas(table: CsvDocument, lines: dict[str, int]) -> dict[str, Area]:
    """The areas of sound rows; ``lines`` learns where each stands."""
    areas: dict[str, Area] = {}
    if table.whole and not table.rows:
        rule, remedy = "a registry has areas", "write one row an area"
        table.tell(1, None, "no row stands below the header", rule, remedy)
        table.written = None
    keys = table.names("area")
    for row in table.rows:
        area = Area(**row.values)
        areas[area.area], lines[area.area] = area, row.line
        tell_unknown_area(table, row, keys, "parent")
        if (area.tile_column is None) != (area.tile_row is None):
            rule, remedy = "a tile has a column and a row", "write both, or neither"
            table.tell(row.line, "tile_column", "half a tile is written", rule, remedy)
    _tell_of_order(table)
    _tell_crowded(table, areas, lines)
    return areas


def _tell_of_order(table: CsvDocument) -> None:
    for row in table.rows:
        begins, ends = row.values["valid_from"], row.values["valid_to"]
        if begins and ends and ends < begins:
            found, rule = f"it ends on {ends}, before it begins", "what begins ends later"
            table.tell(row.line, "valid_to", found, rule, "correct one of the two days")


def _tell_ambiguous(coded: list[Coded]) -> None:
    by_code: dict[tuple[str, str], list[Coded]] = {}
    for entry in coded:
        by_code.setdefault((entry[2].code_system, entry[2].code), []).append(entry)
    for (system, code), entries in by_code.items():
        entries.sort(key=lambda entry: entry[2].valid_from or date.min)
        for (_, _, earlier), (table, line, later) in itertools.pairwise(entries):
            if (later.valid_from or date.min) <= (earlier.valid_to or date.max):
                found = f"{system} code {code} names {earlier.area} and {later.area} at once"
                rule = "on any day a code names one area"
                table.tell(line, "code", found, rule, "correct the code, or its days")


def _tell_shortened(coded: list[Coded], areas: dict[str, Area]) -> None:
    """Codes that lost their zeros: a list that begins some codes with a zero fills all of them up.
    Numbers of which none begins with a zero may have any length."""
    lists: dict[tuple[str, AreaKind], list[Coded]] = {}
    for entry in coded:
        if entry[2].code.isdecimal():
            key = entry[2].code_system, areas[entry[2].area].kind
            lists.setdefault(key, []).append(entry)
    for (system, kind), entries in lists.items():
        filled = [len(code.code) for _, _, code in entries if code.code.startswith("0")]
        for table, line, code in entries:
            if len(code.code) < max(filled, default=0):
                told = (
                    f"{system} code {code.code} has {len(code.code)} digits, others {max(filled)}"
                )
                rule = f"codes of a {kind.replace('_', ' ')} that are filled up with zeros all are"
                remedy = f"write {code.code.zfill(max(filled))}, in a column of text"
                table.tell(line, "code", told, rule, remedy)


def _tell_crowded(table: CsvDocument, areas: dict[str, Area], lines: dict[str, int]) -> None:
    on_tiles: dict[tuple[int, int], str] = {}
    for area in areas.values():
        if area.tile_column is None or area.tile_row is None or area.valid_to:
            continue
        first = on_tiles.setdefault((area.tile_column, area.tile_row), area.area)
        if first != area.area:
            found = f"{first} and {area.area} share tile {area.tile_column}, {area.tile_row}"
            rule, remedy = "a tile holds one area", "move one of the two"
            table.tell(lines[area.area], "tile_column", found, rule, remedy)
