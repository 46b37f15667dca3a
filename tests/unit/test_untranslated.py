"""``kinhbac check`` names what a release says in English alone."""

from __future__ import annotations

from pathlib import Path

import duckdb

from kinhbac.answers.untranslated import find_untranslated


def lay_down(path: Path, *statements: str) -> Path:
    with duckdb.connect(path.as_posix()) as connection:
        for statement in (
            "create table problems (found varchar, found_vi varchar, expected varchar, "
            "expected_vi varchar, remedy varchar, remedy_vi varchar)",
            "create table worklist as from problems",
            "create table anomalies (evidence varchar, evidence_vi varchar)",
            *statements,
        ):
            connection.execute(statement)
    return path


def test_a_sentence_and_a_meaning_that_stand_in_english_alone_are_named(tmp_path: Path) -> None:
    warehouse = lay_down(
        tmp_path / "warehouse.duckdb",
        "insert into problems values ('the goose has flown', 'the goose has flown', 'it lays eggs', "
        "'ngỗng đẻ trứng', 'TT-2026-10', 'TT-2026-10')",
        "comment on column anomalies.evidence is 'How golden the egg is.'",
        "comment on column problems.found is 'What is wrong.'",
    )
    assert find_untranslated(warehouse) == ["the goose has flown", "How golden the egg is."]


def test_a_release_from_before_there_were_two_languages_is_not_blamed(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(warehouse.as_posix()) as connection:
        connection.execute("create table problems as select 'the goose has flown' as found")
    assert find_untranslated(warehouse) == []
