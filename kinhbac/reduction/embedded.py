"""Counting with the DuckDB of this process, in bounded memory.

Here: the SQL that it is asked, the hashes of keys that are kept for it. Not here: what is asked
and when (``counting``), the same on a server (``spark_connect``).

Which extracts share records is found by 64-bit hashes of their keys, sorted, a file an extract:
two keys of one hash name a pair of extracts too many, and no record is left out for it, since
a count compares the keys themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from kinhbac.database import literal, open_bounded
from kinhbac.problems import Refused
from kinhbac.queries import read_queries
from kinhbac.reduction.engines import FIGURE, Records, Told
from kinhbac.reduction.kept_counts import KeptCounts
from kinhbac.reduction.selects import Select, select_from

QUERIES = read_queries(__file__)
AT_ONCE = 4_000_000
"""Hashes that are compared in one go: what a hash table of them takes is some hundred MB."""
HASHES = 2**64


class Uncountable(Refused):
    """Records hold a value that the select has no room for: the message says which."""


@contextmanager
def embedded(kept: KeptCounts) -> Iterator[Embedded]:
    """DuckDB with room to write what does not fit into memory."""
    kept.data.counted.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(prefix=".room-", dir=kept.data.counted) as room,
        open_bounded(Path(room), in_order=False) as connection,
    ):
        yield Embedded(kept, connection)


class Embedded:
    """The engine that needs nothing else."""

    def __init__(self, kept: KeptCounts, connection: duckdb.DuckDBPyConnection) -> None:
        self._kept = kept
        self._connection = connection

    def count(
        self, selects: Sequence[Select], extracts: Sequence[Told], keys: Sequence[str]
    ) -> list[pl.DataFrame]:
        """As ``Engine.count``."""
        try:
            records = [self._records(n, told, keys) for n, told in enumerate(extracts)]
            return [self._count(select, records) for select in selects]
        except duckdb.DataError as error:  # a value that its type in the select cannot hold
            if len(extracts) > 1:
                for told in extracts:  # until one of them says that it is the one
                    self.count(selects, [told], keys)
            raise Uncountable(
                f"{extracts[0].extract} cannot be counted: "
                f"{f'{error}'.partition(chr(10))[0]}. Bound the column in the contract, or give "
                "it more room in the select"
            ) from error

    def _records(self, number: int, told: Told, keys: Sequence[str]) -> str:
        """The query that gives an extract's records without those that later ones tell again:
        which those are is found once for all selects."""
        place, listed = self._place(told.records), _listed(keys)
        records = QUERIES["records"].format(path=place, period_start=told.period_start)
        if not told.later:
            return records
        later = ", ".join(self._place(one) for one in told.later)
        self._connection.execute(
            QUERIES["told_again"].format(number=number, path=place, keys=listed, later=later)
        )
        return records + " " + QUERIES["not_told_again"].format(number=number, keys=listed)

    def _count(self, select: Select, records: Sequence[str]) -> pl.DataFrame:
        figures = ", ".join(f'cast("{e}" as {FIGURE}) as "{e}"' for e in select.elements)
        counts = [
            QUERIES["count"].format(
                number=number,
                records=one,
                select=select_from(select, f"records_{number}").sql("duckdb"),
                figures=figures,
            )
            for number, one in enumerate(records)
        ]
        answer: pl.DataFrame = self._connection.sql(" union all ".join(counts)).pl()
        return answer

    def find_shared(
        self, new: Mapping[str, Records], known: Mapping[str, Records], keys: Sequence[str]
    ) -> set[frozenset[str]]:
        """As ``Engine.find_shared``. Reads the hashes of all, a part of them at a time."""
        extracts = {
            self._hash_keys(records, keys).as_posix(): extract
            for extract, records in ({**known, **new}).items()
        }
        files = {literal(Path(path)): extract for path, extract in extracts.items()}
        compared = {"all": list(files), "new": [f for f, e in files.items() if e in new]}
        counted = self._connection.execute(QUERIES["how_many"], {"new": compared["new"]})
        parts = -(-counted.fetchall()[0][0] // AT_ONCE)
        pairs = set()
        for part in range(parts):
            lowest, above = HASHES * part // parts, HASHES * (part + 1) // parts
            found = self._connection.execute(
                QUERIES["shared"], compared | {"lowest": lowest, "highest": above - 1}
            )
            pairs |= {frozenset((extracts[a], extracts[b])) for a, b in found.fetchall()}
        return pairs

    def _hash_keys(self, records: Records, keys: Sequence[str]) -> Path:
        """The hashes of an extract's keys, sorted; made once."""
        if not self._kept.holds(records.hashes):
            with self._kept.keep(records.hashes) as aside:
                self._connection.execute(
                    QUERIES["hash_keys"].format(
                        keys=_listed(keys),
                        path=self._place(records),
                        aside=_quoted(aside.as_posix()),
                    )
                )
        return self._kept.path_of(records.hashes)

    def _place(self, records: Records) -> str:
        return _quoted(literal(self._kept.data.root / records.path))


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(f'"{key}"' for key in keys)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
