"""Questions in files, and the connections on which they are asked."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kinhbac.database import SETTINGS, open_in_memory, read_warehouse, write_warehouse
from kinhbac.queries import read_queries


def read(folder: Path, text: str) -> dict[str, str]:
    (folder / "asking.sql").write_text(text, encoding="utf-8")
    return read_queries(str(folder / "asking.py"))


def test_questions_keep_their_order_their_sentences_and_their_reasons(tmp_path: Path) -> None:
    text = (
        "-- name: a cell has one value\n-- Why.\nselect 1\n;\n\n-- name: b\nfrom t where x = ';';\n"
    )
    assert list(read(tmp_path, text).items()) == [
        ("a cell has one value", "-- Why.\nselect 1"),
        ("b", "from t where x = ';'"),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("-- name: a\nselect 1;\n-- name: a\nselect 2;\n", "a name of its own"),
        ("select 0;\n-- name: a\nselect 1;\n", "a name of its own"),
        ("-- name: a\nselect 1;\n-- name: b\nselect 2\n-- name: c\nselect 3\n", "also b, c"),
        ("-- name: a\n-- name: b\nselect 2;\n", "also a"),
    ],
)
def test_a_file_in_which_a_question_would_be_lost_is_refused(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(ValueError, match=r"asking\.sql: .*" + told):
        read(tmp_path, text)


def test_readers_stand_beside_each_other_and_write_nothing(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with write_warehouse(path) as connection:
        connection.execute("create table t as select 1 as n")
    with read_warehouse(path) as one, read_warehouse(path) as other:
        assert one.execute("from t").fetchall() == other.execute("from t").fetchall() == [(1,)]
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            one.execute("insert into t values (2)")


def test_no_connection_fetches_an_extension(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    for connect in (open_in_memory, lambda: write_warehouse(path), lambda: read_warehouse(path)):
        with connect() as connection:
            for name, value in SETTINGS.items():
                found = connection.execute("select current_setting(?)", [name]).fetchall()
                assert found == [(value,)]
