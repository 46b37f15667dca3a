"""What a release tells in English alone, although people read it in Vietnamese.

Here: sentences of problems, work lists and anomalies, and meanings of columns, that no catalogue
translates. Not here: the catalogues (``words.sentences``, ``words.meaning``), which tests
keep whole for what this version says: here stands what an older one, or somebody else's registry,
has said.
"""

from __future__ import annotations

from pathlib import Path

from kinhbac.database import read_rows, read_warehouse
from kinhbac.queries import read_queries
from kinhbac.words.meaning import read_meanings

QUERIES = read_queries(__file__)


def find_untranslated(warehouse: Path) -> list[str]:
    """Each such text once; none of a release from before texts were told in two languages."""
    with read_warehouse(warehouse) as connection:
        columns = {row["column_name"] for row in read_rows(connection, QUERIES["columns"])}
        if not {"found_vi", "expected_vi", "evidence_vi"} <= columns:
            return []
        told = [str(row["said"]) for row in read_rows(connection, QUERIES["sentences"])]
        meanings = [str(row["said"]) for row in read_rows(connection, QUERIES["meanings"])]
    return told + [text for text in meanings if text not in read_meanings()]
