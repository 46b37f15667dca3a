"""Rules of composites: what a method may ask of its components.

Here: methods against the indicators that use them, groups of areas against the vocabulary.
Not here: what a method may say by itself (``methods``), operands in general
(``indicator_rules``).
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.periods import Period
from orchestration.problems import Problem
from orchestration.registry.areas import row_problem
from orchestration.registry.formulas import definitions_of
from orchestration.registry.methods import Component, Method, Robustness
from orchestration.registry.model import Registry
from orchestration.registry.schema import Indicator
from orchestration.registry.stages import (
    OUTRANKING,
    RELATIVE,
    Aggregation,
    Normalisation,
    ReferenceSpan,
    ScaleNormalisation,
)

Breach = tuple[tuple[str | int, ...], str, str, str]
"""Place below the indicator, what was found, the rule, the remedy."""


def find_breaches_of_composites(registry: Registry) -> Iterator[Problem]:
    """Every breach in the methods of composites and in the groups of areas."""
    yield from _groups(registry)
    yield from _methods(registry)
    for key, indicator in registry.indicators.items():
        document = registry.document(registry.indicator_source[key], "indicators")
        for definition in definitions_of(indicator):
            method = definition.indicator
            if method.method is not None and method.method not in registry.methods:
                written = registry.documents[f"{registry.folder.name}/methods.yml"].data
                if method.method in (written or {}):
                    continue  # its own problem is told where it stands
                place = (key, *definition.written_in, "method")
                yield document.unknown(place, "method", method.method, "methods.yml")
                continue
            for at, found, rule, remedy in _definition(registry, method):
                yield document.problem((key, *definition.written_in, *at), found, rule, remedy)


def _groups(registry: Registry) -> Iterator[Problem]:
    groupings = registry.vocabulary.groupings
    for place, entry in enumerate(registry.areas.groups):
        known = groupings.get(entry.grouping)
        if known is None or entry.area_group not in known.categories:
            yield row_problem(
                "area_groups.csv",
                place + 2,
                f"{entry.grouping}: {entry.area_group} is unknown",
                "groupings and their groups stand in vocabulary.yml",
            )


def _methods(registry: Registry) -> Iterator[Problem]:
    document = registry.documents[f"{registry.folder.name}/methods.yml"]
    told = {entry.grouping for entry in registry.areas.groups}
    for key, method in registry.methods.items():
        grouping = method.impute.grouping
        if grouping is not None and grouping not in told:
            yield document.unknown(
                (key, "impute", "grouping"), "grouping", grouping, "area_groups.csv"
            )
        area = getattr(method.normalise, "area", None)
        if area is not None and area not in registry.areas.areas:
            yield document.unknown((key, "normalise", "area"), "area", area, "areas.csv")


def _definition(registry: Registry, indicator: Indicator) -> Iterator[Breach]:
    components = indicator.components or {}
    if indicator.robustness:
        yield from _robustness(registry, indicator, indicator.robustness)
    if indicator.method is None:
        for name, own in components.items():
            if own.model_dump(exclude={"weight"}, exclude_defaults=True):
                yield (
                    ("components", name),
                    "more than a weight, and no method",
                    "without a method a composite is a weighted sum",
                    "name a «method», or write the weight alone",
                )
        return
    method = registry.methods[indicator.method]
    compares = method.borrows or method.compares(list(components.values()))
    if not method.among and len(indicator.areas) > 1 and compares:
        yield (
            ("method",),
            f"«{indicator.method}» compares areas, and there are several kinds of them",
            "communes are compared with communes, not with their province",
            "let the method say «among»",
        )
    yield from _areas(registry, indicator, method)
    if all(own.weight == 0 for own in components.values()):
        yield (
            ("components",),
            "every weight is 0",
            "a composite is made of components that weigh something",
            "give one a weight",
        )
    turned = method.normalise.by in RELATIVE or method.aggregate.by in OUTRANKING
    if turned and indicator.direction != "higher_is_better":
        yield (
            ("direction",),
            f"the composite is {indicator.direction}",
            "normalised figures and duels have their better end above",
            "write «direction: higher_is_better»",
        )
    for name, own in components.items():
        yield from _component(registry, method, name, own)
        yield from _turned(registry, indicator, method, name)
    for found, rule, remedy in _positive(method.normalise, method.aggregate):
        yield (("method",), found, rule, remedy)
    if method.aggregate.by == "lexicographic" and method.missing != "absent":
        yield (
            ("method",),
            "lexicographic with reweighting",
            "the worst of some components is not compared with the worst of others",
            "let a missing component leave the composite absent",
        )
    yield from _span(indicator, method)


def _areas(registry: Registry, indicator: Indicator, method: Method) -> Iterator[Breach]:
    """Areas that the method compares or refers to are areas of the composite."""
    for kind in method.among:
        if kind not in indicator.areas:
            yield (
                ("method",),
                f"«{indicator.method}» compares areas of the kind {kind}",
                "compared are areas for which the composite is computed",
                "add the kind to «areas», or name another method",
            )
    area = registry.areas.areas.get(getattr(method.normalise, "area", None) or "")
    if area is not None and area.kind not in indicator.areas:
        yield (
            ("method",),
            f"«{indicator.method}» refers to {area.area}, a {area.kind}",
            "the area of reference is one for which the composite is computed",
            "add its kind to «areas», or name another method",
        )


def _span(indicator: Indicator, method: Method) -> Iterator[Breach]:
    """A span of reference holds the first day of a period, or it holds nothing."""
    span = method.reference
    if isinstance(span, ReferenceSpan):
        first = Period.containing(span.from_, indicator.frequency)
        if first.start < span.from_:
            first = first.next()
        if first.start > span.to:
            yield (
                ("method",),
                f"the span from {span.from_} to {span.to} holds no {indicator.frequency}",
                "figures of reference are those of the periods that begin in the span",
                "let the span hold at least one",
            )


def _positive(normalise: Normalisation, aggregate: Aggregation) -> Iterator[tuple[str, str, str]]:
    """Means other than the arithmetic one need figures above zero."""
    power = {"geometric": 0.0, "harmonic": -1.0}.get(aggregate.by, aggregate.power)
    if power is None or power == 1 or not isinstance(normalise, ScaleNormalisation):
        return
    middle, size = normalise.scale or (0, 1)
    if normalise.by == "min_max" and middle < 0:
        yield (
            f"{aggregate.by} of a scale that begins at {middle:g}",
            "a mean other than the arithmetic one is taken of figures of at least zero",
            "let the scale begin at 0 or above",
        )
    if normalise.by == "z_score" and middle < 5 * size:
        yield (
            f"{aggregate.by} of z-scores around {middle:g} ± {size:g}",
            "a mean other than the arithmetic one is taken of figures above zero",
            "write a «scale» such as [50, 10], or normalise otherwise",
        )


USES = {
    "max": ("score",),
    "empty_denominator": ("score",),
    "target": ("score", "distance_to_target"),
    "bands": ("bands",),
    "goalposts": ("min_max",),
}
"""What belongs to a component → the normalisations that use it."""


def _component(registry: Registry, method: Method, name: str, own: Component) -> Iterator[Breach]:
    place = ("components", name)
    normalise, other = method.normalise.by, registry.indicators.get(name)
    directed = own.direction or (other and other.direction)
    target = own.target or (other.target if other else None)
    said = own.model_dump(exclude_defaults=True)
    unused = [word for word, users in USES.items() if word in said and normalise not in users]
    lacking = normalise == "score" and None in (own.max, own.target, own.empty_denominator)
    for broken, found, rule, remedy in (
        (
            own.weight < 0,
            f"the weight is {own.weight:g}",
            "a weight is not negative",
            "turn the component round with «direction», or leave the method out",
        ),
        (
            own.per == name,
            "it is divided by itself",
            "a denominator is another indicator",
            "name another one",
        ),
        (
            bool(unused),
            f"{', '.join(unused)} is not used",
            f"what is written beside a component is used by its method ({normalise})",
            "leave it out, or normalise by what uses it",
        ),
        (
            directed == "neutral" and normalise in {*RELATIVE, "distance_to_target"},
            "the component is neutral",
            "a scale has a better end",
            "write its «direction» in this composite",
        ),
        (
            directed == "lower_is_better" and normalise == "score",
            "the component is lower_is_better",
            "a score gives its points to higher figures",
            "score what is better when higher, or write its «direction» in this composite",
        ),
        (
            lacking,
            "max, target or empty_denominator is not written",
            "a score is min(max, max × ratio ÷ target), with a rule for an empty denominator",
            "write all three",
        ),
        (
            normalise == "bands" and not own.bands,
            "no bands are written",
            "bands give points to figures from a threshold on",
            "write «bands: {from: points, …}»",
        ),
        (
            normalise == "distance_to_target" and not target,
            "there is no target",
            "a distance is measured to the component's target",
            "write «target» here, or by year in the component's own definition",
        ),
    ):
        if broken:
            yield place, found, rule, remedy


def _turned(
    registry: Registry, indicator: Indicator, method: Method, name: str
) -> Iterator[Breach]:
    """Without a scale nothing turns a component round whose better end is the other one."""
    own = (indicator.components or {})[name]
    other = registry.indicators.get(name)
    directed = own.direction or (other.direction if other else None)
    against = {directed, indicator.direction} == {"higher_is_better", "lower_is_better"}
    if against and method.normalise.by == "none" and method.aggregate.by not in OUTRANKING:
        yield (
            ("components", name),
            f"the component is {directed}, the composite {indicator.direction}",
            "figures are added with their better ends on one side",
            "let the method say «normalise», which turns components round",
        )
    if method.normalise.by == "none" and method.aggregate.by == "lexicographic":
        yield (
            ("components", name),
            "components are set beside each other as they were delivered",
            "the worst component is found on a common scale",
            "let the method say «normalise»",
        )


def _robustness(
    registry: Registry, indicator: Indicator, robustness: Robustness
) -> Iterator[Breach]:
    """Every choice can be drawn, and changes something somewhere in the tree."""
    place = ("robustness",)
    told = {entry.grouping for entry in registry.areas.groups}
    for choice in robustness.impute:
        if choice.grouping and choice.grouping not in told:
            yield (
                place,
                f"unknown grouping «{choice.grouping}»",
                "groupings stand in area_groups.csv",
                "correct the name",
            )
    if indicator.direction == "neutral":
        yield (place, "the composite is neutral", "ranks have a better end", "write its direction")
    methods = list(_methods_below(registry, indicator))
    stages = {
        "impute": [m for m in methods if m.impute.by != "none"],
        "normalise": [m for m in methods if m.normalise.by != "none"],
        "aggregate": [m for m in methods if m.aggregate.by != "sum"],
    }
    for stage, having in stages.items():
        if getattr(robustness, stage) and not having:
            yield (
                place,
                f"another «{stage}», where no method has one",
                "an alternative stands in for what a method of the tree declares",
                "leave it out",
            )
    for method in stages["aggregate"]:
        for scaled in (method.normalise, *robustness.normalise):
            for aggregate in (method.aggregate, *robustness.aggregate):
                for found, rule, remedy in _positive(scaled, aggregate):
                    yield (place, found, rule, remedy)
                if aggregate.by == "lexicographic" and method.missing != "absent":
                    yield (
                        place,
                        "lexicographic with reweighting",
                        "the worst of some components is not compared with the worst of others",
                        "leave one of the two out",
                    )


def _methods_below(registry: Registry, indicator: Indicator) -> Iterator[Method]:
    """The methods of a composite and of all composites below it."""
    waiting, seen = [indicator], set[str]()
    while waiting:
        own = waiting.pop()
        if own.method in registry.methods:
            yield registry.methods[own.method]
        below = set(own.components or {}) & registry.indicators.keys() - seen
        seen |= below
        waiting += [registry.indicators[name] for name in sorted(below)]
