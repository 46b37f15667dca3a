"""The data dictionary: what each published table and column means, searchable without a server.

Here: the meanings, which the release holds as comments. Not here: the meanings themselves, each of
which is written once, beside what it describes (``kinhbac.dictionary``).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.tables import Tables

QUERIES = read_queries(__file__)


def pages(tables: Tables) -> Iterator[Page]:
    """``dictionary.html``: the same from night to night, as long as the tables are."""
    columns = tables.grouped("table_name", QUERIES["columns"])
    yield Page(
        "dictionary.html",
        "dictionary.html",
        "catalogue",
        {
            "tables": [
                {**table, "columns": columns[table["table_name"]]}
                for table in tables.rows(QUERIES["tables"])
            ]
        },
    )
