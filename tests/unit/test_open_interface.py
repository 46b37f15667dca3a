"""Who shows no token is answered from the open edition, and from nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from starlette.testclient import TestClient

from kinhbac.data_folder import DataFolder
from kinhbac.interface import bounds
from kinhbac.interface.application import make_application
from tests.asked import Callers
from tests.conftest import Province, Share, in_folder
from tests.opened import OPEN, SEXES, declare, parted, publish, publish_once, release_of, tables
from tests.small_release import cell

SEXES_VI = {f"sex-{key}": vi for key, (vi, _) in sorted(SEXES.items())}
SEXES_EN = {f"sex-{key}": en for key, (_, en) in sorted(SEXES.items())}


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    made = in_folder(tmp_path_factory.mktemp("open"))
    declare(made)
    release_of(made, 1, tables(breakdown_values=[parted("male", 5.0), parted("female", 25.0)]))
    publish(made)
    return made


@pytest.fixture(scope="module")
def anybody(province: Province) -> TestClient:
    return TestClient(make_application(province.data))


def test_anybody_is_told_what_the_open_edition_tells(
    province: Province, anybody: TestClient
) -> None:
    response = anybody.get("/values")
    assert response.headers["Kinhbac-Edition"] == "open"
    assert response.headers["Cache-Control"].startswith("public")
    told = response.json()["values"]
    assert {row["indicator"] for row in told} == OPEN
    for key in OPEN:
        sealed = pl.read_parquet(province.data.open / "data" / f"{key}.parquet")
        whole = sealed.filter(pl.col("breakdown") == "_T")
        of_one = [row for row in told if row["indicator"] == key]
        for column in ("area", "period", "value", "state", "vintage"):
            assert [row[column] for row in of_one] == whole[column].to_list(), column
    assert {row["state"] for row in told} == {"value", "missing"}, (
        "held and late are missing outside"
    )
    assert all(row["reason"] is row["last_good_value"] is row["target"] is None for row in told)
    parts = anybody.get("/values?breakdown=sex").json()["values"]
    assert {row["category"]: row["value"] for row in parts} == {"male": 5.0, "female": 25.0}


def test_what_is_closed_or_simulated_is_not_there_for_anybody(anybody: TestClient) -> None:
    assert {row["indicator"] for row in anybody.get("/indicators").json()["indicators"]} == OPEN
    for key in ("staff_absent", "demo_births"):
        assert anybody.get(f"/indicators/{key}").status_code == 404
        assert anybody.get(f"/values?indicator={key}").status_code == 400
    for address in ("/warnings", "/coverage", "/values?as_of=2026-03-20"):
        refused = anybody.get(address)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("form", ["csv", "sdmx-csv", "json-stat"])
def test_every_form_is_there_for_anybody(anybody: TestClient, form: str) -> None:
    told = anybody.get(f"/values?format={form}")
    assert told.status_code == 200
    assert "staff_absent" not in told.text and "born_at_clinics" in told.text
    if form == "sdmx-csv":
        assert told.text.splitlines()[1].startswith("dataflow,VN_H05:DF_INDICATORS(1.0),I,M,")


@pytest.mark.parametrize(("lang", "names"), [("vi", SEXES_VI), ("en", SEXES_EN)])
def test_a_cube_says_what_categories_are_called(
    anybody: TestClient, lang: str, names: dict[str, str]
) -> None:
    cube = anybody.get(f"/values?breakdown=sex&format=json-stat&lang={lang}").json()
    assert cube["dimension"]["breakdown"]["category"]["label"] == names


def test_an_edition_from_before_categories_were_listed_still_answers(
    tmp_path: Path, share: Share
) -> None:
    shutil.copytree(share("opened", publish_once), tmp_path / "province", symlinks=True)
    data = DataFolder(tmp_path / "province" / "data")
    path = data.open.resolve() / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.unlink()
    for form in ("csv", "parquet"):
        del manifest["files"][f"data/_categories.{form}"]
        (path.parent / "data" / f"_categories.{form}").unlink()
    path.write_text(json.dumps(manifest), encoding="utf-8")
    cube = TestClient(make_application(data)).get("/values?breakdown=sex&format=json-stat").json()
    labels = cube["dimension"]["breakdown"]["category"]["label"]
    assert labels == {key: key for key in SEXES_VI}


def test_one_open_indicator_and_the_areas_are_described(anybody: TestClient) -> None:
    told = anybody.get("/indicators/born").json()["indicator"]
    assert (told["access"], told["figures"], told["areas"]) == ("open", 4, 3)
    assert {row["area"] for row in anybody.get("/areas").json()["areas"]} == {
        "24", "00001", "00002",
    }  # fmt: skip
    assert anybody.get("/").json()["release"]["release"] == 1


def test_a_release_whose_opening_is_refused_opens_nothing(tmp_path: Path) -> None:
    """The proof would not let the figures of release 2 out: anybody sees those of edition 1."""
    made = in_folder(tmp_path)
    declare(made)
    release_of(made, 1, tables())
    publish(made)
    anybody = TestClient(make_application(made.data))
    before = anybody.get("/values")
    release_of(made, 2, tables(indicator_values=[cell("born", 31.0)]))
    after = anybody.get("/values")
    assert after.content == before.content
    assert after.headers["ETag"] == before.headers["ETag"]
    publish(made)
    told = anybody.get("/values").json()
    assert (told["release"], [row["value"] for row in told["values"]]) == (2, [31.0])


@pytest.mark.parametrize(
    ("file", "content", "asked"),
    [
        ("data/born.parquet", None, "/values"),
        ("data/_areas.parquet", b"PAR1", "/areas"),
        ("sdmx/data/born.csv.gz", b"x", "/values?format=sdmx-csv"),
        ("manifest.json", b"{}", "/"),
    ],
)
def test_an_edition_that_was_damaged_answers_nothing_and_tells_the_log(
    file: str, content: bytes | None, asked: str, tmp_path: Path, share: Share,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    shutil.copytree(share("opened", publish_once), tmp_path / "province", symlinks=True)
    data = DataFolder(tmp_path / "province" / "data")
    path = data.open.resolve() / file
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    told = TestClient(make_application(data)).get(asked)
    assert told.status_code == 503 and "log" in told.json()["detail"]
    [record] = caplog.records
    assert record.exc_info is None and "Remedy" in record.getMessage()


def test_an_edition_without_sdmx_has_the_other_forms(tmp_path: Path, share: Share) -> None:
    shutil.copytree(share("opened", publish_once), tmp_path / "province", symlinks=True)
    data = DataFolder(tmp_path / "province" / "data")
    shutil.rmtree(data.open.resolve() / "sdmx")
    anybody = TestClient(make_application(data))
    assert anybody.get("/values?format=sdmx-csv").status_code == 503
    assert anybody.get("/values?format=csv").status_code == 200


def test_what_is_taken_back_is_told_to_nobody_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = in_folder(tmp_path)
    declare(made)
    release_of(made, 1, tables())
    publish(made)
    application = make_application(made.data)
    anybody = TestClient(application)
    following = anybody.get("/values?limit=1").links["next"]["url"]
    made.data.open.unlink()
    assert anybody.get("/values").status_code == 401
    assert anybody.get("/values" + following).status_code == 401
    monkeypatch.setattr(bounds, "KEPT", -1)
    application.state.editions.tidy()
    assert application.state.editions.numbers == []


def test_where_nothing_is_open_a_token_is_asked_for(tmp_path: Path) -> None:
    callers = Callers(tmp_path)
    callers.publish()
    refused = callers.ask("/values", "open")
    assert refused.status_code == 401 and "Nothing is open" in refused.json()["detail"]
    assert callers.ask("/values", "shared").status_code == 200
    assert callers.ask("/openapi.json", "open").status_code == 200
