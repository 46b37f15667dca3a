"""What the demonstration delivers: nothing that its files could not know."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from kinhbac.data_folder import SOURCES
from kinhbac.ingest.demonstration.deliveries import deliver, next_delivery
from kinhbac.problems import ProblemsFound
from kinhbac.registry import load_registry
from kinhbac.registry.tables.elements import DataElementRow, tabulate_elements
from tests.conftest import CLINIC, Province

VISITS = """\
source: visits
name: {vi: Lượt khám, en: Visits}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month, expected_from: 2026-01, due_days: 4}
records:
  told_again: true
  area: {column: Ma}
  columns:
    So: {as: visit_id, key: true}
    Den: {as: came_on, type: date, not_after_receipt: true}
    Ve: {as: left_on, type: date, not_after_receipt: true}
data_elements:
  visits: {name: {vi: Lượt khám, en: Visits}, unit: person, over_time: sum, over_areas: sum}
"""
COUNTED = "select area, period_start, count(*) as visits from records group by 1, 2\n"
MADE = """\
select getvariable('period') || '/' || number as "So", '00001' as "Ma", came as "Den",
       if(gone <= getvariable('received'), gone, null) as "Ve"
from (
    select number, getvariable('period_start') + number as came, came + 2 * number as gone
    from (select range::integer as number from range(28))
)
where getvariable('told') is null or gone > getvariable('told')
"""


def _write_visits(province: Province) -> None:
    province.write("visits/source.yml", VISITS)
    province.write("visits/observations.sql", COUNTED)
    province.write("demonstration.sql", "select 1")
    province.write("visits/demonstration.sql", MADE)


def test_no_file_tells_what_happens_later_and_the_next_one_does(province: Province) -> None:
    _write_visits(province)
    province.as_of = date(2026, 6, 10)
    assert deliver(province.registry, province.data, "visits", province.as_of) == 5
    assert province.receive("visits").refused == 0

    left: dict[str, str] = {}
    for path in sorted((province.data.landing / "visits").glob("*/*.csv")):
        for row in csv.DictReader(path.read_text("utf-8-sig").splitlines()):
            assert not left.get(row["So"]), f"{row['So']} was told whole already"
            left[row["So"]] = row["Ve"]
    assert len(left) == 5 * 28
    for visit, day in left.items():
        period, _, number = visit.partition("/")
        gone = date.fromisoformat(f"{period}-01") + timedelta(3 * int(number))
        assert day == (gone.isoformat() if gone <= date(2026, 6, 1) else day)
        assert day or gone > date(2026, 5, 31)


def test_an_ordinary_source_is_told_once(province: Province) -> None:
    province.write("demonstration.sql", "select 1")
    province.write(
        "clinic/demonstration.sql",
        """select '00001' as "Ma", 'Một' as "Ten", 1 as "Sinh", 1 as "Tram" """,
    )
    count = deliver(province.registry, province.data, "clinic", date(2026, 3, 20))
    assert count == len(list((province.data.landing / "clinic").glob("*/*.csv"))) > 10
    assert province.receive().refused == 0


def test_who_revises_tells_a_period_twice_and_history_once(province: Province) -> None:
    revising = CLINIC.replace(
        "synthetic: true", "synthetic: true\ndemonstration: {days_late: 3, revised_after: 20}"
    )
    province.write("clinic/source.yml", revising)
    province.write("demonstration.sql", "select 1")
    province.write(
        "clinic/demonstration.sql",
        """select '00001' as "Ma", 'Một' as "Ten", if(getvariable('final'), 9, 8) as "Sinh",
        1 as "Tram" """,
    )
    deliver(province.registry, province.data, "clinic", date(2026, 3, 20))
    told = {
        period: [path.read_text("utf-8-sig").splitlines()[1] for path in sorted(folder.iterdir())]
        for folder in sorted((province.data.landing / "clinic").iterdir())
        if (period := folder.name)
    }
    first, final = "00001,Một,8,1", "00001,Một,9,1"
    assert told["2025-05"] == [final] and told["2026-01"] == [first, final]
    assert told["2026-02"] == [first]
    upcoming = next_delivery(province.registry, "clinic", date(2026, 3, 20))
    assert upcoming is not None and date(2026, 3, 20) < upcoming < date(2026, 4, 1)
    assert deliver(province.registry, province.data, "clinic", upcoming) == 1


def test_what_is_real_is_never_made(province: Province) -> None:
    province.write(
        "clinic/source.yml",
        CLINIC.replace("synthetic: true", "synthetic: false\ndemonstration: {days_late: 3}"),
    )
    with pytest.raises(ProblemsFound, match="«demonstration» is said of a source"):
        _ = province.registry


@pytest.mark.parametrize(
    ("name", "sql", "told"),
    [
        ("visits/demonstration.sql", "copy (select 1) to 'out.csv'", "it holds COPY"),
        ("demonstration.sql", "attach 'out.duckdb' as out", "it holds ATTACH"),
        ("demonstration.sql", "set memory_limit = '1TB'", "it holds SET"),
    ],
)
def test_its_sql_does_nothing_but_ask(
    province: Province, monkeypatch: pytest.MonkeyPatch, name: str, sql: str, told: str
) -> None:
    monkeypatch.chdir(province.sources)
    _write_visits(province)
    province.write(name, sql)
    with pytest.raises(ProblemsFound, match=f"sources/{name}: {told}"):
        deliver(province.registry, province.data, "visits", province.as_of)
    assert not list(province.sources.glob("out*"))


def test_its_sql_reads_nothing_outside_the_registry(province: Province, tmp_path: Path) -> None:
    _write_visits(province)
    secret = tmp_path / "secret.csv"
    secret.write_text("So,Ma\n1,2\n", encoding="utf-8")
    province.write("visits/demonstration.sql", f"select * from read_csv('{secret}')")
    with pytest.raises(ProblemsFound, match=r"visits/demonstration\.sql: it cannot be run: Perm"):
        deliver(province.registry, province.data, "visits", province.as_of)


def test_related_figures_of_the_demonstration_can_be_asked_about() -> None:
    """Both of a pair are counts that add up over a year, else no question is ever asked about them."""
    rows = tabulate_elements(load_registry(SOURCES))
    elements = {row.data_element: row for row in rows if isinstance(row, DataElementRow)}
    pairs = {key: row.related for key, row in elements.items() if row.related}
    assert pairs == {
        "dossiers_received_online": "dossiers_received_in_month",
        "infants_immunised": "infants_due",
    }
    for key in {*pairs, *pairs.values()}:
        assert elements[key].counted and elements[key].over_time == "sum"
