"""Proofs by hash that several commands ask for.

Here: asking and telling. Not here: how it is proven (``ingest.ledger_proof``,
``release.verification``).
"""

from __future__ import annotations

from pathlib import Path

from kinhbac.commands import installation
from kinhbac.commands.kinds import tell
from kinhbac.problems import ProblemsFound
from kinhbac.release.releases import Release


def prove_ledger(release: Release | None) -> list[str]:
    """Prove by hash that everything below ``raw/`` is what the ledger says, that the ledger is the one
    that the release names, and that what was delivered is kept as it was; returns what is proven.
    Raises LedgerBroken with all that is not so."""
    from kinhbac.ingest.ledger import LedgerBroken
    from kinhbac.ingest.ledger_proof import find_damage, prove_kept

    data = installation.data_folder()
    heads = release.manifest.get("ledger", {}) if release else {}
    problems = [problem for damage in find_damage(data, heads) for problem in damage.tell()]
    problems += prove_kept(data)
    if problems:
        raise LedgerBroken("ledger", problems)
    return _tell([f"ledger: what lies below {data.raw.name}/ is what it says"])


def prove_release(folder: Path, key: Path | None = None) -> list[str]:
    """Prove by hash that a sealed folder is to the file what was sealed; returns what is proven. Raises
    ProblemsFound."""
    from kinhbac.release.verification import verify as verify_folder

    verification = verify_folder(folder, key)
    proven = _tell([f"{verification.name}: {sentence}" for sentence in verification.proven])
    if verification.problems:
        raise ProblemsFound(verification.name, verification.problems)
    return proven


def _tell(sentences: list[str]) -> list[str]:
    for sentence in sentences:
        tell(sentence)
    return sentences
