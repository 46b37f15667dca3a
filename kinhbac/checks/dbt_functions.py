"""What models ask of Python by name, as dbt-duckdb is given it (``plugins`` in ``profiles.yml``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbt.adapters.duckdb.plugins import BasePlugin

from kinhbac.words.functions_of_sql import give_functions

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Plugin(BasePlugin):
    """Found by dbt-duckdb by its name."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Once a run, before its first model."""
        give_functions(conn)
