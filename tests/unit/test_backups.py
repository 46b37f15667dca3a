"""A copy of the data folder outlives it: laid down again it is proven, and the next night goes on."""

from __future__ import annotations

import json
import os
import shutil
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kinhbac import cli
from kinhbac.data_folder import DataFolder
from kinhbac.problems import ProblemsFound, Refused
from kinhbac.release.releases import current_release
from kinhbac.upkeep import backups
from kinhbac.upkeep.backups import list_backups, restore, take_backup
from tests.conftest import FEBRUARY, Province
from tests.straight import Compiled

Seen = dict[str, tuple[str, int, int, bytes | str]]


@pytest.fixture
def straight(published: Province, project: Compiled) -> Province:
    """Its next nights go straight."""
    published.project = project
    return published


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere"


def see(data: DataFolder) -> Seen:
    """Everything that a backup is to hold: kind, rights, time and bytes by place."""
    seen: Seen = {}
    for path in sorted(data.root.rglob("*")):
        name = path.relative_to(data.root).as_posix()
        if name.partition("/")[0] in backups.MADE_AGAIN:
            continue
        found = path.lstat()
        mode, time = stat.S_IMODE(found.st_mode), found.st_mtime_ns
        if path.is_symlink():
            seen[name] = "link", 0, 0, path.readlink().as_posix()
        elif path.is_dir():
            seen[name] = "folder", mode, 0, b""
        else:
            seen[name] = "file", mode, time, path.read_bytes()
    return seen


def ask(data: DataFolder, *arguments: str) -> Result:
    environment = {"KINHBAC_DATA": data.root.as_posix()}
    return CliRunner().invoke(cli.main, arguments, env=environment)


def test_what_was_lost_is_laid_down_proven_and_goes_on(straight: Province, store: Path) -> None:
    published, data = straight, straight.data
    odd = published.land("clinic/2026-01/2026-02-03_ghi chú «cũ».txt", "x")
    os.utime(odd, ns=(1, 1_770_000_000_123_456_789))
    before = see(data)
    said = ask(data, "backup", store.as_posix())
    assert said.exit_code == 0 and "MB are new in" in said.output
    shutil.rmtree(data.root)
    said = ask(data, "restore", store.as_posix())
    assert said.exit_code == 0, said.output
    assert "ledger: what lies below raw/ is what it says" in said.output
    assert "releases/1" in said.output or "release 1" in said.output
    assert see(data) == before
    odd.unlink()
    published.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)
    published.as_of = date(2026, 3, 21)
    assert published.publish().number == 2


def test_a_second_copy_adds_what_has_changed(published: Province, store: Path) -> None:
    take_backup(published.data, store)
    assert take_backup(published.data, store).added == 0
    landed = published.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)
    assert take_backup(published.data, store).added == landed.stat().st_size
    landed.write_bytes(FEBRUARY.replace("20", "21").encode())
    older, newer = list_backups(store)[-1], take_backup(published.data, store).backup
    place = "landing/clinic/2026-02/2026-03-03_a.csv"
    assert older.files[place]["sha256"] != newer.files[place]["sha256"]
    shutil.rmtree(published.data.root)
    restore(store, published.data, older.name)
    assert landed.read_bytes() == FEBRUARY.encode()
    head, *listed = ask(published.data, "backup", store.as_posix(), "--list").output.splitlines()
    assert head.split() == ["backup", "entries", "MB"] and len(listed) == 4


def test_files_that_were_stored_once_are_so_again(published: Province, store: Path) -> None:
    data = published.data
    shutil.copytree(data.releases / "1", data.releases / "2", copy_function=os.link)
    take_backup(data, store)
    shutil.rmtree(data.root)
    restore(store, data)
    one, two = (data.releases / number / "manifest.json" for number in ("1", "2"))
    assert one.samefile(two)
    data.releases.joinpath("1").chmod(0o700)  # for whoever clears the test away


@pytest.mark.parametrize("fault", ["gone", "altered"])
def test_what_is_not_as_it_was_is_named_and_nothing_is_laid_down(
    published: Province, store: Path, fault: str
) -> None:
    backup = take_backup(published.data, store).backup
    place = "raw/clinic/2026-01"
    [name] = [n for n in backup.files if n.startswith(place) and n.endswith(".parquet")]
    digest = backup.files[name]["sha256"]
    kept = store / "objects" / digest[:2] / digest
    if fault == "gone":
        kept.unlink()
    else:
        kept.chmod(0o600)
        kept.write_bytes(kept.read_bytes()[:-1] + b"!")
    shutil.rmtree(published.data.root)
    with pytest.raises(ProblemsFound, match=name):
        restore(store, published.data)
    assert not published.data.root.exists()
    assert [path.name for path in published.data.root.parent.glob(".*")] == []


def test_a_restore_takes_the_place_of_nothing(published: Province, store: Path) -> None:
    with pytest.raises(Refused, match="There is no backup in"):
        restore(store, published.data)
    take_backup(published.data, store)
    before = see(published.data)
    with pytest.raises(Refused, match="is not empty"):
        restore(store, published.data)
    with pytest.raises(Refused, match="There is no backup «2020»"):
        restore(store, published.data, "2020")
    assert see(published.data) == before


def test_a_backup_lies_elsewhere(published: Province) -> None:
    with pytest.raises(Refused, match="outlives what it is of"):
        take_backup(published.data, published.data.root / "backup")


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_an_address_is_no_folder_beside_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = ask(DataFolder(tmp_path / "data"), command, "s3://warehouse/kinhbac")
    assert said.exit_code == 1 and "is an address" in said.output and "rclone" in said.output
    assert not [*tmp_path.rglob("s3:*")]


def test_a_list_that_was_tampered_with_writes_nowhere_else(
    published: Province, store: Path, tmp_path: Path
) -> None:
    backup = take_backup(published.data, store).backup
    listed = store / "backups" / f"{backup.name}.json"
    some = next(told for told in backup.files.values() if "sha256" in told)
    away = {"out": {"link": tmp_path.as_posix()}, "out/planted": some}
    for tampered in ({"../planted": some}, away):
        listed.write_text(json.dumps(tampered))
        shutil.rmtree(published.data.root, ignore_errors=True)
        with pytest.raises(ProblemsFound):
            restore(store, published.data)
        assert not (tmp_path / "planted").exists()
    listed.write_text("{")
    with pytest.raises(ProblemsFound, match="no list of a backup"):
        restore(store, published.data)


def test_a_copy_taken_while_a_release_comes_into_force_is_whole(
    straight: Province, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A night ends after the link was read, and before what lies behind it is."""
    published, data, keep = straight, straight.data, backups._keep
    published.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)
    published.as_of = date(2026, 3, 21)

    def while_it_ends(
        path: Path, store: Path, before: dict[str, Any]
    ) -> tuple[dict[str, Any], int]:
        told = keep(path, store, before)
        if path == data.current:
            monkeypatch.setattr(backups, "_keep", keep)
            published.publish()
        return told

    monkeypatch.setattr(backups, "_keep", while_it_ends)
    take_backup(data, store)
    shutil.rmtree(data.root)
    assert ask(data, "restore", store.as_posix()).exit_code == 0
    release = current_release(data)
    assert release and release.number == 1
    assert published.publish().number in (2, 3)
