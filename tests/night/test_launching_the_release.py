"""The last asset, launched alone from Dagster after a red check, publishes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import duckdb

from kinhbac.release.releases import current_release
from orchestration.assembly import build_definitions
from tests.conftest import Province


def launch(province: Province) -> dg.ExecuteInProcessResult:
    """«Materialize selected» of the last two assets, as Dagster's page does it."""
    night = province.night()
    definitions = build_definitions(night.registry, night.data, night)
    return definitions.resolve_implicit_global_asset_job_def().execute_in_process(
        asset_selection=[dg.AssetKey("release"), dg.AssetKey("scoreboard")],
        raise_on_error=False,
    )


def test_launching_only_the_release_after_a_red_check_changes_nothing(
    published: Province, tmp_path: Path
) -> None:
    before = current_release(published.data)
    sound = shutil.copyfile(published.data.candidate, tmp_path / "sound.duckdb")
    with duckdb.connect(published.data.candidate.as_posix()) as connection:
        connection.execute("insert into observations from observations limit 1")
    refused = launch(published)
    assert not refused.success
    [failure] = refused.get_step_failure_events()
    assert "Nothing was published" in str(failure.step_failure_data.error)
    assert current_release(published.data) == before
    shutil.copyfile(sound, published.data.candidate)
    published.data.current.unlink()
    shutil.rmtree(published.data.releases)
    assert launch(published).success
    release = current_release(published.data)
    assert release is not None
    assert release.number == 1
