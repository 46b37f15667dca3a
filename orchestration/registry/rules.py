"""The rules that need more than one file: one data, one source, one owner.

Here: every cross-file rule of the registry, each found with file and line.
Not here: the shape of a single file (``schema``).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter

from orchestration.periods import PeriodKind
from orchestration.problems import Problem
from orchestration.registry.formulas import Term, definitions_of, terms_of
from orchestration.registry.model import Registry
from orchestration.registry.process_rules import find_breaches_of_process
from orchestration.registry.schema import (
    GROUPS,
    AreaKind,
    ContractCheck,
    DataElement,
    Indicator,
    Measured,
)
from orchestration.registry.yaml_document import Loc, YamlDocument

LENGTH = {kind: place for place, kind in enumerate(PeriodKind)}
FORMULAS = ("numerator", "components", "score")
ROLLS_UP_TO: dict[AreaKind, AreaKind] = {"commune": "province"}


def find_breaches(registry: Registry) -> list[Problem]:
    """Every breach of a cross-file rule."""
    return [
        *_sources(registry),
        *_elements(registry),
        *_comparisons(registry),
        *_indicators(registry),
        *_cycles(registry),
        *find_breaches_of_process(registry),
    ]


def areas_of(element: DataElement) -> set[AreaKind]:
    """The area kinds for which an element has values: delivered, or rolled up."""
    kinds: set[AreaKind] = set(element.areas)
    if element.over_areas != "none":
        kinds |= {ROLLS_UP_TO[kind] for kind in element.areas if kind in ROLLS_UP_TO}
    return kinds


def _file(registry: Registry, source: str, name: str) -> str:
    return f"{registry.folder.name}/{source}/{name}.yml"


def _sources(registry: Registry) -> Iterator[Problem]:
    for key, source in registry.sources.items():
        document = registry.documents[_file(registry, key, "source")]
        if source.sector not in registry.vocabulary.sectors:
            yield document.problem(
                ("sector",),
                f"unknown sector «{source.sector}»",
                "a sector stands in vocabulary.yml",
                "add it there, or correct it",
            )
        area = source.area
        place = "table" if source.table else "records"
        if area.code_system not in registry.areas.code_systems():
            yield document.problem(
                (place, "area", "code_system"),
                f"unknown code system «{area.code_system}»",
                "a code system stands in area_codes.csv",
                "add its codes there, or correct it",
            )
        if area.always and area.always not in registry.areas.areas:
            yield document.problem(
                (place, "area", "always"),
                f"unknown area «{area.always}»",
                "an area stands in areas.csv",
                "add it there, or correct it",
            )
        for place_in_list, key_of_area in enumerate(source.mandate.areas):
            if key_of_area not in registry.areas.areas:
                yield document.problem(
                    ("mandate", "areas", place_in_list),
                    f"unknown area «{key_of_area}»",
                    "a mandate names areas of areas.csv",
                    "add it there, or correct it",
                )
        if source.table and source.table.scope:
            for word in sorted(set(source.table.scope.values.values())):
                if word not in registry.vocabulary.scopes:
                    yield document.problem(
                        ("table", "scope"),
                        f"unknown scope «{word}»",
                        "a scope stands in vocabulary.yml",
                        "add it there, or correct it",
                    )
        for name, check in source.checks.items():
            yield from _contract_check(document, name, check, set(source.data_elements))
        for place_in_list, owner in enumerate(source.owner):
            if owner.agency not in registry.agencies:
                yield document.problem(
                    ("owner", place_in_list),
                    f"unknown agency «{owner.agency}»",
                    "an owner stands in agencies.yml",
                    "add it there, or correct it",
                )
        for place_in_list in range(1, len(source.owner)):
            before, after = source.owner[place_in_list - 1], source.owner[place_in_list]
            end = before.to or after.from_ - timedelta(days=1)
            gap = (after.from_ - end).days - 1
            if gap or before.from_ >= after.from_:
                word = "a gap" if gap > 0 else "an overlap"
                yield document.problem(
                    ("owner", place_in_list),
                    f"{word} between {before.agency} (to {end}) and {after.agency} "
                    f"(from {after.from_})",
                    "a source has exactly one owner on every date",
                    f"let {after.agency} begin on the day after {before.agency} ends",
                )
        if source.owner[-1].to is not None:
            yield document.problem(
                ("owner", len(source.owner) - 1),
                f"nobody owns the source after {source.owner[-1].to}",
                "a source has exactly one owner on every date",
                "name the agency that follows, or leave out «to»",
            )


def _elements(registry: Registry) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for source_key, source in registry.sources.items():
        document = registry.documents[_file(registry, source_key, "source")]
        columns: dict[str, str] = {}
        for key, element in source.data_elements.items():
            place = ("data_elements", key)
            if key in first:
                yield document.problem(
                    place,
                    f"the data element belongs to {first[key]} too",
                    "a data element comes from exactly one source",
                    "remove it from one of the two, or give the other fact its own name",
                )
            first.setdefault(key, source_key)
            yield from _scope(registry, document, (*place, "scope"), element)
            if element.children and element.over_areas == "none":
                yield document.problem(
                    (*place, "children"),
                    "children do not roll up («over_areas: none»)",
                    "a parent is compared with the roll-up of its children",
                    "leave out «children», or say how they roll up",
                )
            if key in registry.indicators:
                yield document.problem(
                    place,
                    "an indicator has the same key",
                    "a key names one thing",
                    "rename one of the two",
                )
            if element.unit not in registry.vocabulary.units:
                yield document.problem(
                    (*place, "unit"),
                    f"unknown unit «{element.unit}»",
                    "a unit stands in vocabulary.yml",
                    "add it there, or correct it",
                )
            if element.column and element.column in columns:
                yield document.problem(
                    (*place, "column"),
                    f"{columns[element.column]} reads the same column",
                    "a column holds one data element",
                    "correct one of the two",
                )
            columns[element.column or key] = key
            if element.weight and element.weight not in source.data_elements:
                yield document.problem(
                    (*place, "weight"),
                    f"«{element.weight}» is no data element of this source",
                    "a weighted mean travels with its weight",
                    "deliver the weight in the same source",
                )


def _scope(
    registry: Registry, document: YamlDocument, place: Loc, measured: Measured
) -> Iterator[Problem]:
    if measured.scope and measured.scope not in registry.vocabulary.scopes:
        yield document.problem(
            place,
            f"unknown scope «{measured.scope}»",
            "a scope stands in vocabulary.yml",
            "add it there, or correct it",
        )


def _contract_check(
    document: YamlDocument, name: str, check: ContractCheck, own: set[str]
) -> Iterator[Problem]:
    for side in ("left", "right"):
        for operand in getattr(check, side):
            if operand not in own:
                yield document.problem(
                    ("checks", name, side, operand),
                    f"«{operand}» is no data element of this source",
                    "a contract's check speaks of its own data elements",
                    "correct the name",
                )


def _comparisons(registry: Registry) -> Iterator[Problem]:
    for source_key, source in registry.sources.items():
        document = registry.documents[_file(registry, source_key, "source")]
        for key, comparison in source.comparisons.items():
            place = ("comparisons", key)
            element = registry.data_elements.get(key)
            if element is None:
                yield document.problem(
                    place,
                    f"unknown data element «{key}»",
                    "a comparison is set beside a data element of another source",
                    "correct the name, or declare it in the source of record",
                )
                continue
            yield from _scope(registry, document, (*place, "scope"), comparison)
            if missing := sorted(set(comparison.areas) - areas_of(element)):
                yield document.problem(
                    (*place, "areas"),
                    f"«{key}» has no values for {', '.join(missing)}",
                    "a comparison has the areas of its data element, or those it rolls up to",
                    "leave the area kind out",
                )
            record = registry.sources[registry.element_source[key]]
            kinds = {
                m.frequency or s.delivery.frequency
                for m, s in ((comparison, source), (element, record))
            }
            if len(kinds) > 1:
                yield document.problem(
                    place,
                    f"the source of record delivers «{key}» for another kind of period",
                    "a comparison has the kind of period of its data element",
                    "write its «frequency»",
                )


def _indicators(registry: Registry) -> Iterator[Problem]:
    for key, indicator in registry.indicators.items():
        source = registry.indicator_source[key]
        document = registry.documents[_file(registry, source, "indicators")]
        if source not in registry.sources:
            yield document.problem(
                (key,),
                "no source.yml stands beside this file",
                "an indicator's agency is the owner of its folder's source",
                "move it to the folder of the source that answers for it",
            )
        if indicator.unit not in registry.vocabulary.units:
            yield document.problem(
                (key, "unit"),
                f"unknown unit «{indicator.unit}»",
                "a unit stands in vocabulary.yml",
                "add it there, or correct it",
            )
        yield from _definitions(document, key, indicator)
        for term in terms_of(key, indicator):
            place = (key, *term.written_at)
            for found, rule, remedy in _term(registry, indicator, term):
                yield document.problem(place, found, rule, remedy)


def _definitions(document: YamlDocument, key: str, indicator: Indicator) -> Iterator[Problem]:
    definitions = definitions_of(indicator)
    for definition in definitions:
        method = definition.indicator
        if sum(getattr(method, name) is not None for name in FORMULAS) > 1:
            yield document.problem(
                (key, *definition.written_in),
                "the definition has two formulas",
                "a definition has one of «numerator», «components», «score»",
                "write one of them",
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


def _term(registry: Registry, indicator: Indicator, term: Term) -> Iterator[tuple[str, str, str]]:
    if other := registry.indicators.get(term.operand):
        below = GROUPS.index(other.group) < GROUPS.index(indicator.group)
        if not below and not (indicator.group == other.group == "composite"):
            yield (
                f"«{term.operand}» is {other.group}, which is not below {indicator.group}",
                "groups read downward: input, process, output, impact, composite",
                "compute from lower groups or from data elements, or change the group",
            )
        if missing := sorted(set(indicator.areas) - set(other.areas)):
            yield (
                f"«{term.operand}» has no values for {', '.join(missing)}",
                "every operand exists for every area kind of the indicator",
                "leave the area kind out, or choose another operand",
            )
        if other.frequency is not indicator.frequency:
            yield (
                f"«{term.operand}» is per {other.frequency}, this per {indicator.frequency}",
                "indicators combine at one frequency",
                "compute from data elements, which roll up over time",
            )
        return
    element = registry.data_elements.get(term.operand)
    if element is None:
        yield (
            f"unknown operand «{term.operand}»",
            "an operand is a data element or an indicator of the registry",
            "correct the name, or declare it in its source",
        )
        return
    if term.role in ("component", "score"):
        yield (
            f"«{term.operand}» is a data element",
            "a composite is made of indicators",
            "declare an indicator for it",
        )
    if missing := sorted(set(indicator.areas) - areas_of(element)):
        yield (
            f"«{term.operand}» has no values for {', '.join(missing)}",
            "every operand exists for every area kind of the indicator",
            "leave the area kind out, or declare how the data element rolls up",
        )
    source = registry.sources[registry.element_source[term.operand]]
    frequency = element.frequency or source.delivery.frequency
    if element.over_time == "cumulative" and indicator.over != "year_to_date":
        yield (
            f"«{term.operand}» is delivered as year to date",
            "a cumulative element is used year to date",
            "write «over: year_to_date»",
        )
    if LENGTH[frequency] > LENGTH[indicator.frequency] and element.over_time != "last":
        yield (
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
        yield registry.documents[_file(registry, source, "indicators")].problem(
            (circle[0],),
            f"the definition leads back to itself: {' → '.join(circle)}",
            "no indicator is computed from itself",
            "break the circle",
        )
