"""A tiny survey of six communes, with composites that compare them.

Here: its registry. Not here: figures, which a test lands itself.
"""

from __future__ import annotations

from tests.conftest import AREAS, VOCABULARY, Province, write_tiny_registry

COMMUNES = [f"0000{number}" for number in range(1, 7)]
SURVEY = """\
source: survey
name: {vi: Khảo sát, en: Survey}
sector: health
owner: [{agency: STC, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month, expected_from: 2026-01, due_days: 30}
table: {area: {column: Ma, codes_as_of: 2025-07-01}}
data_elements:
  visits: {name: {vi: Lượt khám, en: Visits}, unit: person, column: Khám, over_time: sum,
           over_areas: sum, min: 0}
  people: {name: {vi: Dân số, en: People}, unit: person, column: Dân, over_time: last,
           over_areas: sum, min: 0}
  waiting: {name: {vi: Chờ, en: Waiting}, unit: person, column: Chờ, over_time: last,
            over_areas: sum}
checks:
  no_more_waiting_than_people:
    name: {vi: Chờ không quá dân số, en: Waiting at most all people}
    left: waiting
    compare: at_most
    right: people
"""
HEADCOUNT = """\
source: headcount
name: {vi: Đếm dân, en: Headcount}
sector: health
owner: [{agency: STC, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: year}
table: {area: {column: Ma, codes_as_of: 2025-07-01}}
data_elements:
  residents: {name: {vi: Cư dân, en: Residents}, unit: person, column: Dân, over_time: last,
              over_areas: sum, carry: 0}
"""
DESK = """\
source: desk
name: {vi: Quầy, en: Desk}
sector: health
owner: [{agency: STC, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: month, expected_from: 2026-01, due_days: 30}
table: {area: {column: Ma, codes_as_of: 2025-07-01}}
data_elements:
  phones: {name: {vi: Máy, en: Phones}, unit: person, column: Máy, over_time: last,
           over_areas: sum}
"""
GROUPINGS = """\
groupings:
  settlement:
    name: {vi: Loại, en: Kind}
    categories: {ward: {vi: Phường, en: Ward}, rural: {vi: Xã, en: Rural}}
"""
METHODS = """\
points:
  name: {vi: Chấm điểm, en: Points}
  based_on: the tests
  normalise: {by: score}
care:
  name: {vi: Chăm sóc, en: Care}
  based_on: the tests
  among: commune
  reference: {from: 2026-01-01, to: 2026-01-31}
  screen: {at_least: 0.5}
  impute: {by: mean, grouping: settlement}
  normalise: {by: min_max, scale: [0, 10]}
  aggregate: arithmetic
month_by_month:
  name: {vi: Theo tháng, en: Month by month}
  based_on: the tests
  among: commune
  normalise: {by: min_max, scale: [0, 10]}
  aggregate: arithmetic
  missing: {reweight_above: 0.5}
  ties: dense
"""
HEAD = """\
{key}:
  name: {{vi: {key}, en: {key}}}
  group: {group}
  purpose: Shows what the test looks at.
  unit: point
  frequency: month
  direction: {direction}
"""


def indicator(key: str, body: str, group: str = "process", direction: str = "neutral") -> str:
    return HEAD.format(key=key, group=group, direction=direction) + body


SURVEYED = (
    indicator("visits_now", "  numerator: visits\n", direction="higher_is_better")
    + indicator("people_now", "  numerator: people\n", "input")
    + indicator("waiting_now", "  numerator: waiting\n", direction="lower_is_better")
    + indicator(
        "care",
        "  components: {visits_now: {weight: 3, per: people_now}, waiting_now: 1}\n"
        "  method: care\n  robustness: {weights: 0.5, draws: 200}\n",
        "composite",
        "higher_is_better",
    )
    + indicator(
        "comparison",
        "  components: {visits_now: {weight: 3}, waiting_now: 1}\n"
        "  method: month_by_month\n"
        "  valid: {from: 2026-02-01}\n"
        "  earlier: [{valid: {from: 2026-01-01, to: 2026-01-31}, components: {visits_now: 2}}]\n",
        "composite",
        "higher_is_better",
    )
)


DESKS = indicator("phones_now", "  numerator: phones\n", direction="higher_is_better") + indicator(
    "contact",
    "  components: {visits_now: 1, phones_now: 1}\n  method: month_by_month\n",
    "composite",
    "higher_is_better",
)


def extract(rows: dict[str, tuple[object, object, object]]) -> str:
    lines = [f"{area},{','.join(map(str, cells))}" for area, cells in rows.items()]
    return "\n".join(["Ma,Khám,Dân,Chờ", *lines]) + "\n"


def write_survey(province: Province) -> None:
    write_tiny_registry(province)
    more = "".join(f"{key},commune,{key},Xã {key},{key},24,2025-07-01,\n" for key in COMMUNES[2:])
    province.write("areas.csv", AREAS + more)
    province.write("vocabulary.yml", VOCABULARY + GROUPINGS)
    groups = ["ward", "ward", "ward", "rural", "rural", "rural"]
    province.write(
        "area_groups.csv",
        "grouping,area,area_group\n"
        + "".join(f"settlement,{a},{g}\n" for a, g in zip(COMMUNES, groups, strict=True)),
    )
    province.write("methods.yml", METHODS)
    province.write("survey/source.yml", SURVEY)
    province.write("survey/indicators.yml", SURVEYED)
    province.write("headcount/source.yml", HEADCOUNT)
    province.write(
        "headcount/indicators.yml", indicator("residents_now", "  numerator: residents\n", "input")
    )
    province.write("desk/source.yml", DESK)
    province.write("desk/indicators.yml", DESKS)
