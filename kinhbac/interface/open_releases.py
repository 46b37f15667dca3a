"""Releases that are open to be asked, while others come into force.

Here: which one is in force, one database a release, when it is closed. Not here: what is asked
(``questions``). An answer is of one whole release because it borrows that release's own database:
whatever `current` points to by then, the database stays the same and open until it is given back,
even if its file is gone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from http import HTTPStatus
from typing import Any

import duckdb

from kinhbac.data_folder import DataFolder
from kinhbac.database import serve_warehouse
from kinhbac.exchange.sdmx.components import name_of_dataflow
from kinhbac.exchange.sdmx.content import read_content
from kinhbac.interface import bounds
from kinhbac.interface.refusals import Refusal
from kinhbac.queries import read_queries
from kinhbac.registry.declared.publication import Access
from kinhbac.release.releases import Release, current_release
from kinhbac.release.warehouse import WAREHOUSE, warehouse_of

QUERIES = read_queries(__file__)
MANIFEST = "manifest.json"
ATTEMPTS = 5
"""How often one release may take another's place before the next one is opened."""
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
class OpenRelease:
    """A release whose database is open.

    ``seal`` is the hash of its manifest, which holds those of all that was sealed; ``access``
    says who may see an indicator.
    """

    release: Release
    identity: Identity
    seal: str
    connection: duckdb.DuckDBPyConnection
    access: dict[str, Access] = field(default_factory=dict)
    areas: frozenset[str] = frozenset()
    users: int = 0
    left: float | None = None  # when another came into force, by a clock that only runs forward
    _turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(bounds.AT_ONCE))

    @cached_property
    def dataflow(self) -> str:
        """What its figures in SDMX name as their structure."""
        with self.connection.cursor() as cursor:
            cursor.execute("use release")
            return name_of_dataflow(read_content(cursor))

    def ask(self, question: str, parameters: Mapping[str, Any] | None = None) -> Answer:
        """Ask the database, in SQL of this project, with what comes from outside as parameters.

        Raises Refusal when it would take too long or too much, or too many ask already.
        """
        if not self._turns.acquire(timeout=bounds.WAITING):
            raise _busy("Too many questions at once")
        try:
            with self.connection.cursor() as cursor:
                cursor.execute("use release")
                answer = cursor.execute(question, dict(parameters or {}))
                columns = tuple(column for column, *_ in answer.description or ())
                return Answer(columns, answer.fetchall())
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"Release {self.release.number} was sealed before this could be asked of one. "
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


class OpenReleases:
    """The release in force of a data folder, and those before it that are still asked."""

    def __init__(self, data: DataFolder) -> None:
        self.data = data
        self._opened: list[OpenRelease] = []
        self._lock = threading.Lock()

    @contextmanager
    def borrow(self, number: int | None = None) -> Iterator[OpenRelease]:
        """The release in force, or the one of this number while it is still open.

        Raises Refusal if there is none, ReleaseUnreadable if it cannot be read.
        """
        borrowed = self._lend(number)
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
            for opened in self._opened:
                opened.connection.close()
            self._opened.clear()

    @property
    def numbers(self) -> list[int]:
        """The releases that are open, in the order in which they were opened."""
        return [opened.release.number for opened in self._opened]

    def _lend(self, number: int | None) -> OpenRelease:
        with self._lock:
            in_force = self._find_in_force()
            for opened in self._opened:
                if opened is not in_force and opened.left is None:
                    opened.left = time.monotonic()
            in_force.left = None
            self._tidy()
            lent = in_force if number is None else self._find(number)
            if lent is None:
                raise Refusal(
                    HTTPStatus.GONE,
                    f"Release {number} does not answer here; in force is "
                    f"{in_force.release.number}. Remedy: begin again without «release».",
                )
            lent.users += 1
            return lent

    def _find(self, number: int) -> OpenRelease | None:
        """The open one of this number; of two that bear it the newer."""
        kept = [one for one in self._opened if one.left is None or not self._is_over(one)]
        return next((one for one in reversed(kept) if one.release.number == number), None)

    def _find_in_force(self) -> OpenRelease:
        for _ in range(ATTEMPTS):
            identity = self._identity_in_force()
            for opened in self._opened:
                if opened.identity == identity:
                    return opened
            try:
                self._make_room()
                opened = self._open()
            except (duckdb.IOException, FileNotFoundError):
                if identity == self._identity_in_force():
                    raise
                continue  # it was dropped while it was being opened: another is in force
            self._opened.append(opened)
        raise _busy("Releases follow each other too fast")

    def _make_room(self) -> None:
        """Close a release that another has replaced in its very folder: one process opens a path
        once."""
        folder = self.data.current.resolve()
        for opened in [one for one in self._opened if one.release.folder == folder]:
            if opened.users:
                raise _busy("A release that was replaced in its folder is still being asked")
            self._close(opened)

    def _close(self, opened: OpenRelease) -> None:
        opened.connection.close()
        self._opened.remove(opened)

    def _identity_in_force(self) -> Identity | None:
        """What tells the manifest of the release in force from every other, in one look."""
        try:
            status = (self.data.current / MANIFEST).stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino, status.st_mtime_ns

    def _open(self) -> OpenRelease:
        release = current_release(self.data)
        if release is None:
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "There is no release yet. Remedy: run kinhbac refresh.",
            )
        manifest = release.folder / MANIFEST
        status, seal = manifest.stat(), sha256(manifest.read_bytes()).hexdigest()
        path = release.folder / WAREHOUSE
        if not path.exists() and release.folder == self.data.current.resolve():
            warehouse_of(release)
        connection = serve_warehouse(path, bounds.MEGABYTES, bounds.SECONDS)
        opened = OpenRelease(
            release, (status.st_dev, status.st_ino, status.st_mtime_ns), seal, connection
        )
        try:
            opened.ask(QUERIES["shown_indicators"])
            opened.ask(QUERIES["shown_cells"])
            opened.ask(QUERIES["shown_cells_as_of"])
            opened.access = dict(opened.ask(QUERIES["accesses"]).rows)
            opened.areas = frozenset(area for (area,) in opened.ask(QUERIES["areas"]).rows)
        except BaseException:
            connection.close()
            raise
        return opened

    def _is_over(self, opened: OpenRelease) -> bool:
        return opened.left is not None and time.monotonic() - opened.left > bounds.KEPT

    def _tidy(self) -> None:
        former = [opened for opened in self._opened if opened.left is not None]
        kept = former[-bounds.KEPT_RELEASES :]
        for opened in former:
            if not opened.users and (opened not in kept or self._is_over(opened)):
                self._close(opened)


def _busy(why: str) -> Refusal:
    return Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        f"{why}. Remedy: ask again in a while.",
        headers={"Retry-After": "1"},
    )
