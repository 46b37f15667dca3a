"""The catalogue of published indicators, as readers of DCAT meet it.

Past 200 lines: a question a kind of node.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from pyshacl import validate
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, SH, SKOS, XSD

from kinhbac.data_folder import PROJECT, SOURCES
from kinhbac.exchange.catalogue import write_catalogue
from kinhbac.registry import Registry, load_registry
from kinhbac.registry.definitions.openness import find_access
from tests.conftest import Province

DQV = Namespace("http://www.w3.org/ns/dqv#")
SCHEMA = Namespace("http://schema.org/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
AT = "https://kinhbac.example/data/"
LISTS = "http://publications.europa.eu/resource/authority/"
FIRST, LAST, TOLD = date(2025, 1, 1), date(2026, 1, 1), date(2026, 3, 20)


def make_release(registry: Registry, folder: Path) -> Path:
    """A release that is no more than its catalogue reads: every indicator has values of two
    periods, told in a part of its own; the last one has none, the one before is not published."""
    (folder / "indicator_values.parquet").mkdir(parents=True)
    keys = sorted(registry.indicators)
    (folder / "exchange" / "sdmx" / "data").mkdir(parents=True)
    (folder / "exchange" / "sdmx" / "data" / f"{keys[0]}.csv.gz").write_bytes(b"x")
    warehouse = folder / "warehouse.duckdb"
    with duckdb.connect(warehouse.as_posix()) as connection:
        connection.execute(
            "create table indicators (indicator text, owner text, formula text, synthetic bool, "
            "published bool)"
        )
        connection.execute(
            "create table indicator_values (indicator text, period_start date, value double, "
            "published_on date)"
        )
        connection.execute(
            "create table quality as select 'source' as level, 'one_stop' as subject, "
            "'alive' as word, 'on_time' as measure, 0.75::double as value, 'share' as unit, "
            "'year' as period_kind, date '2026-01-01' as period_start"
        )
        for key in keys:
            source = registry.sources[registry.indicator_source[key]]
            row = [key, source.owner[-1].agency, "a ÷ b", source.synthetic, key != keys[-2]]
            connection.execute("insert into indicators values ($1, $2, $3, $4, $5)", row)
            if key != keys[-1]:
                (folder / "indicator_values.parquet" / f"{key}.parquet").write_text(key)
                connection.execute(
                    "insert into indicator_values values ($1, $2, 1, $4), ($1, $3, 2, $4), "
                    "($1, '2030-01-01', null, '2030-01-01')",
                    [key, FIRST, LAST, TOLD],
                )
    return warehouse


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(SOURCES)


@pytest.fixture(scope="module")
def warehouse(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_release(registry, tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="module")
def folder(registry: Registry, warehouse: Path) -> Path:
    folder = warehouse.parent / "catalogue"
    folder.mkdir()
    write_catalogue(registry, warehouse, folder)
    return folder


@pytest.fixture(scope="module")
def graph(folder: Path) -> Graph:
    return Graph().parse(folder / "catalogue.ttl")


def node(name: str) -> URIRef:
    return URIRef(f"{AT}catalogue#{name}")


def test_both_files_say_the_same_and_no_node_is_nameless(folder: Path, graph: Graph) -> None:
    other = Graph().parse(folder / "catalogue.jsonld", format="json-ld")
    assert set(graph) == set(other)
    assert all(isinstance(one, URIRef) for one in graph.subjects())


@pytest.mark.parametrize("shapes", ["shapes", "range"])
def test_the_catalogue_conforms_to_dcat_ap(graph: Graph, shared: Path, shapes: str) -> None:
    rules = Graph().parse(shared / "schemas" / "dcat-ap-3.0" / f"{shapes}.ttl")
    conforms, _, text = validate(graph, shacl_graph=rules)
    assert conforms, text


def test_what_the_profile_recommends_is_there_where_it_is_known(
    graph: Graph, shared: Path, registry: Registry
) -> None:
    rules = Graph().parse(shared / "schemas" / "dcat-ap-3.0" / "shapes_recommended.ttl")
    _, report, _ = validate(graph, shacl_graph=rules)
    assert isinstance(report, Graph)
    lacking = {
        (report.value(one, SH.focusNode), report.value(one, SH.resultPath))
        for one in report.subjects(RDF.type, SH.ValidationResult)
    }
    silent = node(max(registry.indicators))
    unknown = {DCAT.bbox, DCAT.centroid, DCTERMS.type, DCTERMS.conformsTo}
    assert {path for at, path in lacking if at != silent} <= unknown, "no borders, no such lists"
    assert {path for at, path in lacking if at == silent} == {
        DCAT.distribution,
        DCTERMS.temporal,
    }


def test_a_published_indicator_is_a_dataset_and_no_other(graph: Graph, registry: Registry) -> None:
    listed = set(graph.objects(node("catalogue"), DCAT.dataset))
    published = sorted(registry.indicators)
    del published[-2]
    assert listed == set(map(node, published)) == set(graph.subjects(RDF.type, DCAT.Dataset))


def test_a_dataset_says_what_its_indicator_is(graph: Graph, registry: Registry) -> None:
    key = min(registry.indicators)
    indicator = registry.indicators[key]
    titles = {one.language: str(one) for one in graph.objects(node(key), DCTERMS.title)}
    assert titles == {"vi": indicator.name.vi, "en": indicator.name.en}
    owner = registry.sources[registry.indicator_source[key]].owner[-1].agency
    assert graph.value(node(key), DCTERMS.publisher) == node(f"agency-{owner}")
    called = set(map(str, graph.objects(node(f"agency-{owner}"), FOAF.name)))
    assert registry.agencies[owner].name.vi in called
    period = graph.value(node(key), DCTERMS.temporal)
    assert graph.value(period, DCAT.startDate) == Literal(FIRST)
    end = graph.value(period, DCAT.endDate)
    assert end and end.toPython() > LAST, "the last day of the last period"
    assert graph.value(node(key), DCTERMS.modified) == Literal(TOLD), "not of an empty cell"
    assert graph.value(node(key), DCTERMS.spatial) == node("area-24")


def test_rights_and_terms_are_those_of_effective_access(graph: Graph, registry: Registry) -> None:
    rights = {"open": "PUBLIC", "shared": "RESTRICTED", "internal": "NON_PUBLIC"}
    for key, access in find_access(registry).items():
        if (node(key), RDF.type, DCAT.Dataset) in graph:
            said = graph.value(node(key), DCTERMS.accessRights)
            assert said == URIRef(f"{LISTS}access-right/{rights[access]}"), key
            free = graph.value(node(f"{key}-values"), DCTERMS.license)
            attribution = URIRef("https://creativecommons.org/licenses/by/4.0/")
            assert (free == attribution) == (access == "open"), key


def test_a_dataset_says_how_well_its_source_delivers(graph: Graph, registry: Registry) -> None:
    measured = node("quality-one_stop-on_time")
    told_of = set(graph.subjects(DQV.hasQualityMeasurement, measured))
    assert told_of == {
        node(key)
        for key, source in registry.indicator_source.items()
        if source == "one_stop" and (node(key), RDF.type, DCAT.Dataset) in graph
    }
    metric = graph.value(measured, DQV.isMeasurementOf)
    value = graph.value(measured, DQV.value)
    assert isinstance(value, Literal) and float(value) == 0.75
    assert (metric, DQV.inDimension, node("dimension-alive")) in graph
    assert Literal("Sống", lang="vi") in graph.objects(node("dimension-alive"), SKOS.prefLabel)
    period = graph.value(measured, DCTERMS.temporal)
    assert graph.value(period, DCAT.endDate) == Literal("2026-12-31", datatype=XSD.date)


def test_simulated_figures_say_so(graph: Graph, registry: Registry) -> None:
    for key in sorted(registry.indicators)[:40]:
        source = registry.sources[registry.indicator_source[key]]
        said = graph.value(node(key), DCTERMS.provenance)
        assert said == node("simulated" if source.synthetic else "real")
        texts = {one.language: str(one) for one in graph.objects(node(key), DCTERMS.description)}
        assert texts["vi"].startswith("Số liệu mô phỏng") == source.synthetic


def test_a_distribution_is_the_file_with_its_size_and_hash(
    graph: Graph, registry: Registry
) -> None:
    key = min(registry.indicators)
    at = node(f"{key}-values")
    url = URIRef(f"{AT}indicator_values.parquet/{key}.parquet")
    assert graph.value(at, DCAT.downloadURL) == graph.value(at, DCAT.accessURL) == url
    size = Literal(len(key), datatype=XSD.nonNegativeInteger)
    assert graph.value(at, DCAT.byteSize) == size
    checksum = graph.value(at, SPDX.checksum)
    told = graph.value(checksum, SPDX.checksumValue)
    assert str(told).lower() == sha256(key.encode()).hexdigest()
    kind = URIRef("http://www.iana.org/assignments/media-types/application/vnd.apache.parquet")
    assert graph.value(at, DCAT.mediaType) == kind


def test_every_form_of_the_figures_that_is_there_is_listed(
    graph: Graph, registry: Registry
) -> None:
    first, second = sorted(registry.indicators)[:2]
    forms = {key: set(graph.objects(node(key), DCAT.distribution)) for key in (first, second)}
    assert forms[first] == {node(f"{first}-values"), node(f"{first}-sdmx")}
    assert forms[second] == {node(f"{second}-values")}
    compressed = graph.value(node(f"{first}-sdmx"), DCAT.compressFormat)
    assert str(compressed).endswith("/application/gzip")


def test_units_have_the_codes_of_others(graph: Graph) -> None:
    def codes(unit: str) -> set[str]:
        return set(map(str, graph.objects(node(f"measured-in-{unit}"), SCHEMA.unitCode)))

    assert codes("percent") == {"P1", "UCUM:%"}
    assert codes("usd_per_person") >= {"ISO4217:USD"}
    # A code without its power of ten would name a thousandth of a figure.
    assert codes("thousand_visit") == {"UCUM:10*3.{visits}"}
    for money in ("billion_vnd", "million_vnd_per_person"):
        assert set(graph.objects(node(f"measured-in-{money}"), SCHEMA.unitText))
        assert codes(money) == set()


def test_the_service_serves_what_is_listed(graph: Graph) -> None:
    served = set(graph.objects(node("service"), DCAT.servesDataset))
    assert served == set(graph.objects(node("catalogue"), DCAT.dataset))
    address = graph.value(node("service"), DCAT.endpointURL)
    assert address == URIRef("https://kinhbac.example/api/")


def test_the_same_release_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    """Also in another process, which hashes texts in another way."""
    said = (
        "from pathlib import Path; from kinhbac.registry import load_registry; "
        "from kinhbac.exchange.catalogue import write_catalogue; "
        f"write_catalogue(load_registry(Path('{SOURCES}')), "
        f"Path('{folder.parent / 'warehouse.duckdb'}'), Path('{tmp_path}'))"
    )
    subprocess.run([sys.executable, "-c", said], check=True, cwd=PROJECT)
    for name in ("catalogue.ttl", "catalogue.jsonld"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_texts_of_the_registry_stay_texts(registry: Registry, tmp_path: Path) -> None:
    wild = '"""@en . <x:y> a <z> . \\ </script>\n'
    key = min(registry.indicators)
    named = registry.indicators[key]
    changed = named.model_copy(update={"name": named.name.model_copy(update={"vi": wild})})
    told = replace(registry, indicators=registry.indicators | {key: changed})
    warehouse = make_release(registry, tmp_path)
    write_catalogue(told, warehouse, tmp_path)
    for name in ("catalogue.ttl", "catalogue.jsonld"):
        read = Graph().parse(tmp_path / name)
        assert (node(key), DCTERMS.title, Literal(wild, lang="vi")) in read
        assert not list(read.triples((URIRef("x:y"), None, None)))


def test_a_registry_that_does_not_publish_has_no_catalogue(
    province: Province, tmp_path: Path
) -> None:
    release = tmp_path / "release"
    warehouse = make_release(province.registry, release)
    write_catalogue(province.registry, warehouse, release)
    assert not list(release.glob("catalogue.*"))
