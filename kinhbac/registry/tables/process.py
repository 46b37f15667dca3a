"""Needs, steps and sign-offs as tables, and where each definition stands.

Here: rows of the six-step process. Not here: what a step requires (``registry.definitions``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated

from kinhbac.registry.definitions.acts import find_signatures
from kinhbac.registry.definitions.fingerprints import fingerprint_definition, is_what_was_signed
from kinhbac.registry.definitions.standing import Standing
from kinhbac.registry.model import Registry
from kinhbac.rows import Row
from kinhbac.words.catalogue import Code, words_of
from kinhbac.words.sentences import translate


class NeedRow(Row, table="needs", key=("need",)):
    """What leaders must know."""

    need: str
    name_vi: str
    name_en: str
    asked_by: str
    indicator_group: str
    sector: str
    operations_centre: bool


class StepRow(Row, table="steps", key=("step",)):
    """One of the six steps."""

    step: str
    position: int
    name_vi: str
    name_en: str
    published: bool


class SignOffRow(Row, table="sign_offs", key=("indicator", "step")):
    """Who signed a definition for a step."""

    indicator: str
    step: str
    agency: str
    decision: str
    signed_on: date
    synthetic: bool
    definition: str | None


class DefinitionRow(
    Row,
    table="definition_history",
    key=("indicator", "definition"),
    meaning="Since when definitions stand: what was signed is not younger than its signature.",
):
    """A definition that a release has shown, whether anybody had signed it or not."""

    indicator: Annotated[str, "Key of the indicator."]
    definition: Annotated[str, "Fingerprint of what a sign-off binds."]
    today: Annotated[bool, "True for the definition of this release."]
    first_stood_on: Annotated[
        date | None, "Day of the first release that shows it; empty: from before it was kept."
    ]
    first_release: Annotated[int, "That release, or the first one that kept it."]


class StandingRow(Row, table="standings", key=("indicator",)):
    """Where a definition stands and what it lacks for the next step."""

    indicator: str
    step: str
    agreed: bool
    published: bool
    sent_back: bool
    waits: bool
    awaits: str | None
    awaits_until: date | None
    next_step: str | None
    lacking: str | None
    lacking_vi: str | None
    round: str | None


def tabulate_process(registry: Registry, as_of: date) -> Iterator[Row]:
    """Rows of the process as declared, sign-offs up to ``as_of``."""
    for key, need in registry.needs.items():
        yield NeedRow(
            key,
            need.name.vi,
            need.name.en,
            need.asked_by,
            need.group,
            need.sector,
            need.operations_centre,
        )
    for place, (key, step) in enumerate(registry.process.steps.items(), 1):
        yield StepRow(key, place, step.name.vi, step.name.en, step.published)
    yield from _sign_offs(registry, as_of)


def _sign_offs(registry: Registry, as_of: date) -> Iterator[SignOffRow]:
    for key, indicator in registry.indicators.items():
        if indicator.signed is None:
            continue
        synthetic = registry.rounds[indicator.signed.round].synthetic
        newest = {found.step: found for found in find_signatures(registry, key, as_of)}
        for step, found in newest.items():
            act, declared = found.act, registry.process.steps.get(step)
            binding = declared is not None and declared.binds_definition
            definition = _signed_definition(registry, key) if binding else None
            yield SignOffRow(key, step, found.agency, act.decision, act.date, synthetic, definition)


def _signed_definition(registry: Registry, key: str) -> str | None:
    """What was signed: today's definition by its name of today, another one by that of then."""
    signed = registry.indicators[key].signed
    definition = signed.definition if signed else None
    if definition and is_what_was_signed(registry, key, definition):
        return fingerprint_definition(registry, key)
    return definition


def tabulate_standings(
    registry: Registry, standings: Mapping[str, Standing]
) -> Iterator[StandingRow]:
    """Where each indicator stands, with the round that signed it."""
    for key, standing in standings.items():
        signed = registry.indicators[key].signed
        yield StandingRow(
            **vars(standing)
            | {
                "lacking": _say_lacking(registry, standing, "en"),
                "lacking_vi": _say_lacking(registry, standing, "vi"),
                "round": signed.round if signed else None,
            }
        )


def _say_lacking(registry: Registry, standing: Standing, code: Code) -> str | None:
    """What it lacks, with attributes, sources and indicators as people call them."""
    attributes = words_of(code).required_attribute

    def name(key: re.Match[str]) -> str:
        called = registry.sources.get(key[1]) or registry.indicators.get(key[1])
        found = getattr(called.name, code) if called else attributes.get(key[1])
        return f"«{found or key[1]}»"

    said = (translate(one, code) for one in standing.lacking)
    return "; ".join(re.sub(r"«(\w+)»", name, one) for one in said) or None


def tabulate_definitions(
    registry: Registry, known: Sequence[DefinitionRow], as_of: date, release: int
) -> Iterator[DefinitionRow]:
    """Every definition that a release has shown, and those of today.

    ``known`` are those of the release before. Where none was kept yet, today's are taken as told:
    nobody knows since when they stand.
    """
    before = {(row.indicator, row.definition): row for row in known}
    now = [(key, fingerprint_definition(registry, key)) for key in registry.indicators]
    since, today = as_of if known else None, {*now}
    for place in dict.fromkeys((*before, *now)):
        row = before.get(place) or DefinitionRow(*place, True, since, release)
        yield replace(row, today=place in today)
