"""What the calendar changes is known beforehand: until then a whole night gives the same tables.

Random provinces in which owners, areas, corrections, answers, limits, sign-offs and definitions
begin and end on any day, deliveries come early, late, refused or not at all; each is published,
then computed as a whole on the last day that is said to be idle. Past 200 lines by all that is
drawn at random.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import (
    AREAS,
    CODES,
    GROUPS,
    METHODS,
    VOCABULARY,
    Province,
    in_folder,
)
from tests.days import Days, differences
from tests.nights import ACTION, PAID_SHARE, STATEMENTS
from tests.straight import Compiled

AGENCIES = """\
SYT: {name: {vi: Sở Y tế, en: Department of Health}, kind: department}
STC: {name: {vi: Sở Tài chính, en: Department of Finance}, kind: department}
"""
CLINIC = """\
source: clinic
name: {{vi: Trạm y tế, en: Clinics}}
sector: health
owner: [{{agency: SYT, from: 2025-07-01}}{hand_over}]
synthetic: true
delivery: {{format: csv, frequency: month, expected_from: 2025-12, due_days: {due_days},
            missing: ["-"], late: {{yellow: {yellow}, red: {red}}}}}
table: {{area: {{column: Ma, codes_as_of: {codes}}}, ignored: [Ten]}}
data_elements:
  births: {{name: {{vi: Số sinh, en: Births}}, unit: person, column: Sinh, over_time: sum,
            over_areas: sum, whole: true, min: 0, max: 1000}}
  births_at_clinic: {{name: {{vi: Sinh tại trạm, en: At clinic}}, unit: person, column: Tram,
                      over_time: sum, over_areas: sum, min: 0}}
"""
REGISTER = """\
source: register
name: {vi: Sổ hộ khẩu, en: Register of households}
sector: health
owner: [{agency: STC, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: year}
table: {area: {column: Ma, codes_as_of: 2025-07-01}, ignored: [Ten]}
data_elements:
  households: {name: {vi: Số hộ, en: Households}, unit: person, column: Ho, over_time: last,
               over_areas: sum, carry: 1}
"""
INDICATORS = """\
rate:
  name: {{vi: Tỷ lệ, en: Rate}}
  group: process
  purpose: Shows where mothers are far from help.
  numerator: births_at_clinic
  denominator: births
  scale: 100
  unit: percent
  frequency: month
  direction: higher_is_better
  target: {{2025: 70, 2026: 90}}
  warn: {{yellow: 80, red: 50, stale: {{yellow: 1, red: 2}}}}
{validity}births_to_date:
  name: {{vi: Số sinh lũy kế, en: Births to date}}
  group: output
  purpose: Shows the load on clinics.
  numerator: births
  unit: person
  frequency: month
  over: year_to_date
  direction: higher_is_better
  target: {{2025: 900, 2026: {{value: 1200, areas: {{"00001": 10}}}}}}
  warn: {{pace: {{yellow: 95, red: 80}}}}
births_of_households:
  name: {{vi: Số sinh trên hộ, en: Births of a thousand households}}
  group: impact
  purpose: Shows the trend of births.
  numerator: births
  denominator: households
  scale: 1000
  unit: percent
  frequency: month
  direction: neutral
  signed: {{round: first}}
points:
  name: {{vi: Điểm trạm, en: Clinic points}}
  group: composite
  purpose: Points for clinics, at most ten.
  components: {{rate: {{max: 10, target: 80, empty_denominator: full}}}}
  method: points
  unit: point
  frequency: month
  direction: higher_is_better
"""
STOCK = """\
households_of_month:
  name: {vi: Số hộ trong tháng, en: Households of the month}
  group: input
  purpose: By which births are measured.
  numerator: households
  unit: person
  frequency: month
  direction: neutral
  warn: {change: {yellow: 1, red: 20}}
"""
PROCESS = """\
steps:
  listed: {{name: {{vi: Lập danh mục, en: Listed}}}}
  issued: {{name: {{vi: Ban hành, en: Issued}}, requires: [formula], published: true}}
  operating: {{name: {{vi: Vận hành, en: Operating}}, signed_by: [STC], published: true{checks}}}
"""
ROUNDS = """\
first:
  name: {{vi: Đợt một, en: First round}}
  synthetic: true
  acts:
    operating: {{agency: STC, decision: 1/STC, date: {signed}}}
"""
CORRECTION = """\
misread_stamp:
  data_element: births
  area: "00001"
  period: 2025-12
  old: 10
  new: 7
  reason: A certificate was counted twice.
  agreed_by: [SYT, STC]
  agreed_on: {agreed}
{withdrawn}"""
ANSWER = """\
{rule}:
  indicator: {indicator}
  area: "24"
  acknowledged: {{by: SYT, on: {acknowledged}}}
  rule: {rule}
  synthetic: true
"""
OFFSETS = st.integers(-25, 40).map(timedelta)
CELLS = st.sampled_from(["10", "0", "30", "3", "-"])
RECEIPTS = st.one_of(st.none(), st.integers(2, 70))


@dataclass
class Drawn:
    """A province of one day: its files, by their place below registry and landing zone."""

    day: date
    declared: dict[str, str]
    delivered: dict[str, str]


@st.composite
def provinces(draw: st.DrawFn) -> Drawn:
    day = draw(st.dates(date(2026, 2, 1), date(2026, 4, 10)) | st.dates(date(2026, 12, 20), date(2027, 1, 8)))  # fmt: skip

    def soon() -> date:
        return day + draw(OFFSETS)

    maybe = st.booleans()
    hand_over = f", {{agency: STC, from: {soon()}}}" if draw(maybe) else ""
    yellow = draw(st.integers(1, 15))
    declared = {
        "agencies.yml": AGENCIES,
        "vocabulary.yml": VOCABULARY,
        "areas.csv": AREAS,
        "area_codes.csv": CODES,
        "area_successions.csv": "predecessor,successor,share_of,share\nformer-24,24,,1\n",
        "area_groups.csv": GROUPS,
        "methods.yml": METHODS,
        "needs.yml": "{}\n",
        "process.yml": PROCESS.format(checks=", checks: [delivered]" if draw(maybe) else ""),
        "rounds.yml": ROUNDS.format(signed=soon()),
        "clinic/source.yml": CLINIC.format(
            hand_over=hand_over, due_days=draw(st.integers(0, 30)), yellow=yellow, codes="2025-07-01",
            red=yellow + draw(st.integers(1, 15)),
        ),
        "register/source.yml": REGISTER,
        "register/indicators.yml": STOCK,
        "statements/source.yml": STATEMENTS,
        "statements/indicators.yml": PAID_SHARE,
    }  # fmt: skip
    if draw(maybe):  # a commune ends, another one takes its place
        end = soon()
        declared["areas.csv"] = AREAS.replace(
            "00002,commune,00002,Xã Hai,Two,24,2025-07-01,\n",
            f"00002,commune,00002,Xã Hai,Two,24,2025-07-01,{end}\n"
            f"00003,commune,00003,Xã Ba,Three,24,{end + timedelta(1)},\n",
        )
        declared["area_successions.csv"] += "00002,00003,,1\n"
    validity = f"  valid: {{from: 2025-07-01, to: {soon()}}}\n" if draw(maybe) else ""
    declared["clinic/indicators.yml"] = INDICATORS.format(validity=validity)
    if draw(maybe):
        agreed = soon()
        withdrawn = f"  withdrawn_on: {agreed + timedelta(draw(st.integers(1, 30)))}\n" if draw(maybe) else ""  # fmt: skip
        declared["clinic/corrections.yml"] = CORRECTION.format(agreed=agreed, withdrawn=withdrawn)
    answers = ""
    for indicator, rule in (("rate", "threshold"), ("rate", "stale"), ("births_to_date", "pace")):
        if draw(maybe):
            acknowledged = soon()
            answers += ANSWER.format(indicator=indicator, rule=rule, acknowledged=acknowledged)
            if draw(maybe):
                decided = acknowledged + timedelta(draw(st.integers(0, 20)))
                answers += ACTION.replace("2026-02-20", f"{decided}").replace(
                    "2026-03-15", f"{decided + timedelta(draw(st.integers(0, 20)))}"
                )
                if draw(maybe):
                    closed = decided + timedelta(draw(st.integers(0, 20)))
                    answers += f"  closed: {{by: SYT, on: {closed}, reason: {{vi: Đã rõ nguyên nhân, en: Known}}}}\n"  # fmt: skip
    declared["clinic/responses.yml"] = answers or "{}\n"
    return Drawn(day, declared, _deliveries(draw, day))


def _deliveries(draw: st.DrawFn, day: date) -> dict[str, str]:
    """What clinics and register have sent, among it what bears a day to come."""
    delivered = {}
    month = date(2025, 12, 1)
    while month <= day:
        for name in ("a", "b")[: draw(st.integers(1, 2))]:
            after = draw(RECEIPTS)
            received = month + timedelta(after or 0)
            if after and received <= day + timedelta(20):
                rows = [f"0000{area},x,{draw(CELLS)},{draw(CELLS)}" for area in (1, 2)]
                bad = ["00001,x,many,1"] if draw(st.integers(0, 5)) == 0 else []
                place = f"clinic/{month:%Y-%m}/{received}_{name}.csv"
                delivered[place] = "\n".join(["Ma,Ten,Sinh,Tram", *rows[len(bad) :], *bad]) + "\n"
        month = (month + timedelta(32)).replace(day=1)
    if draw(st.booleans()):  # what nothing follows is old some two months later
        told = day - timedelta(draw(st.integers(55, 65)))
        delivered[f"statements/{told}/{told}_a.csv"] = f"Ma,Ngay,Chi\n24,{told},76\n"
    for year in (2024, 2025, 2026):
        received = date(year, 12, 31) if year < 2026 else day - timedelta(draw(st.integers(0, 9)))
        if draw(st.booleans()) and received <= day:
            delivered[f"register/{year}/{received}_a.csv"] = "Ma,Ten,Ho\n00001,x,100\n00002,x,50\n"
    return delivered


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """Where one province after the other is laid down."""
    return in_folder(tmp_path_factory.mktemp("ahead"))


def lay_down(province: Province, drawn: Drawn) -> None:
    """Only what was drawn lies in registry and data folder."""
    data = province.data
    for folder in (province.sources, data.landing, data.raw, data.releases):
        shutil.rmtree(folder, ignore_errors=True)
    data.current.unlink(missing_ok=True)
    for place, text in drawn.declared.items():
        province.write(place, text)
    for place, text in drawn.delivered.items():
        province.land(place, text)


@given(drawn=provinces(), nights=st.integers(1, 2))
@settings(max_examples=4, derandomize=True)
def test_until_the_day_that_is_named_a_whole_night_gives_the_same(
    project: Compiled, place: Province, drawn: Drawn, nights: int
) -> None:
    lay_down(place, drawn)
    days, day = Days(place, project), drawn.day
    for _ in range(nights):
        published = days.publish(day)
        changes_on = days.ahead[0].day
        assert changes_on > day
        assert differences(published, days.compute(changes_on - timedelta(1))) == {}
        day = changes_on
