"""What is open to be asked, while another comes into force: releases, or open editions.

Here: which one is in force, one database each, when it is closed. Not here: asking one (``opened``),
how one is opened (``opening``). An answer is of one whole release because it borrows
that release's own database: whatever the link leads to by then, the database stays the same and open
until it is given back, even if its file is gone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import duckdb

from kinhbac.interface import bounds
from kinhbac.interface.opened import Identity, Opened, identify
from kinhbac.interface.refusals import Refusal, Unreadable, busy

ATTEMPTS = 5
"""How often one may take another's place before the next one is opened."""


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

        Raises Refusal if there is none, Unreadable if it is damaged, and as ``open_it``.
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
            except (duckdb.Error, OSError, Unreadable) as error:
                if identity == self._identity_in_force():
                    raise _unreadable(self.link, error) from error
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


def _unreadable(link: Path, error: Exception) -> Unreadable:
    what = f"what {link.name} leads to"
    return error if isinstance(error, Unreadable) else Unreadable(what, error)
