"""Rules of publication: agencies, areas and licences that are named are declared.

Here: what ``publication.yml``, ``today.yml``, ``quality.yml``, sources and indicators must agree on. Not here: the
shapes of the files (``declared``), who may see what (``definitions.openness``).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.problems import Problem
from kinhbac.registry.files import PUBLICATION_FILE, QUALITY_FILE, TODAY_FILE
from kinhbac.registry.model import Registry
from kinhbac.registry.rules.names import find_unknown


def find_breaches_of_publication(registry: Registry) -> Iterator[Problem]:
    """Every licence, agency and area that is named for publication and not declared."""
    for key, source in registry.sources.items():
        if source.licence:
            document = registry.document(key, "source")
            yield from find_unknown(registry, document, ("licence",), "licence", source.licence)
    for key, indicator in registry.indicators.items():
        if indicator.licence:
            document = registry.document(registry.indicator_source[key], "indicators")
            at = (key, "licence")
            yield from find_unknown(registry, document, at, "licence", indicator.licence)
    if registry.weighing.decided_by:
        document = registry.documents[f"{registry.folder.name}/{TODAY_FILE}"]
        named = registry.weighing.decided_by
        yield from find_unknown(registry, document, ("decided_by",), "agency", named)
    yield from _of_assessment(registry)
    if registry.publication is None:
        return
    publication = registry.publication
    document = registry.documents[f"{registry.folder.name}/{PUBLICATION_FILE}"]
    for word, named_in, name in (
        ("agency", "publisher", publication.publisher),
        ("area", "area", publication.area),
    ):
        yield from find_unknown(registry, document, (named_in,), word, name)
    for access, licence in publication.licence.items():
        yield from find_unknown(registry, document, ("licence", access), "licence", licence)


def _of_assessment(registry: Registry) -> Iterator[Problem]:
    rules = registry.assessment
    if rules is None:
        return
    document = registry.documents[f"{registry.folder.name}/{QUALITY_FILE}"]
    if rules.decided_by:
        yield from find_unknown(registry, document, ("decided_by",), "agency", rules.decided_by)
    for key, criterion in rules.criteria.items():
        for number, told in enumerate(criterion.told):
            at = ("criteria", key, "told", number)
            yield from find_unknown(registry, document, (*at, "by"), "agency", told.by)
            if told.source not in registry.sources:
                folders = f"{registry.folder.name}/*/source.yml"
                yield document.unknown((*at, "source"), "source", told.source, folders)
