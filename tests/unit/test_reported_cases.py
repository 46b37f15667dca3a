"""Files after public reports of people who do this work: each is read right, or refused by name.

Here: every file of ``../shared/cases/reports``, asked by its name for the outcome that its README
states, as far as door, ledger and registry know it. Not here: what is computed of figures that pass
the door (``tests/night/test_reported_figures.py``). Past 200 lines: a table of cases, one a file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kinhbac.data_folder import SOURCES
from kinhbac.problems import Problem, ProblemsFound
from tests.conftest import CLINIC as WHOLE_CLINIC
from tests.conftest import JANUARY, SHARED, Province, make_tiny
from tests.night.test_reported_figures import CONTRACTS as COMPUTED

REPORTS = SHARED / "cases" / "reports"
CLINIC = WHOLE_CLINIC.replace(", personal: [SoDinhDanh]", "").replace("sum, whole: true", "sum")
VISITS = """\
source: visits
name: {vi: Lượt khám, en: Visits}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month, date_format: "%d/%m/%Y"}
records:
  area: {column: Xa}
  columns:
    So: {as: visit_id, key: true}
    Ngay: {as: seen, type: date}
data_elements:
  visits: {name: {vi: Lượt khám, en: Visits}, unit: point, over_time: sum, over_areas: sum}
"""
COUNTED = "select area, period_start, count(*) as visits from records group by 1, 2\n"
USUAL = {"births": [10, 30], "births_at_clinic": [9, 3]}


@dataclass(frozen=True)
class Case:
    """A contract, and what is said of the file (``told``) or read in it (``read``)."""

    contract: str = CLINIC
    told: str = ""
    read: dict[str, list[Any]] | None = None


def clinic(form: str = "csv", of: str = "", to: str = "", **told: Any) -> Case:
    """A delivery of the clinics: in this form, something of the contract replaced."""
    return Case(CLINIC.replace("csv", form).replace(of, to) if of else CLINIC.replace("csv", form),
                **told)  # fmt: skip


TITLED = "format: csv, title_rows: 1"
PERIOD = ("ignored: [Ten]", "ignored: [Ten], period: {column: Ky, format: '%m/%Y'}")
TIMES = VISITS.replace("csv", "parquet").replace("type: date", "type: timestamp")
UNCALCULATED = "the cell shows no value: its formula was never calculated"
DIVIDED = "«D2» the cell shows no value: it holds the error #DIV/0!"

AT_THE_DOOR = {
    "chart_sheet_first.xlsx": clinic("xlsx", read=USUAL),
    "codes_guarded_as_formula.csv": clinic(read=USUAL),
    "contract_header_typed_nfd.csv": clinic(of="Tram", to="Tra\u0323m", read=USUAL),
    "day_month_swapped_by_us_excel.xlsx": Case(
        VISITS.replace("csv", "xlsx"), "Ngay: no date has a day above 12, while days above 12"
    ),
    "error_cell.xls": clinic("xlsx", told=DIVIDED),
    "error_cell_prefixed_namespace.xlsx": clinic("xlsx", told=DIVIDED),
    "error_cell_without_reference.xlsx": clinic("xlsx", told=DIVIDED),
    "figure_of_thirty_digits.csv": clinic(told="Sinh: «30 digits» it is larger than a figure can be"),
    "formula_value_with_xml_space.xlsx": clinic("xlsx", read=USUAL),
    "formula_without_value_prefixed_namespace.xlsx": clinic("xlsx", told=f"«D2» {UNCALCULATED}"),
    "formulas_never_calculated_cached_zero.xlsx": clinic("xlsx", told=f"«C2» {UNCALCULATED}"),
    "hidden_first_sheet.xlsx": clinic("xlsx", read=USUAL),
    "json_key_twice_nfc_nfd.json": clinic("json", told=":1: «text, 4 characters» a record holds this twice"),
    "merged_figure_over_two_communes.xlsx": clinic(
        "xlsx", told=":3, Sinh: «C2:C3» the cell is merged with others"
    ),
    "narrow_nbsp_thousands.csv": clinic(
        read={"births": [10, 30], "births_at_clinic": [1234, 3]}
    ),
    "parquet_decimal_with_comma_contract.parquet": clinic(
        "parquet, decimal: ','", read={"births": [10], "births_at_clinic": [1.234]}
    ),
    "parquet_float32.parquet": clinic(
        "parquet", read={"births": [10], "births_at_clinic": [12.3]}
    ),
    "parquet_timestamp_at_midnight.parquet": Case(
        TIMES, read={"seen": [datetime(2026, 1, 5), datetime(2026, 1, 5, 8)]}
    ),
    "password_protected.xlsx": clinic("xlsx", told="the workbook is protected by a password"),
    "period_format_differs_from_date_format.xlsx": Case(
        CLINIC.replace("csv", "xlsx").replace(*PERIOD) + "mandate: {from: 2025-01}\n",
        read={"births": [10, 11], "births_at_clinic": [0, 1]},
    ),
    "superscript_footnote_in_number.xlsx": clinic("xlsx", read=USUAL),
    "title_names_another_month.csv": clinic(
        of="format: csv", to=TITLED,
        told="its title says 2025-12, and it lies in the folder 2026-01",
    ),
    "title_with_line_break.csv": clinic(
        of="format: csv", to=TITLED, read={"births": [10], "births_at_clinic": [9]}
    ),
    "two_digit_year.csv": Case(VISITS, "its year has not four digits"),
    "zip_delivered.zip": clinic(told="zip archive"),
}  # fmt: skip
OTHERWISE = {
    "areas_code_with_a_blank.csv",
    "areas_saved_with_bom.csv",
    "correction_of_one_row.csv",
    "json_field_dropped.json",
    "one_stop_two_digit_years.csv",
    "percent_summed_over_communes.csv",
}
"""Files of the registry, of a shipped source, and those that say something beside others: each has
its own test."""


@pytest.fixture
def province(tmp_path: Path, shared: Path) -> Province:
    made = make_tiny(tmp_path)
    made.write("clinic/source.yml", CLINIC)
    return made


def deliver(province: Province, name: str, place: str = "clinic/2026-01/2026-02-03_a") -> None:
    province.land(f"{place}{Path(name).suffix}", (REPORTS / name).read_bytes())


def read(province: Province) -> dict[str, list[Any]]:
    """What the one extract holds: figures of each data element by area, or the days of records."""
    [rows] = map(pl.read_parquet, province.data.raw.rglob("*.parquet"))
    if "data_element" not in rows.columns:
        return {"seen": rows.sort("visit_id")["seen"].to_list()}
    told = rows.filter(pl.col("value").is_not_null()).sort("data_element", "area")
    figures = told.group_by("data_element", maintain_order=True).agg("value")
    return dict(figures.iter_rows())


def told_of(province: Province) -> list[tuple[str, str, str]]:
    """What the ledger says: place or column, what was found, whether it was refused for it."""
    province.ledger()
    table = pl.read_parquet(province.data.tables / "problems.parquet")
    return table.select("column_name", "found", "bearing").rows()


def problems_of(province: Province) -> list[Problem]:
    with pytest.raises(ProblemsFound) as found:
        _ = province.registry
    return found.value.problems


def test_every_file_is_asked(shared: Path) -> None:
    files = {path.name for path in REPORTS.iterdir()} - {"README.md"}
    assert files == {*AT_THE_DOOR, *OTHERWISE, *COMPUTED} and len(files) == 36


@pytest.mark.parametrize("name", AT_THE_DOOR)
def test_the_door_reads_it_right_or_says_why_not(province: Province, name: str) -> None:
    case = AT_THE_DOOR[name]
    source = "visits" if case.contract.startswith("source: visits") else "clinic"
    if source == "visits":
        province.write("visits/observations.sql", COUNTED)
    province.write(f"{source}/source.yml", case.contract)
    deliver(province, name, f"{source}/2026-01/2026-02-03_a")
    reception = province.receive(source)
    if case.read is None:
        assert not reception.accepted and not [*province.data.raw.rglob("*.parquet")]
        assert case.told in "\n".join(map(str, reception.problems))
    else:
        assert reception.accepted == 1 and read(province) == case.read


def test_years_of_two_digits_move_no_dossier_of_the_shipped_source(province: Province) -> None:
    name = "one_stop_two_digit_years.csv"
    shipped = replace(province, sources=SOURCES, as_of=date(2026, 11, 5))
    deliver(shipped, name, "one_stop/2026-10/2026-11-03_a")
    reception = shipped.receive("one_stop")
    assert not reception.accepted
    assert {p.column for p in reception.problems if p.found == "its year has not four digits"} == {
        "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy",
    }  # fmt: skip


def test_a_correction_of_one_row_takes_no_other_figure_away(province: Province) -> None:
    province.land("clinic/2026-01/2026-02-01_a.csv", JANUARY)
    deliver(province, "correction_of_one_row.csv")
    province.receive()
    lacking = "1 of 2 communes is not in it: 00002 (Xã Hai)"
    assert told_of(province) == [(None, lacking, "refused")]
    assert [row["standing"] for row in province.ledger()] == ["in_force", "incomplete"]


def test_a_field_that_no_record_has_is_told(province: Province) -> None:
    province.write("clinic/source.yml", CLINIC.replace("csv", "json"))
    deliver(province, "json_field_dropped.json")
    province.receive()
    assert ("Tram", "nothing stands in it, in none of 2 rows", "told") in told_of(province)


def test_areas_saved_with_a_mark_are_read(province: Province) -> None:
    saved = (REPORTS / "areas_saved_with_bom.csv").read_bytes()
    (province.sources / "areas.csv").write_bytes(saved)
    assert {"24", "00001", "00002"} <= province.registry.areas.areas.keys()


def test_a_code_with_a_blank_is_told_with_its_line(province: Province) -> None:
    saved = (REPORTS / "areas_code_with_a_blank.csv").read_bytes()
    (province.sources / "areas.csv").write_bytes(saved)
    [problem] = problems_of(province)
    assert (problem.file, problem.line, problem.column) == ("sources/areas.csv", 3, "code")
    assert "a blank at its end" in problem.found


def test_percentages_are_not_added_up(province: Province) -> None:
    """The file alone cannot say it: what it may be used for stands in its contract."""
    header = (REPORTS / "percent_summed_over_communes.csv").read_text(encoding="utf-8").split()[0]
    column = header.split(",")[1]
    contract = CLINIC.replace("column: Tram", f"column: {column}")
    before, after = contract.split("births_at_clinic:")
    province.write(
        "clinic/source.yml",
        f"{before}births_at_clinic:{after.replace('unit: person', 'unit: percent')}",
    )
    [problem] = problems_of(province)
    assert problem.column == "data_elements.births_at_clinic.over_areas"
