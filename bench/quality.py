"""What quality adds to a night: seconds of CPU of its tables and of its pages, the least of three.

Here: the questions to owners (``int_anomalies``, of sources that changed) and the table ``quality``,
computed again from the tables that the last night of a data folder left; pages of quality and of sources
that the release before had not, and what letters say. Not here: a whole night (``refresh``), what dbt
itself takes for a node (75 ms). Run on a copy whose last night had a corrected extract:
``KINHBAC_DATA=COPY python -m bench.quality``.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from time import process_time
from types import ModuleType

import duckdb

from kinhbac.data_folder import SOURCES, DataFolder
from kinhbac.quality.letter import read_letters
from kinhbac.registry import load_registry
from kinhbac.scoreboard import site
from kinhbac.scoreboard.pages import quality, source
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.tables import Tables

NODES = ("int_anomalies", "quality")
PAGES = (quality, source)
ROUNDS = 3


def compute(data: DataFolder, node: str) -> None:
    """The rows of a node once more, by the SQL that dbt compiled."""
    [compiled] = data.root.glob(f"dbt/target/compiled/**/{node}.sql")
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach '{data.root}/build/candidate.duckdb' as candidate (read_only)")
        connection.execute("use candidate")
        connection.execute(f"create temp table measured as {compiled.read_text(encoding='utf-8')}")


def draw(data: DataFolder, kinds: Iterable[ModuleType]) -> None:
    """The pages of these kinds, in both languages, into a site that has nothing else: those that the
    release before has not."""

    def of_kinds(tables: Tables, _: object) -> list[Page]:
        return [page for kind in kinds for page in kind.pages(tables)]

    pages, newest = vars(site)["all_pages"], data.current.resolve()
    before = newest.with_name(str(int(newest.name) - 1)) / "site"
    vars(site).update(all_pages=of_kinds)
    with tempfile.TemporaryDirectory() as folder:
        site.build_site(
            newest / "warehouse.duckdb",
            Path(folder) / "site",
            before,
            load_registry(SOURCES).identity,
        )
    vars(site).update(all_pages=pages)


def write_letters(data: DataFolder) -> None:
    """What cards and letters of agencies say, without their paper."""
    with Tables(data.current / "warehouse.duckdb") as tables:
        for quarters_ago in (0, 1):
            read_letters(tables.rows, quarters_ago)


def measure(work: Callable[[], None]) -> float:
    """The least seconds of CPU, of all threads, that it takes."""
    took = []
    for _ in range(ROUNDS):
        began = process_time()
        work()
        took.append(process_time() - began)
    return min(took)


def main() -> None:
    """Measure and print."""
    data = DataFolder(Path(os.environ["KINHBAC_DATA"]).resolve())
    os.chdir(data.root)
    parts = {node: measure(partial(compute, data, node)) for node in NODES}
    nothing = measure(partial(draw, data, ()))
    parts["pages"] = measure(partial(draw, data, PAGES)) - nothing
    parts["letters"] = measure(partial(write_letters, data))
    for name, seconds in parts.items():
        print(f"{name:<16}{seconds:.2f} s")


if __name__ == "__main__":
    main()
