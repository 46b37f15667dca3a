"""Steps that are taken again where what stopped them can pass.

Here: which faults of storage pass, and how long they are waited for. Not here: mail, which waits by
itself (``notices.delivery``), whoever else holds the data folder (``defs.backfill``). Whatever else stops
a step would stop it again: a full disk, a file without rights, a refusal.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import isgeneratorfunction
from typing import Any, TypeVar, cast

import dagster as dg

PASSING = {
    errno.EAGAIN, errno.EBUSY, errno.EINTR, errno.ENETDOWN, errno.ENETUNREACH, errno.EHOSTDOWN,
    errno.EHOSTUNREACH, errno.ESTALE, errno.ETIMEDOUT,
}  # fmt: skip
"""What a disk elsewhere says while its server or the way to it is away."""
TRIES, PAUSE = 4, 5
"""How often a step is taken again, after how many seconds first, and twice as many each time."""
Step = TypeVar("Step", bound=Callable[..., Any])


def patient(step: Step) -> Step:
    """The step, taken again after a fault of storage that can pass; every other one ends it."""

    @wraps(step)
    def take(*given: Any, **named: Any) -> Any:
        with _waiting():
            return step(*given, **named)

    @wraps(step)
    def tell(*given: Any, **named: Any) -> Iterator[Any]:
        with _waiting():
            yield from step(*given, **named)

    return cast(Step, tell if isgeneratorfunction(step) else take)


@contextmanager
def _waiting() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in PASSING:
            raise
        pause = PAUSE * 2 ** dg.OpExecutionContext.get().retry_number
        raise dg.RetryRequested(max_retries=TRIES, seconds_to_wait=pause) from error
