"""Rules of sources: one source a data element, one owner a source, on every date.

Here: what contracts must agree on with each other and with the shared files. Not here:
the shape of a single file (``contract``), rules of indicators (``indicator_rules``). One
file past 200 lines because each rule is a few lines and they are read as a list.
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.problems import Problem
from kinhbac.registry.declared.contract import ContractCheck, DataElement, Measured
from kinhbac.registry.files import OBSERVATIONS
from kinhbac.registry.model import Registry
from kinhbac.registry.rules.addition_rules import find_breaches_of_addition
from kinhbac.registry.rules.column_rules import find_breaches_of_columns
from kinhbac.registry.rules.names import OWN, find_unknown, is_left_out, is_operand
from kinhbac.registry.rules.ownership_rules import find_breaches_of_ownership
from kinhbac.yaml_document import Loc, YamlDocument


def find_breaches_of_sources(registry: Registry) -> Iterator[Problem]:
    """Every breach in the sources' contracts."""
    yield from _sources(registry)
    yield from _counting(registry)
    yield from _elements(registry)
    yield from _comparisons(registry)


def _sources(registry: Registry) -> Iterator[Problem]:
    for key, source in registry.sources.items():
        document = registry.document(key, "source")
        yield from find_unknown(registry, document, ("sector",), "sector", source.sector)
        area = source.area
        place = "table" if source.table else "records"
        for loc, word, name in (
            ((place, "area", "code_system"), "code system", area.code_system),
            *([((place, "area", "always"), "area", area.always)] if area.always else ()),
            *(
                (("mandate", "areas", at), "area", key)
                for at, key in enumerate(source.mandate.areas)
            ),
            *((("owner", at), "agency", owner.agency) for at, owner in enumerate(source.owner)),
        ):
            yield from find_unknown(registry, document, loc, word, name)
        if source.table and source.table.scope:
            for word in sorted(set(source.table.scope.values.values())):
                yield from find_unknown(registry, document, ("table", "scope"), "scope", word)
        for name, check in source.checks.items():
            yield from _contract_check(document, name, check, set(source.elements))
        yield from find_breaches_of_ownership(document, source.owner)


def _counting(registry: Registry) -> Iterator[Problem]:
    """Records are counted by the SQL beside their contract, and nothing else has any."""
    for key, source in registry.sources.items():
        document = registry.document(key, "source")
        if source.records and key not in registry.observations:
            yield document.problem(
                ("records",),
                f"{OBSERVATIONS} is not there",
                "a source of records says beside its contract what is counted from them",
                f"write {registry.folder.name}/{key}/{OBSERVATIONS}",
            )
        if source.table and key in registry.observations:
            yield document.problem(
                ("table",),
                f"{OBSERVATIONS} stands beside it",
                "a table arrives as observations, and nothing is counted from it",
                f"remove {registry.folder.name}/{key}/{OBSERVATIONS}",
            )
        for name, element in source.elements.items() if source.records else ():
            if element.frequency and element.frequency.longer_than(source.delivery.frequency):
                yield document.problem(
                    ("data_elements", name, "frequency"),
                    f"a {element.frequency} is longer than the {source.delivery.frequency} of an "
                    "extract",
                    "an extract of records covers the periods that are counted from it",
                    "let the roll-up over time make longer periods",
                )


def _elements(registry: Registry) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for source_key, source in registry.sources.items():
        document = registry.document(source_key, "source")
        yield from find_breaches_of_columns(document, source)
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
            yield from find_unknown(registry, document, (*place, "unit"), "unit", element.unit)
            yield from find_breaches_of_addition(registry, document, place, element)
            yield from _breakdowns(registry, document, place, element)
            for needed in element.zero_needs:
                if needed not in source.elements and not is_left_out(document, needed, OWN):
                    yield document.problem(
                        (*place, "zero_needs"),
                        f"«{needed}» is no data element of this source",
                        "the evidence of a zero comes with it",
                        "name data elements of the same source",
                    )
            if element.related and element.related not in source.data_elements:
                yield document.problem(
                    (*place, "related"),
                    f"«{element.related}» is no data element of this source",
                    "figures that move together come together",
                    "name a data element of the same source",
                )
            weight = element.weight
            if (
                weight
                and weight not in source.data_elements
                and not is_left_out(document, weight, OWN)
            ):
                yield document.problem(
                    (*place, "weight"),
                    f"«{weight}» is no data element of this source",
                    "a weighted mean travels with its weight",
                    "deliver the weight in the same source",
                )


def _breakdowns(
    registry: Registry, document: YamlDocument, place: Loc, element: DataElement
) -> Iterator[Problem]:
    for name, told in element.breakdowns.items():
        dimension = registry.vocabulary.breakdowns.get(name)
        if dimension is None:
            at = (*place, "breakdowns", name)
            yield from find_unknown(registry, document, at, "breakdown", name)
            continue
        for category in told.columns:
            if category not in dimension.categories:
                yield document.unknown(
                    (*place, "breakdowns", name, "columns", category),
                    f"category of «{name}»",
                    category,
                    "vocabulary.yml",
                )
        if told.complete and (absent := sorted(set(dimension.categories) - set(told.columns))):
            yield document.problem(
                (*place, "breakdowns", name),
                f"the column of {', '.join(absent)} is not named",
                "a complete breakdown has a column for every category",
                "name the column, or write «complete: false»",
            )


def _scope(
    registry: Registry, document: YamlDocument, place: Loc, measured: Measured
) -> Iterator[Problem]:
    if measured.scope:
        yield from find_unknown(registry, document, place, "scope", measured.scope)


def _contract_check(
    document: YamlDocument, name: str, check: ContractCheck, own: set[str]
) -> Iterator[Problem]:
    for side in ("left", "right"):
        for operand in getattr(check, side):
            if operand not in own and not is_left_out(document, operand, OWN):
                yield document.problem(
                    ("checks", name, side, operand),
                    f"«{operand}» is no data element of this source",
                    "a contract's check speaks of its own data elements",
                    "correct the name",
                )


def _comparisons(registry: Registry) -> Iterator[Problem]:
    for source_key, source in registry.sources.items():
        document = registry.document(source_key, "source")
        for key, comparison in source.comparisons.items():
            place = ("comparisons", key)
            element = registry.data_elements.get(key)
            if element is None:
                if key in registry.indicators or not is_operand(registry, key):
                    yield document.problem(
                        place,
                        f"unknown data element «{key}»",
                        "a comparison is set beside a data element of another source",
                        "correct the name, or declare it in the source of record",
                    )
                continue
            yield from _scope(registry, document, (*place, "scope"), comparison)
            if registry.borders_known and (
                missing := sorted(set(comparison.areas) - registry.area_kinds_of(element))
            ):
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
