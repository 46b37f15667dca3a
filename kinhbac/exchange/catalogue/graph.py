"""The catalogue as a graph: datasets, their files and the service that answers about them.

Here: facts in the terms of DCAT-AP. Not here: the facts (``facts``), what several datasets name
(``nodes``), files (``files``). No node is nameless, so that two nights write the same graph and
others can refer to each part of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from kinhbac.exchange.catalogue.facts import Dataset, File
from kinhbac.exchange.catalogue.nodes import (
    DCAT,
    DCATAP,
    DCTERMS,
    DQV,
    FOAF,
    SCHEMA,
    SPDX,
    XSD,
    Nodes,
    both,
    day_of,
    told,
)
from kinhbac.registry.declared.publication import Publication
from kinhbac.registry.definitions.openness import contact_of, strictest
from kinhbac.registry.model import Registry
from kinhbac.words.catalogue import CODES, words_of


def draw_catalogue(
    registry: Registry, publication: Publication, datasets: Sequence[Dataset], site: str
) -> Nodes:
    """The catalogue of ``datasets``, whose pages lie below ``site``, without a nameless node."""
    drawing = _Drawing(registry, publication, site)
    drawing.draw(datasets)
    return drawing


class _Drawing(Nodes):
    """What the catalogue lists, drawn around what its parts share."""

    def draw(self, datasets: Sequence[Dataset]) -> None:
        """The catalogue itself, then all that it lists."""
        said, catalogue = self.publication, self.node("catalogue")
        days = [day for one in datasets for day in (one.issued, one.modified) if day]
        terms = said.licence.get(strictest(one.access for one in datasets))
        self.say(
            catalogue,
            DCAT.Catalog,
            (DCTERMS.title, both(said.name)),
            (DCTERMS.description, both(said.description)),
            (DCTERMS.publisher, [self.agency(said.publisher)]),
            (DCTERMS.spatial, [self.area(said.area)]),
            (DCTERMS.language, [self.language(code) for code in CODES]),
            (FOAF.homepage, [self.page(f"{self.site}{self.codes['pages']['home']}")]),
            (DCTERMS.license, [self.licence(terms)] if terms else []),
            (DCTERMS.issued, [day_of(min(days))] if days else []),
            (DCTERMS.modified, [day_of(max(days))] if days else []),
            (DCAT.themeTaxonomy, [self.themes(), self.sectors()]),
            (DCAT.dataset, [self._dataset(one) for one in datasets]),
        )
        if said.service and datasets:
            self.say(catalogue, None, (DCAT.service, [self._service(datasets)]))

    def _dataset(self, one: Dataset) -> NamedNode:
        indicator = self.registry.indicators[one.indicator]
        home = self.registry.sources[self.registry.indicator_source[one.indicator]]
        codes = self.codes["frequency"][indicator.frequency.value]
        node = self.node(one.indicator)
        self.say(
            node,
            DCAT.Dataset,
            (DCTERMS.title, both(indicator.name)),
            (DCTERMS.description, self._description(one)),
            (DCTERMS.identifier, [Literal(one.indicator)]),
            (DCAT.keyword, self._keywords(one.indicator)),
            (DCTERMS.publisher, [self.agency(one.owner)]),
            (DCAT.contactPoint, [self.contact(one.owner, one.contact)] if one.contact else []),
            (DCAT.theme, [self.sector(home.sector), *self.theme(one.theme)]),
            (DCTERMS.spatial, [self.area(self.publication.area)]),
            (DCTERMS.temporal, [self.period(*one.covers)] if one.covers else []),
            (DCTERMS.accrualPeriodicity, [self.frequency(indicator.frequency.value)]),
            (DCAT.temporalResolution, [Literal(codes["resolution"], datatype=XSD.duration)]),
            (DCTERMS.accessRights, [self.access(one.access)]),
            (DCTERMS.provenance, [self.provenance(one.synthetic)]),
            (DCTERMS.issued, [day_of(one.issued)] if one.issued else []),
            (DCTERMS.modified, [day_of(one.modified)] if one.modified else []),
            (SCHEMA.variableMeasured, [self.measured_in(indicator.unit)]),
            (DCAT.landingPage, [self.page(self.path_of_page(one.indicator))]),
            (DQV.hasQualityMeasurement, [self.measurement(measured) for measured in one.quality]),
            (DCAT.distribution, [self._distribution(one, file) for file in one.files]),
        )
        return node

    def _distribution(self, one: Dataset, file: File) -> NamedNode:
        node = self.node(f"{one.indicator}-{file.kind}")
        codes, address = self.codes["distribution"][file.kind], self.at(file.path)
        compressed = codes.get("compressed")
        self.say(
            node,
            DCAT.Distribution,
            (DCTERMS.description, told(lambda words: words.distribution[file.kind])),
            (DCAT.accessURL, [address]),
            (DCAT.downloadURL, [address]),
            (DCAT.mediaType, [self.media_type(codes["media_type"])]),
            (DCTERMS["format"], [self.file_type(codes["file_type"])]),
            (DCAT.compressFormat, [self.media_type(compressed)] if compressed else []),
            (DCAT.byteSize, [Literal(str(file.size), datatype=XSD.nonNegativeInteger)]),
            (SPDX.checksum, [self._checksum(one, file)]),
            (DCTERMS.license, [self.licence(one.licence)] if one.licence else []),
            (DCATAP.availability, [self.availability()]),
            (DCTERMS.modified, [day_of(one.modified)] if one.modified else []),
        )
        return node

    def _checksum(self, one: Dataset, file: File) -> NamedNode:
        node = self.node(f"{one.indicator}-{file.kind}-sha256")
        self.say(
            node,
            SPDX.Checksum,
            (SPDX.algorithm, [SPDX.checksumAlgorithm_sha256]),
            (SPDX.checksumValue, [Literal(file.sha256, datatype=XSD.hexBinary)]),
        )
        return node

    def _service(self, datasets: Sequence[Dataset]) -> NamedNode:
        service = self.publication.service
        assert service, "only a declared service is drawn"
        publisher = self.publication.publisher
        contact = contact_of(self.registry, publisher)
        node = self.node("service")
        self.say(
            node,
            DCAT.DataService,
            (DCTERMS.title, told(lambda words: words.dataset.service)),
            (DCAT.keyword, both(self.publication.name)),
            (DCAT.theme, [theme for one in datasets for theme in self.theme(one.theme)]),
            (DCAT.endpointURL, [NamedNode(service.address)]),
            (DCAT.endpointDescription, [NamedNode(service.description)]),
            (DCTERMS.publisher, [self.agency(publisher)]),
            (DCAT.contactPoint, [self.contact(publisher, contact)] if contact else []),
            (DCTERMS.accessRights, [self.access(strictest(one.access for one in datasets))]),
            (DCAT.servesDataset, [self.node(one.indicator) for one in datasets]),
        )
        return node

    def _description(self, one: Dataset) -> list[Literal]:
        indicator = self.registry.indicators[one.indicator]
        unit = self.registry.vocabulary.units[indicator.unit]
        owner = self.registry.agencies[one.owner]
        texts = []
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
            purpose = getattr(indicator.purpose, code)
            said = filter(None, [*simulated, text, purpose])
            texts.append(Literal(" ".join(said), language=code))
        return texts

    def _keywords(self, key: str) -> list[Literal]:
        indicator = self.registry.indicators[key]
        sector = self.registry.vocabulary.sectors[
            self.registry.sources[self.registry.indicator_source[key]].sector
        ]
        return [
            Literal(word, language=code)
            for code in CODES
            for word in (
                getattr(sector, code),
                words_of(code).group[indicator.group],
                *getattr(indicator.keywords, code),
            )
        ]
