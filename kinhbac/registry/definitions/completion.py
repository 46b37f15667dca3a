"""Composites completed: all that computing one needs, gathered in one definition.

Here: components with their directions and targets, the method written out, in every
category. Not here: computing (``kinhbac/composite``), rows of tables (``tables``).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.registry.declared.contract import category_key
from kinhbac.registry.declared.methods import Component, CompositeDefinition, Method
from kinhbac.registry.definitions.formulas import Definition, Variant, definitions_of, variants_of
from kinhbac.registry.model import Registry


def complete_composites(registry: Registry) -> Iterator[CompositeDefinition]:
    """Every version of every composite, whole and then in each category of its breakdowns."""
    for key, definition in composites_of(registry):
        for variant in (None, *variants_of(registry, key)):
            yield _complete(registry, key, definition, variant)


def composites_of(registry: Registry) -> list[tuple[str, Definition]]:
    """Every version of every composite, by its key."""
    return [
        (key, definition)
        for key, indicator in registry.indicators.items()
        if indicator.components
        for definition in definitions_of(indicator)
    ]


def named_method(registry: Registry, definition: Definition) -> Method | None:
    """The method that a composite names, if it names one."""
    key = definition.indicator.method
    return registry.methods[key] if key else None


def directed_components(registry: Registry, definition: Definition) -> dict[str, Component]:
    """The components, each with its own direction where nothing else is said."""
    directed = {}
    for name, component in (definition.indicator.components or {}).items():
        own = registry.indicators[name].direction
        if component.direction is None and own != "neutral":
            component = component.model_copy(update={"direction": own})
        directed[name] = component
    return directed


def _complete(
    registry: Registry, key: str, definition: Definition, variant: Variant | None
) -> CompositeDefinition:
    indicator = definition.indicator

    def named(operand: str) -> str:
        if variant is None:
            return operand
        return category_key(operand, variant.breakdown, variant.category)

    components = {
        named(name): own.model_copy(update={"per": named(own.per)}) if own.per else own
        for name, own in directed_components(registry, definition).items()
    }
    targets = {
        named(name): {
            year: target.value
            for year, target in registry.indicators[name].target.items()
            if target.value is not None
        }
        for name in indicator.components or {}
    }
    return CompositeDefinition(
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
        method=named_method(registry, definition),
        robustness=None if variant else indicator.robustness,
    )
