"""What the release of another version has told is remembered, or refused in a sentence.

A few lines past 200: what a release must remember, one thing after the other.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from kinhbac.cli import main
from kinhbac.data_folder import DataFolder
from kinhbac.release.contract import columns_of
from kinhbac.release.memory import COMPARED, LAST_GOOD, SAYING, recall, schemas, write_memory
from kinhbac.release.releases import (
    SHAPE,
    DayPassed,
    ReleaseUnreadable,
    current_release,
    refuse_earlier,
    release_as_of,
    release_numbered,
    restore_current,
)
from tests.conftest import Province
from tests.former import NIGHT, declare, lay_down, seal_otherwise, told

REMEMBERED = {
    "warnings": "published_warnings",
    "revisions": "published_revisions",
    "indicator_values": "published_values",
}


@pytest.fixture
def former(tmp_path: Path) -> Province:
    return lay_down(tmp_path)


def test_what_the_release_of_before_told_is_remembered(former: Province) -> None:
    memory = recall(former.data)
    assert {name: frame.schema for name, frame in memory.items()} == schemas()
    for table in ("warnings", "revisions"):
        assert memory[REMEMBERED[table]].equals(told(table))
    assert memory["published_release"].rows() == [(5, NIGHT.replace(day=10))]
    held = told("indicator_values").filter(pl.col("last_good_release").is_not_null())
    assert held.height == 12
    cell = ["indicator", "area", "period_start"]
    shown = memory["last_values"].join(held, on=cell, how="semi")
    assert shown.select("value", "value_period_start", "value_release").rows() == (
        held.select("last_good_value", "last_good_period_start", "last_good_release").rows()
    )
    assert write_memory(former.data) == memory["last_values"].height > held.height


COLUMNS = [
    *(("warnings", column) for column in schemas()["published_warnings"]),
    *(("revisions", column) for column in columns_of("revisions")),
    *(("indicator_values", column) for column in (*COMPARED, *LAST_GOOD)),
    ("areas", "borders"),
]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_column_that_the_release_does_not_have_costs_no_memory(
    former: Province, table: str, column: str
) -> None:
    before = recall(former.data)
    seal_otherwise(former, table, lambda frame: frame.drop(column))
    if column in SAYING[table]:
        with pytest.raises(ReleaseUnreadable, match=f"releases/5/{table}.parquet, {column}: this"):
            recall(former.data)
        return
    after = recall(former.data)
    for name, frame in before.items():
        if name == "last_values" and column in LAST_GOOD:
            assert set(after[name]["value"]) <= set(frame["value"])
            continue
        lost = [column] if name == REMEMBERED.get(table, "published_values") else []
        lost = [name for name in lost if name in frame.columns]
        assert after[name].drop(lost).equals(frame.drop(lost)), name
        assert all(after[name][column].is_null().all() for column in lost)


def test_a_release_from_before_there_was_a_table_has_told_nothing_in_it(former: Province) -> None:
    declare(former, lambda manifest: manifest["tables"].pop("revisions"))
    (former.data.current / "revisions.parquet").unlink()
    memory = recall(former.data)
    assert memory["published_revisions"].height == 0
    assert memory["published_warnings"].height == told("warnings").height


def test_what_nobody_reads_any_more_is_left_out_and_another_type_is_cast(former: Province) -> None:
    def change(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.col("closed_in").cast(pl.Int64), mood=pl.lit("gloomy"))

    seal_otherwise(former, "warnings", change)
    assert recall(former.data)["published_warnings"].equals(told("warnings"))


@pytest.mark.parametrize(
    ("column", "told_as", "type_name"),
    [
        ("closed_in", pl.lit(1.5), "Float64"),
        ("closed_on", pl.lit(20260210), "Int32"),
        ("open", pl.lit(7), "Int32"),
        ("owner", pl.lit(["SYT"]), "List"),
    ],
)
def test_a_type_in_which_a_value_would_be_another_is_refused(
    former: Province, column: str, told_as: pl.Expr, type_name: str
) -> None:
    seal_otherwise(former, "warnings", lambda frame: frame.with_columns(told_as.alias(column)))
    with pytest.raises(ReleaseUnreadable, match=f"warnings.parquet, {column}: holds {type_name}"):
        recall(former.data)


def test_a_table_that_was_not_sealed_with_the_release_is_not_believed(former: Province) -> None:
    declare(former, lambda manifest: manifest["tables"].pop("warnings"))
    with pytest.raises(ReleaseUnreadable, match=r"warnings\.parquet: the manifest lists no such"):
        recall(former.data)


READERS: list[Callable[[DataFolder], object]] = [
    recall,
    current_release,
    lambda data: release_as_of(data, NIGHT),
    lambda data: release_numbered(data, 5),
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "manifest",
    ["", "{", "[]", '{"release": 5}', '{"release": 5, "as_of": "in the spring"}',
     '{"release": 5, "as_of": "2026-04-10", "shape": null}'],
)  # fmt: skip
def test_what_is_no_manifest_is_refused(
    former: Province, manifest: str, read: Callable[[DataFolder], object]
) -> None:
    path = former.data.current / "manifest.json"
    path.write_text(manifest, encoding="utf-8")
    with pytest.raises(
        ReleaseUnreadable, match=r"releases/5/manifest\.json: it is no manifest of a"
    ):
        read(former.data)
    path.unlink()
    with pytest.raises(ReleaseUnreadable, match=r"releases/5/manifest\.json: it cannot be opened"):
        read(former.data)


def test_a_release_that_is_lost_is_not_the_time_before_the_first(former: Province) -> None:
    data = former.data
    data.current.unlink()
    with pytest.raises(ReleaseUnreadable, match="current: it is not there, though release 5 is"):
        recall(data)
    data.current.symlink_to(Path("releases") / "7")
    with pytest.raises(ReleaseUnreadable, match="current: it leads to releases/7, and there is"):
        recall(data)
    data.current.unlink()
    shutil.copytree(data.releases / "5", data.current)
    with pytest.raises(ReleaseUnreadable, match=r"no link to a release.*«kinhbac use 5»"):
        recall(data)


def test_a_gap_between_releases_is_no_memory(former: Province) -> None:
    shutil.copytree(former.data.releases / "5", former.data.releases / "3")
    with pytest.raises(ReleaseUnreadable, match="releases/4: it is not there, though older and"):
        recall(former.data)


def test_a_night_of_a_day_before_the_release_in_force_is_refused(former: Province) -> None:
    sentence = "A night of 09/04/2026 would come before release 5, which is of 10/04/2026"
    with pytest.raises(DayPassed, match=sentence):
        refuse_earlier(former.data, NIGHT.replace(day=9))
    refuse_earlier(former.data, NIGHT.replace(day=10))


def test_a_first_release_sealed_when_its_night_was_killed_stops_no_night(former: Province) -> None:
    former.data.current.unlink()
    (former.data.releases / "5").rename(former.data.releases / "1")
    path = former.data.releases / "1" / "manifest.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"release": 5', '"release": 1'), "utf-8"
    )
    assert restore_current(former.data)
    assert former.data.current.readlink() == Path("releases") / "1"
    assert not recall(former.data)["published_values"].is_empty()


def test_all_that_cannot_be_read_is_refused_at_once_and_nothing_is_laid_down(
    former: Province,
) -> None:
    write_memory(former.data)
    laid = {path: path.stat().st_mtime_ns for path in former.data.tables.iterdir()}
    seal_otherwise(
        former, "warnings", lambda frame: frame.with_columns(closed_on=pl.lit("in the spring"))
    )
    (former.data.current / "revisions.parquet").unlink()
    (former.data.current / "areas.parquet").write_bytes(b"PAR1")
    with pytest.raises(ReleaseUnreadable) as refused:
        write_memory(former.data)
    assert str(refused.value).splitlines() == [
        "release 5: 3 problems",
        "  releases/5/areas.parquet: its bytes are not those that were sealed. Rule: a night "
        "builds on all that the release in force has told, or not at all. Remedy: put the file "
        "back from a copy of the release, or put one of before in force with «kinhbac use <n>» "
        "(docs/operations.md, «Go back»).",
        "  releases/5/revisions.parquet: it is not there. Rule: a night builds on all that the "
        "release in force has told, or not at all. Remedy: put the file back from a copy of the "
        "release, or put one of before in force with «kinhbac use <n>» (docs/operations.md, «Go "
        "back»).",
        "  releases/5/warnings.parquet, closed_on: holds String that cannot be read as Date. "
        "Rule: a night remembers the columns that the contract of «warnings» names. Remedy: "
        "install a version that reads this release, or put one of before in force with «kinhbac "
        "use <n>» (docs/operations.md, «Go back»).",
    ]
    assert laid == {path: path.stat().st_mtime_ns for path in former.data.tables.iterdir()}


@pytest.mark.parametrize(
    "command", [["check"], ["coverage"], ["coverage", "--as-of", "2026-04-10"], ["refresh"]]
)
def test_a_release_of_a_newer_shape_is_refused_by_whoever_reads_it(
    former: Province, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    assert current_release(former.data)  # one without a shape is of the first
    declare(former, lambda manifest: manifest.update(shape=SHAPE + 1))
    sentence = (
        f"releases/5/manifest.json, shape: «{SHAPE + 1}» is a newer shape of releases than this "
        f"code knows, which is {SHAPE}. Rule: a release is read by the version that sealed it or "
        "by a later one. Remedy: install the version that sealed it, or "
    )
    for read in READERS:
        with pytest.raises(ReleaseUnreadable) as refused:
            read(former.data)
        assert sentence in str(refused.value)
    assert release_as_of(former.data, NIGHT.replace(year=2025)) is None
    monkeypatch.setenv("KINHBAC_DATA", former.data.root.as_posix())
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 1
    assert sentence in result.output and "Traceback" not in result.output
