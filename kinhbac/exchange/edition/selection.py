"""What of a release is open: a database and a registry that hold nothing else.

Here: which indicators, areas, cells and names everybody may have, decided once. Not here: writing
them (``writing``). Whatever is made of a selection cannot tell more than it was given.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import duckdb
from pydantic import BaseModel

from kinhbac.data_folder import hash_of_code
from kinhbac.database import attach, write_warehouse
from kinhbac.queries import read_queries
from kinhbac.registry import Registry
from kinhbac.registry.areas.atlas import Areas
from kinhbac.registry.declared.publication import Opening, Publication
from kinhbac.registry.definitions.formulas import terms_of
from kinhbac.registry.definitions.openness import find_access

CUTS = read_queries(__file__)
"""What is cut out, one after another."""
BEFORE = ("state outside", "figure outside", "chosen", "places")
"""What the cuts go by; every other one is a table of its name."""
OF_EVERY_RELEASE = "release_info"
"""Another one with every release, whether or not anything open is."""
Value = TypeVar("Value")


@dataclass(frozen=True)
class Selection:
    """What is open of one release.

    ``registry`` knows the open indicators, what they are computed from and who answers for them;
    ``warehouse`` their cells. ``made_of`` is the same for another release of which the same is open.
    """

    registry: Registry
    publication: Publication
    warehouse: Path
    indicators: tuple[str, ...]
    made_of: str


def select_open(
    registry: Registry, publication: Publication, opening: Opening, sealed: Path, warehouse: Path
) -> Selection:
    """Cut what is open out of ``sealed``, the database of a release, into a new ``warehouse``."""
    found = [key for key, access in find_access(registry).items() if access == "open"]
    given = {"open": found, "kinds": sorted(opening.area_kinds), "simulated": opening.simulated}
    with write_warehouse(warehouse) as connection:
        attach(connection, "sealed", sealed)
        for cut in CUTS.values():
            connection.execute(
                cut, {name: said for name, said in given.items() if f"${name}" in cut}
            )
        connection.execute("detach sealed")
        keys = connection.execute("select indicator from indicators order by 1").fetchall()
        used = connection.execute("select distinct breakdown from breakdown_values").fetchall()
        tables = [name for name in CUTS if name not in (*BEFORE, OF_EVERY_RELEASE)]
        rows = [_hash_of_rows(connection, table) for table in tables]
    indicators = tuple(key for (key,) in keys)
    own = publication.model_copy(update={"address": opening.address})
    kept = _restrict(registry, own, indicators, {breakdown for (breakdown,) in used})
    return Selection(kept, own, warehouse, indicators, _hash(kept, own, rows))


def _hash_of_rows(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[object, ...]:
    """The same for the same rows: no two of them are alike, so none cancels another."""
    [row] = connection.execute(
        f"select count(*), bit_xor(md5_number(told::varchar)) from {table} as told"
    ).fetchall()
    return tuple(row)


def _restrict(
    registry: Registry,
    publication: Publication,
    open_ones: Collection[str],
    breakdowns: Collection[str],
) -> Registry:
    """The registry as if it declared the open indicators, what they rest on, and no more. Of its
    areas the catalogue names one; which others there are, the database says."""
    kept: set[str] = set()
    waiting, sources = list(open_ones), set()
    while waiting:
        key = waiting.pop()
        if key in kept:
            continue
        kept.add(key)
        sources.add(registry.indicator_source[key])
        for term in terms_of(key, registry.indicators[key]):
            if term.operand in registry.indicators:
                waiting.append(term.operand)
            else:
                sources.add(registry.element_source[term.operand])
    owners = {owner.agency for name in sources for owner in registry.sources[name].owner}
    vocabulary = registry.vocabulary
    sectors = {registry.sources[name].sector for name in sources}
    units = {registry.indicators[key].unit for key in kept}
    units |= {vocabulary.measured(unit)[0] for unit in units}
    return replace(
        registry,
        agencies=_only(registry.agencies, owners | {publication.publisher}),
        vocabulary=vocabulary.model_copy(
            update={
                "sectors": _only(vocabulary.sectors, sectors),
                "units": _only(vocabulary.units, units),
                "breakdowns": _only(vocabulary.breakdowns, breakdowns),
            }
        ),
        sources=_only(registry.sources, sources),
        indicators=_only(registry.indicators, kept),
        indicator_source=_only(registry.indicator_source, kept),
        areas=Areas(areas=_only(registry.areas.areas, {publication.area}), codes=()),
        rounds={},
        needs={},
        methods={},
        corrections={},
        responses={},
        publication=publication,
        documents={},
    )


def _only(declared: dict[str, Value], kept: Collection[str]) -> dict[str, Value]:
    return {key: value for key, value in declared.items() if key in kept}


def _hash(registry: Registry, publication: Publication, rows: list[tuple[object, ...]]) -> str:
    """A fingerprint of all that an edition is made of, but the day."""
    declared: list[dict[str, BaseModel]] = [
        dict(registry.agencies),
        dict(registry.sources),
        dict(registry.indicators),
        {"vocabulary": registry.vocabulary, "publication": publication},
    ]
    said = [f"{key} {value.model_dump_json()}" for part in declared for key, value in part.items()]
    return sha256("\n".join([hash_of_code(), *map(str, rows), *said]).encode()).hexdigest()
