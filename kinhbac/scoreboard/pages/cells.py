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
Term = tuple[str, str | None, int]
"""What a formula takes: operand, span and lag in months."""


class Cells:
    """What all cells are made of, and the cells of those indicators that are asked for."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._operands = tables.grouped("indicator", OPERANDS)
        self._brought_by = tables.grouped("indicator", QUERIES["brought_by"])
        self._statuses = [row["status"] for row in tables.rows(QUERIES["statuses"])]
        self._extracts: dict[str, list[str | None]] = {
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
                "brought_by": self._sets_of(key),
                "extracts": self._told(one for some in self._sets_of(key) for one in some),
                "made_of": [
                    (values if row["operand_kind"] == "indicator" else elements).get(row["operand"])
                    for row in self._operands.get(key, [])
                ],
                "behind": [brought.get(row["operand"]) for row in self._operands.get(key, [])],
                "used_as": [indicator["frequency"], indicator["span"]],
            }
            yield key, as_json([content, revised.get(key), said])

    def read(self, wanted: Collection[str]) -> Iterator[tuple[str, dict[str, Any], Lists]]:
        """For each indicator of ``wanted``: its key, its cells, and the lists they point to.

        A column is one list where all areas have the same, else a list an area, in the order of
        ``areas``; so is what each operand was ``worth``, in the order of ``operands``.
        """
        used = {row["operand"] for key in wanted for row in self._operands.get(key, [])}
        series = self._tables.grouped("indicator", QUERIES["cells"], [*wanted], self._statuses)
        worth = _worth(self._tables, wanted)
        behind = self._tables.grouped("data_element", QUERIES["behind"], [*used])
        for key in wanted:
            lists = Lists()
            cells = _series(series[key])
            operands = self._operands.get(key, [])
            brought = {row["operand"]: behind.get(row["operand"], []) for row in operands}
            extracts = dict.fromkeys(one for some in self._sets_of(key) for one in some)
            extracts |= dict.fromkeys(row["extract"] for rows in brought.values() for row in rows)
            place = {extract: at for at, extract in enumerate(extracts)}
            yield (
                key,
                {
                    **self._beside(key),
                    "extracts": self._told(extracts),
                    "brought_by": [[place[one] for one in some] for some in self._sets_of(key)],
                    "behind": {
                        operand: [_brought(row, place[row["extract"]]) for row in rows]
                        for operand, rows in brought.items()
                    },
                    "columns": COLUMNS,
                    "areas": [*cells],
                    "cells": [
                        _column(lists, [told[column] for told in cells.values()])
                        for column in COLUMNS
                    ],
                    "worth": [
                        _column(lists, [worth[key, _term(row)][area] for area in cells])
                        for row in operands
                    ],
                },
                lists,
            )

    def _beside(self, key: str) -> dict[str, Any]:
        """What is told once of all cells of an indicator."""
        return {
            "statuses": self._statuses,
            "operands": [_operand(row) for row in self._operands.get(key, [])],
        }

    def _sets_of(self, key: str) -> list[list[str]]:
        """The sets of extracts that brought its cells; a cell tells the place of its own."""
        return [row["extracts"] or [] for row in self._brought_by[key]]

    def _told(self, extracts: Iterable[str]) -> list[list[str | None]]:
        """Of each extract source, file, day of receipt and hash; only its name if it is unknown."""
        return [self._extracts.get(one, [one, one, None, ""]) for one in extracts]


def _brought(row: Row, extract: int) -> list[Any]:
    """Since when an extract brought a data element, and in which areas if not in all."""
    return [row["period_start"], extract, *([row["areas"]] if row["areas"] else [])]


def _column(lists: Lists, texts: list[str]) -> int | list[int]:
    """Where the lists of all areas stand; one place if they have the same."""
    places = [lists.place(text) for text in texts]
    return places[0] if len(set(places)) == 1 else places


def _term(row: Row) -> Term:
    return row["operand"], row["span"], row["lag_months"]


def _worth(
    tables: Tables, wanted: Collection[str]
) -> defaultdict[tuple[str, Term], dict[str, str]]:
    """(Indicator, term) → area → what the term was worth, cell by cell, as JSON."""
    found: defaultdict[tuple[str, Term], dict[str, str]] = defaultdict(dict)
    for row in tables.rows(QUERIES["worth"], [*wanted]):
        found[row["indicator"], _term(row)][row["area"]] = _without_empty_decimals(row["figures"])
    return found


def _series(rows: list[Row]) -> Series:
    return {
        row["area"]: {
            column: _without_empty_decimals(row[column]) if column in FIGURES else row[column]
            for column in COLUMNS
        }
        for row in rows
    }


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
