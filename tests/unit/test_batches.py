"""Files longer than a batch: read piece by piece, judged as if they had been read at once.

Past 200 lines: every format that is read in batches is asked the same.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from kinhbac.data_folder import hash_file
from kinhbac.database import open_in_memory
from kinhbac.ingest import json_fields, json_records, text_lines
from kinhbac.ingest.cells import as_text
from kinhbac.ingest.door import examine
from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.json_fields import NoColumns, read_fields
from kinhbac.ingest.limits import Unreadable
from kinhbac.ingest.reading_room import ReadingRoom
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Delivery
from tests.conftest import AS_OF, CLINIC, make_tiny
from tests.unit.test_door import PERSONAL

VISITS = """\
source: visits
name: {vi: Lượt khám, en: Visits}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month, set_aside: 0.4, timestamp_format: "%d/%m/%Y %H:%M"}
records:
  area: {column: Ma, codes_as_of: 2025-07-01}
  columns:
    So: {as: visit_id, key: true}
    Gio: {as: seen_at, type: timestamp, required: true}
    Lan: {as: times, type: integer, min: 0, max: 9}
    Tien: {as: fee, type: number}
    Ten: {personal: true}
data_elements:
  visits: {name: {vi: Lượt khám, en: Visits}, unit: person, over_time: sum, over_areas: sum}
"""
COUNTED = "select area, period_start, count(*) as visits from records group by 1, 2\n"
HEADER = ("So", "Gio", "Lan", "Tien", "Ten", "Ma")
GOOD = ("1", "01/02/2026 08:30", "2", "1.5", "A", "00001")
CELLS = st.tuples(
    st.sampled_from(["1", "2", "3", "4", "5", ""]),
    st.sampled_from(["01/02/2026 08:30", "02/02/2026 00:00", "khong ro", ""]),
    st.sampled_from(["0", "9", "10", "-1", "2.5", "hai", ""]),
    st.sampled_from(["0", "1.5", "1e3", "1,5", "-2", ""]),
    st.sampled_from(["A", ""]),
    st.sampled_from(["00001", "00001", "00002", "99999", ""]),
)


@dataclass(frozen=True)
class Verdict:
    """What the door said of one file."""

    frame: pl.DataFrame | None
    rows: int
    problems: tuple[Problem, ...]
    set_aside: int

    def told(self) -> list[tuple[str | None, str, int, tuple[int, ...]]]:
        return [(p.column, p.found, p.count, p.lines) for p in self.problems]


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    province = make_tiny(tmp_path_factory.mktemp("visits"))
    province.write("visits/source.yml", VISITS)
    province.write("visits/observations.sql", COUNTED)
    return province.registry


Judge = Callable[..., Verdict]


@pytest.fixture
def judge(registry: Registry, tmp_path: Path) -> Judge:
    def judged(
        content: bytes, rows: int, form: str = "csv", source: str = "visits", **delivery: Any
    ) -> Verdict:
        path = tmp_path / f"2026-03-03_a.{form}"
        path.write_bytes(content)
        contract = registry.sources[source]
        told = contract.delivery.model_copy(update={"format": form, **delivery})
        contract = contract.model_copy(update={"delivery": told})
        extract = Extract(source, "2026-02", path, date(2026, 3, 3), hash_file(path))
        room = ReadingRoom(tmp_path / "room", rows)
        try:
            [(_, found)] = examine([extract], contract, registry, AS_OF, room)
            frame = None
            if found.typed is not None:
                found.typed.keep(tmp_path / "typed.parquet")
                frame = pl.read_parquet(tmp_path / "typed.parquet")
            return Verdict(frame, found.rows, tuple(found.problems), found.set_aside)
        finally:
            room.clear()

    return judged


def as_csv(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue().encode()


def rows_of(count: int) -> list[tuple[str, ...]]:
    return [(str(n), *GOOD[1:]) for n in range(count)]


def assert_same(one: Verdict, other: Verdict) -> None:
    assert (one.problems, one.rows, one.set_aside) == (other.problems, other.rows, other.set_aside)
    assert (one.frame is None) == (other.frame is None)
    if one.frame is not None and other.frame is not None:
        assert_frame_equal(one.frame, other.frame)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(CELLS, min_size=1, max_size=12), st.integers(1, 5))
def test_any_size_of_a_batch_gives_the_same_rows_and_problems(
    judge: Judge, rows: list[tuple[str, ...]], size: int
) -> None:
    assert_same(judge(as_csv(rows), size), judge(as_csv(rows), 100))


FIGURES = st.tuples(
    st.sampled_from(["00001", "00002", "99999", "24", ""]),
    st.sampled_from(["1", "2000", "2.5", "-", "x", ""]),
    st.sampled_from(["1", "-1", "", "-"]),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FIGURES, min_size=1, max_size=8), st.integers(1, 4))
def test_any_size_of_a_batch_gives_the_same_observations(
    judge: Judge, rows: list[tuple[str, ...]], size: int
) -> None:
    content = as_csv(rows, ("Ma", "Sinh", "Tram"))
    one, other = (judge(content, height, source="clinic", set_aside=0.4) for height in (size, 100))
    assert (one.problems, one.set_aside) == (other.problems, other.set_aside)
    assert (one.frame is None) == (other.frame is None)
    if one.frame is not None and other.frame is not None:
        assert_frame_equal(one.frame, other.frame, check_row_order=False)


def test_a_key_that_stands_again_in_a_later_batch_is_found(judge: Judge) -> None:
    rows = [*rows_of(7), ("2", *GOOD[1:])]
    found = judge(as_csv(rows), 2, set_aside=0.0)
    assert found.frame is None
    assert found.told() == [(None, "this key stands here again", 2, (4, 9))]
    assert found.problems[0].values == ("2",)


def test_bad_rows_of_all_batches_are_set_aside_together(judge: Judge) -> None:
    rows = rows_of(9)
    rows[1] = ("1", "khong ro", *GOOD[2:])
    rows[5] = ("5", GOOD[1], "99", *GOOD[3:])
    rows[8] = ("7", *GOOD[1:])
    found = judge(as_csv(rows), 2, set_aside=0.45)
    assert (found.rows, found.set_aside) == (9, 4)
    assert found.frame is not None
    assert found.frame["visit_id"].to_list() == ["0", "2", "3", "4", "6"]
    assert found.frame["line"].to_list() == [2, 4, 5, 6, 8]
    assert {p.check for p in found.problems} == {
        "type (row set aside)",
        "bounds (row set aside)",
        "key (row set aside)",
    }
    assert judge(as_csv(rows), 2, set_aside=0.4).frame is None


def test_lines_that_are_no_rows_are_told_once_whichever_batch_they_would_be_in(
    judge: Judge,
) -> None:
    lines = as_csv(rows_of(8)).splitlines()
    for line in (2, 5, 7):
        lines[line] += b",one,too,many"
    found = judge(b"".join(line + b"\n" for line in lines), 2)
    assert found.frame is None
    [problem] = found.problems
    assert (problem.count, problem.lines) == (3, (3, 6, 8))
    assert "too many columns" in problem.found


def test_the_same_mistake_on_a_thousand_lines_is_one_problem(judge: Judge) -> None:
    rows = [(str(n), f"khong ro {n % 50}", *GOOD[2:]) for n in range(1000)]
    [problem] = judge(as_csv(rows), 64).problems
    assert (problem.count, problem.line, problem.column) == (1000, 2, "Gio")
    assert problem.lines == tuple(range(2, 22))
    shapes = [f"letters and digits, {length} characters" for length in (10, 11)]
    assert problem.values == tuple(shapes)
    assert f"Gio, 1,000 lines, such as 2, 3, 4: «{shapes[0]}», «{shapes[1]}»" in str(problem)


def test_a_file_has_a_few_hundred_problems_whatever_is_in_it(judge: Judge) -> None:
    wrong = ["n/a", *(f"{n}" for n in range(1000))]
    lines = [",".join(GOOD) + "," * extra for extra in range(1, 1001)]
    found = judge(as_csv([]) + "".join(f"{line}\n" for line in lines).encode(), 100)
    assert len(found.problems) <= 250 < len(wrong)
    assert sum(problem.count for problem in found.problems) == 1000


def test_another_encoding_is_read_in_batches_too(judge: Judge) -> None:
    text = as_csv([("Đ" + str(n), *GOOD[1:]) for n in range(5)]).decode()
    found = judge(text.encode("utf-16"), 2, encoding="utf-16")
    assert found.frame is not None and found.frame["visit_id"].to_list()[-1] == "Đ4"
    spoilt = (text * 3).encode() + b"\xff"
    [problem] = judge(spoilt, 2).problems
    assert problem.found == f"byte {len(spoilt) - 1} is not utf-8"
    assert problem.line == text.count("\n") * 3 + 1


def test_parquet_keeps_its_values_in_any_batch(judge: Judge) -> None:
    frame = pl.DataFrame(
        {
            "So": ["1", "2", "3"],
            "Gio": [datetime(2026, 2, 1, 8, 30), datetime(2026, 2, 2), datetime(2026, 2, 3, 1)],
            "Lan": [1, None, 9],
            "Tien": [0.5, 2.0, None],
            "Ma": ["00001", "00002", "00001"],
        }
    )
    written = io.BytesIO()
    frame.write_parquet(written)
    found = judge(written.getvalue(), 2, "parquet")
    assert found.frame is not None
    assert found.frame["seen_at"].equals(frame["Gio"], check_names=False)
    assert found.frame.select("times", "fee").rows() == [(1, 0.5), (None, 2.0), (9, None)]
    assert_same(found, judge(written.getvalue(), 100, "parquet"))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["a", "b", "c/d", 'e"~', ".f"]), inner, max_size=3)
    ),
    max_leaves=5,
)


PLAIN = {
    "So": st.none() | st.text(st.characters(codec="utf-8"), max_size=4),
    "Lan": st.none() | st.integers(-(2**64), 2**64) | st.floats(width=32),
    "Tien": st.sampled_from([0.0, 10.0, 0.001, 1e5, 1e22, 2**53]),
    "x": st.none() | st.booleans(),
}
WORDED = st.fixed_dictionaries(
    {
        "So": st.none() | st.text(st.characters(codec="utf-8"), max_size=4) | st.integers(0, 9),
        "Ma": st.sampled_from(["00001", "7", 7, None, "", [7], {"a": 7}, {"a": "7"}, True]),
        "Lan": st.sampled_from([7, "7", 10.0, 1000.0, 0.5, None, [7], ["7"]]),
    }
)
RECORDS = st.lists(WORDED, max_size=5) | st.lists(
    st.fixed_dictionaries({}, optional=PLAIN)
    | st.dictionaries(
        st.sampled_from(["So", "Lan", "so", "Ti\u1ebfn", "Tie\u0302\u0301n"]), VALUES
    ),
    max_size=5,
)
ODD = [
    *("}", "{", "[]", "\\n", "\n", "\r\n", "\n\n \n", '"', "\\ud800", "\\u0061", "\\/", "\u2028"),
    *("\t", " ", "NaN", "1e400", "1e5", "1E-3", "-0", "01", "1.0", "1.10", "\x00", ",", "null"),
    *(',"So":1', '"Lan":100000.0,', '"x":null,', '"":1,', "1" * 40),
]
FORMS = [(",", ":"), (", ", ": ")]
JSON_LINES = Delivery(format="jsonl", frequency="month")
ONE_BY_ONE = 10**9


def read_lines(path: Path, few: int) -> tuple[list[Any], list[Problem] | Problem]:
    """What is read with all of its lines, up to what the file is refused for."""
    rows: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_records, "FEW", few)
        patch.setattr(text_lines, "SHORT", few)
        patch.setattr(json_fields, "SAMPLE", 1)
        raw = json_records.read_json(path, JSON_LINES, ReadingRoom(path.parent / "room"))
        try:
            for batch in raw.batches:
                # A text without a letter is as blank as none, whichever way it came.
                columns = [as_text(c, JSON_LINES).replace("", None) for c in batch.columns.values()]
                named = zip(batch.columns, columns, strict=True)
                faults = [
                    (f.problem, f.lines.to_list() if f.lines is not None else [])
                    for f in batch.faults
                ]
                rows.append((batch.lines.to_list(), {n: c.to_list() for n, c in named}, faults))
        except Unreadable as error:
            return rows, error.problem
        except UnicodeEncodeError:
            return rows, []
        return rows, raw.problems.tell()


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    RECORDS,
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(FORMS),
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 3), st.sampled_from(ODD)), max_size=3),
)
def test_records_read_at_once_are_those_read_one_by_one(
    tmp_path: Path,
    records: list[dict[str, Any]],
    end: str,
    form: tuple[str, str],
    ascii_only: bool,
    spoilt: list[tuple[int, int, str]],
) -> None:
    text = end.join(json.dumps(r, ensure_ascii=ascii_only, separators=form) for r in records)
    for place, removed, put in spoilt:
        text = text[:place] + put + text[place + removed :]
    path = tmp_path / "a.jsonl"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert read_lines(path, 0) == read_lines(path, ONE_BY_ONE)


@pytest.mark.parametrize(
    "record",
    [
        '{"a":1e6,"b":2,"c":1}',
        '{"a":1e6,"b":2,"b":3}',
        '{"a":-1e6,"b":2,"c":1}',
        '{"a":{"a":1e6},"b":2,"c":1}',
        '{"a":1e-3,"b":1e-3,"c":1e-3,"d":1e-3,"e":1e-3,"":0}',
        '{"a":1e20,"b":2,"a long name":"and a text"}',
    ],
)
def test_no_number_makes_room_for_what_is_not_asked_for(tmp_path: Path, record: str) -> None:
    """DuckDB gives 1e6 as 1000000.0, six bytes more than were written: as many as ``,"c":1``."""
    path = tmp_path / "a.jsonl"
    plain = json.dumps(dict.fromkeys("abcde", 1.5), separators=(",", ":"))
    path.write_text(f"{plain}\n{record}\n{plain}", encoding="utf-8")
    assert read_lines(path, 0) == read_lines(path, ONE_BY_ONE)


@pytest.mark.parametrize(
    "record",
    [
        '{"a":5,"b":"x","c":"7","d":0.5}',
        '{"a":5,"b":"x","c":7,"d":1.500}',
        '{"a":1.5,"b":"x","c":7,"d":1.500}',
        '{"a":{"q":1},"b":"x","c":7,"d":1.500}',
        '{"a":[1],"b":{"q":"s"},"c":7,"d":1.50000}',
        '{"a":[1],"b":"x","c":"7","d":0.5}',
        '{"a":1,"b":2,"c":3,"d":0.5,"e":1}',
        '{"a":1,"b":2,"c":3,"d":0.50,"":1}',
        '{"a":true,"b":"x","c":7,"d":1.500}',
        '{"a":NaN,"b":"x","c":7,"d":1.500}',
        '{"a":null,"b":"x","c":7,"d":0.5}',
        '{"a":"x","b":"y","c":7,"d":1e3}',
        '{"a":"x","b":"y","c":7}',
        '{"a":"x","b":"y","c":7,"d":0.5,"a":1}',
        '{"a":"\\u0041","b":"y","c":7,"d":0.5}',
        '{"b":"y","a":"x","d":0.5,"c":7}',
        ' {"a":"x","b":"y","c":7,"d":0.5} ',
    ],
)
def test_nothing_but_a_text_is_taken_for_one(tmp_path: Path, record: str) -> None:
    """Texts are taken without their quotes: a number in their place makes room for two bytes."""
    path = tmp_path / "a.jsonl"
    plain = '{"a":"x","b":"yz","c":7,"d":0.5}'
    path.write_text(f"{plain}\n{record}\n{plain}", encoding="utf-8")
    assert read_lines(path, 0) == read_lines(path, ONE_BY_ONE)


@pytest.mark.parametrize("name", ["\\ud800", "\\udfff x"], ids=["half a letter", "the other half"])
def test_half_a_letter_in_a_name_is_for_whoever_says_what_is_wrong(name: str) -> None:
    texts = pl.Series([f'{{"{name}": 1}}'])
    with open_in_memory() as engine, pytest.raises(NoColumns):
        read_fields(engine, texts, JSON_LINES)


@pytest.mark.parametrize("block", [45, 46, 60, 1000])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_lines_have_their_numbers_whatever_is_read_at_a_time(
    tmp_path: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch, block: int, start: str
) -> None:
    monkeypatch.setattr(text_lines, "BLOCK", block)
    monkeypatch.setattr(text_lines, "LINE", 40)
    delivery = registry.sources["visits"].delivery.model_copy(update={"format": "jsonl"})
    path = tmp_path / "a.jsonl"

    def read(records: list[str]) -> list[tuple[int, str]]:
        path.write_text(start + "".join(f"{record}\n" for record in records), encoding="utf-8")
        raw = json_records.read_json(path, delivery, ReadingRoom(tmp_path / "room", 2))
        pairs = [zip(batch.lines, batch.columns["So"], strict=True) for batch in raw.batches]
        return [pair for batch in pairs for pair in batch]

    records = [f'{{"So": "{number}"}}' for number in range(7)]
    assert read([*records[:3], "", *records[3:]]) == [
        (line, f"{number}") for line, number in zip([1, 2, 3, 5, 6, 7, 8], range(7), strict=True)
    ]
    with pytest.raises(Unreadable, match="the line has 41 bytes") as refused:
        read([*records, f'{{"So": "{"x" * 31}"}}'])
    assert refused.value.problem.line == 8


@pytest.fixture(params=[0, 1000], ids=["at once", "one by one"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "FEW", request.param)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"So": "1", "Ma": "00001", "So": "2"}', "a record holds this twice"),
        ('{"So": "1", "Ma": {"b": 1, "b": 2}}', "a record holds this twice"),
        ('{"So": "1", "Tr\u1ea1m": 9, "Tra\u0323m": 8}', "a record holds this twice"),
        ('{"So": "1", "Ma": {"b": 1}, "Ma.b": 2}', "a record holds this twice"),
        ('{"So": "1", ', "not JSON"),
        ("[1]", "this record is no object"),
        ('{"So": ' + '{"a": ' * 40 + "1" + "}" * 41, "nests deeper than 32 levels"),
        ('{"So": "1", "La": 1}', "the contract does not know this column"),
    ],
)
def test_a_line_that_is_no_record_is_named(judge: Judge, line: str, told: str) -> None:
    good = {"So": "0", "Gio": GOOD[1], "Ma": "00001"}
    content = "\n".join([json.dumps(good), "", line, json.dumps(good | {"So": "9"})])
    found = judge(content.encode(), 2, "jsonl")
    [problem] = found.problems
    assert told in problem.found
    assert problem.line == (1 if "contract" in told else 3)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("column", ["So", "Ma", "Gio"])
@pytest.mark.parametrize("cell", [["1"], [], [[1]], [{"a": 1}]])
def test_a_list_is_no_value(judge: Judge, column: str, cell: list[Any]) -> None:
    rows = [{"So": f"{n}", "Gio": GOOD[1], "Ma": "00001"} for n in range(4)]
    rows[2] = rows[2] | {column: cell}
    [problem] = judge("\n".join(map(json.dumps, rows)).encode(), 2, "jsonl").problems
    assert (problem.found, problem.line, problem.column) == ("the value is a list", 3, column)


def test_a_rule_that_a_record_breaks_names_the_column_as_the_file_does(judge: Judge) -> None:
    rows = [{"So": "1", "Gio": GOOD[1], "Ma": "00001"}, {"So": "2", "Gio": None, "Ma": "00001"}]
    [problem] = judge("\n".join(map(json.dumps, rows)).encode(), 2, "jsonl").problems
    assert (problem.line, problem.column, problem.rule) == (2, "Gio", "the cell is filled")


def test_nothing_is_left_of_the_reading(tmp_path: Path) -> None:
    province = make_tiny(tmp_path)
    contract = CLINIC.replace("format: csv", "format: csv, encoding: utf-16")
    province.write("clinic/source.yml", contract)
    left = province.data.kept / "clinic" / ".reading" / "text"
    left.parent.mkdir(parents=True)
    left.write_text("what a night that was ended left", encoding="utf-8")
    province.land("clinic/2026-01/2026-02-03_a.csv", PERSONAL.encode("utf-16"))
    assert province.receive().accepted == 1
    assert not left.parent.exists()
