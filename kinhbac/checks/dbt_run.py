"""Running dbt on a data folder.

Here: a process that obeys one command, what its run built, what its tests said. Not here: the
project that it runs (``dbt_project``), what is computed (the folder of that name). A few lines past
200 because a process and what it left are told by one class.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kinhbac.checks.dbt_project import (
    DataTest,
    TransformationFailed,
    dbt_environment,
    parse_project,
)
from kinhbac.data_folder import DataFolder
from kinhbac.database import read_warehouse

UNIT_TESTS = "resource_type:unit_test"
"""They ask of the code and not of the figures."""

NOT_AT_NIGHT = [UNIT_TESTS, "resource_type:exposure", "test_name:sound"]
"""What dbt leaves out of a night: the tests of single tables are asked together when it is built
(``ask_tables_together``)."""

ASKED_TOGETHER = "operation.kinhbac.kinhbac-on-run-end-0"
UNSOUND, RULES = "checks.unsound", ("rule", "found", "how_many")
"""Where the end of a run lays down which rules of tables are broken, by test, and how it tells."""

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""For linear algebra in models: their arrays are small, and threads that wait for each other would
take the core on which the next model is computed."""

PROCESS = [sys.executable, "-m", "kinhbac.checks.dbt_process"]


@dataclass(frozen=True)
class CheckResult:
    """What one check said of one table.

    ``found`` tells a person what broke the rule; empty when it passed.
    """

    check: str
    table: str
    passed: bool
    blocking: bool
    found: str


@dataclass(frozen=True)
class Built:
    """What a run of dbt left: the models that it built, each with the seconds that it took, and
    what the tests said that it asked. It is ``whole`` when no model of the project was left out:
    those that come after a red test are."""

    models: dict[str, float]
    tests: tuple[CheckResult, ...]
    whole: bool


class Dbt:
    """dbt for one data folder and one command.

    ``with`` it dbt imports and reads its project while others work: 1.6 s that the command does
    not wait for. Its process ends with the block, with its command, or with this process.
    """

    def __init__(self, data: DataFolder) -> None:
        self._data = data
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.kill()  # nobody told it anything: there is nothing to lose
            self._process.communicate()
            self._process = None

    def _start(self) -> None:
        parsed = parse_project().partial_parse
        self._process = subprocess.Popen(
            [*PROCESS, parsed.as_posix()],
            env=os.environ
            | dbt_environment(self._data.dbt / "target", self._data.dbt / "logs")
            | {"KINHBAC_DATA": self._data.root.as_posix()}
            | ONE_THREAD,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, arguments: list[str]) -> int:
        """Obey one command; exit code 0, or 1 when tests failed.

        Raises TransformationFailed for every other end, and if the project does not parse.
        """
        make_ready(self._data)
        if self._process is None:
            self._start()
        process, self._process = self._process, None
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        with process:
            try:
                process.stdin.write(json.dumps(arguments) + "\n")
                process.stdin.flush()
            except BrokenPipeError:  # it ended before it was told; what it said follows
                pass
            said = process.stdout.read()
            ended = process.wait()
        if ended and not (ended == 1 and only_tests_failed(self._data)):
            raise TransformationFailed(f"dbt {' '.join(arguments)}:\n{said}")
        return ended


def run_dbt(arguments: list[str], data: DataFolder) -> int:
    """Run dbt once; exit code 0, or 1 when tests failed.

    Raises TransformationFailed for every other end.
    """
    return Dbt(data).run(arguments)


def make_ready(data: DataFolder) -> None:
    """A place for the candidate, and nothing left of what an earlier run said.

    Of two hundred files that dbt writes the system would wait for the disk where it wrote over
    those of an earlier run.
    """
    data.candidate.parent.mkdir(parents=True, exist_ok=True)
    _results_path(data).unlink(missing_ok=True)
    for written in ("compiled", "run"):
        shutil.rmtree(data.dbt / "target" / written, ignore_errors=True)


def _results_path(data: DataFolder) -> Path:
    return data.dbt / "target" / "run_results.json"


def _results(data: DataFolder) -> dict[str, dict[str, Any]] | None:
    """What dbt's last run says of each node; None if it said nothing."""
    path = _results_path(data)
    if not path.exists():
        return None
    said = json.loads(path.read_text(encoding="utf-8"))["results"]
    return {result["unique_id"]: result for result in said}


def only_tests_failed(data: DataFolder) -> bool:
    """Whether dbt's last run built everything that it began, and tests alone were red."""
    results = _results(data) or {}
    bad = [key for key, result in results.items() if result["status"] in ("error", "fail")]
    return bool(bad) and all(key.startswith("test.") for key in bad)


def read_built(data: DataFolder) -> Built:
    """What dbt's last run built, and what the tests said that it asked."""
    results = _results(data) or {}
    models = {
        key.split(".")[-1]: result["execution_time"]
        for key, result in results.items()
        if key.startswith("model.") and result["status"] == "success"
    }
    tests = [
        *(
            _told(test, results[test.key], data)
            for test in parse_project().tests
            if test.key in results
        ),
        *_asked_together(results, models.keys(), data),
    ]
    told = tuple(sorted(tests, key=lambda check: (check.table, check.check)))
    return Built(models, told, {model.name for model in parse_project().models} <= models.keys())


def _asked_together(
    results: Collection[str], built: Collection[str], data: DataFolder
) -> Iterator[CheckResult]:
    """What the tests say of the tables just built that dbt left out and asked in one query."""
    if ASKED_TOGETHER not in results:
        return
    with read_warehouse(data.candidate) as connection:
        broken = connection.execute(f"select * from {UNSOUND} order by all").fetchall()
    for test in parse_project().tests:
        if test.key not in results and test.table in built:
            rows = [row for key, *row in broken if key == test.key]
            found = _describe(sum(row[-1] for row in rows), RULES, rows[:3]) if rows else ""
            yield CheckResult(test.name, test.table, not rows, test.blocking, found)


def test_results(data: DataFolder) -> list[CheckResult] | None:
    """What dbt's last run said of every data test; None when that run left some out."""
    asked = read_built(data).tests
    return list(asked) if len(asked) == len(parse_project().tests) else None


def _told(test: DataTest, result: dict[str, Any], data: DataFolder) -> CheckResult:
    passed = result["status"] == "pass"
    found = "" if passed else _found(result, data)
    return CheckResult(test.name, test.table, passed, test.blocking, found)


NOT_ASKED = "not asked, because an earlier check failed"


def _found(result: dict[str, Any], data: DataFolder) -> str:
    """What a failed test found: how many rows, and the first three of them."""
    if result["status"] == "skipped":
        return NOT_ASKED
    if result["status"] != "fail" or not result["compiled_code"]:
        return str(result["message"])
    with read_warehouse(data.candidate) as connection:
        examples = connection.execute(
            f"select * from ({result['compiled_code']}) as failures order by all limit 3"
        )
        names = [column[0] for column in examples.description]
        return _describe(result["failures"], names, examples.fetchall())


def _describe(failures: int, names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    examples = (
        ", ".join(f"{name} {cell}" for name, cell in zip(names, row, strict=True)) for row in rows
    )
    return f"{failures} rows break it, such as {'; '.join(examples)}"
