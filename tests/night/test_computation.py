"""Values that a person can check by hand (the figures stand in conftest)."""

from __future__ import annotations

import pytest

from tests.conftest import Province


def value(province: Province, indicator: str, area: str, period: str) -> tuple[object, object]:
    rows = province.query(
        f"select value, reason from indicator_values where indicator = '{indicator}'"
        f" and area = '{area}' and period = '{period}'"
    )
    assert len(rows) == 1
    found, reason = rows[0]
    return found, reason


def test_a_province_rate_is_a_ratio_of_sums(computed: Province) -> None:
    assert value(computed, "clinic_birth_rate", "00001", "2026-01") == (90, None)
    assert value(computed, "clinic_birth_rate", "00002", "2026-01") == (10, None)
    assert value(computed, "clinic_birth_rate", "24", "2026-01") == (30, None)


def test_a_missing_operand_gives_no_value_and_a_reason(computed: Province) -> None:
    assert value(computed, "clinic_birth_rate", "00002", "2026-02") == (None, "missing_operand")
    assert value(computed, "clinic_birth_rate", "24", "2026-02") == (None, "missing_operand")
    assert value(computed, "births_to_date", "24", "2026-02") == (60, None)


def test_a_year_to_date_with_a_gap_is_no_partial_sum(computed: Province) -> None:
    assert value(computed, "births_to_date", "24", "2025-01") == (32, None)
    assert value(computed, "births_to_date", "24", "2025-03") == (None, "late")


def test_a_composite_without_a_method_is_moved_by_its_components_as_they_stand(
    computed: Province,
) -> None:
    moved = computed.query(
        "select period, normalised, previous_normalised, change, value_change "
        "from composite_changes where indicator = 'clinic_total' and area = '00001' "
        "and period >= '2026-01' order by period"
    )
    assert moved == [("2026-01", 10, None, None, None), ("2026-02", 10, 10, 0, 0)]


def test_growth_stands_on_the_same_period_last_year(computed: Province) -> None:
    assert value(computed, "births_growth", "24", "2026-01") == (25, None)
    assert value(computed, "births_growth", "24", "2026-02")[0] is None


def test_empty_denominators_follow_the_declared_rule(computed: Province) -> None:
    assert value(computed, "clinic_birth_rate", "00001", "2026-02") == (None, "empty_denominator")
    assert value(computed, "clinic_points", "00001", "2026-02") == (10, None)
    assert value(computed, "clinic_points", "24", "2026-02") == (None, "missing_operand")


def test_scores_are_capped_rounded_and_summed(computed: Province) -> None:
    assert value(computed, "clinic_points", "00001", "2026-01") == (10, None)
    assert value(computed, "clinic_points", "00002", "2026-01") == (1.25, None)
    assert value(computed, "clinic_total", "00002", "2026-01") == (2.5, None)


@pytest.mark.parametrize(
    ("period", "expected"),
    [("2026-01", "present"), ("2025-06", "late"), ("2026-03", "not_yet_due")],
)
def test_coverage_tells_absences_apart(computed: Province, period: str, expected: str) -> None:
    rows = computed.query(
        "select coverage from coverage where indicator = 'births_to_date' and area = '00001'"
        f" and period = '{period}'"
        if period != "2025-06"
        else "select coverage from coverage where indicator = 'clinic_birth_rate' and area = '00001'"
        f" and period = '{period}'"
    )
    assert rows == [(expected,)]


def test_status_follows_direction_and_thresholds(computed: Province) -> None:
    rows = computed.query(
        "select area, status from indicator_values where indicator = 'clinic_birth_rate'"
        " and period = '2026-01' order by area"
    )
    assert rows == [("00001", "green"), ("00002", "red"), ("24", "red")]
