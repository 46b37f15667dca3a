"""``kinhbac.open``, ``kinhbac export`` and ``kinhbac query``: what analysts ask, and get."""

from __future__ import annotations

import csv
import io
import json
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import uvicorn
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

import kinhbac
from kinhbac.cli import main
from kinhbac.data_folder import DataFolder
from kinhbac.interface.application import make_application
from kinhbac.interface.tokens import add_token
from tests.analysed import lay_down
from tests.small_release import AS_OF


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_down(tmp_path_factory.mktemp("analysed") / "data")


@pytest.fixture
def kinhbac_(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINHBAC_DATA", data.as_posix())


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    """Where the interface over this release listens."""
    config = uvicorn.Config(make_application(DataFolder(data)), port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def test_every_place_gives_the_same_figures(data: Path, address: str, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(data / "releases" / "1", copy)
    token = add_token(DataFolder(data).tokens, "analyst", "internal", AS_OF)
    frames, explained = [], []
    for place, shown in ((data, None), (data / "current", None), (copy, None), (address, token)):
        with kinhbac.open(place, token=shown) as warehouse:
            assert (warehouse.release, warehouse.as_of) == (1, AS_OF)
            made = warehouse.composite("index")
            of_composite = (made.ranks, made.components, made.steps)
            tables = (warehouse.values(), warehouse.indicators(), warehouse.areas(), *of_composite)
            frames.append(tables)
            explained.append(warehouse.explain("births", "24", "2026-02"))
            explained.append(warehouse.explain("index", "xa hai", "02/2026"))
    first, *others = frames
    assert first[0].height == 13 and first[0]["synthetic"].sum() == 2
    for other in others:
        assert all(a.equals(b) and a.schema == b.schema for a, b in zip(first, other, strict=True))
    assert explained[0].value == 10.5 and explained[1].composition.rank
    assert explained == explained[:2] * 4


def test_a_figure_says_its_unit_state_and_source_and_missing_is_not_zero(data: Path) -> None:
    with kinhbac.open(data) as warehouse:
        rows = warehouse.values("Tỷ lệ births", ["xã một", "24"], since="1/2026", until="Q1/2026")
    told = rows.select("area_name", "period", "value", "unit_name", "state", "source").rows()
    assert ("Xã Một", "2026-01", None, "%", "missing", "clinic") in told
    assert ("Tỉnh Bắc Ninh", "2026-01", 9.0, "%", "provisional", "clinic") in told
    assert rows.schema["value"] == pl.Float64 and rows.schema["period_start"] == pl.Date
    assert len(rows.to_pandas()) == rows.height == 6


def test_what_was_published_by_a_day_is_what_was_published(data: Path) -> None:
    with kinhbac.open(data) as warehouse:
        now = warehouse.values("births", "24", since="2026-02", until="2026-02")
        then = warehouse.values("births", "24", since="2026-02", until="2026-02", as_of=AS_OF)
        assert (now["value"].item(), then["value"].item()) == (10.5, 10.0)
        with pytest.raises(kinhbac.Refused, match="nothing had been published by this day"):
            warehouse.values("births", as_of=date(2020, 1, 1))


def test_a_composite_comes_with_its_ranks_and_others_have_none(data: Path) -> None:
    with kinhbac.open(data) as warehouse:
        ranks = warehouse.composite("index", "xa hai").ranks
        assert ranks.select("rank", "rank_low", "rank_high", "units").row(0) == (2.0, 1.0, 2.0, 2)
        with pytest.raises(kinhbac.Refused, match="no ranks of «births»"):
            warehouse.composite("births")


@pytest.mark.parametrize(
    ("called", "told"),
    [
        ("xa haj", "Did you mean 00002 (Commune Two)"),
        ("Xã Bòn", "former-1 (Bon (former)), which became 00002 (Commune Two)"),
        ("bac giang", "former-24 (Bac Giang (former)), which became 24 (Bac Ninh)"),
        ("'; drop table areas --", "There is no area"),
    ],
)
def test_an_area_that_is_not_there_is_proposed_and_none_is_taken_for_it(
    data: Path, called: str, told: str
) -> None:
    with kinhbac.open(data) as warehouse, pytest.raises(kinhbac.Refused) as refused:
        warehouse.values("births", called)
    assert told in str(refused.value)


def test_a_place_without_a_release_says_what_to_do(tmp_path: Path, address: str) -> None:
    with pytest.raises(kinhbac.Refused, match="no release lies there"):
        kinhbac.open(tmp_path)
    with pytest.raises(kinhbac.Refused, match="no answer"):
        kinhbac.open("http://127.0.0.1:9")
    nobodys = "wrong"
    with pytest.raises(kinhbac.Refused, match="Nobody was given this token"):
        kinhbac.open(address, token=nobodys)


@pytest.mark.usefixtures("kinhbac_")
def test_an_export_is_tidy_in_every_form_and_holds_no_formula(tmp_path: Path) -> None:
    [head, *rows] = csv.reader(io.StringIO(run("--lang", "vi", "export", "index").stdout))
    table = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["value"] for row in table] == ["70.0", "60.0"]
    assert table[0]["indicator_name"] == "'=1+1" and table[0]["synthetic"] == "true"
    assert table[0]["release"] == "1" and table[0]["unit"] == "percent"
    book, parquet = tmp_path / "figures.xlsx", tmp_path / "figures.parquet"
    assert run("export", "index", "--out", f"{book}").exit_code == 0
    sheets = CalamineWorkbook.from_path(book)
    figures, meaning = (sheets.get_sheet_by_name(name).to_python() for name in sheets.sheet_names)
    assert dict(zip(figures[0], figures[1], strict=True))["value"] == 70.0
    told = dict(zip(meaning[0], meaning[1], strict=True))
    assert told["formula"] == "a ÷ b" and told["release"] == "1"
    assert run("export", "births", "index", "--out", f"{parquet}").exit_code == 0
    assert pl.read_parquet(parquet).height == 13
    assert pl.read_parquet_metadata(parquet)["as_of"] == "2026-03-20"


@pytest.mark.usefixtures("kinhbac_")
def test_an_export_speaks_the_language_of_its_reader() -> None:
    assert ",Commune One," in run("--lang", "en", "export", "births", "--areas", "xa mot,24").stdout
    assert ",Xã Một," in run("--lang", "vi", "export", "births", "--areas", "00001").stdout


@pytest.mark.usefixtures("kinhbac_")
def test_a_query_is_answered_as_a_table_csv_and_json() -> None:
    question = "select area, value from indicator_values where indicator = 'index' order by area"
    assert run("query", question).stdout == "area   value\n00001     70\n00002     60\n2 rows\n"
    assert run("query", question, "--limit", "1").stdout.endswith(
        "there are more (--limit, --csv, --json)\n"
    )
    assert run("query", question, "--csv").stdout == "area,value\n00001,70.0\n00002,60.0\n"
    told = json.loads(run("query", question, "--json").stdout)
    assert told["release"] == 1 and told["rows"][1] == {"area": "00002", "value": 60.0}
    assert "'=1+1" in run("query", "--csv", "select name_vi from indicators").stdout
    assert "\x1b" not in run("query", "select chr(27) || '[2J' as x").stdout


@pytest.mark.usefixtures("kinhbac_")
@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("from indicator_value", "Did you mean indicator_values"),
        ("select valu from indicator_values", "Did you mean value"),
        ("select x.valu from indicator_values x join areas using (area)", "Did you mean value"),
        (
            "with x as (select value as amount from indicator_values) select amont from x",
            "Did you mean amount?",
        ),
        # a column of another table that would lead nowhere
        ("select rank_low from indicator_values", "Remedy: docs/data-dictionary.md"),
        ("selec 1", "Remedy: docs/data-dictionary.md"),
        ("", "Nothing was asked"),
        ("from read_csv('/etc/passwd')", "reads the release and nothing else"),
        ("copy areas to 'areas.csv'", "reads the release and nothing else"),
        ("attach 'other.duckdb'", "reads the release and nothing else"),
        ("install httpfs", "Remedy"),
        ("set enable_external_access = true", "locked"),
        ("delete from release.areas", "read-only"),
    ],
)
def test_a_query_reads_the_release_and_nothing_else(question: str, told: str) -> None:
    asked = run("query", question)
    assert asked.exit_code == 1 and told in asked.stderr and not asked.stdout
    assert asked.stderr.count("\n") == 1
