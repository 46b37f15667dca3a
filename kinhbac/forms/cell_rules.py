"""What one cell of a form may hold.

Here: the bounds, words and marks of a contract as one rule; the rule as a sentence in both
languages and as a formula of a spreadsheet. Not here: which columns there are (``layout``),
writing it into a workbook (``data_sheet``). The door judges what is delivered; a rule
here only tells it earlier, to the person who types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

from kinhbac.forms.sentences import joined, say
from kinhbac.ingest.values import ValueType
from kinhbac.registry.declared.contract import Delivery, Measured, RecordColumn
from kinhbac.registry.declared.entries import Name

Absence = Literal["missing", "not_applicable", "suppressed"]
"""Why a cell holds no value; the first is also what an empty cell says."""
ABSENCES: tuple[Absence, ...] = get_args(Absence)
TRUTHS = ("có", "không")
"""How a form writes true and false: words of the door, which reads others as well."""

TYPES = ("integer", "number", "date", "timestamp")
"""Types of cells that are told to the one who fills them in; all others are text."""

_TYPED_AS_NUMBER = re.compile(r"[+-]?[\d.,\s]+%?")


@dataclass(frozen=True)
class CellRule:
    """The type of a cell, its bounds, the words it may hold, and whether it must be filled.

    ``marks`` are texts that stand in place of a value: text → what it says.
    """

    kind: ValueType = "text"
    least: float | None = None
    most: float | None = None
    words: tuple[str, ...] = ()
    marks: dict[str, Absence] = field(default_factory=dict)
    required: bool = False
    pattern: str | None = None

    @property
    def numeric(self) -> bool:
        return self.kind in ("integer", "number")


def marks_of(delivery: Delivery) -> dict[str, Absence]:
    """The marks of absence that can be typed into a workbook.

    A spreadsheet turns a mark such as -1.0 into a number, so that a form leaves it out: an
    empty cell says the same.
    """
    return {
        mark: absence
        for absence in ABSENCES
        for mark in getattr(delivery, absence)
        if not _TYPED_AS_NUMBER.fullmatch(mark)
    }


def say_absence(absence: Absence) -> Name:
    """Why there is no value, in words."""
    return say(f"absence.{absence}")


def figure_rule(measured: Measured, whole: bool, delivery: Delivery) -> CellRule:
    """The rule of a column of figures, ``whole`` where things are counted. A required one may say
    why there is none."""
    marks = marks_of(delivery)
    if measured.required:
        marks = {mark: absence for mark, absence in marks.items() if absence != "missing"}
    return CellRule(
        "integer" if whole else "number",
        measured.min,
        measured.max,
        marks=marks,
        required=measured.required,
    )


def record_rule(column: RecordColumn, delivery: Delivery) -> CellRule:
    """The rule of a column of a record-level source."""
    required = column.required or column.key
    return CellRule(
        column.type,
        column.min,
        column.max,
        TRUTHS if column.type == "boolean" else column.one_of,
        {} if required else marks_of(delivery),
        required,
        column.pattern,
    )


def rule_sentence(rule: CellRule) -> Name:
    """The rule in words, for the one who fills the cell in."""
    return joined(list(_parts(rule)), ", ")


def _parts(rule: CellRule) -> Iterator[Name]:
    if rule.words:
        yield say("cell.choose")
    else:
        yield say(f"cell.{rule.kind if rule.kind in TYPES else 'text'}")
    least, most = rule.least, rule.most
    if least is not None and most is not None:
        yield say("cell.between", least=_number(least), most=_number(most))
    elif least is not None:
        yield say("cell.at_least", least=_number(least))
    elif most is not None:
        yield say("cell.at_most", most=_number(most))
    if rule.pattern:
        yield say("cell.pattern", pattern=rule.pattern)
    if rule.required:
        yield say("cell.required")
    else:
        yield _where_absent(rule, "missing")
    for absence in ABSENCES[1:]:
        if absence in rule.marks.values():
            yield _where_absent(rule, absence)


def _where_absent(rule: CellRule, absence: Absence) -> Name:
    written = absence_in_words(rule.marks, absence)
    return say("cell.where_absent", written=written, meaning=say_absence(absence))


def absence_in_words(marks: dict[str, Absence], absence: Absence) -> Name:
    """What is to be written where there is no value: nothing, or one of the marks."""
    written = ", ".join(f"«{mark}»" for mark, said in marks.items() if said == absence)
    if absence != "missing":
        return say("cell.mark", marks=written)
    return say("cell.empty_or_mark", marks=written) if written else say("cell.empty")


def _number(number: float) -> Name:
    written = f"{number:,.15g}"
    return Name(vi=written.translate(str.maketrans(",.", ".,")), en=written)


def rule_formula(
    rule: CellRule, cell: str, list_of: Callable[[tuple[str, ...]], str]
) -> str | None:
    """A formula that is true where ``cell`` keeps the rule; None where any text does.

    ``list_of`` gives the defined name under which texts stand in the workbook.
    """
    terms: list[str] = []
    if rule.words:
        terms.append(_is_one_of(cell, list_of(rule.words)))
    elif rule.numeric:
        terms.append(f"ISNUMBER({cell})")
        terms += [f"{cell}>={rule.least:.15g}"] if rule.least is not None else []
        terms += [f"{cell}<={rule.most:.15g}"] if rule.most is not None else []
        terms += [f"{cell}=INT({cell})"] if rule.kind == "integer" else []
    elif rule.kind in ("date", "timestamp"):
        # What the door reads as a day has no time; a time has one.
        terms += [f"ISNUMBER({cell})", f"{cell}>=1"]
        terms.append(f"{cell}{'=' if rule.kind == 'date' else '>'}INT({cell})")
    if not terms:
        return None
    # Not one AND: INT of a text is an error, which inside OR would refuse the marks as well.
    kept = terms[0] if len(terms) == 1 else f"IF({terms[0]},AND({','.join(terms[1:])}),FALSE)"
    if not rule.marks:
        return kept
    return f"OR({kept},{_is_one_of(cell, list_of(tuple(rule.marks)))})"


def _is_one_of(cell: str, name: str) -> str:
    # EXACT knows case, as the door does, and no wildcards.
    return f"SUMPRODUCT(--EXACT({cell},{name}))>0"
