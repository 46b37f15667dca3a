"""Letterhead and ending of the province's own documents, in its words.

Here: who issues them, where, to whom. Not here: how that looks (``official_paper``), what a
document says. Number and day stay open until it is signed.
"""

from __future__ import annotations

from datetime import date

from kinhbac.documents.official_paper import Ending, Letterhead
from kinhbac.words.catalogue import words_of

WORDS = words_of("vi")


def letterhead_of(province: str, kind: str, sign: str, subject: str, day: date) -> Letterhead:
    """The letterhead of a document of ``province`` (its Vietnamese name).

    ``sign``: the sign of that kind of document; ``day``: of the year in which it is issued.
    """
    said = WORDS.official
    return Letterhead(
        authority=(said.authority, province.upper()),
        nation=said.nation,
        motto=said.motto,
        number=said.number.format(kind=sign),
        place_and_day=said.place_and_day.format(place=_place(province), year=day.year),
        kind=kind,
        subject=subject,
    )


def ending_of(recipients: str) -> Ending:
    """Recipients, a line each, and the signature of the chairperson."""
    said = WORDS.official
    return Ending(said.recipients, recipients.split("\n"), said.capacity.split("\n"))


def _place(province: str) -> str:
    for kind in WORDS.official.kinds_of_province.split("\n"):
        province = province.removeprefix(f"{kind} ")
    return province
