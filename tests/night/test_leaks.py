"""A night over deliveries with people in every place of them tells nobody of any of these people.

Everybody in it is made up; each stands in one place alone, so that whoever is found says where the
leak is. Past 200 lines: every place of every format.
"""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from kinhbac.ingest.kept_bytes import are_kept
from kinhbac.ingest.ledger import read_entries
from kinhbac.night import Night
from kinhbac.release.releases import current_release
from orchestration.refresh import refresh
from tests.conftest import JANUARY, Province, in_folder, write_tiny_registry
from tests.sheets import old_workbook, open_document
from tests.unread import read_everything, unpack

OTHER = """\
source: {source}
name: {{vi: Nguồn {source}, en: Source {source}}}
sector: health
owner: [{{agency: SYT, from: 2025-07-01}}]
synthetic: true
delivery: {{format: {format}, frequency: month}}
table: {{area: {{column: Ma, codes_as_of: 2025-07-01}}, ignored: [Ghi chú]}}
data_elements:
  {source}_cases: {{name: {{vi: Số ca {source}, en: Cases {source}}}, unit: person, column: Ca,
                    over_time: sum, over_areas: sum}}
"""
FORMATS = ("json", "jsonl", "parquet")
SYLLABLES = [a + b for a in "BCDGHKLMNPQRSTVX" for b in "aeiou"]


@dataclass
class People:
    """Everybody who stands somewhere, by the place."""

    placed: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def name(self, place: str) -> str:
        """A person whose name alone stands there: nothing recognises it."""
        return self.put(place)[: len("Nguyễn Thị Zwbabaqz")]

    def put(self, place: str) -> str:
        """A person with identity number, telephone and a name that is nowhere else."""
        number = len(self.placed)
        first, second = divmod(number * 37 % 1600, len(SYLLABLES))
        name = f"Zw{SYLLABLES[first].lower()}{SYLLABLES[second].lower()}qz"
        identity = f"024099{number * 7919 % 900000 + 100000}"
        assert place not in self.placed
        self.placed[place] = name, identity, f"0987{number * 6151 % 900000 + 100000}"
        return f"Nguyễn Thị {name} {identity} ĐT 0987{number * 6151 % 900000 + 100000}"

    def found_in(self, content: bytes) -> set[str]:
        """The places whose person stands in these bytes, also as UTF-16."""
        folded = content.lower().replace(b"\x00", b"")
        return {
            place
            for place, marks in self.placed.items()
            if any(mark.lower().encode() in folded for mark in marks)
        }


def workbook(rows: Sequence[Sequence[str]], people: People, place: str) -> bytes:
    """A workbook with people beside its cells: comment, properties, sheets, names, links."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.set_properties(
            {
                key: people.put(f"{place}, property {key}")
                for key in ("title", "subject", "author", "manager", "company", "comments")
            }
        )
        book.set_custom_property("Người lập", people.put(f"{place}, own property"))
        sheet = book.add_worksheet(people.put(f"{place}, name of the sheet")[11:42])
        hidden = book.add_worksheet("Khác")
        hidden.hide()
        hidden.write_string(0, 0, people.put(f"{place}, hidden sheet"))
        for line, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell.startswith("="):
                    sheet.write_formula(line, column, cell, value=cell)
                elif cell.isdigit() and column > 1:
                    sheet.write_number(line, column, float(cell))
                else:
                    sheet.write_string(line, column, cell)
        sheet.insert_textbox(
            "H9",
            people.put(f"{place}, box"),
            {"description": people.put(f"{place}, description of the box")},
        )
        sheet.write_url(
            "Y9",
            f"mailto:{people.put(f'{place}, address')}".replace(" ", "_"),
            string="a",
            tip=people.put(f"{place}, tip"),
        )
        book.define_name("ai", f'="{people.put(f"{place}, defined name")}"')
        sheet.set_footer(f"&L{people.put(f'{place}, footer of the page')[:200]}")
        sheet.write_comment("A2", people.put(f"{place}, comment"), {"author": "a"})
        sheet.set_header(f"&L{people.put(f'{place}, header of the page')[:200]}")
        sheet.data_validation("Z9", {"validate": "any", "input_title": "a", "input_message":
                                     people.put(f"{place}, message")})  # fmt: skip
    return made.getvalue()


def parquet(columns: dict[str, list[str] | list[int]], people: People, place: str) -> bytes:
    made = io.BytesIO()
    table = pa.table(columns).replace_schema_metadata(
        {people.put(f"{place}, key of the metadata"): people.put(f"{place}, metadata")}
    )
    pq.write_table(table, made)
    return made.getvalue()


def deliver(made: Province, people: People) -> None:
    """Files that are accepted, files that are refused, people in all of them."""
    put, land = people.put, made.land
    days = iter(range(1, 999))

    def refuse(content: str | bytes, suffix: str = "csv", source: str = "clinic") -> str:
        day = next(days)
        folder, name = f"{2010 + day // 12}-{day % 12 + 1:02}", f"2026-02-03_a.{suffix}"
        land(f"{source}/{folder}/{name}", content)
        return f"{source}/{folder}/{name}"

    head = "Ma,Ten,SoDinhDanh,Sinh,Tram\n"
    land(
        f"clinic/2026-01/2026-02-03_{put('name of an accepted file')}.csv",
        f"{head}00001,{people.name('ignored cell')},{put('personal cell')},10,9\n00002,Hai,,30,3\n",
    )
    land(
        "clinic/2026-02/2026-03-03_a.xlsx",
        workbook(
            [["Ma", "Ten", "SoDinhDanh", "Sinh", "Tram"], ["00001", "Một", "", "10", "9"]],
            people,
            "accepted workbook",
        ),
    )
    for place in ("Ma", "Sinh", "Tram"):
        cells = {"Ma": "00001", "Ten": "Một", "SoDinhDanh": "", "Sinh": "1", "Tram": "1"}
        for said in (put(f"csv, cell of {place}"), people.name(f"csv, name in {place}")):
            refuse(head + ",".join((cells | {place: said}).values()) + "\n")
    refuse(f"Ma,Ten,{put('csv, strange header')},Sinh,Tram\n00001,Một,x,1,1\n")
    refuse(f"00001,{put('csv, no header')},,1,1\n00002,{put('csv, no header, row')},,1,1\n")
    twice = put("csv, header twice")
    refuse(f"{head[:-1]},{twice},{twice}\n00001,Một,,1,1,1,1\n")
    refuse(f"{head}00001,{put('csv, cells too many')},,1,1,1,1\n")
    refuse(f'{head}00001,"{put("csv, open quote")},,1,1\n')
    refuse(f"{head}00001,{put('csv, another encoding')},,1,1\n".encode("utf-16"))
    refuse(f"{put('csv, broken bytes')}\n".encode() + b"\xff\xfe\x00" + JANUARY.encode())
    refuse(f"{put('nothing but a name')}")
    refuse(head + f"00001,{people.name('repeated row')},,1,1\n" * 2)
    refuse(f"{head[:-1]},CCCD\n" + f"00001,Một,,1,1,{put('undeclared column')}\n")
    manifest(made, people, refuse)
    land(f"clinic/{put('name of a folder')}/2026-02-03_a.csv", JANUARY)
    land(f"clinic/2026-03/2026-02-03_{put('name of a refused file')}.csv", "Ma\n1\n")
    land(f"clinic/{put('name of a stray')}.csv", "")
    land(f"{put('name of a strange folder')}/2026-01/2026-02-03_a.csv", JANUARY)
    columns = ["Ma", "Ten", "SoDinhDanh", "Sinh", "Tram"]
    refuse(
        workbook(
            [[*columns, put("xlsx, header")], ["00001", "Một", "", "1", put("xlsx, cell"), "1"]],
            people,
            "refused workbook",
        ),
        "xlsx",
    )
    formula = [columns, ["00001", "Một", "", f'="{people.name("xlsx, formula")}"', "1"]]
    refuse(workbook(formula, people, "workbook with a formula"), "xlsx")
    refuse(renamed_part(people.put("xlsx, name of a part")), "xlsx")
    refuse(f"PK{put('no workbook')}".encode(), "xlsx")
    other_workbooks(made, people, refuse)
    for place in ("csv, another separator", "csv, titles above"):
        lines = f"{head}00001,{put(place)},,1,1\n"
        refuse(lines.replace(",", ";") if "separator" in place else f"BIỂU\n\n{lines}")
    foreign = refuse(f"{head}00001,Một,{put('somebody else, personal cell')},1,1\n")
    land(f"{foreign}.manifest.yml", "agency: STC\n")
    json_files(made, people, refuse)


Refuse = Callable[..., str]


def manifest(made: Province, people: People, refuse: Refuse) -> None:
    put = people.put
    for text in (
        f"note: {put('manifest, note')}\nagency: 7\n",
        f'"{put("manifest, key")}": 1\n',
        f'vintage: "{put("manifest, vintage")}"\n',
        f'sha256: "{put("manifest, hash")}"\n',
        f"agency: {put('manifest, agency').split()[2].upper()}\n",
        f"note: *{put('manifest, alias').split()[2]}\n",
        f'note: "a"\n  b: [{put("manifest, syntax")}\n',
        f"!{put('manifest, tag').split()[2]} note: 'a\n",
    ):
        made.land(f"{refuse(JANUARY)}.manifest.yml", text)


def other_workbooks(made: Province, people: People, refuse: Refuse) -> None:
    """.xls and .ods: what is read, and what stands beside it."""
    columns = ["Ma", "Ten", "SoDinhDanh", "Sinh", "Tram"]
    good: list[str | float] = ["00001", "Một", "", 10.0, 9.0]
    for kind in ("xls", "ods"):
        book = OTHER_BOOKS[kind]

        def rows(column: int, said: str) -> list[list[str | float]]:
            return [[*columns], [*good[:column], said, *good[column + 1 :]]]

        month = {"xls": "04", "ods": "05"}[kind]
        made.land(
            f"clinic/2025-{month}/2025-08-03_a.{kind}",
            book(rows(2, people.put(f"{kind}, personal cell")), people, f"accepted {kind}"),
        )
        for column, name in enumerate(columns):
            if name not in ("Ten", "SoDinhDanh"):
                cells = rows(column, people.name(f"{kind}, cell of {name}"))
                refuse(book(cells, people, f"{kind} refused for {name}"), kind)
        cells = rows(1, "Một")
        cells[0][1] = people.put(f"{kind}, header")
        refuse(book(cells, people, f"{kind} refused for its header"), kind)


def as_old(rows: Sequence[Sequence[str | float]], people: People, place: str) -> bytes:
    sheets = {
        people.put(f"{place}, name of the sheet")[11:42]: rows,
        "Khác": [[people.put(f"{place}, other sheet")]],
    }
    return old_workbook(sheets, people.put(f"{place}, who wrote it"))


def as_open_document(rows: Sequence[Sequence[str | float]], people: People, place: str) -> bytes:
    def cell(said: str | float, note: str = "") -> str:
        if isinstance(said, float):
            return (
                f'<table:table-cell office:value-type="float" office:value="{said}">'
                f"<text:p>{said:g}</text:p></table:table-cell>"
            )
        return (
            f'<table:table-cell office:value-type="string">{note}<text:p>{said}</text:p>'
            "</table:table-cell>"
        )

    note = (
        f"<office:annotation><text:p>{people.put(f'{place}, comment')}</text:p></office:annotation>"
    )
    lines = [
        "".join(cell(said, note if (row, column) == (1, 1) else "") for column, said in enumerate(line))
        for row, line in enumerate(rows)
    ]  # fmt: skip
    table = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    other = f"<table:table-row>{cell(people.put(f'{place}, other sheet'))}</table:table-row>"
    name = people.put(f"{place}, name of the sheet")
    return open_document(
        f'<table:table table:name="{name}">{table}</table:table>'
        f'<table:table table:name="Khác">{other}</table:table>'
    )


OTHER_BOOKS = {"xls": as_old, "ods": as_open_document}


def renamed_part(name: str) -> bytes:
    made, spoilt = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet().write_string(0, 0, "Ma")
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(spoilt, "w", zipfile.ZIP_BZIP2) as new:
        new.writestr(f"xl/{name}.xml", b"0" * 9_000_000)
        for part in old.namelist():
            new.writestr(part, old.read(part))
    return spoilt.getvalue()


def json_files(made: Province, people: People, refuse: Refuse) -> None:
    """JSON, JSON lines and Parquet, accepted and refused."""
    put = people.put
    good = '{"Ma": "00001", "Ca": 3, "Ghi chú": "%s"}'
    made.land("of_json/2026-01/2026-02-03_a.json", f"[{good % people.name('json, ignored field')}]")
    made.land(
        "of_jsonl/2026-01/2026-02-03_a.jsonl", good % people.name("json lines, ignored field")
    )
    for source, suffix, whole in (("of_json", "json", "[%s]"), ("of_jsonl", "jsonl", "%s")):
        twice = put(f"{source}, key twice")
        for record in (
            f'{{"Ma": "00001", "Ca": "{put(f"{source}, value")}"}}',
            f'{{"Ma": "{put(f"{source}, area")}", "Ca": 1}}',
            f'{{"Ma": "{people.name(f"{source}, name as an area")}", "Ca": 1}}',
            f'{{"Ma": "00001", "Ca": "{people.name(f"{source}, name as a figure")}"}}',
            f'{{"Ma": "00001", "Ca": 1, "{put(f"{source}, key")}": 1}}',
            f'{{"Ma": "00001", "Ca": 1, "a": {{"{put(f"{source}, inner key")}": 1}}}}',
            f'{{"Ma": "00001", "Ca": 1, "{twice}": 1, "{twice}": 2}}',
            f'{{"Ma": "00001", "Ca": ["{put(f"{source}, list")}"]}}',
            f'{{"Ma": "00001", "Ca": {put(f"{source}, no JSON")}}}',
            f'"{put(f"{source}, no record")}"',
            f'{{"Ma": "\\ud800 {put(f"{source}, half a character")}", "Ca": 1}}',
        ):
            refuse(whole % record, suffix, source)
    columns: dict[str, list[str] | list[int]] = {"Ma": ["00001"], "Ca": [3]}
    made.land(
        "of_parquet/2026-01/2026-02-03_a.parquet", parquet(columns, people, "accepted parquet")
    )
    for key, place in (("Ma", "parquet, area"), ("Ca", "parquet, cell"), ("", "parquet, column")):
        spoilt = columns | ({key: [people.name(place)]} if key else {put(place): ["x"]})
        refuse(parquet(spoilt, people, f"refused {place}"), "parquet", "of_parquet")
    broken = bytearray(parquet(columns, people, "broken parquet"))
    broken[-90:-8] = b"\xff" * 82
    refuse(bytes(broken), "parquet", "of_parquet")


@dataclass
class Leaked:
    """One night over all of it, and what it said while it ran."""

    province: Province
    people: People
    said: bytes


@pytest.fixture(scope="module")
def leaked(tmp_path_factory: pytest.TempPathFactory) -> Leaked:
    made, people = in_folder(tmp_path_factory.mktemp("leaks")), People()
    write_tiny_registry(made)
    for kind in FORMATS:
        made.write(f"of_{kind}/source.yml", OTHER.format(source=f"of_{kind}", format=kind))
        made.write(f"of_{kind}/indicators.yml", "{}\n")
    deliver(made, people)
    said, log = io.StringIO(), logging.getLogger("kinhbac")
    handler, level = logging.StreamHandler(said), log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    try:
        report = refresh(Night(made.registry, made.data, made.as_of, workers=1, examined=False))
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
    assert report.succeeded
    return Leaked(made, people, said.getvalue().encode())


def test_files_were_accepted_and_refused_and_told_of(leaked: Leaked) -> None:
    registry, data = leaked.province.registry, leaked.province.data
    entries = {key: read_entries(registry, data, key) for key in registry.sources}
    assert [sum(e.accepted for e in entries[key]) for key in ("clinic", "of_json", "of_parquet")] == [
        4, 1, 1,
    ]  # fmt: skip
    assert sum(not entry.accepted for found in entries.values() for entry in found) > 50
    release = current_release(data)
    assert release is not None
    told = pl.read_parquet(release.folder / "problems.parquet")
    assert "letters and digits, " in str(told["delivered_value"].to_list())
    assert {"type", "area", "columns", "form", "personal"} <= set(told["rule"])


def test_nobody_is_named_outside_the_landing_zone(leaked: Leaked) -> None:
    found: dict[str, set[str]] = {}
    data = leaked.province.data
    for place, content in read_everything(data.root, without=data.landing):
        for person in leaked.people.found_in(content):
            found.setdefault(person, set()).add(place)
    for person in leaked.people.found_in(leaked.said):
        found.setdefault(person, set()).add("what the night said")
    assert found == {}


def test_the_search_would_have_found_everybody(leaked: Leaked, tmp_path: Path) -> None:
    """Nobody is found where nobody is looked for: in the landing zone all of them are."""
    seen: set[str] = set()
    for _, content in read_everything(leaked.province.data.landing):
        seen |= leaked.people.found_in(content)
    assert seen == set(leaked.people.placed)
    name = next(iter(leaked.people.placed.values()))[0]
    with duckdb.connect((tmp_path / "a.duckdb").as_posix()) as connection:
        connection.execute("create table a as select ? as b", [name])
    packed = (tmp_path / "a.duckdb").read_bytes()
    assert any(name.encode() in content for _, content in unpack("a", packed))


def test_of_an_undeclared_column_of_people_nothing_is_kept(leaked: Leaked) -> None:
    registry, data = leaked.province.registry, leaked.province.data
    personal = [
        entry
        for key in registry.sources
        for entry in read_entries(registry, data, key)
        if any(problem.check == "personal" for problem in entry.problems)
    ]
    assert any("«CCCD»" in str(p) or p.column == "CCCD" for e in personal for p in e.problems)
    assert not [e for e in personal if are_kept(data, e.source, e.period, e.sha256)]
