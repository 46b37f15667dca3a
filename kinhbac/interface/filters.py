"""What may be asked: the parameters of each question, with their shapes.

Here: shapes, from which the machine-readable description is made. Not here: which keys a release
has (``questions``). A parameter that nobody knows is refused, because a misspelt filter that
filters nothing gives a wrong answer.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from kinhbac.exchange.sdmx.mapping import State
from kinhbac.interface import bounds
from kinhbac.interface.formats import FORMATS, Format
from kinhbac.periods import Period
from kinhbac.registry.declared.entries import AreaKind, Group
from kinhbac.words.catalogue import Code

Key = Annotated[str, StringConstraints(min_length=1, max_length=80)]


def _period(label: str) -> str:
    Period.parse(label)
    return label


Label = Annotated[str, AfterValidator(_period)]


def some(described: str) -> Any:
    """A filter that names several: written as often as there are, none for all."""
    told = f"{described}; repeat it for several"
    return Field(default_factory=list, max_length=bounds.MOST_NAMED, description=told)


class Asked(BaseModel):
    """What every question may say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Format | None = Field(
        None, description=f"rather than the header Accept: {', '.join(FORMATS)}"
    )
    snapshot: Annotated[str, StringConstraints(max_length=40)] | None = Field(
        None, description="what answered the page before; links say it"
    )


class Listed(Asked):
    """What may be said of a list."""

    limit: int = Field(bounds.ROWS, ge=1, le=bounds.MOST_ROWS, description="rows of a page")
    offset: int = Field(0, ge=0, le=bounds.MOST_SKIPPED, description="rows before the page")


class IndicatorsAsked(Listed):
    """Filters of indicators."""

    group: list[Group] = some("group")
    sector: list[Key] = some("sector")


class AreasAsked(Listed):
    """Filters of areas."""

    kind: list[AreaKind] = some("kind")
    parent: list[Key] = some("key of the area that they are part of")


class ValuesAsked(Listed):
    """Filters of figures."""

    indicator: list[Key] = some("key of an indicator")
    area: list[Key] = some("key of an area")
    group: list[Group] = some("group of the indicators")
    state: list[State | Literal["not_yet_due"]] = some("state")
    period: list[Label] = some("period: 2026, 2026-H1, 2026-Q3, 2026-10, 2026-10-21")
    since: Label | None = Field(None, description="periods that begin with this one or later")
    until: Label | None = Field(None, description="periods that begin before the end of this one")
    breakdown: list[Key] = some("breakdown, such as sex: figures by its categories; none for whole")
    as_of: date | None = Field(None, description="whole figures as they were published by this day")
    lang: Code = Field("vi", description="language of the labels of JSON-stat")


class WarningsAsked(Listed):
    """Filters of warnings."""

    indicator: list[Key] = some("key of an indicator")
    area: list[Key] = some("key of an area")
    group: list[Group] = some("group of the indicators")
    owner: list[Key] = some("code of the agency that answers for it")
    level: list[Literal["yellow", "red"]] = some("level")
    open: bool | None = Field(None, description="true: open ones, false: closed ones; else both")


class ExplanationAsked(Asked):
    """Which figure of an indicator is explained."""

    area: Key = Field(description="key, name or code of the area")
    period: Label = Field(description="such as 2026-10")


class CompositeAsked(Asked):
    """Which ranks of a composite are told."""

    area: Key | None = Field(None, description="key of an area; all if left out")
    period: Label | None = Field(None, description="such as 2026-10; all if left out")


class CoverageAsked(Listed):
    """Filters of coverage."""

    group: list[Group] = some("group")
    sector: list[Key] = some("sector")
