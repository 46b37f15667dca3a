"""A file that is still being uploaded waits for the next night, and is not forgotten."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from kinhbac.data_folder import data_folder
from kinhbac.ingest.arrival import remember_uploads, was_renamed
from kinhbac.night import lay_down_registry, receive_extracts, write_ledger_tables
from tests.conftest import FEBRUARY, JANUARY, Province, make_tiny

PLACE = "clinic/2026-02/2026-03-03_a.csv"


@pytest.fixture
def zone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Province]:
    """Where a file must have been at rest for a minute; January has been for long."""
    made = make_tiny(tmp_path)
    made.data = replace(made.data, rest=60)
    age(made.land("clinic/2026-01/2026-02-03_a.csv", JANUARY), 3600)
    logger = logging.getLogger("kinhbac")
    logger.addHandler(caplog.handler)
    yield made
    logger.removeHandler(caplog.handler)


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def take_in(zone: Province) -> list[str]:
    """The deliveries that a night takes in, and whether the next one may be idle."""
    night = zone.night()
    lay_down_registry(night)
    [intake] = receive_extracts(night)
    write_ledger_tables(night)
    may_rest = night.watch.end(zone.sources, zone.data)
    return [entry.file for entry in intake.reception.entries] + (["rest"] if may_rest else [])


def test_a_young_file_is_told_and_taken_in_when_it_is_at_rest(
    zone: Province, caplog: pytest.LogCaptureFixture
) -> None:
    landed = zone.land(PLACE, FEBRUARY[:-3])  # half of it has come
    assert take_in(zone) == ["clinic/2026-01/2026-02-03_a.csv"]
    assert f"{PLACE} is arriving: the next night looks at it" in caplog.text
    landed.write_text(FEBRUARY)
    age(landed, 61)
    caplog.clear()
    assert take_in(zone) == ["clinic/2026-01/2026-02-03_a.csv", PLACE, "rest"]
    assert "arriving" not in caplog.text


def test_what_is_whole_by_its_manifest_is_taken_at_once(zone: Province) -> None:
    landed = zone.land(PLACE, FEBRUARY)
    digest = sha256(FEBRUARY.encode()).hexdigest()
    zone.land(f"{PLACE}.manifest.yml", f"sha256: {digest}\n")
    assert PLACE in take_in(zone)
    landed.write_text(FEBRUARY[:-3])
    zone.receive()
    assert [path.name for path in zone.data.raw.rglob("2026-02/*.parquet")] != []


@pytest.mark.parametrize(
    "upload",
    [f"{PLACE}.part", "clinic/2026-02/.2026-03-03_a.csv.Xy1", "clinic/.incoming/x.csv"],
)
def test_what_is_renamed_from_the_name_of_its_upload_is_taken_at_once(
    zone: Province, upload: str
) -> None:
    uploading = zone.land(upload, FEBRUARY[:9])
    assert PLACE not in take_in(zone)
    uploading.write_text(FEBRUARY)
    landed = zone.data.landing / PLACE
    landed.parent.mkdir(exist_ok=True)
    uploading.rename(landed)
    remember_uploads(zone.data)  # somebody looks in between
    assert take_in(zone) == ["clinic/2026-01/2026-02-03_a.csv", PLACE, "rest"]


def renamed(zone: Province) -> Path:
    """A young file that was seen under the name of an upload, under the name of a delivery."""
    uploading = zone.land(f"{PLACE}.part", FEBRUARY)
    remember_uploads(zone.data)
    return uploading.rename(zone.data.landing / PLACE)


def write_more(landed: Path) -> None:
    with landed.open("a") as file:
        file.write("00002;1\n")


def put_another(landed: Path) -> None:
    landed.unlink()  # its number is free for the next file
    landed.write_text(FEBRUARY)


def put_in_its_place(landed: Path) -> None:
    (landed.parent / "new.csv").write_text(FEBRUARY)
    (landed.parent / "new.csv").rename(landed)


@pytest.mark.parametrize("happens", [write_more, put_another, put_in_its_place])
def test_a_renamed_file_that_is_not_left_alone_rests_like_any_other(
    zone: Province, happens: Callable[[Path], None]
) -> None:
    landed = renamed(zone)
    remember_uploads(zone.data)
    assert was_renamed(landed, zone.data)
    happens(landed)
    assert not was_renamed(landed, zone.data)
    remember_uploads(zone.data)
    assert PLACE not in take_in(zone)


def test_a_second_name_beside_that_of_the_upload_proves_nothing(zone: Province) -> None:
    landed = renamed(zone)
    os.link(landed, landed.with_name("b.part"))
    assert PLACE not in take_in(zone)


def test_a_number_that_was_given_to_another_file_proves_nothing(zone: Province) -> None:
    landed = renamed(zone)
    known = json.loads(zone.data.uploads.read_text())
    assert was_renamed(landed, zone.data) and len(known) == 1
    [key] = known
    born_before = key.rpartition(":")[0] + ":1000000000.000000000"
    zone.data.uploads.write_text(json.dumps({born_before: None}))
    assert not was_renamed(landed, zone.data)


def test_what_is_remembered_of_uploads_is_written_whole_only_when_it_changes_and_made_again(
    zone: Province,
) -> None:
    remember_uploads(zone.data)
    assert not zone.data.uploads.exists()
    zone.land(f"{PLACE}.part", FEBRUARY)
    remember_uploads(zone.data)
    written = zone.data.uploads.stat()
    remember_uploads(zone.data)
    assert zone.data.uploads.stat().st_ino == written.st_ino
    for damage in ("", "{", "[]", '"x"'):
        zone.data.uploads.write_text(damage)
        remember_uploads(zone.data)
        assert len(json.loads(zone.data.uploads.read_text())) == 1
    age(renamed(zone), 4000)
    remember_uploads(zone.data)  # it has been at rest for long
    assert zone.data.uploads.read_text() == "{}"


def test_a_file_that_comes_to_rest_while_the_night_works_is_not_forgotten(
    zone: Province, caplog: pytest.LogCaptureFixture
) -> None:
    landed = zone.land(PLACE, FEBRUARY)
    age(landed, 30)
    night = zone.night()
    lay_down_registry(night)
    list(receive_extracts(night))
    age(landed, 60 + night.watch.seconds / 2)  # so much time has passed meanwhile
    write_ledger_tables(night)
    assert f"{PLACE} is arriving" in caplog.text
    assert not night.watch.end(zone.sources, zone.data)


def test_a_file_of_a_clock_that_goes_ahead_does_not_wait_for_ever(zone: Province) -> None:
    age(zone.land(PLACE, FEBRUARY), -3600)
    assert PLACE in take_in(zone)


def test_the_installation_says_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    assert data_folder().rest == 0
    for said, meant in (("60", 60), ("a minute", 0), ("-5", 0)):
        monkeypatch.setenv("KINHBAC_REST", said)
        assert data_folder().rest == meant
