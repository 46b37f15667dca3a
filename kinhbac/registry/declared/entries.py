"""Words that every file of the registry uses: keys, names, kinds, and the base of all models.

Here: types without rules of their own. Not here: what a file may say (``schema``,
``contract``, ``methods``, ``process``).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

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
