"""How the database of a release is opened to be asked, and that of the open edition.

Here: both, with the views in which figures are told outside. Not here: when (``shelf``), who may
see what (``editions``). What is open was cut out of a release once and proven (``release.editions``):
it is read from there and decided nowhere else.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Callable
from datetime import date
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

import duckdb

from kinhbac.data_folder import DataFolder
from kinhbac.database import attach, literal, serve_database
from kinhbac.exchange.edition.tables import DATA
from kinhbac.exchange.sdmx.components import name_of_dataflow
from kinhbac.exchange.sdmx.content import read_content
from kinhbac.exchange.sdmx.observations import SUFFIX
from kinhbac.interface.bounds import OF_STRANGERS, Bounds
from kinhbac.interface.editions import SCHEME
from kinhbac.interface.opened import Opened, identify
from kinhbac.interface.refusals import Refusal, Unreadable
from kinhbac.queries import read_queries
from kinhbac.release.edition_in_force import Edition, current_edition
from kinhbac.release.releases import MANIFEST, WAREHOUSE, Release, current_release
from kinhbac.release.warehouse import warehouse_of

QUERIES = read_queries(__file__)
NAME = "release"
"""What the database is called, whichever it is."""
Connection = duckdb.DuckDBPyConnection


def open_release(data: DataFolder) -> Opened:
    """The release in force. Raises Refusal before the first, ReleaseUnreadable for one that cannot
    be read, ``duckdb.Error`` or OSError if its database is damaged, or dropped meanwhile."""
    release = current_release(data)
    if release is None:
        detail = "There is no release yet. Remedy: run kinhbac refresh."
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, detail)
    if not (release.folder / WAREHOUSE).exists() and release.folder == data.current.resolve():
        warehouse_of(release)
    return open_database(release)


def open_database(release: Release, bounds: Bounds = OF_STRANGERS) -> Opened:
    """The database of any release, which is there already. Raises ``duckdb.Error`` or OSError if it
    is not, or is damaged."""
    lay_down = partial(attach, name=NAME, path=release.folder / WAREHOUSE)
    return _open(
        release.number, release.as_of, release.folder, lay_down, _dataflow_of_release, bounds
    )


def open_edition(data: DataFolder) -> Opened:
    """The open edition in force. Raises Refusal where there is none, EditionRefused for one that
    cannot be read, ``duckdb.Error`` or OSError if a table of it cannot."""
    edition = current_edition(data)
    if edition is None:
        raise Refusal(
            HTTPStatus.UNAUTHORIZED,
            "Nothing is open here. Remedy: ask with a token.",
            headers={"WWW-Authenticate": SCHEME},
        )
    lay_down = partial(_lay_down_edition, edition)
    return _open(edition.release, edition.as_of, edition.folder, lay_down, _dataflow_of_edition)


def _lay_down_edition(edition: Edition, connection: Connection) -> None:
    """Its tables under the names that those of a release have."""

    def path(table: str) -> str:
        return literal(edition.folder / DATA / f"{table}.parquet")

    connection.execute(f"attach ':memory:' as {NAME}")
    files = [path(indicator) for indicator in edition.indicators]
    connection.execute(QUERIES["edition_cells"], {"files": files})
    connection.execute(QUERIES["edition_categories"])
    if f"{DATA}/_categories.parquet" in edition.files:  # it is from after they were listed
        file = {"file": path("_categories")}
        connection.execute(QUERIES["edition_names_of_categories"], file)
    connection.execute(QUERIES["edition_figures"])
    connection.execute(QUERIES["edition_breakdowns"])
    info = {"release": edition.release, "as_of": edition.as_of}
    connection.execute(QUERIES["edition_info"], info)
    connection.execute("drop table cells")
    connection.execute("drop table categories")
    connection.execute(QUERIES["edition_indicators"], {"file": path("_indicators")})
    connection.execute(QUERIES["edition_areas"], {"file": path("_areas")})


def _open(
    number: int,
    as_of: date,
    folder: Path,
    lay_down: Callable[[Connection], object],
    find_dataflow: Callable[[Opened], str],
    bounds: Bounds = OF_STRANGERS,
) -> Opened:
    identity = identify(folder)
    seal = sha256((folder / MANIFEST).read_bytes()).hexdigest()
    connection = serve_database(lay_down, bounds.megabytes, bounds.seconds)
    opened = Opened(number, as_of, folder, identity, seal, connection, find_dataflow, bounds)
    try:
        opened.ask(QUERIES["shown_indicators"])
        opened.ask(QUERIES["shown_cells"])
        opened.ask(QUERIES["shown_cells_as_of"])
    except BaseException:
        connection.close()
        raise
    return opened


def _dataflow_of_release(opened: Opened) -> str:
    with opened.reading() as cursor:
        content = read_content(cursor)
    return name_of_dataflow(content) if content else ""  # nobody maintains structures


def _dataflow_of_edition(opened: Opened) -> str:
    """As its files in SDMX have it. Raises Unreadable for one that has none."""
    try:
        first_file = min((opened.folder / "sdmx" / "data").glob(f"*{SUFFIX}"))
        with gzip.open(first_file, "rt", encoding="utf-8") as lines:
            [header, first] = csv.reader(line for line, _ in zip(lines, range(2), strict=False))
        return first[header.index("STRUCTURE_ID")]
    except (OSError, EOFError, ValueError, IndexError, zlib.error) as error:
        raise Unreadable(
            f"the SDMX of the open edition of release {opened.number}", error
        ) from error
