"""Ranks in a browser: between which places each holds, and what it has moved since."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinhbac.words.catalogue import CODES, Code
from kinhbac.words.language import Language
from tests.pages.conftest import KINDS, Board
from tests.pages.test_finding import BESIDE

RANKED = """
    select latest.area, rank, rank_low, rank_high, previous_value, last_year_value
    from latest_values as latest left join evidence using (indicator, area)
    where indicator = 'clinic_birth_rate' and rank is not null and latest.area_kind = 'commune'
    order by rank, area
"""


def told_rank(row: dict[str, object]) -> str:
    low, high = row["rank_low"], row["rank_high"]
    return f"{row['rank']}" + ("" if low is None or low == high else f" ({low}–{high})")


def test_the_chart_of_ranks_shows_the_worst_first_with_intervals(
    board: Board, tmp_path: Path
) -> None:
    other = board.spoilt(
        tmp_path,
        "insert into evidence by name select indicator, area, value, value - 9 as value_low, "
        "least(value + 9, 100) as value_high, greatest(rank - 1, 1) as rank_low, "
        "rank + 1 as rank_high from latest_values where rank is not null",
    )
    page = other.open(KINDS["indicator"])
    chart = page.locator("[data-chart='ranked'] svg")
    text = [one for one in chart.locator("text").all_text_contents() if one]
    rows = [
        row | {"rank_low": max(row["rank"] - 1, 1), "rank_high": row["rank"] + 1}
        for row in board.rows(RANKED)
    ]
    assert chart.locator("path[aria-roledescription='rule mark'], line").count() >= len(rows)
    told = [told_rank(row) for row in reversed(rows)]
    assert sorted(one for one in text if one in told) == sorted(told)
    places = {
        one.text_content(): one.evaluate("one => one.getBoundingClientRect().top")
        for one in chart.locator("text").all()
        if one.text_content() in told
    }
    first, last = told_rank(rows[-1]), told_rank(rows[0])
    assert places[first] < places[last]
    page.close()


@pytest.mark.parametrize("language", CODES)
def test_a_rank_tells_how_far_it_holds_and_what_it_has_moved(board: Board, language: Code) -> None:
    """Among those who had a figure then, in the ranking of a comparison and of an indicator."""
    words = Language(language).words["steps"]
    rows = board.rows(RANKED)

    def moved(row: dict[str, object], before: str) -> str | None:
        ranked_then = sorted((one[before] for one in rows if one[before] is not None), reverse=True)
        if row[before] is None:
            return None
        won = ranked_then.index(row[before]) + 1 - int(str(row["rank"]))
        return (
            words["up"].format(n=won) if won > 0
            else words["down"].format(n=-won) if won < 0 else words["same"]
        )  # fmt: skip

    page = board.open(BESIDE, language)
    page.wait_for_selector("#compare[data-ready]")
    lines = page.locator("#ranks tr")
    assert lines.count() == len(rows) > 0
    seen = 0
    for line, row in zip(lines.all(), rows, strict=True):
        rank, _, previous, last_year = line.locator("td").all_inner_texts()
        assert rank == told_rank(row)
        for cell, before in ((previous, "previous_value"), (last_year, "last_year_value")):
            told = moved(row, before)
            assert told is None or told in cell
            seen += told is not None
    assert seen > 0
    page.close()
    page = board.open(KINDS["indicator"], language)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    told = page.locator("#compared-rows tr").all_inner_texts()
    for row in rows:
        assert any(told_rank(row) in one and (moved(row, "previous_value") or "–") in one
                   for one in told)  # fmt: skip
    page.close()
