"""What is done to one component, on cases worked by hand from the definitions of the OECD/JRC
Handbook on Constructing Composite Indicators (2008): impute, treat, normalise."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kinhbac.composite.digits import round_half_up
from kinhbac.composite.treatment import exceeds, find_limits, treat
from kinhbac.registry.declared.stages import (
    ScaleNormalisation,
    TransformTreatment,
    WinsoriseTreatment,
)
from tests.small_cases import FOUR, NAN, imputed, min_max, plain, scaled


def test_min_max_puts_the_worst_at_the_bottom_and_the_best_at_the_top() -> None:
    assert_allclose(scaled(FOUR, min_max()), [[0, 25, 75, 100]])
    assert_allclose(scaled(FOUR, min_max(), direction="lower_is_better"), [[100, 75, 25, 0]])
    assert_allclose(scaled(FOUR, min_max(scale=(1, 100))), [[1, 25.75, 75.25, 100]])


def test_goalposts_hold_whatever_the_units_do() -> None:
    assert_allclose(scaled(FOUR, min_max(), goalposts=(0, 40)), [[25, 50, 100, 100]])
    beyond = scaled(FOUR, min_max(beyond="extend"), goalposts=(0, 40))
    assert_allclose(beyond, [[25, 50, 100, 125]])
    lower = scaled(FOUR, min_max(), goalposts=(0, 40), direction="lower_is_better")
    assert_allclose(lower, [[75, 50, 0, 0]])


def test_z_scores_have_the_mean_and_deviation_that_are_asked_for() -> None:
    rule = ScaleNormalisation(by="z_score")
    # Mean 30, sample deviation √(1000 ÷ 3).
    assert_allclose(scaled(FOUR, rule), (FOUR - 30) / np.sqrt(1000 / 3))
    fifty = scaled(FOUR, ScaleNormalisation(by="z_score", scale=(50, 10)))
    assert_allclose([fifty.mean(), fifty.std(ddof=1)], [50, 10])
    turned = scaled(FOUR, rule, direction="lower_is_better")
    assert_allclose(turned, (30 - FOUR) / np.sqrt(1000 / 3))


def test_ranks_and_percentiles_share_the_mean_of_ties() -> None:
    tied = np.array([[10.0, 20.0, 20.0, 50.0, NAN]])
    assert_allclose(scaled(tied, plain("rank")), [[1, 2.5, 2.5, 4, NAN]])
    assert_allclose(scaled(tied, plain("percentile")), [[0, 50, 50, 100, NAN]])
    turned = scaled(tied, plain("rank"), direction="lower_is_better")
    assert_allclose(turned, [[4, 2.5, 2.5, 1, NAN]])


def test_distances_are_ratios_to_target_reference_or_best() -> None:
    assert_allclose(scaled(FOUR, plain("distance_to_target"), target=50), [[20, 40, 80, 100]])
    reference = plain("distance_to_reference", area="24")
    assert_allclose(scaled(FOUR, reference, area=20.0), [[50, 100, 200, 250]])
    assert_allclose(scaled(FOUR, plain("distance_to_best")), [[20, 40, 80, 100]])
    best = scaled(FOUR, plain("distance_to_best"), direction="lower_is_better")
    assert_allclose(best, [[100, 50, 25, 20]])


def test_who_has_reached_a_target_or_is_best_has_a_hundred_also_at_zero() -> None:
    none = np.array([[0.0, 2.0, 4.0]])
    lower = {"direction": "lower_is_better"}
    assert_allclose(scaled(none, plain("distance_to_target"), target=2, **lower), [[100, 100, 50]])
    assert_allclose(scaled(none, plain("distance_to_best"), **lower), [[100, 0, 0]])


def test_a_ratio_of_or_to_a_negative_figure_says_nothing() -> None:
    debts = np.array([[-5.0, -2.0, 4.0]])
    assert_allclose(scaled(debts, plain("distance_to_best")), [[NAN, NAN, 100]])
    assert_allclose(scaled(debts, plain("distance_to_target"), target=8), [[NAN, NAN, 50]])
    assert np.isnan(scaled(-FOUR, plain("distance_to_best"))).all()


def test_bands_give_the_points_of_the_highest_one_reached() -> None:
    bands = {15: 1, 40: 3, 60: 5}
    assert_allclose(scaled(FOUR, plain("bands"), bands=bands), [[0, 1, 3, 3]])


def test_a_score_is_capped_and_rounded_half_away_from_zero() -> None:
    score = plain("score", round=2)
    found = scaled(np.array([[90.0, 95.0, 78.911]]), score, target=90, max=6)
    assert_allclose(found, [[6, 6, 5.26]])
    assert_allclose(
        round_half_up(np.array([2.675, -2.675, 1.005, 0.125]), 2), [2.68, -2.68, 1.01, 0.13]
    )


@pytest.mark.parametrize(
    "rule",
    [min_max(), ScaleNormalisation(by="z_score"), plain("distance_to_target")],
    ids=lambda rule: rule.by,
)
def test_nothing_is_scaled_by_nothing(rule: ScaleNormalisation) -> None:
    assert np.isnan(scaled(np.array([[7.0, 7.0]]), rule)).all()


@pytest.mark.parametrize("rule", [min_max(), ScaleNormalisation(by="z_score")])
def test_what_only_rounding_has_put_apart_makes_no_scale(rule: ScaleNormalisation) -> None:
    alike = [98.7] * 9 + [float(np.nextafter(98.7, 99))]
    assert np.isnan(scaled(np.array([alike]), rule)).all()


def test_what_is_skewed_is_so_for_scipy_too() -> None:
    from scipy import stats  # loads longer than the other tests take

    generator = np.random.default_rng(4)
    figures = np.exp(generator.normal(0, 0.7, (400, 12)))
    figures[generator.random(figures.shape) < 0.1] = NAN
    skew = stats.skew(figures, axis=1, bias=False, nan_policy="omit")
    kurtosis = stats.kurtosis(figures, axis=1, bias=False, nan_policy="omit")
    told = (np.abs(skew) > 1.5) & (kurtosis > 2)
    assert 0 < told.sum() < 400
    assert (exceeds(figures, 1.5, 2) == told).all()
    almost_the_same = np.array([[5.0] * 12, [0.1] * 11 + [np.nextafter(0.1, 1)]])
    assert not exceeds(almost_the_same, 0, -10).any()


def test_winsorising_draws_in_the_farthest_points_one_by_one() -> None:
    # Fifteen figures, two far out: skewness and kurtosis (type 2) pass 2 and 3.5 until both
    # have taken the value of the one before them.
    figures = np.array([[*range(1, 14), 200.0, 900.0]])
    rule = WinsoriseTreatment(by="winsorise")
    assert exceeds(figures, 2, 3.5).all()
    low, high = find_limits(figures, rule)
    assert (low[0, 0], high[0, 0]) == (-np.inf, 13)
    told = treat(figures, figures, rule)
    assert_allclose(told.values[0, -3:], [13, 13, 13])
    assert told.marks.tolist() == [[0] * 13 + [2, 2]]
    mirrored = treat(-figures, -figures, rule)
    assert_allclose(mirrored.values, -told.values)
    assert mirrored.marks.tolist() == [[0] * 13 + [1, 1]]


def test_winsorising_stops_at_the_number_of_points_allowed() -> None:
    figures = np.array([[*range(1, 14), 200.0, 900.0]])
    _, high = find_limits(figures, WinsoriseTreatment(by="winsorise", at_most=1))
    assert high[0, 0] == 200
    tied = np.array([[*range(1, 30), 900.0, 900.0]])
    _, high = find_limits(tied, WinsoriseTreatment(by="winsorise", at_most=1))
    assert high[0, 0] == np.inf  # both at once are two points


def test_figures_without_outliers_stay_as_they_are() -> None:
    told = treat(FOUR, FOUR, WinsoriseTreatment(by="winsorise"))
    assert_allclose(told.values, FOUR)
    assert not told.marks.any()


def test_logarithms_and_powers_bend_only_skewed_figures() -> None:
    skewed = np.exp(np.arange(20.0))[None, :]
    for by, mark in (("log", 3), ("box_cox", 4)):
        rule = TransformTreatment.model_validate({"by": by})
        told = treat(skewed, skewed, rule)
        assert (told.marks == mark).all()
        assert (np.diff(told.values) > 0).all()  # order stays
        assert not exceeds(told.values, 2, 3.5).any()
        assert_allclose(treat(FOUR, FOUR, rule).values, FOUR)
    low, high = skewed.min(), skewed.max()
    told = treat(skewed, skewed, TransformTreatment(by="log"))
    assert_allclose(told.values, np.log(skewed - low + 0.01 * (high - low)))


def test_means_and_medians_are_those_of_the_own_group() -> None:
    values = [[[1.0, 2.0, 6.0, NAN, 10.0, NAN, NAN]]]
    groups = [0, 0, 0, 0, 1, 1, 2]
    mean = imputed(values, groups, by="mean", grouping="region")
    assert_allclose(mean, [[[1, 2, 6, 3, 10, 10, NAN]]])  # the last group knows nothing
    median = imputed(values, groups, by="median", grouping="region")
    assert_allclose(median, [[[1, 2, 6, 2, 10, 10, NAN]]])
    whole = imputed(values, groups, by="mean")
    assert_allclose(whole, [[[1, 2, 6, 4.75, 10, 4.75, 4.75]]])


def test_a_last_known_figure_is_not_older_than_allowed() -> None:
    values = [[[5.0, NAN], [NAN, 3.0], [NAN, NAN], [NAN, NAN]]]
    found = imputed(values, [0, 0], by="last_known", at_most=2)
    assert_allclose(found, [[[5, NAN], [5, 3], [5, 3], [NAN, 3]]])


def test_regression_finds_a_figure_on_the_line_of_the_others() -> None:
    first = np.arange(12.0)
    second = 3 * first + 1
    second[5] = NAN
    found = imputed([[first.tolist()], [second.tolist()]], [0] * 12, by="regression")
    assert found[1, 0, 5] == pytest.approx(16, abs=1e-3)
    again = imputed([[first.tolist()], [second.tolist()]], [0] * 12, by="regression")
    assert found.tolist() == again.tolist()
