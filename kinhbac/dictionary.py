"""The data dictionary, made from the descriptions of the published tables.

Here: text from ``dbt_project/models/marts/marts.yml``, where each meaning is written
once. Not here: the meanings.
"""

from __future__ import annotations

import yaml

from kinhbac.data_folder import DBT_PROJECT

HEAD = """# Data dictionary

Made by `kinhbac dictionary` from `dbt_project/models/marts/marts.yml`; a test keeps it
current. The same text stands in the release as comments:
`select column_name, comment from duckdb_columns() where table_name = 'indicator_values'`.
"""


def data_dictionary() -> str:
    """Markdown: one section a published table, one row a column."""
    path = DBT_PROJECT / "models" / "marts" / "marts.yml"
    models = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    parts = [HEAD]
    for model in models:
        parts.append(f"\n## {model['name']}\n\n{model['description']}\n")
        parts.append("| column | type | meaning |\n|---|---|---|")
        for column in model["columns"]:
            parts.append(f"| {column['name']} | {column['data_type']} | {column['description']} |")
    return "\n".join(parts) + "\n"
