"""The registry in memory: everything that ``sources/`` declares, frozen.

Here: look-ups over what was declared. Not here: reading it (``loader``), proving it
(``rules``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from orchestration.registry.areas import Areas
from orchestration.registry.schema import Agency, DataElement, Indicator, Source, Vocabulary
from orchestration.registry.yaml_document import YamlDocument


@dataclass(frozen=True)
class Registry:
    """Everything that ``sources/`` declares, frozen.

    ``indicators`` and ``data_elements`` map a key to its definition; ``source_of``
    names the one source of each. ``documents`` keep the lines for messages.
    """

    folder: Path
    agencies: dict[str, Agency]
    vocabulary: Vocabulary
    areas: Areas
    sources: dict[str, Source]
    indicators: dict[str, Indicator]
    indicator_source: dict[str, str]
    documents: dict[str, YamlDocument] = field(repr=False)

    @cached_property
    def data_elements(self) -> dict[str, DataElement]:
        """Every data element by its key; the rules prove that no key stands twice."""
        return {
            key: element
            for source in self.sources.values()
            for key, element in source.data_elements.items()
        }

    @cached_property
    def element_source(self) -> dict[str, str]:
        """The one source of each data element."""
        return {key: name for name, source in self.sources.items() for key in source.data_elements}

    def owner_of(self, source: str, day: date) -> str:
        """The agency that owned ``source`` on ``day``; the first owner for days before it."""
        owners = sorted(self.sources[source].owner, key=lambda owner: owner.from_)
        current = [owner for owner in owners if owner.from_ <= day]
        return (current[-1] if current else owners[0]).agency

    def folder_of(self, source: str) -> Path:
        """The folder that declares ``source``."""
        return self.folder / source

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over every file of the registry, by name and content."""
        digest = sha256()
        for path in registry_files(self.folder):
            digest.update(path.relative_to(self.folder).as_posix().encode())
            digest.update(sha256(path.read_bytes()).digest())
        return digest.hexdigest()


def registry_files(folder: Path) -> list[Path]:
    """The files that declare something, in a fixed order."""
    shared = ["agencies.yml", "vocabulary.yml", "areas.csv", "area_codes.csv"]
    declared = [*folder.glob("*/source.yml"), *folder.glob("*/indicators.yml")]
    return [folder / name for name in shared] + sorted(declared)
