"""The second opinion is the model that others fit, and paths go half way to it where they may."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from kinhbac.forecast.averaging import SURE, Learned, learn
from kinhbac.forecast.fitted import CLEARLY, FEWEST, HALF_WAY, fit, fit_once, meet, model_of
from kinhbac.forecast.panels import share_of_expected
from kinhbac.forecast.paths import draw_paths
from tests.unit.test_forecast import OIL, PUBLISHED

Numbers = NDArray[np.float64]
PATHS, NONE = 400, np.zeros(1, dtype=bool)
RNG = np.random.default_rng(11)
LEVEL = RNG.normal(100, 5, 36)
MOVED = 100 + np.cumsum(RNG.normal(0, 3, 36)) + RNG.normal(0, 4, 36)
BENT = 100 + 30 * (1 - 0.9 ** np.arange(36)) + RNG.normal(0, 4, 36)
STEEP = 100 + 2.5 * np.arange(36) + RNG.normal(0, 3, 36)


def opinions(series: Numbers, seasons: int = 12) -> tuple[Learned, Numbers, Numbers, Numbers]:
    """What is learned of series, their paths, and the same after they met the second opinion."""
    learned, usual = learn(series, seasons), np.ones(len(series))
    own = draw_paths(learned, usual, 12, PATHS)
    none = np.zeros(len(series), dtype=bool)
    return learned, own, meet(own, learned, series, usual, none), usual


def test_a_level_that_is_fitted_is_the_one_published() -> None:
    """Hyndman and Athanasopoulos (2018), 7.1, to half a million tonnes: smoothing parameters lie on a grid."""
    told = fit(np.array([OIL]), model_of("level", len(OIL), 3))
    assert told.middle[0] == pytest.approx(542.68, abs=0.1)
    half = 1.2816 * told.deviation[0]
    for low, high, middle, reach in zip(
        *zip(*PUBLISHED, strict=True), told.middle[0], half, strict=True
    ):
        assert (middle - reach, middle + reach) == pytest.approx((low, high), abs=0.5)


@pytest.mark.parametrize("series", [LEVEL, MOVED, BENT])
def test_a_level_and_a_damped_trend_are_those_that_others_fit(series: Numbers) -> None:
    """By statsmodels, whose optimiser needs no grid: next year, its first deviation, and by how much the one
    is better than the other."""
    aicc = {}
    for kind, asked, parameters in (
        ("level", {}, 2),
        ("trend", {"trend": "add", "damped_trend": True}, 5),
    ):
        ours = fit(series[None], model_of(kind, series.size, 12))
        theirs = ETSModel(series, error="add", **asked).fit(disp=False)
        deviation = np.sqrt(theirs.sse / (series.size - parameters))
        tolerance = 0.35 * deviation
        assert ours.middle[0] == pytest.approx(theirs.forecast(12), abs=tolerance), kind
        assert ours.deviation[0, 0] == pytest.approx(deviation, rel=0.02), kind
        known = parameters + 1
        aicc[kind] = (
            ours.aicc[0],
            series.size * np.log(theirs.sse) + 2 * known * series.size / (series.size - known - 1),
        )
    ours, theirs = (aicc["trend"][of] - aicc["level"][of] for of in (0, 1))
    assert ours == pytest.approx(theirs, abs=1.0)


def test_a_trend_is_taken_where_it_is_clearly_better() -> None:
    series = np.array([LEVEL, STEEP])
    told = fit_once(series, 12)
    level, trend = (fit(series, model_of(kind, 36, 12)) for kind in ("level", "trend"))
    assert np.array_equal(told.middle[0], level.middle[0])
    assert np.array_equal(told.middle[1], trend.middle[1])
    assert level.aicc[1] - trend.aicc[1] > CLEARLY > level.aicc[0] - trend.aicc[0]


def test_paths_of_a_level_go_half_way() -> None:
    learned, own, met, _ = opinions(np.array([LEVEL, MOVED]))
    told = fit_once(np.array([LEVEL, MOVED]), 12)
    unsure = np.minimum((1 - learned.has_trend) / (1 - SURE), 1)[:, None]
    assert unsure.min() > 0.9
    way = HALF_WAY * unsure
    assert met.mean(axis=2) == pytest.approx(
        (1 - way) * own.mean(axis=2) + way * told.middle, rel=1e-9
    )
    assert met.std(axis=2) == pytest.approx(
        (1 - way) * own.std(axis=2) + way * told.deviation, rel=1e-9
    )


def test_who_is_sure_of_a_trend_needs_no_second_opinion() -> None:
    """What is fitted dampens every trend: half way to it a steep one would end too low."""
    learned, own, met, _ = opinions(STEEP[None])
    assert learned.has_trend[0] > 0.999
    assert met == pytest.approx(own, rel=2e-3)


def test_who_has_heard_many_needs_it_the_less() -> None:
    learned, own, _, usual = opinions(MOVED[None])
    alone, among = (
        meet(own, learned._replace(heard=np.array([heard])), MOVED[None], usual, NONE).mean(axis=2)
        for heard in (0.0, 40.0)
    )
    mean = own.mean(axis=2)
    assert among - mean == pytest.approx(
        (alone - mean) * share_of_expected(np.array([40.0]))[0], rel=1e-6
    )


def test_what_adds_up_meets_none() -> None:
    """By what a trend is dampened a sum of ten months would be off ten times."""
    learned, own, _, usual = opinions(MOVED[None])
    assert np.array_equal(meet(own, learned, MOVED[None], usual, ~NONE), own)


def test_a_season_is_the_paths_own() -> None:
    """Only what is left without it has two opinions: July stays July, and in its place."""
    season = 20 * np.sin(2 * np.pi * np.arange(48) / 12)
    _, own, met, _ = opinions((100 + season + np.random.default_rng(2).normal(0, 3, 48))[None])
    assert met.mean(axis=2)[0] - 100 == pytest.approx(season[:12], abs=6)
    assert np.corrcoef(own.mean(axis=2)[0], met.mean(axis=2)[0])[0, 1] > 0.999


def test_of_a_few_figures_there_is_no_second_opinion() -> None:
    series = MOVED[None, : FEWEST - 1]
    _, own, met, _ = opinions(series, 1)
    assert np.array_equal(own, met)
