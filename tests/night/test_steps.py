"""The steps of a night do what their table says: nothing else is read, nothing else written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

import duckdb

from kinhbac.data_folder import DataFolder
from kinhbac.night import STEPS, Step, run
from kinhbac.release.releases import current_release
from tests.conftest import FEBRUARY, Province

GIVEN = {"sources", "landing/*", "notices.yml"}
"""What people lay down; all else is read where a step has written it, or a night before."""


def files(data: DataFolder) -> Iterator[Path]:
    for folder, _, names in os.walk(data.root):
        yield from (Path(folder) / name for name in names)
    if data.current.is_symlink():
        yield data.current


def matches(path: Path, data: DataFolder, patterns: tuple[str, ...]) -> bool:
    name = path.relative_to(data.root).as_posix()
    return any(fnmatch(name, pattern) for pattern in patterns)


def state(data: DataFolder) -> dict[Path, tuple[int, int]]:
    found = {path: path.lstat() for path in files(data)}
    return {path: (stat.st_mtime_ns, stat.st_ino) for path, stat in found.items()}


@contextmanager
def only_what_it_names(step: Step, data: DataFolder, aside: Path) -> Iterator[None]:
    """All else lies elsewhere while the step is taken."""
    away = [p for p in files(data) if not matches(p, data, (*step.reads, *step.writes))]
    for number, path in enumerate(away):
        path.rename(aside / f"{number}")
    yield
    for number, path in enumerate(away):
        (aside / f"{number}").rename(path)


def test_a_step_needs_what_it_says_it_reads_and_writes_where_it_says(
    published: Province, tmp_path: Path
) -> None:
    published.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)
    aside = tmp_path / "aside"
    aside.mkdir()
    night, data = published.night(), published.data
    for step in STEPS:
        with only_what_it_names(step, data, aside):
            before = state(data)
            run(night, [step])
            changed = {path for path, found in state(data).items() if before.get(path) != found}
        assert [path for path in changed if not matches(path, data, step.writes)] == []
    release = current_release(published.data)
    assert release and release.number == 2
    with duckdb.connect((release.folder / "warehouse.duckdb").as_posix(), read_only=True) as db:
        extracts = db.execute(
            "select source, period from extracts where standing = 'in_force' order by all"
        ).fetchall()
        remembered = db.execute(
            "select published_in from indicator_values "
            "where indicator = 'births_to_date' and area = '24' and value is not null "
            "order by period_start"
        ).fetchall()
    assert extracts == [("clinic", "2026-01"), ("clinic", "2026-02"), ("school", "2026-01")]
    assert remembered == [(1,), (2,)]


def test_what_a_step_reads_was_given_or_written_by_an_earlier_one() -> None:
    written = {
        *GIVEN,
        "current",
        "releases/*",
        "raw/*",
        "notices/*",
        "open",
        "editions/*",
    }
    for step in STEPS:
        for name in step.reads:
            assert any(fnmatch(name, pattern) for pattern in written), (step.name, name)
        written |= {*step.writes}
