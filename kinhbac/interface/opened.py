"""One release, or open edition, whose database is open to be asked.

Here: which one it is, asking its database within bounds. Not here: how it is opened (``opening``),
how long it stays open (``shelf``), what is asked (``questions``).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any

import duckdb

from kinhbac.interface import bounds
from kinhbac.interface.bounds import OF_STRANGERS, Bounds
from kinhbac.interface.refusals import Refusal, Unreadable, busy
from kinhbac.registry.declared.publication import Access
from kinhbac.release.releases import MANIFEST

log = logging.getLogger("kinhbac")
Identity = tuple[int, int, int]


@dataclass(frozen=True)
class Answer:
    """What the database answered: columns in their order, and rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def records(self) -> Iterator[dict[str, Any]]:
        """Each row by its columns."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def keys(self, column: str) -> set[Any]:
        """What stands in a column."""
        place = self.columns.index(column)
        return {row[place] for row in self.rows}


@dataclass(eq=False)
class Opened:
    """A release, or what is open of one, whose database is open.

    ``identity`` tells its manifest from every other, ``seal`` is that manifest's hash, which holds
    those of all that was sealed.
    """

    number: int
    as_of: date
    folder: Path
    identity: Identity
    seal: str
    connection: duckdb.DuckDBPyConnection
    find_dataflow: Callable[[Opened], str]
    bounds: Bounds = OF_STRANGERS
    users: int = 0
    left: float | None = None  # when another came into force, by a clock that only runs forward
    _known: dict[str, dict[str, frozenset[Access]]] = field(default_factory=dict)
    _turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(bounds.AT_ONCE))

    @property
    def snapshot(self) -> str:
        """What pages that belong together name it by: its number may be another's too."""
        return f"{self.number}-{self.seal[:12]}"

    @cached_property
    def dataflow(self) -> str:
        """What its figures in SDMX name as their structure."""
        return self.find_dataflow(self)

    def list_keys(self, question: str) -> dict[str, frozenset[Access]]:
        """Key → the accesses with one of which it may be seen; asked once. Raises as ``ask``.

        ``question`` is answered with rows of a key and an access.
        """
        if question not in self._known:
            found: dict[str, frozenset[Access]] = {}
            for key, access in self.ask(question).rows:
                found[key] = found.get(key, frozenset()) | {access}
            self._known[question] = found
        return self._known[question]

    def ask(self, question: str, parameters: Mapping[str, Any] | None = None) -> Answer:
        """Ask the database, in SQL of this project, with what comes from outside as parameters.

        Raises as ``reading``.
        """
        with self.reading() as cursor:
            answer = cursor.execute(question, dict(parameters or {}))
            columns = tuple(column for column, *_ in answer.description or ())
            return Answer(columns, answer.fetchall())

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection to ask by, when it is one's turn.

        Raises Refusal when it would take too long or too much, or too many ask already, Unreadable
        when the database is damaged.
        """
        if not self._turns.acquire(timeout=bounds.WAITING):
            raise busy("Too many questions at once")
        try:
            with self.cursor() as cursor:
                yield cursor
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            log.error("release %s: %s", self.number, error)
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"Release {self.number} was sealed before this could be asked of one. "
                "Remedy: ask again after the next night.",
            ) from error
        except (duckdb.InterruptException, duckdb.OutOfMemoryException) as error:
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"The question takes more than {self.bounds.seconds:g} s or "
                f"{self.bounds.megabytes} MB. "
                "Remedy: name indicators, areas or periods.",
            ) from error
        except (duckdb.ProgrammingError, duckdb.DataError):  # it was asked wrongly, by this code
            raise
        except duckdb.Error as error:
            raise Unreadable(f"the database of release {self.number}", error) from error
        finally:
            self._turns.release()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own, in which names are those of the release."""
        cursor = self.connection.cursor()
        cursor.execute("use release")
        return cursor


def identify(folder: Path) -> Identity:
    """What tells the manifest in a folder from every other, in one look. Raises OSError."""
    status = (folder / MANIFEST).stat()
    return status.st_dev, status.st_ino, status.st_mtime_ns
