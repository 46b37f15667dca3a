"""A new indicator or composite, written behind those that its source has.

Here: its text, with what may be added as comments, and that the registry stands it. Not here: what
a definition may say (``registry.declared.indicator``), signing one (``registry.definitions``).

Nothing is overwritten: the text is added at the end of ``indicators.yml``, and taken out again where
the registry then has problems that it had not before.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from kinhbac.data_folder import written_aside
from kinhbac.problems import ProblemsFound, Refused
from kinhbac.registry import Registry, load_registry
from kinhbac.registry.declared.entries import Slug

HEAD = "# yaml-language-server: $schema=../schema/indicators.schema.json\n"
OF_INDICATORS = """\
  # What may be added (sources/README.md, «Add an indicator», «Warn», «Set targets»):
  # scale: 100, denominator, over: year_to_date, decimals: 1
  # target: {2027: 95}
  # warn: {yellow: 90, red: 80, after: 2}
  # need: … (needs.yml), and signatures: kinhbac sign
"""
OF_COMPOSITES = """\
  # What may be added (sources/README.md, «Add a composite»):
  # robustness: {draws: 1000, seed: 1, weights: 0.25, leave_out: true}
  # areas: [commune], missing and normalise rules: methods.yml
"""


def demand_key(key: str) -> str:
    """The key, if it is one. Raises Refused."""
    try:
        return TypeAdapter(Slug).validate_python(key)
    except ValidationError:
        raise Refused(
            f"«{key}» is no key. Rule: small letters without marks, digits and «_», a letter first. "
            "Remedy: write it so."
        ) from None


def add_indicator(
    registry: Registry, source: str, key: str, said: Mapping[str, Any], comments: str
) -> Path:
    """Write ``key`` into the ``indicators.yml`` of ``source`` and return that file.

    ``said``: its fields in their order; ``comments``: what may be added. Raises Refused for a
    source that there is not and a key that there is, and ProblemsFound, with nothing written, where
    the registry does not stand it.
    """
    demand_key(key)
    if source not in registry.sources:
        raise Refused(f"«{source}» is no source: {', '.join(sorted(registry.sources))}.")
    if key in registry.indicators:
        owner = registry.indicator_source[key]
        raise Refused(
            f"«{key}» is an indicator of {owner} already. Rule: nothing is overwritten. Remedy: "
            "another key, or change it there."
        )
    path = registry.folder_of(source) / "indicators.yml"
    before = path.read_text(encoding="utf-8") if path.exists() else None
    body = yaml.dump({key: dict(said)}, sort_keys=False, allow_unicode=True, width=10**6)
    start = HEAD if before is None else before if before.endswith("\n") else f"{before}\n"
    _write(path, start + body + comments)
    try:
        load_registry(registry.folder)
    except ProblemsFound:
        if before is None:
            path.unlink()
        else:
            _write(path, before)
        raise
    return path


def _write(path: Path, text: str) -> None:
    with written_aside(path) as aside:
        aside.write_text(text, encoding="utf-8")
