"""Lasting changes that are to be told: of how many communes they are, and of how many they could be.

Here: changes whose size is known, judged by the same SQL as a night's figures, beside the most
powerful test of the same evidence. Not here: false alarms, other changes (``known_alarms``).
``python -m bench.known_changes`` prints, for several degrees of evidence, how many warnings of 99
communes a month chance alone starts, and a line a change: what is asked for, what is attainable and
what is told. Half a minute.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, poisson

from bench.known_alarms import (
    COLOURS,
    COMMUNES,
    METHODS,
    Counts,
    Rule,
    change,
    false_alarms,
    judge,
    pace,
    threshold,
)
from kinhbac.registry.declared.evidence import EVIDENCE

QUIET = 12
"""Months before, in which what the rule asks for is clearly kept."""
DEGREES = (0.95, EVIDENCE, 0.9, 0.875)
"""Of evidence: what a rule asks for unless it says otherwise, more, and less."""
Drawn = tuple[dict[str, Counts], NDArray[np.float64]]
"""What a night sees of each month, and after how many months' counts taken together what chance."""


class Change(NamedTuple):
    """A change of communes of ``size`` cases a month that is to be told within ``months`` of
    ``asked`` percent of them, in ``colour``; ``draw`` makes months × series of it."""

    name: str
    size: int
    months: int
    colour: str
    asked: float
    rule: Rule
    draw: Callable[[np.random.Generator, int, int, int], Drawn]


class Told(NamedTuple):
    """Percent of communes of which a change is told, and of which it could be."""

    attainable: float
    told: float


def _share(before: float, after: float, limit: float) -> Callable[..., Drawn]:
    """A true share that has fallen below a limit. Whoever takes all cases together has the most
    powerful test of it (Neyman and Pearson 1933)."""

    def draw(rng: np.random.Generator, size: int, months: int, series: int) -> Drawn:
        share = np.repeat([before, after], [QUIET, months])[:, None]
        whole = np.full((QUIET + months, series), size)
        count = rng.binomial(whole, share)
        cases, seen = size * months, count[QUIET:].sum(axis=0)
        chance = binom.cdf(seen, cases, limit) - binom.pmf(seen, cases, limit) / 2
        return {"count": count, "whole": whole}, chance

    return draw


def _rise(times: float, limit: float) -> Callable[..., Drawn]:
    """A count that has risen against last year's. The test that is given how many cases both years
    have together is the most powerful of those that favour neither (Lehmann and Romano 2005, 4.5)."""

    def draw(rng: np.random.Generator, size: int, months: int, series: int) -> Drawn:
        mean = size * np.repeat([1, times], [QUIET, months])[:, None]
        count = rng.poisson(mean, (QUIET + months, series))
        then = rng.poisson(size, (QUIET + months, series))
        seen, both = count[QUIET:].sum(axis=0), (count + then)[QUIET:].sum(axis=0)
        part = limit / (1 + limit)
        chance = binom.sf(seen, both, part) + binom.pmf(seen, both, part) / 2
        return {"count": count, "count_then": then}, chance

    return draw


def _missed(part: float, limit: float) -> Callable[..., Drawn]:
    """A count of which ``part`` of what is due comes, from the first month of a year on."""

    def draw(rng: np.random.Generator, size: int, months: int, series: int) -> Drawn:
        count = np.cumsum(rng.poisson(part * size, (months, series)), axis=0)
        due = np.arange(1, months + 1)[:, None] * np.full((1, series), size)
        mean, seen = limit * size * months, count[-1]
        return {"count": count, "whole": due}, poisson.cdf(seen, mean) - poisson.pmf(seen, mean) / 2

    return draw


CHANGES = (
    Change("share of 94 %, limit 95 %", 500, 4, "yellow", 90.6, threshold(95, 90),
           _share(0.97, 0.94, 0.95)),
    Change("share of 85 %, limit 90 %", 100, 3, "red", 93.8, threshold(95, 90),
           _share(0.97, 0.85, 0.90)),
    Change("count half as high again, limit 25 %", 500, 1, "yellow", 96.9, change(25, 60),
           _rise(1.5, 1.25)),
    Change("count half as high again, limit 25 %", 100, 2, "yellow", 90.6, change(25, 60),
           _rise(1.5, 1.25)),
    Change("count twice as high, limit 25 %", 20, 3, "yellow", 93.8, change(25, 60),
           _rise(2, 1.25)),
    Change("half of what is due, limit 80 %", 500, 1, "red", 100, pace(95, 80), _missed(0.5, 0.8)),
)  # fmt: skip


def try_changes(
    rng: np.random.Generator, series: int, evidence: float = EVIDENCE
) -> Iterator[tuple[Change, Told]]:
    """What is told of each change in ``series`` communes that nothing was told of before."""
    for one in CHANGES:
        columns, chance = one.draw(rng, one.size, one.months, series)
        starts = judge(replace(one.rule, evidence=evidence), METHODS[-1], **columns)
        told = starts[one.colour][-one.months :].any(axis=0)
        yield one, Told(100 * float((chance < 1 - evidence).mean()), 100 * float(told.mean()))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print of how many communes a lasting change is told, and what chance alone starts."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--series", type=int, default=5000, help="communes of a change")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    for evidence in DEGREES:
        print(f"evidence {evidence}; by chance alone, yellow and red of 99 communes a month:")
        alarms = false_alarms(
            np.random.default_rng(given.seed), given.series, METHODS[-1], evidence
        )
        for kind, sizes in alarms.items():
            said = (sum(COMMUNES * told[colour] for told in sizes.values()) for colour in COLOURS)
            print(f"  {kind:18} {' '.join(f'{one:.2f}' for one in said)}")
        rng = np.random.default_rng(given.seed)
        for one, found in try_changes(rng, given.series, evidence):
            print(
                f"  {one.name:38} {one.size:4} cases, {one.months} months, {one.colour:6} "
                f"asked {one.asked:5.1f}, attainable {found.attainable:5.1f}, told {found.told:5.1f} %"
            )


if __name__ == "__main__":
    main()
