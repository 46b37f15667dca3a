"""A source's contract as a document of the Open Data Contract Standard.

Here: owner by date, schema, quality, service level, terms, and what the standard has no field for
as custom properties, so that nothing is lost on the way back (``draft``). Not here: columns
(``columns``). The standard has one language a field: names are Vietnamese, English stands in
``nameEn`` and in the descriptions of columns. Past 200 lines because each part of a document is a
few flat lines, read from top to bottom.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from kinhbac.database import read_warehouse
from kinhbac.exchange.contracts.columns import describe_columns, describe_counted
from kinhbac.exchange.contracts.terms import API_VERSION, beside, customs, read_terms
from kinhbac.registry.declared.contract import ContractCheck, Source
from kinhbac.registry.definitions.openness import contact_of, licence_of_source
from kinhbac.registry.model import Registry
from kinhbac.words.catalogue import words_of

SUFFIX = ".odcs.yaml"
NATIVE = ("format", "frequency", "expected_from", "due_days", "set_aside")
"""What a delivery says and the standard has fields for."""


def write_contracts(registry: Registry, warehouse: Path, folder: Path) -> None:
    """Write ``<source>.odcs.yaml`` for every source into ``folder``.

    They rest on the registry and on the day of the release whose database ``warehouse`` is.
    """
    with read_warehouse(warehouse) as connection:
        ((day,),) = connection.execute("select as_of from release_info").fetchall()
    for key in sorted(registry.sources):
        text = yaml.dump(
            describe_contract(registry, key, day),
            Dumper=yaml.CSafeDumper,
            sort_keys=False,
            allow_unicode=True,
            width=1000,
        )
        (folder / f"{key}{SUFFIX}").write_text(text, encoding="utf-8")


def describe_contract(registry: Registry, key: str, day: date) -> dict[str, Any]:
    """The contract of one source, with whoever owns it on ``day``. Its version is a fingerprint of all that it says, so that two
    that say the same have the same one."""
    said = _describe(registry, registry.sources[key], day)
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return said | {"version": sha256(text.encode()).hexdigest()[:12]}


def _describe(registry: Registry, source: Source, day: date) -> dict[str, Any]:
    words = words_of("vi").contract
    owner = registry.answers_for(source.source, day)
    tags = [source.sector, "synthetic"] if source.synthetic else [source.sector]
    return {
        "kind": "DataContract",
        "apiVersion": API_VERSION,
        "version": "",
        "id": source.source,
        "name": source.name.vi,
        "status": "active",
        "domain": source.sector,
        "tags": tags,
        "description": {
            "purpose": words.compared if source.comparisons else words.of_record,
            "usage": _licence(registry, source),
            "limitations": words.simulated if source.synthetic else words.real,
        },
        "servers": [_landing(source)],
        "schema": list(_objects(registry, source)),
        "support": _support(registry, owner),
        "team": {"name": source.source, "members": list(_members(registry, source))},
        "roles": _roles(registry, source, owner),
        "slaProperties": list(_service_level(source)),
        "customProperties": customs(_beside_document(source)),
    }


def _beside_document(source: Source) -> dict[str, Any]:
    part = source.table or source.records
    assert part, "the contract lets through exactly one of the two"
    return {
        "name_en": source.name.en,
        "layout": "table" if source.table else "records",
        "synthetic": source.synthetic,
        **beside(
            source,
            *("source", "name", "sector", "owner", "synthetic", "delivery", "table", "records"),
            *("data_elements", "comparisons", "checks", "demonstration"),
        ),
        "delivery": beside(source.delivery, *NATIVE),
        "reading": beside(part, "columns"),
    }


def _licence(registry: Registry, source: Source) -> str:
    key = licence_of_source(registry, source.source, source.access)
    access = words_of("vi").access[source.access]
    if key is None or registry.publication is None:
        return str(access)
    licence = registry.publication.licences[key]
    document = f" ({licence.document})" if licence.document else ""
    return f"{access}: {licence.name.vi}{document}"


def _landing(source: Source) -> dict[str, Any]:
    """Where files are laid down; relative to the data folder of the installation."""
    return {
        "server": "landing",
        "type": "local",
        "path": f"landing/{source.source}/*/*.{source.delivery.format}",
        "format": source.delivery.format,
        "description": words_of("vi").contract.landing,
    }


def _objects(registry: Registry, source: Source) -> Iterator[dict[str, Any]]:
    columns = describe_columns(registry, source)
    yield {
        "name": source.source,
        "logicalType": "object",
        "physicalType": "file",
        "properties": columns,
        "quality": list(_quality(source, columns)),
    }
    if source.records:
        yield {
            "name": f"{source.source}_observations",
            "logicalType": "object",
            "physicalType": "view",
            "description": words_of("vi").contract.counted,
            "properties": describe_counted(registry, source),
        }


def _quality(source: Source, columns: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    if keys := [column["name"] for column in columns if column.get("primaryKey")]:
        yield {
            "type": "library",
            "metric": "duplicateValues",
            "arguments": {"properties": keys},
            "mustBe": 0,
            "dimension": "uniqueness",
            "severity": "error",
        }
    for key, check in source.checks.items():
        yield _check(key, check)


def _check(key: str, check: ContractCheck) -> dict[str, Any]:
    return {
        "type": "custom",
        "engine": "kinhbac",
        "name": key,
        "description": check.name.vi,
        "dimension": "consistency",
        "severity": "error",
        "implementation": beside(check, "name"),
        "customProperties": customs({"name_en": check.name.en}),
    }


def _support(registry: Registry, owner: str) -> list[dict[str, Any]]:
    contact = contact_of(registry, owner)
    if contact is None:
        return []
    ways = {
        "email": f"mailto:{contact.email}" if contact.email else None,
        "telephone": f"tel:{contact.telephone.replace(' ', '')}" if contact.telephone else None,
        "page": contact.page,
    }
    tool = {"email": "email"}
    return [
        {"channel": way, "url": url, "tool": tool.get(way, "other"), "scope": "issues"}
        for way, url in ways.items()
        if url
    ]


def _members(registry: Registry, source: Source) -> Iterator[dict[str, Any]]:
    for owner, following in pairwise((*source.owner, None)):
        assert owner, "only what follows the last one is nobody"
        yield {
            "username": owner.agency,
            "name": registry.agencies[owner.agency].name.vi,
            "role": "owner",
            "dateIn": owner.from_.isoformat(),
            **({"dateOut": owner.to.isoformat()} if owner.to else {}),
            **({"replacedByUsername": following.agency} if following else {}),
        }


def _roles(registry: Registry, source: Source, owner: str) -> list[dict[str, Any]]:
    """Who may lay files down, and who may see what they say."""
    words = words_of("vi").contract
    return [
        {"role": "owner", "access": "write", "description": words.delivers},
        {
            "role": source.access,
            "access": "read",
            "description": words_of("vi").access[source.access],
            "firstLevelApprovers": registry.agencies[owner].name.vi,
        },
    ]


def _service_level(source: Source) -> Iterator[dict[str, Any]]:
    delivery = source.delivery
    frequency = read_terms()["frequencies"][delivery.frequency.value]
    yield {"property": "frequency", **frequency}
    if delivery.expected_from:
        yield {"property": "generalAvailability", "value": delivery.expected_from}
    if delivery.expected_from or delivery.due_days:
        yield {
            "property": "latency",
            "value": delivery.due_days,
            "unit": "day",
            "description": words_of("vi").contract_due[f"{delivery.due_in}_{delivery.due_after}"],
        }
    if delivery.set_aside:
        share = {"value": round(100 * delivery.set_aside, 6), "unit": "percent"}
        yield {
            "property": "errorRate",
            **share,
            "description": words_of("vi").contract.set_aside,
        }
