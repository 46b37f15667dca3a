"""What is known of the ranks of composites beyond themselves, as one long table.

Here: intervals, effects, weights, consistency and steps to rows, each composite and period kept by what
decides it. Not here: how they are found, the published tables that pick from it (dbt's marts).

Grain: composite × period × measure × subject × other. The subject is an area (ranks, steps),
an uncertain choice (effects) or a component; the other is a component's parent, the component
that it is correlated with or that takes a step, or the number of a principal component.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from functools import partial

import duckdb
import numpy as np
import polars as pl

from kinhbac.composite.board import Board
from kinhbac.composite.consistency import correlate, examine
from kinhbac.composite.reach import cut_board, inputs_of
from kinhbac.composite.scales import find_scales
from kinhbac.composite.sensitivity import drop_one, find_effects
from kinhbac.composite.steps import NoStep, find_steps
from kinhbac.composite.tree import Tree
from kinhbac.composite.uncertainty import find_intervals
from kinhbac.data_folder import PROJECT
from kinhbac.kept_results import KeptResults, results_beside

SCHEMA = {
    "indicator": pl.String,
    "version": pl.Int32,
    "period_kind": pl.String,
    "period_start": pl.Date,
    "measure": pl.String,
    "subject": pl.String,
    "other": pl.String,
    "value": pl.Float64,
}
LEAST_UNITS = 3
CODE = tuple(PROJECT / "kinhbac" / room for room in ("composite", "digits.py", "registry/declared"))
LIBRARIES = ("numpy", "polars", "scikit-learn", "scipy")
"""What computes robustness beside the figures: other code gives other results."""
Told = tuple[str, str, str, str, float]
"""Composite, measure, subject, other, value."""


def kept_robustness(connection: duckdb.DuckDBPyConnection) -> KeptResults:
    """What earlier nights found in the data folder of this candidate."""
    return results_beside(connection, "robustness", CODE, LIBRARIES)


def find_examined(board: Board) -> Iterator[tuple[str, int]]:
    """Every composite with its latest period; with more where it declares so.

    The latest is one with enough units to compare, if there is one. Categories of a
    breakdown are not examined apart from their whole.
    """
    for name in sorted({indicator for indicator, _ in board.definitions if "." not in indicator}):
        count = np.zeros(len(board.grid.periods), np.int64)
        for key in board.versions(name):
            own = board.stages[key]
            told = own.figures.present & own.members & board.of_its_time(key)
            count += told.sum(axis=1)
        robustness = board.definitions[board.versions(name)[-1]].robustness
        periods = np.flatnonzero(count >= max(1, min(LEAST_UNITS, count.max(initial=0))))
        latest = robustness.periods if robustness else 1
        yield from ((name, int(period)) for period in periods[-latest:])


def tell_robustness(
    boards: list[Board], results: KeptResults, touched: Collection[str] | None = None
) -> pl.DataFrame:
    """Every measure of every composite, or of those that are ``touched``; of computed boards, on which
    whatever has a touched one below it is there as well."""

    def is_told(name: str) -> bool:
        return touched is None or name in touched

    rows: list[tuple[object, ...]] = []
    examined: list[tuple[Tree, dt.date]] = []
    asked: list[tuple[str, list[object], Callable[[], list[list[object]]]]] = []
    for board in boards:
        for key in filter(lambda key: is_told(key[0]), board.stages):
            kind = board.definitions[key].frequency.value
            for day, measure, component, value in find_scales(board, key):
                found = None if np.isnan(value) else value
                rows.append((*key, kind, day, measure, component, "", found))
        for root, period in find_examined(board):
            start = board.grid.periods[period]
            part = cut_board(board, root, period)
            tree = Tree(part, root, part.grid.periods.index(start))
            if any(map(is_told, tree.nodes)):
                examined.append((tree, start))
                asked.append((root, [root, start, *inputs_of(part)], partial(_examine, tree)))
    for (tree, start), told in zip(examined, results.ask_each(asked), strict=True):
        for name, *measured in told:
            if is_told(str(name)):
                key = tree.nodes[str(name)]
                kind = tree.board.definitions[key].frequency.value
                rows.append((*key, kind, start, *measured))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").unique(
        [name for name in SCHEMA if name != "value"], maintain_order=True
    )


def _examine(tree: Tree) -> list[list[object]]:
    """Composite, measure, subject, other, value, of a tree whose board is not computed yet."""
    tree.board.compute()
    return [[*told, None if np.isnan(value) else value] for *told, value in _tell(tree)]


def _tell(tree: Tree) -> Iterator[Told]:
    yield from _intervals(tree)
    yield from _effects(tree)
    yield from _weights(tree)
    for name in tree.nodes:
        yield from _consistency(tree, name)
    yield from _steps(tree)


def _intervals(tree: Tree) -> Iterator[Told]:
    found = find_intervals(tree)
    if found is None or tree.robustness is None:
        return
    yield tree.root, "sampled", "", "", float(len(tree.counted))
    yield tree.root, "varied", "", "", float(tree.robustness.varies_method)
    areas = np.array(tree.board.grid.areas)[tree.units]
    for measure in ("low", "median", "high", "met", "ranked"):
        for area, own, value in zip(areas, tree.ranks, getattr(found, measure), strict=True):
            if not np.isnan(own):
                yield tree.root, f"rank_{measure}", str(area), "", float(value)


def _effects(tree: Tree) -> Iterator[Told]:
    for effect in find_effects(tree):
        for measure in ("first", "first_margin", "total", "total_margin"):
            value = float(getattr(effect, measure))
            yield tree.root, f"effect_{measure}", effect.choice, "", value


def _weights(tree: Tree) -> Iterator[Told]:
    index = tree.stages.figures.values[tree.period]
    mean, largest = drop_one(tree)
    for (parent, component), weight in tree.effective_weights().items():
        own = tree.board.stages[tree.nodes[parent]]
        place = own.names.index(component)
        figures = own.normalised[place, tree.period]
        correlation = correlate(figures, index, tree.units)
        told = {
            "weight": float(own.weights[place, tree.period]),
            "effective_weight": weight,
            "correlation": correlation,
            "importance": correlation**2,
        }
        number = tree.weights.index((parent, component))
        told |= {
            "drop_one_mean": float(mean[number]),
            "drop_one_largest": float(largest[number]),
        }
        for measure, value in told.items():
            yield tree.root, measure, component, parent, value


def _steps(tree: Tree) -> Iterator[Told]:
    for found in find_steps(tree.board, tree.period, [tree.root]):
        told: dict[str, float]
        if isinstance(found, NoStep):
            told = {f"step_lacks {found.reason}": float("nan")}
        else:
            told = {
                "step_from": found.own,
                f"step_to {found.mark}": found.aim,
                "step_gain": found.gain,
                "step_rank": found.rank,
                "step_gain_together": found.gain_together,
                "step_rank_together": found.rank_together,
            }
        for measure, value in told.items():
            yield tree.root, measure, found.area, found.component, value


def _consistency(tree: Tree, name: str) -> Iterator[Told]:
    own = tree.board.stages[tree.nodes[name]]
    found = examine(own, tree.period)
    if found is None:
        return
    yield name, "units", "", "", float(found.units)
    yield name, "components", "", "", float(len(own.names))
    yield name, "alpha", "", "", found.alpha
    for place, component in enumerate(own.names):
        for second in range(place + 1, len(own.names)):
            value = float(found.correlations[place, second])
            yield name, "pair", component, own.names[second], value
        for factor in range(len(own.names)):
            yield name, "loading", component, str(factor + 1), float(found.loadings[place, factor])
    for factor, share in enumerate(found.explained):
        yield name, "explained", "", str(factor + 1), float(share)
