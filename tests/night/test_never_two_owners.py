"""Whatever is declared and delivered: never two sources or two owners for one fact, no file lost.

Past 200 lines: the machine of random nights and what must hold of each are read together.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kinhbac.checks.proof import prove_rule
from kinhbac.problems import ProblemsFound
from tests.conftest import AREAS, CODES, PROCESS, SUCCESSIONS, VOCABULARY, Province, in_folder
from tests.straight import Compiled

AGENCIES = ("A1", "A2", "A3")
SOURCES = ("alpha", "beta", "gamma")
ELEMENTS = ("one", "two", "three", "four")
DAY = date(2025, 7, 1)
AS_OF = date(2026, 6, 30)

days = st.integers(0, 400).map(lambda number: DAY + timedelta(days=number))
owners = st.lists(st.tuples(st.sampled_from(AGENCIES), st.sampled_from([0, 0, 0, 90, 180, 181])), min_size=1, max_size=3)  # fmt: skip
ends = st.sampled_from([None, None, None, 89, 179, 180])
declared = st.fixed_dictionaries(
    {
        "owner": owners,
        "end": ends,
        "elements": st.lists(st.sampled_from(ELEMENTS), min_size=1, max_size=2, unique=True),
        "vintage": st.sampled_from(["forecast", "final"]),
    }
)
registries = st.dictionaries(st.sampled_from(SOURCES), declared, min_size=1)
deliveries = st.lists(
    st.fixed_dictionaries(
        {
            "source": st.sampled_from(SOURCES),
            "folder": st.sampled_from([None, None, *AGENCIES]),
            "period": st.sampled_from(["2025-08", "2025-12", "2026-01", "2030-01", "thang-1"]),
            "received": st.sampled_from([30, 120, 200, 200, 250, 900]),
            "name": st.sampled_from(["a.csv", "b.csv"]),
            "columns": st.lists(st.sampled_from(ELEMENTS), min_size=1, max_size=3, unique=True),
            "value": st.sampled_from(["1", "2", "3", "x", ""]),
            "manifest": st.sampled_from(["", "", "", "agency: A1\n", "vintage: final\n", "?\n"]),
        }
    ),
    min_size=1,
    max_size=8,
)


@st.composite
def sound_nights(draw: st.DrawFn) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """Registries that keep the rule, and deliveries of which some do not."""
    shuffled = draw(st.permutations(ELEMENTS))
    registry: dict[str, dict[str, Any]] = {}
    for place, key in enumerate(SOURCES):
        agencies = draw(st.lists(st.sampled_from(AGENCIES), min_size=1, max_size=2, unique=True))
        handed_over = len(agencies) > 1
        registry[key] = {
            "owner": [(agency, 180 * number) for number, agency in enumerate(agencies)],
            "end": 179 if handed_over else None,
            "elements": shuffled[place : place + 1] + (shuffled[3:] if place == 0 else []),
            "vintage": draw(st.sampled_from(["forecast", "final"])),
        }
    sent = draw(deliveries)
    for delivery in sent:
        if draw(st.integers(0, 3)):  # three of four deliveries hold what their source owns
            delivery["columns"] = registry[delivery["source"]]["elements"]
            delivery["value"] = draw(st.sampled_from(["1", "2", "3"]))
    first = {"folder": None, "period": "2025-08", "received": 120, "name": "z.csv", "value": "4"}
    sent.append(
        first | {"source": "alpha", "columns": registry["alpha"]["elements"], "manifest": ""}
    )
    return registry, sent


def lay_out(
    root: Path,
    registry: dict[str, dict[str, Any]],
    sent: list[dict[str, Any]],
    project: Compiled | None = None,
) -> Province:
    made = in_folder(root, project)
    made.as_of = AS_OF
    for name, text in {
        "agencies.yml": "".join(
            f"{a}: {{name: {{vi: {a}, en: {a}}}, kind: department}}\n" for a in AGENCIES
        ),
        "vocabulary.yml": VOCABULARY,
        "areas.csv": AREAS,
        "area_codes.csv": CODES,
        "area_successions.csv": SUCCESSIONS,
        "process.yml": PROCESS,
        "rounds.yml": "{}\n",
        "needs.yml": "{}\n",
        "methods.yml": "{}\n",
        "area_groups.csv": "grouping,area,area_group\n",
    }.items():
        made.write(name, text)
    for key, source in registry.items():
        lines = []
        for agency, start in source["owner"]:
            lines.append(f"{{agency: {agency}, from: {DAY + timedelta(days=start)}}}")
        if source["end"] is not None:
            lines[0] = lines[0][:-1] + f", to: {DAY + timedelta(days=int(str(source['end'])))}}}"
        elements = "".join(
            f"  {element}: {{name: {{vi: {element}, en: {element}}}, unit: person, column: {element}, "
            "over_time: sum, over_areas: sum}\n"
            for element in source["elements"]
        )
        made.write(
            f"{key}/source.yml",
            f"source: {key}\nname: {{vi: {key}, en: {key}}}\nsector: health\n"
            f"owner: [{', '.join(lines)}]\nsynthetic: true\n"
            f"delivery: {{format: csv, frequency: month, vintage: {source['vintage']}}}\n"
            f"table: {{area: {{column: Ma, codes_as_of: 2025-07-01}}}}\ndata_elements:\n{elements}",
        )
        first = source["elements"][0]
        made.write(
            f"{key}/indicators.yml",
            f"of_{key}:\n  name: {{vi: x, en: x}}\n  group: input\n  purpose: Follows one element.\n"
            f"  numerator: {first}\n  unit: person\n  frequency: month\n  direction: neutral\n",
        )
    for delivery in sent:
        received = DAY + timedelta(days=int(str(delivery["received"])))
        place = f"{delivery['source']}/{delivery['period']}/{received}_{delivery['name']}"
        place = f"{delivery['folder']}/{place}" if delivery["folder"] else place
        columns = ",".join(delivery["columns"])
        values = ",".join([str(delivery["value"])] * columns.count(",") + [str(delivery["value"])])
        made.land(place, f"Ma,{columns}\n00001,{values}\n00002,{values}\n")
        if delivery["manifest"]:
            made.land(f"{place}.manifest.yml", str(delivery["manifest"]))
    return made


def landed(made: Province) -> dict[str, bytes]:
    return {
        path.relative_to(made.data.landing).as_posix(): path.read_bytes()
        for path in sorted(made.data.landing.glob("[!.]*/**/*"))
        if path.is_file()
    }


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(registries, deliveries)
def test_the_door_never_lets_in_two_owners_and_loses_no_file(
    registry: dict[str, dict[str, Any]], sent: list[dict[str, Any]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = lay_out(Path(folder), registry, sent)
        before = landed(made)
        try:
            loaded = made.registry
        except ProblemsFound:
            return
        elements = Counter(e for source in loaded.sources.values() for e in source.data_elements)
        assert set(elements.values()) == {1}
        for source in loaded.sources:
            made.receive(source)
        ledger = made.ledger()
        assert landed(made) == before
        in_force = Counter(
            (row["source"], row["period"]) for row in ledger if row["standing"] == "in_force"
        )
        assert set(in_force.values()) <= {1}
        for row in ledger:
            if row["standing"] in ("in_force", "superseded", "contested"):
                received = row["received_on"]
                assert isinstance(received, date) and received <= AS_OF
                owning = [
                    owner.agency
                    for owner in loaded.sources[str(row["source"])].owner
                    if owner.from_ <= received
                ]
                assert row["delivered_by"] == row["owner"] == owning[-1]


# A night takes seconds, and shrinking a failure hundreds of nights.
@settings(
    max_examples=4,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(sound_nights())
def test_no_night_computes_two_sources_or_two_owners(
    project: Compiled,
    night: tuple[dict[str, dict[str, Any]], list[dict[str, Any]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = lay_out(Path(folder), *night, project)
        before = landed(made)
        made.build()
        assert landed(made) == before
        assert prove_rule(made.data.candidate) == []  # what a release is asked before it is sealed
        with duckdb.connect(made.data.candidate.as_posix(), read_only=True) as connection:
            twice = connection.execute(
                """
                select data_element, area, observations.period_start
                from observations inner join extracts using (extract)
                group by all
                having count(distinct observations.source) > 1
                    or count(distinct observations.owner) > 1 or count(*) > 1
                """
            ).fetchall()
            told = {f for (f,) in connection.execute("select file from extracts").fetchall()}
        assert twice == []
        # Equal bytes for one period are one extract, under one of their names.
        assert told <= {"/".join(name.split("/")[-3:]) for name in before}
