"""Aggregation: normalised components become one figure.

Here: sums, means and outranking, with the declared rule for missing components. Not here:
scale and rounding of the composite (``computation``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kinhbac.composite.digits import cancel, settle, subtract
from kinhbac.composite.figures import Absence, Codes, Figures, Numbers, Truths, first_reason
from kinhbac.registry.declared.stages import Aggregation, Rescaling, Reweighting

POWERS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}


@dataclass(frozen=True)
class Normalised:
    """Normalised figures to be aggregated, each components × slices × areas.

    A slice is a period, or a draw. ``absences`` says why a figure is not there; one that its
    method leaves unscored counts as zero and is no absence. Axes of length one stand for all.
    """

    values: Numbers
    absences: Codes


def aggregate(
    components: Normalised,
    weights: Numbers,
    members: Truths,
    rule: Aggregation,
    missing: Reweighting | str,
) -> Figures:
    """One figure for each slice and area.

    ``weights`` are components × slices; a component of weight zero is not needed. ``members``
    (slices × areas) are the units that outranking compares with. Means follow the OECD/JRC
    Handbook (2008), section 1.7, and are defined for figures of at least zero (arithmetic:
    for all).
    """
    needed = weights[:, :, None] != 0
    present = (components.absences == Absence.NONE) & needed
    allowed = _allowed(components, weights, present, needed, missing)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = _aggregate(components.values, weights, present, members & allowed, rule)
    values = np.where(allowed & np.isfinite(found), found, np.nan)
    why = first_reason(components.absences, needed & ~present)
    absences = np.where(np.isnan(values), np.where(allowed, Absence.UNDEFINED, why), Absence.NONE)
    return Figures(values, absences.astype(np.int16))


def _allowed(
    components: Normalised,
    weights: Numbers,
    present: Truths,
    needed: Truths,
    missing: Reweighting | str,
) -> Truths:
    if not isinstance(missing, Reweighting):
        return np.asarray((present | ~needed).all(axis=0) & needed.any(axis=0))
    # A component that is withheld is never made up for: its composite is withheld too.
    withheld = (components.absences == Absence.HELD) | (components.absences == Absence.SUPPRESSED)
    withheld = (withheld & needed).any(axis=0)
    there = np.where(present, weights[:, :, None], 0).sum(axis=0)
    enough = there > 0
    lacking = (needed & ~present).any(axis=0) & enough
    share = (there / weights.sum(axis=0)[:, None])[lacking]
    enough[lacking] = settle(share) >= settle(missing.reweight_above)
    return np.asarray(~withheld & enough)


def _aggregate(
    values: Numbers, weights: Numbers, present: Truths, members: Truths, rule: Aggregation
) -> Numbers:
    if rule.by == "copeland":
        return _copeland(values, weights, present, members)
    if rule.by == "lexicographic":
        return _lexicographic(values, weights, members)
    if rule.by in ("greatest", "least"):
        return _extreme(values, present, rule.by)
    if rule.rescaled is not None:
        own = rule.model_copy(update={"rescaled": None})
        moved = _rescale(values, rule.rescaled)
        mean = _aggregate(moved, weights, present, members, own)
        return _rescale_back(mean, rule.rescaled)
    power = rule.power if rule.power is not None else POWERS.get(rule.by, 1.0)
    figures = _to_mean(values, power)
    total, size = np.zeros(present.shape[1:]), np.zeros(present.shape[1:])
    weight, full = np.zeros(present.shape[1:]), np.zeros(present.shape[1:])
    for own, there, weighs in zip(figures, present, weights, strict=True):
        term = np.where(there, own, 0) * weighs[:, None]
        total += term
        size += np.abs(term)
        weight += there * weighs[:, None]
        full += weighs[:, None]
    total = cancel(total, size)
    if rule.by == "sum":  # with every component there this is Σ weight × figure to the last bit
        return np.where(weight == full, total, total * full / weight)
    mean = total / weight
    if power == 0:
        return np.asarray(np.exp(mean))
    return mean if power == 1 else mean ** (1 / power)


def _extreme(values: Numbers, present: Truths, by: str) -> Numbers:
    """The greatest or least of the figures that are there, whatever they weigh."""
    if by == "greatest":
        return np.asarray(np.where(present, values, -np.inf).max(axis=0))
    return np.asarray(np.where(present, values, np.inf).min(axis=0))


def _rescale(values: Numbers, rule: Rescaling) -> Numbers:
    """Figures on the scale of the mean; nan for one outside of the scale that it comes from."""
    (low, high), (least, most) = rule.from_, rule.to
    inside = np.where((settle(values) >= low) & (settle(values) <= high), values, np.nan)
    share = (inside - low) / (high - low)
    return np.asarray(least + (most - least) * (1 - share if rule.turned else share))


def _rescale_back(mean: Numbers, rule: Rescaling) -> Numbers:
    (low, high), (least, most) = rule.from_, rule.to
    away = subtract(most, mean) if rule.turned else subtract(mean, least)
    return np.asarray(low + (high - low) * away / (most - least))


def _to_mean(values: Numbers, power: float) -> Numbers:
    """What is averaged for a generalised mean; nan where it is not defined."""
    if power == 1:
        return values
    inside = np.where(values >= 0, values, np.nan)
    return np.log(inside) if power == 0 else np.asarray(inside**power)


def _copeland(values: Numbers, weights: Numbers, present: Truths, members: Truths) -> Numbers:
    """Units that one outranks less units that outrank it (Copeland 1951; Munda 2008).

    One unit outranks another when the components in which it is better weigh more than those
    in which it is worse.
    """
    slices, areas = members.shape
    balance = np.zeros((slices, areas, areas))
    for own, there, weighs in zip(settle(values), present, weights, strict=True):
        both = there[:, :, None] & there[:, None, :]
        better = np.sign(own[:, :, None] - own[:, None, :])
        balance += np.where(both, better, 0) * weighs[:, None, None]
    balance = cancel(balance, np.abs(weights).sum(axis=0)[:, None, None])
    return np.asarray((np.sign(balance) * members[:, None, :]).sum(axis=2), dtype=np.float64)


def _lexicographic(values: Numbers, weights: Numbers, members: Truths) -> Numbers:
    """Units whose worst component is worse, less those whose is better (leximin, Sen 1970).

    Where the worst components are equal the second worst decide, and so on.
    """
    slices, areas = members.shape
    found, figures = np.empty((slices, areas)), settle(values)
    for place in range(slices):
        needed = weights[:, place] != 0
        own = np.sort(figures[needed, min(place, figures.shape[1] - 1)], axis=0)
        order = np.lexsort(own[::-1])
        sorted_own = own[:, order]
        fresh = np.ones(areas, bool)
        fresh[1:] = (sorted_own[:, 1:] != sorted_own[:, :-1]).any(axis=0)
        level = np.empty(areas, np.int64)
        level[order] = np.cumsum(fresh)
        against = level[:, None] - level[None, :]
        found[place] = (np.sign(against) * members[place][None, :]).sum(axis=1)
    return found
