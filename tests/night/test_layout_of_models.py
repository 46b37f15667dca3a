"""How the dbt project is laid out: stages that read one way, as its manifest tells it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from kinhbac.checks.dbt_project import parse_project
from kinhbac.data_folder import DBT_PROJECT
from kinhbac.night import lay_down
from tests.conftest import make_tiny

PROJECT = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
STAGES = [name for name in PROJECT["models"]["kinhbac"] if not name.startswith("+")]

IMPORT = (
    r'(\w+) as \(\s*select \* from {{ (?:ref\(|source\("\w+", )"(\w+)"\) }}'
    r'(?: where {{ is_changed\("\w+"\) }})?\s*\)'
)
COMMANDS = """
from shutil import copyfile
from dbt.cli.main import dbtRunner

for command in (["ls"], ["build"], ["docs", "generate"], ["show", "--select", "indicators"]):
    told = dbtRunner().invoke(["--quiet", *command])
    assert told.success, (command, told.exception)
    if command == ["build"]:
        copyfile("target/run_results.json", "target/built.json")
"""
"""What a person types one after the other, in one process."""
Models = dict[str, dict[str, Any]]


@pytest.fixture
def models() -> Models:
    nodes = json.loads(parse_project().manifest.read_text(encoding="utf-8"))["nodes"]
    return {key: node for key, node in nodes.items() if node["resource_type"] == "model"}


def stage_of(model: dict[str, Any]) -> str:
    return str(model["fqn"][1])


def test_no_model_reads_a_later_stage(models: Models) -> None:
    backwards = [
        (model["name"], models[read]["name"])
        for model in models.values()
        for read in model["depends_on"]["nodes"]
        if read in models and STAGES.index(stage_of(models[read])) > STAGES.index(stage_of(model))
    ]
    assert backwards == []


def test_no_model_repeats_what_registry_and_door_laid_down() -> None:
    """It is read where it lies: a model that adds nothing costs every night a node."""
    for path in (DBT_PROJECT / "models").rglob("*.sql"):
        text = re.sub(r"--.*|{{ config.*?}}", "", path.read_text(encoding="utf-8")).strip()
        assert not re.fullmatch(r"select \* from {{ source\([^)]*\) }}", text), path


def test_marts_are_public_and_everything_else_is_not(models: Models) -> None:
    for model in models.values():
        public = stage_of(model) == "marts"
        assert model["access"] == ("public" if public else "protected"), model["name"]


def test_every_mart_has_its_contract_asked(models: Models) -> None:
    """What its YAML promises is asked by its test ``sound``, of the rows as they lie."""
    nodes = json.loads(parse_project().manifest.read_text(encoding="utf-8"))["nodes"]
    asked = {
        node["attached_node"]
        for node in nodes.values()
        if node["resource_type"] == "test" and node["name"].startswith("sound_")
    }
    for key, model in models.items():
        if stage_of(model) == "marts":
            assert model["columns"], key
            assert key in asked, key


def test_models_import_what_they_read_first() -> None:
    """A relation is read once, by a CTE of its own name, whole or where it has changed; only a
    model of one relation has none. What is declared says so where both stand side by side."""
    for path in (DBT_PROJECT / "models").rglob("*.sql"):
        text = path.read_text(encoding="utf-8")
        read = re.findall(r'{{ (?:ref|source)\(["\w, ]+\) }}', text)
        imported = re.findall(IMPORT, text)
        assert all(name in (told, f"declared_{told}") for name, told in imported), path
        assert len(imported) == len(read) or len(read) == 1, path


def test_every_stage_has_a_folder_and_no_folder_lacks_a_stage() -> None:
    folders = {path.name for path in (DBT_PROJECT / "models").iterdir() if path.is_dir()}
    assert folders == set(STAGES)


def test_no_yaml_of_models_is_too_long_to_read() -> None:
    for path in (DBT_PROJECT / "models").rglob("*.yml"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path


def test_what_a_column_means_in_many_tables_is_written_once() -> None:
    """A meaning that stands under one name in two tables is a block of ``docs.md``."""
    said: Counter[tuple[str, str]] = Counter()
    for path in (DBT_PROJECT / "models" / "marts").rglob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
            said.update((column["name"], column["description"]) for column in model["columns"])
    assert [one for one, times in said.items() if times > 1 and "{{ doc(" not in one[1]] == []


def test_dbt_works_in_a_checkout_without_a_variable_set(tmp_path: Path) -> None:
    """The commands that dbt's people know, on the data folder beside the project; its unit tests
    are among what it builds."""
    checkout = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT, checkout, ignore=shutil.ignore_patterns("target", "logs"))
    province = make_tiny(tmp_path)
    lay_down(province.night())
    shutil.rmtree(province.data.candidate.parent)  # what was built may be thrown away
    lay_down(province.night())
    bare = {name: value for name, value in os.environ.items() if not name.startswith("KINHBAC")}
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS], cwd=checkout, env=bare, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (checkout / "target" / "catalog.json").exists()
    built = json.loads((checkout / "target" / "built.json").read_text(encoding="utf-8"))["results"]
    unit_tests = {
        result["unique_id"]: result["status"]
        for result in built
        if result["unique_id"].startswith("unit_test.")
    }
    declared = json.loads(parse_project().manifest.read_text(encoding="utf-8"))["unit_tests"]
    assert unit_tests == dict.fromkeys(declared, "pass")


ROOMS = {"site": "scoreboard", "exports": "exchange", "interface": "interface"}


def test_exposures_name_the_tables_that_their_rooms_ask() -> None:
    manifest = json.loads(parse_project().manifest.read_text(encoding="utf-8"))
    marts = {path.stem for path in (DBT_PROJECT / "models" / "marts").rglob("*.sql")}
    told = {
        exposure["name"]: {node.rpartition(".")[2] for node in exposure["depends_on"]["nodes"]}
        for exposure in manifest["exposures"].values()
    }
    asked = {
        name: {
            table
            for path in (DBT_PROJECT.parent / "kinhbac" / room).rglob("*")
            if path.suffix in (".py", ".sql")
            for table in re.findall(r"\b(?:from|join)\s+(?:\w+\.)?(\w+)", path.read_text("utf-8"))
        }
        & marts
        for name, room in ROOMS.items()
    }
    assert told == asked
