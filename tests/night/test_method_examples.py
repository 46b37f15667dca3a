"""The worked examples of docs/method.md, computed again."""

from __future__ import annotations

import csv

import numpy as np
from numpy.testing import assert_allclose

from kinhbac.composite.figures import Numbers
from kinhbac.composite.weighting import find_weights
from kinhbac.data_folder import PROJECT, SOURCES
from kinhbac.registry.declared.stages import (
    Reweighting,
    ScaleNormalisation,
)
from tests.small_cases import NAN, combined, imputed, min_max, plain, scaled

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
