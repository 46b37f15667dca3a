"""Normalisation: figures of different units on one scale whose better end is the higher one.

Here: one function that follows a component's rule. Not here: the rules' fields
(``registry.methods``), missing figures (``computation``). Formulas are those of the OECD/JRC
Handbook (2008), section 1.5; the score is that of Decision 766/QĐ-TTg.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from kinhbac.composite.digits import have_spread, round_half_up, settle, subtract
from kinhbac.composite.figures import Numbers, Truths
from kinhbac.composite.ranking import rank_among
from kinhbac.registry.declared.methods import Component
from kinhbac.registry.declared.stages import (
    Normalisation,
    ProgressNormalisation,
    ScaleNormalisation,
)


def _nothing() -> Numbers:
    return np.full((1, 1), np.nan)


@dataclass(frozen=True)
class Reference:
    """What a component's figures are measured by.

    ``pool``: figures of reference, a row a period or one for all; ``members``: the units that
    are compared (periods × areas); ``target`` and ``area``: one figure a period, or nan. Progress
    is measured from ``base`` (periods × areas), ``years`` ago (one a period).
    """

    pool: Numbers
    members: Truths
    target: Numbers
    area: Numbers
    base: Numbers = field(default_factory=_nothing)
    years: Numbers = field(default_factory=_nothing)


def normalise(
    values: Numbers, reference: Reference, component: Component, rule: Normalisation
) -> Numbers:
    """One component's figures (periods × areas) on the scale of ``rule``.

    nan where the rule gives nothing: no spread among the figures of reference, a ratio to
    nothing.
    """
    sign = -1.0 if component.direction == "lower_is_better" else 1.0
    with np.errstate(invalid="ignore", divide="ignore"):
        found = _normalise(values, reference, component, rule, sign)
    found = np.where(np.isfinite(found), found, np.nan)
    return round_half_up(found, rule.round)


def _normalise(
    values: Numbers, reference: Reference, component: Component, rule: Normalisation, sign: float
) -> Numbers:
    pool = reference.pool
    if isinstance(rule, ScaleNormalisation):
        if rule.by == "z_score":
            middle, size = rule.scale or (0, 1)
            deviation = _where_known(np.nanstd, pool, ddof=1)
            away = subtract(values, _where_known(np.nanmean, pool)) / deviation
            return middle + size * sign * np.where(have_spread(pool)[:, None], away, np.nan)
        low, high = rule.scale or (0, 100)
        if component.goalposts:
            lowest, highest = (np.array([[post]]) for post in component.goalposts)
        else:
            lowest, highest = _where_known(np.nanmin, pool), _where_known(np.nanmax, pool)
        spread = subtract(highest, lowest)
        share = subtract(values, lowest) / np.where(spread > 0, spread, np.nan)
        if rule.beyond == "clip":
            share = np.clip(share, 0, 1)
        return np.asarray(low + (high - low) * (share if sign > 0 else 1 - share))
    if isinstance(rule, ProgressNormalisation):
        return _progress(values, reference, rule.until - rule.since, sign)
    match rule.by:
        case "none":
            return values
        case "rank":
            return rank_among(sign * values, reference.members)
        case "percentile":
            units = (reference.members & ~np.isnan(values)).sum(axis=1, keepdims=True)
            rank = rank_among(sign * values, reference.members)
            return np.clip(100 * (rank - 1) / np.where(units > 1, units - 1, np.nan), 0, 100)
        case "distance_to_target":  # who has reached it has reached it
            reached = sign * settle(values) >= sign * settle(reference.target)
            distance = _distance(values, reference.target, sign)
            return np.where(reached & (values >= 0), 100, distance)
        case "distance_to_reference":
            return _distance(values, reference.area, sign)
        case "distance_to_best":
            best = sign * _where_known(np.nanmax, sign * pool)
            return np.where(
                (settle(values) == settle(best)) & (best >= 0), 100, _distance(values, best, sign)
            )
        case "bands":
            starts = np.array(list(component.bands))
            points = np.array([0.0, *component.bands.values()])
            places = np.searchsorted(settle(starts), settle(np.nan_to_num(values)), side="right")
            found = points[places]
            return np.where(np.isnan(values), np.nan, found)
        case "score":
            assert component.max
            return np.minimum(component.max, component.max * values / reference.target)


def _where_known(statistic: Callable[..., Numbers], pool: Numbers, **options: int) -> Numbers:
    """A statistic of each row as a column, nan for a row without figures."""
    known = ~np.isnan(pool).all(axis=1)
    found = np.full((len(pool), 1), np.nan)
    if known.any():
        found[known, 0] = statistic(pool[known], axis=1, **options)
    return found


def _distance(values: Numbers, goal: Numbers, sign: float) -> Numbers:
    """100 × figure ÷ goal, or 100 × goal ÷ figure where less is better; of figures and goals of
    at least zero, for a ratio to a debt says nothing."""
    ratio = 100 * (values / goal if sign > 0 else goal / values)
    return np.where((values >= 0) & (goal >= 0), ratio, np.nan)


def _progress(values: Numbers, reference: Reference, years: int, sign: float) -> Numbers:
    """100 × observed ÷ required annual growth, both compound, from the base: the measure by which
    the progress towards the Sustainable Development Goals is told (UN Statistics Division; Eurostat
    2023, annex). Who had reached the target and keeps it has 100; of who lost it, and of figures
    that are not above zero, nothing is said.
    """
    base, target = reference.base, reference.target
    above = (values > 0) & (base > 0) & (target > 0) & (reference.years > 0)
    observed = (values / base) ** (1 / reference.years) - 1
    required = (target / base) ** (1 / years) - 1
    had = sign * settle(base) >= sign * settle(target)
    has = sign * settle(values) >= sign * settle(target)
    found = np.where(had, np.where(has, 100.0, np.nan), 100 * observed / required)
    return np.where(above, found, np.nan)
