"""The columns of a published table, as its contract declares them.

Here: types of Parquet, from the YAML beside a mart or the class of rows of a table that is
passed on. Not here: what the columns mean (``dictionary``), holding a table to its contract (dbt).

The YAML is read rather than dbt's manifest because the manifest is not always there: a
release is computed again in a new folder, where memory is laid down before dbt first parses.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
import yaml

from kinhbac.checks.candidate import PASSED_ON
from kinhbac.data_folder import DBT_PROJECT
from kinhbac.rows import DTYPES, SQL_TYPES, published_columns

KINDS: dict[str, Any] = {SQL_TYPES[kind.base_type()]: kind for kind in (*DTYPES.values(), pl.Int64)}
"""Types of Parquet, by the name that SQL has for them."""


@cache
def columns_of(table: str) -> pl.Schema:
    """The columns of a published table in their order.

    Raises LookupError for a name that is no published table.
    """
    if rows := PASSED_ON.get(table):
        return pl.Schema({column.name: column.dtype for column in published_columns(rows)})
    for path in (DBT_PROJECT / "models" / "marts").rglob(f"{table}.yml"):
        # The C parser: the slow one would take as long as all the rest of memory.
        declared = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for model in declared["models"]:
            if model["name"] == table:
                return pl.Schema(
                    {column["name"]: KINDS[column["data_type"]] for column in model["columns"]}
                )
    raise LookupError(
        f"no published table is called {table}: a mart has {table}.yml beside its SQL"
    )
