"""The database of a release, made from its Parquet whenever it is needed.

Here: the script that makes it, making, renewing and proving it, removing those of older
releases. Not here: writing the tables (``parquet``), asking them (``answers``).

Every release carries ``warehouse.sql``, which anybody can run in its folder with DuckDB alone:
``duckdb warehouse.duckdb < warehouse.sql``. The release in force has its ``warehouse.duckdb``; that
of an older one is three times as large as all that is sealed of it and says nothing else, so
it goes when the next release is in force, and is made again in its place when it is asked for.
A release from before there was a script keeps its own for ever.

A night that changes little renews a copy of the last one: rows of parts that differ go and come.
It takes a sixth of the time and holds the same rows in another order. What goes keeps its place, so
that the file grows by what a night changes, until half of it is gone and it is made whole again.
"""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb

from kinhbac.checks.candidate import find_meanings
from kinhbac.data_folder import DataFolder, flush, written_aside
from kinhbac.database import Contents, content_of, literal, read_warehouse, write_warehouse
from kinhbac.problems import Problem
from kinhbac.queries import read_queries
from kinhbac.release.releases import (
    SCRIPT,
    WAREHOUSE,
    Release,
    ReleaseUnreadable,
    find_damage,
    find_proven,
    folders_of_releases,
    place_in,
    read_sealed,
)
from kinhbac.release.renewal import renew
from kinhbac.rights import seal_file

QUERIES = read_queries(__file__)
log = logging.getLogger("kinhbac")


def warehouse_of(release: Release) -> Path:
    """The database of any release, read-only; it is made if it is not there, or damaged so that
    nobody can open it.

    Raises ReleaseUnreadable when what it would be made from is not as it was sealed, or when its
    folder may not be written.
    """
    path = release.folder / WAREHOUSE
    if _opens(path):
        return path
    read_sealed(release, SCRIPT)
    found = (find_damage(release, table) for table in release.manifest.get("tables", {}))
    if problems := [problem for problem in found if problem]:
        raise ReleaseUnreadable(f"release {release.number}", problems)
    try:
        make_warehouse(release.folder)
    except OSError as error:
        problem = Problem(
            file=place_in(release.folder, WAREHOUSE),
            found=f"it is not there, or cannot be opened, and cannot be made ({error.strerror})",
            rule="the database of an older release is made when it is asked for",
            remedy=f"run «kinhbac open {release.number}» as the user of the nights",
        )
        raise ReleaseUnreadable(f"release {release.number}", [problem]) from error
    return path


def _opens(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        read_warehouse(path).close()
    except duckdb.Error:
        log.warning("%s cannot be opened: it is made again", path)
        return False
    return True


def write_script(folder: Path) -> None:
    """Write how the database is made of the tables in ``folder``, with what they mean."""
    tables = sorted(folder.glob("*.parquet"))
    lines = [
        "-- Makes the database of this release: duckdb warehouse.duckdb < warehouse.sql",
        "begin;",
        QUERIES["sealed"] + ";",
    ]
    for path in tables:
        lines.append(f"create table \"{path.stem}\" as from sealed('{_pattern(path)}');")
    meanings = find_meanings()
    for path in tables:
        for column, meaning in meanings[path.stem].items():
            place = f'column "{path.stem}"."{column}"' if column else f'table "{path.stem}"'
            quoted = meaning.replace("'", "''")
            lines.append(f"comment on {place} is '{quoted}';")
    lines += [QUERIES["as_of"] + ";", "commit;", ""]
    (folder / SCRIPT).write_text("\n".join(lines), encoding="utf-8")


def make_warehouse(
    folder: Path, contents: Contents | None = None, before: Release | None = None
) -> None:
    """Make the database of the release in ``folder``, and prove that it holds the same rows.

    The same as the candidate from which the release was written, and so its Parquet too, of which
    ``contents`` tells by table; where nothing is told of it any more, the same as its Parquet. That
    of ``before``, the release before, is renewed, if it can be proven and taken over. Raises
    PermissionError, and ValueError for a table that came out otherwise.
    """
    with written_aside(folder / WAREHOUSE) as aside:
        aside.touch()  # in a folder that may not be written this says so, and DuckDB would not
        renewed = before is not None and _renew(before, aside, folder)
        if not renewed or _wrong_in(aside, folder, contents):
            aside.unlink()
            _make_whole(aside, folder, contents)
        seal_file(aside)
        flush(aside)


def _renew(before: Release, path: Path, folder: Path) -> bool:
    """Let ``path`` be the database of ``before`` with the rows of ``folder``, if that can be."""
    proven = find_proven(before)
    rows = sum(told.get("rows", 0) for told in before.manifest.get("tables", {}).values())
    return proven is not None and renew(proven, rows, path, folder)


def _make_whole(path: Path, folder: Path, contents: Contents | None) -> None:
    with write_warehouse(path) as connection:
        connection.execute("set variable release = $1", [literal(folder)])
        connection.execute((folder / SCRIPT).read_text(encoding="utf-8"))
        if wrong := _find_wrong(connection, folder, contents):
            raise ValueError(
                f"{place_in(folder, WAREHOUSE)}: {', '.join(wrong)} came out otherwise. "
                "Rule: the database says what was sealed. Remedy: report this"
            )


def _wrong_in(path: Path, folder: Path, contents: Contents | None) -> list[str]:
    with write_warehouse(path) as connection:
        return _find_wrong(connection, folder, contents)


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


def _pattern(path: Path) -> str:
    return f"{path.name}/*.parquet" if path.is_dir() else path.name


def _find_wrong(
    connection: duckdb.DuckDBPyConnection, folder: Path, contents: Contents | None
) -> list[str]:
    """The tables that do not hold the rows from which they were made."""
    wrong = []
    for path in sorted(folder.glob("*.parquet")):
        sealed = f"sealed('{_pattern(path)}')"
        made_of = contents[path.stem] if contents else content_of(connection, sealed)
        if content_of(connection, f'"{path.stem}"') != made_of:
            wrong.append(path.stem)
    return wrong
