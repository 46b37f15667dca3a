"""Rules of the house (docs/decisions.md) that a change could break unseen."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kinhbac.checks.acceptance import read_suites
from kinhbac.checks.candidate import published_tables
from kinhbac.data_folder import DBT_PROJECT, PROJECT, SOURCES
from kinhbac.database import SETTINGS, WITHOUT_LOG
from kinhbac.dictionary import data_dictionary
from kinhbac.queries import read_queries
from kinhbac.registry import load_registry

PYTHON = sorted(
    path for room in ("kinhbac", "orchestration") for path in (PROJECT / room).rglob("*.py")
)

QUESTIONS = sorted((PROJECT / "kinhbac").rglob("*.sql"))

DBT_SQL = sorted(
    path
    for folder in ("macros", "models", "tests")  # not target/, which dbt writes beside them
    for path in (DBT_PROJECT / folder).rglob("*.sql")
)


def importers(module: str) -> set[str]:
    pattern = re.compile(rf"^\s*(?:import|from) {module}\b", re.MULTILINE)
    return {
        path.relative_to(PROJECT).as_posix()
        for path in PYTHON
        if pattern.search(path.read_text(encoding="utf-8"))
    }


def test_only_orchestration_imports_dagster() -> None:
    assert all(name.startswith("orchestration/") for name in importers("dagster"))


def test_one_process_imports_great_expectations() -> None:
    assert importers("great_expectations") == {"kinhbac/checks/expectations.py"}


def test_duckdb_is_opened_in_one_place_with_the_settings_of_dbt() -> None:
    # Whatever asks without a connection opens DuckDB's own, without our settings.
    opened = re.compile(r"\bduckdb\.((connect|sql|query|execute)\b|read_|from_)|^from duckdb", re.M)
    found = {path for path in PYTHON if opened.search(path.read_text(encoding="utf-8"))}
    assert found == {PROJECT / "kinhbac" / "database.py"}
    profile = yaml.safe_load((DBT_PROJECT / "profiles.yml").read_text(encoding="utf-8"))
    settings = profile["kinhbac"]["outputs"]["candidate"]["config_options"]
    assert SETTINGS.items() <= settings.items()
    for setting, value in WITHOUT_LOG.items():
        assert settings[setting].startswith(f"{{{{ '{value}' if '?' in env_var('KINHBAC_DATA'")


def test_no_name_of_a_file_is_taken_for_a_pattern() -> None:
    # A folder may be called [1]*; polars and DuckDB read what matches, or nothing.
    asked = re.compile(
        r"""pl\.(?:read|scan)_(?:parquet|csv)\((?!gzip)(?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)
        |pl\.read_parquet_schema\(\w+\)""",
        re.VERBOSE,
    )
    for path in PYTHON:
        for call in asked.findall(path.read_text(encoding="utf-8")):
            assert "glob=False" in call, f"{path}: {call}"
    for path in DBT_SQL:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"read_(parquet|csv)\(\s*'", text), f"{path}: say literal(…)"


A_FEW = 5
SQL = re.compile(r"\s*(select|from|with|create|insert|update|copy|where|inner|left|union)\b")


def lines_of_sql(node: ast.Constant | ast.JoinedStr) -> int:
    """How many lines a string takes, in the code or in what it says; 0 if it is no SQL."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    text = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
    if not SQL.match(text):
        return 0
    said = sum(bool(line.strip()) for line in text.splitlines())
    written = (node.end_lineno or node.lineno) - node.lineno + 1
    return said if said > 1 else written


def test_sql_of_more_than_a_few_lines_stands_in_sql_files() -> None:
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant | ast.JoinedStr):
                assert lines_of_sql(node) <= A_FEW, f"{path}:{node.lineno}"


def test_every_question_is_asked_by_the_module_beside_it() -> None:
    for path in QUESTIONS:
        code = path.with_suffix(".py").read_text(encoding="utf-8")
        asked = set(re.findall(r'\bQUERIES\["(\w+)"\]', code))
        one_after_another = "QUERIES" not in code and "read_queries(__file__)" in code
        assert one_after_another or asked == read_queries(str(path)).keys(), path


def words_said(path: Path) -> set[str]:
    """Words that the code says to the machine: string constants of Python, SQL without comments."""
    word = re.compile(r"\b[a-z][a-z0-9_]*\b")
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
        return set(word.findall(re.sub(r"--.*", "", text)))
    tree = ast.parse(text)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    constants = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
    ]
    # A sentence for a person may use any word; a name stands alone or inside a query.
    return {c for c in constants if word.fullmatch(c)} | {
        found for c in constants if "select" in c for found in word.findall(c)
    }


def test_no_source_or_indicator_is_named_in_generic_code() -> None:
    registry = load_registry(SOURCES)
    names = {*registry.indicators, *registry.data_elements, *registry.sources}
    for path in [*PYTHON, *QUESTIONS, *DBT_SQL]:
        assert not words_said(path) & names, path


def test_every_module_and_model_says_what_belongs_there() -> None:
    for path in PYTHON:
        assert path.read_text(encoding="utf-8").startswith('"""'), path
    for path in (DBT_PROJECT / "models").rglob("*.sql"):
        assert path.read_text(encoding="utf-8").startswith("-- Grain:"), path


def test_suites_ask_of_published_tables_and_say_why() -> None:
    suites = read_suites()
    assert suites.keys() <= set(published_tables())
    for expectations in suites.values():
        assert all(expectation["why"] for expectation in expectations)


def test_no_suite_repeats_what_the_contract_of_the_table_says() -> None:
    """Keys, not-null and allowed values that dbt asks are asked there alone."""
    for path in (DBT_PROJECT / "models" / "marts").rglob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
            asked = contract_of(model)
            for expectation in read_suites().get(model["name"], []):
                kwargs = expectation["kwargs"]
                columns = kwargs.get("column_list") or [kwargs.get("column")]
                kind = SAME_AS.get(expectation["type"])
                assert kind != "words", "dbt asks what words a column may hold"
                assert (kind, tuple(columns)) not in asked, (model["name"], expectation)


SAME_AS = {
    "expect_column_values_to_not_be_null": "not_null",
    "expect_column_values_to_be_unique": "one_row_per",
    "expect_compound_columns_to_be_unique": "one_row_per",
    "expect_column_values_to_be_in_set": "words",
}


def contract_of(model: dict[str, Any]) -> set[tuple[str, tuple[str, ...]]]:
    """What dbt asks of a model: kind of question and columns."""
    asked = {
        (constraint["type"], (column["name"],))
        for column in model["columns"]
        for constraint in column.get("constraints", [])
    }
    for test in model.get("data_tests", []):
        rules = test["sound"].get("arguments", {})
        asked.add(("one_row_per", tuple(rules.get("one_row_per", ()))))
        asked |= {("words", (column,)) for column in rules.get("words", ())}
    return asked


def test_a_table_has_one_test_named_after_it_and_its_columns_have_none() -> None:
    for path in (DBT_PROJECT / "models").rglob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            for test in model.get("data_tests", []):
                assert test["sound"]["name"] == f"sound_{model['name']}"
            assert len(model.get("data_tests", [])) <= 1
            assert not [column for column in model.get("columns", []) if "data_tests" in column]


def test_the_data_dictionary_is_current() -> None:
    path = PROJECT / "docs" / "data-dictionary.md"
    assert path.read_text(encoding="utf-8") == data_dictionary()


@pytest.mark.parametrize("name", ["requirements.lock", "Makefile", "pyproject.toml", ".ci/run"])
def test_what_installs_names_no_address(name: str) -> None:
    assert not re.search(r"https?://|--(extra-)?index", (Path(PROJECT) / name).read_text())
