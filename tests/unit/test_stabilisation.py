"""Shares and rates of small numbers drawn towards the common figure: as published, and as it must
be where nothing is published."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kinhbac.composite.computation import Stages, compute
from kinhbac.composite.figures import Counts, Figures, Numbers, Truths
from kinhbac.composite.stabilisation import find_prior, stabilise
from tests.small_cases import grid
from tests.unit.test_robustness import RULES, definition

HOMICIDES = """\
4 189087 19 425580 3 69649 2 88540 2 33697 28 774843 61 1056438 3 172182 7 224033 3 113497
4 218510 0 87628 1 36354 12 316661 0 53222 2 141872 6 103469 6 193449 3 295848 4 99013
0 34772 2 65947 9 155266 2 123387 23 612258 5 135365 2 133297 2 186877 0 68404 2 68779
10 192789 4 96686 95 1480530 8 92864 31 905683 0 93388 407 5863876 5 109086 10 265200
1238 2658090 3 199528 14 347829 0 79838 2 72381 18 432159 369 1605518 5 110883 0 48352
3 121762 0 92348 40 891502 9 225007 7 113880 1 46260 3 108510 2 55620 8 213680 5 131792
11 109953 12 108864 8 205880 10 260154 2 90841 8 255875 7 253540 25 372227 6 100389
19 345641 6 87410 2 66694 2 64680 6 127071 9 107508 0 43056 1 61456 13 353841 3 47507 4 68218
"""
"""Homicides of 1979–84 and six years' inhabitants of 78 counties around St. Louis (Messner et al.
1999; the example data of PySAL, ``stl_hom.csv``)."""
PUBLISHED = (
    2.36718950e-05, 4.54539167e-05, 4.78114019e-05, 2.76907146e-05, 6.58989323e-05,
    3.66494122e-05, 5.79952721e-05, 2.03064590e-05, 3.31152999e-05, 3.02748380e-05,
)  # fmt: skip
"""The first ten as the documentation of PySAL prints them (``Empirical_Bayes``)."""


def counted(cases: Numbers, whole: Numbers, share: bool, scale: float = 1) -> Figures:
    counts = Counts(whole, np.full(whole.shape, scale), np.full(whole.shape, share))
    return Figures(scale * cases / whole, np.zeros(whole.shape, np.int16), counts)


def drawn(figures: Figures, members: Truths | None = None) -> Numbers:
    assert figures.counts is not None
    everyone = np.ones(figures.values.shape, bool)
    return stabilise(figures.values, figures.counts, everyone if members is None else members)


def test_rates_are_those_that_pysal_publishes_of_homicides_around_st_louis() -> None:
    told = np.array(HOMICIDES.split(), np.float64).reshape(1, -1, 2)
    rates = counted(told[..., 0], told[..., 1], share=False, scale=100_000)
    assert rates.values.shape == (1, 78)
    assert_allclose(drawn(rates)[0, :10] / 100_000, PUBLISHED, rtol=1e-8)


def test_shares_come_nearer_to_the_truth_and_most_where_cases_are_few() -> None:
    generator = np.random.default_rng(1996)
    whole = np.resize([20.0, 100.0, 2000.0], (200, 99))
    truth = generator.beta(80, 20, whole.shape)
    shares = counted(generator.binomial(whole.astype(int), truth).astype(float), whole, share=True)
    before, after = ((own - truth) ** 2 for own in (shares.values, drawn(shares)))
    sizes = [whole[0] == size for size in (20, 100, 2000)]
    gained = [1 - after[:, own].mean() / before[:, own].mean() for own in sizes]
    # What is left of an error is n ÷ (n + 100): the truth is worth a hundred cases.
    assert_allclose(gained, [100 / 120, 100 / 200, 100 / 2100], atol=0.03)
    assert shares.counts is not None
    prior = find_prior(shares.values, shares.counts, np.ones(whole.shape, bool))
    assert_allclose(prior.variance.mean(), 0.8 * 0.2 / 101, rtol=0.03)


def test_areas_that_do_not_differ_beyond_chance_have_the_common_figure() -> None:
    alike = counted(np.array([[9.0, 10, 11, 10]]), np.full((1, 4), 20.0), share=True, scale=100)
    assert_allclose(drawn(alike), [[50, 50, 50, 50]])
    none = counted(np.zeros((1, 3)), np.full((1, 3), 20.0), share=False)
    assert_allclose(drawn(none), [[0, 0, 0]])


def test_only_counted_figures_of_areas_that_are_compared_are_drawn() -> None:
    cases, whole = np.array([[1.0, 19, 10, 10, 500]]), np.array([[20.0, 20, np.nan, 20, 1000]])
    shares = counted(cases, whole, share=True)
    values = shares.values.copy()
    values[0, 2:4] = 0.9, np.nan
    assert shares.counts is not None
    province = np.array([[True, True, True, True, False]])
    found = stabilise(values, shares.counts, province)
    assert_allclose(found[0, 2:], [0.9, np.nan, 0.5])
    assert 0.05 < found[0, 0] < 0.5 < found[0, 1] < 0.95


@pytest.fixture
def stages() -> Stages:
    """Deaths among few and many, goalposts fixed, so that only the stabilised figure moves."""
    deaths = counted(np.array([[0.0, 6, 40]]), np.array([[2e3, 1e5, 4e5]]), False, 100_000)
    part = {"direction": "lower_is_better", "goalposts": (0, 20), "stabilise": "empirical_bayes"}
    own = definition("safety", {"deaths": part}, method=RULES | {"among": "commune"})
    everyone = np.ones((1, 3), bool)
    return compute(own, grid([0, 0, 0]), {"deaths": deaths}, everyone)


def test_a_composite_is_made_of_the_stabilised_figure(stages: Stages) -> None:
    assert_allclose(stages.denominated[0], [[0, 6, 10]])
    nobody, few, many = stages.stabilised[0, 0]
    assert nobody > 0 and few > 6 and many < 10
    assert_allclose(stages.figures.values, 100 * (1 - stages.stabilised[0] / 20))
    assert stages.rests_on_others.all()
