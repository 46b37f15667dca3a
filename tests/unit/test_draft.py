"""A draft of the release to come: whose it is, and that nothing is left of one that nobody takes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from kinhbac.checks.candidate import published_tables
from kinhbac.data_folder import hash_file
from kinhbac.release.apart import Apart
from tests.conftest import Province


def in_the_making(province: Province) -> list[Path]:
    return [*province.data.releases.glob(".*")]


def test_a_draft_that_nobody_takes_leaves_nothing(published: Province) -> None:
    with Apart(2) as apart:
        apart.begin_draft(published.data)
        assert len(in_the_making(published)) == 1
    assert not in_the_making(published)


def test_what_was_begun_of_the_candidate_is_what_is_taken(published: Province) -> None:
    with Apart(2) as apart:
        apart.begin_draft(published.data)
        begun = in_the_making(published)
        draft = apart.take_draft(published.data)
        assert begun == [draft.folder]
        assert draft.candidate == hash_file(published.data.candidate)
        assert draft.tables.result().keys() == {*published_tables()}
    assert in_the_making(published) == [draft.folder]


def test_a_draft_of_another_candidate_is_not_taken(published: Province) -> None:
    candidate = published.data.candidate
    other = candidate.with_name("other.duckdb")
    shutil.copyfile(candidate, other)
    with duckdb.connect(other.as_posix()) as connection:
        connection.execute("update agencies set name_en = 'Another'")
    with Apart(2) as apart:
        apart.begin_draft(published.data)
        os.replace(other, candidate)
        draft = apart.take_draft(published.data)
        draft.tables.result()
        assert in_the_making(published) == [draft.folder]
        told = duckdb.read_parquet((draft.folder / "agencies.parquet").as_posix()).fetchall()
    assert draft.candidate == hash_file(candidate)
    assert all("Another" in row for row in told)


def test_where_none_can_be_written_whoever_takes_it_is_told(published: Province) -> None:
    releases = published.data.releases
    with Apart(2) as apart:
        for path in (releases, *releases.iterdir()):
            path.chmod(0o755)
        aside = releases.rename(releases.with_name("aside"))
        releases.touch()  # a file where the folder belongs, which binds every user
        apart.begin_draft(published.data)
        with pytest.raises(OSError, match="releases"):
            apart.take_draft(published.data)
        releases.unlink()
        aside.rename(releases)
        assert apart.take_draft(published.data).tables.result()


STARTED = """
import os, time
from kinhbac.release.apart import Apart

if __name__ == "__main__":
    with Apart(2) as apart:
        print(apart.submit(os.getpid).result(), flush=True)
        apart.submit(time.sleep, 600).result()
"""


def test_the_process_beside_ends_with_a_night_that_is_killed(tmp_path: Path) -> None:
    (script := tmp_path / "started.py").write_text(STARTED, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, env={**os.environ}
    ) as night:
        assert night.stdout
        beside = Path("/proc") / night.stdout.readline().strip()
        assert beside.exists()
        night.send_signal(signal.SIGKILL)
        for _ in range(600):
            if not beside.exists():
                break
            time.sleep(0.1)
    assert not beside.exists()
