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
from kinhbac.composite.sampling import WORLDS, draw_truths, seed_of


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


def test_what_is_not_counted_or_not_ranked_is_not_drawn() -> None:
    whole = np.array([50.0, np.nan, 50, 50])
    counts = Counts(whole, np.full(4, 1000.0), np.zeros(4, bool))
    rivals = [np.array([True, True, True, False])]
    drawn = draw_truths(np.array([20.0, 20, np.nan, 20]), counts, rivals, seed_of(0, 0, "a"))
    assert np.isfinite(drawn[:, 0]).all() and np.isnan(drawn[:, 1:]).all()
