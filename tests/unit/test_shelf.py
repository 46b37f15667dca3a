"""Every answer is of one whole release, whatever comes into force while it is asked."""

from __future__ import annotations

import os
import threading
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from kinhbac.data_folder import DataFolder, point_to
from kinhbac.interface import bounds
from kinhbac.interface.opening import open_release
from kinhbac.interface.shelf import Shelf
from kinhbac.release import releases
from tests.asked import Callers, swap
from tests.small_release import cell

SWAPS = 100
AREAS = ("24", "00001", "00002")


@pytest.fixture
def callers(tmp_path: Path) -> Callers:
    return Callers(tmp_path)


def two_warehouses(callers: Callers, folder: Path) -> list[Path]:
    """Databases whose figures are all 0, or all 1."""
    made = []
    for parity in (0, 1):
        figures = [cell("births", float(parity), area) for area in AREAS]
        path = callers.publish(parity + 1, indicator_values=figures)
        os.link(path, folder / f"{parity}.duckdb")
        made.append(folder / f"{parity}.duckdb")
    return made


def wrong_in(response: Any) -> str | None:
    """Why an answer is not the one of the release that it names; None if it is."""
    if response.status_code != 200:
        return str(response.text)
    told = response.json()
    number = told["release"]
    expected = [float((number + 1) % 2)] * len(AREAS)
    if [row["value"] for row in told["values"]] != expected:
        return f"release {number}: {told['values']}"
    if response.headers["Kinhbac-Release"] != str(number):
        return f"release {number} under the name of another"
    return None if response.headers["ETag"].startswith(f'"{number}-') else "another's tag"


def test_a_hundred_releases_come_into_force_and_no_answer_is_wrong(
    callers: Callers, tmp_path: Path
) -> None:
    warehouses = two_warehouses(callers, tmp_path)
    wrong: list[str] = []
    seen: set[int] = set()
    answered = threading.Semaphore(0)
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            response = callers.ask("/values")
            if found := wrong_in(response):
                wrong.append(found)
            else:
                seen.add(response.json()["release"])
            answered.release()

    readers = [threading.Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for number in range(3, SWAPS + 3):
            swap(callers.data, number, warehouses[(number + 1) % 2])
            assert answered.acquire(timeout=30)
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert not wrong
    assert len(seen) > SWAPS / 4, "releases were asked while others followed"
    assert len(callers.application.state.releases.numbers) <= 1 + bounds.KEPT_RELEASES


def test_who_leafs_through_pages_reads_one_release(callers: Callers, tmp_path: Path) -> None:
    warehouses = two_warehouses(callers, tmp_path)
    first = callers.ask("/values?limit=1")
    swap(callers.data, 3, warehouses[0])
    second = callers.ask(urljoin("/values", first.links["next"]["url"]))
    assert (first.json()["release"], second.json()["release"]) == (2, 2)
    assert second.json()["values"][0]["value"] == 1.0
    assert callers.ask("/values?limit=1").json()["values"][0]["value"] == 0.0
    assert first.headers["ETag"] != callers.ask("/values?limit=1").headers["ETag"]


def test_a_release_that_is_over_is_gone_and_closed(
    callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    callers.publish(1)
    releases = callers.application.state.releases
    following = callers.ask("/values?limit=1").links["next"]["url"]
    callers.publish(2)
    assert callers.ask("/values" + following).json()["release"] == 1
    assert releases.numbers == [1, 2]
    monkeypatch.setattr(bounds, "KEPT", -1)
    gone = callers.ask("/values" + following)
    assert gone.status_code == 410
    assert "without «snapshot»" in gone.json()["detail"]
    assert releases.numbers == [2]
    assert callers.ask("/values?snapshot=2").status_code == 410


def test_only_the_last_ones_are_kept_and_none_that_is_in_use_is_closed(callers: Callers) -> None:
    releases = Shelf(callers.data.current, partial(open_release, callers.data))
    callers.publish(1)
    with releases.borrow() as first:
        for number in range(2, 7):
            callers.publish(number)
            with releases.borrow() as newer:
                assert newer.number == number
        assert first.ask("select 1").rows == [(1,)]
        assert releases.numbers[0] == 1
    releases.tidy()
    assert releases.numbers == [4, 5, 6]
    releases.close()
    assert releases.numbers == []


def test_going_back_to_a_release_puts_it_into_force_again(callers: Callers) -> None:
    callers.publish(1)
    assert callers.ask("/values").json()["release"] == 1
    callers.publish(2)
    assert callers.ask("/values").json()["release"] == 2
    callers.data.current.unlink()
    callers.data.current.symlink_to(Path("releases") / "1")
    assert callers.ask("/values").json()["release"] == 1


def test_another_release_of_the_same_number_is_another(callers: Callers, tmp_path: Path) -> None:
    """A data folder that was removed and made anew begins with 1 again."""
    other = Callers(tmp_path / "other")
    callers.publish(1, indicator_values=[cell("births", 1.0)])
    other.publish(1, indicator_values=[cell("births", 2.0)])
    first = callers.ask("/values")
    callers.data.releases.rename(tmp_path / "removed")
    other.data.releases.rename(callers.data.releases)
    second = callers.ask("/values")
    assert [one.json()["values"][0]["value"] for one in (first, second)] == [1.0, 2.0]


def test_a_release_that_comes_into_force_while_others_are_counted_is_none_that_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = DataFolder(tmp_path)

    def seal(number: int) -> None:
        folder = data.releases / str(number)
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(f'{{"release": {number}, "as_of": "2026-03-20"}}')
        point_to(data.current, f"releases/{number}")

    seal(1)
    count = releases._numbers

    def counted(data: DataFolder) -> set[int]:
        found = count(data)
        seal(2)
        return found

    monkeypatch.setattr(releases, "_numbers", counted)
    release = releases.current_release(data)
    assert release and release.number == 2
