"""How a composite came about in a cell: each component from stage to stage, and what moved it.

Here: the newest periods of all composites as nested dictionaries, for the page and for the
script beside it (``data/composites/<composite>.js``). Not here: the page (``composite``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.page import DataFile
from kinhbac.scoreboard.tables import Row, Tables

QUERIES = read_queries(__file__)

STAGES = ("denominated", "screened", "imputed", "treated", "normalised")
"""Stages that are shown, in their order; the weight follows them."""
Decomposed = dict[str, dict[str, dict[str, Any]]]
"""Area → period, the newest first → the composite's own row with its ``parts``."""


def decompose(tables: Tables) -> dict[str, Decomposed]:
    """Every composite that has values, in every area, in its newest periods."""
    tables.run(QUERIES["newest"])
    found: dict[str, Decomposed] = {}
    for row in tables.rows(QUERIES["own"]):
        area = found.setdefault(row["indicator"], {}).setdefault(row["area"], {})
        area[row["period"]] = row | {"parts": []}
    for row in tables.rows(QUERIES["parts"]):
        found[row["indicator"]][row["area"]][row["period"]]["parts"].append(row)
    return found


def order_areas(tables: Tables, cells: Decomposed) -> list[str]:
    """Areas that have values: the province, what it was made of, then all others."""
    order = {key: place for place, key in enumerate(tables.areas)}
    home = set(tables.provinces)
    made_of = {
        row["predecessor"]
        for row in tables.rows("select predecessor, successor from area_successions")
        if row["successor"] in home
    }
    return sorted(cells, key=lambda key: (key not in home, key not in made_of, order[key]))


def choose_home(tables: Tables, cells: Decomposed) -> str | None:
    """The area that is shown first: one that has the newest period."""
    newest = next(iter(list_periods(cells)), {"period": None})["period"]
    return next((key for key in order_areas(tables, cells) if newest in cells[key]), None)


def list_periods(cells: Decomposed) -> list[Row]:
    """Periods in which some area has a value, the newest first."""
    found = {
        own["period"]: {name: own[name] for name in ("period", "period_kind", "period_start")}
        for periods in cells.values()
        for own in periods.values()
    }
    return sorted(found.values(), key=lambda row: row["period_start"], reverse=True)


def name_components(tables: Tables, cells: Decomposed) -> dict[str, Row]:
    """Components that only an earlier definition names."""
    return {
        part["component"]: tables.indicators[part["component"]]
        for periods in cells.values()
        for own in periods.values()
        for part in own["parts"]
    }


OWN_FIELDS = ("value", "state", "value_change", "rank", "units", "rank_low", "rank_high", "mark")
PART_FIELDS = (
    "component", "value", *STAGES, "weight", "previous_normalised", "change", "marks",
)  # fmt: skip


def decomposition_files(tables: Tables, found: dict[str, Decomposed]) -> Iterator[DataFile]:
    """A script for every composite: cells as lists, their fields named once."""
    for key, areas in found.items():
        components = {
            part["component"]
            for periods in areas.values()
            for own in periods.values()
            for part in own["parts"]
        }
        said = {
            "own": OWN_FIELDS,
            "part": PART_FIELDS,
            "components": {
                name: {
                    "name": _both(tables.indicators[name], "name"),
                    "unit": _both(tables.indicators[name], "unit"),
                }
                for name in sorted(components)
            },
            "cells": {
                area: {
                    period: [_fields(own, OWN_FIELDS), [_fields(p, PART_FIELDS) for p in own["parts"]]]
                    for period, own in periods.items()
                }
                for area, periods in areas.items()
            },
        }  # fmt: skip
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        yield DataFile(f"data/composites/{key}.js", f"window.kinhbacComposite = {text};\n")


def _both(row: Row, stem: str) -> list[str]:
    return [row[f"{stem}_vi"], row[f"{stem}_en"]]


def _fields(row: Row, names: tuple[str, ...]) -> list[Any]:
    return [row[name] for name in names]
