"""A night computes what changed: which keys that are, and that nothing else would differ.

Past 200 lines by the kinds of change that are drawn.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from kinhbac.changes import COMPILED_WITH, READ_IN_FULL, Changes, find_changes
from kinhbac.checks.dbt_project import parse_project
from kinhbac.checks.dbt_run import NOT_AT_NIGHT, run_dbt
from kinhbac.data_folder import DBT_PROJECT, DataFolder
from kinhbac.night import COMPUTING, run
from tests.conftest import ENROLLED, FEBRUARY, LAST_JANUARY, NEEDS, PUPILS, Province
from tests.straight import Compiled

Chance = np.random.Generator


def copy_of(province: Province, root: Path) -> Province:
    shutil.copytree(province.sources, root / "sources")
    shutil.copytree(province.data.root, root / "data", symlinks=True)
    return Province(root / "sources", DataFolder(root / "data"), province.as_of)


def changes_of(province: Province) -> Changes:
    """What the next night would compute: the steps before dbt's are taken for it."""
    night = province.night()
    for step in COMPUTING:
        if step.name != "warehouse":
            run(night, [step])
    return find_changes(province.data, province.as_of)


def test_a_corrected_extract_touches_its_own_sector(published: Province) -> None:
    published.land("school/2026-01/2026-03-09_b.csv", ENROLLED.replace("250", "260"))
    changes = changes_of(published)
    assert not changes.because and not changes.models
    assert changes.keys == {
        "source": {"school"},
        "data_element": {"pupils"},
        "indicator": {"pupils_at_school"},
    }


def test_models_that_read_what_they_read_the_last_time_are_told(published: Province) -> None:
    published.land("school/2026-01/2026-03-09_b.csv", ENROLLED.replace("250", "260"))
    unchanged = changes_of(published).unchanged
    assert {"needs", "sign_offs", "indicator_terms", "int_courses"} <= unchanged
    assert "indicator_changes" in unchanged  # a view, of which the code is the same
    assert unchanged.isdisjoint({"int_observations", "observations", "warnings", "release_info"})
    published.write("needs.yml", NEEDS)
    assert "needs" not in changes_of(published).unchanged


def test_what_is_told_as_unchanged_is_left_as_it_is(published: Province) -> None:
    tables, views = ("sources", "indicators"), ("stg_published_warnings", "stg_published_values")
    with duckdb.connect(published.data.candidate.as_posix()) as connection:
        for table in tables:
            connection.execute(f"delete from {table}")
        for view in views:
            connection.execute(f"create or replace view {view} as select 1 as spoiled")
    told = json.dumps({"unchanged": ["indicators", "stg_published_values"]})
    models = ["--select", *tables, *views, "--exclude", *NOT_AT_NIGHT]
    run_dbt(["build", "--vars", told, *models], published.data)
    assert [published.query(f"select count(*) from {table}") for table in tables] == [
        [(2,)],
        [(0,)],
    ]
    spoiled = "select table_name from duckdb_columns() where column_name = 'spoiled'"
    assert published.query(spoiled) == [("stg_published_values",)]


def test_what_rests_on_a_changed_figure_is_touched_at_any_depth(published: Province) -> None:
    published.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)
    assert changes_of(published).keys["indicator"] == {
        "clinic_birth_rate",
        "births_to_date",
        "births_growth",
        "clinic_points",
        "clinic_total",
    }


def test_a_changed_definition_touches_itself_and_what_is_made_of_it(published: Province) -> None:
    text = (published.sources / "clinic/indicators.yml").read_text(encoding="utf-8")
    published.write("clinic/indicators.yml", text.replace("target: 80", "target: 75"))
    assert changes_of(published).keys == {
        "source": {"clinic"},
        "data_element": set(),
        "indicator": {"clinic_points", "clinic_total"},
    }


def damage(data: DataFolder) -> None:
    with data.candidate.open("ab") as file:
        file.write(b"!")


def forget(data: DataFolder) -> None:
    data.candidate.with_name("built.json").unlink()


def other_code(data: DataFolder) -> None:
    path = data.candidate.with_name("built.json")
    built = json.loads(path.read_text())
    path.write_text(json.dumps(built | {"program": built["program"] | {"rest": "of another day"}}))


@pytest.mark.parametrize("break_trust", [damage, forget, other_code])
def test_a_candidate_that_is_not_whole_is_not_built_upon(
    published: Province, break_trust: Callable[[DataFolder], None]
) -> None:
    break_trust(published.data)
    changes = changes_of(published)
    assert changes.because
    assert changes.keys["source"] == {"clinic", "school"}


def test_a_model_of_other_code_is_computed_whole_and_all_that_read_it(published: Province) -> None:
    path = published.data.candidate.with_name("built.json")
    built = json.loads(path.read_text())
    built["program"]["models"] |= {"int_paces": "another", "gone": "of a model that went"}
    path.write_text(json.dumps(built))
    changes = changes_of(published)
    assert not changes.because
    assert {"int_paces", "paces", "warnings", "gone"} <= changes.models
    assert changes.models.isdisjoint({"int_observations", "indicator_values", "needs"})


def test_what_all_rests_on_changes_all(published: Province) -> None:
    text = (published.sources / "areas.csv").read_text(encoding="utf-8")
    published.write("areas.csv", text.replace("Xã Hai", "Phường Hai"))
    assert "areas" in changes_of(published).because


def test_no_kept_row_follows_from_a_table_of_which_changes_are_not_told() -> None:
    manifest = parse_project().manifest.read_text(encoding="utf-8")
    nodes = json.loads(manifest)["nodes"]

    def read_by(key: str) -> set[str]:
        """Tables laid down that a model reads itself, or through a view."""
        found = set()
        for read in nodes[key]["depends_on"]["nodes"]:
            if read.startswith("source."):
                found.add(read.split(".")[-1])
            elif nodes[read]["config"]["materialized"] == "view":
                found |= read_by(read)
        return found

    of_memory = {"refresh", "last_values", "published_release"}
    of_memory |= {"published_revisions", "published_values"}
    for key, node in nodes.items():
        if node["resource_type"] == "model" and node["config"]["meta"].get("kept_by"):
            assert read_by(key).isdisjoint(READ_IN_FULL - of_memory), key


def test_what_models_are_compiled_with_is_known() -> None:
    """Where a macro reads a table that the door laid down, no model need say that it does."""
    macros = sorted((DBT_PROJECT / "macros").glob("*.sql"))
    found = re.findall(
        r"tables/(\w+)\.parquet", "".join(path.read_text("utf-8") for path in macros)
    )
    listed = {"extracts"}  # whoever lists them reads their rows as well
    assert {*found} == COMPILED_WITH | listed


def correct(province: Province, chance: Chance) -> None:
    month, births = chance.choice(["2026-01", "2025-01"]), chance.integers(10, 99, endpoint=True)
    name = f"clinic/{month}/2026-03-{chance.integers(10, 19, endpoint=True)}_{births}.csv"
    province.land(name, f"Ma,Ten,Sinh,Tram\n00001,Một,{births},{births // 2}\n00002,Hai,30,-\n")


def deliver(province: Province, chance: Chance) -> None:
    number = chance.integers(1, 500, endpoint=True)
    province.land(
        f"school/2026-02/2026-03-0{chance.integers(1, 9, endpoint=True)}_{number}.csv",
        f"Ma,Học sinh\n00001,{number}\n00002,-\n".replace("-", str(number + 1)),
    )


def deliver_what_is_refused(province: Province, chance: Chance) -> None:
    province.land(
        f"clinic/2026-02/2026-03-{chance.integers(10, 19, endpoint=True)}_n.csv",
        "Ma,Sinh\n00001,x\n",
    )


def overwrite(province: Province, chance: Chance) -> None:
    province.land(
        "school/2026-01/2026-02-04_a.csv", ENROLLED.replace("100", str(chance.random())[2:5])
    )


def redefine(province: Province, chance: Chance) -> None:
    path = province.sources / "clinic/indicators.yml"
    text = path.read_text(encoding="utf-8")
    province.write(
        "clinic/indicators.yml",
        text.replace("scale: 100", f"scale: {chance.integers(2, 9, endpoint=True)}", 1),
    )


def look_back(province: Province, chance: Chance) -> None:
    """Operands of another time and of units, which no formula has taken before."""
    path = province.sources / "clinic/indicators.yml"
    text = path.read_text(encoding="utf-8")
    start, end = text.find("births_to_date:"), text.find("  unit: person")
    months, over = chance.integers(1, 12, endpoint=True), chance.integers(2, 9, endpoint=True)
    units = chance.choice(["", ", over_areas: max", ", over_areas: count"])
    taken = (
        f"[{{of: births, over: rolling_{over}_months, back: {{months: {months}}}{units}}}, births]"
    )
    before, written = text[:start], text[start:end]
    written = written.split("  numerator:")[0] + f"  numerator: {taken}\n"
    province.write("clinic/indicators.yml", before + written + text[end:])


def aim(province: Province, chance: Chance) -> None:
    path = province.sources / "clinic/indicators.yml"
    text = path.read_text(encoding="utf-8")
    province.write(
        "clinic/indicators.yml",
        text.replace("yellow: 80", f"yellow: {chance.integers(60, 90, endpoint=True)}"),
    )


def add_an_indicator(province: Province, chance: Chance) -> None:
    text = (province.sources / "school/indicators.yml").read_text(encoding="utf-8")
    more = PUPILS.replace(
        "pupils_at_school", f"pupils_{chance.integers(1, 10**6, endpoint=True)}"
    ).replace("  numerator", f"  scale: {chance.integers(2, 10**6, endpoint=True)}\n  numerator")
    province.write("school/indicators.yml", text + more)


def drop_an_indicator(province: Province, chance: Chance) -> None:
    text = (province.sources / "clinic/indicators.yml").read_text(encoding="utf-8")
    start, end = text.find("births_growth:"), text.find("clinic_points:")
    if start >= 0:
        province.write("clinic/indicators.yml", text[:start] + text[end:])


def rewrite_a_model(province: Province, chance: Chance) -> None:
    """The code that the candidate at hand was built by was another one."""
    path = province.data.candidate.with_name("built.json")
    built = json.loads(path.read_text())
    built["program"]["models"][chance.choice(sorted(built["program"]["models"]))] = "another"
    path.write_text(json.dumps(built))


OF_SCHOOL = (deliver, overwrite, add_an_indicator)
OF_CLINIC = (correct, deliver_what_is_refused, redefine, look_back, aim, drop_an_indicator)
"""Kinds of change by the sector that they touch: a night of both would keep next to nothing."""


def test_a_changed_night_says_what_a_first_one_would(
    published: Province, project: Compiled, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Every kind of change at random, of code too, night after night: every table that dbt made of
    what has changed is the one that the compiled models make of all."""
    caplog.set_level(logging.INFO, "kinhbac")
    published.land("clinic/2025-01/2025-07-21_a.csv", LAST_JANUARY)
    chance = np.random.default_rng(22)
    school, clinic = ([*chance.permutation(kinds)] for kinds in (OF_SCHOOL, OF_CLINIC))
    nights = (
        (school, Province.build),
        (clinic[:2], Province.publish),  # what was not published is built upon as well
        (clinic[2:], Province.build),
    )
    for number, (kinds, go_on) in enumerate(nights):
        for change in kinds:
            change(published, chance)
        rewrite_a_model(published, chance)
        whole = copy_of(published, tmp_path / f"whole-{number}")
        whole.project = project
        whole.build()
        caplog.clear()
        go_on(published)
        assert "(all others are kept); whole for their code" in caplog.text
        assert differing(published.data.candidate, whole.data.candidate) == [], whole
        if number == 1:
            published.as_of += timedelta(int(chance.integers(1, 2, endpoint=True)))


def differing(one: Path, other: Path) -> list[str]:
    """Tables of which the rows are not the same, to the last bit."""
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = connection.execute(
            "select distinct table_name from duckdb_tables() where schema_name = 'main' order by all"
        ).fetchall()
        return [
            table
            for (table,) in tables
            if connection.execute(
                f"select count(*) from ((from one.main.{table} except all from other.main.{table})"
                f" union all (from other.main.{table} except all from one.main.{table}))"
            ).fetchall()
            != [(0,)]
        ]
