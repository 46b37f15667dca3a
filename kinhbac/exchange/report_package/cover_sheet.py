"""The cover sheet of a package: what the figures are, in a document that a person signs.

Here: its words and tables. Not here: counting (``contents``), the form of such a document
(``documents.official_paper``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kinhbac.documents.letterheads import ending_of, letterhead_of
from kinhbac.documents.official_paper import Column, Paper
from kinhbac.exchange.report_package.contents import CONCERNS, Contents
from kinhbac.forms.period_names import in_text
from kinhbac.words.catalogue import words_of
from kinhbac.words.language import Language

Row = dict[str, Any]
VI = Language("vi")
WORDS = words_of("vi")
SAID = WORDS.cover_sheet
CODED: dict[str, dict[str, str]] = {
    "reason": WORDS.state,
    "direction": WORDS.direction,
    "frequency": WORDS.frequency,
    "vintage": WORDS.vintage,
}
"""Attributes that are told in words of a list."""
SHOWN = 100
"""Changes that are told one by one; the message of changes has all of them."""


def write_cover_sheet(
    contents: Contents, sending: int, changes: Sequence[Row], since: tuple[int, int] | None
) -> bytes:
    """The cover sheet as .docx. ``since``: number and release of the sending before."""
    name = in_text(contents.period)
    day = contents.header["as_of"]
    subject = SAID.subject.format(period=name)
    paper = Paper(letterhead_of(contents.sender, SAID.kind, SAID.sign, subject, day), day)
    _introduce(paper, contents, sending, name)
    _tell_concerns(paper, contents)
    if since:
        paper.section(SAID.changes.format(sending=since[0], release=since[1]))
        _tell_changes(paper, contents, changes)
    paper.sign(ending_of(SAID.recipients))
    return paper.content()


def _introduce(paper: Paper, contents: Contents, sending: int, name: str) -> None:
    figures = contents.rows["indicator_data"]
    paper.say(
        SAID.intro.format(
            sending=sending,
            period=name,
            release=contents.header["release"],
            day=VI.day(contents.header["as_of"]),
            indicators=VI.number(len(contents.rows["indicator_set"])),
            figures=VI.number(len(figures)),
            values=VI.number(sum(row["value"] is not None for row in figures)),
        )
    )


def _tell_concerns(paper: Paper, contents: Contents) -> None:
    cover = contents.rows["cover"]
    if not cover:
        paper.say(SAID.no_concern)
        return
    paper.section(SAID.counts)
    counted = [
        [
            WORDS.concern[concern],
            VI.number(sum(row["concern"] == concern for row in cover)),
            VI.number(sum(row["figures"] for row in cover if row["concern"] == concern)),
        ]
        for concern in CONCERNS
    ]
    columns = [
        Column(SAID.concern, 40),
        Column(SAID.indicators, 20, True),
        Column(SAID.figures, 20, True),
    ]
    paper.table(columns, counted)
    paper.section(SAID.by_indicator)
    names = _names(contents)
    columns = [
        Column(SAID.concern, 22),
        Column(WORDS.today.indicator, 60),
        Column(WORDS.indicator.owner, 20),
        Column(SAID.figures, 20, True),
    ]
    rows = [
        [
            WORDS.concern[row["concern"]],
            names.get(row["indicator"], row["indicator"]),
            row["owner"] or "",
            f"{VI.number(row['figures'])}/{VI.number(row['of_figures'])}"
            if row["of_figures"]
            else SAID.all_figures,
        ]
        for row in cover
    ]
    paper.table(columns, rows)


def _tell_changes(paper: Paper, contents: Contents, changes: Sequence[Row]) -> None:
    names = _names(contents)
    areas = {row["code"]: row["name_vi"] for row in contents.rows["disaggregations"]}
    columns = [
        Column(SAID.change, 24),
        Column(WORDS.today.indicator, 44),
        Column(WORDS.indicator.area, 28),
        Column(SAID.before, 22, True),
        Column(SAID.after, 22, True),
        Column(SAID.cause, 22),
    ]
    rows = [
        [
            _kind(row),
            _named(names, row, "indicator") or "",
            _named(areas, row, "area") or row.get("category") or "",
            *_ends(row),
            WORDS.cause[row["cause"]] if row.get("cause") else "",
        ]
        for row in changes[:SHOWN]
    ]
    paper.table(columns, rows)
    if len(changes) > SHOWN:
        paper.say(SAID.more.format(count=VI.number(len(changes) - SHOWN)))


def _kind(row: Row) -> str:
    """What happened, and to which attribute where one is named."""
    kind: str = WORDS.package_change[row["change"]]
    attribute = row.get("attribute")
    return f"{kind}: {WORDS.package_attribute[attribute]}" if attribute else kind


def _ends(row: Row) -> tuple[str, str]:
    """What stood and what stands; two figures that would read alike are told to the last digit."""
    old, new = _told(row, "old", VI.number), _told(row, "new", VI.number)
    if old == new:
        return _told(row, "old", VI.exact), _told(row, "new", VI.exact)
    return old, new


def _told(row: Row, end: str, write: Callable[[float], str]) -> str:
    """The value at one end of a change; where there is none, its state or text."""
    value = row.get(f"{end}_value")
    if value is not None:
        return write(value)
    text = row.get(f"{end}_text") or ""
    attribute = row.get("attribute") or "reason"  # of a figure that changed, its state is told
    words = CODED.get(attribute, {})
    return str(({"true": SAID.yes, "false": SAID.no} | words).get(text, text))


def _named(names: dict[str, str], row: Row, column: str) -> str | None:
    """The name of what a column holds; its key where it has no name any more."""
    key: str | None = row.get(column)
    return key and names.get(key, key)


def _names(contents: Contents) -> dict[str, str]:
    return {row["indicator"]: row["name_vi"] for row in contents.rows["indicator_set"]}
