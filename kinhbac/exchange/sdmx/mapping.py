"""How our words become those of SDMX: frequencies, states, versions.

Here: reading ``mapping.toml`` and proving it. Not here: what the codes are called
(``words/sdmx.toml``), the structures that list them (``structures``), units, which the registry
declares with their measures.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kinhbac.periods import PeriodKind
from kinhbac.registry.declared.entries import Vintage

FILE = Path(__file__).with_suffix(".toml")
State = Literal["value", "provisional", "held", "missing", "not_applicable", "suppressed", "late"]


class Entry(BaseModel):
    """Base of what the file holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Told(Entry):
    """How a state is told; ``figure``: with the value, or without one."""

    obs_status: str
    conf_status: str
    figure: bool


class Mapping(Entry):
    """The whole file. A state that it does not name is not told."""

    country: str = Field(pattern=r"^[A-Z]{2}$")
    maintained_by: str
    versions: dict[str, str]
    frequencies: dict[PeriodKind, str]
    states: dict[State, Told]
    vintages: dict[Vintage, str]

    def area(self, key: str) -> str:
        """The code of an area of the registry, or of an organisation.

        A character that no identifier of SDMX may have is told by its number: «Hà Tây» is
        ``H$e0$$20$T$e2$y``.
        """
        told = re.sub(r"[^A-Za-z0-9_-]", lambda found: f"${ord(found[0]):x}$", key)
        return f"{self.country}_{told}"


@cache
def read_mapping() -> Mapping:
    """The mapping; raises pydantic's ValidationError if the file is not whole."""
    return Mapping.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))
