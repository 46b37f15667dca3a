"""The yearly assessment of databases: points, classes, what is asked for, rules that are refused.

Here: the arithmetic on rows that a person can add up, and what ``quality.yml`` may say. Not here:
the measures (``tests.night.test_quality``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from kinhbac.problems import ProblemsFound
from kinhbac.quality.assessment import Assessment, Rules
from kinhbac.quality.assessment_ranks import Place, rank_assessments
from kinhbac.quality.assessment_text import describe_assessment
from kinhbac.registry.declared.assessment import Measure
from kinhbac.registry.tables.assessment import tabulate_assessment
from kinhbac.words.language import Language
from tests.conftest import Province, make_tiny
from tests.unit.test_words import MEASURES

RULES = """classes:
  A: {name: {vi: Xuất sắc, en: Excellent}, at_least: 85}
  B: {name: {vi: Đạt, en: Meets}, at_least: 60}
  C: {name: {vi: Chưa đạt, en: Does not meet}, at_least: 0}
criteria:
  connected:
    name: {vi: Kết nối, en: Connected}
    weight: 30
    told: [{source: clinic, year: 2026, points: 0.5, by: SYT, told_on: 2026-03-01, evidence: 7/BC}]
  quality:
    name: {vi: Chất lượng, en: Quality}
    weight: 70
    measures:
      on_time: {none: 0.5, full: 1}
      days_after_due: {none: 30, full: 0}
"""


@pytest.fixture
def province(tmp_path: Path) -> Province:
    made = make_tiny(tmp_path)
    made.write("quality.yml", RULES)
    return made


def rules_of(province: Province) -> Rules:
    by_table: dict[str, list[dict[str, Any]]] = {
        "assessment_criteria": [],
        "assessment_classes": [],
        "assessment_told": [],
    }
    for row in tabulate_assessment(province.registry):
        by_table[row.table].append(vars(row))
    return Rules(*by_table.values())


def measured(measure: str, value: float | None, unit: str = "share") -> dict[str, Any]:
    return {
        "measure": measure,
        "value": value,
        "unit": unit,
        "numerator": value,
        "denominator": 1,
    }


def assess(province: Province, source: str, *measures: dict[str, Any]) -> Assessment:
    return rules_of(province).assess(source, 2026, measures)


def test_points_lie_straight_between_the_ends_and_a_criterion_is_their_mean(
    province: Province,
) -> None:
    found = assess(
        province, "clinic", measured("on_time", 0.9), measured("days_after_due", 15, "days")
    )
    # Connected: half of 30. Quality: 0.8 and 0.5 of the points, 0.65 of 70.
    assert found.low == found.high == pytest.approx(15 + 45.5)
    assert (found.lowest["grade"], found.is_sure, found.asked) == ("B", True, [])
    assert found.step is not None
    assert (found.step.measure, found.step.to) == ("days_after_due", 0)
    assert found.step.gain == pytest.approx(70 * 0.5 / 2)


def test_what_nobody_told_makes_a_range_and_is_asked_for(province: Province) -> None:
    found = assess(province, "school", measured("on_time", 1), measured("days_after_due", -3))
    assert (found.low, found.high) == (70, 100)
    assert (found.lowest["grade"], found.highest["grade"], found.is_sure) == ("B", "A", False)
    assert [one.criterion for one in found.asked] == ["connected"]
    assert found.step is None
    said = describe_assessment(found.as_entry(), Language("vi"))
    assert said == "loại B hoặc A, 70–100 điểm trên 100"


def test_a_measure_that_a_source_lacks_is_no_zero(province: Province) -> None:
    found = assess(province, "clinic", measured("on_time", 0.75), measured("days_after_due", None))
    assert found.low == pytest.approx(15 + 70 * 0.5)
    nothing = assess(province, "clinic")
    assert (nothing.low, nothing.high) == (15, 85)
    assert nothing.asked == []  # it is measured, and nothing was there to measure


def test_a_class_begins_at_its_threshold(province: Province) -> None:
    # 45 of 70 points in binary fractions, and 15: sixty only when it is rounded.
    found = assess(province, "clinic", measured("on_time", 0.5 + 0.5 * 45 / 70))
    assert (round(found.low, 9), found.lowest["grade"]) == (60, "B")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("weight: 30", "weight: 40", "the weights of all criteria add up to 100"),
        ("at_least: 0}", "at_least: 10}", "the last one at 0"),
        ("at_least: 60", "at_least: 85", "classes begin at different points"),
        ("on_time:", "punctual:", "punctual"),
        ("none: 30, full: 0", "none: 30, full: 30", "two values"),
        ("by: SYT", "by: XYZ", "unknown agency «XYZ»"),
        ("source: clinic", "source: hospital", "unknown source «hospital»"),
        ("    told:", "    measures: {on_time: {none: 0, full: 1}}\n    told:", "measured or told"),
        ("7/BC}]", "7/BC}, {source: clinic, year: 2026, points: 1, by: SYT, told_on: 2026-03-02, "
         "evidence: x}]", "told twice of clinic 2026"),
    ],
)  # fmt: skip
def test_rules_that_do_not_hold_are_refused_by_file_and_line(
    province: Province, old: str, new: str, said: str
) -> None:
    assert old in RULES
    province.write("quality.yml", RULES.replace(old, new, 1))
    with pytest.raises(ProblemsFound) as refused:
        _ = province.registry
    assert said in str(refused.value)
    assert "sources/quality.yml:" in str(refused.value)


def test_every_measure_of_the_warehouse_can_be_asked_for() -> None:
    assert set(get_args(Measure)) == set(MEASURES)


def test_a_place_has_the_interval_that_chance_weights_and_silence_leave(province: Province) -> None:
    def deliver(source: str, on_time: int, of: int) -> Assessment:
        row = {**measured("on_time", on_time / of), "numerator": on_time, "denominator": of}
        return assess(province, source, row)

    # Of each a thousand deliveries: no weight and no chance makes the worse the better one. Of what
    # is connected somebody told of the clinic alone; 30 points are open of the others.
    best, good = deliver("clinic", 1000, 1000), deliver("clinic", 700, 1000)
    assert rank_assessments([good, best], 1) == [Place(2, 2, 2, 2), Place(1, 1, 1, 2)]
    few = deliver("clinic", 7, 10)
    assert rank_assessments([deliver("clinic", 750, 1000), few], 1)[1] == Place(2, 1, 2, 2)
    silent = deliver("school", 1000, 1000)
    assert rank_assessments([best, silent], 1) == [Place(1, 1, 2, 2), Place(2, 1, 2, 2)]
    assert rank_assessments([], 1) == []
