"""Names that one file of the registry takes from another one.

Here: what is unknown, and what is only unknown for now. A name whose own entry has a mistake is
known: the mistake is told where the entry stands, and nothing that follows from it. Not here:
what else files must agree on (``source_rules`` …).
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from kinhbac.problems import Problem
from kinhbac.registry.areas.atlas import STATISTICS
from kinhbac.registry.files import PUBLICATION_FILE
from kinhbac.registry.model import Registry
from kinhbac.yaml_document import Loc, YamlDocument

_KEYS = {
    "agency": ("agencies.yml", ()),
    "sector": ("vocabulary.yml", ("sectors",)),
    "unit": ("vocabulary.yml", ("units",)),
    "scope": ("vocabulary.yml", ("scopes",)),
    "breakdown": ("vocabulary.yml", ("breakdowns",)),
    "step": ("process.yml", ("steps",)),
    "round": ("rounds.yml", ()),
    "need": ("needs.yml", ()),
    "method": ("methods.yml", ()),
    "licence": (PUBLICATION_FILE, ("licences",)),
}
"""Word → the YAML file that declares what it names, and where in it."""
OWN = "data_elements"
"""Where a contract declares the facts of which it is the source."""
_CELLS = {
    "area": ("areas.csv", "area"),
    "code system": ("area_codes.csv", "code_system"),
    "grouping": ("area_groups.csv", "grouping"),
}
"""Word → the table that declares what it names, and its column."""


def find_unknown(
    registry: Registry, document: YamlDocument, loc: Loc, word: str, name: str
) -> Iterator[Problem]:
    """A problem at ``loc`` if no file declares this ``word`` (agency, unit, area …)."""
    file, names = _written(registry, word)
    if (word, name) == ("code system", STATISTICS):
        return
    if names is not None and not names and word in _CELLS:
        yield Problem(
            f"no row stands below the header, and contracts name {word}s",
            f"every {word} stands in {file}",
            "write its rows, or bring them back",
            registry.tables[file].file,
            1,
        )
        return
    if names is not None and name not in names:
        yield document.unknown(loc, word, name, file)


def _written(registry: Registry, word: str) -> tuple[str, Set[str] | None]:
    if word in _CELLS:
        file, column = _CELLS[word]
        return file, registry.tables[file].names(column)
    file, loc = _KEYS[word]
    document = registry.shared(file)
    return file, document.names(*loc) if document else frozenset()


def is_operand(registry: Registry, name: str) -> bool:
    """Whether a data element or indicator is called so, or may be: its entry has a mistake."""
    return (
        name in registry.indicators
        or name in registry.data_elements
        or any(is_left_out(told, name) for told in registry.documents_called("indicators"))
        or any(is_left_out(told, name, OWN) for told in registry.documents_called("source"))
    )


def is_left_out(document: YamlDocument, name: str, *part: str) -> bool:
    """Whether an unsound file declares ``name``, or a category of it, at ``part``; or may do so."""
    if document.whole:
        return False
    names, key = document.names(*part), name.partition(".")[0]
    left_out = {(), (*part, key)} & document.left_out
    return names is None or (key in names and bool(left_out))
