"""How components become one figure and units are ranked, on cases worked by hand from the
definitions of the OECD/JRC Handbook on Constructing Composite Indicators (2008)."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kinhbac.composite.aggregation import Normalised, aggregate
from kinhbac.composite.figures import Absence
from kinhbac.composite.ranking import Ties, rank
from kinhbac.composite.weighting import find_weights
from kinhbac.registry.declared.stages import (
    Aggregation,
    Reweighting,
)
from tests.small_cases import NAN, combined


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
