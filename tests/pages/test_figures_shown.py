"""Figures on pages are those of the release, written as people write them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote, urldefrag

import numpy as np
import pytest

import kinhbac.library
from kinhbac.answers.explanation import explain
from kinhbac.answers.explanation_text import describe
from kinhbac.digits import rounded
from kinhbac.scoreboard.compiled_templates import make_environment
from kinhbac.words.catalogue import CODES, Code
from kinhbac.words.language import Language
from tests.pages.conftest import KINDS, Board


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


@pytest.mark.parametrize("language", CODES)
def test_pages_say_what_all_steps_give_together(board: Board, language: Code) -> None:
    words, lang = Language(language).words["steps"], Language(language)
    (step, *_) = board.rows(
        "select * from composite_steps where indicator = 'care_index' and place = 1 "
        "and gain_together is not null order by area"
    )
    area = step["area"]
    page = board.open(f"{KINDS['composite']}#{area}/{step['period']}", language)
    beside = page.inner_text("#step-tables")
    page.close()
    page = board.open(f"areas/{area}.html", language)
    told = (beside, page.inner_text("#raised"), page.inner_text("#step-tables"))
    page.close()
    for text in told:
        _, _, together = text.partition(words["together"])
        assert lang.number(step["gain_together"]) in together
        assert words["places"].format(
            before=lang.number(step["rank"]), after=lang.number(step["rank_together"])
        ) in together  # fmt: skip


@pytest.mark.parametrize("language", CODES)
def test_explain_and_the_library_tell_what_all_steps_give_together(
    board: Board, language: Code
) -> None:
    (step, *_) = board.rows(
        "select *, count(*) over (partition by area) as steps from composite_steps "
        "where indicator = 'care_index' and place is not null and gain_together is not null order by area"
    )
    area, lang = step["area"], Language(language)
    warehouse = board.release.folder / "warehouse.duckdb"
    manifest = json.loads((board.release.folder / "manifest.json").read_text(encoding="utf-8"))
    explained = explain(warehouse, "care_index", area, step["period"])
    (told,) = [
        line
        for line in describe(explained, manifest, code=language).splitlines()
        if line.strip().startswith(lang.words["explanation_row"]["raised_together"])
    ]
    assert f"{step['steps']}" in told and f"→ {step['rank_together']:g}" in told
    gain = re.search(r"(?:by|lên) ([\d.,]+)", told)
    assert gain and float(gain[1].replace(",", ".")) == pytest.approx(step["gain_together"])
    with kinhbac.library.open(board.release.folder) as opened:
        steps = opened.composite("care_index").steps.filter(area=area, period=step["period"])
    assert set(steps.drop_nulls("place")["gain_together"]) == {step["gain_together"]}


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


@pytest.mark.parametrize("beyond", ["true", "false", "null", "undefined"])
def test_a_movement_has_a_colour_only_where_it_is_known_to_be_beyond_chance(
    board: Board, beyond: str
) -> None:
    page = board.open(KINDS["indicator"])
    shown = page.evaluate(
        f"() => window.kinhbac.change(-2, 80, '%', 'worse', null, {beyond})[0].className.trim()"
    )
    page.close()
    row = {"movement": -2.0, "value": 80.0}
    if beyond != "undefined":
        row["beyond_chance"] = {"true": True, "false": False, "null": None}[beyond]
    written = make_environment().from_string(
        "{% from 'macros.html' import change with context %}"
        "{{ change(lang, row, 'movement', '%', 'worse') }}"
    ).render(lang=Language("vi"), row=row, mixed=False)  # fmt: skip
    for look in (shown.split(), written.partition('"')[2].partition('"')[0].split()):
        assert look == (["change", "worse"] if beyond == "true" else ["change"])
