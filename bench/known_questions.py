"""Questions about counts in deliveries whose truth is known: how many of those asked are false.

Here: simulated deliveries of Poisson counts, in a quarter of which something is wrong, judged by the rules of
``int_anomalies`` (``heaped``, ``too_smooth``, ``same_in_many``, ``off_former_years``, ``off_related``)
written apart from their SQL. Not here: questions that no chance is known of. ``python -m
bench.known_questions`` prints the share of false questions of those asked (limit: 0.05) and of what is
wrong that is found. Ten seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

DELIVERIES, ELEMENTS, ROUNDED = 2000, 20, 5
"""Simulated deliveries, the data elements (or areas) of each, and how many of them are wrong."""
ROUND, LIMIT, THIRD = 0.2, 0.05, 0.33
"""Which part of counts ends in 0 or 5 by chance; the share of false questions that is held; how far a
sum may lie from what is usual (WHO, Data Quality Review, 2017)."""
Figures = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


def bound_share(trials: npt.ArrayLike, share: npt.ArrayLike, usual: npt.ArrayLike) -> Figures:
    """At most how often chance gives a share so far from ``usual``, on its side (Chernoff 1952)."""
    n, p, q = (np.asarray(one, float) for one in (trials, share, usual))
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = np.where(p > 0, p * np.log(p / q), 0)
        entropy = entropy + np.where(p < 1, (1 - p) * np.log((1 - p) / (1 - q)), 0)
    bounds: Figures = np.exp(-n * entropy)
    return bounds


def bound_chance(round_figures: Counts, figures: int) -> Figures:
    """At most how often chance gives so many round figures of ``figures``."""
    share = round_figures / figures
    return np.where(share <= ROUND, 1.0, bound_share(figures, share, ROUND))


def bound_smoothness(counts: Counts) -> Figures:
    """At most how often chance makes neighbours so alike; a row an area, an even number of periods."""
    one, other = counts[:, ::2], counts[:, 1::2]
    dispersion = (((one - other) ** 2 + 1 / 3) / np.maximum(one + other, 1)).mean(axis=1)
    pairs = one.shape[1]
    chance = np.exp(-pairs / 2 * (dispersion - 1 - np.log(dispersion)))
    return np.where(dispersion < 1, np.minimum(chance, 1.0), 1.0)


def bound_sharing(counts: Counts) -> Figures:
    """At most how often chance gives so many areas one figure; a row a period, a column an area."""
    areas = counts.shape[1]
    found = [np.unique(row[row > 0], return_counts=True) for row in counts]
    agreeing = np.array([(told * (told - 1)).sum() for _, told in found])
    rows = [max(zip(told, values, strict=True)) for values, told in found]
    sharing, value = np.array(rows, float).T
    elsewhere = (agreeing.sum() - agreeing + 1) / ((len(counts) - 1) * areas * (areas - 1) + 2)
    usual = np.maximum(1 / np.sqrt(2 * np.pi * value), elsewhere)
    share = (sharing - 1) / (areas - 1)
    asked = (sharing >= 4) & (sharing < areas) & (share > usual)
    return np.where(asked, np.minimum(areas * bound_share(areas - 1, share, usual), 1), 1.0)


def bound_distance(total: Counts, beside: Counts) -> Figures:
    """At most how often chance takes a sum so far from what all areas together, and half of them, are to
    what stands beside it; 1 of what lies within a third of either."""
    ratio, n = total / beside, total + beside
    found = []
    for usual in (total.sum() / beside.sum(), np.median(ratio)):
        off = np.abs(ratio / usual - 1) > THIRD
        found.append(np.where(off, 2 * bound_share(n, total / n, usual / (1 + usual)), 1))
    return np.minimum(np.maximum(*found), 1.0)


def choose_asked(chances: Figures) -> npt.NDArray[np.bool_]:
    """Which of a delivery's elements are asked about (Benjamini and Hochberg 1995)."""
    order = np.argsort(chances)
    places = np.arange(1, len(chances) + 1)
    within = places[chances[order] <= LIMIT * places / len(chances)]
    asked = np.zeros(len(chances), bool)
    asked[order[: within.max(initial=0)]] = True
    return asked


def measure(figures: int, rounding: float, seed: int = 1) -> tuple[float, float]:
    """The mean share of false questions about heaping of those asked, and of rounded elements that are
    found, where ``rounding`` of an element's figures are written as round ones."""

    def deliver(chance: np.random.Generator) -> Figures:
        means = chance.uniform(150, 2000, (ELEMENTS, 1))
        counts = chance.poisson(means, (ELEMENTS, figures))
        written = chance.random((ROUNDED, figures)) < rounding
        counts[:ROUNDED] -= np.where(written, counts[:ROUNDED] % 5, 0)
        return bound_chance((counts % 5 == 0).sum(axis=1), figures)

    return _judge(deliver, seed)


def measure_smoothness(periods: int, smoothed: float, seed: int = 1) -> tuple[float, float]:
    """The same of areas too smooth: ``smoothed`` of what chance moves their figures by is taken away."""

    def deliver(chance: np.random.Generator) -> Figures:
        means = chance.uniform(25, 300, (ELEMENTS, 1))
        counts = chance.poisson(means, (ELEMENTS, periods))
        drawn = (counts - means)[:ROUNDED] * (1 - smoothed)
        counts[:ROUNDED] = np.rint(means[:ROUNDED] + drawn)
        return bound_smoothness(counts)

    return _judge(deliver, seed)


def measure_sharing(areas: int, copied: float, seed: int = 1) -> tuple[float, float]:
    """The same of periods in which ``copied`` of the areas have one figure."""

    def deliver(chance: np.random.Generator) -> Figures:
        counts = chance.poisson(chance.uniform(5, 300), (ELEMENTS, areas))
        written = chance.random((ROUNDED, areas)) < copied
        counts[:ROUNDED] = np.where(written, counts[:ROUNDED, :1], counts[:ROUNDED])
        return bound_sharing(counts)

    return _judge(deliver, seed, deliveries=500)


def measure_distance(
    expected: float, times: float, years: int, seed: int = 1
) -> tuple[float, float]:
    """The same of sums of about ``expected`` that lie ``times`` where they should, beside ``years`` former
    ones, or beside one related sum."""

    def deliver(chance: np.random.Generator) -> Figures:
        means = chance.uniform(0.5, 1.5, ELEMENTS) * expected
        beside = chance.poisson(means * years)
        means[:ROUNDED] *= times
        return bound_distance(chance.poisson(means), np.maximum(beside, 1))

    return _judge(deliver, seed)


def _judge(
    deliver: Callable[[np.random.Generator], Figures], seed: int, deliveries: int = DELIVERIES
) -> tuple[float, float]:
    chance = np.random.default_rng(seed)
    false, found = [], []
    for _ in range(deliveries):
        asked = choose_asked(deliver(chance))
        false.append(asked[ROUNDED:].sum() / max(asked.sum(), 1))
        found.append(asked[:ROUNDED].mean())
    return float(np.mean(false)), float(np.mean(found))


def lines() -> Iterator[str]:
    """A line a world: what is wrong, how much of it, what was asked."""

    def said(world: str, measured: tuple[float, float]) -> str:
        false, found = measured
        return f"{world:52}: {false:7.2%} false of those asked, {found:7.1%} of wrong found"

    for figures in (30, 99, 1188):
        for rounding in (0.0, 0.2, 0.5):
            world = f"heaped: {figures} figures, {rounding:.0%} rounded"
            yield said(world, measure(figures, rounding))
    for periods in (12, 24, 48):
        for smoothed in (0.0, 0.5, 0.8):
            world = f"too smooth: {periods} periods, {smoothed:.0%} of chance gone"
            yield said(world, measure_smoothness(periods, smoothed))
    for areas in (12, 99):
        for copied in (0.0, 0.2, 0.5):
            world = f"same in many: {areas} areas, {copied:.0%} copied"
            yield said(world, measure_sharing(areas, copied))
    for name, years in (("off former years", 3), ("off related", 1)):
        for expected in (20, 200, 2000):
            for times in (1.0, 0.5, 2.0):
                world = f"{name}: about {expected}, times {times}"
                yield said(world, measure_distance(expected, times, years))


def main() -> None:
    """Print them."""
    print("\n".join(lines()))


if __name__ == "__main__":
    main()
