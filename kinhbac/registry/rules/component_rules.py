"""Rules of one component: what a method may ask of it.

Here: weights, directions, and what a normalisation needs beside a component, or does not
use. Not here: the method as a whole (``composite_rules``).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.periods import MONTHS
from kinhbac.problems import Problem
from kinhbac.registry.declared.indicator import Indicator
from kinhbac.registry.declared.limits import Direction
from kinhbac.registry.declared.methods import Component, Method
from kinhbac.registry.declared.stages import OUTRANKING, RELATIVE
from kinhbac.registry.definitions.formulas import definitions_of, terms_of
from kinhbac.registry.definitions.noise import noise_of
from kinhbac.registry.model import Registry
from kinhbac.yaml_document import Loc

LocatedProblem = tuple[Loc, Problem]
"""What is wrong, and where below the indicator."""
OTHER_END: dict[str, Direction] = {
    "higher_is_better": "lower_is_better",
    "lower_is_better": "higher_is_better",
}
USES = {
    "max": ("score",),
    "empty_denominator": ("score",),
    "target": ("score", "distance_to_target", "progress"),
    "transform": ("min_max", "z_score", "none"),
    "bands": ("bands",),
    "goalposts": ("min_max",),
}
"""What belongs to a component → the normalisations that use it."""


def find_breaches_of_component(
    registry: Registry, method: Method, name: str, own: Component
) -> Iterator[LocatedProblem]:
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
            own.stabilise is not None and (own.per is not None or not _is_counted(registry, name)),
            f"«{name}» is stabilised, and is no share or rate of counted cases"
            if own.per is None
            else f"«{name}» is stabilised and divided by «{own.per}»",
            "empirical Bayes weighs a figure by the cases in its denominator",
            "name a share or rate with numerator and denominator, or leave «stabilise» out",
        ),
        (
            bool(unused),
            f"{', '.join(unused)} is not used",
            f"what is written beside a component is used by its method ({normalise})",
            "leave it out, or normalise by what uses it",
        ),
        (
            directed == "neutral" and normalise in {*RELATIVE, "distance_to_target", "progress"},
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
            normalise in {"distance_to_target", "progress"} and not target and other is not None,
            "there is no target",
            "a distance, or progress, is measured to the component's target",
            "write «target» here, or by year in the component's own definition",
        ),
        (
            normalise == "progress" and other is not None and other.components is not None,
            "the component is a composite",
            "progress is growth of a figure in its own unit",
            "measure the progress of what the composite is made of",
        ),
    ):
        if broken:
            yield place, Problem(found, rule, remedy)


def _is_counted(registry: Registry, name: str) -> bool:
    """Whether chance in every figure of an indicator is known by its denominator; true also where
    what it is made of is not read, which is told elsewhere."""
    indicator = registry.indicators.get(name)
    return indicator is None or all(
        noise_of(registry, definition) in ("share", "rate")
        for definition in definitions_of(indicator)
    )


def find_old(registry: Registry, name: str, own: Component) -> Iterator[LocatedProblem]:
    """An area is not ranked by a figure that a newer one should have followed, unless that is said."""
    old = [why for key in (name, own.per) if key for why in _may_be_old(registry, key)]
    if old and not own.allow_old:
        yield (
            ("components", name),
            Problem(
                f"it may rest on an old figure: {'; '.join(dict.fromkeys(old))}",
                "a composite is made of figures that nothing newer should have followed",
                "write «allow_old: true» beside the weight, or let the figure reach less far",
            ),
        )


def _may_be_old(registry: Registry, key: str) -> Iterator[str]:
    """What of an indicator may be older than the period after its own; of a composite, nothing:
    its components are asked themselves."""
    indicator = registry.indicators.get(key)
    if indicator is None or indicator.components:
        return
    for term in terms_of(key, indicator):
        element = registry.data_elements.get(term.operand)
        if element is None:
            yield from _may_be_old(registry, term.operand)
            continue
        source = registry.sources[registry.element_source[term.operand]]
        months = MONTHS.get(element.frequency or source.delivery.frequency, 0)
        span, _, back = (term.span or indicator.over).removesuffix("_months").rpartition("_")
        if span == "last_known" and int(back) > 2 * months:
            yield f"«{key}» is the newest of {back} months"
        if (element.carry or 0) > 1:
            yield f"«{term.operand}» is carried for {element.carry} periods"


def find_unturned(
    registry: Registry, indicator: Indicator, method: Method, name: str
) -> Iterator[LocatedProblem]:
    """Without a scale nothing turns a component round whose better end is the other one."""
    own = (indicator.components or {})[name]
    other = registry.indicators.get(name)
    directed = own.direction or (other.direction if other else None)
    if own.transform == "inverse":
        directed = OTHER_END.get(directed or "", directed)
    against = {directed, indicator.direction} == {"higher_is_better", "lower_is_better"}
    if against and method.normalise.by == "none" and method.aggregate.by not in OUTRANKING:
        yield (
            ("components", name),
            Problem(
                f"the component is {directed}, the composite {indicator.direction}",
                "figures are added with their better ends on one side",
                "let the method say «normalise», which turns components round",
            ),
        )
    if method.normalise.by == "none" and method.aggregate.by == "lexicographic":
        yield (
            ("components", name),
            Problem(
                "components are set beside each other as they were delivered",
                "the worst component is found on a common scale",
                "let the method say «normalise»",
            ),
        )
