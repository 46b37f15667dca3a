"""Which file in a landing zone counts, and what is said of those that do not."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from kinhbac.ingest.landed_names import LandedNames
from kinhbac.ingest.landing_zone import OF_SYSTEMS, find_strays
from tests.conftest import JANUARY, Province

MONTH = "clinic/2026-01"
GOOD = f"{MONTH}/2026-02-03_a.csv"
ELSEWHERE = "Ma,Ten,Sinh,Tram\n00001,Bi mat,999,9\n00002,Hai,999,3\n"


@pytest.fixture
def landed(province: Province) -> Province:
    province.land(GOOD, JANUARY)
    return province


def strays(province: Province) -> dict[str, str]:
    return find_strays(province.registry, province.data)


def told(province: Province, place: str) -> str:
    """A place as it is told outside, of whose names some could be a person's."""
    folder, _, name = place.rpartition("/")
    same = OF_SYSTEMS.fullmatch(name)
    return f"{folder}/{name if same else LandedNames(province.data, '').tell(name)}".strip("/")


def only_the_good_one_counts(province: Province) -> bool:
    reception = province.receive()
    standings = [(row["file"], row["standing"], row["held"]) for row in province.ledger()]
    return reception.refused == 0 and standings == [(GOOD, "in_force", False)]


@pytest.mark.parametrize(
    "name",
    [
        "Thumbs.db", "thumbs.db", "desktop.ini", ".DS_Store", "._2026-02-03_a.csv", "~$a.xlsx",
        ".~lock.a.xlsx#", "a.csv.bak", "A.BAK", "a.csv~", "#a.csv#", "a.csv.part",
        "a.csv.partial", "a.csv.filepart", "a.csv.crdownload", "a.csv.tmp", ".a.csv.swp",
        "a.csv.swo", "a.xlsx.lnk", "2026-02-09_a.csv~",
    ],
)  # fmt: skip
def test_what_programs_leave_behind_is_a_stray_and_holds_nothing(
    landed: Province, name: str
) -> None:
    landed.land(f"{MONTH}/{name}", ELSEWHERE)
    assert only_the_good_one_counts(landed)
    assert strays(landed) == {
        told(landed, f"{MONTH}/{name}"): "is what a program leaves behind, by its name"
    }


@pytest.mark.parametrize("name", ["a.bak.csv", "bản~nháp.csv", "part.csv", "thumbs.db.csv"])
def test_a_name_that_only_reminds_of_them_is_a_delivery(province: Province, name: str) -> None:
    province.land(f"{MONTH}/2026-02-03_{name}", JANUARY)
    assert province.receive().accepted == 1
    assert strays(province) == {}


def _link(path: Path, elsewhere: Path) -> None:
    path.symlink_to(elsewhere / "secret.csv")


def _pipe(path: Path, elsewhere: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path, elsewhere: Path) -> None:
    path.mkdir()
    (path / "b.csv").write_text(ELSEWHERE, encoding="utf-8")


def _socket(path: Path, elsewhere: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        os.chdir(path.parent)
        made.bind(path.name)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (_link, "is a link"),
        (_pipe, "is a pipe"),
        (_folder, "is a folder"),
        (_socket, "is a socket"),
    ],
)
def test_what_is_no_file_is_named_and_never_opened(
    landed: Province,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Path, Path], None],
    why: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.csv").write_text(ELSEWHERE, encoding="utf-8")
    make(landed.data.landing / MONTH / "2026-02-05_b.csv", tmp_path)
    assert only_the_good_one_counts(landed)
    assert strays(landed) == {f"{MONTH}/2026-02-05_b.csv": why}


@pytest.mark.parametrize("place", ["clinic/2026-02", "SYT", "SYT/clinic", "SYT/clinic/2026-02"])
def test_no_path_leads_through_a_link(landed: Province, tmp_path: Path, place: str) -> None:
    below = {1: "clinic/2026-02", 2: "2026-02", 3: "."}[place.count("/") + 1 + ("SYT" not in place)]
    behind = tmp_path / "elsewhere" / below
    behind.mkdir(parents=True)
    (behind / "2026-03-05_b.csv").write_text(ELSEWHERE, encoding="utf-8")
    path = landed.data.landing / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert only_the_good_one_counts(landed)
    assert strays(landed) == {place: "is a link"}


def test_what_lies_beside_the_folders_is_told(landed: Province) -> None:
    landed.land("clinic/2026-02-05_b.csv", JANUARY)
    landed.land("clinics/2026-01/a.csv", JANUARY)
    landed.land("clinic/.stfolder/a.csv", JANUARY)
    landed.land("Thumbs.db", JANUARY)
    assert only_the_good_one_counts(landed)
    assert strays(landed) == {
        "Thumbs.db": "is what a program leaves behind, by its name",
        told(landed, "clinic/.stfolder"): "is what a program leaves behind, by its name",
        "clinic/2026-02-05_b.csv": "lies in no folder of a period",
        told(landed, "clinics"): "belongs to no source and no agency",
    }


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "0000-01-01", "2025-02-29"])
def test_a_day_of_no_calendar_is_refused_by_its_name(landed: Province, day: str) -> None:
    landed.land(f"{MONTH}/{day}_b.csv", JANUARY.replace("10,9", "11,9"))
    [problem] = landed.receive().problems
    assert f"the name begins with {day}, and there is no such day" in str(problem)
    assert problem.file == f"{MONTH}/{day}_b.csv"
