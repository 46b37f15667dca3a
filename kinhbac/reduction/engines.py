"""What runs a count: what an engine is asked and given, whichever it is.

Here: the questions, and by which settings an installation names an engine. Not here: any one of
them (``embedded``, ``spark_connect``), which one is meant (``engine_choice``), what is kept of its
answers (``kept_counts``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

import polars as pl

if TYPE_CHECKING:
    from kinhbac.reduction.selects import Select

SETTING = "KINHBAC_ENGINE"
ADDRESS = "KINHBAC_ENGINE_DATA"
FIGURE = "decimal(38, 6)"
"""The type of every figure that is added up: exact, in any order."""


@dataclass(frozen=True)
class Records:
    """The typed Parquet of an extract: its path below the data folder and the name under which
    the hashes of its keys are kept, which tells one content from another."""

    path: str
    hashes: str


@dataclass(frozen=True)
class Told:
    """An extract to count, and the later ones that tell some of its records again."""

    extract: str
    records: Records
    period_start: date
    later: tuple[Records, ...] = ()


class Engine(Protocol):
    """Whoever can count records. Every method raises Refused where the engine cannot be asked."""

    def count(
        self, selects: Sequence[Select], extracts: Sequence[Told], keys: Sequence[str]
    ) -> list[pl.DataFrame]:
        """What each select gives of each extract, without the records that later ones tell again.

        ``keys`` are the columns that identify a record. An answer has a column ``extract``, the
        number of the extract in the sequence, then the columns of its select: area, period_start
        (a date), figures of the type ``FIGURE``.
        """
        ...

    def find_shared(
        self, new: Mapping[str, Records], known: Mapping[str, Records], keys: Sequence[str]
    ) -> set[frozenset[str]]:
        """Pairs of extracts that hold records of the same key: of ``new`` among each other and
        with ``known``. A pair too many costs a count that changes nothing; none is missing."""
        ...
