"""Great Expectations in its own process: what it is asked, answers, and cannot answer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from kinhbac.checks.acceptance import PROCESS, Expectations

pytestmark = pytest.mark.usefixtures("as_a_night_does")
ASKED = """
create table shares as
select * from (values ('a', 0.5::double, date '2026-01-01'), ('b', 1.5, null), (null, null, null))
as shares(name, share, day)
"""


def test_suites_are_answered_one_by_one_with_their_reason(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(path.as_posix()) as connection:
        connection.execute(ASKED)
    between = "expect_column_values_to_be_between"
    asked = [
        (between, {"column": "share", "max_value": 1}, "a part is no more than the whole"),
        ("expect_column_values_to_be_unique", {"column": "day"}, "one row a day"),
        ("expect_column_values_to_match_regex", {"column": "name", "regex": "^[a-z]$"}, "a key"),
        ("expect_compound_columns_to_be_unique", {"column_list": ["name", "day"]}, "one row each"),
        ("expect_table_row_count_to_equal", {"value": 3}, "three are there"),
        # Computed by what is loaded only when it is used.
        (
            "expect_column_kl_divergence_to_be_less_than",
            {
                "column": "name",
                "partition_object": {"values": ["a", "b"], "weights": [0.5, 0.5]},
                "threshold": 0.1,
            },
            "as many of each",
        ),
    ]
    suite = [{"type": kind, "kwargs": kwargs, "why": why} for kind, kwargs, why in asked]
    told = Expectations().ask(path, {"shares": suite})
    assert len(told) == len(asked) and {result.table for result in told} == {"shares"}
    red = {result.check: result.found for result in told if not result.passed}
    assert red == {
        f"{between}:share": "a part is no more than the whole: 1 rows break it, such as [1.5]"
    }


def test_what_cannot_be_asked_is_an_error_that_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"absent\.duckdb"):
        Expectations().ask(tmp_path / "absent.duckdb", {"shares": []})


def test_it_ends_when_whoever_started_it_is_gone() -> None:
    ended = subprocess.run(PROCESS, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    assert (ended.returncode, ended.stdout) == (0, b"")


HOMELESS = """
import pwd

def know_nobody(number):
    raise KeyError(number)

pwd.getpwuid = know_nobody
from kinhbac.checks.expectations import import_little
print(import_little().__name__)
"""


def test_it_starts_for_a_user_without_a_home_or_a_name() -> None:
    known = {name: value for name, value in os.environ.items() if name != "HOME"}
    started = subprocess.run(
        [sys.executable, "-c", HOMELESS], env=known, capture_output=True, text=True, timeout=120
    )
    assert started.stdout == "great_expectations\n", started.stderr
