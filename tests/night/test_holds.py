"""Three nights: what is held, what is released all the same, and what ends a hold.

Past 200 lines because all questions are asked of the same three nights.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import python_calamine

from kinhbac.data_folder import DataFolder
from kinhbac.rebuilding import NotRebuildable, rebuild
from kinhbac.release.releases import Release
from kinhbac.release.warehouse import warehouse_of
from tests.conftest import CLINIC, SCHOOL, in_folder, write_tiny_registry
from tests.straight import Compiled

CHECK = """\
checks:
  no_more_at_clinic_than_born:
    name: {vi: Sinh tại trạm không quá số sinh, en: At clinics at most all births}
    left: births_at_clinic
    compare: at_most
    right: births
"""
REGISTER = """\
source: register
name: {vi: Hộ tịch, en: Civil register}
sector: health
owner: [{agency: STC, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month}
table:
  area: {column: Ma, codes_as_of: 2025-07-01}
  vintage: {column: Loại, values: {dự báo: forecast, chính thức: final}}
  scope: {column: Phạm vi, values: {thường trú: residents}}
  statement: Nơi in
comparisons:
  births: {column: Khai sinh, tolerance: {absolute: 1, relative: 0.01}, hold: true}
"""
CLASSES = """\
  class_size: {name: {vi: Sĩ số, en: Class size}, unit: person, column: Sĩ số, over_time: last,
               over_areas: weighted_mean, weight: pupils}
"""
CENSUS = """\
source: census
name: {vi: Điều tra, en: Census}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month}
table: {area: {column: Ma, codes_as_of: 2025-07-01}}
comparisons: {pupils: {column: Học sinh, hold: true}}
"""
TOWN = """\
source: town
name: {vi: Toàn tỉnh, en: Whole province}
sector: health
owner: [{agency: STC, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month}
table: {area: {column: Ma, codes_as_of: 2025-07-01}}
data_elements:
  nurses: {name: {vi: Điều dưỡng, en: Nurses}, unit: person, column: Điều dưỡng, over_time: last,
           over_areas: sum, areas: [commune, province], children: {absolute: 1}}
"""
MORE = """\
pupils_now:
  name: {vi: Số học sinh, en: Pupils}
  group: input
  purpose: Shows the load on schools.
  numerator: pupils
  unit: person
  frequency: month
  direction: neutral
class_size_now:
  name: {vi: Sĩ số, en: Class size}
  group: input
  purpose: Shows where classes are crowded.
  numerator: class_size
  unit: person
  frequency: month
  direction: neutral
nurses_now:
  name: {vi: Số điều dưỡng, en: Nurses}
  group: input
  purpose: Shows the load on nurses.
  numerator: nurses
  unit: person
  frequency: month
  direction: neutral
"""
CORRECTIONS = """\
misread_stamp: &base
  data_element: births
  area: "00002"
  period: 2026-02
  old: 20
  new: 21
  reason: One birth certificate was misread.
  agreed_by: [SYT]
  agreed_on: 2026-05-10
taken_over:
  data_element: births
  area: "00002"
  period: 2026-01
  old: 30
  new: 31
  reason: The owner has delivered the corrected value.
  agreed_by: [SYT, STC]
  agreed_on: 2026-05-10
  source_told_on: 2026-05-10
given_up:
  data_element: births
  area: "00001"
  period: 2026-03
  old: 12
  new: 13
  reason: The agreement was taken back.
  agreed_by: [SYT]
  agreed_on: 2026-05-10
  withdrawn_on: 2026-05-11
overtaken:
  data_element: births
  area: "00001"
  period: 2026-02
  old: 105
  new: 106
  reason: The source delivered a third value since.
  agreed_by: [SYT]
  agreed_on: 2026-05-10
""".replace(" &base", "")
SCHOOLS = "Ma,Học sinh,Sĩ số\n00001,500,25\n00002,700,30\n"
HEAD = "Ma,Ten,Sinh,Tram\n"
SPOKEN = "Ma,Loại,Phạm vi,Nơi in,Khai sinh\n"
INJECTION = "=1-9*4"
"""A formula that names nobody, so that it is told."""


@dataclass
class Night:
    """One release, to be asked."""

    release: Release

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        path = warehouse_of(self.release)
        with duckdb.connect(path.as_posix(), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def cell(self, indicator: str, area: str, period: str) -> tuple[Any, ...]:
        (row,) = self.ask(
            f"""
            select value, reason, held, holds, last_good_value, last_good_period_start,
                last_good_release
            from indicator_values
            where indicator = '{indicator}' and area = '{area}' and period = '{period}'
            """
        )
        return row


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, project: Compiled) -> list[Night]:
    made = in_folder(tmp_path_factory.mktemp("nights"), project)
    made.as_of = date(2026, 2, 10)
    write_tiny_registry(made)
    clinic = CLINIC.replace(", personal: [SoDinhDanh]", "").replace(
        "from: 2025-01", "from: 2026-01"
    )
    clinic = clinic.replace("expected_from: 2025-01", "expected_from: 2026-01")
    made.write("clinic/source.yml", clinic + CHECK)
    made.write("school/source.yml", SCHOOL + CLASSES)
    made.write("census/source.yml", CENSUS)
    made.write("town/source.yml", TOWN)
    made.write("school/indicators.yml", MORE)
    made.write("register/source.yml", REGISTER)
    text = (made.sources / "vocabulary.yml").read_text(encoding="utf-8")
    made.write("vocabulary.yml", text + "scopes: {residents: {vi: Thường trú, en: Residents}}\n")
    made.land("clinic/2026-01/2026-02-03_a.csv", HEAD + "00001,Một,10,9\n00002,Hai,30,3\n")
    made.land("school/2026-01/2026-02-03_a.csv", SCHOOLS)
    made.land("school/2026-01/2026-02-03_a.csv.manifest.yml", "agency: STC\nvintage: estimate\n")
    first = Night(made.publish())

    made.as_of = date(2026, 5, 10)
    for month in ("02", "03", "04"):
        made.land(f"school/2026-{month}/2026-05-03_a.csv", SCHOOLS)
    made.land("clinic/2026-01/2026-05-03_b.csv", HEAD + f"00001,Một,{INJECTION},9\n")
    made.land("clinic/2026-02/2026-05-03_a.csv", HEAD + "00001,Một,105,107\n00002,Hai,20,10\n")
    made.land("clinic/2026-03/2026-05-03_a.csv", HEAD + "00001,Một,12,6\n00002,Hai,20,10\n")
    made.land("census/2026-02/2026-05-03_a.csv", "Ma,Học sinh\n00001,999\n")
    made.land("register/2026-01/2026-05-03_a.csv", SPOKEN + "00001,chính thức,,a,11\n")
    made.land(
        "register/2026-03/2026-05-03_a.csv",
        SPOKEN
        + "00002,chính thức,,sổ,99\n"
        + "00001,dự báo,,kế hoạch,50\n"
        + "00001,chính thức,thường trú,báo cáo,50\n"
        + "00001,chính thức,,nhầm tháng,105\n",
    )
    made.land("school/2026-01/2026-05-03_b.csv", SCHOOLS.replace("500", "510"))
    made.land("SYT/school/2026-04/2026-05-09_copy.csv", SCHOOLS.replace("500", "1"))
    made.land("town/2026-03/2026-05-03_a.csv", "Ma,Điều dưỡng\n00001,4\n00002,5\n24,12\n")
    second = Night(made.publish())

    made.as_of = date(2026, 5, 12)
    made.write("clinic/corrections.yml", CORRECTIONS)
    made.land("clinic/2026-01/2026-05-11_c.csv", HEAD + "00001,Một,10,8\n00002,Hai,31,3\n")
    made.land("clinic/2026-02/2026-05-11_b.csv", HEAD + "00001,Một,107,107\n00002,Hai,20,10\n")
    made.land("register/2026-03/2026-05-11_b.csv", SPOKEN + "00002,chính thức,,sổ,20\n")
    made.land("town/2026-03/2026-05-11_b.csv", "Ma,Điều dưỡng\n00001,4\n00002,5\n24,9\n")
    return [first, second, Night(made.publish())]


def test_a_refused_delivery_leaves_the_last_good_value_marked(nights: list[Night]) -> None:
    assert nights[0].cell("clinic_birth_rate", "00001", "2026-01") == (
        90, None, False, [], None, None, None,
    )  # fmt: skip
    assert nights[1].cell("clinic_birth_rate", "00001", "2026-01") == (
        90, None, True, ["refused:clinic/2026-01"], 90, date(2026, 1, 1), 1,
    )  # fmt: skip


def test_a_failed_check_holds_its_cell_and_all_that_rests_on_it(nights: list[Night]) -> None:
    hold = ["check:clinic/no_more_at_clinic_than_born"]
    shown = (hold, 90, date(2026, 1, 1), 1)
    value, reason, held, *rest = nights[1].cell("clinic_birth_rate", "00001", "2026-02")
    # The newest earlier value that is good is January's, which release 1 published.
    assert (value, reason, held, rest[0], rest[1], rest[2]) == (None, "held", True, *shown[:3])
    for composite in ("clinic_points", "clinic_total"):
        value, reason, held, holds, *_ = nights[1].cell(composite, "00001", "2026-02")
        assert (value, reason, held, holds) == (None, "held", True, hold)
    value, reason, _, holds, *_ = nights[1].cell("clinic_birth_rate", "24", "2026-02")
    assert (value, reason, holds) == (None, "held", hold)
    value, reason, _, holds, *_ = nights[1].cell("births_to_date", "00001", "2026-03")
    assert (value, reason) == (None, "held") and set(hold) <= set(holds)


def test_everything_else_is_released(nights: list[Night]) -> None:
    assert nights[1].cell("clinic_birth_rate", "00002", "2026-02")[:3] == (50, None, False)
    assert nights[1].cell("clinic_birth_rate", "00001", "2026-03")[:3] == (50, None, False)
    held = nights[1].ask(
        "select distinct held from indicator_values "
        "where indicator = 'pupils_now' and period != '2026-02'"
    )
    assert held == [(False,)]
    assert nights[1].cell("pupils_now", "24", "2026-04")[0] == 1200


def test_what_holds_a_weight_holds_the_mean_that_it_weighs(nights: list[Night]) -> None:
    value, reason, _, holds, *_ = nights[1].cell("class_size_now", "24", "2026-02")
    assert (value, reason, holds) == (None, "held", ["disagreement:census/pupils"])
    assert nights[1].cell("class_size_now", "00001", "2026-02")[:3] == (25, None, False)
    mean = (500 * 25 + 700 * 30) / 1200
    assert nights[1].cell("class_size_now", "24", "2026-03")[0] == pytest.approx(mean)


def test_a_held_observation_is_empty_and_says_so(nights: list[Night]) -> None:
    rows = nights[1].ask(
        "select data_element, value, state from observations "
        "where area = '00001' and period = '2026-02' order by 1"
    )
    assert rows[:2] == [("births", None, "held"), ("births_at_clinic", None, "held")]


def test_a_contradiction_holds_where_the_contract_says_so(nights: list[Night]) -> None:
    value, reason, held, holds, *_ = nights[1].cell("clinic_birth_rate", "00002", "2026-03")
    assert (value, reason, held) == (None, "held", True)
    assert holds == ["disagreement:register/births"]


def test_only_a_contradiction_is_a_conflict(nights: list[Night]) -> None:
    verdicts = dict(
        nights[1].ask(
            "select statement, verdict || coalesce(' ' || found_at_period, '') from comparisons"
        )
    )
    assert verdicts == {
        "a": "agrees",
        "sổ": "contradiction",
        "kế hoạch": "vintage",
        "báo cáo": "scope",
        "nhầm tháng": "period 2026-02",
        "Σ communes": "contradiction",
        None: "contradiction",
    }
    told = nights[1].ask(
        "select agency, found, found_vi from worklist where item = 'contradiction' and place like "
        "'births%' order by all"
    )
    found = (
        "Clinics (SYT) says 20, Civil register (STC) says 99: 79 apart",
        "Trạm y tế (SYT) nêu 20, sổ (STC) nêu 99: chênh 79",
    )
    assert told == [(agency, *found) for agency in ("STC", "SYT")]


def test_a_parent_is_compared_with_its_children(nights: list[Night]) -> None:
    query = "select value, compared_value, difference, tolerance, verdict from comparisons where data_element = 'nurses'"
    assert nights[1].ask(query) == [(12, 9, -3, 1, "contradiction")]
    assert nights[1].cell("nurses_now", "24", "2026-03")[:2] == (None, "held")
    assert nights[1].cell("nurses_now", "00001", "2026-03")[0] == 4
    assert nights[2].ask(query) == [(9, 9, 0, 1, "agrees")]
    assert nights[2].cell("nurses_now", "24", "2026-03")[0] == 9


def test_a_late_delivery_shows_the_last_good_value(nights: list[Night]) -> None:
    value, reason, held, holds, last, start, _ = nights[1].cell(
        "clinic_birth_rate", "00001", "2026-04"
    )
    assert (value, reason, held, holds) == (None, "late", False, ["late:clinic/2026-04"])
    assert (last, start) == (50, date(2026, 3, 1))
    (late,) = nights[1].ask("select agency, place, since from worklist where item = 'late_extract'")
    assert late == ("SYT", "clinic/2026-04", date(2026, 5, 6))


def test_holds_say_how_much_depends_on_them_and_who_must_act(nights: list[Night]) -> None:
    holds = {
        row[0]: row[1:] for row in nights[1].ask("select hold, cause, owner, cells from holds")
    }
    assert holds["check:clinic/no_more_at_clinic_than_born"][:2] == ("check", "SYT")
    assert holds["disagreement:register/births"][:2] == ("disagreement", "STC")
    assert all(cells > 0 for _, _, cells in holds.values())


def test_a_corrected_delivery_ends_the_hold_and_is_kept_as_a_revision(nights: list[Night]) -> None:
    assert nights[2].cell("clinic_birth_rate", "00001", "2026-01")[:4] == (80, None, False, [])
    assert nights[2].cell("clinic_birth_rate", "00001", "2026-02")[:4] == (100, None, False, [])
    assert nights[2].cell("clinic_birth_rate", "00002", "2026-03")[:3] == (50, None, False)
    revised = nights[2].ask(
        "select area, period, old_value, new_value, cause, revised_on from observation_revisions "
        "where data_element = 'births' order by cause, area, period"
    )
    assert revised == [
        ("00001", "2026-02", 105, 106, "correction", date(2026, 5, 10)),
        ("00001", "2026-03", 12, 13, "correction", date(2026, 5, 10)),
        ("00002", "2026-01", 30, 31, "correction", date(2026, 5, 10)),
        ("00002", "2026-02", 20, 21, "correction", date(2026, 5, 10)),
        ("00001", "2026-03", 13, 12, "correction_withdrawn", date(2026, 5, 11)),
        ("00001", "2026-02", 105, 107, "delivered_again", date(2026, 5, 11)),
        ("00002", "2026-01", 30, 31, "delivered_again", date(2026, 5, 11)),
    ]


def test_a_later_vintage_supersedes_and_is_kept_as_a_revision(nights: list[Night]) -> None:
    vintages = "select value, vintage from indicator_values where indicator = 'pupils_now' and area = '00001' and period = '2026-01'"
    assert nights[0].ask(vintages) == [(500, "estimate")]
    assert nights[1].ask(vintages) == [(510, "final")]
    assert nights[1].ask(
        "select old_value, new_value, cause, old_vintage, new_vintage from observation_revisions "
        "where data_element = 'pupils'"
    ) == [(500, 510, "later_vintage", "estimate", "final")]


def test_corrections_are_followed_until_a_delivery_closes_them(nights: list[Night]) -> None:
    states = dict(nights[2].ask("select correction, state from corrections"))
    assert states == {
        "clinic/misread_stamp": "in_force",
        "clinic/taken_over": "closed",
        "clinic/given_up": "withdrawn",
        "clinic/overtaken": "overtaken",
    }
    corrected = nights[2].ask(
        "select area, period, value from observations where correction is not null"
    )
    assert corrected == [("00002", "2026-02", 21)]
    assert nights[2].cell("clinic_birth_rate", "00002", "2026-02")[0] == pytest.approx(1000 / 21)
    items = nights[2].ask("select item from worklist where item like 'correction%' order by 1")
    assert items == [("correction_overtaken",), ("correction_to_deliver",)]


def test_the_quarantine_names_file_row_column_rule_expected_and_found(nights: list[Night]) -> None:
    (row,) = nights[1].ask(
        "select file, line, column_name, delivered_value, rule, found from problems "
        "where source = 'clinic'"
    )
    assert row[:5] == ("clinic/2026-01/2026-05-03_b.csv", 2, "Sinh", INJECTION, "type")
    assert "it is not a number" in row[5]


def test_a_strangers_file_goes_to_the_strangers_work_list(nights: list[Night]) -> None:
    query = "select agency, item from worklist where place like 'school/2026-04/%'"
    assert nights[1].ask(query) == [("SYT", "refused_extract")]
    assert nights[1].cell("pupils_now", "24", "2026-04")[:3] == (1200, None, False)


def test_work_lists_are_files_for_people_and_never_formulas(nights: list[Night]) -> None:
    folder = nights[1].release.folder / "worklists"
    rows = list(csv.reader((folder / "SYT.csv").open(encoding="utf-8-sig", newline="")))
    assert rows[0][:3] == ["Việc cần xử lý", "Nguồn dữ liệu", "Vị trí"]
    kinds = {row[0] for row in rows[1:]}
    assert {"Tệp bị từ chối", "Chậm gửi", "Số liệu mâu thuẫn", "Không khớp logic"} <= kinds
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    book = python_calamine.CalamineWorkbook.from_path((folder / "SYT.xlsx").as_posix())
    sheet = book.get_sheet_by_index(0).to_python()
    assert sheet[0][0] == f"Sở Y tế: {len(rows) - 1} việc cần xử lý"
    assert any(INJECTION in str(cell) for row in sheet for cell in row)
    assert not nights[1].release.folder.joinpath("worklists", "SNV.csv").exists()


def test_nothing_delivered_is_ever_lost(nights: list[Night]) -> None:
    data = nights[2].release.folder.parent.parent
    landing = data / "landing"
    landed = [p for p in landing.glob("[!.]*/**/*") if p.is_file() and p.suffix != ".yml"]
    files = {row[0] for row in nights[2].ask("select file from extracts")}
    # An agency's own folder is not part of the name of the delivery.
    assert files == {"/".join(path.parts[-3:]) for path in landed}


def test_a_night_with_refusals_and_corrections_is_computed_again(
    nights: list[Night], tmp_path: Path
) -> None:
    """By dbt, which so makes of this province what the compiled models made of it."""
    release = nights[2].release
    data = DataFolder(release.folder.parent.parent)
    rebuilt = rebuild(data, release, tmp_path / "again")
    assert rebuilt.differing == () and rebuilt.same_code
    assert rebuilt.tables == len(release.manifest["tables"])
    with pytest.raises(NotRebuildable, match="is not empty"):
        rebuild(data, release, tmp_path / "again")


def test_a_withdrawn_owner_cannot_correct_alone(tmp_path: Path) -> None:
    made = in_folder(tmp_path)
    write_tiny_registry(made)
    text = CORRECTIONS.replace("[SYT]", "[STC]").replace("period: 2026-03", "period: 2026-Q1")
    made.write("clinic/corrections.yml", text.replace('area: "00001"', 'area: "99999"'))
    from kinhbac.problems import ProblemsFound

    with pytest.raises(ProblemsFound) as found:
        _ = made.registry
    said = str(found.value)
    assert "the owner, SYT, has not agreed" in said
    assert "«2026-Q1» is no month" in said and "unknown area «99999»" in said
