"""The macros of a night's SQL, for whoever asks them outside of dbt.

Here: those that need nothing of dbt, read where dbt reads them. Not here: whole models, which need
their tables.
"""

from __future__ import annotations

from typing import Any

import jinja2

from kinhbac.data_folder import DBT_PROJECT


def load_macros(*files: str) -> Any:
    """A module with the macros of ``dbt_project/macros/<file>.sql``; the later may use the former."""
    text = "".join(
        (DBT_PROJECT / "macros" / f"{name}.sql").read_text(encoding="utf-8") for name in files
    )
    environment = jinja2.Environment(
        autoescape=jinja2.select_autoescape(default_for_string=False),
        extensions=["jinja2.ext.do"],
    )
    return environment.from_string(text).module
