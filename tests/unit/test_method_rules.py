"""What a method may say, and what it asks of its components: each breach with file and line."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from kinhbac.composite.computation import compute
from kinhbac.composite.figures import Figures, Grid
from kinhbac.problems import ProblemsFound
from kinhbac.registry import load_registry
from kinhbac.registry.declared.methods import CompositeDefinition
from kinhbac.registry.tables.composites import CompositeRow, tabulate_composites
from tests.conftest import Province
from tests.survey import write_survey

Edit = Callable[[str, str, str], None]


@pytest.fixture
def surveyed(province: Province) -> Province:
    write_survey(province)
    return province


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
        ("methods.yml", "normalise: {by: min_max, scale: [0, 10]}\n  aggregate: arithmetic\n  missing", "normalise: {by: progress, since: 2020, until: 2030}\n  missing", "there is no target"),
        ("methods.yml", "normalise: {by: min_max, scale: [0, 10]}\n  aggregate: arithmetic\n  missing", "normalise: {by: min_max, risk: true}\n  missing", "points of a risk"),
        ("methods.yml", "normalise: {by: min_max, scale: [0, 10]}\n  aggregate: arithmetic\n  missing", "normalise: {by: min_max}\n  aggregate: {by: sum, rescaled: {from: [0, 10], to: [1, 10]}}\n  missing", "mean is «rescaled»"),
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
        ("survey/indicators.yml", "{visits_now: {weight: 3}, waiting_now: 1}", "{visits_now: {stabilise: empirical_bayes}, waiting_now: 1}", "«visits_now» is stabilised, and is no share or rate"),
        ("survey/indicators.yml", "{weight: 3, per: people_now}", "{per: people_now, stabilise: empirical_bayes}", "stabilised and divided by «people_now»"),
        ("survey/indicators.yml", "{visits_now: {weight: 3}, waiting_now: 1}", "{visits_now: {stabilise: james_stein}, waiting_now: 1}", "Input should be 'empirical_bayes'"),
        ("clinic/indicators.yml", "method: points", "method: points\n  robustness: {normalise: [rank], aggregate: [geometric]}", "another «aggregate», where no method has one"),
        ("clinic/indicators.yml", "  components: {clinic_points: 2}", "  components: {clinic_points: 2}\n  over: year_to_date", "a composite over year_to_date"),
        ("area_groups.csv", "settlement,00001,ward", "settlement,00001,moon", "settlement: moon is unknown"),
        ("area_groups.csv", "settlement,00002,ward", "settlement,00001,rural", "«settlement», «00001» stands twice"),
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


def test_a_composite_rests_on_an_old_figure_only_where_that_is_said(
    surveyed: Province, edit: Edit
) -> None:
    carried = "over_time: last,\n            over_areas: sum, carry: 3}"
    edit("survey/source.yml", "over_time: last,\n            over_areas: sum}", carried)
    with pytest.raises(ProblemsFound) as found:
        load_registry(surveyed.sources)
    text = str(found.value)
    assert "it may rest on an old figure: «waiting» is carried for 3 periods" in text
    assert (
        re.search(r"survey/indicators\.yml:\d+", text) and "Remedy: write «allow_old: true»" in text
    )
    path = surveyed.sources / "survey" / "indicators.yml"
    said = re.sub(
        r"waiting_now: 1\b", "waiting_now: {weight: 1, allow_old: true}", path.read_text("utf-8")
    )
    path.write_text(said, encoding="utf-8")
    load_registry(surveyed.sources)


def test_duels_turn_round_what_is_better_when_lower(surveyed: Province) -> None:
    text = (surveyed.sources / "methods.yml").read_text(encoding="utf-8")
    plain = text.replace(
        "  normalise: {by: min_max, scale: [0, 10]}\n  aggregate: arithmetic\n  missing",
        "  aggregate: copeland\n  missing",
    )
    surveyed.write("methods.yml", plain)
    [own] = [
        row.definition
        for row in tabulate_composites(surveyed.registry)
        if isinstance(row, CompositeRow) and row.indicator == "comparison" and row.version == 2
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
    from kinhbac.registry.definitions.fingerprints import fingerprint_definition

    def prints() -> dict[str, str]:
        registry = load_registry(surveyed.sources)
        return {key: fingerprint_definition(registry, key) for key in registry.indicators}

    before = prints()
    edit("methods.yml", "screen: {at_least: 0.5}", "screen: {at_least: 0.6}")
    assert {key for key, told in prints().items() if told != before[key]} == {"care"}
    edit("methods.yml", "screen: {at_least: 0.6}", "screen: {at_least: 0.5}")
    edit("methods.yml", "name: {vi: Chăm sóc, en: Care}", "name: {vi: Y tế, en: Health care}")
    assert prints() == before
