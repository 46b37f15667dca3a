"""Evidence is as seldom wrong as it says, also where it is looked for again and again."""

from __future__ import annotations

import pytest

from bench.macros import load_macros
from kinhbac.registry.declared.evidence import (
    ALLOWANCE,
    EVIDENCE,
    decision_interval_of,
    distance_of,
)
from kinhbac.registry.declared.limits import Pace, Warn, limits_of


@pytest.mark.parametrize(
    ("looks", "published"),
    [(1, 1.645), (2, 1.875), (3, 1.992), (4, 2.067), (5, 2.122), (10, 2.270), (12, 2.301)],
)
def test_a_year_that_is_looked_at_often_asks_for_more(looks: int, published: float) -> None:
    """Constants of Pocock for 10 % on two sides (Jennison and Turnbull 2000, table 2.1)."""
    assert distance_of(0.95, looks) == pytest.approx(published, abs=0.006)


@pytest.mark.parametrize(("interval", "length"), [(3, 117.6), (4, 335.4), (5, 930.9)])
def test_a_cumulative_sum_waits_as_long_as_others_say(interval: int, length: float) -> None:
    """Average run lengths on one side for an allowance of a half (Hawkins and Olwell 1998, table 3.1)."""
    assert decision_interval_of(1 - 1 / length) == pytest.approx(interval, abs=0.03)


def test_the_allowance_is_the_same_in_sql() -> None:
    assert float(load_macros("noise", "figures", "limits").allowance()) == ALLOWANCE


def test_evidence_adds_up_where_each_period_counts_cases_of_its_own() -> None:
    warn = Warn.model_validate({
        "yellow": 95, "red": 90, "pace": {"yellow": 95, "red": 80},
        "change": {"yellow": 25, "red": 60, "against": "last_year"},
    })  # fmt: skip
    told = {one.rule: one for one in limits_of(warn, "higher_is_better", 12, gathers=True)}
    assert told["threshold"].decision_interval == told["change"].decision_interval
    assert told["threshold"].decision_interval == pytest.approx(1.133, abs=0.001)
    assert told["pace"].decision_interval is None, "what runs on counts the same cases again"
    assert told["pace"].distance == distance_of(EVIDENCE, 12)
    assert Pace(evidence="none").distance(12) is None
    apart = {one.rule: one for one in limits_of(warn, "higher_is_better", 12, gathers=False)}
    assert {one.decision_interval for one in apart.values()} == {None}
