"""Communes of one indicator tell each other what kind of series they are, and no more than they know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import cycle

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy.stats import poisson

from bench.fitted_once import forecast_once
from bench.forecast import WORLDS, Tried, try_worlds
from bench.known_forecasts import PANEL_KINDS
from kinhbac.forecast.averaging import learn
from kinhbac.forecast.forecast_table import tell_forecasts
from kinhbac.forecast.panels import count_others, find_panels, in_turn, weigh_together
from kinhbac.forecast.scales import Bounds
from kinhbac.forecast.year_end import TOGETHER, Asked, Path, forecast_each
from kinhbac.kept_results import KeptResults
from tests.unit.test_forecast import months, told_of

# Deaths of women of eighty and more that The Times told of on each day of 1910 to 1912 (Whitaker 1914):
# days with nought to nine of them, and the two kinds of days of Hasselblad (1969) and of Titterington,
# Smith and Makov (1985).
DAYS = (162, 267, 271, 185, 111, 61, 27, 8, 3, 1)
MEANS, FEWER = (1.2561, 2.6634), 0.3599
PANEL = 99


def held(name: str, years: int, seasons: int = 12, series: int = 4 * PANEL) -> list[Tried]:
    """Series of a world in panels, forecast a year ahead."""
    world = {name: (WORLDS | PANEL_KINDS)[name]}
    tried = try_worlds((years,), series, 23, seasons, world, panel=PANEL)
    return [one for one in tried if isinstance(one, Tried)]


def inside(told: Sequence[Tried]) -> NDArray[np.float64]:
    return np.asarray(np.mean([one.inside for one in told], axis=0))


def test_the_shares_of_kinds_are_those_that_others_found() -> None:
    deaths = np.repeat(np.arange(len(DAYS)), DAYS)
    likely = poisson.pmf(deaths[:, None], np.array(MEANS))
    found = weigh_together(likely, np.array([0.5, 0.5]), float(deaths.size - 1))
    assert found[:, 0].mean() == pytest.approx(FEWER, abs=0.02)


def test_what_comes_over_all_of_them_is_heard_once() -> None:
    """n ÷ (1 + (n − 1) ρ) independent ones (Kish 1965), of which each is one."""
    rng = np.random.default_rng(2)
    own, shared = rng.normal(size=(PANEL, 600)), rng.normal(size=600)
    for correlation in (0.0, 0.1, 0.5, 1.0):
        errors = np.sqrt(1 - correlation) * own + np.sqrt(correlation) * shared
        expected = PANEL / (1 + (PANEL - 1) * correlation) - 1
        assert count_others(errors) == pytest.approx(expected, rel=0.15, abs=0.05)
    assert count_others(np.zeros((4, 24))) == 3, "who errs in nothing errs by himself"


def test_series_that_are_all_the_same_say_what_one_says() -> None:
    walk = 100 + np.cumsum(np.random.default_rng(3).normal(0, 3, 36))
    many, one = np.tile(walk, (PANEL, 1)), walk[None]
    together = learn(many, 12, panels=[[*range(PANEL)]])
    assert together.heard == pytest.approx(0, abs=1e-9)
    assert together.probability[7] == pytest.approx(learn(one, 12).probability[0], abs=1e-9)


def test_levels_among_levels_are_levels_and_a_trend_among_them_is_one() -> None:
    figures = np.random.default_rng(4).normal(100, 5, (PANEL, 36))
    figures[0] += 1.2 * np.arange(36)
    alone, together = learn(figures, 12), learn(figures, 12, panels=[[*range(PANEL)]])
    rises = [one.probability[:, one.grid.has_trend].sum(axis=1) for one in (alone, together)]
    assert rises[1][1:].mean() < rises[0][1:].mean() / 4
    assert rises[1][0] > 0.9


@pytest.mark.parametrize(
    ("name", "seasons", "years", "most"),
    [
        ("level", 12, 2, 1.0), ("level that moves", 12, 2, 0.97), ("level that moves", 12, 3, 0.97),
        ("walk", 12, 2, 0.98), ("count of 8", 12, 2, 1.0), ("share of 97", 12, 3, 1.0),
        ("share of 99.5", 12, 3, 1.003), ("season that moves", 12, 3, 0.97), ("level", 4, 3, 1.0),
        ("walk", 4, 3, 0.96),
    ],
)  # fmt: skip
def test_no_kind_scores_worse_than_one_fitted_model(
    name: str, seasons: int, years: int, most: float
) -> None:
    """Mean interval scores of the same series."""
    ours = held(name, years, seasons)
    theirs = try_worlds((years,), 4 * PANEL, 23, seasons, {name: WORLDS[name]}, forecast_once)
    once = {one.came.tobytes(): one.score.mean() for one in theirs if isinstance(one, Tried)}
    assert len(ours) > 0.92 * len(once)  # one wave a year among those that wander
    pairs = [(one.score.mean(), once[one.came.tobytes()]) for one in ours]
    mine, other = np.mean(pairs, axis=0)
    assert mine <= most * other


@pytest.mark.parametrize(
    ("name", "seasons", "years", "least", "most"),
    [
        ("level", 12, 2, 0.76, 0.84), ("trend", 12, 3, 0.76, 0.84), ("walk", 12, 2, 0.76, 0.84),
        ("level that moves", 12, 2, 0.74, 0.86), ("season", 12, 3, 0.76, 0.84),
        ("seasonal count", 12, 3, 0.76, 0.84), ("share that rises", 4, 3, 0.76, 0.86),
        ("season", 4, 3, 0.76, 0.84), ("walk that drifts", 12, 3, 0.74, 0.9),
        ("wander together", 12, 3, 0.72, 0.86), ("wander as one", 12, 3, 0.68, 0.92),
        ("half walks", 12, 2, 0.76, 0.84), ("a tenth trends", 12, 3, 0.76, 0.84),
        ("counts of 2 to 300", 12, 2, 0.76, 0.84),
    ],
)  # fmt: skip
def test_a_panel_is_held_as_promised(
    name: str, seasons: int, years: int, least: float, most: float
) -> None:
    """All periods of a year ahead, and the last, give or take what chance makes of four panels; of those
    that go together four draws, no more."""
    told = held(name, years, seasons)
    assert len(told) > 0.85 * 4 * PANEL
    own = inside(told)
    assert least - 0.02 <= own.mean() <= most + 0.02
    assert least - 0.05 <= own[-1] <= most + 0.05


def test_a_season_of_two_years_is_told_by_all_where_one_may_miss_it() -> None:
    rng, season = np.random.default_rng(6), np.sin(2 * np.pi * np.arange(24) / 12)
    series = rng.poisson(6 + 4 * season, (PANEL, 24)).astype(np.float64)
    asked = [Asked(one, 12, 12, bounds=Bounds(least=0)) for one in series]
    alone = forecast_each(asked).count("seasonal")
    assert PANEL / 4 < alone < 3 * PANEL / 4
    assert forecast_each([one._replace(panel="births") for one in asked]) == ["seasonal"] * PANEL
    level = [Asked(rng.normal(50, 4, 24), 12, 12, panel="births") for _ in range(PANEL)]
    assert forecast_each(level).count("seasonal") <= 3


def test_panels_are_taken_whole_and_in_turn() -> None:
    names = [None, *("a", "b") * 3, None, "c"]
    panels = find_panels(names)
    assert panels == [[0], [1, 3, 5], [2, 4, 6], [7], [8]]
    assert list(in_turn(panels, 4)) == [[0, 1, 3, 5], [2, 4, 6, 7], [8]]
    assert list(in_turn(panels, 2)) == [[0], [1, 3, 5], [2, 4, 6], [7, 8]]


def test_a_series_hears_its_own_panel_and_no_other() -> None:
    """Walks beside levels, in more panels than stand in one array."""
    rng = np.random.default_rng(7)
    simulated = {name: WORLDS[name].simulate for name in ("walk", "level")}
    asked = [
        Asked(simulated[name](rng, 36, 12), 12, 12, panel=name)
        for _, name in zip(range(TOGETHER + 150), cycle(simulated), strict=False)
    ]
    beside = forecast_each(asked)
    own = forecast_each([one for one in asked if one.panel == "level"])
    for one, other in list(zip(beside[1::2], own, strict=True))[::20]:
        assert isinstance(one, Path) and isinstance(other, Path)
        assert one.method == other.method
        assert one.high == pytest.approx(other.high, rel=1e-9)


def communes(indicator: str, noise: float, count: int = 12) -> pl.DataFrame:
    """Two years of months of so many communes of an indicator, and of the province."""
    rows = []
    for number in range(count + 1):
        area = f"{number:05}" if number else "24"
        generator = np.random.default_rng([5, number])
        for row in months(indicator, date(2026, 9, 1), 24, area):
            rows.append(row | {"figure": generator.normal(50, noise)})
    return pl.DataFrame(rows, schema_overrides={"added_to": pl.Float64})


def changed(before: pl.DataFrame, after: pl.DataFrame) -> set[tuple[str, str]]:
    """Indicators and areas whose forecast is another one."""
    keys = ["indicator", "area", "period_start"]
    both = before.join(after, on=keys, suffix="_after")
    assert both.height == before.height == after.height
    moved = both.filter((pl.col("low") - pl.col("low_after")).abs() > 1e-9)
    return set(moved.select("indicator", "area").iter_rows())


def test_communes_of_an_indicator_are_a_panel_and_the_province_stands_alone() -> None:
    one, other = communes("one", 5), communes("other", 5)
    before = told_of(pl.concat([one, other]))
    wild = pl.when(pl.col("area") == "00003").then(pl.col("figure") + pl.int_range(pl.len()) * 5)
    moved = changed(before, told_of(pl.concat([one.with_columns(wild.otherwise("figure")), other])))
    assert {indicator for indicator, _ in moved} == {"one"}
    assert {"00003", "00007"} <= {area for _, area in moved} and ("one", "24") not in moved


def test_of_a_changed_commune_its_own_panel_is_forecast_again() -> None:
    one, other = communes("one", 5), communes("other", 6)
    results = KeptResults(None, "the tests")
    tell_forecasts(pl.concat([one, other]), results)
    assert len(results.asked) == 4, "two provinces and two panels"
    again = KeptResults(None, "the tests", asked=dict(results.asked))
    newest = pl.col("period_start") == pl.col("period_start").max()
    corrected = pl.when(newest & (pl.col("area") == "00003")).then(60.0).otherwise("figure")
    tell_forecasts(pl.concat([one.with_columns(figure=corrected), other]), again)
    assert len(again.asked) == 5
