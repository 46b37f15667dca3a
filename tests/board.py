"""A small province with something on every page: what the browser tests look at.

Six communes on tiles, two agencies with names that mean harm, monthly health and budget
figures, a target with a pace, a composite with a robustness of its own, an extract that is
refused, a delivery that is late, two releases with a revision between them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kinhbac.release.releases import Release, release_as_of
from tests.conftest import CLINIC, METHODS, Share, in_folder, write_tiny_registry
from tests.straight import Compiled

HARM = '<script>window.hacked=1</script>"><img src=x onerror="window.hacked=1">{{7*7}}</title>'
FORMULA = '=HYPERLINK("x","y")'
AGENCIES = f"""\
SYT: {{name: {{vi: Sở Y tế Kinh Bắc, en: Department of Health}}, kind: department}}
STC: {{name: {{vi: 'Sở {HARM}', en: 'Department {HARM}'}}, kind: department}}
"""
VOCABULARY = """\
sectors: {health: {vi: Y tế, en: Health}, budget: {vi: Ngân sách, en: Budget}}
units:
  percent: {vi: "%", en: "%"}
  person: {vi: người, en: persons}
  point: {vi: điểm, en: points}
  billion_vnd: {vi: tỷ đồng, en: billion VND}
alike: settlement
synonyms:
  - {vi: [trạm xá, trạm], en: [clinics, health stations]}
groupings:
  settlement:
    name: {vi: Loại đơn vị, en: Settlement}
    categories: {ward: {vi: Phường, en: Ward}, rural: {vi: Xã, en: Rural commune}}
"""
COMMUNES = ("Xã Đình Bảng", "Xã Hai", "Phường Ba", "Phường Bốn", "Xã Năm", "Phường Sáu")
KEYS = [f"0000{place}" for place in range(1, 7)]
AREAS = (
    "area,kind,code,name_vi,name_en,parent,valid_from,valid_to,tile_column,tile_row\n"
    "24,province,24,Tỉnh Bắc Ninh,Bac Ninh,,2025-07-01,,,\n"
    + "".join(
        f"{key},commune,{key},{name},Commune {key},24,2025-07-01,,{place % 3 + 1},{place // 3 + 1}\n"
        for place, (key, name) in enumerate(zip(KEYS, COMMUNES, strict=True))
    )
    + "former-24,former_province,24,Bắc Giang,Bac Giang,,,2025-06-30,,\n"
)
GROUPS = "grouping,area,area_group\n" + "".join(
    f"settlement,{key},{'ward' if 'Phường' in name else 'rural'}\n"
    for key, name in zip(KEYS, COMMUNES, strict=True)
)
INDEX = """\
index:
  name: {vi: Chỉ số thử, en: Index of the test}
  based_on: the tests
  among: commune
  normalise: {by: min_max, scale: [1, 100]}
  weigh: given
  aggregate: arithmetic
"""
CONTRACT = CLINIC.replace("expected_from: 2025-01", "expected_from: 2025-11").replace(
    ", ignored: [Ten], personal: [SoDinhDanh]", ""
)
HEALTH = """\
clinic_birth_rate:
  name: {vi: Tỷ lệ sinh tại trạm, en: Births at clinics}
  group: process
  purpose: Shows where mothers are far from help.
  need: care
  numerator: births_at_clinic
  denominator: births
  scale: 100
  unit: percent
  frequency: month
  direction: higher_is_better
  target: {2026: {value: 90, areas: {"00002": 70}, decision: 12/KH-UBND}}
  warn: {yellow: 80, red: 50}
births_in_month:
  name: {vi: Số sinh trong tháng, en: Births in the month}
  group: input
  purpose: Shows the load on clinics.
  numerator: births
  unit: person
  frequency: month
  direction: higher_is_better
care_index:
  name: {vi: Chỉ số chăm sóc, en: Index of care}
  group: composite
  purpose: Shows which communes need help first.
  components: {clinic_birth_rate: 2, births_in_month: 1}
  method: index
  robustness: {draws: 200, seed: 1, weights: 0.25, leave_out: true}
  unit: point
  areas: [commune]
  frequency: month
  direction: higher_is_better
"""
BUDGET = f"""\
source: budget
name: {{vi: '{FORMULA}', en: 'Budget {HARM}'}}
sector: budget
owner: [{{agency: STC, from: 2025-07-01}}]
synthetic: true
delivery: {{format: csv, frequency: month, expected_from: 2026-01, due_days: 5}}
table: {{area: {{column: Ma, codes_as_of: 2025-07-01}}}}
data_elements:
  revenue: {{name: {{vi: Thu, en: Revenue}}, unit: billion_vnd, column: Thu, over_time: sum,
            over_areas: sum, min: 0}}
"""
MONEY = f"""\
revenue_to_date:
  name: {{vi: 'Thu lũy kế {HARM}', en: '{FORMULA}'}}
  group: output
  purpose: 'Shows whether the revenue of the year is on its way {HARM}.'
  numerator: revenue
  unit: billion_vnd
  frequency: month
  over: year_to_date
  direction: higher_is_better
  target: {{2026: 7200}}
  warn: {{pace: {{yellow: 95, red: 80}}}}
"""
NEEDS = """\
care:
  name: {vi: Chăm sóc mẹ và bé, en: Care of mothers}
  asked_by: STC
  group: process
  sector: health
  operations_centre: true
roads:
  name: {vi: Đường xã, en: Roads}
  asked_by: SYT
  group: output
  sector: budget
"""
BIRTHS = {
    "2025-11": ((20, 19), (30, 12), (10, 9), (40, 38), (16, 14), (25, 20)),
    "2025-12": ((22, 20), (31, 12), (12, 9), (41, 39), (15, 14), (26, 20)),
    "2026-01": ((21, 20), (32, 10), (11, 10), (39, 37), (17, 14), (24, 21)),
    "2026-02": ((20, 20), (30, 9), (12, 11), (42, 40), (18, 14), (27, 22)),
}
FIRST, SECOND = date(2026, 3, 10), date(2026, 3, 20)


def births(month: str, cells: tuple[tuple[int, int], ...]) -> str:
    """One extract of the clinics."""
    rows = (f"{key},{born},{there}\n" for key, (born, there) in zip(KEYS, cells, strict=True))
    return "Ma,Sinh,Tram\n" + "".join(rows)


def make_board(root: Path, project: Compiled) -> None:
    """The province with its two releases."""
    made = in_folder(root, project)
    made.as_of = FIRST
    write_tiny_registry(made)
    for name, text in {
        "agencies.yml": AGENCIES,
        "vocabulary.yml": VOCABULARY,
        "areas.csv": AREAS,
        "area_groups.csv": GROUPS,
        "methods.yml": METHODS + INDEX,
        "needs.yml": NEEDS,
        "clinic/source.yml": CONTRACT,
        "clinic/indicators.yml": HEALTH,
        "budget/source.yml": BUDGET,
        "budget/indicators.yml": MONEY,
    }.items():
        made.write(name, text)
    for month, cells in BIRTHS.items():
        made.land(f"clinic/{month}/2026-03-02_a.csv", births(month, cells))
    money = "".join(f"{key},{100 + place}\n" for place, key in enumerate(KEYS))
    made.land("budget/2026-01/2026-02-03_a.csv", f"Ma,Thu\n{money}")
    made.publish()
    # The second night: a revision, and a file that is refused for what a cell says.
    made.as_of = SECOND
    revised = ((21, 18), *BIRTHS["2026-01"][1:])
    made.land("clinic/2026-01/2026-03-15_b.csv", births("2026-01", revised))
    made.land("budget/2026-02/2026-03-16_a.csv", f"Ma,Thu\n{KEYS[0]},{FORMULA.replace(',', ';')}\n")
    made.write(
        "clinic/responses.yml",
        "far_from_help: {indicator: clinic_birth_rate, area: '00002', "
        "acknowledged: {by: SYT, on: 2026-03-12}, synthetic: true, action: {text: "
        f"{{vi: 'Mở trạm {HARM}', en: Open a clinic}}, by: STC, due: 2026-03-18, "
        "decision: 15/KL-UBND, decided_on: 2026-03-13}}\n",
    )
    made.publish()


def share_board(share: Share, project: Compiled) -> tuple[Release, Release]:
    """Both releases of the province, which all tests read."""
    data = in_folder(share("board", lambda root: make_board(root, project))).data
    first, second = (release_as_of(data, night) for night in (FIRST, SECOND))
    assert first and second
    return first, second
