"""Publication: the gate, the seal, the swap.

Here: whether a candidate may be published, the sealed folder, the symlink that readers
follow. Not here: the checks themselves (``checks.acceptance``), reading a release that is
sealed (``releases``).

A release is ``releases/<n>/``: one Parquet file or folder a table, ``warehouse.duckdb`` made from
them, ``manifest.json`` and ``SHA256SUMS``, all read-only. It is built under a hidden name and
renamed when whole; ``current`` is swapped in one step after that, and only then do the databases of
older releases go. A kill at any moment leaves the last release in force and at most a hidden
folder, which the next publication removes.
"""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kinhbac.checks.acceptance import Verdict, examine_candidate
from kinhbac.checks.proof import PROOFS, prove_rule
from kinhbac.data_folder import DataFolder, flush, flush_disk, hash_file, hash_of_code, point_to
from kinhbac.database import read_warehouse
from kinhbac.exchange.sealing import EXCHANGE, list_files, write_exchange
from kinhbac.ingest.chain import find_heads
from kinhbac.problems import Refused
from kinhbac.registry import Registry, load_registry
from kinhbac.release.apart import Apart
from kinhbac.release.attestation import attest
from kinhbac.release.changes_ahead import find_changes_ahead
from kinhbac.release.contents import (
    DEFINITIONS,
    REGISTRY,
    hash_files,
    keep_definitions,
    keep_registry,
    settle,
    store_once,
)
from kinhbac.release.draft import Draft
from kinhbac.release.origin import find_current, fingerprint
from kinhbac.release.refusal import describe_breaches, describe_refusal
from kinhbac.release.releases import (
    MANIFEST,
    SHAPE,
    WAREHOUSE,
    Release,
    current_release,
)
from kinhbac.release.signing_keys import SigningKey, find_signing_key
from kinhbac.release.succession import name_previous
from kinhbac.release.summary import summarise
from kinhbac.release.warehouse import drop_warehouses
from kinhbac.release.worklists import write_worklists
from kinhbac.rights import open_way
from kinhbac.scoreboard.site import build_site


class PublicationRefused(Refused):
    """The gate is shut: the message says which checks failed and who must act."""


def publish(data: DataFolder, sources: Path, as_of: date, apart: Apart | None = None) -> Release:
    """Publish the candidate, if every blocking check allows it; ``apart`` may be getting ready.

    The registry is read and proven again and the verdict is asked again here, so that
    launching the publication alone changes nothing after a red check. Returns the
    current release unchanged when nothing has changed. Raises ProblemsFound for a broken
    registry or signing key and PublicationRefused for a red check; both leave the last release in
    force.
    """
    registry = load_registry(sources)
    if not data.candidate.exists():
        raise PublicationRefused("there is no candidate to publish: run the nightly job first")
    verdict = examine_candidate(data)
    if verdict.blocking:
        raise PublicationRefused(describe_refusal(verdict, registry, _in_force(data)))
    if current := find_current(registry.fingerprint, data, as_of):
        return current
    key = find_signing_key(data.releases, data.editions)
    with apart or Apart() as apart:
        return _seal(registry, data, verdict, as_of, key, apart)


def _in_force(data: DataFolder) -> int | None:
    release = current_release(data)
    return release.number if release else None


def _seal(
    registry: Registry, data: DataFolder, verdict: Verdict, as_of: date, key: SigningKey | None,
    apart: Apart,
) -> Release:  # fmt: skip
    before, draft = current_release(data), apart.take_draft(data)
    number, building = draft.number, draft.folder
    contents = _write(registry, data, draft, before, as_of, apart)
    manifest: dict[str, Any] = {
        "release": number,
        "shape": SHAPE,
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "as_of": as_of.isoformat(),
        "fingerprint": fingerprint(registry.fingerprint, data),
        "registry": registry.fingerprint,
        "code": hash_of_code(),
        "ledger": find_heads(data),
        "candidate": verdict.candidate.partition("-")[0],
        "synthetic": sorted(key for key, source in registry.sources.items() if source.synthetic),
        **contents,
        "checks": [asdict(result) for result in verdict.results],
        "proofs": list(PROOFS),
        "previous": name_previous(before.number, before.folder) if before else None,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (building / MANIFEST).write_text(text, encoding="utf-8")
    stored = before.folder if before else None
    store_once(building, stored)
    attest(building, stored, key)
    for folder in (data.raw, data.kept):  # on which the release rests, if on another disk
        if folder.is_dir() and folder.stat().st_dev != building.stat().st_dev:
            flush_disk(folder)
    settle(building)
    folder = data.releases / str(number)
    os.rename(building, folder)
    open_way(data.root, data.releases)
    flush(data.releases)
    point_to(data.current, f"releases/{number}")
    drop_warehouses(data, number)
    return Release.of(folder, manifest)


def _write(
    registry: Registry, data: DataFolder, draft: Draft, before: Release | None, as_of: date,
    apart: Apart,
) -> dict[str, Any]:  # fmt: skip
    """Write all that a release holds; returns what the manifest says of it.

    Raises PublicationRefused, with nothing left, when the tables do not prove the rule.
    """
    building = draft.folder
    warehouse, exchange = building / WAREHOUSE, building / EXCHANGE
    with ThreadPoolExecutor(1) as beside:
        # Pages and what leaves say what the candidate says, so that one core is kept busy with
        # them while another seals its tables; a database that says otherwise is not sealed.
        left = before.folder / EXCHANGE if before else None
        leaving = apart.submit(write_exchange, registry, data.candidate, exchange, left)
        pages = beside.submit(
            build_site, data.candidate, building / "site", data.current / "site", registry.identity
        )
        tables = draft.tables.result()
        listing = apart.submit(list_files, registry, warehouse, exchange)
        breaches = prove_rule(warehouse)
        keep_registry(registry, building / REGISTRY)
        keep_definitions(registry, building / DEFINITIONS)
        worklists = write_worklists(warehouse, building / "worklists")
        with read_warehouse(warehouse) as connection:
            ahead = find_changes_ahead(registry, connection, as_of)
        summary = summarise(warehouse)
        leaving.result()
        listing.result()
        site = pages.result()
    if breaches:
        shutil.rmtree(building)
        raise PublicationRefused(describe_breaches(breaches, registry, _in_force(data)))
    return {
        "tables": tables,
        "database": hash_file(warehouse),
        "files": hash_files(building),
        "summary": summary,
        "changes_ahead": [change.as_entry() for change in ahead],
        "worklists": worklists,
        "site": asdict(site),
    }
