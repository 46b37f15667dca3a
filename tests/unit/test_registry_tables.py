"""The registry's tables are read like deliveries: every mistake is told, none is loaded.

Past 200 lines by the table of slips and of what is said of each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinhbac.problems import Problem, ProblemsFound
from kinhbac.registry import load_registry
from kinhbac.registry.areas.area_files import COLUMNS
from kinhbac.registry.areas.atlas import Areas
from tests.conftest import AREAS, CODES, Province, in_folder, write_tiny_registry

TABLES = sorted(COLUMNS)


def problems_of(province: Province) -> tuple[Problem, ...]:
    try:
        load_registry(province.sources)
    except ProblemsFound as found:
        return found.problems
    return ()


def write_bytes(province: Province, name: str, content: bytes) -> None:
    (province.sources / name).write_bytes(content)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    "saved",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: ("\n" + text.replace("\n", "\n\n")).encode(),
        lambda text: "\n".join(
            ",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()
        ).encode(),
    ],
    ids=["byte order mark", "CRLF", "CR", "blank lines", "quoted"],
)
def test_a_table_is_the_same_however_it_was_saved(
    province: Province, name: str, saved: Callable[[str], bytes]
) -> None:
    before = province.registry.areas
    text = (province.sources / name).read_text(encoding="utf-8")
    write_bytes(province, name, saved(text))
    assert province.registry.areas == before


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    ("saved", "said"),
    [
        (lambda text: text.encode("utf-16"), "it is UTF-16"),
        (lambda text: text.encode("utf-16-le"), "UTF-16 without a byte order mark"),
        (lambda text: text.encode() + b"\xe1", "(0xE1) is not UTF-8"),
        (lambda text: b"PK\x03\x04" + text.encode("utf-16"), "a workbook or another zip archive"),
        (lambda text: text.replace(",", ";").encode(), "separated by semicolons («;»)"),
        (lambda text: text.replace(",", "\t").encode(), "separated by tabs"),
        (lambda text: b"", "the file is empty"),
        (lambda text: b"\xef\xbb\xbf\n", "the file is empty"),
        (lambda text: b"x,y\n" + text.encode(), "names no column"),
        (lambda text: (text[0].upper() + text[1:]).encode(), "it is written «"),
        (lambda text: text.replace(",", " ,", 1).encode(), "with a blank at its end"),
        (lambda text: text.replace(",", "\u200b,", 1).encode(), "invisible character U+200B"),
        (lambda text: text.replace("\n", ",note\n", 1).encode(), "«note» is no column"),
        (lambda text: text.replace("\n", ",\n", 1).encode(), "a column has no name"),
        (lambda text: (text.split(",")[0] + "," + text).encode(), "the column stands twice"),
        (lambda text: text.partition(",")[2].encode(), "the column is not there"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_problem(
    province: Province, name: str, saved: Callable[[str], bytes], said: str
) -> None:
    text = (province.sources / name).read_text(encoding="utf-8")
    write_bytes(province, name, saved(text))
    [problem] = problems_of(province)
    assert said in problem.found
    assert problem.file == f"sources/{name}"
    assert problem.rule and problem.remedy


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "column", "said"),
    [
        ("areas.csv", ",00001,Xã", ",00001 ,Xã", 3, "code", "a blank at its end"),
        ("areas.csv", "\n00001,", "\n\u00a000001,", 3, "area", "the blank U+00A0"),
        ("areas.csv", ",00001,Xã", ",000\u200b01,Xã", 3, "code", "invisible character U+200B"),
        ("areas.csv", ",00001,Xã", ',"=""00001""",Xã', 3, "code", "guarded as a formula"),
        ("areas.csv", ",00001,Xã", ",'00001,Xã", 3, "code", "guarded as a formula"),
        ("areas.csv", ",00001,Xã", ",000 01,Xã", 3, "code", "no key or code"),
        ("areas.csv", "Xã Một", "Xã  Một", 3, "name_vi", "two blanks in a row"),
        ("areas.csv", "Xã Một", '"Xã\nMột"', 3, "name_vi", "a line break"),
        ("areas.csv", "Xã Một", "", 3, "name_vi", "the cell is empty"),
        ("areas.csv", "00001,commune", "00001,village", 3, "kind", "unknown «village»"),
        ("areas.csv", "One,24,2025-07-01,", "One,24,01/07/2025,", 3, "valid_from", "is no day"),
        ("areas.csv", "One,24,2025-07-01,", "One,24,2025-02-30,", 3, "valid_from", "no calendar"),
        ("areas.csv", "2025-07-01,\n00002", "2025-07-01\n00002", 3, None, "7 cells, the header 8"),
        ("areas.csv", "2025-07-01,\n00002", "2025-07-01,,\n00002", 3, None, "9 cells"),
        ("areas.csv", "Xã Một", '"Xã Một', 3, None, "a quotation mark does not close"),
        ("areas.csv", "\n00002,", "\n,,,,,,,\n00002,", 4, None, "every cell of the row is empty"),
        ("areas.csv", "\n00002,commune,00002", "\n00001,commune,00002", 4, "area", "stands twice"),
        ("areas.csv", "One,24,", "One,99,", 3, "parent", "99 is no area"),
        ("areas.csv", "One,24,2025-07-01,", "One,24,2025-07-01,2025-06-30", 3, "valid_to", "ends"),
        ("areas.csv", ",00002,Xã", ",00001,Xã", 4, "code", "names 00001 and 00002 at once"),
        ("areas.csv", ",00002,Xã", ",2,Xã", 4, "code", "code 2 has 1 digits, others 5"),
        ("area_codes.csv", "H05,24", "H05,7", 2, "area", "7 is no area"),
        ("area_codes.csv", "H05", "", 2, "code", "the cell is empty"),
        ("area_successions.csv", ",24,,1", ',24,,"0,5"', 2, "share", "the share is 0,5"),
        ("area_successions.csv", ",24,,1", ",24,,two", 2, "share", "the share is two"),
        ("area_successions.csv", ",24,,1", ",24,,nan", 2, "share", "the share is nan"),
        ("area_successions.csv", ",1\n", ",1\nformer-24,24,,1\n", 3, None, "stands on line 2"),
    ],
)  # fmt: skip
def test_one_mistake_in_a_row_is_one_problem_with_its_line(
    province: Province, name: str, old: str, new: str, line: int, column: str | None, said: str
) -> None:
    text = (province.sources / name).read_text(encoding="utf-8")
    assert old in text
    province.write(name, text.replace(old, new, 1))
    [problem] = problems_of(province)
    assert said in problem.found
    assert (problem.file, problem.line, problem.column) == (f"sources/{name}", line, column)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("01/07/2025", "write 2025-07-01"),
        ("1.7.2025", "write 2025-07-01"),
        ("2025/7/1", "write 2025-07-01"),
        ("20250701", "write 2025-07-01"),
        ("2025-07-01 00:00:00", "write 2025-07-01"),
        ("01/07/25", "all four digits"),
        ("45839", "write it so"),
    ],
)
def test_a_day_in_another_form_is_told_as_it_is_meant(
    province: Province, typed: str, meant: str
) -> None:
    province.write("areas.csv", AREAS.replace("One,24,2025-07-01,", f"One,24,{typed},"))
    [problem] = problems_of(province)
    assert meant in problem.remedy


def test_a_share_with_a_comma_is_told_with_a_point(province: Province) -> None:
    province.write(
        "area_successions.csv",
        'predecessor,successor,share_of,share\nformer-24,24,,"0,5"\n',
    )
    [problem] = problems_of(province)
    assert problem.remedy == "write 0.5"


VILLAGE = "00003,village,00003,Xã Ba,Three,24,2025-07-01,\n"


def test_all_mistakes_of_all_tables_come_at_once(province: Province) -> None:
    province.write("areas.csv", AREAS.replace("One,24,2025-07-01", "One,24,1/7/2025") + VILLAGE)
    province.write("area_codes.csv", CODES + "organisation,H06,nowhere,,\n")
    province.write("area_groups.csv", "grouping;area;area_group\n")
    told = [
        (problem.file.removeprefix("sources/"), problem.line) for problem in problems_of(province)
    ]
    assert told == [
        ("area_codes.csv", 3),
        ("area_groups.csv", 1),
        ("areas.csv", 3),
        ("areas.csv", 6),
    ]


@pytest.mark.parametrize("typed", ["00001", "0000 2", "0,0002", ""])
def test_a_row_that_does_not_say_its_area_makes_no_area_unknown(
    province: Province, typed: str
) -> None:
    province.write("area_codes.csv", CODES + "organisation,H06,00002,,\n")
    province.write("areas.csv", AREAS.replace("\n00002,", f"\n{typed},"))
    [problem] = problems_of(province)
    assert (problem.file, problem.line) == ("sources/areas.csv", 4)


def test_a_blank_line_moves_no_line_number(province: Province) -> None:
    province.write("area_groups.csv", "grouping,area,area_group\n\n\nmoon,00001,ward\n")
    [problem] = problems_of(province)
    assert (problem.line, problem.found) == (4, "moon: moon is unknown")


def test_a_registry_without_areas_is_told_once(province: Province) -> None:
    province.write("areas.csv", AREAS.splitlines()[0])
    [problem] = problems_of(province)
    assert problem.found == "no row stands below the header"


SLIPS = st.sampled_from([*',;"\n\r\t \u00a0\u200b\ufeff\x00', "\u2028", "\r\n", '""', ",,"])
"""What a hand or a program slips into a table without meaning anything by it."""
TYPED = SLIPS | st.sampled_from([*"ạa0-/=", "01/07/2025", "24", ""])
OFTEN = settings(
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def mangle(
    province: Province, name: str, data: st.DataObject, typed: st.SearchStrategy[str], cut: int
) -> None:
    """Type something into a table in one to three places, over ``cut`` bytes at most."""
    write_tiny_registry(province)
    content = (province.sources / name).read_bytes()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(start + cut, len(content))))
        content = content[:start] + data.draw(typed).encode() + content[end:]
    write_bytes(province, name, content)


def without_names(areas: Areas) -> Areas:
    """What programs compare; a blank more makes another name, which only a reader can tell."""
    unnamed = {key: replace(area, name_vi="", name_en="") for key, area in areas.areas.items()}
    groups = tuple(replace(group, line=None) for group in areas.groups)
    return replace(areas, areas=unnamed, groups=groups)


@given(st.sampled_from(TABLES), st.data())
@OFTEN
def test_a_slip_in_a_table_is_told_or_changes_nothing(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    province = in_folder(tmp_path)
    write_tiny_registry(province)
    sound = without_names(province.registry.areas)
    mangle(province, name, data, SLIPS, cut=0)
    assert problems_of(province) or without_names(province.registry.areas) == sound


@given(st.sampled_from(TABLES), st.data())
@OFTEN
def test_whatever_is_typed_into_a_table_is_told_or_can_be_read(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    province = in_folder(tmp_path)
    mangle(province, name, data, TYPED, cut=4)
    for area in () if problems_of(province) else province.registry.areas.areas.values():
        for cell in (area.area, area.code, area.name_vi, area.name_en):
            assert cell == " ".join(cell.split()) and cell.isprintable()
