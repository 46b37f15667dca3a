"""Counting the records of the extracts in force: each once, and again only where it must.

Here: which counts are kept and which must be made, for every source of records. Not here: running
a count (``engines``), keeping files (``kept_counts``), the table of observations (``uniting``).

A count of one extract rests on its records, on what is counted, and on the records that extracts
of later periods tell again; where the contract merges the files of a period, on those of its later
files too. A changed extract is counted, and so are the earlier ones that share
records with it, as it stands or as it stood; nobody else. Past 200 lines because what a count rests
on and what is made of it are read side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib.metadata import version

import polars as pl

from kinhbac.data_folder import PROJECT, hash_code
from kinhbac.reduction.engine_choice import choose_engine
from kinhbac.reduction.engines import Engine, Records, Told
from kinhbac.reduction.kept_counts import KeptCounts
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source

AT_ONCE = 12
"""Extracts that are counted by one question: many small ones cost a question each otherwise, and
what a killed night has counted so far is kept."""
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "data_element": pl.String,
    "area": pl.String,
    "period_start": pl.Date,
    "value": pl.Decimal(38, 6),
    "per": pl.Int64,
}
"""What is kept of one extract: what it adds to each figure, and by what the figure is divided."""


@dataclass(frozen=True)
class InForce:
    """An extract in force of a source of records, and its typed Parquet below the data folder.

    Of several of one period, whose rows are merged, a higher ``layer`` lies over a lower one.
    """

    source: str
    extract: str
    period_start: date
    parquet: str
    layer: int = 1


@dataclass(frozen=True)
class Count:
    """What is kept of counting one extract, and under which name."""

    told: InForce
    name: str


@dataclass(frozen=True)
class Counted:
    """The counts of all extracts in force, and how many of them were made tonight."""

    counts: tuple[Count, ...]
    anew: int


def read_in_force(registry: Registry, extracts: pl.DataFrame) -> list[InForce]:
    """The extracts in force of the sources of records, by the ledger's table of extracts."""
    rows = extracts.filter(
        (pl.col("standing") == "in_force") & pl.col("source").is_in(list(registry.observations))
    ).sort("source", "period_start", "layer")
    return [
        InForce(row["source"], row["extract"], row["period_start"], row["parquet"], row["layer"])
        for row in rows.iter_rows(named=True)
    ]


def count_extracts(registry: Registry, in_force: Sequence[InForce], kept: KeptCounts) -> Counted:
    """Count those whose count is not kept. Raises ProblemsFound when what a source counts is not
    sound, and Refused when the engine cannot be asked: what was counted before that is kept."""
    counts: list[Count] = []
    anew = 0
    opened: list[Engine] = []
    with ExitStack() as stack:

        def engine() -> Engine:  # most nights need none
            if not opened:
                opened.append(stack.enter_context(choose_engine(kept)))
            return opened[0]

        for source in sorted({one.source for one in in_force}):
            own = [one for one in in_force if one.source == source]
            counting = _Counting(registry, source, own, kept, engine)
            counts += counting.counts
            anew += counting.make()
    return Counted(tuple(counts), anew)


class _Counting:
    """The counts of one source: which there are, which must be made."""

    def __init__(
        self,
        registry: Registry,
        source: str,
        extracts: Sequence[InForce],
        kept: KeptCounts,
        engine: Callable[[], Engine],
    ) -> None:
        self._registry, self._source, self._kept, self._engine = registry, source, kept, engine
        contract = registry.sources[source]
        self._keys = keys_of(contract)
        self._again = bool(contract.records and contract.records.told_again)
        self._shas = {e.extract: kept.hash_of(kept.data.root / e.parquet) for e in extracts}
        self._records = {e.extract: self._records_of(e) for e in extracts}
        later = self._find_later(extracts)
        self._told = [
            Told(e.extract, self._records[e.extract], e.period_start, later[e.extract])
            for e in extracts
        ]
        method = _method(registry, source)
        self.counts = [
            Count(extract, f"{source}/{self._name(method, told)}.parquet")
            for extract, told in zip(extracts, self._told, strict=True)
        ]

    def make(self) -> int:
        """Make the counts that are not kept; returns how many."""
        lacking = [
            (told, count.name)
            for told, count in zip(self._told, self.counts, strict=True)
            if not self._kept.holds(count.name)
        ]
        if lacking:
            from kinhbac.reduction.selects import read_selects  # sqlglot, which few nights need

            selects = read_selects(self._registry, self._source)
            for first in range(0, len(lacking), AT_ONCE):
                batch = lacking[first : first + AT_ONCE]
                told = [one for one, _ in batch]
                answers = self._engine().count(selects, told, self._keys)
                figures = _unpivot(answers, [select.per for select in selects])
                for number, (_, name) in enumerate(batch):
                    own = figures.filter(pl.col("extract") == number).drop("extract")
                    with self._kept.keep(name) as aside:
                        own.write_parquet(aside)
                self._kept.write()
        return len(lacking)

    def _records_of(self, extract: InForce) -> Records:
        made_of = (extract.extract, self._shas[extract.extract], self._keys, version("duckdb"))
        name = f"{self._source}/{_hash(*made_of)}.keys.parquet"
        if self._again:
            self._kept.holds(name)  # hashed now, while nobody waits for a comparison
        return Records(extract.parquet, name)

    def _find_later(self, extracts: Sequence[InForce]) -> dict[str, tuple[Records, ...]]:
        """Extract → those of later periods, or later in its own, that hold some of its records."""
        order = sorted(extracts, key=lambda e: (e.period_start, e.layer))
        merged = any(one.layer > 1 for one in order)
        pairs = self._find_pairs() if merged or (self._again and len(order) > 1) else set()
        return {
            one.extract: tuple(
                self._records[other.extract]
                for other in order[place + 1 :]
                if self._again or other.period_start == one.period_start
                if frozenset((one.extract, other.extract)) in pairs
            )
            for place, one in enumerate(order)
        }

    def _find_pairs(self) -> set[frozenset[str]]:
        """Pairs of extracts that hold records of the same key; only new ones are compared."""
        compared = self._kept.compared(self._source, self._shas)
        pairs = self._kept.pairs_among(self._source, compared)
        new = {e: records for e, records in self._records.items() if e not in compared}
        if new:
            known = {e: records for e, records in self._records.items() if e in compared}
            pairs |= self._engine().find_shared(new, known, self._keys)
            self._kept.remember_pairs(self._source, self._shas, pairs)
            self._kept.write()
        return pairs

    def _name(self, method: str, told: Told) -> str:
        later = [one.hashes for one in told.later]
        return _hash(method, told.records.hashes, told.period_start, later)


def keys_of(source: Source) -> tuple[str, ...]:
    """The columns that identify a record, by their names in the warehouse."""
    assert source.records, "only records are counted"
    return tuple(
        column.as_ for column in source.records.columns.values() if column.key and column.as_
    )


def _method(registry: Registry, source: str) -> str:
    """A fingerprint of everything but records that decides what a count is."""
    contract = registry.sources[source]
    assert contract.records, "only records are counted"
    columns = {
        column.as_: (column.type, column.key) for column in contract.records.columns.values()
    }
    libraries = [version(name) for name in ("duckdb", "sqlglot")]
    code = hash_code(PROJECT / "kinhbac" / "reduction")
    told_again = contract.records.told_again
    return _hash(registry.observations[source], columns, told_again, libraries, code)


def _unpivot(answers: Sequence[pl.DataFrame], pers: Sequence[dict[str, int]]) -> pl.DataFrame:
    """What all selects gave, a row a figure, none where one said nothing; by extract."""
    rows = [pl.DataFrame(schema={"extract": pl.Int64, **SCHEMA})]
    for answer, per in zip(answers, pers, strict=True):
        divided = pl.DataFrame({"data_element": list(per), "per": list(per.values())})
        rows.append(
            answer.unpivot(
                index=["extract", "area", "period_start"],
                variable_name="data_element",
                value_name="value",
            )
            .drop_nulls()
            .join(divided, on="data_element")
            .select(pl.col(name).cast(kind) for name, kind in rows[0].schema.items())
        )
    return pl.concat(rows).sort("extract", "data_element", "area", "period_start")


def _hash(*made_of: object) -> str:
    return sha256(repr(made_of).encode()).hexdigest()[:32]
