"""Stages of composites asked of a few figures at a time.

Here: one call a stage, with everything that the case does not speak of left plain. Not here:
the cases.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from kinhbac.composite.aggregation import Normalised, aggregate
from kinhbac.composite.figures import Absence, Figures, Grid, Numbers
from kinhbac.composite.imputation import impute
from kinhbac.composite.normalisation import Reference, normalise
from kinhbac.registry.declared.methods import Component
from kinhbac.registry.declared.stages import (
    Aggregation,
    Imputation,
    PlainNormalisation,
    Reweighting,
    ScaleNormalisation,
)

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


def combined(values: list[list[float]], weights: list[float], by: str, **more: object) -> Figures:
    figures = np.array(values)[:, None, :]
    absences = np.where(np.isnan(figures), Absence.MISSING_OPERAND, Absence.NONE).astype(np.int16)
    missing = more.pop("missing", "absent")
    assert isinstance(missing, Reweighting | str)
    return aggregate(
        Normalised(figures, absences), np.array(weights)[:, None], np.ones(figures.shape[1:], bool),
        Aggregation.model_validate({"by": by, **more}), missing,
    )  # fmt: skip
