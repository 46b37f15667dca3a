"""Limits, targets and answers that cannot be right are named where they are declared."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinhbac.problems import ProblemsFound
from kinhbac.registry import load_registry
from tests.nights import ACTION, ANSWER, make_clinic


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{yellow: 80, red: 50}", "{yellow: 50, red: 80}", "the wrong way round"),
        ("{yellow: 80, red: 50}", "{yellow: 80}", "yellow and red stand together"),
        ("{yellow: 80, red: 50}", "{yellow: [1, 2], red: [0, 3]}", "a neutral indicator has bands"),
        ("{yellow: 80, red: 50}", "{yellow: [0, 3], red: [1, 2]}", "the red band lies around"),
        ("{yellow: 80, red: 50}", "{pace: {yellow: 80, red: 95}}", "the wrong way round"),
        ("{yellow: 80, red: 50}", "{pace: {path: {6: 50, 11: 100}}}", "ends with 12"),
        ("{yellow: 80, red: 50}", "{pace: {path: {6: 50, 12: 90}}}", "ends at 100"),
        ("{yellow: 80, red: 50}", "{change: {yellow: 20, red: 10}}", "red is further than yellow"),
        ("{yellow: 80, red: 50}", "{stale: {yellow: 2, red: 3}}", "nothing is warned of"),
        ("{2025: 90, 2026: 90}", "{2026: {decision: 1/QD}}", "a target has a value, or areas"),
        ("{2025: 90, 2026: 90}", '{2026: {areas: {"9": 1}}}', "unknown area «9»"),
    ],
)
def test_a_mistake_in_limits_is_named_where_it_stands(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    province = make_clinic(tmp_path)
    text = (province.sources / "clinic" / "indicators.yml").read_text(encoding="utf-8")
    assert old in text
    province.write("clinic/indicators.yml", text.replace(old, new))
    with pytest.raises(ProblemsFound) as found:
        load_registry(province.sources)
    assert said in str(found.value) and "sources/clinic/indicators.yml:" in str(found.value)


RUNS = "  direction: higher_is_better\n", "  direction: higher_is_better\n  over: year_to_date\n"


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        (
            [("denominator: births", "denominator: births"), RUNS,
             ("{yellow: 80, red: 50}", "{yellow: 80, red: 50, per: year}")],
            "it does not add up over the year",
        ),
        ([("  denominator: births\n", ""), RUNS], "one limit for every month of a count"),
        (
            [("{yellow: 80, red: 50}", "{change: {yellow: 5, red: 25}}"), RUNS],
            "compared with the month before",
        ),
        ([("{yellow: 80, red: 50}", "{pace: {}, per: year}")], "says over how long yellow and red"),
    ],
)  # fmt: skip
def test_a_running_count_has_no_flat_limit(
    tmp_path: Path, edits: list[tuple[str, str]], said: str
) -> None:
    province = make_clinic(tmp_path)
    text = (province.sources / "clinic" / "indicators.yml").read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    province.write("clinic/indicators.yml", text)
    with pytest.raises(ProblemsFound) as found:
        load_registry(province.sources)
    assert said in str(found.value)


def test_a_limit_for_a_year_and_a_pace_are_taken(tmp_path: Path) -> None:
    province = make_clinic(tmp_path)
    text = (province.sources / "clinic" / "indicators.yml").read_text(encoding="utf-8")
    text = text.replace("  denominator: births\n", "").replace(*RUNS)
    for warn in ("{yellow: 80, red: 50, per: year}", "{pace: {yellow: 95, red: 80}}"):
        province.write("clinic/indicators.yml", text.replace("{yellow: 80, red: 50}", warn))
        assert load_registry(province.sources).indicators["rate"].warn


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (ANSWER.replace("rate", "births"), "is no indicator of this folder"),
        (ANSWER.replace('"24"', '"99"'), "unknown area «99»"),
        (ANSWER.replace("SYT", "ABC"), "unknown agency «ABC»"),
        (ANSWER + ACTION.replace("2026-02-20", "2026-02-01"), "acknowledged, then acted upon"),
        (ANSWER + ACTION.replace("2026-03-15", "2026-02-15"), "due after the day"),
    ],
)
def test_a_mistake_in_an_answer_is_named_where_it_stands(
    tmp_path: Path, answer: str, said: str
) -> None:
    province = make_clinic(tmp_path)
    province.write("clinic/responses.yml", answer)
    with pytest.raises(ProblemsFound) as found:
        load_registry(province.sources)
    assert said in str(found.value) and "sources/clinic/responses.yml:" in str(found.value)
