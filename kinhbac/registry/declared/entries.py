"""Words that every file of the registry uses: keys, names, kinds, and the base of all models.

Here: types without rules of their own. Not here: what a file may say (``contract``,
``indicator``, ``methods``, ``process`` …).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from kinhbac.periods import Period

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
AgencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=20)]
AreaKind = Literal[
    "commune",
    "province",
    "peer_province",
    "former_province",
    "former_district",
    "former_commune",
]
PEERS: dict[str, AreaKind] = {"peer_province": "province"}
"""Kinds that are there to be compared with another kind."""
Group = Literal["input", "process", "output", "impact", "composite"]
GROUPS: tuple[Group, ...] = ("input", "process", "output", "impact", "composite")
Vintage = Literal["forecast", "estimate", "provisional", "final"]
VINTAGES: tuple[Vintage, ...] = ("forecast", "estimate", "provisional", "final")
"""How settled a figure is, in this order: a later vintage supersedes an earlier one."""


class Entry(BaseModel):
    """Base of every registry model."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )


class Name(Entry):
    """A label in both languages."""

    vi: str = Field(min_length=1, description="Vietnamese")
    en: str = Field(min_length=1, description="English")


class Disclosure(Entry):
    """From which count on a figure is told."""

    below: int = Field(
        ge=2,
        le=1000,
        description="a count above zero and below this is suppressed, and so is "
        "what would give it back",
    )


def _period_label(value: object) -> object:
    """YAML reads 2026 as a number and 2026-10-21 as a date; both are labels of periods."""
    text = str(value) if isinstance(value, int | date) else value
    if isinstance(text, str):
        Period.parse(text)
    return text


PeriodLabel = Annotated[str, BeforeValidator(_period_label)]


class Tolerance(Entry):
    """How far two figures of one fact may lie apart: the larger of the two counts."""

    absolute: float = Field(0, ge=0)
    relative: float = Field(0, ge=0, description="share of the figure of record")


def _operands(value: object) -> object:
    return {value: 1.0} if isinstance(value, str) else value


Operands = Annotated[dict[str, float], BeforeValidator(_operands), Field(min_length=1)]
"""``dossiers`` or ``{revenue: 1, cost: -1}``: what is added in a check of a contract."""
