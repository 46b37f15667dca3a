"""A release in the making: the folder in which it is built, its tables sealed in it.

Here: whose tables they are, writing them with their database. Not here: who writes it while the
candidate is still examined (``apart``), whether it may be published and all else that it holds
(``publication``).
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from kinhbac.data_folder import DataFolder
from kinhbac.release.parquet import TablesTold, write_tables
from kinhbac.release.releases import current_release
from kinhbac.release.warehouse import make_warehouse, write_script


@dataclass(frozen=True)
class Draft:
    """Release ``number`` in its ``folder``; ``candidate``: the hash of that whose rows it holds,
    ``tables``: rows and hash of each, when they are written."""

    number: int
    candidate: str
    folder: Path
    tables: Future[TablesTold]


def write_draft(data: DataFolder, folder: Path) -> TablesTold:
    """Write the tables of the candidate into ``folder``, and the database made of them; returns rows
    and hash by table.

    Parts that are as in the release in force are its files. Raises what writing raises, and
    ValueError for a table that came out otherwise.
    """
    before = current_release(data)
    tables, contents = write_tables(data.candidate, folder, before)
    write_script(folder)
    make_warehouse(folder, contents, before)
    return tables
