"""Formulas as data: definitions in time, their terms, and what follows from them.

Here: operands, coefficients and variants by category, derived from the registry. Not here:
fingerprints of definitions (``fingerprints``), computing values (SQL in ``dbt_project``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any, Literal

from kinhbac.registry.declared.contract import category_key
from kinhbac.registry.declared.indicator import Indicator
from kinhbac.registry.declared.methods import Component
from kinhbac.registry.declared.operands import Operand, OverUnits
from kinhbac.registry.model import Registry

Role = Literal["numerator", "denominator", "component"]
Factor = Literal["of", "multiplied_by", "divided_by"]
FORMULA = ("numerator", "denominator", "components", "method", "when")


@dataclass(frozen=True)
class Definition:
    """One method of an indicator, and the periods that are computed with it.

    ``version`` counts from 1, the oldest; ``indicator`` says this method's formula,
    scale, rounding, thresholds and decision.
    """

    version: int
    valid_from: date | None
    valid_to: date | None
    indicator: Indicator
    written_in: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class Term:
    """One operand of an indicator: its role, coefficient, and what is taken of it.

    ``lag_months`` before the period; over ``span`` (empty: the indicator's own); ``over_areas``
    sets the figures of units side by side. ``product`` numbers the products of a role, of
    which it is a ``factor``; a plain summand has none. A product may itself stand in a factor
    (``within_factor``) of another one, ``within``.
    """

    indicator: str
    version: int
    role: Role
    operand: str
    coefficient: float
    lag_months: int
    written_at: tuple[str | int, ...]
    written_as: str
    span: str = ""
    over_areas: OverUnits | None = None
    product: int | None = None
    factor: Factor | None = None
    within: int | None = None
    within_factor: Factor | None = None

    @property
    def stands_in(self) -> tuple[int | None, Factor | None]:
        """The product and the factor of it to whose sum it belongs; empty for the sum of its role."""
        if self.factor in ("multiplied_by", "divided_by"):
            return self.product, self.factor
        return self.within, self.within_factor

    @property
    def plain(self) -> bool:
        """Whether it is added as it stands in the indicator's own period, span and area."""
        return not (self.lag_months or self.span or self.over_areas or self.factor)

    @property
    def bound(self) -> tuple[Any, ...]:
        """What a sign-off binds of it; what is not said counts as nothing."""
        years, months = divmod(self.lag_months, 12)
        said = (self.span, self.over_areas or "", self.product or 0, self.factor or "", months)
        return (self.role, self.operand, years, self.coefficient, *(said if any(said) else ()))


def definitions_of(indicator: Indicator) -> list[Definition]:
    """Every method of an indicator, the oldest first; today's is the last."""
    earlier = sorted(enumerate(indicator.earlier), key=lambda item: item[1].valid.from_)
    definitions = []
    for version, (place, change) in enumerate(earlier, 1):
        said = change.model_dump(exclude={"valid"}, exclude_unset=True)
        said = {name: getattr(change, name) for name in said}
        if any(name in said for name in FORMULA):
            said = dict.fromkeys(FORMULA) | said
        method = indicator.model_copy(update=said | {"earlier": ()})
        definitions.append(
            Definition(version, change.valid.from_, change.valid.to, method, ("earlier", place))
        )
    valid = indicator.valid
    definitions.append(
        Definition(
            len(earlier) + 1,
            valid.from_ if valid else None,
            valid.to if valid else None,
            indicator,
        )
    )
    return definitions


def terms_of(key: str, indicator: Indicator) -> list[Term]:
    """The operands of every definition of an indicator, in the order written."""
    return [
        term
        for definition in definitions_of(indicator)
        for term in terms_of_definition(key, definition)
    ]


def terms_of_definition(key: str, definition: Definition) -> list[Term]:
    """The operands of one definition of an indicator, in the order written."""
    indicator, version, place = definition.indicator, definition.version, definition.written_in
    components = indicator.components or {}
    terms = [
        *_terms_of_sum(key, version, "numerator", indicator.numerator or (), place),
        *_terms_of_sum(key, version, "denominator", indicator.denominator or (), place),
    ]
    for name, own in components.items():
        at = (*place, "components", name)
        terms.append(Term(key, version, "component", name, own.weight, 0, at, name))
    divided = {own.per: name for name, own in components.items() if own.per}
    for per, name in divided.items():
        at = (*place, "components", name, "per")
        terms.append(Term(key, version, "denominator", per, 1.0, 0, at, per))
    return terms


def _terms_of_sum(
    key: str, version: int, role: Role, operands: tuple[Operand, ...], place: tuple[str | int, ...]
) -> Iterator[Term]:
    numbers = count(len(operands) + 1)  # of products inside of others
    for number, operand in enumerate(operands, 1):
        at = (*place, role, operand.written if operand.is_short else number - 1)
        own = _term(key, version, role, operand, at)
        yield from _with_factors(own, operand, number, numbers) if operand.factors else (own,)


def _with_factors(
    own: Term, operand: Operand, number: int, numbers: Iterator[int]
) -> Iterator[Term]:
    """An operand and all that it is multiplied and divided by, as the product of this number."""
    yield replace(own, product=number, factor="of")
    factors: dict[Factor, tuple[Operand, ...] | None] = {
        "multiplied_by": operand.multiplied_by,
        "divided_by": operand.divided_by,
    }
    for factor, operands in factors.items():
        for inner in operands or ():
            at = (*own.written_at, factor)
            term = _term(own.indicator, own.version, own.role, inner, at)
            if inner.factors:
                deeper = replace(term, within=number, within_factor=factor)
                for one in _with_factors(deeper, inner, next(numbers), numbers):
                    yield replace(one, within=number, within_factor=factor)
            else:
                yield replace(term, product=number, factor=factor)


def _term(key: str, version: int, role: Role, operand: Operand, at: tuple[str | int, ...]) -> Term:
    return Term(
        indicator=key,
        version=version,
        role=role,
        operand=operand.of,
        coefficient=operand.times,
        lag_months=operand.back.in_months if operand.back else 0,
        written_at=at,
        written_as=operand.written,
        span=span_of(operand),
        over_areas=operand.over_areas,
    )


def span_of(operand: Operand) -> str:
    """The span of an operand that has one of its own; empty where the indicator's holds.

    >>> span_of(Operand(of="births", months=(3, 1)))
    'months_1_3'
    """
    if operand.months:
        return "_".join(("months", *map(str, sorted(operand.months))))
    return operand.over or ""


@dataclass(frozen=True)
class Variant:
    """An indicator as it is computed for one category of a breakdown."""

    key: str
    whole: str
    breakdown: str
    category: str


def variants_of(registry: Registry, key: str) -> list[Variant]:
    """The categories for which an indicator is computed beside the whole."""
    return [
        Variant(category_key(key, breakdown, category), key, breakdown, category)
        for breakdown in registry.indicators[key].by
        if breakdown in registry.vocabulary.breakdowns
        for category in registry.vocabulary.breakdowns[breakdown].categories
    ]


def terms_of_variant(variant: Variant, indicator: Indicator) -> list[Term]:
    """The terms of an indicator, each operand in the variant's category."""
    return [
        replace(
            term,
            indicator=variant.key,
            operand=category_key(term.operand, variant.breakdown, variant.category),
        )
        for term in terms_of(variant.whole, indicator)
    ]


def adds_up(registry: Registry, indicator: Indicator) -> bool:
    """Whether its year to date grows by what each period brings: a flow, or a flow over a stock
    such as the year's plan; not a ratio of two flows (as ``int_courses`` has it)."""
    if indicator.over != "year_to_date":
        return False
    terms = terms_of_definition("", Definition(1, None, None, indicator))
    below = [term.operand for term in terms if term.role == "denominator"]
    elements = registry.data_elements
    if any(term.span or term.over_areas or term.factor for term in terms):
        return False
    return all(name in elements and elements[name].over_time == "last" for name in below)


def write_formula(indicator: Indicator) -> str:
    """The formula as a person writes it: ``100 × a ÷ b``; empty for a proposal without one. What it
    takes together beyond one period is a part of it: ``a [year_to_date]``."""
    text = _write(indicator)
    return text if not text or indicator.over == "period" else f"{text} [{indicator.over}]"


def _write(indicator: Indicator) -> str:
    if indicator.method:
        return _write_composite(indicator.method, indicator.components or {})
    terms = terms_of_definition("", Definition(1, None, None, indicator))
    above = _sum([term for term in terms if term.role != "denominator"])
    below = _sum([term for term in terms if term.role == "denominator"])
    text = f"{_inside(above)} ÷ {_inside(below)}" if below else above
    return (
        f"{indicator.scale:g} × {text if below else _inside(text)}"
        if indicator.scale != 1
        else text
    )


def _write_composite(method: str, components: dict[str, Component]) -> str:
    parts = []
    for name, own in components.items():
        weight = "" if own.weight == 1 else f"{own.weight:g} × "
        figure = f"{name} ÷ {own.per}" if own.per else name
        figure = f"{own.stabilise}({figure})" if own.stabilise else figure
        if own.max is not None and own.target is not None:
            figure = f"min({own.max:g}, {own.max:g} × {figure} ÷ {own.target:g})"
        parts.append(f"{weight}{figure}")
    return f"{method}({', '.join(parts)})"


def _inside(text: str) -> str:
    return f"({text})" if " " in text else text


def _sum(terms: list[Term], inside: tuple[int | None, Factor | None] = (None, None)) -> str:
    text = ""
    for place, term in enumerate(one for one in terms if one.stands_in == inside):
        sign = " − " if term.coefficient < 0 else " + " if place else ""
        size = abs(term.coefficient)
        text += f"{sign}{'' if size == 1 else f'{size:g} × '}{_take(term)}"
        signs: dict[Factor, str] = {"multiplied_by": "×", "divided_by": "÷"}
        for factor, by in signs.items() if term.factor == "of" else ():
            inner = _sum(terms, (term.product, factor))
            text += f" {by} {_inside(inner)}" if inner else ""
    return text.strip()


def _take(term: Term) -> str:
    """An operand and what is taken of it: ``births [max over areas, 1 month earlier]``."""
    if term.written_as != term.operand:
        return term.written_as
    months = term.lag_months
    earlier = f"{months} month{'s' if months > 1 else ''} earlier" if months else ""
    areas = f"{term.over_areas} over areas" if term.over_areas else ""
    said = ", ".join(one for one in (term.span, areas, earlier) if one)
    return f"{term.operand} [{said}]" if said else term.operand
