"""A file that is still being uploaded waits for the next night, and is not forgotten."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from kinhbac.data_folder import data_folder
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
