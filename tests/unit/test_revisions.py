"""Revisions by published figures, and by releases that a person can count."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kinhbac.quality.revisions import first_to_latest, settled_after, study, vintages_of


def test_gdp_growth_of_the_united_states_as_published(shared: Path) -> None:
    """Mean of latest minus release and its t-test, as the reference page of reviser prints them."""
    folder = shared / "oracles" / "revisions"
    told: dict[str, dict[str, float]] = defaultdict(dict)
    with (folder / "us_gdp_growth_releases.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            told[row["quarter"]][row["release"]] = float(row["growth_percent"])
    with (folder / "us_gdp_growth_published.csv").open(encoding="utf-8") as file:
        published = list(csv.DictReader(file))
    assert len(published) == 4
    for expected in published:
        number = expected["release"]
        pairs = [
            (own[number], own["latest"])
            for own in told.values()
            if number in own and "latest" in own
        ]
        found = study(pairs)
        assert found and found.p_value is not None
        assert found.periods == int(expected["n"])
        assert f"{found.mean:.3f}" == expected["mean_revision"]
        assert f"{found.p_value:.3f}" == expected["p_value"]
        assert found.leans is False


def test_a_figure_has_settled_from_where_it_never_leaves_again() -> None:
    """The example that epiprocess publishes for its revision summary."""
    assert settled_after([0, 20, 99, 150, 102, 100], 0.2) == 5
    assert settled_after([7.0]) == 1
    assert settled_after([0, 0]) == 1
    with pytest.raises(ValueError, match="never told"):
        settled_after([])


def row(period: str, old: float | None, new: float | None, *, to: int, cause: str = "new_data") -> dict[str, Any]:  # fmt: skip
    return {
        "period_start": date.fromisoformat(f"{period}-01"),
        "period": period,
        "old_value": old,
        "new_value": new,
        "old_release": to - 1,
        "new_release": to,
        "cause": cause,
    }


def test_vintages_begin_anew_with_another_method_and_a_figure_taken_back_is_none() -> None:
    revised = vintages_of(
        [
            row("2026-01", 12.0, 11.0, to=3),
            row("2026-01", 10.0, 12.0, to=2),
            row("2026-02", 10.0, 20.0, to=2, cause="method"),
            row("2026-02", 20.0, 21.0, to=4),
            row("2026-03", 5.0, None, to=2),
            row("2026-04", 5.0, None, to=2),
            row("2026-04", None, 6.0, to=3),
        ]
    )
    assert [(one.period, one.told) for one in revised] == [
        ("2026-01", ((1, 10.0), (2, 12.0), (3, 11.0))),
        ("2026-02", ((2, 20.0), (4, 21.0))),
    ]


def test_what_never_moved_counts_among_the_periods() -> None:
    revised = vintages_of([row(f"2026-0{n}", 10.0, 12.0, to=2) for n in range(1, 4)])
    found = first_to_latest(revised, [10.0] * 6)
    assert found and (found.periods, found.moved, found.upward) == (9, 3, 3)
    assert found.mean == pytest.approx(6 / 9) and found.median_size == 0
    assert found.relative == pytest.approx(6 / (3 * 12 + 6 * 10))
    assert first_to_latest([], [10.0]) is None


def test_where_all_moved_by_the_same_chance_had_no_part() -> None:
    same = study([(10.0, 12.0)] * 12)
    assert same and same.mean == 2 and same.p_value == 0 and same.leans is True
    still = study([(10.0, 10.0)] * 12)
    assert still and still.p_value is None and still.leans is None
    one = study([(10.0, 12.0)])
    assert one and one.t is None and one.leans is None


def test_with_few_periods_nobody_says_that_revisions_lean() -> None:
    few = study([(1.0, 2.0 + n / 10) for n in range(7)])
    enough = study([(1.0, 2.0 + n / 10) for n in range(8)])
    assert few and few.leans is None
    assert enough and enough.leans is True
