"""One composite, stage by stage: denominate, screen, stabilise, impute, treat, normalise, weigh, aggregate.

Here: the order of the stages, the figures of reference, why a figure is not there. Not here:
the formula of any stage (modules of their names), which composites there are (``board``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kinhbac.composite.aggregation import Normalised, aggregate
from kinhbac.composite.digits import round_half_up, settle
from kinhbac.composite.figures import (
    Absence,
    Codes,
    Figures,
    Grid,
    Numbers,
    Truths,
    first_reason,
)
from kinhbac.composite.imputation import impute
from kinhbac.composite.reference import method_of, normalise_component, pool_of
from kinhbac.composite.stabilisation import stabilise
from kinhbac.composite.transformation import mark_transformed, transform
from kinhbac.composite.treatment import TRANSFORMED, treat
from kinhbac.composite.weighting import find_weights
from kinhbac.registry.declared.methods import CompositeDefinition


@dataclass(frozen=True)
class Stages:
    """Every stage of one composite, each components × periods × areas.

    ``kept`` (periods × areas) passed the screen; ``members`` are the kept units that are
    compared; ``pools`` are each component's treated figures of reference; ``weights`` are
    components × periods; ``figures`` is the composite itself, scaled and rounded.
    """

    definition: CompositeDefinition
    names: tuple[str, ...]
    delivered: Numbers
    denominated: Numbers
    kept: Truths
    members: Truths
    stabilised: Numbers
    imputed: Numbers
    treated: Numbers
    treatments: Codes
    normalised: Numbers
    absences: Codes
    pools: tuple[Numbers, ...]
    weights: Numbers
    figures: Figures

    @property
    def is_imputed(self) -> Truths:
        """Where a figure was put in."""
        return np.isnan(self.denominated) & ~np.isnan(self.imputed)

    @property
    def rests_on_others(self) -> Truths:
        """The units whose composite depends on figures of other units of the same period."""
        method = method_of(self.definition)
        everyone = method.compares(list(self.definition.components.values()))
        return self.kept & (everyone | (self.is_imputed.any(axis=0) & method.borrows))

    @property
    def components(self) -> Normalised:
        """What was aggregated."""
        return Normalised(self.normalised, self.absences)


def compute(
    definition: CompositeDefinition, grid: Grid, known: dict[str, Figures], cells: Truths
) -> Stages:
    """Compute a composite for ``cells`` (periods × areas) from the figures in ``known``."""
    method = method_of(definition)
    names = tuple(definition.components)
    absences = np.stack([known[name].absences for name in names])
    delivered = np.stack([known[name].values for name in names])
    denominated, absences = _denominate(definition, known, delivered, absences)
    kept = cells.copy()
    scored = np.array([own.empty_denominator is not None for own in definition.components.values()])
    told = absences == Absence.NONE
    told |= (absences == Absence.EMPTY_DENOMINATOR) & scored[:, None, None]
    available = told.mean(axis=0)
    if method.screen:
        kept &= settle(available) >= settle(method.screen.at_least)
    if method.impute.by != "none":  # of a unit that told nothing nothing is made up
        kept &= available > 0
    members = kept & np.isin(grid.kinds, method.among or grid.kinds)
    imputable = (absences == Absence.MISSING_OPERAND) & kept
    stabilised = _stabilise(definition, known, denominated, members)
    imputed = impute(stabilised, imputable, members, grid, method.impute)
    absences = np.where(np.isnan(denominated) & ~np.isnan(imputed), Absence.NONE, absences)
    treated, treatments, pools = _treat(definition, grid, imputed, members)
    normalised = np.stack(
        [
            normalise_component(definition, grid, name, own, pool, members)
            for name, own, pool in zip(names, treated, pools, strict=True)
        ]
    )
    normalised, absences = _score_empty(definition, normalised, absences)
    absences = np.where(
        (absences == Absence.NONE) & np.isnan(normalised), Absence.UNDEFINED, absences
    )
    given = np.array([own.weight for own in definition.components.values()])
    weights = find_weights(pool_of(method, grid, normalised, members), given, method.weigh)
    weights = np.broadcast_to(weights, (len(names), len(grid.periods)))
    stages = Stages(
        definition, names, delivered, denominated, kept, members, stabilised, imputed, treated,
        treatments, normalised, absences.astype(np.int16), tuple(pools), weights,
        Figures(np.empty(0), np.empty(0, np.int16)),
    )  # fmt: skip
    figures = finish(definition, stages.components, weights, members)
    screened = cells & ~kept
    why = first_reason(stages.absences, stages.absences != Absence.NONE)
    absences = np.where(screened, why, figures.absences)
    values = np.where(kept, figures.values, np.nan)
    return replace(stages, figures=Figures(values, absences.astype(np.int16)))


def finish(
    definition: CompositeDefinition, components: Normalised, weights: Numbers, members: Truths
) -> Figures:
    """Aggregate, scale and round; nan weights leave nothing defined."""
    method = method_of(definition)
    known = np.asarray(~np.isnan(weights).any(axis=0))
    figures = aggregate(
        components, np.where(known, weights, 1), members, method.aggregate, method.missing
    )
    with np.errstate(over="ignore"):
        values = round_half_up(definition.scale * figures.values, definition.round)
    defined = known[:, None] & (np.isfinite(values) | ~figures.present)
    absences = np.where(defined, figures.absences, Absence.UNDEFINED)
    return Figures(np.where(defined, values, np.nan), absences.astype(np.int16))


def _denominate(
    definition: CompositeDefinition,
    known: dict[str, Figures],
    delivered: Numbers,
    absences: Codes,
) -> tuple[Numbers, Codes]:
    """Divide by the declared denominators; nothing is divided by nothing, or by less."""
    denominated, absences = delivered.copy(), absences.copy()
    for place, component in enumerate(definition.components.values()):
        if component.per is None:
            continue
        below = known[component.per]
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            denominated[place] = np.where(below.values > 0, delivered[place] / below.values, np.nan)
        own = np.where(
            below.present & (below.values == 0), Absence.EMPTY_DENOMINATOR, below.absences
        )
        own = np.where(below.present & (below.values < 0), Absence.NOT_APPLICABLE, own)
        absences[place] = np.where(absences[place] == Absence.NONE, own, absences[place])
    return denominated, absences


def _stabilise(
    definition: CompositeDefinition,
    known: dict[str, Figures],
    denominated: Numbers,
    members: Truths,
) -> Numbers:
    stabilised = denominated
    for place, (name, component) in enumerate(definition.components.items()):
        counts = known[name].counts
        if component.stabilise and counts is not None:
            stabilised = stabilised.copy()
            stabilised[place] = stabilise(denominated[place], counts, members)
    return stabilised


def _treat(
    definition: CompositeDefinition, grid: Grid, imputed: Numbers, members: Truths
) -> tuple[Numbers, Codes, list[Numbers]]:
    method = method_of(definition)
    treated, marks, pools = [], [], []
    for delivered, component in zip(imputed, definition.components.values(), strict=True):
        rule = component.treat or method.treat
        own = transform(delivered, component)
        told = treat(own, pool_of(method, grid, own, members), rule)
        treated.append(told.values)
        before = mark_transformed(delivered, component, TRANSFORMED)
        marks.append(np.where(told.marks == 0, before, told.marks))
        pools.append(pool_of(method, grid, told.values, members))
    return np.stack(treated), np.stack(marks), pools


def _score_empty(
    definition: CompositeDefinition, normalised: Numbers, absences: Codes
) -> tuple[Numbers, Codes]:
    """Points where a denominator is empty: full marks, zero, or none, which count as zero."""
    normalised, absences = normalised.copy(), absences.copy()
    for place, component in enumerate(definition.components.values()):
        if component.empty_denominator is None:
            continue
        empty = absences[place] == Absence.EMPTY_DENOMINATOR
        points = component.max if component.empty_denominator == "full" else 0.0
        normalised[place] = np.where(empty, points, normalised[place])
        absences[place] = np.where(empty, Absence.NONE, absences[place])
    return normalised, absences
