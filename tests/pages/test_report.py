"""What the pages of deliveries, coverage and the report tell an office, and the workbook holds."""

from __future__ import annotations

from html import unescape
from io import BytesIO

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from kinhbac.release.releases import Release
from kinhbac.scoreboard.pages.report import Report, read_report
from kinhbac.scoreboard.report_workbook import report_workbook
from kinhbac.scoreboard.tables import Tables
from tests.board import FORMULA, share_board
from tests.conftest import Share
from tests.straight import Compiled


@pytest.fixture(scope="module")
def release(share: Share, project: Compiled) -> Release:
    return share_board(share, project)[1]


@pytest.fixture(scope="module")
def report(release: Release) -> Report:
    with Tables(release.folder / "warehouse.duckdb") as tables:
        return read_report(tables)


def page(release: Release, path: str) -> str:
    return unescape((release.folder / "site" / path).read_text(encoding="utf-8"))


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_an_agency_reads_in_its_language_what_to_put_right(release: Release) -> None:
    with duckdb.connect((release.folder / "warehouse.duckdb").as_posix(), read_only=True) as asked:
        items = asked.execute("select item_vi, remedy_vi, remedy from worklist").fetchall()
    assert items
    vietnamese, english = page(release, "deliveries.html"), page(release, "en/deliveries.html")
    for item, remedy, in_english in items:
        assert item in vietnamese and remedy in vietnamese
        assert in_english in english and remedy not in english


def test_the_report_names_agencies_that_are_late_or_refused_and_no_other(report: Report) -> None:
    # Budget owes January and February: the first came in time, the second was refused.
    assert [(row["owner"], row["counts"]["refused"]) for row in report.owners] == [("STC", 1)]


def test_the_report_tells_warnings_of_the_province_before_those_of_communes(report: Report) -> None:
    assert [row["scope"] for row in report.open_warnings] == ["province", "commune"]
    assert report.open_warnings[1]["overdue"] == 1


def test_the_workbook_holds_figures_to_the_last_digit_and_a_word_for_what_is_absent(
    release: Release, report: Report
) -> None:
    [workbook] = (release.folder / "site" / "data").glob("report.*.xlsx")
    held = sheets(workbook.read_bytes())
    figures = [row[1] for row in held["Chỉ số cấp tỉnh"][4:]]
    assert figures == [report.values[0]["value"], "tạm giữ"]
    assert [row[2] for row in held["Giao nhận"][4:]] == ["bị từ chối"]
    assert [row[4] for row in held["Chỉ đạo quá hạn"][4:]] == [report.overdue[0]["action_due"]]


def test_the_workbook_calls_agencies_by_name(release: Release, report: Report) -> None:
    [workbook] = (release.folder / "site" / "data").glob("report.*.xlsx")
    held = sheets(workbook.read_bytes())
    said = {cell for rows in held.values() for row in rows[4:] for cell in row}
    assert not said & {*report.short_names}
    assert report.short_names[report.values[0]["owner"]] in said


def test_a_name_that_looks_like_a_formula_stays_a_text(report: Report) -> None:
    content = report_workbook(vars(report))
    assert sheets(content)["Giao nhận"][4][0] == FORMULA
    assert content == report_workbook(vars(report))


def test_the_workbook_tells_how_well_each_agency_delivers(release: Release) -> None:
    [workbook] = (release.folder / "site" / "data").glob("report.*.xlsx")
    told = {row[0]: row[2:8] for row in sheets(workbook.read_bytes())["Chất lượng dữ liệu"][4:]}
    with duckdb.connect((release.folder / "warehouse.duckdb").as_posix(), read_only=True) as asked:
        expected = asked.execute(
            "select name_vi, 100 * max_by(value, period_start) from quality "
            "inner join agencies on subject = agency "
            "where level = 'agency' and measure = 'on_time' and period_kind = 'quarter' group by 1"
        ).fetchall()
    assert expected and {name: row[3] for name, row in told.items() if row[3] != ""} == (
        dict(expected) | {"Tỉnh Bắc Ninh": told["Tỉnh Bắc Ninh"][3]}
    )
