"""What quality adds to a night: seconds of CPU of its tables and of its pages, the least of several.

Here: the questions to owners (``int_anomalies``) and what the figures say (``int_cell_quality``) of
sources that delivered since the release before, as a night asks them, and the table ``quality``, all
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
import polars as pl

from kinhbac.data_folder import SOURCES, DataFolder
from kinhbac.quality.letter import read_letters
from kinhbac.registry import load_registry
from kinhbac.scoreboard import site
from kinhbac.scoreboard.pages import quality, source
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.tables import Tables

NODES = ("int_anomalies", "int_cell_quality", "quality")
PAGES = (quality, source)
ROUNDS = 7
DELIVERED = """
select distinct source
from (
    select source, extract, standing from read_parquet($now)
    except
    select source, extract, standing from read_parquet($before)
)
"""


def open_candidate(data: DataFolder) -> duckdb.DuckDBPyConnection:
    """The tables of the last night, as dbt has them open."""
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    connection.execute(f"attach '{data.candidate}' as candidate (read_only)")
    connection.execute("use candidate")
    return connection


def release_before(data: DataFolder) -> Path:
    """The folder of the release before the one in force."""
    newest = data.current.resolve()
    return newest.with_name(str(int(newest.name) - 1))


def find_delivered(data: DataFolder, changed: Path) -> None:
    """Lay down which sources delivered since the release before, as a night does for dbt."""
    places = {"now": data.current, "before": release_before(data)}
    named = {key: f"{folder}/extracts.parquet" for key, folder in places.items()}
    with duckdb.connect() as connection:
        found = connection.execute(DELIVERED, named).fetchall()
    pl.DataFrame({"source": [key for [key] in found]}).write_parquet(changed)


def compute(
    connection: duckdb.DuckDBPyConnection, data: DataFolder, node: str, changed: Path
) -> None:
    """The rows of a node once more, by the SQL that dbt compiled, of sources that ``changed``."""
    [compiled] = data.root.glob(f"dbt/target/compiled/**/{node}.sql")
    text = compiled.read_text(encoding="utf-8")
    told = text.replace(f"{data.tables}/changed_sources.parquet", str(changed))
    connection.execute(f"create or replace temp table measured as {told}")


def draw(data: DataFolder, kinds: Iterable[ModuleType]) -> None:
    """The pages of these kinds, in both languages, into a site that has nothing else: those that the
    release before has not."""

    def of_kinds(tables: Tables, _: object) -> list[Page]:
        return [page for kind in kinds for page in kind.pages(tables)]

    pages = vars(site)["all_pages"]
    vars(site).update(all_pages=of_kinds)
    with tempfile.TemporaryDirectory() as folder:
        site.build_site(
            data.current / "warehouse.duckdb",
            Path(folder) / "site",
            release_before(data) / "site",
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
    with tempfile.TemporaryDirectory() as folder, open_candidate(data) as candidate:
        changed = Path(folder) / "changed_sources.parquet"
        find_delivered(data, changed)
        parts = {node: measure(partial(compute, candidate, data, node, changed)) for node in NODES}
    nothing = measure(partial(draw, data, ()))
    parts["pages"] = measure(partial(draw, data, PAGES)) - nothing
    parts["letters"] = measure(partial(write_letters, data))
    for name, seconds in {**parts, "together": sum(parts.values())}.items():
        print(f"{name:<17}{seconds:.2f} s")


if __name__ == "__main__":
    main()
