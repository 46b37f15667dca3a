"""Suites of expectations asked of a warehouse, in a process of its own.

Here: the only importer of Great Expectations, which imports as little with it as it allows;
waiting for one question on standard input and answering it. Not here: which suites there are
and what follows from the answers (``acceptance``). The process ends when it has answered, or
when standard input closes: whoever started it is gone then, however that came.

Importing Great Expectations as it stands takes 3.1 s of CPU, 1.3 s as it is done here: without
collecting garbage while there is none, without the clients of stores that a frame does not lie
in, and with what only other expectations compute loaded when one asks for it.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from pathlib import Path
from types import ModuleType
from typing import Any

from kinhbac.database import read_warehouse
from kinhbac.loading import leave

ELSEWHERE = ("boto3", "botocore", "pyspark", "sqlalchemy")
"""Packages that Great Expectations uses where they are installed, for data that lie elsewhere."""
SELDOM_USED = ("altair", "scipy.stats")
"""What it imports for charts and for the few expectations of distributions."""

Suites = dict[str, list[dict[str, Any]]]


class _WhenUsed:
    """Finds modules that are loaded when something in them is used, and not when imported."""

    @classmethod
    def find_spec(
        cls, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name in SELDOM_USED else None
        if spec and spec.loader:
            spec.loader = LazyLoader(spec.loader)
        return spec


NO_HOME = "/nonexistent"
"""Where Great Expectations, which asks as it is imported, may look for settings and finds none."""


def import_little() -> Any:
    """Great Expectations, for a process that does nothing else."""
    gc.disable()  # what an import makes stays, and the process is short
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    try:
        Path.home()
    except RuntimeError:  # a user of whom the machine knows no more than a number
        os.environ["HOME"] = NO_HOME
    absent: dict[str, Any] = dict.fromkeys(ELSEWHERE)
    sys.modules.update(absent)  # None is how Python says that there is none
    sys.meta_path.insert(0, _WhenUsed)
    import great_expectations

    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    return great_expectations


def ask(gx: Any, warehouse: Path, suites: Suites) -> Iterator[dict[str, Any]]:
    """What each expectation says of its table: ``check``, ``table``, ``passed``, ``found``."""
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    # One asset for all tables: GX writes down all that it has whenever another is added.
    tables = context.data_sources.add_pandas("candidate").add_dataframe_asset("table")
    whole = tables.add_batch_definition_whole_dataframe("whole")
    with read_warehouse(warehouse) as connection:
        for table, expectations in suites.items():
            suite = gx.ExpectationSuite(name=table)
            for expectation in expectations:
                suite.add_expectation_configuration(
                    ExpectationConfiguration(
                        type=expectation["type"],
                        kwargs=expectation["kwargs"],
                        meta={"why": expectation["why"]},
                    )
                )
            columns = sorted(_columns_of(expectations))
            # Rows are counted without their cells: to carry all of them takes seconds.
            selected = ", ".join(f'"{column}"' for column in columns) or "true as row"
            rows = connection.sql(f'select {selected} from "{table}"').to_arrow_table()
            # Through Arrow no text becomes an object of Python, and no day either.
            frame = rows.to_pandas(date_as_object=False)
            batch = whole.get_batch(batch_parameters={"dataframe": frame})
            for result in batch.validate(suite).results:
                yield _told(table, result)


def _columns_of(expectations: list[dict[str, Any]]) -> set[str]:
    """Only the columns that are asked about travel to pandas."""
    columns: set[str] = set()
    for expectation in expectations:
        kwargs = expectation["kwargs"]
        columns |= {
            str(value)
            for name, value in kwargs.items()
            if name.startswith("column") and isinstance(value, str)
        }
        columns |= set(kwargs.get("column_list", ()))
    return columns


def _told(table: str, result: Any) -> dict[str, Any]:
    config = result.expectation_config
    column = config.kwargs.get("column") or config.kwargs.get("column_A") or "table"
    found = ""
    if not result.success:
        detail = result.result or {}
        examples = detail.get("partial_unexpected_list") or []
        count = detail.get("unexpected_count")
        found = f"{config.meta['why']}: "
        if result.exception_info and result.exception_info.get("exception_message"):
            found += str(result.exception_info["exception_message"])
        elif count is not None:
            found += f"{count} rows break it, such as {examples[:3]}"
        else:
            found += f"observed {detail.get('observed_value')}"
    return {
        "check": f"{config.type}:{column}",
        "table": table,
        "passed": bool(result.success),
        "found": found,
    }


def main() -> None:
    """Answer the question that stands, as JSON, on the one line of standard input."""
    with redirect_stdout(sys.stderr):  # the answer stands alone on standard output
        gx = import_little()
        if not (line := sys.stdin.readline()):
            return
        asked = json.loads(line)
        told = list(ask(gx, Path(asked["warehouse"]), asked["suites"]))
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
    leave(0)
