"""The catalogue as a graph: datasets, their files, who answers for them, on which terms.

Here: facts in the terms of DCAT-AP. Not here: the facts (``facts``), the codes of others
(``vocabularies.toml``), files (``files``). Every node has a name of its own under the catalogue's
address, so that two nights write the same graph and others can refer to each part of it. It imports
rdflib, which takes a quarter of a second: it is imported when a catalogue is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD

from kinhbac.exchange.catalogue.facts import Dataset, File, read_vocabularies
from kinhbac.registry.declared.entries import Name
from kinhbac.registry.declared.publication import Contact, Publication
from kinhbac.registry.definitions.openness import contact_of, strictest
from kinhbac.registry.model import Registry
from kinhbac.words.catalogue import CODES, Words, words_of

DCATAP = Namespace("http://data.europa.eu/r5r/")
SCHEMA = Namespace("http://schema.org/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
PREFIXES = {
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dct": DCTERMS,
    "foaf": FOAF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "skos": SKOS,
    "spdx": SPDX,
    "vcard": VCARD,
    "xsd": XSD,
}
DOCUMENT = "catalogue"
"""The address of the catalogue below that of the data: names in it belong to no one file."""
STABLE = "STABLE"
"""A release stays as it is, and stays there."""


def draw_catalogue(
    registry: Registry, publication: Publication, datasets: Sequence[Dataset]
) -> Graph:
    """The catalogue of ``datasets`` as a graph without a nameless node."""
    drawing = _Drawing(registry, publication)
    drawing.draw(datasets)
    return drawing.graph


class _Drawing:
    """A graph that grows; what several datasets name is drawn once."""

    def __init__(self, registry: Registry, publication: Publication) -> None:
        self.registry, self.publication = registry, publication
        self.graph = Graph(bind_namespaces="none")
        self.codes = read_vocabularies()
        for prefix, namespace in (PREFIXES | self.codes["lists"]).items():
            self.graph.bind(prefix, namespace)
        self.graph.bind("here", f"{publication.address}{DOCUMENT}#")
        self.drawn: set[URIRef] = set()

    def draw(self, datasets: Sequence[Dataset]) -> None:
        """The catalogue itself, then all that it lists."""
        said, catalogue = self.publication, self._node("catalogue")
        days = [day for one in datasets for day in (one.issued, one.modified) if day]
        terms = said.licence.get(strictest(one.access for one in datasets))
        self._say(
            catalogue,
            DCAT.Catalog,
            (DCTERMS.title, _both(said.name)),
            (DCTERMS.description, _both(said.description)),
            (DCTERMS.publisher, [self._agency(said.publisher)]),
            (DCTERMS.spatial, [self._area(said.area)]),
            (DCTERMS.language, [self._language(code) for code in CODES]),
            (FOAF.homepage, [self._page(self.codes["pages"]["home"])]),
            (DCTERMS.license, [self._licence(terms)] if terms else []),
            (DCTERMS.issued, [_day(min(days))] if days else []),
            (DCTERMS.modified, [_day(max(days))] if days else []),
            (DCAT.themeTaxonomy, [self._themes(), self._sectors()]),
            (DCAT.dataset, [self._dataset(one) for one in datasets]),
        )
        if said.service and datasets:
            self._say(catalogue, None, (DCAT.service, [self._service(datasets)]))

    def _dataset(self, one: Dataset) -> URIRef:
        indicator = self.registry.indicators[one.indicator]
        home = self.registry.sources[self.registry.indicator_source[one.indicator]]
        codes = self.codes["frequency"][indicator.frequency.value]
        node = self._node(one.indicator)
        self._say(
            node,
            DCAT.Dataset,
            (DCTERMS.title, _both(indicator.name)),
            (DCTERMS.description, self._description(one)),
            (DCTERMS.identifier, [Literal(one.indicator)]),
            (DCAT.keyword, self._keywords(one.indicator)),
            (DCTERMS.publisher, [self._agency(one.owner)]),
            (DCAT.contactPoint, [self._contact(one.owner, one.contact)] if one.contact else []),
            (DCAT.theme, [self._sector(home.sector), *self._theme(one.theme)]),
            (DCTERMS.spatial, [self._area(self.publication.area)]),
            (DCTERMS.temporal, [self._period(*one.covers)] if one.covers else []),
            (DCTERMS.accrualPeriodicity, [self._frequency(indicator.frequency.value)]),
            (DCAT.temporalResolution, [Literal(codes["resolution"], datatype=XSD.duration)]),
            (DCTERMS.accessRights, [self._access(one.access)]),
            (DCTERMS.provenance, [self._provenance(one.synthetic)]),
            (DCTERMS.issued, [_day(one.issued)] if one.issued else []),
            (DCTERMS.modified, [_day(one.modified)] if one.modified else []),
            (SCHEMA.variableMeasured, [self._measured_in(indicator.unit)]),
            (DCAT.landingPage, [self._page(self._path_of_page(one.indicator))]),
            (DCAT.distribution, [self._distribution(one, file) for file in one.files]),
        )
        return node

    def _distribution(self, one: Dataset, file: File) -> URIRef:
        node = self._node(f"{one.indicator}-{file.kind}")
        codes, address = self.codes["distribution"][file.kind], self._at(file.path)
        compressed = codes.get("compressed")
        self._say(
            node,
            DCAT.Distribution,
            (DCTERMS.description, _told(lambda words: words.distribution[file.kind])),
            (DCAT.accessURL, [address]),
            (DCAT.downloadURL, [address]),
            (DCAT.mediaType, [self._media_type(codes["media_type"])]),
            (DCTERMS["format"], [self._file_type(codes["file_type"])]),
            (DCAT.compressFormat, [self._media_type(compressed)] if compressed else []),
            (DCAT.byteSize, [Literal(file.size, datatype=XSD.nonNegativeInteger)]),
            (SPDX.checksum, [self._checksum(one, file)]),
            (DCTERMS.license, [self._licence(one.licence)] if one.licence else []),
            (DCATAP.availability, [self._availability()]),
            (DCTERMS.modified, [_day(one.modified)] if one.modified else []),
        )
        return node

    def _checksum(self, one: Dataset, file: File) -> URIRef:
        node = self._node(f"{one.indicator}-{file.kind}-sha256")
        self._say(
            node,
            SPDX.Checksum,
            (SPDX.algorithm, [SPDX.checksumAlgorithm_sha256]),
            (SPDX.checksumValue, [Literal(file.sha256, datatype=XSD.hexBinary)]),
        )
        return node

    def _service(self, datasets: Sequence[Dataset]) -> URIRef:
        service = self.publication.service
        assert service, "only a declared service is drawn"
        publisher = self.publication.publisher
        contact = contact_of(self.registry, publisher)
        node = self._node("service")
        self._say(
            node,
            DCAT.DataService,
            (DCTERMS.title, _told(lambda words: words.dataset.service)),
            (DCAT.keyword, _both(self.publication.name)),
            (DCAT.theme, [theme for one in datasets for theme in self._theme(one.theme)]),
            (DCAT.endpointURL, [URIRef(service.address)]),
            (DCAT.endpointDescription, [URIRef(service.description)]),
            (DCTERMS.publisher, [self._agency(publisher)]),
            (DCAT.contactPoint, [self._contact(publisher, contact)] if contact else []),
            (DCTERMS.accessRights, [self._access(strictest(one.access for one in datasets))]),
            (DCAT.servesDataset, [self._node(one.indicator) for one in datasets]),
        )
        return node

    def _description(self, one: Dataset) -> list[Literal]:
        indicator = self.registry.indicators[one.indicator]
        unit, owner = (
            self.registry.vocabulary.units[indicator.unit],
            self.registry.agencies[one.owner],
        )
        told = []
        for code in CODES:
            words = words_of(code)
            text = words.dataset.described.format(
                name=getattr(indicator.name, code),
                formula=one.formula,
                unit=getattr(unit, code),
                frequency=words.frequency[indicator.frequency.value],
                owner=getattr(owner.name, code),
            )
            simulated = [words.dataset.simulated] if one.synthetic else []
            # What an indicator is for is declared in one language.
            purpose = [indicator.purpose] if code == "en" else []
            told.append(Literal(" ".join([*simulated, text, *purpose]), lang=code))
        return told

    def _keywords(self, key: str) -> list[Literal]:
        indicator = self.registry.indicators[key]
        sector = self.registry.vocabulary.sectors[
            self.registry.sources[self.registry.indicator_source[key]].sector
        ]
        return [
            Literal(word, lang=code)
            for code in CODES
            for word in (
                getattr(sector, code),
                words_of(code).group[indicator.group],
                *getattr(indicator.keywords, code),
            )
        ]

    def _measured_in(self, key: str) -> URIRef:
        """A figure in this unit; codes of other lists than UN/CEFACT name their list."""
        unit, node = self.registry.vocabulary.units[key], self._node(f"measured-in-{key}")
        if self._first(node):
            codes = {"": unit.cefact, "UCUM:": unit.ucum, "ISO4217:": unit.currency}
            self._say(
                node,
                SCHEMA.PropertyValue,
                (SCHEMA.unitText, _both(unit)),
                (SCHEMA.unitCode, [Literal(f"{of}{code}") for of, code in codes.items() if code]),
            )
        return node

    def _agency(self, key: str) -> URIRef:
        agency, node = self.registry.agencies[key], self._node(f"agency-{key}")
        if self._first(node):
            kind = self._kind_of_publisher(self.codes["publisher"][agency.kind])
            self._say(node, FOAF.Agent, (FOAF.name, _both(agency.name)), (DCTERMS.type, [kind]))
        return node

    def _kind_of_publisher(self, code: str) -> URIRef:
        node = URIRef(self.codes["lists"]["publisher"] + code)
        labels = _told(lambda words: words.publisher_type[code])
        return self._listed(node, SKOS.Concept, SKOS.prefLabel, labels)

    def _contact(self, agency: str, contact: Contact) -> URIRef:
        node = self._node(f"contact-{agency}")
        if self._first(node):
            tel = contact.telephone.replace(" ", "") if contact.telephone else None
            self._say(
                node,
                VCARD.Kind,
                (VCARD.fn, [Literal(self.registry.agencies[agency].name.vi, lang="vi")]),
                (VCARD.hasEmail, [URIRef(f"mailto:{contact.email}")] if contact.email else []),
                (VCARD.hasTelephone, [URIRef(f"tel:{tel}")] if tel else []),
                (VCARD.hasURL, [URIRef(contact.page)] if contact.page else []),
            )
        return node

    def _area(self, key: str) -> URIRef:
        area, node = self.registry.areas.areas[key], self._node(f"area-{key}")
        if self._first(node):
            names = _both(Name(vi=area.name_vi, en=area.name_en))
            self._say(node, DCTERMS.Location, (SKOS.prefLabel, names))
        return node

    def _period(self, first: date, last: date) -> URIRef:
        node = self._node(f"period-{first}-{last}")
        if self._first(node):
            ends = ((DCAT.startDate, [_day(first)]), (DCAT.endDate, [_day(last)]))
            self._say(node, DCTERMS.PeriodOfTime, *ends)
        return node

    def _licence(self, key: str) -> URIRef:
        licence = self.publication.licences[key]
        node = URIRef(licence.document) if licence.document else self._node(f"licence-{key}")
        return self._listed(node, DCTERMS.LicenseDocument, RDFS.label, _both(licence.name))

    def _access(self, access: str) -> URIRef:
        node = URIRef(self.codes["lists"]["access"] + self.codes["access"][access])
        return self._listed(
            node, DCTERMS.RightsStatement, RDFS.label, _told(lambda words: words.access[access])
        )

    def _provenance(self, synthetic: bool) -> URIRef:
        if synthetic:
            node, labels = self._node("simulated"), _told(lambda words: words.dataset.simulated)
        else:
            node, labels = self._node("real"), _told(lambda words: words.dataset.real)
        return self._listed(node, DCTERMS.ProvenanceStatement, RDFS.label, labels)

    def _frequency(self, kind: str) -> URIRef:
        node = URIRef(self.codes["lists"]["frequency"] + self.codes["frequency"][kind]["code"])
        return self._listed(
            node, DCTERMS.Frequency, RDFS.label, _told(lambda words: words.frequency[kind])
        )

    def _language(self, code: str) -> URIRef:
        node = URIRef(self.codes["lists"]["language"] + self.codes["language"][code])
        return self._listed(node, DCTERMS.LinguisticSystem)

    def _media_type(self, name: str) -> URIRef:
        return self._listed(URIRef(self.codes["lists"]["media_type"] + name), DCTERMS.MediaType)

    def _file_type(self, name: str) -> URIRef:
        node = URIRef(self.codes["lists"]["file_type"] + name)
        return self._listed(node, DCTERMS.MediaTypeOrExtent)

    def _availability(self) -> URIRef:
        node = URIRef(self.codes["lists"]["availability"] + STABLE)
        return self._listed(
            node, SKOS.Concept, SKOS.prefLabel, [Literal(STABLE.lower(), lang="en")]
        )

    def _theme(self, theme: str | None) -> list[URIRef]:
        if theme is None:
            return []
        node = URIRef(self.codes["lists"]["theme"] + theme)
        self._say(node, None, (SKOS.inScheme, [self._themes()]))
        return [
            self._listed(
                node, SKOS.Concept, SKOS.prefLabel, _told(lambda words: words.theme[theme])
            )
        ]

    def _sector(self, key: str) -> URIRef:
        sector, node = self.registry.vocabulary.sectors[key], self._node(f"sector-{key}")
        if self._first(node):
            self._say(
                node,
                SKOS.Concept,
                (SKOS.prefLabel, _both(sector)),
                (SKOS.inScheme, [self._sectors()]),
                (SKOS.broadMatch, self._theme(sector.theme)),
            )
        return node

    def _sectors(self) -> URIRef:
        titles = _told(lambda words: words.themes.sectors)
        return self._listed(self._node("sectors"), SKOS.ConceptScheme, DCTERMS.title, titles)

    def _themes(self) -> URIRef:
        node = URIRef(self.codes["lists"]["theme"].rstrip("/"))
        titles = _told(lambda words: words.themes.title)
        return self._listed(node, SKOS.ConceptScheme, DCTERMS.title, titles)

    def _page(self, path: str) -> URIRef:
        return self._listed(self._at(path), FOAF.Document)

    def _path_of_page(self, indicator: str) -> str:
        path: str = self.codes["pages"]["dataset"]
        return path.format(indicator=indicator)

    def _node(self, name: str) -> URIRef:
        return URIRef(f"{self.publication.address}{DOCUMENT}#{name}")

    def _at(self, path: str) -> URIRef:
        return URIRef(f"{self.publication.address}{path}")

    def _first(self, node: URIRef) -> bool:
        """Whether a node is met for the first time."""
        met = node in self.drawn
        self.drawn.add(node)
        return not met

    def _listed(
        self,
        node: URIRef,
        kind: URIRef,
        label: URIRef = RDFS.label,
        labels: Iterable[Literal] = (),
    ) -> URIRef:
        """A node of a list, ours or another's: what it is and what it is called."""
        if self._first(node):
            self._say(node, kind, (label, labels))
        return node

    def _say(self, node: URIRef, kind: URIRef | None, *said: tuple[URIRef, Iterable[Any]]) -> None:
        if kind is not None:
            self.graph.add((node, RDF.type, kind))
        for predicate, values in said:
            for value in values:
                self.graph.add((node, predicate, value))


def _both(name: Name) -> list[Literal]:
    return [Literal(getattr(name, code), lang=code) for code in CODES]


def _told(word: Callable[[Words], str]) -> list[Literal]:
    return [Literal(word(words_of(code)), lang=code) for code in CODES]


def _day(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=XSD.date)
