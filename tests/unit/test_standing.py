"""Where things stand tonight, worked out by hand: progress, peers, deliveries, what has moved."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from tests.board import share_board
from tests.conftest import Share
from tests.straight import Compiled

Ask = Any


@pytest.fixture(scope="module")
def ask(share: Share, project: Compiled) -> Ask:
    _, release = share_board(share, project)

    def answer(question: str) -> list[tuple[Any, ...]]:
        warehouse = (release.folder / "warehouse.duckdb").as_posix()
        with duckdb.connect(warehouse, read_only=True) as connection:
            return connection.execute(question).fetchall()

    return answer


def test_progress_is_said_in_words_with_the_numbers_behind(ask: Ask) -> None:
    # January brought 100 + 101 + … + 105; 6,585 are left. February is overdue: nothing is said of
    # where the year should stand today.
    (row,) = ask(
        "select value, target, should_stand, gap, periods_left, required_per_period, outlook, "
        "text_vi, text_en from progress where indicator = 'revenue_to_date' and area = '24'"
    )
    *figures, outlook, vietnamese, english = row
    assert figures == pytest.approx([615, 7200, None, 6585, 11, None])
    assert outlook == "old"
    assert vietnamese == (
        "615 tỷ đồng (1 tháng đầu năm 2026), mục tiêu năm 2026 là 7.200 tỷ đồng: số liệu cũ, lẽ ra "
        "đã có số mới đến hạn 05/03/2026."
    )
    assert "old figure, a newer one was due by 05/03/2026" in english


def test_progress_uses_the_target_of_the_area_and_says_why_there_is_no_forecast(ask: Ask) -> None:
    assert ask(
        "select area, target, decision, forecast_gap from progress "
        "where indicator = 'clinic_birth_rate' and area in ('24', '00001', '00002') order by area"
    ) == [
        ("00001", 90, "12/KH-UBND", "too_short"),
        ("00002", 70, "12/KH-UBND", "too_short"),
        ("24", 90, "12/KH-UBND", "too_short"),
    ]


def test_a_commune_stands_among_the_six_and_among_those_alike(ask: Ask) -> None:
    """Wards are the third, the fourth and the sixth; each of the others is a rural commune."""
    # February: 20 of 20, 9 of 30, 11 of 12, 40 of 42, 14 of 18, 22 of 27 births at the clinic.
    rows = ask(
        "select area, rank, like_rank, percentile, better from latest_values "
        "where indicator = 'clinic_birth_rate' and area != '24' order by area"
    )
    assert rows == [
        ("00001", 1, 1, 100, "better"), ("00002", 6, 3, 0, "worse"), ("00003", 3, 2, 50, "better"),
        ("00004", 2, 1, 100, "better"), ("00005", 5, 2, 50, "worse"), ("00006", 4, 3, 0, "worse"),
    ]  # fmt: skip
    spans = ask(
        "select distinct peers, likes, peer_low, peer_median, peer_high from latest_values "
        "where indicator = 'clinic_birth_rate' and area != '24' order by peer_low"
    )
    assert spans == [
        pytest.approx((6, 3, 30, 1400 / 18, 100)),
        pytest.approx((6, 3, 2200 / 27, 1100 / 12, 4000 / 42)),
    ]


def test_a_withheld_figure_is_no_figure_and_the_last_sound_one_is_told_beside_it(ask: Ask) -> None:
    assert ask(
        "select period, value, state, rank, sound_period, sound_value from latest_values "
        "where indicator = 'revenue_to_date' and area = '24'"
    ) == [("2026-02", None, "held", None, "2026-01", 615)]


def test_a_delivery_is_on_time_late_refused_or_not_yet_due(ask: Ask) -> None:
    assert ask("select source, period, state, days_late from deliveries order by all") == [
        ("budget", "2026-01", "on_time", 0),
        ("budget", "2026-02", "refused", None),
        ("budget", "2026-03", "not_yet_due", None),
        ("clinic", "2025-11", "delivered_late", 87),
        ("clinic", "2025-12", "delivered_late", 56),
        ("clinic", "2026-01", "delivered_late", 25),
        ("clinic", "2026-02", "on_time", 0),
        ("clinic", "2026-03", "not_yet_due", None),
    ]
    counted = "select state, deliveries from delivery_summary where owner = 'STC' order by all"
    assert ask(counted) == [("not_yet_due", 1), ("on_time", 1), ("refused", 1)]


def test_the_release_counts_what_moved_since_the_last_one(ask: Ask) -> None:
    counts = dict(
        ask(
            "select measure, count from release_summary where sector is null and indicator_group is null"
        )
    )
    # One commune's January was delivered anew: its rate, its births, its index, the province's
    # rate and births.
    revised = ask("select count(*) from revisions where new_release = 2")
    assert counts["revised_values"] == revised[0][0] > 0
    assert (counts["sources"], counts["sources_refused"], counts["sources_late"]) == (2, 1, 0)
    assert counts["red"] == 0 and counts["yellow"] == 1
