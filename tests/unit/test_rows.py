"""Tables that follow from the class of their rows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import polars as pl
import pytest

from kinhbac.ingest.ledger_tables import ExtractRow
from kinhbac.registry.tables.areas import AreaRow
from kinhbac.registry.tables.elements import DataElementRow
from kinhbac.registry.tables.limits import LimitRow
from kinhbac.rows import Long, Row, Sha256, columns_of, frame_of, published_columns, write_rows


class WellRow(Row, table="wells", key=("well", "since"), meaning="Wells of a village."):
    """A well, from one day on."""

    well: Annotated[str, "Key of the well."]
    kind: Annotated[Literal["dug", "drilled"], "How it was made."]
    depth: Annotated[float | None, "Metres; empty: nobody measured."]
    users: int
    litres: Annotated[Long | None, "Since it was made."]
    clean: bool
    since: date | None
    names: list[str]
    survey: Sha256 | None = None


DUG = WellRow("w1", "dug", 7.5, 40, 3_000_000_000, True, None, ["Giếng Đình", "Giếng Làng"])


def changed(**cells: Any) -> WellRow:
    return WellRow(**vars(DUG) | cells)


def test_types_and_order_follow_from_the_class() -> None:
    assert dict(frame_of(WellRow, [DUG]).schema) == {
        "well": pl.String,
        "kind": pl.String,
        "depth": pl.Float64,
        "users": pl.Int32,
        "litres": pl.Int64,
        "clean": pl.Boolean,
        "since": pl.Date,
        "names": pl.List(pl.String),
        "survey": pl.String,
    }
    assert [column.sql_type for column in columns_of(WellRow)] == [
        "varchar", "varchar", "double", "integer", "bigint", "boolean", "date", "varchar[]",
        "varchar",
    ]  # fmt: skip


def test_a_table_without_rows_has_its_columns() -> None:
    assert frame_of(WellRow, []).schema == frame_of(WellRow, [DUG]).schema


def test_what_has_a_meaning_is_published() -> None:
    told = {column.name: column.meaning for column in published_columns(WellRow)}
    assert told == {
        "well": "Key of the well.",
        "kind": "How it was made.",
        "depth": "Metres; empty: nobody measured.",
        "litres": "Since it was made.",
    }


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([changed(users=None)], r"wells\.users: 1 rows are empty"),
        ([changed(kind="bored")], r"wells\.kind: unknown \['bored'\]"),
        ([changed(survey="ab" * 31)], r"wells\.survey: malformed \['abab"),
        ([changed(survey="ab" * 33)], r"wells\.survey: malformed"),
        ([DUG, changed(kind="drilled")], "wells: rows share a key"),
    ],
)
def test_a_row_that_breaks_its_class_is_not_written(
    tmp_path: Path, rows: Sequence[WellRow], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        write_rows(WellRow, rows, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("kind", "column", "junk"),
    [
        (AreaRow, "kind", "hamlet"),
        (DataElementRow, "over_areas", "median"),
        (LimitRow, "rule", "mood"),
        (ExtractRow, "sha256", "ab" * 31),
    ],
)
def test_words_and_hashes_that_nobody_asks_later_are_proven_when_laid_down(
    kind: type[Row], column: str, junk: str
) -> None:
    some: dict[Any, Any] = {pl.String: "x", pl.Boolean: True, pl.Date: date(2026, 1, 1)}
    sound = {
        told.name: told.words[0] if told.words else [] if told.dtype == pl.List else
        "ab" * 32 if told.form else some.get(told.dtype.base_type(), 1)
        for told in columns_of(kind)
    }  # fmt: skip
    assert frame_of(kind, [kind(**sound)]).height == 1
    with pytest.raises(ValueError, match=rf"{kind.table}\.{column}: .*{junk}"):
        frame_of(kind, [kind(**sound | {column: junk})])


def test_rows_are_written_as_they_are(tmp_path: Path) -> None:
    rows = [changed(since=date(2026, 1, 1), depth=None), DUG]
    assert write_rows(WellRow, rows, tmp_path).equals(pl.read_parquet(tmp_path / "wells.parquet"))
    assert pl.read_parquet(tmp_path / "wells.parquet")["depth"].to_list() == [None, 7.5]


def test_a_type_that_no_column_has_is_refused() -> None:
    class Odd(Row, table="odd", key=()):
        """Nothing that a table holds."""

        place: complex

    with pytest.raises(TypeError, match=r"place: .*complex.* is no type of a column"):
        columns_of(Odd)


def test_a_table_that_says_the_same_already_is_left_as_it_lies(tmp_path: Path) -> None:
    write_rows(WellRow, [DUG], tmp_path)
    table = tmp_path / "wells.parquet"
    os.utime(table, (0, 0))
    write_rows(WellRow, [DUG], tmp_path)
    assert table.stat().st_mtime == 0

    deeper = changed(depth=8.0)
    assert write_rows(WellRow, [deeper], tmp_path).equals(pl.read_parquet(table))
    assert table.stat().st_mtime > 0
    assert list(tmp_path.iterdir()) == [table]
