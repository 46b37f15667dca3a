"""The exit: acceptance suites and the verdict on a candidate.

Here: the suites and the process that asks them; evidence of every check, bound to the
candidate that it saw. Not here: how Great Expectations is asked (``expectations``), publishing
(``release.publication``).

The verdict can be asked at any time, by the asset checks and again by the release: if
the evidence at hand is of exactly this candidate it is used, otherwise every check is
asked anew. So a red check stays red, whoever asks.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from kinhbac.checks.candidate import pass_tables_on, published_tables
from kinhbac.checks.dbt_run import CheckResult, run_dbt, test_results
from kinhbac.checks.expectations import Suites
from kinhbac.data_folder import (
    EXPECTATIONS,
    DataFolder,
    hash_code,
    hash_unmoved,
    written_aside,
)
from kinhbac.database import read_warehouse

PROCESS = [sys.executable, "-m", "kinhbac.checks.expectations"]
ABSENT = "the candidate has no such table, because its build failed"


@dataclass(frozen=True)
class Verdict:
    """What all checks said of one candidate."""

    candidate: str
    results: tuple[CheckResult, ...]

    @property
    def blocking(self) -> tuple[CheckResult, ...]:
        """Failed checks that forbid publication."""
        return tuple(r for r in self.results if r.blocking and not r.passed)

    @property
    def warnings(self) -> tuple[CheckResult, ...]:
        """Failed checks that are told and do not forbid."""
        return tuple(r for r in self.results if not r.blocking and not r.passed)


def examine_candidate(data: DataFolder, expectations: Expectations | None = None) -> Verdict:
    """The verdict on the candidate as it stands now; ``expectations`` may be getting ready.

    Raises FileNotFoundError when there is no candidate.
    """
    candidate = _name_of(data)
    evidence = _read_evidence(data, candidate)
    if "dbt" not in evidence:
        run_dbt(["test", "--exclude", "test_type:unit"], data)
        evidence["dbt"] = test_results(data) or []
        candidate = _name_of(data)  # in a folder that was moved dbt shows its sources anew
    if "expectations" not in evidence:
        evidence["expectations"] = check_expectations(data.candidate, expectations)
    _write_evidence(data, candidate, evidence)
    return Verdict(candidate, (*evidence["dbt"], *evidence["expectations"]))


def _name_of(data: DataFolder) -> str:
    """What tells this candidate, and what is asked of it, from every other."""
    return f"{hash_unmoved(data.candidate)}-{hash_code(EXPECTATIONS)}"


def finish_candidate(data: DataFolder) -> None:
    """Pass tables on that dbt did not build, and bind what its tests said to the whole."""
    if not data.candidate.exists():
        return
    pass_tables_on(data)
    results = test_results(data)
    if results is not None:
        _write_evidence(data, _name_of(data), {"dbt": results})


class Expectations:
    """Great Expectations for one question.

    Once it is started it imports while others work; its process ends with its answer, or with
    whoever started it.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._asked: tuple[str, str] | None = None

    def start(self) -> None:
        """Let it get ready, unless it does already."""
        if self._process is None:
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(
                PROCESS, stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8"
            )

    def stop(self) -> None:
        """Nobody asks it any more."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = self._asked = None

    def begin(self, warehouse: Path, suites: Suites) -> None:
        """Let it look for the answer that ``ask`` will want, unless it does already: of these suites
        and of the warehouse as it stands."""
        question = json.dumps({"warehouse": warehouse.as_posix(), "suites": suites})
        asked = (question, hash_unmoved(warehouse) if warehouse.exists() else "")
        if self._asked not in (None, asked):
            self.stop()
        self.start()
        if self._asked is None and self._process and self._process.stdin:
            with suppress(BrokenPipeError):  # whoever wants the answer is told what it said
                self._process.stdin.write(f"{question}\n")
                self._process.stdin.flush()
            self._asked = asked

    def ask(self, warehouse: Path, suites: Suites) -> list[CheckResult]:
        """What the expectations of ``suites``, by table, say of the tables of ``warehouse``.

        Raises RuntimeError with what it said when it does not answer.
        """
        self.begin(warehouse, suites)
        process, self._process, self._asked = self._process, None, None
        assert process is not None
        told, said = process.communicate()
        if process.returncode:
            raise RuntimeError(f"Great Expectations did not answer:\n{said}")
        return [CheckResult(**result, blocking=True) for result in json.loads(told)]


def check_expectations(
    warehouse: Path, expectations: Expectations | None = None
) -> list[CheckResult]:
    """Whether every published table is there, and what ``expectations/`` asks of tables whole."""
    built = _find_tables(warehouse)
    absent = [
        CheckResult("table_exists:table", table, False, True, ABSENT)
        for table in published_tables()
        if table not in built
    ]
    return [*absent, *(expectations or Expectations()).ask(warehouse, _find_suites(built))]


def begin_expectations(data: DataFolder, expectations: Expectations) -> None:
    """Let them look for what ``examine_candidate`` will ask, while whoever built it tells of it."""
    expectations.begin(data.candidate, _find_suites(_find_tables(data.candidate)))


def _find_tables(warehouse: Path) -> set[str]:
    with read_warehouse(warehouse) as connection:
        tables = connection.execute("select table_name from information_schema.tables").fetchall()
    return {name for (name,) in tables}


def _find_suites(built: Collection[str]) -> Suites:
    return {table: asked for table, asked in read_suites().items() if table in built}


def read_suites() -> Suites:
    """What ``expectations/`` asks of each table; a file is a subject and a table has one."""
    suites: Suites = {}
    for path in sorted(EXPECTATIONS.glob("*.yml")):
        asked = yaml.safe_load(path.read_text(encoding="utf-8"))["tables"]
        if twice := suites.keys() & asked.keys():
            raise ValueError(f"{path.name}: {sorted(twice)} stand in another suite too")
        suites |= asked
    return suites


def _read_evidence(data: DataFolder, candidate: str) -> dict[str, list[CheckResult]]:
    if not data.evidence.exists():
        return {}
    kept = json.loads(data.evidence.read_text(encoding="utf-8"))
    if kept.get("candidate") != candidate:
        return {}
    return {
        part: [CheckResult(**result) for result in kept[part]]
        for part in ("dbt", "expectations")
        if part in kept
    }


def _write_evidence(
    data: DataFolder, candidate: str, evidence: dict[str, list[CheckResult]]
) -> None:
    content: dict[str, Any] = {part: [asdict(r) for r in kept] for part, kept in evidence.items()}
    with written_aside(data.evidence) as aside:
        aside.write_text(
            json.dumps({"candidate": candidate, **content}, ensure_ascii=False), encoding="utf-8"
        )
