"""One large file through the door, or copied bare: the process that is measured.

Here: only that, and the seconds that it took, which begin when everything is imported. Not here:
making files and comparing (``deliveries``), which runs
``python -m bench.one_delivery door|bare FILE TO``.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from kinhbac.data_folder import SOURCES, DataFolder
from kinhbac.database import open_in_memory
from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.landed_file import hash_settled, open_landed
from kinhbac.ingest.reception import examine_and_keep
from kinhbac.periods import Period
from kinhbac.registry import Registry, load_registry
from kinhbac.registry.declared.contract import RecordColumn, Source

MONTH = Period.parse("2026-10")
RECEIVED = MONTH.end + timedelta(days=2)
READ = {
    ".csv": "read_csv('{}', all_varchar = true)",
    ".jsonl": "read_json('{}', format = 'newline_delimited')",
    ".parquet": "read_parquet('{}')",
}
TYPES = {"integer": "bigint", "number": "double", "boolean": "boolean"}


def choose_contract(registry: Registry) -> tuple[Source, dict[str, RecordColumn]]:
    """The first source that delivers records of every month, and its columns; times are among
    them."""
    for source in registry.sources.values():
        columns = source.records.columns if source.records else {}
        times = any(column.type == "timestamp" and column.required for column in columns.values())
        if times and source.delivery.frequency is MONTH.kind:
            return source, columns
    raise SystemExit("no source of the registry delivers records with times every month")


def pass_door(path: Path, data: DataFolder) -> tuple[float, str]:
    """Seconds from hashing a file to its entry in the ledger, and what was said of it."""
    import_module("kinhbac.ingest.door")  # loaded before the clock runs
    registry = load_registry(SOURCES)
    source, _ = choose_contract(registry)
    form = {".ods": "xlsx"}.get(path.suffix, path.suffix[1:])
    told = source.delivery.model_copy(update={"format": form})
    contract = source.model_copy(update={"delivery": told})
    started = time.perf_counter()
    with open_landed(path) as landed:
        digest, state = hash_settled(landed)
    extract = Extract(source.source, MONTH.label, path, RECEIVED, digest, state=state)
    [entry] = examine_and_keep(registry, data, {extract: ""}, contract, RECEIVED)
    seconds = time.perf_counter() - started
    verdict = "accepted" if entry.accepted else "refused"
    problems = "; ".join(f"{problem.found}, {problem.count:,} times" for problem in entry.problems)
    return seconds, f"{verdict}, {entry.rows:,} rows. {problems}"


def copy_bare(path: Path, to: Path) -> tuple[float, str]:
    """Seconds in which DuckDB copies the columns of the contract, typed, into Parquet."""
    source, named = choose_contract(load_registry(SOURCES))
    columns = [f'"{source.area.column}"']
    for name, column in named.items():
        if column.type in ("timestamp", "date") and path.suffix != ".parquet":
            form = getattr(source.delivery, f"{column.type}_format")
            columns.append(f"strptime(\"{name}\", '{form}')::{column.type}")
        elif column.as_:
            columns.append(f'"{name}"::{TYPES.get(column.type, column.type)}')
    with open_in_memory() as engine:
        started = time.perf_counter()
        engine.execute(
            f"copy (select {', '.join(columns)} from {READ[path.suffix].format(path)})"
            f" to '{to.as_posix()}' (format parquet)"
        )
        return time.perf_counter() - started, ""


if __name__ == "__main__":
    what, file, place = sys.argv[1:]
    seconds, said = (
        pass_door(Path(file), DataFolder(Path(place)))
        if what == "door"
        else copy_bare(Path(file), Path(place))
    )
    print(f"{seconds:.3f} {said}")
