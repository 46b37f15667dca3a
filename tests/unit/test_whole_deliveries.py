"""What a delivery as a whole says, beside its contract and beside what came before it.

Past 200 lines: a question a thing that is told, and when it is not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from tests.conftest import JANUARY, LAST_JANUARY, Province
from tests.counted import COUNTS, PERMITS

Edit = Callable[[str, str, str], None]
ONE_ROW = "Ma,Ten,Sinh,Tram\n00001,Một,11,9\n"
JSON_FIRST = (
    '[{"Ma":"00001","Sinh":10,"Tram":9},{"Ma":"00002","Sinh":30,"Tram":3}]',
    '[{"Ma":"00001","Sinh":10},{"Ma":"00002","Sinh":30}]',
)


@pytest.fixture
def clinic(province: Province, edit: Edit) -> Province:
    edit("clinic/source.yml", ", personal: [SoDinhDanh]", "")
    return province


def standings(province: Province) -> dict[str, str]:
    """The name of a file → how it stands."""
    return {str(row["file"]).split("/")[-1]: str(row["standing"]) for row in province.ledger()}


def problems(province: Province, **having: Any) -> list[dict[str, Any]]:
    province.ledger()
    table = pl.read_parquet(province.data.tables / "problems.parquet")
    return table.filter(**having).to_dicts() if having else table.to_dicts()


def turns(province: Province) -> list[dict[str, Any]]:
    province.ledger()
    return pl.read_parquet(province.data.tables / "turns.parquet").to_dicts()


def test_a_correction_of_one_row_leaves_the_other_rows_in_force(clinic: Province) -> None:
    clinic.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    clinic.land("clinic/2026-01/2026-02-09_b.csv", ONE_ROW)
    clinic.receive()
    assert standings(clinic) == {"2026-02-03_a.csv": "in_force", "2026-02-09_b.csv": "incomplete"}
    assert all(row["held"] for row in clinic.ledger())
    [told] = problems(clinic, bearing="refused")
    assert told["found"] == "1 of 2 communes is not in it: 00002 (Xã Hai)"
    assert "merge" in told["remedy"] and told["open"]
    clinic.land("clinic/2026-01/2026-02-10_c.csv", JANUARY.replace("10,9", "11,9"))
    clinic.receive()
    assert standings(clinic)["2026-02-10_c.csv"] == "in_force"
    [settled] = problems(clinic)
    assert not settled["open"]


def test_a_blank_cell_takes_a_figure_back_and_a_blank_column_does_not(clinic: Province) -> None:
    clinic.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    without = JANUARY.replace("10,9", "10,").replace("30,3", "30,")
    clinic.land("clinic/2026-01/2026-02-09_b.csv", without)
    clinic.receive()
    assert standings(clinic)["2026-02-09_b.csv"] == "incomplete"
    [told] = problems(clinic)
    assert told["column_name"] == "Tram"
    assert told["found"] == "nothing stands in it, where 2 of 2 rows told something"
    clinic.land("clinic/2026-01/2026-02-10_c.csv", JANUARY.replace("30,3", "30,"))
    clinic.receive()
    assert standings(clinic)["2026-02-10_c.csv"] == "in_force"


def test_a_json_field_that_no_record_has_is_told(clinic: Province, edit: Edit) -> None:
    edit("clinic/source.yml", "format: csv", "format: json")
    first, second = JSON_FIRST
    clinic.land("clinic/2026-01/2026-02-03_a.json", first)
    clinic.land("clinic/2026-02/2026-03-03_a.json", second)
    clinic.land("clinic/2026-01/2026-02-09_b.json", second.replace("30", "31"))
    clinic.receive()
    assert standings(clinic)["2026-02-09_b.json"] == "incomplete"
    [told] = problems(clinic, bearing="told", rule="column_gone")
    assert (told["column_name"], told["file"]) == ("Tram", "clinic/2026-02/2026-03-03_a.json")
    assert told["found"].startswith("nothing stands in it, in none of 2 rows")
    assert told["open"] and not any(row["held"] for row in clinic.ledger() if "02/" in row["file"])


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_json_field_that_no_record_ever_had_is_told(
    clinic: Province, edit: Edit, form: str
) -> None:
    edit("clinic/source.yml", "format: csv", f"format: {form}")
    records = JSON_FIRST[1] if form == "json" else JSON_FIRST[1][1:-1].replace("},{", "}\n{")
    clinic.land(f"clinic/2026-01/2026-02-03_a.{form}", records)
    clinic.receive()
    [told] = problems(clinic, bearing="told", rule="column_gone")
    assert (told["column_name"], told["found"]) == (
        "Tram",
        "nothing stands in it, in none of 2 rows",
    )


def test_a_document_in_place_of_lines_is_one_problem(clinic: Province, edit: Edit) -> None:
    edit("clinic/source.yml", "format: csv", "format: jsonl")
    clinic.land("clinic/2026-01/2026-02-03_a.jsonl", JSON_FIRST[0])
    [told] = clinic.receive().problems
    assert told.found == "this record is no object"


def test_areas_that_told_something_the_last_time_are_asked_for(clinic: Province) -> None:
    clinic.land("clinic/2025-12/2026-01-03_a.csv", ONE_ROW)
    clinic.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    clinic.land("clinic/2026-02/2026-03-03_a.csv", ONE_ROW.replace("11", "12"))
    clinic.receive()
    found = {row["file"]: row["found"] for row in problems(clinic, rule="fewer_areas")}
    assert found == {
        "clinic/2025-12/2026-01-03_a.csv": "1 of 2 communes of the contract is not in it: "
        "00002 (Xã Hai)",
        "clinic/2026-02/2026-03-03_a.csv": "1 of 2 communes that were in 2026-01 is not in it: "
        "00002 (Xã Hai)",
    }
    assert set(standings(clinic).values()) == {"in_force"}


def test_what_a_contract_lets_be_replaced_is_told(clinic: Province) -> None:
    contract = (clinic.sources / "clinic/source.yml").read_text(encoding="utf-8")
    clinic.write("clinic/source.yml", contract + "corrections: {rows: replace}\n")
    clinic.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    clinic.land("clinic/2026-01/2026-02-09_b.csv", ONE_ROW)
    clinic.receive()
    assert standings(clinic)["2026-02-09_b.csv"] == "in_force"
    [told] = problems(clinic)
    assert (told["rule"], told["bearing"], told["open"]) == ("fewer_areas", "told", True)
    assert "the file that it replaced told that" in told["found"]


def test_merged_rows_all_count_and_none_is_asked_for_twice(clinic: Province) -> None:
    contract = (clinic.sources / "clinic/source.yml").read_text(encoding="utf-8")
    clinic.write("clinic/source.yml", contract + "corrections: {rows: merge}\n")
    clinic.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    clinic.land("clinic/2026-01/2026-02-09_b.csv", ONE_ROW)
    clinic.receive()
    assert set(standings(clinic).values()) == {"in_force"}
    assert not problems(clinic)


def test_bytes_that_come_once_more_take_a_correction_back(clinic: Province) -> None:
    """Who was wrong to correct a figure sends the first file again."""
    clinic.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    clinic.land("clinic/2026-01/2026-02-09_b.csv", JANUARY.replace("10,9", "10,8"))
    clinic.receive()
    assert standings(clinic)["2026-02-09_b.csv"] == "in_force"
    clinic.land("clinic/2026-01/2026-02-12_c.csv", JANUARY)
    assert clinic.receive().accepted == 0  # nothing new is read
    assert standings(clinic) == {"2026-02-03_a.csv": "in_force", "2026-02-09_b.csv": "superseded"}
    [first, _] = clinic.ledger()
    assert first["received_on"] == date(2026, 2, 3)
    assert first["delivered_again_on"] == date(2026, 2, 12)
    assert [(turn["file"][15:], turn["again"]) for turn in turns(clinic)] == [
        ("2026-02-03_a.csv", False),
        ("2026-02-09_b.csv", False),
        ("2026-02-12_c.csv", True),
    ]
    for path in clinic.data.landing.glob("clinic/2026-01/*.csv"):
        path.unlink()  # the ledger remembers
    clinic.receive()
    assert len(turns(clinic)) == 3


def test_a_copy_of_what_counts_changes_nothing(clinic: Province) -> None:
    clinic.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    clinic.receive()
    before = clinic.ledger(), turns(clinic)
    clinic.land("clinic/2026-01/2026-02-12_c.csv", JANUARY)
    clinic.receive()
    assert (clinic.ledger(), turns(clinic)) == before


@pytest.mark.parametrize(
    "again",
    ["STC/clinic/2026-01/2026-02-12_c.csv", "clinic/2026-01/2062-02-12_c.csv"],
    ids=["a stranger's copy", "a day to come"],
)
def test_nobody_takes_a_correction_back_for_the_owner(clinic: Province, again: str) -> None:
    clinic.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    clinic.land("clinic/2026-01/2026-02-09_b.csv", JANUARY.replace("10,9", "10,8"))
    clinic.receive()
    clinic.land(again, JANUARY)
    clinic.receive()
    assert standings(clinic)["2026-02-09_b.csv"] == "in_force"


@pytest.mark.parametrize(
    "bad", [b"", b"Ma,Ten,Sinh,Tram\n", b"\xff\xfe\x00broken", b"Ma,Ten,Sinh\n00001,a,1\n"]
)
@pytest.mark.parametrize("name", ["2026-02-03_a.csv", "2026-02-09_b.csv"])
def test_an_empty_or_unreadable_file_takes_nothing_out_of_force(
    clinic: Province, bad: bytes, name: str
) -> None:
    """Also where it was saved over the good one."""
    clinic.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    clinic.receive()
    clinic.land(f"clinic/2026-01/{name}", bad)
    clinic.receive()
    rows = clinic.ledger()
    assert sorted(str(row["standing"]) for row in rows) == ["in_force", "refused"]
    assert all(row["held"] for row in rows)


def test_a_file_that_is_saved_over_twice_keeps_its_history(clinic: Province) -> None:
    other = JANUARY.replace("10,9", "10,8")
    for day, text in enumerate((JANUARY, other, JANUARY, other), 10):
        clinic.as_of = date(2026, 3, day)
        clinic.land("clinic/2026-01/2026-02-03_a.csv", text)
        clinic.receive()
    assert [turn["again"] for turn in turns(clinic)] == [False, False, True, True]


def permits(province: Province) -> None:
    contract = PERMITS.replace("{column: Ma}", "{column: Ma, codes_as_of: 2025-07-01}")
    province.write("permits/source.yml", contract)
    province.write("permits/observations.sql", COUNTS)


def test_records_of_other_days_are_told(province: Province) -> None:
    permits(province)
    header = "So,Loai,Ngay,Xong,Phi,Ma\n"
    january = (
        "a,1,2026-01-05 00:00:00,,,00001\nb,1,2025-12-30 00:00:00,2026-01-02 00:00:00,,00002\n"
    )
    province.land("permits/2026-01/2026-02-03_a.csv", header + january)
    province.land(
        "permits/2026-02/2026-03-03_a.csv",
        header + "c,1,2026-02-05 00:00:00,,,00001\nd,1,2025-02-05 00:00:00,,,00002\n",
    )
    province.receive("permits")
    [told] = problems(province, rule="other_days")
    assert told["file"] == "permits/2026-02/2026-03-03_a.csv" and told["line"] == 3
    assert told["found"] == "none of the days of 1 of 2 records lies in 2026-02"
    assert not any(row["held"] for row in province.ledger())


def test_a_source_whose_records_tell_of_longer_spans_is_asked_once(province: Province) -> None:
    permits(province)
    for month in ("01", "02"):
        text = f"So,Loai,Ngay,Xong,Phi,Ma\n{month},1,2019-01-05 00:00:00,,,00001\n"
        province.land(f"permits/2026-{month}/2026-03-03_a.csv", text)
    province.receive("permits")
    assert [row["extract"][:15] for row in problems(province)] == ["permits/2026-01"]


def test_a_few_records_less_are_no_lack(province: Province) -> None:
    permits(province)

    def dossiers(area: str, count: int) -> str:
        return "".join(f"{area}-{n},1,2026-01-05 00:00:00,,,{area}\n" for n in range(count))

    header, rest = "So,Loai,Ngay,Xong,Phi,Ma\n", dossiers("00001", 20)
    province.land("permits/2026-01/2026-02-03_a.csv", header + rest + dossiers("00002", 6))
    province.land("permits/2026-01/2026-02-04_b.csv", header + rest)
    province.receive("permits")
    assert standings(province)["2026-02-04_b.csv"] == "in_force"
    province.land("permits/2026-01/2026-02-05_c.csv", header + rest + dossiers("00002", 7))
    province.land(
        "permits/2026-01/2026-02-06_d.csv", header + rest + "x,1,2026-01-06 00:00:00,,,00001\n"
    )
    province.receive("permits")
    assert standings(province)["2026-02-06_d.csv"] == "incomplete"


def test_a_ledger_from_before_receipts_were_kept_is_read(clinic: Province) -> None:
    clinic.land("clinic/2026-01/2026-02-03_a.csv", LAST_JANUARY)
    clinic.receive()
    (clinic.data.raw / "clinic" / "receipts.json").unlink()
    clinic.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    clinic.receive()
    assert [turn["overwritten"] for turn in turns(clinic)] == [True, False]


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_text_without_its_last_end_of_line_is_taken_in_and_told(
    clinic: Province, end: str
) -> None:
    clinic.land("clinic/2026-01/2026-02-03_a.csv", (JANUARY.removesuffix("\n") + end).encode())
    clinic.receive()
    [row] = clinic.ledger()
    assert row["standing"] == "in_force" and not row["held"]
    told = [one["found"] for one in problems(clinic) if "has no end" in one["found"]]
    assert len(told) == (not end)
