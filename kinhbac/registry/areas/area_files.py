"""The files ``areas.csv`` and ``area_codes.csv``, and what must hold in them.

Here: reading them, and rows of any such table with their lines. Not here: what an area is
(``atlas``), the other files about areas (``area_groups``, ``successions``).
"""

from __future__ import annotations

import csv
import itertools
from datetime import date
from pathlib import Path
from typing import cast, get_args

from kinhbac.problems import Problem
from kinhbac.registry.areas.atlas import STATISTICS, Area, AreaCode, Areas
from kinhbac.registry.declared.entries import AreaKind
from kinhbac.yaml_document import UNWRITABLE


def read_areas(folder: Path) -> tuple[Areas, list[Problem]]:
    """Read both files of ``folder``; problems name file and line."""
    problems: list[Problem] = []
    areas: dict[str, Area] = {}
    codes: list[AreaCode] = []
    parents: list[tuple[int, str, str]] = []
    for line, row in read_rows(folder / "areas.csv", problems):
        area = Area(
            row["area"],
            cast(AreaKind, row["kind"]),  # proven just below, so that all problems are told
            row["code"],
            row["name_vi"],
            row["name_en"],
            row["parent"] or None,
            _day(row["valid_from"]),
            _day(row["valid_to"]),
            *_tile(row, line, problems),
        )
        if area.kind not in get_args(AreaKind):
            problems.append(
                row_problem("areas.csv", line, f"unknown kind {area.kind}", "known kind")
            )
        if area.area in areas:
            problems.append(row_problem("areas.csv", line, f"{area.area} stands twice", "one key"))
        areas[area.area] = area
        codes.append(AreaCode(STATISTICS, area.code, area.area, area.valid_from, area.valid_to))
        parents += [(line, area.area, area.parent)] if area.parent else []
    for line, area_key, other in parents:
        if other not in areas:
            found = f"{area_key} names {other}, which is no area"
            problems.append(row_problem("areas.csv", line, found, "parents exist"))
    for line, row in read_rows(folder / "area_codes.csv", problems):
        if row["area"] not in areas:
            found = f"{row['area']} is no area"
            problems.append(row_problem("area_codes.csv", line, found, "a code names an area"))
            continue
        entry = AreaCode(
            row["code_system"],
            row["code"],
            row["area"],
            _day(row["valid_from"]),
            _day(row["valid_to"]),
        )
        codes.append(entry)
    problems += _ambiguous(codes)
    problems += _crowded(areas)
    return Areas(areas, tuple(codes)), problems


def _ambiguous(codes: list[AreaCode]) -> list[Problem]:
    by_code: dict[tuple[str, str], list[AreaCode]] = {}
    for entry in codes:
        by_code.setdefault((entry.code_system, entry.code), []).append(entry)
    problems = []
    for (system, code), entries in by_code.items():
        entries.sort(key=lambda entry: entry.valid_from or date.min)
        for earlier, later in itertools.pairwise(entries):
            if (later.valid_from or date.min) <= (earlier.valid_to or date.max):
                found = f"{system} code {code} names {earlier.area} and {later.area} at once"
                problems.append(
                    row_problem("areas.csv", None, found, "on any day a code names one area")
                )
    return problems


def _tile(row: dict[str, str], line: int, problems: list[Problem]) -> tuple[int | None, int | None]:
    """Column and row on the map; a table without these columns has no map."""
    texts = [row.get(name) or "" for name in ("tile_column", "tile_row")]
    if not any(texts):
        return None, None
    if not all(text.isdecimal() and 1 <= int(text) <= 99 for text in texts):
        found = f"the tile of {row['area']} is «{texts[0]}», «{texts[1]}»"
        rule = "a tile has a column and a row, from 1 to 99"
        problems.append(row_problem("areas.csv", line, found, rule))
        return None, None
    return int(texts[0]), int(texts[1])


def _crowded(areas: dict[str, Area]) -> list[Problem]:
    on_tiles: dict[tuple[int, int], str] = {}
    problems = []
    for area in areas.values():
        if area.tile_column is None or area.tile_row is None or area.valid_to:
            continue
        first = on_tiles.setdefault((area.tile_column, area.tile_row), area.area)
        if first != area.area:
            found = f"{first} and {area.area} share tile {area.tile_column}, {area.tile_row}"
            problems.append(row_problem("areas.csv", None, found, "a tile holds one area"))
    return problems


def read_rows(path: Path, problems: list[Problem]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a registry table, each with its line; ``problems`` receives what no document
    that leaves could hold."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(enumerate(csv.DictReader(file), start=2))
    for line, row in rows:
        if found := UNWRITABLE.search("".join(map(str, row.values()))):
            told = f"the character U+{ord(found[0]):04X} stands in it"
            rule = "a text holds what can be printed, for no document could hold the rest"
            problems.append(row_problem(path.name, line, told, rule))
    return rows


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def row_problem(file: str, line: int | None, found: str, rule: str) -> Problem:
    """What is wrong with one row of a registry table."""
    return Problem(found, rule, "correct the row", f"sources/{file}", line)
