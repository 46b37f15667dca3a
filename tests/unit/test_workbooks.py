"""Workbooks: what people see in a cell is read, whoever wrote it, or the cell is named.

Past 200 lines: a table of cases, one a way in which a workbook can mislead.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinhbac.ingest import limits, office_sheets, packed_parts
from kinhbac.ingest.limits import Unreadable
from kinhbac.ingest.number_formats import read_format
from kinhbac.ingest.raw import CELL, DATED, TOLD
from kinhbac.ingest.readers import read_raw
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.ingest.sheet_cells import EPOCH_1900, EPOCH_1904, read_day
from kinhbac.ingest.titles import contradict, read_titles
from kinhbac.periods import Period
from kinhbac.registry.declared.contract import Delivery
from tests.conftest import CLINIC as WHOLE_CLINIC
from tests.conftest import make_tiny
from tests.sheets import Producer, cell_of, open_document, packed, parts_of, workbook_of
from tests.unit.test_reported_cases import COUNTED, VISITS

HEAD = ("Ma", "Ten", "Sinh", "Tram")
BY = Producer(inline=True)
FIXTURES = Path(__file__).parents[1] / "fixtures"
CLINIC = WHOLE_CLINIC.replace(", personal: [SoDinhDanh]", "").replace("csv", "xlsx")


class Seen:
    """What a reader made of a workbook."""

    def __init__(self, path: Path, **options: Any) -> None:
        declared = {"format": "xlsx", "frequency": "month", **options}
        raw = read_raw(path, Delivery.model_validate(declared), ReadingRoom(path.parent / "room"))
        batches = list(raw.batches)
        self.names, self.sheet = list(raw.names), raw.sheet
        self.columns = {
            name: [value for batch in batches for value in batch.columns[name].to_list()]
            for name in self.names
        }
        self.lines = [line for batch in batches for line in batch.lines]
        self.problems = raw.problems.tell()

    @property
    def told(self) -> str:
        """All that is said of it."""
        return "\n".join(map(str, self.problems))


@pytest.fixture
def see(tmp_path: Path) -> Callable[..., Seen]:
    def seen(content: bytes, **options: Any) -> Seen:
        path = tmp_path / "a.xlsx"
        path.write_bytes(content)
        return Seen(path, **options)

    return seen


def row(number: int, *cells: str) -> str:
    return BY.tag("row", "".join(cells), r=str(number))


def texts(number: int, *values: str | int | float) -> str:
    places = (f"{'ABCDEFGH'[column]}{number}" for column in range(len(values)))
    return row(number, *(cell_of(v, p, BY, []) for v, p in zip(values, places, strict=True)))


def sheet(*cells: str, **more: Any) -> bytes:
    """A header, a row with «00001», «Một» and these cells, and a plain row."""
    first = row(2, cell_of("00001", "A2", BY, []), cell_of("Một", "B2", BY, []), *cells)
    return packed(parts_of(texts(1, *HEAD) + first + texts(3, "00002", "Hai", 30, 3), **more))


def c(place: str, inside: str, **attributes: str) -> str:
    return BY.tag("c", inside, r=place, **attributes)


PLAIN = c("C2", "<v>10</v>")


@given(
    by=st.builds(
        Producer,
        prefix=st.sampled_from(["", "x", "ss"]),
        quote=st.sampled_from(['"', "'"]),
        referred=st.booleans(),
        reversed_attributes=st.booleans(),
        inline=st.booleans(),
        spaced=st.booleans(),
        edition=st.sampled_from(["transitional", "strict"]),
        folder=st.sampled_from(["xl", "XL", "Bang/du_lieu"]),
        encoding=st.sampled_from(["utf-8", "utf-16"]),
        broken_lines=st.booleans(),
    ),
    figures=st.lists(
        st.one_of(
            st.integers(-(10**12), 10**12),
            st.floats(allow_nan=False, allow_infinity=False, width=32),
            st.sampled_from(["Xã «A» & <B>", "_x0041_", "  hai  ba ", "'"]),
        ),
        min_size=1,
        max_size=6,
    ),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_wrote_a_workbook_its_cells_are_the_same(
    see: Callable[..., Seen], by: Producer, figures: list[str | int | float]
) -> None:
    cells = [HEAD, *(("00001", "Một", figure, 1.5) for figure in figures)]
    common, other = see(workbook_of(cells, Producer())), see(workbook_of(cells, by))
    assert (other.names, other.columns, other.lines) == (common.names, common.columns, common.lines)
    assert other.columns["Ma"] == ["00001"] * len(figures) and not other.problems


@pytest.mark.parametrize(
    ("cell", "place", "told"),
    [
        (c("D2", "<v>#DIV/0!</v>", t="e"), "D2", "it holds the error #DIV/0!"),
        (c("D2", "<f>1/0</f><v>#N/A</v>", t="e"), "D2", "it holds the error #N/A"),
        (c("D2", "<f>5+4</f>"), "D2", "its formula was never calculated"),
        (c("D2", "<f>5+4</f><v></v>"), "D2", "its formula was never calculated"),
        (c("D2", "<f>A1&amp;B1</f>", t="str"), "D2", "its formula was never calculated"),
    ],
)
def test_a_cell_without_a_value_is_named(
    see: Callable[..., Seen], cell: str, place: str, told: str
) -> None:
    seen = see(sheet(PLAIN, cell))
    [problem] = seen.problems
    assert (problem.line, problem.column, problem.value) == (2, "Tram", place)
    assert told in problem.found and seen.columns["Tram"] == [None, "3"]


@pytest.mark.parametrize("where", ["book", "behind"])
def test_a_zero_that_asks_to_be_calculated_is_no_value(
    see: Callable[..., Seen], where: str
) -> None:
    asks = BY.tag("calcPr" if where == "book" else "sheetCalcPr", fullCalcOnLoad="1")
    formulas = c("C2", "<f>7+3</f><v>0</v>"), c("D2", "<f>5+4</f><v>9</v>")
    more = {where: asks} if where == "book" else {"before": asks}
    assert "«C2» the cell shows no value" in see(sheet(*formulas, **more)).told
    calculated = see(sheet(*formulas))
    assert calculated.columns["Sinh"] == ["0", "30"] and not calculated.problems


@pytest.mark.parametrize(("asked", "told"), [("1", "«C3» the cell shows no value"), ("0", "")])
def test_a_formula_over_several_cells_was_calculated_in_all_of_them_or_in_none(
    see: Callable[..., Seen], asked: str, told: str
) -> None:
    rows = texts(1, *HEAD)
    rows += row(2, c("C2", '<f t="array" ref="C2:C3">D2:D3</f><v>7</v>'), c("D2", "<v>0</v>"))
    rows += row(3, c("C3", "<v>0</v>"), c("D3", "<v>0</v>"))
    book = BY.tag("calcPr", fullCalcOnLoad=asked)
    seen = see(packed(parts_of(rows + row(4, c("C4", "<v>0</v>")), book=book)))
    assert len(seen.problems) == bool(told) and told in seen.told
    assert seen.columns["Sinh"][2] == "0" and seen.columns["Tram"][:2] == ["0", "0"]


def test_a_formula_may_give_a_text_or_nothing(see: Callable[..., Seen]) -> None:
    text = c("C2", '<f>TEXT(1,"0")</f><v xml:space="preserve">7 </v>', t="str")
    seen = see(sheet(text, c("D2", "<f>IF(1,&#34;&#34;)</f><v></v>", t="str")))
    assert (seen.columns["Sinh"], seen.columns["Tram"]) == (["7", "30"], [None, "3"])
    assert not seen.problems


def test_an_error_that_the_contract_knows_is_a_mark_of_absence(see: Callable[..., Seen]) -> None:
    seen = see(sheet(c("C2", "<v>#N/A</v>", t="e")), missing=["#N/A"])
    assert seen.columns["Sinh"] == ["#N/A", "30"] and not seen.problems


def test_errors_in_columns_and_rows_that_are_not_read_are_nobodys_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    total = row(4, c("A4", "<is><t>Tổng</t></is>", t="inlineStr"), c("C4", "<v>#REF!</v>", t="e"))
    error = c("B2", "<v>#REF!</v>", t="e")
    code = cell_of("00001", "A2", BY, [])
    path.write_bytes(packed(parts_of(texts(1, *HEAD) + row(2, code, error, PLAIN) + total)))
    declared = {"format": "xlsx", "frequency": "month", "total_rows": ["Tổng"]}
    raw = read_raw(path, Delivery.model_validate(declared), ReadingRoom(tmp_path), {"Ma", "Sinh"})
    assert [batch.columns["Sinh"].to_list() for batch in raw.batches] == [["10"]]
    assert not raw.problems.tell()


@pytest.mark.parametrize("shared", [True, False])
def test_a_raised_figure_behind_a_figure_is_a_footnote(
    see: Callable[..., Seen], shared: bool
) -> None:
    runs = (
        '<r><t>9</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r>'
        '<rPh sb="0" eb="1"><t>chín</t></rPh>'
    )
    cell = c("D2", "<v>0</v>", t="s") if shared else c("D2", f"<is>{runs}</is>", t="inlineStr")
    seen = see(sheet(PLAIN, cell, shared=f"<si>{runs}</si>"))
    assert seen.columns["Tram"] == ["9", "3"]
    assert [problem.check for problem in seen.problems] == [TOLD]


def test_raised_letters_of_words_stay(see: Callable[..., Seen]) -> None:
    runs = "<r><t>km</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>2</t></r>"
    unit = c("B2", f"<is>{runs}</is>", t="inlineStr")
    seen = see(packed(parts_of(texts(1, *HEAD) + row(2, unit))))
    assert seen.columns["Ten"] == ["km2"] and not seen.problems


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("0%", "0.935", "93,5%"),
        ("0.00%", "1", "100%"),
        ("[Red]0.0%;[Blue]-0.0%", "-0.125", "-12,5%"),
        ("[<=1]0%;0.0", "12.5", "12,5"),
        ('0"%"', "12.5", "12,5"),
        ("0\\%", "12.5", "12,5"),
        ("0_%", "12.5", "12,5"),
        ("00000", "1", "00001"),
        ("00000", "123456", "123456"),
        ("0####", "7210", "07210"),
        ('"24"000', "7", "24007"),
        ("00-000", "7210", "07-210"),
        ("00000", "0.5", "0,5"),
        ('00" kg"', "5", "5"),
        ("#,##0", "1234", "1234"),
        ("#,##0 [$₫-42A]", "1234", "1234"),
        ("#,##0,,", "0", "0"),
        ('0 "ngày"', "3", "3"),
        ("0.0E+00", "1500", "1500"),
        ("h:mm", "0.5", "12:00:00"),
        ("General", "9.3500000000000005", "9,35"),
    ],
)
def test_a_number_is_what_people_see(
    see: Callable[..., Seen], code: str, number: str, shown: str
) -> None:
    seen = see(sheet(c("C2", f"<v>{number}</v>", s="1"), formats=[code]), decimal=",")
    assert seen.columns["Sinh"] == [shown, "30"] and not seen.problems


@pytest.mark.parametrize("code", ["0,", "#,##0.0,,", '0.0,," triệu"', "[Red]0,.00"])
def test_a_number_that_is_shown_in_thousands_is_refused(
    see: Callable[..., Seen], code: str
) -> None:
    """935,000,000 is stored and 935 is shown: one of them is a million times the other."""
    seen = see(sheet(c("C2", "<v>935000000</v>", s="1"), formats=[code]))
    [problem] = seen.problems
    assert "shows a thousandth of the number" in problem.found
    assert (problem.check, problem.value) == (CELL, "C2")


@pytest.mark.parametrize(
    ("code", "number", "hides"),
    [
        (";;;", "7", True),
        (";;;@", "-7", True),
        ("**", "7", True),
        ('"Có"', "1", True),
        ("0;-0;;@", "0", True),
        ("0;-0;;@", "7", False),
        ("0;;", "-7", True),
        ("[>100]0;", "7", True),
        ('#,##0;-#,##0;"-"', "0", False),
        ('_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)', "0", False),
        ("General;-General;", "7", False),
        ("[Red]@", "7", False),
    ],
)
def test_a_number_that_its_format_hides_is_read_and_told(
    see: Callable[..., Seen], code: str, number: str, hides: bool
) -> None:
    seen = see(sheet(c("C2", f"<v>{number}</v>", s="1"), formats=[code]))
    assert seen.columns["Sinh"] == [number, "30"]
    told = [(p.line, p.column, p.value, p.check) for p in seen.problems]
    assert told == ([(2, "Sinh", "C2", TOLD)] if hides else [])
    assert "shows nothing of the number" in seen.told or not hides


@pytest.mark.parametrize(("epoch", "serial"), [("", "46027"), ("1", "44565")])
def test_days_are_days_in_both_epochs(see: Callable[..., Seen], epoch: str, serial: str) -> None:
    book = BY.tag("workbookPr", date1904=epoch) if epoch else ""
    day = c("B2", f"<v>{serial}</v>", s="1")
    rows = texts(1, *HEAD) + row(2, day) + row(3, c("B3", "<v>2026-01-06</v>", t="d"))
    seen = see(packed(parts_of(rows, formats=["dd/mm/yyyy"], book=book)))
    assert seen.columns["Ten"] == [date(2026, 1, 5), date(2026, 1, 6)]
    assert {problem.check for problem in seen.problems} == {DATED}


def test_midnight_is_a_time_where_people_see_its_hour(see: Callable[..., Seen]) -> None:
    rows = texts(1, *HEAD)
    for line, serial in enumerate(("46027", "46027.5"), 2):
        cells = (c(f"{place}{line}", f"<v>{serial}</v>", s=style) for place, style in ("A1", "B2"))
        rows += row(line, *cells)
    formats = ["dd/mm/yyyy hh:mm", "dd/mm/yyyy"]
    seen = see(packed(parts_of(rows, formats=formats)))
    assert seen.columns["Ma"] == [datetime(2026, 1, 5), datetime(2026, 1, 5, 12)]
    assert seen.columns["Ten"] == ["2026-01-05", "2026-01-05 12:00:00"]  # a day and a time


@pytest.mark.parametrize(("kind", "read"), [("date", [5, 6, 7]), ("timestamp", [5])])
def test_days_and_midnights_beside_each_other_are_what_their_formats_show(
    tmp_path: Path, kind: str, read: list[int]
) -> None:
    """A date without an hour is no time; midnight with its hour is a date, and a time."""
    province = make_tiny(tmp_path)
    contract = VISITS.replace("csv", "xlsx").replace("type: date", f"type: {kind}")
    province.write("visits/source.yml", contract)
    province.write("visits/observations.sql", COUNTED)
    rows = texts(1, "So", "Ngay", "Xa")
    for line, (style, serial) in enumerate((("1", 46027), ("2", 46028), ("2", 46029)), 2):
        day = c(f"B{line}", f"<v>{serial}</v>", s=style)
        code = cell_of("00001", f"C{line}", BY, [])
        rows += row(line, cell_of(f"a{line}", f"A{line}", BY, []), day, code)
    content = packed(parts_of(rows, formats=["dd/mm/yyyy hh:mm", "dd/mm/yyyy"]))
    province.land("visits/2026-01/2026-02-03_a.xlsx", content)
    reception = province.receive("visits")
    if kind == "date":
        [typed] = map(pl.read_parquet, province.data.raw.rglob("*.parquet"))
        assert [day.day for day in typed["seen"]] == read
    else:
        [problem] = reception.problems
        assert problem.lines == (3, 4) and "it is not a time" in problem.found


@pytest.mark.parametrize("format_", ["", ", format: '%m/%Y'"])
def test_months_may_be_typed_as_days_beside_others_that_are_text(
    tmp_path: Path, format_: str
) -> None:
    province = make_tiny(tmp_path)
    period = f"ignored: [Ten], period: {{column: Ky{format_}}}"
    contract = CLINIC.replace("ignored: [Ten]", period) + "mandate: {from: 2025-01}\n"
    province.write("clinic/source.yml", contract)
    written = "12/2025" if format_ else "2025-12"
    rows = texts(1, "Ma", "Ky", "Sinh", "Tram") + texts(2, "00001", written, 10, 9)
    day = c("B3", "<v>46037</v>", s="1")  # 15 January
    rows += row(3, cell_of("00001", "A3", BY, []), day, c("C3", "<v>30</v>"))
    province.land("clinic/2026-01/2026-02-03_a.xlsx", packed(parts_of(rows, formats=["mm/yyyy"])))
    assert province.receive().accepted == 1
    [typed] = map(pl.read_parquet, province.data.raw.rglob("*.parquet"))
    births = typed.filter(data_element="births").sort("period_start")
    assert births["period_start"].to_list() == [date(2025, 12, 1), date(2026, 1, 1)]


def test_the_days_before_march_1900_are_as_the_program_counts_them() -> None:
    assert [read_day(n, EPOCH_1900) for n in (1, 59, 61)] == [
        date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1),
    ]  # fmt: skip
    assert read_day(0, EPOCH_1904) == date(1904, 1, 1) and read_day(1e9, EPOCH_1900) is None


def test_a_day_where_text_is_wanted_is_named_and_a_day_in_its_column_is_not(
    tmp_path: Path,
) -> None:
    province = make_tiny(tmp_path)
    province.write("clinic/source.yml", CLINIC)
    day = c("A2", "<v>46027</v>", s="1")
    rows = texts(1, *HEAD) + row(2, day, PLAIN) + texts(3, "00002", "Hai", 30, 3)
    province.land("clinic/2026-01/2026-02-03_a.xlsx", packed(parts_of(rows, formats=["d/m/yyyy"])))
    [told] = map(str, province.receive().problems)  # and not that the day is no code
    assert "[Bieu]:2, Ma: the cell holds a date. Rule: the column holds text" in told


def test_a_cell_that_shows_no_value_is_not_told_again_for_lacking_one(tmp_path: Path) -> None:
    province = make_tiny(tmp_path)
    required = CLINIC.replace("over_areas: sum, min: 0}", "over_areas: sum, required: true}")
    province.write("clinic/source.yml", required)
    fault = "<v>#DIV/0!</v>"
    rows = texts(1, *HEAD) + row(2, c("A2", fault, t="e"), PLAIN, c("D2", fault, t="e"))
    rows += texts(3, "00002", "Hai", 30, 3) + texts(4, "99999", "Ba", 30, 3)
    province.land("clinic/2026-01/2026-02-03_a.xlsx", packed(parts_of(rows)))
    told = [(p.line, p.column, p.found) for p in province.receive().problems]
    assert told == [
        (2, "Ma", "the cell shows no value: it holds the error #DIV/0!"),
        (2, "Tram", "the cell shows no value: it holds the error #DIV/0!"),
        (4, "Ma", "no area has this code on 01/07/2025"),
    ]


def test_days_and_months_that_a_program_exchanged_are_told(see: Callable[..., Seen]) -> None:
    def days(*cells: str) -> str:
        rows = [row(n, cell.replace("#", str(n))) for n, cell in enumerate(cells, 2)]
        made = parts_of(texts(1, *HEAD) + "".join(rows), formats=["d/m/yyyy"])
        return "\n".join(str(p) for p in see(packed(made)).problems if p.check != DATED)

    typed = c("B#", "<v>46082</v>", s="1")  # 1 March
    late = c("B#", "<v>46096</v>", s="1")  # 15 March
    left = c("B#", "<is><t>14/01/2026</t></is>", t="inlineStr")
    passing = c("B#", "<is><t>03/01/2026</t></is>", t="inlineStr")
    assert "Ten: no date has a day above 12" in days(typed, left)
    assert not days(typed, late, left) and not days(typed, passing, left) and not days(typed)


def test_merged_figures_are_refused_and_merged_headers_are_not(see: Callable[..., Seen]) -> None:
    merged = BY.tag("mergeCells", BY.tag("mergeCell", ref="C2:C3"))
    rows = texts(1, *HEAD) + texts(2, "00001", "Một", 40, 9) + texts(3, "00002", "Hai")
    seen = see(packed(parts_of(rows, behind=merged)))
    [problem] = seen.problems
    assert (problem.line, problem.column, problem.value) == (3, "Sinh", "C2:C3")
    two = texts(1, "Ma", "Ten", "Trẻ") + row(2, *(c(f"{p}2", f"<is><t>{t}</t></is>",
        t="inlineStr") for p, t in (("C", "Sinh"), ("D", "Trạm"))))  # fmt: skip
    headed = BY.tag("mergeCells", BY.tag("mergeCell", ref="C1:D1"))
    body = texts(3, "00001", "Một", 10, 9)
    seen = see(packed(parts_of(two + body, behind=headed)), header_rows=2)
    assert seen.names == ["Ma", "Ten", "Trẻ / Sinh", "Trẻ / Trạm"] and not seen.problems


def test_what_people_do_not_see_is_read_and_told(see: Callable[..., Seen]) -> None:
    hidden = BY.tag("row", cell_of("00003", "A4", BY, []), r="4", hidden="1")
    columns = BY.tag("cols", BY.tag("col", min="3", max="3", hidden="true"))
    active = BY.tag("autoFilter", BY.tag("filterColumn", colId="0"), ref="A1:D4")
    rows = texts(1, *HEAD) + texts(2, "00001", "Một", 10, 9) + hidden
    seen = see(packed(parts_of(rows, before=columns, behind=active)))
    assert seen.columns["Ma"] == ["00001", "00003"]
    assert ":4: 1 row is hidden, by a filter, and read" in seen.told
    assert "Sinh: the column C is hidden, and read" in seen.told
    assert {problem.check for problem in seen.problems} == {TOLD}


def test_what_stands_right_of_all_headers_is_told(see: Callable[..., Seen]) -> None:
    seen = see(sheet(PLAIN, c("G2", "<v>77</v>"), c("H2", "<v>78</v>")))
    [told] = seen.problems
    assert told.check == TOLD and told.line == 2 and "77" not in str(told)
    assert "right of the last header something stands, which was not read" in str(told)


def test_a_row_that_is_told_of_is_accepted_all_the_same(tmp_path: Path) -> None:
    province = make_tiny(tmp_path)
    province.write("clinic/source.yml", CLINIC)
    hidden = texts(3, "00002", "Hai", 30, 3).replace('r="3"', 'r="3" hidden="1"', 1)
    rows = texts(1, *HEAD) + texts(2, "00001", "Một", 10, 9) + hidden
    province.land("clinic/2026-01/2026-02-03_a.xlsx", packed(parts_of(rows)))
    reception = province.receive()
    assert reception.accepted == 1
    assert [problem.check for problem in reception.entries[0].problems] == [TOLD]


TABS = {
    "hidden": BY.tag("sheet", name="An", sheetId="2", state="hidden", rel__id="r5"),
    "chart": BY.tag("sheet", name="Hinh", sheetId="3", rel__id="r4"),
    "shown": BY.tag("sheet", name="Bieu", sheetId="1", rel__id="r1"),
}


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (("chart", "shown"), ""),
        (("hidden", "shown"), "«An» another sheet is hidden and was not read"),
        (("shown", "hidden"), "«An» another sheet is hidden and was not read"),
    ],
)
def test_the_first_sheet_that_people_see_is_read(
    see: Callable[..., Seen], order: tuple[str, ...], told: str
) -> None:
    seen = see(sheet(PLAIN, sheets="".join(TABS[name] for name in order)))
    assert seen.sheet == "Bieu" and seen.columns["Sinh"] == ["10", "30"]
    assert told in seen.told and bool(told) == bool(seen.problems)


def test_a_sheet_under_another_name_is_one_message(see: Callable[..., Seen]) -> None:
    with pytest.raises(Unreadable, match="the sheets are called so") as refused:
        see(sheet(PLAIN), sheet="Thang1")
    assert refused.value.problem.rule == "the contract promises a sheet «Thang1»"
    assert see(sheet(PLAIN), sheet=" BIEU").sheet == "Bieu"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<html><table><tr><td>Ma</td></tr></table></html>", "is a web page"),
        ("\ufeff<!DOCTYPE html>".encode(), "is a web page"),
        (b"Ma;Ten;Sinh\n00001;A;1\n", "is text, separated by «;»"),
        ("Ma\tTen\n".encode("utf-16"), "is text, separated by tabs"),
        (b"%PDF-1.7", "is a PDF document"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
         "is a workbook in the XML of 2003"),
        (packed({"a.csv": "1"}), "is a zip archive of other files"),
        (packed(parts_of(""))[:200], "is a damaged zip archive or workbook"),
        (packed({"_rels/.rels": parts_of("")["_rels/.rels"].replace("book.xml", "book.bin")}),
         "of the binary kind"),
        (packed({**parts_of(""), "xl/tab.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
         "declares a document type"),
        (packed({**parts_of(""), "xl/tab.xml": "<a><b></a>"}), "no XML"),
        (packed(parts_of(texts(2) + texts(1))), "row 1 stands behind row 2"),
        (packed(parts_of(row(1, c("B1", "<v>1</v>"), c("A1", "<v>1</v>")))), "cell A1 stands behind"),
        (packed(parts_of(row(1, c("A1", "<v>x</v>")))), "said to be a number and is none"),
        (packed(parts_of(row(1, c("A1", "<v>7</v>", t="s")))), "shows a text that is not there"),
        (packed(parts_of(row(1048576, c("XFD1048576", "<v>1</v>")))),
         "reaches as far as cell XFD1048576"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_called_by_its_name(
    see: Callable[..., Seen], content: bytes, told: str
) -> None:
    with pytest.raises(Unreadable, match=told):
        see(content)


@pytest.mark.parametrize(
    "parts",
    [
        {"content.xml": "\x12", "META-INF/manifest.xml": "<m><f><encryption-data/></f></m>"},
        {"META-INF/manifest.xml": "<m><f><encryption-data/></f></m>", "encrypted-package": "\x12"},
    ],
)
def test_an_open_document_with_a_password_is_called_so(
    see: Callable[..., Seen], parts: dict[str, str]
) -> None:
    with pytest.raises(Unreadable, match="protected by a password"):
        see(packed(parts))


def test_a_large_sheet_is_read_in_two_ways_through_and_gives_the_same(
    see: Callable[..., Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    merged = BY.tag("mergeCells", BY.tag("mergeCell", ref="C2:C3"))
    content = sheet(PLAIN, behind=merged)
    whole = see(content)
    monkeypatch.setattr(office_sheets, "WHOLE", 0)
    again = see(content)
    assert (again.columns, again.lines, again.told) == (whole.columns, whole.lines, whole.told)
    assert "C2:C3" in whole.told


def test_more_cells_than_are_read_are_counted_before_any_is(
    see: Callable[..., Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = packed(parts_of(texts(1, *HEAD) + texts(2, "00001", "Một", 10, 9)))
    monkeypatch.setattr(packed_parts, "PIECE", 7)  # a cell begins in one piece and ends in another
    monkeypatch.setattr(office_sheets, "CELLS", 8)
    assert see(content).lines == [2]
    monkeypatch.setattr(office_sheets, "CELLS", 7)
    with pytest.raises(Unreadable, match=r"the sheet has 8 cells"):
        see(content)


def test_what_is_counted_is_what_is_read(
    see: Callable[..., Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    blank = row(9000, *(c(f"{letter}9000", "", s="0") for letter in "ABCDEFGH"))
    rows = texts(1, *HEAD) + texts(2, "00001", "Một", 10, 9)
    monkeypatch.setattr("kinhbac.ingest.sheet_cells.CELLS", 100)
    assert see(packed(parts_of(rows + blank))).lines == [2]
    with pytest.raises(Unreadable, match="reaches as far as cell D30"):
        see(packed(parts_of(rows + texts(30, "a", "b", "c", "d"))))
    monkeypatch.setattr(packed_parts, "LINE", 1000)
    with pytest.raises(Unreadable, match="a text of the workbook has"):
        see(packed(parts_of(row(1, c("A1", f"<v>{'1' * 3 * limits.MEBIBYTE}</v>")))))


def test_a_workbook_of_old_excel_is_read_alike() -> None:
    seen = Seen(FIXTURES / "old_workbook" / "sheet.xls", decimal=",")
    assert seen.columns == {
        "Ma": ["00001", "00002", "00003", "00004"],
        "Ten": ["Một", "2026-01-05", None, None],
        "Sinh": ["93,5%", "30", "40", None],
        "Tram": ["9", None, "0,5", "true"],
    }
    for told in (
        "«An» another sheet is hidden",
        ":3: 1 row is hidden, by hand",
        ":3, Tram: «D3» the cell shows no value: it holds the error #DIV/0!",
        ":5, Sinh: «C4:C5» the cell is merged",
        ":2, Tram: behind the figure stands something raised",
        ":3, Ten: the cell holds a date",
    ):
        assert told in seen.told


def test_an_open_document_is_read_alike(see: Callable[..., Seen]) -> None:
    def line(*cells: str, **attributes: str) -> str:
        said = "".join(f' table:{key}="{value}"' for key, value in attributes.items())
        return f"<table:table-row{said}>{''.join(cells)}</table:table-row>"

    def cell(shown: str, kind: str = "string", **said: str) -> str:
        told = "".join(f' {key.replace("__", ":")}="{value}"' for key, value in said.items())
        return (
            f'<table:table-cell office:value-type="{kind}"{told}>'
            f"<text:p>{shown}</text:p></table:table-cell>"
        )

    styles = (
        '<style:style style:name="T1"><style:text-properties style:text-position="super 58%"/>'
        '</style:style><style:style style:name="ta2"><style:table-properties table:display="false"/>'
        "</style:style>"
    )
    raised = '9<text:span text:style-name="T1">1</text:span>'
    rows = (
        line(*map(cell, HEAD))
        + line(
            cell("00001", "float", office__value="1"),
            "<table:table-cell/>",
            cell("12,5%", "percentage", office__value="0.125"),
            cell(raised),
        )
        + '<table:table-row table:number-rows-repeated="5"><table:table-cell/></table:table-row>'
        + line(
            cell("00002"),
            cell("05/01/2026", "date", office__date_value="2026-01-05").replace("_", "-"),
            cell("40", "float", office__value="40", **{"table__number-rows-spanned": "2"}),
            cell("#DIV/0!", "string", table__formula="of:=1/0"),
            visibility="collapse",
        )
        + line(cell("00003"), "<table:table-cell/>", "<table:covered-table-cell/>",
               '<table:table-cell table:formula="of:=1+1"/>')
        + line(cell("00004"), "<table:table-cell/>", cell("", "float", office__value="8"))
        + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
        "</table:table-row>"
    )  # fmt: skip
    hidden = '<table:table table:name="An" table:style-name="ta2"/>'
    tables = f'{hidden}<table:table table:name="Bieu">{rows}</table:table>'
    seen = see(open_document(tables, styles), decimal=",")
    assert seen.columns == {
        "Ma": ["00001", "00002", "00003", "00004"],
        "Ten": [None, date(2026, 1, 5), None, None],
        "Sinh": ["12,5%", "40", None, "8"],
        "Tram": ["9", None, None, None],
    }
    assert seen.lines == [2, 8, 9, 10]
    for told in (
        "«An» another sheet is hidden",
        ":8: 1 row is hidden, by hand",
        ":8, Tram: «D8» the cell shows no value: it holds the error #DIV/0!",
        ":9, Tram: «D9» the cell shows no value: its formula was never calculated",
        ":9, Sinh: «C8:C9» the cell is merged",
        ":2, Tram: behind the figure stands something raised",
        ":10, Sinh: «C10» the cell shows nothing of the number that it holds",
    ):
        assert told in seen.told


@pytest.mark.parametrize(
    ("titles", "period", "told"),
    [
        (["Báo cáo tháng 12 năm 2025"], "2026-01", ("2025-12",)),
        (["BÁO CÁO THÁNG 01/2026"], "2026-01", ()),
        (["Tháng 1/2026 so với tháng 12/2025"], "2026-01", ()),
        (["Bắc Ninh, ngày 05 tháng 02 năm 2026"], "2026-01", ()),
        (["Kèm theo Công văn số 12/2025 ngày 3/12/2025"], "2026-01", ()),
        (["Lũy kế đến tháng 12 năm 2025", "Kỳ: tháng 1 năm 2026"], "2026-01", ()),
        (["SỐ LIỆU T12-2025"], "2026-01", ("2025-12",)),
        (["Theo TT12/2025"], "2026-01", ()),
        (["Quý IV/2025"], "2026-01", ("2025-Q4",)),
        (["Quý I năm 2026"], "2026-01", ()),
        (["6 tháng đầu năm 2025"], "2026-H1", ("2025-H1",)),
        (["Biểu 01", "Đơn vị: người"], "2026-01", ()),
        (["Báo cáo tháng 1, năm 2025"], "2026-01", ("2025-01",)),
        (["BÁO CÁO THÁNG 12"], "2026-01", ("month 12",)),
        (["Báo cáo tháng 1"], "2026-01", ()),
        (["Tháng 12", "Năm 2026"], "2026-Q1", ("month 12",)),
        (["Số liệu tháng 3"], "2026-Q1", ()),
        (["Báo cáo tháng 12"], "2026", ()),
        (["Từ tháng 1 đến tháng 3"], "2026-03", ()),
        (["Số liệu 3 tháng 10, 11, 12"], "2026-01", ()),
        (["Báo cáo 6 tháng, số liệu tháng 1-6"], "2026-06", ()),
        (["Tháng 1 so với tháng 12"], "2026-01", ()),
        (["Bắc Ninh, ngày 05 tháng 02"], "2026-01", ()),
        (["Báo cáo tháng 12", "Tháng 01 năm 2026"], "2026-01", ()),
    ],
)
def test_a_title_that_names_another_period_is_told(
    titles: list[str], period: str, told: tuple[str, ...]
) -> None:
    assert contradict(read_titles(titles), Period.parse(period)) == told


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_title_of_another_month_is_refused_in_every_format(tmp_path: Path, form: str) -> None:
    province = make_tiny(tmp_path)
    province.write("clinic/source.yml", CLINIC.replace("xlsx", f"{form}, title_rows: 1"))
    title = "Báo cáo tháng 12 năm 2025"
    body = "Ma,Ten,Sinh,Tram\n00001,Một,10,9\n"
    rows = texts(1, title) + texts(2, *HEAD) + texts(3, "00001", "Một", 10, 9)
    content: bytes | str = packed(parts_of(rows)) if form == "xlsx" else f'"{title}",,,\n{body}'
    province.land(f"clinic/2026-01/2026-02-03_a.{form}", content)
    [problem] = province.receive().problems
    assert "its title says 2025-12, and it lies in the folder 2026-01" in str(problem)


def test_formats_that_change_nothing_are_no_formats() -> None:
    assert all(read_format(code) is None for code in ("General", "0", "@", "#,##0.00", "# ?/?", ""))
