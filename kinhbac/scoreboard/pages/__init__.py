"""The pages of the site, one module a kind.

Here: finding them: a module of this folder that has a function ``pages`` is one. Not here: how
they are written (``scoreboard.site``).
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from kinhbac.scoreboard.pages.page import DataFile, Page
from kinhbac.scoreboard.tables import Tables


def all_pages(tables: Tables) -> Iterator[Page | DataFile]:
    """Every page and data file of a release's site."""
    for found in iter_modules(__path__, prefix=f"{__name__}."):
        kind = import_module(found.name)
        if hasattr(kind, "pages"):
            yield from kind.pages(tables)
