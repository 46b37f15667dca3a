"""What a component is measured by: figures of reference, targets, the area of reference.

Here: which figures set limits and scales, and one component put on the scale of its
composite. Not here: formulas of scales (``normalisation``), the order of stages
(``computation``).
"""

from __future__ import annotations

from datetime import date

import numpy as np

from kinhbac.composite.figures import Grid, Numbers, Truths
from kinhbac.composite.normalisation import Reference, normalise
from kinhbac.composite.transformation import OTHER_END, transformed
from kinhbac.registry.declared.entries import Name
from kinhbac.registry.declared.methods import CompositeDefinition, Method
from kinhbac.registry.declared.stages import (
    OUTRANKING,
    RELATIVE,
    ProgressNormalisation,
    ReferenceSpan,
)

WEIGHTED_SUM = Method(
    name=Name(vi="Tổng có trọng số", en="Weighted sum"), based_on="scale × Σ weight × component"
)
"""The method of a composite that names none."""


def method_of(definition: CompositeDefinition) -> Method:
    """The declared method, or a plain weighted sum."""
    return definition.method or WEIGHTED_SUM


def pool_of(method: Method, grid: Grid, values: Numbers, members: Truths) -> Numbers:
    """Figures of reference (last axis): those of each period, or of the span for all periods."""
    figures = np.where(members, values, np.nan)
    if not isinstance(method.reference, ReferenceSpan):
        return figures
    first, last = method.reference.from_, method.reference.to
    inside = np.array([first <= day <= last for day in grid.periods])
    return figures[..., inside, :].reshape(*values.shape[:-2], 1, -1)


def normalise_component(
    definition: CompositeDefinition,
    grid: Grid,
    name: str,
    values: Numbers,
    pool: Numbers,
    members: Truths,
) -> Numbers:
    """One component's treated figures on the composite's scale."""
    method = method_of(definition)
    rule, component = method.normalise, transformed(definition.components[name])
    if definition.direction == "lower_is_better" and rule.by in RELATIVE and component.direction:
        # A risk has more points where it is worse, also where another scale is drawn for it.
        component = component.model_copy(update={"direction": OTHER_END[component.direction]})
    if isinstance(rule, ProgressNormalisation):
        since, until = rule.since, rule.until
        goal = component.target or definition.targets.get(name, {}).get(until, np.nan)
        reference = Reference(
            pool, members, np.array([[goal]]), np.full((1, 1), np.nan),
            *_base(grid, values, since),
        )  # fmt: skip
        return normalise(values, reference, component, rule)
    if rule.by == "none" and method.aggregate.by in OUTRANKING:
        return -values if component.direction == "lower_is_better" else values
    by_year = definition.targets.get(name, {})
    target = [component.target or by_year.get(day.year, np.nan) for day in grid.periods]
    area = np.full((len(grid.periods), 1), np.nan)
    if (named := getattr(rule, "area", None)) is not None and named in grid.areas:
        area = values[:, [grid.areas.index(named)]]
    reference = Reference(pool, members, np.array(target, dtype=np.float64)[:, None], area)
    return normalise(values, reference, component, rule)


def same_day(day: date, year: int) -> date:
    """The day of another year from which progress is measured; 28 February for the 29th."""
    return day.replace(year=year, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _base(grid: Grid, values: Numbers, since: int) -> tuple[Numbers, Numbers]:
    """The figures of the same period of the year ``since`` (periods × areas), and how many years
    ago that was; nan where the composite has no such period."""
    base = np.full(values.shape, np.nan)
    for row, day in enumerate(grid.periods):
        if (first := same_day(day, since)) in grid.periods:
            base[row] = values[grid.periods.index(first)]
    years = np.array([[day.year - since] for day in grid.periods], dtype=np.float64)
    return base, years
