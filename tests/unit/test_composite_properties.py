"""What must hold of a composite whatever the figures are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from kinhbac.composite.computation import compute
from kinhbac.composite.figures import Absence, Figures, Grid, Numbers
from kinhbac.registry.declared.methods import CompositeDefinition

COMPONENTS, PERIODS, UNITS = 3, 2, 7
FIGURES = arrays(np.float64, (COMPONENTS, PERIODS, UNITS), elements=st.integers(-50, 50).map(float))
GAPS = arrays(
    np.bool_, (COMPONENTS, PERIODS, UNITS), elements=st.sampled_from([False] * 5 + [True])
)
METHODS = st.fixed_dictionaries(
    {
        "impute": st.sampled_from([{"by": "none"}, {"by": "median", "grouping": "region"}]),
        "treat": st.sampled_from(
            [{"by": "none"}, {"by": "winsorise", "skewness": 1, "kurtosis": 1}]
        ),
        "normalise": st.sampled_from(
            [{"by": name} for name in ("min_max", "z_score", "rank", "percentile")]
        ),
        "weigh": st.sampled_from(["given", "equal", "critic"]),
        "aggregate": st.sampled_from(["arithmetic", "copeland", "lexicographic"]),
        "missing": st.sampled_from(["absent", {"reweight_above": 0.5}]),
    }
)


def grid(periods: int = PERIODS) -> Grid:
    return Grid(
        tuple(date(2026, 1 + place, 1) for place in range(periods)),
        tuple(f"{place:02}" for place in range(UNITS)),
        np.array(["commune"] * UNITS),
        {"region": np.array([0, 0, 0, 1, 1, 1, 1], np.int16)},
    )


def definition(method: dict[str, Any]) -> CompositeDefinition:
    weights = (1, 2, 3)
    return CompositeDefinition.model_validate(
        {
            "indicator": "index", "version": 1, "valid_from": None, "valid_to": None,
            "frequency": "month", "direction": "higher_is_better", "scale": 1, "round": None,
            "components": {
                f"c{place}": {"weight": weight, "direction": "higher_is_better"}
                for place, weight in enumerate(weights)
            },
            "targets": {}, "robustness": None,
            "method": method | {"name": {"vi": "x", "en": "x"}, "based_on": "the tests"},
        }
    )  # fmt: skip


def index(
    figures: Numbers, gaps: npt.NDArray[np.bool_], method: dict[str, Any], on: Grid | None = None
) -> Numbers:
    absences = np.where(gaps, Absence.MISSING_OPERAND, Absence.NONE).astype(np.int16)
    known = {
        f"c{place}": Figures(np.where(gaps[place], np.nan, figures[place]), absences[place])
        for place in range(COMPONENTS)
    }
    cells = np.ones(figures.shape[1:], bool)
    return compute(definition(method), on or grid(), known, cells).figures.values


@settings(max_examples=40, derandomize=True)
@given(FIGURES, GAPS, METHODS, st.permutations(range(UNITS)))
def test_the_order_of_units_means_nothing(
    figures: Numbers, gaps: npt.NDArray[np.bool_], method: dict[str, Any], order: list[int]
) -> None:
    moved = replace(grid(), groupings={"region": grid().groupings["region"][order]})
    found = index(figures[:, :, order], gaps[:, :, order], method, moved)
    assert_allclose(found, index(figures, gaps, method)[:, order], atol=1e-9)


@settings(max_examples=40, derandomize=True)
@given(FIGURES, GAPS, METHODS)
def test_the_unit_of_measure_means_nothing(
    figures: Numbers, gaps: npt.NDArray[np.bool_], method: dict[str, Any]
) -> None:
    """Metres or kilometres, from zero or from sea level: normalised figures are the same."""
    other = figures.copy()
    other[1] = 1024 * other[1] + 512
    found = index(other, gaps, method)
    assert_allclose(found, index(figures, gaps, method), atol=1e-7)


@settings(max_examples=40, derandomize=True)
@given(FIGURES, GAPS, METHODS)
def test_another_period_means_nothing_to_a_scale_of_the_period(
    figures: Numbers, gaps: npt.NDArray[np.bool_], method: dict[str, Any]
) -> None:
    alone = index(figures[:, [0]], gaps[:, [0]], method, grid(1))
    assert_allclose(alone[0], index(figures, gaps, method)[0], atol=1e-9)


@settings(max_examples=40, derandomize=True)
@given(FIGURES, GAPS, METHODS)
def test_a_value_is_there_or_a_reason(
    figures: Numbers, gaps: npt.NDArray[np.bool_], method: dict[str, Any]
) -> None:
    absences = np.where(gaps, Absence.MISSING_OPERAND, Absence.NONE).astype(np.int16)
    known = {
        f"c{place}": Figures(np.where(gaps[place], np.nan, figures[place]), absences[place])
        for place in range(COMPONENTS)
    }
    told = compute(definition(method), grid(), known, np.ones((PERIODS, UNITS), bool)).figures
    assert (np.isnan(told.values) == (told.absences != Absence.NONE)).all()
