"""States of a cell, and figures that keep their contract and cannot well be right.

Past 200 lines: a kind of figure a question, all of one night.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kinhbac.calendar import is_working_day, name_holiday
from kinhbac.periods import Period
from kinhbac.registry.declared.contract import Delivery, due_date
from tests.conftest import PROCESS, Province, in_folder, make_tiny, write_tiny_registry
from tests.straight import Compiled

VOCABULARY = """\
sectors: {health: {vi: Y tế, en: Health}}
units: {person: {vi: người, en: persons}, percent: {vi: "%", en: "%"}}
breakdowns:
  sex: {name: {vi: Giới tính, en: Sex}, categories: {
    female: {vi: Nữ, en: Female}, male: {vi: Nam, en: Male}}}
"""
COMMUNES = [f"{number:05}" for number in range(1, 11)]
AREAS = "area,kind,code,name_vi,name_en,parent,valid_from,valid_to\n" + "".join(
    [
        "24,province,24,Tỉnh,Province,,2025-07-01,\n",
        *(f"{c},commune,{c},Xã {c},Commune {c},24,2025-07-01,\n" for c in COMMUNES),
    ]
)
WARD = """\
source: ward
name: {vi: Trạm, en: Wards}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month, expected_from: 2025-01, due_days: 5,
           not_applicable: [x], suppressed: [s]}
table: {area: {column: Ma, codes: {pad: true}, codes_as_of: 2025-07-01}, period: {column: Thang},
        vintage: {column: Loai, values: {so bo: provisional, chinh thuc: final}}}
mandate: {from: 2025-01}
data_elements:
  visits: {name: {vi: a, en: a}, unit: person, column: visits, over_time: sum, over_areas: sum,
           breakdowns: {sex: {columns: {female: nu, male: nam}}}}
  doctors: {name: {vi: b, en: b}, unit: person, column: doctors, over_time: last, over_areas: sum}
  total: {name: {vi: c, en: c}, unit: person, column: total, over_time: sum, over_areas: none,
          zero_needs: [visits]}
"""
INDICATORS = """\
visits_of_month:
  name: {vi: a, en: a}
  group: input
  purpose: Shows the load on wards.
  numerator: visits
  unit: person
  frequency: month
  by: [sex]
  direction: neutral
visits_per_doctor:
  name: {vi: b, en: b}
  group: process
  purpose: Shows where doctors are short.
  numerator: visits
  denominator: doctors
  unit: person
  frequency: month
  direction: neutral
visits_to_date:
  name: {vi: c, en: c}
  group: input
  purpose: Shows the load on wards.
  numerator: visits
  unit: person
  frequency: month
  over: year_to_date
  direction: neutral
"""
MONTHS = [f"2025-{month:02}" for month in range(1, 13)]


def visits(commune: int, month: int) -> int:
    """Around a thousand a month, never the same twice."""
    return 1000 + 40 * commune + (37 * month * (commune + 1)) % 59


@pytest.fixture(scope="module")
def wards(tmp_path_factory: pytest.TempPathFactory, project: Compiled) -> Province:
    made = in_folder(tmp_path_factory.mktemp("wards"), project)
    write_tiny_registry(made)
    for name in ("source.yml", "indicators.yml"):
        (made.sources / "clinic" / name).unlink()
    for name, text in {
        "vocabulary.yml": VOCABULARY,
        "areas.csv": AREAS,
        "area_successions.csv": "predecessor,successor,share_of,share\n",
        "area_codes.csv": "code_system,code,area,valid_from,valid_to\n",
        "process.yml": PROCESS,
        "ward/source.yml": WARD,
        "ward/indicators.yml": INDICATORS,
    }.items():
        made.write(name, text)
    for month, label in enumerate(MONTHS, 1):
        rows = ["Ma,Thang,Loai,visits,nu,nam,doctors,total"]
        for number, commune in enumerate(COMMUNES, 1):
            own: object = visits(number, month)
            women, men, doctors, total = int(str(own)) - 300, 300, "4", "7"
            vintage = "so bo" if label == "2025-12" else "chinh thuc"
            if (label, number) == ("2025-06", 1):
                own, women, men = 1_000_000, 999_700, 300  # thousands written as units
            if (label, number) == ("2025-08", 2):
                own, women, men = 9000, 8700, 300
            if (label, number) == ("2025-03", 3):
                men = 299  # the whole is one more than its parts
            if (label, number) == ("2025-04", 4):
                rows.append(f"{commune},{label},{vintage},{own},,,4,7")
                continue
            if (label, number) == ("2025-05", 5):
                doctors = "x"
            if (label, number) == ("2025-05", 6):
                doctors = "s"
            if (label, number) == ("2025-05", 7):
                doctors = ""
            if (label, number) == ("2025-02", 8):
                rows.append(f"{commune},{label},{vintage},,,,4,0")
                continue
            if label == "2025-10":
                own = visits(number, 9)
                women = int(str(own)) - 300
            code = "9" if (label, number) == ("2025-07", 9) else commune  # a spreadsheet's number
            rows.append(f"{code},{label},{vintage},{own},{women},{men},{doctors},{total}")
        made.land(f"ward/{label}/2026-01-04_a.csv", "\n".join(rows) + "\n")
    made.build()
    assert made.query("select rule from problems") == [("area (told)",)]
    return made


def state(province: Province, indicator: str, area: str, period: str) -> tuple[object, object]:
    [found] = province.query(
        f"select value, state from indicator_values where indicator = '{indicator}' "
        f"and area = '{area}' and period = '{period}'"
    )
    return found


def test_states_are_told_apart_and_survive_the_formula(wards: Province) -> None:
    told = {
        area: state(wards, "visits_per_doctor", area, "2025-05")[1]
        for area in ("00001", "00005", "00006", "00007", "24")
    }
    assert told == {
        "00001": "value",
        "00005": "not_applicable",
        "00006": "suppressed",
        "00007": "missing",
        "24": "missing",
    }
    assert state(wards, "visits_per_doctor", "00001", "2025-12")[1] == "provisional"
    assert state(wards, "visits_per_doctor", "00001", "2026-03")[1] == "not_yet_due"
    assert state(wards, "visits_per_doctor", "00001", "2026-01")[1] == "late"
    assert state(wards, "visits_of_month", "00003", "2025-03") == (None, "held")
    assert state(wards, "visits_to_date", "00003", "2025-11") == (None, "held")


def test_a_zero_that_nothing_proves_is_missing(wards: Province) -> None:
    assert wards.query(
        "select value, state from observations where data_element = 'total' "
        "and area = '00008' and period = '2025-02'"
    ) == [(None, "missing")]
    assert wards.query(
        "select area, period, value from anomalies where anomaly = 'unproven_zero'"
    ) == [("00008", "2025-02", 0)]


def test_a_breakdown_that_does_not_add_up_holds_its_cells(wards: Province) -> None:
    rows = wards.query("select data_element, area from observations where state = 'held'")
    assert sorted(rows) == [
        ("visits", "00003"), ("visits.sex.female", "00003"), ("visits.sex.male", "00003"),
    ]  # fmt: skip
    assert wards.query("select count(*) from worklist where item = 'failed_check'") == [(1,)]


def test_a_breakdown_that_is_not_told_is_reported(wards: Province) -> None:
    rows = wards.query("select period, evidence from anomalies where anomaly = 'missing_breakdown'")
    assert rows == [("2025-04", "not told by sex for 1 areas")]


def test_an_indicator_by_sex_adds_up_to_the_whole(wards: Province) -> None:
    assert wards.query(
        """
        with parts as (
            select indicator, area, period_start, sum(value) as total, count(*) as categories
            from breakdown_values where value is not null group by all
        )
        select count(*) > 90, bool_and(abs(total - value) < 1e-9), bool_and(categories = 2)
        from parts inner join indicator_values using (indicator, area, period_start)
        where value is not null and not (area = '24' and period = '2025-04')
        """
    ) == [(True, True, True)]
    assert wards.query("select distinct category_vi from breakdown_values order by 1") == [
        ("Nam",),
        ("Nữ",),
    ]


def test_a_code_read_as_it_is_meant_is_told_and_holds_nothing(wards: Province) -> None:
    [(agency, item, found)] = wards.query(
        "select agency, item_vi, found from worklist where source = 'ward' "
        "and item = 'told_of_extract'"
    )
    assert (agency, item) == ("SYT", "Điểm cần xem lại trong tệp đã nhận")
    assert found.startswith("«9» the code has lost its zeros; meant: 00009")
    assert state(wards, "visits_of_month", "00009", "2025-07")[0] == visits(9, 7)


def test_a_thousandfold_slip_a_jump_and_a_resent_month_are_raised(wards: Province) -> None:
    rows = wards.query(
        "select anomaly, area, period from anomalies where data_element = 'visits' "
        "and anomaly in ('unit_slip', 'jump', 'resent') order by all"
    )
    assert rows == [
        ("jump", "00002", "2025-08"),  # the way back in September ends it
        ("resent", None, "2025-10"),
        ("unit_slip", "00001", "2025-06"),
    ]
    [(agency, item)] = wards.query(
        "select agency, item_vi from worklist where item = 'unit_slip' and place like 'visits,%'"
    )
    assert (agency, item) == ("SYT", "Nghi sai đơn vị nghìn lần")


def test_a_year_to_date_and_a_figure_of_the_whole_province_are_raised(
    tmp_path: Path, project: Compiled
) -> None:
    """Births are delivered as year to date, and one month of births at clinics from above."""
    made = make_tiny(tmp_path)
    made.project = project
    contract = (made.sources / "clinic/source.yml").read_text(encoding="utf-8")
    contract = contract.replace("ignored: [Ten]", "ignored: [Ten], period: {column: Ky}")
    made.write("clinic/source.yml", contract + "mandate: {from: 2024-01}\n")
    rows = ["Ma,Ten,Ky,Sinh,Tram"]
    for year, month in [(y, m) for y in (2024, 2025) for m in range(1, 13)] + [(2026, 1)]:
        for commune in (1, 2):
            own = 500 + 40 * commune + (37 * month * (commune + 1)) % 59
            at_clinic = 1234 if (year, month) == (2025, 5) else own
            rows.append(f"0000{commune},Xã,{year}-{month:02},{12 * month + commune},{at_clinic}")
    made.land("clinic/2026-01/2026-02-03_a.csv", "\n".join(rows) + "\n")
    made.build()
    found = made.query(
        "select anomaly, data_element, area, period, value, evidence from anomalies "
        "where anomaly in ('looks_cumulative', 'same_everywhere') order by all"
    )
    assert [row[:5] for row in found] == [
        ("looks_cumulative", "births", None, "2025-12", 145),
        ("same_everywhere", "births_at_clinic", None, "2025-05", 1234),
    ]
    assert found[0][5].startswith("it rises from 13 to 145 through the months of 2025")
    items = "select item from worklist where item in ('looks_cumulative', 'same_everywhere')"
    assert len(made.query(items)) == 2
    assert made.query("select count(*) from observations where held") == [(0,)]


def test_changes_respect_gaps_and_the_turn_of_the_year(wards: Province) -> None:
    def change(indicator: str, period: str) -> tuple[object, ...]:
        [found] = wards.query(
            "select previous_change, previous_gap, last_year_gap from indicator_changes "
            f"where indicator = '{indicator}' and area = '00003' and period = '{period}'"
        )
        return found

    assert change("visits_of_month", "2025-02") == (visits(3, 2) - visits(3, 1), None, "no_value")
    assert change("visits_of_month", "2025-04") == (None, "no_value", "no_value")  # March is held
    assert change("visits_to_date", "2025-02")[:2] == (None, "runs_on")


def test_due_days_leave_out_weekends_and_public_holidays() -> None:
    tet = Delivery(format="csv", frequency="month", due_days=5, due_in="working_days")
    assert name_holiday(date(2026, 2, 17)) == "Tết Nguyên Đán"
    assert not is_working_day(date(2026, 2, 16))
    assert is_working_day(date(2026, 8, 22))  # a Saturday worked for 31 August
    assert not is_working_day(date(2026, 8, 31))
    assert due_date(tet, Period.parse("2026-01")) == date(2026, 2, 6)
    early = tet.model_copy(update={"due_days": 12})
    assert due_date(early, Period.parse("2026-01")) == date(2026, 2, 24)
    plain = Delivery(format="csv", frequency="month", due_days=5)
    assert due_date(plain, Period.parse("2026-01")) == date(2026, 2, 5)
