"""The stages of composites as one long table.

Here: arrays to rows. Not here: the arrays (``computation``), the published slices of the
table (dbt's marts).

Grain: composite × version × component × area × period × stage. In the stages
``aggregated`` and ``ranked`` the component is the composite itself; the other stages are told of composites that have a
method, by the definition of their time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from kinhbac.composite.board import Board, Key
from kinhbac.composite.computation import Stages
from kinhbac.composite.digits import settle
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
Columns = dict[str, npt.NDArray[Any]]
"""Rows as columns, in which texts are numbers of a vocabulary."""
Numbered = npt.NDArray[np.uint32]


class Vocabulary(dict[str | None, int]):
    """The texts of the table, numbered as they come: half a million rows share a few hundred."""

    def number(self, texts: Words) -> Numbered:
        """The numbers of texts; one that is new takes the next."""
        return np.array([self.setdefault(text, len(self)) for text in texts], np.uint32)


@dataclass(frozen=True)
class Marked:
    """Figures of one stage, components × periods × areas, and by number in ``words`` what was
    done to each."""

    stage: str
    values: Numbers
    marks: Codes
    words: Words


def tell_stages(boards: list[Board], touched: Collection[str] | None = None) -> pl.DataFrame:
    """Every stage of every composite, or of those that are ``touched``, with a mark where something
    was done to a figure."""
    words = Vocabulary()
    parts = [
        part
        for board in boards
        for key in board.stages
        if touched is None or key[0] in touched
        for part in _tell(board, key, words)
    ]
    if not parts:
        return pl.DataFrame(schema=SCHEMA)
    told = pl.Series(list(words), dtype=pl.String)
    columns = {name: np.concatenate([part[name] for part in parts]) for name in SCHEMA}
    return pl.DataFrame(
        [
            (told.gather(column) if SCHEMA[name] == pl.String else pl.Series(column)).alias(name)
            for name, column in columns.items()
        ],
        schema_overrides=SCHEMA,
    ).with_columns(pl.col("value").fill_nan(None))


def _tell(board: Board, key: Key, words: Vocabulary) -> Iterator[Columns]:
    own, owed = board.stages[key], board.cells[key]
    figures = own.figures
    # Beside the reasons for no value: what a value makes up for.
    reweighted = _weights_in_force(own)[1].any(axis=0)
    marks = np.where(reweighted, len(REASON_WORDS), figures.absences)
    marks = np.where(board.rests_on_imputed(key), len(REASON_WORDS) + 1, marks)
    reasons = (*REASON_WORDS, "reweighted", "imputed")
    aggregated = Marked("aggregated", figures.values[None], marks[None].astype(np.int16), reasons)
    yield _rows(board, key, (key[0],), aggregated, owed, words)
    timely = owed & board.of_its_time(key)
    ranks = _ranks(own, board.grid, timely)
    ranked = Marked("ranked", ranks[None], np.zeros((1, *ranks.shape), np.int16), (None,))
    yield _rows(board, key, (key[0],), ranked, ~np.isnan(ranks), words)
    if own.definition.method is not None:
        for stage in _stages_of(own):
            yield _rows(board, key, own.names, stage, timely, words)


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
    done = np.broadcast_to(~own.kept, shape).astype(np.int16)
    rules = [part.stabilise for part in components]
    is_stabilised = np.array([rule is not None for rule in rules])[:, None, None] & own.members
    done = np.where(is_stabilised & ~np.isnan(own.stabilised), number + 1, done)
    kept = np.where(own.kept, own.stabilised, np.nan)
    yield Marked("screened", kept, done, (None, "left_out", *rules))
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
    left = own.figures.present & (settle(total) != settle(full))
    return share, np.broadcast_to(left, share.shape)


def _rows(
    board: Board,
    key: Key,
    names: tuple[str, ...],
    stage: Marked,
    told: Truths,
    words: Vocabulary,
) -> Columns:
    """A stage of all components as rows, for the cells in ``told`` (periods × areas)."""
    at_period, at_area = np.nonzero(told)
    cells, rows = len(at_period), len(names) * len(at_period)
    grid, own = board.grid, board.stages[key]

    def throughout(word: str) -> Numbered:
        return np.repeat(words.number([word]), rows)

    def of_each_cell(figures: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.tile(figures, len(names))

    return {
        "indicator": throughout(key[0]),
        "version": np.full(rows, key[1], np.int32),
        "component": np.repeat(words.number(names), cells),
        "area": of_each_cell(words.number(grid.areas)[at_area]),
        "period_kind": throughout(board.definitions[key].frequency.value),
        "period_start": of_each_cell(np.array(grid.periods, "datetime64[D]")[at_period]),
        "stage": throughout(stage.stage),
        "of_its_time": of_each_cell(board.of_its_time(key)[at_period, 0]),
        "rests_on_others": of_each_cell(own.rests_on_others[told]),
        "compared": of_each_cell(own.members[told]),
        "value": stage.values[:, told].ravel(),
        "mark": words.number(stage.words)[stage.marks[:, told].ravel()],
    }
