"""The files of the registry: which there are, and the hash of them all.

Here: names and bytes. Not here: what they say (``loader``). Light, because a night asks for the
hash before anything else is imported.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

SHARED = (
    "agencies.yml",
    "vocabulary.yml",
    "process.yml",
    "rounds.yml",
    "needs.yml",
    "methods.yml",
    "areas.csv",
    "area_codes.csv",
    "area_successions.csv",
    "area_groups.csv",
)
PUBLICATION_FILE, TODAY_FILE, QUALITY_FILE = "publication.yml", "today.yml", "quality.yml"
"""Files that a registry need not have: without the first nothing leaves the province, without the
second matters are weighed as is proposed (``declared.weighing``), without the third no database is
assessed."""
OBSERVATIONS = "observations.sql"
"""What a record-level source counts, beside its contract."""
DECLARED = (
    "source.yml",
    "indicators.yml",
    "corrections.yml",
    "responses.yml",
    "answers.yml",
    OBSERVATIONS,
)


def registry_files(folder: Path) -> list[Path]:
    """The files that declare something, in a fixed order."""
    declared = [path for name in DECLARED for path in folder.glob(f"*/{name}")]
    optional = (
        name for name in (PUBLICATION_FILE, TODAY_FILE, QUALITY_FILE) if (folder / name).exists()
    )
    return [*(folder / name for name in (*SHARED, *optional)), *sorted(declared)]


def hash_registry(folder: Path) -> str:
    """SHA-256 over every file of the registry, by name and content.

    Raises FileNotFoundError where one that every registry has is not there.
    """
    digest = sha256()
    for path in registry_files(folder):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()
