"""Today in a browser: what is seen first, with and without scripts, on a screen, a phone, a sheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kinhbac.scoreboard.pages.today import TALLIES
from kinhbac.words.catalogue import CODES, Code
from kinhbac.words.language import Language
from tests.pages.conftest import Board
from tests.pages.layout import below_the_first_screen

BOTTOM = "one => one.getBoundingClientRect().bottom"


@pytest.mark.parametrize("language", CODES)
def test_the_strip_counts_each_indicator_of_the_province_once(board: Board, language: Code) -> None:
    page = board.open("index.html", language)
    shown = [int(one) for one in page.locator(".strip data").evaluate_all(
        "all => all.map(one => one.value)")]  # fmt: skip
    page.close()
    (all_of_them,) = board.rows(
        "select count(*) as n from latest_values inner join areas using (area) "
        "where areas.kind = 'province' and areas.valid_to is null"
    )
    assert len(shown) == len(TALLIES) + 1
    assert sum(shown[:-1]) == shown[-1] == all_of_them["n"] > 0


@pytest.mark.parametrize("language", CODES)
def test_a_screen_holds_what_needs_a_decision(board: Board, language: Code) -> None:
    page = board.open("index.html", language)
    for part in ("#decide", "#map", "#due", "#changed", "#trust"):
        assert page.locator(f"section:has({part})").evaluate(BOTTOM) <= 768, part
    assert below_the_first_screen(page, "screen") == []
    page.set_viewport_size({"width": 390, "height": 844})
    for part in ("h1", ".strip", ".matter >> nth=0"):
        assert page.locator(part).evaluate(BOTTOM) <= 844, part
    # Three matters as long as the longest of the province's fit, too.
    page.evaluate(
        "() => { const one = document.querySelector('.matter'); "
        "one.querySelector('h3 a').textContent = 'Tỷ lệ giải quyết khiếu nại, tố cáo (lũy kế từ đầu năm)'; "
        "one.after(one.cloneNode(true), one.cloneNode(true)); }"
    )
    assert below_the_first_screen(page, "phone") == []
    page.close()


def test_what_is_held_is_told_by_its_period_as_people_write_it(board: Board) -> None:
    page = board.open("index.html", "vi")
    lines = page.locator("section:has(#trust) li").all_inner_texts()
    page.close()
    [held] = [line for line in lines if line.startswith("Số liệu tạm giữ")]
    assert ", 02/2026 (" in held


def test_what_is_due_takes_few_lines_however_much_it_is(board: Board, tmp_path: Path) -> None:
    """How many deliveries, and from when on; who sends them unfolds."""
    busy = board.spoilt(
        tmp_path,
        "update deliveries set state = 'not_yet_due', due_date = ("
        "select as_of from release_info) + 1 + (month(period_start) % 7)::integer",
    )
    (due,) = busy.rows("select count(*) as n from deliveries")
    for language in CODES:
        page = busy.open("index.html", language)
        folded = page.locator("section:has(#due) details").last
        assert page.locator("section:has(#due) > ul > li").count() <= 3
        assert str(due["n"]) in folded.locator("summary").inner_text()
        assert not folded.locator("li").first.is_visible()
        folded.locator("summary").click()
        assert folded.locator("li").first.is_visible()
        page.close()


@pytest.mark.parametrize("language", CODES)
def test_a_matter_says_what_how_long_how_far_and_who(board: Board, language: Code) -> None:
    words, lang = Language(language).words, Language(language)
    page = board.open("index.html", language)
    (warning,) = board.rows(
        "select warnings.*, indicators.name_vi, indicators.name_en, short_vi, short_en "
        "from warnings inner join indicators using (indicator) "
        "inner join agencies on agency = warnings.owner where open and area = '24'"
    )
    told = page.inner_text(".matter")
    assert lang.name(warning) in page.inner_text("h1") and lang.name(warning) in told
    assert lang.name(warning, "short") in told
    assert lang.number(warning["figure"]) in told
    gap = lang.number(warning["limit_value"] - warning["figure"], 1)
    assert gap in told and lang.number(warning["limit_value"]) in told
    assert words["matter"]["no_decision"] in told
    assert page.locator(".matter svg.spark path.now").count() == 1
    page.close()


def test_the_rule_of_order_is_folded_and_its_points_add_up(board: Board) -> None:
    page = board.open("index.html")
    assert not page.is_visible(".points")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for row in page.locator(".points tbody tr").all():
        *points, whole = [
            float(one.replace(",", ".")) for one in row.locator("td").all_inner_texts()
        ]
        assert sum(points) == pytest.approx(whole, abs=0.3)
    page.close()


def test_the_text_of_the_page_stands_in_the_order_of_its_questions(board: Board) -> None:
    """What a screen reader reads: the sentence, the strip, matters, trust, then the map."""
    page = board.open("index.html")
    tree = page.locator("main").aria_snapshot()
    page.close()
    seen = [tree.index(part) for part in (
        "heading \"Hôm nay", "chỉ số cấp tỉnh", "heading \"Cần quyết định", "Số liệu đáng tin",
        "việc đỏ riêng của xã, phường", "heading \"Đến hạn trong 7 ngày\"", "heading \"Từ đợt",
    )]  # fmt: skip
    assert seen == sorted(seen)
    assert re.search(r'link "Xã Đình Bảng: \d+ việc đỏ(, \d+ điểm)?"', tree)


def test_a_reader_is_told_what_changed_since_the_last_visit(board: Board) -> None:
    page = board.open("index.html")
    assert page.locator("#since-visit").is_hidden()
    page.evaluate(
        "localStorage.setItem('kinhbac-seen', JSON.stringify({last: {release: '1', "
        "matters: {gone: 'red', clinic_birth_rate: 'yellow'}}}))"
    )
    for _ in range(2):  # the second look at the same release compares with the same one
        page.reload()
        told = page.inner_text("#since-visit")
        assert "đợt 1" in told and "1 việc không còn" in told
    page.evaluate("localStorage.clear()")
    page.close()


def test_a_matter_says_where_first_figures_move_further_than_its_limit_is(
    board: Board, tmp_path: Path
) -> None:
    moved = "update warnings set first_figures_move = 7.5 where indicator = 'clinic_birth_rate'"
    other = board.spoilt(tmp_path, moved)
    for language, said in (
        ("vi", "số đầu kỳ khi sửa thường đổi 7,5, hơn khoảng cách đến ngưỡng"),
        ("en", "first figures move by 7.5 when revised, further than to the limit"),
    ):
        before = board.open("index.html", language)
        assert said not in before.inner_text(".today")
        before.close()
        page = other.open("index.html", language)
        assert said in page.inner_text(".today")
        page.close()
