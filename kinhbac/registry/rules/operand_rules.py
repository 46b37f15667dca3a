"""Rules of operands that say how they are taken: back in time, over months or units of their own.

Here: what can never have a value, or would mean nothing. Not here: which operands a formula may
name at all (``indicator_rules``), the shape of one (``declared.operands``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kinhbac.periods import MONTHS, Period, PeriodKind
from kinhbac.problems import Problem
from kinhbac.registry.declared.contract import DataElement
from kinhbac.registry.declared.entries import AreaKind
from kinhbac.registry.declared.indicator import Indicator
from kinhbac.registry.definitions.formulas import Term
from kinhbac.registry.model import Registry

HAS_UNITS: set[AreaKind] = {"province", "former_province", "former_district"}


def find_breaches_of_taking(
    registry: Registry, indicator: Indicator, term: Term
) -> Iterator[Problem]:
    """Every breach in how one operand is taken."""
    if term.lag_months:
        yield from _offset(registry, indicator, term)
    element = registry.data_elements.get(term.operand)
    if element is None:
        if (term.span or term.over_areas) and term.operand in registry.indicators:
            yield Problem(
                f"«{term.operand}» is an indicator",
                "an indicator has its own span and areas; data elements are taken over others",
                "name the data elements that it is made of, or leave «over», «months» and "
                "«over_areas» out",
            )
        return
    if term.span.startswith("months_"):
        yield from _months(registry, indicator, term, element)
    if term.over_areas:
        yield from _units(registry, indicator, term, element)


def _offset(registry: Registry, indicator: Indicator, term: Term) -> Iterator[Problem]:
    size = 12 if indicator.frequency is PeriodKind.DAY else MONTHS[indicator.frequency]
    if term.lag_months % size:
        yield Problem(
            f"«{term.operand}» is taken {term.lag_months} months before a {indicator.frequency}",
            "an operand lies back by whole periods of the indicator (of a day: by whole years)",
            f"write a multiple of {size} months",
        )
        return
    last = indicator.valid.to if indicator.valid else None
    name = registry.element_source.get(term.operand)
    first = registry.sources[name].delivery.expected_from if name else None
    if last is None or first is None:
        return
    reached = _months_after(Period.parse(first), term.lag_months)
    if reached > last:
        yield Problem(
            f"«{term.operand}» is delivered from {first} on and taken {term.lag_months} months "
            f"back by an indicator that ends on {last}",
            "what is taken lies within what is delivered",
            "shorten «back», or let «expected_from» of the source begin earlier",
        )


def _months_after(period: Period, months: int) -> date:
    years, month = divmod(period.start.month - 1 + months, 12)
    return period.start.replace(year=period.start.year + years, month=month + 1, day=1)


def _months(
    registry: Registry, indicator: Indicator, term: Term, element: DataElement
) -> Iterator[Problem]:
    source = registry.sources[registry.element_source[term.operand]]
    frequency = element.frequency or source.delivery.frequency
    if indicator.frequency is not PeriodKind.YEAR:
        yield Problem(
            f"«{term.operand}» is taken of listed months by an indicator per {indicator.frequency}",
            "months are listed of a year",
            "let the indicator be per year, or look back with «over» and «back»",
        )
    if frequency is not PeriodKind.MONTH:
        yield Problem(
            f"«{term.operand}» is delivered per {frequency}",
            "of listed months something is known that is delivered by month",
            "leave «months» out",
        )
    if element.over_time == "cumulative":
        yield Problem(
            f"«{term.operand}» is a running total (cumulative)",
            "months are listed of figures that stand for their own month",
            "take «over: year_to_date», or let each month deliver its own figure",
        )


def _units(
    registry: Registry, indicator: Indicator, term: Term, element: DataElement
) -> Iterator[Problem]:
    if not registry.borders_known or not HAS_UNITS.intersection(indicator.areas):
        return
    if not set(element.areas) - HAS_UNITS:
        yield Problem(
            f"«{term.operand}» is delivered for {', '.join(element.areas)} alone",
            f"«over_areas: {term.over_areas}» sets figures of the areas below side by side",
            "leave «over_areas» out, or deliver the data element for communes",
        )
