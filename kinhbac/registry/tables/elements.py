"""Data elements and what contracts promise of them, as tables.

Here: rows about what is delivered, compared, checked and corrected. Not here: by whom and when
(``sources``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kinhbac.periods import Period
from kinhbac.registry.declared.contract import ContractCheck, DataElement, Source, category_key
from kinhbac.registry.declared.entries import Name
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
    over_areas: str
    weight: str | None
    shared_by: str | None
    area_kinds: list[str]
    carry: int
    zero_needs: list[str]
    jump: float | None
    whole: str | None
    breakdown: str | None
    category: str | None
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


class ContractCheckRow(Row, table="contract_checks", key=("source", "contract_check")):
    """What must hold between the data elements of a source."""

    source: str
    contract_check: str
    name_vi: str
    name_en: str
    compare: str
    absolute: float
    relative: float


class ContractCheckTermRow(
    Row, table="contract_check_terms", key=("source", "contract_check", "side", "data_element")
):
    """One operand of a contract check."""

    source: str
    contract_check: str
    side: str
    data_element: str
    coefficient: float


class CorrectionRow(Row, table="corrections", key=("correction",)):
    """An agreed correction of one delivered cell."""

    correction: str
    source: str
    data_element: str
    area: str
    period_kind: str
    period_start: date
    old_value: float | None
    new_value: float | None
    reason: str
    agreed_by: str
    agreed_on: date
    source_told_on: date | None
    withdrawn_on: date | None


def tabulate_elements(registry: Registry) -> Iterator[Row]:
    """Rows about what is delivered."""
    for key, element in registry.data_elements.items():
        yield _element(key, element, registry.sources[registry.element_source[key]])
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
        for key, check in (source.checks | _reconciliations(source)).items():
            yield from _check(source, key, check)
    yield from _corrections(registry)


def _element(key: str, element: DataElement, source: Source) -> DataElementRow:
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
        whole=whole,
        breakdown=breakdown,
        category=category,
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


def _reconciliations(source: Source) -> dict[str, ContractCheck]:
    """A whole and its categories, as checks of the contract: ``births.sex``."""
    checks = {}
    for key, element in source.data_elements.items():
        for name, told in element.breakdowns.items():
            label = element.name
            checks[f"{key}.{name}"] = ContractCheck(
                name=Name(vi=f"{label.vi}: cộng phân tổ", en=f"{label.en}: sum of categories"),
                left={category_key(key, name, category): 1.0 for category in told.columns},
                compare="equals" if told.complete else "at_most",
                right={key: 1.0},
                tolerance=told.tolerance,
            )
    return checks


def _check(source: Source, key: str, check: ContractCheck) -> Iterator[Row]:
    tolerance = check.tolerance
    yield ContractCheckRow(
        source.source,
        key,
        check.name.vi,
        check.name.en,
        check.compare,
        tolerance.absolute,
        tolerance.relative,
    )
    for side, operands in (("left", check.left), ("right", check.right)):
        for element, coefficient in operands.items():
            yield ContractCheckTermRow(source.source, key, side, element, coefficient)


def _corrections(registry: Registry) -> Iterator[CorrectionRow]:
    for source, ledger in registry.corrections.items():
        for key, correction in ledger.items():
            period = Period.parse(correction.period)
            yield CorrectionRow(
                correction=f"{source}/{key}",
                source=source,
                data_element=correction.data_element,
                area=correction.area,
                period_kind=period.kind.value,
                period_start=period.start,
                old_value=correction.old,
                new_value=correction.new,
                reason=correction.reason,
                agreed_by=", ".join(correction.agreed_by),
                agreed_on=correction.agreed_on,
                source_told_on=correction.source_told_on,
                withdrawn_on=correction.withdrawn_on,
            )
