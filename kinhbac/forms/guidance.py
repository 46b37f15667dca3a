"""How a form is filled in and delivered, told to the person who does it.

Here: which sentences the sheet of guidance holds, and in which order. Not here: the sentences
(``words/forms.toml``), rules of single cells (``cell_rules``), the sheet (``workbook``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kinhbac.forms.cell_rules import (
    ABSENCES,
    absence_in_words,
    marks_of,
    rule_sentence,
    say_absence,
)
from kinhbac.forms.columns import FormColumn
from kinhbac.forms.layout import Form
from kinhbac.forms.period_names import name_period
from kinhbac.forms.sentences import capitalised, say
from kinhbac.registry.declared.contract import Source, due_date
from kinhbac.registry.declared.entries import Name, Tolerance


@dataclass(frozen=True)
class Section:
    """A heading and its sentences."""

    heading: Name
    sentences: tuple[Name, ...]


def day_due(form: Form) -> date | None:
    """The last day on which the form is on time; None where nothing is expected by a day."""
    delivery = form.source.delivery
    return due_date(delivery, form.period) if delivery.expected_from else None


def sentence_of_column(form: Form, column: FormColumn) -> Name:
    """The rule of a column, and the rows to which it belongs where there are several kinds."""
    if column.fixed:
        return say("cell.fixed")
    rule = rule_sentence(column.rule)
    kinds = {other.kind for other in form.columns if other.kind}
    if column.kind is None or len(kinds) < 2:
        return rule
    return say("cell.only_in_rows", kind=say(f"period_kind.{column.kind.value}"), rule=rule)


def explain(form: Form, column: FormColumn) -> str:
    """What a column means, its unit and its rule, as a note for whoever stands on it."""
    unit = f" ({column.unit.vi})" if column.unit else ""
    return f"{column.meaning.vi}{unit}. {capitalised(sentence_of_column(form, column)).vi}."


def sections(form: Form, sheet: str) -> tuple[Section, ...]:
    """Everything but the list of columns; ``sheet`` is the name of the sheet with the cells."""
    told: list[tuple[Name, Iterable[Name]]] = [
        (say("guidance_heading.about"), _about(form)),
        (say("guidance_heading.filling"), _filling(form, sheet)),
        (say("guidance_heading.absence"), _absence(form.source)),
        (say("guidance_heading.never"), [say("guidance.no_person"), say("guidance.no_guess")]),
        (say("guidance_heading.delivering"), _delivering(form)),
        (say("guidance_heading.refusal"), _refusal(form)),
    ]
    if conditions := list(_conditions(form.source)):
        told.append((say("guidance_heading.conditions"), conditions))
    return tuple(Section(heading, tuple(said)) for heading, said in told)


def say_period(form: Form) -> Name:
    """For which period a form was made; the door reads it again in what is delivered."""
    label = form.period.label
    return say("form.period", period=Name(vi=f"{name_period(form.period)} ({label})", en=label))


def _about(form: Form) -> Iterator[Name]:
    source = form.source
    yield say("guidance.source", source=source.name, code=source.source)
    yield say("guidance.owner", agency=form.agency_name, code=form.agency)
    yield say_period(form)
    due = day_due(form)
    yield say("guidance.due", day=f"{due:%d/%m/%Y}") if due else say("guidance.no_due_day")


def _filling(form: Form, sheet: str) -> Iterator[Name]:
    yield say("guidance.yellow_cells", sheet=sheet)
    if form.open:
        yield say("guidance.open_rows", rows=len(form.rows))
    else:
        yield say("guidance.expected_rows")
    yield say("guidance.red_cells")
    yield say("guidance.numbers_alone")


def _absence(source: Source) -> Iterator[Name]:
    yield say("guidance.zero")
    marks = marks_of(source.delivery)
    for absence in ABSENCES:
        if absence == "missing" or absence in marks.values():
            meaning = capitalised(say_absence(absence))
            yield say("guidance.absent", meaning=meaning, written=absence_in_words(marks, absence))


def _delivering(form: Form) -> Iterator[Name]:
    day = day_due(form) or form.period.end
    yield say("guidance.file_name", example=f"{day:%Y-%m-%d}_{form.file_name}")
    folder = f"{form.source.source}/{form.period.label}"
    yield say("guidance.folder", folder=folder, agency=form.agency)
    yield say("guidance.another_day")


def _refusal(form: Form) -> Iterator[Name]:
    if aside := form.source.delivery.set_aside:
        share = f"{100 * aside:g}"
        yield say("guidance.set_aside", share=Name(vi=share.replace(".", ","), en=share))
    else:
        yield say("guidance.one_wrong_cell")
    yield say("guidance.stays_in_force", agency=form.agency)
    yield say("guidance.correct_here")


def _conditions(source: Source) -> Iterator[Name]:
    for element in source.data_elements.values():
        for told in element.breakdowns.values() if element.column else ():
            exact = told.tolerance == Tolerance()
            sign = ("=" if exact else "≈") if told.complete else "≤"
            parts = " + ".join(f"«{column}»" for column in told.columns.values())
            sentence = f"{parts} {sign} «{element.column}»"
            yield Name(vi=sentence, en=sentence)
    for check in source.checks.values():
        yield check.name
