"""Which steps an area could take: each component brought to a mark that is within reach.

Here: the marks (the next quartile and the median of like areas, the target) and the figure that
reaches each. Not here: what a step gives (``steps``).

A mark is realistic where like areas have come so far: quartiles and medians are of their figures,
and of a target beyond the best of them nothing is said. Nor does a step leave what the indicator
may be. An area that has nobody to be compared with has its target alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinhbac.composite.board import Board, Key
from kinhbac.composite.digits import settle
from kinhbac.composite.figures import Numbers, Truths
from kinhbac.composite.ranking import find_rivals
from kinhbac.composite.reference import method_of

QUARTILES = (0.25, 0.5, 0.75)
LEAST_LIKE = 4
"""Of fewer areas quartiles say nothing."""
LEAST_OF_GROUP = 3
SIGNS = {"higher_is_better": 1.0, "lower_is_better": -1.0}


@dataclass(frozen=True)
class Proposal:
    """One mark for all areas that have not reached it: a ``component`` that is no composite,
    where each area stands and would stand (in the component's own unit; nan: no step)."""

    component: str
    mark: str
    own: Numbers
    aim: Numbers

    @property
    def taken(self) -> npt.NDArray[np.int64]:
        """The places of the areas that have this step before them."""
        return np.flatnonzero(~np.isnan(self.aim))


def propose(board: Board, nodes: dict[str, Key], period: int) -> list[Proposal]:
    """Every step that is to be tried, of a computed board; each mark of a component once.

    ``nodes`` are the composites with their definition of the period. Marks are
    ``next_quartile``, ``target`` and ``group_median <grouping>``. Steps go to the better end of
    the component as its composite counts it; a component without one has no step, nor has a
    figure that is missing, withheld or old.
    """
    found: dict[tuple[str, str, bytes], Proposal] = {}
    for key in nodes.values():
        for component in board.definitions[key].components:
            if component in nodes:
                continue
            for proposal in _propose(board, key, component, period):
                found[component, proposal.mark, proposal.aim.tobytes()] = proposal
    return list(found.values())


def is_old(board: Board, component: str, period: int) -> Truths:
    """Where a component rests on a figure that is told as old."""
    old = board.old.get(component)
    return np.zeros(len(board.grid.areas), bool) if old is None else old[period]


def _propose(board: Board, key: Key, component: str, period: int) -> Iterator[Proposal]:
    definition, own = board.definitions[key], board.stages[key]
    told = definition.components[component]
    if told.direction is None:
        return
    sign = SIGNS[told.direction]
    delivered = board.known[component].values[period]
    unit = np.ones(len(delivered))
    if told.per is not None:  # a step of the share, told in what is divided
        unit = board.known[told.per].values[period]
    place = own.names.index(component)
    usable = board.known[component].present[period] & ~is_old(board, component, period)
    stands = sign * np.where(usable, own.denominated[place, period], np.nan)
    goal = told.target or definition.targets.get(component, {}).get(
        board.grid.periods[period].year, np.nan
    )
    goal = np.nan if told.transform else sign * goal
    members = own.members[period]
    least, most = board.bounds.get(component, (-np.inf, np.inf))
    for rivals in find_rivals(board.grid, method_of(definition)):
        inside = np.where(rivals, stands, np.nan)
        like = inside[members & ~np.isnan(inside)]
        for mark, aims in _marks(board, inside, like, members, goal):
            better = settle(aims) > settle(inside)
            aim = np.where(better, sign * aims * unit, np.nan) + 0.0  # never −0
            aim = np.where((settle(aim) >= least) & (settle(aim) <= most), aim, np.nan)
            if not np.isnan(aim).all():
                yield Proposal(component, mark, delivered, aim)


def _marks(
    board: Board, stands: Numbers, like: Numbers, members: Truths, goal: float
) -> Iterator[tuple[str, Numbers]]:
    """Marks and the figure of each for every area, turned so that more is better."""
    compared = len(like) >= LEAST_LIKE
    if compared:
        marks = np.append(np.quantile(like, QUARTILES), np.nan)
        passed = (settle(marks[:3]) <= settle(stands)[:, None]).sum(axis=1)
        yield "next_quartile", np.where(np.isnan(stands), np.nan, marks[passed])
        for grouping, numbers in board.grid.groupings.items():
            aims = np.full(len(stands), np.nan)
            for group in np.unique(numbers[numbers >= 0]):
                own = numbers == group
                peers = stands[own & members & ~np.isnan(stands)]
                if len(peers) >= LEAST_OF_GROUP:
                    aims[own] = np.median(peers)
            yield f"group_median {grouping}", aims
    if not compared or settle(goal) <= settle(like.max()):
        yield "target", np.full(len(stands), goal)
