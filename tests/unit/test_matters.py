"""What a matter is: which warnings it takes together, in which order, and what is told of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kinhbac.scoreboard.pages import matters
from kinhbac.scoreboard.pages.matters import list_matters
from kinhbac.scoreboard.tables import Row

AS_OF = date(2026, 12, 13)
WARNED: Row = {
    "indicator": "rate", "thing": "rate", "rule": "threshold", "level": "yellow", "area": "24",
    "period_kind": "month", "last_period_start": date(2026, 11, 1), "figure": 87.0, "value": 87.0,
    "limit_value": 90.0, "target": None, "direction": "higher_is_better", "decimals": None,
    "covers": "in_period", "value_low": None, "value_high": None, "part": None, "whole": None,
    "whole_unit_vi": None, "part_unit_vi": None, "is_share": True, "action_vi": None,
    "action_due": None, "action_overdue": False, "red_points": 0.0, "beyond_points": 20.0,
    "lasting_points": 20.0, "stake_points": 10.0, "unattended_points": 15.0, "weight": 65.0,
}  # fmt: skip


class Answers:
    """Tables that answer what they are given."""

    def __init__(self, warned: list[Row], shared: list[Row], statuses: str) -> None:
        self.warned, self.shared, self.statuses = warned, shared, statuses

    def rows(self, question: str, *keys: list[str]) -> list[Row]:
        if question == matters.QUERIES["warned"]:
            return self.warned
        if question == matters.QUERIES["shared"]:
            return self.shared
        levels = {"r": "red", "y": "yellow", "g": "green", "?": "unsure"}
        first = 12 - len(self.statuses)
        return [
            {"indicator": key, "area": "24", "period_kind": "month", "value": 80.0 + n,
             "period_start": date(2026, first + n, 1), "status": levels[status],
             "period": f"2026-{first + n:02}", "state": "value"}
            for key in keys[0] for n, status in enumerate(self.statuses)
        ]  # fmt: skip


def told(
    *warned: dict[str, Any], shared: tuple[dict[str, Any], ...] = (), statuses: str = "gggyyy"
) -> list[dict[str, Any]]:
    rows = [WARNED | row for row in warned]
    answers: Any = Answers(rows, list(shared), statuses)
    return list_matters(answers, AS_OF)


def test_month_and_running_total_are_one_matter_and_a_decision_lowers_both() -> None:
    month = {"indicator": "month", "unattended_points": 15.0, "weight": 65.0}
    total = {
        "indicator": "total", "beyond_points": 18.0, "unattended_points": 0.0, "weight": 48.0,
        "action_vi": "Rà soát", "action_due": date(2026, 12, 15),
    }  # fmt: skip
    (one,) = told(month, total)
    assert (one["indicator"], [row["indicator"] for row in one["also"]]) == ("month", ["total"])
    assert (one["weight"], one["decided"], one["days_left"]) == (50.0, True, 2)
    assert sum(one["points"]) == one["weight"]


def test_a_decision_that_is_overdue_lowers_nothing() -> None:
    late = {"action_vi": "Rà soát", "action_due": date(2026, 10, 31), "action_overdue": True}
    (one,) = told(late)
    assert (one["weight"], one["decided"], one["days_left"]) == (65.0, False, -43)


def test_far_and_long_yellow_stands_above_red_that_may_be_chance() -> None:
    red = {"indicator": "red", "thing": "red", "level": "red", "red_points": 20.0,
           "beyond_points": 0.0, "lasting_points": 2.0, "weight": 47.0}  # fmt: skip
    assert [one["indicator"] for one in told(red, {})] == ["rate", "red"]


def test_what_communes_share_belongs_to_the_matter_of_the_province() -> None:
    shared = WARNED | {"indicator": "rate", "shared_by": 79, "weight": 90.0, "level": "red"}
    (one,) = told({}, shared=(shared,))
    assert (one["weight"], one["level"], len(one["communes"])) == (65.0, "yellow", 1)
    (alone,) = told(shared=(shared | {"beyond_points": 45.0},))
    assert (alone["weight"], alone["of_communes_alone"]) == (90.0, True)


@pytest.mark.parametrize(
    ("level", "statuses", "how", "n"),
    [
        ("yellow", "yyyyyy", "whole", 6),
        ("yellow", "gggyyy", "run", 3),
        ("yellow", "gggggy", "first", 1),
        ("red", "ggrrgrrrgrr", "often", 7),
        ("red", "rrrrrrrrry?", "often", 9),
        ("yellow", "grg?yy", "run", 3),
        ("red", "gggggg", "past", 0),
    ],
)
def test_it_is_told_how_long_and_how_steadily(level: str, statuses: str, how: str, n: int) -> None:
    (one,) = told({"level": level}, statuses=statuses)
    assert (one["run"]["how"], one["run"]["n"]) == (how, n)
    if how in ("run", "first"):
        assert one["run"]["start"] == date(2026, 12 - n, 1)


def test_yellow_that_was_red_meanwhile_is_yellow_or_worse() -> None:
    (one,) = told({}, statuses="ggyry")
    assert one["run"]["or_worse"]
    (one,) = told({}, statuses="rgyyy")
    assert not one["run"]["or_worse"]


@pytest.mark.parametrize(
    ("row", "beyond", "short"),
    [
        ({"target": 98.0}, 3.0, 11.0),
        ({"direction": "lower_is_better", "limit_value": 80.0, "target": 90.0}, 7.0, -3.0),
        ({"figure": 90.5, "value": 90.5}, -0.5, None),  # back, but not past the margin
        ({"target": 90.0}, 3.0, None),  # said once
    ],
)
def test_gaps_are_told_in_the_figures_own_unit(
    row: dict[str, Any], beyond: float, short: float | None
) -> None:
    (one,) = told(row)
    assert (one["beyond"], one["short"]) == (beyond, short)


def test_a_limit_within_the_interval_is_perhaps_not_passed() -> None:
    (one,) = told({"value_low": 85.0, "value_high": 90.0})
    assert one["unsure"] is True
    (one,) = told({"value_low": 85.0, "value_high": 89.0})
    assert one["unsure"] is False
    (one,) = told({})
    assert one["unsure"] is None


def test_how_many_stand_behind_a_figure() -> None:
    counted = {
        "part": 90512.0,
        "whole": 100792.0,
        "whole_unit_vi": "hồ sơ",
        "part_unit_vi": "hồ sơ",
    }
    (one,) = told(counted)
    assert (one["behind"]["kind"], one["behind"]["part"]) == ("short", 10280.0)
    (one,) = told(counted | {"direction": "lower_is_better"})
    assert (one["behind"]["kind"], one["behind"]["part"]) == ("part", 90512.0)
    (one,) = told({})
    assert one["behind"] is None


def test_a_figure_that_is_held_back_since_it_was_warned_of_has_no_line() -> None:
    (one,) = told({"value": None}, statuses="")
    assert (one["spark"], one["spark_first"], one["run"], one["weight"]) == (None, None, None, 65.0)
