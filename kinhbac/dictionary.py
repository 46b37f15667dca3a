"""The data dictionary, made from the descriptions of the published tables.

Here: text from where each meaning is written once: the YAML beside a mart, the class of rows of
a table that is passed on. Not here: the meanings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import yaml

from kinhbac.checks.candidate import PASSED_ON
from kinhbac.data_folder import DBT_PROJECT
from kinhbac.rows import published_columns

HEAD = """# Data dictionary

Made by `kinhbac dictionary` from the YAML beside each mart (`dbt_project/models/marts/`) and the
classes of rows of tables that are passed on; a test keeps it current. The same text stands in the
release as comments:
`select column_name, comment from duckdb_columns() where table_name = 'indicator_values'`.
"""
BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
REFERENCE = re.compile(r"{{ doc\('(\w+)'\) }}")
TABLE = re.compile(r"^## \w+\n\n(.+)$", re.MULTILINE)
Cells = tuple[str, str, str]


def data_dictionary() -> str:
    """Markdown: one section a published table, one row a column."""
    sections = _marts() | {
        table: _section(
            table,
            rows.meaning,
            ((c.name, c.sql_type, c.meaning or "") for c in published_columns(rows)),
        )
        for table, rows in PASSED_ON.items()
    }
    return "\n".join([HEAD, *(sections[table] for table in sorted(sections))]) + "\n"


def _marts() -> dict[str, str]:
    blocks = dict(BLOCK.findall((DBT_PROJECT / "models" / "docs.md").read_text(encoding="utf-8")))

    def meaning(description: str) -> str:
        return REFERENCE.sub(lambda named: blocks[named[1]], description)

    return {
        model["name"]: _section(
            model["name"],
            model["description"],
            (
                (column["name"], column["data_type"], meaning(column["description"]))
                for column in model["columns"]
            ),
        )
        for path in (DBT_PROJECT / "models" / "marts").rglob("*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    }


def list_meanings() -> set[str]:
    """What each table and each column means, once; of a column the line of the dictionary without
    table, name and type."""
    text = data_dictionary()
    rows = [line[2:-2].split(" | ", 2) for line in text.splitlines() if line[:2] == "| "]
    return {meaning for _, _, meaning in rows} - {"meaning"} | {*TABLE.findall(text)}


def _section(table: str, meaning: str, columns: Iterable[Cells]) -> str:
    lines = [f"\n## {table}\n\n{meaning}\n", "| column | type | meaning |\n|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(cells)} |" for cells in columns)])
