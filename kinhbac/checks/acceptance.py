"""The exit: acceptance suites and the verdict on a candidate.

Here: the only importer of Great Expectations; evidence of every check, bound to the
candidate that it saw. Not here: publishing (``release.publication``).

The verdict can be asked at any time, by the asset checks and again by the release: if
the evidence at hand is of exactly this candidate it is used, otherwise every check is
asked anew. So a red check stays red, whoever asks.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from kinhbac.checks.candidate import pass_tables_on, published_tables
from kinhbac.checks.dbt_run import CheckResult, run_dbt, test_results
from kinhbac.data_folder import (
    EXPECTATIONS,
    DataFolder,
    hash_code,
    hash_file,
    written_aside,
)
from kinhbac.database import read_warehouse


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


def examine_candidate(data: DataFolder) -> Verdict:
    """The verdict on the candidate as it stands now.

    Raises FileNotFoundError when there is no candidate.
    """
    candidate = f"{hash_file(data.candidate)}-{hash_code(EXPECTATIONS)}"
    evidence = _read_evidence(data, candidate)
    if "dbt" not in evidence:
        run_dbt(["test", "--exclude", "test_type:unit"], data)
        evidence["dbt"] = test_results(data) or []
    if "expectations" not in evidence:
        evidence["expectations"] = check_expectations(data.candidate)
    _write_evidence(data, candidate, evidence)
    return Verdict(candidate, (*evidence["dbt"], *evidence["expectations"]))


def finish_candidate(data: DataFolder) -> None:
    """Pass tables on that dbt did not build, and bind what its tests said to the whole."""
    if not data.candidate.exists():
        return
    pass_tables_on(data)
    results = test_results(data)
    if results is not None:
        candidate = f"{hash_file(data.candidate)}-{hash_code(EXPECTATIONS)}"
        _write_evidence(data, candidate, {"dbt": results})


def load_ahead() -> None:
    """Import Great Expectations in the background, 2.6 s that dbt's run would only wait for."""
    _quiet()
    threading.Thread(
        target=importlib.import_module, args=("great_expectations",), daemon=True
    ).start()


def _quiet() -> None:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")


def check_expectations(warehouse: Path) -> list[CheckResult]:
    """Whether every published table is there, and what ``expectations/`` asks of tables whole."""
    _quiet()
    import great_expectations as gx  # 2.6 s to import; needed only when something changed
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    # One asset for all tables: GX writes down all that it has whenever another is added.
    tables = context.data_sources.add_pandas("candidate").add_dataframe_asset("table")
    whole = tables.add_batch_definition_whole_dataframe("whole")
    results: list[CheckResult] = []
    with read_warehouse(warehouse) as connection:
        built = {
            name
            for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()
        }
        for table in published_tables():
            if table not in built:
                found = "the candidate has no such table, because its build failed"
                results.append(CheckResult("table_exists:table", table, False, True, found))
        for table, expectations in read_suites().items():
            if table not in built:
                continue
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
            frame = connection.execute(f'select {selected} from "{table}"').df()
            batch = whole.get_batch(batch_parameters={"dataframe": frame})
            results += [_told(table, result) for result in batch.validate(suite).results]
    return results


def read_suites() -> dict[str, list[dict[str, Any]]]:
    """What ``expectations/`` asks of each table; a file is a subject and a table has one."""
    suites: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(EXPECTATIONS.glob("*.yml")):
        asked = yaml.safe_load(path.read_text(encoding="utf-8"))["tables"]
        if twice := suites.keys() & asked.keys():
            raise ValueError(f"{path.name}: {sorted(twice)} stand in another suite too")
        suites |= asked
    return suites


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


def _told(table: str, result: Any) -> CheckResult:
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
    return CheckResult(f"{config.type}:{column}", table, bool(result.success), True, found)


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
