"""The open edition: what it holds, what it leaves out, how it follows the one before.

Past 200 lines: a question a form of the edition, and a way in which it follows the one before.
"""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import duckdb
import polars as pl
import pytest
import yaml
from click.testing import CliRunner
from frictionless import validate
from lxml import etree
from pyshacl import validate as conform
from python_calamine import CalamineWorkbook
from rdflib import RDF, Graph, Literal
from rdflib.namespace import DCAT, DCTERMS

from kinhbac import cli, night
from kinhbac.checks.opened.tables import CELLS as PROVEN
from kinhbac.exchange.edition.tables import CELLS
from kinhbac.night import Night, open_release, send_notices
from kinhbac.release import editions
from kinhbac.release.editions import Edition, EditionRefused, current_edition, publish_edition
from kinhbac.release.releases import Release, current_release
from kinhbac.release.warehouse import WAREHOUSE
from kinhbac.stillness import Watch
from tests.conftest import Province, Share
from tests.opened import OPENING, declare, publish_once, release_of, tables, texts_below
from tests.small_release import cell

OPEN = ("born", "born_at_clinics", "clinic_rate")
LATER = date(2026, 4, 20)


@pytest.fixture
def opened(province: Province) -> Province:
    declare(province)
    release_of(province, 1, tables())
    return province


@pytest.fixture
def folder(share: Share) -> Path:
    """The first edition of such a province, to be read only."""
    return share("opened", publish_once) / "data" / "open"


def in_force(province: Province) -> Release:
    release = current_release(province.data)
    assert release is not None
    return release


def publish(province: Province) -> Edition:
    edition = publish_edition(province.registry, province.data, in_force(province))
    assert edition is not None
    return edition


def test_it_tells_what_is_open_in_every_form(folder: Path) -> None:
    told = {}
    for key in OPEN:
        path = folder / "data" / key
        rows = pl.read_parquet(path.with_suffix(".parquet"))
        assert rows.equals(pl.read_csv(path.with_suffix(".csv"), schema=rows.schema))
        told[key] = dict(rows.select("area", "value").rows())
        sheet = CalamineWorkbook.from_path(path.with_suffix(".xlsx")).get_sheet_by_index(0)
        assert [row[5] for row in sheet.to_python()[1:]] == [
            "" if value is None else value for value in rows["value"]
        ]
        assert (folder / "sdmx" / "data" / f"{key}.csv.gz").is_file()
        assert (folder / "en" / "indicators" / f"{key}.html").is_file()
    assert told["born_at_clinics"] == {"24": 12.0}


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
    folder = publish(opened).folder
    assert pl.read_csv(folder / "data" / "demo_births.csv")["synthetic"].to_list() == [True]
    assert "not real" in (folder / "en" / "indicators" / "demo_births.html").read_text("utf-8")


def test_areas_below_the_level_are_left_out(opened: Province) -> None:
    declare(opened, OPENING.replace("commune", "province"))
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
    assert report.stats["tasks"] == len(OPEN) + 3
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["licenses"][0]["path"] == "https://creativecommons.org/licenses/by/4.0/"
    assert package["version"] == "2.0.0"


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


def test_a_night_that_changes_nothing_open_makes_no_edition(opened: Province) -> None:
    first = publish(opened)
    told = tables()
    told["indicator_values"][-2]["value"] = 8.0
    release_of(opened, 2, told, LATER)
    assert publish(opened) == first
    assert [path.name for path in opened.data.editions.iterdir()] == ["1"]


def test_a_corrected_figure_is_told_and_the_rest_is_stored_once(opened: Province) -> None:
    first = publish(opened).folder
    told = tables()
    told["indicator_values"][3]["value"] = 0.5
    told["indicator_values"].append(cell("born", 20.0, "00002", "2026-01"))
    release_of(opened, 2, told, LATER)
    second = publish(opened).folder
    assert second != first
    again = {
        path.relative_to(second).as_posix()
        for path in second.rglob("*")
        if path.is_file() and path.stat().st_nlink == 1
    }
    assert {"data/born.xlsx", "indicators/born.html", "data/_changes.csv"} <= again
    assert not [name for name in again if re.search("clinic|assets|structure", name)]
    told_of = (second / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "Indicator born (`born`): 1 figures corrected" in told_of.replace(", =1+1", "")
    assert "(`born`): 1 figures added" in told_of
    assert "Edition 1, as of 20 Mar 2026\n- The first edition: 3 indicators." in told_of


def test_an_indicator_that_was_closed_is_counted_and_not_named(opened: Province) -> None:
    publish(opened)
    told = tables()
    told["indicator_values"].append(cell("born_at_clinics", 13.0, period="2026-01"))
    release_of(opened, 2, told, LATER)
    assert "born_at_clinics" in (publish(opened).folder / "CHANGELOG.md").read_text("utf-8")
    closed = {"staff_absent", "born_at_clinics"}
    declare(opened, closed=closed)
    release_of(opened, 3, tables(closed), LATER)
    text = texts_below(publish(opened).folder)
    assert "1 indicators that are open no longer" in text
    assert "born_at_clinics" not in text


def test_a_kill_leaves_the_last_edition(opened: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    first = publish(opened)
    told = tables()
    told["indicator_values"][0]["value"] = 31.0
    release_of(opened, 2, told, LATER)
    leftover = opened.data.editions / ".2.part"
    leftover.mkdir()
    (leftover / "half").touch()
    with monkeypatch.context() as patch:
        patch.setattr(editions, "settle", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            publish(opened)
    assert current_edition(opened.data) == first
    assert publish(opened).number == 2
    assert sorted(path.name for path in opened.data.editions.iterdir()) == ["1", "2"]


def test_a_lost_link_is_not_taken_for_the_beginning(opened: Province) -> None:
    publish(opened)
    opened.data.open.unlink()
    opened.data.open.symlink_to("editions/9")
    with pytest.raises(EditionRefused, match=r"leads to no edition.*Remedy"):
        publish(opened)


def test_nothing_is_opened_where_nothing_is_declared_open(opened: Province) -> None:
    declare(opened, opening="")
    assert publish_edition(opened.registry, opened.data, in_force(opened)) is None
    assert not opened.data.editions.exists()


def test_a_province_that_closes_everything_must_say_so_itself(opened: Province) -> None:
    first = publish(opened)
    closed = {"born", "born_at_clinics", "clinic_rate", "staff_absent", "demo_births"}
    declare(opened, closed=closed)
    release_of(opened, 2, tables(closed))
    with pytest.raises(EditionRefused, match="no indicator is open any more"):
        publish(opened)
    assert current_edition(opened.data) == first


def suppress(province: Province, number: int) -> None:
    """A release in which one commune's figure is confidential, and follows from the others."""
    told = tables()
    told["indicator_values"][2] |= {"value": None, "state": "suppressed"}
    release_of(province, number, told)


def test_a_refusal_is_told_and_touches_neither_edition_nor_release(opened: Province) -> None:
    tonight = Night(opened.registry, opened.data, opened.as_of)
    first = open_release(tonight)
    assert tonight.report.edition == "1 published"
    suppress(opened, 2)
    again = Night(opened.registry, opened.data, opened.as_of)
    assert open_release(again) is None
    told = again.report.edition_refused
    assert "indicator born, period 2026-02, family areas of 24" in told
    assert "withheld 00002" in told and "edition 1 stays as it was" in told
    assert current_edition(opened.data) == first
    assert in_force(opened).number == 2


def test_a_refused_edition_is_tried_again_the_next_night(
    opened: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a night is not taken for one after which there is nothing to do."""
    told = SimpleNamespace(summary="", doubtful=False, busy=False)
    ended: list[object] = []
    monkeypatch.setattr(night, "notify", lambda *_: told)
    monkeypatch.setattr(Watch, "end", lambda *_: ended.append(None))
    for refused, ends in (("no", 0), ("", 1)):
        tonight = Night(opened.registry, opened.data, opened.as_of)
        tonight.report.edition_refused = refused
        send_notices(tonight)
        assert len(ended) == ends


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


def test_a_person_opens_by_hand_and_is_told_why_not(
    opened: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINHBAC_DATA", opened.data.root.as_posix())
    monkeypatch.setattr(cli, "SOURCES", opened.sources)
    done = CliRunner().invoke(cli.main, ["edition"])
    assert (done.exit_code, done.output) == (
        0, f"edition 1 holds 3 indicators of release 1: {opened.data.open}\n"
    )  # fmt: skip
    suppress(opened, 2)
    refused = CliRunner().invoke(cli.main, ["edition"])
    assert refused.exit_code == 1
    assert "Remedy: open or close what is named above" in refused.output


def test_a_release_that_does_not_say_who_may_see_it_is_not_opened(opened: Province) -> None:
    with duckdb.connect((in_force(opened).folder / WAREHOUSE).as_posix()) as connection:
        connection.execute("alter table indicators drop access")
    with pytest.raises(EditionRefused, match="releases/1: it does not say who may see what"):
        publish(opened)
    assert not list(opened.data.editions.iterdir())
