"""What one file of a source holds, column by column, in the words of the standard.

Here: properties of the contract's schema, each with its role in the file. Not here: owner, terms
and service level (``document``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinhbac.exchange.contracts.terms import beside, customs, read_terms
from kinhbac.registry.declared.contract import (
    DataElement,
    Measured,
    RecordColumn,
    Records,
    Source,
    Table,
    category_key,
)
from kinhbac.registry.declared.entries import Name
from kinhbac.registry.model import Registry

Property = dict[str, Any]
LEFT_OUT = ("ignored", "personal")
"""Columns that the file may have and nobody reads; personal ones never pass the door."""


def describe_columns(registry: Registry, source: Source) -> list[Property]:
    """Every column that a file of ``source`` has."""
    if source.table:
        return [*_labels(source.table), *_figures(registry, source)]
    assert source.records, "the contract lets through exactly one of the two"
    return list(_records(source.records))


def describe_counted(registry: Registry, source: Source) -> list[Property]:
    """The data elements that are counted from the records of ``source``."""
    return [
        _element(registry, key, element, element.name)
        for key, element in source.data_elements.items()
    ]


def _labels(table: Table) -> Iterator[Property]:
    key = 0
    if table.area.column:
        key += 1
        yield _text("area", table.area.column, required=True) | _key(key)
    if table.area.name:
        yield _text("area_name", table.area.name)
    if table.period:
        key += 1
        yield _text("period", table.period.column, required=True) | _key(key)
    for role, labels in (("vintage", table.vintage), ("scope", table.scope)):
        if labels:
            yield _text(role, labels.column) | {"quality": [_one_of(list(labels.values))]}
    if table.statement:
        yield _text("statement", table.statement)
    for role, headers in zip(LEFT_OUT, (table.ignored, table.personal), strict=True):
        for header in headers:
            yield _text(role, header, name=header)


def _figures(registry: Registry, source: Source) -> Iterator[Property]:
    for key, element in source.data_elements.items():
        yield _element(registry, key, element, element.name)
        for breakdown, told in element.breakdowns.items():
            categories = registry.vocabulary.breakdowns[breakdown].categories
            for category, column in told.columns.items():
                part = Name(
                    vi=f"{element.name.vi}: {categories[category].vi}",
                    en=f"{element.name.en}: {categories[category].en}",
                )
                said = {"role": "category", "of": key}
                name = category_key(key, breakdown, category)
                yield _figure(registry, name, element, part, said, column)
    for key, comparison in source.comparisons.items():
        said = {"role": "comparison"} | _beside_figure(comparison)
        yield _figure(
            registry, key, comparison, registry.data_elements[key].name, said, comparison.column
        )


def _element(registry: Registry, key: str, element: DataElement, name: Name) -> Property:
    said = {"role": "data_element"} | _beside_figure(element)
    return _figure(registry, key, element, name, said, element.column)


def _beside_figure(measured: Measured) -> dict[str, Any]:
    return beside(measured, "name", "column", "required", "min", "max")


def _figure(
    registry: Registry,
    key: str,
    measured: Measured,
    name: Name,
    said: dict[str, Any],
    column: str | None,
) -> Property:
    return {
        "name": key,
        **({"physicalName": column} if column else {}),
        "businessName": name.vi,
        "description": name.en,
        "logicalType": "integer" if registry.is_whole(key, measured) else "number",
        "required": measured.required,
        **_bounds(measured.min, measured.max),
        "customProperties": customs(said),
    }


def _records(records: Records) -> Iterator[Property]:
    key = 0
    area = records.area.column
    if area and area not in records.columns:
        yield _text("area", area, required=True)
    for header, column in records.columns.items():
        key += column.key
        yield _record(header, column, key if column.key else 0)


def _record(header: str, column: RecordColumn, key: int) -> Property:
    role = next((role for role in LEFT_OUT if getattr(column, role)), "record")
    pattern = {"pattern": column.pattern} if column.pattern and column.type == "text" else {}
    options = _bounds(column.min, column.max) if column.type in ("integer", "number") else {}
    return {
        "name": column.as_ or header,
        "physicalName": header,
        "logicalType": read_terms()["types"][column.type],
        "required": column.required or bool(key),
        **(_key(key) if key else {}),
        **options,
        **({"logicalTypeOptions": pattern} if pattern else {}),
        **({"classification": "personal"} if column.personal else {}),
        **({"quality": [_one_of(list(column.one_of))]} if column.one_of else {}),
        "customProperties": customs({"role": role, "column": beside(column)}),
    }


def _text(role: str, header: str, *, name: str = "", required: bool = False) -> Property:
    return {
        "name": name or role,
        "physicalName": header,
        "logicalType": "string",
        "required": required,
        **({"classification": "personal"} if role == "personal" else {}),
        "customProperties": customs({"role": role}),
    }


def _key(position: int) -> Property:
    return {"primaryKey": True, "primaryKeyPosition": position}


def _bounds(least: float | None, most: float | None) -> Property:
    bounds = {"minimum": least, "maximum": most}
    said = {
        name: int(bound) if bound.is_integer() else bound
        for name, bound in bounds.items()
        if bound is not None
    }
    return {"logicalTypeOptions": said} if said else {}


def _one_of(words: list[str]) -> dict[str, Any]:
    """No cell holds anything but these words."""
    return {
        "type": "library",
        "metric": "invalidValues",
        "arguments": {"validValues": words},
        "mustBe": 0,
        "dimension": "conformity",
        "severity": "error",
    }
