"""The table of counted observations: what all extracts in force add up to.

Here: which periods and areas they speak for, the sum, the table for dbt. Not here: counting
(``counting``), corrections and everything that is done to observations (dbt).

An observation belongs to the extract that covers its period, whichever extracts tell its records;
what records say of periods that no extract in force covers is left out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import polars as pl

from kinhbac.data_folder import PROJECT, DataFolder, hash_code, write_changed, written_aside
from kinhbac.database import literal, open_in_memory
from kinhbac.periods import Period, PeriodKind
from kinhbac.queries import read_queries
from kinhbac.reduction.counting import Count, InForce, count_extracts, read_in_force
from kinhbac.reduction.kept_counts import KeptCounts
from kinhbac.registry import Registry

QUERIES = read_queries(__file__)
TABLE = "counted_observations"
COLUMNS = {
    "data_element": pl.String,
    "area": pl.String,
    "period_kind": pl.String,
    "period_start": pl.Date,
    "value": pl.Float64,
    "source": pl.String,
    "extract": pl.String,
}


@dataclass(frozen=True)
class Reduction:
    """How many extracts of records are in force, and how many of them were counted anew."""

    in_force: int
    counted: int


def reduce_records(registry: Registry, data: DataFolder) -> Reduction:
    """Count the records of the extracts in force and write the table of observations for dbt.

    Raises as ``counting.count_extracts``; the table that was there stays then.
    """
    kept = KeptCounts.read(data)
    extracts = pl.read_parquet(data.tables / "extracts.parquet", glob=False)
    in_force = read_in_force(registry, extracts)
    counted = count_extracts(registry, in_force, kept)
    _unite(registry, kept, in_force, counted.counts)
    if data.counted.exists():
        kept.sweep(registry.observations)
        kept.write()
    return Reduction(len(in_force), counted.anew)


def _unite(
    registry: Registry, kept: KeptCounts, in_force: Sequence[InForce], counts: Sequence[Count]
) -> None:
    """Write the table, unless it is made of the same already."""
    path = kept.data.tables / f"{TABLE}.parquet"
    if not counts:
        _write_none(path)
        return
    elements, covered, zeros = _elements(registry), _covered(registry, in_force), _zeros(registry)
    frames = {"elements": elements, "covered": covered, "zeros": zeros}
    made_of = _hash(registry, counts, frames)
    if path.is_file() and kept.sums.get(TABLE + made_of) == kept.hash_of(path):
        kept.ask_for(TABLE + made_of)
        return
    with open_in_memory() as connection, written_aside(path) as aside:
        for name, frame in frames.items():
            connection.register(name, frame)
        files = [literal(kept.path_of(count.name)) for count in counts]
        connection.sql(QUERIES["unite"], params={"files": files}).write_parquet(aside.as_posix())
    kept.record(TABLE + made_of, path)


def _write_none(path: Path) -> None:
    content = io.BytesIO()
    pl.DataFrame(schema=COLUMNS).write_parquet(content)
    write_changed(path, content.getvalue())


def _elements(registry: Registry) -> pl.DataFrame:
    """Every data element that is counted: its source and its kind of period."""
    return pl.DataFrame(
        [
            (element, source, kind_of(registry, source, element).value)
            for source in registry.observations
            for element in registry.sources[source].elements
        ],
        schema=dict.fromkeys(("data_element", "source", "period_kind"), pl.String),
        orient="row",
    )


def _covered(registry: Registry, in_force: Sequence[InForce]) -> pl.DataFrame:
    """Every period that an extract in force speaks for, by source and kind of period. Of several
    whose rows are merged the last speaks."""
    last = {(extract.source, extract.period_start): extract for extract in in_force}
    rows = [
        (extract.source, extract.extract, kind.value, period.start)
        for extract in last.values()
        for kind in sorted(
            {
                kind_of(registry, extract.source, element)
                for element in registry.sources[extract.source].elements
            }
        )
        for period in _periods_in(
            Period(extract.period_start, registry.sources[extract.source].delivery.frequency),
            kind,
        )
    ]
    names = ("source", "extract", "period_kind", "period_start")
    schema = dict.fromkeys(names, pl.String) | {"period_start": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _zeros(registry: Registry) -> pl.DataFrame:
    """The areas of which an extract without a record says that there was none."""
    rows = [
        (element, area.area)
        for source in registry.observations
        if (contract := registry.sources[source]).records and contract.records.none_is_zero
        for element, declared in contract.elements.items()
        for area in registry.areas.areas.values()
        if area.kind in declared.areas
        and (not contract.mandate.areas or area.area in contract.mandate.areas)
    ]
    schema = dict.fromkeys(("data_element", "area"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def kind_of(registry: Registry, source: str, element: str) -> PeriodKind:
    """By which kind of period a data element is counted."""
    contract = registry.sources[source]
    return contract.elements[element].frequency or contract.delivery.frequency


def _periods_in(whole: Period, kind: PeriodKind) -> Iterator[Period]:
    period = Period(whole.start, kind)
    while period.start <= whole.end:
        yield period
        period = period.next()


def _hash(registry: Registry, counts: Sequence[Count], frames: dict[str, pl.DataFrame]) -> str:
    made_of = [
        [(count.name, count.told.extract) for count in counts],
        [frame.rows() for frame in frames.values()],
        hash_code(PROJECT / "kinhbac" / "reduction"),
    ]
    return sha256(repr(made_of).encode()).hexdigest()[:32]
