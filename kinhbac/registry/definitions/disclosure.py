"""Which counts are protected, and from which figure on they are told.

Here: what data elements and indicators declare, brought to data elements. Not here: which cells
are hidden for it (``kinhbac/disclosure``).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.registry.declared.indicator import Indicator
from kinhbac.registry.definitions.formulas import terms_of
from kinhbac.registry.model import Registry


def find_protected(registry: Registry) -> dict[str, int]:
    """Data element → the least count that is told, the strictest of all that ask for it.

    An indicator protects what it adds up and what it divides by: a rate of three people gives
    three people away, whoever else tells their number.
    """
    found: dict[str, int] = {}
    for key, element in registry.data_elements.items():
        if element.disclosure:
            found[key] = element.disclosure.below
    for key, indicator in registry.indicators.items():
        if indicator.disclosure:
            for leaf in counts_of(registry, key, indicator):
                found[leaf] = max(found.get(leaf, 0), indicator.disclosure.below)
    for key, element in registry.data_elements.items():
        for category in element.broken_down(key):
            if key in found:
                found[category] = max(found.get(category, 0), found[key])
    return found


def counts_of(registry: Registry, key: str, indicator: Indicator) -> Iterator[str]:
    """The counts from which an indicator is computed in the end."""
    for term in terms_of(key, indicator):
        if other := registry.indicators.get(term.operand):
            yield from counts_of(registry, term.operand, other)
        elif (element := registry.data_elements.get(term.operand)) and element.is_count:
            yield term.operand
