"""Rules of composites: what a method may ask of its components.

Here: methods against the indicators that use them, groups of areas against the vocabulary.
Not here: what a method may say by itself (``methods``), operands in general
(``indicator_rules``), single components (``component_rules``), what is uncertain
(``robustness_rules``). A few lines past 200: a rule a function, read side by side.
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.periods import Period
from kinhbac.problems import Problem
from kinhbac.registry.declared.indicator import Indicator
from kinhbac.registry.declared.methods import Method
from kinhbac.registry.declared.stages import (
    OUTRANKING,
    RELATIVE,
    ReferenceSpan,
)
from kinhbac.registry.definitions.formulas import definitions_of
from kinhbac.registry.model import Registry
from kinhbac.registry.rules.component_rules import (
    LocatedProblem,
    find_breaches_of_component,
    find_old,
    find_unturned,
)
from kinhbac.registry.rules.names import find_unknown
from kinhbac.registry.rules.robustness_rules import (
    find_breaches_of_robustness,
    find_negative_scales,
)


def find_breaches_of_composites(registry: Registry) -> Iterator[Problem]:
    """Every breach in the methods of composites and in the groups of areas."""
    yield from _groups(registry)
    yield from _methods(registry)
    for key, indicator in registry.indicators.items():
        document = registry.document(registry.indicator_source[key], "indicators")
        for definition in definitions_of(indicator):
            method = definition.indicator
            if method.method is not None and method.method not in registry.methods:
                place = (key, *definition.written_in, "method")
                yield from find_unknown(registry, document, place, "method", method.method)
                continue
            for at, problem in _definition(registry, method):
                yield document.place((key, *definition.written_in, *at), problem)


def _groups(registry: Registry) -> Iterator[Problem]:
    declared = registry.documents[f"{registry.folder.name}/vocabulary.yml"]
    table = registry.tables["area_groups.csv"]
    for entry in registry.areas.groups:
        groupings = declared.names("groupings")
        groups = declared.names("groupings", entry.grouping, "categories")
        for column, name, names in (
            ("grouping", entry.grouping, groupings),
            ("area_group", entry.area_group, groups),
        ):
            if names is not None and name not in names:
                yield Problem(
                    f"{entry.grouping}: {name} is unknown",
                    "groupings and their groups stand in vocabulary.yml",
                    "add it there, or correct the row",
                    table.file,
                    entry.line,
                    column,
                )
                break


def _methods(registry: Registry) -> Iterator[Problem]:
    document = registry.documents[f"{registry.folder.name}/methods.yml"]
    for key, method in registry.methods.items():
        area = getattr(method.normalise, "area", None)
        for loc, word, name in (
            ((key, "impute", "grouping"), "grouping", method.impute.grouping),
            ((key, "normalise", "area"), "area", area),
        ):
            if name is not None:
                yield from find_unknown(registry, document, loc, word, name)


def _definition(registry: Registry, indicator: Indicator) -> Iterator[LocatedProblem]:
    components = indicator.components or {}
    if indicator.robustness:
        yield from find_breaches_of_robustness(registry, indicator, indicator.robustness)
    for name, own in components.items():
        yield from find_old(registry, name, own)
    if indicator.method is None:
        for name, own in components.items():
            if own.model_dump(exclude={"weight", "allow_old"}, exclude_defaults=True):
                yield (
                    ("components", name),
                    Problem(
                        "more than a weight, and no method",
                        "without a method a composite is a weighted sum",
                        "name a «method», or write the weight alone",
                    ),
                )
        return
    method = registry.methods[indicator.method]
    compares = method.borrows or method.compares(list(components.values()))
    if not method.among and len(indicator.areas) > 1 and compares:
        yield (
            ("method",),
            Problem(
                f"«{indicator.method}» compares areas, and there are several kinds of them",
                "communes are compared with communes, not with their province",
                "let the method say «among»",
            ),
        )
    yield from _areas(registry, indicator, method)
    if all(own.weight == 0 for own in components.values()):
        yield (
            ("components",),
            Problem(
                "every weight is 0",
                "a composite is made of components that weigh something",
                "give one a weight",
            ),
        )
    risk = getattr(method.normalise, "risk", False)
    turned = method.normalise.by in (*RELATIVE, "progress") or method.aggregate.by in OUTRANKING
    if risk and (indicator.direction != "lower_is_better" or method.aggregate.by in OUTRANKING):
        yield (
            ("direction",),
            Problem(
                f"points of a risk, in a composite that is {indicator.direction}",
                "a risk has its better end below, and is no matter of duels",
                "write «direction: lower_is_better», or leave «risk» out",
            ),
        )
    elif turned and not risk and indicator.direction != "higher_is_better":
        yield (
            ("direction",),
            Problem(
                f"the composite is {indicator.direction}",
                "normalised figures and duels have their better end above",
                "write «direction: higher_is_better»",
            ),
        )
    for name, own in components.items():
        yield from find_breaches_of_component(registry, method, name, own)
        yield from find_unturned(registry, indicator, method, name)
    for problem in find_negative_scales(method.normalise, method.aggregate):
        yield ("method",), problem
    if method.aggregate.by == "lexicographic" and method.missing != "absent":
        yield (
            ("method",),
            Problem(
                "lexicographic with reweighting",
                "the worst of some components is not compared with the worst of others",
                "let a missing component leave the composite absent",
            ),
        )
    yield from _span(indicator, method)


def _areas(registry: Registry, indicator: Indicator, method: Method) -> Iterator[LocatedProblem]:
    """Areas that the method compares or refers to are areas of the composite."""
    for kind in method.among:
        if kind not in indicator.areas:
            yield (
                ("method",),
                Problem(
                    f"«{indicator.method}» compares areas of the kind {kind}",
                    "compared are areas for which the composite is computed",
                    "add the kind to «areas», or name another method",
                ),
            )
    area = registry.areas.areas.get(getattr(method.normalise, "area", None) or "")
    if area is not None and area.kind not in indicator.areas:
        yield (
            ("method",),
            Problem(
                f"«{indicator.method}» refers to {area.area}, a {area.kind}",
                "the area of reference is one for which the composite is computed",
                "add its kind to «areas», or name another method",
            ),
        )


def _span(indicator: Indicator, method: Method) -> Iterator[LocatedProblem]:
    """A span of reference holds the first day of a period, or it holds nothing."""
    span = method.reference
    if isinstance(span, ReferenceSpan):
        first = Period.containing(span.from_, indicator.frequency)
        if first.start < span.from_:
            first = first.next()
        if first.start > span.to:
            yield (
                ("method",),
                Problem(
                    f"the span from {span.from_} to {span.to} holds no {indicator.frequency}",
                    "figures of reference are those of the periods that begin in the span",
                    "let the span hold at least one",
                ),
            )
