"""A night is idle only when nothing has happened; what a look cannot tell is proven by hash.

Past 200 lines: a question a way in which something can happen.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from kinhbac.data_folder import PROJECT, DataFolder
from kinhbac.registry.files import hash_registry
from kinhbac.release.origin import fingerprint
from kinhbac.stillness import GRAIN, WEEK, Watch, find_stillness
from tests.conftest import AS_OF, FEBRUARY, JANUARY, Province

FILE = "clinic/2026-01/2026-02-03_a.csv"
UNDATED = "clinic/2026-02/a.csv"
NEXT = AS_OF + timedelta(days=12)


def seal(province: Province) -> None:
    """A release of what the ledger holds, as far as this question goes."""
    data = province.data
    folder = data.releases / "1"
    folder.mkdir(parents=True, exist_ok=True)
    ahead = [{"day": NEXT.isoformat(), "because": "a month begins", "source": None}]
    manifest = {
        "release": 1,
        "as_of": AS_OF.isoformat(),
        "fingerprint": fingerprint(hash_registry(province.sources), data),
        "changes_ahead": ahead,
        "tables": {"extracts": {"rows": 2}},
        "checks": [],
        "worklists": {},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    if not data.current.is_symlink():
        data.current.symlink_to(Path("releases") / "1")


def pass_night(province: Province, meanwhile: Callable[[], object] = lambda: None) -> bool:
    """A night from its first look to its last; ``meanwhile`` happens after the door was shut."""
    watch = Watch()
    watch.begin(province.sources, province.data, whole=True)
    province.receive()
    watch.record((str(row["file"]), str(row["sha256"])) for row in province.ledger())
    meanwhile()
    seal(province)
    return watch.end(province.sources, province.data)


@pytest.fixture
def still(province: Province) -> Province:
    """The province after a good night."""
    data = province.data
    province.land(FILE, JANUARY)
    province.land(UNDATED, FEBRUARY)
    data.notices_settings.write_text("urls: []\n", encoding="utf-8")
    data.notices_settings.chmod(0o600)
    data.notices.mkdir()
    (data.notices / "SYT.mail.json").write_text("{}", encoding="utf-8")
    assert pass_night(province)
    return province


def test_a_bit_that_flips_without_a_trace_is_seen_within_a_week(still: Province) -> None:
    """The file is as it was, but for a bit that its size and times say nothing of."""
    seen = json.loads(still.data.seen.read_text(encoding="utf-8"))
    mark, found = seen["files"][f"landing/{FILE}"]
    seen["files"][f"landing/{FILE}"] = [mark, found[::-1]]
    seen["at"] += 10 * GRAIN
    still.data.seen.write_text(json.dumps(seen), encoding="utf-8")
    assert asked(still)
    still.data.seen.write_text(json.dumps(seen | {"read": seen["read"] - WEEK}), encoding="utf-8")
    assert not asked(still)


def test_everything_is_read_again_once_a_week(still: Province) -> None:
    seen = json.loads(still.data.seen.read_text(encoding="utf-8"))
    still.data.seen.write_text(json.dumps(seen | {"read": 0}), encoding="utf-8")
    assert asked(still)
    assert json.loads(still.data.seen.read_text(encoding="utf-8"))["read"] > seen["read"]


def asked(province: Province, day: date = AS_OF) -> bool:
    return find_stillness(province.sources, province.data, day) is not None


def overwrite(path: Path, text: str) -> None:
    """Other bytes of the same size under the same time of change."""
    before = path.stat()
    assert len(text.encode()) == before.st_size
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


HAPPENED: dict[str, Callable[[Province], object]] = {
    "an extract is delivered": lambda p: p.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY),
    "a file is taken away": lambda p: (p.data.landing / FILE).unlink(),
    "a file is overwritten": lambda p: overwrite(
        p.data.landing / FILE, JANUARY.replace("10,9", "10,8")
    ),
    "a file is said to have come later": lambda p: os.utime(p.data.landing / UNDATED, (9e8, 9e8)),
    "a manifest is laid beside it": lambda p: p.land(f"{FILE}.manifest.yml", "agency: SYT\n"),
    "a source is delivered that nobody knows": lambda p: p.land("dentist/2026-01/a.csv", JANUARY),
    "a folder is made": lambda p: (p.data.landing / "dentist").mkdir(),
    "a link is laid": lambda p: (p.data.landing / "clinic" / "x").symlink_to("elsewhere"),
    "the project ships an extract": lambda p: p.write("clinic/extracts/2026-01/a.csv", JANUARY),
    "the registry says something else": lambda p: p.write("needs.yml", "{} # none yet\n"),
    "a source is declared": lambda p: p.write("school/source.yml", "source: school\n"),
    "an answer is given": lambda p: p.write("clinic/responses.yml", "{}\n"),
    "others are to be told": lambda p: p.data.notices_settings.write_text("urls: [x]\n"),
    "others may open the settings": lambda p: p.data.notices_settings.chmod(0o644),
    "what was told is forgotten": lambda p: (p.data.notices / "SYT.mail.json").unlink(),
    "what was taken in is gone": lambda p: shutil.rmtree(p.data.raw),
    "the ledger was written anew": lambda p: (p.data.tables / "problems.parquet").write_text("x"),
    "another release is in force": lambda p: p.data.current.unlink(),
    "the release was damaged": lambda p: (p.data.current / "manifest.json").write_text("{"),
    "a night has begun": lambda p: Watch().begin(p.sources, p.data, whole=True),
    "one source was taken in": lambda p: Watch().begin(p.sources, p.data, whole=False),
    "a power cut left half a look": lambda p: os.truncate(p.data.seen, 40),
}


@pytest.mark.parametrize("happened", HAPPENED)
def test_whatever_happens_ends_the_stillness(still: Province, happened: str) -> None:
    assert asked(still)
    HAPPENED[happened](still)
    assert not asked(still)


def test_the_calendar_ends_it_on_the_day_that_the_release_names(still: Province) -> None:
    assert asked(still, NEXT - timedelta(days=1))
    assert not asked(still, NEXT)
    assert not asked(still, AS_OF - timedelta(days=1))


def test_other_code_and_other_libraries_end_it(
    still: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    other: dict[str, object] = {
        "hash_of_code": lambda: "another",
        "sysconfig.get_path": lambda _: still.data.root.as_posix(),
    }
    for name, answer in other.items():
        with monkeypatch.context() as patch:
            patch.setattr(f"kinhbac.release.origin.{name}", answer)
            assert not asked(still)
    assert asked(still)


def test_a_file_changed_within_the_grain_of_the_clock_is_read(still: Province) -> None:
    """It looks as it did: size, times and number are those that were seen."""
    path = still.data.landing / FILE
    path.write_text(JANUARY.replace("10,9", "10,8"), encoding="utf-8")
    seen = json.loads(still.data.seen.read_text(encoding="utf-8"))
    now = path.lstat()
    mark = [now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino, now.st_mode]
    seen["files"][f"landing/{FILE}"][0] = mark
    seen["at"] = now.st_ctime_ns + 1
    still.data.seen.write_text(json.dumps(seen), encoding="utf-8")
    assert not asked(still)


def test_the_same_bytes_under_other_times_are_the_same(still: Province, tmp_path: Path) -> None:
    os.utime(still.data.landing / FILE, (1, 1))
    assert asked(still)
    shutil.copytree(still.data.root, tmp_path / "copy", symlinks=True)
    assert asked(Province(still.sources, DataFolder(tmp_path / "copy")))


def test_what_comes_while_a_night_is_at_work_is_the_next_ones(province: Province) -> None:
    province.land(FILE, JANUARY)

    def late(place: str, text: str) -> bool:
        return pass_night(province, lambda: province.land(place, text))

    assert not late("clinic/2026-02/2026-03-03_a.csv", FEBRUARY) and not asked(province)
    assert pass_night(province) and asked(province)
    assert not late(FILE, JANUARY.replace("10,9", "10,8")) and not asked(province)


def test_what_the_demonstration_delivers_meanwhile_has_been_seen(province: Province) -> None:
    watch = Watch()
    watch.begin(province.sources, province.data, whole=True)
    province.land(FILE, JANUARY)
    province.receive()
    watch.record((str(row["file"]), str(row["sha256"])) for row in province.ledger())
    seal(province)
    assert watch.end(province.sources, province.data) and asked(province)


def test_the_command_says_so_before_anything_heavy_is_imported(still: Province) -> None:
    code = f"""
import sys
from datetime import date
from pathlib import Path
from kinhbac import cli
from kinhbac.commands import installation
installation.SOURCES, installation.today = Path({str(still.sources)!r}), lambda: date.fromisoformat("{AS_OF}")
try:
    cli.main(["refresh"])
except SystemExit as end:
    heavy = "dagster dbt pandera great_expectations polars duckdb pydantic numpy".split()
    print("imported:", [name for name in heavy if name in sys.modules], end.code)
"""
    told = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"KINHBAC_DATA": still.data.root.as_posix()},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "Release      1 stays in force (nothing has changed)" in told
    assert f"nothing changes before {NEXT:%d/%m/%Y} (a month begins)" in told
    assert told.endswith("imported: [] 0\n")
