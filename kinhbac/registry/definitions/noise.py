"""What chance does to a figure.

Here: whether what a definition adds up is counted, and so how far its figure may lie from the truth
by chance alone. Not here: intervals and tests (SQL, ``macros/noise.sql``).
"""

from __future__ import annotations

from typing import Literal

from kinhbac.registry.declared.contract import DataElement
from kinhbac.registry.definitions.formulas import Definition, terms_of_definition
from kinhbac.registry.definitions.ranges import range_of
from kinhbac.registry.model import Registry

Noise = Literal["share", "rate", "count"]
"""``share``: each of a number of cases goes one way or the other (binomial); ``rate``: events among
so many who may meet one (Poisson); ``count``: events (Poisson)."""
FLOWS, STOCKS = ("sum", "cumulative"), ("last", "first", "mean")


def noise_of(registry: Registry, definition: Definition) -> Noise | None:
    """How chance moves the figures of a definition; None where nothing is known of it.

    A share has cases of one unit above and below the line and lies between nothing and all; a rate
    has events above and a stock below. Amounts, means, indices, growth and differences are moved
    by what nobody has told.
    """
    indicator = definition.indicator
    terms = terms_of_definition("", definition)
    elements = {term.operand: registry.data_elements.get(term.operand) for term in terms}
    if (
        indicator.noise == "none"
        or not terms
        or not all(_is_counted(registry, element) for element in elements.values())
        or any(term.coefficient != 1 or not term.plain for term in terms)
    ):
        return None
    above = [elements[term.operand] for term in terms if term.role == "numerator"]
    below = [elements[term.operand] for term in terms if term.role == "denominator"]
    happens = all(element is not None and element.over_time in FLOWS for element in above)
    if not below:
        return "count" if happens and indicator.scale == 1 else None
    may_be = range_of(registry, definition)
    units = {element.unit for element in (*above, *below) if element is not None}
    if len(units) == 1 and may_be.min == 0 and may_be.max == indicator.scale:
        return "share"
    stands = all(element is not None and element.over_time in STOCKS for element in below)
    return "rate" if happens and stands and may_be.max is None else None


def counts_anew(registry: Registry, definition: Definition) -> bool:
    """Whether each period counts cases of its own, so that what several of them say adds up: flows
    over periods, among all of a stock or of another flow. Of a stock the same cases come again."""
    noise = noise_of(registry, definition)
    if noise is None or definition.indicator.over != "period":
        return False
    elements = [
        registry.data_elements[term.operand] for term in terms_of_definition("", definition)
    ]
    return noise != "share" or all(element.over_time in FLOWS for element in elements)


def _is_counted(registry: Registry, element: DataElement | None) -> bool:
    if element is None:
        return False
    unit = registry.vocabulary.units.get(element.unit)
    return unit is not None and unit.counted and element.is_count
