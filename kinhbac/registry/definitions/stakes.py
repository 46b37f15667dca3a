"""What stands behind a figure: how many people, cases or how much money it is about.

Here: in which unit that is told, and how much of it weighs in full. Not here: how much it is
(the denominator of a figure, or the figure itself), the weight of a warning (SQL).
"""

from __future__ import annotations

from kinhbac.registry.definitions.formulas import Definition, terms_of_definition
from kinhbac.registry.model import Registry


def stake_of(registry: Registry, definition: Definition) -> tuple[str | None, float | None]:
    """The unit of what a figure is about, and how many of it weigh in full.

    That is what stands below the line, or the figure itself where nothing does. Nothing is told of
    what mixes units or is computed from indicators, and no weight is given to what is neither
    counted nor money.
    """
    terms = terms_of_definition("", definition)
    roles = {term.role for term in terms}
    role = "denominator" if "denominator" in roles else "numerator"
    about = [registry.data_elements.get(term.operand) for term in terms if term.role == role]
    units = {element.unit if element else None for element in about}
    if len(units) != 1 or None in units:
        return None, None
    (key,) = units
    assert key is not None
    measure, power = registry.vocabulary.measured(key)
    unit, full = registry.vocabulary.units[measure], registry.weighing.full
    if unit.counted:
        return key, full.counted / 10**power
    return key, full.money / 10**power if unit.currency and not unit.ucum else None
