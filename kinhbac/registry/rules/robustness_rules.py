"""Rules of what is uncertain: every alternative can be drawn, and changes something.

Here: robustness against the methods of the whole tree, and which means are defined on which
scales. Not here: the methods as they are declared (``composite_rules``).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.problems import Problem
from kinhbac.registry.declared.indicator import Indicator
from kinhbac.registry.declared.methods import Robustness
from kinhbac.registry.declared.stages import Aggregation, Normalisation, ScaleNormalisation
from kinhbac.registry.definitions.formulas import definitions_of
from kinhbac.registry.definitions.noise import noise_of
from kinhbac.registry.model import Registry
from kinhbac.registry.rules.component_rules import LocatedProblem


def find_breaches_of_robustness(
    registry: Registry, indicator: Indicator, robustness: Robustness
) -> Iterator[LocatedProblem]:
    """Every choice can be drawn, and changes something somewhere in the tree."""
    place = ("robustness",)
    told = registry.tables["area_groups.csv"].names("grouping")
    for choice in robustness.impute:
        if choice.grouping and told is not None and choice.grouping not in told:
            yield (
                place,
                Problem(
                    f"unknown grouping «{choice.grouping}»",
                    "groupings stand in area_groups.csv",
                    "correct the name",
                ),
            )
    if indicator.direction == "neutral":
        yield (
            place,
            Problem("the composite is neutral", "ranks have a better end", "write its direction"),
        )
    tree = list(_composites_below(registry, indicator))
    if not robustness.varies_method and not _has_counted(registry, tree) and _whole_tree(registry):
        yield (
            place,
            Problem(
                "nothing is uncertain",
                "draws differ in a choice of method, or in what chance has done to counted components",
                "name at least one choice (weights, impute, normalise, aggregate, leave_out)",
            ),
        )
    methods = [registry.methods[own.method] for own in tree if own.method in registry.methods]
    stages = {
        "impute": [m for m in methods if m.impute.by != "none"],
        "normalise": [m for m in methods if m.normalise.by != "none"],
        "aggregate": [m for m in methods if m.aggregate.by != "sum"],
    }
    for stage, having in stages.items():
        if getattr(robustness, stage) and not having and _whole_tree(registry):
            yield (
                place,
                Problem(
                    f"another «{stage}», where no method has one",
                    "an alternative stands in for what a method of the tree declares",
                    "leave it out",
                ),
            )
    for method in stages["aggregate"]:
        for scaled in (method.normalise, *robustness.normalise):
            for aggregate in (method.aggregate, *robustness.aggregate):
                for problem in find_negative_scales(scaled, aggregate):
                    yield place, problem
                if aggregate.by == "lexicographic" and method.missing != "absent":
                    yield (
                        place,
                        Problem(
                            "lexicographic with reweighting",
                            "the worst of some components is not compared with the worst of others",
                            "leave one of the two out",
                        ),
                    )


def _has_counted(registry: Registry, tree: list[Indicator]) -> bool:
    """Whether any component of these composites is a share, a rate or a count."""
    leaves = {name for own in tree for name in own.components or {}} & registry.indicators.keys()
    return any(
        noise_of(registry, definition)
        for name in leaves
        for definition in definitions_of(registry.indicators[name])
    )


def _composites_below(registry: Registry, indicator: Indicator) -> Iterator[Indicator]:
    """A composite and all indicators below it."""
    waiting, seen = [indicator], set[str]()
    while waiting:
        own = waiting.pop()
        yield own
        below = set(own.components or {}) & registry.indicators.keys() - seen
        seen |= below
        waiting += [registry.indicators[name] for name in sorted(below)]


def _whole_tree(registry: Registry) -> bool:
    """Whether every method and composite that is written is read."""
    documents = [*registry.documents_called("indicators"), registry.shared("methods.yml")]
    return all(document.whole for document in documents if document)


def find_negative_scales(normalise: Normalisation, aggregate: Aggregation) -> Iterator[Problem]:
    """Means other than the arithmetic one need figures above zero."""
    power = {"geometric": 0.0, "harmonic": -1.0}.get(aggregate.by, aggregate.power)
    if power is None or power == 1 or not isinstance(normalise, ScaleNormalisation):
        return
    if aggregate.rescaled is not None:
        return
    middle, size = normalise.scale or (0, 1)
    if normalise.by == "min_max" and middle < 0:
        yield Problem(
            f"{aggregate.by} of a scale that begins at {middle:g}",
            "a mean other than the arithmetic one is taken of figures of at least zero",
            "let the scale begin at 0 or above",
        )
    if normalise.by == "z_score" and middle < 5 * size:
        yield Problem(
            f"{aggregate.by} of z-scores around {middle:g} ± {size:g}",
            "a mean other than the arithmetic one is taken of figures above zero",
            "write a «scale» such as [50, 10], or normalise otherwise",
        )
