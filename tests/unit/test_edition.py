"""The open edition: what it holds and what it leaves out.

Past 200 lines: a question a form of the edition.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl
import pytest
import yaml
from frictionless import validate
from lxml import etree
from pyshacl import validate as conform
from python_calamine import CalamineWorkbook
from rdflib import RDF, Graph, Literal
from rdflib.namespace import DCAT, DCTERMS

from kinhbac.checks.opened.tables import CELLS as PROVEN
from kinhbac.exchange.edition.selection import select_open
from kinhbac.exchange.edition.tables import CELLS
from kinhbac.release.warehouse import WAREHOUSE
from tests.conftest import Province, Share
from tests.opened import (
    LATER,
    OPEN,
    OPENING,
    declare,
    in_force,
    publish,
    publish_once,
    release_of,
    tables,
    texts_below,
)
from tests.small_release import cell


@pytest.fixture
def folder(share: Share) -> Path:
    """The first edition of such a province, to be read only."""
    return share("opened", publish_once) / "data" / "open"


def test_it_tells_what_is_open_in_every_form(folder: Path) -> None:
    told = {}
    for key in OPEN:
        path = folder / "data" / key
        rows = pl.read_parquet(path.with_suffix(".parquet"))
        assert rows.equals(pl.read_csv(path.with_suffix(".csv"), schema=rows.schema))
        told[key] = dict(rows.select("area", "value").rows())
        sheet = CalamineWorkbook.from_path(path.with_suffix(".xlsx")).get_sheet_by_index(0)
        assert [row[6] for row in sheet.to_python()[1:]] == [
            "" if value is None else value for value in rows["value"]
        ]
        assert (folder / "sdmx" / "data" / f"{key}.csv.gz").is_file()
        assert (folder / "en" / "indicators" / f"{key}.html").is_file()
    assert told["born_at_clinics"] == {"24": 12.0}


def test_a_page_is_of_one_edition_whatever_comes_into_force_while_it_is_read(folder: Path) -> None:
    # Its figures stand in the page itself; what it loads has the hash of its content in its name.
    pages = list(folder.resolve().rglob("*.html"))
    assert len(pages) > 2 * len(OPEN)
    for page in pages:
        read = etree.parse(page, etree.HTMLParser())
        assert not read.xpath("//script | //iframe | //object | //embed")
        loaded = read.xpath("//@src | //link[@rel='stylesheet' or @rel='icon']/@href")
        assert loaded and all(re.search(r"\.[0-9a-f]{10}\.\w+$", name) for name in loaded), page
    for style in folder.resolve().glob("assets/*.css"):
        for named in re.findall(r"url\(([^)]*)\)", style.read_text(encoding="utf-8")):
            assert re.search(r"\.[0-9a-f]{10}\.\w+|^.?data:", named), named


def test_categories_have_names_everywhere(folder: Path) -> None:
    named = [("sex", "female", "Nữ", "Female"), ("sex", "male", "Nam", "Male")]
    assert pl.read_parquet(folder / "data" / "_categories.parquet").rows() == named
    assert pl.read_csv(folder / "data" / "_categories.csv").rows() == named
    sheet = CalamineWorkbook.from_path(folder / "data" / "born.xlsx").get_sheet_by_index(0)
    told = {(row[4], row[5]) for row in sheet.to_python()[1:]}
    assert told == {("", ""), ("sex: female", "Nữ / Female"), ("sex: male", "Nam / Male")}


def test_why_a_figure_is_not_there_is_not_told(folder: Path) -> None:
    """Held and late cells are missing outside, one that is not due is no cell, and missing is
    never zero."""
    rows = pl.read_parquet(folder / "data" / "born.parquet")
    states = {row["period"]: (row["value"], row["state"]) for row in rows.to_dicts()}
    assert states["2025-12"] == states["2025-11"] == (None, "missing")
    assert "2026-03" not in states
    assert rows.columns == list(CELLS) == PROVEN


def test_nothing_closed_and_nothing_simulated_is_named(folder: Path) -> None:
    text = texts_below(folder)
    assert "clinic_rate" in text
    assert not re.search("staff_absent|demo_births|school|pupils|99\\.0", text)


def test_simulated_figures_are_told_where_the_province_asks_for_them(opened: Province) -> None:
    declare(opened, OPENING.replace("}", ", simulated: true}"))
    release_of(opened, 2, tables())
    folder = publish(opened).folder
    assert pl.read_csv(folder / "data" / "demo_births.csv")["synthetic"].to_list() == [True]
    assert "not real" in (folder / "en" / "indicators" / "demo_births.html").read_text("utf-8")


def test_what_is_written_from_knows_nothing_else(opened: Province, tmp_path: Path) -> None:
    """Whatever a form of the edition may come to tell, it cannot tell more than what is open."""
    registry = opened.registry
    assert registry.publication and registry.publication.open
    sealed, cut = in_force(opened).folder / WAREHOUSE, tmp_path / "open.duckdb"
    publication = registry.publication
    kept = select_open(registry, publication, registry.publication.open, sealed, cut).registry
    assert kept.indicators.keys() == OPEN and kept.sources.keys() == {"clinic"}
    assert kept.agencies.keys() == {"SYT"} and kept.areas.areas.keys() == {"24"}
    assert not any((kept.documents, kept.rounds, kept.needs, kept.methods, kept.areas.codes))


def test_areas_below_the_level_are_left_out(opened: Province) -> None:
    declare(opened, OPENING.replace("commune", "province"))
    release_of(opened, 2, tables())
    folder = publish(opened).folder
    assert set(pl.read_parquet(folder / "data" / "born.parquet")["area"]) == {"24"}
    assert not re.search("00001|Xã Một", texts_below(folder))


def test_a_program_reads_the_package_by_its_descriptor(opened: Province) -> None:
    """Types, keys, references, sizes and hashes hold, also of a second edition."""
    publish(opened)
    told = tables()
    told["indicator_values"][0]["value"] = 31.0
    release_of(opened, 2, told, LATER)
    folder = publish(opened).folder
    report = validate((folder / "datapackage.json").as_posix())
    assert report.valid, report.flatten(["type", "message"])
    assert report.stats["tasks"] == len(OPEN) + 4
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["licenses"][0]["path"] == "https://creativecommons.org/licenses/by/4.0/"
    assert package["version"] == "2.0.0"


def test_the_descriptor_declares_columns_as_what_they_are(folder: Path) -> None:
    """A reader that believes it computes with numbers where there are numbers."""
    kinds = {
        pl.String: "string", pl.Date: "date", pl.Boolean: "boolean", pl.Float64: "number",
        pl.Int32: "integer", pl.Int64: "integer",
    }  # fmt: skip
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        columns = pl.read_parquet_schema((folder / resource["path"]).with_suffix(".parquet"))
        declared = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        assert declared == {name: kinds[type(kind)] for name, kind in columns.items()}


def test_the_catalogue_lists_its_files_and_no_others(folder: Path) -> None:
    text = (folder / "catalogue" / "catalogue.ttl").read_text(encoding="utf-8")
    assert "PUBLIC" in text and not re.search("NON_PUBLIC|RESTRICTED", text)
    graph = Graph().parse(data=text)
    datasets = set(graph.subjects(RDF.type, DCAT.Dataset))
    assert {graph.value(one, DCTERMS.identifier) for one in datasets} == {*map(Literal, OPEN)}
    for dataset in datasets:
        files = {
            str(graph.value(one, DCAT.downloadURL)).removeprefix("https://open.example/")
            for one in graph.objects(dataset, DCAT.distribution)
        }
        assert {Path(name).suffix for name in files} == {".csv", ".gz", ".parquet", ".xlsx"}
        page = str(graph.value(dataset, DCAT.landingPage)).removeprefix("https://open.example/")
        assert all((folder / name).is_file() for name in {*files, page})


def test_its_sdmx_and_its_catalogue_are_valid_by_the_schemas_of_others(
    folder: Path, shared: Path
) -> None:
    messages = etree.XMLSchema(file=shared / "schemas" / "sdmx-ml-3.0" / "SDMXMessage.xsd")
    for path in (folder / "sdmx").glob("*metadata.xml"):
        messages.assertValid(etree.parse(path))
    messages.assertValid(etree.parse(folder / "sdmx" / "structure.xml"))
    shapes = Graph().parse(shared / "schemas" / "dcat-ap-3.0" / "shapes.ttl")
    conforms, _, text = conform(
        Graph().parse(folder / "catalogue" / "catalogue.ttl"), shacl_graph=shapes
    )
    assert conforms, text


def test_a_copy_elsewhere_is_whole(opened: Province, tmp_path: Path) -> None:
    """Nothing in it leads out of it but addresses, and every file is the one that is listed."""
    copy = tmp_path / "www" / "open"
    shutil.copytree(publish(opened).folder, copy)
    shutil.rmtree(opened.data.root)
    pages = list(copy.rglob("*.html"))
    assert len(pages) == 2 * (1 + len(OPEN))
    for page in pages:
        for target in re.findall(r'(?:href|src)="([^"#]+)"', page.read_text(encoding="utf-8")):
            if not urlsplit(target).scheme:
                assert (page.parent / target).resolve().is_relative_to(copy)
                assert (page.parent / target).is_file(), (page, target)
        assert "<script" not in page.read_text(encoding="utf-8")
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    found = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    assert manifest["files"].keys() == found - {"manifest.json", "SHA256SUMS"}
    assert validate((copy / "datapackage.json").as_posix()).valid
    citation = yaml.safe_load((copy / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation.keys() >= {"cff-version", "message", "title", "authors"}
    assert "creativecommons.org/licenses/by/4.0" in (copy / "LICENSE.txt").read_text("utf-8")


def test_names_become_no_formula_and_no_markup(opened: Province) -> None:
    told = tables()
    told["indicators"][0]["decision"] = "=cmd|' /C calc'!A0"
    told["areas"] = [{"area": "24", "kind": "province", "code": "24", "name_vi": "@Tỉnh <b>",
                      "name_en": "<script>alert(1)</script>", "valid_from": date(2025, 7, 1)}]  # fmt: skip
    told["indicator_values"] = [cell("born", 30.0)]
    release_of(opened, 2, told)
    folder = publish(opened).folder
    assert "'=cmd" in (folder / "data" / "_indicators.csv").read_text(encoding="utf-8")
    assert "'@Tỉnh" in (folder / "data" / "_areas.csv").read_text(encoding="utf-8")
    assert "<script" not in (folder / "en" / "indicators" / "born.html").read_text("utf-8")


def test_a_line_breaks_where_a_figure_is_missing(opened: Province) -> None:
    told = tables()
    values = [1.0, 2.0, None, 4.0, 3.0]
    told["indicator_values"] += [
        cell("clinic_rate", value, period=f"2025-{place:02}")
        for place, value in enumerate(values, 1)
    ]
    release_of(opened, 2, told)
    page = (publish(opened).folder / "indicators" / "clinic_rate.html").read_text("utf-8")
    lines = re.findall('<polyline points="([^"]+)"', page)
    assert [len(line.split()) for line in lines] == [2, 3]
    assert "thiếu số liệu" in page


def test_the_newest_figure_of_an_area_says_that_it_is_old(opened: Province) -> None:
    """Not when a newer one was due, and nothing of figures that were followed; the files say what
    a figure was in its own period."""
    told = tables()
    told["latest_values"] = [
        cell("born", 30.0, area, newer_due=date(2026, 3, 5), is_old=old)
        for area, old in (("24", True), ("00001", True), ("00002", False))
    ]
    release_of(opened, 2, told)
    folder = publish(opened).folder
    page = (folder / "indicators" / "born.html").read_text("utf-8")
    newest, series = page.split("Các kỳ của Tỉnh Bắc Ninh</h2>")[-2:]
    newest = newest.split("Số liệu mới nhất</h2>")[1]
    assert newest.count(">Số liệu cũ<") == 2 and series.count(">Số liệu cũ<") == 1
    assert '30</data> <span class="status old">' in series
    index = (folder / "en" / "index.html").read_text("utf-8")
    assert index.count(">Old figure<") == 1 and "2026-03-05" not in texts_below(folder)


def test_no_edition_is_made_for_a_figure_that_only_grows_older(opened: Province) -> None:
    """An edition that fell old says so; from then on only figures make another one."""
    editions = []
    for number, old in enumerate((False, True, True), 2):
        newest = cell("born", 30.0, newer_due=date(2026, 3, 5), is_old=old)
        release_of(opened, number, tables(latest_values=[newest]), date(2026, number, 20))
        editions.append(publish(opened).number)
    assert editions[0] < editions[1] == editions[2]


def test_pages_show_a_figure_as_its_indicator_asks(opened: Province) -> None:
    """With its own decimals, a running total with what it takes together."""
    told = tables()
    told["indicators"][0] |= {"decimals": 4, "span": "year_to_date"}
    release_of(opened, 2, told)
    folder = publish(opened).folder
    page = (folder / "indicators" / "born.html").read_text("utf-8")
    assert ">0,3333</data>" in page and "lũy kế 2 tháng 2026" in page
    with zipfile.ZipFile(folder / "data" / "born.xlsx") as book:
        assert b'formatCode="#,##0.0000"' in book.read("xl/styles.xml")
    assert "lũy kế 2 tháng 2026" in (folder / "index.html").read_text("utf-8")
    assert "lũy kế" not in (folder / "indicators" / "clinic_rate.html").read_text("utf-8")
