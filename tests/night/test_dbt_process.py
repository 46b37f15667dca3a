"""dbt in its own process: what it needs to start, and that it leaves with whoever started it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest
from dbt.contracts.graph.manifest import Manifest
from dbt_common.clients import jinja

from kinhbac.checks import dbt_project
from kinhbac.checks.dbt_order import AT_ONCE
from kinhbac.checks.dbt_process import FAILED
from kinhbac.checks.dbt_project import MADE, PARSES, TransformationFailed, parse_project
from kinhbac.checks.dbt_run import NOT_AT_NIGHT, PROCESS, Dbt, read_built, run_dbt
from kinhbac.checks.dbt_templates import take_up_templates
from kinhbac.data_folder import DBT_PROJECT
from tests.conftest import Province, in_folder

pytestmark = pytest.mark.usefixtures("as_a_night_does")


def begin(*, told: list[str] | None) -> subprocess.Popen[bytes]:
    """dbt's process, given a command, or none, by somebody who is gone the next moment."""
    process = subprocess.Popen(
        [*PROCESS, parse_project().partial_parse],
        env=os.environ
        | {"DBT_PROJECT_DIR": f"{DBT_PROJECT}", "DBT_PROFILES_DIR": f"{DBT_PROJECT}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin
    if told:
        process.stdin.write(json.dumps(told).encode() + b"\n")
    process.stdin.close()
    return process


def test_dbt_ends_when_whoever_started_it_is_gone() -> None:
    assert begin(told=None).wait() == FAILED
    assert begin(told=["list"]).wait() == FAILED


def test_one_parse_serves_every_data_folder(published: Province, tmp_path: Path) -> None:
    parsed = parse_project().folder
    made = {path: path.stat().st_mtime_ns for path in parsed.iterdir()}
    other = in_folder(tmp_path / "other")  # than that in which a night has run
    assert run_dbt(["list", "--select", "warnings"], other.data) == 0
    assert list(PARSES.glob("parsed-*")) == [parsed]
    assert {path: path.stat().st_mtime_ns for path in parsed.iterdir()} == made
    kept = (parsed / "partial_parse.msgpack").read_bytes()
    assert not any(f"{place.data.root}".encode() in kept for place in (published, other))


@pytest.mark.parametrize("name", [*MADE, "SHA256SUMS"])
def test_a_damaged_parse_is_made_again(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole, parsed = parse_project(), []

    def parse(target: Path) -> None:
        """As dbt does it, once; every other time as it has done it."""
        parsed.append(target)
        if name == "manifest.json":
            parse_with_dbt(target)
            return
        for made in MADE:
            shutil.copyfile(whole.folder / made, target / made)

    parse_with_dbt = dbt_project._parse
    monkeypatch.setattr(dbt_project, "_parse", parse)
    monkeypatch.setattr(dbt_project, "PARSES", tmp_path)
    copy = shutil.copytree(whole.folder, tmp_path / whole.folder.name)
    (copy / name).write_bytes((copy / name).read_bytes()[:60])
    made = parse_project()
    assert made.folder == copy and made.models == whole.models and len(parsed) == 1
    assert "is not as it was made: it is made again" in caplog.text
    assert [path.name for path in tmp_path.iterdir()] == [copy.name]


def test_no_template_of_the_project_is_compiled_where_dbt_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(self: object, source: str, *_: object) -> NoReturn:
        raise LookupError(source)

    parsed = parse_project()
    told = json.loads(parsed.manifest.read_text(encoding="utf-8"))
    models = [node for node in told["nodes"].values() if node["language"] == "sql"]
    monkeypatch.setattr(jinja.MacroFuzzEnvironment, "_parse", refuse)
    # Put back as it was, at the end.
    monkeypatch.setattr(jinja, "MacroFuzzEnvironment", jinja.MacroFuzzEnvironment)
    project = Manifest.from_msgpack(parsed.partial_parse.read_bytes())
    take_up_templates(project, parsed.folder)
    environment = jinja.get_environment()
    for text in [
        *(model["raw_code"] for model in models),
        *(macro["macro_sql"] for macro in told["macros"].values()),
    ]:
        environment.from_string(text)
    with pytest.raises(LookupError, match="of no project"):
        environment.from_string("{{ of no project }}")


def test_only_what_was_built_is_told(published: Province) -> None:
    with Dbt(published.data) as dbt:
        assert (
            dbt.run(
                ["build", "--select", "warning_summary", "--exclude-resource-type", "unit_test"]
            )
            == 0
        )
    built = read_built(published.data)
    assert built.models.keys() == {"warning_summary"}
    assert {result.table for result in built.tests} == {"warning_summary"}


def test_what_others_wait_for_is_built_first(published: Province) -> None:
    models = ["breakdown_values", "comparisons", "int_area_values", "int_holds"]
    run_dbt(["build", "--select", *models, "--exclude", *NOT_AT_NIGHT], published.data)
    told = json.loads((published.data.dbt / "target/run_results.json").read_text("utf-8"))
    began = {
        result["unique_id"].split(".")[-1]: result["timing"][0]["started_at"]
        for result in told["results"]
        if result["unique_id"].startswith("model.")
    }
    assert began.keys() == {*models}
    assert "int_holds" in sorted(began, key=began.__getitem__)[:AT_ONCE]


def test_what_dbt_says_of_its_failure_is_told(published: Province) -> None:
    with pytest.raises(TransformationFailed, match="no_such_option"):
        run_dbt(["build", "--no_such_option"], published.data)
