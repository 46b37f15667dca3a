"""What a component is measured by: figures of reference, targets, the area of reference.

Here: which figures set limits and scales, and one component put on the scale of its
composite. Not here: formulas of scales (``normalisation``), the order of stages
(``computation``).
"""

from __future__ import annotations

import numpy as np

from kinhbac.composite.figures import Grid, Numbers, Truths
from kinhbac.composite.normalisation import Reference, normalise
from kinhbac.registry.declared.entries import Name
from kinhbac.registry.declared.methods import CompositeDefinition, Method
from kinhbac.registry.declared.stages import OUTRANKING, ReferenceSpan

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
    rule, component = method.normalise, definition.components[name]
    if rule.by == "none" and method.aggregate.by in OUTRANKING:
        return -values if component.direction == "lower_is_better" else values
    by_year = definition.targets.get(name, {})
    target = [component.target or by_year.get(day.year, np.nan) for day in grid.periods]
    area = np.full((len(grid.periods), 1), np.nan)
    if (named := getattr(rule, "area", None)) is not None and named in grid.areas:
        area = values[:, [grid.areas.index(named)]]
    reference = Reference(pool, members, np.array(target, dtype=np.float64)[:, None], area)
    return normalise(values, reference, component, rule)
