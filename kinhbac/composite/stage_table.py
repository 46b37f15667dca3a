"""The stages of composites as one long table.

Here: arrays to rows. Not here: the arrays (``computation``), the published slices of the
table (dbt's marts).

Grain: composite × version × component × area × period × stage. In the stages
``aggregated`` and ``ranked`` the component is the composite itself; the other stages are told of composites that have a
method, by the definition of their time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from kinhbac.composite.board import Board, Key
from kinhbac.composite.computation import Stages
from kinhbac.composite.figures import Absence, Codes, Grid, Numbers, Truths
from kinhbac.composite.ranking import find_rivals, rank_rivals
from kinhbac.composite.reference import method_of
from kinhbac.composite.treatment import MARKS

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
    "compared": pl.Boolean,
    "value": pl.Float64,
    "mark": pl.String,
}
REASON_WORDS = tuple(absence.reason for absence in Absence)
EMPTY_WORDS = {"full": "full_marks", "zero": "zero_marks", "none": "not_scored"}
Words = Sequence[str | None]


@dataclass(frozen=True)
class Marked:
    """Figures of one stage, components × periods × areas, and by number in ``words`` what was
    done to each."""

    stage: str
    values: Numbers
    marks: Codes
    words: Words


def tell_stages(boards: list[Board]) -> pl.DataFrame:
    """Every stage of every composite, with a mark where something was done to a figure."""
    parts = [part for board in boards for key in board.stages for part in _tell(board, key)]
    return pl.concat(parts) if parts else pl.DataFrame(schema=SCHEMA)


def _tell(board: Board, key: Key) -> Iterator[pl.DataFrame]:
    own, owed = board.stages[key], board.cells[key]
    figures = own.figures
    # Beside the reasons for no value: what a value makes up for.
    reweighted = _weights_in_force(own)[1].any(axis=0)
    marks = np.where(reweighted, len(REASON_WORDS), figures.absences)
    marks = np.where(board.rests_on_imputed(key), len(REASON_WORDS) + 1, marks)
    words = (*REASON_WORDS, "reweighted", "imputed")
    aggregated = Marked("aggregated", figures.values[None], marks[None].astype(np.int16), words)
    yield _rows(board, key, (key[0],), aggregated, owed)
    timely = owed & board.of_its_time(key)
    ranks = _ranks(own, board.grid, timely)
    ranked = Marked("ranked", ranks[None], np.zeros((1, *ranks.shape), np.int16), (None,))
    yield _rows(board, key, (key[0],), ranked, ~np.isnan(ranks))
    if own.definition.method is not None:
        for stage in _stages_of(own):
            yield _rows(board, key, own.names, stage, timely)


def _ranks(own: Stages, grid: Grid, told: Truths) -> Numbers:
    method, direction = method_of(own.definition), own.definition.direction
    if direction == "neutral":
        return np.full(grid.shape, np.nan)
    values = np.where(told, own.figures.values, np.nan)
    return rank_rivals(values, find_rivals(grid, method), direction, method)


def _stages_of(own: Stages) -> Iterator[Marked]:
    method = method_of(own.definition)
    components = own.definition.components.values()
    shape = own.denominated.shape
    words: list[str | None] = [
        None,
        *(f"per {part.per}" if part.per else None for part in components),
    ]
    number = np.arange(1, len(words), dtype=np.int16)[:, None, None]
    yield Marked("denominated", own.denominated, np.broadcast_to(number, shape), words)
    left_out = np.broadcast_to(~own.kept, shape).astype(np.int16)
    kept = np.where(own.kept, own.denominated, np.nan)
    yield Marked("screened", kept, left_out, (None, "left_out"))
    yield Marked("imputed", own.imputed, own.is_imputed.astype(np.int16), (None, method.impute.by))
    yield Marked("treated", own.treated, own.treatments, (None, *MARKS[1:]))
    # A score without a ratio counts as zero, and is told as what it is: none.
    empty = (own.absences == Absence.NONE) & np.isnan(own.treated)
    words = [None, *(EMPTY_WORDS.get(part.empty_denominator or "") for part in components)]
    unscored = np.array([word == "not_scored" for word in words[1:]])[:, None, None]
    normalised = np.where(empty & unscored, np.nan, own.normalised)
    yield Marked("normalised", normalised, np.where(empty, number, 0), words)
    weights, left = _weights_in_force(own)
    yield Marked("weighted", weights, left.astype(np.int16), (None, "reweighted"))


def _weights_in_force(own: Stages) -> tuple[Numbers, Truths]:
    """The weight with which each component counts, so that a sum or an arithmetic mean is
    Σ weight × normalised figure; and whether others left their weight to it."""
    weights = own.weights[:, :, None]
    there = np.where(own.absences == Absence.NONE, weights, 0)
    total, full = there.sum(axis=0), weights.sum(axis=0)
    whole = full if method_of(own.definition).aggregate.by == "sum" else 1.0
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(own.figures.present & (total != 0), there * whole / total, np.nan)
    left = own.figures.present & ~np.isclose(total, full)
    return share, np.broadcast_to(left, share.shape)


def _rows(
    board: Board, key: Key, names: tuple[str, ...], stage: Marked, told: Truths
) -> pl.DataFrame:
    """A stage of all components as rows, for the cells in ``told`` (periods × areas)."""
    at_period, at_area = np.nonzero(told)
    cells = len(at_period)
    component = np.repeat(np.arange(len(names)), cells)
    at_period, at_area = np.tile(at_period, len(names)), np.tile(at_area, len(names))
    grid = board.grid
    timely = board.of_its_time(key)[:, 0]
    rests = np.tile(board.stages[key].rests_on_others[told], len(names))
    compared = np.tile(board.stages[key].members[told], len(names))
    return pl.DataFrame(
        {
            "component": pl.Series(names, dtype=pl.String).gather(component),
            "area": pl.Series(grid.areas, dtype=pl.String).gather(at_area),
            "period_start": pl.Series(grid.periods, dtype=pl.Date).gather(at_period),
            "of_its_time": timely[at_period],
            "rests_on_others": rests,
            "compared": compared,
            "value": pl.Series(stage.values[:, told].ravel()).fill_nan(None),
            "mark": pl.Series(stage.words, dtype=pl.String).gather(stage.marks[:, told].ravel()),
        }
    ).select(
        pl.lit(key[0]).alias("indicator"),
        pl.lit(key[1], pl.Int32).alias("version"),
        "component",
        "area",
        pl.lit(board.definitions[key].frequency.value).alias("period_kind"),
        "period_start",
        pl.lit(stage.stage).alias("stage"),
        "of_its_time",
        "rests_on_others",
        "compared",
        "value",
        "mark",
    )
