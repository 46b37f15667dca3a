"""dbt in a process of its own, which gets ready before it is told what to do.

Here: importing dbt and reading its parsed project, waiting for one command on standard
input, obeying it. Not here: who starts the process and what came of it (``dbt_run``). The
process ends when its command is done, or when standard input closes: whoever started it is
gone then, however that came.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from kinhbac.loading import keep_what_loads, leave
from kinhbac.side_by_side import forked_beside

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

SILENT = ["--log-level", "none", "--log-level-file", "none", "--no-write-json"]
"""What dbt says of each node while it runs would take as long as a small node. What came of the
run is laid down once, in dbt's own form, and what failed is told at the end; the project that it
could write down as well lies parsed where it came from."""

IMPORTED_BY_MODELS = ("kinhbac.composite.robustness_table", "kinhbac.forecast.forecast_table")

BUILT, TESTS_RED, FAILED = 0, 1, 2
"""Exit codes, as dbt's own."""


def main(partial_parse: Path) -> int:
    """Obey the command that stands, as a list in JSON, on the one line of standard input."""
    invoke = _get_ready(partial_parse)
    line = _read_line()
    if not line:
        return FAILED
    with forked_beside():
        threading.Thread(target=_end_with_the_caller, daemon=True).start()
        ended = invoke(json.loads(line))
    if ended.exception:
        print(ended.exception)
        return FAILED
    _lay_down(ended.result)
    return BUILT if ended.success else TESTS_RED


def _get_ready(partial_parse: Path) -> Callable[[list[str]], dbtRunnerResult]:
    """Spend now, while the caller is busy, what the first command would spend on itself: dbt and
    the project are read, dbt reads its settings, and models in Python import what they need."""
    with keep_what_loads():
        from dbt.cli.main import dbtRunner
        from dbt.contracts.graph.manifest import Manifest

        from kinhbac.checks.dbt_order import take_longest_way_first
        from kinhbac.checks.dbt_templates import take_up_templates

        project = Manifest.from_msgpack(partial_parse.read_bytes())
        take_up_templates(project, partial_parse.parent)
        project.build_flat_graph()
        dbt = dbtRunner(manifest=project)

        def invoke(arguments: list[str]) -> dbtRunnerResult:
            return dbt.invoke([*SILENT, *arguments])

        take_longest_way_first()
        invoke(["list", "--select", "resource_type:unit_test"])
        for module in IMPORTED_BY_MODELS:
            import_module(module)
    return invoke


def _lay_down(result: object) -> None:
    """What came of each node, for whoever asked; what failed is told."""
    from dbt.artifacts.schemas.run import RunExecutionResult

    if not isinstance(result, RunExecutionResult):  # what dbt only lists
        return
    result.write(f"{os.environ['DBT_TARGET_PATH']}/run_results.json")
    for told in result.results:
        if told.status in ("error", "fail"):
            print(f"{told.node.unique_id}: {told.message}")


def _read_line() -> bytes:
    # Without Python's buffer: at the end of the process its lock would be the thread's below.
    line = b""
    while (byte := os.read(0, 1)) not in (b"", b"\n"):
        line += byte
    return line if byte else b""


def _end_with_the_caller() -> None:
    os.read(0, 1)
    os._exit(FAILED)


if __name__ == "__main__":
    leave(main(Path(sys.argv[1])))
