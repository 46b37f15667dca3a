"""One data – one source – one owner: every way to break it, at each of the four places.

Past 200 lines because the rule is one, and the places are read against each other.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from kinhbac.checks.acceptance import Verdict
from kinhbac.checks.proof import PROOFS, prove_rule
from kinhbac.ingest.landed_names import LandedNames
from kinhbac.ingest.landing_zone import find_strays
from kinhbac.problems import ProblemsFound
from kinhbac.release import publication as release_module
from kinhbac.release.publication import PublicationRefused, publish
from kinhbac.release.releases import current_release
from tests.conftest import JANUARY, SCHOOL, Province
from tests.straight import Compiled

Edit = Callable[[str, str, str], None]


@pytest.fixture
def two_sources(province: Province, edit: Edit) -> Province:
    edit("clinic/source.yml", ", personal: [SoDinhDanh]", "")
    province.write("school/source.yml", SCHOOL)
    return province


def bytes_below(folder: Path) -> str:
    """A digest of every file that readers of ``current`` can see."""
    digest = sha256()
    for path in sorted(folder.resolve().rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder.resolve()).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


# The first place: the registry.


@pytest.mark.parametrize(
    ("owners", "found"),
    [
        ("[{agency: SYT, from: 2025-07-01, to: 2026-01-31}]", "nobody owns the source after"),
        (
            "[{agency: SYT, from: 2025-07-01}, {agency: STC, from: 2025-07-01}]",
            "both begin on 2025-07-01",
        ),
        (
            "[{agency: SYT, from: 2025-07-01, to: 2025-12-31}, {agency: STC, from: 2026-01-02}]",
            "a gap between SYT (to 2025-12-31) and STC (from 2026-01-02)",
        ),
        ("[{agency: NOBODY, from: 2025-07-01}]", "unknown agency «NOBODY»"),
        ("[]", "at least 1 item"),
    ],
)
def test_the_registry_refuses_owners_that_gap_or_overlap(
    two_sources: Province, owners: str, found: str
) -> None:
    two_sources.write(
        "school/source.yml", SCHOOL.replace("[{agency: STC, from: 2025-07-01}]", owners)
    )
    with pytest.raises(ProblemsFound) as refused:
        _ = two_sources.registry
    assert found in str(refused.value) and "sources/school/source.yml:" in str(refused.value)


def test_the_registry_refuses_an_element_of_two_sources(two_sources: Province) -> None:
    two_sources.write("school/source.yml", SCHOOL.replace("pupils:", "births:"))
    with pytest.raises(ProblemsFound, match="a data element comes from exactly one source"):
        _ = two_sources.registry


def test_the_registry_refuses_a_source_of_record_that_also_compares(two_sources: Province) -> None:
    two_sources.write("school/source.yml", SCHOOL + "comparisons: {births: {column: Sinh}}\n")
    with pytest.raises(ProblemsFound, match="or «comparisons»"):
        _ = two_sources.registry


def test_a_hand_over_leaves_past_values_with_their_owner(two_sources: Province, edit: Edit) -> None:
    edit(
        "clinic/source.yml",
        "[{agency: SYT, from: 2025-07-01}]",
        "[{agency: SYT, from: 2025-07-01, to: 2026-02-15}, {agency: STC, from: 2026-02-16}]",
    )
    two_sources.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    two_sources.land("clinic/2026-02/2026-03-03_a.csv", JANUARY)
    two_sources.receive()
    owners = {row["period"]: row["owner"] for row in two_sources.ledger()}
    assert owners == {"2026-01": "SYT", "2026-02": "STC"}


# The second place: the door.


def refusal(province: Province, source: str = "clinic") -> str:
    reception = province.receive(source)
    assert (reception.accepted, reception.refused) == (0, 1)
    assert [row["standing"] for row in province.ledger()] == ["refused"]
    return "\n".join(str(problem) for problem in reception.problems)


def test_a_column_that_another_source_owns_names_its_owner(two_sources: Province) -> None:
    two_sources.land(
        "clinic/2026-01/2026-02-03_a.csv",
        "Ma,Ten,Sinh,Tram,Học sinh\n00001,Một,10,9,500\n00002,Hai,30,3,700\n",
    )
    text = refusal(two_sources)
    assert "«pupils» of the source «school», owned by STC (Sở Tài chính)" in text
    assert "leave the column out; its owner delivers it" in text


def test_a_delivery_folder_of_another_agency_is_refused(two_sources: Province) -> None:
    landed = two_sources.land("STC/clinic/2026-01/2026-02-03_a.csv", JANUARY)
    text = refusal(two_sources)
    assert "STC delivered it" in text
    assert "belongs to SYT (Sở Y tế), and to nobody else" in text
    assert landed.exists()


def test_the_owners_delivery_folder_is_accepted(two_sources: Province) -> None:
    two_sources.land("SYT/clinic/2026-01/2026-02-03_a.csv", JANUARY)
    assert two_sources.receive().accepted == 1


def test_the_same_file_sent_by_a_stranger_first_still_counts_from_its_owner(
    two_sources: Province,
) -> None:
    two_sources.land("STC/clinic/2026-01/2026-02-01_a.csv", JANUARY)
    refusal(two_sources)
    two_sources.land("SYT/clinic/2026-01/2026-02-03_a.csv", JANUARY)
    assert two_sources.receive().accepted == 1
    assert [row["delivered_by"] for row in two_sources.ledger()] == ["SYT"]


@pytest.mark.parametrize(
    ("manifest", "found"),
    [
        ("agency: STC\n", "STC delivered it"),
        ("agency: SYT\nvintage: certain\n", "vintage"),
        (f"sha256: {'0' * 64}\n", "the manifest says"),
        ("bytes: 1\n", "the manifest says 1, the delivery 49"),
        ("bytes: 0\n", "the manifest says 0, the delivery 49"),
        ("agency: SYT\nsignature: x\n", "remove it, or correct its spelling"),
        ("note: &a [1]\nagency: *a\n", "anchors and aliases are not read"),
        ("x" * 10_001, "a manifest has at most 10,000"),
    ],
)
def test_a_manifest_that_is_wrong_refuses_the_file(
    two_sources: Province, manifest: str, found: str
) -> None:
    two_sources.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    two_sources.land("clinic/2026-01/2026-02-03_a.csv.manifest.yml", manifest)
    assert found in refusal(two_sources)


@pytest.mark.parametrize(
    ("mandate", "place", "found"),
    [
        ("{areas: [00001]}", "2026-01/2026-02-03_a.csv", "outside the mandate of «clinic»"),
        ("{from: 2026-02}", "2026-01/2026-02-03_a.csv", "speaks for periods from 2026-02"),
        ("{to: 2025-12}", "2026-01/2026-02-03_a.csv", "to 2025-12"),
    ],
)
def test_areas_and_periods_outside_the_mandate_are_refused(
    two_sources: Province, mandate: str, place: str, found: str
) -> None:
    text = (two_sources.sources / "clinic" / "source.yml").read_text(encoding="utf-8")
    two_sources.write(
        "clinic/source.yml", text.replace("data_elements:", f"mandate: {mandate}\ndata_elements:")
    )
    two_sources.land(f"clinic/{place}", JANUARY)
    assert found in refusal(two_sources)


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("2026-01/2025-06-30_a.csv", "nobody owned the source on 30/06/2025"),
        ("2026-01/2062-02-03_a.csv", "received on 03/02/2062, which has not come yet"),
        ("2026-12/2026-02-03_a.csv", "«2026-12» had not begun when it was received"),
    ],
    ids=["before the first owner", "a year mistyped in the name", "the folder of another month"],
)
def test_days_that_cannot_be_are_refused(two_sources: Province, place: str, found: str) -> None:
    two_sources.land(f"clinic/{place}", JANUARY)
    assert found in refusal(two_sources)


def test_what_else_is_wrong_is_told_beside_a_day_that_cannot_be(two_sources: Province) -> None:
    wrong = JANUARY.replace("10,9", "x,9").replace("00002", "00009")
    two_sources.land("clinic/2026-01/2062-02-03_a.csv", wrong)
    two_sources.land("clinic/2026-02/2026-02-30_a.csv", "Ma,Ten\n00001,Một\n")
    two_sources.land("clinic/2025-12/2026-01-03_a.csv", wrong)
    two_sources.land("clinic/2025-12/2026-01-03_a.csv.manifest.yml", "vintage: finale\n")
    reception = two_sources.receive()
    assert reception.accepted == 0 and not [*two_sources.data.raw.rglob("2*.parquet")]
    checks: dict[str, set[str]] = {}
    for problem in reception.problems:
        period = problem.file.split("/")[1] if problem.file else ""
        checks.setdefault(period, set()).add(problem.check)
    assert checks == {
        "2026-01": {"day_of_receipt", "type", "area"},
        "2026-02": {"name", "columns"},
        "2025-12": {"shape", "type", "area"},
    }


def test_a_mistyped_day_is_accepted_once_it_has_come(two_sources: Province) -> None:
    two_sources.land("clinic/2026-01/2026-03-25_a.csv", JANUARY)
    refusal(two_sources)
    two_sources.as_of = date(2026, 3, 25)
    assert two_sources.receive().accepted == 1


@pytest.mark.parametrize(
    "place",
    ["STC/clinic/2026-01/2026-02-09_b.csv", "clinic/2026-01/2062-02-09_b.csv"],
    ids=["a stranger's file", "a year mistyped"],
)
def test_what_says_nothing_of_the_source_holds_nobodys_values(
    two_sources: Province, place: str
) -> None:
    two_sources.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    two_sources.land(place, JANUARY.replace("10,9", "10,1"))
    two_sources.receive()
    standings = {row["standing"]: row["held"] for row in two_sources.ledger()}
    assert standings == {"in_force": False, "refused": False}


def test_two_files_of_one_day_decide_nothing(two_sources: Province) -> None:
    """Official in a hurry: «bieu.csv» and «bieu (1).csv», both saved today, both different."""
    two_sources.land("clinic/2026-01/2026-02-01_bieu.csv", JANUARY)
    two_sources.land("clinic/2026-01/2026-02-03_bieu.csv", JANUARY.replace("10,9", "10,8"))
    two_sources.land("clinic/2026-01/2026-02-03_bieu (1).csv", JANUARY.replace("10,9", "10,7"))
    two_sources.receive()
    standings = {str(row["file"])[15:]: row["standing"] for row in two_sources.ledger()}
    assert standings == {
        "2026-02-01_bieu.csv": "in_force",
        "2026-02-03_bieu.csv": "contested",
        "2026-02-03_bieu (1).csv": "contested",
    }
    two_sources.land("clinic/2026-01/2026-02-04_bieu.csv", JANUARY.replace("10,9", "10,6"))
    two_sources.receive()
    standings = {str(row["file"])[15:]: row["standing"] for row in two_sources.ledger()}
    assert standings["2026-02-04_bieu.csv"] == "in_force"
    assert "contested" not in standings.values()


def test_a_file_overwritten_in_place_gives_way_to_what_stands_there_now(
    two_sources: Province,
) -> None:
    """Official in a hurry: the corrected file is saved over the delivered one."""
    two_sources.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    two_sources.receive()
    two_sources.land("clinic/2026-01/2026-02-03_a.csv", JANUARY.replace("10,9", "10,8"))
    two_sources.receive()
    assert sorted(str(row["standing"]) for row in two_sources.ledger()) == [
        "in_force",
        "superseded",
    ]
    two_sources.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    two_sources.receive()
    (row,) = (row for row in two_sources.ledger() if row["standing"] == "in_force")
    assert row["sha256"] == sha256(JANUARY.encode()).hexdigest()


def test_links_and_files_in_no_folder_are_not_taken_in(two_sources: Province) -> None:
    landed = two_sources.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    landed.with_name("2026-02-04_link.csv").symlink_to(landed)
    two_sources.land("clinic/2026-02-05_no-period.csv", JANUARY)
    two_sources.land("clinics/2026-01/a.csv", JANUARY)
    two_sources.land("SYT/hospital/2026-01/a.csv", JANUARY)
    assert two_sources.receive().accepted == 1
    tell = LandedNames(two_sources.data, "").tell
    assert list(find_strays(two_sources.registry, two_sources.data)) == sorted(
        [
            f"SYT/{tell('hospital')}",
            f"clinic/2026-01/{tell('2026-02-04_link.csv')}",
            "clinic/2026-02-05_no-period.csv",
            tell("clinics"),
        ]
    )


def test_an_earlier_vintage_that_comes_late_supersedes_nothing(two_sources: Province) -> None:
    """Official in a hurry: the old estimate is sent again after the final figures."""
    two_sources.land("clinic/2026-01/2026-02-03_a.csv", JANUARY)
    two_sources.land("clinic/2026-01/2026-02-09_b.csv", JANUARY.replace("10,9", "10,8"))
    two_sources.land("clinic/2026-01/2026-02-09_b.csv.manifest.yml", "vintage: estimate\n")
    two_sources.receive()
    standings = {row["vintage"]: (row["standing"], row["held"]) for row in two_sources.ledger()}
    assert standings == {"final": ("in_force", False), "estimate": ("superseded", False)}


def test_a_totals_row_among_the_communes_is_refused(two_sources: Province) -> None:
    """Official in a hurry: the row «Cộng» was left in the sheet."""
    two_sources.land("clinic/2026-01/2026-02-03_a.csv", JANUARY + "Cộng,,40,12\n")
    assert "«Cộng» the row is a total of the others" in refusal(two_sources)


def test_a_row_of_another_period_is_refused(two_sources: Province, edit: Edit) -> None:
    """Official in a hurry: last month's rows were left above this month's."""
    edit("clinic/source.yml", "ignored: [Ten]", "ignored: [Ten], period: {column: Thang}")
    two_sources.land(
        "clinic/2026-02/2026-03-03_a.csv",
        "Ma,Ten,Thang,Sinh,Tram\n00001,Một,2026-01,10,9\n00001,Một,2026-02,12,9\n",
    )
    text = refusal(two_sources)
    assert "a.csv:2, Thang: «2026-01» the period lies outside the extract of 2026-02" in text


def test_rows_are_set_aside_up_to_the_stated_share(two_sources: Province, edit: Edit) -> None:
    edit("clinic/source.yml", 'missing: ["-"]', 'missing: ["-"], set_aside: 0.34')
    two_sources.land("clinic/2026-01/2026-02-03_a.csv", JANUARY + "99999,Lạ,5,2\n")
    reception = two_sources.receive()
    assert reception.accepted == 1 and reception.rows == 3
    assert "«99999» no area has this code" in str(reception.problems[0])
    (row,) = two_sources.ledger()
    assert (row["standing"], row["rows_set_aside"], row["problems"]) == ("in_force", 1, 1)
    two_sources.land("clinic/2026-02/2026-03-03_a.csv", JANUARY + "99999,Lạ,5,2\n88888,Xa,5,2\n")
    assert two_sources.receive().refused == 1


# The third place: the warehouse.


def test_two_values_for_one_cell_publish_nothing(published: Province, project: Compiled) -> None:
    published.project = project
    before = bytes_below(published.data.current)
    contract = (published.sources / "clinic" / "source.yml").read_text(encoding="utf-8")
    contract = contract.replace("ignored: [Ten]", "ignored: [Ten], period: {column: Thang}")
    contract = contract.replace("data_elements:", "mandate: {from: 2026-01}\ndata_elements:")
    published.write("clinic/source.yml", contract)
    january = "Ma,Ten,Thang,Sinh,Tram\n00001,Một,2026-01,10,9\n00002,Hai,2026-01,30,3\n"
    february = "Ma,Ten,Thang,Sinh,Tram\n00001,Một,2026-01,11,9\n00001,Một,2026-02,12,9\n"
    published.land("clinic/2026-01/2026-02-04_a.csv", january)
    published.land("clinic/2026-02/2026-03-03_a.csv", february)
    with pytest.raises(PublicationRefused) as refused:
        published.publish()
    text = str(refused.value)
    assert "one_observation_per_cell: 2 rows break it" in text
    assert "Must act: SYT, Sở Y tế" in text and "release 1 stays in force" in text
    assert bytes_below(published.data.current) == before


# The fourth place: the exit.

SPOILS = {
    "a data element has exactly one source": (
        "insert into data_elements select * replace ('school' as source) from data_elements "
        "where data_element = 'births'"
    ),
    "an observation comes from the source of its data element": (
        "update observations set source = 'school' where data_element = 'births'"
    ),
    "an observation comes from one extract of its source, and that extract is in force": (
        "update extracts set standing = 'superseded'"
    ),
    "a cell has one observation": "insert into observations from observations limit 1",
    "a source has exactly one owner on the day an extract is received": (
        "insert into source_owners values ('clinic', 'STC', date '2026-01-01', null)"
    ),
    "an observation belongs to the agency that owned its source when it was received": (
        "update observations set owner = 'STC'"
    ),
    "an extract is delivered by the owner of its source": "update extracts set delivered_by = 'STC'",
    "days of ownership neither gap nor overlap": (
        "insert into source_owners values ('clinic', 'STC', date '2024-01-01', date '2024-12-31')"
    ),
    "an indicator has one accountable agency, the owner of its source": (
        "update indicators set owner = 'STC'"
    ),
    "an indicator's cell has one value": "insert into indicator_values from indicator_values limit 1",
    "only indicators of a published step have values": "update indicators set published = false",
    "a value rests on extracts of its own sources": "update indicator_values set source = 'school'",
    "a comparison source owns no fact": "update sources set role = 'comparison'",
    "what is published was not signed before its definition stood": (
        "insert into sign_offs by name (select indicator, 'issued' as step, 2 as position, 'a' as "
        "step_vi, 'a' as step_en, 'STC' as agency, '1/STC' as decision, date '2020-01-01' as signed_on, "
        "true as synthetic, definition from definition_history where today); "
        "update definition_history set first_stood_on = date '2020-01-02'"
    ),
    "every number is finite": (
        "update indicator_values set value = 'infinity' where indicator = 'pupils_at_school'"
    ),
    "a held value is not released": (
        "update indicator_values set reason = 'held' where value is not null"
    ),
}


def test_every_proof_has_its_spoil() -> None:
    assert SPOILS.keys() == PROOFS.keys()


@pytest.fixture
def released(published: Province, tmp_path: Path) -> Path:
    """A copy of the published warehouse that may be spoilt."""
    return shutil.copyfile(published.data.current / "warehouse.duckdb", tmp_path / "spoilt.duckdb")


def test_a_published_release_proves_the_rule(released: Path) -> None:
    assert prove_rule(released) == []


@pytest.mark.parametrize("rule", PROOFS)
def test_spoilt_tables_do_not_prove_the_rule(released: Path, rule: str) -> None:
    with duckdb.connect(released.as_posix()) as connection:
        connection.execute(SPOILS[rule])
    found = {breach.rule: breach for breach in prove_rule(released)}
    assert rule in found
    assert found[rule].rows >= 1 and found[rule].examples


def test_tables_that_cannot_be_asked_prove_nothing(released: Path) -> None:
    with duckdb.connect(released.as_posix()) as connection:
        connection.execute("drop table source_owners")
    assert any("cannot be asked" in str(breach) for breach in prove_rule(released))


def test_the_exit_refuses_what_every_check_let_through(
    published: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bytes_below(published.data.current)
    with duckdb.connect(published.data.candidate.as_posix()) as connection:
        connection.execute("update observations set owner = 'STC'")
    monkeypatch.setattr(release_module, "examine_candidate", lambda *_: Verdict("blind", ()))
    in_force = current_release(published.data)
    assert in_force
    with pytest.raises(PublicationRefused, match="the tables break the rule in 1 way"):
        publish(published.data, published.sources, in_force.changes_on)
    assert bytes_below(published.data.current) == before
    assert [path.name for path in published.data.releases.iterdir()] == ["1"]
