"""Needs, steps and sign-offs as tables, and where each definition stands.

Here: rows of the six-step process. Not here: what a step requires (``registry.definitions``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from kinhbac.registry.declared.process import OWNER
from kinhbac.registry.definitions.standing import Standing
from kinhbac.registry.model import Registry
from kinhbac.rows import Row


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


class StandingRow(Row, table="standings", key=("indicator",)):
    """Where a definition stands and what it lacks for the next step."""

    indicator: str
    step: str
    agreed: bool
    published: bool
    sent_back: bool
    waits: bool
    next_step: str | None
    lacking: str | None
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
        source = registry.indicator_source[key]
        round_ = registry.rounds[indicator.signed.round]
        for step, act in round_.acts.items():
            if act.date <= as_of:
                owner = registry.answers_for(source, act.date)
                agency = owner if act.agency == OWNER else act.agency
                yield SignOffRow(key, step, agency, act.decision, act.date, round_.synthetic)


def tabulate_standings(
    registry: Registry, standings: Mapping[str, Standing]
) -> Iterator[StandingRow]:
    """Where each indicator stands, with the round that signed it."""
    for key, standing in standings.items():
        signed = registry.indicators[key].signed
        yield StandingRow(
            **vars(standing)
            | {
                "lacking": "; ".join(standing.lacking) or None,
                "round": signed.round if signed else None,
            }
        )
