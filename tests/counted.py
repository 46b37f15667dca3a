"""Records that are counted: a tiny source of them, and the road from a few rows to observations.

Here: extracts laid down as the door would have typed them, which costs no door. Not here: what
is expected of them (the tests).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from kinhbac.data_folder import DataFolder
from kinhbac.periods import Period
from kinhbac.reduction.selects import TYPES
from kinhbac.reduction.uniting import Reduction, reduce_records
from kinhbac.registry import Registry, load_registry
from tests.conftest import Province, write_tiny_registry

PERMITS = """\
source: permits
name: {vi: Giấy phép, en: Permits}
sector: health
owner: [{agency: STC, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month}
records:
  told_again: true
  none_is_zero: true
  area: {column: Ma}
  columns:
    So: {as: permit, key: true}
    Loai: {as: kind, key: true, type: integer}
    Ngay: {as: asked_at, type: timestamp, required: true}
    Xong: {as: given_at, type: timestamp}
    Phi: {as: fee, type: number}
data_elements:
  permits_asked: {name: {vi: Xin, en: Asked}, unit: person, over_time: sum, over_areas: sum}
  permits_asked_daily: {name: {vi: Ngày, en: Daily}, unit: person, frequency: day, over_time: sum,
                        over_areas: sum}
  permit_hours: {name: {vi: Giờ, en: Hours}, unit: person, over_time: sum, over_areas: sum}
  permit_fees: {name: {vi: Phí, en: Fees}, unit: person, over_time: sum, over_areas: sum}
"""
COUNTS = """\
-- Permits asked for.
select
    area,
    date_trunc('month', asked_at) as period_start,
    count(*) as permits_asked,
    sum(cast(fee as decimal(18, 2))) as permit_fees
from records
group by all
;

select area, cast(asked_at as date) as period_start, count(*) as permits_asked_daily
from records
group by all
;

select
    area,
    date_trunc('month', given_at) as period_start,
    sum(epoch_us(given_at) - epoch_us(asked_at)) / 3600000000 as permit_hours
from records
where given_at is not null
group by all
;
"""
POLARS = {
    "varchar": pl.String,
    "bigint": pl.Int64,
    "double": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
    "timestamp": pl.Datetime("us"),
}
Row = Mapping[str, Any]
Cell = tuple[str, str, str]


def permit(number: str, area: str, asked: str, given: str | None = None, **more: Any) -> Row:
    """A permit; days as ``2026-01-05``, or with a time."""
    return {
        "permit": number,
        "kind": 1,
        "asked_at": datetime.fromisoformat(asked),
        "given_at": datetime.fromisoformat(given) if given else None,
        "fee": None,
        "area": area,
        **more,
    }


@dataclass
class Counter:
    """The extracts in force of one source, and what they count to."""

    registry: Registry
    data: DataFolder
    source: str = "permits"
    in_force: dict[str, list[str]] = field(default_factory=dict)

    def deliver(self, period: str, rows: Iterable[Row], merged: bool = False) -> None:
        """Put an extract into force for a period, in the place of the one before or over it."""
        contract = self.registry.sources[self.source]
        assert contract.records
        schema = {
            column.as_: POLARS[TYPES[column.type]]
            for column in contract.records.columns.values()
            if column.as_
        } | {"area": pl.String, "line": pl.Int64}
        frame = pl.DataFrame([dict(row) for row in rows], schema=schema)
        name = sha256(frame.write_json().encode()).hexdigest()[:12]
        path = self.data.raw / self.source / period / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(path)
        self.in_force[period] = [*(self.in_force.get(period, []) if merged else []), name]

    def withdraw(self, period: str) -> None:
        """Let no extract of a period be in force."""
        self.in_force.pop(period, None)

    def reduce(self) -> Reduction:
        """What a night does, once the ledger says what is in force."""
        rows = [
            {
                "source": self.source,
                "extract": f"{self.source}/{period}/{name}",
                "standing": "in_force",
                "period_start": Period.parse(period).start,
                "parquet": f"raw/{self.source}/{period}/{name}.parquet",
                "layer": layer,
            }
            for period, names in self.in_force.items()
            for layer, name in enumerate(names, 1)
        ]
        columns = ("source", "extract", "standing", "parquet")
        schema = dict.fromkeys(columns, pl.String) | {"period_start": pl.Date, "layer": pl.Int64}
        self.data.tables.mkdir(parents=True, exist_ok=True)
        ledger = pl.DataFrame(rows, schema=schema)
        ledger.write_parquet(self.data.tables / "extracts.parquet")
        return reduce_records(self.registry, self.data)

    @property
    def table(self) -> pl.DataFrame:
        """The observations as dbt reads them."""
        return pl.read_parquet(self.data.tables / "counted_observations.parquet")

    def figures(self, zeros: bool = False) -> dict[Cell, float]:
        """Data element, area, first day → figure; those that are not zero, or all."""
        rows = self.table.select("data_element", "area", "period_start", "value").iter_rows()
        return {(e, a, _short(day)): v for e, a, day, v in rows if v or zeros}


def _short(day: date) -> str:
    return day.isoformat()


def make_counter(root: Path, counts: str = COUNTS, contract: str = PERMITS) -> Counter:
    """The tiny province with a source of records beside the others."""
    province = Province(root / "sources", DataFolder(root / "data"))
    write_tiny_registry(province)
    province.write("permits/source.yml", contract)
    province.write("permits/observations.sql", counts)
    return Counter(load_registry(province.sources), province.data)
