"""The share of false questions about counts is held, in deliveries whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from math import comb

import numpy as np
import pytest
from scipy import stats

from bench.known_questions import (
    LIMIT,
    ROUND,
    bound_chance,
    bound_distance,
    bound_smoothness,
    choose_asked,
    measure,
    measure_distance,
    measure_sharing,
    measure_smoothness,
)


@pytest.mark.parametrize("figures", [30, 99])
def test_the_bound_is_never_below_the_chance_itself(figures: int) -> None:
    terms = [comb(figures, k) * ROUND**k * (1 - ROUND) ** (figures - k) for k in range(figures + 1)]
    exact = [sum(terms[k:]) for k in range(figures + 1)]
    bounds = bound_chance(np.arange(figures + 1), figures)
    assert all(bound >= tail * (1 - 1e-9) for bound, tail in zip(bounds, exact, strict=True))


def test_false_questions_are_held_and_rounded_elements_found() -> None:
    false, found = measure(99, 0.5)
    assert false <= LIMIT and found > 0.99


@pytest.mark.parametrize(
    ("simulate", "found"),
    [
        (lambda: measure_smoothness(24, 0.8), 0.99),
        (lambda: measure_sharing(99, 0.5), 0.99),
        (lambda: measure_distance(200, 2.0, years=3), 0.95),
        (lambda: measure_distance(200, 2.0, years=1), 0.9),
    ],
    ids=["too smooth", "same in many", "off former years", "off related"],
)
def test_of_every_kind_false_questions_are_held(
    simulate: Callable[[], tuple[float, float]], found: float
) -> None:
    false, told = simulate()
    assert false <= LIMIT and told >= found


@pytest.mark.parametrize("dispersion", [0.05, 0.2, 0.6])
def test_the_bound_of_smoothness_is_never_below_the_lower_tail(dispersion: float) -> None:
    """Of pairs of large counts, where the statistic is χ² of as many degrees of freedom."""
    pairs, mean = 12, 1e9
    step = round((2 * mean * dispersion) ** 0.5)
    counts = np.full((1, 2 * pairs), round(mean))
    counts[:, 1::2] += step
    (bound,) = bound_smoothness(counts)
    assert bound >= stats.chi2.cdf(pairs * dispersion, pairs)


def test_an_area_is_asked_about_from_a_third_on_as_the_review_counts_it() -> None:
    """Of 1,000 beside 1,000 in nineteen areas 1,300 lie within a third in the twentieth, 1,400 do not."""
    beside = np.full(20, 1000)
    for told, is_asked in ((1300, False), (1400, True)):
        total = np.array([1000] * 19 + [told])
        assert choose_asked(bound_distance(total, beside)).tolist() == [False] * 19 + [is_asked]


def test_benjamini_and_hochberg_reject_what_their_own_example_does() -> None:
    """The fifteen p-values of their table of 1995: four are rejected at 5 %, three by Bonferroni."""
    told = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
            0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]  # fmt: skip
    asked = choose_asked(np.array(told))
    assert asked.tolist() == [True] * 4 + [False] * 11
    assert sum(p <= LIMIT / len(told) for p in told) == 3
