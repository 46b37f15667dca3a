"""Questions about heaping in deliveries whose truth is known: how many of those asked are false.

Here: simulated deliveries of counts, some of whose data elements are rounded by part of the areas,
judged by the rule of ``int_anomalies`` (``heaped``) written apart from its SQL. Not here: the other
questions. ``python -m bench.known_questions`` prints the share of false questions of those asked
(limit: 0.05) and of rounded elements found. Two seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

DELIVERIES, ELEMENTS, ROUNDED = 2000, 20, 5
"""Simulated deliveries, the data elements of each, and how many of them are rounded."""
ROUND, LIMIT = 0.2, 0.05
"""Which part of counts ends in 0 or 5 by chance; the share of false questions that is held."""


def bound_chance(round_figures: npt.NDArray[np.int64], figures: int) -> npt.NDArray[np.float64]:
    """At most how often chance gives so many round figures of ``figures`` (Chernoff 1952)."""
    share = round_figures / figures
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = share * np.log(share / ROUND) + np.where(
            share < 1, (1 - share) * np.log((1 - share) / (1 - ROUND)), 0
        )
    return np.where(share <= ROUND, 1.0, np.exp(-figures * entropy))


def choose_asked(chances: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which of a delivery's elements are asked about (Benjamini and Hochberg 1995)."""
    order = np.argsort(chances)
    places = np.arange(1, len(chances) + 1)
    within = places[chances[order] <= LIMIT * places / len(chances)]
    asked = np.zeros(len(chances), bool)
    asked[order[: within.max(initial=0)]] = True
    return asked


def measure(figures: int, rounding: float, seed: int = 1) -> tuple[float, float]:
    """The mean share of false questions of those asked, and of rounded elements that are found,
    where ``rounding`` of an element's figures are written as round ones."""
    chance = np.random.default_rng(seed)
    false, found = [], []
    for _ in range(DELIVERIES):
        means = chance.uniform(150, 2000, (ELEMENTS, 1))
        counts = chance.poisson(means, (ELEMENTS, figures))
        written = chance.random((ROUNDED, figures)) < rounding
        counts[:ROUNDED] -= np.where(written, counts[:ROUNDED] % 5, 0)
        asked = choose_asked(bound_chance((counts % 5 == 0).sum(axis=1), figures))
        false.append(asked[ROUNDED:].sum() / max(asked.sum(), 1))
        found.append(asked[:ROUNDED].mean())
    return float(np.mean(false)), float(np.mean(found))


def lines() -> Iterator[str]:
    """A line a world: how many figures, how many of them rounded, what was asked."""
    for figures in (30, 99, 1188):
        for rounding in (0.0, 0.2, 0.5):
            false, found = measure(figures, rounding)
            said = f"{false:7.2%} false of those asked, {found:7.1%} of rounded found"
            yield f"{figures:5} figures, {rounding:4.0%} rounded: {said}"


if __name__ == "__main__":
    print("\n".join(lines()))
