"""The structures: what figures and metadata are made of, as the library of SDMX models them.

Here: agencies, concepts, hierarchies, definitions and flows. Not here: code lists
(``code_lists``), writing (``messages``). Importing this imports the library, which takes a fifth
of a second. Past 200 lines because each kind of artefact is named, and made, once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

from pysdmx.model import (
    Agency,
    AgencyScheme,
    ArrayBoundaries,
    Codelist,
    Component,
    Components,
    Concept,
    ConceptScheme,
    Dataflow,
    DataStructureDefinition,
    DataType,
    HierarchicalCode,
    Hierarchy,
    ItemReference,
    MetadataComponent,
    Metadataflow,
    MetadataStructure,
    Role,
)

from kinhbac.exchange.sdmx.code_lists import describe_lists
from kinhbac.exchange.sdmx.components import (
    CROSS_DOMAIN,
    DIMENSIONS,
    MEASURE,
    MEASURED,
    MODEL,
    OF_OBSERVATION,
    OF_SERIES,
    OPTIONAL,
    OWN,
    QUALITY,
    QUALITY_FLOW,
    SAID,
    SECRETARIAT,
    WRITTEN,
    urn_of_code,
)
from kinhbac.exchange.sdmx.content import Content
from kinhbac.exchange.sdmx.mapping import read_mapping
from kinhbac.exchange.sdmx.names import Names
from kinhbac.forms.sentences import say
from kinhbac.registry import Registry
from kinhbac.registry.declared.entries import GROUPS, Name

TYPES = {
    "OBS_VALUE": DataType.DOUBLE,
    "TIME_PERIOD": DataType.PERIOD,
    "SIMULATED": DataType.BOOLEAN,
    "VALID_FROM": DataType.DATE,
    "VALID_TO": DataType.DATE,
}
"""Concept → type, where it is no text and has no list."""
SCHEMES = {"CROSS_DOMAIN_CONCEPTS": CROSS_DOMAIN, "CONCEPTS": OWN, "QUALITY_CONCEPTS": QUALITY}


Artefact = (
    AgencyScheme
    | ConceptScheme
    | Codelist
    | Hierarchy
    | DataStructureDefinition
    | Dataflow
    | MetadataStructure
    | Metadataflow
)


class Named(TypedDict):
    """What every artefact of the province has."""

    id: str
    name: str
    agency: str
    version: str


@dataclass(frozen=True)
class Structures:
    """All artefacts: what a reader of figures needs, and what one of metadata needs besides."""

    figures: list[Artefact]
    metadata: list[Artefact]
    dataflow: Dataflow


def describe_structures(registry: Registry, content: Content, names: Names) -> Structures:
    """The artefacts of a release; ``names`` receives what they are called."""
    lists = describe_lists(registry, content, names)

    def named(key: str) -> Named:
        name = names.mark(say(f"sdmx_list.{key}"))
        own = read_mapping().versions["own"]
        return {"id": key, "name": name, "agency": content.maintainer, "version": own}

    figures = DataStructureDefinition(
        **named("DSD_INDICATORS"), components=_components(content, lists)
    )
    metadata = MetadataStructure(
        **named("MSD_INDICATORS"),
        components=tuple(_metadata_component(content, lists, key) for key in SAID),
    )
    dataflow = Dataflow(**named("DF_INDICATORS"), structure=figures)
    flow_of_metadata = Metadataflow(
        **named("MDF_INDICATORS"),
        structure=metadata,
        targets=(urn_of_code(content, "INDICATOR", "*"),),
    )
    around: list[Artefact] = [
        _agencies(content, names),
        *(_concepts(content, names, key) for key in SCHEMES if key != "QUALITY_CONCEPTS"),
        *lists.values(),
        Hierarchy(**named("H_AREA"), codes=_areas_by_level(content), is_partial=False),
        Hierarchy(**named("H_INDICATOR"), codes=_indicators_by_group(content), is_partial=False),
    ]
    of_quality = MetadataStructure(
        **named("MSD_QUALITY"),
        components=tuple(_metadata_component(content, {}, key) for key in QUALITY),
    )
    flow_of_quality = Metadataflow(
        **named(QUALITY_FLOW),
        structure=of_quality,
        targets=(urn_of_code(content, "DATA_SOURCE", "*"),),
    )
    about: list[Artefact] = [
        metadata,
        flow_of_metadata,
        _concepts(content, names, "QUALITY_CONCEPTS"),
        of_quality,
        flow_of_quality,
    ]
    return Structures([*around, figures, dataflow], about, dataflow)


def _agencies(content: Content, names: Names) -> AgencyScheme:
    province = Agency(id=content.maintainer, name=names.mark(content.province))
    return AgencyScheme(
        id="AGENCIES",
        name=names.mark(say("sdmx_list.AGENCIES")),
        agency=SECRETARIAT,
        is_partial=True,
        items=(province,),
    )


def _scheme_of(content: Content, key: str) -> tuple[str, str]:
    """Agency and version of a scheme of concepts."""
    versions = read_mapping().versions
    if key in versions:
        return SECRETARIAT, versions[key]
    return content.maintainer, versions["own"]


def _concepts(content: Content, names: Names, key: str) -> ConceptScheme:
    agency, version = _scheme_of(content, key)
    return ConceptScheme(
        id=key,
        name=names.mark(say(f"sdmx_list.{key}")),
        agency=agency,
        version=version,
        is_partial=agency == SECRETARIAT,
        items=tuple(
            Concept(id=concept, name=names.mark(_name_of(key, concept))) for concept in SCHEMES[key]
        ),
    )


def _name_of(scheme: str, concept: str) -> Name:
    """What a concept is called; those of quality are called as on pages."""
    if scheme != "QUALITY_CONCEPTS":
        return say(f"sdmx_concept.{concept}")
    if concept == "QUALITY_PERIOD":
        return say("sdmx_list.QUALITY_PERIOD")
    if concept in WRITTEN:
        return say(f"sims_written.{concept.lower()}")
    return say(f"quality_measure.{concept.lower()}")


def _identity(content: Content, concept: str) -> ItemReference:
    [scheme] = [key for key, concepts in SCHEMES.items() if concept in concepts]
    agency, version = _scheme_of(content, scheme)
    return ItemReference("Concept", agency, scheme, version, concept)


def _components(content: Content, lists: dict[str, Codelist]) -> Components:
    def component(key: str, role: Role, attached: str | None = None) -> Component:
        coded = lists.get(key)
        return Component(
            id=key,
            required=key not in OPTIONAL,
            role=role,
            concept=_identity(content, key),
            local_codes=coded,
            local_enum_ref=_name_of_list(coded),
            local_dtype=None if coded else TYPES[key],
            attachment_level=attached,
        )

    series = ",".join(key for key in DIMENSIONS if key != "TIME_PERIOD")
    return Components(
        [
            *(component(key, Role.DIMENSION) for key in DIMENSIONS),
            component(MEASURE, Role.MEASURE),
            *(component(key, Role.ATTRIBUTE, series) for key in OF_SERIES),
            *(component(key, Role.ATTRIBUTE, "O") for key in OF_OBSERVATION),
        ]
    )


def _name_of_list(coded: Codelist | None) -> str | None:
    """What names a list: SDMX-JSON refers to it by that alone, XML is written from the list."""
    return f"{MODEL}.codelist.{coded.short_urn}" if coded else None


def _metadata_component(
    content: Content, lists: dict[str, Codelist], key: str
) -> MetadataComponent:
    coded = lists.get(key)
    return MetadataComponent(
        id=key,
        concept=_identity(content, key),
        local_codes=coded,
        local_enum_ref=_name_of_list(coded),
        local_dtype=None
        if coded
        else DataType.DOUBLE
        if key in MEASURED
        else TYPES.get(key, DataType.STRING),
        array_def=ArrayBoundaries(0, None if key in ("DATA_SOURCE", *WRITTEN) else 1),
    )


def _branch(
    content: Content, concept: str, code: str, below: Iterable[HierarchicalCode] = ()
) -> HierarchicalCode:
    urn = urn_of_code(content, concept, code)
    return HierarchicalCode(id=code, urn=urn, codes=tuple(below))


def _areas_by_level(content: Content) -> tuple[HierarchicalCode, ...]:
    below: dict[str | None, list[str]] = {}
    for area in content.areas:
        below.setdefault(area["parent"], []).append(area["area"])

    def branch(area: str) -> HierarchicalCode:
        code = read_mapping().area(area)
        return _branch(content, "REF_AREA", code, map(branch, below.get(area, ())))

    return tuple(branch(area) for area in below.get(None, ()) if area in below)


def _indicators_by_group(content: Content) -> tuple[HierarchicalCode, ...]:
    def members(group: str) -> Iterable[HierarchicalCode]:
        for row in content.indicators:
            if row["indicator_group"] == group:
                yield _branch(content, "INDICATOR", row["indicator"])

    return tuple(_branch(content, "INDICATOR_GROUP", group, members(group)) for group in GROUPS)
