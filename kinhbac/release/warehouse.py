"""The database of a release, made from its Parquet whenever it is needed.

Here: the script that makes it, making and proving it, removing those of older releases. Not
here: writing the tables (``parquet``), asking them (``answers``).

Every release carries ``warehouse.sql``, which anybody can run in its folder with DuckDB alone:
``duckdb warehouse.duckdb < warehouse.sql``. The release in force has its ``warehouse.duckdb``; that
of an older one is three times as large as all that is sealed of it and says nothing else, so
it goes when the next release is in force, and is made again in its place when it is asked for.
A release from before there was a script keeps its own for ever.
"""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path

import duckdb

from kinhbac.data_folder import DataFolder, flush, written_aside
from kinhbac.database import read_warehouse, write_warehouse
from kinhbac.problems import Problem
from kinhbac.queries import read_queries
from kinhbac.release.parquet import columns_in, contents_of
from kinhbac.release.releases import (
    Release,
    ReleaseUnreadable,
    find_damage,
    folders_of_releases,
    place_in,
    read_sealed,
)

QUERIES = read_queries(__file__)
WAREHOUSE = "warehouse.duckdb"
SCRIPT = "warehouse.sql"


def warehouse_of(release: Release) -> Path:
    """The database of any release, read-only; it is made if it is not there.

    Raises ReleaseUnreadable when what it would be made from is not as it was sealed, or when its
    folder may not be written.
    """
    path = release.folder / WAREHOUSE
    if path.exists():
        return path
    read_sealed(release, SCRIPT)
    found = (find_damage(release, table) for table in release.manifest.get("tables", {}))
    if problems := [problem for problem in found if problem]:
        raise ReleaseUnreadable(f"release {release.number}", problems)
    try:
        make_warehouse(release.folder)
    except PermissionError as error:
        problem = Problem(
            file=place_in(release.folder, WAREHOUSE),
            found=f"it is not there, and cannot be made ({error.strerror})",
            rule="the database of an older release is made when it is asked for",
            remedy=f"run «kinhbac open {release.number}» as the user of the nights",
        )
        raise ReleaseUnreadable(f"release {release.number}", [problem]) from error
    return path


def write_script(candidate: Path, folder: Path) -> None:
    """Write how the database is made of the tables in ``folder``, with what they mean."""
    tables = sorted(folder.glob("*.parquet"))
    with read_warehouse(candidate) as connection:
        comments = connection.execute(QUERIES["comments"]).fetchall()
    lines = [
        "-- Makes the database of this release: duckdb warehouse.duckdb < warehouse.sql",
        "begin;",
        f"{QUERIES['sealed']};",
    ]
    for path in tables:
        lines.append(f"create table \"{path.stem}\" as from sealed('{_pattern(path)}');")
    names = {path.stem for path in tables}
    for table, column, comment in comments:
        if table in names:
            place = f'column "{table}"."{column}"' if column else f'table "{table}"'
            meaning = comment.replace("'", "''")
            lines.append(f"comment on {place} is '{meaning}';")
    lines += [f"{QUERIES['as_of']};", "commit;", ""]
    (folder / SCRIPT).write_text("\n".join(lines), encoding="utf-8")


def make_warehouse(folder: Path, before: Path | None = None) -> None:
    """Make the database of the release in ``folder``, and prove that it holds the same rows.

    Where ``before``, the release before, has its database, that one is taken over and only the
    rows of parts that differ are written anew. Raises PermissionError, and ValueError for a table
    that came out otherwise.
    """
    with written_aside(folder / WAREHOUSE) as aside:
        aside.touch()  # in a folder that may not be written this says so, and DuckDB would not
        aside.unlink()
        if not (before and _renew(aside, folder, before)):
            aside.unlink(missing_ok=True)
            with _connect(aside, folder) as connection:
                connection.execute((folder / SCRIPT).read_text(encoding="utf-8"))
                if wrong := _find_wrong(connection, folder):
                    raise ValueError(
                        f"{place_in(folder, WAREHOUSE)}: {', '.join(wrong)} came out otherwise. "
                        "Rule: the database says what was sealed. Remedy: report this"
                    )
        aside.chmod(0o444)
        flush(aside)


def drop_warehouses(data: DataFolder, in_force: int) -> None:
    """Remove the databases of all releases but the one in force, as far as they can be made again.

    Whoever has one open keeps it. A release that lies elsewhere and is only pointed to is
    somebody else's.
    """
    for number, folder in folders_of_releases(data).items():
        own = not folder.is_symlink() and (folder / SCRIPT).exists()
        if own and number != in_force:
            for path in (folder / WAREHOUSE, *folder.glob(f".{WAREHOUSE}.*")):
                path.unlink(missing_ok=True)


def _connect(path: Path, folder: Path) -> duckdb.DuckDBPyConnection:
    connection = write_warehouse(path)
    connection.execute("set variable release = $1", [folder.as_posix()])
    return connection


def _renew(aside: Path, folder: Path, before: Path) -> bool:
    """Make the database of that of ``before``; False when that does not come out the same."""
    taken_over, script = before / WAREHOUSE, before / SCRIPT
    if not (taken_over.exists() and script.exists()):
        return False
    if script.read_bytes() != (folder / SCRIPT).read_bytes():
        return False
    shutil.copyfile(taken_over, aside)
    try:
        with _connect(aside, folder) as connection:
            connection.execute(f"begin; {QUERIES['sealed']}")
            for path in sorted(folder.glob("*.parquet")):
                if not _renew_table(connection, path, before / path.name):
                    return False
            connection.execute("commit")
            return not _find_wrong(connection, folder)
    except duckdb.Error:  # it is no longer the one that was made
        return False


def _renew_table(connection: duckdb.DuckDBPyConnection, path: Path, before: Path) -> bool:
    """Write the rows of files that differ anew; False when the columns do."""
    now, then = _files(path), _files(before)
    changed = [file for name, file in now.items() if not _is_same(file, then.get(name))]
    gone = [name for name in then if name not in now]
    if not changed and not gone:
        return True
    table, sealed = f'"{path.stem}"', f"sealed('{_pattern(path)}')"
    columns = columns_in(connection, table)
    if columns != columns_in(connection, sealed):
        return False
    if path.is_dir():
        keys = [Path(name).stem for name in (*gone, *(file.name for file in changed))]
        where = f'where "{columns[0][0]}" in (select unnest($1))'
        connection.execute(f"delete from {table} {where}", [keys])
    else:
        connection.execute(f"delete from {table}")
    if changed:
        files = [file.as_posix() for file in changed]
        connection.execute(f"insert into {table} from read_parquet($1)", [files])
    return True


def _files(path: Path) -> dict[str, Path]:
    """The files in which a table lies, by name."""
    return {file.name: file for file in sorted(path.iterdir() if path.is_dir() else [path])}


def _is_same(file: Path, before: Path | None) -> bool:
    return (
        before is not None
        and before.is_file()
        and (file.samefile(before) or filecmp.cmp(file, before, shallow=False))
    )


def _pattern(path: Path) -> str:
    return f"{path.name}/*.parquet" if path.is_dir() else path.name


def _find_wrong(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[str]:
    """The tables that do not hold the rows of their Parquet."""
    return [
        path.stem
        for path in sorted(folder.glob("*.parquet"))
        if contents_of(connection, f'"{path.stem}"', "0")
        != contents_of(connection, f"sealed('{_pattern(path)}')", "0")
    ]
