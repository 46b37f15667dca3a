"""Each stage of a composite on small cases worked by hand from the definitions of the OECD/JRC
Handbook on Constructing Composite Indicators (2008)."""

from __future__ import annotations

import csv
from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_allclose

from orchestration.composite.aggregation import Normalised, aggregate
from orchestration.composite.figures import Absence, Figures, Grid, Numbers, round_half_away
from orchestration.composite.imputation import impute
from orchestration.composite.normalisation import Reference, normalise
from orchestration.composite.ranking import Ties, rank
from orchestration.composite.treatment import exceeds, find_limits, treat
from orchestration.composite.weighting import find_weights
from orchestration.registry.methods import Component
from orchestration.registry.stages import (
    Aggregation,
    Imputation,
    PlainNormalisation,
    Reweighting,
    ScaleNormalisation,
    TransformTreatment,
    WinsoriseTreatment,
)
from orchestration.warehouse import PROJECT, SOURCES

NAN = np.nan
FOUR = np.array([[10.0, 20.0, 40.0, 50.0]])


def scaled(
    values: Numbers, rule: ScaleNormalisation | PlainNormalisation, pool: Numbers | None = None,
    target: float = NAN, area: float = NAN, **own: object,
) -> Numbers:  # fmt: skip
    component = Component.model_validate(own or {"direction": "higher_is_better"})
    reference = Reference(
        values if pool is None else pool,
        ~np.isnan(values),
        np.array([[target]]),
        np.array([[area]]),
    )
    return normalise(values, reference, component, rule)


def plain(by: str, **more: object) -> PlainNormalisation:
    return PlainNormalisation.model_validate({"by": by, **more})


def min_max(**more: object) -> ScaleNormalisation:
    return ScaleNormalisation.model_validate({"by": "min_max", **more})


METHOD = (PROJECT / "docs" / "method.md").read_text(encoding="utf-8")
PROVINCES = np.array([[73.02, 70.61, 69.45, 68.60, 64.74]])
ENTRY_LAND_TRANSPARENCY = np.array(
    [[7.98, 6.52, 6.53, 6.57, 6.76], [7.39, 6.77, 7.14, 6.6, 7.09], [6.31, 6.82, 6.39, 5.21, 6.27]]
)
"""PCI of 2021 and three of its sub-indices (pcivietnam.vn), as in docs/method.md."""


def shown(values: Numbers, digits: int) -> str:
    """Figures as the method writes them."""
    return " · ".join(f"{value:.{digits}f}".replace("-", "−") for value in values.ravel())


def test_the_examples_of_the_method_are_what_is_computed() -> None:
    z_score = ScaleNormalisation(by="z_score")
    reference = plain("distance_to_reference", area="01")
    bands = {"bands": {60: 1, 65: 2, 70: 3}}
    for found, digits in (
        (scaled(PROVINCES, min_max(), goalposts=(50, 80)), 2),
        (scaled(PROVINCES, z_score), 3),
        (scaled(PROVINCES, plain("rank")), 0),
        (scaled(PROVINCES, plain("percentile")), 0),
        (scaled(PROVINCES, plain("distance_to_target"), target=70), 2),
        (scaled(PROVINCES, reference, area=68.60), 2),
        (scaled(PROVINCES, plain("distance_to_best")), 2),
        (scaled(PROVINCES, plain("bands"), **bands), 0),
    ):
        assert shown(found, digits) in METHOD
    assert "100 · 70.89 · 56.88 · 46.62 · 0" in METHOD
    assert_allclose(scaled(PROVINCES, min_max()), [[100, 70.89, 56.88, 46.62, 0]], atol=0.005)
    weights = [0.05, 0.05, 0.2]
    bac_giang = ENTRY_LAND_TRANSPARENCY[:, [4]].tolist()
    for by in ("sum", "arithmetic", "geometric", "harmonic"):
        assert f"| {combined(bac_giang, weights, by).values[0, 0]:.4f} |" in METHOD
    square = combined(bac_giang, weights, "generalised", power=2)
    assert f"| {square.values[0, 0]:.4f} |" in METHOD
    for by in ("copeland", "lexicographic"):
        duels = combined(ENTRY_LAND_TRANSPARENCY.tolist(), weights, by).values
        assert f"five provinces: {shown(duels, 0)} |" in METHOD
    for rule in ("pca", "critic", "equal_importance"):
        found = find_weights(ENTRY_LAND_TRANSPARENCY[:, None, :], np.ones(3), rule)[:, 0]
        assert " / ".join(f"{weight:.3f}" for weight in found) in METHOD.replace("\n", " ")


def test_imputation_and_reweighting_of_the_method_are_what_is_computed() -> None:
    """PCI of 2021 as it is registered."""
    path = SOURCES / "competitiveness_index/extracts/2022/2025-07-15_pci-2013-2022.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Năm"] == "2021"]
    names = list(rows[0])[3:13]
    figures = np.array([[[float(row[name]) for row in rows]] for name in names])
    training = names.index("Đào tạo lao động")
    place = {row["Tỉnh"]: number for number, row in enumerate(rows)}
    known = figures.copy()
    known[training, 0, place["Bắc Ninh"]] = NAN
    found = {
        by: imputed(known.tolist(), [0] * len(rows), by=by)[training, 0, place["Bắc Ninh"]]
        for by in ("regression", "median", "mean")
    }
    assert (
        f"(it is 6.74): {found['regression']:.3f}; by median {found['median']:.2f}, "
        f"by mean {found['mean']:.3f} |" in METHOD
    )
    weights = [0.05, 0.05, 0.2, 0.05, 0.1, 0.05, 0.05, 0.2, 0.2, 0.05]
    own = figures[:, 0, [place["Bắc Giang"]]]
    whole = combined(own.tolist(), weights, "sum").values[0, 0]
    own[training] = NAN
    less = combined(own.tolist(), weights, "sum", missing=Reweighting(reweight_above=0.8))
    assert f"= {10 * less.values[0, 0]:.3f} in place of {10 * whole:.3f}" in METHOD.replace(
        "\n", " "
    )


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
        round_half_away(np.array([2.675, -2.675, 1.005, 0.125]), 2), [2.68, -2.68, 1.01, 0.13]
    )


@pytest.mark.parametrize(
    "rule",
    [min_max(), ScaleNormalisation(by="z_score"), plain("distance_to_target")],
    ids=lambda rule: rule.by,
)
def test_nothing_is_scaled_by_nothing(rule: ScaleNormalisation) -> None:
    assert np.isnan(scaled(np.array([[7.0, 7.0]]), rule)).all()


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


def grid(groups: list[int], periods: int = 1) -> Grid:
    return Grid(
        tuple(date(2026, 1 + place, 1) for place in range(periods)),
        tuple(str(place) for place in range(len(groups))),
        np.array(["commune"] * len(groups)),
        {"region": np.array(groups, np.int16)},
    )


def imputed(values: list[list[list[float]]], groups: list[int], **rule: object) -> Numbers:
    figures = np.array(values)
    everyone = np.ones(figures.shape[1:], bool)
    return impute(
        figures, np.ones(figures.shape, bool), everyone, grid(groups, figures.shape[1]),
        Imputation.model_validate(rule),
    )  # fmt: skip


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


def combined(values: list[list[float]], weights: list[float], by: str, **more: object) -> Figures:
    figures = np.array(values)[:, None, :]
    absences = np.where(np.isnan(figures), Absence.MISSING_OPERAND, Absence.NONE).astype(np.int16)
    missing = more.pop("missing", "absent")
    assert isinstance(missing, Reweighting | str)
    return aggregate(
        Normalised(figures, absences), np.array(weights)[:, None], np.ones(figures.shape[1:], bool),
        Aggregation.model_validate({"by": by, **more}), missing,
    )  # fmt: skip


def test_means_of_two_components_by_hand() -> None:
    values, weights = [[4.0, 0.0], [16.0, 9.0]], [1.0, 1.0]
    assert_allclose(combined(values, weights, "arithmetic").values, [[10, 4.5]])
    assert_allclose(combined(values, weights, "geometric").values, [[8, 0]])
    assert_allclose(combined(values, weights, "harmonic").values, [[6.4, 0]])
    assert_allclose(combined(values, weights, "sum").values, [[20, 9]])
    square = combined(values, weights, "generalised", power=2)
    assert_allclose(square.values, [[np.sqrt(136), np.sqrt(40.5)]])


def test_weights_of_means_by_hand() -> None:
    values, weights = [[1.0], [16.0]], [3.0, 1.0]
    assert_allclose(combined(values, weights, "arithmetic").values, [[4.75]])
    assert_allclose(combined(values, weights, "geometric").values, [[2.0]])
    assert_allclose(combined(values, weights, "harmonic").values, [[4 / (3 + 1 / 16)]])
    assert_allclose(combined(values, weights, "sum").values, [[19.0]])


def test_a_compensatory_mean_lets_one_side_pay_for_the_other_and_a_geometric_one_does_not() -> None:
    # The handbook's example: 21, 1, 1, 1 and 6, 6, 6, 6 have the same arithmetic mean, the
    # geometric means are 2.14 and 6.
    values = [[21.0, 6.0], [1.0, 6.0], [1.0, 6.0], [1.0, 6.0]]
    weights = [1.0] * 4
    assert_allclose(combined(values, weights, "arithmetic").values, [[6, 6]])
    assert_allclose(combined(values, weights, "geometric").values, [[2.14, 6]], atol=0.005)


def test_copeland_counts_duels_won_less_duels_lost() -> None:
    # Three units, three components of weights 0.4, 0.35, 0.25. First against second: better
    # in 0.4 + 0.25. First against third: better in 0.4 only. Second against third: 0.35 + 0.25.
    values = [[3.0, 2.0, 1.0], [1.0, 3.0, 2.0], [2.0, 1.0, 3.0]]
    assert combined(values, [0.4, 0.35, 0.25], "copeland").values.tolist() == [[0, 0, 0]]
    # With weights 0.6, 0.2, 0.2 the first component decides every duel.
    assert combined(values, [0.6, 0.2, 0.2], "copeland").values.tolist() == [[2, 0, -2]]
    # Equal in every component: no duel is won.
    assert combined([[5.0, 5.0]], [1.0], "copeland").values.tolist() == [[0, 0]]


def test_lexicographic_minimum_looks_at_the_worst_component_first() -> None:
    values = [[2.0, 3.0, 2.0, 9.0], [9.0, 3.0, 8.0, 2.0]]
    # Worst components 2, 3, 2, 2; the second worst decide among the first, third and fourth.
    found = combined(values, [1.0, 1.0], "lexicographic").values
    assert found.tolist() == [[0, 3, -3, 0]]


def test_a_missing_component_leaves_nothing_or_its_weight() -> None:
    values, weights = [[4.0, NAN], [16.0, 16.0], [1.0, 1.0]], [1.0, 1.0, 2.0]
    absent = combined(values, weights, "arithmetic")
    assert_allclose(absent.values, [[5.5, NAN]])
    assert absent.absences.tolist() == [[Absence.NONE, Absence.MISSING_OPERAND]]
    enough = combined(values, weights, "arithmetic", missing=Reweighting(reweight_above=0.75))
    assert_allclose(enough.values, [[5.5, 6.0]])  # (16 + 2 × 1) ÷ 3
    few = combined(values, weights, "arithmetic", missing=Reweighting(reweight_above=0.8))
    assert_allclose(few.values, [[5.5, NAN]])
    points = combined(values, weights, "sum", missing=Reweighting(reweight_above=0.75))
    assert_allclose(points.values, [[22.0, 24.0]])  # 18 × 4 ÷ 3


def test_what_is_withheld_is_not_made_up_for() -> None:
    figures = np.array([[[NAN]], [[5.0]]])
    for absence in (Absence.HELD, Absence.SUPPRESSED):
        absences = np.array([[[absence]], [[Absence.NONE]]], np.int16)
        told = aggregate(
            Normalised(figures, absences), np.ones((2, 1)), np.ones((1, 1), bool),
            Aggregation(by="arithmetic"), Reweighting(reweight_above=0.1),
        )  # fmt: skip
        assert np.isnan(told.values).all() and told.absences.tolist() == [[absence]]


def test_a_mean_that_is_not_defined_says_so() -> None:
    told = combined([[-1.0], [4.0]], [1.0, 1.0], "geometric")
    assert np.isnan(told.values).all() and told.absences.tolist() == [[Absence.UNDEFINED]]
    assert_allclose(combined([[-1.0], [4.0]], [1.0, 1.0], "arithmetic").values, [[1.5]])


def test_pca_weights_are_the_squared_loadings_of_the_first_component() -> None:
    # Two components always share it equally; of three, the odd one out weighs least.
    generator = np.random.default_rng(1)
    common = generator.normal(size=200)
    odd = generator.normal(size=200)
    figures = np.array([common, common + 0.1 * odd, odd])[:, None, :]
    pair = find_weights(figures[[0, 2]], np.ones(2), "pca")
    assert_allclose(pair, [[0.5], [0.5]])
    weights = find_weights(figures, np.ones(3), "pca")
    assert weights.sum() == pytest.approx(1) and weights[2, 0] < 0.1 < weights[0, 0]


def test_critic_lets_components_that_repeat_each_other_weigh_less() -> None:
    # Deviations are equal; correlations 1, −1, −1: contrasts 2, 2, 4 of 8.
    figures = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])[:, None, :]
    assert_allclose(find_weights(figures, np.ones(3), "critic"), [[0.25], [0.25], [0.5]])


def test_equal_importance_evens_out_correlations_with_the_index() -> None:
    generator = np.random.default_rng(2)
    common = generator.normal(size=300)
    figures = np.array([common, common + generator.normal(size=300), generator.normal(size=300)])[
        :, None, :
    ]
    weights = find_weights(figures, np.ones(3), "equal_importance")[:, 0]
    index = weights @ figures[:, 0]
    correlations = [np.corrcoef(own, index)[0, 1] for own in figures[:, 0]]
    assert np.ptp(correlations) < 1e-3
    plain_index = figures[:, 0].sum(axis=0)
    assert np.ptp([np.corrcoef(own, plain_index)[0, 1] for own in figures[:, 0]]) > 0.1


def test_weights_that_figures_do_not_give_are_absent() -> None:
    flat = np.array([[1.0, 1.0, 1.0], [1.0, 2.0, 3.0]])[:, None, :]
    for rule in ("pca", "critic", "equal_importance"):
        assert np.isnan(find_weights(flat, np.ones(2), rule)).all()


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ("min", [1, 2, 2, 4]),
        ("max", [1, 3, 3, 4]),
        ("average", [1, 2.5, 2.5, 4]),
        ("dense", [1, 2, 2, 3]),
    ],
)
def test_ties_share_the_rank_that_the_method_says(ties: Ties, expected: list[float]) -> None:
    values = np.array([[9.0, 5.0, 5.0, 1.0, NAN]])
    assert_allclose(rank(values, "higher_is_better", ties), [[*expected, NAN]])
    found = rank(-values, "lower_is_better", ties)
    assert_allclose(found, [[*expected, NAN]])
    printed = rank(np.array([[5.004, 5.001, 1.0]]), "higher_is_better", "min", 2)
    assert_allclose(printed, [[1, 1, 3]])
