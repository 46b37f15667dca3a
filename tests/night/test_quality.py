"""How well sources deliver, measured on deliveries that a person can count on his fingers.

Here: one source that comes late, is refused, leaves a cell empty and revises one; one that is
exemplary; what every level above them says. Not here: the page (``tests.pages``).
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import get_args

import duckdb
import pytest
from click.testing import CliRunner

from kinhbac import cli
from kinhbac.answers.quality import describe_quality, read_quality
from kinhbac.registry.declared.contract import ReportConcept
from kinhbac.scoreboard.site import build_site
from tests.conftest import (
    AS_OF,
    CLINIC,
    ENROLLED,
    FEBRUARY,
    JANUARY,
    PUPILS,
    REGISTER,
    SCHOOL,
    Province,
    make_tiny,
)
from tests.straight import Compiled

ASSESSED = """classes:
  B: {name: {vi: Đạt, en: Meets}, at_least: 50}
  C: {name: {vi: Chưa đạt, en: Does not meet}, at_least: 0}
criteria:
  clean:
    name: {vi: Sạch, en: Clean}
    weight: 50
    measures: {right_first_time: {none: 0, full: 1}}
  owned:
    name: {vi: Có chủ, en: Owned}
    weight: 50
    measures: {owner_proven: {none: 0, full: 1}}
"""
MEASURES = "select measure, {what} from quality where subject = '{subject}' and period = '{period}'"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory, project: Compiled) -> Province:
    """Clinics: January in time and revised on 12 March, February refused once and five days late
    with one cell missing. Schools: both months in time, whole and right."""
    made = make_tiny(tmp_path_factory.mktemp("measured"))
    made.project = project
    made.write("clinic/source.yml", CLINIC.replace("2025-01", "2026-01"))
    made.write("school/source.yml", SCHOOL)
    made.write("school/indicators.yml", PUPILS)
    made.write("register/source.yml", REGISTER)
    made.write("quality.yml", ASSESSED)
    made.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    made.as_of = date(2026, 2, 5)
    made.publish()
    made.as_of = AS_OF
    made.land("clinic/2026-01/2026-03-12_b.csv", JANUARY.replace(",10,9", ",10,8"))
    made.land("clinic/2026-02/2026-03-04_a.csv", FEBRUARY.replace("20", "twenty"))
    made.land("clinic/2026-02/2026-03-10_b.csv", FEBRUARY)
    made.land("school/2026-01/2026-02-04_a.csv", ENROLLED)
    made.land("school/2026-02/2026-03-05_a.csv", ENROLLED)
    made.land("register/2026-01/2026-02-10_a.csv", "Ma,Khai sinh\n00001,10\n00002,50\n")
    made.publish()
    return made


def test_a_source_is_measured_by_its_own_deliveries(measured: Province) -> None:
    found = dict(measured.query(MEASURES.format(what="value", subject="clinic", period="2026-Q1")))
    assert found == {
        "delivered": 1,
        "on_time": 0.5,
        "days_after_due": 1.5,  # two days before, five after
        "days_after_due_p90": pytest.approx(-2 + 0.9 * 7),
        "first_lag": 6.5,  # 3 February after January, 10 March after February
        "final_lag": 25,  # 12 March after January, 10 March after February
        "cells_complete": 7 / 8,
        "areas_silent": 0,
        "comparable_length": 2,
        "series_breaks": 0,
        "right_first_time": 0.5,
        "refusals": 0.5,
        "problems": pytest.approx(1000 / 7),
        "problems_of_files": 0,
        "problems_of_rows": 0,
        "problems_of_values": pytest.approx(1000 / 7),  # «twenty» is no number
        "problems_of_sums": 0,
        "cells_held": 0,
        "cells_unrevised": 6 / 7,
        "revision_size": 1 / 8,  # nine became eight
        "revision_first": 1 / 8,
        "revision_latest": 1 / 8,
        "revision_mean": 1 / 8,  # its numerator says: downward
        "revisions_one_way": None,  # of one revised cell nothing is said
        "revisions_sign_test": None,
        "days_to_settle": 37,  # 3 February nine, 12 March eight, 5 % apart and more
        "jumps_unexplained": 0,
        "agreement": 0.5,
        "asymmetry": pytest.approx((0 + 20 / 40) / 2),
        "elements_delivered": 1,  # births, and those at clinics, in communes
        "indicators_resting": 5,
        "composites_resting": 2,
        "exports_resting": 15,  # five in catalogue, SDMX and package each; none is open
        "warnings_resting": 2,
        "described": 1,
        "owner_proven": 0,
    }


def test_problems_by_kind_are_all_problems_and_the_registry_stands_against_deliveries(
    measured: Province, project: Compiled, tmp_path: Path
) -> None:
    """A column that is not there, an area that nobody knows, too many births, one after the other;
    and births of the province itself, which the contract declares and nobody has ever told."""
    made = make_tiny(tmp_path)
    made.project, made.as_of = project, date(2026, 2, 20)
    declared = "whole: true, areas: [province, commune]"
    made.write(
        "clinic/source.yml", CLINIC.replace("2025-01", "2026-01").replace("whole: true", declared)
    )
    made.land("clinic/2026-01/2026-02-01_a.csv", JANUARY.replace("Tram", "Tam"))
    made.land("clinic/2026-01/2026-02-02_b.csv", JANUARY.replace("00002", "99999"))
    made.land("clinic/2026-01/2026-02-03_c.csv", JANUARY.replace(",30,", ",3000,"))
    made.land("clinic/2026-01/2026-02-04_d.csv", JANUARY)
    made.build()
    what = MEASURES.format(what="numerator", subject="clinic", period="2026-Q1")
    found = dict(made.query(what))
    kinds = ("problems_of_files", "problems_of_rows", "problems_of_values", "problems_of_sums")
    assert [found[kind] for kind in kinds] == [1, 1, 1, 0]
    assert sum(found[kind] for kind in kinds) == found["problems"]
    declared_told = MEASURES.format(what="value", subject="clinic", period="2026-Q1")
    assert dict(made.query(declared_told))["elements_delivered"] == pytest.approx(2 / 3)


def test_levels_above_count_deliveries_and_do_not_average_measures(measured: Province) -> None:
    what = "(numerator, denominator, round(value, 6))"
    found = dict(measured.query(MEASURES.format(what=what, subject="province", period="2026")))
    assert found["on_time"] == (3, 4, 0.75)
    assert found["cells_complete"] == (11, 12, round(11 / 12, 6))
    assert found["indicators_resting"] == (6, 6, 6)
    agencies = measured.query(
        "select subject, value from quality where level = 'agency' and measure = 'on_time' "
        "and period = '2026' order by all"
    )
    assert agencies == [("STC", 1.0), ("SYT", 0.5)]


def test_two_are_too_few_to_stand_beside_each_other(measured: Province) -> None:
    assert measured.query(
        "select distinct standing from quality where level = 'agency' and measure = 'on_time'"
    ) == [(None,)]


def test_the_exemplary_one_is_left_in_peace(measured: Province) -> None:
    found = dict(measured.query(MEASURES.format(what="value", subject="school", period="2026-Q1")))
    assert {found[name] for name in ("delivered", "on_time", "cells_complete", "cells_unrevised",
                                     "right_first_time")} == {1}  # fmt: skip
    assert {found[name] for name in ("refusals", "problems", "cells_held")} == {0}
    assert "revision_size" not in found  # of nothing revised no size can be said


def test_what_only_people_can_write_is_asked_for_once_a_source(measured: Province) -> None:
    asked = "select agency, source, found from worklist where item = 'unwritten_report' order by 2"
    everything = "mandate, relevance, accuracy, comparability, cost, revision_policy"
    assert measured.query(asked) == [
        ("SYT", "clinic", everything),
        ("STC", "register", everything),
        ("STC", "school", everything),
    ]
    assert everything == ", ".join(get_args(ReportConcept))


def test_what_came_of_former_periods_on_the_first_day_was_not_late(
    project: Compiled, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = make_tiny(tmp_path_factory.mktemp("history"))
    made.project = project
    made.as_of = date(2026, 3, 4)
    made.write("clinic/source.yml", CLINIC.replace("2025-01", "2025-12"))
    made.land("clinic/2025-12/2026-02-03_a.csv", JANUARY)
    made.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    made.build()
    of_deliveries = dict(
        made.query(MEASURES.format(what="denominator", subject="clinic", period="2026-Q1"))
    )
    assert (of_deliveries["delivered"], of_deliveries["on_time"]) == (2, 1)


def test_people_read_it_in_words_and_machines_as_json(
    measured: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = measured.data.current / "warehouse.duckdb"
    told = describe_quality(read_quality(warehouse, "clinic"))
    assert "Sạch (clean)\n" in told and "50 %  kỳ được nhận ngay lần nộp đầu" in told
    assert ": dưới tám ô đã đổi" in told and "hai nơi cùng báo" not in told.splitlines()[-1]
    told = describe_quality(read_quality(warehouse, "school"), "en")
    assert told.endswith("\nConsistent: – figures told twice that agree: no figure was told twice")
    both = [*read_quality(warehouse, "school"), *read_quality(warehouse, "health")]
    told = describe_quality(both, "en")  # as of a source and a sector of one name
    assert told.startswith("school 2026, source\n") and "\nhealth 2026, sector\n" in told
    page = (measured.data.current / "site/en/sources/school.html").read_text("utf-8")
    assert "figures told twice that agree: no figure was told twice" in page
    monkeypatch.setenv("KINHBAC_DATA", str(measured.data.root))
    answer = CliRunner().invoke(cli.main, ["quality", "SYT", "--json"])
    told = json.loads(answer.output)
    by_measure = {row["measure"]: row for row in told["measures"]}
    assert (by_measure["on_time"]["numerator"], by_measure["on_time"]["denominator"]) == (1, 2)
    nobody = CliRunner().invoke(cli.main, ["quality", "SXD"])
    assert nobody.exit_code == 1 and "There are STC, SYT, clinic" in nobody.output


def test_databases_are_assessed_by_the_rules_that_the_release_holds(
    measured: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINHBAC_DATA", str(measured.data.root))
    answer = CliRunner().invoke(cli.main, ["quality", "--year", "2026", "--json"])
    assessed = {entry["source"]: entry for entry in json.loads(answer.output)["assessments"]}
    # Right the first time: 1 of 2 and 2 of 2, half of the points; owners signed nothing.
    assert (assessed["clinic"]["class"], assessed["clinic"]["lowest_points"]) == ("C", 25)
    assert (assessed["school"]["class"], assessed["school"]["lowest_points"]) == ("B", 50)
    assert assessed["clinic"]["criteria"][0]["measures"][0]["denominator"] == 2
    assert assessed["clinic"]["step"]["measure"] == "owner_proven"
    said = CliRunner().invoke(cli.main, ["--lang", "vi", "quality", "SYT", "--year", "2026"]).output
    assert "clinic  loại C, 25 điểm trên 100, hạng 3 trên 3 (có thể từ 2 đến 3)" in said
    assert "); tăng nhiều nhất" in said
    place = assessed["school"]["place"]
    assert (place["rank"], place["low"], place["sources"]) == (1, 1, 3)
    assert "school" not in said


def test_vintages_of_a_figure_are_told_and_what_first_figures_are_worth(
    measured: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Births at clinics of January: 9 of 10, and 8 of 10 from release 2 on; February never moved."""
    monkeypatch.setenv("KINHBAC_DATA", str(measured.data.root))
    told = CliRunner().invoke(cli.main, ["revisions", "clinic_birth_rate", "00001"]).output
    assert "2026-01    [1] 90  [2] 80" in told
    assert "upward in 0, downward in 1 of 1 periods" in told
    nothing = CliRunner().invoke(cli.main, ["revisions", "births_to_date", "00001"]).output
    assert "0 of 2 periods moved" in nothing and "First figures" not in nothing
    unknown = CliRunner().invoke(cli.main, ["revisions", "nothing_like_it", "00001"])
    assert unknown.exit_code == 1 and "There is no indicator" in unknown.output
    cells = CliRunner().invoke(cli.main, ["revisions", "births_at_clinic", "00001"]).output
    assert "2026-01    [1] 9  [2] 8" in cells and "downward in 1 of 2 periods" in cells
    source = (measured.data.current / "site/en/sources/clinic.html").read_text("utf-8")
    assert "How first figures move" in source and "0 / 1" in source and "12.5 %" in source
    page = (measured.data.current / "site/en/indicators/clinic_birth_rate.html").read_text("utf-8")
    assert "first figures move by 2.5 % on average; upward in 0, downward in 1 of 1" in page


def test_the_page_of_a_source_says_what_pulls_it_down_and_what_nobody_has_written(
    measured: Province,
) -> None:
    page = (measured.data.current / "site/sources/clinic.html").read_text("utf-8")
    assert "02/2026: đã gửi, sau hạn, hạn 05/03/2026 · 5 ngày" in page
    assert "02/2026: 1 tệp bị từ chối, 1 lỗi" in page
    assert "01/2026: 1 ô đã sửa, mức sửa trung vị 12,5 %" in page
    assert "loại C, 25 điểm trên 100" in page
    assert "Chưa ai viết (source.yml, report: revision_policy)." in page
    exemplary = (measured.data.current / "site/sources/school.html").read_text("utf-8")
    assert "Điều kéo điểm xuống" not in exemplary


def test_the_card_of_an_agency_says_what_one_act_would_raise_it_most(measured: Province) -> None:
    """Four words of clinics, each of one source: half of two deliveries was late, half refused first,
    half of two figures told twice contradicts; each would give 50 points of one word in six."""
    site = measured.data.current / "site"
    page = (site / "en/agencies/SYT.html").read_text("utf-8")
    assert "In Q1/2026 so far" in page
    assert "send in time; 1 of 2 deliveries were late or are missing" in page
    assert "Alive from 50 % to 100 %, the mean of its words by 8.3 points" in page
    assert not (site / "letters").exists()  # of the quarter that has ended there is nothing
    exemplary = (site / "en/agencies/STC.html").read_text("utf-8")
    assert "were late or are missing" not in exemplary
    ranked = (site / "en/quality.html").read_text("utf-8")
    assert "of fewer than 8 there is none" in ranked and "20.7 % – 100 %" not in ranked


def test_a_figure_that_was_missing_begins_with_the_first_one_told(
    project: Compiled, tmp_path: Path
) -> None:
    made = make_tiny(tmp_path)
    made.project = project
    made.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)
    made.land("clinic/2026-02/2026-03-04_b.csv", FEBRUARY.replace("20,-", "20,4"))
    page = (made.publish().folder / "site/en/sources/clinic.html").read_text("utf-8")
    assert "How first figures move" not in page
    told = "select measure, value from quality where level = 'source' and period_kind = 'quarter' and measure in ('revision_first', 'revisions_one_way')"
    assert made.query(told) == []
    made.land("clinic/2026-02/2026-03-05_c.csv", FEBRUARY.replace("20,-", "20,5"))
    page = (made.publish().folder / "site/en/sources/clinic.html").read_text("utf-8")
    assert '<td class="number">1 / 0</td>' in page and "20 %" in page
    assert dict(made.query(told)) == {"revision_first": 0.2, "revisions_one_way": None}
    assert "fewer than eight cells moved" in page


def test_a_letter_stands_in_both_languages_once_its_quarter_has_ended(
    measured: Province, tmp_path: Path
) -> None:
    then = shutil.copyfile(measured.data.current / "warehouse.duckdb", tmp_path / "then.duckdb")
    then.chmod(0o644)
    with duckdb.connect(then.as_posix()) as db:
        db.execute("update release_info set as_of = date '2026-04-10'")
    build_site(then, tmp_path / "site", None)
    page = (tmp_path / "site/letters/SYT.html").read_text("utf-8")
    assert "Thư quý gửi Sở Y tế" in page and "1 trong 2 kỳ trễ hoặc chưa gửi" in page
    page = (tmp_path / "site/en/letters/STC.html").read_text("utf-8")
    assert "Data quality in Q1/2026" in page and "2 deliveries were late" not in page
