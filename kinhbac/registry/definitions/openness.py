"""Who may see an indicator, on which terms, and what outsiders would still have to ask.

Here: what follows from the declarations of indicators, sources, agencies, sectors, units and
``publication.yml`` together. Not here: their shapes (``declared.publication``), the files that
leave (``kinhbac.exchange``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kinhbac.registry.declared.publication import ACCESS, Access, Contact, Theme
from kinhbac.registry.definitions.formulas import terms_of
from kinhbac.registry.model import Registry


def strictest(accesses: Iterable[Access]) -> Access:
    """The one that lets the fewest in; open for none.

    >>> strictest(["open", "internal", "shared"])
    'internal'
    """
    return max(accesses, key=ACCESS.index, default="open")


def find_access(registry: Registry) -> dict[str, Access]:
    """Indicator → who may see it: the strictest of its own word, that of the source in whose
    folder it stands, and of everything that any of its definitions is computed from."""
    found: dict[str, Access] = {}

    def access_of(key: str) -> Access:
        if key not in found:
            indicator = registry.indicators[key]
            home = registry.sources[registry.indicator_source[key]]
            operands = {term.operand for term in terms_of(key, indicator)}
            found[key] = strictest(
                [indicator.access, home.access, *(operand_access(name) for name in operands)]
            )
        return found[key]

    def operand_access(name: str) -> Access:
        if name in registry.indicators:
            return access_of(name)
        return registry.sources[registry.element_source[name]].access

    return {key: access_of(key) for key in registry.indicators}


@dataclass(frozen=True)
class Narrowed:
    """An indicator that was declared for more people than may see what it is computed from."""

    indicator: str
    declared: Access
    access: Access


def find_narrowed(registry: Registry) -> Iterator[Narrowed]:
    """Every indicator whose own word is overruled by a stricter one."""
    for key, access in find_access(registry).items():
        declared = registry.indicators[key].access
        if declared != access:
            yield Narrowed(key, declared, access)


def licence_of(registry: Registry, indicator: str, access: Access) -> str | None:
    """The terms of use of an indicator: its own, its source's, or those of its access."""
    home = registry.sources[registry.indicator_source[indicator]]
    return registry.indicators[indicator].licence or licence_of_source(
        registry, home.source, access
    )


def licence_of_source(registry: Registry, source: str, access: Access) -> str | None:
    """The terms of use of a source's figures: its own, or those of its access."""
    given = registry.publication.licence if registry.publication else {}
    return registry.sources[source].licence or given.get(access)


def contact_of(registry: Registry, agency: str) -> Contact | None:
    """Where to ask an agency: its own contact point, or the one of the whole catalogue."""
    common = registry.publication.contact if registry.publication else None
    return registry.agencies[agency].contact or common


def theme_of(registry: Registry, indicator: str) -> Theme | None:
    """The theme of an indicator: its own, or its sector's."""
    home = registry.sources[registry.indicator_source[indicator]]
    return registry.indicators[indicator].theme or registry.vocabulary.sectors[home.sector].theme


def find_undescribed(registry: Registry, indicator: str, access: Access, day: date) -> list[str]:
    """What an outsider must know of an indicator on ``day`` and nobody declared; empty where
    nothing leaves the province."""
    if registry.publication is None:
        return []
    home = registry.sources[registry.indicator_source[indicator]]
    unit = registry.vocabulary.units[registry.indicators[indicator].unit]
    told = {
        "licence": licence_of(registry, indicator, access),
        "contact": contact_of(registry, registry.answers_for(home.source, day)),
        "theme": theme_of(registry, indicator),
        "unit_code": unit.coded,
    }
    return [name for name, word in told.items() if not word]
