"""What is done to every figure of a component before it is treated and scaled.

Here: caps and floors, logarithms, roots, inverses, and goalposts brought along. Not here: what is
done only to skewed figures (``treatment``), scales (``normalisation``).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kinhbac.composite.figures import Codes, Numbers
from kinhbac.registry.declared.methods import Component

MARKS = ("floored", "capped", "log", "log10", "log1p", "sqrt", "inverse")
TRANSFORMS: dict[str, Callable[[Numbers], Numbers]] = {
    "log": np.log,
    "log10": np.log10,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "inverse": lambda figures: 1 / figures,
}
OTHER_END = {"higher_is_better": "lower_is_better", "lower_is_better": "higher_is_better"}


def transform(values: Numbers, component: Component) -> Numbers:
    """Figures within floor and cap, transformed; nan where that is not defined: there is no
    logarithm of nothing, and an inverse only of what is above zero."""
    low, high = component.floor, component.cap
    found = values if low is None and high is None else np.clip(values, low, high)
    if component.transform is None:
        return found
    inside = found if component.transform != "inverse" else np.where(found > 0, found, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = TRANSFORMS[component.transform](inside)
    return np.where(np.isfinite(found), found, np.nan)


def mark_transformed(values: Numbers, component: Component, first: int) -> Codes:
    """What was done to each figure, by its number in ``MARKS`` from ``first`` on, 0 for nothing:
    the floor or cap that it met, else the transform."""
    marks = np.zeros(values.shape, np.int16)
    if component.transform is not None:
        marks[~np.isnan(values)] = first + MARKS.index(component.transform)
    if component.floor is not None:
        marks[values < component.floor] = first + MARKS.index("floored")
    if component.cap is not None:
        marks[values > component.cap] = first + MARKS.index("capped")
    return marks


def transformed(component: Component) -> Component:
    """The component as its transformed figures are scaled: its goalposts on their scale, and for
    an inverse its better end at the other side."""
    if component.transform is None:
        return component
    changed: dict[str, object] = {}
    if component.goalposts:
        posts = transform(np.array(component.goalposts), Component(transform=component.transform))
        changed["goalposts"] = tuple(sorted(posts.tolist()))
    if component.transform == "inverse" and component.direction:
        changed["direction"] = OTHER_END[component.direction]
    return component.model_copy(update=changed)
