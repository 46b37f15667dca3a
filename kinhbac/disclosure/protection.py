"""Which cells are not told, so that no small count can be found from those that are.

Here: choosing cells beside the small ones, and trying to find these again. Not here: which counts
are small, which sums there are (``suppression_table``).

Cell suppression (Willenborg and de Waal 2001, chapter 4): whoever knows every cell that is told
and every sum must not be able to tell a small count, nor to draw its limits too near. In each sum
the cells that are not told are at least two and hold together at least twice what counts as small;
where sums cross, linear programming says how near the limits of each small count can be drawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

Cell = tuple[str, str]
"""Data element and area."""
Sum = Mapping[Cell, float]
"""Coefficients of cells that add up to nothing: 1 for each part, −1 for the whole."""
EXACT = 1e-9


def protect(
    values: Mapping[Cell, float], sums: Sequence[Sum], small: Iterable[Cell], below: float
) -> set[Cell]:
    """The cells that are not told: the ``small`` ones, and those chosen beside them.

    ``values`` are counts of at least zero, ``below`` what a count that may be told reaches. Of the
    cells of a sum the least that is not zero is chosen, a whole only where nothing else is left.
    """
    primary = set(small)
    hidden = set(primary)
    sums_of: dict[Cell, list[Sum]] = defaultdict(list)
    for own in sums:
        for cell in own:
            sums_of[cell].append(own)
    waiting = list(primary)
    while waiting:
        _hide_beside(waiting, hidden, values, sums_of, below)
        for cell in _find_exposed(primary & hidden, hidden, values, sums_of, below):
            waiting += _hide_one(sums_of[cell], hidden, values)
    return hidden


def _hide_beside(
    waiting: list[Cell],
    hidden: set[Cell],
    values: Mapping[Cell, float],
    sums_of: Mapping[Cell, list[Sum]],
    below: float,
) -> None:
    """Hide cells until every sum that holds a hidden one is safe by itself."""
    while waiting:
        for own in sums_of.get(waiting.pop(), ()):
            while not _is_safe(own, hidden, values, below):
                waiting += _hide_one([own], hidden, values)


def _is_safe(own: Sum, hidden: set[Cell], values: Mapping[Cell, float], below: float) -> bool:
    unknown = [cell for cell in own if cell in hidden]
    if not unknown or len(unknown) == len(own):
        return True
    if len({own[cell] > 0 for cell in unknown}) > 1:
        return True  # a part and the whole: both may be anything above
    together = sum(abs(own[cell]) * values[cell] for cell in unknown)
    return len(unknown) > 1 and together >= 2 * below


def _hide_one(sums: Iterable[Sum], hidden: set[Cell], values: Mapping[Cell, float]) -> list[Cell]:
    """Hide one more cell of these sums; none where all of them are hidden."""
    told = [(own[cell] < 0, values[cell] == 0, values[cell], str(cell), cell)
            for own in sums for cell in own if cell not in hidden]  # fmt: skip
    parts = [found for found in told if not found[0] and not found[1]]
    wholes = [found for found in told if found[0]]
    for choice in (parts, wholes, told):
        if choice:
            cell = min(choice, key=lambda found: found[:4])[-1]
            hidden.add(cell)
            return [cell]
    return []


def _find_exposed(
    primary: set[Cell],
    hidden: set[Cell],
    values: Mapping[Cell, float],
    sums_of: Mapping[Cell, list[Sum]],
    below: float,
) -> list[Cell]:
    """The first small count of each cluster of crossing sums whose limits lie nearer than
    ``below``, and which another hidden cell could protect."""
    found = []
    for cluster in _clusters(hidden, sums_of):
        sums = {id(own): own for cell in cluster for own in sums_of.get(cell, ())}
        if len(sums) < 2:
            continue  # one sum is safe by itself
        for cell in sorted(primary & cluster, key=str):
            is_left = any(other not in hidden for own in sums_of[cell] for other in own)
            if is_left:
                low, high = find_limits(cell, cluster, list(sums.values()), values)
                if high - low < below:
                    found.append(cell)
                    break
    return found


def _clusters(hidden: set[Cell], sums_of: Mapping[Cell, list[Sum]]) -> list[set[Cell]]:
    """Hidden cells that hang together by sums."""
    left, clusters = set(hidden), []
    while left:
        start = min(left, key=str)
        cluster, reached = {start}, [start]
        while reached:
            for own in sums_of.get(reached.pop(), ()):
                fresh = {cell for cell in own if cell in hidden} - cluster
                cluster |= fresh
                reached += fresh
        clusters.append(cluster)
        left -= cluster
    return clusters


def find_limits(
    cell: Cell, hidden: set[Cell], sums: Sequence[Sum], values: Mapping[Cell, float]
) -> tuple[float, float]:
    """The least and the most that a hidden cell can be, as far as the told cells of ``sums`` say,
    by linear programming over counts of at least zero; infinite where there is no end."""
    from scipy import optimize

    names = sorted(hidden, key=str)
    equations = np.array([[own.get(name, 0.0) for name in names] for own in sums])
    # What the told cells leave over, as the hidden ones have it: a sum that holds but nearly, by
    # its tolerance, has limits too.
    given = equations @ np.array([values[name] for name in names])
    goal = np.zeros(len(names))
    goal[names.index(cell)] = 1
    ends = []
    for sign in (1.0, -1.0):
        told = optimize.linprog(sign * goal, A_eq=equations, b_eq=given, method="highs")
        ends.append(float(sign * told.fun) if told.status == 0 else sign * -np.inf)
    low, high = ends
    return (low if abs(low) > EXACT else 0.0, high)
