"""The stages of composites as one long table.

Here: arrays to rows. Not here: the arrays (``computation``), the published slices of the
table (dbt's marts).

Grain: composite × version × component × area × period × stage. In the stages
``aggregated`` and ``ranked`` the component is the composite itself; the other stages are told of composites that have a
method, by the definition of their time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from orchestration.composite.board import Board, Key
from orchestration.composite.computation import Stages, method_of
from orchestration.composite.figures import Absence, Grid, Numbers, Truths
from orchestration.composite.ranking import rank
from orchestration.composite.treatment import MARKS

SCHEMA = {
    "indicator": pl.String,
    "version": pl.Int32,
    "component": pl.String,
    "area": pl.String,
    "period_kind": pl.String,
    "period_start": pl.Date,
    "stage": pl.String,
    "of_its_time": pl.Boolean,
    "rests_on_others": pl.Boolean,
    "value": pl.Float64,
    "mark": pl.String,
}
REASON_NAMES = np.array([absence.reason or "" for absence in Absence])
Marks = npt.NDArray[np.str_]


def tell_stages(boards: list[Board]) -> pl.DataFrame:
    """Every stage of every composite, with a mark where something was done to a figure."""
    parts = [part for board in boards for key in board.stages for part in _tell(board, key)]
    return pl.concat(parts) if parts else pl.DataFrame(schema=SCHEMA)


def _tell(board: Board, key: Key) -> Iterator[pl.DataFrame]:
    own = board.stages[key]
    owed = board.cells[key]
    aggregated = REASON_NAMES[own.figures.absences]
    yield _rows(board, key, key[0], "aggregated", own.figures.values, aggregated, owed)
    timely = owed & board.of_its_time(key)
    ranks = rank_units(own, board.grid, timely)
    yield _rows(board, key, key[0], "ranked", ranks, _mark(ranks, ""), ~np.isnan(ranks))
    if own.definition.method is None:
        return
    for place, name in enumerate(own.names):
        for stage, values, marks in _stages_of(own, place):
            yield _rows(board, key, name, stage, values, marks, timely)


def rank_units(own: Stages, grid: Grid, told: Truths) -> Numbers:
    """The rank of each unit among those of its kind; nan where there is nothing to rank."""
    method, ranks = method_of(own.definition), np.full(grid.shape, np.nan)
    if own.definition.direction == "neutral":
        return ranks
    for kind in [method.among] if method.among else sorted(set(grid.kinds)):
        values = np.where(told & np.isin(grid.kinds, [kind]), own.figures.values, np.nan)
        values[(~np.isnan(values)).sum(axis=1) < 2] = np.nan
        found = rank(values, own.definition.direction, method.ties, method.ranked_to)
        ranks = np.where(np.isnan(values), ranks, found)
    return ranks


def _stages_of(own: Stages, place: int) -> Iterator[tuple[str, Numbers, Marks]]:
    method = own.definition.method
    assert method
    component = list(own.definition.components.values())[place]
    kept = np.where(own.kept, own.denominated[place], np.nan)
    normalised = own.normalised[place]
    unscored = (own.absences[place] == Absence.NONE) & np.isnan(own.treated[place])
    word = {"full": "full_marks", "zero": "zero_marks", "none": "not_scored"}
    empty = word.get(component.empty_denominator or "", "")
    if component.empty_denominator == "none":
        normalised = np.where(unscored, np.nan, normalised)
    divided = f"per {component.per}" if component.per else ""
    yield "denominated", own.denominated[place], _mark(own.denominated[place], divided)
    yield "screened", kept, np.where(own.kept, "", "left_out")
    yield "imputed", own.imputed[place], np.where(own.is_imputed[place], method.impute.by, "")
    yield "treated", own.treated[place], np.array(MARKS)[own.treatments[place]]
    yield "normalised", normalised, np.where(unscored, empty, "")
    weights, left = _weights_in_force(own, place)
    yield "weighted", weights, np.where(left, "reweighted", "")


def _mark(values: Numbers, text: str) -> Marks:
    return np.full(values.shape, text)


def _weights_in_force(own: Stages, place: int) -> tuple[Numbers, Truths]:
    """The weight with which a component counts, so that a sum or an arithmetic mean is
    Σ weight × normalised figure; and whether others left their weight to it."""
    weights = own.weights[:, :, None]
    there = np.where(own.absences == Absence.NONE, weights, 0)
    total, full = there.sum(axis=0), weights.sum(axis=0)
    whole = full if method_of(own.definition).aggregate.by == "sum" else 1.0
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(own.figures.present & (total != 0), there[place] * whole / total, np.nan)
    return share, own.figures.present & ~np.isclose(total, full)


def _rows(
    board: Board, key: Key, name: str, stage: str, values: Numbers, marks: Marks, told: Truths
) -> pl.DataFrame:
    at_period, at_area = np.nonzero(told)
    count = len(at_period)
    value = pl.Series("value", values[told], pl.Float64).fill_nan(None)
    mark = pl.Series("mark", marks[told].astype(object), pl.String)
    periods = pl.Series("period_start", board.grid.periods, pl.Date)
    areas = pl.Series("area", board.grid.areas, pl.String)
    timely = pl.Series("of_its_time", board.of_its_time(key)[:, 0])
    return pl.DataFrame(
        {
            "indicator": pl.repeat(key[0], count, eager=True),
            "version": pl.repeat(key[1], count, dtype=pl.Int32, eager=True),
            "component": pl.repeat(name, count, eager=True),
            "area": areas.gather(at_area),
            "period_kind": pl.repeat(board.definitions[key].frequency.value, count, eager=True),
            "period_start": periods.gather(at_period),
            "stage": pl.repeat(stage, count, eager=True),
            "of_its_time": timely.gather(at_period),
            "rests_on_others": board.stages[key].rests_on_others[told],
            "value": value,
            "mark": mark.replace("", None),
        },
        schema=SCHEMA,
    )
