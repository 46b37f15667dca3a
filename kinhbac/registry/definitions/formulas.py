"""Formulas as data: definitions in time, their terms, and what follows from them.

Here: operands, coefficients and variants by category, derived from the registry. Not here:
fingerprints of definitions (``fingerprints``), computing values (SQL in ``dbt_project``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from kinhbac.registry.declared.contract import category_key
from kinhbac.registry.declared.indicator import Indicator
from kinhbac.registry.declared.methods import Component
from kinhbac.registry.model import Registry

_LAGGED = re.compile(r"previous_year\((?P<operand>[a-z0-9_]+)\)")
Role = Literal["numerator", "denominator", "component"]
FORMULA = ("numerator", "denominator", "components", "method")


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
    """One operand of an indicator: its role, coefficient and lag in years."""

    indicator: str
    version: int
    role: Role
    operand: str
    coefficient: float
    lag_years: int
    written_at: tuple[str | int, ...]
    written_as: str


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
    fields: list[tuple[Role, str, dict[str, float] | None]] = [
        ("numerator", "numerator", indicator.numerator),
        ("denominator", "denominator", indicator.denominator),
        ("component", "components", {name: own.weight for name, own in components.items()}),
    ]
    terms = []
    for role, field, operands in fields:
        for written, coefficient in (operands or {}).items():
            lagged = _LAGGED.fullmatch(written)
            operand, lag = (lagged["operand"], 1) if lagged else (written, 0)
            at = (*place, field, written)
            terms.append(Term(key, version, role, operand, coefficient, lag, at, written))
    divided = {own.per: name for name, own in components.items() if own.per}
    for per, name in divided.items():
        at = (*place, "components", name, "per")
        terms.append(Term(key, version, "denominator", per, 1.0, 0, at, per))
    return terms


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
    below = [
        term.operand
        for term in terms_of_definition("", Definition(1, None, None, indicator))
        if term.role == "denominator"
    ]
    elements = registry.data_elements
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
        if own.max is not None and own.target is not None:
            figure = f"min({own.max:g}, {own.max:g} × {figure} ÷ {own.target:g})"
        parts.append(f"{weight}{figure}")
    return f"{method}({', '.join(parts)})"


def _inside(text: str) -> str:
    return f"({text})" if " " in text else text


def _sum(terms: list[Term]) -> str:
    text = ""
    for place, term in enumerate(terms):
        sign = " − " if term.coefficient < 0 else " + " if place else ""
        size = abs(term.coefficient)
        text += f"{sign}{'' if size == 1 else f'{size:g} × '}{term.written_as}"
    return text.strip()
