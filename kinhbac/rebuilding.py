"""Computing a release again, from the kept extracts and the registry of its day.

Here: laying down what a release was made of in a folder of its own, the comparison of the
tables. Not here: the steps that compute them (``night``). Past 200 lines because what is laid
down, in which order and what is compared are one road.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from kinhbac.calendar import HANOI
from kinhbac.data_folder import DataFolder, hash_of_code
from kinhbac.database import literal, open_in_memory
from kinhbac.digits import settled
from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.kept_bytes import BytesChanged, are_kept, give_back
from kinhbac.ingest.landing_zone import MANIFEST_SUFFIX
from kinhbac.ingest.ledger import write_entry
from kinhbac.ingest.ledger_tables import read_back
from kinhbac.ingest.personal_data import PERSONAL
from kinhbac.ingest.receipts import Receipt, write_receipts
from kinhbac.ingest.reception import examine_and_keep
from kinhbac.night import COMPUTING, PUBLISHING, Night, run
from kinhbac.problems import ProblemsFound, Refused
from kinhbac.queries import read_queries
from kinhbac.registry import Registry, load_registry
from kinhbac.release.contents import REGISTRY
from kinhbac.release.releases import Release, current_release, hash_table

QUERIES = read_queries(__file__)


class NotRebuildable(Refused):
    """Something that the release was made of is not there any more: the message says what."""


@dataclass(frozen=True)
class Rebuilt:
    """A release computed again: the tables that differ, and whether the code is the same."""

    release: Release
    tables: int
    differing: tuple[str, ...]
    same_code: bool


def rebuild(data: DataFolder, release: Release, folder: Path) -> Rebuilt:
    """Compute ``release`` again in ``folder``, which must be empty, and compare its tables.

    The release before it is read where it lies, for revisions and held values. Of an extract
    with personal data that nobody declared nothing was kept: what the door said of it is taken
    from the release. Raises
    NotRebuildable when bytes of an extract or the registry were not kept, or this code does not
    read that registry, and whatever building and publishing raise.
    """
    if folder.exists() and any(folder.iterdir()):
        raise NotRebuildable(f"{folder} is not empty: name a new folder")
    if not (release.folder / REGISTRY).exists():
        raise NotRebuildable(
            f"release {release.number} is from before registries were kept with releases"
        )
    sources, again = folder / "sources", DataFolder(folder / "data")
    with zipfile.ZipFile(release.folder / REGISTRY) as packed:
        packed.extractall(sources)
    try:
        registry = load_registry(sources)
    except ProblemsFound as found:  # as a registry from before records were counted by their SQL
        message = f"this code does not read the registry of release {release.number}"
        raise NotRebuildable(f"{message}:\n{found}") from found
    as_of = release.as_of
    _follow(data, again, release.number)
    rows = pl.read_parquet(release.folder / "extracts.parquet", glob=False).to_dicts()
    told = pl.read_parquet(release.folder / "problems.parquet", glob=False)
    personal = set(told.filter(pl.col("rule") == PERSONAL)["extract"])
    landed = [row for row in rows if row["extract"] not in personal]
    absent = [row["file"] for row in landed if not are_kept(data, *_named(row))]
    if absent:
        raise NotRebuildable(f"the bytes of {len(absent)} extracts are gone: {absent[:3]}")
    turns = _read_turns(release)
    for row in landed:
        _land(data, again, registry, row, as_of)
        for turn in turns.get(row["extract"], []):
            if turn["again"] and not turn["overwritten"]:
                _give_back(data, again, row, turn)
    for row in rows:
        if row["extract"] in personal:
            write_entry(again, read_back(row, told.filter(extract=row["extract"]).to_dicts()))
    _receive_in_order(again, rows, turns, as_of)
    run(Night(registry, again, as_of, same_ledger=False), (*COMPUTING, *PUBLISHING))
    published = current_release(again)
    assert published is not None
    differing = _compare(release.folder, published)
    code = release.manifest["code"] == hash_of_code()
    return Rebuilt(published, len(published.manifest["tables"]), differing, code)


def _follow(data: DataFolder, again: DataFolder, number: int) -> None:
    """Let the release before ``number`` be the one in force."""
    before = data.releases / str(number - 1)
    again.releases.mkdir(parents=True)
    if number > 1:
        if not before.exists():
            raise NotRebuildable(f"release {number - 1}, on which it rests, is not there")
        (again.releases / before.name).symlink_to(before.resolve())
        again.current.symlink_to(Path("releases") / before.name)


def _named(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["source"], row["period"], row["sha256"]


def _read_turns(release: Release) -> dict[str, list[dict[str, Any]]]:
    """Extract → each time that it came into force; nothing of a release from before turns were
    kept, when each extract came once."""
    path, turns = release.folder / "turns.parquet", dict[str, list[dict[str, Any]]]()
    for row in pl.read_parquet(path, glob=False).to_dicts() if path.exists() else []:
        turns.setdefault(row["extract"], []).append(row)
    return turns


def _receive_in_order(
    again: DataFolder,
    rows: list[dict[str, Any]],
    turns: dict[str, list[dict[str, Any]]],
    as_of: date,
) -> None:
    """Lay down the receipts of extracts that came into force, or whose name others took; a day of
    arrival only decided something where it is told."""
    receipts: dict[str, list[tuple[int, Receipt]]] = {}
    for row in rows:
        gone = [{**row, "turn": 0, "arrived_on": None}] if row["overwritten"] else []
        for turn in turns.get(row["extract"], gone):
            receipt = Receipt(
                row["period"], row["sha256"], turn["file"], turn["received_on"].isoformat(),
                (turn["arrived_on"] or as_of).isoformat(), turn["vintage"],
                _sender(row), turn["overwritten"],
            )  # fmt: skip
            receipts.setdefault(row["source"], []).append((turn["turn"], receipt))
    for source, told in receipts.items():
        ordered = sorted(told, key=lambda one: (one[1].period, one[0]))
        write_receipts(again, source, (receipt for _, receipt in ordered))


def _sender(row: dict[str, Any]) -> str | None:
    """The agency in whose folder an extract is laid down, where that says anything."""
    return row["delivered_by"] if row["delivered_by"] != row["owner"] else None


def _give_back(
    data: DataFolder, again: DataFolder, row: dict[str, Any], delivery: dict[str, Any]
) -> Path:
    """Write the bytes of an extract to where they were delivered, with their day."""
    agency = _sender(row)
    root = again.root / "overwritten" / row["sha256"] if delivery["overwritten"] else again.landing
    landed: Path = (root / agency if agency else root) / delivery["file"]
    try:
        manifest = give_back(data, *_named(row), landed)
    except BytesChanged as changed:
        message = f"the kept bytes of {row['file']} are not those that were delivered"
        raise NotRebuildable(message) from changed
    noon = datetime.combine(delivery["received_on"], time(12), HANOI).timestamp()
    os.utime(landed, (noon, noon))
    if manifest:
        shutil.copyfile(manifest, landed.with_name(landed.name + MANIFEST_SUFFIX))
    return landed


def _land(
    data: DataFolder, again: DataFolder, registry: Registry, row: dict[str, Any], as_of: date
) -> None:
    """Lay an extract down as it was delivered; one that was overwritten only into the ledger."""
    landed = _give_back(data, again, row, row)
    if row["overwritten"]:
        extract = Extract(
            row["source"], row["period"], landed, row["received_on"], row["sha256"],
            _sender(row), row["vintage"],
        )  # fmt: skip
        contract = registry.sources[row["source"]]
        next(examine_and_keep(registry, again, {extract: "overwritten"}, contract, as_of))


def _compare(folder: Path, published: Release) -> tuple[str, ...]:
    """The tables that do not hold the same rows; figures at twelve digits: another
    machine's library may compute the last bits otherwise."""
    differing = []
    for table in sorted(published.manifest["tables"]):
        there, here = folder / f"{table}.parquet", published.folder / f"{table}.parquet"
        if not there.exists() or (
            hash_table(there) != hash_table(here) and not _same_rows(there, here)
        ):
            differing.append(table)
    return tuple(differing)


def _same_rows(there: Path, here: Path) -> bool:
    with open_in_memory() as connection:
        double = connection.dtype("DOUBLE")
        connection.create_function("settled", settled, [double], double)
        described = connection.execute(
            "describe from read_parquet($1)", [literal(there)]
        ).fetchall()
        columns = ", ".join(
            f"settled({_quoted(name)}) as {_quoted(name)}" if kind == "DOUBLE" else _quoted(name)
            for name, kind, *_ in described
        )
        try:
            answer = connection.execute(
                QUERIES["differences"].format(columns=columns),
                [literal(there), literal(here)],
            ).fetchone()
        except duckdb.BinderException:  # another code wrote other columns
            return False
    return answer is not None and answer[0] == 0


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
