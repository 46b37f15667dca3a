"""What several datasets of the catalogue name: agencies, areas, terms, codes of others.

Here: each such node, drawn once. Not here: datasets and their files
(``graph``), the codes (``vocabularies.toml``). Past 200 lines because each kind of node is a few
flat lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from kinhbac.exchange.catalogue.facts import Measurement, read_vocabularies
from kinhbac.periods import Period, PeriodKind
from kinhbac.registry.declared.entries import Name
from kinhbac.registry.declared.publication import Contact, Publication
from kinhbac.registry.model import Registry
from kinhbac.words.catalogue import CODES, Words, words_of


class Terms:
    """The terms of a vocabulary, each as a node: ``DCT.title``, ``DCT["format"]``."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __getattr__(self, term: str) -> NamedNode:
        return self[term]

    def __getitem__(self, term: str) -> NamedNode:
        return NamedNode(self.address + term)


DCAT = Terms("http://www.w3.org/ns/dcat#")
DCATAP = Terms("http://data.europa.eu/r5r/")
DCTERMS = Terms("http://purl.org/dc/terms/")
DQV = Terms("http://www.w3.org/ns/dqv#")
FOAF = Terms("http://xmlns.com/foaf/0.1/")
RDF = Terms("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Terms("http://www.w3.org/2000/01/rdf-schema#")
SCHEMA = Terms("http://schema.org/")
SKOS = Terms("http://www.w3.org/2004/02/skos/core#")
SPDX = Terms("http://spdx.org/rdf/terms#")
VCARD = Terms("http://www.w3.org/2006/vcard/ns#")
XSD = Terms("http://www.w3.org/2001/XMLSchema#")
PREFIXES = {
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dct": DCTERMS,
    "dqv": DQV,
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


class Nodes:
    """Statements that grow in number; each node has a name of its own under the catalogue's address."""

    def __init__(self, registry: Registry, publication: Publication, site: str) -> None:
        self.registry, self.publication, self.site = registry, publication, site
        self.codes = read_vocabularies()
        self.prefixes: dict[str, str] = {prefix: of.address for prefix, of in PREFIXES.items()}
        self.prefixes |= self.codes["lists"] | {"here": f"{publication.address}{DOCUMENT}#"}
        self.statements: set[Triple] = set()
        self.drawn: set[NamedNode] = set()

    def measured_in(self, key: str) -> NamedNode:
        """A figure in this unit; codes of other lists than UN/CEFACT name their list.

        Of a multiple only UCUM can say of how much it is one; trade and money cannot.
        """
        unit, node = self.registry.vocabulary.units[key], self.node(f"measured-in-{key}")
        if self.first(node):
            codes = {"": unit.cefact, "UCUM:": unit.ucum, "ISO4217:": unit.currency}
            if unit.power:
                told = unit.ucum and not unit.currency
                codes = {"UCUM:": f"10*{unit.power}.{unit.ucum}" if told else None}
            self.say(
                node,
                SCHEMA.PropertyValue,
                (SCHEMA.unitText, both(unit)),
                (SCHEMA.unitCode, [Literal(f"{of}{code}") for of, code in codes.items() if code]),
            )
        return node

    def agency(self, key: str) -> NamedNode:
        """An agency as a publisher, in both languages."""
        agency, node = self.registry.agencies[key], self.node(f"agency-{key}")
        if self.first(node):
            kind = self.kind_of_publisher(self.codes["publisher"][agency.kind])
            self.say(node, FOAF.Agent, (FOAF.name, both(agency.name)), (DCTERMS.type, [kind]))
        return node

    def kind_of_publisher(self, code: str) -> NamedNode:
        """A publisher's kind, by the list of ADMS."""
        node = NamedNode(self.codes["lists"]["publisher"] + code)
        labels = told(lambda words: words.publisher_type[code])
        return self.listed(node, SKOS.Concept, SKOS.prefLabel, labels)

    def contact(self, agency: str, contact: Contact) -> NamedNode:
        """Where to ask an agency."""
        node = self.node(f"contact-{agency}")
        if self.first(node):
            tel = contact.telephone.replace(" ", "") if contact.telephone else None
            self.say(
                node,
                VCARD.Kind,
                (VCARD.fn, [Literal(self.registry.agencies[agency].name.vi, language="vi")]),
                (VCARD.hasEmail, [NamedNode(f"mailto:{contact.email}")] if contact.email else []),
                (VCARD.hasTelephone, [NamedNode(f"tel:{tel}")] if tel else []),
                (VCARD.hasURL, [NamedNode(contact.page)] if contact.page else []),
            )
        return node

    def area(self, key: str) -> NamedNode:
        """An area as a place. Its borders are not known here."""
        area, node = self.registry.areas.areas[key], self.node(f"area-{quote(key)}")
        if self.first(node):
            names = both(Name(vi=area.name_vi, en=area.name_en))
            self.say(node, DCTERMS.Location, (SKOS.prefLabel, names))
        return node

    def period(self, first: date, last: date) -> NamedNode:
        """A span of days, both included."""
        node = self.node(f"period-{first}-{last}")
        if self.first(node):
            ends = ((DCAT.startDate, [day_of(first)]), (DCAT.endDate, [day_of(last)]))
            self.say(node, DCTERMS.PeriodOfTime, *ends)
        return node

    def licence(self, key: str) -> NamedNode:
        """Terms of use: their document, or a node of ours where there is none."""
        licence = self.publication.licences[key]
        node = NamedNode(licence.document) if licence.document else self.node(f"licence-{key}")
        return self.listed(node, DCTERMS.LicenseDocument, RDFS.label, both(licence.name))

    def access(self, access: str) -> NamedNode:
        """Who may see it, by the European list."""
        node = NamedNode(self.codes["lists"]["access"] + self.codes["access"][access])
        return self.listed(
            node, DCTERMS.RightsStatement, RDFS.label, told(lambda words: words.access[access])
        )

    def provenance(self, synthetic: bool) -> NamedNode:
        """Whether figures are simulated."""
        if synthetic:
            node, labels = self.node("simulated"), told(lambda words: words.dataset.simulated)
        else:
            node, labels = self.node("real"), told(lambda words: words.dataset.real)
        return self.listed(node, DCTERMS.ProvenanceStatement, RDFS.label, labels)

    def frequency(self, kind: str) -> NamedNode:
        """How often it is told, by the European list."""
        node = NamedNode(self.codes["lists"]["frequency"] + self.codes["frequency"][kind]["code"])
        return self.listed(
            node, DCTERMS.Frequency, RDFS.label, told(lambda words: words.frequency[kind])
        )

    def language(self, code: str) -> NamedNode:
        """A language, by the European list."""
        node = NamedNode(self.codes["lists"]["language"] + self.codes["language"][code])
        return self.listed(node, DCTERMS.LinguisticSystem)

    def media_type(self, name: str) -> NamedNode:
        """A media type, by the list of IANA."""
        return self.listed(NamedNode(self.codes["lists"]["media_type"] + name), DCTERMS.MediaType)

    def file_type(self, name: str) -> NamedNode:
        """A file format, by the European list."""
        node = NamedNode(self.codes["lists"]["file_type"] + name)
        return self.listed(node, DCTERMS.MediaTypeOrExtent)

    def availability(self) -> NamedNode:
        """How long a file stays where it is."""
        node = NamedNode(self.codes["lists"]["availability"] + STABLE)
        return self.listed(
            node, SKOS.Concept, SKOS.prefLabel, [Literal(STABLE.lower(), language="en")]
        )

    def theme(self, theme: str | None) -> list[NamedNode]:
        """A theme of the European list, if there is one."""
        if theme is None:
            return []
        node = NamedNode(self.codes["lists"]["theme"] + theme)
        self.say(node, None, (SKOS.inScheme, [self.themes()]))
        return [
            self.listed(node, SKOS.Concept, SKOS.prefLabel, told(lambda words: words.theme[theme]))
        ]

    def sector(self, key: str) -> NamedNode:
        """A sector of ours, below its theme."""
        sector, node = self.registry.vocabulary.sectors[key], self.node(f"sector-{key}")
        if self.first(node):
            self.say(
                node,
                SKOS.Concept,
                (SKOS.prefLabel, both(sector)),
                (SKOS.inScheme, [self.sectors()]),
                (SKOS.broadMatch, self.theme(sector.theme)),
            )
        return node

    def sectors(self) -> NamedNode:
        """The list of our sectors."""
        titles = told(lambda words: words.themes.sectors)
        return self.listed(self.node("sectors"), SKOS.ConceptScheme, DCTERMS.title, titles)

    def themes(self) -> NamedNode:
        """The European list of themes."""
        node = NamedNode(self.codes["lists"]["theme"].rstrip("/"))
        titles = told(lambda words: words.themes.title)
        return self.listed(node, SKOS.ConceptScheme, DCTERMS.title, titles)

    def measurement(self, one: Measurement) -> NamedNode:
        """How well the source of a dataset delivered in a year, by one measure (DQV)."""
        node = self.node(f"quality-{one.source}-{one.measure}")
        if self.first(node):
            self.say(
                node,
                DQV.QualityMeasurement,
                (DQV.isMeasurementOf, [self.metric(one)]),
                (DQV.value, [Literal(repr(one.value), datatype=XSD.double)]),
                (DCTERMS.temporal, [self.period(one.year, Period(one.year, PeriodKind.YEAR).end)]),
            )
        return node

    def metric(self, one: Measurement) -> NamedNode:
        """What is measured, below the word of the national rule that it answers."""
        node = self.node(f"metric-{one.measure}")
        if self.first(node):
            self.say(
                node,
                DQV.Metric,
                (SKOS.prefLabel, told(lambda words: words.quality_measure[one.measure])),
                (SCHEMA.unitText, [Literal(one.unit, language="en")]),
                (DQV.expectedDataType, [XSD.double]),
                (DQV.inDimension, [self.dimension(one.word)]),
            )
        return node

    def dimension(self, word: str) -> NamedNode:
        """One of the six words of data."""
        return self.listed(
            self.node(f"dimension-{word}"),
            DQV.Dimension,
            SKOS.prefLabel,
            told(lambda words: words.quality_word[word]),
        )

    def page(self, path: str) -> NamedNode:
        """A page below the address of the data."""
        return self.listed(self.at(path), FOAF.Document)

    def path_of_page(self, indicator: str) -> str:
        """Where people read of an indicator."""
        path: str = self.codes["pages"]["dataset"]
        return self.site + path.format(indicator=indicator)

    def node(self, name: str) -> NamedNode:
        """A name under the address of the catalogue."""
        return NamedNode(f"{self.publication.address}{DOCUMENT}#{name}")

    def at(self, path: str) -> NamedNode:
        """A file below the address of the data."""
        return NamedNode(f"{self.publication.address}{path}")

    def first(self, node: NamedNode) -> bool:
        """Whether a node is met for the first time."""
        met = node in self.drawn
        self.drawn.add(node)
        return not met

    def listed(
        self,
        node: NamedNode,
        kind: NamedNode,
        label: NamedNode = RDFS.label,
        labels: Iterable[Literal] = (),
    ) -> NamedNode:
        """A node of a list, ours or another's: what it is and what it is called."""
        if self.first(node):
            self.say(node, kind, (label, labels))
        return node

    def say(
        self, node: NamedNode, kind: NamedNode | None, *said: tuple[NamedNode, Iterable[Any]]
    ) -> None:
        """Add what is said of a node: its kind, if that is new, and values by predicate."""
        if kind is not None:
            self.statements.add(Triple(node, RDF.type, kind))
        for predicate, values in said:
            for value in values:
                self.statements.add(Triple(node, predicate, value))


def both(name: Name) -> list[Literal]:
    """A name in both languages."""
    return [Literal(getattr(name, code), language=code) for code in CODES]


def told(word: Callable[[Words], str]) -> list[Literal]:
    """Our own words in both languages."""
    return [Literal(word(words_of(code)), language=code) for code in CODES]


def day_of(day: date) -> Literal:
    """A day as a literal."""
    return Literal(day.isoformat(), datatype=XSD.date)
