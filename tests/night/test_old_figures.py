"""A figure that should have been followed by a newer one keeps its value and is judged no more.

Here: the tables of a province with a statement that came once, on the days before and after its
successor was due. Not here: that the calendar is foretold everywhere (``test_changes_ahead``).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.conftest import FEBRUARY, JANUARY, make_tiny
from tests.days import Days
from tests.nights import PAID_SHARE, STATEMENTS
from tests.straight import Compiled

INDICATORS = (
    PAID_SHARE
    + """\
paid_points:
  name: {vi: Điểm giải ngân, en: Points paid}
  group: output
  purpose: Shows where money waits no more.
  numerator: paid
  unit: point
  areas: [province]
  frequency: day
  direction: higher_is_better
  target: {2025: 60}
  valid: {from: 2025-01-01, to: 2025-11-02}
paid_to_date:
  name: {vi: Giải ngân lũy kế, en: Paid to date}
  group: output
  purpose: Shows where money waits.
  numerator: paid
  unit: point
  areas: [province]
  frequency: day
  over: year_to_date
  direction: higher_is_better
  target: {2025: 100}
  warn: {pace: {yellow: 95, red: 75}}
paid_of_year:
  name: {vi: Giải ngân trong năm, en: Paid in the year}
  group: output
  purpose: Shows where money waits.
  numerator: paid
  unit: point
  areas: [province]
  frequency: day
  over: year_to_date
  direction: higher_is_better
  warn: {yellow: 95, red: 80, per: year}
"""
)
WITHIN, BEFORE, AFTER = date(2025, 12, 20), date(2026, 1, 2), date(2026, 1, 3)


@pytest.fixture(scope="module")
def told(
    tmp_path_factory: pytest.TempPathFactory, project: Compiled
) -> dict[date, dict[str, list[tuple[Any, ...]]]]:
    """Answers by day, each named: within its year, the last day on which it is current, the next."""
    province = make_tiny(tmp_path_factory.mktemp("statements"))
    province.write("statements/source.yml", STATEMENTS)
    province.write("statements/indicators.yml", INDICATORS)
    province.land("statements/2025-11-02/2025-11-03_a.csv", "Ma,Ngay,Chi\n24,2025-11-02,76.09\n")
    province.land("clinic/2025-10/2025-11-03_a.csv", JANUARY)
    province.land("clinic/2025-11/2025-12-03_a.csv", FEBRUARY)
    days = Days(province, project)
    answers = {}
    for day in (WITHIN, BEFORE, AFTER):
        connection = days.built(day)
        answers[day] = {
            name: connection.execute(question).fetchall() for name, question in ASKED.items()
        }
    days.publish(BEFORE)
    answers[BEFORE]["ahead"] = [(change.day, change.because) for change in days.ahead]
    connection = days.built(AFTER)
    answers[AFTER]["kept"] = connection.execute(ASKED["warned"]).fetchall()
    answers[AFTER]["counted"] = connection.execute(ASKED["counted"]).fetchall()
    return answers


ASKED = {
    "figures": "select indicator, value, judgement, status, is_old from latest_values "
    "where indicator in ('paid_points', 'paid_share') order by indicator",
    "progress": "select outlook, should_stand, forecast_gap, text_vi from progress "
    "where indicator = 'paid_share'",
    "pace": "select outlook, should_stand, text_vi from progress where indicator = 'paid_to_date'",
    "of_year": "select status from indicator_values where indicator = 'paid_of_year'",
    "judged": "select judgement, compared_with from latest_values where indicator = 'paid_to_date'",
    "warned": "select level, open, data_state from warnings where indicator = 'paid_of_year'",
    "counted": "select red, yellow, own_yellow, heaviest from warning_summary "
    "where scope = 'indicator' and scope_key = 'paid_of_year'",
    "work": "select agency, source, place, since from worklist where item = 'old_figure'",
    "summary": "select measure, count from release_summary "
    "where indicator_group is null and sector is null",
    "history": "select status, target from indicator_values where indicator = 'paid_share'",
}
"""Name → question."""


def test_it_loses_its_judgement_on_the_day_after_its_successor_was_due(told: Any) -> None:
    assert told[BEFORE]["figures"][1] == ("paid_share", 76.09, "green", "green", False)
    assert told[AFTER]["figures"][1] == ("paid_share", 76.09, "old", None, True)
    assert (AFTER, "the newest figure of paid_share is old") in told[BEFORE]["ahead"]


def test_it_stays_beside_the_target_and_limits_of_its_own_period(told: Any) -> None:
    """76.09 is above the target of 2026 and below that of 2025, which is its own."""
    assert told[AFTER]["history"] == [("green", 100.0)]
    [(outlook, should_stand, forecast_gap, text)] = told[AFTER]["progress"]
    assert (outlook, should_stand, forecast_gap) == ("old", None, "old")
    assert "mục tiêu năm 2025 là 100%: số liệu cũ" in text and "02/01/2026" in text


def test_the_gap_is_work_of_its_owner(told: Any) -> None:
    assert told[BEFORE]["work"] == []
    assert sorted(told[AFTER]["work"]) == [
        ("STC", "statements", name, AFTER)
        for name in ("paid_of_year", "paid_share", "paid_to_date")
    ]


def test_an_old_figure_has_no_pace(told: Any) -> None:
    """By 2 November ten months and two days of thirty have passed: 83.9 of 100 are due."""
    [(outlook, should_stand, text)] = told[WITHIN]["pace"]
    assert outlook == "behind" and should_stand == pytest.approx(100 * (10 + 2 / 30) / 12)
    assert text.endswith(": chậm tiến độ; đến nay cần 83,9 điểm; mỗi kỳ còn lại cần thêm 0,405 điểm "
                         "(bình quân đến nay 0,2 điểm).")  # fmt: skip
    assert told[WITHIN]["judged"] == [("yellow", "last_year")]
    assert told[AFTER]["pace"][0][:2] == ("old", None)
    assert told[AFTER]["judged"] == [("old", "last_year")]


def test_a_limit_for_a_year_is_due_by_its_share(told: Any) -> None:
    """On 2 November 79.7 of the yellow limit of 95 are due, and 67.1 of the red one of 80."""
    assert told[WITHIN]["of_year"] == [("yellow",)]


def test_a_warning_on_it_is_kept_and_counted_no_more(told: Any) -> None:
    assert told[BEFORE]["warned"] == [("yellow", True, "fresh")]
    assert told[BEFORE]["counted"][0][:3] == (0, 1, 1)
    assert told[AFTER]["warned"] == [], "nothing is raised on an old figure"
    assert told[AFTER]["kept"] == [("yellow", True, "old")]
    assert told[AFTER]["counted"] == [(0, 0, 0, None)]


def test_what_is_defined_no_longer_is_followed_by_nothing(told: Any) -> None:
    assert told[AFTER]["figures"][0] == ("paid_points", 76.09, "reached", None, False)


def test_judgements_add_up_to_all_indicators(told: Any) -> None:
    for answers in told.values():
        counts = dict(answers["summary"])
        judgements = ("red", "yellow", "green", "reached", "no_limits", "old", "held", "late",
                      "no_value")  # fmt: skip
        assert sum(counts[one] for one in judgements) == counts["indicators"] > 2
    assert dict(told[BEFORE]["summary"])["old"] == 0 < dict(told[AFTER]["summary"])["old"]
