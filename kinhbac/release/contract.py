"""The columns of a published table, as its contract declares them.

Here: types of Parquet from the YAML beside a mart. Not here: what the columns mean
(``dictionary``), holding a table to its contract (dbt).

The YAML is read rather than dbt's manifest because the manifest is not always there: a
release is computed again in a new folder, where memory is laid down before dbt first parses.
"""

from __future__ import annotations

from functools import cache

import polars as pl
import yaml

from kinhbac.data_folder import DBT_PROJECT

KINDS: dict[str, pl.DataType] = {
    "bigint": pl.Int64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "double": pl.Float64(),
    "integer": pl.Int32(),
    "varchar": pl.String(),
    "varchar[]": pl.List(pl.String),
}
"""Types of Parquet, by the name that DuckDB has for them."""


@cache
def columns_of(mart: str) -> pl.Schema:
    """The columns of a published table in their order.

    Raises LookupError for a name that is no mart with a YAML of its own.
    """
    for path in (DBT_PROJECT / "models" / "marts").rglob(f"{mart}.yml"):
        # The C parser: the slow one would cost a night half a second.
        declared = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for model in declared["models"]:
            if model["name"] == mart:
                return pl.Schema(
                    {column["name"]: KINDS[column["data_type"]] for column in model["columns"]}
                )
    raise LookupError(f"no mart is called {mart}: its YAML lies beside its SQL, {mart}.yml")
