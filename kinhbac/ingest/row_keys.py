"""Keys hold across a whole file: a row is delivered once.

Here: the keys of a file, kept while its batches are read, and which of them stand again. Not
here: what a key is made of (``row_examination``), what is said of it (``door``).

Keys of more than one batch lie on disk; DuckDB compares them there, within its bounds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import polars as pl

from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.spool import Spool
from kinhbac.problems import SHOWN, Problem
from kinhbac.queries import read_queries

AGAIN = Problem(
    "this key stands here again", "a row is delivered once", "leave one of the rows", check="key"
)


QUERIES = read_queries(__file__)
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


def digested(keys: pl.DataFrame) -> pl.DataFrame:
    """``keys`` with the ``digest`` of each ``key``: where no number stands twice, no key does, and
    only numbers have to be read to know it."""
    return keys.with_columns(keys["key"].struct.unnest().hash_rows().alias("digest"))


def find_repeated(keys: Spool, room: ReadingRoom, most: int) -> RepeatedKeys:
    """Which keys stand again in one file.

    ``keys`` hold ``key``, a struct, its ``digest`` and ``line``. The lines of all are given if there
    are no more than ``most``.
    """
    if not keys.rows:
        return RepeatedKeys(0)
    with room.engine_of(keys.rows).cursor() as engine:
        keys.show(engine, "keys")
        [(some,)] = engine.execute(QUERIES["some_again"]).fetchall()
        if not some:
            return RepeatedKeys(0)
        engine.execute(QUERIES["repeated"])
        shown = {"shown": SHOWN}
        [(count, first)] = engine.execute(QUERIES["counted"], shown).fetchall()
        told = engine.execute(QUERIES["examples"], shown).fetchall()
        examples = tuple(", ".join(map(str, key.values())) for (key,) in told)
        lines = NO_LINES
        if count <= most:
            lines = pl.DataFrame(engine.sql(QUERIES["lines"]).to_arrow_table())["line"]
    return RepeatedKeys(count, tuple(first or ()), examples, lines)
