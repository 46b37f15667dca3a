"""Which file of a period counts: turns, and what a history of them never loses."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kinhbac.ingest.extent import Extent
from kinhbac.ingest.ledger import Entry
from kinhbac.ingest.receipts import Receipt
from kinhbac.ingest.turns import Ranking, rank_extracts
from kinhbac.registry.declared.contract import CorrectedRows

FIRST = date(2026, 2, 1)
AREAS = ("00001", "00002", "00003")
RULES: tuple[CorrectedRows, ...] = ("whole", "replace", "merge")


def entry(version: int, accepted: bool = True) -> Entry:
    """Bytes by their number: its three lowest bits say of which areas they tell."""
    told = tuple(area for place, area in enumerate(AREAS) if version >> place & 1)
    extent = Extent(len(told), ((told, ("2026-01",)),), (), {"births": (len(told), len(told))})
    sha = f"{version:064x}"
    return Entry(
        f"clinic/2026-01/{sha[-12:]}", "clinic", "2026-01", f"{version}.csv", sha, 1, "2026-02-01",
        "", accepted, len(told), (), extent=extent if accepted else None,
    )  # fmt: skip


def receipt(version: int, declared: int, arrived: int, name: str, gone: bool = False) -> Receipt:
    day, night = (FIRST + timedelta(n) for n in (declared, arrived))
    return Receipt(
        "2026-01", entry(version).sha256, f"clinic/2026-01/{name}", day.isoformat(),
        night.isoformat(), "final", overwritten=gone,
    )  # fmt: skip


# A night's deliveries: bytes, days before the night that they declare, the name if it is an old one.
DELIVERY = st.tuples(st.integers(1, 31), st.integers(0, 4), st.integers(0, 5))
NIGHTS = st.lists(st.lists(DELIVERY, min_size=1, max_size=2), min_size=1, max_size=7)
ALL, ONE = 0b111, 0b001


def receive(nights: list[list[tuple[int, int, int]]]) -> list[list[Receipt]]:
    """The receipts as they are known after each night."""
    known: list[Receipt] = []
    told = []
    for night, deliveries in enumerate(nights):
        for version, early, name in deliveries:
            new = receipt(version, max(night - early, 0), night, f"{name}.csv")
            standing = [r for r in known if r.name == new.name and not r.overwritten]
            if any(r.sha256 == new.sha256 and r.received_on == new.received_on for r in standing):
                continue
            known = [
                Receipt(**{**vars(r), "overwritten": True})
                if r in standing and r.sha256 != new.sha256
                else r
                for r in known
            ] + [new]
        told.append(list(known))
    return told


def rank(receipts: list[Receipt], rows: CorrectedRows = "whole", refused: int = 0) -> Ranking:
    versions = sorted({int(one.sha256, 16) for one in receipts})
    return rank_extracts([entry(v, v != refused) for v in versions], receipts, rows)


def history(ranking: Ranking) -> list[tuple[int, str, str]]:
    return [
        (turn.number, turn.event.extract, turn.event.receipt.received_on) for turn in ranking.turns
    ]


def areas_of(ranking: Ranking) -> set[str]:
    extents = (event.entry.extent for event in ranking.in_force)
    return {area for extent in extents if extent for area in extent.areas}


@settings(max_examples=150)
@given(NIGHTS, st.sampled_from(RULES))
def test_what_came_into_force_stays_in_the_history(
    nights: list[list[tuple[int, int, int]]], rows: CorrectedRows
) -> None:
    before: list[tuple[int, str, str]] = []
    for receipts in receive(nights):
        now = history(rank(receipts, rows))
        assert now[: len(before)] == before
        before = now


@settings(max_examples=150)
@given(NIGHTS)
def test_nothing_that_counts_is_lost_by_a_correction(
    nights: list[list[tuple[int, int, int]]],
) -> None:
    """Only who delivers an earlier file once more, whole, takes back what came in between."""
    whole: set[str] = set()
    merged: set[str] = set()
    turns = 0
    for receipts in receive(nights):
        ranking = rank(receipts)
        new = ranking.turns[turns:]
        assert whole <= areas_of(ranking) or any(turn.again for turn in new)
        assert merged <= areas_of(rank(receipts, "merge"))
        whole, merged, turns = (
            areas_of(ranking),
            areas_of(rank(receipts, "merge")),
            turns + len(new),
        )


@settings(max_examples=150)
@given(NIGHTS, st.sampled_from(RULES), st.integers(1, 31))
def test_a_refused_file_takes_nothing_out_of_force(
    nights: list[list[tuple[int, int, int]]], rows: CorrectedRows, bad: int
) -> None:
    good = [[one for one in night if one[0] != bad] for night in nights]
    with_it, without = receive(nights)[-1], receive(good)[-1]
    left = [one for one in with_it if one.sha256 != entry(bad).sha256]
    # What it took the name of has not given way to it.
    assert history(rank(with_it, rows, refused=bad)) == history(rank(left, rows))
    if all(not one.overwritten for one in with_it):
        assert history(rank(left, rows)) == history(rank(without, rows))


@settings(max_examples=100)
@given(NIGHTS)
def test_an_earlier_file_that_is_delivered_once_more_counts_again(
    nights: list[list[tuple[int, int, int]]],
) -> None:
    receipts = receive(nights)[-1]
    for turn in rank(receipts).turns:
        version = int(turn.event.entry.sha256, 16)
        again = rank([*receipts, receipt(version, len(nights), len(nights), "again.csv")])
        assert [event.extract for event in again.in_force] == [turn.event.extract]


def test_a_correction_of_one_row_is_incomplete_unless_rows_are_merged() -> None:
    receipts = [receipt(ALL, 0, 0, "a.csv"), receipt(ONE, 1, 1, "b.csv")]
    ranking = rank(receipts)
    assert ranking.standings == {entry(ONE).extract: "incomplete", entry(ALL).extract: "in_force"}
    lack, before = ranking.lacks[entry(ONE).extract]
    assert (lack.areas, before.extract) == (("00002", "00003"), entry(ALL).extract)
    assert len(rank(receipts, "merge").in_force) == 2
    replaced = rank(receipts, "replace")
    assert [event.extract for event in replaced.in_force] == [entry(ONE).extract]
    assert replaced.turns[-1].lack.areas == ("00002", "00003")


def test_of_files_of_one_day_the_one_that_arrived_later_counts() -> None:
    receipts = [receipt(ALL, 0, 0, "a.csv"), receipt(ALL + 8, 0, 2, "b.csv")]
    ranking = rank(receipts)
    assert [event.extract for event in ranking.in_force] == [entry(ALL + 8).extract]
    assert ranking.by_arrival
    same_night = rank([receipt(ALL, 0, 0, "a.csv"), receipt(ALL + 8, 0, 0, "b.csv")])
    assert set(same_night.standings.values()) == {"contested"} and not same_night.in_force


def test_a_file_that_comes_after_a_later_one_never_was_in_force() -> None:
    ranking = rank([receipt(ALL, 3, 3, "a.csv"), receipt(ALL + 8, 1, 5, "b.csv")])
    assert ranking.standings[entry(ALL + 8).extract] == "superseded"
    assert len(ranking.turns) == 1
