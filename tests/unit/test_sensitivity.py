"""Sobol indices: those of SALib to the last bit, and of a function whose indices are known."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from kinhbac.composite.figures import Numbers
from kinhbac.composite.sensitivity import BASE, design, estimate

COEFFICIENTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])
PUBLISHED_FIRST = (0.7162, 0.1790, 0.0237, 0.0072, 0.0001, 0.0001, 0.0001, 0.0001)
"""Of Sobol's g with these coefficients (Saltelli et al. 2010, section 6)."""


def g(uniform: Numbers) -> Numbers:
    return np.prod((np.abs(4 * uniform - 2) + COEFFICIENTS) / (1 + COEFFICIENTS), axis=1)


def test_indices_and_margins_are_those_of_salib() -> None:
    from SALib.analyze import sobol  # takes longer to import than to ask

    sizes = [1, 2, 3, 2]
    outputs = g(design(sizes, np.random.default_rng(4)))
    found = np.array(estimate(outputs, len(sizes), np.random.default_rng(9)))
    problem = {
        "num_vars": 8, "names": list("abcdefgh"), "bounds": [[0, 1]] * 8,
        "groups": [str(group) for group, size in enumerate(sizes) for _ in range(size)],
    }  # fmt: skip
    rows = outputs.reshape(len(sizes) + 2, BASE).T.ravel()  # SALib takes row by row
    told = sobol.analyze(problem, rows, calc_second_order=False, seed=9)
    assert_allclose(found.T, [told[name] for name in ("S1", "S1_conf", "ST", "ST_conf")], rtol=1e-9)


def test_indices_of_a_known_function_lie_within_their_margins() -> None:
    outside = 0
    for seed in range(20):
        generator = np.random.default_rng(seed)
        found = np.array(estimate(g(design([1] * 8, generator)), 8, generator))
        outside += int((np.abs(found[:2, 0] - PUBLISHED_FIRST[:2]) > found[:2, 1]).sum())
        assert_allclose(found[:, 0], PUBLISHED_FIRST, atol=0.2)
    assert outside <= 4, "one in twenty of forty is two"
