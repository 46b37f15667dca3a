"""The catalogue as a table, for SQL.

Here: one Parquet file, a row an entry; dbt reads the sections that a model asks for while it
compiles the model (``dbt_project/macros/words.sql``). Not here: the entries (``catalogue``).
"""

from __future__ import annotations

from kinhbac.data_folder import DataFolder
from kinhbac.rows import Row, write_rows
from kinhbac.words.catalogue import read_catalogue


class WordRow(Row, table="words", key=("section", "entry")):
    """One entry of the catalogue."""

    section: str
    entry: str
    vi: str
    en: str


def write_words(data: DataFolder) -> int:
    """Write ``tables/words.parquet``; returns how many entries there are."""
    rows = [
        WordRow(section, key, texts["vi"], texts["en"])
        for section, entries in read_catalogue().items()
        for key, texts in entries.items()
    ]
    return write_rows(WordRow, rows, data.tables).height
