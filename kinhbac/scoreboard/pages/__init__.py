"""The pages of the site, one module a kind.

Here: finding them: a module of this folder that has a function ``pages`` is one; one that has
``figures`` makes files of which each need be made only when what it reads has changed. Not here:
how they are written (``scoreboard.site``).
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from kinhbac.scoreboard.pages.page import DataFile, IsKept, Page
from kinhbac.scoreboard.tables import Tables


def all_pages(tables: Tables, is_kept: IsKept) -> Iterator[Page | DataFile]:
    """Every page and data file of a release's site; what ``is_kept`` has no content."""
    for found in iter_modules(__path__, prefix=f"{__name__}."):
        kind = import_module(found.name)
        if hasattr(kind, "pages"):
            yield from kind.pages(tables)
        if hasattr(kind, "figures"):
            yield from kind.figures(tables, is_kept)
