"""Every check of the published tables, seen red: none is there that cannot fail."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import yaml

from kinhbac.checks import dbt_run as transformation
from kinhbac.checks.acceptance import check_expectations, read_suites
from kinhbac.checks.candidate import published_tables
from kinhbac.checks.dbt_run import NOT_AT_NIGHT, read_built, run_dbt
from kinhbac.data_folder import DBT_PROJECT
from tests.conftest import Province

JUNK = {
    "VARCHAR": "'?{table}'",
    "VARCHAR[]": "['?{table}']",
    "DATE": "date '2026-01-01'",
    "BOOLEAN": "true",
    "DOUBLE": "2",
    "INTEGER": "1",
    "BIGINT": "1",
}
"""A value of every column type that no check lets through; twice, it breaks every key."""
STAGES = "int_composite_stages"
"""The table from which the published stages are cut; its grain is tested there."""
# These ask about tables below the published ones; test_release sees them block.
BELOW = {"one_source_per_data_element", "one_observation_per_cell", "one_owner_per_source"}


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    rows = connection.execute(
        "select column_name, data_type from duckdb_columns() "
        "where table_name = ? and schema_name = 'main'",
        [table],
    ).fetchall()
    return dict(rows)


def lay_views_down(warehouse: Path) -> None:
    """Their rows as tables, which can be spoiled."""
    with duckdb.connect(warehouse.as_posix()) as connection:
        views = "select view_name from duckdb_views() where schema_name = 'main' and not internal"
        for (view,) in connection.execute(views).fetchall():
            if view in published_tables():
                connection.execute(f"create table laid_down as from {view}; drop view {view}")
                connection.execute(f"alter table laid_down rename to {view}")


def insert_junk(warehouse: Path) -> None:
    with duckdb.connect(warehouse.as_posix()) as connection:
        for table in (*published_tables(), STAGES):
            kinds = columns_of(connection, table).values()
            row = ", ".join(JUNK[kind].format(table=table) for kind in kinds)
            connection.execute(f"insert into {table} values ({row}), ({row})")


def insert_nulls(warehouse: Path) -> None:
    with duckdb.connect(warehouse.as_posix()) as connection:
        for table in published_tables():
            nulls = ", ".join(["null"] * len(columns_of(connection, table)))
            connection.execute(f"insert into {table} values ({nulls})")


def add_columns(warehouse: Path) -> None:
    with duckdb.connect(warehouse.as_posix()) as connection:
        for table in published_tables():
            connection.execute(f"alter table {table} add column unpromised integer")


def empty(warehouse: Path) -> None:
    with duckdb.connect(warehouse.as_posix()) as connection:
        for table in published_tables():
            connection.execute(f"delete from {table}")


def test_every_expectation_is_seen_to_fail(published: Province, tmp_path: Path) -> None:
    seen: set[tuple[str, str]] = set()
    for number, spoil in enumerate((insert_junk, insert_nulls, empty)):
        copy = tmp_path / f"{number}.duckdb"
        shutil.copyfile(published.data.candidate, copy)
        lay_views_down(copy)
        spoil(copy)
        seen |= {(r.table, r.check) for r in check_expectations(copy) if not r.passed}
    asked = {(r.table, r.check) for r in check_expectations(published.data.candidate)}
    assert asked - seen == set()
    assert len(asked) >= sum(map(len, read_suites().values())) - 2


def rules_of(model: dict[str, Any]) -> set[str]:
    """What the test of a table asks of it, as it says so when it is broken."""
    [asked] = [test["sound"].get("arguments", {}) for test in model["data_tests"]]
    key = asked.get("one_row_per")
    columns = model.get("columns", ())
    return {
        *(["columns unpromised"] if columns else ()),
        *(f"not_null {column['name']}" for column in columns if "constraints" in column),
        *([f"one_row_per {', '.join(key)}"] if key else ()),
        *(f"words {column}" for column in asked.get("words", ())),
        *(f"refers_to {column}: {to}" for column, to in asked.get("refers_to", {}).items()),
    }


def test_every_data_test_and_every_rule_of_every_table_is_seen_to_fail(
    published: Province,
) -> None:
    assert all(result.passed for result in transformation.test_results(published.data) or ())
    for spoil in (lay_views_down, insert_junk, insert_nulls, add_columns):
        spoil(published.data.candidate)
    run_dbt(["test", "--exclude", "test_type:unit"], published.data)
    results = transformation.test_results(published.data)
    assert results and all(result.blocking for result in results)
    assert {result.check for result in results if result.passed} <= BELOW

    told = (published.data.dbt / "target" / "run_results.json").read_text(encoding="utf-8")
    asked = {
        node["unique_id"].split(".")[2].removeprefix("sound_"): node["compiled_code"]
        for node in json.loads(told)["results"]
        if node["unique_id"].split(".")[2].startswith("sound_")
    }
    seen = {}
    with duckdb.connect(published.data.candidate.as_posix(), read_only=True) as connection:
        for table, query in asked.items():
            seen[table] = {str(rule) for rule, *_ in connection.execute(query).fetchall()}
    declared = {
        model["name"]: rules_of(model)
        for path in (DBT_PROJECT / "models").rglob("*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
        if "data_tests" in model
    }
    assert seen == declared


def test_what_a_night_asks_of_tables_together_is_what_the_test_of_each_says(
    published: Province,
) -> None:
    sources = published.data.tables / "sources.parquet"
    with duckdb.connect() as connection:
        twice = connection.sql(f"from '{sources}' union all from '{sources}'").to_arrow_table()
    pq.write_table(twice, sources)
    build, name = ["build", "--full-refresh", "--select", "sources"], "sound_sources"
    run_dbt([*build, "--exclude", *NOT_AT_NIGHT], published.data)
    [together] = [test for test in read_built(published.data).tests if test.check == name]
    run_dbt(build, published.data)
    [alone] = [test for test in read_built(published.data).tests if test.check == name]
    assert together == alone
    assert not alone.passed and "rule one_row_per source, found [" in alone.found


def test_what_an_earlier_run_found_of_tables_is_not_told_of_this_one(published: Province) -> None:
    with duckdb.connect(published.data.candidate.as_posix()) as connection:
        connection.execute("create schema if not exists checks")
        connection.execute("create or replace table checks.unsound as select 'test' as test")
    run_dbt(["build", "--select", "one_owner_per_source"], published.data)
    assert [test.check for test in read_built(published.data).tests] == ["one_owner_per_source"]
