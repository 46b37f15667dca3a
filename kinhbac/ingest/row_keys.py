"""Keys hold across a whole file: a row is delivered once.

Here: the keys of a file, kept while its batches are read, and which of them stand again. Not
here: what a key is made of (``row_examination``), what is said of it (``door``).

Keys of more than one batch lie on disk; DuckDB compares them there, within its bounds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import duckdb
import polars as pl

from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.spool import Spool
from kinhbac.problems import SHOWN, Problem

AGAIN = Problem(
    "this key stands here again", "a row is delivered once", "leave one of the rows", check="key"
)


NO_LINES = pl.Series("line", [], pl.Int64)


@dataclass(frozen=True)
class RepeatedKeys:
    """How many rows have a key that another row has, the first lines and examples; and all the
    lines, where ``lines`` were asked for."""

    count: int
    first: tuple[int, ...] = ()
    examples: tuple[str, ...] = ()
    lines: pl.Series = field(default_factory=lambda: NO_LINES)

    def tell(self) -> Problem:
        """What is said of them."""
        return replace(AGAIN, count=self.count, lines=self.first, values=self.examples)


def find_repeated(keys: Spool, room: ReadingRoom, most: int) -> RepeatedKeys:
    """Which keys stand again in one file.

    ``keys`` have any columns, and ``line``. The lines of all are given if there are no more
    than ``most``.
    """
    columns = [name for name in keys.columns if name != "line"]
    named = ", ".join(f"k{n}" for n in range(len(columns)))
    with room.engine_of(keys.rows).cursor() as engine:
        keys.show(engine, "keys", {name: f"k{n}" for n, name in enumerate(columns)})
        [(some,)] = _ask(engine, f"select count(*) > count(distinct hash({named})) from keys")
        if not some:
            return RepeatedKeys(0)
        engine.execute(
            f"""
            create temp table repeated as
            with again as (
                select hash({named}) as digest from keys group by all having count(*) > 1
            )
            select line, {named}
            from keys
            where hash({named}) in (select digest from again)
            qualify count(*) over (partition by {named}) > 1
            """
        )
        [(count, first)] = _ask(
            engine, f"select count(*), list(line order by line)[:{SHOWN}] from repeated"
        )
        told = _ask(
            engine,
            f"select {named} from repeated group by all order by min(line) limit {SHOWN}",
        )
        lines = (
            pl.DataFrame(engine.execute("select line from repeated").to_arrow_table())["line"]
            if count <= most
            else NO_LINES
        )
    examples = tuple(", ".join(map(str, key)) for key in told)
    return RepeatedKeys(count, tuple(first or ()), examples, lines)


def _ask(engine: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return engine.execute(query).fetchall()
