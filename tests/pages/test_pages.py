"""The site in a real browser, page by page. Past 200 lines because one built site and one
browser are shared by every question asked of them."""

from __future__ import annotations

import csv
import os
import re
import shutil
import zipfile
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urldefrag

import duckdb
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from kinhbac.digits import rounded
from kinhbac.scoreboard import site
from kinhbac.scoreboard.addresses import split_address
from kinhbac.scoreboard.chart_images import ValueAxis
from kinhbac.scoreboard.kept import keep
from kinhbac.scoreboard.pages import decomposition, figures
from kinhbac.scoreboard.site import build_site, site_paths
from kinhbac.scoreboard.tables import Tables
from kinhbac.words import catalogue
from kinhbac.words.catalogue import CODES, Code
from kinhbac.words.language import Language
from tests.board import FORMULA, HARM
from tests.pages.conftest import Board
from tests.pages.layout import WIDTHS, faults_of

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
KINDS = {
    "today": "index.html",
    "catalogue": "catalogue.html",
    "indicator": "indicators/clinic_birth_rate.html",
    "harm": "indicators/revenue_to_date.html",
    "areas": "areas/index.html",
    "commune": "areas/00002.html",
    "province": "areas/24.html",
    "compare": "compare.html",
    "agency": "agencies/SYT.html",
    "need": "needs/care.html",
    "source": "sources/clinic.html",
    "composites": "composites/index.html",
    "composite": "composites/care_index.html",
    "deliveries": "deliveries.html",
    "quality": "quality.html",
    "coverage": "coverage.html",
    "dictionary": "dictionary.html",
    "report": "report.html",
}


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_accessible_fits_a_phone_and_asks_nothing_outside(
    board: Board, kind: str, language: Code
) -> None:
    page = board.open(KINDS[kind], language)
    assert page.get_attribute("html", "lang") == language
    assert page.locator("h1").count() == 1
    assert page.evaluate("window.hacked") is None
    # The engine would fetch the style sheet anew, which the page's policy forbids.
    found = Axe().run(page, options={"runOnly": RULES, "preload": False})
    broken = found.response["violations"]
    assert [(rule["id"], [one["html"] for one in rule["nodes"]]) for rule in broken] == []
    assert page.evaluate("document.fonts.check('16px \"Kinh Bac Sans\"', 'Đặng Ở Ữ ể')")
    # Coverage shows needs and steps alone, the dictionary no figure; every figure of the others is made up.
    marked = page.locator(".demonstration").count()
    assert marked == (kind not in ("coverage", "dictionary"))
    for across, down in WIDTHS.values():
        page.set_viewport_size({"width": across, "height": down})
        assert faults_of(page) == [], across
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


@pytest.mark.parametrize("language", CODES)
def test_figures_are_those_of_the_release_and_written_as_people_write_them(
    board: Board, language: Code
) -> None:
    cells = {
        (row["indicator"], row["area"], row["period"]): row["value"]
        for row in board.rows("select indicator, area, period, value from indicator_values")
    }
    asked = 0
    for kind in ("today", "catalogue", "indicator", "harm", "commune", "province", "report"):
        page = board.open(KINDS[kind], language)
        shown = page.evaluate(
            "[...document.querySelectorAll('a.cell')].map(link => "
            "[link.href, link.querySelector('data').value, "
            "link.querySelector('data').textContent])"
        )
        for href, value, text in shown:
            address, fragment = urldefrag(href)
            area, period = unquote(fragment).split("/")
            if "/indicators/" not in address:
                continue
            expected = cells[Path(address).stem, area, period]
            assert float(value) == expected
            assert text == Language(language).number(expected)
            asked += 1
        page.close()
    assert asked > 25


@pytest.mark.parametrize("language", CODES)
def test_pages_say_what_would_raise_an_area_most(board: Board, language: Code) -> None:
    words = Language(language).words
    steps = board.rows(
        "select steps.*, parts.* from composite_steps as steps "
        "inner join indicators as parts on steps.component = parts.indicator "
        "where steps.indicator = 'care_index' and area = '00002' and place is not null "
        "order by place"
    )
    assert steps, "the board has a commune that can be raised"
    for path in (f"{KINDS['composite']}#00002/2026-02", KINDS["commune"]):
        page = board.open(path, language)
        assert page.inner_text("#steps") == words["steps"]["heading"]
        rows = page.locator("#step-tables tbody tr")
        assert rows.count() == len(steps) <= 3
        for place, step in enumerate(steps):
            told = rows.nth(place).inner_text()
            figures = (
                rows.nth(place)
                .locator("data")
                .evaluate_all("shown => shown.map((one) => Number(one.value))")
            )
            assert step[f"name_{language}"] in told and words["step_mark"][step["mark"]] in told
            expected = [step[name] for name in ("component_value", "aim", "gain")]
            assert figures[:3] == expected and figures[3:] == [step["rank"], step["rank_after"]]
        page.close()


def test_statistics_for_methodologists_stand_behind_details(board: Board) -> None:
    page = board.open(KINDS["composite"])
    assert not page.is_visible("#tree") and page.is_visible("#decomposition")
    page.click("#statistics > summary")
    assert page.is_visible("#tree") and page.is_visible("#sensitivity")
    page.close()


def test_scripts_round_as_the_tables_do(board: Board) -> None:
    figures = [8192.005, 3.125, -2.5, 1.0049999999999999, 2 / 3, 123456789012.9949, 1e300, -0.001]
    page = board.open(KINDS["commune"])
    for decimals in (0, 2, 6):
        shown = page.evaluate(
            "([figures, most]) => figures.map((one) => window.kinhbac.rounded(one, most))",
            [figures, decimals],
        )
        assert shown == [rounded(figure, decimals) for figure in figures]
    page.close()


@pytest.mark.parametrize("language", CODES)
def test_scripts_write_figures_as_pages_made_without_them(board: Board, language: Code) -> None:
    """Figures of every size, typed ones that end on a half, thirds, what carries into another digit;
    by the digits of their size and by those that an indicator declares."""
    chance = np.random.default_rng(23)
    sizes = (chance.uniform(-1, 1, 200) * 10.0 ** chance.integers(-8, 12, 200)).tolist()
    halves = [(whole + 0.5) / 10**places
              for places in range(6) for whole in chance.integers(-(10**5), 10**5, 40).tolist()]  # fmt: skip
    parts = (100 * chance.integers(0, 400, 100) / chance.integers(1, 400, 100)).tolist()
    edges = [sign * 10.0**power * near for power in range(-7, 12) for sign in (-1, 1)
             for near in (1, 0.9994, 0.9995, 0.9996, 1 - 1e-12, 1 + 1e-15)]  # fmt: skip
    figures = [0.0, *sizes, *halves, *parts, *edges]
    page = board.open(KINDS["commune"], language)
    for decimals in (None, 0, 1, 2, 4):
        shown = page.evaluate(
            "([figures, most]) => figures.map((one) => window.kinhbac.number(one, most))",
            [figures, decimals],
        )
        expected = [Language(language).number(figure, decimals) for figure in figures]
        odd = [told for told in zip(figures, shown, expected, strict=True) if told[1] != told[2]]
        assert not odd, (decimals, odd[:5])
    page.close()


def test_charts_of_pages_and_of_documents_stand_on_the_same_axes(board: Board) -> None:
    bounds = [(None, None), (0.0, 100.0), (None, 100.0), (-50.0, None)]
    series = [
        [92.0, 99.5],
        [3.0, 12.0],
        [-4.0, 8.0],
        [-9.0, -8.0],
        [0.0, 0.0],
        [75.25],
        [101.0, 60.0],
    ]
    page = board.open(KINDS["indicator"])
    for values in series:
        given = {
            "cells": [{"value": one} for one in values],
            "forecast": [{"low": 70.0, "high": 71.0}],
        }
        for datasets in (given, {**given, "forecast": []}):
            for least, most in bounds:
                drawn = page.evaluate(
                    "(given) => window.kinhbac.domainOf(...given)", [datasets, least, most]
                )
                assert tuple(drawn) == ValueAxis("", least, most).domain(datasets)
    page.close()


def test_a_figure_leads_to_where_it_comes_from(board: Board) -> None:
    page = board.open(KINDS["commune"])
    page.locator("a.cell[href*='clinic_birth_rate.html#00002/2026-02']").first.click()
    page.wait_for_selector("#explained dl")
    told = page.inner_text("#explained")
    (cell,) = board.rows(
        "select * from indicator_values where indicator = 'clinic_birth_rate' "
        "and area = '00002' and period = '2026-02'"
    )
    figures = [
        float(value)
        for value in page.evaluate(
            "[...document.querySelectorAll('#explained data')].map(one => one.value)"
        )
    ]
    assert {cell["value"], cell["numerator"], cell["denominator"], cell["target"]} <= set(figures)
    assert {9.0, 30.0} <= set(figures)
    extracts = board.rows("select * from extracts where extract = any($1)", cell["extracts"])
    for extract in extracts:
        assert extract["file"] in told
        assert extract["sha256"][:12] in told
    page.close()


def test_an_operand_that_lies_back_is_looked_up_months_before(board: Board) -> None:
    """Also across a year, and on a day that the earlier month does not have."""
    page = board.open(KINDS["indicator"])
    days = [("2026-01-01", 1), ("2026-03-31", 1), ("2024-02-29", 12), ("2026-02-01", 0)]
    found = page.evaluate("(days) => days.map((one) => window.kinhbac.monthsBefore(...one))", days)
    assert found == ["2025-12-01", "2026-02-28", "2023-02-28", "2026-02-01"]
    page.close()


def test_another_area_is_drawn_from_its_own_cells(board: Board) -> None:
    page = board.open(KINDS["indicator"])
    page.select_option("#area", "00003")
    page.wait_for_timeout(300)
    (counted,) = board.rows(
        "select count(value) as n from indicator_values "
        "where indicator = 'clinic_birth_rate' and area = '00003'"
    )
    points = "[data-chart='series'] svg path[aria-roledescription='point']"
    assert page.locator(points).count() >= counted["n"] > 0
    page.close()


def test_the_language_is_switched_in_place(board: Board) -> None:
    page = board.open(f"{KINDS['indicator']}#00002/2026-02")
    page.click("[data-language-switch]")
    assert page.url == board.address(KINDS["indicator"], "en") + "#00002/2026-02"
    page.wait_for_selector("#explained dl")
    assert "Numerator" in page.inner_text("#explained") or "numerator" in page.inner_text(
        "#explained"
    )
    page.click("[data-language-switch]")
    assert page.url == board.address(KINDS["indicator"]) + "#00002/2026-02"
    page.close()


def test_search_folds_letters_and_counts(board: Board) -> None:
    page = board.open("catalogue.html")
    every = len(board.rows("select indicator from indicators"))
    assert page.inner_text("#found") == str(every)
    page.fill("#find", "TY LE SINH")
    assert page.inner_text("#found") == "1"
    assert page.locator("#definitions tr:visible").count() == 1
    page.fill("#find", "")
    page.select_option("#by-sector", "budget")
    assert page.locator("#definitions tr:visible").count() == 1
    page.goto(board.address("catalogue.html") + "#source=clinic&group=composite")
    page.reload()
    assert page.locator("#definitions tr:visible").count() == 1
    page.goto(board.address("areas/index.html"))
    page.fill("#find", "dinh bang")
    assert page.locator("#communes tr:visible").count() == 1
    page.close()


def test_tiles_count_red_matters_and_are_as_dark_as_these_weigh(board: Board) -> None:
    """Of matters of a commune's own: what most communes share is the province's."""
    reds = {
        row["area"]: (row["n"], row["weight"])
        for row in board.rows(
            "select area, count(distinct indicator) as n, sum(weight) as weight "
            "from warnings inner join areas using (area) "
            "where open and level = 'red' and kind = 'commune' and shared_by is null group by area"
        )
    }
    assert reds
    look = "tile => getComputedStyle(tile).backgroundColor"
    for kind in ("today", "areas"):
        page = board.open(KINDS[kind])
        grounds = {}
        for tile in page.locator(".tiles a").all():
            count, weight = reds.get(Path(tile.get_attribute("href") or "").stem, (0, 0))
            assert tile.inner_text() == str(count)
            assert f": {count} " in (tile.get_attribute("aria-label") or "")
            ground = tile.evaluate(look)
            assert grounds.setdefault(weight, ground) == ground
        assert len(grounds) > 1
        # The heaviest is darkest, nothing is white.
        assert grounds[max(grounds)] == "rgb(156, 31, 23)"
        assert grounds.get(0, "rgb(255, 255, 255)") == "rgb(255, 255, 255)"
        page.close()


def test_a_table_is_sorted_by_its_figures(board: Board) -> None:
    page = board.open(KINDS["indicator"])
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    head = page.locator("#compared-table th[data-sort='number'] button").first
    figures = "[...document.querySelectorAll('#compared-table tbody tr')].map("
    figures += "row => Number(row.cells[1].querySelector('data').value))"
    head.click()
    assert page.evaluate(figures) == sorted(page.evaluate(figures))
    head.click()
    assert page.evaluate(figures) == sorted(page.evaluate(figures), reverse=True)
    assert head.locator("xpath=..").get_attribute("aria-sort") == "descending"
    page.close()


def test_everything_is_reached_by_keyboard(board: Board) -> None:
    page = board.open(KINDS["indicator"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break  # behind the last of them
        reached.add(
            page.evaluate(
                "(one => one.id || one.getAttribute('role') || one.tagName)(document.activeElement)"
            )
        )
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
    assert {"area", "SUMMARY", "region", "A"} <= reached
    page.close()


def test_a_page_prints_on_a4(board: Board, tmp_path: Path) -> None:
    for kind, most in {"today": 1, "indicator": 6, "report": 7, "commune": 5}.items():
        page = board.open(KINDS[kind])
        file = tmp_path / f"{kind}.pdf"
        page.pdf(path=file, prefer_css_page_size=True, print_background=True)
        printed = PdfReader(file)
        assert 1 <= len(printed.pages) <= most, kind
        box = printed.pages[0].mediabox
        sheet = (842, 595) if kind == "today" else (595, 842)
        assert (round(float(box.width)), round(float(box.height))) == sheet
        text = " ".join(page.extract_text() for page in printed.pages)
        assert page.inner_text("h1").split()[-1] in text
        assert "Tỷ lệ sinh tại trạm" in text or kind == "commune"
        page.close()


def test_names_that_mean_harm_are_shown_as_text(board: Board) -> None:
    page = board.open(KINDS["harm"])
    assert HARM in page.inner_text("h1")
    page.close()
    page = board.open("deliveries.html")
    assert FORMULA in page.inner_text("main")
    page.close()
    for path in site_paths(board.site):
        if path.endswith(".html"):
            text = (board.site / path).read_text(encoding="utf-8")
            assert "<script>window.hacked" not in text, path
            assert "<img src=x" not in text, path


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


@pytest.mark.parametrize("language", CODES)
def test_today_and_the_report_do_without_scripts_and_every_other_page_says_so(
    board: Board, language: Code
) -> None:
    assert board.browser.browser
    context = board.browser.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    said = Language(language).words.site.no_script
    for kind, path in KINDS.items():
        page.goto(board.address(path, language))
        whole = kind in ("today", "report")
        assert (said in page.inner_text("main")) is not whole, kind
        if whole:
            assert page.locator("main data").count() > 5
    context.close()


def test_every_link_leads_to_a_page_or_a_file_of_the_site(board: Board) -> None:
    lost = set()
    for path in site_paths(board.site):
        if path.endswith(".html"):
            text = (board.site / path).read_text(encoding="utf-8")
            for address in re.findall(r'(?:href|src)="([^"#]+)', text):
                target = (board.site / path).parent / unquote(unescape(address)).partition("?")[0]
                if not target.is_file():
                    lost.add((path, address))
    assert lost == set()


def test_what_scripts_fill_in_leads_to_pages_of_the_site_too(board: Board) -> None:
    for kind in ("catalogue", "indicator", "harm", "commune", "province", "composite"):
        page = board.open(KINDS[kind])
        for address in page.evaluate("[...document.links].map(link => link.href)"):
            assert Path(unquote(urldefrag(address)[0]).removeprefix("file://")).is_file(), address
        page.close()


def test_only_what_has_changed_is_written_again(board: Board, tmp_path: Path) -> None:
    before, now = board.first.folder / "site", board.site
    same = {path for path in site_paths(now) if path in set(site_paths(before))}
    shared = {
        (split_address(path) or [path])[0]
        for path in same
        if (now / path).stat().st_ino == (before / path).stat().st_ino
    }
    assert {"assets/vega.js", "assets/fonts/regular.woff2"} <= shared
    # Figures were revised: what only lists definitions stays as it is.
    assert {"catalogue.html", "en/catalogue.html", "data/names.js"} <= shared
    assert not {"data/indicators/clinic_birth_rate.js", "data/latest/health.js"} & shared
    assert "indicators/clinic_birth_rate.html" not in shared  # it lists the revision
    again = build_site(board.release.folder / "warehouse.duckdb", tmp_path / "site", now)
    assert again.files == again.taken_over


def test_what_was_damaged_since_it_was_sealed_is_made_anew(board: Board, tmp_path: Path) -> None:
    """Also a page that is made of the same, and one that a script beside it is not."""
    damaged = tmp_path / "damaged"
    shutil.copytree(board.site, damaged / "site", copy_function=os.link)
    os.link(board.release.folder / "SHA256SUMS", damaged / "SHA256SUMS")
    figures, script = (
        path
        for path in sorted(site_paths(board.site))[::-1]
        if (split_address(path) or [""])[0] in ("data/latest/health.js", "assets/cells.js")
    )
    spoilt = ("catalogue.html", figures, script)
    for path in spoilt:
        (damaged / "site" / path).unlink()
        (damaged / "site" / path).write_text("torn", encoding="utf-8")
    warehouse = board.release.folder / "warehouse.duckdb"
    again = build_site(warehouse, tmp_path / "site", damaged / "site")
    assert again.files - again.taken_over == len(spoilt)
    for path in spoilt:
        assert (tmp_path / "site" / path).read_bytes() == (board.site / path).read_bytes()


@pytest.mark.parametrize("torn", [b"", b"{", b'{"index.html": 1}', b"\xff"])
def test_a_damaged_list_of_pages_is_made_anew_with_all_of_them(
    torn: bytes, board: Board, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(board.site, damaged / "site", copy_function=os.link)
    os.link(board.release.folder / "SHA256SUMS", damaged / "SHA256SUMS")
    (damaged / "site" / "pages.json").unlink()
    (damaged / "site" / "pages.json").write_bytes(torn)
    again = build_site(
        board.release.folder / "warehouse.duckdb", tmp_path / "site", damaged / "site"
    )
    assert again.taken_over == 0
    assert "pages.json is not as it was sealed" in caplog.text
    for path in (*site_paths(board.site), "pages.json"):
        assert (tmp_path / "site" / path).read_bytes() == (board.site / path).read_bytes()


FOLLOWED = (
    "update indicator_values set value = value + 1",
    "update indicator_values set status = 'red'",
    "update indicator_changes set previous_change = 7",
    "update latest_values set rank = rank + 1",
    "update operand_values set value = value + 1",
    "update revisions set area = '00006'",
    "update extracts set file = 'another'",
    "update limits set yellow_low = yellow_low + 1",
    "update progress set outlook_vi = 'another'",
    "update areas set valid_from = date '2026-01-01' where kind = 'province'",
    "update indicators set span = 'year_to_date'",
    "update indicators set name_vi = 'another'",
    "update data_elements set unit_en = 'another'",
    "update indicator_terms set coefficient = coefficient + 1",
    "update composite_aggregated set mark = 'another'",
    "update composite_ranks set rank_met = 0.5",
    "update composite_components set position = -position",
    "update composite_changes set change = 7",
    "update composite_denominated set value = value + 1",
    "update composite_treated set value = value + 1",
    "update composite_normalised set value = value + 1",
    "update composite_weighted set value = value + 1",
    "update composite_steps set gain = gain + 1",
    "update area_groups set name_vi = 'another'",
)
"""Changes of every kind of rows from which a script of figures follows."""


def test_a_script_of_figures_that_would_say_something_else_is_made_again(
    board: Board, tmp_path: Path
) -> None:
    sealed = board.release.folder / "warehouse.duckdb"
    before = make_scripts(sealed)
    changed_by = {}
    for number, statement in enumerate(FOLLOWED):
        copy = shutil.copyfile(sealed, tmp_path / f"{number}.duckdb")
        copy.chmod(0o644)
        with duckdb.connect(copy.as_posix()) as connection:
            connection.execute(statement)
        now = make_scripts(copy)
        changed_by[statement] = {path for path in now if now[path][1] != before[path][1]}
        taken = {path for path in now if now[path][0] == before[path][0]}
        assert not taken & changed_by[statement], statement
    assert [statement for statement, paths in changed_by.items() if not paths] == []


def make_scripts(warehouse: Path) -> dict[str, tuple[str | None, str | bytes | None]]:
    """Every script of figures: all that it is made of, and what it says."""
    with Tables(warehouse) as tables:
        made = [
            file
            for kind in (figures, decomposition)
            for file in kind.figures(tables, lambda *_: False)
        ]
    return {file.path: (file.state, file.content) for file in made}


def test_what_says_the_same_is_the_same_file_though_it_was_made_again(
    board: Board, tmp_path: Path
) -> None:
    other = board.spoilt(tmp_path, "update warnings set times_reopened = 9")
    page = KINDS["indicator"]
    assert (other.site / page).samefile(board.site / page)


def test_what_takes_seconds_is_made_once_an_installation(tmp_path: Path) -> None:
    made: list[bytes] = []

    def make() -> bytes:
        made.append(b"font")
        return made[-1]

    for _ in range(2):
        assert keep("a.font", "version 1", make, tmp_path) == b"font"
    assert len(made) == 1
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"half a fo")  # whatever has become of it is not believed
    assert keep("a.font", "version 1", make, tmp_path) == b"font"
    keep("a.font", "version 2", make, tmp_path)
    assert len(made) == 3
    assert len(list(tmp_path.iterdir())) == 1  # what the first version made has given way


def test_another_word_makes_the_pages_anew(
    board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = shutil.copytree(site.CATALOGUE, tmp_path / "words")
    text = (words / "site.toml").read_text(encoding="utf-8")
    (words / "site.toml").write_text(
        text.replace("Đến nội dung", "Xuống dưới").replace("Skip to content", "Xuống dưới"),
        encoding="utf-8",
    )
    for module in (site, catalogue):
        monkeypatch.setattr(module, "CATALOGUE", words)
    for read in (catalogue.read_catalogue, catalogue.words_of):
        read.cache_clear()
    try:
        build_site(board.release.folder / "warehouse.duckdb", tmp_path / "site", board.site)
    finally:
        for read in (catalogue.read_catalogue, catalogue.words_of):
            read.cache_clear()
    for path in site_paths(tmp_path / "site"):
        if path.endswith(".html"):
            assert "Xuống dưới</a>" in (tmp_path / "site" / path).read_text(encoding="utf-8")


def test_an_indicator_whose_areas_stand_no_more_has_its_page_too(
    board: Board, tmp_path: Path
) -> None:
    other = board.spoilt(
        tmp_path, "delete from latest_values where indicator = 'clinic_birth_rate'"
    )
    page = other.open(KINDS["indicator"])
    (cell,) = board.rows(
        "select previous_change from indicator_changes where indicator = 'clinic_birth_rate' "
        "and area = '24' and period_start = '2026-02-01'"
    )
    told = page.evaluate(
        "[...document.querySelectorAll('#series-rows data')].map(one => one.value)"
    )
    assert cell["previous_change"] in [float(value) for value in told]
    page.close()


@pytest.mark.parametrize("language", CODES)
def test_a_target_says_how_it_will_be_met_and_what_that_needs(board: Board, language: Code) -> None:
    """Too few months for a forecast; and an old figure, of whose year nothing is said."""
    page = board.open(KINDS["indicator"], language)
    (told,) = board.rows(
        f"select outlook_{language} as outlook, required_per_period as needed from progress "
        "where indicator = 'clinic_birth_rate' and area = '24'"
    )
    reason = {"vi": "chưa rõ, vì chưa đủ hai năm", "en": "open, as two whole years"}[language]
    assert told["outlook"].startswith(reason)
    assert page.inner_text("#outlook") == told["outlook"]
    assert float(page.get_attribute("#ahead dd data", "value") or "") == told["needed"]
    assert Language(language).number(told["needed"]) in page.inner_text("#ahead dd")
    page.close()
    page = board.open(KINDS["harm"], language)
    old = {"vi": "số liệu cũ, lẽ ra", "en": "old figure, a newer one"}[language]
    assert page.inner_text("#outlook").startswith(old)
    assert page.locator("#ahead dt").count() == 0
    page.close()


def test_what_is_late_refused_revised_and_overdue_is_said(board: Board) -> None:
    page = board.open("deliveries.html")
    (problem,) = board.rows("select found from problems limit 1")
    assert problem["found"] in page.inner_text("main")
    page.close()
    page = board.open("index.html")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    main = page.inner_text("main")
    assert "Mở trạm" in main and "quá hạn" in main.lower()
    (revised,) = board.rows("select old_value, new_value from revisions where area = '00001' "
                            "and indicator = 'clinic_birth_rate'")  # fmt: skip
    assert Language("vi").number(revised["old_value"]) in main
    assert Language("vi").number(revised["new_value"]) in main
    page.close()
