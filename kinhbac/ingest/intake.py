"""Taking in the deliveries of many sources, side by side where that pays.

Here: demonstration deliveries and reception, source by source, in one process or several.
Not here: what happens to one source's extracts (``ingest.reception``).

When the door's code, the registry or the data folder are new, everything is read and the
machine's cores share the sources. On any other night a single process is done before a
second one would have started.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from hashlib import sha256
from pathlib import Path

from kinhbac.data_folder import PROJECT, DataFolder, hash_code, written_aside
from kinhbac.ingest.demonstration.deliveries import deliver
from kinhbac.ingest.reading_apart import the_reader
from kinhbac.ingest.reception import Reception, receive
from kinhbac.registry import Registry, load_registry


@dataclass(frozen=True)
class Intake:
    """What came of one source, and how long it took in seconds."""

    reception: Reception
    seconds: float


def take_in(
    registry: Registry,
    data: DataFolder,
    sources: Sequence[str],
    today: date,
    workers: int,
    period: str | None = None,
) -> Iterator[Intake]:
    """Deliver what is synthetic and receive everything, in the order of ``sources``.

    ``workers`` is how many processes may share the work where that pays. ``period``: nothing is
    delivered, and its extracts alone are read, again.
    """
    if period is not None:
        for source in sources:
            started = time.perf_counter()
            reception = receive(registry, data, source, today, period)
            yield Intake(reception, time.perf_counter() - started)
        the_reader().rest()
        return
    state = _state(registry)
    mark = data.raw / "taken-in"
    everything = not (mark.is_file() and mark.read_bytes() == state.encode())
    workers = min(workers, len(sources))
    if everything and workers > 1:
        work = partial(_in_a_worker, registry.folder, data, today)
        # Forked from a clean server: polars and DuckDB hold threads that a fork would lose.
        server = multiprocessing.get_context("forkserver")
        with ProcessPoolExecutor(workers, mp_context=server) as pool:
            yield from pool.map(work, sources)
    else:
        for source in sources:
            yield _take_in_one(registry, data, today, source)
        the_reader().rest()
    if everything and set(sources) == set(registry.sources):
        with written_aside(mark) as aside:
            aside.write_text(state, encoding="utf-8")


def _state(registry: Registry) -> str:
    code = hash_code(PROJECT / "kinhbac" / "ingest")
    return sha256(f"{registry.fingerprint}{code}".encode()).hexdigest()


def _take_in_one(registry: Registry, data: DataFolder, today: date, source: str) -> Intake:
    started = time.perf_counter()
    deliver(registry, data, source, today)
    return Intake(receive(registry, data, source, today), time.perf_counter() - started)


def _in_a_worker(folder: Path, data: DataFolder, today: date, source: str) -> Intake:
    return _take_in_one(_registry_of_worker(folder), data, today, source)


@cache
def _registry_of_worker(folder: Path) -> Registry:
    return load_registry(folder)
