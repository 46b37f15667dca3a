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

from kinhbac.registry.definitions.fingerprints import describe_composite, fingerprint_method
from kinhbac.registry.definitions.formulas import Term, definitions_of, terms_of
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
    return list(registry.once("duplicates", lambda: _find_duplicates(registry)))


def _find_duplicates(registry: Registry) -> list[Duplicate]:
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
        whole = self.registry.indicators[key]
        indicator = definitions_of(whole)[-1].indicator
        if indicator.method:
            said = describe_composite(self.registry, indicator)
            weights = sorted((t.operand, t.coefficient) for t in terms_of(key, indicator))
            return _at_points(json.dumps([said, weights, indicator.round], sort_keys=True))
        if indicator.when:  # a condition is no function of operands
            return _at_points(fingerprint_method(self.registry, key, len(definitions_of(whole))))
        sums = {"above": [Fraction(0)] * POINTS, "below": [Fraction(0)] * POINTS}
        terms = terms_of(key, indicator.model_copy(update={"earlier": ()}))
        for term in terms:
            if term.stands_in != (None, None):
                continue
            values = self._summand(term, terms)
            if values is None:
                return None
            side = "below" if term.role == "denominator" else "above"
            sums[side] = [a + b for a, b in zip(sums[side], values, strict=True)]
        scale = Fraction(str(indicator.scale))
        above = [scale * value for value in sums["above"]]
        if indicator.denominator is None:
            return tuple(above)
        if not all(sums["below"]):
            return None
        return tuple(a / b for a, b in zip(above, sums["below"], strict=True))

    def _summand(self, term: Term, terms: list[Term]) -> Values | None:
        """A term with its coefficient, and with what it is multiplied and divided by."""
        found = self._weighted(term)
        for factor in ("multiplied_by", "divided_by") if term.factor == "of" else ():
            inner = [
                self._summand(one, terms)
                for one in terms
                if one.role == term.role and one.stands_in == (term.product, factor)
            ]
            if not inner:
                continue
            if found is None or None in inner:
                return None
            by = tuple(sum(at, Fraction(0)) for at in zip(*filter(None, inner), strict=True))
            if factor == "divided_by" and not all(by):
                return None
            pairs = zip(found, by, strict=True)
            found = tuple(a * b if factor == "multiplied_by" else a / b for a, b in pairs)
        return found

    def _weighted(self, term: Term) -> Values | None:
        weight, operand = Fraction(str(term.coefficient)), self._operand(term)
        return None if operand is None else tuple(weight * value for value in operand)

    def _operand(self, term: Term) -> Values | None:
        if term.operand in self.registry.indicators and not term.lag_months:
            return self.of_indicator(term.operand)
        return _at_points(f"{term.operand}|{term.lag_months}|{term.span}|{term.over_areas or ''}")


def _at_points(name: str) -> Values:
    digest = sha256(name.encode()).digest()
    return tuple(
        Fraction(1 + int.from_bytes(digest[8 * point : 8 * point + 8], "big"))
        for point in range(POINTS)
    )
