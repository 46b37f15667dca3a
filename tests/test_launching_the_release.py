"""The last asset, launched alone from Dagster after a red check, publishes nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb

from orchestration.release.publication import current_release
from orchestration.transformation import dbt_environment
from orchestration.warehouse import PROJECT, SOURCES, DataFolder
from tests.conftest import Province

LAUNCH = """
import sys
import dagster as dg
from orchestration.defs.publish import release
sys.exit(0 if dg.materialize([release], raise_on_error=False).success else 3)
"""


def launch(province: Province) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LAUNCH],
        cwd=PROJECT,
        env=os.environ | dbt_environment(province.registry, province.data),
        capture_output=True,
        text=True,
        check=False,
    )


def test_launching_only_the_release_after_a_red_check_changes_nothing(tmp_path: Path) -> None:
    province = Province(SOURCES, DataFolder(tmp_path), date(2026, 11, 24))
    province.build()
    sound = shutil.copyfile(province.data.candidate, tmp_path / "sound.duckdb")
    with duckdb.connect(province.data.candidate.as_posix()) as connection:
        connection.execute("insert into observations from observations limit 1")
    refused = launch(province)
    assert refused.returncode == 3
    assert "Nothing was published" in refused.stderr
    assert current_release(province.data) is None
    shutil.copyfile(sound, province.data.candidate)
    assert launch(province).returncode == 0
    release = current_release(province.data)
    assert release is not None
    assert release.number == 1
