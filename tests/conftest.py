"""Tiny sectors with numbers that a person can check by hand, and the nights that tests share.

Past 200 lines by the files of the tiny registry.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock
from hypothesis import settings

from kinhbac.checks import acceptance, dbt_run
from kinhbac.data_folder import PROJECT, DataFolder
from kinhbac.ingest.ledger import read_entries
from kinhbac.ingest.ledger_tables import write_ledger
from kinhbac.ingest.reception import Reception, receive
from kinhbac.loading import keep_what_loads
from kinhbac.night import COMPUTING, PUBLISHING, Night, run
from kinhbac.registry import Registry, load_registry
from kinhbac.release.releases import Release, current_release
from tests.ready import DBT, EXPECTATIONS, kept_ready
from tests.straight import Compiled, StraightNight, compile_project

# Speed is shown by bench/; on a busy machine an example takes as long as it takes.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# The command line speaks to a terminal in its language: what tests read is English where they do not
# ask for Vietnamese, on whatever machine they run.
os.environ["LANG"] = "en"
os.environ.pop("LC_ALL", None)
os.environ.pop("LC_MESSAGES", None)

SHARED = PROJECT.parent / "shared"
AS_OF = date(2026, 3, 20)

AGENCIES = """\
SYT: {name: {vi: Sở Y tế, en: Department of Health}, kind: department}
STC: {name: {vi: Sở Tài chính, en: Department of Finance}, kind: department}
"""
VOCABULARY = """\
sectors: {health: {vi: Y tế, en: Health}}
units:
  percent: {vi: "%", en: "%"}
  person: {vi: người, en: persons}
  point: {vi: điểm, en: points}
"""
AREAS = """\
area,kind,code,name_vi,name_en,parent,valid_from,valid_to
24,province,24,Tỉnh Bắc Ninh,Bac Ninh,,2025-07-01,
00001,commune,00001,Xã Một,One,24,2025-07-01,
00002,commune,00002,Xã Hai,Two,24,2025-07-01,
former-24,former_province,24,Bắc Giang,Bac Giang,,,2025-06-30
"""
SUCCESSIONS = "predecessor,successor,share_of,share\nformer-24,24,,1\n"
PROCESS = """\
steps:
  listed: {name: {vi: Lập danh mục, en: Listed}}
  issued: {name: {vi: Ban hành, en: Issued}, requires: [formula], published: true}
"""
METHODS = """\
points:
  name: {vi: Chấm điểm, en: Points}
  based_on: the tests
  normalise: {by: score}
"""
GROUPS = "grouping,area,area_group\n"
CODES = "code_system,code,area,valid_from,valid_to\norganisation,H05,24,2025-07-01,\n"
CLINIC = """\
source: clinic
name: {vi: Trạm y tế, en: Clinics}
sector: health
owner: [{agency: SYT, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month, expected_from: 2025-01, due_days: 5, missing: ["-"]}
table: {area: {column: Ma, codes_as_of: 2025-07-01}, ignored: [Ten], personal: [SoDinhDanh]}
data_elements:
  births: {name: {vi: Số sinh, en: Births}, unit: person, column: Sinh, over_time: sum,
           over_areas: sum, whole: true, min: 0, max: 1000}
  births_at_clinic: {name: {vi: Sinh tại trạm, en: At clinic}, unit: person, column: Tram,
                     over_time: sum, over_areas: sum, min: 0}
"""
SCHOOL = """\
source: school
name: {vi: Trường học, en: Schools}
sector: health
owner: [{agency: STC, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month, expected_from: 2026-01, due_days: 5}
table: {area: {column: Ma, codes_as_of: 2025-07-01}}
data_elements:
  pupils: {name: {vi: Số học sinh, en: Pupils}, unit: person, column: Học sinh, over_time: last,
           over_areas: sum}
"""
PUPILS = """\
pupils_at_school:
  name: {vi: Số học sinh, en: Pupils}
  group: input
  purpose: Shows how many places are needed.
  numerator: pupils
  unit: person
  frequency: month
  direction: neutral
"""
INDICATORS = """\
clinic_birth_rate:
  name: {vi: Tỷ lệ sinh tại trạm, en: Births at clinics}
  group: process
  purpose: Shows where mothers are far from help.
  numerator: births_at_clinic
  denominator: births
  scale: 100
  unit: percent
  frequency: month
  direction: higher_is_better
  warn: {yellow: 80, red: 50}
births_to_date:
  name: {vi: Số sinh lũy kế, en: Births to date}
  group: input
  purpose: Shows the load on clinics.
  numerator: births
  unit: person
  frequency: month
  over: year_to_date
  direction: neutral
births_growth:
  name: {vi: Tăng số sinh, en: Growth of births}
  group: impact
  purpose: Shows the trend of births.
  numerator: {births: 1, previous_year(births): -1}
  denominator: previous_year(births)
  scale: 100
  unit: percent
  frequency: month
  direction: neutral
clinic_points:
  name: {vi: Điểm trạm, en: Clinic points}
  group: composite
  purpose: Points for clinics, at most ten.
  components: {clinic_birth_rate: {max: 10, target: 80, empty_denominator: full}}
  method: points
  round: 2
  unit: point
  frequency: month
  direction: higher_is_better
clinic_total:
  name: {vi: Tổng điểm, en: Total points}
  group: composite
  purpose: Twice the points of clinics.
  components: {clinic_points: 2}
  unit: point
  frequency: month
  direction: higher_is_better
"""
TOP = """\
clinic_level:
  name: {vi: Mức trạm, en: Level of clinics}
  group: composite
  purpose: Three times the total of clinics.
  components: {clinic_total: 3}
  unit: point
  frequency: month
  direction: higher_is_better
"""
LARGEST = """\
most_births:
  name: {vi: Số sinh cao nhất, en: Most births}
  group: input
  purpose: Shows where most births are.
  numerator: [{of: births, over_areas: max}]
  unit: person
  frequency: month
  direction: neutral
"""
REGISTER = """\
source: register
name: {vi: Hộ tịch, en: Civil register}
sector: health
owner: [{agency: STC, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month}
table: {area: {column: Ma, codes_as_of: 2025-07-01}}
comparisons: {births: {column: Khai sinh}}
"""
NEEDS = """\
jobs: {name: {vi: Việc làm, en: Jobs}, asked_by: STC, group: impact, sector: health,
       operations_centre: true}
"""
PUBLICATION = """\
name: {vi: Danh mục, en: Catalogue}
description: {vi: Chỉ số của tỉnh, en: Indicators of the province}
publisher: SYT
address: https://data.example/
area: "24"
licences: {free: {name: {vi: Tự do, en: Free}}, closed: {name: {vi: Nội bộ, en: Internal}}}
licence: {open: free, internal: closed}
"""
JANUARY = "Ma,Ten,Sinh,Tram\n00001,Một,10,9\n00002,Hai,30,3\n"
FEBRUARY = "Ma,Ten,Sinh,Tram\n00001,Một,0,0\n00002,Hai,20,-\n"
ENROLLED = "Ma,Học sinh\n00001,100\n00002,250\n"
LAST_JANUARY = "Ma,Ten,Sinh,Tram\n00001,Một,8,8\n00002,Hai,24,12\n"


@dataclass
class Province:
    """A registry, a data folder, and the road between them. Its nights are dbt's, or go straight
    through ``project``, which is compiled."""

    sources: Path
    data: DataFolder
    as_of: date = AS_OF
    project: Compiled | None = None

    @property
    def registry(self) -> Registry:
        return load_registry(self.sources)

    def write(self, name: str, text: str) -> None:
        path = self.sources / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def land(self, place: str, content: str | bytes) -> Path:
        path = self.data.landing / place
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            # As programs write it; a file that is cut off is laid down as bytes.
            cut = path.suffix == ".csv" and content and not content.endswith("\n")
            content = f"{content}\n".encode() if cut else content.encode()
        path.write_bytes(content)
        return path

    def receive(self, source: str = "clinic") -> Reception:
        return receive(self.registry, self.data, source, self.as_of)

    def ledger(self) -> list[dict[str, object]]:
        registry = self.registry
        entries = [e for key in registry.sources for e in read_entries(registry, self.data, key)]
        return write_ledger(entries, registry, self.data).to_dicts()

    def night(self, asked: bool = True) -> Night:
        """The night of this day; few extracts are read sooner than a second process starts. One
        that goes straight may leave its tests unasked."""
        given = (self.registry, self.data, self.as_of)
        if self.project:
            return StraightNight(
                *given, workers=1, examined=False, project=self.project, asked=asked
            )
        return Night(*given, workers=1, examined=False)

    def build(self) -> None:
        """A night's steps up to the candidate and what its tests said, which one that goes
        straight is asked when it publishes."""
        run(self.night(asked=False), COMPUTING)

    def publish(self) -> Release:
        """A night's steps up to the release, which is returned."""
        run(self.night(), COMPUTING)
        run(self.night(), PUBLISHING)
        release = current_release(self.data)
        assert release is not None
        return release

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.data.candidate.as_posix(), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def write_tiny_registry(province: Province) -> None:
    for name, text in {
        "agencies.yml": AGENCIES,
        "vocabulary.yml": VOCABULARY,
        "areas.csv": AREAS,
        "area_codes.csv": CODES,
        "area_successions.csv": SUCCESSIONS,
        "process.yml": PROCESS,
        "rounds.yml": "{}\n",
        "needs.yml": "{}\n",
        "methods.yml": METHODS,
        "area_groups.csv": GROUPS,
        "clinic/source.yml": CLINIC,
        "clinic/indicators.yml": INDICATORS,
    }.items():
        province.write(name, text)


@pytest.fixture(autouse=True)
def rights_of_new_files() -> Iterator[None]:
    """What one test's night takes from others (``kinhbac.rights``) is not taken in the next."""
    os.umask(0o022)
    yield
    os.umask(0o022)


@pytest.fixture
def province(tmp_path: Path) -> Province:
    made = in_folder(tmp_path)
    write_tiny_registry(made)
    return made


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What test files import stays to the end: no later look for garbage goes through it again."""
    with keep_what_loads():
        return (yield)


AS_A_NIGHT_DOES = {dbt_run: dbt_run.PROCESS, acceptance: acceptance.PROCESS}
"""How dbt and Great Expectations are started, by the module that does."""
Share = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def ready() -> Iterator[None]:
    """Nights of this process start dbt and Great Expectations where these are loaded already."""
    with (
        tempfile.TemporaryDirectory() as folder,  # the address of a socket must be short
        kept_ready(DBT, Path(folder)) as dbt,
        kept_ready(EXPECTATIONS, Path(folder)) as expectations,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(dbt_run, "PROCESS", dbt)
        patch.setattr(acceptance, "PROCESS", expectations)
        yield


@pytest.fixture
def as_a_night_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are started anew, as nothing of them is loaded."""
    for module, process in AS_A_NIGHT_DOES.items():
        monkeypatch.setattr(module, "PROCESS", process)


@pytest.fixture(scope="session")
def share(tmp_path_factory: pytest.TempPathFactory, worker_id: str, ready: None) -> Share:
    """A folder that the first worker to ask makes, for all to read or copy: a night takes long."""
    base = tmp_path_factory.getbasetemp()
    root = base if worker_id == "master" else base.parent

    def once(name: str, make: Callable[[Path], object]) -> Path:
        folder = root / f"shared-{name}"
        with FileLock(folder.with_suffix(".lock")):
            if not (folder / "made").exists():
                make(folder)
                (folder / "made").touch()
        return folder

    return once


@pytest.fixture(scope="session")
def project(share: Share) -> Compiled:
    """The dbt project, compiled once for every night that goes straight."""
    return Compiled(share("compiled", compile_tiny))


def in_folder(root: Path, project: Compiled | None = None) -> Province:
    return Province(root / "sources", DataFolder(root / "data"), project=project)


def make_tiny(root: Path) -> Province:
    """The tiny province, whose extracts name no person."""
    made = in_folder(root)
    write_tiny_registry(made)
    made.write("clinic/source.yml", CLINIC.replace(", personal: [SoDinhDanh]", ""))
    return made


def compile_tiny(folder: Path) -> None:
    """Everything that a model is compiled with: an extract of every kind, two for one period,
    three levels of composites, figures of units."""
    made = make_tiny(folder / "province")
    made.write("clinic/indicators.yml", INDICATORS + TOP + LARGEST)
    made.write("register/source.yml", REGISTER)
    made.land("clinic/2026-01/2026-02-03_a.csv", LAST_JANUARY)
    made.land("clinic/2026-01/2026-02-04_b.csv", JANUARY)
    made.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)
    made.land("register/2026-01/2026-02-03_a.csv", "Ma,Khai sinh\n00001,10\n")
    run(made.night(), (step for step in COMPUTING if step.name != "warehouse"))
    compile_project(made.data, folder)


def _compute(root: Path, project: Compiled) -> None:
    made = make_tiny(root)
    made.project = project
    made.land("clinic/2025-01/2025-07-21_a.csv", LAST_JANUARY)
    made.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    made.land("clinic/2026-02/2026-03-03_a.csv", FEBRUARY)
    made.write("needs.yml", NEEDS)
    made.publish()


def _publish(root: Path) -> None:
    made = make_tiny(root)
    made.write("school/source.yml", SCHOOL)
    made.write("school/indicators.yml", PUPILS)
    made.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    made.land("school/2026-01/2026-02-04_a.csv", ENROLLED)
    made.publish()


@pytest.fixture(scope="session")
def computed(share: Share, project: Compiled) -> Province:
    """The tiny province, three months published and a need unanswered; to be read only."""
    return in_folder(share("computed", lambda root: _compute(root, project)))


@pytest.fixture
def published(share: Share, tmp_path: Path) -> Province:
    """A copy of the tiny province with a second source, on which other indicators rest, after its
    first night, which was dbt's: January is release 1."""
    folder = share("published", _publish)
    for part in ("sources", "data"):
        shutil.copytree(folder / part, tmp_path / part, symlinks=True)
    return in_folder(tmp_path)


@pytest.fixture(scope="session")
def shared() -> Path:
    # Other people's published tables may be read here and not be copied into the project, so a
    # checkout without them cannot ask these questions; it must not pretend that it did.
    if not SHARED.exists():
        pytest.skip("../shared with the published tables is not beside this checkout")
    return SHARED


@pytest.fixture
def edit(province: Province) -> Callable[[str, str, str], None]:
    def replace(name: str, old: str, new: str) -> None:
        text = (province.sources / name).read_text(encoding="utf-8")
        assert old in text
        province.write(name, text.replace(old, new))

    return replace
