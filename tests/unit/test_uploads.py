"""An agency delivers over HTTP: into its own folder, whole and proven, and reads nobody's."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import anyio
import pytest
from click.testing import CliRunner
from httpx import Response
from starlette.testclient import TestClient

from kinhbac.cli import main
from kinhbac.ingest.landing_zone import find_strays, list_deliveries
from kinhbac.interface.application import make_application
from kinhbac.interface.refusals import Refusal
from kinhbac.interface.tokens import add_token
from kinhbac.interface.uploads import Upload, keep_upload
from tests.conftest import JANUARY, Province, make_tiny
from tests.small_release import AS_OF

PLACE = "/deliveries/clinic/2026-01/2026-02-03_a.csv"
CONTENT = JANUARY.encode()


def digest_of(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(sha256(content).digest()).decode()}:"


class Agency:
    """Somebody with a token of SYT, before the interface of a data folder."""

    def __init__(self, province: Province) -> None:
        self.data = data = province.data
        data.root.mkdir(parents=True, exist_ok=True)
        self.token = add_token(data.tokens, "health", "internal", AS_OF, "SYT")
        application = make_application(data, province.sources)
        self.client = TestClient(application, raise_server_exceptions=False)

    def put(self, place: str, content: bytes, **head: str) -> Response:
        given = {"Authorization": f"Bearer {self.token}", "Content-Digest": digest_of(content)}
        return self.client.put(place, content=content, headers={**given, **head})

    @property
    def files(self) -> list[str]:
        below = (path for path in self.data.landing.rglob("*") if not path.is_dir())
        return sorted(path.relative_to(self.data.landing).as_posix() for path in below)


@pytest.fixture
def agency(tmp_path: Path) -> Agency:
    return Agency(make_tiny(tmp_path))


def test_a_delivery_lies_in_the_folder_of_its_agency_and_the_night_takes_it_in(
    tmp_path: Path,
) -> None:
    province: Province = make_tiny(tmp_path)
    province.data = replace(province.data, rest=60)
    agency = Agency(province)
    answer = agency.put(PLACE, CONTENT)
    assert answer.status_code == 201
    assert answer.json()["sha256"] == sha256(CONTENT).hexdigest()
    assert agency.files == ["SYT/clinic/2026-01/2026-02-03_a.csv"]
    assert [*list_deliveries(province.data.landing / "SYT" / "clinic")]
    assert not find_strays(province.registry, province.data)
    assert province.receive().accepted == 1  # it was proven to be whole, and waits for nothing


def test_what_is_written_over_an_upload_rests_like_any_other(tmp_path: Path) -> None:
    province: Province = make_tiny(tmp_path)
    province.data = replace(province.data, rest=60)
    agency = Agency(province)
    agency.put(PLACE, CONTENT)
    [landed] = agency.files
    (province.data.landing / landed).write_bytes(CONTENT[:-4])
    assert province.receive().accepted == 0


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (PLACE, "clinic» belongs to SYT, and STC delivers it"),
        ("/deliveries/clinic/2026-01/1999-01-01_a.csv", "belonged to nobody, and STC delivers it"),
        ("/deliveries/clinic/2026-01/2999-01-01_a.csv", "belongs to SYT"),
        ("/deliveries/clinic/2026-01/2026-02-30_a.csv", "belongs to SYT"),
    ],
)
def test_who_delivers_the_source_of_another_is_refused_before_a_byte_is_taken(
    agency: Agency, place: str, told: str
) -> None:
    agency.token = add_token(agency.data.tokens, "finance", "internal", AS_OF, "STC")
    refused = agency.put(place, CONTENT)
    assert refused.status_code == 403
    assert told in refused.json()["detail"] and "Remedy: send it to" in refused.json()["detail"]
    vietnamese = agency.put(place, CONTENT, **{"Accept-Language": "vi"}).json()["detail"]
    assert "mỗi cơ quan chỉ gửi" in vietnamese and "source" not in vietnamese
    assert agency.files == []


def test_whose_a_source_is_says_the_registry_as_it_stands(agency: Agency, tmp_path: Path) -> None:
    declared = tmp_path / "sources" / "clinic" / "source.yml"
    before = declared.read_text()
    declared.write_text(before.replace("SYT", "STC"))
    assert agency.put(PLACE, CONTENT).status_code == 403
    declared.write_text("source: [")
    refused = agency.put(PLACE, CONTENT)
    assert refused.status_code == 503 and "registry" in refused.json()["detail"]
    assert agency.put("/deliveries/nobodys/2026-01/a.csv", CONTENT).status_code == 503
    declared.write_text(before)
    assert agency.put("/deliveries/nobodys/2026-01/a.csv", CONTENT).status_code == 400
    assert agency.put(PLACE, CONTENT).status_code == 201


def test_sent_twice_it_lies_there_once_and_nothing_is_replaced(agency: Agency) -> None:
    agency.put(PLACE, CONTENT)
    assert agency.put(PLACE, CONTENT).status_code == 200
    refused = agency.put(PLACE, b"other\n")
    assert refused.status_code == 409
    assert "Remedy" in refused.json()["detail"]
    [kept] = agency.files
    assert (agency.data.landing / kept).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ({"Content-Digest": digest_of(b"other")}, 400),
        ({"Content-Digest": ""}, 400),
        ({"Content-Digest": "md5=:abc=:"}, 400),
        ({"Content-Length": "x"}, 411),
        ({"Content-Length": "99999999999999"}, 413),
        ({"Content-Length": str(len(CONTENT) + 1)}, 400),
        ({"Content-Length": "3"}, 400),
        ({"Authorization": "Bearer kinhbac_nobody"}, 401),
    ],
)
def test_what_is_not_as_promised_leaves_nothing(
    agency: Agency, head: dict[str, str], status: int
) -> None:
    assert agency.put(PLACE, CONTENT, **head).status_code == status
    assert agency.files == []


@pytest.mark.parametrize(
    "place",
    [
        "clinic/2026-13/a.csv",
        "../2026-01/a.csv",
        "Clinic/2026-01/a.csv",
        "clinic/2026-01/a.csv.part",
        "clinic/2026-01/.hidden",
        "clinic/2026-01/a%0Ab.csv",
        "clinic/2026-01/a%2Fb.csv",
        "clinic/2026-01/..%2F..%2F..%2Fx",
        "clinic/2026-01/" + "a" * 200,
    ],
)
def test_a_file_goes_nowhere_else(agency: Agency, place: str) -> None:
    assert agency.put(f"/deliveries/{place}", CONTENT).status_code in (400, 404, 405)
    assert agency.files == []


def test_no_link_is_followed(agency: Agency, tmp_path: Path) -> None:
    (outside := tmp_path / "outside").mkdir()
    agency.data.landing.mkdir()
    (agency.data.landing / "SYT").symlink_to(outside)
    assert agency.put(PLACE, CONTENT).status_code == 503
    assert not [*outside.iterdir()]


def test_who_reads_delivers_nothing_and_who_delivers_reads_nothing(agency: Agency) -> None:
    reader = add_token(agency.data.tokens, "ioc", "internal", AS_OF)
    assert agency.put(PLACE, CONTENT, Authorization=f"Bearer {reader}").status_code == 403
    assert agency.client.put(PLACE, content=CONTENT).status_code == 401
    agency.put(PLACE, CONTENT)
    own = {"Authorization": f"Bearer {agency.token}"}
    assert agency.client.get(PLACE, headers=own).status_code == 405
    assert agency.client.get("/warnings", headers=own).status_code in (401, 403)


def test_a_sender_who_falls_silent_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kinhbac.interface.uploads.STALLED", 0.01)
    digest = sha256(CONTENT).hexdigest()
    upload = Upload("SYT", "clinic", "2026-01", "a.csv", len(CONTENT), digest)

    async def silent() -> AsyncIterator[bytes]:
        yield CONTENT[:5]
        await anyio.sleep(60)

    with pytest.raises(Refusal, match="Nothing came"):
        anyio.run(keep_upload, tmp_path, upload, silent())
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_command_gives_a_token_to_agencies_that_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINHBAC_DATA", str(tmp_path))
    ask = CliRunner().invoke
    assert ask(main, ["token", "add", "x", "--agency", "NOBODY"]).exit_code == 2
    assert ask(main, ["token", "add", "x", "--agency", "SYT"]).output.startswith("kinhbac_")
    [_, told] = ask(main, ["token", "list"]).output.splitlines()
    assert told.split()[:3] == ["x", "open", "SYT"]
