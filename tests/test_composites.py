"""Composites of the registry: what a method may say, and what a night makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from orchestration import cli
from orchestration.composite.computation import compute
from orchestration.composite.figures import Figures, Grid
from orchestration.problems import ProblemsFound
from orchestration.registry import load_registry
from orchestration.registry.methods import CompositeDefinition
from orchestration.registry.tables import tabulate
from orchestration.warehouse import DataFolder
from tests.conftest import AREAS, VOCABULARY, Province, write_tiny_registry

Edit = Callable[[str, str, str], None]
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
  waiting: {name: {vi: Chờ, en: Waiting}, unit: person, column: Chờ, over_time: mean,
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


@pytest.fixture
def surveyed(province: Province) -> Province:
    write_survey(province)
    return province


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Province:
    root = tmp_path_factory.mktemp("composites")
    made = Province(root / "sources", DataFolder(root / "data"))
    write_survey(made)
    a, b, c, d, e, f = COMMUNES
    # In each: visits, people, waiting. Visits per head in January: 1, 2, 3, 4, –, –.
    january = {
        a: (10, 10, 0), b: (40, 20, 5), c: (30, 10, 10), d: (80, 20, 20), e: ("", 10, 8),
        f: ("", 10, ""),
    }  # fmt: skip
    # In February one waits more than live there: the contract's check withholds the figure.
    february = {
        a: (50, 10, 0), b: (0, 20, 5), c: (30, 10, 10), d: (30, 20, 20), e: (20, 10, 30),
        f: (10, 10, 4),
    }  # fmt: skip
    made.land("survey/2026-01/2026-02-03_a.csv", extract(january))
    made.land("survey/2026-02/2026-03-03_a.csv", extract(february))
    made.land("headcount/2026/2026-01-15_a.csv", "Ma,Dân\n00001,12\n00002,22\n")
    made.publish()
    return made


def cells(province: Province, table: str, where: str, columns: str) -> dict[str, Any]:
    rows = province.query(f"select {columns} from {table} where {where}")
    return {str(key): rest if len(rest) > 1 else rest[0] for key, *rest in rows}


def test_a_component_is_divided_and_a_missing_one_is_imputed_and_marked(told: Province) -> None:
    where = "indicator = 'care' and component = 'visits_now' and period = '2026-01'"
    divided = cells(told, "composite_denominated", where, "area, value, mark")
    assert divided["00002"] == [2.0, "per people_now"] and divided["00005"][0] is None
    imputed = cells(told, "composite_imputed", where, "area, value, mark")
    assert imputed["00004"] == [4.0, None]
    assert imputed["00005"] == [4.0, "mean"]  # the mean of the rural communes that have one
    where = "indicator = 'care' and period = '2026-01'"
    ranks = cells(told, "composite_ranks", where, "area, imputed")
    assert ranks["00005"] is True and ranks["00004"] is False
    assert cells(told, "composite_aggregated", where, "area, mark")["00005"] == "imputed"


def test_a_stock_of_the_year_is_there_in_every_month_for_denominating(told: Province) -> None:
    """Also where nobody says when its source is due."""
    where = "indicator = 'residents_now' and area = '00002'"
    assert cells(told, "indicator_values", where, "period, value") == {
        "2026-01": 22, "2026-02": 22, "2026-03": 22,
    }  # fmt: skip


def test_a_unit_with_too_few_components_is_left_out_and_not_imputed(told: Province) -> None:
    where = "indicator = 'care' and area = '00006' and period = '2026-01'"
    assert set(cells(told, "composite_screened", where, "component, mark").values()) == {"left_out"}
    assert told.query(f"select value, reason, state from indicator_values where {where}") == [
        (None, "missing_operand", "missing")
    ]


def test_scales_of_a_stated_span_hold_in_later_periods(told: Province) -> None:
    where = "indicator = 'care' and component = 'visits_now' and period = '2026-0{}'"
    january = cells(told, "composite_normalised", where.format(1), "area, value")
    assert january["00001"] == 0 and january["00004"] == 10
    assert january["00002"] == pytest.approx(10 / 3)
    february = cells(told, "composite_normalised", where.format(2), "area, value")
    assert february["00001"] == 10  # 5 a head, beyond January's best
    assert february["00002"] == 0  # 0 a head, below January's worst
    assert february["00004"] == pytest.approx(10 / 6)  # 1.5 a head between 1 and 4


def test_the_composite_is_its_weights_times_its_normalised_components(told: Province) -> None:
    joined = told.query(
        """
        select indicator, area, period, sum(weighted.value * normalised.value), any_value(own.value)
        from composite_weighted as weighted
        inner join composite_normalised as normalised
            using (indicator, component, area, period, period_start, period_kind, version)
        inner join composite_aggregated as own using (indicator, area, period)
        where own.value is not null and indicator in ('care', 'comparison') group by all
        """
    )
    assert len(joined) > 10
    assert all(total == pytest.approx(value) for _, _, _, total, value in joined)


def test_the_province_stands_on_the_scale_of_the_communes_and_has_no_rank(told: Province) -> None:
    where = "indicator = 'care' and period = '2026-02'"
    assert "24" in cells(told, "composite_aggregated", where, "area, value")
    ranks = cells(told, "composite_ranks", where, "area, rank, units")
    # The fifth is withheld; 24 is no commune.
    assert ranks.keys() == {"00001", "00002", "00003", "00004", "00006"}
    assert ranks["00001"] == [1, 5]


def test_missing_components_leave_their_weight_where_the_method_says_so(told: Province) -> None:
    where = "indicator = 'comparison' and area = '00005' and period = '2026-01'"
    # By today's method January's fifth has one component of weight 1 of 4: too little.
    assert told.query(
        f"select version, value, reason from indicator_methods where {where} order by 1"
    ) == [(1, None, "missing_operand"), (2, None, "missing_operand")]
    where = "indicator = 'comparison' and period = '2026-02' and component = 'visits_now'"
    assert cells(told, "composite_weighted", where, "area, value, mark")["00001"] == [0.75, None]


def test_nothing_is_made_up_for_before_it_is_due(told: Province) -> None:
    """The desk delivers nothing: January is overdue on 20 March, February is not due yet."""
    where = "indicator = 'contact' and area = '00001' and period = '2026-0{}'"
    columns = "value, state, holds"
    assert told.query(f"select {columns} from indicator_values where {where.format(2)}") == [
        (None, "not_yet_due", [])
    ]
    assert told.query(f"select {columns} from indicator_values where {where.format(1)}") == [
        (0, "held", ["late:desk/2026-01"])
    ]
    marks = cells(told, "composite_aggregated", where.format(1), "area, mark")
    assert marks == {"00001": "reweighted"}


def test_a_past_period_is_computed_with_its_own_method(told: Province) -> None:
    where = "indicator = 'comparison' and area = '00001'"
    rows = told.query(
        f"select period, version, value from indicator_values where {where} order by 1"
    )
    assert rows[:2] == [("2026-01", 1, 20), ("2026-02", 2, 10)]
    side = told.query(
        f"select version, value from indicator_methods where {where} and period = '2026-01' order by 1"
    )
    assert side == [(1, 20), (2, 2.5)]


def test_what_holds_one_unit_holds_all_that_are_compared_with_it(told: Province) -> None:
    cause = "check:survey/no_more_waiting_than_people"
    where = "period = '2026-02' and area = '{}' and indicator = '{}'"
    own = told.query(
        "select value, state, holds from indicator_values where "
        + where.format("00005", "comparison")
    )
    assert own == [(None, "held", [cause])]
    other = told.query(
        "select state, holds from indicator_values where " + where.format("00001", "comparison")
    )
    assert other == [("held", [cause])]
    # Its scale is January's: nobody else rests on the fifth commune of February.
    fixed = told.query(
        "select state, holds from indicator_values where " + where.format("00001", "care")
    )
    assert fixed == [("value", [])]


def test_robustness_stands_beside_the_rank(told: Province) -> None:
    rows = told.query(
        "select rank, rank_low, rank_median, rank_high, rank_met, draws from composite_ranks "
        "where indicator = 'care' and period = '2026-02' order by rank"
    )
    assert len(rows) == 5 and all(draws == 200 for *_, draws in rows)
    assert all(low <= rank <= high and 0 < met <= 1 for rank, low, _, high, met, _ in rows)
    weights = cells(
        told, "composite_importance", "indicator = 'care'", "component, effective_weight"
    )
    assert weights == {"visits_now": 0.75, "waiting_now": 0.25}
    assert told.query(
        "select choice, first_order from composite_sensitivity where indicator = 'care'"
    ) == [("weights", 1)]


def test_explain_tells_every_stage_and_the_rank(
    told: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "SOURCES", told.sources)
    monkeypatch.setenv("KINHBAC_DATA", told.data.root.as_posix())
    output = CliRunner().invoke(cli.main, ["explain", "care", "00004", "2026-02"]).output
    assert "method      Chăm sóc / Care (care)" in output
    assert "impute    mean: grouping settlement" in output
    assert (
        "component   visits_now: denominated (per people_now) 1.5 → normalised 1.666666667 → "
        "weighted 0.75" in output
    )
    assert "rank        5 of 5, between" in output and "over 200 draws" in output
    output = CliRunner().invoke(cli.main, ["explain", "care", "00005", "2026-01"]).output
    assert "imputed (mean) 4" in output


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("survey/indicators.yml", "method: care", "method: cure", "unknown method «cure»"),
        ("survey/indicators.yml", "method: care\n", "scale: 1\n", "more than a weight, and no method"),
        ("survey/indicators.yml", "waiting_now: 1}", "people_now: 1}", "the component is neutral"),
        ("survey/indicators.yml", "waiting_now: 1}\n  method: care", "waiting_now: -1}\n  method: care", "a weight is not negative"),
        ("survey/indicators.yml", "per: people_now", "per: people", "«people» is a data element"),
        ("survey/indicators.yml", "per: people_now", "per: nobody", "unknown operand «nobody»"),
        ("survey/indicators.yml", "visits_now: {weight: 3}", "visits_now: {goalposts: [9, 1]}", "goalposts are written from the lowest"),
        ("survey/indicators.yml", "robustness: {weights: 0.5, draws: 200}", "robustness: {draws: 200}", "nothing is uncertain"),
        ("survey/indicators.yml", "robustness: {weights: 0.5,", "robustness: {impute: [{by: mean, grouping: moon}],", "unknown grouping «moon»"),
        ("survey/indicators.yml", "robustness: {weights: 0.5,", "robustness: {normalise: [{by: z_score}], aggregate: [harmonic],", "harmonic of z-scores"),
        ("clinic/indicators.yml", "max: 10, target: 80", "max: 10", "max, target or empty_denominator is not written"),
        ("methods.yml", "  among: commune\n  reference", "  reference", "compares areas, and there are several kinds"),
        ("methods.yml", "grouping: settlement", "grouping: moon", "unknown grouping «moon»"),
        ("methods.yml", "among: commune\n  reference", "among: former_commune\n  reference", "compares areas of the kind former_commune"),
        ("methods.yml", "to: 2026-01-31}", "to: 2025-01-31}", "a span ends after it has begun"),
        ("methods.yml", "normalise: {by: score}", "normalise: {by: distance_to_reference, area: former-24}", "refers to former-24, a former_province"),
        ("survey/indicators.yml", "visits_now: {weight: 3}, waiting_now: 1}", "visits_now: {weight: 0}, waiting_now: 0}", "every weight is 0"),
        ("survey/indicators.yml", "robustness: {weights: 0.5,", "robustness: {normalise: [{by: score}],", "another normalisation is one of"),
        ("methods.yml", "normalise: {by: score}", "normalise: {by: bands}", "no bands are written"),
        ("methods.yml", "normalise: {by: min_max, scale: [0, 10]}\n  aggregate: arithmetic\n  missing", "normalise: {by: distance_to_target}\n  missing", "there is no target"),
        ("methods.yml", "normalise: {by: score}", "normalise: {by: distance_to_reference, area: moon}", "unknown area «moon»"),
        ("methods.yml", "impute: {by: mean,", "impute: {by: last_known,", "only a mean or median is taken of groups"),
        ("methods.yml", "aggregate: arithmetic\n  missing", "aggregate: {by: generalised}\n  missing", "a generalised mean names its «power»"),
        ("survey/indicators.yml", "direction: higher_is_better\n  components: {visits_now: {weight: 3}", "direction: lower_is_better\n  components: {visits_now: {weight: 3}", "have their better end above"),
        ("methods.yml", "normalise: {by: min_max, scale: [0, 10]}\n  aggregate: arithmetic\n  missing", "aggregate: arithmetic\n  missing", "the component is lower_is_better, the composite higher_is_better"),
        ("methods.yml", "normalise: {by: min_max, scale: [0, 10]}\n  aggregate: arithmetic\n  missing", "aggregate: lexicographic\n  missing", "found on a common scale"),
        ("methods.yml", "aggregate: arithmetic\n  missing", "aggregate: lexicographic\n  missing", "lexicographic with reweighting"),
        ("methods.yml", "reference: {from: 2026-01-01, to: 2026-01-31}", "reference: {from: 2026-01-02, to: 2026-01-31}", "holds no month"),
        ("methods.yml", "scale: [0, 10]}\n  aggregate: arithmetic\n  missing", "scale: [-5, 10]}\n  aggregate: harmonic\n  missing", "harmonic of a scale that begins at -5"),
        ("survey/indicators.yml", "earlier: [{valid: {from: 2026-01-01, to: 2026-01-31}, components: {visits_now: 2}}]", "earlier: [{valid: {from: 2026-01-01, to: 2026-01-31}, method: care}]", "a method and no components"),
        ("survey/indicators.yml", "{visits_now: {weight: 3}, waiting_now: 1}", "{visits_now: {weight: .nan}, waiting_now: 1}", "valid number"),
        ("survey/indicators.yml", "{visits_now: {weight: 3}, waiting_now: 1}", "{visits_now: {weight: 3, max: 5}, waiting_now: 1}", "max is not used"),
        ("survey/indicators.yml", "{visits_now: {weight: 3}, waiting_now: 1}", "{visits_now: {per: visits_now}, waiting_now: 1}", "divided by itself"),
        ("clinic/indicators.yml", "method: points", "method: points\n  robustness: {normalise: [rank], aggregate: [geometric]}", "another «aggregate», where no method has one"),
        ("clinic/indicators.yml", "  components: {clinic_points: 2}", "  components: {clinic_points: 2}\n  over: year_to_date", "a composite over year_to_date"),
        ("area_groups.csv", "settlement,00001,ward", "settlement,00001,moon", "settlement: moon is unknown"),
        ("area_groups.csv", "settlement,00002,ward", "settlement,00001,ward", "stands twice in the grouping"),
        ("area_groups.csv", "settlement,00002,ward", "settlement,99999,ward", "99999 is no area"),
    ],
)  # fmt: skip
def test_a_breach_of_a_method_is_named_with_file_and_line(
    surveyed: Province, edit: Edit, name: str, old: str, new: str, said: str
) -> None:
    edit(name, old, new)
    with pytest.raises(ProblemsFound) as found:
        load_registry(surveyed.sources)
    text = str(found.value)
    assert said in text
    assert re.search(r"sources/[a-z_/]+\.(yml|csv):\d+", text)
    assert "Rule:" in text and "Remedy:" in text


def test_a_broken_method_is_told_alone(surveyed: Province, edit: Edit) -> None:
    edit("methods.yml", "aggregate: arithmetic\n  missing", "aggregate: copland\n  missing")
    with pytest.raises(ProblemsFound) as found:
        load_registry(surveyed.sources)
    assert "methods.yml" in str(found.value)
    assert "unknown method" not in str(found.value)


def test_duels_turn_round_what_is_better_when_lower(surveyed: Province) -> None:
    text = (surveyed.sources / "methods.yml").read_text(encoding="utf-8")
    plain = text.replace(
        "  normalise: {by: min_max, scale: [0, 10]}\n  aggregate: arithmetic\n  missing",
        "  aggregate: copeland\n  missing",
    )
    surveyed.write("methods.yml", plain)
    [own] = [
        row["definition"]
        for row in tabulate(surveyed.registry, surveyed.as_of, 1)["composites"]
        if row["indicator"] == "comparison" and row["version"] == 2
    ]
    definition = CompositeDefinition.model_validate_json(own)
    grid = Grid((date(2026, 2, 1),), ("x", "y"), np.array(["commune"] * 2), {})
    figures = {"visits_now": [1.0, 1.0], "waiting_now": [9.0, 2.0]}
    known = {
        name: Figures(np.array([values]), np.zeros((1, 2), np.int16))
        for name, values in figures.items()
    }
    found = compute(definition, grid, known, np.ones((1, 2), bool))
    assert found.figures.values.tolist() == [[-1, 1]]


def test_another_method_sends_a_signed_definition_back(surveyed: Province, edit: Edit) -> None:
    from orchestration.registry.fingerprints import fingerprint_definition

    def prints() -> dict[str, str]:
        registry = load_registry(surveyed.sources)
        return {key: fingerprint_definition(registry, key) for key in registry.indicators}

    before = prints()
    edit("methods.yml", "screen: {at_least: 0.5}", "screen: {at_least: 0.6}")
    assert {key for key, told in prints().items() if told != before[key]} == {"care"}
    edit("methods.yml", "screen: {at_least: 0.6}", "screen: {at_least: 0.5}")
    edit("methods.yml", "name: {vi: Chăm sóc, en: Care}", "name: {vi: Y tế, en: Health care}")
    assert prints() == before
