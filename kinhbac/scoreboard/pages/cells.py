"""The cells of each indicator, with what they were computed from.

Here: every published cell of an indicator and the figures of its formula, once and in no
language, so that a page can show, explain and hand out any of them without a server. Not here:
what the page around them says (``indicator``). A column of one area is a list, and equal lists
stand once (``script.Lists``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from kinhbac.queries import read_queries
from kinhbac.scoreboard.script import Lists, as_json
from kinhbac.scoreboard.tables import Row, Tables
from kinhbac.words.catalogue import CODES
from kinhbac.words.operands import say_taken

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


class Cells:
    """What all cells are made of, and the cells of those indicators that are asked for."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._operands = tables.grouped("indicator", OPERANDS)
        self._brought_by = tables.grouped("indicator", QUERIES["brought_by"])
        self._extracts = {
            row["extract"]: [
                row["source"],
                row["file"],
                f"{row['received_on']}",
                row["sha256"][:12],
            ]
            for row in tables.rows(
                "select extract, file, received_on, sha256, source from extracts"
            )
        }

    def tell_states(self) -> Iterator[tuple[str, str]]:
        """Every indicator that has cells, and as a text all from which its cells follow."""
        tables = self._tables
        values = tables.contents("indicator_values", "indicator")
        elements = tables.contents("operand_values", "data_element")
        brought = tables.contents("observations", "data_element")
        revised = tables.contents("revisions", "indicator")
        for key, content in values.items():
            indicator = tables.indicators[key]
            said = self._beside(key) | {
                "made_of": [
                    (values if row["operand_kind"] == "indicator" else elements).get(row["operand"])
                    for row in self._operands.get(key, [])
                ],
                "behind": [brought.get(row["operand"]) for row in self._operands.get(key, [])],
                "used_as": [indicator["frequency"], indicator["span"]],
            }
            yield key, as_json([content, revised.get(key), said])

    def read(self, wanted: Collection[str]) -> Iterator[tuple[str, dict[str, Any], Lists]]:
        """For each indicator of ``wanted``: its key, its cells, and the lists they point to."""
        used = {row["operand"] for key in wanted for row in self._operands.get(key, [])}
        series = self._tables.grouped("indicator", QUERIES["cells"], [*{*wanted, *used}])
        cells = {key: _series(rows) for key, rows in series.items()}
        elements = _elements(self._tables, used)
        behind = self._tables.grouped("data_element", QUERIES["behind"], [*used])
        for key in wanted:
            lists = Lists()
            figures = self._figures(key, cells, elements, lists)
            brought = {
                row["operand"]: behind.get(row["operand"], [])
                for row in self._operands.get(key, [])
            }
            beside = self._beside(key)
            beside["extracts"] |= self._files(
                row["extract"] for rows in brought.values() for row in rows
            )
            yield key, {
                **beside,
                "behind": {
                    operand: [[row["period_start"], row["extract"], row["areas"]] for row in rows]
                    for operand, rows in brought.items()
                },
                "columns": COLUMNS,
                "cells": {
                    area: [lists.place(told[column]) for column in COLUMNS]
                    for area, told in cells[key].items()
                },
                "figures": figures,
            }, lists  # fmt: skip

    def _beside(self, key: str) -> dict[str, Any]:
        """What is told once of all cells of an indicator."""
        names = [row["extracts"] or [] for row in self._brought_by[key]]
        return {
            "operands": [_operand(row) for row in self._operands.get(key, [])],
            "brought_by": names,
            "extracts": self._files(one for some in names for one in some),
        }

    def _files(self, extracts: Iterable[str]) -> dict[str, list[str]]:
        """Of each extract source, file, day of receipt and hash."""
        return {one: self._extracts[one] for one in extracts if one in self._extracts}

    def _figures(
        self,
        key: str,
        cells: dict[str, Series],
        elements: defaultdict[tuple[str, str, str], Series],
        lists: Lists,
    ) -> dict[str, dict[str, list[int]]]:
        """Operand and span → area → where the days and the figures of its list stand."""
        indicator = self._tables.indicators[key]
        figures = {}
        for operand in self._operands.get(key, []):
            name = operand["operand"]
            found = (
                cells.get(name, {})
                if operand["operand_kind"] == "indicator"
                else elements[name, indicator["frequency"], operand["span"]]
            )
            figures[f"{name} {operand['span'] or ''}".strip()] = {
                area: [lists.place(found[area][column]) for column in ("start", "value")]
                for area in cells[key]
                if area in found
            }
        return figures


def _series(rows: list[Row]) -> Series:
    return {
        row["area"]: {
            column: _without_empty_decimals(row[column]) if column in FIGURES else row[column]
            for column in COLUMNS
        }
        for row in rows
    }


def _elements(tables: Tables, used: Collection[str]) -> defaultdict[tuple[str, str, str], Series]:
    """(Data element, frequency, span) → what it was worth in each area."""
    found: defaultdict[tuple[str, str, str], Series] = defaultdict(dict)
    for row in tables.rows(QUERIES["elements"], [*used]):
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
        "lag": row["lag_months"],
        "span": row["span"],
        "taken": [say_taken(row, code) for code in CODES],
        "name": [row["name_vi"], row["name_en"]],
        "unit": [row["unit_vi"], row["unit_en"]],
    }
