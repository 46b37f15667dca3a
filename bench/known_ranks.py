"""Ranks of worlds whose truth is known: how often an interval of ranks holds the true one.

Here: simulated provinces, ranked by the functions of a night. Not here: warnings
(``bench.known_alarms``), forecasts (``bench.forecast``). ``python -m bench.known_ranks`` prints,
for sizes and kinds of areas, the share of true ranks inside the interval of 90 %, its mean width in
places, and the same where sampling is declined. A minute.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from kinhbac.composite.board import Board
from kinhbac.composite.figures import Counts, Figures, Grid, Numbers
from kinhbac.composite.ranking import rank
from kinhbac.composite.tree import Tree
from kinhbac.composite.uncertainty import find_intervals
from kinhbac.registry.declared.methods import CompositeDefinition

AREAS = 99
GRID = Grid(
    (date(2026, 1, 1),),
    tuple(f"{place:05}" for place in range(AREAS)),
    np.array(["commune"] * AREAS),
    {},
)
MIXED = (50, 200, 1000, 5000)
"""People of areas of many sizes, as many of each."""


@dataclass(frozen=True)
class World:
    """Areas of ``sizes`` people, ranked by the mean of ``components`` figures whose truth has the
    standard deviation ``spread`` between areas (in points of a hundred; of rates a tenth of it per
    mille), of which the part ``common`` is an area's in all of them. Every second figure is of
    ``few`` people, where that is said."""

    name: str
    sizes: tuple[int, ...]
    components: int = 6
    spread: float = 4.0
    common: float = 0.0
    is_share: bool = True
    few: int | None = None


def worlds() -> Iterator[World]:
    """Those of which `docs/method.md` has figures."""
    for size in (100, 1000, 10_000):
        yield World(f"shares, {size:,} people", (size,))
        yield World(f"shares, {size:,} people, good in all or in none", (size,), common=0.3)
    yield World("shares, 50 to 5,000 people", MIXED)
    yield World("shares, 1,000 people, of every second 12", (1000,), few=12)
    yield World("one share, 1,000 people", (1000,), components=1)
    for size in (1000, 10_000):
        yield World(f"rates, {size:,} people", (size,), is_share=False)
    yield World("rates, 10,000 people, of every second 50", (10_000,), is_share=False, few=50)


def simulate(world: World, generator: np.random.Generator) -> tuple[Numbers, Numbers, Numbers]:
    """The truth, what was counted (in percent or per mille), people, each components × areas."""
    shape = (world.components, AREAS)
    common = generator.normal(size=AREAS)
    moved = np.sqrt(world.common) * common + np.sqrt(1 - world.common) * generator.normal(
        size=shape
    )
    people = np.resize(np.array(world.sizes, np.float64), AREAS) * np.ones((world.components, 1))
    if world.few is not None:
        people[1::2] = world.few
    if world.is_share:
        middle = np.linspace(40, 90, world.components)[:, None]
        truth = np.clip(middle + world.spread * moved, 1, 99)
        counted = 100 * generator.binomial(people.astype(np.int64), truth / 100) / people
    else:
        middle = np.linspace(3, 9, world.components)[:, None]
        truth = middle * np.exp(world.spread / 10 * moved)
        counted = 1000 * generator.poisson(people * truth / 1000) / people
    return truth, counted, people


def rank_counted(
    world: World, counted: Numbers, people: Numbers, **uncertain: Any
) -> tuple[Numbers, Numbers]:
    """Both ends of the interval of each area's rank."""
    names = [f"c{place}" for place in range(world.components)]
    scale = 100.0 if world.is_share else 1000.0
    method = {
        "name": {"vi": "x", "en": "x"},
        "based_on": "the bench",
        "normalise": {"by": "min_max", "beyond": "extend"},
        "aggregate": "arithmetic",
    }
    definition = CompositeDefinition.model_validate(
        {
            "indicator": "index", "version": 1, "valid_from": None, "valid_to": None,
            "frequency": "month", "direction": "higher_is_better", "scale": 1, "round": None,
            "components": {
                name: {"direction": "higher_is_better", "goalposts": (0, scale)} for name in names
            },
            "targets": {}, "method": method, "robustness": uncertain,
        }
    )  # fmt: skip
    known = {
        name: Figures(
            own[None],
            np.zeros((1, AREAS), np.int16),
            Counts(whole[None], np.full((1, AREAS), scale), np.full((1, AREAS), world.is_share)),
        )
        for name, own, whole in zip(names, counted, people, strict=True)
    }
    key = ("index", 1)
    board = Board(GRID, {key: definition}, {key: np.ones((1, AREAS), bool)}, known)
    board.compute()
    found = find_intervals(Tree(board, "index", 0))
    if found is None:
        raise ValueError("there is nobody to rank, or nothing uncertain")
    return found.low, found.high


def try_intervals(
    world: World, generator: np.random.Generator, provinces: int, **uncertain: Any
) -> tuple[float, float]:
    """The share of true ranks inside their interval, and its mean width in places."""
    held, wide = [], []
    for _ in range(provinces):
        truth, counted, people = simulate(world, generator)
        true_ranks = rank(truth.mean(axis=0)[None], "higher_is_better", "min")[0]
        low, high = rank_counted(world, counted, people, **uncertain)
        held.append(((low <= true_ranks) & (true_ranks <= high)).mean())
        wide.append((high - low).mean())
    return float(np.mean(held)), float(np.mean(wide))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print how often intervals of ranks hold the truth."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--provinces", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    print("True ranks inside the interval of 90 % (mean width in places), of 99 areas:")
    print(f"{'':48}{'of chance':>16}{'and weights ± 25 %':>20}{'weights only':>16}")
    for world in worlds():
        told = []
        for uncertain in ({}, {"weights": 0.25}, {"weights": 0.25, "sampling": False}):
            generator = np.random.default_rng(given.seed)
            held, wide = try_intervals(world, generator, given.provinces, **uncertain)
            told.append(f"{100 * held:.1f} ({wide:.0f})")
        print(f"{world.name:48}{told[0]:>16}{told[1]:>20}{told[2]:>16}")


if __name__ == "__main__":
    main()
