"""Two engines, one answer: the embedded DuckDB and a Spark Connect server, here Sail.

A few lines past 200: one engine is started for all that is asked of it.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from pysail.spark import SparkConnectServer
from sqlglot import exp, parse_one

from kinhbac.data_folder import SOURCES, DataFolder
from kinhbac.problems import Refused
from kinhbac.reduction.embedded import embedded
from kinhbac.reduction.engine_choice import choose_engine
from kinhbac.reduction.engines import ADDRESS, SETTING, Records, Told
from kinhbac.reduction.kept_counts import KeptCounts
from kinhbac.reduction.portable import ALIKE, find_foreign
from kinhbac.reduction.selects import Select
from kinhbac.reduction.spark_connect import EngineUnreachable, connected
from kinhbac.registry import load_registry
from tests.counted import Counter, make_counter, permit
from tests.shipped_records import RECORDS, expected_of

ONE, TWO = "00001", "00002"


@pytest.fixture(autouse=True)
def of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client takes a process that was started of no file, as a worker of the tests is, for its
    own doctests."""
    monkeypatch.setattr(sys.modules["__main__"], "__file__", __file__, raising=False)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Sail on a free port of this machine."""
    sail = SparkConnectServer("127.0.0.1", 0)
    sail.start(background=True)
    host, port = sail.listening_address
    yield f"sc://{host}:{port}"
    sail.stop()


def reduced(counter: Counter, monkeypatch: pytest.MonkeyPatch, engine: str) -> pl.DataFrame:
    """What is counted from nothing by an engine."""
    monkeypatch.setenv(SETTING, engine)
    shutil.rmtree(counter.data.counted, ignore_errors=True)
    counter.reduce()
    return counter.table


@pytest.mark.parametrize("source", sorted(RECORDS))
def test_every_shipped_source_counts_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str, source: str
) -> None:
    counter = Counter(load_registry(SOURCES), DataFolder(tmp_path / "data"), source)
    for period, rows in RECORDS[source].items():
        counter.deliver(period, rows)
    here = reduced(counter, monkeypatch, "")
    assert {**counter.figures(zeros=True)}.items() >= expected_of(source).items()
    assert reduced(counter, monkeypatch, server).equals(here)


def test_records_of_every_shipped_source_are_tried() -> None:
    assert load_registry(SOURCES).observations.keys() == RECORDS.keys()


def test_a_server_sees_the_data_folder_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    counter = make_counter(tmp_path / "here")
    counter.deliver("2026-01", [permit("a", ONE, "2026-01-05"), permit("b", ONE, "2026-01-06")])
    counter.deliver("2026-02", [permit("a", ONE, "2026-01-07")])
    here = reduced(counter, monkeypatch, "")
    (tmp_path / "mounted").symlink_to(counter.data.root)
    monkeypatch.setenv(ADDRESS, (tmp_path / "mounted").as_posix())
    assert reduced(counter, monkeypatch, server).equals(here)
    monkeypatch.setenv(ADDRESS, (tmp_path / "nowhere").as_posix())
    with pytest.raises(EngineUnreachable, match="sc://127"):
        reduced(counter, monkeypatch, server)
    assert counter.table.equals(here)


def test_what_one_engine_counted_the_other_takes_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    counter = make_counter(tmp_path)
    counter.deliver("2026-01", [permit("a", ONE, "2026-01-05")])
    counter.deliver("2026-02", [permit("a", ONE, "2026-01-07")])
    reduced(counter, monkeypatch, server)
    monkeypatch.setenv(SETTING, "")
    assert counter.reduce().counted == 0
    counter.deliver("2026-02", [permit("b", ONE, "2026-02-07")])
    assert counter.reduce().counted == 2


@pytest.mark.parametrize("named", ["spark://host:7077", "sc://host", "http://host:1", "sail"])
def test_a_setting_that_names_no_engine_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv(SETTING, named)
    with pytest.raises(Refused, match="write sc://host:port"):
        choose_engine(KeptCounts(DataFolder(tmp_path)))


def test_a_server_that_is_not_there_is_named_and_the_last_table_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = make_counter(tmp_path)
    counter.deliver("2026-01", [permit("a", ONE, "2026-01-05")])
    here = reduced(counter, monkeypatch, "")
    counter.deliver("2026-01", [permit("a", TWO, "2026-01-05")])
    monkeypatch.setenv(SETTING, "sc://127.0.0.1:9")
    with pytest.raises(EngineUnreachable, match=r"sc://127\.0\.0\.1:9 gives no answer: Connection"):
        counter.reduce()
    assert counter.table.equals(here)


MOMENTS = [
    datetime(2025, 12, 31, 23, 59, 59, 999_999), datetime(2026, 1, 1), datetime(1969, 7, 20, 3, 4),
    datetime(2024, 2, 29, 12, 0, 0, 1), datetime(2026, 10, 25, 2, 30), None,
]  # fmt: skip
NASTY = pl.DataFrame(
    {
        "key": list("abcdef"),
        "whole": [7, -7, 0, 2**53 + 1, None, -(2**40)],
        "number": [0.1, -2.5, 1e9, 7.25, None, 0.3],
        "yes": [True, False, None, True, None, False],
        "word": ["Đồng", "đồng ", "", "a_%b", None, "Ab"],
        "day": [date(2026, 1, 31), date(2024, 2, 29), None, date(1969, 12, 31)] + [None] * 2,
        "moment": MOMENTS,
        "other": MOMENTS[::-1],
        "area": [ONE, TWO, ONE, None, TWO, ONE],
    },
    schema_overrides={"moment": pl.Datetime("us"), "other": pl.Datetime("us")},
)
PREDICATES = [
    "yes", "not yes", "yes is null", "yes is not null", "yes and number > 0", "yes or whole < 0",
    "moment = other", "moment != other", "moment >= other", "moment <= other", "moment > other",
    "whole in (7, 0)", "whole not in (7, 0)", "whole between -7 and 7",
    "yes is distinct from false", "yes is not distinct from null", "word like 'a%'",
    "word like '_b'", "starts_with(word, 'Đ')", "lower(word) = 'đồng'", "upper(word) = 'AB'",
    "substring(word, 2, 1) = 'b'", "length(word) = 4", "word = ''", "coalesce(word, 'x') = 'x'",
    "nullif(word, '') is null", "case when yes then whole > 0 else number > 0 end",
    "if(yes, true, false)", "year(moment) = 2025", "month(moment) = 2", "day(day) = 31",
    "cast(moment as date) = day", "moment >= timestamp '2026-01-01 00:00:00'",
    "day > date '2000-01-01'", "date_trunc('quarter', moment) = date_trunc('quarter', other)",
    "date_trunc('month', cast(moment as date)) = date '2026-01-01'",
    "date_trunc('year', day) = date '2026-01-01'", "cast(number as decimal(18, 1)) = 0.1",
]  # fmt: skip
VALUES = [
    "whole", "-whole", "whole + 1", "whole - 1", "whole // 2", "whole % 2", "abs(whole)",
    "(whole + 1) // 3", "cast(number as decimal(18, 2))", "cast(number as decimal(18, 4)) * 2",
    "epoch_us(moment)", "epoch_us(moment) - epoch_us(other)", "case when yes then 1 end",
    "coalesce(whole, 5)", "year(moment)", "length(word)",
]  # fmt: skip
MORE = ["count(*)", "count(word)", "count(*) + sum(whole)"]
WHOLE = """\
with
    doubled as (
        select key, max(whole) as highest, min(moment) as first
        from (select * from records) as inner_ones
        where key != 'f'
        group by key
    )
select
    records.area,
    date_trunc('month', records.moment) as period_start,
    count(doubled.highest) as joined,
    {columns}
from records
left join doubled on records.key = doubled.key
group by all
"""


def test_every_construct_that_is_let_through_is_computed_alike(tmp_path: Path, server: str) -> None:
    data = DataFolder(tmp_path)
    path = data.raw / "nasty" / "2026-01" / "a.parquet"
    path.parent.mkdir(parents=True)
    NASTY.write_parquet(path)
    asked = [f"count(*) filter (where {one})" for one in PREDICATES]
    asked += [f"sum({one})" for one in VALUES] + MORE
    columns = {f"e{number}": one for number, one in enumerate(asked)}
    listed = ", ".join(f"{one} as {name}" for name, one in columns.items())
    tree = parse_one(WHOLE.format(columns=listed), dialect="duckdb")
    assert isinstance(tree, exp.Select)
    types = {"area": "varchar", "key": "varchar", "moment": "timestamp", "other": "timestamp"}
    types |= {"whole": "bigint", "number": "double", "yes": "boolean", "word": "varchar"}
    assert list(find_foreign(tree, types | {"day": "date"})) == []
    unproven = {kind for kind in ALIKE if not tree.find(kind)}
    assert unproven == set(), "a construct is let through that nobody has compared"
    select = Select(tree, dict.fromkeys(["joined", *columns], 1))
    told = [
        Told(f"nasty/2026-0{n}", Records("raw/nasty/2026-01/a.parquet", "-"), date(2026, n, 1))
        for n in (1, 2)
    ]
    with embedded(KeptCounts(data)) as here, connected(server, data.root.as_posix()) as there:
        order = ["extract", "area", "period_start"]
        [mine] = [one.sort(order) for one in here.count([select], told, ["key"])]
        [theirs] = [one.sort(order) for one in there.count([select], told, ["key"])]
    assert mine.height == 12
    for name, one in ({"area": "", "period_start": "", "joined": ""} | columns).items():
        assert theirs[name].to_list() == mine[name].to_list(), one
