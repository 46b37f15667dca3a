"""What is open to be asked, while another comes into force: releases, or open editions.

Here: which one is in force, one database each, when it is closed. Not here: how one is opened
(``opening``), what is asked (``questions``). An answer is of one whole release because it borrows
that release's own database: whatever the link leads to by then, the database stays the same and open
until it is given back, even if its file is gone.
"""

from __future__ import annotations

import logging
import threading
import time
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
from kinhbac.interface.refusals import Refusal
from kinhbac.registry.declared.publication import Access

log = logging.getLogger("kinhbac")
MANIFEST = "manifest.json"
ATTEMPTS = 5
"""How often one may take another's place before the next one is opened."""
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
    those of all that was sealed. ``access`` says who may see an indicator.
    """

    number: int
    as_of: date
    folder: Path
    identity: Identity
    seal: str
    connection: duckdb.DuckDBPyConnection
    find_dataflow: Callable[[Opened], str]
    access: dict[str, Access] = field(default_factory=dict)
    areas: frozenset[str] = frozenset()
    users: int = 0
    left: float | None = None  # when another came into force, by a clock that only runs forward
    _turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(bounds.AT_ONCE))

    @property
    def snapshot(self) -> str:
        """What pages that belong together name it by: its number may be another's too."""
        return f"{self.number}-{self.seal[:12]}"

    @cached_property
    def dataflow(self) -> str:
        """What its figures in SDMX name as their structure."""
        return self.find_dataflow(self)

    def ask(self, question: str, parameters: Mapping[str, Any] | None = None) -> Answer:
        """Ask the database, in SQL of this project, with what comes from outside as parameters.

        Raises Refusal when it would take too long or too much, or too many ask already.
        """
        if not self._turns.acquire(timeout=bounds.WAITING):
            raise busy("Too many questions at once")
        try:
            with self.cursor() as cursor:
                answer = cursor.execute(question, dict(parameters or {}))
                columns = tuple(column for column, *_ in answer.description or ())
                return Answer(columns, answer.fetchall())
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
                f"The question takes more than {bounds.SECONDS} s or {bounds.MEGABYTES} MB. "
                "Remedy: name indicators, areas or periods.",
            ) from error
        finally:
            self._turns.release()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own, in which names are those of the release."""
        cursor = self.connection.cursor()
        cursor.execute("use release")
        return cursor


class Shelf:
    """The one in force, and those before it that are still asked.

    ``link`` leads to the folder of the one in force, which ``open_it`` opens.
    """

    def __init__(self, link: Path, open_it: Callable[[], Opened]) -> None:
        self.link, self.open_it = link, open_it
        self._opened: list[Opened] = []
        self._lock = threading.Lock()

    @contextmanager
    def borrow(self, snapshot: str | None = None) -> Iterator[Opened]:
        """The one in force, or the one that answered before, while it is still open.

        Raises Refusal if there is none, and as ``open_it``.
        """
        borrowed = self._lend(snapshot)
        try:
            yield borrowed
        finally:
            with self._lock:
                borrowed.users -= 1
                self._tidy()

    def tidy(self) -> None:
        """Close what is no longer in force, no longer kept and not in use."""
        with self._lock:
            self._tidy()

    def close(self) -> None:
        """Close everything; nobody may ask any more."""
        with self._lock:
            for opened in [*self._opened]:
                self._close(opened)

    @property
    def numbers(self) -> list[int]:
        """Those that are open, in the order in which they were opened."""
        return [opened.number for opened in self._opened]

    def _lend(self, snapshot: str | None) -> Opened:
        with self._lock:
            in_force = self._find_in_force()
            self._tidy()
            lent = in_force if snapshot is None else self._find(snapshot)
            if lent is None:
                raise Refusal(
                    HTTPStatus.GONE,
                    "What answered the page before does not answer any more; in force is release "
                    f"{in_force.number}. Remedy: begin again without «snapshot».",
                )
            lent.users += 1
            return lent

    def _find(self, snapshot: str) -> Opened | None:
        kept = (one for one in self._opened if not self._is_over(one))
        return next((one for one in kept if one.snapshot == snapshot), None)

    def _find_in_force(self) -> Opened:
        for _ in range(ATTEMPTS):
            identity = self._identity_in_force()
            if found := self._mark(identity):
                return found
            try:
                self._make_room()
                opened = self.open_it()
            except (duckdb.IOException, FileNotFoundError):
                if identity == self._identity_in_force():
                    raise
                continue  # it was dropped while it was being opened: another is in force
            self._opened.append(opened)
        raise busy("Releases follow each other too fast")

    def _identity_in_force(self) -> Identity | None:
        try:
            return identify(self.link)
        except OSError:
            return None

    def _mark(self, identity: Identity | None) -> Opened | None:
        """Note which ones are in force no longer; returns the one that is, if it is open."""
        found = None
        for opened in self._opened:
            if opened.identity == identity:
                opened.left, found = None, opened
            elif opened.left is None:
                opened.left = time.monotonic()
        return found

    def _make_room(self) -> None:
        """Close one that another has replaced in its very folder: a process opens a path once."""
        folder = self.link.resolve()
        for opened in [one for one in self._opened if one.folder == folder]:
            if opened.users:
                raise busy("A release that was replaced in its folder is still being asked")
            self._close(opened)

    def _close(self, opened: Opened) -> None:
        opened.connection.close()
        self._opened.remove(opened)

    def _is_over(self, opened: Opened) -> bool:
        return opened.left is not None and time.monotonic() - opened.left > bounds.KEPT

    def _tidy(self) -> None:
        former = [opened for opened in self._opened if opened.left is not None]
        kept = former[-bounds.KEPT_RELEASES :]
        for opened in former:
            if not opened.users and (opened not in kept or self._is_over(opened)):
                self._close(opened)


def identify(folder: Path) -> Identity:
    """What tells the manifest in a folder from every other, in one look. Raises OSError."""
    status = (folder / MANIFEST).stat()
    return status.st_dev, status.st_ino, status.st_mtime_ns


def busy(why: str) -> Refusal:
    """It could be answered, but not now."""
    return Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        f"{why}. Remedy: ask again in a while.",
        headers={"Retry-After": "1"},
    )
