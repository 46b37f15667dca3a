"""Open editions: what everybody may have of the release in force, sealed and numbered by itself.

Here: making one, having it proven, sealing, the symlink ``open`` that a web server follows. Not here:
reading the one in force (``edition_in_force``), what stands in it (``exchange.edition``), the proof
(``checks.opened``), releases (``publication``).

An edition is ``editions/<n>/``, read-only, with its own ``manifest.json`` and nothing that leads
back into the data folder: it can be copied anywhere. It is built under a hidden name and renamed when
it is whole and proven; ``open`` is swapped in one step after that. A kill, or a refusal, leaves the
last edition as it was; the release is in force by then and is not touched. A night on which nothing
open has changed makes none, and proves the last one against the release anew, if it is whole.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from kinhbac.checks.opened.proof import RULES, prove_open
from kinhbac.checks.proof import Breach
from kinhbac.data_folder import DataFolder, flush, hash_file, point_to
from kinhbac.exchange.edition.history import name_compared
from kinhbac.exchange.edition.selection import Selection, select_open
from kinhbac.exchange.edition.writing import Before, write_edition
from kinhbac.registry import Registry
from kinhbac.registry.declared.publication import Opening, Publication
from kinhbac.release.attestation import attest
from kinhbac.release.contents import empty_folder, settle, store_once
from kinhbac.release.edition_in_force import FOLLOWS, Edition, EditionRefused, current_edition
from kinhbac.release.releases import MANIFEST, Release
from kinhbac.release.signing_keys import find_signing_key
from kinhbac.release.succession import name_previous
from kinhbac.release.warehouse import warehouse_of
from kinhbac.rights import open_way


def publish_edition(registry: Registry, data: DataFolder, release: Release) -> Edition | None:
    """The edition that says what is open of ``release``: a new one, or the last one if nothing
    open has changed and it is whole. None where ``publication.yml`` opens nothing and nothing was
    open, or withdraws what was: the link ``open`` is gone then.

    ``registry`` is that of the release. Raises EditionRefused, with the last edition as it was.
    """
    publication = registry.publication
    if publication is None or publication.open is None:
        _demand_none(current_edition(data), "publication.yml declares no «open» any more")
        return None
    if publication.open.withdrawn:
        _withdraw(data)
        return None
    _demand_same(registry, release)
    before = current_edition(data)
    number = max(_numbers(data), default=0) + 1
    building = empty_folder(data.editions, number)
    try:
        sealed = warehouse_of(release)
        selection = _select(registry, publication, publication.open, sealed, building)
        if before and before.made_of == selection.made_of and before.is_whole:
            _demand_proof(before.folder, sealed, registry, publication.open, before)
            return before
        if not selection.indicators:
            _demand_none(before, "no indicator is open any more")
            return None
        folder = building / "edition"
        manifest = _write(selection, number, release, folder, before)
        _demand_proof(folder, sealed, registry, publication.open, before)
        return _seal(data, Edition.of(folder, manifest), before)
    finally:
        shutil.rmtree(building)


def _withdraw(data: DataFolder) -> None:
    """Nobody is told anything any more; what was sealed stays where it is."""
    if data.open.is_symlink():
        data.open.unlink()
        flush(data.root)


def _demand_same(registry: Registry, release: Release) -> None:
    if release.manifest.get("registry") != registry.fingerprint:
        raise EditionRefused(
            f"{registry.folder.name}/: it says something else than release {release.number} was "
            "sealed with. Rule: an edition tells of a release what the registry of that release "
            "says. Remedy: run kinhbac refresh"
        )


def _select(
    registry: Registry, publication: Publication, opening: Opening, sealed: Path, building: Path
) -> Selection:
    try:
        return select_open(registry, publication, opening, sealed, building / "open.duckdb")
    except duckdb.BinderException as error:  # it is from before a release knew it
        raise EditionRefused(
            f"releases/{sealed.parent.name}: it does not say who may see what ({error}). Rule: an "
            "edition is made of a release that does. Remedy: run kinhbac refresh"
        ) from error


def _numbers(data: DataFolder) -> list[int]:
    if not data.editions.exists():
        return []
    return [int(path.name) for path in data.editions.iterdir() if path.name.isdecimal()]


def _write(
    selection: Selection, number: int, release: Release, folder: Path, before: Edition | None
) -> dict[str, Any]:
    if before:
        _demand_history(before, selection)
    known = Before(before.former, before.days) if before else Before()
    written = write_edition(selection, number, folder, known)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "edition": number,
        "previous": name_previous(before.number, before.folder) if before else None,
        "release": release.number,
        "as_of": release.as_of.isoformat(),
        "made_of": selection.made_of,
        "indicators": selection.indicators,
        "proofs": RULES,
        "editions": [(n, day.isoformat(), count) for n, day, count in written.days],
        "files": {path.relative_to(folder).as_posix(): hash_file(path) for path in paths},
        "origins": dict(written.origins),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    told: dict[str, Any] = json.loads(text)
    return told


def _seal(data: DataFolder, made: Edition, before: Edition | None) -> Edition:
    stored = before.folder if before else None
    store_once(made.folder, stored)
    attest(made.folder, stored, find_signing_key(data.releases, data.editions))
    settle(made.folder, None)
    folder = data.editions / str(made.number)
    os.rename(made.folder, folder)
    open_way(data.root, data.editions)
    flush(data.editions)
    point_to(data.open, f"editions/{made.number}")
    return replace(made, folder=folder)


def _demand_proof(
    folder: Path, sealed: Path, registry: Registry, opening: Opening, before: Edition | None
) -> None:
    if breaches := prove_open(folder, sealed, registry, opening):
        raise EditionRefused(_describe(breaches, before))


def _describe(breaches: Sequence[Breach], before: Edition | None) -> str:
    stays = f"edition {before.number} stays as it was" if before else "there is no edition yet"
    return "\n".join(
        [
            f"No open edition was published: {len(breaches)} rule(s) of what is open are broken.",
            *(f"  {breach}" for breach in breaches),
            "Remedy: open or close what is named above (`access`, and `open` in publication.yml), so "
            f"that nothing closed can be had; meanwhile {stays}. The release is in force all the same.",
        ]
    )


def _demand_history(before: Edition, selection: Selection) -> None:
    """What has changed is told by the files of the edition before, if they are as it was sealed."""
    in_both = sorted({*selection.indicators}.intersection(before.indicators))
    read = [MANIFEST, *name_compared(in_both)]
    if damaged := [name for name in read if not before.former.prove(name)]:
        raise EditionRefused(
            f"editions/{before.number}: not as sealed: {', '.join(damaged[:3])} "
            f"({len(damaged)} of what the next edition is compared with). {FOLLOWS}"
        )


def _demand_none(before: Edition | None, cause: str) -> None:
    if before:
        raise EditionRefused(
            f"No open edition was published: {cause}, and edition {before.number}, which everybody "
            f"may have, holds {len(before.indicators)} indicators. Rule: what was opened "
            "is taken back by a word and never by an omission. Remedy: write `withdrawn: true` into "
            "`open` of publication.yml, or open what was open; copies elsewhere are for whoever made "
            "them to take away"
        )
