"""Reading a release's tables for pages.

Here: questions to one warehouse, rows as dictionaries. Not here: which questions (``pages``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import duckdb

from kinhbac.database import contents_of, read_rows, read_warehouse
from kinhbac.queries import read_queries

QUERIES = read_queries(__file__)

Row = dict[str, Any]
T = TypeVar("T")


class Tables:
    """The published tables of one release, read-only.

    Look-ups that every page needs are read once; ``rows`` asks anything else.
    """

    def __init__(self, warehouse: Path) -> None:
        self._connection = read_warehouse(warehouse)
        self._contents: dict[tuple[str, str], dict[Any, str]] = {}
        self._made: dict[Callable[[Tables], Any], Any] = {}

    def __enter__(self) -> Tables:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def run(self, statement: str) -> None:
        """Lay down a temporary table, for questions that share one."""
        self._connection.execute(statement)

    def rows(self, question: str, *parameters: object) -> list[Row]:
        """The answer, a dictionary a row."""
        return read_rows(self._connection, question, *parameters)

    def grouped(self, key: str, question: str, *parameters: object) -> dict[Any, list[Row]]:
        """The answer by the value of one column; nothing for a value that does not occur."""
        return group(self.rows(question, *parameters), key)

    def once(self, make: Callable[[Tables], T]) -> T:
        """What several kinds of pages make of the tables, made for the first of them."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    def contents(self, table: str, key: str) -> dict[Any, str]:
        """What the rows of a table are, by the value of one column; names of ours, not texts."""
        if (table, key) not in self._contents:
            version = duckdb.__version__  # another one may hash otherwise
            found = contents_of(self._connection, f'"{table}"', f'"{key}"')
            self._contents[table, key] = {k: f"{version} {told}" for k, told in found.items()}
        return self._contents[table, key]

    @cached_property
    def indicators(self) -> dict[str, Row]:
        """Indicators with the names of sector, owner and source."""
        found = self.rows(QUERIES["indicators"])
        return {row["indicator"]: row for row in found}

    @cached_property
    def areas(self) -> dict[str, Row]:
        """Areas by key; those that stand today come first, the province before its parts."""
        found = self.rows(
            "select * from areas order by valid_to is not null, kind != 'province', kind, area"
        )
        return {row["area"]: row for row in found}

    @cached_property
    def agencies(self) -> dict[str, Row]:
        """Agencies by code."""
        return {row["agency"]: row for row in self.rows("from agencies order by agency")}

    @cached_property
    def short_names(self) -> dict[str, str]:
        """Agencies by code, as a Vietnamese document calls them in a table."""
        return {key: row["short_vi"] or row["name_vi"] for key, row in self.agencies.items()}

    @cached_property
    def sources(self) -> dict[str, Row]:
        """Sources by key."""
        return {row["source"]: row for row in self.rows("from sources order by source")}

    @cached_property
    def provinces(self) -> list[str]:
        """Keys of the provinces of today whose scoreboard this is."""
        return [
            key
            for key, row in self.areas.items()
            if row["kind"] == "province" and not row["valid_to"]
        ]

    @cached_property
    def made_of(self) -> set[str]:
        """Keys of the areas of which those provinces were made."""
        found = self.rows("select predecessor, successor from area_successions")
        return {row["predecessor"] for row in found if row["successor"] in self.provinces}


def group(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    """Rows by the value of one column, in their order."""
    found: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found
