"""Running dbt.

Here: its environment, when its project must be parsed anew, what its tests said.
Not here: what is computed (``dbt_project``).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from kinhbac.data_folder import DBT_PROJECT, DataFolder, hash_code, written_aside
from kinhbac.database import read_warehouse
from kinhbac.registry import Registry

NOT_AT_NIGHT = "resource_type:unit_test"
"""What dbt leaves out of a build: its unit tests ask of the code and not of the figures."""

DBT = Path(sys.executable).with_name("dbt").as_posix()
"""dbt beside the running Python, whatever PATH says."""


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


class TransformationFailed(Exception):
    """dbt could not build or test; the message carries what it printed."""


def dbt_environment(registry: Registry, data: DataFolder) -> dict[str, str]:
    """The variables that the dbt project reads, and nothing sent home."""
    return {
        "KINHBAC_DATA": data.root.as_posix(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_TARGET_PATH": (data.dbt / "target").as_posix(),
        "DBT_LOG_PATH": (data.dbt / "logs").as_posix(),
        "DBT_PROFILES_DIR": DBT_PROJECT.as_posix(),
        "DO_NOT_TRACK": "1",
    }


def manifest_path(data: DataFolder) -> Path:
    """dbt's parsed project, which Dagster reads to know the models."""
    return data.dbt / "target" / "manifest.json"


def prepare_manifest(registry: Registry, data: DataFolder) -> bool:
    """Parse the dbt project if it has changed since the last parse; returns whether it had.

    Raises TransformationFailed if the project does not parse.
    """
    environment = dbt_environment(registry, data)
    state = sha256(f"{hash_code(DBT_PROJECT)}{sorted(environment.items())}".encode()).hexdigest()
    mark = data.dbt / "parsed"
    if manifest_path(data).exists() and mark.exists() and mark.read_text() == state:
        return False
    run_dbt(["parse"], registry, data)
    with written_aside(mark) as aside:
        aside.write_text(state)
    return True


def make_ready(data: DataFolder) -> None:
    """A place for the candidate, and nothing left of what an earlier run said."""
    data.candidate.parent.mkdir(parents=True, exist_ok=True)
    (data.dbt / "target" / "run_results.json").unlink(missing_ok=True)


def run_dbt(arguments: list[str], registry: Registry, data: DataFolder) -> int:
    """Run dbt in a process of its own; exit code 0, or 1 when tests failed.

    Raises TransformationFailed for every other end.
    """
    make_ready(data)
    finished = subprocess.run(
        [DBT, "--quiet", *arguments],
        cwd=DBT_PROJECT,
        env=os.environ | dbt_environment(registry, data),
        capture_output=True,
        text=True,
    )
    if finished.returncode and not (finished.returncode == 1 and only_tests_failed(data)):
        raise TransformationFailed(f"dbt {' '.join(arguments)}:\n{finished.stdout}")
    return finished.returncode


def only_tests_failed(data: DataFolder) -> bool:
    """Whether dbt's last run built everything that it began, and tests alone were red."""
    path = data.dbt / "target" / "run_results.json"
    if not path.exists():
        return False
    results = json.loads(path.read_text(encoding="utf-8"))["results"]
    bad = [result["unique_id"] for result in results if result["status"] in ("error", "fail")]
    return bool(bad) and all(key.startswith("test.") for key in bad)


def all_built(data: DataFolder) -> bool:
    """Whether dbt's last run wrote every model; a red test leaves out those that come after."""
    path = data.dbt / "target" / "run_results.json"
    results = json.loads(path.read_text(encoding="utf-8"))["results"] if path.exists() else []
    built = {result["unique_id"]: result["status"] == "success" for result in results}
    models = [key for key in built if key.startswith("model.")]
    return bool(models) and all(built[key] for key in models)


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
        rows = [
            ", ".join(f"{name} {cell}" for name, cell in zip(names, row, strict=True))
            for row in examples.fetchall()
        ]
    return f"{result['failures']} rows break it, such as {'; '.join(rows)}"


def test_results(data: DataFolder) -> list[CheckResult] | None:
    """What dbt's last run said of every data test; None when that run left some out."""
    manifest = json.loads(manifest_path(data).read_text(encoding="utf-8"))
    results_path = data.dbt / "target" / "run_results.json"
    if not results_path.exists():
        return None
    results = {
        result["unique_id"]: result
        for result in json.loads(results_path.read_text(encoding="utf-8"))["results"]
    }
    checks = []
    for key, node in manifest["nodes"].items():
        if node["resource_type"] != "test":
            continue
        if key not in results:
            return None
        result = results[key]
        tables = [name.split(".")[-1] for name in node["depends_on"]["nodes"]]
        checks.append(
            CheckResult(
                node["name"],
                (node.get("attached_node") or (tables or ["warehouse"])[-1]).split(".")[-1],
                result["status"] == "pass",
                node["config"]["severity"].lower() == "error",
                "" if result["status"] == "pass" else _found(result, data),
            )
        )
    return sorted(checks, key=lambda check: (check.table, check.check))
