"""The six-step process as configuration, and the needs that it begins with.

Here: the shape of ``process.yml``, ``rounds.yml`` and ``needs.yml``. Not here: at which
step an indicator stands (``standing``).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, TypeAdapter

from kinhbac.registry.declared.entries import AgencyCode, Entry, Group, Name, Slug

OWNER = "owner"
"""Stands for the agency that owns the indicator's source on the day of the act."""
StepCheck = Literal["operands_published", "unique_meaning", "delivered"]


class Step(Entry):
    """What it takes to enter a step of the process."""

    name: Name
    requires: tuple[
        Literal["need", "purpose", "formula", "unit", "decision", "target", "warn", "owner"], ...
    ] = Field((), description="attributes that must be filled in")
    signed_by: tuple[AgencyCode | Literal["owner"], ...] = Field(
        (), description="who may sign; nobody signs where this is empty"
    )
    checks: tuple[StepCheck, ...] = Field((), description="checks that must be green")
    countersigned_within: int | None = Field(
        None,
        ge=1,
        description="days in which a new owner signs again what the former one signed; until then "
        "it counts",
    )
    binds_definition: StrictBool = Field(
        False, description="signed for one definition; a changed one is sent back before this step"
    )
    published: StrictBool = Field(False, description="values at this step are published")
    ends: StrictBool = Field(False, description="entered by an act alone, and never left")


class Process(Entry):
    """``process.yml``: the steps, in their order."""

    steps: dict[Slug, Step] = Field(min_length=1)


class Act(Entry):
    """A sign-off: who, by which decision, on which day."""

    agency: AgencyCode | Literal["owner"]
    decision: str = Field(min_length=1)
    date: date


def _acts(value: object) -> object:
    return [value] if isinstance(value, dict) else value


Acts = Annotated[
    tuple[Act, ...],
    BeforeValidator(_acts, json_schema_input_type=Act | tuple[Act, ...]),
    Field(min_length=1),
]
"""One sign-off, or a list: owners sign each for their own."""


class Round(Entry):
    """A batch of indicators that goes through the steps together, and its sign-offs."""

    name: Name
    synthetic: StrictBool = Field(description="true: sign-offs of the demonstration, not real")
    acts: dict[Slug, Acts] = Field({}, description="step: sign-off, or a list of them")


class Need(Entry):
    """What a leader must know to decide: where the process begins."""

    name: Name
    asked_by: AgencyCode
    group: Group
    sector: Slug
    operations_centre: StrictBool = Field(False, description="asked for by the operations centre")


PROCESS = TypeAdapter(Process)
ROUNDS = TypeAdapter(dict[Slug, Round])
NEEDS = TypeAdapter(dict[Slug, Need])
NO_STEPS = Process.model_construct(steps={})
"""Stands for a ``process.yml`` that does not hold, until all problems are told."""
