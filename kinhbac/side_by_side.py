"""Pieces of a computation side by side, in processes that have loaded what computes them.

Here: when the processes begin and end, what becomes of a computation where there are none. Not
here: what is computed (``composite``). They are forked, so that none of them has to import
anything: before the process has threads, whose locks a fork would keep.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

MOST = 4
"""More processes would wait for each other's memory."""

_forked: list[Executor] = []


@contextmanager
def forked_beside() -> Iterator[None]:
    """For the block, processes beside this one, which keeps a core for itself; none where there is
    only one core. They end with it, or with this process, however that comes."""
    beside = min((os.cpu_count() or 1) - 1, MOST)
    if not beside:
        yield
        return
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(beside, fork, initializer=end_with_whoever_forked) as pool:
        pool.submit(os.getpid).result()  # the first that is asked forks them all
        _forked.append(pool)
        try:
            yield
        finally:
            _forked.remove(pool)


def compute_each(pieces: Sequence[Callable[[], T]]) -> list[T]:
    """What each piece gives, in their order: side by side where processes were forked."""
    if not _forked or len(pieces) < 2:
        return [piece() for piece in pieces]
    answers = [_forked[-1].submit(piece) for piece in pieces]
    return [answer.result() for answer in answers]


def end_with_whoever_forked() -> None:
    """Let this process end when the one that had it forked does, however that comes."""
    forked_by = multiprocessing.parent_process()
    assert forked_by is not None
    threading.Thread(target=_end_after, args=[forked_by], daemon=True).start()


def _end_after(process: multiprocessing.process.BaseProcess) -> None:
    process.join()
    os._exit(0)
