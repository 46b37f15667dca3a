"""The data dictionary, made from the descriptions of the published tables.

Here: text from the YAML beside each mart, where each meaning is written once. Not here: the
meanings.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from kinhbac.data_folder import DBT_PROJECT

HEAD = """# Data dictionary

Made by `kinhbac dictionary` from the YAML beside each mart (`dbt_project/models/marts/`); a
test keeps it current. The same text stands in the release as comments:
`select column_name, comment from duckdb_columns() where table_name = 'indicator_values'`.
"""
BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
REFERENCE = re.compile(r"^{{ doc\('(\w+)'\) }}$")


def data_dictionary() -> str:
    """Markdown: one section a published table, by subject; one row a column."""
    blocks = dict(BLOCK.findall((DBT_PROJECT / "models" / "docs.md").read_text(encoding="utf-8")))
    parts = [HEAD]
    for path in sorted((DBT_PROJECT / "models" / "marts").rglob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
            parts += _describe(model, blocks)
    return "\n".join(parts) + "\n"


def _describe(model: dict[str, Any], blocks: dict[str, str]) -> list[str]:
    lines = [f"\n## {model['name']}\n\n{model['description']}\n"]
    lines.append("| column | type | meaning |\n|---|---|---|")
    for column in model["columns"]:
        named = REFERENCE.match(column["description"])
        meaning = blocks[named[1]] if named else column["description"]
        lines.append(f"| {column['name']} | {column['data_type']} | {meaning} |")
    return lines
