"""Loading what stays for the life of a process.

Here: a while without looking for garbage, or without a library. Not here: what is loaded.
"""

from __future__ import annotations

import atexit
import gc
import sys
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


@contextmanager
def not_installed(library: str) -> Iterator[None]:
    """Let what is imported in the block not find ``library``, unless it is loaded already.

    For libraries that load whatever they could work with, which nobody asked for.
    """
    if library in sys.modules:
        yield
        return
    vars(sys)["modules"][library] = None  # how Python itself marks a module that is not there
    try:
        yield
    finally:
        del sys.modules[library]
