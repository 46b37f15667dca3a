"""Rules of indicators: what a formula may be made of.

Here: operands, groups, frequencies, definitions in time, circles. Not here: rules of sources
(``source_rules``) and of the process (``process_rules``). Past 200 lines: a rule a function,
read side by side.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter

from kinhbac.periods import PeriodKind
from kinhbac.problems import Problem
from kinhbac.registry.declared.entries import GROUPS
from kinhbac.registry.declared.indicator import Indicator
from kinhbac.registry.definitions.disclosure import counts_of
from kinhbac.registry.definitions.formulas import Term, adds_up, definitions_of, terms_of
from kinhbac.registry.model import Registry
from kinhbac.registry.rules.addition_rules import find_breaches_of_unit
from kinhbac.registry.rules.names import find_unknown, is_operand
from kinhbac.registry.rules.operand_rules import find_breaches_of_taking
from kinhbac.yaml_document import YamlDocument

LENGTH = {kind: place for place, kind in enumerate(PeriodKind)}
FORMULAS = ("numerator", "components")


def find_breaches_of_indicators(registry: Registry) -> Iterator[Problem]:
    """Every breach in the definitions of indicators."""
    yield from _indicators(registry)
    yield from _cycles(registry)


def _indicators(registry: Registry) -> Iterator[Problem]:
    for key, indicator in registry.indicators.items():
        source = registry.indicator_source[key]
        document = registry.document(source, "indicators")
        if not registry.has_document(source, "source"):
            yield document.problem(
                (key,),
                "no source.yml stands beside this file",
                "an indicator's agency is the owner of its folder's source",
                "move it to the folder of the source that answers for it",
            )
        yield from find_unknown(registry, document, (key, "unit"), "unit", indicator.unit)
        yield from find_breaches_of_unit(registry, document, key, indicator)
        yield from _definitions(document, key, indicator)
        for year, target in indicator.target.items():
            for area in sorted(target.areas):
                stands = (key, "target", year, "areas", area)
                yield from find_unknown(registry, document, stands, "area", area)
        if indicator.reproduces and not is_operand(registry, indicator.reproduces.indicator):
            yield document.unknown(
                (key, "reproduces", "indicator"),
                "indicator",
                indicator.reproduces.indicator,
                "an indicators.yml",
            )
        yield from _limits_of_running_counts(registry, document, key, indicator)
        yield from _categories(registry, document, key, indicator)
        if indicator.disclosure:
            yield from _disclosure(registry, document, key, indicator)
        for term in terms_of(key, indicator):
            place = (key, *term.written_at)
            for problem in (
                *_term(registry, indicator, term),
                *find_breaches_of_taking(registry, indicator, term),
            ):
                yield document.place(place, problem)


def _limits_of_running_counts(
    registry: Registry, document: YamlDocument, key: str, indicator: Indicator
) -> Iterator[Problem]:
    """A count since January rises whatever happens: a limit on it says over how long it is, and
    it moves against the same months of last year."""
    for definition in definitions_of(indicator):
        warn = definition.indicator.warn
        if warn is None:
            continue
        place = (key, *definition.written_in, "warn")
        runs = adds_up(registry, definition.indicator)
        if runs and warn.yellow is not None and warn.per is None:
            yield document.problem(
                (*place, "yellow"),
                "one limit for every month of a count that runs on from January",
                "a running count is held against a limit that grows with the year",
                "write «per: year» with what a whole year may come to, or warn of its pace",
            )
        if warn.per and not runs:
            yield document.problem(
                (*place, "per"),
                "it does not add up over the year",
                "only a count that runs on from January has limits for a whole year",
                "leave «per» out",
            )
        if warn.change and warn.change.against == "previous" and indicator.over == "year_to_date":
            yield document.problem(
                (*place, "change"),
                "a running total is compared with the month before",
                "what runs on from January is compared with the same months of last year",
                "write «against: last_year»",
            )


def _categories(
    registry: Registry, document: YamlDocument, key: str, indicator: Indicator
) -> Iterator[Problem]:
    for breakdown in indicator.by:
        if breakdown not in registry.vocabulary.breakdowns:
            yield from find_unknown(registry, document, (key, "by"), "breakdown", breakdown)
            continue
        for operand in sorted({term.operand for term in terms_of(key, indicator)}):
            if other := registry.indicators.get(operand):
                told = breakdown in other.by
            elif element := registry.data_elements.get(operand):
                declared = element.breakdowns.get(breakdown)
                wanted = registry.vocabulary.breakdowns[breakdown].categories
                told = declared is not None and set(declared.columns) == set(wanted)
            else:
                continue  # an unknown operand is told of by itself
            if not told:
                yield document.problem(
                    (key, "by"),
                    f"«{operand}» is not told by {breakdown}",
                    "an indicator is computed by a breakdown that all its operands have",
                    "leave the breakdown out, or declare it for the operand",
                )


def _disclosure(
    registry: Registry, document: YamlDocument, key: str, indicator: Indicator
) -> Iterator[Problem]:
    """What is protected is a count, and no difference of two: both would give it away."""
    terms = [term for term in terms_of(key, indicator) if term.role == "numerator"]
    added = {term.operand for term in terms if term.coefficient > 0}
    taken = sorted({term.operand for term in terms if term.coefficient < 0} - added)
    if taken:
        yield document.problem(
            (key, "disclosure"),
            f"{', '.join(taken)} is taken away",
            "a small difference of two counts is given away by the two",
            "let the difference be a data element of its own, and protect that",
        )
    elif not any(True for _ in counts_of(registry, key, indicator)):
        yield document.problem(
            (key, "disclosure"),
            "it is computed of no counts",
            "what is protected is a small count, and the rates that reveal it",
            "leave «disclosure» out",
        )


def _definitions(document: YamlDocument, key: str, indicator: Indicator) -> Iterator[Problem]:
    definitions = definitions_of(indicator)
    for definition in definitions:
        method = definition.indicator
        if sum(getattr(method, name) is not None for name in FORMULAS) > 1:
            yield document.problem(
                (key, *definition.written_in),
                "the definition has two formulas",
                "a definition has one of «numerator», «components»",
                "write one of them",
            )
        if (method.method or method.robustness) and not method.components:
            yield document.problem(
                (key, *definition.written_in),
                "a method and no components",
                "who writes any part of a formula writes the whole of it",
                "write the components too",
            )
        if method.components and indicator.over != "period":
            yield document.problem(
                (key, "over"),
                f"a composite over {indicator.over}",
                "a composite is made of the values of one period",
                "let the components look back",
            )
    for before, after in itertools.pairwise(definitions):
        if before.valid_to is None or after.valid_from != before.valid_to + timedelta(days=1):
            yield document.problem(
                (key, *(after.written_in or ("valid",))),
                f"version {before.version} holds to {before.valid_to}, the next from "
                f"{after.valid_from or 'no day'}",
                "on every day an indicator has one definition",
                "let each definition begin on the day after the one before it ends",
            )


def _term(registry: Registry, indicator: Indicator, term: Term) -> Iterator[Problem]:
    if other := registry.indicators.get(term.operand):
        below = GROUPS.index(other.group) < GROUPS.index(indicator.group)
        if not below and not (indicator.group == other.group == "composite"):
            yield Problem(
                f"«{term.operand}» is {other.group}, which is not below {indicator.group}",
                "groups read downward: input, process, output, impact, composite",
                "compute from lower groups or from data elements, or change the group",
            )
        if missing := sorted(set(indicator.areas) - set(other.areas)):
            yield Problem(
                f"«{term.operand}» has no values for {', '.join(missing)}",
                "every operand exists for every area kind of the indicator",
                "leave the area kind out, or choose another operand",
            )
        if other.frequency is not indicator.frequency:
            yield Problem(
                f"«{term.operand}» is per {other.frequency}, this per {indicator.frequency}",
                "indicators combine at one frequency",
                "compute from data elements, which roll up over time",
            )
        return
    element = registry.data_elements.get(term.operand)
    if element is None:
        if not is_operand(registry, term.operand):
            yield Problem(
                f"unknown operand «{term.operand}»",
                "an operand is a data element or an indicator of the registry",
                "correct the name, or declare it in its source",
            )
        return
    if term.role == "component" or indicator.components:
        yield Problem(
            f"«{term.operand}» is a data element",
            "a composite is made of indicators",
            "declare an indicator for it",
        )
    if (
        registry.borders_known
        and not term.over_areas
        and (missing := sorted(set(indicator.areas) - registry.area_kinds_of(element)))
    ):
        yield Problem(
            f"«{term.operand}» has no values for {', '.join(missing)}",
            "every operand exists for every area kind of the indicator",
            "leave the area kind out, or declare how the data element rolls up",
        )
    source = registry.sources[registry.element_source[term.operand]]
    frequency = element.frequency or source.delivery.frequency
    if (term.span or indicator.over).startswith("last_known") and element.over_time != "last":
        yield Problem(
            f"«{term.operand}» is a flow or a mean ({element.over_time})",
            "only a stock is still known later: a flow of another month is not this month's",
            "look back with «rolling_…», or declare the element as «over_time: last»",
        )
    if LENGTH[frequency] > LENGTH[indicator.frequency] and element.over_time != "last":
        yield Problem(
            f"«{term.operand}» is per {frequency}, longer than {indicator.frequency}",
            "only a stock («over_time: last») is carried into shorter periods",
            f"let the indicator be per {frequency}",
        )


def _cycles(registry: Registry) -> Iterator[Problem]:
    graph = {
        key: {
            term.operand for term in terms_of(key, indicator) if term.operand in registry.indicators
        }
        for key, indicator in registry.indicators.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        source = registry.indicator_source[circle[0]]
        yield registry.document(source, "indicators").problem(
            (circle[0],),
            f"the definition leads back to itself: {' → '.join(circle)}",
            "no indicator is computed from itself",
            "break the circle",
        )
