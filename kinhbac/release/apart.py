"""A process beside that of the night: it writes what a release holds while others work.

Here: when it begins and ends, that it imports before it has anything to do, a draft that it began
before anybody asked. Not here: what is written there (``draft``, ``exchange.sealing``), who asks for it
(``publication``).
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import suppress
from importlib import import_module
from typing import ParamSpec, Self, TypeVar

from kinhbac.data_folder import DataFolder, hash_unmoved
from kinhbac.release.contents import empty_folder
from kinhbac.release.draft import Draft, write_draft
from kinhbac.release.releases import next_number
from kinhbac.side_by_side import end_with_whoever_forked

NEEDED = "kinhbac.exchange.sealing"
BEHIND = 10
"""Its niceness: where cores are few the night itself goes first, which others wait for."""
P = ParamSpec("P")
T = TypeVar("T")


class Apart:
    """Where a draft is written while the candidate is examined, and what leaves while pages are: on
    a core of its own, if there is one.

    Once it is started it imports while others work. Its process ends with the block, or with this
    one, however that comes; a draft that nobody took goes.
    """

    def __init__(self, workers: int = 1) -> None:
        self._workers = workers
        self._pool: Executor | None = None
        self._draft: Draft | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._drop_draft()
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def start(self) -> None:
        """Let it get ready, unless it does already."""
        if self._pool is None and self._workers > 1:
            # Forked from a clean server: polars and DuckDB hold threads that a fork would lose.
            server = multiprocessing.get_context("forkserver")
            self._pool = ProcessPoolExecutor(1, server, initializer=_begin_process)
            self._pool.submit(import_module, NEEDED)

    def submit(self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> Future[T]:
        """Begin a piece of work there."""
        self.start()
        self._pool = self._pool or ThreadPoolExecutor(1)
        return self._pool.submit(work, *given, **named)

    def begin_draft(self, data: DataFolder) -> None:
        """Let a draft be written of the candidate, which stays as it is, where that is beside."""
        if self._workers > 1:
            with suppress(OSError):  # whoever takes it is told what stands against it
                self._draft = self._begin(data)

    def take_draft(self, data: DataFolder) -> Draft:
        """The draft that was begun, if it is of the candidate as it stands now, or another one."""
        if self._draft and self._draft.candidate != hash_unmoved(data.candidate):
            self._drop_draft()
        draft, self._draft = self._draft or self._begin(data), None
        return draft

    def _begin(self, data: DataFolder) -> Draft:
        number = next_number(data)
        folder = empty_folder(data.releases, number)
        written = self.submit(write_draft, data, folder)
        return Draft(number, hash_unmoved(data.candidate), folder, written)

    def _drop_draft(self) -> None:
        """What was begun and is not published; whatever stood against it stands against it no more."""
        if self._draft:
            wait([self._draft.tables])
            shutil.rmtree(self._draft.folder)
            self._draft = None


def _begin_process() -> None:
    end_with_whoever_forked()
    os.nice(BEHIND)
