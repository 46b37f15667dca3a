"""What a release and the registry together say of each dataset of the catalogue.

Here: a published indicator as a dataset: owner, periods, days, terms, files. Not here: how others
write it (``graph``). A dataset is an indicator, because that is what has one owner, one frequency,
one unit and one definition, and its values are one file; a sector has many of each.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from kinhbac.data_folder import hash_file
from kinhbac.database import read_warehouse
from kinhbac.periods import Period
from kinhbac.queries import read_queries
from kinhbac.registry.declared.publication import Access, Contact, Theme
from kinhbac.registry.definitions.openness import contact_of, find_access, licence_of, theme_of
from kinhbac.registry.model import Registry

QUERIES = read_queries(__file__)


@dataclass(frozen=True)
class File:
    """One file of a release: its kind (``vocabularies.toml``), path, bytes and SHA-256."""

    kind: str
    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Measurement:
    """A measure of how well a source delivered in a year, as the table ``quality`` has it."""

    source: str
    word: str
    measure: str
    value: float
    unit: str
    year: date


@dataclass(frozen=True)
class Dataset:
    """One published indicator: who answers for it, when it is of, on which terms it may be used.

    ``covers``: first day of its first and last day of its last period with a value.
    """

    indicator: str
    owner: str
    formula: str
    covers: tuple[date, date] | None
    issued: date | None
    modified: date | None
    access: Access
    licence: str | None
    contact: Contact | None
    theme: Theme | None
    synthetic: bool
    files: tuple[File, ...]
    quality: tuple[Measurement, ...]


@cache
def read_vocabularies() -> dict[str, Any]:
    """Section → word of the registry → word of DCAT-AP."""
    path = Path(__file__).with_name("vocabularies.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def find_datasets(registry: Registry, warehouse: Path, folder: Path) -> list[Dataset]:
    """The published indicators of the release whose database is ``warehouse``, by key.

    ``folder`` holds their files.
    """
    with read_warehouse(warehouse) as connection:
        rows = connection.execute(QUERIES["datasets"]).fetchall()
        quality = _find_quality(connection)
    access = find_access(registry)
    files = _Files(folder)
    sources = registry.indicator_source
    return [
        _dataset(registry, row, access[row[0]], files, tuple(quality.get(sources[row[0]], ())))
        for row in rows
    ]


def _find_quality(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Measurement]]:
    """Measures of the newest year by source; none where the database has no such table."""
    [(is_measured,)] = connection.execute(QUERIES["is_measured"]).fetchall()
    found: dict[str, list[Measurement]] = {}
    if is_measured:
        for row in connection.execute(QUERIES["measured"]).fetchall():
            found.setdefault(row[0], []).append(Measurement(*row))
    return found


def _dataset(
    registry: Registry,
    row: tuple[Any, ...],
    access: Access,
    files: _Files,
    quality: tuple[Measurement, ...],
) -> Dataset:
    indicator, owner, formula, synthetic, first, last, issued, modified = row
    kind = registry.indicators[indicator].frequency
    return Dataset(
        indicator=indicator,
        owner=owner,
        covers=(first, Period(last, kind).end) if first else None,
        issued=issued,
        modified=modified,
        access=access,
        licence=licence_of(registry, indicator, access),
        contact=contact_of(registry, owner),
        theme=theme_of(registry, indicator),
        formula=formula,
        synthetic=synthetic,
        files=files.of(indicator),
        quality=quality,
    )


class _Files:
    """The files of a folder; each is hashed once, however many datasets lie in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hashes: dict[Path, str] = {}

    def of(self, indicator: str) -> tuple[File, ...]:
        return tuple(
            self._file(kind, path)
            for kind, declared in read_vocabularies()["distribution"].items()
            if (path := self._find(declared["paths"], indicator))
        )

    def _find(self, paths: list[str], indicator: str) -> Path | None:
        named = (self.folder / path.format(indicator=indicator) for path in paths)
        return next((path for path in named if path.is_file()), None)

    def _file(self, kind: str, path: Path) -> File:
        if path not in self.hashes:
            self.hashes[path] = hash_file(path)
        name = path.relative_to(self.folder).as_posix()
        return File(kind, name, path.stat().st_size, self.hashes[path])
