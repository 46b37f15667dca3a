"""What a night makes again by itself, and what must not stand in its way.

Here: folders where files belong, as a careless copy or a hand leaves them. Not here: files that
are damaged, which whoever reads them proves; what nobody can make again (``landing``, ``raw``,
``releases``), which is named and never taken away.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kinhbac.data_folder import DataFolder, take_away

FILES = {".duckdb", ".json", ".parquet", ".txt", ".wal"}
"""Endings that only files have in these folders."""


def clear_way(data: DataFolder) -> list[Path]:
    """Take away folders that stand where a night writes files of its own; returns which."""
    cleared = [*_find_misplaced(data)]
    for path in cleared:
        take_away(path)
    return cleared


def _find_misplaced(data: DataFolder) -> Iterator[Path]:
    # Of dbt's folders only the first floor is looked at: below it is named after models.
    for folder in (
        data.candidate.parent,
        data.computed,
        data.tables,
        data.dbt,
        data.dbt / "target",
    ):
        if folder.is_dir() and not folder.is_symlink():
            for path in sorted(folder.iterdir()):
                if path.suffix in FILES and path.is_dir() and not path.is_symlink():
                    yield path
