"""``datapackage.json``: the edition for programs that read descriptors (Frictionless Data Package 2).

Here: the tables in CSV with their columns, keys, sizes and hashes. Not here: the tables
(``tables``). Parquet and workbook of each lie beside it under the same name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from kinhbac.data_folder import hash_file
from kinhbac.exchange.edition.facts import Facts
from kinhbac.exchange.edition.history import CHANGES, KEY, SCHEMA
from kinhbac.exchange.edition.tables import AREAS, CATEGORIES, CELLS, DATA, INDICATORS, TYPES
from kinhbac.registry.declared.publication import Licence
from kinhbac.words.catalogue import words_of

DESCRIPTOR = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
NAMES = {
    pl.String: "string",
    pl.Date: "date",
    pl.Boolean: "boolean",
    pl.Float64: "number",
    pl.Int32: "integer",
    pl.Int64: "integer",
}
"""Type of a column → what descriptors call it."""
REQUIRED = {
    "indicator", "area", "period_kind", "period_start", "period", "breakdown", "category", "state",
    "synthetic",
}  # fmt: skip
"""Columns of cells that are never empty."""
STATES = ("value", "provisional", "missing", "not_applicable", "suppressed")
"""What a cell may be outside."""


def write_descriptor(facts: Facts, edition: int, folder: Path) -> None:
    """Describe the tables that lie in ``folder``."""
    publication = facts.selection.publication
    told = {
        "$schema": PROFILE,
        "name": "open-indicators",
        "title": publication.name.en,
        "description": publication.description.en,
        "version": f"{edition}.0.0",
        "created": f"{facts.as_of}T00:00:00Z",
        "homepage": publication.address,
        "licenses": [_licence(key, licence) for key, licence in facts.licences.items()],
        "contributors": [{"title": facts.publisher.en, "roles": ["publisher"]}],
        "resources": list(_resources(facts, folder)),
    }
    text = json.dumps(
        {name: said for name, said in told.items() if said}, ensure_ascii=False, indent=1
    )
    (folder / DESCRIPTOR).write_text(text + "\n", encoding="utf-8")


def _resources(facts: Facts, folder: Path) -> Iterator[dict[str, Any]]:
    listed = {
        "_indicators": (INDICATORS, ["indicator"]),
        "_areas": (AREAS, ["area"]),
        "_categories": (CATEGORIES, ["breakdown", "category"]),
        CHANGES: (tuple(SCHEMA), None),
    }
    for name, (columns, key) in listed.items():
        yield _resource(folder, name, _schema(columns, key, set(key or ())))
    cells = _schema(CELLS, list(KEY), REQUIRED)
    cells["foreignKeys"] = [
        {"fields": [column], "reference": {"resource": table, "fields": [column]}}
        for column, table in (("area", "_areas"), ("indicator", "_indicators"))
    ]
    for one in facts.indicators:
        more: dict[str, Any] = {
            "title": one.name.en,
            "description": f"{one.row['formula']} ({one.unit.en})",
        }
        if licence := facts.licences.get(one.licence or ""):
            more["licenses"] = [_licence(one.licence or "", licence)]
        yield _resource(folder, one.key, cells, **more)


def _resource(folder: Path, table: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    path = folder / DATA / f"{table}.csv"
    return {
        "name": table,
        "type": "table",
        **more,
        "path": f"{DATA}/{path.name}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{hash_file(path)}",
        "schema": schema,
    }


def _schema(columns: Sequence[str], key: list[str] | None, required: set[str]) -> dict[str, Any]:
    fields = [_field(column, column in required) for column in columns]
    return {"fields": fields} | ({"primaryKey": key} if key else {})


def _field(column: str, required: bool) -> dict[str, Any]:
    field = {
        "name": column,
        "type": NAMES[type(TYPES.get(column) or SCHEMA.get(column) or pl.String())],
        "title": words_of("en").edition_column[column],
        "description": words_of("vi").edition_column[column],
    }
    rules: dict[str, Any] = {"required": True} if required else {}
    if column == "state":
        rules["enum"] = list(STATES)
    return field | ({"constraints": rules} if rules else {})


def _licence(key: str, licence: Licence) -> dict[str, str]:
    told = {"name": key, "title": licence.name.en, "path": licence.document}
    return {name: said for name, said in told.items() if said}
