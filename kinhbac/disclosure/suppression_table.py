"""The cells of data elements that are not told, as a table.

Here: which counts are small, over areas, categories and running totals, which sums they stand in,
a period at a time. Not here: choosing what else is hidden (``protection``), where the cells are
emptied (SQL, ``int_area_values`` and the marts of deliveries).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import duckdb
import polars as pl

from kinhbac.data_folder import PROJECT
from kinhbac.database import open_in_memory
from kinhbac.disclosure.protection import Cell, Sum, protect
from kinhbac.kept_results import KeptResults, results_beside
from kinhbac.queries import read_queries

QUERIES = read_queries(__file__)
SCHEMA: dict[str, Any] = {
    "data_element": pl.String,
    "area": pl.String,
    "period_kind": pl.String,
    "period_start": pl.Date,
    "is_small": pl.Boolean,
}
"""A row a cell that is not told; ``is_small`` where its own count is the reason."""
CODE = (PROJECT / "kinhbac" / "disclosure",)


@dataclass
class Period:
    """What is told of one period: counts, the sums that bind them, and which of them are small."""

    values: dict[Cell, float]
    sums: list[Sum]
    small: list[Cell]
    below: float

    def hide(self) -> list[list[str]]:
        """The cells that are not told, in order."""
        hidden = protect(self.values, self.sums, self.small, self.below)
        return [[element, area] for element, area in sorted(hidden)]


def kept_suppressions(connection: duckdb.DuckDBPyConnection) -> KeptResults:
    """What earlier nights hid in the data folder of this candidate."""
    return results_beside(connection, "suppressions", CODE, ("scipy",))


def tell_suppressions(relations: dict[str, duckdb.DuckDBPyRelation], results: KeptResults) -> pl.DataFrame:  # fmt: skip
    """Every cell that is not told. ``relations`` are data_elements, contract_checks,
    contract_check_terms, area_parts of the registry and int_rolled_values; nothing is read of
    them where no data element is protected."""
    elements = relations["data_elements"]
    [(protected,)] = elements.filter("disclosed_from is not null").aggregate("count(*)").fetchall()
    if not protected:
        return pl.DataFrame(schema=SCHEMA)
    with open_in_memory() as connection:
        for name, relation in relations.items():
            connection.register(name, relation.pl())
        connection.execute("create table families as " + QUERIES["families"])
        connection.execute("create table cells as " + QUERIES["cells"])
        rows = list(_hidden(connection, results))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _hidden(
    connection: duckdb.DuckDBPyConnection, results: KeptResults
) -> Iterator[tuple[Any, ...]]:
    for (family, kind, start), period in _periods(connection).items():
        if not period.small:
            continue
        sums = [sorted((str(cell), times) for cell, times in own.items()) for own in period.sums]
        told = sorted((str(cell), value) for cell, value in period.values.items())
        asked = [family, told, sorted(map(str, sums)), sorted(map(str, period.small)), period.below]
        small = set(period.small)
        for element, area in results.ask(asked, partial(period.hide)):
            yield element, area, kind, start, (element, area) in small


def _periods(connection: duckdb.DuckDBPyConnection) -> dict[tuple[Any, ...], Period]:
    """Families of data elements that sums bind together, period by period."""
    found: dict[tuple[Any, ...], Period] = {}
    for family, below, kind, start, element, area, value, small in connection.execute(
        "select * from cells order by all"
    ).fetchall():
        period = found.setdefault((family, kind, start), Period({}, [], [], below))
        period.values[element, area] = value
        if small:
            period.small.append((element, area))
    for query in (QUERIES["rolled"], QUERIES["bound"]):
        terms: dict[tuple[Any, ...], dict[Cell, float]] = defaultdict(dict)
        for family, kind, start, key, element, area, times in connection.execute(
            f"select * from ({query}) order by all"
        ).fetchall():
            terms[family, kind, start, key][element, area] = times
        for (family, kind, start, _), own in terms.items():
            period = found[family, kind, start]
            if sum(times > 0 for times in own.values()) == 1 < sum(t < 0 for t in own.values()):
                own = {cell: -times for cell, times in own.items()}  # a whole is what is taken away
            if own.keys() <= period.values.keys() and len(own) > 1:
                period.sums.append(own)
    return found
