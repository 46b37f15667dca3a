"""What a source may say is counted: found out before a night, with line, rule and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinhbac.data_folder import SOURCES
from kinhbac.problems import ProblemsFound
from kinhbac.reduction.selects import find_uncountable, read_selects
from kinhbac.registry import load_registry
from tests.counted import COUNTS, PERMITS, make_counter


def problems_of(tmp_path: Path, counts: str) -> list[str]:
    return [str(problem) for problem in find_uncountable(make_counter(tmp_path, counts).registry)]


def test_shipped_sources_say_what_is_counted() -> None:
    assert find_uncountable(load_registry(SOURCES)) == []


def test_a_last_division_is_kept_for_the_end(tmp_path: Path) -> None:
    selects = read_selects(make_counter(tmp_path).registry, "permits")
    assert [select.per for select in selects] == [
        {"permits_asked": 1, "permit_fees": 1},
        {"permits_asked_daily": 1},
        {"permit_hours": 3_600_000_000},
    ]
    assert all("/" not in select.tree.sql("duckdb") for select in selects)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("count(*) as permits_asked,", "count(* as permits_asked,", 5, "Expecting )"),
        ("-- Permits asked for.", "'", 1, "okeniz"),
        ("as permits_asked,", "as permits,", 5, "«permits» is no data element of this source"),
        ("as permits_asked_daily", "as permits_asked", 11, "counted from line 2 on too"),
        ("where given_at", "where finished_at", 21, '"finished_at" not found'),
        ("from records\nwhere", "from clinic\nwhere", 20, "it reads «clinic»"),
        ("from records\nwhere", "from read_csv('/etc/passwd')\nwhere", 20, "read_csv"),
        ("sum(cast(fee as decimal(18, 2)))", "sum(fee)", 6, "is DOUBLE"),
        ("decimal(18, 2)", "decimal(18, 8)", 6, "DECIMAL(38,8)"),
        ("sum(cast(fee as decimal(18, 2)))", "max(cast(fee as decimal(18, 2)))", 6, "does not add"),
        ("count(*) as permits_asked,", "count(distinct kind) as permits_asked,", 5, "distinct"),
        ("count(*) as permits_asked,", "count(kind / 2) as permits_asked,", 5, "kind / 2"),
        ("count(*) as permits_asked,", "count(kind // kind) as permits_asked,", 5, "may be zero"),
        ("count(*) as permits_asked,", "sum(cast(fee as int)) as permits_asked,", 5, "cast to INT"),
        ("epoch_us(given_at) - epoch_us(asked_at)", "epoch(given_at - asked_at)", 19, "arithmetic"),
        ("epoch_us(given_at)", "epoch(given_at)", 19, "epoch_us(column)"),
        ("epoch_us(given_at)", "epoch_us(given_at - asked_at)", 19, "no function that both know"),
        ("where given_at is not null", "where levenshtein(permit, 'a') > 2", 21, "levenshtein"),
        ("where given_at is not null", "where permit like 'a\\b%'", 21, "backslash"),
        ("where given_at is not null", "where row_number() over () = 1", 21, "row_number"),
        ("date_trunc('month', given_at) as period_start", "kind as period_start", 18, "is BIGINT"),
        ("date_trunc('month', given_at) as period_start", "given_at as day", 16, "no period_start"),
        ("select area, cast(asked_at", "delete from records; select area, cast(asked_at", 11, "plain"),
        ("count(*) as permits_asked_daily", "count(*) as permits_asked_daily, count(kind) as "
         "permits_asked", 11, "several kinds of period"),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in COUNTS
    problems = problems_of(tmp_path, COUNTS.replace(old, new, 1))
    told = [problem for problem in problems if said.lower() in problem.lower()]
    assert told, problems
    assert any(f"sources/permits/observations.sql:{line}:" in problem for problem in told), told
    assert all("Rule: " in problem and "Remedy: " in problem for problem in problems)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    counts = COUNTS.replace("as permits_asked,", "as permits,").replace(
        "sum(epoch_us", "avg(epoch_us"
    )
    assert len(problems_of(tmp_path, counts)) == 2


def test_a_declared_data_element_that_nothing_counts_is_told(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, COUNTS.replace("count(*) as permits_asked,", ""))
    assert "no select gives permits_asked" in problem


def test_a_night_refuses_what_cannot_be_counted_and_keeps_the_last_table(tmp_path: Path) -> None:
    counter = make_counter(tmp_path, COUNTS.replace("sum(epoch_us", "avg(epoch_us"))
    counter.deliver("2026-01", [])
    with pytest.raises(ProblemsFound, match=r"observations\.sql"):
        counter.reduce()
    assert not (counter.data.tables / "counted_observations.parquet").exists()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("permits/observations.sql", None, "observations.sql is not there"),
        ("clinic/observations.sql", COUNTS, "observations.sql stands beside it"),
        ("permits/observations.sql", b"\xff", "is not UTF-8"),
        ("permits/source.yml", PERMITS.replace("frequency: day", "frequency: year"), "longer than"),
    ],
)
def test_records_and_their_sql_come_together(
    tmp_path: Path, name: str, text: str | bytes | None, said: str
) -> None:
    make_counter(tmp_path)
    path = tmp_path / "sources" / name
    if text is None:
        path.unlink()
    else:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ProblemsFound, match=said):
        load_registry(tmp_path / "sources")
