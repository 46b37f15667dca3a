"""Signing definitions: the fingerprint of what was signed goes into ``indicators.yml``.

Here: the one place that writes into the registry, a line an indicator. Not here: who may
sign (``process.yml``), the sign-offs themselves (``rounds.yml``).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kinhbac.data_folder import written_aside
from kinhbac.registry.definitions.fingerprints import fingerprint_definition
from kinhbac.registry.model import Registry


def sign(registry: Registry, indicators: Iterable[str], round_: str) -> list[str]:
    """Write that ``round_`` signs these definitions as they stand now.

    Returns the indicators whose line has changed. Raises KeyError for an unknown
    indicator or round.
    """
    registry.rounds[round_]
    by_file: dict[Path, dict[str, str]] = {}
    for key in indicators:
        path = registry.folder_of(registry.indicator_source[key]) / "indicators.yml"
        line = f"  signed: {{round: {round_}, definition: {_quoted(registry, key)}}}"
        by_file.setdefault(path, {})[key] = line
    changed = []
    for path, lines in by_file.items():
        text = path.read_text(encoding="utf-8").splitlines()
        for key, line in lines.items():
            if _put(text, key, line):
                changed.append(key)
        with written_aside(path) as aside:
            aside.write_text("\n".join(text) + "\n", encoding="utf-8")
    return changed


def _quoted(registry: Registry, key: str) -> str:
    # Quoted, because twelve digits may happen to be a number such as 1234e5678901.
    return f'"{fingerprint_definition(registry, key)}"'


def _put(text: list[str], key: str, line: str) -> bool:
    """Set the line in the indicator's block; whether that changed anything."""
    first = text.index(f"{key}:") + 1
    last = first
    while last < len(text) and (text[last].startswith(" ") or not text[last].strip()):
        last += 1
    while not text[last - 1].strip():
        last -= 1
    for place in range(first, last):
        if text[place].startswith("  signed:"):
            unchanged = text[place] == line
            text[place] = line
            return not unchanged
    text.insert(last, line)
    return True
