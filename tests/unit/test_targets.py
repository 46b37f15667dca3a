"""When a target of the year is reached, how likely, or why never: worked out by hand.

Here: the models of progress, of courses and of what a forecast rests on, over a few figures, without
a night; a sample of ``bench.targets``. Not here: the forecast itself (``test_forecast``), its words
on pages (``pages/test_indicator_page``). Past 200 lines because each way in which a year can go is worked out
beside its question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from bench.targets import WORLDS, state, tosses_called, years
from kinhbac.forecast.year_end import CONFIDENCE
from kinhbac.periods import Period, PeriodKind
from tests.straight import Compiled

Row = dict[str, Any]
LATEST = date(2026, 10, 1)
COLUMNS: dict[str, dict[str, Any]] = {
    "main.latest_values": {
        "indicator": pl.String, "area": pl.String, "area_kind": pl.String,
        "period_kind": pl.String, "sound_period_start": pl.Date, "sound_value": pl.Float64,
        "newer_due": pl.Date, "is_old": pl.Boolean,
    },
    "main.indicators": {
        "indicator": pl.String, "direction": pl.String, "synthetic": pl.Boolean,
        "decimals": pl.Int32, "span": pl.String, "unit_vi": pl.String, "unit_en": pl.String,
    },
    "main.int_forecasts": {
        "indicator": pl.String, "area": pl.String, "year": pl.Int32, "period_start": pl.Date,
        "forecast": pl.Float64, "low": pl.Float64, "high": pl.Float64, "confidence": pl.Float64,
        "gap": pl.String,
    },
    "main.int_courses": {
        "indicator": pl.String, "course": pl.String, "least": pl.Float64, "most": pl.Float64,
    },
    "main.int_paces": {
        "indicator": pl.String, "area": pl.String, "version": pl.Int32, "period_start": pl.Date,
        "value_due": pl.Float64, "pace": pl.Float64,
    },
    "main.int_judged_values": {
        "indicator": pl.String, "area": pl.String, "breakdown": pl.String, "state": pl.String,
        "period_kind": pl.String, "period_start": pl.Date, "value": pl.Float64,
        "numerator": pl.Float64, "denominator": pl.Float64, "method": pl.String,
    },
    "registry.refresh": {"as_of": pl.Date},
    "registry.limits": {
        "indicator": pl.String, "version": pl.Int32, "rule": pl.String, "yellow_low": pl.Float64,
        "yellow_high": pl.Float64, "red_low": pl.Float64, "red_high": pl.Float64,
    },
    "registry.targets": {
        "indicator": pl.String, "year": pl.Int32, "area": pl.String, "target": pl.Float64,
        "decision": pl.String,
    },
    "registry.indicators": {
        "indicator": pl.String, "version": pl.Int32, "today": pl.Boolean, "breakdown": pl.String,
        "expected_from": pl.Date, "frequency": pl.String, "span": pl.String, "span_kind": pl.String,
        "scale": pl.Float64, "least": pl.Float64, "most": pl.Float64,
    },
    "registry.indicator_terms": {
        "indicator": pl.String, "version": pl.Int32, "role": pl.String, "operand": pl.String,
        "coefficient": pl.Float64, "span": pl.String, "product": pl.Int32,
    },
    "registry.data_elements": {
        "data_element": pl.String, "over_time": pl.String, "over_areas": pl.String,
        "least": pl.Float64, "most": pl.Float64,
    },
    "registry.areas": {"area": pl.String, "kind": pl.String, "valid_to": pl.Date},
}  # fmt: skip
"""What the models read, each table with the columns that they ask for."""


@dataclass
class Case:
    """One indicator of one area in October 2026, a year to date unless it says otherwise."""

    value: float
    target: float
    course: str = "ratio"
    least: float | None = 0.0
    most: float | None = 100.0
    direction: str = "higher_is_better"
    area_kind: str = "province"
    weights: tuple[float, float, float] | None = None
    """Denominators: so far this year, by the same month last year, of all last year."""
    forecasts: tuple[tuple[float, float, float], ...] = ()
    """Low end, middle and high end of November and of December."""
    gap: str = "too_short"
    earlier: dict[date, float] = field(default_factory=dict)
    """Values of other periods."""
    method: str = "m"
    start: date = LATEST
    as_of: date = date(2026, 11, 12)

    def rows(self, key: str) -> Iterator[tuple[str, Row]]:
        own: Row = {"indicator": key, "area": "24"}
        span = "period" if self.course == "newest" else "year_to_date"
        yield (
            "main.latest_values",
            own
            | {
                "area_kind": self.area_kind,
                "period_kind": "month",
                "sound_period_start": self.start,
                "sound_value": self.value,
                "newer_due": date(2026, 12, 5),
                "is_old": False,
            },
        )
        yield (
            "main.indicators",
            own
            | {
                "direction": self.direction,
                "synthetic": False,
                "span": span,
                "unit_vi": "%",
                "unit_en": "%",
            },
        )
        yield (
            "main.int_courses",
            own | {"course": self.course, "least": self.least, "most": self.most},
        )
        yield "registry.targets", {"indicator": key, "year": 2026, "target": self.target}
        ahead = Period(self.start, PeriodKind.MONTH)
        for low, middle, high in self.forecasts:
            ahead = ahead.next()
            yield (
                "main.int_forecasts",
                own
                | {
                    "year": 2026,
                    "period_start": ahead.start,
                    "forecast": middle,
                    "low": low,
                    "high": high,
                    "confidence": 80.0,
                },
            )
        if not self.forecasts:
            yield (
                "main.int_forecasts",
                own | {"year": 2026, "period_start": self.start, "gap": self.gap},
            )
        so_far, by_then, last_year = self.weights or (None, None, None)
        cells = {
            **{start: (value, None) for start, value in self.earlier.items()},
            self.start: (self.value, so_far),
            date(2025, self.start.month, 1): (self.earlier.get(date(2025, 10, 1)), by_then),
            date(2025, 12, 1): (self.earlier.get(date(2025, 12, 1), 50.0), last_year),
        }
        for start, (value, weight) in cells.items():
            yield "main.int_judged_values", own | {
                "state": "value", "period_kind": "month", "period_start": start,
                "value": 50.0 if value is None else value, "denominator": weight,
                "method": self.method if start.year == 2025 else "m",
            }  # fmt: skip


Ask = Callable[..., list[Row]]


@pytest.fixture(scope="module")
def run(project: Compiled) -> Callable[..., list[Row]]:
    """The rows of a model over tables, each a list of rows by its name."""

    def of(model: str, tables: dict[str, list[Row]]) -> list[Row]:
        given = {
            name: pl.DataFrame(
                [{column: row.get(column) for column in COLUMNS[name]} for row in rows],
                schema=COLUMNS[name],
            )
            for name, rows in tables.items()
        }
        return project.tell(model, given).pl().to_dicts()

    return of


@pytest.fixture(scope="module")
def ask(run: Callable[..., list[Row]]) -> Ask:
    """What is said of each case, in their order."""

    def of(*cases: Case) -> list[Row]:
        tables: dict[str, list[Row]] = {"registry.refresh": [{"as_of": cases[0].as_of}]}
        for number, case in enumerate(cases):
            for name, row in case.rows(f"case_{number:04}"):
                tables.setdefault(name, []).append(row)
        return sorted(run("progress", tables), key=lambda row: str(row["indicator"]))

    return of


NINETY_EIGHT = Case(89.7543432675279, 98, weights=(92_039, 86_868, 103_915))
"""82,609 of 92,039 dossiers were in time by October; last November and December brought 17,047."""


def test_a_target_of_98_that_two_perfect_months_cannot_lift_above_91_4(ask: Ask) -> None:
    """(82,609 + 17,047) ÷ (92,039 + 17,047) = 91.36 %; two months without one in time: 75.73 %."""
    [told] = ask(NINETY_EIGHT)
    assert told["outlook"] == "never" and told["probability"] == 0
    assert told["weight_left"] == 17_047
    assert told["possible_high"] == pytest.approx(100 * 99_656 / 109_086)
    assert told["possible_low"] == pytest.approx(100 * 82_609 / 109_086)
    # 106,904.28 of 109,086 would have to be in time: 24,295.28 of the 17,047 that come.
    assert told["required_per_period"] == pytest.approx(100 * 24_295.28 / 17_047)
    assert told["outlook_vi"] == (
        "không thể đạt; 2 kỳ còn lại dù đều đạt 100% thì cả năm cũng chỉ được 91,4% "
        "(mẫu số lấy như cùng kỳ năm 2025)"
    )
    assert told["outlook_en"] == (
        "out of reach; even 100% in all that is left (2) gives 91.4% for the year "
        "(with the denominators of the same periods of 2025)"
    )


def test_no_bound_is_said_where_last_year_tells_no_denominators(ask: Ask) -> None:
    """None are there, they were counted in another way, or nothing came in those months."""
    bare = {"value": 89.75, "target": 98.0}
    for told in ask(
        Case(**bare),
        Case(**bare, weights=(92_039, 86_868, 103_915), method="another"),
        Case(**bare, weights=(92_039, 86_868, 86_868)),
    ):
        assert (told["weight_left"], told["possible_high"], told["probability"]) == (None,) * 3
        assert (told["outlook"], told["outlook_gap"]) == ("open", "too_short")
        assert "chưa rõ, vì chưa đủ hai năm số liệu liên tục" in told["text_vi"]


def test_a_reached_ratio_says_since_when_and_whether_it_can_be_lost(ask: Ask) -> None:
    """70 of 100 and 10 to come: 63.6 % at worst. 70 of 100 and 50 to come: 46.7 %."""
    fell = {
        date(2026, 8, 1): 61.0,
        date(2026, 7, 1): 58.0,
        date(2026, 6, 1): 63.0,
        date(2026, 9, 1): 65.0,
    }
    kept, open_yet = ask(
        Case(70, 60, weights=(100, 90, 100), earlier=fell), Case(70, 60, weights=(100, 50, 100))
    )
    assert (kept["outlook"], kept["probability"]) == ("reached", 100)
    assert kept["met_from"] == kept["met_until"] == date(2026, 8, 1)
    assert kept["outlook_vi"].startswith("đã đạt từ tháng 8/2026; 2 kỳ còn lại dù đều chỉ 0% ")
    assert (open_yet["outlook"], open_yet["probability"]) == ("reached", None)
    assert "the year can end between 46.7% and 80%" in open_yet["outlook_en"]


def test_a_total_that_is_to_stay_low_cannot_come_back(ask: Ask) -> None:
    total = {"course": "sum", "direction": "lower_is_better", "most": None}
    beyond, within, free = ask(
        Case(16, 15, **total), Case(9, 15, **total), Case(16, 15, **total | {"least": None})
    )
    assert (beyond["outlook"], beyond["possible_low"]) == ("never", 16)
    assert "dù không phát sinh thêm thì cả năm vẫn là 16%" in beyond["outlook_vi"]
    assert (within["outlook"], within["required_per_period"]) == ("open", 3)
    assert "each period left may add no more than 3 percentage points" in within["text_en"]
    assert free["outlook"] == "open", "what may fall again is not lost"


@pytest.mark.parametrize(
    ("target", "probability", "outlook"),
    [
        (90, 99, "on_course"), (94, 97, "on_course"), (96, 90, "open"), (100, 50, "open"),
        (103, 27, "open"), (106, 10, "open"), (108, 5, "open"), (109, 3, "at_risk"), (130, 1, "at_risk"),
    ],
)  # fmt: skip
def test_the_probability_is_read_off_the_forecast(
    ask: Ask, target: float, probability: int, outlook: str
) -> None:
    """80 % between 96 and 106, middle 100: half of a normal curve of 3.12 below, of 4.68 above.

    94: 1 - Φ(-6 ÷ 3.12) = 97.3 %; 103: 1 - Φ(3 ÷ 4.68) = 26.1 %, told as 27: whole percents lie nearer to a coin.
    """
    more = {"course": "sum", "most": None, "forecasts": ((85, 90, 95), (96, 100, 106))}
    up, down = ask(
        Case(80, target, **more),
        # The same turned over: less is better.
        Case(
            80,
            200 - target,
            **more
            | {
                "direction": "lower_is_better",
                "least": None,
                "forecasts": ((105, 110, 115), (94, 100, 104)),
            },
        ),
    )
    assert (up["probability"], up["outlook"]) == (probability, outlook)
    assert (down["probability"], down["outlook"]) == (probability, outlook)
    assert (up["outlook_gap"] == "even") == (outlook == "open")


def test_an_interval_of_forecasts_is_the_one_that_the_probability_rests_on(
    project: Compiled,
) -> None:
    z = norm.ppf(0.5 + CONFIDENCE / 200)
    assert f"{z:.10f}" in project.sql("progress")


def test_an_end_on_the_middle_leaves_no_more_than_a_tenth_beyond(ask: Ask) -> None:
    """A share that is forecast at 100 %, and one at nothing."""
    level = {"course": "newest", "value": 98.0}
    at_most, at_least = ask(
        Case(target=99.5, **level, forecasts=((99, 100, 100),) * 2),
        Case(target=0.5, **level, direction="lower_is_better", forecasts=((0, 0, 1),) * 2),
    )
    assert at_most["probability"] == norm_above(99.5, 100, 99)
    assert at_least["probability"] == norm_above(99.5, 100, 99)
    [beyond] = ask(Case(98, 101, course="newest", most=None, forecasts=((99, 100, 100),) * 2))
    assert beyond["probability"] == 10


def norm_above(target: float, middle: float, low: float) -> int:
    return int(100 * norm.cdf((middle - target) / (middle - low) * norm.ppf(0.9)))


def test_the_month_is_told_as_a_range(ask: Ask) -> None:
    total = {"course": "sum", "most": None, "target": 100.0}
    sure, late, never_sure, not_this_year = ask(
        Case(90, **total, forecasts=((97, 99, 101), (104, 108, 112))),
        Case(90, **total, forecasts=((93, 95, 97), (101, 103, 105))),
        Case(90, **total, forecasts=((93, 95, 97), (98, 101, 104))),
        Case(80, **total, forecasts=((82, 84, 86), (86, 88, 90))),
    )
    november, december = date(2026, 11, 1), date(2026, 12, 1)
    assert (sure["met_from"], sure["met_until"]) == (november, december)
    assert (
        "nhiều khả năng đạt, dự kiến trong khoảng tháng 11/2026 đến tháng 12/2026 (xác suất"
        in sure["text_vi"]
    )
    assert (late["met_from"], late["met_until"]) == (december, december)
    assert ", dự kiến trong tháng 12/2026" in late["text_vi"]
    assert (never_sure["met_from"], never_sure["met_until"]) == (december, None)
    assert "in December 2026 at the earliest, perhaps not this year" in never_sure["text_en"]
    assert (not_this_year["met_from"], not_this_year["outlook"]) == (None, "at_risk")


def test_what_is_needed_of_each_period_left(ask: Ask) -> None:
    """A level rises by (94 - 92) ÷ 2 a month, and rose by (92 - 91) ÷ 10 so far; a ratio of 90 of
    100 with 20 to come must come to (95 × 120 - 90 × 100) ÷ 20 = 120, one of 94.5 to 97.5."""
    december = {date(2025, 12, 1): 91.0}
    level, falling, beyond, ratio = ask(
        Case(92, 94, course="newest", earlier=december),
        Case(92, 90, course="newest", direction="lower_is_better", earlier=december),
        Case(90, 95, weights=(100, 80, 100)),
        Case(94.5, 95, weights=(100, 80, 100)),
    )
    assert (level["required_per_period"], level["average_per_period"]) == pytest.approx((1, 0.1))
    assert (
        "; mỗi kỳ còn lại cần tăng 1 điểm phần trăm (bình quân đến nay 0,1 điểm phần trăm)"
        in level["text_vi"]
    )
    assert falling["required_per_period"] == -1
    assert "each period left must fall by 1 percentage points" in falling["text_en"]
    assert (beyond["required_per_period"], beyond["outlook"]) == (pytest.approx(120), "never")
    assert ratio["required_per_period"] == pytest.approx(97.5)
    assert "; 2 kỳ còn lại cần ở mức bình quân 97,5%" in ratio["text_vi"]


def test_open_is_said_with_its_reason_and_nothing_else_has_one(ask: Ask) -> None:
    level = {"value": 92.0, "target": 94.0, "course": "newest"}
    cases = {
        "neutral": Case(**level, direction="neutral"),
        "broken": Case(**level, area_kind="commune", gap="broken"),
        "constant": Case(**level, gap="constant"),
        "even": Case(**level, forecasts=((90, 92, 95),) * 2),
    }
    for reason, told in zip(cases, ask(*cases.values()), strict=True):
        assert (told["outlook"], told["outlook_gap"]) == ("open", reason)
        assert told["outlook_vi"].startswith("chưa rõ, vì ")
    [over] = ask(Case(**level, as_of=date(2027, 1, 3)))
    assert (over["outlook"], over["outlook_gap"]) == ("open", "not_all_in")
    [december] = ask(Case(**level, start=date(2026, 12, 1)))
    assert (december["outlook"], december["outlook_gap"], december["probability"]) == (
        "missed",
        None,
        None,
    )


def test_a_tolerance_is_told_where_it_decides(ask: Ask) -> None:
    """Equal at twelve digits counts as met; shown alike and not met is told apart."""
    level = {"target": 95.5, "course": "newest"}
    equal, short = ask(Case(95.5 - 1e-13, **level), Case(95.4853, **level))
    assert equal["reached"] and "trùng đến 12 chữ số" in equal["outlook_vi"]
    assert not short["reached"] and "còn cách mục tiêu 0,0147 điểm phần trăm" in short["outlook_vi"]


def test_figures_of_the_sentence_have_no_more_digits_than_tell_something(ask: Ask) -> None:
    """92.8 that crept up from 92.79 moved by nothing that one decimal shows; 95.517624 is told from a
    target of 95.5 by its second decimal."""
    december = {date(2025, 12, 1): 92.7895}
    crept, just_met = ask(
        Case(92.8, 96, course="newest", earlier=december),
        Case(95.517624, 95.5, course="newest"),
    )
    assert "(bình quân đến nay ≈ 0 điểm phần trăm)" in crept["text_vi"]
    assert "(so far ≈ 0 percentage points on average)" in crept["text_en"]
    assert just_met["text_vi"].startswith("95,52% (")
    [narrow] = ask(Case(96.2, 98, forecasts=((96.18, 96.2, 96.22),) * 2))
    assert "khoảng 80%: 96,18 đến 96,22)" in narrow["text_vi"]


YEARS = 600
"""Years that are asked at once: to ask costs most of a second, however many they are."""


def draw_year(draws: np.random.Generator) -> tuple[list[tuple[int, int]], float]:
    """Twelve months of cases met and cases, and a target in percent: often at an end of what they
    may be."""
    most = draws.choice([1, 9, 500])
    cases = draws.integers(1, most, 12, endpoint=True)
    part = draws.choice([0.0, 1.0, draws.random()], 12)
    met = np.floor(cases * part)
    target = draws.choice([0.0, 100.0, draws.uniform(0, 100)])
    return [(int(one), int(of)) for one, of in zip(met, cases, strict=True)], float(target)


@settings(max_examples=2)
@given(seed=st.integers(0, 2**32))
def test_no_year_ends_outside_its_bounds(ask: Ask, seed: int) -> None:
    """Random months, of which the last two bring as many cases as those of the year before."""
    draws = np.random.default_rng(seed)
    cases, ends = [], []
    for months, target in (draw_year(draws) for _ in range(YEARS)):
        so_far, left = months[:10], months[10:]
        whole = sum(cases_of for _, cases_of in so_far)
        to_come = sum(cases_of for _, cases_of in left)
        value = 100 * sum(met for met, _ in so_far) / whole
        cases.append(Case(value, target, weights=(whole, 1_000, 1_000 + to_come)))
        ends.append(100 * sum(met for met, _ in months) / (whole + to_come))
    for told, end, case in zip(ask(*cases), ends, cases, strict=True):
        assert told["possible_low"] - 1e-9 <= end <= told["possible_high"] + 1e-9
        if told["outlook"] == "never":
            assert end < case.target
        if told["probability"] == 100:
            assert end >= case.target - 1e-9


def test_a_ratio_to_date_is_forecast_by_its_periods_own_ratios(
    run: Callable[..., list[Row]],
) -> None:
    """Two years of 10 to 21 cases a month, half of them met, in 2026 three fifths; up to October."""
    months = [date(year, month, 1) for year in (2025, 2026) for month in range(1, 13)][:22]
    cells, met, cases = [], 0.0, 0.0
    for start in months:
        if start.month == 1:
            met = cases = 0.0
        came = 9.0 + start.month
        met, cases = met + came * (0.5 if start.year == 2025 else 0.6), cases + came
        cells.append({
            "indicator": "rate", "area": "24", "state": "value", "period_kind": "month", "period_start": start,
            "value": 100 * met / cases, "numerator": met, "denominator": cases, "method": "m",
        })  # fmt: skip
    told = run("int_forecast_series", {
        "registry.refresh": [{"as_of": date(2026, 11, 12)}],
        "registry.indicators": [{
            "indicator": "rate", "version": 1, "today": True, "expected_from": date(2025, 1, 1),
            "frequency": "month", "span_kind": "year_to_date", "scale": 100.0,
        }],
        "registry.targets": [{"indicator": "rate", "year": 2026, "target": 98.0}],
        "registry.areas": [{"area": "24", "kind": "province"}],
        "main.int_courses": [{"indicator": "rate", "course": "ratio", "least": 0.0, "most": 100.0}],
        "main.int_judged_values": cells,
    })  # fmt: skip
    told.sort(key=lambda row: row["period_start"])
    assert [row["period_start"] for row in told] == months
    assert [row["figure"] for row in told] == pytest.approx([50.0] * 12 + [60.0] * 10)
    newest = told[-1]
    assert newest["added_to"] == pytest.approx(60)
    assert newest["weight"] == sum(range(10, 20)) and newest["weights"] == [20, 21]


@pytest.mark.parametrize(
    ("span", "above", "below", "taken", "course"),
    [
        ("year_to_date", "sum", None, {}, "sum"), ("year_to_date", "sum", "last", {}, "sum"),
        ("year_to_date", "sum", "sum", {}, "ratio"), ("year_to_date", "last", "sum", {}, "mixed"),
        ("year_to_date", "sum", "sum", {"numerator": "year_to_date/max"}, "mixed"),
        ("period", "sum", "sum", {}, "newest"), ("rolling", "sum", "sum", {}, "newest"),
    ],
)  # fmt: skip
def test_how_a_year_follows_from_its_periods(
    run: Callable[..., list[Row]], span: str, above: str, below: str | None,
    taken: dict[str, str], course: str,
) -> None:  # fmt: skip
    """``taken``: operands that are taken over another span than the indicator's."""
    operands = {"numerator": above, "denominator": below}
    [told] = run("int_courses", {
        "registry.indicators": [{
            "indicator": "rate", "version": 1, "today": True, "span": span,
            "span_kind": span, "scale": 100.0,
            "least": 0.0, "most": 100.0,
        }],
        "registry.indicator_terms": [
            {"indicator": "rate", "version": 1, "role": role, "operand": role, "coefficient": 1.0,
             "span": taken.get(role, span)}
            for role, over in operands.items() if over
        ],
        "registry.data_elements": [
            {"data_element": role, "over_time": over, "over_areas": "sum", "least": 0.0}
            for role, over in operands.items() if over
        ],
    })  # fmt: skip
    assert told["course"] == course


def test_what_is_stated_with_a_probability_comes_true_about_as_often() -> None:
    """A fixed sample of ``bench.targets``: ratios to date with two months left."""
    told = state(years(WORLDS["ratio to date"], np.random.default_rng(1), left=2, many=60))
    stated, reached = told.select(pl.mean("stated"), 100 * pl.mean("reached")).row(0)
    assert reached == pytest.approx(stated, abs=8)
    assert abs(told.select(pl.corr("stated", "true")).item()) > 0.9
    assert tosses_called(told)[1] <= 10


def test_hardly_a_toss_is_called_where_two_years_tell_little() -> None:
    """Ten months ahead of an amount that rises: called from 90 % on, a sixth was."""
    world = WORLDS["amount to date, rising"]
    told = state(years(world, np.random.default_rng(1), left=10, many=300))
    tosses, called = tosses_called(told)
    assert tosses > 40 and called <= 10
