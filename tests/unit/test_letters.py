"""The quarter's letter: what it says, what it weighs, and that it is sent once.

Here: an agency whose deliveries can be counted on fingers; places of agencies by published
intervals. Not here: measuring (``tests.night.test_quality``), how messages travel (``test_notices``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import pytest

from kinhbac.data_folder import DataFolder
from kinhbac.database import read_rows, read_warehouse
from kinhbac.notices.delivery import notify, preview
from kinhbac.quality.letter import Letter, read_letters
from kinhbac.quality.letter_text import say_act, say_gain
from kinhbac.quality.ranking import interval, rank
from kinhbac.release.releases import Release, current_release
from kinhbac.words.language import Language
from tests.noticed import Hook, Row, counted, declare, publish

BEFORE, QUARTER, RUNNING = "2025-10-01", "2026-01-01", "2026-04-01"
SOURCES: list[Row] = [
    {"source": "births", "name_vi": "Sổ sinh", "name_en": "Births", "owner": "SYT", "synthetic": False}
]  # fmt: skip
MEASURED: list[Row] = [
    # Of ten deliveries in the quarter four were late, three of them of births; before, five.
    counted("agency", "SYT", "on_time", BEFORE, 5, 10),
    counted("agency", "SYT", "on_time", QUARTER, 4, 10, peer_median=0.9, standing="worse"),
    counted("agency", "SYT", "on_time", RUNNING, 0, 1),
    counted("source", "births", "on_time", QUARTER, 3, 4),
    counted("source", "clinic", "on_time", QUARTER, 1, 6),
    # Of a thousand cells two hundred are missing, all of clinics.
    counted("agency", "SYT", "cells_complete", QUARTER, 200, 1000),
    counted("source", "births", "cells_complete", QUARTER, 0, 500),
    counted("source", "clinic", "cells_complete", QUARTER, 200, 500),
    *(counted("agency", "SYT", "right_first_time", start, 0, 10) for start in (BEFORE, QUARTER)),
    # What is described stands beside the newest deliveries of each source, whatever their quarter.
    counted("source", "births", "described", RUNNING, 1, 2),
    counted("source", "clinic", "described", QUARTER, 0, 2),
    counted("agency", "SYT", "described", RUNNING, 1, 2),
    # Finance has nothing but its descriptions this quarter: no letter.
    counted("source", "budget", "described", QUARTER, 1, 1),
]  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook().open() as opened:
        yield opened


def write(data: DataFolder, number: int = 1, *more: Row) -> Release:
    return publish(data, number, sources=SOURCES, quality=[*MEASURED, *more])


def letters_of(release: Release, quarters_ago: int = 1) -> dict[str, Letter]:
    with read_warehouse(release.folder / "warehouse.duckdb") as db:
        return read_letters(partial(read_rows, db), quarters_ago)


def test_a_letter_tells_the_ended_quarter_beside_the_one_before(data: DataFolder) -> None:
    letters = letters_of(write(data))
    assert letters.keys() == {"SYT"}
    letter = letters["SYT"]
    told = {one.word: (one.value, one.moved) for one in letter.words}
    assert letter.quarter == date(2026, 1, 1)
    assert told == {
        "complete": (0.8, None),
        "clean": (1.0, 0.0),
        "alive": (0.6, pytest.approx(0.1)),
        "shared": (0.75, None),
    }
    assert [(one.kind, one.word, one.quarters) for one in letter.good] == [
        ("full", "clean", 2), ("risen", "alive", 0),
    ]  # fmt: skip
    assert [one.word for one in letters_of(write(data, 2), 0)["SYT"].words] == ["alive", "shared"]


def test_the_one_act_is_what_would_raise_the_mean_of_the_words_most(data: DataFolder) -> None:
    """Four words. Births in time: 3 of 10, 30 points of one word, 7.5 of the mean; cells of clinics: 200 of
    1,000, 5; a description: 1 of 4, 6.25; clinics in time: 1 of 10, 2.5."""
    letter = letters_of(write(data))["SYT"]
    assert [(one.word, one.source, one.gain) for one in letter.pulls] == [
        ("alive", "births", pytest.approx(7.5)),
        ("shared", "births", pytest.approx(6.25)),
        ("complete", "clinic", pytest.approx(5)),
        ("alive", "clinic", pytest.approx(2.5)),
    ]
    act, en = letter.as_entry()["pulls"][0], Language("en")
    assert say_act(act, en) == "Births: send in time; 3 of 4 deliveries were late or are missing"
    assert say_gain(act, en) == "Alive from 60 % to 90 %, the mean of its words by 7.5 points"


def test_the_letter_is_sent_once_a_quarter_whatever_becomes_of_its_figures(
    data: DataFolder, hook: Hook
) -> None:
    declare(data, f"urls:\n  - json://127.0.0.1:{hook.port}/notices:\n      tag: SYT\n")
    first = write(data)
    shown = "\n".join(preview(data, first))
    assert "chất lượng dữ liệu quý 1/2026" in shown
    assert notify(data, first).summary == "1 sent, 1 unchanged"  # no item stands open
    (said,) = hook.calls
    assert "Sổ sinh: gửi đúng hạn; 3 trong 4 kỳ trễ hoặc chưa gửi" in said["message"]
    assert "2 quý liền không thiếu gì" in said["message"]
    revised = counted("source", "births", "on_time", BEFORE, 1, 4)
    assert notify(data, write(data, 2, revised)).summary == "0 sent, 2 unchanged"
    third = write(data, 3)
    with duckdb.connect((third.folder / "warehouse.duckdb").as_posix()) as db:
        db.execute("update release_info set as_of = date '2026-07-02'")
    assert notify(data, third).summary == "1 sent, 1 unchanged"
    assert "MỚI" not in hook.calls[-1]["message"] and len(hook.calls) == 2
    assert current_release(data)


@pytest.mark.parametrize(
    ("successes", "trials", "published"),
    [(81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)),
     (0, 20, (0.0, 0.1611)), (1, 29, (0.0061, 0.1718))],
)  # fmt: skip
def test_intervals_are_those_that_newcombe_published(
    successes: int, trials: int, published: tuple[float, float]
) -> None:
    """R. G. Newcombe, *Two-sided confidence intervals for the single proportion*, Statistics in
    Medicine 17 (1998), table I, method 3."""
    assert tuple(round(end, 4) for end in interval(successes, trials)) == published


def test_a_place_is_a_range_where_deliveries_do_not_tell_agencies_apart() -> None:
    counts = {"A": (20, 20), "B": (9, 10), "C": (150, 300), "D": (1, 1), "E": (0, 0)}
    places = {one.subject: (one.first, one.last) for one in rank(counts)}
    assert places == {"A": (1, 2), "B": (1, 2), "C": (3, 3), "D": (None, None)}
    assert [one.subject for one in rank(counts)] == ["A", "B", "C", "D"]
