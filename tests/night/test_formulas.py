"""Formulas whose operands look back, take months or units of their own, and are multiplied."""

from __future__ import annotations

from typing import Any

import pytest

from kinhbac.answers.explanation import explain
from tests.conftest import Province, in_folder, write_tiny_registry
from tests.straight import Compiled

WARDS = """\
source: wards
name: {vi: Sổ sách, en: Books}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month, expected_from: 2025-01, due_days: 5, missing: ["-"],
           not_applicable: [n], suppressed: [x]}
table: {area: {column: Ma, codes_as_of: 2025-07-01}}
data_elements:
  cases: {name: {vi: Ca, en: Cases}, unit: person, column: Ca, over_time: sum, over_areas: sum}
  peak: {name: {vi: Đỉnh, en: Peak}, unit: person, column: Dinh, over_time: max, over_areas: none}
  people: {name: {vi: Dân, en: People}, unit: person, column: Dan, over_time: last, over_areas: sum}
  steps: {name: {vi: Bước, en: Steps}, unit: person, column: Buoc, over_time: sum, over_areas: sum}
"""
SECOND = """\
source: second
name: {vi: Sổ thứ hai, en: Second book}
sector: health
owner: [{agency: STC, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month, expected_from: 2025-09, due_days: 200}
table: {area: {column: Ma, codes_as_of: 2025-07-01}}
comparisons: {cases: {column: Ca, hold: true}}
"""
HEAD = """\
  name: {vi: a, en: a}
  group: process
  purpose: Shows what a formula may take.
  unit: person
  direction: neutral
"""


def declare(key: str, formula: str, frequency: str = "month", more: str = "") -> str:
    return f"{key}:\n{HEAD}  frequency: {frequency}\n  {formula}\n{more}"


INDICATORS = "".join(
    (
        declare("month_before", "numerator: [{of: cases, back: {months: 1}}]"),
        declare(
            "to_date_before",
            "numerator: [{of: cases, back: {months: 1}}]",
            more="  over: year_to_date\n",
        ),
        declare("same_to_date", "numerator: [{of: cases, over: year_to_date, back: {years: 1}}]"),
        declare("two_before", "numerator: [{of: cases, over: rolling_2_months, back: {months: 1}}]"),
        declare("spring", "numerator: [{of: cases, months: {from: 1, to: 3}}]", "year"),
        declare("odd", "numerator: [{of: cases, months: [1, 3]}]", "year"),
        declare("stock_of_march", "numerator: [{of: people, months: [1, 3]}]", "year"),
        declare("spring_before", "numerator: [{of: cases, months: [1, 2], back: {years: 1}}]", "year"),
        declare("most", "numerator: [{of: cases, over_areas: max}]"),
        declare("least", "numerator: [{of: cases, over_areas: min}]"),
        declare("told", "numerator: [{of: cases, over_areas: count}]"),
        declare("largest", "numerator: [{of: peak, over_areas: max, over: rolling_2_months}]"),
        declare("most_to_date", "numerator: [{of: cases, over_areas: max, over: year_to_date}]"),
        declare("added", "numerator: [cases, people]", more="  areas: [commune]\n"),
        declare("product", "numerator: [{of: people, multiplied_by: cases}]",
                more="  areas: [commune]\n"),
        declare("quotient", "numerator: [{of: people, divided_by: cases}]",
                more="  areas: [commune]\n"),
        declare("own_two_before",
                "numerator: [{of: cases, over: rolling_2_months, back: {months: 1}}]",
                more="  areas: [commune]\n"),
        *(
            declare(f"months_{first}_{last}", f"numerator: [{{of: cases, months: [{first}, {last}]}}]",
                    "year", "  areas: [commune]\n")
            for first, last in ((6, 7), (7, 8), (7, 9))
        ),
        declare(
            "weighed",
            "numerator: [{of: people, multiplied_by: cases, divided_by: {cases: 1, peak: 1}}, cases]",
            more="  areas: [commune]\n",
        ),
        declare(
            "nested",
            "numerator: [{of: people, divided_by: [cases, {of: peak, back: {months: 1}, "
            "multiplied_by: [{of: cases, over: rolling_2_months}], divided_by: cases}]}, "
            "{of: cases, multiplied_by: [{of: people, divided_by: peak}, peak]}]",
            more="  areas: [commune]\n",
        ),
        declare(
            "by_nested_difference",
            "numerator: [{of: cases, multiplied_by: [{of: cases, divided_by: {cases: 1, peak: -1}}]}]",
            more="  areas: [commune]\n",
        ),
        declare(
            "by_difference",
            "numerator: [{of: cases, divided_by: {cases: 1, peak: -1}}]",
            more="  areas: [commune]\n",
        ),
        declare("rate", "numerator: cases", more="  denominator: people\n"
                "  when: {denominator: {at_least: 100}}\n"),
        declare("seldom", "numerator: cases", more="  denominator: people\n"
                "  when: {numerator: {at_least: 5, at_most: 20}}\n  areas: [commune]\n"),
    )
)  # fmt: skip
STEPS = "numerator: [{of: steps, back: {months: 1}}"
PUBLISHED = "".join(
    (
        declare("offset", f"{STEPS}]"),
        declare("grouped", "numerator: [{of: steps, times: 2, back: {months: 1}}]"),
        declare("additive", f"{STEPS}, {{of: steps, back: {{months: 2}}}}]"),
        declare("quarter", "numerator: steps", "quarter"),
        declare("february", "numerator: [{of: steps, months: {from: 2, to: 2}}]", "year"),
    )
)
"""What DHIS2's own AnalyticsServiceQueryModifiersTest asks, of 1, 2 and 3 in January to March."""
BANDS = {"15": (5.859, 1080), "25": (13.050, 12860), "35": (46.937, 11510), "45": (161.503, 10330),
         "55": (271.358, 7790)}  # fmt: skip
"""Deaths from cirrhosis per million men and year, and male doctors, by the age from which a band
counts (Bland, An Introduction to Medical Statistics, §16.3): 14 died, 4.4966 were to be expected."""
DOCTORS = (
    WARDS.split("data_elements:")[0].replace("wards", "doctors").replace("month", "year")
    .replace("2025-01\"", "2025").replace("expected_from: 2025-01", "expected_from: 2025")
    + "data_elements:\n"
    + "".join(
        f"  {key}: {{name: {{vi: {key}, en: {key}}}, unit: person, column: {key}, "
        f"over_time: {over}, over_areas: sum}}\n"
        for key, over in (("deaths", "sum"), *((f"men_{age}", "last") for age in BANDS))
    )
)  # fmt: skip
STANDARDISED = declare(
    "standardised",
    "numerator: deaths",
    "year",
    f"  denominator: {{{', '.join(f'men_{age}: {rate}' for age, (rate, _) in BANDS.items())}}}\n"
    "  scale: 100000000\n  areas: [commune]\n",
)
HEADER = "Ma,Ca,Dinh,Dan,Buoc\n"
LANDED = {
    "2025-01": "00001,1,1,50,1\n00002,2,2,60,-\n",
    "2025-02": "00001,3,3,50,2\n00002,4,4,60,-\n",
    "2025-03": "00001,5,5,51,3\n00002,6,6,61,-\n",
    "2025-06": "00001,8,1,50,-\n00002,x,2,60,-\n",
    "2025-07": "00001,8,1,50,-\n00002,n,2,60,-\n",
    "2025-08": "00001,n,1,50,-\n00002,n,2,60,-\n",
    "2025-09": "00001,8,1,50,-\n00002,9,2,60,-\n",
    "2025-12": "00001,7,7,50,-\n00002,9,9,60,-\n",
    "2026-01": "00001,10,40,90,-\n00002,30,20,110,-\n",
    "2026-02": "00001,11,15,95,-\n00002,-,35,120,-\n",
}


@pytest.fixture(scope="module")
def wards(tmp_path_factory: pytest.TempPathFactory, project: Compiled) -> Province:
    made = in_folder(tmp_path_factory.mktemp("wards"), project)
    write_tiny_registry(made)
    for name in ("source.yml", "indicators.yml"):
        (made.sources / "clinic" / name).unlink()
    made.write("wards/source.yml", WARDS)
    made.write("wards/indicators.yml", INDICATORS + PUBLISHED)
    made.write("second/source.yml", SECOND)
    made.land("second/2025-09/2026-03-04_a.csv", "Ma,Ca\n00002,90\n")  # against 9: held
    made.write("doctors/source.yml", DOCTORS)
    made.write("doctors/indicators.yml", STANDARDISED)
    men = ",".join(str(people) for _, people in BANDS.values())
    columns = ",".join(f"men_{age}" for age in BANDS)
    made.land("doctors/2025/2026-01-04_a.csv", f"Ma,deaths,{columns}\n00001,14,{men}\n")
    for period, rows in LANDED.items():
        made.land(f"wards/{period}/2026-03-04_a.csv", HEADER + rows)
    made.build()
    assert made.query("select * from problems") == []
    return made


def told(wards: Province, indicator: str, area: str, period: str = "2026-01") -> tuple[Any, ...]:
    [row] = wards.query(
        "select value, state, reason from indicator_values where indicator = "
        f"'{indicator}' and area = '{area}' and period = '{period}'"
    )
    return row


@pytest.mark.parametrize(
    ("indicator", "area", "period", "value"),
    [
        ("month_before", "00001", "2026-01", 7),
        ("month_before", "24", "2026-02", 40),
        ("to_date_before", "24", "2025-03", 10),  # January and February: 3 + 7
        ("to_date_before", "24", "2026-02", 40),
        ("same_to_date", "24", "2026-02", 10),
        ("two_before", "24", "2025-03", 10),
        ("two_before", "24", "2026-02", 56),  # December and January: 16 + 40
        ("spring", "00001", "2025", 9),
        ("spring", "24", "2025", 21),
        ("odd", "24", "2025", 14),
        ("stock_of_march", "24", "2025", 112),
        ("spring_before", "24", "2026", 10),
        ("most", "24", "2026-01", 30),
        ("most", "00001", "2026-01", 10),
        ("least", "24", "2026-01", 10),
        ("told", "24", "2026-01", 2),
        ("told", "24", "2026-02", 1),
        ("told", "00001", "2026-02", 1),
        ("largest", "24", "2026-02", 40),  # units' own maxima are 40 and 35
        ("most_to_date", "24", "2025-03", 12),  # of 9 and 12; the months' maxima add up to 12 too
        ("weighed", "00001", "2026-01", 28),  # 90 × 10 ÷ (10 + 40) + 10
        # 90 ÷ (10 + 7 × (7 + 10) ÷ 10) + 10 × (90 ÷ 40 + 40): December and January, December's peak
        ("nested", "00001", "2026-01", 90 / (10 + 7 * 17 / 10) + 10 * (90 / 40 + 40)),
        ("by_nested_difference", "00002", "2026-01", 30 * 30 / 10),
        ("rate", "00002", "2026-01", 30 / 110),
    ],
)  # fmt: skip
def test_what_is_taken(
    wards: Province, indicator: str, area: str, period: str, value: float
) -> None:
    assert told(wards, indicator, area, period)[0] == pytest.approx(value)


@pytest.mark.parametrize(
    ("indicator", "area", "period", "state"),
    [
        ("two_before", "24", "2026-01", "missing"),  # November was not delivered
        ("spring", "00001", "2026", "not_yet_due"),  # March may still come
        ("most", "24", "2026-02", "missing"),  # 11 may not be the highest
        ("rate", "00001", "2026-01", "not_applicable"),
        ("weighed", "00002", "2026-02", "missing"),
        ("nested", "00002", "2026-02", "missing"),
    ],
)
def test_what_is_not_there_is_told(
    wards: Province, indicator: str, area: str, period: str, state: str
) -> None:
    assert told(wards, indicator, area, period)[:2] == (None, state)


JUNE, JULY, AUGUST, SEPTEMBER = (f"2025-0{month}" for month in (6, 7, 8, 9))


@pytest.mark.parametrize(
    ("period", "state"),
    [(JUNE, "suppressed"), (JULY, "not_applicable"), (SEPTEMBER, "held")],
)
@pytest.mark.parametrize("indicator", ["added", "product", "quotient"])
def test_an_operand_without_a_figure_takes_sums_and_products_with_it(
    wards: Province, indicator: str, period: str, state: str
) -> None:
    assert told(wards, indicator, "00002", period)[:2] == (None, state)
    if state != "not_applicable":
        assert told(wards, indicator, "00001", period)[0] is not None, "another area has its own"


@pytest.mark.parametrize(
    ("indicator", "area", "period", "found"),
    [
        ("months_6_7", "00002", "2025", "suppressed"),
        ("months_7_8", "00001", "2025", 8),  # August takes no part
        ("months_7_8", "00002", "2025", "not_applicable"),
        ("months_7_9", "00002", "2025", "held"),
        ("own_two_before", "00002", "2025-08", "suppressed"),  # June and July
        ("own_two_before", "00001", "2025-09", 8),
        ("own_two_before", "00002", "2025-09", "not_applicable"),
        ("own_two_before", "00002", "2025-10", "held"),
        ("most", "24", JUNE, "suppressed"),  # it might be the highest
        ("least", "24", JUNE, "suppressed"),
        ("told", "24", JUNE, "suppressed"),  # may or may not have one
        ("most", "24", JULY, 8),  # a unit to which it does not apply takes no part
        ("least", "24", JULY, 8),
        ("told", "24", JULY, 1),
        ("most", "24", AUGUST, "not_applicable"),
        ("least", "24", AUGUST, "not_applicable"),
        ("told", "24", AUGUST, "not_applicable"),
        ("most", "24", SEPTEMBER, "held"),
        ("least", "24", SEPTEMBER, "held"),
        ("told", "24", SEPTEMBER, "held"),
    ],
)
def test_spans_and_units_do_with_an_operand_what_the_table_of_the_docs_says(
    wards: Province, indicator: str, area: str, period: str, found: float | str
) -> None:
    value, state, _ = told(wards, indicator, area, period)
    assert (value, state) == ((None, found) if isinstance(found, str) else (found, "value"))


def test_a_divisor_has_the_rule_of_denominators(wards: Province) -> None:
    nothing = told(wards, "by_difference", "00001", "2025-01")
    assert nothing == (None, "not_applicable", "empty_denominator")
    less = told(wards, "by_difference", "00001", "2026-01")
    assert less == (None, "not_applicable", "negative_denominator")
    assert told(wards, "by_difference", "00002", "2026-01")[0] == 3  # 30 ÷ (30 − 20)
    assert told(wards, "by_nested_difference", "00001", "2025-01") == nothing
    assert told(wards, "by_nested_difference", "00001", "2026-01") == less


def test_a_condition_that_is_not_met_says_so_beside_its_parts(wards: Province) -> None:
    unmet = (None, "not_applicable", "condition_unmet")
    assert told(wards, "rate", "00001") == unmet
    assert told(wards, "seldom", "00001", "2025-01") == unmet, "1 is less than 5"
    assert told(wards, "seldom", "00002") == unmet, "30 are more than 20"
    assert told(wards, "seldom", "00001")[0] == pytest.approx(10 / 90)


@pytest.mark.parametrize(
    ("indicator", "period", "value"),
    [
        ("offset", "2025-02", 1),
        ("offset", "2025-03", 2),
        ("grouped", "2025-02", 2),
        ("grouped", "2025-03", 4),
        ("additive", "2025-03", 3),
        ("quarter", "2025-Q1", 6),
        ("february", "2025", 2),
    ],
)
def test_what_dhis2_publishes_of_its_own_analytics(
    wards: Province, indicator: str, period: str, value: float
) -> None:
    assert told(wards, indicator, "00001", period)[0] == value


def test_a_published_ratio_is_indirectly_standardised(wards: Province) -> None:
    """Rates of a standard population stand as factors of those among whom deaths were counted."""
    ratio = told(wards, "standardised", "00001", "2025")[0]
    assert (round(ratio), round(14 / ratio * 100, 4)) == (311, 4.4966)


def test_what_dhis2_makes_of_an_operand_that_is_missing_is_no_value_here(wards: Province) -> None:
    """It tells 1 for February, of which December's figure is a part that nobody delivered."""
    assert told(wards, "additive", "00001", "2025-02")[:2] == (None, "missing")


def test_the_explanation_tells_when_an_operand_is_taken_and_what_it_was(wards: Province) -> None:
    told = explain(wards.data.candidate, "two_before", "24", "2026-02")
    [operand] = told.operands
    assert (operand.taken, operand.value) == ("rolling_2_months, 1 month earlier", 56)
    assert {row["period"] for row in operand.extracts} == {"2025-12", "2026-01"}
    assert told.formula == "cases [rolling_2_months, 1 month earlier]"
    units = explain(wards.data.candidate, "most", "24", "2026-01").operands[0]
    assert (units.taken, units.value) == ("max over areas", 30)
