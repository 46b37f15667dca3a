"""Warnings start, live and end as declared, and never on figures that are not there.

Past 200 lines because one compiled chain of models answers every question about their lives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinhbac.registry.declared.evidence import ALLOWANCE
from tests.conftest import AREAS, VOCABULARY
from tests.nights import ACTION, ANSWER, Nights, declare, delivery, make_clinic
from tests.straight import Compiled

Declare = Callable[..., Nights]


@pytest.fixture
def nights(project: Compiled, tmp_path: Path) -> Declare:
    province = make_clinic(tmp_path)

    def begin(warn: str, **more: str) -> Nights:
        declare(province, warn, **more)
        return Nights(province, project)

    return begin


def only(warnings: dict[str, dict[str, Any]]) -> dict[str, Any]:
    (warning,) = warnings.values()
    return warning


# ---- which level, since when: the machine ----


@pytest.mark.parametrize(
    ("direction", "warn", "levels"),
    [
        ("higher_is_better", "{yellow: 80, red: 50}",
         {80: None, 79.9: "yellow", 50: "yellow", 49.9: "red"}),
        ("lower_is_better", "{yellow: 5, red: 10}",
         {5: None, 5.1: "yellow", 10: "yellow", 10.1: "red"}),
        ("neutral", "{yellow: [40, 60], red: [20, 80]}",
         {40: None, 60: None, 39: "yellow", 61: "yellow", 20: "yellow", 19: "red", 81: "red"}),
    ],
)  # fmt: skip
def test_thresholds_know_their_direction(
    nights: Declare, direction: str, warn: str, levels: dict[float, str | None]
) -> None:
    night = nights(warn, direction=direction)
    more = [f"{place:05}" for place in range(len(levels))]
    night.province.write(
        "areas.csv", AREAS + "".join(f"c{a},commune,c{a},Xã,Commune,24,2025-07-01,\n" for a in more)
    )
    for area, value in zip(more, levels, strict=True):
        night.know({"2026-01": value}, area=f"c{area}")
    raised = night.pass_to(date(2026, 2, 10)).values()
    found = {warning["area"]: warning["level"] for warning in raised}
    assert [found.get(f"c{area}") for area in more] == list(levels.values())


def test_a_warning_starts_after_the_declared_periods_and_ends_past_the_margin(
    nights: Declare,
) -> None:
    night = nights("{yellow: 80, red: 50, after: 2, clear_margin: 3}")
    night.know({"2025-10": 90, "2025-11": 79})
    assert night.pass_to(date(2025, 12, 10)) == {}
    night.know({"2025-12": 78})
    warning = only(night.pass_to(date(2026, 1, 10)))
    assert warning["warning"] == "rate/24/threshold/2025-11"
    assert (warning["level"], warning["raised_on"]) == ("yellow", date(2026, 1, 10))
    assert "kỳ thứ 2 liên tiếp" in warning["text_vi"] and "2 periods in a row" in warning["text_en"]
    night.know({"2026-01": 82.9})  # on the good side, but not by the margin
    warning = only(night.pass_to(date(2026, 2, 10)))
    assert warning["open"] and "chưa qua biên an toàn" in warning["text_vi"]
    night.know({"2026-02": 83})
    warning = only(night.pass_to(date(2026, 3, 10)))
    assert (warning["open"], warning["closed_because"]) == (False, "cleared")
    assert warning["closed_on"] == date(2026, 3, 10)


def test_a_first_figure_nearer_to_its_limit_than_such_figures_move_says_so(
    nights: Declare,
) -> None:
    """Four months moved by 1, 2, 2 and 3 points: 2 on median."""
    night = nights("{yellow: 80, red: 50}")
    moved = {"2025-07": 1, "2025-08": 2, "2025-09": 2, "2025-10": 3}
    night.revised = {("rate", "24", month): (90, 90 + by) for month, by in moved.items()}
    night.know({month: 90 + by for month, by in moved.items()})
    night.pass_to(date(2025, 12, 1))
    night.know({"2025-11": 78.5})
    said = only(night.pass_to(date(2025, 12, 10)))
    assert "thường thay đổi 2 điểm" in said["text_vi"] or "2 điểm %" in said["text_vi"]
    assert "moved by 2 " in said["text_en"] and "(median of 4 periods)" in said["text_en"]
    assert said["first_figures_move"] == 2
    night.know({"2025-11": 77.5})
    said = only(night.pass_to(date(2025, 12, 11)))  # further away than 2 points
    assert "First figures" not in said["text_en"] and "trung vị" not in said["text_vi"]
    assert said["first_figures_move"] is None
    night.know({"2025-11": 78.5})
    night.revised["rate", "24", "2025-11"] = (77.5, 78.5)
    night.pass_to(date(2025, 12, 12))
    said = only(night.pass_to(date(2025, 12, 13)))  # no first figure any more
    assert "First figures" not in said["text_en"]


def judge(
    figures: Sequence[int | None],
    limits: tuple[Any, ...],
    after: int,
    margin: int,
    unsure: Set[int] = frozenset(),
    interval: float | None = None,
) -> Any:
    """The level after each figure by a plain loop, written apart from the SQL. ``unsure``: places of
    figures that chance may have put where they are: one deviation beyond the limit, which with an
    ``interval`` adds up; others are beyond all doubt."""
    on = {"yellow": False, "red": False}
    beyond = {"yellow": 0, "red": 0}
    gathered = {"yellow": 0.0, "red": 0.0}
    since: dict[str, int | None] = {"yellow": None, "red": None}
    told: list[tuple[int, str | None, int | None, int | None]] = []
    started = None
    for place, figure in enumerate(figures):
        if figure is None:
            continue
        if figure == NOT_JUDGED:
            on, beyond = dict.fromkeys(on, False), dict.fromkeys(beyond, 0)
            since, gathered = dict.fromkeys(since), dict.fromkeys(gathered, 0.0)
            told.append((place, None, None, None))
            continue
        for colour, (low, high) in {"yellow": limits[:2], "red": limits[2:]}.items():
            breaks = (low is not None and figure < low) or (high is not None and figure > high)
            good = (low is None or figure >= low + margin) and (
                high is None or figure <= high - margin
            )
            before = 0.0 if good else gathered[colour]
            gathered[colour] = max(0.0, before + (1.0 if place in unsure else SURE) - ALLOWANCE)
            breaks = breaks and (
                place not in unsure if interval is None else gathered[colour] >= interval
            )
            if breaks:
                since[colour] = since[colour] if beyond[colour] else place
                beyond[colour] += 1
            else:
                beyond[colour], since[colour] = 0, None
            if beyond[colour] >= after:
                on[colour] = True
            elif good:
                on[colour] = False
        level = "red" if on["red"] else "yellow" if on["yellow"] else None
        if level and not (told and told[-1][1]):
            started = since["yellow"]
        in_a_row = beyond[level] if level else None
        told.append((place, level, started if level else None, in_a_row))
    return told


SURE, NOT_JUDGED = 9.0, -1
LOWER, UPPER, BAND = (6, None, 3, None), (None, 6, None, 9), (4, 8, 2, 10)


@settings(max_examples=80, derandomize=True)
@given(
    figures=st.lists(
        st.one_of(st.integers(0, 12), st.none(), st.just(NOT_JUDGED)), min_size=1, max_size=14
    ),
    limits=st.sampled_from([LOWER, UPPER, BAND]),
    after=st.integers(1, 3),
    margin=st.integers(0, 2),
    unsure=st.sets(st.integers(0, 13), max_size=9),
    interval=st.sampled_from([None, 1.4, 2.2]),
)
def test_the_machine_is_the_same_as_a_plain_loop(
    project: Compiled,
    figures: list[int | None],
    limits: tuple[Any, ...],
    after: int,
    margin: int,
    unsure: set[int],
    interval: float | None,
) -> None:
    names = ("yellow_low", "yellow_high", "red_low", "red_high")
    distances = ("yellow_distance", "red_distance")
    rows = [
        {"series": "one", "indicator": "rate", "period_start": date(2026, 1 + place, 1) if place < 12 else
         date(2027, place - 11, 1), "figure": None if figure == NOT_JUDGED else figure, "after": after, "clear_margin": margin,
         "distance": 1.64, "decision_interval": interval,
         **dict.fromkeys(distances, 1.0 if place in unsure else SURE),
         **dict(zip(names, limits, strict=True))}
        for place, figure in enumerate(figures) if figure is not None
    ]  # fmt: skip
    numbers = dict.fromkeys(
        (*names, *distances, "distance", "decision_interval", "figure", "clear_margin"), pl.Float64
    )
    frame = pl.DataFrame(
        rows,
        schema=dict.fromkeys(("series", "indicator"), pl.String)
        | {"period_start": pl.Date, "after": pl.Int64}
        | numbers,
    )
    machine = project.tell("int_warning_levels", {"int_warning_figures": frame})
    found = machine.order("period_start").project(
        "period_start, level, first_period_start, in_a_row"
    )

    def place_of(day: date | None) -> int | None:
        return None if day is None else (day.year - 2026) * 12 + day.month - 1

    assert [
        (place_of(day), level, place_of(since), row) for day, level, since, row in found.fetchall()
    ] == judge(figures, limits, after, margin, unsure, interval)


# ---- pace and change ----


def test_a_pace_says_where_the_year_should_stand_and_what_each_month_must_bring(
    nights: Declare,
) -> None:
    night = nights(
        "{pace: {yellow: 95, red: 80}}", target='{2026: {value: 1200, areas: {"00001": 120}}}'
    )
    night.know({"2026-03": 200})  # 300 are due by the end of March
    night.know({"2026-03": 29}, area="00001")  # of its own 30
    night.know({"2026-03": 286}, area="00002")  # 95.3 %
    warnings = night.pass_to(date(2026, 4, 10))
    assert set(warnings) == {"rate/24/pace/2026-03"}
    warning = only(warnings)
    assert (warning["level"], warning["target"]) == ("red", 1200)
    assert warning["figure"] == pytest.approx(100 * 200 / 300)
    assert "bằng 66,7% mức phải đạt đến nay (300%)" in warning["text_vi"]
    assert (
        "each month left must add 111 percentage points" in warning["text_en"]
    )  # 1000 in nine months
    night.know({"2026-04": 400})
    assert only(night.pass_to(date(2026, 5, 10)))["closed_because"] == "cleared"


def test_a_pace_follows_its_own_path_and_starts_again_with_the_year(nights: Declare) -> None:
    night = nights(
        "{pace: {path: {6: 20, 12: 100}, yellow: 95, red: 80}}", target="{2026: 100, 2027: 100}"
    )
    night.know({"2026-03": 9.6})  # 10 are due
    assert night.pass_to(date(2026, 4, 10)) == {}
    night.know({"2026-09": 40})  # 60 are due
    assert only(night.pass_to(date(2026, 10, 10)))["level"] == "red"
    night.know({"2026-12": 50})
    assert only(night.pass_to(date(2027, 1, 20)))["open"]
    night.know({"2027-01": 4})  # 3.3 are due
    warning = only(night.pass_to(date(2027, 2, 10)))
    assert (warning["open"], warning["closed_because"]) == (False, "new_year")


@pytest.mark.parametrize(
    ("change", "figures", "level"),
    [
        ("{yellow: 10, red: 25}", {"2026-01": 80, "2026-02": 71}, "yellow"),
        ("{yellow: 10, red: 25}", {"2026-01": 80, "2026-02": 59}, "red"),
        ("{yellow: 10, red: 25}", {"2026-01": 80, "2026-02": 120}, None),  # for the better
        ("{yellow: 10, red: 25}", {"2026-01": 80, "2026-03": 10}, None),  # a gap is no change
        ("{yellow: 5, red: 25, measure: unit}", {"2026-01": 80, "2026-02": 74}, "yellow"),
        ("{yellow: 5, red: 25, against: last_year}", {"2025-02": 50, "2026-02": 20}, "red"),
    ],
)
def test_a_change_for_the_worse_is_warned_of(
    nights: Declare, change: str, figures: dict[str, float | str], level: str | None
) -> None:
    night = nights(f"{{change: {change}, stale: {{yellow: 11, red: 12}}}}")
    night.know(figures)
    raised = night.pass_to(date(2026, 4, 2))
    assert [warning["level"] for warning in raised.values()] == ([level] if level else [])


@pytest.mark.parametrize(
    ("figures", "ends"),
    [
        ([40, 200, 0, 0], "cleared"),  # down to zero is a fall; from there nothing is judged
        ([40, 200, -10, -50], "cleared"),
        ([0, 200], None),
        ([-10, -50], None),
        ([40, 200, 300], None),
    ],
)
def test_a_change_from_zero_or_below_is_not_judged_and_ends_what_stood(
    nights: Declare, figures: list[float], ends: str | None
) -> None:
    night = nights("{change: {yellow: 25, red: 60}}", direction="lower_is_better")
    told: dict[str, Any] = {}
    for month, figure in enumerate(figures, 1):
        night.know({f"2026-{month:02}": figure})
        told = night.pass_to(date(2026, month + 1, 10))
    if figures[0] <= 0:
        assert not told
    elif ends is None:
        assert only(told)["open"]
    else:
        assert (only(told)["open"], only(told)["closed_because"]) == (False, ends)


def test_what_stands_ends_where_there_is_no_percentage(nights: Declare) -> None:
    night = nights(
        "{change: {yellow: 25, red: 60, against: last_year}}", direction="lower_is_better"
    )
    night.know({"2025-01": 40, "2025-02": 0, "2026-01": 200})
    assert only(night.pass_to(date(2026, 2, 10)))["level"] == "red"
    night.know({"2026-02": 200})
    warning = only(night.pass_to(date(2026, 3, 10)))
    assert (warning["open"], warning["closed_because"]) == (False, "not_judged")
    assert (warning["last_period"], warning["figure"]) == ("2026-01", 400)
    assert "không còn đánh giá được" in warning["text_vi"]


# ---- data that are not there ----


def test_held_or_late_data_say_so_and_raise_nothing(nights: Declare) -> None:
    night = nights("{yellow: 80, red: 50, stale: {yellow: 2, red: 3}}")
    night.know({"2025-12": 90, "2026-01": "held"})
    assert night.pass_to(date(2026, 2, 10)) == {}
    assert night.summary["indicator", "rate"]["held"] == 1
    night.know({"2026-02": "late"})
    warning = only(night.pass_to(date(2026, 3, 10)))
    assert (warning["rule"], warning["level"]) == ("stale", "yellow")
    assert "2 kỳ đến hạn chưa có số liệu dùng được" in warning["text_vi"]
    night.know({"2026-03": "missing"})
    assert only(night.pass_to(date(2026, 4, 10)))["level"] == "red"
    night.know({"2026-03": 90})
    assert only(night.pass_to(date(2026, 4, 12)))["closed_because"] == "cleared"


def test_an_open_warning_stands_while_its_newest_data_are_held(nights: Declare) -> None:
    night = nights("{yellow: 80, red: 50, stale: {yellow: 3, red: 4}}")
    night.know({"2026-01": 70})
    key = only(night.pass_to(date(2026, 2, 10)))["warning"]
    night.know({"2026-02": "held"})
    warning = only(night.pass_to(date(2026, 3, 10)))
    assert (warning["warning"], warning["open"], warning["data_state"]) == (key, True, "held")
    assert "đang tạm giữ" in warning["text_vi"] and "are held" in warning["text_en"]
    night.know({"2026-01": "held"})  # even the figure on which it stood
    warning = only(night.pass_to(date(2026, 3, 11)))
    assert (warning["open"], warning["value"]) == (True, 70)


def test_what_is_not_due_is_not_missed(nights: Declare) -> None:
    night = nights("{yellow: 80, red: 50, stale: {yellow: 1, red: 2}}")
    night.know({"2026-01": 90, "2026-02": "not_yet_due", "2026-03": "not_applicable"})
    assert night.pass_to(date(2026, 2, 10)) == {}


def test_an_unfinished_period_is_not_judged_by_figures_of_an_earlier_one(nights: Declare) -> None:
    night = nights("{yellow: 80, red: 50}")
    night.know({"2026-01": 90, "2026-02": 40})
    night.carried = {("rate", "24", "2026-02")}
    assert night.pass_to(date(2026, 2, 20)) == {}
    assert only(night.pass_to(date(2026, 3, 1)))["level"] == "red"


def test_a_late_delivery_is_warned_of_until_it_comes(nights: Declare) -> None:
    night = nights("{yellow: 80, red: 50}")
    night.know({"2026-01": 90})
    night.deliveries = [delivery("2026-02", "2026-03-05", False)]
    assert night.pass_to(date(2026, 3, 5)) == {}
    warning = only(night.pass_to(date(2026, 3, 6)))
    assert (warning["warning"], warning["level"]) == ("clinic/2026-02/late", "yellow")
    assert "quá hạn từ 06/03/2026" in warning["text_vi"] and warning["owner"] == "SYT"
    assert only(night.pass_to(date(2026, 3, 15)))["level"] == "red"
    night.deliveries = [delivery("2026-02", "2026-03-05", True)]
    warning = only(night.pass_to(date(2026, 3, 16)))
    assert (warning["open"], warning["closed_because"]) == (False, "cleared")


# ---- the life of a warning ----

CLOSED = """\
  closed: {by: SYT, on: 2026-03-01, reason: {vi: Đã rõ nguyên nhân, en: The cause is known}}
"""


def test_a_warning_is_raised_acknowledged_acted_upon_closed_and_reopened(nights: Declare) -> None:
    night = nights("{yellow: 80, red: 50}")
    night.know({"2026-01": 70})
    key = only(night.pass_to(date(2026, 2, 10)))["warning"]
    lives = []
    for day, answer in (
        (date(2026, 2, 11), ""),
        (date(2026, 2, 13), ANSWER),
        (date(2026, 2, 21), ANSWER + ACTION),
        (date(2026, 3, 16), ANSWER + ACTION),
    ):
        night.province.write("clinic/responses.yml", answer or "{}\n")
        warning = only(night.pass_to(day))
        assert warning["warning"] == key and warning["raised_on"] == date(2026, 2, 10)
        lives.append((warning["life"], warning["action_overdue"]))
    assert lives == [
        ("raised", False), ("acknowledged", False), ("action_decided", False),
        ("action_decided", True),
    ]  # fmt: skip
    assert (warning["acknowledged_by"], warning["action_by"]) == ("SYT", "STC")
    assert night.summary["all", "all"]["overdue"] == 1
    night.know({"2026-02": 85})
    warning = only(night.pass_to(date(2026, 3, 20)))
    assert (warning["life"], warning["closed_because"]) == ("closed", "cleared")
    assert warning["action_vi"] == "Mở thêm trạm"  # what was done stays told
    night.know({"2026-03": 60})
    warning = only(night.pass_to(date(2026, 4, 10)))
    assert (warning["warning"], warning["life"]) == (key, "reopened")
    assert (warning["times_reopened"], warning["reopened_on"]) == (1, date(2026, 4, 10))
    assert warning["acknowledged_by"] is None  # the old answer was to what has ended


def test_what_a_person_has_closed_comes_back_only_when_it_gets_worse(nights: Declare) -> None:
    night = nights("{yellow: 80, red: 50}")
    night.know({"2026-01": 70})
    night.pass_to(date(2026, 2, 10))
    night.province.write("clinic/responses.yml", ANSWER + CLOSED)
    warning = only(night.pass_to(date(2026, 3, 2)))
    assert (warning["closed_because"], warning["close_reason"]) == ("decided", "Đã rõ nguyên nhân")
    assert "đóng theo quyết định của Sở Y tế" in warning["text_vi"]
    night.know({"2026-02": 69})
    assert not only(night.pass_to(date(2026, 3, 10)))["open"]
    night.know({"2026-03": 40})
    warning = only(night.pass_to(date(2026, 4, 10)))
    assert (warning["open"], warning["level"], warning["life"]) == (True, "red", "reopened")


def test_a_revision_withdraws_and_an_old_figure_raises_nothing_anew(nights: Declare) -> None:
    night = nights("{yellow: 80, red: 50}")
    night.know({"2026-01": 70})
    night.pass_to(date(2026, 2, 10))
    night.know({"2026-01": 81})
    assert only(night.pass_to(date(2026, 2, 11)))["closed_because"] == "revised"
    # The limit moves while newer figures are late: what was known already is no news.
    night.know({"2026-02": "late"})
    declare(night.province, "{yellow: 82, red: 50}")
    assert not only(night.pass_to(date(2026, 3, 10)))["open"]


def test_what_is_no_longer_asked_ends(nights: Declare) -> None:
    night = nights("{yellow: 80, red: 50}")
    night.know({"2026-01": 70})
    night.pass_to(date(2026, 2, 10))
    declare(night.province, "{change: {yellow: 10, red: 20}}")
    assert only(night.pass_to(date(2026, 2, 11)))["closed_because"] == "no_longer_asked"


def test_the_worst_is_kept_and_a_parent_is_as_bad_as_its_worst_child(nights: Declare) -> None:
    night = nights("{yellow: 80, red: 50}")
    text = (night.province.sources / "clinic" / "indicators.yml").read_text(encoding="utf-8")
    night.province.write("clinic/indicators.yml", text + (
        "care:\n  name: {vi: Chăm sóc, en: Care}\n  group: composite\n  purpose: All of care.\n"
        "  components: {rate: {max: 10, target: 80, empty_denominator: full}}\n"
        "  method: points\n  unit: point\n  frequency: month\n  direction: higher_is_better\n"
    ))  # fmt: skip
    night.know({"2026-01": 90})
    night.know({"2026-01": 40}, area="00001")
    night.know({"2026-01": 70}, area="00002")
    night.pass_to(date(2026, 2, 10))
    levels = {
        key: (row["level"], row["level_below"], row["red"], row["yellow"])
        for key, row in night.summary.items()
    }
    assert levels["composite", "care"] == ("red", None, 1, 1)
    assert levels["area", "24"] == (None, "red", 0, 0)
    assert levels["area", "00002"] == ("yellow", None, 0, 1)
    assert levels["sector", "health"] == levels["agency", "SYT"] == ("red", None, 1, 1)
    assert levels["agency", "STC"] == (None, None, 0, 0)
    night.know({"2026-02": 60}, area="00001")
    warning = night.pass_to(date(2026, 3, 10))["rate/00001/threshold/2026-01"]
    assert (warning["level"], warning["worst_level"]) == ("yellow", "red")


# ---- evidence: the truth behind a counted figure, not the figure ----


@pytest.fixture
def counted(project: Compiled, tmp_path: Path) -> Declare:
    """Nights of births that are counted: ``know`` cases and of how many they are."""
    province = make_clinic(tmp_path)
    province.write(
        "vocabulary.yml", VOCABULARY.replace("en: persons}", "en: persons, counted: true}")
    )

    def begin(warn: str, cases: dict[str, tuple[float, float]], **more: str) -> Nights:
        declare(province, warn, **more)
        told = Nights(province, project)
        told.know({period: 100 * count / whole for period, (count, whole) in cases.items()})
        told.counted = {("rate", "24", period): case for period, case in cases.items()}
        return told

    return begin


@pytest.mark.parametrize(
    ("evidence", "case", "level"),
    [
        ("", (15, 20), None),  # 75 % of twenty may well be 80 %
        ("", (750, 1000), "yellow"),  # of a thousand it is not
        (", evidence: none", (15, 20), "yellow"),
        (", evidence: 0.6", (15, 20), "yellow"),
        ("", (4, 20), "red"),
        ("", (9, 20), "yellow"),  # 45 % is surely below 80 and not surely below 50
    ],
)
def test_a_limit_is_broken_by_the_truth_behind_a_share(
    counted: Declare, evidence: str, case: tuple[float, float], level: str | None
) -> None:
    some = counted(f"{{yellow: 80, red: 50{evidence}}}", {"2026-01": case})
    warnings = some.pass_to(date(2026, 2, 10)).values()
    assert [told["level"] for told in warnings if told["rule"] == "threshold"] == (
        [level] if level else []
    )


def test_what_is_raised_ends_on_the_good_side_of_the_limit(counted: Declare) -> None:
    """Raised beyond the limit and its noise, ended a tenth of the way from yellow to red on the good
    side of it: nothing flaps between the two."""
    months = {"2026-01": (12.0, 20.0), "2026-02": (15.0, 20.0)}
    some = counted("{yellow: 80, red: 50}", months)
    assert only(some.pass_to(date(2026, 3, 10)))["open"]
    for month, share, because in ((3, 82.9, None), (4, 83, "cleared")):
        some.know({f"2026-{month:02}": share})
        some.counted["rate", "24", f"2026-{month:02}"] = (10 * share, 1000)
        assert only(some.pass_to(date(2026, month + 1, 10)))["closed_because"] == because


def test_a_figure_on_its_limit_is_one_warning(nights: Declare) -> None:
    some = nights("{yellow: 80, red: 50}")
    for month, figure in enumerate((79, 81, 79.5, 82.9, 78, 80.5), 1):
        some.know({f"2026-{month:02}": figure})
        told = only(some.pass_to(date(2026, month + 1, 10)))
        assert (told["open"], told["first_period"]) == (True, "2026-01")


# ---- how much it weighs ----


def test_a_weight_is_the_sum_of_its_parts(counted: Declare) -> None:
    """Six thousand of ten thousand where 80 % are asked for, for one month, and nobody acts."""
    some = counted("{yellow: 80, red: 50}", {"2026-01": (6000.0, 10000.0)})
    told = only(some.pass_to(date(2026, 2, 10)))
    assert (told["spread"], told["stake"], told["stake_unit"]) == (30, 10000, "person")
    assert told["spreads_beyond"] == pytest.approx(20 / 30)
    assert told["months_lasting"] == pytest.approx(31 / 30.436875)
    parts = ("red_points", "beyond_points", "lasting_points", "stake_points", "unattended_points")
    by_hand = (0, 30 * (20 / 30) / 6, 20 * 31 / 30.436875 / 12, 15 * 4 / 5, 15)
    assert [told[part] for part in parts] == pytest.approx(by_hand, rel=1e-4)
    assert told["weight"] == pytest.approx(sum(told[part] for part in parts))


def test_what_is_acted_upon_weighs_less_until_it_is_overdue(counted: Declare) -> None:
    some = counted("{yellow: 80, red: 50}", {"2026-01": (4000.0, 10000.0)})
    unattended = []
    for day, answer in ((10, ""), (13, ANSWER), (21, ANSWER + ACTION)):
        if answer:
            some.province.write("clinic/responses.yml", answer)
        told = only(some.pass_to(date(2026, 2, day)))
        unattended.append(told["unattended_points"])
        assert told["red_points"] == 20
    told = only(some.pass_to(date(2026, 3, 16)))
    assert [*unattended, told["unattended_points"]] == [15, 7.5, 0, 15]
    assert told["action_overdue"]


def test_the_spread_is_that_of_the_newest_figures(counted: Declare) -> None:
    months = {f"2025-{month:02}": (70.0 + 4 * (month % 2), 100.0) for month in range(1, 11)}
    told = only(counted("{yellow: 90, red: 50}", months).pass_to(date(2025, 11, 10)))
    assert told["spread"] == pytest.approx((10 * 4 / 9) ** 0.5)  # ten figures, two off the mean
    assert told["spreads_beyond"] == pytest.approx(20 / told["spread"])


@pytest.mark.parametrize(("times", "levels"), [(1, []), (100, ["red"])])
def test_a_change_of_few_is_no_change(counted: Declare, times: int, levels: list[str]) -> None:
    """Twice as many as four is nothing yet; as four hundred it is."""
    months = {"2026-01": (4.0 * times, 200.0 * times), "2026-02": (8.0 * times, 200.0 * times)}
    some = counted("{change: {yellow: 25, red: 60}}", months, direction="lower_is_better")
    warnings = some.pass_to(date(2026, 3, 10)).values()
    assert [told["level"] for told in warnings if told["rule"] == "change"] == levels


# ---- what most communes share ----


@pytest.mark.parametrize(("warned", "level", "own"), [(5, "red", "red"), (12, "red", None)])
def test_what_most_communes_are_warned_of_tells_none_of_them_apart(
    project: Compiled, tmp_path: Path, warned: int, level: str, own: str | None
) -> None:
    """Five of twelve communes are matters of their own; twelve are one of the province."""
    province = make_clinic(tmp_path)
    keys = [f"{number:05}" for number in range(1, 13)]
    rest = "".join(f"{key},commune,{key},Xã {key},C {key},24,2025-07-01,\n" for key in keys[2:])
    province.write("areas.csv", AREAS + rest)
    declare(province, "{yellow: 80, red: 50}")
    some = Nights(province, project)
    for place, key in enumerate(keys):
        some.know({"2026-01": 40 if place < warned else 90}, area=key)
    some.pass_to(date(2026, 2, 10))
    first = some.summary["area", "00001"]
    assert (first["level"], first["own_level"]) == (level, own)
    assert some.summary["indicator", "rate"]["communes"] == warned
