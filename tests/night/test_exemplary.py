"""What the demonstration shows of its sources: the late one, the one that revises upward, the one
that carries forward; and the exemplary one is left in peace.

Here: four sources of the shipped registry, their deliveries as the demonstration makes them. Not
here: measures by numbers that a person can check (``test_quality``).
"""

from __future__ import annotations

from datetime import date
from shutil import copytree, rmtree

import pytest

from kinhbac.data_folder import PROJECT
from kinhbac.ingest.demonstration.deliveries import deliver
from tests.conftest import Province, in_folder
from tests.straight import Compiled

AS_OF = date(2026, 12, 17)
LATE, REVISING, COPYING, EXEMPLARY = (
    "culture_tourism",
    "industry_trade",
    "environment",
    "science_technology",
)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, project: Compiled) -> Province:
    root = tmp_path_factory.mktemp("shown")
    copytree(PROJECT / "sources", root / "sources")
    kept = {LATE, REVISING, COPYING, EXEMPLARY, "administrative_units", "schema"}
    for folder in (root / "sources").iterdir():
        if folder.is_dir() and folder.name not in kept:
            rmtree(folder)
    made = in_folder(root, project)
    made.as_of = AS_OF
    for source in made.registry.sources:
        deliver(made.registry, made.data, source, AS_OF)
    made.build()
    return made


def measured(shown: Province, source: str) -> dict[str, float]:
    return dict(
        shown.query(
            "select measure, value from quality "
            f"where level = 'source' and subject = '{source}' and period = '2026'"
        )
    )


def questions(shown: Province, source: str) -> set[tuple[str, str]]:
    found = "select anomaly, data_element from anomalies where source = '{}' and state = 'open'"
    return set(shown.query(found.format(source)))


def test_the_late_one_is_found(shown: Province) -> None:
    found = measured(shown, LATE)
    assert (found["delivered"], found["on_time"]) == (1, 0)
    assert 4 <= found["days_after_due"] <= 9 < found["first_lag"]
    lagging = shown.query(
        "select count(*), bool_and(days_late between 4 and 9) from deliveries "
        f"where source = '{LATE}' and state = 'delivered_late' and due_date > date '2025-09-01'"
    )
    assert lagging == [(16, True)]


def test_the_one_that_revises_upward_is_found(shown: Province) -> None:
    found = measured(shown, REVISING)
    assert 0.01 < found["revision_size"] < 0.04
    # Exports and imports of eleven months; electricity never moves, November is told once.
    assert found["cells_unrevised"] == pytest.approx(1 - 22 / 36)
    assert found["final_lag"] == found["first_lag"] + 24 and found["on_time"] == 1
    # Every one of them upward: the numerator has the way.
    assert shown.query(
        "select numerator, denominator, value from quality where measure = 'revisions_one_way' "
        f"and level = 'source' and subject = '{REVISING}' and period = '2026'"
    ) == [(22, 22, 1)]
    assert shown.query(
        "select distinct data_element, new_value > old_value, new_extract is not null "
        f"from observation_revisions where source = '{REVISING}' order by all"
    ) == [("exports", True, True), ("imports", True, True)]


def test_the_one_that_carries_forward_is_asked_and_nobody_else_is(shown: Province) -> None:
    assert questions(shown, COPYING) == {
        ("carried_forward", "waste_generated"),
        ("carried_forward", "waste_collected"),
    }
    assert questions(shown, LATE) == questions(shown, REVISING) == set()


def test_the_exemplary_one_is_left_in_peace(shown: Province) -> None:
    found = measured(shown, EXEMPLARY)
    best = ("delivered", "on_time", "cells_complete", "right_first_time", "cells_unrevised")
    assert {found[name] for name in best} == {1}
    assert {found[name] for name in ("refusals", "problems", "cells_held")} == {0}
    assert questions(shown, EXEMPLARY) == set()
    assert shown.query(
        "select item from worklist "
        f"where source = '{EXEMPLARY}' and item not in ('countersign', 'not_issued', 'unwritten_report')"
    ) == []  # fmt: skip


def test_all_of_it_is_marked_as_made_up(shown: Province) -> None:
    assert shown.query(
        "select distinct synthetic from quality where level = 'source' "
        f"and subject in ('{LATE}', '{REVISING}', '{COPYING}', '{EXEMPLARY}')"
    ) == [(True,)]
