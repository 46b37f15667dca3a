"""The interface answers what it is asked, in every form, to whom may see it, and refuses the rest.

Past 200 lines by its many small questions of one small release.
"""

from __future__ import annotations

import csv
import gzip
import io
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urljoin

import duckdb
import pytest
from jsonstat_validator import validate_jsonstat
from pysdmx.io import read_sdmx

from kinhbac.database import attach_warehouse, serve_database, write_warehouse
from kinhbac.exchange.sdmx.content import read_content
from kinhbac.exchange.sdmx.observations import write_observations
from kinhbac.interface import bounds
from kinhbac.interface.formats import CONTENT_TYPES, FORMATS, OF_FIGURES, choose_format
from kinhbac.interface.refusals import MEDIA_TYPE, Refusal
from kinhbac.taken_over import NewFolder
from tests.asked import BREAKDOWNS, CELLS, Callers
from tests.small_release import Row, cell

CELL = ("indicator", "area", "period")


@pytest.fixture(scope="module")
def callers(tmp_path_factory: pytest.TempPathFactory) -> Callers:
    made = Callers(tmp_path_factory.mktemp("asked"))
    made.publish()
    return made


def cells_of(rows: list[Row], *columns: str) -> list[tuple[Any, ...]]:
    return sorted((tuple(row[name] for name in columns) for row in rows), key=str)


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def refused(response: Any, status: int) -> dict[str, Any]:
    """The problem that is told, with the status it must have."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == MEDIA_TYPE
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status and problem["title"] and problem["detail"]
    return problem


def test_figures_are_told_as_they_stand_in_the_release(callers: Callers) -> None:
    told = callers.values("/values")
    columns = (*CELL, "value", "state", "vintage", "synthetic")
    assert cells_of(told, *columns) == cells_of(CELLS, *columns)
    assert all(row["unit"] == "percent" for row in told)


SEEN = {
    "shared": [row for row in CELLS if row["indicator"] != "inner"],
    "internal": CELLS,
}


@pytest.mark.parametrize("edition", SEEN)
def test_an_edition_shows_what_may_be_seen_and_nothing_else(callers: Callers, edition: str) -> None:
    told = callers.values("/values", edition)
    assert cells_of(told, *CELL) == cells_of(SEEN[edition], *CELL)
    names = {row["indicator"] for row in SEEN[edition]}
    assert {row["indicator"] for row in callers.values("/indicators", edition)} == names
    for key in ("births", "nurses", "inner", "proposed"):
        status = callers.ask(f"/indicators/{key}", edition).status_code
        assert status == (200 if key in names else 404)
        asked = callers.ask(f"/values?indicator={key}", edition)
        assert asked.status_code == (200 if key in names else 400)


def test_what_may_not_be_seen_is_refused_like_what_is_not_there(callers: Callers) -> None:
    hidden, absent = (
        callers.ask(address, "shared").text.replace("inner", "nothing")
        for address in ("/values?indicator=inner", "/values?indicator=nothing")
    )
    assert hidden == absent
    hidden, absent = (
        callers.ask(f"/indicators/{key}", "shared").text for key in ("inner", "nothing")
    )
    assert hidden == absent


def test_breakdowns_of_what_may_not_be_seen_are_not_shown_either(tmp_path: Path) -> None:
    callers = Callers(tmp_path)
    inner = [row | {"indicator": "inner"} for row in BREAKDOWNS]
    callers.publish(breakdown_values=[*BREAKDOWNS, *inner])
    told = callers.values("/values?breakdown=sex", "shared")
    assert cells_of(told, *CELL, "category") == cells_of(BREAKDOWNS, *CELL, "category")
    assert len(callers.values("/values?breakdown=sex")) == 4


@pytest.mark.parametrize("address", ["/warnings", "/coverage"])
def test_how_the_province_works_inside_is_for_the_internal_edition(
    callers: Callers, address: str
) -> None:
    assert callers.values(address)
    anonymous = callers.ask(address, "open")
    refused(anonymous, 401)
    assert anonymous.headers["WWW-Authenticate"].startswith("Bearer")
    refused(callers.ask(address, "shared"), 403)


def test_a_wrong_token_is_not_taken_for_none(callers: Callers) -> None:
    for shown in ("Bearer kinhbac_wrong", "Bearer", "Basic aW50ZXJuYWw6eA==", "é"):
        response = callers.client.get("/values", headers={"Authorization": shown.encode()})
        refused(response, 401)


def test_a_release_that_does_not_say_who_may_see_it_is_internal(tmp_path: Path) -> None:
    callers = Callers(tmp_path)
    with write_warehouse(callers.publish()) as connection:
        connection.execute("alter table indicators drop column access")
        connection.execute("alter table indicators drop column licence")
    assert callers.values("/values", "shared") == []
    assert len(callers.values("/values")) == len(CELLS)


FILTERS = {
    "indicator=births": lambda row: row["indicator"] == "births",
    "indicator=nurses&indicator=inner": lambda row: row["indicator"] != "births",
    "area=00001&area=00002": lambda row: row["area"] in ("00001", "00002"),
    "group=input": lambda row: row["indicator"] == "nurses",
    "state=held&state=missing": lambda row: row["state"] in ("held", "missing"),
    "period=2026-01": lambda row: row["period"] == "2026-01",
    "since=2026-02": lambda row: row["period"] >= "2026-02",
    "until=2025": lambda row: row["period"] < "2026",
    "since=2026-01-15&until=2026-02": lambda row: row["period"] == "2026-02",
    "area=24&period=2026-02&state=value": lambda row: (
        (row["area"], row["period"]) == ("24", "2026-02")
    ),
}


@pytest.mark.parametrize("asked", FILTERS)
def test_a_filter_leaves_what_it_names(callers: Callers, asked: str) -> None:
    told = callers.values(f"/values?{asked}")
    left = [row for row in CELLS if FILTERS[asked](row)]
    assert left
    assert cells_of(told, *CELL) == cells_of(left, *CELL)


def test_figures_as_they_were_published_by_a_day(callers: Callers) -> None:
    at = "/values?indicator=births&area=24&period=2026-02"
    [today], [then] = callers.values(at), callers.values(f"{at}&as_of=2026-03-21")
    assert (today["value"], then["value"]) == (10.5, 10.0)
    assert callers.values(f"{at}&as_of=2026-03-22")[0]["value"] == 10.5
    assert callers.values("/values?as_of=2026-03-19") == []
    refused(callers.ask("/values?as_of=2026-03-21&breakdown=sex"), 400)


def test_warnings_coverage_areas_and_indicators_have_filters(callers: Callers) -> None:
    assert [row["warning"] for row in callers.values("/warnings?open=true")] == ["births/24"]
    assert len(callers.values("/warnings?level=red&owner=SYT&indicator=births")) == 2
    assert callers.values("/warnings?level=yellow") == []
    assert callers.values("/coverage?group=process&sector=health")[0]["needs"] == 3
    assert callers.values("/coverage?group=input") == []
    assert len(callers.values("/areas?kind=commune&parent=24")) == 2
    assert [row["indicator"] for row in callers.values("/indicators?sector=home")] == ["inner"]


def test_one_indicator_says_what_there_is_of_it(callers: Callers) -> None:
    told = callers.ask("/indicators/births").json()["indicator"]
    assert (told["access"], told["licence"], told["owner"]) == ("open", "attribution", "SYT")
    assert (told["figures"], told["areas"]) == (6, 4)
    assert (told["first_period_start"], told["last_period_start"]) == ("2025-12-01", "2026-03-01")


def test_every_form_tells_the_same_figures(callers: Callers) -> None:
    figures = {
        (row["indicator"], row["area"], row["period"]): row["value"]
        for row in callers.values("/values")
        if row["value"] is not None
    }
    of_csv = lines(callers.ask("/values?format=csv").text)
    assert figures == {
        (row["indicator"], row["area"], row["period"]): float(row["value"])
        for row in of_csv
        if row["value"]
    }
    sdmx = lines(callers.ask("/values?format=sdmx-csv").text)
    assert figures == {
        (row["INDICATOR"], row["REF_AREA"][3:], row["TIME_PERIOD"].replace("S", "H")): float(
            row["OBS_VALUE"]
        )
        for row in sdmx
        if row["OBS_VALUE"]
    }
    cube = callers.ask("/values?format=json-stat").json()
    assert figures == {
        (key["indicator"], key["area"], key["period"]): value
        for key, value in told_in(cube, "value")
    }


def told_in(cube: dict[str, Any], what: str) -> list[tuple[dict[str, str], Any]]:
    """Each cell of a cube that tells something, by its categories: as a reader counts them."""
    found = []
    for place, value in cube[what].items():
        number, key = int(place), {}
        for name, size in reversed(list(zip(cube["id"], cube["size"], strict=True))):
            number, category = divmod(number, size)
            key[name] = cube["dimension"][name]["category"]["index"][category]
        found.append((key, value))
    return found


def test_csv_is_harmless_in_a_spreadsheet(callers: Callers) -> None:
    names = {
        row["indicator"]: row["name_vi"]
        for row in lines(callers.ask("/indicators?format=csv").text)
    }
    assert names["inner"] == "'=1+1"
    assert names["births"] == "Tỷ lệ births"


def test_sdmx_says_what_the_sealed_files_say(callers: Callers, tmp_path: Path) -> None:
    warehouse = callers.data.current / "warehouse.duckdb"
    with duckdb.connect(warehouse.as_posix(), read_only=True) as connection:
        content = read_content(connection)
        assert content
        new = NewFolder(tmp_path, None, {})
        write_observations(connection, f"{content.maintainer}:DF_INDICATORS(1.0)", new, "")
    for key in ("births", "nurses", "inner"):
        sealed = gzip.decompress((tmp_path / "data" / f"{key}.csv.gz").read_bytes()).decode()
        asked = [
            callers.ask(f"/values?indicator={key}&format=sdmx-csv{more}").text.splitlines()
            for more in ("", "&breakdown=sex")
        ]
        assert sorted(sealed.splitlines()) == sorted({line for told in asked for line in told})


def test_sdmx_is_read_by_somebody_elses_library(callers: Callers, tmp_path: Path) -> None:
    file = tmp_path / "figures.csv"
    file.write_bytes(callers.ask("/values?indicator=births&format=sdmx-csv").content)
    [dataset] = read_sdmx(file, validate=False).data
    assert dataset.short_urn == "Dataflow=VN_H05:DF_INDICATORS(1.0)"
    told = {
        (row["REF_AREA"], row["TIME_PERIOD"]): row["OBS_STATUS"]
        for row in dataset.data.astype(str).to_dict("records")
    }
    assert told["VN_24", "2026-01"] == "E"
    assert told["VN_00002", "2026-01"] == "O"
    assert ("VN_24", "2026-03") not in told, "not due yet is no observation"


def test_a_cube_tells_zero_from_missing_from_not_asked(callers: Callers) -> None:
    cube = callers.ask("/values?indicator=births&area=24&area=00002&format=json-stat").json()
    assert cube["version"] == "2.0" and cube["class"] == "dataset"
    assert validate_jsonstat(cube)
    assert cube["role"] == {"time": ["period"], "geo": ["area"], "metric": ["indicator"]}
    values = {(key["area"], key["period"]): value for key, value in told_in(cube, "value")}
    states = {(key["area"], key["period"]): state for key, state in told_in(cube, "status")}
    assert values["00002", "2026-03"] == 0.0
    assert ("00002", "2026-01") not in values and states["00002", "2026-01"] == "held"
    assert states["24", "2026-03"] == "not_yet_due"
    assert set(cube["extension"]["status"]["label"]) == set(states.values())


def test_a_cube_is_labelled_in_either_language(callers: Callers) -> None:
    for lang, indicator, area, category, period in (
        ("vi", "Tỷ lệ births", "Tỉnh Bắc Ninh", "Nữ", "02/2026"),
        ("en", "births", "Bac Ninh", "Female", "02/2026"),
    ):
        address = f"/values?breakdown=sex&format=json-stat&lang={lang}"
        dimensions = callers.ask(address).json()["dimension"]
        labels = {key: told["category"]["label"] for key, told in dimensions.items()}
        assert labels["indicator"] == {"births": indicator}
        assert labels["area"] == {"24": area}
        assert labels["breakdown"]["sex-female"] == category
        assert labels["period"] == {"2026-02": period}


def test_a_cube_that_a_reader_could_not_lay_out_is_refused(
    callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "MOST_CELLS", 8)
    problem = refused(callers.ask("/values?format=json-stat"), 400)
    assert "at most 8" in problem["problems"][0]["rule"]


@pytest.mark.parametrize("form", OF_FIGURES)
def test_a_form_is_chosen_by_name_or_by_accept(callers: Callers, form: str) -> None:
    named = callers.ask(f"/values?format={form}")
    accepted = callers.ask("/values", accept=f"text/html, {FORMATS[form]};q=0.8, */*;q=0.1")
    assert named.content == accepted.content
    assert named.headers["Content-Type"] == accepted.headers["Content-Type"] == CONTENT_TYPES[form]


def test_what_cannot_be_had_is_said_with_what_can(callers: Callers) -> None:
    assert "text/csv" in refused(callers.ask("/values", accept="image/png"), 406)["detail"]
    refused(callers.ask("/areas?format=json-stat"), 406)
    refused(callers.ask("/indicators/births", accept="text/csv, */*;q=0"), 406)
    assert choose_format(None, "", OF_FIGURES) == choose_format(None, "*/*", OF_FIGURES) == "json"
    assert choose_format(None, "text/*", OF_FIGURES) == "csv"
    with pytest.raises(Refusal):
        choose_format(None, "text/csv;q=nonsense", OF_FIGURES)


def test_pages_make_up_the_whole(callers: Callers) -> None:
    whole = callers.values("/values")
    address, leafed, pages = "/values?limit=5", [], 0
    while address:
        response = callers.ask(address)
        leafed += response.json()["values"]
        following = response.links.get("next", {}).get("url")
        assert response.json()["next"] == following
        address = urljoin(address, following) if following else ""
        pages += 1
    assert leafed == whole and pages == 3
    last = callers.ask("/values?limit=5&offset=10")
    assert last.links.keys() == {"prev", "first"}
    before = urljoin("/values", last.links["prev"]["url"])
    assert callers.ask(before).json()["values"] == whole[5:10]


def test_an_answer_that_the_caller_has_is_not_told_again(callers: Callers) -> None:
    first = callers.ask("/values?area=24")
    name = first.headers["ETag"]
    assert name.startswith('"1-')
    again = callers.ask("/values?area=24", if_none_match=f'"other", W/{name}')
    assert again.status_code == 304 and again.content == b""
    assert again.headers["ETag"] == name
    others = [
        callers.ask("/values?area=24", "shared"),
        callers.ask("/values?area=00001"),
        callers.ask("/values?area=24&format=csv"),
        callers.ask("/areas"),
    ]
    assert len({name, *(other.headers["ETag"] for other in others)}) == 5
    assert "Authorization" in first.headers["Vary"] and "Accept" in first.headers["Vary"]
    assert first.headers["Cache-Control"].startswith("private")


def test_head_says_what_get_would(callers: Callers) -> None:
    got, head = callers.ask("/values"), callers.ask("/values", method="HEAD")
    assert head.status_code == 200 and head.content == b""
    assert dict(head.headers) == dict(got.headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(callers: Callers, method: str) -> None:
    refused(callers.ask("/values", method=method), 405)


def test_all_that_is_wrong_is_told_at_once(callers: Callers) -> None:
    asked = "/values?limit=0&indicater=births&state=lost&since=yesterday&as_of=2026-02-30&lang=fr"
    problems = refused(callers.ask(asked), 400)["problems"]
    assert {problem["parameter"] for problem in problems} == {
        "limit", "indicater", "state", "since", "as_of", "lang",
    }  # fmt: skip
    assert all(problem["rule"] and problem["remedy"] for problem in problems)
    unknown = refused(callers.ask("/values?indicator=birth&indicator=births&area=1"), 400)
    assert [(one["parameter"], one["value"]) for one in unknown["problems"]] == [
        ("indicator", "birth"),
        ("area", "1"),
    ]


@pytest.mark.parametrize(
    "text", ["births' or true --", "births\x00", "$indicator", "'; drop table areas; --", "%25"]
)
def test_what_comes_from_outside_is_never_sql(callers: Callers, text: str) -> None:
    for parameter in ("indicator", "area", "breakdown", "period", "group"):
        response = callers.ask("/values?" + urlencode({parameter: text}))
        assert response.status_code == 400 or response.json()["values"] == [], parameter
    refused(callers.ask("/indicators/" + quote(text)), 404)
    assert len(callers.values("/areas")) == 4


@pytest.mark.parametrize(
    "asked",
    [
        f"limit={bounds.MOST_ROWS + 1}",
        "offset=-1",
        f"offset={bounds.MOST_SKIPPED + 1}",
        "indicator=" + "a" * 81,
        "&".join(["area=1"] * (bounds.MOST_NAMED + 1)),
    ],
)
def test_a_question_has_bounds(callers: Callers, asked: str) -> None:
    problem = refused(callers.ask(f"/values?{asked}"), 400)
    assert len(str(problem)) < 1_000, "what is told back is short"


def test_an_address_has_bounds_and_leads_somewhere(callers: Callers) -> None:
    refused(callers.ask("/values?area=" + "1" * bounds.LONGEST_ADDRESS), 414)
    refused(callers.ask("/value"), 404)
    refused(callers.ask("/indicators/births/values"), 404)


BUSY = "select sum(a.i * b.i) from range(1000000) a(i), range(100000) b(i)"
HUGE = "select list(i) from range(100000000) t(i)"
ELSEWHERE = {
    "from read_csv('/etc/passwd')": duckdb.PermissionException,
    "copy release.areas to 'elsewhere.csv'": duckdb.PermissionException,
    "attach 'other.duckdb'": duckdb.PermissionException,
    "set memory_limit = '8GB'": duckdb.InvalidInputException,
    "delete from release.areas": duckdb.InvalidInputException,
    "install httpfs": duckdb.PermissionException,
}


def serving(warehouse: Path, seconds: float) -> duckdb.DuckDBPyConnection:
    attach = partial(attach_warehouse, path=warehouse, name="release")
    return serve_database(attach, megabytes=64, seconds=seconds)


def test_the_database_of_a_release_ends_what_takes_too_long_or_too_much(callers: Callers) -> None:
    warehouse = callers.data.current / "warehouse.duckdb"
    with serving(warehouse, 0.5) as connection:
        with pytest.raises(duckdb.InterruptException):
            connection.execute(BUSY).fetchall()
        with pytest.raises((duckdb.InterruptException, duckdb.OutOfMemoryException)):
            connection.execute(HUGE).fetchall()
        assert connection.execute("select 1").fetchall() == [(1,)]


@pytest.mark.parametrize("question", ELSEWHERE)
def test_the_database_of_a_release_reaches_nothing_else(callers: Callers, question: str) -> None:
    warehouse = callers.data.current / "warehouse.duckdb"
    with (
        serving(warehouse, 5) as connection,
        pytest.raises(ELSEWHERE[question]),
    ):
        connection.execute(question).fetchall()


def test_a_question_that_is_ended_is_refused_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    callers = Callers(tmp_path)
    callers.publish()
    assert callers.ask("/values").status_code == 200
    [opened] = callers.application.state.releases._opened

    def end(*_: object) -> None:
        raise duckdb.InterruptException("INTERRUPT")

    monkeypatch.setattr(opened, "cursor", end)
    assert "name indicators" in refused(callers.ask("/values"), 503)["detail"]


def test_too_many_questions_at_once_are_sent_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    callers = Callers(tmp_path)
    callers.publish()
    assert callers.ask("/values").status_code == 200
    monkeypatch.setattr(bounds, "WAITING", 0.01)
    [opened] = callers.application.state.releases._opened
    for _ in range(bounds.AT_ONCE):
        opened._turns.acquire()
    response = callers.ask("/values")
    refused(response, 503)
    assert response.headers["Retry-After"]
    opened._turns.release()
    assert callers.ask("/values").status_code == 200


def test_before_the_first_release_and_where_one_is_broken_nobody_sees_the_inside(
    tmp_path: Path,
) -> None:
    callers = Callers(tmp_path)
    assert "no release yet" in refused(callers.ask("/values"), 503)["detail"]
    warehouse = callers.publish()
    (warehouse.parent / "manifest.json").write_text("{", encoding="utf-8")
    told = refused(callers.ask("/values"), 503)
    assert str(tmp_path) not in str(told) and "log" in told["detail"]
    callers.publish(2)
    assert callers.ask("/values").status_code == 200
    callers.data.tokens.write_text("{", encoding="utf-8")
    assert str(tmp_path) not in str(refused(callers.ask("/values"), 503))


def test_a_fault_is_admitted_and_not_explained(
    callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr("kinhbac.interface.answering.write_csv", fail)
    problem = refused(callers.ask("/values?format=csv"), 500)
    assert "inside" not in str(problem)


def test_a_release_from_before_there_was_something_to_ask_says_so(tmp_path: Path) -> None:
    callers = Callers(tmp_path)
    with write_warehouse(callers.publish()) as connection:
        connection.execute("drop table warnings")
    assert "sealed before" in refused(callers.ask("/warnings"), 503)["detail"]
    assert callers.ask("/values").status_code == 200


def test_a_figure_is_told_to_its_last_digit(tmp_path: Path) -> None:
    callers = Callers(tmp_path)
    exact = 0.1 + 0.2
    callers.publish(indicator_values=[cell("births", exact), cell("births", 1e-9, "00001")])
    assert {row["value"] for row in callers.values("/values")} == {exact, 1e-9}
    assert repr(exact) in callers.ask("/values?format=csv").text
    assert repr(exact) in callers.ask("/values?format=sdmx-csv").text


def test_the_interface_describes_itself(callers: Callers) -> None:
    described = callers.ask("/openapi.json", "open").json()
    assert described["paths"].keys() == {
        "/", "/indicators", "/indicators/{indicator}", "/areas", "/values", "/warnings", "/coverage",
    }  # fmt: skip
    assert all(path.keys() == {"get"} for path in described["paths"].values())
    values = described["paths"]["/values"]["get"]
    names = {parameter["name"] for parameter in values["parameters"]}
    assert {"indicator", "area", "period", "since", "until", "group", "state", "as_of"} <= names
    assert values["responses"]["200"]["content"].keys() == set(FORMATS.values())
    assert values["responses"]["400"]["content"].keys() == {MEDIA_TYPE}
    assert "422" not in values["responses"], "nothing is ever answered so"
    assert values["security"]
