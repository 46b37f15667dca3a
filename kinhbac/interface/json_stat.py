"""Figures as a cube: a dataset of JSON-stat 2.0.

Here: rows of an answer as dimensions, values and states. Not here: the rows (``questions``). A cell
of the cube that has neither value nor state was not in the answer; one that has a state and no value
is told to have none. So missing is never zero, and never the same as not asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import prod
from typing import Any

from kinhbac.exchange.sdmx.components import WHOLE
from kinhbac.interface import bounds
from kinhbac.interface.opened import Answer
from kinhbac.interface.questions import Labels
from kinhbac.interface.refusals import misunderstood
from kinhbac.interface.sdmx_csv import code_of_breakdown
from kinhbac.problems import Problem
from kinhbac.words.catalogue import Code
from kinhbac.words.language import Language

CONCEPTS = {
    "indicator": "INDICATOR",
    "breakdown": "BREAKDOWN",
    "area": "REF_AREA",
    "period": "TIME_PERIOD",
}
"""Dimension → the concept of SDMX that it is."""
DECIMALS = 2
"""As many as the site shows of a figure whose method does not round."""
ROLES = {"time": ["period"], "geo": ["area"], "metric": ["indicator"]}


@dataclass(frozen=True)
class Named:
    """What the keys of an answer are called."""

    indicators: Labels
    areas: Labels
    categories: Labels


def describe_cube(
    answer: Answer, named: Named, code: Code, updated: date, extension: dict[str, Any]
) -> dict[str, Any]:
    """The dataset, with labels in one language. Raises Refusal beyond the bound of cells."""
    language = Language(code)
    cells = [cell | {"breakdown": code_of_breakdown(cell)} for cell in answer.records()]
    dimensions = _dimensions(cells, named, language)
    sizes = [len(dimension["category"]["index"]) for dimension in dimensions.values()]
    if prod(sizes) > bounds.MOST_CELLS:
        found = f"the cube would have {prod(sizes):,} cells"
        rule = f"a cube has at most {bounds.MOST_CELLS:,}"
        raise misunderstood([Problem(found, rule, "name indicators, areas or periods")])
    values, states = _place(cells, dimensions)
    words = language.words
    return {
        "version": "2.0",
        "class": "dataset",
        "updated": updated.isoformat(),
        "id": list(dimensions),
        "size": sizes,
        "role": ROLES,
        "dimension": dimensions,
        "value": values,
        "status": states,
        "extension": {
            **extension,
            "status": {
                "label": {state: words.state[state] for state in sorted({*states.values()})}
            },
        },
    }


def _dimensions(
    cells: list[dict[str, Any]], named: Named, language: Language
) -> dict[str, dict[str, Any]]:
    """Key → dimension, in the order in which cells are counted: the last one runs fastest."""
    words = language.words
    periods = {(cell["period_start"], cell["period_kind"]): cell["period"] for cell in cells}
    labels = {
        "indicator": _labels(cells, "indicator", named.indicators, language),
        "breakdown": {
            key: words.sdmx.whole if key == WHOLE else language.name(category, "category") or key
            for key, category in _with_records(cells, "breakdown", named.categories)
        },
        "area": _labels(cells, "area", named.areas, language),
        "period": {
            periods[start, kind]: language.period(kind, start) for start, kind in sorted(periods)
        },
    }
    dimensions = {
        key: {
            "label": words.sdmx_concept[concept],
            "category": {"index": list(labels[key]), "label": labels[key]},
        }
        for key, concept in CONCEPTS.items()
    }
    units = {key: _unit(named.indicators[key], language) for key in labels["indicator"]}
    dimensions["indicator"]["category"]["unit"] = units
    return dimensions


def _with_records(
    cells: list[dict[str, Any]], key: str, known: Labels
) -> Iterator[tuple[str, dict[str, Any] | None]]:
    return ((name, known.get(name)) for name in sorted({cell[key] for cell in cells}))


def _labels(
    cells: list[dict[str, Any]], key: str, known: Labels, language: Language
) -> dict[str, str]:
    return {name: language.name(row) or name for name, row in _with_records(cells, key, known)}


def _unit(indicator: dict[str, Any], language: Language) -> dict[str, Any]:
    decimals = indicator["round_to"]
    return {
        "label": language.name(indicator, "unit"),
        "decimals": DECIMALS if decimals is None else decimals,
    }


def _place(
    cells: list[dict[str, Any]], dimensions: dict[str, dict[str, Any]]
) -> tuple[dict[str, float], dict[str, str]]:
    """Place in the cube → value, and place → state where that is not simply a value."""
    places = [
        (key, {name: place for place, name in enumerate(dimension["category"]["index"])})
        for key, dimension in dimensions.items()
    ]
    values, states = {}, {}
    for cell in cells:
        number = 0
        for key, placed in places:
            number = number * len(placed) + placed[cell[key]]
        if cell["value"] is not None:
            values[str(number)] = cell["value"]
        if cell["state"] != "value":
            states[str(number)] = cell["state"]
    return values, states
