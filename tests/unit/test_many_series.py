"""Forecasts of many series, made all at once, say of each what is said of it alone."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from bench.forecast import WORLDS
from kinhbac.forecast.courses import Weights
from kinhbac.forecast.scales import Bounds
from kinhbac.forecast.year_end import TOGETHER, Asked, Path, forecast_each
from tests.unit.test_forecast import months, told_of


def paths(asked: list[Asked]) -> list[Path]:
    found = forecast_each(asked)
    assert all(isinstance(one, Path) for one in found), found
    return [one for one in found if isinstance(one, Path)]


def worlds(name: str, count: int, seed: int = 5) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [WORLDS[name].simulate(rng, 48, 12) for _ in range(count)]


def test_what_is_said_of_a_series_does_not_depend_on_those_beside_it() -> None:
    names = ("level", "trend", "walk", "season", "count of 200", "share of 97")
    asked = [
        Asked(one[:size], 12, 6, None, WORLDS[name].bounds)
        for name in names
        for one in worlds(name, 1 + TOGETHER // len(names))
        for size in (36, 40)
    ]
    many = forecast_each(asked)
    for one, own in list(zip(asked, many, strict=True))[::25]:
        [alone] = forecast_each([one])
        if isinstance(own, Path) and isinstance(alone, Path):
            assert own.method == alone.method
            ends = (np.array([path.low, path.middle, path.high]) for path in (own, alone))
            assert next(ends) == pytest.approx(next(ends), rel=1e-9)
        else:
            assert own == alone


@pytest.mark.parametrize(
    "name", ["level", "trend", "count of 8", "share of 97", "share that rises"]
)
def test_an_interval_holds_about_as_much_as_it_says(name: str) -> None:
    series = worlds(name, 300, seed=11)
    found = forecast_each([Asked(one[:36], 12, 12, None, WORLDS[name].bounds) for one in series])
    drawn = [
        (one[36:], path) for one, path in zip(series, found, strict=True) if isinstance(path, Path)
    ]
    assert len(drawn) > 280
    for month in (0, 5, 11):
        held = np.mean([path.low[month] <= came[month] <= path.high[month] for came, path in drawn])
        assert 0.72 <= held <= 0.92, (month, held)


def test_years_to_date_end_on_what_they_have_and_within_what_they_can_be() -> None:
    figures = np.random.default_rng(3).poisson(20, 34).astype(float)
    shares = np.clip(np.random.default_rng(4).normal(97, 2, 34), 0, 100)
    total, ratio = paths([
        Asked(figures, 12, 2, 200.0, Bounds(least=0)),
        Asked(shares, 12, 2, 96.0, Bounds(0, 100), Weights(1000.0, (100.0, 100.0))),
    ])  # fmt: skip
    assert (total.low >= 200).all() and total.middle[-1] == pytest.approx(240, abs=5)
    # Of 1,200 cases 960 are decided at 96 %.
    assert ratio.low[-1] > 96 * 1000 / 1200 and ratio.high[-1] < (96 * 1000 + 100 * 200) / 1200
    assert ratio.middle[-1] == pytest.approx((96 * 1000 + 97 * 200) / 1200, abs=0.2)


def test_what_cannot_be_forecast_says_why_and_hides_no_other() -> None:
    steady = np.random.default_rng(1).normal(50, 4, 36)
    season = steady + 20 * np.sin(np.arange(36) * np.pi / 6)
    broken = np.append(steady[:-1], 120.0)
    tet = np.arange(48) % 12 < 2
    odd = steady + np.where(tet[:36], np.array([-20.0, 15.0] * 18), 0)
    told = forecast_each([
        Asked(steady[:20], 12, 2), Asked(np.full(36, 5.0), 12, 2), Asked(season[:24], 12, 2),
        Asked(broken, 12, 2), Asked(season, 12, 2), Asked(odd, 12, 12, moving=tet), Asked(steady, 12, 2),
    ])  # fmt: skip
    assert told[:4] == [
        "too_short",
        "constant",
        "seasonal",
        "broken",
    ]
    assert all(isinstance(one, Path) for one in told[4:])


def test_communes_have_rows_beside_the_province_and_in_any_order() -> None:
    rows = months("one", date(2026, 9, 1), 24)
    rows += months("one", date(2026, 9, 1), 24, "00001") + months(
        "one", date(2026, 8, 1), 9, "00002"
    )
    series = pl.DataFrame(rows, schema_overrides={"added_to": pl.Float64})
    told = told_of(series)
    assert told.group_by("area", maintain_order=False).len().sort("area").rows() == [
        ("00001", 3), ("00002", 1), ("24", 3),
    ]  # fmt: skip
    assert told.filter(area="00002")["gap"].to_list() == ["too_short"]
    assert (
        told_of(series.sample(fraction=1, shuffle=True, seed=3))
        .sort("area", "period_start")
        .equals(told.sort("area", "period_start"))
    )
