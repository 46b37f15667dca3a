"""The last asset, launched alone from Dagster after a red check, publishes nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from kinhbac.checks.dbt_run import dbt_environment
from kinhbac.data_folder import PROJECT
from kinhbac.release.releases import current_release
from tests.conftest import Province

LAUNCH = """
import sys
from datetime import date
from pathlib import Path
import dagster as dg
from orchestration.defs import publish
publish.SOURCES = Path(sys.argv[1])
publish.today = lambda: date.fromisoformat(sys.argv[2])
sys.exit(0 if dg.materialize([publish.release], raise_on_error=False).success else 3)
"""


def launch(province: Province) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LAUNCH, province.sources.as_posix(), f"{province.as_of}"],
        cwd=PROJECT,
        env=os.environ | dbt_environment(province.registry, province.data),
        capture_output=True,
        text=True,
        check=False,
    )


def test_launching_only_the_release_after_a_red_check_changes_nothing(
    published: Province, tmp_path: Path
) -> None:
    before = current_release(published.data)
    sound = shutil.copyfile(published.data.candidate, tmp_path / "sound.duckdb")
    with duckdb.connect(published.data.candidate.as_posix()) as connection:
        connection.execute("insert into observations from observations limit 1")
    refused = launch(published)
    assert refused.returncode == 3
    assert "Nothing was published" in refused.stderr
    assert current_release(published.data) == before
    shutil.copyfile(sound, published.data.candidate)
    published.data.current.unlink()
    shutil.rmtree(published.data.releases)
    launched = launch(published)
    assert launched.returncode == 0, launched.stderr
    release = current_release(published.data)
    assert release is not None
    assert release.number == 1
