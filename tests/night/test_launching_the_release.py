"""Assets launched by themselves from Dagster: the last after a red check, a model alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import duckdb

from kinhbac.checks.dbt_project import parse_project
from kinhbac.release.releases import current_release
from orchestration.assembly import build_definitions
from orchestration.defs.transform import define_warehouse
from orchestration.resources import make_night
from tests.conftest import FEBRUARY, Province


def launch(province: Province, *assets: str) -> dg.ExecuteInProcessResult:
    """«Materialize selected», as Dagster's page does it."""
    night = province.night()
    definitions = build_definitions(night.registry, night.data, night)
    return definitions.resolve_implicit_global_asset_job_def().execute_in_process(
        asset_selection=[dg.AssetKey(asset.split("/")) for asset in assets],
        raise_on_error=False,
    )


def test_launching_only_the_release_after_a_red_check_changes_nothing(
    published: Province, tmp_path: Path
) -> None:
    before = current_release(published.data)
    sound = shutil.copytree(published.data.candidate.parent, tmp_path / "sound")
    with duckdb.connect(published.data.candidate.as_posix()) as connection:
        connection.execute("insert into observations from observations limit 1")
    refused = launch(published, "release", "scoreboard")
    assert not refused.success
    [failure] = refused.get_step_failure_events()
    assert "Nothing was published" in str(failure.step_failure_data.error)
    assert current_release(published.data) == before
    shutil.rmtree(published.data.candidate.parent)
    shutil.copytree(sound, published.data.candidate.parent)
    published.data.current.unlink()
    shutil.rmtree(published.data.releases)
    assert launch(published, "release", "scoreboard").success
    release = current_release(published.data)
    assert release is not None
    assert release.number == 1


def test_launching_one_model_builds_it_and_asks_its_tests(published: Province) -> None:
    published.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)
    assert launch(published, "raw/clinic", "ledger").success
    launched = launch(published, "warning_summary")
    assert launched.success
    built = launched.asset_materializations_for_node("warehouse")
    assert [made.asset_key.to_user_string() for made in built] == ["warning_summary"]
    checked = launched.get_asset_check_evaluations()
    assert {check.asset_key.to_user_string() for check in checked} == {"warning_summary"}
    assert len(checked) > 1
    assert all(check.passed for check in checked)


def test_dagster_shows_how_many_rows_a_model_has_left(published: Province) -> None:
    published.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)
    assert launch(published, "raw/clinic", "ledger").success
    night = published.night()
    given = dg.Definitions(resources={"night": make_night(night.registry, night.data, night)})
    shown = dg.Definitions.merge(given, define_warehouse(parse_project(), shown=True))
    launched = shown.resolve_implicit_global_asset_job_def().execute_in_process(
        asset_selection=[dg.AssetKey("data_elements"), dg.AssetKey("int_indicator_values")]
    )
    built = launched.asset_materializations_for_node("warehouse")
    told = {
        made.asset_key.to_user_string(): made.metadata.get("dagster/row_count") for made in built
    }
    [(rows,)] = published.query("select count(*) from data_elements")
    assert rows
    assert told == {"data_elements": dg.IntMetadataValue(rows), "int_indicator_values": None}
