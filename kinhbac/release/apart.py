"""A process in which what leaves the province is written while pages are.

Here: when it begins and ends, and that it imports before it has anything to do. Not here: what is
written there (``exchange.sealing``), who asks for it (``publication``).
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from importlib import import_module
from typing import ParamSpec, Self, TypeVar

NEEDED = "kinhbac.exchange.sealing"
P = ParamSpec("P")
T = TypeVar("T")


class Apart:
    """Where what leaves is written while pages are: on a core of its own, if there is one.

    Once it is started it imports while others work. Its process ends with the block.
    """

    def __init__(self, workers: int = 1) -> None:
        self._workers = workers
        self._pool: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def start(self) -> None:
        """Let it get ready, unless it does already."""
        if self._pool is None and self._workers > 1:
            # Forked from a clean server: polars and DuckDB hold threads that a fork would lose.
            server = multiprocessing.get_context("forkserver")
            self._pool = ProcessPoolExecutor(1, mp_context=server)
            self._pool.submit(import_module, NEEDED)

    def submit(self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> Future[T]:
        """Begin a piece of work there."""
        self.start()
        self._pool = self._pool or ThreadPoolExecutor(1)
        return self._pool.submit(work, *given, **named)
