"""Composites as tables: what computes them, and what a person reads of their methods.

Here: rows about methods and components. Not here: rows about indicators of every kind
(``indicators``), the stages themselves (``kinhbac/composite``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import BaseModel

from kinhbac.registry.declared.methods import CompositeDefinition
from kinhbac.registry.declared.stages import ReferenceSpan
from kinhbac.registry.definitions.completion import (
    complete_composites,
    composites_of,
    directed_components,
    named_method,
)
from kinhbac.registry.definitions.formulas import Definition
from kinhbac.registry.model import Registry
from kinhbac.rows import Row

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


class CompositeRow(Row, table="composites", key=("indicator", "version")):
    """A composite as it is computed: ``definition`` is a CompositeDefinition as JSON."""

    indicator: str
    version: int
    reference_from: date | None
    reference_to: date | None
    definition: str


class CompositeComponentRow(
    Row,
    table="composite_components",
    key=("indicator", "version", "component"),
    meaning="Components of each composite with what belongs to them alone.",
):
    """One component of one definition."""

    indicator: Annotated[str, "The composite."]
    version: Annotated[int, "Number of its definition."]
    component: Annotated[str, "Component: an indicator, or another composite."]
    position: Annotated[int, "Order as declared."]
    weight: Annotated[float, "Weight as given."]
    per: Annotated[str | None, "Indicator by which it is divided."]
    stabilise: Annotated[
        str | None, "How a figure of few cases is drawn towards that of all: empirical_bayes."
    ]
    direction: Annotated[
        str | None, "Which end is better in this composite; empty for a neutral component."
    ]
    goalpost_low: Annotated[float | None, "Figure at the lower end of a fixed scale."]
    goalpost_high: Annotated[float | None, "Figure at the upper end."]
    floor: Annotated[float | None, "A lower figure counts as this."]
    cap: Annotated[float | None, "A higher figure counts as this."]
    transform: Annotated[
        str | None,
        "What is done to every figure before it is scaled: log, log10, log1p, sqrt, inverse.",
    ]
    target: Annotated[float | None, "Figure at which a score reaches its maximum."]
    max_score: Annotated[float | None, "Points at the target."]
    empty_denominator: Annotated[
        str | None, "Points for an empty denominator: full, zero or none (counted as zero)."
    ]
    allow_old: Annotated[
        bool, "True where its figure may rest on one that a newer one should have followed."
    ]


class CompositeMethodRow(
    Row,
    table="composite_methods",
    key=("indicator", "version", "stage"),
    meaning="How each composite is made, stage by stage.",
):
    """What a method says of one stage."""

    indicator: Annotated[str, "The composite."]
    version: Annotated[int, "Number of its definition."]
    method: Annotated[str, "Key of the method in methods.yml."]
    name_vi: Annotated[str, "Vietnamese name of the method."]
    name_en: Annotated[str, "English name of the method."]
    position: Annotated[int, "Order of the stage."]
    stage: Annotated[
        str,
        "based_on, among, reference, screen, impute, treat, normalise, weigh, aggregate, "
        "missing, ties or ranked_to.",
    ]
    rule: Annotated[str, "What the method says of it."]


def tabulate_composites(registry: Registry) -> Iterator[Row]:
    """Rows about every definition of every composite."""
    for complete in complete_composites(registry):
        yield _composite(complete)
    for key, definition in composites_of(registry):
        yield from _components(registry, key, definition)
        yield from _stages(registry, key, definition)


def _composite(complete: CompositeDefinition) -> CompositeRow:
    span = complete.method.reference if complete.method else None
    return CompositeRow(
        indicator=complete.indicator,
        version=complete.version,
        reference_from=span.from_ if isinstance(span, ReferenceSpan) else None,
        reference_to=span.to if isinstance(span, ReferenceSpan) else None,
        definition=complete.model_dump_json(by_alias=True),
    )


def _components(
    registry: Registry, key: str, definition: Definition
) -> Iterator[CompositeComponentRow]:
    for place, (name, own) in enumerate(directed_components(registry, definition).items(), 1):
        low, high = own.goalposts or (None, None)
        yield CompositeComponentRow(
            indicator=key,
            version=definition.version,
            component=name,
            position=place,
            weight=own.weight,
            per=own.per,
            stabilise=own.stabilise,
            direction=own.direction,
            goalpost_low=low,
            goalpost_high=high,
            floor=own.floor,
            cap=own.cap,
            transform=own.transform,
            target=own.target,
            max_score=own.max,
            empty_denominator=own.empty_denominator,
            allow_old=own.allow_old,
        )


def _stages(registry: Registry, key: str, definition: Definition) -> Iterator[CompositeMethodRow]:
    name, method = definition.indicator.method, named_method(registry, definition)
    if name is None or method is None:
        return
    told = {"based_on": method.based_on, "among": method.among, "reference": method.reference}
    told |= {stage: getattr(method, stage) for stage in STAGES}
    for place, (stage, rule) in enumerate(told.items(), 1):
        if rule not in (None, ()) and getattr(rule, "by", None) != "none":
            yield CompositeMethodRow(
                indicator=key,
                version=definition.version,
                method=name,
                name_vi=method.name.vi,
                name_en=method.name.en,
                position=place,
                stage=stage,
                rule=_said(rule),
            )


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
