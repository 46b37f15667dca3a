"""A small sample of the bench of known truth: what is promised with a probability is kept.

Here: false alarms, shifts that are found and false differences, seeded. Not here: the figures of
``docs/method.md``, which the whole bench prints.
"""

from __future__ import annotations

import numpy as np
import pytest

from bench.known_alarms import (
    COMMUNES,
    METHODS,
    SIZES,
    caught,
    discoveries,
    false_alarms,
    judge,
    threshold,
)
from bench.known_changes import try_changes


def test_where_nothing_changes_hardly_anything_is_raised() -> None:
    by_figure = false_alarms(np.random.default_rng(7), 200, METHODS[0])
    for kind, sizes in false_alarms(np.random.default_rng(7), 600).items():
        yellow, red = (
            sum(COMMUNES * told[colour] for told in sizes.values()) for colour in ("yellow", "red")
        )
        alone = sum(COMMUNES * told["yellow"] for told in by_figure[kind].values())
        assert red <= 0.1 and yellow <= 1 and yellow < alone / 6, kind


@pytest.mark.parametrize("size", SIZES)
def test_a_truth_on_the_limit_is_raised_about_as_seldom_as_stated(size: int) -> None:
    """One start in thirteen figures: 7.5 %, and what mid-P leaves of whole cases."""
    counts = np.random.default_rng(size).binomial(size, 0.8, (24, 2_000))
    told = judge(threshold(80, 60), count=counts, whole=np.full(counts.shape, size))
    assert 0.03 <= told["yellow"].mean() <= 0.09


def test_what_lasts_is_found_more_often_than_by_single_figures() -> None:
    """Within three months, where that is not certain anyhow; nowhere much less often."""
    alone, now = (
        caught(np.random.default_rng(3), 1_500, method) for method in (METHODS[1], METHODS[-1])
    )
    for kind, sizes in now.items():
        for size, (_, within) in sizes.items():
            assert within >= alone[kind][size][1] - 0.04, (kind, size)
    doubled = "count 2 times that of last year, limit 25 %"
    assert now[doubled][20][1] > alone[doubled][20][1] + 0.02
    assert min(told for _, told in now[doubled].values()) >= 0.92
    assert min(told for _, told in now["share 2 standard errors below its limit"].values()) >= 0.93


def test_what_is_to_be_told_is_told_about_as_often_as_any_rule_of_this_evidence_could() -> None:
    """Within two points, and what chance makes of 2,000 communes."""
    for change, found in try_changes(np.random.default_rng(11), 2_000):
        assert found.told >= found.attainable - 4, change.name
        if change.name == "half of what is due, limit 80 %":
            assert found.told == change.asked


def test_no_more_differences_are_false_than_stated() -> None:
    assert discoveries(np.random.default_rng(5), months=300) <= 0.08
