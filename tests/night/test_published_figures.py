"""Methods against figures that someone else published.

Past 200 lines by the published figures.
"""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from kinhbac.data_folder import PROJECT, SOURCES, DataFolder
from kinhbac.registry import load_registry
from kinhbac.registry.definitions.formulas import definitions_of
from tests.conftest import Province

COMPONENTS = {
    "DVC_PROGRESS": "portal_dossiers_on_time_rate",
    "PUBLISH_ON_TIME": "procedures_announced_on_time_rate",
    "PUBLIC_UPDATE_ON_TIME": "procedures_updated_on_time_rate",
    "PUBLIC_CONTENT_FULL": "procedures_complete_content_rate",
    "DOSSIER_SYNC": "dossiers_synchronised_rate",
    "ORIGINAL_RESULT_AVAILABLE": "dossiers_with_electronic_result_rate",
    "SO_HOA_GIAY_TO_GIAI_QUYET": "dossiers_digitised_rate",
    "REUSED_DIGITIZED_DATA": "dossiers_reusing_data_rate",
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": "dossiers_in_personal_store_rate",
    "CITIZEN_DATA_CONNECTED_DOSSIER": "dossiers_using_population_data_rate",
    "CITIZEN_DATA_CONNECTED_FORMALITY": "procedures_using_population_data_rate",
    "ELECTRONIC_CERTIFIED_COPY": "certified_copy_requests_served_rate",
    "DOSSIER_RECEIVING_SATISFACTION": "dossiers_satisfied_rate",
    "PETITION_PROCESSING_ON_TIME": "portal_petitions_on_time_rate",
    "PETITION_HANDLING_SATISFACTION": "portal_petitions_satisfied_rate",
}
AREAS = {"H05": "24", "H15": "66", "H19": "75", "H20": "82"}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, ready: None) -> Province:
    """The shipped registry with its real extracts alone: nothing is demonstrated."""
    root = tmp_path_factory.mktemp("real")
    real_alone = shutil.ignore_patterns("demonstration.sql")
    shutil.copytree(SOURCES, root / "sources", ignore=real_alone)
    made = Province(root / "sources", DataFolder(root / "data"), date(2026, 11, 24))
    made.build()
    return made


def values(province: Province, where: str) -> dict[tuple[str, str, str], float]:
    rows = province.query(
        f"select indicator, area, period, value from indicator_values where {where}"
    )
    return {(str(i), str(a), str(p)): v for i, a, p, v in rows}


def test_decision_766_components_to_the_hundredth(real: Province, shared: Path) -> None:
    computed = {
        (component, area): points
        for component, area, points in real.query(
            "select component, area, value from composite_normalised "
            "where indicator like 'qd766_%' and period = '2026-10'"
        )
    }
    cases = list(csv.DictReader((shared / "domain" / "qd766_cases.csv").open(encoding="utf-8")))
    published = [case for case in cases if case["published_score"]]
    assert len(published) == 60
    for case in published:
        key = (f"qd766_{COMPONENTS[case['component_code']]}", AREAS[case["org_code"]])
        assert computed[key] == float(case["published_score"]), key


def test_decision_766_groups_are_sums_of_rounded_components(real: Province) -> None:
    computed = values(real, "area = '24' and indicator like 'qd766_%' and period = '2026-10'")
    groups = {key[0].removeprefix("qd766_"): value for key, value in computed.items()}
    assert groups["transparency"] == 8.77
    assert groups["progress"] == 15.79
    assert groups["digitisation"] == 9.16
    assert groups["satisfaction"] == 10.46
    assert groups["total"] == 59.62
    # Đắk Lắk alone publishes every numerator of online payment: 5.26 + 1.06 + 0.37.
    assert values(real, "indicator = 'qd766_payment' and area = '66'") == {
        ("qd766_payment", "66", "2026-10"): 6.69
    }


def test_decision_766_is_declared_as_it_was_published(shared: Path) -> None:
    """Every scored component with its points, target and rule for an empty denominator."""
    rows = csv.DictReader((shared / "domain" / "qd766_scoring.csv").open(encoding="utf-8"))
    scored = {row["component_code"]: row for row in rows if float(row["max_score"])}
    published = {
        code: (float(row["max_score"]), float(row["target_pct"]), row["zero_denominator_rule"][:4])
        for code, row in scored.items()
    }
    words = {"none": "null", "zero": "0", "full": "full"}
    declared: dict[str, tuple[float | None, float | None, str]] = {}
    indicators = load_registry(SOURCES).indicators
    for indicator in indicators.values():
        if indicator.method == "decision_766":
            for name, own in (indicator.components or {}).items():
                assert own.empty_denominator
                declared[name] = (own.max, own.target, words[own.empty_denominator])
    for code, name in COMPONENTS.items():
        assert declared[f"qd766_{name}"] == published[code]
    communes = [told for name, told in declared.items() if name.startswith("commune_766")]
    assert sorted(communes) == sorted(published.values())
    assert sum(most for most, _, _ in communes if most) == 100


def test_the_groups_of_2025_make_the_total_that_was_announced(real: Province) -> None:
    computed = values(real, "indicator like 'qd766_%2025' and period = '2025-11'")
    assert computed["qd766_total_of_groups_2025", "24", "2025-11"] == pytest.approx(92.83)
    assert computed["qd766_groups_total_announced_2025", "24", "2025-11"] == 92.83


def test_pci_and_dti_are_declared_with_the_published_weights(shared: Path) -> None:
    registry = load_registry(SOURCES)
    names = {
        "time": "time_cost", "informal": "informal_charges", "bias": "fair_competition",
        "proactive": "proactivity", "support": "business_support", "labor": "labour_training",
        "legal": "legal_institutions",
    }  # fmt: skip
    published: dict[int, dict[str, float]] = defaultdict(dict)
    path = shared / "oracles" / "pci" / "pci_weights_by_year.csv"
    for row in csv.DictReader(path.open(encoding="utf-8")):
        name = f"pci_{names.get(row['subindex'], row['subindex'])}"
        published[int(row["year"])][name] = float(row["weight"])
    assert len(published) == 11
    for year, weights in published.items():
        [own] = [
            definition.indicator.components or {}
            for definition in definitions_of(registry.indicators["pci_recomputed"])
            if (definition.valid_from or date.min).year <= year
            and year <= (definition.valid_to or date.max).year
        ]
        assert {name: component.weight for name, component in own.items()} == weights
    fields = registry.indicators["dti_total"].components or {}
    path = shared / "domain" / "composite_indices_weights.csv"
    told = [
        float(row["weight"])
        for row in csv.DictReader(path.open(encoding="utf-8"))
        if row["index"].startswith("DTI") and float(row["weight"])
    ]
    assert [own.max for own in fields.values()] == told and sum(told) == 1000


def test_disbursement_against_both_plans(real: Province, shared: Path) -> None:
    rates = values(real, "indicator like 'disbursement_rate_%'")
    path = shared / "domain" / "disbursement_oracle.csv"
    for case in csv.DictReader(path.open(encoding="utf-8")):
        plan = "total" if case["denominator"] == "total plan" else "pm"
        rate = rates[(f"disbursement_rate_{plan}_plan", "24", case["as_of"])]
        assert round(rate, 2) == float(case["computed_pct"])
        assert abs(rate - float(case["published_pct"])) <= 0.06


def test_pci_is_recomputed_and_2022_is_a_known_contradiction(real: Province, shared: Path) -> None:
    recomputed = values(real, "indicator = 'pci_recomputed'")
    published = values(real, "indicator = 'pci_as_published'")
    assert len(recomputed) == 31
    for (_, area, year), value in recomputed.items():
        difference = abs(value - published[("pci_as_published", area, year)])
        if (area, year) == ("former-24", "2022"):
            assert difference == pytest.approx(3.955, abs=1e-6)
        else:
            assert difference <= 0.03 + 1e-9


def test_ranks_of_pci_hold_as_the_method_says(real: Province) -> None:
    """The figures of the example in docs/method.md."""
    told = " ".join((PROJECT / "docs" / "method.md").read_text(encoding="utf-8").split())
    where = "indicator = 'pci_recomputed' and period = '2021'"
    ranks = {
        area: (rank, low, high)
        for area, rank, low, high in real.query(
            f"select area, rank, rank_low, rank_high from composite_ranks where {where}"
        )
    }
    assert len(ranks) == 22
    for area, sentence in (
        ("former-27", "Bắc Ninh is {}th, between {} and {};"),
        ("former-01", "Hà Nội {}th, between {} and {};"),
        ("former-24", "Bắc Giang {}nd, between {} and {}."),
    ):
        assert sentence.format(*(int(place) for place in ranks[area])) in told
    first = dict(real.query(f"select choice, first_order from composite_sensitivity where {where}"))
    assert f"explains {first['left_out']:.2f} of the movement alone" in told
    assert f"weights {first['weights']:.2f}; without" in told
    [(shift,)] = real.query(
        "select drop_one_mean from composite_importance "
        f"where {where} and component = 'pci_transparency'"
    )
    assert f"without transparency ranks move by {shift:.1f} places" in told
    [(alpha,)] = real.query(f"select cronbach_alpha from composite_consistency where {where}")
    assert f"Cronbach's alpha is {alpha:.2f}." in told


def test_papi_is_the_sum_of_its_dimensions(real: Province) -> None:
    recomputed = values(real, "indicator = 'papi_recomputed'")
    published = values(real, "indicator = 'papi_as_published'")
    assert recomputed and all(
        abs(value - published[("papi_as_published", area, year)]) <= 0.006 + 1e-9
        for (_, area, year), value in recomputed.items()
    )


def test_communes_add_up_to_the_province(real: Province) -> None:
    totals = values(
        real,
        "indicator in ('resident_population', 'area_of_territory', 'former_communes_merged') and area = '24'",
    )
    assert totals[("resident_population", "24", "2025")] == 3619442
    assert totals[("area_of_territory", "24", "2025")] == pytest.approx(4718.61)
    assert totals[("former_communes_merged", "24", "2025")] == 313


def test_real_figures_are_not_marked_synthetic(real: Province) -> None:
    rows = real.query("select distinct source from observations where synthetic")
    assert rows == []
    assert real.query("select count(*) from observations")[0][0] > 400


def test_figures_in_conflict_are_told_from_those_that_only_differ(real: Province) -> None:
    """bacninh_facts.csv: growth, income and investment of 2025; the totals of the merger."""
    rows = real.query(
        "select data_element, compared_value, verdict, round(difference, 6) from comparisons"
    )
    said = {(str(element), float(value)): (verdict, gap) for element, value, verdict, gap in rows}
    assert said[("population", 3619433)] == ("contradiction", -9)
    assert said[("natural_area", 4718.6)] == ("agrees", -0.01)
    assert said[("grdp_growth_reported", 11.5)][0] == "vintage"
    assert said[("grdp_per_person_usd", 5810)][0] == "vintage"
    assert said[("grdp_per_person_usd", 5600)] == ("contradiction", -252)
    assert said[("plan_targets_met", 18)][0] == "vintage"
    assert said[("investment_attracted", 17.6)][0] == "vintage"
    assert said[("grdp_growth_announced", 10.7)] == ("contradiction", 0.48)
    assert said[("investment_disbursed_total_plan", 10839.704)][0] == "scope"


def test_decision_766_by_the_methods_of_2025_and_2026_side_by_side(real: Province) -> None:
    rows = real.query(
        "select period, version, value, of_its_time from indicator_methods "
        "where indicator = 'qd766_total' and area = '24' and value is not null order by 1"
    )
    assert rows == [("2025-12", 1, 92.8, True), ("2026-10", 2, 59.62, True)]
