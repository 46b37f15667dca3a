"""What a reader takes along: figures for programs, workbooks for people, a printed sheet."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Page
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from kinhbac.words.language import Language
from tests.board import FORMULA
from tests.pages.conftest import KINDS, Board


def test_a_page_prints_on_a4(board: Board, tmp_path: Path) -> None:
    for kind, most in {
        "today": 1,
        "indicator": 3,
        "report": 7,
        "commune": 3,
        "deliveries": 2,
        "quality": 2,
    }.items():
        page = board.open(KINDS[kind])
        printed = printed_from(page, tmp_path / f"{kind}.pdf")
        assert 1 <= len(printed.pages) <= most, kind
        box = printed.pages[0].mediabox
        sheet = (842, 595) if kind == "today" else (595, 842)
        assert (round(float(box.width)), round(float(box.height))) == sheet
        text = text_of(printed)
        assert page.inner_text("h1").split()[-1] in text
        assert "Tỷ lệ sinh tại trạm" in text or kind in ("commune", "deliveries", "quality")
        page.close()


def test_paper_bears_the_answer_of_a_page_and_what_its_reader_unfolded(
    board: Board, tmp_path: Path
) -> None:
    for kind, folded in {
        "indicator": "#compared-table",
        "commune": "[aria-labelledby=all]",
    }.items():
        page = board.open(KINDS[kind])
        head = page.inner_text(f"{folded} h2")
        assert head not in text_of(printed_from(page, tmp_path / f"{kind}.pdf"))
        page.click(f"{folded} summary >> nth=0")
        row = page.locator(f"{folded} tbody tr").last.inner_text().split()
        unfolded = text_of(printed_from(page, tmp_path / f"{kind}.unfolded.pdf"))
        assert head in unfolded and set(row) <= set(unfolded.split())
        page.close()


def printed_from(page: Page, file: Path) -> PdfReader:
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    return PdfReader(file)


def text_of(printed: PdfReader) -> str:
    return " ".join(sheet.extract_text() for sheet in printed.pages)


def test_a_page_hands_out_every_cell_that_it_shows_from(board: Board) -> None:
    for kind, question in {
        "indicator": "select area, period, value, target, status, state, reason, synthetic "
        "from indicator_values where indicator = 'clinic_birth_rate' order by area, period_start",
        "commune": "select indicator, period, value, rank, peers, percentile, previous_change, "
        "last_year_change, synthetic from latest_values where area = '00002' order by indicator",
    }.items():
        handed_out, there = take_along(board, KINDS[kind]), board.rows(question)
        assert len(handed_out) == len(there) > 0
        for line, row in zip(handed_out, there, strict=True):
            told = {name: line[name] for name in row}
            expected = {name: "" if value is None else value for name, value in row.items()}
            assert {name: type(expected[name])(told[name]) for name in row} | {
                "synthetic": told["synthetic"] == "True"
            } == expected


def test_a_name_that_is_handed_out_is_no_formula(board: Board, tmp_path: Path) -> None:
    other = board.spoilt(tmp_path, f"update areas set name_vi = '{FORMULA}' where area = '00002'")
    for kind, column in {"indicator": "name_vi", "commune": "area_name"}.items():
        names = {line[column] for line in take_along(other, KINDS[kind])}
        assert f"'{FORMULA}" in names and FORMULA not in names


def test_people_take_a_workbook_along(board: Board, tmp_path: Path) -> None:
    """Numbers are numbers in any language of the spreadsheet, and names are no formulas."""
    other = board.spoilt(tmp_path, f"update areas set name_vi = '{FORMULA}' where area = '00002'")
    for kind, column, question in (
        ("indicator", 3, "from indicator_values where indicator = 'clinic_birth_rate' order by area, period_start"),
        ("commune", 3, "from latest_values where area = '00002' order by indicator"),
    ):  # fmt: skip
        page = other.open(KINDS[kind])
        with page.expect_download() as handed_out:
            page.click("#download-workbook")
        file = handed_out.value.path()
        page.close()
        with zipfile.ZipFile(file) as archive:
            assert archive.testzip() is None
            assert b"<f" not in archive.read("xl/sheet.xml")
        rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
        there = [row["value"] for row in board.rows(f"select value {question}")]
        told = [row[column] for row in rows[4:]]
        assert sorted(map(str, told)) == sorted("" if one is None else str(one) for one in there)
        assert any(isinstance(one, float) for one in told)
        assert FORMULA in {text for row in rows for text in row}
        assert Language("vi").words.site.release in rows[1][0]


def take_along(board: Board, path: str) -> list[dict[str, str]]:
    """The lines of the CSV that a page offers."""
    page = board.open(path)
    with page.expect_download() as handed_out:
        page.click("#download")
    text = handed_out.value.path().read_text(encoding="utf-8-sig")
    page.close()
    return list(csv.DictReader(text.splitlines()))


DRAWN = {
    "today": 3,  # matters with their lines, communes on tiles, the strip
    "indicator": 4,
    "areas": 1,
    "commune": 3,
    "composite": 2,
    "agency": 1,
    "quality": 1,
    "compare": 2,
}
"""How many charts at least a page draws, whether the library does or the page itself."""


def unfolded(board: Board, kind: str) -> Page:
    page = board.open(KINDS[kind])
    if kind == "compare":
        page.wait_for_selector("#compare[data-ready]")
    page.wait_for_timeout(300)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    return page


SHAPES = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("kind", DRAWN)
def test_whatever_is_drawn_gives_its_picture_and_its_figures(board: Board, kind: str) -> None:
    page = unfolded(board, kind)
    offered = page.locator(".take > summary").all()
    names = [one.get_attribute("aria-label") or "" for one in offered]
    page.close()
    assert len(names) >= DRAWN[kind]
    for place, name in enumerate(names):
        assert "Vega" not in name
        page = unfolded(board, kind)  # anew: a browser lets one page have ten files at once
        one = page.locator(".take").nth(place)
        files = {}
        for form in ("SVG", "PNG", "CSV", "XLSX"):
            with page.expect_download() as handed_out:
                one.locator(f"button:text('{form}')").click()
            files[form] = handed_out.value.path()
            assert handed_out.value.suggested_filename.endswith(f".{form.lower()}")
        drawn = list(etree.parse(files["SVG"]).iter())
        shapes = {f"{SHAPES}{name}" for name in ("path", "rect", "circle", "line", "polyline")}
        assert sum(part.tag in shapes for part in drawn) > 1
        assert any((part.text or "").strip() for part in drawn if part.tag == f"{SHAPES}text")
        assert files["PNG"].read_bytes().startswith(b"\x89PNG")
        lines = list(csv.reader(io.StringIO(files["CSV"].read_text("utf-8-sig"))))
        assert lines[0][-1] == "release" and len(lines) > 1
        assert {line[-1] for line in lines[1:]} == {f"{board.release.number}"}
        assert {len(line) for line in lines} == {len(lines[0])}
        sheet = CalamineWorkbook.from_path(files["XLSX"]).get_sheet_by_index(0).to_python()
        assert f"{board.release.number}" in str(sheet[1]) and len(sheet) >= 3 + len(lines)
        page.close()


def test_a_picture_of_a_part_of_the_page_holds_its_words_and_its_colours(board: Board) -> None:
    page = board.open("index.html")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    with page.expect_download() as handed_out:
        page.locator(".matters + .take button:text-is('SVG')").click()
    drawn = list(etree.parse(handed_out.value.path()).iter())
    said = " ".join(part.text or "" for part in drawn)
    shown = page.locator(".matter h3 a").first.inner_text()
    assert set(shown.split()) <= set(said.split())
    now = page.locator(".spark .now").first
    told = now.evaluate("one => getComputedStyle(one).stroke")
    assert told in {part.get("stroke") for part in drawn if part.get("d") == now.get_attribute("d")}
    page.close()
