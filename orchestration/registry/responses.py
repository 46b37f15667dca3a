"""What was done about a warning: acknowledged by whom, which action until when, closed why.

Here: the shape of ``responses.yml`` and the rules that need a second file. Not here: raising
and clearing warnings (SQL, ``marts/warnings``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from pydantic import Field, StrictBool, TypeAdapter, model_validator

from orchestration.problems import Problem
from orchestration.registry.entries import AgencyCode, Entry, Name, Slug
from orchestration.registry.limits import Rule

if TYPE_CHECKING:
    from orchestration.registry.model import Registry


class Acknowledgement(Entry):
    """Who has taken note of a warning, and when."""

    by: AgencyCode
    on: date


class Action(Entry):
    """What is to be done, by whom, until when, and who decided so."""

    text: Name
    by: AgencyCode
    due: date
    decision: str = Field(min_length=3)
    decided_on: date


class Closing(Entry):
    """Why a warning is closed although its figure still breaks the limit."""

    by: AgencyCode
    on: date
    reason: Name


class Response(Entry):
    """What was done about the warning of one rule of one indicator in one area.

    It speaks of the warning that stands on the day of the act: a warning that is raised again
    later needs a response of its own.
    """

    indicator: Slug
    area: str
    rule: Rule = "threshold"
    acknowledged: Acknowledgement
    action: Action | None = None
    closed: Closing | None = None
    synthetic: StrictBool = False

    @model_validator(mode="after")
    def _in_order(self) -> Response:
        days = [self.acknowledged.on]
        days += [self.action.decided_on] if self.action else []
        days += [self.closed.on] if self.closed else []
        if any(after < before for before, after in pairwise(days)):
            raise ValueError("a warning is acknowledged, then acted upon, then closed")
        if self.action and self.action.due < self.action.decided_on:
            raise ValueError("an action is due after the day of its decision")
        return self


RESPONSES = TypeAdapter(dict[Slug, Response])
"""``responses.yml``: what was done about the warnings of one source's indicators."""


def find_breaches_of_responses(registry: Registry) -> Iterator[Problem]:
    """Responses to warnings that no rule could raise, and acts of unknown agencies."""
    for source, ledger in registry.responses.items():
        document = registry.document(source, "responses")
        for key, response in ledger.items():
            if registry.indicator_source.get(response.indicator) != source:
                yield document.problem(
                    (key, "indicator"),
                    f"«{response.indicator}» is no indicator of this folder",
                    "a response stands beside the indicator that it speaks of",
                    "correct the name, or move the response",
                )
            elif registry.indicators[response.indicator].warn is None:
                yield document.problem(
                    (key, "indicator"),
                    f"«{response.indicator}» declares no «warn»",
                    "only what is warned of can be responded to",
                    "declare «warn», or remove the response",
                )
            if response.area not in registry.areas.areas:
                yield document.unknown((key, "area"), "area", response.area, "areas.csv")
            acts = {
                "acknowledged": response.acknowledged.by,
                "action": response.action.by if response.action else None,
                "closed": response.closed.by if response.closed else None,
            }
            for act, agency in acts.items():
                if agency and agency not in registry.agencies:
                    yield document.unknown((key, act, "by"), "agency", agency, "agencies.yml")
