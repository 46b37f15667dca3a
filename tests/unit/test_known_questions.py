"""The share of false questions about heaping is held, in deliveries whose truth is known."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from bench.known_questions import LIMIT, ROUND, bound_chance, choose_asked, measure


@pytest.mark.parametrize("figures", [30, 99])
def test_the_bound_is_never_below_the_chance_itself(figures: int) -> None:
    terms = [comb(figures, k) * ROUND**k * (1 - ROUND) ** (figures - k) for k in range(figures + 1)]
    exact = [sum(terms[k:]) for k in range(figures + 1)]
    bounds = bound_chance(np.arange(figures + 1), figures)
    assert all(bound >= tail * (1 - 1e-9) for bound, tail in zip(bounds, exact, strict=True))


def test_false_questions_are_held_and_rounded_elements_found() -> None:
    false, found = measure(99, 0.5)
    assert false <= LIMIT and found > 0.99


def test_benjamini_and_hochberg_reject_what_their_own_example_does() -> None:
    """The fifteen p-values of their table of 1995: four are rejected at 5 %, three by Bonferroni."""
    told = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
            0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]  # fmt: skip
    asked = choose_asked(np.array(told))
    assert asked.tolist() == [True] * 4 + [False] * 11
    assert sum(p <= LIMIT / len(told) for p in told) == 3
