"""What an owner answered to a question about a figure (``answers.yml``).

Here: the shape of that file. Not here: which questions are asked (SQL, ``int_anomalies``), what needs a
second file (``rules.answer_rules``).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, TypeAdapter

from kinhbac.registry.declared.entries import AgencyCode, Entry, Name, PeriodLabel, Slug

Question = Literal[
    "carried_forward",
    "falling_cumulative",
    "heaped",
    "jump",
    "looks_cumulative",
    "off_former_years",
    "off_related",
    "passing_digit",
    "resent",
    "same_everywhere",
    "same_in_many",
    "too_smooth",
    "unit_slip",
]
"""Kinds of question: the words of the mart ``anomalies``; a test compares."""


class Answer(Entry):
    """An answer to one question, which holds as long as the figure is the one that was asked about."""

    question: Question
    data_element: Slug | None = Field(None, description="left out where all of a delivery is meant")
    area: str | None = Field(None, description="left out where many are meant")
    period: PeriodLabel = Field(description="the period asked about, or one of the run of periods")
    value: float | None = Field(None, description="the figure asked about, if there is one")
    answer: Literal["explained", "corrected"] = Field(
        description="explained: it is right; corrected: it is wrong, and a correction will be delivered"
    )
    reason: Name
    by: AgencyCode
    answered_on: date


ANSWERS = TypeAdapter(dict[Slug, Answer])
"""``answers.yml``: what the owner of one source answered."""
