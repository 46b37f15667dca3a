"""The registry in memory: everything that ``sources/`` declares, frozen.

Here: look-ups over what was declared. Not here: reading it (``loader``), proving it
(``rules``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from kinhbac.csv_document import CsvDocument
from kinhbac.registry.areas.area_parts import AreaPart, find_parts
from kinhbac.registry.areas.atlas import Areas
from kinhbac.registry.declared.answers import Answer
from kinhbac.registry.declared.assessment import AssessmentRules
from kinhbac.registry.declared.contract import DataElement, Measured, Source
from kinhbac.registry.declared.corrections import Correction
from kinhbac.registry.declared.entries import AreaKind
from kinhbac.registry.declared.indicator import Indicator
from kinhbac.registry.declared.methods import Method
from kinhbac.registry.declared.process import Need, Process, Round
from kinhbac.registry.declared.publication import Publication
from kinhbac.registry.declared.responses import Response
from kinhbac.registry.declared.vocabulary import Agency, Unit, Vocabulary
from kinhbac.registry.declared.weighing import Weighing
from kinhbac.registry.files import hash_registry
from kinhbac.yaml_document import YamlDocument

T = TypeVar("T")


@dataclass(frozen=True)
class Registry:
    """Everything that ``sources/`` declares, frozen.

    ``indicators`` and ``data_elements`` map a key to its definition, ``indicator_source``
    and ``element_source`` to its one source; ``publication`` is None where nothing leaves the
    province. ``observations`` is what each record-level source counts, as its SQL.
    ``documents`` and ``tables`` keep the lines for messages, of YAML and CSV.
    """

    folder: Path
    agencies: dict[str, Agency]
    vocabulary: Vocabulary
    areas: Areas
    sources: dict[str, Source]
    indicators: dict[str, Indicator]
    indicator_source: dict[str, str]
    process: Process
    rounds: dict[str, Round]
    needs: dict[str, Need]
    methods: dict[str, Method]
    corrections: dict[str, dict[str, Correction]]
    responses: dict[str, dict[str, Response]]
    answers: dict[str, dict[str, Answer]]
    observations: dict[str, str]
    publication: Publication | None
    weighing: Weighing
    assessment: AssessmentRules | None
    documents: dict[str, YamlDocument] = field(repr=False)
    tables: dict[str, CsvDocument] = field(repr=False)

    @cached_property
    def data_elements(self) -> dict[str, DataElement]:
        """Every data element by its key; the rules prove that no key stands twice."""
        return {
            key: element
            for source in self.sources.values()
            for key, element in source.elements.items()
        }

    @cached_property
    def element_source(self) -> dict[str, str]:
        """The one source of each data element."""
        return {key: name for name, source in self.sources.items() for key in source.elements}

    @cached_property
    def area_parts(self) -> list[AreaPart]:
        """Of which areas each area is made, for every measure that shares them out."""
        measures = {e.shared_by for e in self.data_elements.values() if e.shared_by}
        return find_parts(self.areas, measures)

    @cached_property
    def _kinds_above(self) -> dict[str, set[tuple[AreaKind, bool]]]:
        kinds: dict[str, set[tuple[AreaKind, bool]]] = {}
        for part in self.area_parts:
            above = kinds.setdefault(part.part_kind, set())
            above.add((self.areas.areas[part.area].kind, part.alone))
        return kinds

    @cached_property
    def borders(self) -> dict[str, str]:
        """A fingerprint of what each area is made of; it changes when borders do."""
        made_of: dict[str, list[str]] = {key: [] for key in self.areas.areas}
        for part in self.area_parts:
            made_of[part.area].append(f"{part.part} {part.share_of} {part.share}")
        return {
            key: sha256("\n".join(sorted(parts)).encode()).hexdigest()[:12]
            for key, parts in made_of.items()
        }

    @cached_property
    def code_lists(self) -> str:
        """A fingerprint of what decides which area a code names: codes, and ends of areas."""
        ends = [(area.area, area.valid_to) for area in self.areas.areas.values()]
        return sha256(repr((self.areas.codes, ends)).encode()).hexdigest()

    def once(self, name: str, work: Callable[[], T]) -> T:
        """What ``work`` gives, which follows from the registry alone: it is worked out when
        ``name`` is first asked for, and the same is told from then on."""
        if name not in self._worked_out:
            self._worked_out[name] = work()
        found: T = self._worked_out[name]
        return found

    @cached_property
    def _worked_out(self) -> dict[str, Any]:
        return {}

    def unit_of(self, key: str, figure: Measured) -> Unit:
        """The unit of a column of figures; of a comparison, that of its data element."""
        element = figure if isinstance(figure, DataElement) else self.data_elements[key]
        return self.vocabulary.units[element.unit]

    def is_whole(self, key: str, figure: Measured) -> bool:
        """Whether figures of a column have no fraction: as it says, else as its unit does."""
        return self.unit_of(key, figure).counted if figure.whole is None else figure.whole

    def area_kinds_of(self, element: DataElement) -> set[AreaKind]:
        """The area kinds for which an element has values: delivered, rolled up, restated."""
        kinds: set[AreaKind] = set(element.areas)
        for kind in element.areas:
            for above, alone in self._kinds_above.get(kind, ()):
                if element.over_areas != "none" or alone:
                    kinds.add(above)
        return kinds

    def owner_of(self, source: str, day: date) -> str | None:
        """The agency that owned ``source`` on ``day``; None before its first owner."""
        owners = [owner for owner in self.sources[source].owner if owner.from_ <= day]
        return max(owners, key=lambda owner: owner.from_).agency if owners else None

    def answers_for(self, source: str, day: date) -> str:
        """The agency to turn to about ``source``: its owner on ``day``, or else its first."""
        return self.owner_of(source, day) or self.sources[source].owner[0].agency

    def document(self, source: str, name: str) -> YamlDocument:
        """The file ``<source>/<name>.yml``, for messages with its lines."""
        return self.documents[f"{self.folder.name}/{source}/{name}.yml"]

    def has_document(self, source: str, name: str) -> bool:
        """Whether there is such a file, sound or not."""
        return f"{self.folder.name}/{source}/{name}.yml" in self.documents

    def shared(self, file: str) -> YamlDocument | None:
        """A file beside the folders of sources; None where it is not there."""
        return self.documents.get(f"{self.folder.name}/{file}")

    def documents_called(self, name: str) -> list[YamlDocument]:
        """The files ``<source>/<name>.yml`` of all sources, sound or not."""
        return [
            document
            for file, document in self.documents.items()
            if file.endswith(f"/{name}.yml") and file.count("/") > 1
        ]

    @property
    def borders_known(self) -> bool:
        """Whether the tables are sound that say which area is made of which."""
        return all(self.tables[name].whole for name in ("areas.csv", "area_successions.csv"))

    def folder_of(self, source: str) -> Path:
        """The folder that declares ``source``."""
        return self.folder / source

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over every file of the registry, by name and content."""
        return hash_registry(self.folder)
