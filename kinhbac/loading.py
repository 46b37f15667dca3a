"""Loading what stays for the life of a process.

Here: a while without looking for garbage. Not here: what is loaded.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def keep_what_loads() -> Iterator[None]:
    """Look for no garbage among what is imported or read in the block, now or later.

    All of it stays, and looking costs a fifth of importing and an eighth of a small run of dbt. As
    the process ends it is let go like everything else, or libraries tell of leaks.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
        atexit.register(gc.unfreeze)
