"""Data elements as tables.

Here: rows about what is delivered and compared. Not here: by whom and when (``sources``), what
must hold in it (``checks``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kinhbac.periods import Period
from kinhbac.registry.declared.contract import DataElement, OverAreas, Source
from kinhbac.registry.declared.vocabulary import Unit
from kinhbac.registry.definitions.disclosure import find_protected
from kinhbac.registry.model import Registry
from kinhbac.rows import Row


class DataElementRow(Row, table="data_elements", key=("data_element",)):
    """One data element, or one category of a breakdown of it."""

    data_element: str
    source: str
    name_vi: str
    name_en: str
    unit: str
    scope: str | None
    frequency: str
    over_time: str
    over_areas: OverAreas
    weight: str | None
    shared_by: str | None
    area_kinds: list[str]
    carry: int
    zero_needs: list[str]
    jump: float | None
    counted: bool
    related: str | None
    least: float | None
    most: float | None
    whole: str | None
    breakdown: str | None
    category: str | None
    disclosed_from: int | None
    children_absolute: float | None
    children_relative: float | None
    regular: bool
    synthetic: bool


class BreakdownRow(Row, table="breakdowns", key=("data_element", "breakdown")):
    """One breakdown of one data element."""

    data_element: str
    breakdown: str
    complete: bool
    absolute: float
    relative: float
    expected_from: date | None


class ComparisonRow(Row, table="comparisons", key=("source", "data_element")):
    """A data element that a comparison source tells a second time."""

    source: str
    data_element: str
    scope: str | None
    absolute: float
    relative: float
    hold: bool


def tabulate_elements(registry: Registry) -> Iterator[Row]:
    """Rows about what is delivered."""
    protected = find_protected(registry)
    for key, element in registry.data_elements.items():
        source = registry.sources[registry.element_source[key]]
        unit = registry.vocabulary.units.get(element.unit)
        yield _element(key, element, source, protected.get(key), unit)
        for name, told in element.breakdowns.items():
            first = told.expected_from
            yield BreakdownRow(
                key,
                name,
                told.complete,
                told.tolerance.absolute,
                told.tolerance.relative,
                Period.parse(first).start if first else None,
            )
    for source in registry.sources.values():
        yield from _comparisons(registry, source)


def _element(
    key: str,
    element: DataElement,
    source: Source,
    disclosed_from: int | None,
    unit: Unit | None,
) -> DataElementRow:
    children = element.children
    whole, breakdown, category = key.split(".") if "." in key else (None, None, None)
    return DataElementRow(
        data_element=key,
        source=source.source,
        name_vi=element.name.vi,
        name_en=element.name.en,
        unit=element.unit,
        scope=element.scope,
        frequency=(element.frequency or source.delivery.frequency).value,
        over_time=element.over_time,
        over_areas=element.over_areas,
        weight=element.weight,
        shared_by=element.shared_by,
        area_kinds=list(element.areas),
        carry=element.carry,
        zero_needs=list(element.zero_needs),
        jump=element.jump,
        counted=unit is not None and unit.counted and element.is_count,
        related=element.related,
        least=element.min,
        most=element.max,
        whole=whole,
        breakdown=breakdown,
        category=category,
        disclosed_from=disclosed_from,
        children_absolute=children.absolute if children else None,
        children_relative=children.relative if children else None,
        regular=source.delivery.expected_from is not None,
        synthetic=source.synthetic,
    )


def _comparisons(registry: Registry, source: Source) -> Iterator[ComparisonRow]:
    for key, comparison in source.comparisons.items():
        scope = comparison.scope or registry.data_elements[key].scope
        tolerance = comparison.tolerance
        yield ComparisonRow(
            source.source, key, scope, tolerance.absolute, tolerance.relative, comparison.hold
        )
