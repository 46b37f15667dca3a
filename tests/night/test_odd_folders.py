"""Nights in folders that are called as no folder should be.

Here: a data folder and a checkout whose names libraries would take for patterns, parameters, options
or the end of a text. Not here: names of delivered files (``tests/unit/test_hostile_deliveries.py``).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest

from kinhbac.data_folder import PROJECT, DataFolder
from kinhbac.interface.opening import open_release
from kinhbac.night import refuse_place
from kinhbac.problems import Refused
from kinhbac.release.releases import current_release
from tests.conftest import FEBRUARY, JANUARY, make_tiny

ODD = """-Hồ sơ [1]* a{b} c?d#e 50%20 'x' "y" $HOME;&"""


def test_nights_in_a_folder_with_an_odd_name_publish(tmp_path: Path, ready: None) -> None:
    made = make_tiny(tmp_path / ODD)
    made.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    made.publish()
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


@pytest.mark.parametrize("sign", ["\\", "\u202e", "\n"])
def test_a_folder_in_which_no_night_can_work_is_refused_at_once(tmp_path: Path, sign: str) -> None:
    with pytest.raises(Refused, match="another name"):
        refuse_place(DataFolder(tmp_path / f"a{sign}b"))


NIGHTS, OTHERS = 8024, 8025
"""Users without a name, a home and any right but what everybody has."""


# Where root tests, the user of the nights reads like root, because Python may lie in root's home; he
# writes like anybody.
READING = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
USER = () if os.getuid() else (
    "setpriv", f"--reuid={NIGHTS}", f"--regid={NIGHTS}", "--clear-groups", *READING,
)  # fmt: skip


def run_in(
    checkout: Path, data: Path, *command: str, user: tuple[str, ...] = USER
) -> subprocess.CompletedProcess[str]:
    """A command of a checkout as the services run it: with their user and umask, and at no home."""
    given = {"PYTHONPATH": f"{checkout}", "HOME": "/nonexistent", "KINHBAC_DATA": f"{data}"}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("KINHBAC_")}
    return subprocess.run(
        [*user, sys.executable, "-m", "kinhbac.cli", *command],
        cwd=checkout.parent,
        env=inherited | given | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        umask=0o077,
    )


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user reaches, as none of pytest's is."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def seen_in(folder: Path) -> dict[Path, int]:
    """When each file and folder was changed last."""
    return {path: path.stat().st_mtime_ns for path in (folder, *folder.rglob("*"))}


def test_a_user_of_the_nights_publishes_from_a_checkout_that_he_may_only_read(
    open_folder: Path,
) -> None:
    checkout = open_folder / ODD / "checkout"
    for room in ("kinhbac", "orchestration", "dbt_project", "expectations"):
        unwanted = shutil.ignore_patterns("__pycache__", "target", "logs")
        shutil.copytree(PROJECT / room, checkout / room, ignore=unwanted)
    shutil.copy(PROJECT / "pyproject.toml", checkout)
    made = make_tiny(checkout)
    made.data = DataFolder(open_folder / "Kho dữ liệu của tỉnh")
    made.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    prepared = run_in(checkout, open_folder / "prepared", "prepare", user=())
    assert prepared.returncode == 0, prepared.stdout + prepared.stderr
    if not os.getuid():
        for path in (made.data.root, *made.data.root.rglob("*")):
            os.chown(path, NIGHTS, NIGHTS)
    for path in (checkout, *checkout.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    lay = seen_in(checkout)

    night = run_in(checkout, made.data.root, "refresh")
    assert night.returncode == 0, night.stdout + night.stderr
    release = current_release(made.data)
    assert release is not None
    assert release.number == 1
    idle = run_in(checkout, made.data.root, "refresh", "--json")
    assert json.loads(idle.stdout) == {"outcome": "unchanged", "release": 1}, idle.stderr
    assert seen_in(checkout) == lay

    # A web server reads the pages as another user, and nothing else.
    page = subprocess.run(
        ["/bin/cat", "current/site/index.html"],
        cwd=made.data.root,
        capture_output=True,
        **({} if os.getuid() else {"user": OTHERS, "group": OTHERS, "extra_groups": ()}),
    )
    assert page.stdout == (release.folder / "site" / "index.html").read_bytes(), page.stderr
    closed = [made.data.journal, *made.data.raw.rglob("*"), *release.folder.glob("*.parquet")]
    assert not [path for path in closed if path.stat().st_mode & 0o077]
