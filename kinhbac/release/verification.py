"""Whether a sealed folder, a release or an edition, is to the file what was sealed.

Here: files, database, signature and the folders before it, proven from the folder alone: it
may be a copy that lies anywhere, without data folder and registry, and nothing that stands in it
is believed or run. Not here: sealing (``attestation``), the rule (``checks.proof``), how each part
is compared (``sealed_files``, ``warehouse_proof``, ``signature``, ``succession``).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kinhbac.checksums import SUMS, read_sums
from kinhbac.data_folder import hash_file
from kinhbac.problems import Problem, ProblemFound
from kinhbac.release.attestation import PAGES, PRUNED
from kinhbac.release.releases import MANIFEST, WAREHOUSE, place_in
from kinhbac.release.sealed_files import (
    COPY,
    NO_FILE,
    PARQUET,
    UNOPENED,
    compare,
    compare_named,
    find_sealed,
    look,
    named_in,
    tables_in,
)
from kinhbac.release.signature import SIGNATURE, prove_signature
from kinhbac.release.signing_keys import PublicKey, read_public_key
from kinhbac.release.succession import follow
from kinhbac.release.warehouse_proof import find_unlike

SEALED = "a release is, to the file, what was sealed"
ANEW = "remove it; «kinhbac open» makes it anew from the Parquet"
TABLE = re.compile(r"[a-z][a-z0-9_]*")
"""What a table may be called that is asked for in SQL."""
NUMBERED = {"releases": "release", "editions": "edition"}
"""Folder of the data folder → how a manifest in one of its folders calls its own number."""


@dataclass
class Verification:
    """What was proven of a folder, in sentences, and what is not as it was sealed."""

    folder: Path
    proven: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def name(self) -> str:
        """How it is called: its own name below that of the folder in which it lies."""
        return f"{self.folder.parent.name}/{self.folder.name}"

    def report(self, name: str, found: str, rule: str = SEALED, remedy: str = COPY) -> None:
        """Add a problem of the file ``name`` of this folder."""
        shown = name if name.isprintable() else ascii(name)
        self.problems.append(Problem(found, rule, remedy, file=place_in(self.folder, shown)))


def verify(folder: Path, key: Path | None = None) -> Verification:
    """Prove all that ``folder`` holds, and which folders came before it: by their lists and
    manifests, not by their files.

    ``key`` is the file of the public key that must have signed it. Raises ProblemsFound when the
    folder is no sealed one, or the key is none.
    """
    trusted = read_public_key(key) if key else None
    done = Verification(find_sealed(folder))
    manifest = _read_manifest(done)
    _prove_number(done, manifest)
    tables = _prove_files(done, manifest)
    _prove_database(done, manifest, tables)
    _prove_signature(done, trusted)
    _prove_succession(done, manifest)
    return done


def _read_manifest(done: Verification) -> dict[str, Any]:
    """What the manifest says, nothing if it is none; whether it is the sealed one comes later."""
    try:
        manifest = json.loads((done.folder / MANIFEST).read_text(encoding="utf-8"))
        if isinstance(manifest, dict):
            return manifest
        done.report(MANIFEST, "it is no manifest")
    except FileNotFoundError:
        pass  # named as cut out, if it was ever there
    except (OSError, ValueError, RecursionError) as error:
        done.report(MANIFEST, f"it cannot be read ({type(error).__name__})")
    return {}


def _prove_number(done: Verification, manifest: dict[str, Any]) -> None:
    """In the data folder a folder is found by its number: none may be passed off as another."""
    kind = NUMBERED.get(done.folder.parent.name)
    if kind and done.folder.name.isdecimal():
        number = manifest.get(kind)
        if number is not None and str(number) != done.folder.name:
            rule = "a folder has the number of what was sealed in it"
            done.report(MANIFEST, f"it is that of another {kind}", rule)


def _prove_files(done: Verification, manifest: dict[str, Any]) -> dict[str, bool]:
    """Every file by ``SHA256SUMS``, and what the manifest names by its hashes too.

    Table → whether it is as it was sealed.
    """
    before, wrong = len(done.problems), set[str]()
    sealed, there, named = _read_list(done, manifest), look(done.folder), named_in(manifest)
    if sealed and _are_pages_gone(done.folder):
        sealed = {name: told for name, told in sealed.items() if not name.startswith(f"{PAGES}/")}
        done.proven.append("its pages were taken away, as it says itself")
    for name, found, remedy in compare(sealed, there) if sealed is not None else ():
        top = name.partition("/")[0]
        wrong |= {name, top} if top.endswith(PARQUET) else {name}
        done.report(name, found, remedy=remedy)
    for name, found, remedy in compare_named(manifest, there, wrong):
        wrong.add(name)
        done.report(name, found, remedy=remedy)
    if len(done.problems) == before:
        done.proven.append(_count(sealed, named))
    tables = tables_in([*(sealed or ()), *there, *named])
    return {table: f"{table}{PARQUET}" not in wrong for table in tables}


def _are_pages_gone(folder: Path) -> bool:
    """Whether all pages were taken away, and it is told: of some pages each is missed."""
    return (folder / PRUNED).is_file() and not (folder / PAGES).exists()


def _count(sealed: dict[str, str] | None, named: dict[str, str]) -> str:
    if sealed is not None:
        return f"{len(sealed)} files are those that were sealed, and no others are there"
    return (
        f"{len(named)} tables and files are those that its manifest names; it was sealed before all "
        "files were listed"
    )


def _read_list(done: Verification, manifest: dict[str, Any]) -> dict[str, str] | None:
    """What ``SHA256SUMS`` lists; None where it is not there, or cannot be read."""
    try:
        sealed, problems = read_sums((done.folder / SUMS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        # Since there are lists a manifest names what was before it.
        if "previous" in manifest or not named_in(manifest):
            done.report(SUMS, "it is not there")
        return None
    except (OSError, ValueError) as error:
        done.report(SUMS, f"it cannot be read ({type(error).__name__})")
        return None
    done.problems += [replace(problem, file=place_in(done.folder, SUMS)) for problem in problems]
    return sealed


def _prove_database(done: Verification, manifest: dict[str, Any], tables: dict[str, bool]) -> None:
    """The database by its bytes, if it is the sealed one; else by what it holds."""
    path = done.folder / WAREHOUSE
    if not path.is_file() or path.is_symlink():
        if path.exists() or path.is_symlink():
            done.report(WAREHOUSE, NO_FILE, remedy=ANEW)
        return
    try:
        if manifest.get("database") == hash_file(path):
            done.proven.append("the database is the one that was sealed")
            return
    except OSError as error:
        done.report(WAREHOUSE, f"{UNOPENED} ({error.strerror})", remedy=ANEW)
        return
    if odd := [table for table in tables if not TABLE.fullmatch(table)]:
        for table in odd:
            done.report(f"{table}{PARQUET}", "no table is called so: the database was not proven")
        return
    unlike = find_unlike(done.folder, tables)
    for found in unlike:
        done.report(WAREHOUSE, found, "the database says what the Parquet says", ANEW)
    if not unlike:
        done.proven.append(f"the database holds the rows of {sum(tables.values())} tables")


def _prove_signature(done: Verification, trusted: PublicKey | None) -> None:
    try:
        done.proven.append(prove_signature(done.folder, trusted))
    except ProblemFound as found:
        done.report(SIGNATURE, found.problem.found, found.problem.rule, found.problem.remedy)


def _prove_succession(done: Verification, manifest: dict[str, Any]) -> None:
    """The folders before it are those that it, and each of them, has named."""
    passed = follow(done.folder, manifest)
    done.problems += passed.problems
    if passed.problems:
        return
    if passed.followed:
        numbers = ", ".join(map(str, passed.followed))
        done.proven.append(
            f"before it came {numbers}, by their lists; «kinhbac verify» of each proves its files"
        )
    if passed.gone is not None:
        done.proven.append(f"{passed.gone}, which came before, is not there to be compared")
