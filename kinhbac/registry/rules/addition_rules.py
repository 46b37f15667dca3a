"""Rules of what may be added: over areas, and into an indicator.

Here: shares, rates and means that a sum over areas would make meaningless; a sum whose unit is
not that of what is added. Not here: other rules of sources and indicators (``source_rules``,
``indicator_rules``), how figures roll up (SQL).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.problems import Problem
from kinhbac.registry.declared.contract import DataElement
from kinhbac.registry.declared.indicator import Indicator
from kinhbac.registry.definitions.formulas import definitions_of, terms_of_definition
from kinhbac.registry.model import Registry
from kinhbac.yaml_document import Loc, YamlDocument


def find_breaches_of_addition(
    registry: Registry, document: YamlDocument, place: Loc, element: DataElement
) -> Iterator[Problem]:
    """A share, rate or mean that is summed over areas: 80 % and 90 % are not 170 %.

    The mean of a count over time (people who waited, on average) adds up where its unit says so.
    """
    if element.over_areas != "sum":
        return
    remedy = "write «over_areas: weighted_mean» with a «weight», or «none», or deliver its parts"
    unit = registry.vocabulary.units.get(element.unit)
    if unit is not None and not unit.is_added:
        yield document.problem(
            (*place, "over_areas"),
            f"figures in «{unit.vi}» ({element.unit}) are summed over areas",
            "shares, rates and ratios of areas do not add up",
            f"{remedy}; a unit that does add up says «adds_up: true» in vocabulary.yml",
        )
    elif element.over_time == "weighted_mean" or (
        element.over_time == "mean" and not (unit and unit.adds_up)
    ):
        yield document.problem(
            (*place, "over_areas"),
            f"a mean over time («over_time: {element.over_time}») is summed over areas",
            "means of areas do not add up",
            f"{remedy}; the unit of a count whose means add up says «adds_up: true»",
        )


def find_breaches_of_unit(
    registry: Registry, document: YamlDocument, key: str, indicator: Indicator
) -> Iterator[Problem]:
    """A sum of figures of one unit is told in that unit: beds are no square kilometres.

    Only units that carry codes are compared: what a bare word means, nobody can tell.
    """
    terms = terms_of_definition(key, definitions_of(indicator)[-1])
    plain = all(
        term.role == "numerator"
        and abs(term.coefficient) == 1
        and not term.factor
        and term.over_areas != "count"  # of areas, not of what they tell
        for term in terms
    )
    units = {_unit_of(registry, term.operand) for term in terms}
    if not plain or indicator.scale != 1 or len(units) != 1:
        return
    [unit], known = units, registry.vocabulary.units
    coded = all(name in known and known[name].coded for name in (unit, indicator.unit))
    if coded and unit != indicator.unit:
        yield document.problem(
            (key, "unit"),
            f"its unit is «{indicator.unit}», and what it adds up is told in «{unit}»",
            "a sum has the unit of its parts",
            f"write «unit: {unit}», or the «scale» that makes one of the other",
        )


def _unit_of(registry: Registry, operand: str) -> str:
    named = registry.indicators.get(operand) or registry.data_elements.get(operand)
    return named.unit if named else ""
