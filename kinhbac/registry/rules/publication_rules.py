"""Rules of publication: agencies, areas and licences that are named are declared.

Here: what ``publication.yml``, sources and indicators must agree on. Not here: the shape of the
file (``declared.publication``), who may see what (``definitions.openness``).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.problems import Problem
from kinhbac.registry.files import PUBLICATION_FILE
from kinhbac.registry.model import Registry


def find_breaches_of_publication(registry: Registry) -> Iterator[Problem]:
    """Every licence, agency and area that is named for publication and not declared."""
    licences = registry.publication.licences if registry.publication else {}
    for key, source in registry.sources.items():
        if source.licence and source.licence not in licences:
            document = registry.document(key, "source")
            yield document.unknown(("licence",), "licence", source.licence, PUBLICATION_FILE)
    for key, indicator in registry.indicators.items():
        if indicator.licence and indicator.licence not in licences:
            document = registry.document(registry.indicator_source[key], "indicators")
            yield document.unknown((key, "licence"), "licence", indicator.licence, PUBLICATION_FILE)
    if registry.publication is None:
        return
    publication = registry.publication
    document = registry.documents[f"{registry.folder.name}/{PUBLICATION_FILE}"]
    if publication.publisher not in registry.agencies:
        yield document.unknown(("publisher",), "agency", publication.publisher, "agencies.yml")
    if publication.area not in registry.areas.areas:
        yield document.unknown(("area",), "area", publication.area, "areas.csv")
    for access, licence in publication.licence.items():
        if licence not in licences:
            yield document.unknown(("licence", access), "licence", licence, PUBLICATION_FILE)
