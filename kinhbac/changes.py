"""What a night has to compute: the keys that changed since the candidate at hand was built.

Here: telling changed keys from what is declared and delivered, and everything that rests on
them; what the candidate at hand was built from. Not here: computing (dbt, whose macros
``is_changed`` and ``table`` read the keys), whether there is anything to do at all.

A candidate is the warehouse of the night before, of which only the rows of changed keys are
written anew. It is trusted only as a whole: code, registry, day, memory and bytes must be
those with which it was finished, or else every key is new and nothing of it is kept. Past 200
lines because what a build leaves behind and what the next one trusts are read side by side.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from kinhbac.data_folder import DataFolder, hash_file, hash_unmoved, link_or_copy, written_aside
from kinhbac.database import literal, open_in_memory, write_warehouse
from kinhbac.program import Program, find_rewritten, find_unchanged, installed_program
from kinhbac.queries import read_queries
from kinhbac.release.releases import Release, current_release, next_number

QUERIES = read_queries(__file__)
KEYS = ("data_element", "indicator", "source")
"""By which rows may be kept; a table that has several of these columns is told by the first."""
READ_IN_FULL = frozenset(
    {"agencies", "area_codes", "area_successions", "duplicates", "needs", "problems", "refresh"}
    | {"assessment_classes", "assessment_criteria", "assessment_told", "source_reports"}
    | {"answers"}
    | {"responses", "sectors", "sign_offs", "source_owners", "steps", "words", "working_days"}
    | {"last_values", "published_release", "published_revisions", "published_values"}
    | {"published_warnings", "published_definitions", "definition_history"}
)
"""Tables that no kept row follows from: who reads them is computed in full every night, or has
its own rule (memory is that of the release that the candidate became)."""

COMPILED_WITH = frozenset({"indicators", "operand_uses", "words"})
"""Tables that models look into while they are compiled, whether they say so or not."""

BUILT = {"candidate", "as_of", "number", "upon"}
"""What is always said of the candidate at hand."""


@dataclass(frozen=True)
class Changes:
    """The keys to compute, by kind; ``because`` says why it is all of them, or nothing.
    ``models`` are computed for every key, as their code, or that of what they read, is another;
    those that are ``unchanged`` not at all: they read what they read the last time, or are views."""

    keys: dict[str, frozenset[str]]
    because: str = ""
    models: frozenset[str] = frozenset()
    unchanged: frozenset[str] = frozenset()

    def __str__(self) -> str:
        counted = ", ".join(f"{len(keys)} {kind}s" for kind, keys in self.keys.items())
        whole = f"; whole for their code: {', '.join(sorted(self.models))}" if self.models else ""
        return f"{counted} ({self.because or 'all others are kept'}){whole}"


def find_changes(data: DataFolder, as_of: date) -> Changes:
    """What differs from the inputs of the candidate at hand, and all that rests on it."""
    moved, because = _look_at_candidate(data, as_of)
    rewritten = frozenset() if because else find_rewritten(_built_by(data), installed_program())
    with open_in_memory() as connection:
        _show_tables(connection, data)
        if not because:
            try:
                changed, because = _changed_keys(connection, data)
            except (duckdb.Error, pl.exceptions.PolarsError, OSError):
                changed, because = _frame_of("source", []), "what it was built from cannot be read"
            changed = pl.concat([changed, _frame_of("source", moved)])
        if because:
            return Changes(_by_kind(connection.sql(QUERIES["everything"])), because)
        connection.register("changed", changed)
        touched = _by_kind(connection.sql(QUERIES["touched"]))
    gone = _by_kind_of(changed)
    return Changes(
        {kind: touched[kind] | gone[kind] for kind in KEYS},
        models=rewritten,
        unchanged=_find_unchanged(data) - rewritten,
    )


def begin_build(data: DataFolder, changes: Changes) -> None:
    """Lay the keys down for dbt. Where all are new, nothing is left of an earlier candidate; a
    model that is computed for every key is told by its table being gone (macro ``is_changed``).

    From here to ``finish_build`` no candidate counts as whole: after a kill all is built anew.
    """
    _mark(data).unlink(missing_ok=True)
    if changes.because:
        data.candidate.unlink(missing_ok=True)
        data.candidate.with_suffix(".duckdb.wal").unlink(missing_ok=True)
    elif changes.models:
        with write_warehouse(data.candidate) as connection:
            there = connection.execute(QUERIES["there"]).fetchall()
            for name, kind in there:
                if name in changes.models:
                    connection.execute(f'drop {kind} "{name}"')
    _write_keys(data, changes)


def begin_anew(data: DataFolder) -> None:
    """Lay every key down, for whoever runs dbt outside a night: the candidate is not whole then."""
    _mark(data).unlink(missing_ok=True)
    _write_everything(data)


def _write_everything(data: DataFolder) -> None:
    with open_in_memory() as connection:
        _show_tables(connection, data)
        everything = _by_kind(connection.sql(QUERIES["everything"]))
    _write_keys(data, Changes(everything))


def finish_build(data: DataFolder, as_of: date) -> None:
    """Remember what the candidate was built from, now that it is whole."""
    inputs = _inputs(data)
    shutil.rmtree(inputs, ignore_errors=True)
    inputs.mkdir(parents=True)
    for path in _compared(data.tables):
        link_or_copy(path, inputs / path.name)
    release = current_release(data)
    built = {
        "candidate": hash_unmoved(data.candidate),
        "program": installed_program().as_entry(),
        "as_of": as_of.isoformat(),
        "number": next_number(data),
        "upon": release.number if release else None,
        "tables": _hash_tables(data),
    }
    with written_aside(_mark(data)) as aside:
        aside.write_text(json.dumps(built))
    _write_everything(data)  # for whoever runs dbt outside a night


def _look_at_candidate(data: DataFolder, as_of: date) -> tuple[list[str], str]:
    """The sources of which the calendar alone has changed something since the candidate at hand
    was finished; or why nothing of it may be kept."""
    built = _read_mark(data)
    if built is None or not data.candidate.exists():
        return [], "there is no finished candidate"
    if _built_by(data).rest != installed_program().rest:
        return [], "the program has changed"
    if built["candidate"] != hash_unmoved(data.candidate):
        return [], "the candidate is not as it was finished"
    release = current_release(data)
    if release and release.manifest.get("candidate") == built["candidate"]:
        return _moved_since(release, as_of)
    if built["as_of"] != as_of.isoformat():
        return [], "it is another day than that of a candidate that was not published"
    upon = release.number if release else None
    if (upon, next_number(data)) != (built["upon"], built["number"]):
        return [], "another release is in force than the one that it was built upon"
    return [], ""


def _read_mark(data: DataFolder) -> dict[str, Any] | None:
    """What the candidate was built from; None where nothing says so that can be read."""
    try:
        built = json.loads(_mark(data).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return built if isinstance(built, dict) and built.keys() >= BUILT else None


def _built_by(data: DataFolder) -> Program:
    return Program.of_entry((_read_mark(data) or {}).get("program", {}))


def _find_unchanged(data: DataFolder) -> frozenset[str]:
    """The models whose tables need not be computed, for nothing that they read differs."""
    before, now = (_read_mark(data) or {}).get("tables", {}), _hash_tables(data)
    same = {table for table, digest in now.items() if before.get(table) == digest}
    return find_unchanged(same) if same >= COMPILED_WITH else frozenset()


def _hash_tables(data: DataFolder) -> dict[str, str]:
    there = set(data.tables.glob("*.parquet")) - _own(data.tables)
    return {path.stem: hash_file(path) for path in sorted(there)}


def _moved_since(release: Release, as_of: date) -> tuple[list[str], str]:
    """Sources of which the calendar changes something by this day, as the release foretold."""
    if release.as_of <= as_of < release.changes_on:
        return [], ""
    ahead = release.manifest["changes_ahead"]
    sources = [change["source"] for change in ahead]
    if as_of == release.changes_on and all(sources):
        return sources, ""
    return [], f"by itself all changes from {release.changes_on:%d/%m/%Y} on"


def _changed_keys(
    connection: duckdb.DuckDBPyConnection, data: DataFolder
) -> tuple[pl.DataFrame, str]:
    """The keys of rows that came, went or changed; or the table on which every key rests."""
    found = [_frame_of("source", [])]
    before = {path.name: path for path in _compared(_inputs(data))}
    now = {path.name: path for path in _compared(data.tables)}
    if before.keys() != now.keys():
        return found[0], "tables came or went"
    for name, path in now.items():
        if path.samefile(before[name]) or hash_file(path) == hash_file(before[name]):
            continue
        columns = pl.scan_parquet(path, glob=False).collect_schema()
        kind = next((key for key in KEYS if key in columns), None)
        if kind is None:
            return found[0], f"«{path.stem}» has changed"
        found.append(
            connection.sql(
                f'select distinct $kind as kind, "{kind}" as key from ('  # a word of KEYS
                "(from read_parquet($now) except from read_parquet($before)) union all "
                "(from read_parquet($before) except from read_parquet($now)))",
                params={"kind": kind, "now": literal(path), "before": literal(before[name])},
            ).pl()
        )
    return pl.concat(found).drop_nulls(), ""


def _frame_of(kind: str, keys: list[str]) -> pl.DataFrame:
    """Changed keys as the question about what rests on them reads them."""
    return pl.DataFrame(
        {"kind": [kind] * len(keys), "key": keys}, schema={"kind": pl.String, "key": pl.String}
    )


def _show_tables(connection: duckdb.DuckDBPyConnection, data: DataFolder) -> None:
    asked = set(re.findall(r"\w+", " ".join(QUERIES.values())))
    for path in set(data.tables.glob("*.parquet")) - _own(data.tables):
        if path.stem in asked:  # to look into all of them takes a third of a second
            connection.read_parquet(literal(path)).create_view(path.stem)


def _compared(folder: Path) -> list[Path]:
    there = set(folder.glob("*.parquet")) - _own(folder)
    return [path for path in sorted(there) if path.stem not in READ_IN_FULL]


def _own(folder: Path) -> set[Path]:
    """The tables that are written here, for dbt."""
    return {folder / f"changed_{key}s.parquet" for key in KEYS}


def _by_kind(found: duckdb.DuckDBPyRelation) -> dict[str, frozenset[str]]:
    return _by_kind_of(found.pl())


def _by_kind_of(found: pl.DataFrame) -> dict[str, frozenset[str]]:
    return {kind: frozenset(found.filter(pl.col("kind") == kind)["key"]) for kind in KEYS}


def _write_keys(data: DataFolder, changes: Changes) -> None:
    for kind, keys in changes.keys.items():
        with written_aside(data.tables / f"changed_{kind}s.parquet") as aside:
            pl.DataFrame({kind: sorted(keys)}, schema={kind: pl.String}).write_parquet(aside)


def _mark(data: DataFolder) -> Path:
    return data.candidate.with_name("built.json")


def _inputs(data: DataFolder) -> Path:
    return data.candidate.with_name("inputs")
