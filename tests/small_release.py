"""A release of a few rows, made in a second: what leaves is tried without a night.

Here: tables with the columns of their contracts, the rest empty, as a sealed folder that `current`
points to. Not here: nights (``conftest``, ``nights``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from kinhbac.data_folder import DataFolder
from kinhbac.periods import Period
from kinhbac.release.contract import columns_of
from kinhbac.release.releases import WAREHOUSE
from kinhbac.release.warehouse import QUERIES

Row = dict[str, Any]
AS_OF = date(2026, 3, 20)
AREAS: list[Row] = [
    {"area": "24", "kind": "province", "code": "24", "name_vi": "Tỉnh Bắc Ninh",
     "name_en": "Bac Ninh", "valid_from": date(2025, 7, 1)},
    {"area": "00001", "kind": "commune", "code": "00001", "name_vi": "Xã Một",
     "name_en": "Commune One", "parent": "24", "valid_from": date(2025, 7, 1), "tile_column": 1, "tile_row": 1},
    {"area": "00002", "kind": "commune", "code": "00002", "name_vi": "Xã Hai",
     "name_en": "Commune Two", "parent": "24", "valid_from": date(2025, 7, 1), "tile_column": 2, "tile_row": 1},
    {"area": "66", "kind": "peer_province", "code": "66", "name_vi": "Tỉnh Khác",
     "name_en": "Other"},
]  # fmt: skip
BASE: dict[str, list[Row]] = {
    "agencies": [
        {"agency": "SYT", "name_vi": "Sở Y tế", "name_en": "Health", "kind": "department"}
    ],
    "areas": AREAS,
    "area_codes": [{"code_system": "organisation", "code": "H05", "area": "24"}],
    "sources": [
        {"source": "clinic", "name_vi": "Trạm y tế", "name_en": "Clinics", "sector": "health",
         "sector_vi": "Y tế", "sector_en": "Health", "owner": "SYT"}
    ],
}  # fmt: skip
ASKED = (
    *BASE, "release_info", "indicators", "indicator_values", "breakdown_values", "revisions",
    "indicator_changes", "paces", "progress", "latest_values", "warnings", "composite_ranks", "composite_components",
    "limits", "indicator_terms", "indicator_definitions", "data_elements", "deliveries", "area_parts",
    "sign_offs", "coverage_matrix", "area_successions", "composite_normalised", "composite_steps",
    "composite_methods", "composite_scales", "extracts", "observations", "operand_values", "worklist", "needs",
)  # fmt: skip


def indicator(key: str, frequency: str = "month", **more: Any) -> Row:
    """An indicator of the clinics."""
    return {
        "indicator": key, "name_vi": f"Tỷ lệ {key}", "name_en": key, "indicator_group": "process",
        "sector": "health", "purpose": "Shows it.", "purpose_vi": None, "published": True, "version": 1,
        "formula": "a ÷ b", "unit": "percent", "unit_vi": "%", "unit_en": "%",
        "unit_measure": "percent", "unit_power": 0,
        "frequency": frequency, "span": "period", "direction": "higher_is_better",
        "source": "clinic", "owner": "SYT", "synthetic": False,
    } | more  # fmt: skip


def cell(
    key: str, value: float | None, area: str = "24", period: str = "2026-02", **more: Any
) -> Row:
    """A figure; one without a value is missing unless told otherwise."""
    own = Period.parse(period)
    return {
        "indicator": key, "indicator_group": "process", "area": area,
        "period_kind": own.kind.value, "period_start": own.start, "period": period, "version": 1,
        "value": value, "state": "missing" if value is None else "value", "held": False,
        "vintage": None if value is None else "final", "restated": False, "synthetic": False,
        "published_on": AS_OF, "source": "clinic",
    } | more  # fmt: skip


def make_release(
    data: DataFolder,
    number: int,
    tables: Mapping[str, Sequence[Row]],
    as_of: date = AS_OF,
    registry: str = "",
) -> Path:
    """The release's warehouse; the release is the one in force from then on. ``registry``: the
    fingerprint of that which it was sealed with."""
    folder = data.releases / str(number)
    folder.mkdir(parents=True)
    info = {"release": number, "as_of": as_of, "synthetic": False}
    rows = {"release_info": [info], **BASE, **tables}
    with duckdb.connect((folder / WAREHOUSE).as_posix(), config={"threads": 1}) as connection:
        connection.begin()  # each table alone would wait for the disk
        for name in ASKED:
            schema, listed = columns_of(name), rows.get(name)
            cells = (
                {column: [row.get(column) for row in listed] for column in schema} if listed else {}
            )
            frame = pl.DataFrame(cells, schema=schema)
            connection.register("given", frame.to_arrow())
            connection.execute(f"create table {name} as from given")
        connection.execute(QUERIES["as_of"])
        connection.commit()
    manifest = {
        "release": number, "shape": 2, "as_of": as_of.isoformat(), "tables": {},
        "registry": registry,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    data.current.unlink(missing_ok=True)
    data.current.symlink_to(Path("releases") / str(number))
    return folder / WAREHOUSE
