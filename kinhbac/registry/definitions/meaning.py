"""Duplicates by meaning: two definitions that are one fact under two names.

Here: formulas brought to data elements and compared as functions of them. Not here:
series that coincide in the data (SQL, ``duplicates``).

Two formulas are compared by their values at fixed random points, computed exactly with
fractions: by the Schwartz–Zippel lemma (Schwartz 1980, Zippel 1979) rational functions
that agree there are the same function but for a vanishing probability. Values brought to
a common origin and size catch scaled and complementary pairs too, and inverted values
reciprocal ones, each with one look-up an indicator.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Literal

from kinhbac.registry.definitions.fingerprints import describe_composite
from kinhbac.registry.definitions.formulas import definitions_of, terms_of
from kinhbac.registry.model import Registry

Relation = Literal["same", "scaled", "shifted", "complementary", "reciprocal"]
Values = tuple[Fraction, ...]
POINTS = 4


@dataclass(frozen=True, order=True)
class Duplicate:
    """Two indicators of which one says nothing that the other does not say."""

    indicator: str
    other: str
    relation: Relation


def find_duplicates(registry: Registry) -> list[Duplicate]:
    """Every pair of indicators that are the same but for size, origin or inversion.

    scaled: b × the other; shifted: a + b × it; complementary: a − b × it; reciprocal: b ÷ it.

    Only indicators of one frequency, span and area list are compared: the rate of a month
    and the rate of the year to date are two facts. Composites with a method are opaque:
    points for a rate are not the rate.
    """
    values = _Values(registry)
    seen: dict[tuple[object, ...], str] = {}
    found: set[Duplicate] = set()
    for key, indicator in registry.indicators.items():
        own = values.of_indicator(key) if indicator.formula else None
        if own is None:
            continue
        kind = (indicator.frequency, indicator.over, tuple(sorted(indicator.areas)))
        names: list[tuple[object, ...]] = [("shape", kind, _shape(own))]
        wanted = list(names)
        if all(own):
            names.append(("size", kind, tuple(value / own[0] for value in own)))
            wanted.append(("size", kind, tuple(own[0] / value for value in own)))
        for name in wanted:
            other = seen.get(name)
            if other is not None:
                found.add(Duplicate(key, other, _relation(own, values.of_indicator(other))))
        for name in names:
            seen.setdefault(name, key)
    return sorted(found)


def _shape(values: Values) -> Values:
    """The values without origin and size: equal for every a + b × values."""
    apart = [value - values[0] for value in values]
    size = next((value for value in apart if value), Fraction(1))
    return tuple(value / size for value in apart)


def _relation(values: Values, other: Values | None) -> Relation:
    assert other is not None
    if values == other:
        return "same"
    if _shape(values) != _shape(other):
        return "reciprocal"
    size = (values[1] - values[0]) / (other[1] - other[0]) if other[1] != other[0] else Fraction(1)
    if size < 0:
        return "complementary"
    return "scaled" if values[0] == size * other[0] else "shifted"


class _Values:
    """Every operand at the same fixed points."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.known: dict[str, Values | None] = {}

    def of_indicator(self, key: str) -> Values | None:
        if key not in self.known:
            self.known[key] = self._compute(key)
        return self.known[key]

    def _compute(self, key: str) -> Values | None:
        indicator = definitions_of(self.registry.indicators[key])[-1].indicator
        if indicator.method:
            said = describe_composite(self.registry, indicator)
            weights = sorted((t.operand, t.coefficient) for t in terms_of(key, indicator))
            return _at_points(json.dumps([said, weights, indicator.round], sort_keys=True))
        sums = {"above": [Fraction(0)] * POINTS, "below": [Fraction(0)] * POINTS}
        for term in terms_of(key, indicator.model_copy(update={"earlier": ()})):
            operand = self._operand(term.operand, term.lag_years)
            if operand is None:
                return None
            side = "below" if term.role == "denominator" else "above"
            weight = Fraction(str(term.coefficient))
            sums[side] = [
                total + weight * value for total, value in zip(sums[side], operand, strict=True)
            ]
        scale = Fraction(str(indicator.scale))
        above = [scale * value for value in sums["above"]]
        if indicator.denominator is None:
            return tuple(above)
        if not all(sums["below"]):
            return None
        return tuple(a / b for a, b in zip(above, sums["below"], strict=True))

    def _operand(self, operand: str, lag: int) -> Values | None:
        if operand in self.registry.indicators and not lag:
            return self.of_indicator(operand)
        return _at_points(f"{operand}|{lag}")


def _at_points(name: str) -> Values:
    digest = sha256(name.encode()).digest()
    return tuple(
        Fraction(1 + int.from_bytes(digest[8 * point : 8 * point + 8], "big"))
        for point in range(POINTS)
    )
