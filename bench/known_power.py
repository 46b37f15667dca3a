"""Whether rules warn as often by chance, and see as small a change, as is said of them.

Here: what ``kinhbac.power`` says of rules, tried on simulated communes that a night's SQL judges
(``bench.known_alarms``). Not here: what rules do for changes of a given size. ``python -m
bench.known_power`` prints the smallest change that is to be told with 80 % within three months, and how
often it is; and alarms by chance alone, said and found. Half a minute.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from bench.known_alarms import (
    COMMUNES,
    METHODS,
    SIZES,
    Counts,
    Rule,
    Truths,
    change,
    judge,
    pace,
    threshold,
)
from kinhbac.power import WITHIN, Power, find_power
from kinhbac.registry.declared.evidence import EVIDENCE, decision_interval_of, distance_of

QUIET = 12
"""Months without a change, so that nothing has gathered."""


@dataclass(frozen=True)
class Case:
    """A rule as the bench judges it and as ``kinhbac.power`` reads it; ``well`` is a truth of which
    nobody is to be warned."""

    name: str
    rule: Rule
    told: dict[str, Any]
    well: float


def cases() -> Iterator[Case]:
    """Those of which ``docs/method.md`` has figures."""
    for limit in (95.0, 80.0):
        rule = threshold(limit, limit - 20)
        told = _told_of("threshold", "share", 100.0, rule)
        yield Case(f"share, limit {limit:g} %", rule, told, (100 + limit) / 2)
    for against, name in (("last_year", "last year"), ("previous", "the month before")):
        rule = change(25, 300, against)
        told = _told_of("change", "count", 1.0, rule, against=against, measure="percent")
        yield Case(f"count against {name}, limit 25 %", rule, told, 0.0)
    rule = pace(95, 20)
    yield Case("pace of a count, limit 95 %", rule, _told_of("pace", "count", 1.0, rule), 100.0)


def _told_of(kind: str, noise: str, scale: float, rule: Rule, **more: str) -> dict[str, Any]:
    ends = {"yellow_low": rule.yellow if rule.below else None}
    ends["yellow_high"] = None if rule.below else rule.yellow
    return {
        "indicator": "figure", "rule": kind, "noise": noise, "scale": scale, "after": 1, "per": None,
        "against": None, "measure": None, "due": None, "unit_vi": "", "unit_en": "", **ends, **more,
        "distance": distance_of(EVIDENCE, rule.looks),
        "decision_interval": decision_interval_of(EVIDENCE) if rule.gathers else None,
        "chance": (1 - EVIDENCE) / rule.looks, "area_kind": "commune",
        "period_kind": "month", "period_start": date(2026, 12, 1),
    }  # fmt: skip


def say(case: Case, sizes: tuple[int, ...], figure: float) -> Power:
    """What is said of a rule in areas of these sizes, which now have this figure."""
    rows = []
    for size in sizes:
        own = {
            "whole": 1.0,
            "count": float(size),
            "due": 12.0 * size if case.rule.looks > 1 else None,
        }
        if case.told["noise"] == "share":
            own = {"whole": float(size), "count": size * figure / 100}
        rows.append(case.told | own)
    return find_power(rows)


def simulate(
    case: Case, rng: np.random.Generator, size: int, truths: list[float], series: int
) -> dict[str, Counts]:
    """Counts of months with these truths, in the columns that the rule judges."""
    shape = (len(truths), series)
    truth = np.array(truths)[:, None]
    if case.told["noise"] == "share":
        return {"count": rng.binomial(size, truth / 100, shape), "whole": np.full(shape, size)}
    if case.rule.looks > 1:
        due = 12 * size
        return {"count": rng.poisson(due * truth / 100, shape), "whole": np.full(shape, due)}
    counts = rng.poisson(size * (1 + truth / 100), shape)
    if case.told["against"] == "previous":
        return {"count": counts[1:], "count_then": counts[:-1]}
    return {"count": counts, "count_then": rng.poisson(size, shape)}


def start(
    case: Case, rng: np.random.Generator, size: int, truths: list[float], series: int
) -> Truths:
    """Where yellow warnings start: months × communes."""
    columns = simulate(case, rng, size, truths, series)
    return judge(case.rule, METHODS[-1], **columns)["yellow"]


def find_told(case: Case, rng: np.random.Generator, size: int, truth: float, series: int) -> float:
    """How often a lasting truth is told within three months, or at once of what runs on."""
    if case.rule.looks > 1:
        return float(start(case, rng, size, [truth], series).mean())
    starts = start(case, rng, size, [case.well] * QUIET + [truth] * WITHIN, series)
    return float(starts[-WITHIN:].any(axis=0).mean())


def find_alarms(case: Case, rng: np.random.Generator, truth: float, series: int) -> float:
    """Of 99 communes, how many warnings start a month where all have one truth."""
    return sum(
        COMMUNES * float(start(case, rng, size, [truth] * 24, series).mean()) for size in SIZES
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what is said of rules beside what they do."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--series", type=int, default=5000, help="communes of a size")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    rng = np.random.default_rng(given.seed)
    print("The smallest change that is to be told with 80 %, and how often it is:")
    for case in cases():
        for size in SIZES:
            (seen,) = say(case, (size,) * 3, case.well).seen
            if seen.truth is None:
                print(f"  {case.name:42} {size:4}: none")
                continue
            told = find_told(case, rng, size, seen.truth, given.series)
            print(f"  {case.name:42} {size:4}: {seen.truth:6.1f}  {100 * told:.1f} %")
    print("Warnings that start, of 99 communes a month, by chance alone, said and found:")
    for case in cases():
        if case.rule.looks > 1:
            continue
        truth = 97.0 if case.rule.yellow == 95 else case.well
        said = say(case, SIZES * COMMUNES, truth)
        found = find_alarms(case, rng, truth, given.series)
        print(f"  {case.name:42} {said.alarms:.2f}  {found:.2f}")


if __name__ == "__main__":
    main()
