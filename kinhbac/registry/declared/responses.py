"""What was done about a warning: acknowledged by whom, which action until when, closed why.

Here: the shape of ``responses.yml``. Not here: what needs a second file
(``rules.response_rules``), raising and clearing warnings (SQL, ``warnings``).
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from pydantic import Field, StrictBool, TypeAdapter, model_validator

from kinhbac.registry.declared.entries import AgencyCode, Entry, Name, Slug
from kinhbac.registry.declared.limits import Rule


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
