"""What a computed figure may be.

Here: the range that an indicator declares, and that of a share. Not here: bounds of what is
delivered (``contract``), holding what lies outside (SQL, ``macros/formula.sql``).
"""

from __future__ import annotations

from kinhbac.registry.declared.indicator import Range
from kinhbac.registry.definitions.formulas import Definition, terms_of_definition
from kinhbac.registry.model import Registry


def range_of(registry: Registry, definition: Definition) -> Range:
    """What the values of one definition may be, in the indicator's unit.

    What is declared holds. Else a share lies between nothing and the whole: a quotient in percent
    that adds up what it is made of. A growth sets two times side by side, and a balance takes
    something away; both may be anything.
    """
    indicator = definition.indicator
    if indicator.range is not None:
        return indicator.range
    unit = registry.vocabulary.units.get(indicator.unit)
    if unit is None or unit.whole is None or indicator.denominator is None:
        return Range()
    terms = terms_of_definition("", definition)
    adds_up = all(term.coefficient > 0 and term.plain for term in terms)
    return Range(min=0, max=unit.whole) if adds_up and indicator.scale > 0 else Range()
