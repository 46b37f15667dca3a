"""The cells of each indicator, with what they were computed from.

Here: every published cell of an indicator and the figures of its formula, once and in no
language, so that a page can show, explain and hand out any of them without a server. Not here:
what the page around them says (``indicator``). A column of one area is a list, and equal lists
stand once (``script.Lists``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from kinhbac.queries import read_queries
from kinhbac.scoreboard.script import Lists
from kinhbac.scoreboard.tables import Row, Tables

QUERIES = read_queries(__file__)
OPERANDS = QUERIES["operands"]

COLUMNS = (
    "period", "start", "value", "numerator", "denominator", "target", "status", "state", "reason",
    "version", "restated", "revised", "brought_by", "last_good_value", "last_good_release",
    "holds", "synthetic",
)  # fmt: skip
FIGURES = {"value", "numerator", "denominator", "target", "last_good_value"}

Series = dict[str, dict[str, str]]
"""Area → column → its list as JSON, in the order of the periods."""


def read_cells(tables: Tables) -> Iterator[tuple[str, dict[str, Any], Lists]]:
    """For every indicator that has cells: its key, its cells, and the lists they point to."""
    cells = {
        key: _series(rows) for key, rows in tables.grouped("indicator", QUERIES["cells"]).items()
    }
    elements = _elements(tables)
    operands = tables.grouped("indicator", OPERANDS)
    brought_by = tables.grouped("indicator", QUERIES["brought_by"])
    extracts = {
        row["extract"]: [row["source"], row["file"], f"{row['received_on']}", row["sha256"][:12]]
        for row in tables.rows("select extract, file, received_on, sha256, source from extracts")
    }
    for key, series in cells.items():
        indicator = tables.indicators[key]
        lists = Lists()
        own = operands.get(key, [])
        figures: dict[str, dict[str, list[int]]] = {}
        for operand in own:
            name = operand["operand"]
            found = (
                cells.get(name, {})
                if operand["operand_kind"] == "indicator"
                else elements[name, indicator["frequency"], indicator["span"]]
            )
            figures[name] = {
                area: [lists.place(found[area][column]) for column in ("start", "value")]
                for area in series
                if area in found
            }
        names = [row["extracts"] or [] for row in brought_by[key]]
        yield key, {
            "operands": [_operand(row) for row in own],
            "brought_by": names,
            "extracts": {one: extracts[one] for some in names for one in some if one in extracts},
            "columns": COLUMNS,
            "cells": {
                area: [lists.place(told[column]) for column in COLUMNS]
                for area, told in series.items()
            },
            "figures": figures,
        }, lists  # fmt: skip


def _series(rows: list[Row]) -> Series:
    return {
        row["area"]: {
            column: _without_empty_decimals(row[column]) if column in FIGURES else row[column]
            for column in COLUMNS
        }
        for row in rows
    }


def _elements(tables: Tables) -> defaultdict[tuple[str, str, str], Series]:
    """(Data element, frequency, span) → what it was worth in each area."""
    found: defaultdict[tuple[str, str, str], Series] = defaultdict(dict)
    for row in tables.rows(QUERIES["elements"]):
        found[row["data_element"], row["frequency"], row["span"]][row["area"]] = {
            "start": row["start"],
            "value": _without_empty_decimals(row["value"]),
        }
    return found


def _without_empty_decimals(figures: str) -> str:
    """A list of figures as ``script.as_json`` writes it: 12 rather than 12.0.

    >>> _without_empty_decimals("[12.0,null,0.05,3.0]")
    '[12,null,0.05,3]'
    """
    return figures.replace(".0,", ",").replace(".0]", "]")


def _operand(row: Row) -> dict[str, Any]:
    return {
        "key": row["operand"],
        "kind": row["operand_kind"],
        "version": row["version"],
        "role": row["role"],
        "coefficient": row["coefficient"],
        "lag": row["lag_years"],
        "name": [row["name_vi"], row["name_en"]],
        "unit": [row["unit_vi"], row["unit_en"]],
    }
