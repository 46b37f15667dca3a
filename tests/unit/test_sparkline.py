"""Small pictures by hand: sparklines, tiles, and the palette that they are drawn in."""

from __future__ import annotations

import re
from datetime import date

import pytest

from kinhbac.data_folder import PROJECT
from kinhbac.scoreboard.colours import COLOURS, LINES, TEXTS, as_css, contrast
from kinhbac.scoreboard.pages.recent_periods import PERIODS, choose, place
from kinhbac.scoreboard.sparkline import EDGE, HEIGHT, WIDTH, Sparkline, draw
from kinhbac.scoreboard.tile_map import SHADES, shade_of, tile_map

BY_HAND = {"sparkline", "interval", "tile_map", "strip"}
DRAWS = re.compile(r"<(polyline|path|line|rect|circle)\b|svg\(\"(polyline|path|line|rect|circle)\"")
TWO_YEARS = [
    {"period_start": date(2025 + n // 12, n % 12 + 1, 1), "value": float(n % 12)} for n in range(22)
]


def drawn_of(
    to_date: bool, limit: float | None = None, target: float | None = None, low: bool = True
) -> Sparkline:
    return draw(*place(choose(TWO_YEARS, to_date), to_date), limit, target, low)


def steps(path: str) -> int:
    return path.count("L") + path.count("M")


def test_a_running_total_is_drawn_against_last_years_on_one_axis_of_months() -> None:
    drawn = drawn_of(True)
    assert (steps(drawn.now), steps(drawn.before)) == (10, 12)
    # October lies as far to the right this year as last year, and December at the end.
    october = drawn.before.split("L")[9].split()[0]
    assert drawn.now.split("L")[9].split()[0] == october == str(drawn.end[0])
    assert float(drawn.before.split("L")[11].split()[0]) == pytest.approx(WIDTH - EDGE, abs=1)


def test_all_else_is_drawn_over_its_newest_thirteen_periods() -> None:
    drawn = drawn_of(False)
    assert (steps(drawn.now), drawn.before, drawn.end[0]) == (PERIODS, "", WIDTH - EDGE)


def test_the_zone_lies_beyond_the_limit_and_a_far_target_does_not_flatten_the_line() -> None:
    low = drawn_of(False, 5.0, 1000.0)
    assert low.limit is not None and low.zone == (low.limit, HEIGHT - low.limit)
    assert low.target is None
    high = drawn_of(False, 5.0, 12.0, False)
    assert high.zone == (0.0, high.limit) and high.target == EDGE


def test_a_figure_that_never_moved_is_a_line_in_the_middle() -> None:
    drawn = draw([(0, 3.0), (1, 3.0)])
    assert drawn.end == (WIDTH - EDGE, HEIGHT / 2)


def test_an_axis_that_is_given_shows_a_small_change_as_small() -> None:
    drawn = draw([(0, 0.96), (1, 0.98)], axis=(0.0, 1.0))
    heights = [float(point.split()[1]) for point in drawn.now.lstrip("M").split("L")]
    assert 0 < heights[0] - heights[1] < HEIGHT / 20


def test_only_four_things_are_drawn_by_hand_and_each_is_small() -> None:
    """A chart that is more goes through the charting library."""
    room = PROJECT / "kinhbac" / "scoreboard"
    found = {file for file in room.rglob("*.*") if file.stem in BY_HAND}
    assert {file.stem for file in found} == BY_HAND
    for file in found:
        assert len(file.read_text(encoding="utf-8").splitlines()) < 60, file
    for file in {*room.rglob("*.js"), *room.rglob("*.html")} - found:
        assert not DRAWS.search(file.read_text(encoding="utf-8")), file


@pytest.mark.parametrize("most", [1.5, 63.0, 336.2])
def test_more_weight_is_never_lighter_and_the_heaviest_is_darkest(most: float) -> None:
    shades = [shade_of(most * part / 20, most) for part in range(21)]
    assert shades == sorted(shades) and shades[0] == 0 and shades[1] == 1
    assert shades[-1] == SHADES


def test_tiles_tell_numbers_and_are_as_dark_as_these_weigh() -> None:
    rows = [
        {"area": key, "name_vi": key, "name_en": key, "tile_column": place, "tile_row": 1}
        for place, key in ((1, "a"), (2, "b"), (3, "c"), (4, "e"), (None, "d"))
    ]
    made = tile_map(rows, {"a": (1, 90.0), "c": (2, 85.0), "e": (1, 20.0), "d": (9, 500.0)})
    assert [one["red"] for one in made["communes"]] == [1, 0, 2, 1]  # d has no place on the map
    # One heavy matter is darker than two light ones, and two of one number differ.
    assert [one["shade"] for one in made["communes"]] == [5, 0, 5, 2]
    assert (made["total"], [one["area"] for one in made["most"]]) == (4, ["a", "c"])
    assert made["key"] == [0, 18, 36, 54, 72, 90]


@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_can_be_read_on_its_ground_and_printed(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(("line", "ground"), LINES)
def test_lines_that_carry_meaning_can_be_seen(line: str, ground: str) -> None:
    assert contrast(line, ground) >= 3


def test_every_colour_stands_in_one_place() -> None:
    assert all(f"--{name}: {colour};" in as_css() for name, colour in COLOURS.items())
