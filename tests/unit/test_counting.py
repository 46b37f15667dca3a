"""Records counted extract by extract: each once, again only where it must, the same in any order.

Past 200 lines: what may happen to an extract, and the count after it.
"""

from __future__ import annotations

import shutil
from collections import Counter as Sums
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinhbac.problems import Refused
from kinhbac.reduction import counting
from tests.counted import COUNTS, PERMITS, Cell, Counter, Row, make_counter, permit

ONE, TWO = "00001", "00002"
MICROSECOND = timedelta(microseconds=1)
JANUARY_ASKED = ("permits_asked", "2026-01-01")


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    made = make_counter(tmp_path)
    made.deliver("2026-01", [permit("a", ONE, "2026-01-05"), permit("b", TWO, "2026-01-06")])
    made.deliver(
        "2026-02",
        [
            permit("c", ONE, "2026-02-07", "2026-02-08"),
            permit("b", TWO, "2026-01-06", "2026-02-01T12:00"),
        ],
    )
    made.deliver("2026-03", [permit("d", ONE, "2026-03-01")])
    made.reduce()
    return made


def test_what_two_extracts_tell_counts_once_as_the_later_one_tells_it(counter: Counter) -> None:
    figures = counter.figures()
    assert figures["permits_asked", TWO, "2026-01-01"] == 1
    assert figures["permit_hours", TWO, "2026-02-01"] == 26 * 24 + 12
    assert figures["permit_hours", ONE, "2026-02-01"] == 24
    assert figures["permits_asked_daily", ONE, "2026-01-05"] == 1
    assert sum(v for (e, *_), v in figures.items() if e == "permits_asked") == 4


def test_every_area_and_period_that_an_extract_covers_has_a_figure(counter: Counter) -> None:
    figures = counter.figures(zeros=True)
    assert figures["permits_asked_daily", TWO, "2026-03-31"] == 0
    assert figures["permit_hours", ONE, "2026-01-01"] == 0
    days = 31 + 28 + 31
    assert len(figures) == 2 * (3 * 3 + days)
    covers = {(day.month, e) for day, e in counter.table.select("period_start", "extract").rows()}
    assert {month: e.split("/")[1] for month, e in covers} == {
        1: "2026-01", 2: "2026-02", 3: "2026-03",
    }  # fmt: skip


def test_where_none_is_no_zero_only_what_was_told_has_a_figure(tmp_path: Path) -> None:
    counter = make_counter(tmp_path, contract=PERMITS.replace("  none_is_zero: true\n", ""))
    counter.deliver("2026-01", [permit("a", ONE, "2026-01-05"), permit("b", ONE, "2025-12-31")])
    counter.reduce()
    assert counter.figures(zeros=True) == {
        ("permits_asked", ONE, "2026-01-01"): 1,
        ("permits_asked_daily", ONE, "2026-01-05"): 1,
    }


def test_keys_that_begin_anew_with_every_extract_are_other_records(tmp_path: Path) -> None:
    counter = make_counter(tmp_path, contract=PERMITS.replace("  told_again: true\n", ""))
    for month in ("2026-01", "2026-02"):
        counter.deliver(month, [permit("a", ONE, f"{month}-05")])
    counter.reduce()
    figures = counter.figures()
    assert figures["permits_asked", ONE, "2026-01-01"] == 1
    assert figures["permits_asked", ONE, "2026-02-01"] == 1


def test_a_night_without_news_counts_nothing_and_writes_nothing(counter: Counter) -> None:
    path = counter.data.tables / "counted_observations.parquet"
    before = path.stat().st_mtime_ns
    assert counter.reduce().counted == 0
    assert path.stat().st_mtime_ns == before


def test_a_corrected_extract_is_counted_with_those_that_share_its_records(
    counter: Counter,
) -> None:
    counter.deliver("2026-03", [permit("d", ONE, "2026-03-02")])
    assert counter.reduce().counted == 1
    counter.deliver("2026-03", [permit("d", ONE, "2026-03-02"), permit("a", ONE, "2026-01-06")])
    assert counter.reduce().counted == 2
    assert counter.figures()["permits_asked_daily", ONE, "2026-01-06"] == 1
    assert ("permits_asked_daily", ONE, "2026-01-05") not in counter.figures()
    counter.withdraw("2026-03")
    assert counter.reduce().counted == 1
    assert counter.figures()["permits_asked_daily", ONE, "2026-01-05"] == 1


@pytest.mark.parametrize("told_again", ["true", "false"])
def test_merged_files_of_a_period_count_each_record_as_the_last_one_tells_it(
    tmp_path: Path, told_again: str
) -> None:
    """Where keys begin anew with every period, those of other periods are other records."""
    contract = PERMITS.replace("told_again: true", f"told_again: {told_again}")
    made = make_counter(tmp_path, contract=contract)
    made.deliver("2026-01", [permit("a", ONE, "2026-01-05"), permit("b", TWO, "2026-01-06")])
    made.deliver("2026-02", [permit("a", ONE, "2026-02-01")])
    made.reduce()
    made.deliver("2026-01", [permit("b", ONE, "2026-01-07"), permit("c", TWO, "2026-01-08")], True)
    assert made.reduce().counted == 2
    figures = made.figures()
    january = {area: v for (e, area, day), v in figures.items() if (e, day) == JANUARY_ASKED}
    assert january == ({ONE: 1, TWO: 1} if told_again == "true" else {ONE: 2, TWO: 1})
    last = made.table.filter(period_start=datetime(2026, 1, 1).date())["extract"].unique()
    assert last.to_list() == [f"permits/2026-01/{made.in_force['2026-01'][-1]}"]


def test_what_is_counted_otherwise_is_counted_again(tmp_path: Path, counter: Counter) -> None:
    path = tmp_path / "sources" / "permits" / "observations.sql"
    path.write_text(COUNTS.replace("count(*) as permits_asked,", "2 * count(*) as permits_asked,"))
    again = Counter(make_counter(tmp_path, path.read_text()).registry, counter.data)
    again.in_force = counter.in_force
    assert again.reduce().counted == 3
    assert again.figures()["permits_asked", ONE, "2026-01-01"] == 2


Damage = Callable[[Path], object]


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b"PAR1"),
        lambda path: path.write_bytes(path.read_bytes()[:-9] + b"123456789"),
    ],
)
def test_what_was_kept_and_is_damaged_is_counted_again(counter: Counter, damage: Damage) -> None:
    before = counter.table
    (counter.data.tables / "counted_observations.parquet").unlink()
    for path in (counter.data.counted / "permits").iterdir():
        damage(path)
    assert counter.reduce().counted == 3
    assert counter.table.equals(before)


def test_a_list_that_cannot_be_read_costs_time_and_no_figure(counter: Counter) -> None:
    before = counter.table
    (counter.data.counted / "kept.json").write_text('{"looks": 3')
    assert counter.reduce().counted == 3
    assert counter.table.equals(before)


def test_a_kill_between_extracts_loses_nothing(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = counter.table
    shutil.rmtree(counter.data.counted)
    monkeypatch.setattr(counting, "AT_ONCE", 1)
    made: list[object] = []

    def die_at_third(answers: Any, pers: Any) -> Any:
        made.append(answers)
        if len(made) == 3:
            raise KeyboardInterrupt
        return unpivot(answers, pers)

    unpivot = counting._unpivot
    monkeypatch.setattr(counting, "_unpivot", die_at_third)
    with pytest.raises(KeyboardInterrupt):
        counter.reduce()
    assert counter.table.equals(before)
    monkeypatch.setattr(counting, "_unpivot", unpivot)
    assert counter.reduce().counted == 1
    assert counter.table.equals(before)


def test_nothing_stays_of_extracts_that_are_gone(counter: Counter) -> None:
    (counter.data.counted / ".room-killed").mkdir()
    (counter.data.counted / "permits" / ".x.parquet.1.part").write_bytes(b"half")
    counter.withdraw("2026-02")
    counter.withdraw("2026-03")
    counter.reduce()
    left = sorted(p.name for p in (counter.data.counted).rglob("*") if p.is_file())
    assert len(left) == 3 and left[-1] == "kept.json"  # a count, its keys, the list
    assert not (counter.data.counted / ".room-killed").exists()


PERIODS = ("2026-01", "2026-02", "2026-03")
TIMES = st.datetimes(
    min_value=permit("", "", "2025-12-30")["asked_at"],
    max_value=permit("", "", "2026-04-02")["asked_at"],
)
RECORDS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(st.sampled_from((ONE, TWO)), TIMES, st.none() | TIMES, st.none() | st.integers(0, 9**9)),
    max_size=5,
)  # fmt: skip
DELIVERIES = st.lists(
    st.tuples(st.sampled_from(PERIODS), st.none() | RECORDS), min_size=1, max_size=6
)


Told = tuple[str, datetime, datetime | None, int | None]
"""Of a record by its key: area, when it was asked for and given, its fee in cents."""
Deliveries = list[tuple[str, dict[str, Told] | None]]


def rows_of(records: dict[str, Told]) -> list[Row]:
    return [
        {"permit": key, "kind": 1, "area": area, "asked_at": asked, "given_at": done,
         "fee": None if cents is None else cents / 100}
        for key, (area, asked, done, cents) in records.items()
    ]  # fmt: skip


@settings(max_examples=20)
@given(DELIVERIES)
def test_any_order_of_deliveries_counts_as_one_reading_of_everything(
    deliveries: Deliveries,
) -> None:
    with TemporaryDirectory() as folder:
        nightly, at_once = make_counter(Path(folder) / "a"), make_counter(Path(folder) / "b")
        for period, records in deliveries:
            for counter in (nightly, at_once):
                if records is None:
                    counter.withdraw(period)
                else:
                    counter.deliver(period, rows_of(records))
            nightly.reduce()
        at_once.reduce()
        assert nightly.table.equals(at_once.table)
        assert nightly.figures() == read_at_once(dict(deliveries))


DIVIDED = {"permit_hours": 3_600_000_000, "permit_fees": 100}


def read_at_once(in_force: dict[str, dict[str, Told] | None]) -> dict[Cell, float]:
    """The same figures by plain loops over all records at once."""
    delivered = {period: records for period, records in in_force.items() if records is not None}
    told = {key: one for period in sorted(delivered) for key, one in delivered[period].items()}
    sums: Sums[Cell] = Sums()
    for area, asked, done, cents in told.values():
        month = f"{asked:%Y-%m}-01"
        sums["permits_asked", area, month] += 1
        sums["permits_asked_daily", area, f"{asked:%Y-%m-%d}"] += 1
        sums["permit_fees", area, month] += cents or 0
        if done is not None:
            sums["permit_hours", area, f"{done:%Y-%m}-01"] += (done - asked) // MICROSECOND
    return {
        (element, area, day): total / DIVIDED.get(element, 1)
        for (element, area, day), total in sums.items()
        if total and day[:7] in delivered
    }


def test_a_value_that_the_select_has_no_room_for_is_refused_and_the_last_table_stays(
    counter: Counter,
) -> None:
    before = counter.table
    counter.deliver("2026-03", [permit("d", ONE, "2026-03-01", fee=1e300)])
    with pytest.raises(Refused, match=r"permits/2026-03/.* cannot be counted: .*DECIMAL"):
        counter.reduce()
    assert counter.table.equals(before)
