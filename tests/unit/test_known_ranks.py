"""A small sample of the bench of known ranks: what an interval of ranks promises is kept, and what
chance is known of is in it unless that is declined.

Here: intervals of simulated provinces, seeded. Not here: the figures of ``docs/method.md``, which
the whole bench prints.
"""

from __future__ import annotations

import numpy as np
import pytest

from bench.known_ranks import AREAS, World, rank_counted, simulate, try_intervals, worlds
from kinhbac.composite.figures import Counts
from kinhbac.composite.ranking import rank
from kinhbac.composite.sampling import WORLDS, draw_truths, seed_of

RATS = """0/20 0/20 0/20 0/20 0/20 0/20 0/20 0/19 0/19 0/19 0/19 0/18 0/18 0/17 1/20 1/20 1/20 1/20
1/19 1/19 1/18 1/18 2/25 2/24 2/23 2/20 2/20 2/20 2/20 2/20 2/20 1/10 5/49 2/19 5/46 3/27 2/17 7/49
7/47 3/20 3/20 2/13 9/48 10/50 4/20 4/20 4/20 4/20 4/20 4/20 4/20 10/48 4/19 4/19 4/19 5/22 11/46
12/49 5/20 5/20 6/23 5/19 6/22 6/20 6/20 6/20 16/52 15/46 15/47 9/24 4/14"""
"""Rats with a tumour, of all, in 71 groups (Tarone 1982; Gelman et al. 2013, table 5.1)."""


@pytest.mark.parametrize("world", worlds(), ids=lambda world: world.name)
def test_an_interval_of_90_percent_holds_the_true_rank_about_as_often(world: World) -> None:
    held, _ = try_intervals(world, np.random.default_rng(29), 5, draws=400)
    assert 0.85 <= held <= 0.97


def test_without_sampling_an_interval_is_of_the_method_only() -> None:
    world = World("shares, 100 people", (100,))
    _, counted, people = simulate(world, np.random.default_rng(3))
    declined = {"weights": 0.25, "sampling": False, "draws": 400}
    low, high = rank_counted(world, counted, people, **declined)
    own_low, own_high = rank_counted(world, counted, people, weights=0.25, draws=400)
    assert 3 * (high - low).sum() < (own_high - own_low).sum()
    of_many = rank_counted(world, counted, 1e9 * people, weights=0.25, draws=400)
    assert np.abs(of_many[1] - high).mean() < 2, "of a billion nothing is chance"


def test_the_same_figures_have_the_same_worlds_and_each_component_its_own() -> None:
    shape = (AREAS,)
    counts = Counts(np.full(shape, 50.0), np.full(shape, 100.0), np.ones(shape, bool))
    values, everyone = np.linspace(40, 90, AREAS), [np.ones(AREAS, bool)]
    first, again, other = (
        draw_truths(values, counts, everyone, seed_of(1, 2, name)) for name in ("a", "a", "b")
    )
    assert (first == again).all() and not (first == other).any()
    assert first.shape == (WORLDS, AREAS) and (first > 0).all() and (first < 100).all()


def test_chance_is_drawn_around_what_like_areas_have() -> None:
    """Nine in ten of ten, where ninety of a hundred areas have five: chance has helped."""
    whole = np.full(100, 10.0)
    counts = Counts(whole, np.full(100, 100.0), np.ones(100, bool))
    values = np.array([90.0, *[50.0, 40, 60] * 33])
    kinds = [np.arange(100) < 100, np.zeros(100, bool)]
    drawn = draw_truths(values, counts, kinds, seed_of(0, 0, "a"))
    assert 50 < drawn[:, 0].mean() < 65
    nobody = draw_truths(np.zeros(100), counts, kinds, seed_of(0, 0, "a"))
    assert 0 < nobody.mean() < 1 and nobody.max() < 20


def test_rats_are_as_likely_to_have_a_tumour_as_published() -> None:
    """Gelman et al. 2013, 5.3: a prior of 2.4 and 14.3 on average, the last group's 4 of 14 among them."""
    had, whole = np.array([group.split("/") for group in RATS.split()], np.float64).T
    counts = Counts(whole, np.ones(71), np.ones(71, bool))
    drawn = draw_truths(had / whole, counts, [np.ones(71, bool)], seed_of(0, 0, "a"))
    assert drawn[:, -1].mean() == pytest.approx((2.4 + 4) / (2.4 + 14.3 + 14), abs=0.02)
    assert drawn[:, :7].mean() == pytest.approx(2.4 / (2.4 + 14.3 + 20), abs=0.01)


@pytest.mark.parametrize("is_share", [True, False], ids=["shares", "rates"])
def test_few_events_do_not_say_that_all_areas_are_alike_and_many_do(is_share: bool) -> None:
    apart = []
    for whole, events in ((10.0, [1, 0, 0] * 33), (1e7, [333_333] * 99)):
        counts = Counts(np.full(99, whole), np.ones(99), np.full(99, is_share))
        values, everyone = np.array(events) / whole, [np.ones(99, bool)]
        drawn = draw_truths(values, counts, everyone, seed_of(0, 0, "a"))
        apart.append(drawn.std(axis=1).mean() / drawn.mean())
    assert apart[0] > 0.2 > 20 * apart[1]


@pytest.mark.parametrize(
    "few", [World("", (1000,), few=12), World("", (10_000,), 6, 4, 0, False, 50)]
)
def test_the_rank_that_is_told_lies_in_its_own_interval(few: World) -> None:
    _, counted, people = simulate(few, np.random.default_rng(5))
    low, high = rank_counted(few, counted, people, draws=400)
    told = rank(counted.mean(axis=0)[None], "higher_is_better", "min")[0]
    assert (low <= told).all() and (told <= high).all()
    assert (high - low).mean() < 80, "and it is no interval of everything"


def test_what_is_not_counted_or_not_ranked_is_not_drawn() -> None:
    whole = np.array([50.0, np.nan, 50, 50])
    counts = Counts(whole, np.full(4, 1000.0), np.zeros(4, bool))
    rivals = [np.array([True, True, True, False])]
    drawn = draw_truths(np.array([20.0, 20, np.nan, 20]), counts, rivals, seed_of(0, 0, "a"))
    assert np.isfinite(drawn[:, 0]).all() and np.isnan(drawn[:, 1:]).all()
