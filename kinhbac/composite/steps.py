"""What would raise an area most: of all steps that it could take, the three that gain most.

Here: choosing steps by what they gave, the rank after each and after all of them, components that have none. Not here:
which steps there are (``proposals``), what each gives (``trial``), rows of the table
(``robustness_table``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from kinhbac.composite.board import Board
from kinhbac.composite.digits import settle, subtract
from kinhbac.composite.figures import Absence, Numbers, Truths
from kinhbac.composite.proposals import SIGNS, is_old
from kinhbac.composite.ranking import find_rivals, rank_rivals
from kinhbac.composite.reference import method_of
from kinhbac.composite.trial import Places, Row, Trial

MOST = 3
"""How many steps are told of an area."""


@dataclass(frozen=True)
class Step:
    """One step that raises an area in a composite: the component and its mark, the figure
    before and after (own unit), by how much the composite is better for it (its own unit), and
    the rank that the area has then (nan: there is none); and the same with all told steps of the
    area taken together, computed again, as they need not add up (nan: it has no other step)."""

    composite: str
    area: str
    component: str
    mark: str
    own: float
    aim: float
    gain: float
    rank: float
    gain_together: float
    rank_together: float


@dataclass(frozen=True)
class NoStep:
    """A component of an area's composite that has no figure to start from, and why."""

    composite: str
    area: str
    component: str
    reason: str


def find_steps(board: Board, period: int, composites: list[str]) -> Iterator[Step | NoStep]:
    """The steps that raise each area most in each of ``composites``, the first one first.

    ``board`` is computed and cut to the period. Of a component the mark that gains most is
    told, of two that gain the same the nearer one; a step that gains nothing is none.
    """
    trial = Trial(board, period)
    computed = trial.compute()
    for name in composites:
        if name in computed and board.definitions[trial.nodes[name]].direction != "neutral":
            yield from _choose(trial, name, *computed[name])
            yield from _tell_lacking(trial, name)


def _choose(trial: Trial, name: str, rows: Places, figures: Numbers) -> Iterator[Step]:
    definition = trial.board.definitions[trial.nodes[name]]
    before = _told(trial, name, trial.board.known[name].values[[trial.period]])[0]
    sign = SIGNS[definition.direction]
    numbers = np.concatenate(
        [np.full(len(trial.rows[row].areas), place) for place, row in enumerate(rows)]
        or [np.empty(0, np.int64)]
    )
    if not len(numbers):
        return
    areas = np.concatenate([trial.rows[row].areas for row in rows])
    proposals = [trial.rows[rows[number]].proposal for number in numbers]
    gains = settle(sign * subtract(figures[numbers, areas], before[areas]))
    tried = pl.DataFrame(
        {
            "number": numbers,
            "area": areas,
            "component": [each.component for each in proposals],
            "mark": [each.mark for each in proposals],
            "own": [each.own[area] for each, area in zip(proposals, areas, strict=True)],
            "aim": [each.aim[area] for each, area in zip(proposals, areas, strict=True)],
            "gain": gains,
        }
    )
    best = (
        tried.filter(pl.col("gain").is_not_nan() & (pl.col("gain") > 0))
        .sort("area", -pl.col("gain"), (pl.col("aim") - pl.col("own")).abs(), "component")
        .unique(["area", "component"], keep="first", maintain_order=True)
        .group_by("area", maintain_order=True)
        .head(MOST)
    )
    ranks = _rank_after(
        trial, name, before, best["area"].to_numpy(), figures[best["number"].to_numpy()],
        np.array([len(trial.rows[rows[number]].areas) == 1 for number in best["number"]], bool),
    )  # fmt: skip
    together = _take_together(trial, name, before, best, rows)
    for row, rank in zip(best.iter_rows(named=True), ranks, strict=True):
        area = trial.board.grid.areas[row["area"]]
        before_and_after = row["own"], row["aim"], row["gain"], float(rank)
        both = together.get(row["area"], (np.nan, np.nan))
        yield Step(name, area, row["component"], row["mark"], *before_and_after, *both)


def _take_together(
    trial: Trial, name: str, before: Numbers, best: pl.DataFrame, rows: Places
) -> dict[int, tuple[float, float]]:
    """Area → gain and rank with all its steps, of those that have several. Areas whose steps touch
    nobody else share one computation."""
    chosen: dict[int, list[Row]] = {}
    for number, area in zip(best["number"], best["area"], strict=True):
        chosen.setdefault(area, []).append(trial.rows[rows[number]])
    several = {area: own for area, own in chosen.items() if len(own) > 1}
    if not several:
        return {}
    alone = {area for area, own in several.items() if any(len(row.areas) == 1 for row in own)}

    def taken(areas: Iterable[int]) -> Row:
        return Row(
            tuple((row.proposal, np.array([area])) for area in areas for row in several[area])
        )

    shared = [area for area in several if area not in alone]
    tried = ([taken(shared)] if shared else []) + [taken([area]) for area in alone]
    _, figures = trial.of_rows(tried).compute()[name]
    areas = np.array([*shared, *alone])
    of = np.concatenate(
        [np.zeros(len(shared), np.int64), np.arange(len(tried) - len(alone), len(tried))]
    )
    is_alone = np.array([area in alone for area in areas], bool)
    ranks = _rank_after(trial, name, before, areas, figures[of], is_alone)
    sign = SIGNS[trial.board.definitions[trial.nodes[name]].direction]
    gains = settle(sign * subtract(figures[of, areas], before[areas]))
    return {
        int(area): (float(gain), float(rank))
        for area, gain, rank in zip(areas, gains, ranks, strict=True)
    }


def _rank_after(
    trial: Trial, name: str, before: Numbers, areas: Places, figures: Numbers, alone: Truths
) -> Numbers:
    """The rank of each case's area when it alone has taken its steps; a case is a row of
    ``figures``, in which others may have moved, too, where it is computed ``alone``."""
    definition = trial.board.definitions[trial.nodes[name]]
    method = method_of(definition)
    cases = np.arange(len(areas))
    after = np.repeat(before[None], len(areas), axis=0)
    after[alone] = _told(trial, name, figures[alone])
    after[cases, areas] = figures[cases, areas]
    rivals = find_rivals(trial.board.grid, method)
    ranks = rank_rivals(after, rivals, definition.direction, method)
    return np.asarray(ranks[cases, areas])


def _told(trial: Trial, name: str, values: Numbers) -> Numbers:
    """Figures of the areas of which the composite is to be told."""
    return np.where(trial.board.cells[trial.nodes[name]][trial.period], values, np.nan)


def _tell_lacking(trial: Trial, name: str) -> Iterator[NoStep]:
    board, period = trial.board, trial.period
    figures = board.known[name]
    told: Truths = figures.present[period] & board.cells[trial.nodes[name]][period]
    leaves = {
        component
        for node in trial.order
        if node in trial.below[name]
        for component in board.definitions[trial.nodes[node]].components
        if component not in trial.nodes
    }
    for component in sorted(leaves):
        absences = board.known[component].absences[period]
        old = is_old(board, component, period)
        for place in np.flatnonzero(told & (old | (absences != Absence.NONE))):
            reason = Absence(absences[place]).reason or "old"
            yield NoStep(name, board.grid.areas[place], component, reason)
