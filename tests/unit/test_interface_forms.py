"""Every form of an answer says the same, in pages and only once; others' readers take it.

Past 200 lines: a question a form.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import duckdb
import pytest
from jsonstat_validator import validate_jsonstat
from pysdmx.io import read_sdmx

from kinhbac.exchange.sdmx.content import read_content
from kinhbac.exchange.sdmx.observations import write_observations
from kinhbac.interface import bounds
from kinhbac.interface.formats import CONTENT_TYPES, FORMATS, OF_FIGURES, choose_format
from kinhbac.interface.refusals import Refusal
from kinhbac.taken_over import NewFolder
from tests.asked import Callers, lines, refused


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
        new = NewFolder(tmp_path)
        dataflow = f"{content.maintainer}:DF_INDICATORS(1.0)"
        write_observations(connection, dataflow, new, "")
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
