"""The code lists: areas, indicators, units, states, groups and the rest.

Here: the codes of each list and what they are called. Not here: which concept has which list
(``components``), the other artefacts (``structures``).

A list of the SDMX secretariat is named as its own, with the codes that are used here (a partial
list, as SDMX calls it); lists of the province keep the keys of the registry as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from pysdmx.model import Annotation, Code, Codelist

from kinhbac.exchange.sdmx.components import LISTS, SECRETARIAT, WHOLE
from kinhbac.exchange.sdmx.content import Content, Row
from kinhbac.exchange.sdmx.mapping import read_mapping
from kinhbac.exchange.sdmx.names import Names
from kinhbac.forms.sentences import say
from kinhbac.registry import Registry
from kinhbac.registry.declared.entries import GROUPS, Name
from kinhbac.registry.declared.limits import Direction
from kinhbac.registry.declared.vocabulary import Power

MOST_DECIMALS = 6
"""To which an indicator may round."""
Codes = Iterable[tuple[str, Name]]


def describe_lists(registry: Registry, content: Content, names: Names) -> dict[str, Codelist]:
    """Concept → its list; ``names`` receives what lists and codes are called."""
    versions = read_mapping().versions
    validity = {_code_of(area): _validity(area) for area in content.areas}
    lists = {}
    for concept, key in LISTS.items():
        official = key in versions
        lists[concept] = Codelist(
            id=key,
            name=names.mark(say(f"sdmx_list.{key}")),
            agency=SECRETARIAT if official else content.maintainer,
            version=versions[key] if official else versions["own"],
            is_partial=official,
            items=tuple(
                Code(id=code, name=names.mark(name), annotations=validity.get(code, ()))
                for code, name in _codes_of(concept, registry, content)
            ),
        )
    return lists


def _codes_of(concept: str, registry: Registry, content: Content) -> Codes:
    match concept:
        case "REF_AREA":
            return [(_code_of(area), _name_of(area)) for area in content.areas]
        case "INDICATOR":
            return [(row["indicator"], _name_of(row)) for row in content.indicators]
        case "BREAKDOWN":
            return _categories(registry)
        case "UNIT_MEASURE":
            return _units(registry)
        case "SECTOR":
            return registry.vocabulary.sectors.items()
        case "OWNER":
            return [(key, agency.name) for key, agency in registry.agencies.items()]
        case "DATA_SOURCE":
            return [(key, source.name) for key, source in registry.sources.items()]
        case _:
            return _fixed_codes(concept)


def _fixed_codes(concept: str) -> Codes:
    """Codes that no registry chooses."""
    mapping = read_mapping()
    states = mapping.states.values()
    match concept:
        case "FREQ":
            return [(code, say(f"sdmx_frequency.{code}")) for code in mapping.frequencies.values()]
        case "OBS_STATUS":
            used = dict.fromkeys((*(s.obs_status for s in states), *mapping.vintages.values()))
            return [(code, say(f"sdmx_status.{code}")) for code in used]
        case "CONF_STATUS":
            used = dict.fromkeys(state.conf_status for state in states)
            return [(code, say(f"sdmx_confidentiality.{code}")) for code in used]
        case "UNIT_MULT":
            return [(str(n), say(f"sdmx_multiplier.{n}")) for n in get_args(Power)]
        case "DECIMALS":
            return [(str(n), say(f"sdmx_decimals.{n}")) for n in range(MOST_DECIMALS + 1)]
        case "DIRECTION":
            return [(key, say(f"direction.{key}")) for key in get_args(Direction)]
        case "INDICATOR_GROUP":
            return [(key, say(f"group.{key}")) for key in GROUPS]
        case _:
            raise KeyError(concept)


def _units(registry: Registry) -> Codes:
    """The measures of all units: a unit itself, or what it is a multiple of."""
    vocabulary = registry.vocabulary
    measures = dict.fromkeys(vocabulary.measured(unit)[0] for unit in vocabulary.units)
    return [(measure, vocabulary.units[measure]) for measure in measures]


def _categories(registry: Registry) -> Iterator[tuple[str, Name]]:
    yield WHOLE, say("sdmx.whole")
    for key, breakdown in registry.vocabulary.breakdowns.items():
        for category, name in breakdown.categories.items():
            told = Name(vi=f"{breakdown.name.vi}: {name.vi}", en=f"{breakdown.name.en}: {name.en}")
            # No key has a hyphen, so the code is nobody else's.
            yield f"{key}-{category}", told


def _code_of(area: Row) -> str:
    return read_mapping().area(area["area"])


def _name_of(row: Row) -> Name:
    return Name(vi=row["name_vi"], en=row["name_en"] or row["name_vi"])


def _validity(area: Row) -> tuple[Annotation, ...]:
    """From when to when the area stands, as an interval of ISO 8601; open ends are dots."""
    first, last = area["valid_from"], area["valid_to"]
    if not (first or last):
        return ()
    return (Annotation(type="VALIDITY", title=f"{first or '..'}/{last or '..'}"),)
