"""Every value has a period and a publication: revisions, as of a day, computed again."""

from __future__ import annotations

import shutil
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from kinhbac.cli import main
from kinhbac.data_folder import DataFolder
from kinhbac.rebuilding import NotRebuildable, rebuild
from kinhbac.release.releases import Release, release_as_of
from tests.conftest import INDICATORS, JANUARY, Province, make_tiny
from tests.straight import Compiled

CELL = "where indicator = 'births_to_date' and area = '{}' and period = '2026-01'"
OVERWRITTEN, CORRECTED, PROVINCE = (CELL.format(area) for area in ("00002", "00001", "24"))
CORRECTION = """\
misread_stamp:
  data_element: births
  area: "00001"
  period: 2026-01
  old: 10
  new: 12
  reason: Two certificates were overlooked.
  agreed_by: [SYT]
  agreed_on: 2026-03-11
"""
NIGHTS = [date(2026, 3, day) for day in (10, 11, 12)]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, project: Compiled) -> Province:
    """Three nights: first figures; a new delivery, a correction, an indicator withdrawn; a
    border, another method, the indicator back again."""
    made = make_tiny(tmp_path_factory.mktemp("nights"))
    made.project = project
    areas = (made.sources / "areas.csv").read_text(encoding="utf-8")
    made.write("areas.csv", areas + "00003,commune,00003,Xã Ba,Three,,2025-07-01,\n")
    landed = made.land("clinic/2026-01/2026-02-03_a.csv", JANUARY + "00003,Ba,5,5\n")
    for night in NIGHTS:
        made.as_of = night
        if night == NIGHTS[1]:
            landed.write_text(JANUARY.replace("30,3", "31,3") + "00003,Ba,5,5\n", encoding="utf-8")
            made.write("clinic/corrections.yml", CORRECTION)
            made.write("clinic/indicators.yml", INDICATORS[: INDICATORS.index("clinic_total:")])
        if night == NIGHTS[2]:
            again = INDICATORS.replace("points: 2}", "points: 3}")
            made.write("clinic/indicators.yml", again.replace("max: 10", "max: 20"))
            made.write("areas.csv", areas + "00003,commune,00003,Xã Ba,Three,24,2025-07-01,\n")
        made.publish()
    return made


def ask(province: Province, sql: str) -> list[tuple[object, ...]]:
    warehouse = province.data.current / "warehouse.duckdb"
    with duckdb.connect(warehouse.as_posix(), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_revisions_tell_old_new_when_and_why(nights: Province) -> None:
    asked = "select old_value, new_value, revised_on, cause from revisions {} order by new_release"
    assert ask(nights, asked.format(OVERWRITTEN)) == [(30, 31, NIGHTS[1], "new_data")]
    assert ask(nights, asked.format(CORRECTED)) == [(10, 12, NIGHTS[1], "correction")]
    assert ask(nights, asked.format(PROVINCE))[-1] == (43, 48, NIGHTS[2], "border")
    points = OVERWRITTEN.replace("births_to_date", "clinic_points")
    # Ten, then twenty points at most, for 3 of 31 births: 9.68 % ÷ 80 %.
    assert ask(nights, asked.format(points))[-1] == (1.21, 2.42, NIGHTS[2], "method")


def test_a_value_names_its_first_publication_and_its_corrections(nights: Province) -> None:
    assert ask(
        nights,
        f"select published_in, published_on, corrections from indicator_values {CORRECTED}",
    ) == [(1, NIGHTS[0], ["clinic/misread_stamp"])]


def test_as_of_a_day_the_warehouse_answers_what_was_published_then(nights: Province) -> None:
    then = [
        ask(nights, f"select value from indicator_values_as_of(date '{night}') {PROVINCE}")
        for night in [date(2026, 3, 9), *NIGHTS]
    ]
    assert then == [[], [(40,)], [(43,)], [(48,)]]


def test_as_of_a_day_the_command_line_answers_from_that_release(
    nights: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINHBAC_DATA", nights.data.root.as_posix())
    command = ["explain", "births_to_date", "00002", "2026-01"]
    told = CliRunner().invoke(main, [*command, "--as-of", "2026-03-11"]).output
    assert "2026-01: 31 persons" in told and "release     2," in told
    told = CliRunner().invoke(main, command).output
    assert "revised     2026-03-11, release 2: 30 → 31 (new_data)" in told
    early = CliRunner().invoke(main, [*command, "--as-of", "2026-01-01"])
    assert early.exit_code == 1 and "There is no release by 01/01/2026." in early.output


def test_a_release_whose_bytes_are_gone_says_so(nights: Province, tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "copy")
    shutil.copytree(nights.data.root, data.root, symlinks=True)
    release = release_as_of(data, NIGHTS[0])
    assert release
    for path in data.kept.rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(NotRebuildable, match="the bytes of 1 extracts are gone"):
        rebuild(data, release, tmp_path / "again")


def test_a_registry_that_this_code_does_not_read_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "registry.zip", "w") as packed:
        packed.writestr("agencies.yml", "SYT: {}")
    release = Release(1, tmp_path, {}, NIGHTS[0], 1)
    with pytest.raises(NotRebuildable, match="does not read the registry of release 1"):
        rebuild(DataFolder(tmp_path), release, tmp_path / "again")


def test_what_was_withdrawn_and_comes_back_is_told(nights: Province) -> None:
    rows = ask(
        nights,
        "select old_value, new_value, new_release, cause from revisions "
        "where indicator = 'clinic_total' and area = '00002' order by new_release",
    )
    assert rows == [(2.5, None, 2, "method"), (None, 7.26, 3, "method")]
