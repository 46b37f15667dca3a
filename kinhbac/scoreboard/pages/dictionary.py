"""The data dictionary: what each published table and column means, searchable without a server.

Here: the meanings, which the release holds as comments too, in both languages. Not here: the
meanings themselves, each of which is written once, beside what it describes
(``checks.candidate``) and, in Vietnamese, in ``words.meaning``.
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.checks.candidate import find_meanings
from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.page import DataFile, Page
from kinhbac.scoreboard.script import as_script
from kinhbac.scoreboard.tables import Tables
from kinhbac.words.meaning import translate_meaning

QUERIES = read_queries(__file__)
FIELDS = ("table_name", "column_name", "data_type", "meaning_en", "meaning_vi")


def pages(tables: Tables) -> Iterator[Page | DataFile]:
    """``dictionary.html``, and a line for each column (``data/dictionary.js``): the same from night to
    night, as long as the tables are."""
    meanings = find_meanings()
    columns = tables.rows(QUERIES["columns"], [*meanings])
    described = tables.rows(QUERIES["tables"], [*meanings])
    for row in (*columns, *described):
        row["meaning_en"] = meanings[row["table_name"]].get(row.get("column_name", ""), "")
        row["meaning_vi"] = translate_meaning(row["meaning_en"], "vi")
    lines = [[row[field] for field in FIELDS] for row in columns]
    said = {"fields": FIELDS, "lines": lines}
    yield DataFile("data/dictionary.js", as_script("kinhbacDictionary", said))
    yield Page(
        "dictionary.html",
        "dictionary.html",
        "catalogue",
        {"tables": described, "count": len(columns)},
    )
