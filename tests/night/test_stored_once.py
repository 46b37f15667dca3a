"""What did not change is stored once, what can be made again is made again, and nothing is lost.

Past 200 lines: a kind of damage or kill a question, all of one release.
"""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner

from kinhbac.checks.candidate import published_tables
from kinhbac.cli import main
from kinhbac.data_folder import hash_file
from kinhbac.database import attach, read_warehouse
from kinhbac.release import draft, parquet, publication, releases, warehouse
from kinhbac.release.contents import store_once
from kinhbac.release.parquet import write_tables
from kinhbac.release.publication import publish
from kinhbac.release.releases import Release, current_release, find_damage, release_numbered
from kinhbac.release.warehouse import (
    drop_warehouses,
    make_warehouse,
    warehouse_of,
    write_script,
)
from tests.conftest import Province

ONE = "clinic_birth_rate"
NEWS = "what nobody has said before"
RAISE_TARGETS = "update indicator_values set target = coalesce(target, 0) + 1"


@pytest.fixture(autouse=True)
def _tables_of_any_size_are_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "DIVIDED_FROM", 1)


def seal_again(province: Province, times: int = 1) -> Release:
    """Publish the same candidate on later days, on which something is due."""
    for _ in range(times):
        province.as_of += timedelta(days=400)
        release = publish(province.data, province.sources, province.as_of)
    return release


def write(province: Province, folder: Path, before: Release | None = None) -> Release:
    """The tables of the candidate and their database, as a release would hold them."""
    folder.mkdir()
    tables, contents = write_tables(province.data.candidate, folder, before)
    write_script(folder)
    make_warehouse(folder, contents, before)
    manifest = {"tables": tables, "database": hash_file(folder / releases.WAREHOUSE)}
    return Release(9, folder, manifest, province.as_of, releases.SHAPE)


def change(province: Province, *statements: str) -> None:
    """Let the candidate be another one."""
    with duckdb.connect(province.data.candidate.as_posix()) as connection:
        for statement in statements:
            connection.execute(statement)


def rows_of(path: Path, *tables: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows of some tables; to open the database takes longer than to read most of them."""
    with duckdb.connect(path.as_posix(), read_only=True) as connection:
        return {
            table: connection.execute(f'from "{table}" order by all').fetchall() for table in tables
        }


def look(folder: Path) -> dict[str, str]:
    """What a release has sealed: hash by file."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): releases.hash_table(path)
        for path in files
        if path.name != releases.WAREHOUSE
    }


def test_a_table_in_parts_is_read_like_a_file_and_in_its_order(
    published: Province, tmp_path: Path
) -> None:
    release = write(published, tmp_path / "sealed")
    assert (release.folder / "indicator_values.parquet" / f"{ONE}.parquet").is_file()
    assert (release.folder / "areas.parquet").is_file()
    for table, candidate in rows_of(published.data.candidate, *published_tables()).items():
        path = release.folder / f"{table}.parquet"
        assert duckdb.sql(f"from '{path}'").fetchall() == candidate, table
        assert pl.read_parquet(path).height == len(candidate), table
        assert find_damage(release, table) is None


def test_a_change_stores_its_part_and_nothing_else(published: Province, tmp_path: Path) -> None:
    first = write(published, tmp_path / "first")
    change(published, f"{RAISE_TARGETS} where indicator = '{ONE}' and area = '24'")
    second = write(published, tmp_path / "second", first)
    store_once(second.folder, first.folder)
    stored = {
        path.relative_to(second.folder).as_posix()
        for path in second.folder.rglob("*.parquet")
        if path.is_file() and path.stat().st_nlink == 1
    }
    assert stored == {f"indicator_values.parquet/{ONE}.parquet"}
    values = duckdb.sql(f"from '{second.folder}/indicator_values.parquet'").fetchall()
    assert rows_of(published.data.candidate, "indicator_values") == {"indicator_values": values}
    # What is stored once is stored the same as if it were stored again.
    assert look(write(published, tmp_path / "alone").folder) == look(second.folder)


def test_what_is_damaged_is_not_taken_over(published: Province, tmp_path: Path) -> None:
    first = write(published, tmp_path / "first")
    part = first.folder / "indicator_values.parquet" / f"{ONE}.parquet"
    shutil.copyfile(part.with_stem("births_to_date"), part)
    second = write(published, tmp_path / "second", first)
    values = duckdb.sql(f"from '{second.folder}/indicator_values.parquet'").fetchall()
    assert rows_of(published.data.candidate, "indicator_values") == {"indicator_values": values}


def test_a_change_renews_the_database_of_the_release_before(
    published: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write(published, tmp_path / "first")
    proven = look_at(first)
    change(
        published,
        f"{RAISE_TARGETS} where indicator = '{ONE}'",
        "insert into indicator_values by name "
        f"select * replace ('new' as indicator) from indicator_values where indicator = '{ONE}'",
        "delete from indicator_values where indicator = 'births_to_date'",
        "delete from areas where area = (select min(area) from areas)",
    )

    def refuse(*_: object) -> None:
        raise AssertionError("the database was made whole")

    monkeypatch.setattr(warehouse, "_make_whole", refuse)
    second = write(published, tmp_path / "second", first)
    assert find_differing(published, second) == []
    assert look_at(second) == proven
    # And again upon the renewed one, back to what was there before.
    change(published, f"delete from indicator_values where indicator = '{ONE}'")
    third = write(published, tmp_path / "third", second)
    assert find_differing(published, third) == []


def test_a_database_in_which_as_much_is_gone_as_is_there_is_made_whole(
    published: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write(published, tmp_path / "first")
    made = first.folder / releases.WAREHOUSE
    rows = sum(told["rows"] for told in first.manifest["tables"].values())
    made.chmod(0o644)
    with duckdb.connect(made.as_posix()) as connection:
        # A row that goes keeps its place while others stay beside it.
        connection.execute("create temp table kept as from indicator_values")
        connection.execute("delete from indicator_values")
        connection.execute("insert into indicator_values from kept")
        gone = f"select kept.* replace ('gone' as area) from kept, range({rows})"
        connection.execute(f"insert into indicator_values {gone} limit {rows}")
        connection.execute("delete from indicator_values where area = 'gone'")
    first.manifest["database"] = hash_file(made)  # as if it had been sealed so
    whole = []
    make_whole = vars(warehouse)["_make_whole"]
    monkeypatch.setattr(
        warehouse, "_make_whole", lambda *given: (whole.append(True), make_whole(*given))
    )
    second = write(published, tmp_path / "second", first)
    assert whole and find_differing(published, second) == []
    third = write(published, tmp_path / "third", second)
    assert whole == [True] and find_differing(published, third) == []


def find_differing(province: Province, release: Release) -> list[str]:
    """The tables whose rows are others in the database of a release than in the candidate."""
    with duckdb.connect() as connection:
        attach(connection, "candidate", province.data.candidate)
        attach(connection, "made", release.folder / releases.WAREHOUSE)
        found = {
            (place, table): connection.execute(f'from {place}."{table}" order by all').fetchall()
            for place in ("candidate", "made")
            for table in published_tables()
        }
    return [t for t in published_tables() if found["candidate", t] != found["made", t]]


def look_at(release: Release) -> list[tuple[object, ...]]:
    """What the database says of its tables beside their rows."""
    with duckdb.connect((release.folder / releases.WAREHOUSE).as_posix(), read_only=True) as found:
        return found.execute(
            "select table_name, column_name, data_type, comment from duckdb_columns() "
            "where not internal union all select table_name, null, null, comment "
            "from duckdb_tables() union all select function_name, null, null, macro_definition "
            "from duckdb_functions() where not internal order by all"
        ).fetchall()


@pytest.mark.parametrize("wrong", ["bytes", "script", "columns", "rows"])
def test_a_database_that_cannot_be_taken_over_is_made_whole(
    published: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    first = current_release(published.data)
    assert first
    made = first.folder / releases.WAREHOUSE
    made.chmod(0o644)
    if wrong in ("bytes", "rows"):
        with duckdb.connect(made.as_posix()) as connection:
            connection.execute("delete from areas")
    if wrong == "rows":  # as if it had been sealed so
        first.manifest["database"] = hash_file(made)
    if wrong == "script":
        said = {table: {"": NEWS} for table in published_tables()}
        monkeypatch.setattr(warehouse, "find_meanings", lambda: said)
    if wrong == "columns":
        change(published, "alter table indicator_values alter column target type bigint")
    second = write(published, tmp_path / "second", first)
    assert find_differing(published, second) == []
    found = {row[:2]: row[2:] for row in look_at(second)}
    assert (found["areas", None][1] == NEWS) == (wrong == "script")
    assert (found["indicator_values", "target"][0] == "BIGINT") == (wrong == "columns")


def test_what_a_release_holds_twice_is_stored_once(tmp_path: Path) -> None:
    stages = [tmp_path / f"composite_{stage}.parquet" for stage in ("screened", "imputed")]
    for folder in stages:
        folder.mkdir()
        (folder / "same.parquet").write_text("nothing imputed", encoding="utf-8")
        (folder / "other.parquet").write_text(folder.name.rjust(30), encoding="utf-8")
    sealed = look(tmp_path)
    store_once(tmp_path, None)
    screened, imputed = stages
    assert (imputed / "same.parquet").samefile(screened / "same.parquet")
    assert not (imputed / "other.parquet").samefile(screened / "other.parquet")
    assert look(tmp_path) == sealed


def test_without_links_everything_is_a_copy(
    published: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write(published, tmp_path / "first")

    def refuse(*_: object) -> None:
        raise OSError("this file system has no links")

    monkeypatch.setattr(os, "link", refuse)
    second = write(published, tmp_path / "second", first)
    store_once(second.folder, first.folder)
    assert look(second.folder) == look(first.folder)


def test_the_database_of_an_older_release_goes_and_comes_back_the_same(
    published: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINHBAC_DATA", published.data.root.as_posix())
    made = published.data.releases / "1" / releases.WAREHOUSE
    tables = rows_of(made, *published_tables())
    sealed = look(made.parent)
    reader = duckdb.connect(made.as_posix(), read_only=True)
    second = seal_again(published)
    assert second.number == 2 and (second.folder / releases.WAREHOUSE).exists()
    assert not made.exists() and look(made.parent) == sealed
    # Whoever has it open keeps it.
    assert reader.execute("select count(*) from areas").fetchall() == [(len(tables["areas"]),)]
    reader.close()

    opened = CliRunner().invoke(main, ["open", "1"])
    assert opened.output.strip() == made.as_posix()
    assert rows_of(made, *published_tables()) == tables
    with duckdb.connect(made.as_posix(), read_only=True) as connection:
        told = connection.execute(
            "select count(*) from indicator_values_as_of(date '2026-03-20') "
            "union all select count(*) from duckdb_columns() where not internal and comment is null"
        ).fetchall()
    assert told[0][0] > 0 and told[1] == (0,)
    assert seal_again(published).number == 3 and not made.exists()


def test_anybody_makes_the_database_with_duckdb_alone(
    published: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = shutil.copytree(published.data.releases / "1", tmp_path / "copied")
    monkeypatch.chdir(copied)
    with duckdb.connect((tmp_path / "own.duckdb").as_posix()) as connection:
        connection.execute((copied / releases.SCRIPT).read_text(encoding="utf-8"))
    made = copied / releases.WAREHOUSE
    own = rows_of(tmp_path / "own.duckdb", *published_tables())
    assert own == rows_of(made, *published_tables())


def test_a_database_is_made_only_of_what_was_sealed(
    published: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINHBAC_DATA", published.data.root.as_posix())
    seal_again(published)
    first = release_numbered(published.data, 1)
    assert first
    for name in (releases.SCRIPT, "areas.parquet"):
        sealed = (first.folder / name).read_bytes()
        (first.folder / name).unlink()  # a link: the same file is part of the other release
        (first.folder / name).write_bytes(sealed + b" ")
        opened = CliRunner().invoke(main, ["open", "1"])
        assert opened.exit_code == 1
        assert f"releases/1/{name}: its bytes are not those that were sealed" in opened.output
        (first.folder / name).write_bytes(sealed)
    assert not (first.folder / releases.WAREHOUSE).exists()
    assert CliRunner().invoke(main, ["open", "7"]).output == "There is no release 7.\n"


@pytest.mark.parametrize(
    ("module", "last"),
    [
        (draft, "write_tables"),
        (draft, "make_warehouse"),
        (publication, "store_once"),
        (publication, "settle"),
    ],
)
def test_a_kill_while_sealing_leaves_the_last_release_whole(
    published: Province, monkeypatch: pytest.MonkeyPatch, module: ModuleType, last: str
) -> None:
    before = look(published.data.releases / "1")
    step = getattr(module, last)

    def killed(*given: object) -> None:
        step(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, last, killed)
    with pytest.raises(KeyboardInterrupt):
        seal_again(published)
    assert published.data.current.resolve().name == "1"
    assert (published.data.current / releases.WAREHOUSE).exists()
    monkeypatch.setattr(module, last, step)
    assert seal_again(published).number == 2
    assert look(published.data.releases / "1") == before
    assert [path.name for path in published.data.releases.glob(".*")] == []


def test_a_kill_before_older_databases_go_leaves_them_to_the_next_release(
    published: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publication, "drop_warehouses", killed)
    with pytest.raises(KeyboardInterrupt):
        seal_again(published)
    assert published.data.current.resolve().name == "2"
    left = published.data.releases / "1" / f".{releases.WAREHOUSE}.1.part"
    left.write_bytes(b"half")  # and one that was being made when its command was killed
    monkeypatch.setattr(publication, "drop_warehouses", drop_warehouses)
    assert seal_again(published).number == 3
    kept = {path.parent.name for path in published.data.releases.glob(f"*/*{releases.WAREHOUSE}*")}
    assert kept == {"3"} and not left.exists()


def test_what_cannot_be_made_again_or_is_not_ours_stays(published: Province) -> None:
    data = published.data
    first, other = data.releases / "1", data.root / "other"
    shutil.copytree(first, other)
    (data.releases / "7").symlink_to(other)
    shutil.copytree(first, data.releases / "8")
    (data.releases / "8" / releases.SCRIPT).unlink()  # sealed by an earlier version
    drop_warehouses(data, 2)
    assert (other / releases.WAREHOUSE).exists()
    assert (data.releases / "8" / releases.WAREHOUSE).exists()
    assert not (first / releases.WAREHOUSE).exists()
    release = release_numbered(data, 1)
    assert release and warehouse_of(release) == first / releases.WAREHOUSE
    assert (first / releases.WAREHOUSE).stat().st_mode & 0o222 == 0
    (first / releases.WAREHOUSE).chmod(0o600)
    os.truncate(first / releases.WAREHOUSE, 5000)  # by a disk that lied: it is made again
    with read_warehouse(warehouse_of(release)) as connection:
        assert connection.execute("select count(*) > 0 from indicator_values").fetchone() == (True,)
