"""The night of today's code on a data folder that the code of before left."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from itertools import zip_longest
from pathlib import Path

import duckdb
import polars as pl
import pytest

from kinhbac.release.contract import columns_of
from kinhbac.release.memory import COMPARED, LAST_GOOD, SAYING, schemas, write_memory
from kinhbac.release.releases import SHAPE, Release
from tests.conftest import Province
from tests.former import NIGHT, lay_down, seal_otherwise, told
from tests.straight import Compiled

CELL = ["indicator", "area", "period_start"]
ANSWER = [
    "response", "acknowledged_by", "acknowledged_on", "action_vi", "action_en", "action_by",
    "action_decision", "action_decided_on", "action_due", "close_reason",
]  # fmt: skip
LIFE = ["warning", "raised_on", "raised_in", "reopened_on", "times_reopened", "worst_level"]
MISSING = {
    "warnings": ["open", "closed_because", "response", "sector", "text_vi", "raised_in"],
    "revisions": ["cause", "period_kind"],
    "indicator_values": ["method", "published_on", "corrections"],
    "areas": ["borders"],
}
"""What no release of before may have had, all at once."""


@pytest.fixture(scope="module")
def upgraded(
    tmp_path_factory: pytest.TempPathFactory, project: Compiled
) -> tuple[Province, Release]:
    """The next night, on which the schools deliver what they owed."""
    made = lay_down(tmp_path_factory.mktemp("upgraded"), project)
    made.land("school/2026-02/2026-04-11_a.csv", "Ma,Học sinh\n00001,500\n00002,700\n00003,300\n")
    return made, made.publish()


def table_of(release: Release, name: str) -> pl.DataFrame:
    return pl.read_parquet(release.folder / f"{name}.parquet")


def test_warnings_go_on_as_they_were_told(upgraded: tuple[Province, Release]) -> None:
    before, after = told("warnings"), table_of(upgraded[1], "warnings")
    same = [*LIFE, *ANSWER, "first_period", "first_period_start"]
    assert after.select(same).equals(before.select(same))
    closed = before.filter(~pl.col("open"))
    assert set(closed["closed_because"]) == {"cleared", "decided"}
    still = after.join(closed, on="warning", how="semi")
    assert still.select(closed.columns).equals(closed) and not still["weight"].count()
    lives = dict(after.select("warning", "life").iter_rows())
    assert lives == {
        **dict(before.select("warning", "life").iter_rows()),
        "school/2026-02/late": "closed",
    }
    assert {"acknowledged", "action_decided", "closed", "raised"} == set(lives.values())
    assert after["closed_on"].max() == NIGHT


def test_revisions_are_kept_and_none_is_made_up(upgraded: tuple[Province, Release]) -> None:
    assert table_of(upgraded[1], "revisions").equals(told("revisions"))


def test_a_held_cell_shows_the_value_and_release_that_it_showed(
    upgraded: tuple[Province, Release],
) -> None:
    before, after = told("indicator_values"), table_of(upgraded[1], "indicator_values")
    own = (pl.col("period_start") == pl.col("last_good_period_start")) & (pl.col("value").is_null())
    shown = before.filter(own).select(*CELL, *LAST_GOOD)
    assert set(shown["last_good_release"]) == {3} and shown.height == 8
    assert after.filter(own).select(*CELL, *LAST_GOOD).equals(shown)
    first = [*CELL, "value", "published_in", "published_on"]
    assert after.join(before, on=CELL, how="semi").select(first).equals(before.select(first))


def test_steps_stand_and_the_release_says_its_shape(upgraded: tuple[Province, Release]) -> None:
    release = upgraded[1]
    steps = dict(table_of(release, "indicators").select("indicator", "step").iter_rows())
    assert steps.pop("clinic_total") == "standardised" and set(steps.values()) == {"operating"}
    assert not table_of(release, "indicators")["sent_back"].any()
    assert (release.number, release.manifest["shape"]) == (6, SHAPE)


def test_many_columns_may_be_missing_at_once(tmp_path: Path, project: Compiled) -> None:
    made = lay_down(tmp_path, project)
    for table, columns in MISSING.items():
        seal_otherwise(made, table, lambda frame, columns=columns: frame.drop(columns))
    release = made.publish()
    warnings = table_of(release, "warnings")
    same = [c for c in (*LIFE, *ANSWER, "life") if c not in ("raised_in", "response")]
    assert warnings.select(same).equals(told("warnings").select(same))
    decided = warnings.row(by_predicate=pl.col("close_reason").is_not_null(), named=True)
    assert (decided["closed_because"], decided["closed_on"]) == ("decided", date(2026, 2, 12))
    assert table_of(release, "revisions").drop("cause").equals(told("revisions").drop("cause"))


FOLLOWING = (
    "stg_published_values", "stg_published_warnings", "stg_published_revisions",
    "int_warning_states", "int_warnings", "warnings", "indicator_values", "revisions",
)  # fmt: skip
"""The models that read memory, and those between them."""
BESIDE = (
    "int_data_states", "int_deliveries", "int_judged_values", "int_paces", "int_warning_levels",
    "indicators", "sources",
)  # fmt: skip
"""What else they read, which is the same after any release."""
LEFT_OUT = [
    dict(pair for pair in pairs if pair)
    for pairs in zip_longest(
        *(
            [(table, column) for column in columns if column not in SAYING[table]]
            for table, columns in (
                ("warnings", schemas()["published_warnings"]),
                ("revisions", columns_of("revisions")),
                ("indicator_values", (*COMPARED, *LAST_GOOD)),
                ("areas", ("borders",)),
            )
        )
    )
]
"""Columns that a release may lack: every one of every table, one of each at a time."""
NUMBERS = {"value", "figure", "limit_value"}
Follow = Callable[[Province], dict[str, pl.DataFrame]]


@pytest.fixture(scope="module")
def follow(upgraded: tuple[Province, Release], project: Compiled) -> Follow:
    """What the night tells after another release than it had, by the models that read memory."""
    night, planned = upgraded[0].data, project.planned
    with duckdb.connect(night.candidate.as_posix(), read_only=True) as connection:
        beside = {name: connection.sql(f"from {name}").pl() for name in BESIDE}

    def tell(former: Province) -> dict[str, pl.DataFrame]:
        shutil.copytree(night.tables, former.data.tables)
        write_memory(former.data)
        planned.begin(former.data)
        for name, rows in beside.items():
            planned.give(name, rows)
        project.compute(former.data, FOLLOWING)
        return {
            name: planned.connection.sql(f"from {name} order by all").pl()
            for name in ("warnings", "revisions", "indicator_values")
        }

    return tell


@pytest.fixture(scope="module")
def whole(follow: Follow, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    return follow(lay_down(tmp_path_factory.mktemp("whole")))


@pytest.mark.parametrize("left_out", LEFT_OUT, ids=lambda left_out: "-".join(left_out.values()))
def test_without_a_column_all_else_is_told_as_before(
    follow: Follow, whole: dict[str, pl.DataFrame], tmp_path: Path, left_out: dict[str, str]
) -> None:
    former = lay_down(tmp_path)
    for table, column in left_out.items():
        seal_otherwise(former, table, lambda frame, column=column: frame.drop(column))
    for name, told_again in follow(former).items():
        lost = {left_out[name]} if name in left_out else set()
        if lost & NUMBERS:  # a sentence without them names the month and not what was added up
            lost |= {"text_vi", "text_en"}
        if lost == {"last_good_value"}:  # an earlier value is shown, of its own period and release
            lost = set(LAST_GOOD)
        expected = whole[name]
        assert told_again.drop(lost).equals(expected.drop(lost)), name
