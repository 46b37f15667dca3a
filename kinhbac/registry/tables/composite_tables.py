"""Composites as tables: what computes them, and what a person reads of their methods.

Here: rows about methods and components. Not here: rows about indicators of every kind
(``tables``), columns (``columns``), the stages themselves (``kinhbac/composite``).
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from kinhbac.registry.declared.contract import category_key
from kinhbac.registry.declared.methods import Component, CompositeDefinition, Method
from kinhbac.registry.declared.stages import ReferenceSpan
from kinhbac.registry.definitions.formulas import Definition, Variant, definitions_of, variants_of
from kinhbac.registry.model import Registry

Rows = list[dict[str, Any]]
STAGES = (
    "screen",
    "impute",
    "treat",
    "normalise",
    "weigh",
    "aggregate",
    "missing",
    "ties",
    "ranked_to",
)


def tabulate_composites(registry: Registry) -> dict[str, Rows]:
    """The registry's tables about composites."""
    definitions = [
        (key, definition)
        for key, indicator in registry.indicators.items()
        if indicator.components
        for definition in definitions_of(indicator)
    ]
    return {
        "composites": [
            _composite(registry, key, own, variant)
            for key, own in definitions
            for variant in (None, *variants_of(registry, key))
        ],
        "composite_components": [
            row for key, own in definitions for row in _components(registry, key, own)
        ],
        "composite_methods": [
            row for key, own in definitions for row in _stages(registry, key, own)
        ],
        "area_groups": [
            {
                "grouping": entry.grouping,
                "grouping_vi": registry.vocabulary.groupings[entry.grouping].name.vi,
                "grouping_en": registry.vocabulary.groupings[entry.grouping].name.en,
                "area": entry.area,
                "area_group": entry.area_group,
                "name_vi": registry.vocabulary.groupings[entry.grouping]
                .categories[entry.area_group]
                .vi,
                "name_en": registry.vocabulary.groupings[entry.grouping]
                .categories[entry.area_group]
                .en,
            }
            for entry in registry.areas.groups
        ],
    }


def _method(registry: Registry, definition: Definition) -> Method | None:
    key = definition.indicator.method
    return registry.methods[key] if key else None


def _directed(registry: Registry, definition: Definition) -> dict[str, Component]:
    """The components, each with its own direction where nothing else is said."""
    directed = {}
    for name, component in (definition.indicator.components or {}).items():
        own = registry.indicators[name].direction
        if component.direction is None and own != "neutral":
            component = component.model_copy(update={"direction": own})
        directed[name] = component
    return directed


def _composite(
    registry: Registry, key: str, definition: Definition, variant: Variant | None
) -> dict[str, Any]:
    """A composite, or what it is in one category of a breakdown."""
    indicator = definition.indicator

    def named(operand: str) -> str:
        if variant is None:
            return operand
        return category_key(operand, variant.breakdown, variant.category)

    components = {
        named(name): own.model_copy(update={"per": named(own.per)}) if own.per else own
        for name, own in _directed(registry, definition).items()
    }
    targets = {
        named(name): {
            year: target.value
            for year, target in registry.indicators[name].target.items()
            if target.value is not None
        }
        for name in indicator.components or {}
    }
    complete = CompositeDefinition(
        indicator=variant.key if variant else key,
        version=definition.version,
        valid_from=definition.valid_from,
        valid_to=definition.valid_to,
        frequency=indicator.frequency,
        direction=indicator.direction,
        scale=indicator.scale,
        round=indicator.round,
        components=components,
        targets=targets,
        method=_method(registry, definition),
        robustness=None if variant else indicator.robustness,
    )
    span = complete.method.reference if complete.method else None
    return {
        "indicator": complete.indicator,
        "version": definition.version,
        "reference_from": span.from_ if isinstance(span, ReferenceSpan) else None,
        "reference_to": span.to if isinstance(span, ReferenceSpan) else None,
        "definition": complete.model_dump_json(by_alias=True),
    }


def _components(registry: Registry, key: str, definition: Definition) -> Rows:
    rows = []
    for place, (name, own) in enumerate(_directed(registry, definition).items(), 1):
        low, high = own.goalposts or (None, None)
        rows.append(
            {
                "indicator": key,
                "version": definition.version,
                "component": name,
                "position": place,
                "weight": own.weight,
                "per": own.per,
                "direction": own.direction,
                "goalpost_low": low,
                "goalpost_high": high,
                "target": own.target,
                "max_score": own.max,
                "empty_denominator": own.empty_denominator,
            }
        )
    return rows


def _stages(registry: Registry, key: str, definition: Definition) -> Rows:
    method = _method(registry, definition)
    if method is None:
        return []
    told = {"based_on": method.based_on, "among": method.among, "reference": method.reference}
    told |= {stage: getattr(method, stage) for stage in STAGES}
    return [
        {
            "indicator": key,
            "version": definition.version,
            "method": definition.indicator.method,
            "name_vi": method.name.vi,
            "name_en": method.name.en,
            "position": place,
            "stage": stage,
            "rule": _said(rule),
        }
        for place, (stage, rule) in enumerate(told.items(), 1)
        if rule not in (None, ()) and getattr(rule, "by", None) != "none"
    ]


def _said(rule: object) -> str:
    """A stage's rule in a line: ``winsorise: skewness 2, kurtosis 3.5, at_most 5``."""
    if isinstance(rule, tuple):
        return ", ".join(map(str, rule))
    if not isinstance(rule, BaseModel):
        return str(rule)
    said = rule.model_dump(mode="json", by_alias=True, exclude_none=True)
    name = said.pop("by", None)
    text = ", ".join(f"{word} {value}" for word, value in said.items())
    return ": ".join(part for part in (name, text) if part)
