"""Indicators as equations between themselves and their operands, and what these decide.

Here: the equations of the definitions in force, in a period and those around it, and solving
them. Not here: what is told and what must not follow from it (``sums``).
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import gcd

import numpy as np

EXACT = 1e-9
Variable = tuple[str, int]
"""An indicator or data element, and how many months before the period that is asked about."""
Day = tuple[int, int, int]
"""Year, month, day: also the 29th of February of any year."""
Equation = Mapping[Variable, float]


def day_of(day: date, months: int = 0) -> Day:
    """A day, some ``months`` later."""
    years, month = divmod(day.month - 1 + months, 12)
    return day.year + years, month + 1, day.day


@dataclass(frozen=True)
class Definition:
    """One definition of an indicator: a sum and difference of operands, or a ratio of two such."""

    indicator: str
    valid_from: date | None
    valid_to: date | None
    operands: Mapping[Variable, float]
    below: Mapping[Variable, float] = field(default_factory=dict)

    def holds(self, day: Day, months: int) -> bool:
        """Whether a period that begins ``months`` before ``day`` is computed with it."""
        begun = self.valid_from is None or day_of(self.valid_from, months) <= day
        return begun and (self.valid_to is None or day <= day_of(self.valid_to, months))

    @property
    def sides(self) -> dict[str, Mapping[Variable, float]]:
        """What is added up, by its name: the indicator itself, or what stands over and below it."""
        if not self.below:
            return {self.indicator: self.operands}
        over, below = (f"{self.indicator} ({side})" for side in ("over", "below"))
        return {over: self.operands, below: self.below}


@dataclass(frozen=True)
class Equations:
    """The definitions of one frequency."""

    definitions: Sequence[Definition]

    @cached_property
    def keys(self) -> frozenset[str]:
        """The indicators that are defined."""
        return frozenset(one.indicator for one in self.definitions)

    @cached_property
    def _lags(self) -> frozenset[int]:
        return frozenset(lag for one in self.definitions for _, lag in (*one.operands, *one.below))

    @property
    def months(self) -> range:
        """Months whose equations share an unknown with those of the period asked about: what was
        told a year ago knows this year's operands, and next year's figure will."""
        deepest = max(self._lags, default=0)
        return range(-deepest, deepest + 1, self._step)

    @property
    def reach(self) -> range:
        """Months of everything that stands in these equations."""
        deepest = max(self._lags, default=0)
        return range(-deepest, 2 * deepest + 1, self._step)

    @property
    def _step(self) -> int:
        """Between two months that share an unknown: a year where operands lie years back."""
        return gcd(*self._lags) or 1

    @cached_property
    def _turns(self) -> list[Day]:
        """Days from which on other definitions hold, in one of these months."""
        firsts = {one.valid_from for one in self.definitions} - {None}
        lasts = {one.valid_to for one in self.definitions} - {None}
        days = {day_of(first, months) for first in firsts if first for months in self.months}
        ends = (day_of(last, months) for last in lasts if last for months in self.months)
        return sorted(days | {(year, month, day + 1) for year, month, day in ends})

    @property
    def eras(self) -> range:
        """Spans of time in which the same definitions hold, by their number."""
        return range(len(self._turns) + 1)

    def era_of(self, day: Day) -> int:
        """The span in which a period begins."""
        return bisect(self._turns, day)

    def decide(
        self, era: int, wanted: Collection[Variable], is_told: Callable[[Variable], bool]
    ) -> set[Variable]:
        """Of ``wanted``, which are not told, those that the equations of an era fix once what is
        told is known. Of a ratio and its two sides, two fix the third; what that fixes is known when
        the sums are asked again."""
        in_force = self._in_force(era)
        sums = [
            {(name, months): -1.0}
            | {(key, lag + months): times for (key, lag), times in side.items()}
            for one, months in in_force
            for name, side in one.sides.items()
        ]
        ratios = [
            [(one.indicator, months), *((side, months) for side in one.sides)]
            for one, months in in_force
            if one.below
        ]
        if not any(map(is_told, set().union(*sums, *ratios))):
            return set()  # as beside most figures that are withheld
        sides = {side for _, *both in ratios for side in both}
        known: set[Variable] = set()
        while True:
            unknown = [
                {
                    variable: times
                    for variable, times in equation.items()
                    if not (variable in known or is_told(variable))
                }
                for equation in sums
            ]
            found = _decide_sums(sides.union(wanted) - known, unknown)
            for ratio in ratios:
                left = {one for one in ratio if not (one in known or one in found or is_told(one))}
                found |= left if len(left) == 1 else set()
            if found <= known:
                return known.intersection(wanted)
            known |= found

    def _in_force(self, era: int) -> list[tuple[Definition, int]]:
        """The definitions of an era, each with how many months before."""
        day = self._turns[era - 1] if era else (0, 1, 1)
        return [
            (one, months)
            for one in self.definitions
            for months in self.months
            if one.holds(day, months)
        ]


def _decide_sums(wanted: Collection[Variable], equations: Sequence[Equation]) -> set[Variable]:
    """The unknowns that equations fix, of all that hang together with one of ``wanted``."""
    found: set[Variable] = set()
    for together in _connected(equations):
        if not set().union(*together).isdisjoint(wanted):
            found |= _solve(together)
    return found


def _connected(equations: Sequence[Equation]) -> Collection[list[Equation]]:
    """The equations, apart where they share no unknown, also not by way of others."""
    leaders: dict[Variable, Variable] = {}

    def leader_of(one: Variable) -> Variable:
        while (above := leaders.setdefault(one, one)) != one:
            leaders[one] = leaders[above]
            one = above
        return one

    unknown = [equation for equation in equations if equation]
    for first, *others in unknown:
        for other in others:
            leaders[leader_of(other)] = leader_of(first)
    found: dict[Variable, list[Equation]] = defaultdict(list)
    for equation in unknown:
        found[leader_of(next(iter(equation)))].append(equation)
    return found.values()


def _solve(equations: Sequence[Equation]) -> set[Variable]:
    """The unknowns that equations with a known other side fix: those whose axis lies in the space
    of their rows."""
    if len(equations) == 1:  # as most are, and its space is its row
        [alone] = equations
        size = sum(times * times for times in alone.values())
        fixes = size > EXACT * EXACT
        return {one for one, times in alone.items() if fixes and 1 - times * times / size < EXACT}
    place = {unknown: column for column, unknown in enumerate(sorted(set().union(*equations)))}
    if not place:
        return set()
    rows = np.zeros((len(equations), len(place)))
    for row, equation in enumerate(equations):
        for unknown, times in equation.items():
            rows[row, place[unknown]] = times
    _, sizes, directions = np.linalg.svd(rows, full_matrices=False)
    within = (directions[sizes > EXACT] ** 2).sum(axis=0)
    return {unknown for unknown, column in place.items() if 1 - within[column] < EXACT}
