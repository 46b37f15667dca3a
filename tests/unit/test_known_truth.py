"""A small sample of the bench of known truth: what is promised with a probability is kept.

Here: false alarms, shifts that are found and false differences, seeded. Not here: the figures of
``docs/method.md``, which the whole bench prints.
"""

from __future__ import annotations

import numpy as np
import pytest

from bench.known_truth import COMMUNES, SIZES, caught, discoveries, false_alarms, judge, threshold

MONTHS = 60


def test_where_nothing_changes_hardly_anything_is_raised() -> None:
    for kind, sizes in false_alarms(np.random.default_rng(7), MONTHS).items():
        yellow = sum(COMMUNES * told["yellow"] for told in sizes.values())
        red = sum(COMMUNES * told["red"] for told in sizes.values())
        by_figure = sum(COMMUNES * told["yellow_by_figure"] for told in sizes.values())
        assert red <= 0.3 and yellow <= 2.5 and yellow < by_figure / 5, kind


@pytest.mark.parametrize("size", SIZES)
def test_a_truth_on_the_limit_is_raised_about_as_often_as_stated(size: int) -> None:
    draws = 20_000
    counts = np.random.default_rng(size).binomial(size, 0.8, draws)
    told = judge(threshold(80, 60), count=counts, whole=np.full(draws, size))
    assert told["yellow_by_figure"] > 0.3
    assert told["yellow"] <= 0.06  # 5 % and what mid-P leaves of whole cases


def test_a_shift_of_two_standard_errors_is_found_within_three_periods() -> None:
    found = caught(np.random.default_rng(3), communes=400)
    assert all(share >= 0.85 for share in found.values())


def test_no_more_differences_are_false_than_stated() -> None:
    assert discoveries(np.random.default_rng(5), months=300) <= 0.08
