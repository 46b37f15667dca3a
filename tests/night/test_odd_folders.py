"""Nights in folders that are called as no folder should be.

Here: a checkout, with its data folder, whose name libraries would take for a pattern, a parameter, an
option or the end of a text. Not here: names of delivered files (``tests/unit/test_hostile_deliveries.py``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from kinhbac.data_folder import PROJECT, DataFolder
from kinhbac.interface.opening import open_release
from kinhbac.night import refuse_place
from kinhbac.problems import Refused
from kinhbac.release.releases import current_release
from tests.conftest import FEBRUARY, JANUARY, make_tiny

ODD = """-Hồ sơ [1]* a{b} c?d#e 50%20 'x' "y" $HOME;&"""


@pytest.mark.parametrize("sign", ["\\", "\u202e", "\n"])
def test_a_folder_in_which_no_night_can_work_is_refused_at_once(tmp_path: Path, sign: str) -> None:
    with pytest.raises(Refused, match="another name"):
        refuse_place(DataFolder(tmp_path / f"a{sign}b"))


def test_nights_in_a_checkout_with_an_odd_name_publish(tmp_path: Path, ready: None) -> None:
    """The first is started from the command line; the second builds upon it."""
    checkout = tmp_path / ODD / "checkout"
    for room in ("kinhbac", "orchestration", "dbt_project", "expectations"):
        unwanted = shutil.ignore_patterns("__pycache__", "target", "logs")
        shutil.copytree(PROJECT / room, checkout / room, ignore=unwanted)
    shutil.copy(PROJECT / "pyproject.toml", checkout)
    made = make_tiny(checkout)
    made.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("KINHBAC_")}
    night = subprocess.run(
        [sys.executable, "-m", "kinhbac.cli", "refresh"],
        cwd=tmp_path,
        env=surroundings | {"PYTHONPATH": f"{checkout}"},
        capture_output=True,
        text=True,
    )
    assert night.returncode == 0, night.stdout + night.stderr
    first = current_release(made.data)
    assert first is not None and first.number == 1
    made.as_of = first.as_of
    made.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)
    release = made.publish()
    assert release.number == 2
    cells = pl.read_parquet(release.folder / "indicator_values.parquet", glob=False)
    born = (
        (pl.col("indicator") == "births_to_date")
        & (pl.col("area") == "24")
        & pl.col("value").is_not_null()
    )
    assert cells.filter(born).sort("period_start")["value"].to_list() == [40, 60]
    opened = open_release(made.data)
    assert opened.ask("select count(*) from indicator_values").rows == [(cells.height,)]
    opened.connection.close()
