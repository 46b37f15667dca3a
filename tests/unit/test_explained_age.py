"""An explanation says of the newest figure how old it is, who owes the one after it, and how its
target will be met; of its rules, how many areas chance warns of.

Here: small releases. Not here: when a figure is old (``night/test_old_figures``), the rest of an
explanation (``night/test_explanation``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kinhbac.answers.explanation import _qualified, explain
from kinhbac.answers.explanation_text import describe
from kinhbac.data_folder import DataFolder
from kinhbac.words.catalogue import Code
from tests.small_release import cell, indicator, make_release

MANIFEST: dict[str, Any] = {
    "release": 1, "checks": [], "proofs": [], "published_at": "", "as_of": "", "registry": ""
}  # fmt: skip
OWED = {"source": "clinic", "owner": "SNV", "period_kind": "month"}


def told(
    folder: Path,
    period: str,
    deliveries: list[dict[str, Any]],
    limits: Sequence[dict[str, Any]] = (),
    code: Code = "en",
    **newest: Any,
) -> str:
    """The explanation of a figure; that of January 2025 is the newest of the province."""
    figure = cell("rate", 90.0, period="2025-01", target=95.0, status="green")
    more = {"sound_value": 90.0, "sound_period": "2025-01", "sound_period_start": date(2025, 1, 1)}
    tables = {
        "indicators": [
            indicator("rate", sources="clinic", step="issued", span="period", covers="in_period")
        ],
        "indicator_values": [cell("rate", 80.0, period="2024-12"), figure],
        "indicator_definitions": [{"indicator": "rate", "version": 1, "formula": "a ÷ b"}],
        "latest_values": [figure | more | newest],
        "deliveries": deliveries,
        "limits": list(limits),
        "progress": [figure | {"outlook_vi": "không thể đạt", "outlook_en": "out of reach"}],
    }
    warehouse = make_release(DataFolder(folder), 1, tables)
    return describe(explain(warehouse, "rate", "24", period), MANIFEST, code=code)


@pytest.mark.parametrize(
    ("deliveries", "whom"),
    [
        ([], "SYT (clinic)"),
        (
            [
                OWED | {"period": "2025-03", "period_start": date(2025, 3, 1), "state": "late"},
                OWED | {"period": "2025-02", "period_start": date(2025, 2, 1), "state": "refused"},
                OWED | {"period": "2024-12", "period_start": date(2024, 12, 1), "state": "late"},
            ],
            "SNV (clinic/2025-02)",
        ),
    ],
)
def test_an_old_figure_says_since_when_a_newer_one_is_due_and_from_whom(
    tmp_path: Path, deliveries: list[dict[str, Any]], whom: str
) -> None:
    """Of what is owed the first period is named; nothing is owed by sources without a calendar."""
    output = told(tmp_path, "2025-01", deliveries, newer_due=date(2025, 3, 5), is_old=True)
    assert (
        "age         số liệu cũ 13 tháng / 13 months old: a newer one was due by 2025-03-05, "
        f"from {whom}\n" in output
    )
    assert "target      95, status green within its own period; of today nothing" in output
    assert "out of reach" not in output


def test_a_current_figure_says_until_when_it_is_the_newest(tmp_path: Path) -> None:
    output = told(tmp_path, "2025-01", [], newer_due=date(2026, 4, 5), is_old=False)
    assert "age         the newest figure; a newer one is due by 2026-04-05\n" in output
    assert "status green\n  outlook     không thể đạt / out of reach\n" in output


def test_a_figure_that_was_followed_has_no_age(tmp_path: Path) -> None:
    output = told(tmp_path, "2024-12", [], newer_due=date(2025, 3, 5), is_old=True)
    assert "80 %" in output and " age " not in output and "old" not in output


def test_a_rule_says_of_how_many_it_warns_by_chance(tmp_path: Path) -> None:
    """Half of the one area that there is, and nothing of the rule that asks for no evidence."""
    rule = {"indicator": "rate", "version": 1}
    limits = [rule | {"rule": "threshold", "chance": 0.5}, rule | {"rule": "stale"}]
    output = told(tmp_path, "2025-01", [], limits)
    assert output.count("by chance") == 1
    assert "by chance   level: at most about 0.5 of 1 areas are warned of in a period" in output


def test_a_running_total_says_so_in_its_name_and_a_release_from_before_says_its_name() -> None:
    rate = {"name_vi": "Tỷ lệ đúng hạn", "name_en": "Resolved on time"}
    to_date = rate | {"covers": "to_date", "span": "year_to_date"}
    assert _qualified(to_date) == (
        "Tỷ lệ đúng hạn (lũy kế từ đầu năm) / Resolved on time (since the year began)"
    )
    assert _qualified(rate) == "Tỷ lệ đúng hạn / Resolved on time"


def test_it_speaks_vietnamese_to_who_reads_it(tmp_path: Path) -> None:
    """Words, days and figures as people write them; keys and rules stay as the tables have them."""
    output = told(tmp_path, "2025-01", [], code="vi", newer_due=date(2026, 4, 5), is_old=False)
    assert "  độ mới          số mới nhất; số tiếp theo đến hạn 05/04/2026\n" in output
    assert "phiên bản 1, phát sinh trong kỳ, bước «" in output
    assert "  mục tiêu        95, trạng thái Trong ngưỡng\n" in output
    assert not re.search(r"\b(figures|definition|owner|release|published|due|status)\b", output)
