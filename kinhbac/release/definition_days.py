"""Since when definitions stand, as the release in force knows.

Here: asking it of a sealed release, between nights. Not here: how the next release goes on with it
(``registry.tables``), what follows for a signature (``registry.definitions``).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from kinhbac.registry import Registry
from kinhbac.registry.tables.process import DefinitionRow, tabulate_definitions
from kinhbac.release.releases import Release


def find_stood(registry: Registry, release: Release | None, as_of: date) -> dict[str, date | None]:
    """Since when the definitions of ``registry`` stand, as ``release``, the one in force, knows; what
    it does not know stands since today. Empty before there is one."""
    path = release.folder / "definition_history.parquet" if release else None
    if path is None or not path.exists():
        return {}
    known = [DefinitionRow(**row) for row in pl.read_parquet(path, glob=False).rows(named=True)]
    history = tabulate_definitions(registry, known, as_of, 0)
    return {row.indicator: row.first_stood_on for row in history if row.today}
