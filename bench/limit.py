"""The limit: what a bare DuckDB script takes from the landed files to sums and ratios.

Here: the script, timed from opening the first file to the last value, and the proof that it
computes the same: every value that the release publishes for these indicators is found again.
What it does not do is what a night is for: no check of a file, no reason for an empty cell, no
provenance, nothing held, restated by hand or published. Composites, means, rolling spans and
carried stocks are left out; definitions are known beforehand. Not here: reading (``landed``).
``limit.sql`` is past 200 lines because it is one script, from figures to values and their proof.
Run alone: ``python -m bench.limit DATA``, on the data folder of a night.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.landed import can_read, read_landed
from kinhbac.data_folder import SOURCES, DataFolder
from kinhbac.database import open_in_memory
from kinhbac.queries import read_queries
from kinhbac.registry import Registry, load_registry
from kinhbac.registry.tables import write_registry

QUERIES = read_queries(__file__)
STEPS = ("added", "operands", "values")
REGISTRY = (
    "areas", "area_codes", "area_parts", "data_elements", "indicators", "indicator_terms",
    "corrections",
)  # fmt: skip


@dataclass(frozen=True)
class Limit:
    """Seconds of the two halves, and what the proof compared.

    ``compared`` of the ``published`` values of the release belong to the ``indicators`` that the
    script computes; all of them were found to be equal.
    """

    reading: float
    computing: float
    files: int
    indicators: int
    compared: int
    published: int

    @property
    def seconds(self) -> float:
        """From opening the first file to the last value."""
        return self.reading + self.computing


def measure_limit(registry: Registry, data: DataFolder, day: date) -> Limit:
    """Compute the sums and ratios of the release in force from what has landed.

    Raises SystemExit when a value is not what the release says, or nothing could be compared.
    """
    with open_in_memory() as db, tempfile.TemporaryDirectory(prefix="kinhbac-limit-") as folder:
        known = DataFolder(Path(folder))
        write_registry(registry, known, day, release=1)
        for table in REGISTRY:
            path = (known.tables / f"{table}.parquet").as_posix()
            db.execute(f"create table {table} as from read_parquet('{path}')")
        readable = [key for key, source in registry.sources.items() if can_read(source)]
        db.execute(QUERIES["eligible"], {"sources": readable})

        started = time.perf_counter()
        files = read_landed(db, registry, data.landing)
        read = time.perf_counter()
        for step in STEPS:
            db.execute(QUERIES[step])
        computed = time.perf_counter()

        release = (data.current / "indicator_values.parquet").as_posix()
        db.execute(QUERIES["compared"], {"release": release})
        [(compared, differing, indicators)] = db.execute(QUERIES["counts"]).fetchall()
        [(published,)] = db.execute(QUERIES["published"], {"release": release}).fetchall()
        if differing or not compared:
            examples = db.execute(QUERIES["examples"]).fetchall()
            raise SystemExit(
                f"a limit that computes something else is no limit: {differing:,} of "
                f"{compared:,} values differ\n" + "\n".join(map(str, examples))
            )
    return Limit(read - started, computed - read, files, indicators, compared, published)


def describe(limit: Limit) -> str:
    """What was read, computed and proven, in a line."""
    return (
        f"{limit.seconds:.2f} s ({limit.files} files read {limit.reading:.2f} s, computed "
        f"{limit.computing:.2f} s); {limit.compared:,} values of {limit.indicators} indicators, "
        f"of {limit.published:,} in the release, are the same"
    )


if __name__ == "__main__":
    print(
        describe(measure_limit(load_registry(SOURCES), DataFolder(Path(sys.argv[1])), date.today()))
    )
